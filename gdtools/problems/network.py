"""One hidden unit, f(a, b) = ½(ab − c)²."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    between,
    bound,
    bound_upside_down,
    count_at_half_the_step,
    count_at_twice_the_step,
    iterations,
    largest_itself,
    prediction,
    rounded,
    told_apart,
)
from gdtools.questions import Count, Function, Mistake, Number


def network(seed: int | None = None) -> Problem:
    """One hidden unit, f(a, b) = ½(ab − c)²."""
    rng = np.random.default_rng(seed)
    if seed is None:
        return _problem(rng, 2.25, (0.3, 0.6), "settles at another minimum", 2.0, 1.2)
    draw = lambda: (between(rng, 1.5, 4), rng.uniform((0.25, 0.55), (0.35, 0.65)), *_course(rng))  # noqa: E731
    return told_apart(lambda: _problem(rng, *draw()))


def _problem(rng, c, share, course, uneven, size):
    """The minimum beside which the predicted run starts has the weights √c times and over ``uneven``."""
    root, unit, minimum = math.sqrt(c), Unit(c), math.sqrt(c) * np.array([uneven, 1 / uneven])
    lr = rounded(size / c if course == "jumps between two points" else size * 2 / (minimum @ minimum))
    start = np.round(root * np.array(share), 4)
    beside = np.round(minimum * [1.01, 1], 4)
    given = SimpleNamespace(c=c, start=start, beside=beside, lr=lr)
    questions = {
        "gradient": _gradient(unit, list(rng.normal(size=(4, 2)) + 1)),
        "spectrum": _spectrum(c, beside @ beside),
        "bound": _bound(c, root, beside @ beside),
        "limit": _limit(root),
        "steps": _steps(unit, start, 0.2 / c),
        "prediction": _prediction(course),
    }
    return Problem("network", given, questions)


def _course(rng):
    """What the run does, how uneven the weights are where it starts, and a step in units of the bound there or of 1/c."""
    course = rng.choice(["settles at this minimum", "settles at another minimum", "jumps between two points"])
    uneven, size = {
        "settles at this minimum": ((1.3, 2.0), (0.6, 0.9)),
        "settles at another minimum": ((1.6, 2.2), (1.1, 1.35)),
        "jumps between two points": ((1.0, 1.2), (1.05, 1.15)),
    }[course]
    return str(course), rng.uniform(*uneven), rng.uniform(*size)


@dataclass(frozen=True)
class Unit:
    """The product ``c`` that the two weights should have."""

    c: float

    def gradient(self, p):
        return (p[0] * p[1] - self.c) * np.array([p[1], p[0]])

    def one_after_the_other(self, p, lr):
        """A step in which b is updated with the new a, as it should not be."""
        a = p[0] - lr * self.gradient(p)[0]
        return np.array([a, p[1] - lr * (a * p[1] - self.c) * a])

    def count(self, start, lr, accuracy, step=None):
        """How many steps it takes from ``start`` until |ab − c| is at most the accuracy."""
        step = step or (lambda p, lr: p - lr * self.gradient(p))
        return iterations(lambda p: step(p, lr), start, lambda p: abs(p[0] * p[1] - self.c) <= accuracy)


def _gradient(unit, points):
    c = unit.c
    return Function(
        truth=unit.gradient,
        formula=r"(ab - c)\,(b, a)",
        points=points,
        hint="The outer derivative is the residual ab − c. Then differentiate ab by a and by b.",
        lesson="Each weight scales the other's gradient, so where one is small the other hardly learns.",
        see="negative-gradient",
        mistakes=(
            Mistake(
                lambda p: unit.gradient(p)[::-1],
                "The two entries are exchanged: the derivative of ab by a is b.",
                r"(ab - c)\,(a, b)",
            ),
            Mistake(lambda p: -unit.gradient(p), "The residual has the wrong sign: it is ab − c.", r"(c - ab)\,(b, a)"),
            Mistake(lambda p: 2 * unit.gradient(p), "A factor 2 too many: the ½ takes it away.", r"2(ab - c)\,(b, a)"),
            Mistake(lambda p: unit.gradient(p) / 2, "A factor ½ too many: the square brings a 2.", r"\tfrac12(ab - c)\,(b, a)"),
            Mistake(lambda p: np.array([p[1], p[0]]), "The residual is missing.", r"(b, a)"),
            Mistake(
                lambda p: (p[0] * p[1] - c) * np.ones(2),
                "The inner derivatives are missing: ab has the derivatives b and a.",
                r"(ab - c)\,(1, 1)",
            ),
            Mistake(
                lambda p: p[0] * p[1] * np.array([p[1], p[0]]),
                "The target c is missing: the residual is ab − c.",
                r"ab\,(b, a)",
            ),
            Mistake(
                lambda p: (p[0] * p[1] - 1) * np.array([p[1], p[0]]),
                "The target is 1 in this. Here it is c.",
                r"(ab - 1)\,(b, a)",
            ),
            Mistake(
                lambda p: (p[0] * p[1] - c) ** 2 * np.array([p[1], p[0]]) / 2,
                "The residual is still squared: the derivative of ½r² is r.",
                r"\tfrac12(ab - c)^2\,(b, a)",
            ),
        ),
    )


def _squares_lost(answer):
    return Mistake(answer, "The squares are lost: the diagonal of the Hessian holds b² and a².")


def _spectrum(c, elsewhere):
    root = math.sqrt(c)
    return Number(
        truth=np.array([0.0, 2 * c]),
        any_order=True,
        atol=0.01 * c,
        hint="Where ab = c the Hessian is the outer product of (b, a) with itself.",
        lesson="The 0 belongs to the direction along the curve of minima: there the loss does not change at all.",
        see="non-convexity",
        mistakes=(
            Mistake(np.array([c, c]), "This is the diagonal of the Hessian. The entry beside it is not zero."),
            Mistake(np.array([-c, c]), "This is the Hessian at (0, 0), the saddle."),
            Mistake(np.array([0, c]), "A factor 2 is lost: the sum of the eigenvalues is the trace, and one of them is 0."),
            Mistake(np.array([0, 2]), "The target c is lost: a² and b² are c each."),
            _squares_lost(np.array([0, 2 * root])),
            Mistake(np.array([0, 4 * c]), "A factor 2 too many: the sum of the eigenvalues is the trace."),
            Mistake(np.array([0, elsewhere]), "This is a² + b² at `beside`. Asked for is the minimum with both weights √c."),
            Mistake(np.zeros(2), "Across the curve of minima the loss rises, so one eigenvalue is above 0."),
            Mistake(np.array([2 * c, 2 * c]), "Both cannot be 2c: along the curve of minima the loss does not change."),
            Mistake(np.array([-2 * c, 0]), "The sign is turned: at a minimum no eigenvalue is negative."),
        ),
    )


def _bound(c, root, elsewhere):
    return bound(
        2 * c,
        Mistake(2 / c, "This takes the diagonal entry for L. What stands beside it counts too."),
        Mistake(1, "The target c is lost: at this minimum a² is c."),
        _squares_lost(1 / root),
        Mistake(2 / elsewhere, "This takes L at `beside`. Asked for is the bound of the minimum with both weights √c."),
        largest_itself(2 * c),
        bound_upside_down(2 * c),
        Mistake(0.25 / c, "This is half of 1/L. The bound is four times as long."),
        lesson="All other minima on this branch have a larger a² + b², and a shorter bound.",
    )


def _steps(unit, start, lr):
    return Count(
        truth=unit.count(start, lr, 1e-9),
        hint="Run from the given start at a fifth of the bound until |ab − c| ≤ 1e-9, with both weights updated at once.",
        lesson="The minimum in which it ends is one of many. What decides which?",
        see="non-convexity",
        mistakes=(
            Mistake(
                unit.count(start, lr, 1e-9, unit.one_after_the_other),
                "This is the count with one weight updated after the other. Both entries of the gradient belong to one point.",
            ),
            Mistake(
                unit.count(start, lr, math.sqrt(2e-9)),
                "This is the count until the loss ½(ab − c)² is below 1e-9. Asked for is |ab − c| itself.",
            ),
            Mistake(unit.count(start, lr, 1e-8), "This is the count to 10⁻⁸, which is 10e-9. 10⁻⁹ is written 1e-9."),
            Mistake(unit.count(start, lr, 1e-6), "This is the count to 1e-6."),
            count_at_twice_the_step(unit.count(start, 2 * lr, 1e-9)),
            count_at_half_the_step(unit.count(start, lr / 2, 1e-9)),
        ),
    )


def _limit(root):
    return Number(
        truth=np.zeros(2),
        atol=1e-3,
        hint="From (√c, −√c), what does one step do to the sum a + b?",
        lesson="Symmetry leads to the saddle, exactly. What would the smallest difference between |a| and |b| do?",
        see="non-convexity",
        mistakes=(
            Mistake(
                np.array([root, root]),
                "That is a minimum. From (√c, −√c) symmetry keeps a = −b, and no minimum has that.",
            ),
            Mistake(np.array([-root, -root]), "That is a minimum too. Symmetry keeps a = −b on the whole run."),
            Mistake(np.array([root, -root]), "That is the start, and the gradient does not vanish there."),
            Mistake(np.array([-root, root]), "That is the mirror image of the start, and the gradient does not vanish there."),
        ),
    )


NEEDS = {
    "explodes": "To explode, η must be far above the bound of the minimum beside the start.",
    "settles at this minimum": "To settle at this minimum, η must be below 2/L with its own L = a² + b².",
    "settles at another minimum": "To settle at another minimum, η must be above the bound of this one and below 1/c.",
    "jumps between two points": "To jump between two points for ever, η must be above 1/c, the longest of all bounds.",
}
HERE = {
    "settles at this minimum": "Here η is below that bound, and the error across the curve shrinks at every step.",
    "settles at another minimum": "Here this minimum repels, and one with a smaller a² + b² holds the run.",
    "jumps between two points": "Here no minimum holds the run, and the residual turns its sign at every step.",
}


def _prediction(course):
    return prediction(course, HERE[course], NEEDS, see="non-convexity")
