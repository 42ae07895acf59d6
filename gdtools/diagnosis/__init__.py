"""Why a run fails: tests of the functions, the gradient, the step, the end, the method and the problem, in this order.

Each test rests on those before it. Numbers, shapes and answers that stay the same come first, for everything is computed
from them. Then the gradient is held against differences of f, since no step mends a wrong one.
Then the moves of a run that was brought are held against it, and the step against the curvature that it shows. Only a run
whose functions, gradient and step are right is asked where it stands still; then the method is looked at, and last the
problem itself, which may have no minimum or a poor shape.
The first test that fails names the cause, and those after it are not made.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from gdtools.descent import Descent
from gdtools.diagnosis import end, functions, gradient, method, problem, saddle, step
from gdtools.diagnosis.case import Case, Spent
from gdtools.diagnosis.result import Diagnosis, Finding, Record, untested
from gdtools.diagnosis.words import ADVICE, WHERE
from gdtools.inputs import Gradient, Map, Rate
from gdtools.objectives import Value

Test = Callable[[Case], Finding]
ORDER: tuple[Test, ...] = (
    *(functions.shapes, functions.finite, functions.same_twice, functions.steps_of_f, functions.pairing),
    *(gradient.differences, gradient.jitter, step.moves),
    *(end.edge, step.longest_step, end.spacing, step.shortest_step, method.reach, problem.minimum, saddle.saddle, end.allowed),
    *(method.noise, method.bursts, method.memory),
    *(problem.columns, problem.other_answer, problem.condition),
)


def diagnose(
    f: Value,
    grad: Gradient,
    x0: ArrayLike,
    lr: Rate,
    run: Descent | ArrayLike | None = None,
    *,
    X: ArrayLike | None = None,
    y: ArrayLike | None = None,
    project: Map | None = None,
    method: str = "plain",
    beta: float = 0.0,
    reference: ArrayLike | None = None,
) -> Diagnosis:
    """Say why a run of gradient descent fails: test functions, gradient, step, end, method and problem, one after the other.

    Each test rests on those before it, so the first that fails names the cause and those after it are not made.
    What could not be tested, and why, stands in the findings; where no test explains a failing run, the cause is "unknown".

    Parameters
    ----------
    f : x ↦ f(x), the function to be made small, a number; it gets a copy of x
    grad : x ↦ ∇f(x), an array of the shape of x; it gets a copy of x
    x0 : the start, a finite number or an array of any shape
    lr : the learning rate η > 0 that is used, or a function k ↦ η_k
    run : the run that is asked about, a Descent or its iterates, first axis the step; when left out, a short one is made
    X : the data, an observation a row, where f is a loss of X @ x; more can be tested with it
    y : what was observed, a number for each row of ``X``
    project : x ↦ P(x), the allowed point nearest to x, where there are constraints
    method : "plain", "momentum", "nesterov" or "adam"
    beta : β, the part of the last move that momentum and Nesterov's method keep, in [0, 1)
    reference : another answer to compare with, such as a library's, in the shape of x

    Returns
    -------
    Diagnosis : the cause, its evidence, advice, and what each test found; at most 3000 calls of each function

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Nocedal and Wright (2006), chapters 3 and 8.

    Examples
    --------
    >>> diagnosis = diagnose(lambda x: x @ x, lambda x: 2 * x, [1.0, 2.0], lr=1.5)
    >>> diagnosis.cause, round(diagnosis.evidence["ratio"], 2)
    ('step-too-long', 1.5)
    """
    case = Case(f, grad, x0, lr, run, X=X, y=y, project=project, method=method, beta=beta, reference=reference)
    with np.errstate(all="ignore"):  # what is no number is reported, not warned of
        return _concluded(case, _findings(case))


def _findings(case: Case) -> tuple[Finding, ...]:
    """What each test finds, up to the first fault."""
    found: list[Finding] = []
    for test in ORDER:
        faults = [finding.cause for finding in found if finding.outcome == "fault"]
        finding = untested(f"{faults[0]} comes first") if faults else _made(test, case)
        found.append(finding._replace(test=re.split("[:,.]", test.__doc__ or "")[0]))
    return tuple(found)


def _made(test: Test, case: Case) -> Finding:
    """What a test finds, or why it cannot be made."""
    try:
        return test(case)
    except Spent:
        return untested("so many calls of f or grad were used up before")
    except ImportError:
        return untested("scipy is not installed")


def _concluded(case: Case, findings: tuple[Finding, ...]) -> Diagnosis:
    first = next((finding for finding in findings if finding.outcome == "fault"), None)
    cause = first.cause if first else _unexplained(case)
    evidence = first.evidence if first else _left(case) if cause == "fine" else {}
    calls = {"f": case.f.calls, "grad": case.grad.calls}
    return Diagnosis(cause, evidence, ADVICE[cause], WHERE[cause], findings, calls, _record(case))


def _left(case: Case) -> dict[str, float]:
    """What is left of the slope where a run has not arrived; nothing where it has, or where noise hides it."""
    course = case.memory.get("course")
    if course is None or course.arrived or case.noisy:
        return {}
    slope = course.pulls[int(course.steps[-1])]
    return {"n_steps": case.n_steps, "slope": slope, "share": slope / course.steepest}


def _unexplained(case: Case) -> str:
    """Whether a run without a known fault does well."""
    course = case.memory.get("course")
    hovers = course and course.hovers and not case.noisy and not end.shrinks(case)
    return "unknown" if course is None or course.grows or hovers else "fine"


def _record(case: Case) -> Record | None:
    """What the picture needs, if the tests got as far as the slopes or the run."""
    course = case.memory.get("course")
    if course is None and not case.pairs:
        return None
    steps, values = (course.steps, course.values) if course else (np.empty(0), np.empty(0))
    claimed, measured = np.array(case.pairs, dtype=float).reshape(-1, 2).T
    return Record(case.hist, steps, values, claimed, measured)


__all__ = ["Diagnosis", "diagnose"]
