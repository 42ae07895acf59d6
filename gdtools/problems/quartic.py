"""Check problem A: f(x) = x⁴, where the practised formula promises too much."""

import math
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    between,
    count_at_twice_the_step,
    first_below,
    iterations,
    prediction,
    rounded,
    told_apart,
)
from gdtools.questions import Choice, Mistake, Number


def quartic(seed: int | None = None) -> Problem:
    """Check problem A: f(x) = x⁴, where the practised formula promises too much."""
    rng = np.random.default_rng(seed)
    if seed is None:
        return _problem(1.5, 0.05, 10_000, "explodes", 1.1)
    return told_apart(lambda: _problem(*_drawn(rng)))


def _problem(x0, lr_k, k, course, size):
    near = round(0.01 * x0, 6)
    given = SimpleNamespace(x0=x0, lr=_step(x0, course, size), lr_k=lr_k, k=k, near=near)
    questions = {
        "hessian": _hessian(x0),
        "promise": _promise(),
        "left": _left(x0, lr_k, k, given.lr),
        "prediction": _prediction(course),
        "bound": _bound(x0),
        "steps": _steps(x0, lr_k, near, given.lr),
        "assumption": _assumption(),
    }
    return Problem("quartic", given, questions)


def _drawn(rng):
    """A start, a step for a long run and its length, what the run that is predicted does, and its step in units of the bound.

    From 2.5 and from 5 a run flips for ever in rounded numbers too: the first step leads to the mirror image exactly.
    """
    course = str(rng.choice(["settles slowly", "flips for ever", "explodes"]))
    x0 = float(rng.choice([2.5, 5.0])) if course == "flips for ever" else between(rng, 1.3, 3)
    low, high = {"settles slowly": (0.5, 0.9), "flips for ever": (1.0, 1.0), "explodes": (1.1, 1.3)}[course]
    return x0, rounded(between(rng, 0.1, 0.2) / x0**2), 1000 * int(rng.integers(5, 15)), course, rng.uniform(low, high)


def _step(x0, course, size):
    """The step of the predicted run; on the border no digit may be lost."""
    return 1 / (2 * x0**2) if course == "flips for ever" else rounded(size / (2 * x0**2))


def _after(x, lr):
    """Where one step from x leads."""
    return x - lr * 4 * x**3


def _hessian(x0):
    return Number(
        truth=0.0,
        atol=1e-3,
        hint="Differentiate x⁴ twice and put in the minimiser.",
        lesson="A minimum without curvature: what does 2/L say of it?",
        see="non-convexity",
        mistakes=(
            Mistake(12 * x0**2, "This is f″ at the start. The question asks for that at the minimiser."),
            Mistake(12.0, "This is f″ at x = 1."),
            Mistake(2.0, "This is the second derivative of x². Here f is x⁴."),
            Mistake(4 * x0**3, "This is f′ at the start. The question asks for f″, at the minimiser."),
            Mistake(12 * x0, "This is 12x₀: a square is lost, and the question asks for the minimiser."),
            Mistake(4.0, "This is the 4 of 4x³, the first derivative."),
            Mistake(24.0, "This is the fourth derivative. The question asks for the second."),
        ),
    )


def _promise():
    return Choice(
        truth="any step",
        lesson="So the formula says. Does x⁴ keep this promise?",
        see="step-size",
        mistakes=(
            Mistake("no step", "That would be so if L were infinite. It is 0, and 2/L is infinite."),
            Mistake("steps below 1", "For this 2/L would have to be finite. L at the minimiser is 0."),
        ),
    )


def _bound(x0):
    return Number(
        truth=1 / (2 * x0**2),
        hint="One step multiplies x by 1 − 4ηx². For which η is this above −1 at the start, and does it stay so?",
        lesson="It belongs to the start and not to the minimum: from a start twice as far it is a quarter as long.",
        see="step-size",
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
                1 / (12 * x0**2),
                "The formula 1/L with L = f″(x₀): cautious, and of a quadratic with this curvature everywhere.",
            ),
            Mistake(
                1 / (4 * x0**2),
                "At this step the factor 1 − 4ηx² is 0 and the first step lands on the minimum. It may be twice as long.",
            ),
            Mistake(1 / (2 * x0), "The factor is 1 − 4ηx²: the start enters squared, with a 4."),
            Mistake(2 / x0**2, "The 4 is lost: the derivative of x⁴ is 4x³, and the factor 1 − 4ηx²."),
            Mistake(1 / (8 * x0**2), "At this step the factor 1 − 4ηx² is ½ at the start; the border is −1."),
            Mistake(2 / (4 * x0**3), "This is 2/f′(x₀). The factor is 1 − 4ηx²: one x of f′ is what it multiplies."),
            Mistake(0.5, "The start is lost: this is the bound from x = 1."),
            Mistake(2 / 12, "This is 2 over f″(1). The run does not start at 1, and f is no quadratic."),
            Mistake(2 * x0**2, "This is upside down: the farther away the start, the shorter the step."),
            Mistake(1 / x0**2, "At this step the factor 1 − 4ηx² is −3 at the start."),
        ),
    )


def _two_lost(answer):
    return Mistake(answer, "A factor 2 is lost: the change of 1/x² is 8η a step, not 4η.")


def _four_lost(answer):
    return Mistake(answer, "A factor 4 is lost: the derivative of x⁴ is 4x³.")


def _left(x0, lr, k, other):
    left = x0
    for _ in range(k):
        left = _after(left, lr)
    return Number(
        truth=left,
        rtol=0.01,
        hint="Follow 1/x² in place of x: by how much does one step change it, once x is small?",
        lesson="A hundred times as many steps bring the run ten times as near, and the start is all but forgotten.",
        see="conditioning",
        mistakes=(
            Mistake(1 / (8 * lr * k), "The square root is missing: 1/(8ηk) is x², not x."),
            _two_lost(1 / math.sqrt(4 * lr * k)),
            _four_lost(1 / math.sqrt(2 * lr * k)),
            Mistake(1 / math.sqrt(lr * k), "A factor 8 is lost: one step changes 1/x² by about 8η."),
            Mistake(math.sqrt(8 * lr * k), "This is upside down: it is 1/x² that grows to 8ηk."),
            Mistake(x0 / math.sqrt(8 * lr * k), "The start does not multiply: 1/x² starts at 1/x₀² and grows by 8η a step."),
            Mistake(1 / math.sqrt(8 * other * k), "This is the rule for the step lr. The question asks for lr_k."),
            Mistake(-left, "The sign is turned: at so short a step the run stays on its side."),
            Mistake(_after(x0, lr), "This is where one step leads."),
            Mistake(
                0.0,
                "That is what a rate as good as the first factor would leave. "
                "It assumes linear convergence, and the factor goes to 1 as x goes to 0.",
            ),
        ),
    )


def _count(x0, lr, near):
    return iterations(lambda x: _after(x, lr), x0, lambda x: abs(x) <= near)


def _about(lr, near):
    """The count by the rule 1/x² ≈ 8ηk."""
    return 1 / (8 * lr * near**2)


def _steps(x0, lr, near, other):
    return Number(
        truth=_count(x0, lr, near),
        rtol=0.01,
        atol=1.0,
        count=True,
        hint="Solve the rule that you found for |x| after k steps for k, or run and count.",
        lesson="For one digit more it takes a hundred times as many: a linear rate takes the same number more each time.",
        see="conditioning",
        mistakes=(
            Mistake(
                first_below(abs(1 - 4 * lr * x0**2), 0.01),
                "This continues the first factor geometrically. The factor is no constant: it goes to 1 as x goes to 0.",
            ),
            Mistake(_count(x0, lr, 0.1 * x0), "This is the count to a tenth of the start. The question asks for a hundredth."),
            Mistake(_about(lr, 0.01), "This is the count to 0.01. The question asks for a hundredth of the start."),
            Mistake(1 / (8 * lr * near), "The distance is not squared: 1/x² grows by 8η a step."),
            _two_lost(2 * _about(lr, near)),
            _four_lost(4 * _about(lr, near)),
            Mistake(_about(other, near), "This is the rule for the step lr, whether or not it settles. Asked for is lr_k."),
            count_at_twice_the_step(_about(2 * lr, near)),
            Mistake(8 * _about(lr, near), "A factor 8 is lost: k is about 1/(8ηx²)."),
        ),
    )


def _assumption():
    return Choice(
        truth="the curvature at the minimum is positive",
        lesson="Without it there is no linear rate; and away from the minimum the curvature grows without a bound.",
        see="step-size",
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


NEEDS = {
    "explodes": "To explode, the factor 1 − 4ηx² must be below −1 at the start.",
    "flips for ever": "To flip for ever, the factor 1 − 4ηx² must be −1 exactly at the start.",
    "settles slowly": "To settle slowly, the factor 1 − 4ηx² must be between −1 and 1 at the start.",
    "settles at a linear rate": "To settle at a linear rate, the factor would have to stay away from 1; near 0 it does not.",
}
HERE = {
    "explodes": "Here 1 − 4ηx₀² is below −1, so the first step leads farther out, where the factor is lower still.",
    "flips for ever": "Here 1 − 4ηx₀² is −1 exactly, so each step leads to the mirror image.",
    "settles slowly": "Here 1 − 4ηx₀² lies between −1 and 1, so each step leads closer, where the factor is closer to 1.",
}


def _prediction(course):
    return prediction(course, HERE[course], NEEDS)
