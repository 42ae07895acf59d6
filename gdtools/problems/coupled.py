"""Check problem B: f = ½xᵀHx with positive diagonal entries and a negative eigenvalue."""

import math
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, between, count_to_a_thousandth, prediction, rounded, told_apart
from gdtools.questions import Choice, Count, Mistake, Number


def coupled(seed: int | None = None) -> Problem:
    """Check problem B: f = ½xᵀHx with positive diagonal entries and a negative eigenvalue."""
    rng = np.random.default_rng(seed)
    if seed is None:
        return _problem(6.0, -1.5, np.array([0.6, 0.8]), "comes near and then leaves", 0.6)
    return told_apart(lambda: _problem(*_drawn(rng), *_course(rng)))


def _problem(up, down, axis, course, size):
    """The eigenvalue that settles, the one that grows, the axis of the first, what the run does, its step in units of 2/L."""
    other, lr, nudge = np.array([-axis[1], axis[0]]), rounded(size * 2 / up), 1e-6
    H = up * np.outer(axis, axis) + down * np.outer(other, other)
    x0 = 1.5 * (axis if course == "settles at the origin" else axis + 1e-3 * other)
    questions = {
        "spectrum": _spectrum(H, up, down),
        "direction": _direction(axis, other, np.array([H[0, 1], up - H[0, 0]])),
        "factor": _factor(H, up, down, lr),
        "bound": _bound(),
        "prediction": _prediction(course),
        "steps": _steps(-lr * down, nudge),
        "assumption": _assumption(),
    }
    return Problem("coupled", SimpleNamespace(H=H, lr=lr, x0=x0, nudge=nudge), questions)


def _drawn(rng):
    """Two eigenvalues of different signs, and the axis of the positive one."""
    angle, ratio, down = rng.uniform(0.57, 0.65) * math.pi / 2, between(rng, 4, 6), between(rng, 0.5, 2)
    return ratio * down, -down, np.array([math.cos(angle), math.sin(angle)])


def _course(rng):
    """What the run does, and a step at which it does that, in units of 2/L with L the largest eigenvalue."""
    course = rng.choice(["settles at the origin", "comes near and then leaves", "leaves at once"])
    return str(course), rng.uniform(1.1, 1.3) if course == "leaves at once" else rng.uniform(0.4, 0.7)


def _spectrum(H, up, down):
    half, beside = np.trace(H) / 2, H[0, 1]
    return Number(
        truth=np.array([down, up]),
        any_order=True,
        hint="The trace is the sum of the eigenvalues and the determinant is their product.",
        lesson="One is negative although H has no negative entry: f falls between the coordinate axes.",
        see="non-convexity",
        mistakes=(
            Mistake(np.diag(H), "This is the diagonal. It holds the eigenvalues only when nothing stands beside it."),
            Mistake(
                np.array([-down, up]),
                "The signs are lost: the determinant of H is negative, so the eigenvalues differ in sign.",
            ),
            Mistake(np.array([-up, -down]), "Both signs are turned: the sum of the eigenvalues is the trace of H."),
            Mistake(np.array([0.0, np.trace(H)]), "These have the right sum, but not the determinant as their product."),
            Mistake(
                np.array([half - beside, half + beside]),
                "Half the difference of the diagonal entries is lost: it stands, squared, beside h₁₂² under the root.",
            ),
            Mistake(np.array([2 * down, 2 * up]), "These are twice the eigenvalues: the formula for the roots divides by 2."),
            Mistake(
                np.array([-beside, beside]),
                "The diagonal is lost: these would be the eigenvalues if it held zeros.",
            ),
            Mistake(
                np.array([np.linalg.det(H), np.trace(H)]),
                "These are the determinant and the trace: the product and the sum of the eigenvalues.",
            ),
            Mistake(np.array([down, up]) / 2, "These are half the eigenvalues: the ½ of f is gone after two derivatives."),
        ),
    )


def _direction(axis, other, row):
    return Number(
        truth=axis,
        up_to_sign=True,
        rtol=5e-4,
        hint="Find the direction v with Hv = λv and λ the larger eigenvalue, and scale it to length 1.",
        lesson="Either sign will do: an eigenvector is a direction. What does one step do to the part of x along it?",
        see="conditioning",
        mistakes=(
            Mistake(other, "This is an eigenvector of the smaller eigenvalue."),
            Mistake(row, "The direction is right, and its length is not 1: divide by it."),
            Mistake(5 * axis, "The direction is right, and its length is 5: divide by it."),
            Mistake(10 * axis, "The direction is right, and its length is 10: divide by it."),
            Mistake(5 * other, "This is an eigenvector of the smaller eigenvalue, and its length is not 1 either."),
            Mistake(axis / axis[0], "The length is not 1: divide by it."),
            Mistake(axis / axis[1], "The length is not 1: divide by the root of the sum of the squares."),
            Mistake(np.array([1.0, 0.0]), "This is a coordinate axis. H couples the coordinates."),
            Mistake(np.array([0.0, 1.0]), "This is the other coordinate axis. H couples the coordinates."),
            Mistake(axis[::-1], "The two entries are exchanged."),
            Mistake(np.array([axis[0], -axis[1]]), "One sign is wrong: try H v, it should be a multiple of v."),
            Mistake(np.sqrt([0.5, 0.5]), "This lies halfway between the coordinate axes, which needs equal diagonal entries."),
        ),
    )


def _factor(H, up, down, lr):
    return Number(
        truth=1 - lr * down,
        hint="Write one step along w alone, wᵀ(x − ηHx). What is wᵀH, and of which sign?",
        lesson="It is above 1, and a shorter step only brings it nearer to 1. Which steps are stable then?",
        see="non-convexity",
        mistakes=(
            Mistake(1 + lr * down, "The sign of λ is lost: 1 − ηλ with a negative λ is more than 1."),
            Mistake(1 - lr * up, "This is the factor of the positive eigenvalue."),
            Mistake(down, "This is λ itself. The factor is 1 − ηλ."),
            Mistake(1 + lr, "The size of λ is lost: the factor is 1 − ηλ."),
            Mistake(1 - lr * H[0, 0], "This takes the first diagonal entry for λ."),
            Mistake(1 - lr * H[1, 1], "This takes the second diagonal entry for λ."),
            Mistake(1 - down, "The step η is lost: the factor is 1 − ηλ."),
            Mistake(-lr * down, "This is −ηλ. One step leaves 1 − ηλ of the part along w."),
            Mistake(lr * down, "This is ηλ. One step leaves 1 − ηλ of the part along w."),
            Mistake(1 + lr * up, "This takes the positive eigenvalue, with the wrong sign."),
            Mistake(-(1 - lr * down), "The sign is turned: 1 − ηλ is positive here."),
            Mistake((1 - lr * down) ** 2, "This is what one step does to the square of the part along w."),
        ),
    )


def _bound():
    return Choice(
        truth="no step at all",
        lesson="What fails is not the length of the step. Which assumption of 2/L does?",
        see="step-size",
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


def _steps(rate, nudge):
    """The nudge grows by the factor 1 + rate at every step."""
    growth, far = math.log(1 + rate), math.log(1 / nudge)
    return Count(
        truth=math.ceil(far / growth),
        hint="The nudge is multiplied by the same factor at every step. How often until it is 1?",
        lesson="A nudge of 1e-12 takes twice as many: a smaller one delays the escape and does not prevent it.",
        see="non-convexity",
        mistakes=(
            Mistake(
                math.ceil(math.log10(1 / nudge) / growth),
                "This takes the decimal logarithm of one and the natural of the other.",
            ),
            count_to_a_thousandth(math.ceil(far / 2 / growth)),
            Mistake(
                math.ceil(far / rate),
                "This takes η|λ| for the logarithm of the factor; the growth a step is a little less.",
            ),
            Mistake(math.ceil(1 / nudge), "This adds where the nudge is multiplied: its growth is a power."),
            Mistake(math.ceil(2 * far / growth), "This is twice the count: the nudge is 1e-6, not its square."),
        ),
    )


NEEDS = {
    "settles at the origin": "To settle, a run must start exactly on the axis of the positive eigenvalue λ, with η below 2/λ.",
    "comes near and then leaves": "To come near and then leave, the large part must shrink and a small one grow.",
    "leaves at once": "To leave at once, what grows must outweigh what shrinks from the first step on.",
    "flips for ever": "To flip for ever, one factor must be −1 exactly and the start have no part along the other axis.",
}
HERE = {
    "settles at the origin": "Here the start lies on that axis; the smallest nudge would lead away.",
    "comes near and then leaves": "Here the start is a thousandth off the axis: the large part shrinks, the small one grows.",
    "leaves at once": "Here η is above 2 over the positive eigenvalue, and along both axes the run moves away.",
}


def _prediction(course):
    return prediction(course, HERE[course], NEEDS, see="non-convexity")


def _assumption():
    return Choice(
        truth="all eigenvalues are positive",
        lesson="Look at the smallest eigenvalue first: its sign says whether there is a stable step, the largest how long.",
        see="step-size",
        mistakes=(
            Mistake("the hessian is symmetric", "H is symmetric: its two entries beside the diagonal are equal."),
            Mistake("the function is quadratic", "It is a quadratic, with the same Hessian everywhere."),
            Mistake("the diagonal is positive", "The diagonal entries are positive, and that was not enough."),
        ),
    )
