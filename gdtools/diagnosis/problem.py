"""Last the problem: another answer, no minimum, columns that say the same, units, the condition number."""

from __future__ import annotations

import numpy as np

from gdtools.diagnosis.case import Case
from gdtools.diagnosis.course import Course, course_of
from gdtools.diagnosis.curvature import FLAT, Bend, curvature_at, own_units
from gdtools.diagnosis.losses import paired_loss
from gdtools.diagnosis.result import Finding, fault, fine, untested
from gdtools.inputs import EPSILON, Array

STEEP = 1e4  # the condition number from which a run crawls
SLACK, WIDE = 1e-6, 1e-5  # of a row's distance from a plane: beyond what the linear program allows itself, and clearly so
SAME = 1e-6  # smallest over largest singular value, of columns of length 1, that are told apart no more


def minimum(case: Case) -> Finding:
    """A minimum: f has one."""
    course = course_of(case)
    if course.falls_for_ever:
        return fault(
            "no-minimum",
            f"f falls without end: from {course.first:.3g} to {course.last:.3g} while the run goes "
            f"{np.linalg.norm(case.end - case.x0):.3g} far, faster and faster.",
            first=course.first, last=course.last,
        )  # fmt: skip
    if _has_data(case) and paired_loss(case).startswith("logistic"):
        return _separation(case)
    return _along_the_way(case)


def _has_data(case: Case) -> bool:
    return case.X is not None and case.y is not None and case.X.shape[1] == case.size


def _separation(case: Case) -> Finding:
    """A linear program looks for weights that put every row on its own side."""
    from scipy.optimize import linprog

    sides = np.where(np.ravel(case.y) > 0, 1.0, -1.0)
    signed = sides[:, None] * _in_own_units(case.X)
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1))
    if found.x is None:
        return untested("the linear program found no answer")
    margins = signed @ found.x
    right = int((margins > WIDE).sum())
    if margins.max() <= SLACK:
        return fine("no weights put every row on its own side, so a minimum exists.")
    if not right or margins.min() < -SLACK:
        return untested("the rows lie so near a plane that the linear program cannot tell their sides")
    return fault(
        "no-minimum",
        f"There is no minimum: a plane separates the two kinds of rows ({right} of {len(signed)} strictly on their side), "
        f"so ever larger weights fit ever better; at the end of this run they measure {np.linalg.norm(case.end):.3g}.",
        separated=right, rows=len(signed), size=float(np.linalg.norm(case.end)),
    )  # fmt: skip


def _in_own_units(X: Array) -> Array:
    """The columns with entries up to 1, without their means where a constant column makes up for these."""
    constant = (np.ptp(X, axis=0) == 0) & (X[0] != 0)
    moved = np.where(constant, X, X - X.mean(axis=0)) if constant.any() else X
    return moved / np.abs(moved).max(axis=0).clip(1e-300)


def _along_the_way(case: Case) -> Finding:
    """Where f falls a thousand times as far beyond the end as the run went, and bends up on the way, no minimum is in sight."""
    course, way = course_of(case), case.end - case.x0
    if course.arrived or course.grows or case.noisy or case.project is not None or not way.any():
        return fine("the run gives no reason to doubt it.")
    beyond = [case.value(case.end + t * way) for t in (0, 10, 100, 1000)]
    bend = curvature_at(case, case.end)
    falls = np.isfinite(beyond).all() and (np.diff(beyond) < 0).all()
    straight = falls and beyond[0] - beyond[3] > 50 * (beyond[0] - beyond[1])
    if falls and bend and _floor_is_near(case, bend):
        return fine("f falls beyond the end, and a step of Newton's leads to its floor.")
    if not falls or not (straight or (bend and bend.low >= -1e-6 * bend.high)):
        return fine("f rises again beyond the end.")
    return fault(
        "no-minimum",
        f"No minimum is in sight: f still falls a thousand times as far along the way of the run, "
        f"from {beyond[0]:.3g} to {beyond[3]:.3g}.",
        here=beyond[0], beyond=beyond[3],
    )  # fmt: skip


def _floor_is_near(case: Case, bend: Bend) -> bool:
    """Whether f bends up in every direction and the minimum of its parabola has hardly any slope left."""
    if bend.matrix is None or not bend.bowl:
        return False
    g = case.slope(case.end)
    left = case.slope(case.end - bend.newton(g))
    return bool(np.linalg.norm(left) <= 0.01 * np.linalg.norm(g))


def columns(case: Case) -> Finding:
    """Columns: none of them says what others say."""
    if case.X is None:
        return untested("X was not given")
    n, d = case.X.shape
    if d > n:
        return fine(
            "there are more columns than rows, so many answers fit; descent from 0 gives the smallest.", rows=n, columns=d
        )
    s, V = np.linalg.svd(case.X / np.linalg.norm(case.X, axis=0).clip(1e-300))[1:]
    if s[-1] > SAME * s[0]:
        return fine("the columns differ.", ratio=float(s[-1] / s[0]))
    ratio, exact = float(s[-1] / s[0]), EPSILON * max(n, d)
    if ratio <= exact and course_of(case).arrived:
        return fine("the columns depend on each other, and descent arrives at one of the many answers.", ratio=ratio)
    return _off_centre(case.X, ratio) or _alike(V, ratio)


def _off_centre(X: Array, ratio: float) -> Finding | None:
    """The columns are far from 0 beside their spread: beside a constant column, less their means they are told apart."""
    moving = np.ptp(X, axis=0) > 0
    if moving.all() or not moving.any():
        return None
    centred = X[:, moving] - X[:, moving].mean(axis=0)
    s = np.linalg.svd(centred / np.linalg.norm(centred, axis=0), compute_uv=False)
    if s[-1] <= max(SAME, 100 * ratio) * s[0]:
        return None
    return fault(
        "units",
        f"The columns of X are far from 0 beside their spread: their smallest singular value is {ratio:.1e} "
        f"of the largest at length 1, and {s[-1] / s[0]:.1e} once you subtract the mean of each; "
        "of powers of a variable subtract its mean before the powers are taken.",
        ratio=ratio, centred=float(s[-1] / s[0]),
    )  # fmt: skip


def _alike(V: Array, ratio: float) -> Finding:
    """The columns that a combination of length 0 is made of."""
    alike = np.flatnonzero(np.abs(V[-1]) > 0.3 * np.abs(V[-1]).max()).tolist()
    return fault(
        "dependent-columns",
        f"The columns {', '.join(map(str, alike))} of X depend on each other: brought to length 1 their smallest singular "
        f"value is {ratio:.1e} of the largest, so many coefficients fit equally well.",
        ratio=ratio, columns=alike,
    )  # fmt: skip


def other_answer(case: Case) -> Finding:
    """The reference: it is the end of the run."""
    if case.reference is None:
        return untested("no reference was given")
    b, end = case.reference, case.end
    apart = float(np.linalg.norm(end - b) / max(np.linalg.norm(b), np.linalg.norm(end), 1e-300))
    if apart <= 1e-3:
        return fine("the run ends there.", apart=apart)
    return _scaled(case, b, end) or _two_valleys(case, b, apart)


def _scaled(case: Case, b: Array, end: Array) -> Finding | None:
    """The reference is what the coefficients become once a scale of the columns is undone."""
    if case.X is None or case.X.shape[1] != case.size:
        return None
    named = next((name for name, scale in _scales(case.X).items() if _undoes(case.X, scale, end, b)), None)
    if named is None:
        return None
    ratio = (end / b)[np.ptp(case.X, axis=0) > 0]
    return fault(
        "other-scale",
        f"The two answers belong to columns of other scales: the coefficients are {named} times those of the reference, "
        f"and at the reference f has a slope of {np.linalg.norm(case.slope(b)):.3g}.",
        ratio=ratio.tolist(), scale=named,
    )  # fmt: skip


def _undoes(X: Array, scale: Array, end: Array, b: Array) -> bool:
    """Whether end over the scale is b, far nearer than end itself, and the intercept becomes that of b by a usual shift."""
    moving = np.ptp(X, axis=0) > 0
    undone, asked, before = (w[moving] for w in (end / np.where(moving, scale, 1.0), b, end))
    near = np.abs(undone - asked) <= 0.02 * np.abs(asked)
    if not moving.any() or not near.all() or np.linalg.norm(undone - asked) > 0.1 * np.linalg.norm(before - asked):
        return False
    return bool(moving.all()) or _shifts(X[:, moving], undone, float(X[0, ~moving] @ (end - b)[~moving]))


def _shifts(X: Array, undone: Array, lost: float) -> bool:
    """Whether the intercept lost what columns less their means, or less their smallest entries, ask for, or nothing."""
    shifts = (0 * undone, X.mean(axis=0) * undone, X.min(axis=0) * undone)
    most = np.abs(X).max(axis=0) @ np.abs(undone)
    return any(abs(lost - shift.sum()) <= 0.02 * most for shift in shifts)


def _scales(X: Array) -> dict[str, Array]:
    """What columns are most often divided by."""
    return {
        "the standard deviation of the column": X.std(axis=0),
        "the standard deviation (n − 1) of the column": X.std(axis=0) * np.sqrt(len(X) / max(len(X) - 1, 1)),
        "the range of the column": np.ptp(X, axis=0),
        "the largest entry of the column": np.abs(X).max(axis=0),
        "the length of the column": np.linalg.norm(X, axis=0),
    }


def _two_valleys(case: Case, b: Array, apart: float) -> Finding:
    """The reference is another stationary point, or none of this f."""
    here, there, slope = case.value(case.end), case.value(b), float(np.linalg.norm(case.pull(b)))
    course = course_of(case)
    between = float(np.linalg.norm(case.pull((b + case.end) / 2)))  # a run that starts at a minimum has no slope of its own
    if not course.arrived or slope > 1e-3 * max(course.steepest, between):
        return fine("it is no point at which this f has no slope, or the run has not arrived.", slope=slope, f=there)
    if abs(here - there) <= 1e-9 * max(abs(here), abs(there), abs(course.first - here)):
        return fine("f is as low there: the floor of the valley is level.", apart=apart)
    bends = [curvature_at(case, x) for x in (b, case.end)]
    if None in bends:
        return untested("the curvature at the two points could not be measured")
    for point, bend in zip(("the reference", "the end"), bends, strict=True):
        if not bend.bowl:
            return fine(f"{point} is no minimum for certain: f may not bend up there in every direction.", lowest=bend.low)
    way = _to_the_floor(bends[0], case.slope(b))
    if way > 0.1 * np.linalg.norm(case.end - b):
        return fine("the reference is no minimum: what is left of the slope there leads on.", slope=slope, way=way)
    return fault(
        "several-minima",
        f"f has several minima: {here:.6g} where this run ends and {there:.6g} at the reference, and no slope at either.",
        here=here, there=there, slope=slope,
    )  # fmt: skip


def _to_the_floor(bend: Bend, g: Array) -> float:
    """How far the minimum of the parabola is; at most so far where only its lowest curvature is known."""
    return float(np.linalg.norm(g) / bend.low if bend.matrix is None else np.linalg.norm(bend.newton(g)))


def condition(case: Case) -> Finding:
    """The condition number, before and after each coordinate is brought to its own scale."""
    course, bend = course_of(case), curvature_at(case, case.end)
    if course.arrived or course.grows:
        return fine("the run has arrived." if course.arrived else "the run fails for another reason.")
    if case.noisy or bend is None or bend.matrix is None or bend.high <= 0:
        return untested("the gradient is noisy" if case.noisy else "x is long, or the curvature could not be measured")
    hidden, fell = _hidden(case, bend), course.first - course.last
    least = 1 / FLAT if hidden > 0.01 * fell else 0.0  # κ, where lower values lie along what is not told from 0
    before, after = max(bend.condition, least), max(rescaled(bend.matrix), least)
    g = case.slope(case.end)
    gain = float(g @ (bend.newton(g) - bend.untold(g)) / 2) + hidden
    if before < max(STEEP, 10 * case.n_steps * (case.given is not None)) or not _crawls(course, bend, gain):
        return fine("the run is on its way.", condition=before, gain=gain)
    if after <= before / 100:
        return fault(
            "units",
            f"The coordinates have very different scales: the condition number is {before:.2g}, so about so many steps are "
            f"needed, and {after:.2g} once each is measured in its own unit.",
            condition=before, rescaled=after,
        )  # fmt: skip
    return fault(
        "conditioning",
        f"The valley is long and narrow: its condition number is {'at least ' * bool(least)}{before:.2g}, so about so "
        f"many steps are needed, and {case.n_steps} were taken.",
        condition=before, rescaled=after, n_steps=case.n_steps,
    )  # fmt: skip


def _hidden(case: Case, bend: Bend) -> float:
    """How much lower f is along the directions whose curvature is not told from 0, at some lengths."""
    way = bend.untold(case.slope(case.end))
    return max(case.value(case.end) - case.value(case.end - t * way) for t in 10.0 ** np.arange(8)) if way.any() else 0.0


def _crawls(course: Course, bend: Bend, gain: float) -> bool:
    """Whether the end lies in a bowl whose floor is lower by more than a hundredth of what f fell."""
    return bend.low >= -1e-6 * bend.high and gain > 0.01 * (course.first - course.last)


def rescaled(H: Array) -> float:
    """The condition number after each coordinate is divided by the root of its own curvature."""
    unit = own_units(H)
    lam = np.linalg.eigvalsh(H / np.outer(unit, unit))
    lam = lam[lam > 1e-9 * lam[-1]]
    return float(lam[-1] / lam[0])
