"""First the functions alone: whatever is said of them later rests on numbers, of the right shape, the same each time."""

from __future__ import annotations

import numpy as np

from gdtools.diagnosis.case import Case, Counted
from gdtools.diagnosis.losses import crossed_loss
from gdtools.diagnosis.result import Finding, fault, fine, untested

CALLS = 8  # of the gradient at one point
LENGTHS = 10.0 ** np.arange(-9, 1)  # of the moves from the start, relative to its size
FLAT = 5  # of these lengths that leave f as it is are too many


def shapes(case: Case) -> Finding:
    """Shapes: f gives one number and grad an array in the shape of x."""
    value, slope = np.asarray(case.f(case.x0)), np.asarray(case.grad(case.x0))
    if value.size != 1:
        return fault(
            "shapes", f"f returns an array of shape {value.shape} where it should return one number.", shape=value.shape
        )
    if slope.shape != case.shape and slope.size != 1 or slope.size != case.size:
        return fault(
            "shapes", f"grad returns an array of shape {slope.shape}, and x has the shape {case.shape}.", shape=slope.shape
        )
    return fine("f gives one number and grad an array in the shape of x.")


def pairing(case: Case) -> Finding:
    """Pairing: f compares each prediction with its own target, not with all of them."""
    if case.X is None or case.y is None:
        return untested("X and y were not given")
    if case.X.shape[1] != case.size:
        return untested(f"X has {case.X.shape[1]} columns and x {case.size} numbers")
    crossed, n = crossed_loss(case), len(case.X)
    if not crossed:
        return fine("f is no mean over all pairs of a prediction and a target.")
    return fault(
        "shapes",
        f"f averages {n} × {n} differences, each prediction against every target, where there should be {n}: "
        f"arrays of shape (n,) and (n, 1) were subtracted{_one_answer(case, crossed)}.",
        differences=n * n, expected=n, loss=crossed,
    )  # fmt: skip


def _one_answer(case: Case, loss: str) -> str:
    """What all pairs lead to, where the columns can give one prediction for every point."""
    ones = np.ones(len(case.X))
    left = ones - case.X @ np.linalg.lstsq(case.X, ones, rcond=None)[0]
    if np.abs(left).max() > 1e-9:
        return ""
    same = {"squares": "the mean of the targets", "distance": "the median of the targets"}.get(loss, "the same")
    return f", and the best answer is then {same} for every point"


def finite(case: Case) -> Finding:
    """Numbers: f and its gradient are finite at the start."""
    value, slope = case.value(case.x0), case.slope(case.x0)
    if np.isfinite(value) and np.isfinite(slope).all():
        return fine("both are finite at the start.", f=value)
    name = "f" if not np.isfinite(value) else "the gradient"
    return fault("not-finite", f"At the start already {name} is no finite number.", f=value, grad=slope.tolist())


def same_twice(case: Case) -> Finding:
    """The same twice: called again at one point, f and grad give the same, and leave the point as it is."""
    return next(filter(None, map(_written, (case.f, case.grad))), None) or _again(case)


def _written(function: Counted) -> Finding | None:
    """The function writes into its argument: the loop that calls it goes on from what it left there."""
    if function.written is None:
        return None
    given, left = function.written
    return fault(
        "gradient-changes",
        f"{function.name} changes its argument: x was {_short(given)} before the call and is {_short(left)} after it, "
        "so a loop goes on from another point.",
        name=function.name, given=given.tolist(), left=left.tolist(),
    )  # fmt: skip


def _short(x: np.ndarray) -> str:
    return np.array2string(x, precision=3, threshold=4, edgeitems=2)


def _again(case: Case) -> Finding:
    """Called once more f and grad give the same, or scatter, or grad remembers."""
    slopes = np.array([case.slope(case.x0) for _ in range(CALLS)])
    case.slope(case.x0 + 0.1 * np.where(case.x0 == 0, 1, case.x0))
    again = case.slope(case.x0)
    values = np.array([case.value(case.x0) for _ in range(3)])
    moves = np.diff(slopes, axis=0)
    change = float(np.linalg.norm(np.vstack([slopes, again])[1:] - slopes[0], axis=1).max())
    size = float(np.linalg.norm(slopes, axis=1).max())
    if change <= 1e-9 * size and np.ptp(values) <= 1e-9 * np.abs(values).max():
        return fine("a second call gives the same.", change=change)
    case.noisy = change > 1e-9 * size
    if case.noisy and (not moves[1:].any() or _goes_on(moves)):
        return fault(
            "gradient-changes",
            f"grad gives another answer at the same point each time it is called: its size is {_size(slopes[0]):.3g} at first "
            f"and {_size(slopes[-1]):.3g} after {CALLS} calls, so it remembers the calls before.",
            first=_size(slopes[0]), last=_size(slopes[-1]), calls=CALLS,
        )  # fmt: skip
    return fine("the answers scatter from call to call, as those of noisy gradients do.", scatter=change, size=size)


def _goes_on(moves: np.ndarray) -> bool:
    """Whether every change between two calls points the same way as the one before it."""
    return bool((np.sum(moves[1:] * moves[:-1], axis=1) > 0).all())


def _size(g: np.ndarray) -> float:
    return float(np.linalg.norm(g))


def steps_of_f(case: Case) -> Finding:
    """Steps of f: a short move changes f at all."""
    here, signs = case.value(case.x0), case.random().choice([-1.0, 1.0], case.size)
    for u in (signs * _reach(case), signs * np.maximum(_reach(case), 1.0)):  # a start near 0 says nothing of the lengths of f
        flat = _flat(case, here, u)
        if flat < FLAT:
            return fine("f follows short moves.")
    size = float(LENGTHS[flat - 1] * np.abs(u).max())
    if flat == len(LENGTHS):
        return fault(
            "precision",
            f"f is constant all around the start, at all moves tried, up to {size:.2g}: there it does not depend on x.",
            flat_to=size,
        )  # fmt: skip
    if _as_told(case, here, u, flat):
        return fine("f is flat about the start, as its gradient says.", flat_to=size)
    return fault(
        "precision",
        f"f is constant about the start and changes only beyond moves of {size:.2g}: it is rounded inside, "
        "so there is no slope to follow.",
        flat_to=size, f=here,
    )  # fmt: skip


def _flat(case: Case, here: float, u: np.ndarray) -> int:
    """How many of the lengths, from the shortest on, leave f as it is."""
    same = (case.value(case.x0 + t * u) == here == case.value(case.x0 - t * u) for t in LENGTHS)
    return next((i for i, stays in enumerate(same) if not stays), len(LENGTHS))


def _as_told(case: Case, here: float, u: np.ndarray, flat: int) -> bool:
    """Whether the slopes on the way let f stay as it is over the last flat length, and change as it does over the next."""
    (asked, _), (most, change) = (_along(case, here, t * u) for t in LENGTHS[flat - 1 : flat + 1])
    last_digit = np.spacing(abs(here))
    return bool(asked <= 100 * last_digit and change <= 1.5 * most + 4 * last_digit)


def _along(case: Case, here: float, way: np.ndarray) -> tuple[float, float]:
    """By how much f may change along a way, there and back, by the steepest of some slopes on it, and by how much it does."""
    steepest = max(abs(case.slope(case.x0 + t * way) @ way) for t in np.linspace(-1, 1, 9))
    return float(steepest), max(abs(case.value(case.x0 + way) - here), abs(case.value(case.x0 - way) - here))


def _reach(case: Case) -> np.ndarray:
    return np.where(case.x0 == 0, 1.0, np.abs(case.x0))
