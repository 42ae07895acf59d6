"""Masses between two walls, E(u) = ½ uᵀKu − pᵀu, with a load on the first mass."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, between, bound, condition, decimal_logarithm, rounded, steps_of_modes
from gdtools.questions import Choice, Count, Function, Mistake, Number


def springs(seed: int | None = None) -> Problem:
    """Masses between two walls, E(u) = ½ uᵀKu − pᵀu, with a load on the first mass."""
    rng = np.random.default_rng(seed)
    row = Row(5, 1.0, 1.0) if seed is None else Row(int(rng.integers(4, 9)), between(rng, 2, 9), between(rng, 5, 20))
    low, high = row.eigenvalues()[[0, -1]]
    given = SimpleNamespace(n=row.n, k=row.k, load=row.load, lr_large=rounded(2.24 / high))
    questions = {
        "gradient": _gradient(row, rng.normal(size=(4, row.n))),
        "spectrum": _spectrum(row),
        "bound": bound(high, *_steps_by_the_diagonal(row), mu=low),
        "condition": condition(high, low),
        "steps": _steps(row),
        "failure": _failure(),
        "shape": _shape(),
    }
    return Problem("springs", given, questions)


@dataclass(frozen=True)
class Row:
    """``n`` masses, springs of stiffness ``k`` beside each, and a ``load`` on the first."""

    n: int
    k: float
    load: float

    def eigenvalues(self, gaps=None):
        """2k − 2k cos(iπ/(n + 1)), rising: the walls lie n + 1 gaps apart."""
        return 2 * self.k - 2 * self.k * np.cos(np.arange(1, self.n + 1) * np.pi / (gaps or self.n + 1))

    def matrix(self):
        return self.k * (2 * np.eye(self.n) - np.eye(self.n, k=1) - np.eye(self.n, k=-1))

    def loads(self):
        return self.load * np.eye(self.n)[0]

    def first_error(self):
        """The distance from u = 0 to rest by its components along the sine waves, all of them of one length."""
        waves = np.sin(np.outer(np.arange(1, self.n + 1), np.arange(1, self.n + 1)) * np.pi / (self.n + 1))
        return waves @ self.loads() / self.eigenvalues()


def _gradient(row, points):
    K, p = row.matrix(), row.loads()
    return Function(
        truth=lambda u: K @ u - p,
        points=list(points),
        hint="E is a quadratic in u: its gradient is linear in u, with the matrix K, and the load enters once.",
        mistakes=(
            Mistake(lambda u: K @ u + p, "The load has the wrong sign: E contains −pᵀu."),
            Mistake(lambda u: K @ u, "The load is missing: the derivative of −pᵀu is −p."),
            Mistake(lambda u: K @ u / 2 - p, "A factor ½ too many: the derivative of ½uᵀKu is Ku."),
            Mistake(lambda u: p - K @ u, "This is the way downhill, −∇E. The question asks for the gradient."),
        ),
    )


def _spectrum(row):
    return Number(
        truth=row.eigenvalues(),
        any_order=True,
        hint="K is k times the matrix with 2 on the diagonal and −1 beside it. "
        "Its eigenvectors are sine waves pinned at the walls.",
        mistakes=(
            Mistake(
                np.full(row.n, 2 * row.k),
                "This is the diagonal of K. The springs couple the masses, and that spreads the eigenvalues.",
            ),
            Mistake(row.eigenvalues(gaps=row.n), "The walls lie n + 1 spacings apart, not n."),
        ),
    )


def _steps_by_the_diagonal(row):
    yield Mistake(1 / row.k, "This takes the diagonal entry 2k for L. L is the largest eigenvalue.")
    yield Mistake(
        2 / (4 * row.k),
        "This is 1/(2k): 2/L with the row sum 4k for L, or 1/L with the diagonal 2k, or the best step 2/(μ + L). "
        "The bound is longer.",
    )


def _steps(row):
    lam, error = row.eigenvalues(), row.first_error()
    low, high = lam[0], lam[-1]
    return Count(
        truth=steps_of_modes(lam, error, 1 / high, 1e-6),
        hint="Run at η = 1/L and count. "
        "The slowest factor, 1 − 1/κ, alone gives a few steps too many: a part of the error dies sooner.",
        mistakes=(
            Mistake(
                steps_of_modes(lam, error, 2 / (low + high), 1e-6),
                "This is the count for the step 1/(2k), which is 2/(μ + L), or 1/L with the diagonal for L. "
                "It is longer than 1/L.",
            ),
            decimal_logarithm(math.ceil(6 * high / low)),
        ),
    )


def _failure():
    return Choice(
        truth="grows",
        mistakes=(
            Mistake("settles", "That is what the diagonal promises. L is larger than a diagonal entry, and ηL is above 2."),
            Mistake("flips for ever", "An error that flips and keeps its size needs ηL = 2 exactly."),
            Mistake("crawls", "Crawling comes from factors near 1. Here one of them is below −1."),
        ),
    )


def _shape():
    return Choice(
        truth="neighbours in opposite directions",
        mistakes=(
            Mistake(
                "all in one direction",
                "Moving together stretches the springs least: that is the softest mode, with the smallest eigenvalue.",
            ),
            Mistake(
                "only the first mass",
                "The load acts on the first mass alone, but the mode that grows does not know the load.",
            ),
        ),
    )
