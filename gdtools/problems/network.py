"""One hidden unit, f(a, b) = ½(ab − c)²."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, between, bound, count_at_half_the_step, count_to_a_thousandth, iterations, rounded
from gdtools.questions import Choice, Count, Function, Mistake, Number


def network(seed: int | None = None) -> Problem:
    """One hidden unit, f(a, b) = ½(ab − c)²."""
    rng = np.random.default_rng(seed)
    c = 1.0 if seed is None else between(rng, 1.5, 4)
    root, lr, unit = math.sqrt(c), rounded(0.05 / c), Unit(c)
    start = np.round([2.5 * root, 0.2 * root], 4)
    questions = {
        "gradient": _gradient(unit, rng.normal(size=(4, 2)) + 1),
        "spectrum": _spectrum(c),
        "bound": bound(2 * c, _diagonal(c)),
        "steps": _steps(unit, start, lr),
        "limit": _limit(root),
        "failure": _failure(),
    }
    return Problem("network", SimpleNamespace(c=c, lr=lr, start=start, lr_large=rounded(1.1 / c)), questions)


@dataclass(frozen=True)
class Unit:
    """The product ``c`` that the two weights should have."""

    c: float

    def gradient(self, p):
        return (p[0] * p[1] - self.c) * np.array([p[1], p[0]])

    def count(self, start, lr, accuracy):
        """How many steps it takes from ``start`` until |ab − c| is at most the accuracy."""
        return iterations(lambda p: p - lr * self.gradient(p), start, lambda p: abs(p[0] * p[1] - self.c) <= accuracy)


def _gradient(unit, points):
    return Function(
        truth=unit.gradient,
        points=list(points),
        hint="The outer derivative is the residual ab − c. Then differentiate ab by a and by b.",
        mistakes=(
            Mistake(lambda p: unit.gradient(p)[::-1], "The two entries are exchanged: the derivative of ab by a is b."),
            Mistake(lambda p: -unit.gradient(p), "The residual has the wrong sign: it is ab − c."),
            Mistake(lambda p: 2 * unit.gradient(p), "A factor 2 too many: the ½ takes it away."),
            Mistake(lambda p: np.array([p[1], p[0]]), "The residual is missing."),
        ),
    )


def _spectrum(c):
    return Number(
        truth=np.array([0.0, 2 * c]),
        any_order=True,
        atol=0.01 * c,
        hint="Where ab = c the Hessian is the outer product of (b, a) with itself.",
        mistakes=(
            Mistake(np.array([c, c]), "This is the diagonal of the Hessian. The entry beside it is not zero."),
            Mistake(np.array([-c, c]), "This is the Hessian at (0, 0), the saddle."),
            Mistake(np.array([0, c]), "A factor 2 is lost: L is a² + b², and both are equal here."),
        ),
    )


def _diagonal(c):
    return Mistake(2 / c, "This takes the diagonal entry for L. The largest eigenvalue is a² + b².")


def _steps(unit, start, lr):
    return Count(
        truth=unit.count(start, lr, 1e-6),
        hint="Run from the given start at the given step until |ab − c| ≤ 1e-6.",
        mistakes=(
            count_to_a_thousandth(unit.count(start, lr, 1e-3)),
            Mistake(unit.count(start, 2 * lr, 1e-6), "This is the count at twice the step."),
            count_at_half_the_step(unit.count(start, lr / 2, 1e-6)),
        ),
    )


def _limit(root):
    return Number(
        truth=np.zeros(2),
        atol=1e-3,
        hint="From (√c, −√c), what does one step do to the sum a + b?",
        mistakes=(
            Mistake(
                np.array([root, root]),
                "That is a minimum. From (√c, −√c) symmetry keeps a = −b, and no minimum has that.",
            ),
            Mistake(np.array([-root, -root]), "That is a minimum too. Symmetry keeps a = −b on the whole run."),
            Mistake(np.array([root, -root]), "That is the start, and the gradient does not vanish there."),
        ),
    )


def _failure():
    return Choice(
        truth="jumps between two points",
        mistakes=(
            Mistake(
                "explodes",
                "A quadratic would. Here the slope grows less towards the saddle "
                "than the curvature at the minimum suggests, and the run is caught.",
            ),
            Mistake("settles at the minimum", "The step is above 2/L, and the minimum repels whatever comes near."),
            Mistake("ends at the saddle", "The saddle attracts only from the line a = −b."),
        ),
    )
