"""Then the end: an edge, the spacing of numbers, the allowed set."""

from __future__ import annotations

import numpy as np

from gdtools.diagnosis.case import Case
from gdtools.diagnosis.course import course_of
from gdtools.diagnosis.result import Finding, fault, fine, untested

HALVINGS = 24
JUMP = 0.02  # of a change of slope, left within a length of 1e-7 of the way: a smooth slope leaves as much as the length


def edge(case: Case) -> Finding:
    """Edges: the slope changes gradually between the last iterates."""
    if case.noisy:
        return untested("the gradient is noisy")
    course = course_of(case)
    if not (course.hovers or course.grows) or len(case.hist) < 3:
        return fine("the run does not hover.")
    jumps = [_jump(case, k) for k in range(max(1, len(case.hist) - 8), len(case.hist))]
    jump, width = max(jumps, default=(0.0, 0.0))
    if jump < JUMP:
        return fine("the slope changes gradually.", jump=jump)
    if shrinks(case):
        return fine("the slope jumps at an edge, and the step shrinks, so the run can come to rest there.", jump=jump)
    return fault(
        "edge",
        f"At an edge of f the slope jumps: {jump:.0%} of its change between two iterates lies within a length of "
        f"{width:.1e}, so the run jumps from side to side and cannot come to rest.",
        jump=jump, width=width,
    )  # fmt: skip


def shrinks(case: Case) -> bool:
    """Whether the last step is at most half as long, for the same slope, as the first, as at an edge it should."""
    return not case.constant and case.rate(max(case.n_steps - 1, 0)) <= case.rate(0) / 2


def _jump(case: Case, k: int) -> tuple[float, float]:
    """How much of the change of the slope from one iterate to the next is left when the way is halved again and again."""
    a, b = case.hist[k - 1], case.hist[k]
    left, right = case.slope(a), case.slope(b)
    whole = np.linalg.norm(right - left)
    for _ in range(HALVINGS):
        middle = (a + b) / 2
        g = case.slope(middle)
        if np.linalg.norm(g - left) > np.linalg.norm(right - g):
            b, right = middle, g
        else:
            a, left = middle, g
    share = np.linalg.norm(right - left) / whole if whole > 1e-6 * np.linalg.norm(right) else 0.0
    return float(share) if np.isfinite(share) else 0.0, float(np.linalg.norm(b - a))


def spacing(case: Case) -> Finding:
    """The spacing of numbers: a step is longer than half of it in some coordinate, so that it changes x."""
    move = case.rate(max(case.n_steps - 1, 0)) * np.abs(case.pull(case.end))
    least = np.where(case.end == 0, 0, np.ldexp(case.spacing, np.frexp(case.end)[1] - 1)) / 2
    if course_of(case).arrived or not np.isfinite(move).all() or (move >= least).any() or case.method == "adam":
        return fine("steps are longer than half the spacing of the numbers.")
    i = int(np.argmax(move / least))
    return fault(
        "precision",
        f"A step would be {move[i]:.1e} long where the numbers beside x = {case.end[i]:g} are {2 * least[i]:.1e} apart, and "
        "in every coordinate it is shorter than half the spacing there: x cannot move.",
        move=float(move[i]), spacing=float(2 * least[i]),
    )  # fmt: skip


def allowed(case: Case) -> Finding:
    """Constraints: the projection returns allowed points, and the run keeps to them."""
    if case.project is None:
        return untested("no project was given")
    far = np.array([np.linalg.norm(x - case.allowed(x)) for x in case.hist[course_of(case).steps[1:]]])
    once = case.allowed(case.x0 + case.scale)
    again = float(np.linalg.norm(case.allowed(once) - once))
    size = float(np.linalg.norm(case.scale))
    if again > 1e-6 * size:
        return fault("constraint", f"project is no projection: done twice it moves a point again, by {again:.2g}.", again=again)
    if (far > 1e-6 * size).any():
        return fault(
            "constraint",
            f"The run leaves the allowed points, {np.mean(far > 1e-6 * size):.0%} of its iterates, by up to {far.max():.3g}.",
            share=float(np.mean(far > 1e-6 * size)), farthest=float(far.max()),
        )  # fmt: skip
    return fine("the run keeps to the allowed points.")
