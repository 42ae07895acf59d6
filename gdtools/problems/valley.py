"""The worked example: f(x, y) = a x² + b y² from (1, 1)."""

from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, between, bound, first_below, rounded
from gdtools.questions import Choice, Count, Mistake, Number


def valley(seed: int | None = None) -> Problem:
    """The worked example: f(x, y) = a x² + b y² from (1, 1), with a step η = ``lr`` and one that is too long."""
    a, b, lr = (1.0, 10.0, 0.04) if seed is None else _drawn(np.random.default_rng(seed))
    given = SimpleNamespace(a=a, b=b, lr=lr, lr_large=rounded(2.2 / (2 * b)))
    questions = {
        "spectrum": _spectrum(a, b, lr),
        "bound": bound(2 * b, _coefficient_for_curvature(b), mu=2 * a),
        "third": _third(a, b, lr),
        "steps": _steps(a, b, lr),
        "failure": _failure(),
    }
    return Problem("valley", given, questions)


def _drawn(rng):
    a, b = between(rng, 0.5, 2), between(rng, 6, 15)
    return a, b, rounded(between(rng, 0.15, 0.45) / b)


def _left(a, b, lr, k):
    """What k steps leave of (1, 1)."""
    return np.array([(1 - lr * 2 * a) ** k, (1 - lr * 2 * b) ** k])


def _spectrum(a, b, lr):
    return Number(
        truth=np.array([2 * a, 2 * b]),
        any_order=True,
        hint="The Hessian holds the second derivatives. Differentiate a x² twice.",
        mistakes=(
            Mistake(np.array([a, b]), "These are the coefficients of x² and y². The second derivative of a x² is twice a."),
            Mistake(_left(a, b, lr, 1), "These are the factors of the step, 1 − ηλ. The question asks for the λ themselves."),
        ),
    )


def _coefficient_for_curvature(b):
    return Mistake(2 / b, "This takes the coefficient b for L. The second derivative of b y² is 2b.")


def _third(a, b, lr):
    third = _left(a, b, lr, 3)
    return Number(
        truth=third,
        hint="Each coordinate is multiplied by its own factor 1 − ηλ at every step.",
        mistakes=(
            Mistake(_left(a, b, lr, 2), "This is the iterate after two steps."),
            Mistake(_left(a, b, lr, 1), "These are the factors of a single step, not what three steps leave."),
            Mistake(third[::-1], "The factors belong to the other coordinate: x is the flat direction."),
            Mistake(_left(a / 2, b / 2, lr, 3), "A factor 2 is lost: the derivative of a x² is 2 a x."),
        ),
    )


def _steps(a, b, lr):
    x, y = _left(a, b, lr, 1)
    return Count(
        truth=first_below(x, 1e-6),
        hint="The factor of x, raised to the power k, has to fall below 1e-6. Take logarithms.",
        mistakes=(
            Mistake(first_below(abs(y), 1e-6), "That is the count for y, the fast direction. x takes longer."),
            Mistake(first_below(x, 1e-3), "That is the count for x below 1e-3: it needs half of the steps."),
            Mistake(first_below(1 - lr * a, 1e-6), "A factor 2 is lost: the factor of x is 1 − 2aη."),
        ),
    )


def _failure():
    return Choice(
        truth="y grows and x settles",
        mistakes=(
            Mistake("both grow", "The factor of x at this step is still between 0 and 1."),
            Mistake("both settle", "The factor of y is below −1: it changes sign and gains size."),
            Mistake("y flips for ever", "That happens on the bound itself, where the factor of y is −1 exactly."),
        ),
    )
