"""Check problem B: f = ½xᵀHx with positive diagonal entries and a negative eigenvalue."""

import math
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, between, count_to_a_thousandth, rounded
from gdtools.questions import Choice, Count, Mistake, Number


def coupled(seed: int | None = None) -> Problem:
    """Check problem B: f = ½xᵀHx with positive diagonal entries and a negative eigenvalue."""
    book = 4.0, -1.0, np.array([0.6, 0.8]), 0.25
    up, down, axis, lr = book if seed is None else _drawn(np.random.default_rng(seed))
    other = np.array([-axis[1], axis[0]])
    H = up * np.outer(axis, axis) + down * np.outer(other, other)
    questions = {
        "spectrum": _spectrum(H, up, down),
        "bound": _bound(),
        "growth": _growth(up, down, lr),
        "stable_axis": _stable_axis(axis, other),
        "steps": _steps(-lr * down),
        "failure": _failure(),
        "assumption": _assumption(),
    }
    return Problem("coupled", SimpleNamespace(H=H, lr=lr, nudge=1e-6), questions)


def _drawn(rng):
    """The eigenvalue that settles, the one that grows, the axis of the first, and a step."""
    angle = rng.uniform(0.45, 0.65) * math.pi / 2
    ratio = between(rng, 5, 9)
    down = between(rng, 0.5, 1)
    return ratio * down, -down, np.array([math.cos(angle), math.sin(angle)]), rounded(1 / (ratio * down))


def _spectrum(H, up, down):
    return Number(
        truth=np.array([down, up]),
        any_order=True,
        hint="The trace is the sum of the eigenvalues and the determinant is their product.",
        mistakes=(
            Mistake(np.diag(H), "This is the diagonal. It holds the eigenvalues only when nothing stands beside it."),
            Mistake(
                np.array([-down, up]),
                "The signs are lost: the determinant of H is negative, so the eigenvalues differ in sign.",
            ),
            Mistake(np.array([0.0, np.trace(H)]), "These have the right sum, but not the determinant as their product."),
        ),
    )


def _bound():
    return Choice(
        truth="no step at all",
        mistakes=(
            Mistake(
                "every step below 2/L",
                "This is 2/L with L the largest eigenvalue. It assumes that there is no negative one.",
            ),
            Mistake(
                "every step below 2 over the largest diagonal entry",
                "The diagonal is not the spectrum: the negative eigenvalue hides beside it.",
            ),
            Mistake("every short enough step", "A shorter step only makes 1 + η|λ| smaller, but never as small as 1."),
        ),
    )


def _growth(up, down, lr):
    return Number(
        truth=1 - lr * down,
        hint="The factor is 1 − ηλ, also for a negative λ.",
        mistakes=(
            Mistake(1 + lr * down, "The sign of λ is lost: 1 − ηλ with a negative λ is more than 1."),
            Mistake(1 - lr * up, "This is the factor of the positive eigenvalue."),
        ),
    )


def _stable_axis(axis, other):
    return Number(
        truth=axis,
        hint="Find the direction v with Hv = λv and λ positive, and scale it to length 1 with a positive first entry.",
        mistakes=(
            Mistake(other * np.sign(other[0]), "This is the axis that grows, the eigenvector of the negative eigenvalue."),
            Mistake(axis / axis[0], "The length is not 1: divide by it."),
            Mistake(np.array([1.0, 0.0]), "This is a coordinate axis. H couples the coordinates."),
        ),
    )


def _steps(rate):
    """The nudge of 1e-6 grows by the factor 1 + rate at every step."""
    growth = math.log(1 + rate)
    return Count(
        truth=math.ceil(math.log(1e6) / growth),
        hint="The nudge is multiplied by the growth factor at every step. How often until it is 1?",
        mistakes=(
            Mistake(math.ceil(6 / growth), "This takes the decimal logarithm of one and the natural of the other."),
            count_to_a_thousandth(math.ceil(math.log(1e3) / growth)),
            Mistake(
                math.ceil(math.log(1e6) / rate),
                "This takes η|λ| for the logarithm of the growth factor; the growth a step is a little less.",
            ),
        ),
    )


def _failure():
    return Choice(
        truth="approaches the saddle and then leaves",
        mistakes=(
            Mistake(
                "settles at the saddle",
                "On the stable axis exactly it would. The nudge is multiplied by more than 1 at every step.",
            ),
            Mistake("leaves at once", "The large part shrinks at first: it takes the nudge many steps to show."),
            Mistake("settles at a minimum", "f has no minimum: along the other axis it falls for ever."),
        ),
    )


def _assumption():
    return Choice(
        truth="all eigenvalues are positive",
        mistakes=(
            Mistake("the hessian is symmetric", "H is symmetric: its two entries beside the diagonal are equal."),
            Mistake("the function is quadratic", "It is a quadratic, with the same Hessian everywhere."),
            Mistake("the diagonal is positive", "The diagonal entries are positive, and that was not enough."),
        ),
    )
