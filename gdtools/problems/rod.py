"""Heat in a rod, −u″ = g, on grids of n interior points."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    cautious,
    condition_for_count,
    count_at_half_the_step,
    count_of_gradients,
    count_with_ten,
    flattest,
    largest_itself,
    prediction,
    root_of_condition,
    rounded,
    square_of_condition,
    steps_of_modes,
    told_apart,
    upside_down,
    upside_down_step,
)
from gdtools.questions import Count, Mistake, Number


def rod(seed: int | None = None) -> Problem:
    """Heat in a rod of some length (in m), −u″ = g, on grids of n interior points."""
    rng = np.random.default_rng(seed)
    return told_apart(lambda: _problem(*((Rods(0.6, np.array([7, 15, 31, 63])), 2.1) if seed is None else _drawn(rng))))


def _problem(rods, pace):
    lr = rounded(pace / rods.ends()[1][1], 3)
    questions = {
        "spectrum": _spectrum(rods),
        "condition": _condition(rods),
        "bound": _bound(rods),
        "steps": _steps(rods),
        "ratio": _ratio(),
        "prediction": _prediction(lr * rods.ends()[1][1]),
    }
    return Problem("rod", SimpleNamespace(length=rods.length, n=rods.n, lr=lr), questions)


def _drawn(rng):
    """Rods, and ηL on the second grid of a step that crawls, settles or grows."""
    rods = Rods(
        int(rng.choice([*range(30, 71, 5), *range(140, 241, 10)])) / 100, int(rng.integers(4, 9)) * 2 ** np.arange(1, 5) - 1
    )
    low, high = [(0.01, 0.05), (1.4, 1.9), (2.1, 2.6)][rng.choice(3, p=[0.25, 0.4, 0.35])]
    return rods, rng.uniform(low, high)


@dataclass(frozen=True)
class Rods:
    """Rods of one ``length`` on grids with ``n`` interior points each."""

    length: float
    n: np.ndarray

    def gaps(self, more=1):
        """The distances h of the points; there is one gap more than there are points."""
        return self.length / (self.n + more)

    def ends(self, more=1):
        """The smallest and the largest eigenvalue on each grid."""
        h, angle = self.gaps(more), np.pi / 2 / (self.n + more)
        return 4 / h**2 * np.sin(angle) ** 2, 4 / h**2 * np.cos(angle) ** 2

    def eigenvalues(self, grid=0, more=1, first=1):
        """Those of the sine waves on one grid, rising with their half-waves."""
        waves = np.arange(first, self.n[grid] + first)
        return 4 / self.gaps(more)[grid] ** 2 * np.sin(waves * np.pi / 2 / (self.n[grid] + more)) ** 2

    def counts(self, lr=lambda low, high: 1 / high, eps=1e-6, by=0):
        """Steps on each grid to ``eps`` of the first error, its parts weighed by that power of their eigenvalues."""
        return np.array([self._count(grid, lr, eps, by) for grid in range(len(self.n))])

    def _count(self, grid, lr, eps, by):
        """From u = 0 under uniform heating, whose error is u* itself: n numbers in the sine waves."""
        waves, lam = np.arange(1, self.n[grid] + 1), self.eigenvalues(grid)
        error = np.where(waves % 2, 1 / np.tan(waves * np.pi / 2 / (self.n[grid] + 1)), 0) / lam
        return steps_of_modes(lam, lam**by * error, lr(lam[0], lam[-1]), eps)


def _gaps_miscounted(answer):
    return Mistake(answer, "This takes n gaps. With n interior points and two ends there are n + 1.")


def _too_many_gaps(answer):
    return Mistake(answer, "This takes n + 2 gaps. With n interior points and two ends there are n + 1.")


def _reversed(answer):
    return Mistake(answer[::-1], "The grids are in the other order: the coarsest comes first.")


def _angle_with_unit(answer):
    return Mistake(answer, "The angle is with h, which is a length: iπ/(2(n + 1)) has none.")


def _unscaled(answer):
    return Mistake(answer, "The factor 1/h² of the matrix is lost.")


def _length_lost(answer):
    return Mistake(answer, "The length of the rod is lost: h is the length over n + 1.")


def _spectrum(rods):
    lam, n, h, waves = rods.eigenvalues(), rods.n[0], rods.gaps()[0], np.arange(1, rods.n[0] + 1)
    angle = waves * np.pi / 2 / (n + 1)
    return Number(
        truth=lam,
        any_order=True,
        rtol=1e-3,
        hint="The eigenvectors are sine waves that vanish at both ends: put sin(iπx/ℓ) into the matrix.",
        lesson="The long waves have the eigenvalues of the rod itself, the short ones those of the grid.",
        see="conditioning",
        mistakes=(
            Mistake(np.full(n, 2 / h**2), "This is the diagonal of the matrix. The neighbours spread the eigenvalues."),
            _unscaled(lam * h**2),
            _gaps_miscounted(rods.eigenvalues(more=0)),
            _too_many_gaps(rods.eigenvalues(more=2)),
            _length_lost(lam * rods.length**2),
            Mistake(lam * h, "The matrix has 1/h², and this has 1/h."),
            Mistake(
                (waves * np.pi / rods.length) ** 2,
                "These are i²π²/ℓ², the values of the rod itself. Those of the grid fall behind for the short waves.",
            ),
            Mistake(rods.eigenvalues(first=0), "The number of half-waves runs from 1 to n: none at all is no wave."),
            Mistake(4 / h**2 * np.sin(angle), "The square of the sine is missing."),
            Mistake(2 * lam, "A factor 2 too many: the diagonal is 2/h², and their mean must be the same."),
            Mistake(lam / 4, "The factor 4 is lost: 2 − 2 cos θ is 4 sin² of half of θ."),
            Mistake(lam / 2, "A factor 2 is lost: the diagonal is 2/h², and their mean must be the same."),
            _angle_with_unit(4 / h**2 * np.sin(waves * np.pi * h / 2) ** 2),
            Mistake((2 - np.cos(2 * angle)) / h**2, "A factor 2 before the cosine is lost: a point has two neighbours."),
            Mistake((waves * np.pi) ** 2, "These are i²π², without the length and without the grid."),
            Mistake(1 / lam, "These are the eigenvalues of the inverse of A."),
            Mistake(4 / h**2 * np.sin(2 * angle) ** 2, "The angle is twice too large: it is half of iπ/(n + 1)."),
        ),
    )


def _condition(rods):
    low, high = rods.ends()
    few_low, few_high = rods.ends(more=0)
    many_low, many_high = rods.ends(more=2)
    return Number(
        truth=high / low,
        rtol=1e-3,
        hint="κ is the largest eigenvalue over the smallest. Which number of half-waves gives which, on each grid?",
        lesson="The length of the rod has dropped out. What does half the distance do to κ, and so to a run?",
        see="conditioning",
        mistakes=(
            upside_down(low / high),
            _gaps_miscounted(few_high / few_low),
            _too_many_gaps(many_high / many_low),
            root_of_condition(high / low),
            square_of_condition(high / low),
            _reversed(high / low),
            _angle_with_unit(1 / np.tan(np.pi * rods.gaps() / 2) ** 2),
            Mistake(high, "This is the largest eigenvalue itself, as if the smallest were 1."),
            Mistake((high + low) / low, "This takes 4/h² for the largest eigenvalue. It is a little smaller."),
            Mistake(
                high * (rods.length / np.pi) ** 2,
                "This takes π²/ℓ² for the smallest eigenvalue. On a coarse grid it is smaller.",
            ),
            Mistake(
                high[0] / low[0] * 4.0 ** np.arange(4),
                "This is the first one times 4, 16 and 64. Four is nearly the factor, not exactly.",
            ),
            Mistake((rods.n + 1.0) ** 2, "This is (n + 1)², without the factor 4/π²."),
            Mistake(rods.n**2.0, "This is n², the quotient for the rod itself. On a grid the short waves fall behind."),
            Mistake(
                4 * (rods.n + 1.0) ** 2 / np.pi**2,
                "This is 4(n + 1)²/π², which κ comes near on fine grids. On a coarse one it shows.",
            ),
        ),
    )


def _bound(rods):
    h, (low, high) = rods.gaps(), rods.ends()
    return Number(
        truth=2 / high,
        rtol=1e-3,
        hint="The matrix carries 1/h², and so does its largest eigenvalue.",
        lesson="Half the distance, a quarter of the step: those who step heat in time know it as the stability limit.",
        see="where-it-shows-up",
        mistakes=(
            cautious(high),
            _unscaled(2 / (high * h**2)),
            flattest(low),
            Mistake(h**2, "This takes the diagonal 2/h² for L. L is nearly twice that."),
            Mistake(
                h**2 / 2,
                "This is h²/2: 2/L with 4/h² for L, or the best step 2/(μ + L). L is smaller, and on a coarse grid it shows.",
            ),
            _gaps_miscounted(2 / rods.ends(more=0)[1]),
            _too_many_gaps(2 / rods.ends(more=2)[1]),
            _length_lost(2 / high / rods.length**2),
            largest_itself(high),
            upside_down_step(high),
            _reversed(2 / high),
            _angle_with_unit(2 / (4 / h**2 * np.cos(np.pi * h / 2) ** 2)),
            Mistake(4 / high, "Here L is half of the largest eigenvalue: the diagonal of A is 2/h²."),
            Mistake(h**2 / 4, "This is 1/L with 4/h² for L. The bound is two over L, and L is a little smaller."),
            Mistake(
                2 / high[0] / 4.0 ** np.arange(4),
                "This is the first one over 4, 16 and 64. Four is nearly the factor, not exactly.",
            ),
            Mistake(2 / (high * h), "The largest eigenvalue has 1/h², and this has 1/h."),
            Mistake(2 / (high / low), "This is 2/κ. The bound is in m² and knows the largest eigenvalue alone."),
            Mistake(
                2 / (rods.n * np.pi / rods.length) ** 2,
                "This takes n²π²/ℓ² for L, the value of the rod itself. That of the grid is smaller.",
            ),
            Mistake(2 / (2 * rods.n / h**2), "This takes the trace of A, the sum of its eigenvalues, for L."),
        ),
    )


def _steps(rods):
    low, high = rods.ends()
    return Count(
        truth=rods.counts(),
        room=0.001,
        hint="At η = 1/L and from u = 0, count until the error is at most 1e-6 of what it was. "
        "See that the budget was large enough.",
        lesson="The long hump takes them all, and it is the same hump on every grid.",
        see="conditioning",
        mistakes=(
            Mistake(
                rods.counts(lambda low, high: 2 / (low + high)), "These are the counts for the step 2/(μ + L), which is longer."
            ),
            Mistake(math.log(1e6) * high / low, "This is κ log 10⁶, a few too many: −log(1 − 1/κ) is a little more than 1/κ."),
            Mistake(
                rods.counts(eps=1e-3),
                "These are the counts to 1e-3 of the distance; to 1e-6 of the height it is nearly as many.",
            ),
            _reversed(rods.counts()),
            Mistake(
                rods.counts(lambda low, high: 1 / (low + high)),
                "These are the counts for the step h²/4, with 4/h² for L. L is a little smaller.",
            ),
            condition_for_count(high / low),
            count_with_ten(rods.counts(eps=1e-5)),
            count_of_gradients(rods.counts(by=1)),
            count_at_half_the_step(rods.counts(lambda low, high: 0.5 / high)),
            Mistake(6 * high / low, "These are κ times 6, with the decimal logarithm of 10⁶."),
        ),
    )


def _ratio():
    return Number(
        truth=4.0,
        rtol=0.15,
        hint="Divide each count by the one before it.",
        lesson="Four times as many steps on twice as many points: eight times the work for one halving.",
        see="conditioning",
        mistakes=(
            Mistake(2.0, "κ grows as 1/h², not as 1/h: look at two neighbours in the list."),
            Mistake(8.0, "That would be 1/h³. Look at two neighbours in the list."),
            Mistake(16.0, "That is what two halvings do. Look at two neighbours in the list."),
            Mistake(1.0, "The finer grid is not free: look at two neighbours in the list."),
            Mistake(0.25, "This is upside down: the finer grid needs more steps."),
            Mistake(0.5, "The step shrinks with h, and the number of steps grows: look at two neighbours in the list."),
        ),
    )


def _prediction(pace):
    here = {
        "a sawtooth grows": "Here ηL is above 2, and the wave of L goes up and down from point to point.",
        "the temperature settles": "Here ηL lies between 1 and 2.",
        "the temperature crawls": "Here even ηL is below a tenth, and the smallest eigenvalue is a hundred times smaller.",
    }
    truth = list(here)[0 if pace > 2 else 1 if pace > 1 else 2]
    return prediction(truth, here[truth], {
        "a sawtooth grows": "The shortest wave grows where ηL is above 2.",
        "a smooth bump grows": "The longest wave belongs to the smallest eigenvalue: it is the last to grow.",
        "the temperature settles": "On a grid as coarse as this the temperature settles soon where ηL is below 2 and not tiny.",
        "the temperature crawls": "On a grid as coarse as this the temperature crawls only where even ηL is tiny.",
    })  # fmt: skip
