"""Then the gradient: it is compared with differences of f, of lengths over many decades, at several points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gdtools.diagnosis.case import Case, precision_of
from gdtools.diagnosis.course import course_of
from gdtools.diagnosis.result import Finding, fault, fine, untested
from gdtools.inputs import Array

LENGTHS = 10.0 ** -np.arange(1, 9)  # of the differences, relative to the size of x
EACH = 12  # coordinates up to which each is tried by itself; beyond, some of them and some directions across all
SHORT = 1.5e-8  # the length of differences that most programs take


class Slope(NamedTuple):
    """A slope along one direction: as claimed, as measured, and how far off the measured one may be."""

    claimed: float
    measured: float
    doubt: float
    noise: float  # of f in the shortest differences


def differences(case: Case) -> Finding:
    """The gradient against differences of f, at the start, at the end and beside them."""
    if case.noisy:
        return untested("the gradient is noisy")
    ways = directions(case)
    table = [[slope_along(case, x, u) for u in ways] for x in points(case)]
    table = [[slope for slope in row if np.isfinite(slope).all()] for row in table if row]
    table = [row for row in table if len(row) == len(ways)]
    if not table:
        return untested("f or its gradient is no number at the points tried")
    case.pairs = [(slope.claimed, slope.measured) for row in table for slope in row]
    return _judged(case, np.array(table, dtype=float).transpose(2, 1, 0))


def points(case: Case) -> list[Array]:
    """The start, a point beside it without symmetries, and the end of the run if it stayed in reach."""
    beside = [case.x0, case.x0 + 0.3 * case.scale * case.random().normal(size=case.size)]
    return beside if case.left or case.grew() else [*beside, (case.x0 + case.end) / 2, case.end]


def directions(case: Case) -> list[Array]:
    """The coordinates, in units of their scale; where they are many, some of them and some sums of all with random signs."""
    axes = np.diag(case.scale) if case.size <= EACH else None
    if axes is not None:
        return list(axes)
    rng = case.random()
    some = rng.choice(case.size, EACH // 2, replace=False)
    signs = rng.choice([-1.0, 1.0], (EACH // 2, case.size)) * case.scale
    return [*(np.eye(1, case.size, i)[0] * case.scale[i] for i in some), *signs]


def slope_along(case: Case, x: Array, u: Array) -> Slope:
    """The slope along u by differences of many lengths: the two neighbours that agree best give it, and the doubt."""
    pairs = np.array([[case.value(x + t * u), case.value(x - t * u)] for t in LENGTHS])
    rounding = 4 * precision_of(pairs) * np.nanmax(np.abs(pairs), initial=0) / LENGTHS
    D = (pairs[:, 0] - pairs[:, 1]) / (2 * LENGTHS)
    doubts = np.abs(np.diff(D)) + rounding[1:]
    best = int(np.argmin(np.where(np.isfinite(doubts), doubts, np.inf)))
    noise = float(np.max(np.abs(D[-2:] - D[best + 1]) * LENGTHS[-2:]))
    return Slope(float(case.slope(x) @ u), float(D[best + 1]), float(doubts[best]), noise)


def _judged(case: Case, slopes: Array) -> Finding:
    """What claimed and measured slopes, with one row a direction and one column a point, say together."""
    claimed, measured, doubt, noise = slopes
    off, size = np.abs(claimed - measured), np.abs(measured).max(axis=1, keepdims=True)
    blur = 10 * doubt + _blur(noise, size)
    tolerance = 1e-4 * size + blur
    if (off <= tolerance).all():
        return fine(
            "it agrees with differences of f.", deviation=float((off / np.maximum(size, 1e-300)).max()), slopes=off.size
        )
    if 10 * np.median(doubt) >= np.median(size):
        return untested("f is too rough for differences")
    if _by_rounding(off, noise, measured):
        return _lost(claimed, measured, noise)
    return _factor(claimed, measured, blur) or _wrong(case, off / np.maximum(size, 1e-300), off > tolerance, claimed, measured)


def _blur(noise: Array, size: Array) -> Array:
    """What a gradient made of short differences of f may be off, where that is a millionth of the whole at most."""
    return np.minimum(8 * noise.max(axis=1, keepdims=True) / SHORT, 1e-6 * size.max())


def _by_rounding(off: Array, noise: Array, measured: Array) -> bool:
    """Whether differences of f as short as programs take them would be as far off as the gradient is."""
    return bool((off * SHORT <= 8 * np.maximum(noise, 0).max(axis=1, keepdims=True)).all() and noise.max() > 0)


def _lost(claimed: Array, measured: Array, noise: Array) -> Finding:
    i = np.unravel_index(np.argmax(np.abs(claimed - measured)), claimed.shape)
    return fault(
        "precision",
        f"The gradient is {claimed[i]:.3g} where longer differences of f give {measured[i]:.3g}: f has steps of about "
        f"{noise.max():.1e}, more than it changes over a difference of {SHORT:g}.",
        claimed=float(claimed[i]), measured=float(measured[i]), step_of_f=float(noise.max()),
    )  # fmt: skip


def _factor(claimed: Array, measured: Array, blur: Array) -> Finding | None:
    """The gradient is that of f times a number other than 1, the same in every entry."""
    factor = float(np.sum(claimed * measured) / np.sum(measured**2))
    size = np.abs(claimed).max(axis=1, keepdims=True)
    others = np.abs(claimed - factor * measured) > 1e-3 * size + abs(factor) * blur
    if not claimed.any() or abs(factor - 1) <= 1e-3 or others.any():
        return None
    if factor < 0:
        return fault(
            "gradient-sign",
            f"The gradient points uphill: it is {factor:.4g} times the slope of f, so each step makes f larger.", factor=factor,
        )  # fmt: skip
    return fault(
        "gradient-scale", f"The gradient is {factor:.4g} times the slope of f, everywhere the same factor.", factor=factor
    )


def _wrong(case: Case, relative: Array, off: Array, claimed: Array, measured: Array) -> Finding:
    i, k = np.unravel_index(np.argmax(np.where(off, relative, -1)), relative.shape)
    where, unit = _named(case, directions(case)[i])
    said, true = float(claimed[i, k] / unit), float(measured[i, k] / unit)
    return fault(
        "gradient",
        f"The gradient is wrong: {where} is {said:.4g} where differences of f give {true:.4g}.",
        claimed=said, measured=true, deviation=float(relative[i, k]), where=where,
    )  # fmt: skip


def _named(case: Case, u: Array) -> tuple[str, float]:
    """What a direction is called, and its length where it is that of one entry."""
    (at,) = np.flatnonzero(u) if np.count_nonzero(u) == 1 else (None,)
    if at is None:
        return "the slope along all coordinates at once, with random signs,", 1.0
    index = ", ".join(map(str, np.unravel_index(at, case.shape)))
    return f"its entry [{index}]" if case.shape else "it", float(u[at])


def jitter(case: Case) -> Finding:
    """The last digits of the gradient: it changes smoothly from one point to the next."""
    if case.noisy:
        return untested("the gradient is noisy")
    x, g = case.end, case.slope(case.end)
    if not np.isfinite(g).all():
        return untested("the gradient is no number at the end of the run")
    beside = np.array([case.slope(x + k * 1e-6 * case.scale) for k in range(1, 7)])
    changes = np.diff(np.vstack([g, beside]), axis=0)
    bent = np.diff(changes, axis=0)  # smooth changes cancel, an edge is in two of five
    change, rough = (float(np.median(np.linalg.norm(moves, axis=1))) for moves in (changes, bent))
    size = float(np.linalg.norm(g))
    if not rough > max(1e-3 * size, 1e-3 * change, 1e-6 * course_of(case).steepest) or course_of(case).arrived:
        return fine("it changes smoothly, or what is left of it at the end is rounding.", jitter=rough, size=size)
    spacing = float(np.spacing(abs(case.value(x))))
    return fault(
        "precision",
        f"Between neighbouring points the gradient jumps by {rough:.2g}, which is {rough / size:.1%} of it: "
        f"the last digit of f, {spacing:.1e}, is larger than what f changes over the differences that it was made of.",
        jitter=rough, size=size, spacing=spacing,
    )  # fmt: skip
