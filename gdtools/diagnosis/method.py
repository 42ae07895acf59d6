"""Then the method: noise, Adam's reach and bursts, too much memory."""

from __future__ import annotations

import numpy as np

from gdtools.diagnosis.case import Case
from gdtools.diagnosis.course import course_of
from gdtools.diagnosis.curvature import curvature_at
from gdtools.diagnosis.result import Finding, fault, fine, untested

FAR = 10  # times the steps taken, and for a run made here so many more
CALM = 8  # values of f, of those looked at, that are low beside a burst
SETTLED = 0.01  # of the first error: what a run should come to


def noise(case: Case) -> Finding:
    """Noise: the run does not hover because its gradient scatters."""
    if not case.noisy:
        return fine("the gradient does not scatter.")
    course = course_of(case)
    level = float(course.late.mean() - course.values.min())
    if not (case.constant and course.hovers) or level <= 1e-3 * (course.first - course.values.min()):
        return fine("the gradient scatters, and the run falls all the same.", level=level)
    slopes = np.array([case.slope(case.end) for _ in range(16)])
    mean, scatter = np.linalg.norm(slopes.mean(axis=0)), np.linalg.norm(slopes.std(axis=0))
    return fault(
        "noise",
        f"The gradient is noisy: at the end it scatters by {scatter:.3g} about a mean of {mean:.3g}, and with a constant step "
        f"f hovers {level:.3g} above the lowest value that it met.",
        scatter=float(scatter), mean=float(mean), level=level,
    )  # fmt: skip


def reach(case: Case) -> Finding:
    """Adam's reach: lr times the number of steps is as far as the minimum is."""
    if case.method != "adam":
        return untested("the method is not Adam")
    course, bend = course_of(case), curvature_at(case, case.end)
    if course.arrived or bend is None or bend.matrix is None:
        return fine("the run has arrived.") if course.arrived else untested("the curvature could not be measured")
    gone, way = np.abs(case.end - case.x0), case.rate(0) * case.n_steps
    left = np.abs(case.slope(case.end)) / np.maximum(np.abs(np.diag(bend.matrix)), 1e-300)
    enough = FAR * (case.n_steps if case.given is not None else 1e4)
    if not ((gone > 0.5 * way) & (left > case.rate(0) * enough)).any():
        return fine("the minimum is within reach.", reach=way, distance=float(left.max()))
    i = int(np.argmax(left))
    return fault(
        "step-too-short",
        f"Adam moves a coordinate by about lr a step, so {case.n_steps} steps of {case.rate(0):g} reach {way:.3g} far, "
        f"and the minimum is still about {left[i]:.3g} away.",
        reach=way, distance=float(left[i]), gone=float(gone[i]),
    )  # fmt: skip


def bursts(case: Case) -> Finding:
    """Adam's bursts: what was reached is kept."""
    if case.method != "adam":
        return untested("the method is not Adam")
    v = course_of(case).values
    lowest = int(np.argmin(v))
    fell, back = v[0] - v[lowest], v[lowest:].max() - v[lowest]
    calm = int(np.sum(v - v[lowest] < 1e-3 * back))
    if not back > 1e-6 * fell > 0 or calm < CALM:
        return fine("f does not rise again after it was calm.", back=float(back))
    return fault(
        "adam-bursts",
        f"f fell by {fell:.3g} and then rose again by {back:.3g}: once the slopes are small, Adam divides by their small mean "
        "square, and a constant step throws it out again.",
        fell=float(fell), back=float(back),
    )  # fmt: skip


def memory(case: Case) -> Finding:
    """Memory: β is not so large that the run swings."""
    if case.method not in ("momentum", "nesterov"):
        return untested("the method has no β")
    course, bend = course_of(case), curvature_at(case, case.end)
    if course.arrived or bend is None or not bend.high > 0:
        return fine("the run has arrived.") if course.arrived else untested("the curvature could not be measured")
    root = np.sqrt(max(bend.condition, 1.0))
    best = float(((root - 1) / (root + 1)) ** 2)
    needed, asked = (2 * np.log(SETTLED) / np.log(max(beta, 1e-3)) for beta in (case.beta, best))
    swings = float(np.mean(np.diff(course.values) > course.rounding))
    if needed < 5 * asked or needed < case.n_steps or swings < 0.1:
        return fine("its memory is not too long.", beta=case.beta, best=best)
    return fault(
        "beta-too-large",
        f"With β = {case.beta:g} the run swings for about {needed:.3g} steps before its error is a hundredth, "
        f"and the curvatures here ask for β near {best:.3g}.",
        beta=case.beta, best=best, steps=float(needed),
    )  # fmt: skip
