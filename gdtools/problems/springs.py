"""Masses between two walls, E(u) = ½ uᵀKu − pᵀu, with a load on the first mass."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    between,
    bound,
    condition,
    condition_for_count,
    count_at_half_the_step,
    count_of_gradients,
    count_of_the_loss,
    count_to_a_thousandth_of_the_start,
    count_with_ten,
    decimal_logarithm,
    estimate_by_condition,
    largest_itself,
    prediction,
    root_of_condition,
    rounded,
    square_of_condition,
    steps_of_modes,
    told_apart,
    upside_down_step,
)
from gdtools.questions import Choice, Count, Function, Mistake, Number


def springs(seed: int | None = None) -> Problem:
    """Masses between two walls, E(u) = ½ uᵀKu − pᵀu, with a load on the first mass."""
    rng = np.random.default_rng(seed)
    return told_apart(lambda: _problem(*((Row(5, 3.0, 20.0), 2.24) if seed is None else _drawn(rng)), rng))


def _problem(row, pace, rng):
    points = list(rng.normal(size=(4, row.n)))
    low, high = row.eigenvalues()[[0, -1]]
    lr = rounded(pace / high, 3)
    questions = {
        "gradient": _gradient(row, points),
        "spectrum": _spectrum(row),
        "bound": _bound(row, high, low),
        "condition": condition(high, low, *_other_quotients(row, high / low)),
        "steps": _steps(row),
        "shape": _shape(),
        "prediction": _prediction(lr * high),
    }
    return Problem("springs", SimpleNamespace(n=row.n, k=row.k, load=row.load, lr=lr), questions)


def _drawn(rng):
    """A row, and ηL of a step that crawls, settles or grows."""
    row = Row(int(rng.integers(5, 9)), between(rng, 2.2, 9), between(rng, 5, 20))
    low, high = [(0.004, 0.01), (1.5, 1.9), (2.1, 2.3)][rng.choice(3, p=[0.25, 0.4, 0.35])]
    return row, rng.uniform(low, high)


@dataclass(frozen=True)
class Row:
    """``n`` masses, springs of stiffness ``k`` beside each, and a ``load`` on the first."""

    n: int
    k: float
    load: float

    def eigenvalues(self, gaps=None, first=1):
        """2k − 2k cos(iπ/(n + 1)), rising: the walls lie n + 1 gaps apart."""
        return 2 * self.k - 2 * self.k * np.cos(np.arange(first, self.n + first) * np.pi / (gaps or self.n + 1))

    def matrix(self):
        return self.k * (2 * np.eye(self.n) - np.eye(self.n, k=1) - np.eye(self.n, k=-1))

    def in_a_ring(self):
        """The matrix if the first and the last mass were neighbours."""
        return self.k * (2 * np.eye(self.n) - np.roll(np.eye(self.n), 1, 0) - np.roll(np.eye(self.n), -1, 0))

    def without_walls(self):
        return self.matrix() - self.k * np.diag(np.eye(self.n)[0] + np.eye(self.n)[-1])

    def with_one_wall(self):
        return self.matrix() - self.k * np.diag(np.eye(self.n)[-1])

    def loads(self):
        return self.load * np.eye(self.n)[0]

    def first_error(self):
        """The distance from u = 0 to rest by its components along the sine waves, all of them of one length."""
        waves = np.sin(np.outer(np.arange(1, self.n + 1), np.arange(1, self.n + 1)) * np.pi / (self.n + 1))
        return waves @ self.loads() / self.eigenvalues()


def _gradient(row, points):
    K, p = row.matrix(), row.loads()
    ring, free = row.in_a_ring(), row.without_walls()
    return Function(
        truth=lambda u: K @ u - p,
        formula="K u - p",
        points=points,
        hint="E is a quadratic in u: its gradient is linear in u, with the matrix K, and the load enters once.",
        lesson="It is zero where the springs balance the load. Which number in K decides how long a step may be?",
        see="negative-gradient",
        mistakes=(
            Mistake(lambda u: K @ u + p, "The load has the wrong sign: E contains −pᵀu.", "K u + p"),
            Mistake(lambda u: K @ u, "The load is missing: the derivative of −pᵀu is −p.", "K u"),
            Mistake(lambda u: K @ u / 2 - p, "A factor ½ too many: the derivative of ½uᵀKu is Ku.", r"\tfrac12 K u - p"),
            Mistake(lambda u: 2 * K @ u - p, "A factor 2 too many: the ½ of ½uᵀKu takes it away.", "2 K u - p"),
            Mistake(lambda u: p - K @ u, "This is the way downhill, −∇E. The question asks for the gradient.", "p - K u"),
            Mistake(lambda u: K @ u / row.k - p, "The stiffness k is lost: every entry of K carries it.", r"\tfrac1k K u - p"),
            Mistake(lambda u: K @ u - row.load, "The load pulls at the first mass alone, here it pulls at each."),
            Mistake(lambda u: K @ u - p[::-1], "The load pulls at the first mass, here it pulls at the last."),
            Mistake(lambda u: ring @ u - p, "Here the first and the last mass are neighbours. Beside each of them is a wall."),
            Mistake(lambda u: free @ u - p, "The springs to the walls are missing: the ends of the diagonal are 2k as well."),
            Mistake(
                lambda u: np.abs(K) @ u - p,
                "The signs beside the diagonal are lost: a neighbour's displacement counts with −k.",
            ),
        ),
    )


def _spectrum(row):
    lam, half = row.eigenvalues(), np.arange(1, row.n + 1) * np.pi / 2 / (row.n + 1)
    return Number(
        truth=lam,
        any_order=True,
        rtol=1e-3,
        hint="K is k times the matrix with 2 on the diagonal and −1 beside it. "
        "Its eigenvectors are sine waves pinned at the walls.",
        lesson="One motion of the whole row is nearly twice as stiff as the diagonal says, another is much softer.",
        see="conditioning",
        mistakes=(
            Mistake(
                np.full(row.n, 2 * row.k),
                "This is the diagonal of K. The springs couple the masses, and that spreads the eigenvalues.",
            ),
            Mistake(row.eigenvalues(gaps=row.n), "The walls lie n + 1 spacings apart, not n."),
            Mistake(lam / row.k, "The stiffness k is lost: twice as stiff springs make twice as large eigenvalues."),
            Mistake(2 * lam, "A factor 2 too many: the diagonal of K is 2k, and their mean must be the same."),
            Mistake(lam / 2, "A factor 2 is lost: the diagonal of K is 2k, and their mean must be the same."),
            Mistake(row.eigenvalues(first=0), "The number of half-waves runs from 1 to n: none at all is no motion."),
            Mistake(row.eigenvalues(gaps=row.n, first=0), "These are the eigenvalues of a row without walls."),
            Mistake(np.linalg.eigvalsh(row.in_a_ring()), "These are the eigenvalues of masses in a ring."),
            Mistake(2 * row.k * np.cos(2 * half), "The diagonal is missing: 2k − 2k cos, not the cosine alone."),
            Mistake(4 * row.k * np.sin(half), "The square is missing: 2 − 2 cos θ is 4 sin² of half of θ."),
            Mistake(row.eigenvalues(gaps=row.n + 2), "The walls lie n + 1 spacings apart, not n + 2."),
            Mistake(2 * row.k - row.k * np.cos(2 * half), "A factor 2 before the cosine is lost: there are two neighbours."),
            Mistake(4 * row.k * np.sin(2 * half) ** 2, "The angle is twice too large: with sin² it is half of iπ/(n + 1)."),
            Mistake(4 * row.k * np.sin(half / 2) ** 2, "The angle is twice too small: with the cosine it is iπ/(n + 1)."),
            Mistake(row.k * (2 * half) ** 2, "This takes θ² for 2 − 2 cos θ, which is so for small angles only."),
            Mistake(
                2 * row.k - 2 * row.k * np.cos(np.degrees(2 * half)), "The angles are in degrees, and the cosine takes radians."
            ),
            Mistake(np.linalg.eigvalsh(row.with_one_wall()), "One of the walls is missing: both ends of the diagonal are 2k."),
            Mistake(np.sqrt(lam), "These are the roots of the eigenvalues, the frequencies of masses of 1 kg."),
            Mistake(1 / lam, "These are the eigenvalues of the inverse of K."),
            Mistake(lam**2, "These are the squares of the eigenvalues."),
        ),
    )


def _bound(row, high, low):
    return bound(
        high,
        Mistake(1 / row.k, "This takes the diagonal entry 2k for L. L is the largest eigenvalue."),
        Mistake(
            2 / (4 * row.k),
            "This is 1/(2k): 2/L with the row sum 4k for L, or 1/L with the diagonal 2k, or the best step 2/(μ + L). "
            "The bound is longer.",
        ),
        Mistake(2 * row.k / high, "The stiffness k is lost: stiffer springs ask for shorter steps."),
        Mistake(2 / (2 * row.k * row.n), "This takes the trace of K, the sum of its eigenvalues, for L."),
        Mistake(2 / np.linalg.norm(row.matrix()), "This takes the Frobenius norm of K for L."),
        Mistake(2 / row.k, "This takes the stiffness k itself for L. L is the largest eigenvalue of K."),
        Mistake(4 / high, "Here L is half of the largest eigenvalue: the diagonal of K is 2k, not k."),
        Mistake(1 / (4 * row.k), "This is 1/L with the row sum 4k for L. The bound is two over L, and L is smaller than 4k."),
        Mistake(2 / row.eigenvalues()[-2], "This takes the second largest eigenvalue for L."),
        largest_itself(high),
        upside_down_step(high),
        Mistake(2 / (high / low), "This is 2/κ. The bound is in m/N and knows the largest eigenvalue alone."),
        mu=low,
        rtol=1e-3,
        lesson="The stiffest motion alone sets it, in which neighbours move against each other.",
    )


def _other_quotients(row, kappa):
    yield root_of_condition(kappa)
    yield square_of_condition(kappa)
    yield Mistake(row.eigenvalues()[-1], "This is the largest eigenvalue. It is to be divided by the smallest.")
    yield Mistake(2 * row.k / row.eigenvalues()[0], "This takes the diagonal entry 2k for the largest eigenvalue.")
    yield Mistake(
        2 * row.k * row.n / row.eigenvalues()[0], "This takes the trace of K, the sum of its eigenvalues, for the largest."
    )
    yield Mistake(kappa + 1, "This is (μ + L)/μ: the row sum 4k over the smallest eigenvalue.")
    yield Mistake(1 / np.tan(np.pi / 2 / row.n) ** 2, "This is with n spacings between the walls. There are n + 1.")


def _steps(row):
    lam, error = row.eigenvalues(), row.first_error()
    low, high = lam[0], lam[-1]
    size = np.linalg.norm(error) * math.sqrt(2 / (row.n + 1))  # in m
    count = lambda lr=1 / high, eps=1e-6, by=1: steps_of_modes(lam, by * error, lr, eps)  # noqa: E731
    return Count(
        truth=count(),
        room=0.005,
        hint="Run at η = 1/L and count, with all digits of L. "
        "The slowest factor, 1 − 1/κ, alone gives a few steps too many: a part of the error dies sooner.",
        lesson="The softest motion, all masses to one side, takes them nearly all.",
        see="conditioning",
        mistakes=(
            Mistake(
                count(2 / (low + high)),
                "This is the count for the step 1/(2k), which is 2/(μ + L), or 1/L with the diagonal for L. "
                "It is longer than 1/L.",
            ),
            decimal_logarithm(math.ceil(6 * high / low)),
            count_with_ten(count(eps=1e-5)),
            count_to_a_thousandth_of_the_start(count(eps=1e-3)),
            count_of_the_loss(count(eps=1e-3, by=np.sqrt(lam))),
            estimate_by_condition(math.log(1e6) * high / low),
            condition_for_count(high / low),
            count_of_gradients(count(by=lam)),
            count_at_half_the_step(count(0.5 / high)),
            Mistake(count(eps=1e-6 / size), "This is the count to 1e-6 m, not to 1e-6 of the distance at the start."),
        ),
    )


def _prediction(pace):
    here = {
        "grows": "Here ηL is above 2: the largest eigenvalue is nearly twice a diagonal entry.",
        "settles": "Here ηL lies between 1 and 2.",
        "crawls": "Here ηL is below 0.02, and the smallest eigenvalue is many times smaller still.",
    }
    truth = "grows" if pace > 2 else "settles" if pace > 1 else "crawls"
    return prediction(
        truth,
        here[truth],
        {
            "grows": "An error grows where ηL is above 2.",
            "settles": "A run settles soon where ηL is below 2 and not tiny.",
            "flips for ever": "An error that flips and keeps its size needs ηL = 2 exactly.",
            "crawls": "A run crawls where ηL is below 2 and even ηL is tiny.",
        },
    )


def _shape():
    return Choice(
        truth="neighbours in opposite directions",
        lesson="It is the eigenvector of L: what grows has the shape of the steepest direction, whatever the start.",
        see="step-size",
        mistakes=(
            Mistake(
                "all in one direction",
                "Moving together stretches the springs least: that is the softest mode, with the smallest eigenvalue.",
            ),
            Mistake(
                "only the first mass",
                "The load acts on the first mass alone, but the mode that grows does not know the load.",
            ),
            Mistake(
                "one half against the other",
                "That is the second softest mode: only in the middle do neighbours move against each other.",
            ),
        ),
    )
