"""Then the step: lr against the bound that the curvature sets, where the run starts and where it went."""

from __future__ import annotations

import numpy as np

from gdtools.diagnosis.case import Case
from gdtools.diagnosis.course import Course, course_of
from gdtools.diagnosis.curvature import DENSE, curvature_at
from gdtools.diagnosis.end import shrinks
from gdtools.diagnosis.result import Finding, fault, fine, untested
from gdtools.inputs import Array

STRAYS = 1e-3  # of a move: what it may differ from the one that is asked for
SHORT = 0.01  # of the bound: below, a run that has not arrived takes a hundred times as many steps as it needs
OWN_SHORT = 1e-3  # likewise in the short run that is made here
NOISY = 8  # coordinates up to which curvature is read from differences of f


def moves(case: Case) -> Finding:
    """Moves: each step of the run that was brought is minus lr times the gradient."""
    plain = case.method == "plain" and case.project is None and not case.noisy
    if case.given is None or not plain or case.n_steps + 1 != len(case.hist):
        return untested(_why_not(case, plain))
    if course_of(case).arrived:
        return fine("the run has arrived, by whatever moves.")
    found = (_strayed(case, k) for k in sorted({0, 1, 2, case.n_steps // 2, case.n_steps - 1}) if 0 <= k < case.n_steps)
    return next(filter(None, found), fine("each step goes lr times the gradient, against it."))


def _why_not(case: Case, plain: bool) -> str:
    if case.given is None:
        return "the run was made here"
    return "run does not hold every step" if plain else "that holds for plain steps, exact and without project"


def _strayed(case: Case, k: int) -> Finding | None:
    """The coordinate whose move is farthest from what lr and grad ask for, if one is beyond rounding."""
    move, asked = _move(case, k)
    rounding = 8 * case.spacing * np.abs(case.hist[k : k + 2]).max(axis=0)
    bound = STRAYS * np.abs(asked) + max(1e-6, 10 * case.spacing) * np.abs(asked).max() + rounding
    far = np.abs(move - asked) / np.maximum(bound, 1e-300)
    i = int(np.argmax(far))
    if not far[i] > 1:
        return None
    return fault(
        "unknown",
        f"The moves of run are not what lr and grad ask for: in step {k} coordinate {i} moves by {move[i]:.3g}, and minus lr "
        f"times its slope is {asked[i]:.3g}; the loop does something else, or takes another lr, or run leaves steps out.",
        k=k, coordinate=i, move=float(move[i]), expected=float(asked[i]),
    )  # fmt: skip


def _move(case: Case, k: int) -> tuple[Array, Array]:
    """The move of a step, and the plain one that is asked for."""
    return case.hist[k + 1] - case.hist[k], -case.rate(k) * case.slope(case.hist[k])


def longest_step(case: Case) -> Finding:
    """The step against its bound, where the run starts and where it went."""
    if case.method == "adam":
        return untested("Adam's step is a length, to which this bound does not apply")
    if case.noisy and case.size > NOISY:
        return untested(f"the gradient is noisy and x has more than {NOISY} numbers")
    course, ratios = course_of(case), ratios_of(case)
    place = max(ratios, key=ratios.__getitem__, default=None)
    if place is None:
        return untested("the curvature could not be measured: the gradient is no smooth function there")
    if ratios[place] > 1 and _fails(course):
        return _too_long(case, place, ratios)
    if ratios[place] > 1:
        return fine(f"lr is {ratios[place]:.3g} times the bound {place}, and the run came through.", **_named(ratios))
    return fine(f"lr is at most {ratios[place]:.3g} of the bound where it was measured.", **_named(ratios))


def _fails(course: Course) -> bool:
    """The run grows, or hovers at a step that does not shrink, or is thrown far off."""
    return course.grows or course.hovers and not shrinks(course.case) or _thrown(course)


def _thrown(course: Course) -> bool:
    """The first step goes past a minimum, to where the slope is less than a hundredth, and the run has not come back."""
    case = course.case
    if len(case.hist) < 3 or case.method != "plain" or (course.arrived and not _flatter(case)):
        return False
    first, second = case.slope(case.x0), case.slope(case.hist[1])
    return bool(first @ second < 0 and np.linalg.norm(second) < 0.01 * np.linalg.norm(first))


def _flatter(case: Case) -> bool:
    """Whether the end is a plain, curved less than a thousandth of the start."""
    start, end = (curvature_at(case, x) for x in (case.x0, case.end))
    return bool(start and end and end.high < 1e-3 * start.high)


def _too_long(case: Case, place: str, ratios: dict[str, float]) -> Finding:
    bound = case.rate(0) / ratios[place]
    limit = "2/L" if case.method == "plain" else f"the bound of {case.method} with β = {case.beta:g}"
    if case.method == "nesterov" and ratios[place] * stretch(case) <= 1:
        return fault(
            "beta-too-large",
            f"Without β the step would be stable, {ratios[place] * stretch(case):.3g} of 2/L; with β = {case.beta:g} it is "
            f"{ratios[place]:.3g} of what Nesterov's method bears.",
            ratio=ratios[place], bound=bound, beta=case.beta,
        )  # fmt: skip
    return fault(
        "step-too-long",
        f"The step is too long: lr = {case.rate(0):g} is {ratios[place]:.3g} times {limit}, "
        f"which is {bound:.3g} {place}.",
        ratio=ratios[place], bound=bound, curvature=2 * stretch(case) / bound, **_named(ratios),
    )  # fmt: skip


def _named(ratios: dict[str, float]) -> dict[str, float]:
    return {f"ratio {place}": float(ratio) for place, ratio in ratios.items()}


def stretch(case: Case) -> float:
    """How much longer than 2/L a step may be with this memory."""
    return {"momentum": 1 + case.beta, "nesterov": (1 + case.beta) / (1 + 2 * case.beta)}.get(case.method, 1.0)


def ratios_of(case: Case) -> dict[str, float]:
    """lr over the bound at the places that tell most, and over the one that a rise of f asks for."""
    return case.once("ratios", lambda: _measured(case) | _by_rise(case))


def _measured(case: Case) -> dict[str, float]:
    bends = {place: curvature_at(case, x) for place, x in places(case).items()}
    half = max(case.rate(k) for k in {0, max(case.n_steps - 1, 0)}) / 2 / stretch(case)
    known = {place: bend for place, bend in bends.items() if bend}
    least = 1e-9 * max((max(abs(bend.low), abs(bend.high)) for bend in known.values()), default=0.0)  # the others are rounding
    return {place: half * bend.high for place, bend in known.items() if abs(bend.high) > least}


def places(case: Case) -> dict[str, Array]:
    """Where the curvature is measured: the start, around the worst rise of f, and about the end."""
    course, hist = course_of(case), case.hist
    before, after = (hist[min(course.rise[0] + i, len(hist) - 1)] for i in (0, 1))
    found = {"where the run starts": case.x0, "where it ends": case.end}
    if case.size > DENSE or course.arrived:
        return found
    middle = {} if len(hist) < 2 else {"between its last two points": (hist[-2] + hist[-1]) / 2}
    if course.grows or course.hovers:
        middle |= {"where f rises": before, "where it rose to": after, "half way of the rise": (before + after) / 2}
    return found | middle


def _by_rise(case: Case) -> dict[str, float]:
    """A plain step along which f rises has passed a mean curvature beyond 2/lr, by just so much."""
    k, rise = course_of(case).rise
    plain = case.method == "plain" and case.project is None and not case.noisy
    if not plain or case.n_steps + 1 != len(case.hist) or not rise > course_of(case).rounding:
        return {}
    move, asked = _move(case, k)
    follows = np.allclose(move, asked, rtol=1e-4, atol=1e-6 * np.abs(move).max())
    return {"along the step where f rises": float(1 + rise * case.rate(k) / (asked @ asked))} if follows else {}


def shortest_step(case: Case) -> Finding:
    """The step against what it could be."""
    if case.method == "adam":
        return untested("Adam's step is a length, to which no bound by curvature applies")
    ratios = {place: ratio for place, ratio in ratios_of(case).items() if ratio > 0}
    if not ratios or course_of(case).grows or course_of(case).falls_for_ever:
        return untested("the run grows" if ratios else "the curvature is nowhere known to be positive")
    longest = max(ratios.values())
    if longest < (OWN_SHORT if case.given is None else SHORT) and not course_of(case).arrived:
        return fault(
            "step-too-short",
            f"The step is too short: lr = {case.rate(0):g} is {longest:.2g} of the bound 2/L = {case.rate(0) / longest:.3g}, "
            f"so about {1 / longest:.2g} times as many steps are needed as with a good one.",
            ratio=longest, bound=case.rate(0) / longest, n_steps=case.n_steps,
        )  # fmt: skip
    return fine("lr is not so short that it delays the run.", ratio=longest)
