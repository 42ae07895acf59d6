"""Where a run stands still though f goes down beside it: a saddle, a plateau without curvature, a ridge of symmetry."""

from __future__ import annotations

import numpy as np

from gdtools.descent import gradient_descent
from gdtools.diagnosis.case import Case
from gdtools.diagnosis.course import course_of
from gdtools.diagnosis.curvature import Bend, curvature_at
from gdtools.diagnosis.result import Finding, fault, fine, untested
from gdtools.inputs import Array

BENDS_DOWN = 1e-6  # of the highest curvature: what is below zero by more than rounding
PROBES, FEW = 48, 8  # directions in which lower values are looked for beside a flat end, and where x is long
SIZES = 0.25 ** np.arange(5, -1, -1.0)  # of the moves along them, from short to long, in units of the scale
DESCENT = 10  # steps that lead such a move to the floor where the Hessian is not known
CREST = 1e-6  # of the scale: as near to the crest a run comes only by symmetry
WALK = 200  # steps from the ridge, and from beside it


def saddle(case: Case) -> Finding:
    """Saddles: where the run stands still, f bends up in every direction."""
    if case.noisy or case.project is not None:
        return untested("the gradient is noisy" if case.noisy else "the point may lie on a border")
    course, bend = course_of(case), curvature_at(case, case.end)
    if course.grows:
        return untested("the run grows")
    if bend and bend.low < -BENDS_DOWN * abs(bend.high):
        if (course.arrived or _stalled(case)) and _stays(case, bend):
            return _bends_down(case, bend)
        if not course.arrived:
            return _ridge(case, bend)
    if course.arrived and not (bend and bend.bowl):
        return _flat(case, bend)
    if bend is None:
        return untested("the curvature at the end could not be measured")
    return fine("the run does not stand still where f bends down.", lowest=bend.low, highest=bend.high)


def _bends_down(case: Case, bend: Bend) -> Finding:
    """The run stands still where the curvature is negative in some direction."""
    where = "at a saddle, where f bends up in one direction" if bend.high > 0 else "where nothing bends up"
    return fault(
        "saddle",
        f"The run stands still {where} (curvature {bend.high:.2g}) and down in another ({bend.low:.2g}): "
        f"the slope is {_pull(case):.1e} there.",
        lowest=bend.low, highest=bend.high, slope=_pull(case),
    )  # fmt: skip


def _stays(case: Case, bend: Bend) -> bool:
    """Whether f still bends down where the slope that is left is taken out: a bent floor seen from its side bends down too."""
    there = curvature_at(case, _floored(case, bend, case.end))
    return bool(there and there.low < -BENDS_DOWN * abs(there.high))


def _pull(case: Case) -> float:
    course = course_of(case)
    return course.pulls[int(course.steps[-1])]


def _again(case: Case) -> float:
    """What as many steps again would gain at the slope of the end."""
    return case.rate(0) * _pull(case) ** 2 * case.n_steps


def _stalled(case: Case) -> bool:
    """Whether f fell by little, and as many steps again would gain hardly anything to that."""
    course = course_of(case)
    gained = course.first - course.last
    return bool(_again(case) < 0.01 * gained and gained <= 0.01 * abs(course.first))


# A flat end: lower values beside it


def _flat(case: Case, bend: Bend | None) -> Finding:
    """The run rests where some direction has no curvature that is told from 0: lower values beside it tell a saddle."""
    tried = FEW if bend and bend.matrix is None else PROBES
    moves = case.scale * case.random().normal(size=(tried, case.size)) / np.sqrt(case.size)
    least = _least(case, moves)
    lower = max(_drop(case, bend, u, least) for u in moves)
    if lower > 0:
        return fault(
            "saddle",
            f"The run stands still where the slope is {_pull(case):.1e} and no curvature shows the way, but at no minimum: "
            f"beside it f is lower by {lower:.2g}.",
            lower=lower, slope=_pull(case),
        )  # fmt: skip
    where = "the curvature could not be measured" if bend is None else "the curvature in some direction is not told from 0"
    return fine(
        f"the run rests where {where}: a flat minimum and a flat saddle look alike there, and in {tried} directions tried "
        "f is no lower.",
        tried=tried,
    )  # fmt: skip


def _least(case: Case, moves: Array) -> float:
    """What f must be lower by: more than it scatters at the end itself, and than the run would gain."""
    here = case.value(case.end)
    scatter = max(abs(case.value(case.end + 1e-9 * u) - here) for u in moves[:8])
    return course_of(case).rounding + 8 * scatter + 10 * _again(case)


def _drop(case: Case, bend: Bend | None, u: Array, least: float) -> float:
    """By how much f comes lower along u, if it falls from the first length at which it changes to the next; else 0."""
    drops = [_lower(case, _floored(case, bend, case.end + t * u), least) for t in SIZES]
    seen = [drop for drop in drops if abs(drop) > least]
    return max(seen) if len(seen) > 1 and 0 < 2 * seen[0] < seen[1] else 0.0


def _lower(case: Case, x: Array, least: float) -> float:
    """By how much f is lower at x than at the end, and than a convex function with the slope of the end could be."""
    lower = case.value(case.end) - case.value(x)
    return lower - 2 * abs(case.slope(case.end) @ (x - case.end)) if lower > least else lower


def _floored(case: Case, bend: Bend | None, x: Array) -> Array:
    """The point brought down along the directions that are curved: flat directions alone need not lead along the floor."""
    if bend is None or bend.high <= 0:
        return x
    if bend.matrix is None:
        return np.ravel(gradient_descent(case.slope, x, 1 / bend.high, DESCENT).x)
    lam, V = np.linalg.eigh(bend.matrix * np.outer(case.scale, case.scale))
    curved = np.abs(lam) > BENDS_DOWN * np.abs(lam).max()
    way = V @ (curved * (V.T @ (case.scale * case.slope(x))) / np.where(curved, lam, 1.0))
    return x - case.scale * way


# A ridge: f bends down to the side, and by symmetry the slope has no part that way


def _ridge(case: Case, bend: Bend) -> Finding:
    """The run is on its way where f bends down to the side; a saddle in effect where it keeps to the crest."""
    told = {"lowest": bend.low, "highest": bend.high}
    if bend.matrix is None:
        return untested(f"x has {case.size} numbers, too many to see whether the run leaves the way that f bends down")
    side = _along_the_crest(case, bend)
    if side is None:
        return fine("the run does not stand still where f bends down.", **told)
    gains = [_gain(case, bend, x) for x in (case.end, _pushed(case, side))]
    if not gains[1] > 2 * gains[0] + course_of(case).rounding:
        return fine("the run keeps to a ridge, where f bends down to the side, and comes as low there as beside it.", **told)
    return fault(
        "saddle",
        f"The run keeps to a ridge: f bends down to the side (curvature {bend.low:.2g}), and as with equal weights the slope "
        f"has no part that way; pushed aside the run falls by {gains[1]:.2g} in {WALK} steps instead of {gains[0]:.2g}.",
        **told, slope=_pull(case), beside=gains[1], along=gains[0],
    )  # fmt: skip


def _along_the_crest(case: Case, bend: Bend) -> Array | None:
    """The direction that bends down most of those along which the run is at the crest, but for rounding."""
    lam, V = np.linalg.eigh(bend.matrix)
    off = np.abs(V.T @ case.slope(case.end)) / np.abs(lam)
    crests = np.flatnonzero((lam < -BENDS_DOWN * abs(bend.high)) & (off <= CREST * np.linalg.norm(case.scale)))
    return V[:, crests[0]] if len(crests) else None


def _pushed(case: Case, side: Array) -> Array:
    """The end moved to the side, twice as far each time as long as f falls."""
    way = 1e-3 * np.linalg.norm(case.scale) * side
    while case.value(case.end + 2 * way) < case.value(case.end + way):
        way = 2 * way
    return case.end + way


def _gain(case: Case, bend: Bend, x: Array) -> float:
    """How much lower than the end, if at all, a run from x comes, at a step that suits the curvature of the end."""
    lower = case.value(case.end) - case.value(np.ravel(gradient_descent(case.slope, x, 1 / bend.high, WALK).x))
    return max(lower, 0.0)
