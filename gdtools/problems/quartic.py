"""Check problem A: f(x) = x⁴, where the practised formula promises too much."""

import math
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, between, first_below, iterations, rounded
from gdtools.questions import Choice, Mistake, Number


def quartic(seed: int | None = None) -> Problem:
    """Check problem A: f(x) = x⁴, where the practised formula promises too much."""
    x0, lr, k = (1.5, 0.05, 10_000) if seed is None else _drawn(np.random.default_rng(seed))
    near = round(0.01 * x0, 6)
    given = SimpleNamespace(x0=x0, lr=lr, k=k, near=near, lr_large=rounded(1.1 / (2 * x0**2)))
    questions = {
        "hessian": _hessian(x0),
        "promise": _promise(),
        "bound": _bound(x0),
        "left": _left(x0, lr, k),
        "steps": _steps(x0, lr, near),
        "assumption": _assumption(),
        "failure": _failure(),
    }
    return Problem("quartic", given, questions)


def _drawn(rng):
    x0 = between(rng, 1.3, 3)
    return x0, rounded(between(rng, 0.1, 0.2) / x0**2), 1000 * int(rng.integers(5, 15))


def _after(x, lr):
    """Where one step from x leads."""
    return x - lr * 4 * x**3


def _hessian(x0):
    return Number(
        truth=0.0,
        atol=1e-3,
        hint="Differentiate x⁴ twice and put in the minimiser.",
        mistakes=(
            Mistake(12 * x0**2, "This is f″ at the start. The question asks for that at the minimiser."),
            Mistake(12.0, "This is f″ at x = 1."),
            Mistake(2.0, "This is the second derivative of x². That of x⁴ is 12x²."),
        ),
    )


def _promise():
    return Choice(
        truth="any step",
        mistakes=(
            Mistake("no step", "That would be so if L were infinite. It is 0, and 2/L is infinite."),
            Mistake("steps below 1", "For this 2/L would have to be finite. L at the minimiser is 0."),
        ),
    )


def _bound(x0):
    return Number(
        truth=1 / (2 * x0**2),
        hint="One step multiplies x by 1 − 4ηx². For which η is this above −1 at the start, and does it stay so?",
        mistakes=(
            Mistake(
                math.inf,
                "That is what 2/L promises with the curvature 0 of the minimum. From this start a long step explodes.",
            ),
            Mistake(
                2 / (12 * x0**2),
                "The formula 2/L with L = f″(x₀): it assumes that f is a quadratic with this curvature everywhere.",
            ),
            Mistake(
                1 / (4 * x0**2),
                "At this step the factor 1 − 4ηx² is 0 and the first step lands on the minimum. It may be twice as long.",
            ),
            Mistake(1 / (2 * x0), "The factor is 1 − 4ηx²: the start enters squared, with a 4."),
        ),
    )


def _two_lost(answer):
    return Mistake(answer, "A factor 2 is lost: the change of 1/x² is 8η a step, not 4η.")


def _left(x0, lr, k):
    left = x0
    for _ in range(k):
        left = _after(left, lr)
    return Number(
        truth=left,
        rtol=0.02,
        hint="With x² = s, one step changes 1/s by about 8η. So after k steps …",
        mistakes=(
            Mistake(1 / (8 * lr * k), "The square root is missing: 1/(8ηk) is x², not x."),
            _two_lost(1 / math.sqrt(4 * lr * k)),
            Mistake(
                0.0,
                "That is what a rate as good as the first factor would leave. "
                "It assumes linear convergence, and the factor goes to 1 as x goes to 0.",
            ),
        ),
    )


def _count(x0, lr, near):
    return iterations(lambda x: _after(x, lr), x0, lambda x: abs(x) <= near)


def _steps(x0, lr, near):
    return Number(
        truth=_count(x0, lr, near),
        rtol=0.01,
        atol=1.0,
        hint="Solve 1/√(8ηk) = the accuracy for k, or run and count.",
        mistakes=(
            Mistake(
                first_below(abs(1 - 4 * lr * x0**2), 0.01),
                "This continues the first factor geometrically. The factor is no constant: it goes to 1 as x goes to 0.",
            ),
            Mistake(_count(x0, lr, 0.1 * x0), "This is the count to a tenth of the start. The question asks for a hundredth."),
            _two_lost(1 / (4 * lr * near**2)),
        ),
    )


def _assumption():
    return Choice(
        truth="the curvature at the minimum is positive",
        mistakes=(
            Mistake("the function is convex", "x⁴ is convex: f″ = 12x² is nowhere negative."),
            Mistake(
                "the function is smooth",
                "x⁴ has derivatives of every order. "
                "No L bounds its curvature everywhere, but that is not what fails at the minimum.",
            ),
            Mistake("the minimiser is unique", "It has one minimiser, x = 0."),
        ),
    )


def _failure():
    return Choice(
        truth="explodes",
        mistakes=(
            Mistake(
                "settles slowly", "That is what 2/L at the minimum promises. At the start the factor 1 − 4ηx² is below −1."
            ),
            Mistake("flips for ever", "That needs a factor of −1 exactly. Here it is below −1 at the start."),
            Mistake("settles at a linear rate", "A linear rate needs a positive curvature at the minimum, and a stable step."),
        ),
    )
