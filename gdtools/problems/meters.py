"""Millions of smart meters, f(w) = ½ E(x·w − y)² over rows on many workers: what a pass costs, and how many are worth it."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    TRACE,
    Problem,
    best_step,
    between,
    bound,
    largest_itself,
    prediction,
    roots_of_eigenvalues,
    rounded,
    told_apart,
    upside_down_step,
)
from gdtools.questions import Count, Mistake, Number

GOAL = 0.1  # of a standard error
GIGA = 1e9
MINIMISER, ELSEWHERE, GROWS, WANDERS = "settles at the minimiser", "settles elsewhere", "grows", "wanders for ever"


def meters(seed: int | None = None) -> Problem:
    """Millions of smart meters, f(w) = ½ E(x·w − y)² over rows on many workers, and what a pass over them buys."""
    rng = np.random.default_rng(seed)
    if seed is None:
        fleet = Fleet(n=2_500_000_000, d=16, rho=0.9, size=4, workers=50, rate=0.5, sigma=0.3, off=0.5)
        return _problem(fleet, Regions(16, (0.95, 0.85), (0.4, 0.2)), 300, 0.06, 100)
    return told_apart(lambda: _problem(*_drawn(rng)))


def _problem(fleet, regions, many, lr, local):
    questions = {
        "pass": _pass(fleet),
        "spectrum": _spectrum(fleet),
        "bound": _bound(fleet),
        "stop": _stop(fleet),
        "steps": _steps(fleet),
        "limit": _limit(fleet, regions, many, lr),
        "prediction": prediction(regions.course(lr, local), HERE[regions.course(lr, local)], NEEDS, see="scale"),
    }
    pairs = {"rhos": np.array(regions.rhos), "alone": np.array(regions.alone)}
    given = SimpleNamespace(**vars(fleet), **pairs, many=many, lr=lr, local=local)
    return Problem("meters", given, questions)


def _drawn(rng):
    """Meters whose columns go together more or less, two regions that differ, and a step that is clearly short or long."""
    d, rho = int(rng.choice([8, 10, 12, 16, 20, 24])), float(rng.choice([0.6, 0.7, 0.8, 0.9]))
    fleet = Fleet(
        n=int(rounded(10 ** rng.uniform(8, 10))),
        d=d,
        rho=rho,
        size=int(rng.choice([4, 8])),
        workers=int(rng.choice([20, 25, 40, 80, 100])),
        rate=float(rng.choice([0.25, 0.4, 0.5, 0.8])),
        sigma=float(rng.choice([0.2, 0.25, 0.3, 0.4])),
        off=between(rng, 0.3, 0.9),
    )
    apart = round((1 - rho) * float(rng.choice([0.3, 0.5, 0.6])), 2)
    rhos, alone = (round(rho + apart, 2), round(rho - apart, 2)), (between(rng, 0.1, 0.5), between(rng, 0.1, 0.5))
    regions = Regions(d, rhos[:: rng.choice([1, -1])], alone)
    local, low, high = ((1, 0.4, 1.8), (int(rng.choice([5, 20, 50, 100])), 0.4, 1.8), (int(rng.choice([1, 5, 20])), 2.2, 3))[
        rng.choice(3, p=[0.3, 0.45, 0.25])
    ]
    steepest = max(regions.steep()) if high < 2 else min(regions.steep())
    return fleet, regions, int(rng.choice([200, 300, 500])), rounded(rng.uniform(low, high) / steepest), local


@dataclass(frozen=True)
class Fleet:
    """``n`` rows of ``d`` columns and an answer, numbers of ``size`` bytes, on ``workers`` that read ``rate`` GB a second.

    Each column has the standard deviation 1, each two the correlation ``rho``; the noise has ``sigma``, and the start is
    ``off`` along a flat direction.
    """

    n: int
    d: int
    rho: float
    size: int
    workers: int
    rate: float
    sigma: float
    off: float

    def ends(self):
        """The eigenvalues of the matrix with ones on its diagonal and ``rho`` beside: of a contrast, and of all alike."""
        return 1 - self.rho, 1 + (self.d - 1) * self.rho

    def seconds(self, columns, size=None, workers=None):
        return self.n * columns * (size or self.size) / ((workers or self.workers) * self.rate * GIGA)

    def error(self, curvature):
        """The error at the start in standard errors, where n times the curvature makes a variance of one over it."""
        return self.off * math.sqrt(self.n * curvature) / self.sigma


@dataclass(frozen=True)
class Regions:
    """Two halves of the meters, with their correlations ``rhos``, and where each would settle ``alone`` along one contrast."""

    d: int
    rhos: tuple[float, float]
    alone: tuple[float, float]

    def flat(self):
        return [1 - rho for rho in self.rhos]

    def steep(self):
        return [1 + (self.d - 1) * rho for rho in self.rhos]

    def course(self, lr, local):
        if lr * min(self.steep()) > 2:
            return GROWS
        return MINIMISER if local == 1 else ELSEWHERE

    def settled(self, weights):
        """The average of both places, each with a weight."""
        return sum(w * a for w, a in zip(weights, self.alone, strict=True)) / sum(weights)

    def gone(self, lr, many):
        """Which part of the way to its own minimiser each region goes in a round."""
        return [1 - (1 - lr * h) ** many for h in self.flat()]


def _pass(fleet):
    d = fleet.d
    return Number(
        truth=fleet.seconds(d + 1),
        hint="Count the bytes of a row, the answer among its numbers. All workers read at once.",
        lesson="Nothing else of a step takes as long: so count passes, and every step that saves one.",
        see="scale",
        mistakes=(
            Mistake(fleet.seconds(d), "The answers y are missing: a gradient reads them as well as the columns."),
            *_other_bytes(fleet),
            Mistake(fleet.seconds(d + 1, workers=1), "This is the time of one worker. They all read at once."),
            Mistake(8 * fleet.seconds(d + 1), "These are bits: a byte has eight of them, and the rate is in bytes."),
            Mistake(fleet.seconds(1), "This reads one number a row. A row has all its columns and the answer."),
            Mistake(fleet.seconds(d + 1, size=1), "This takes one byte a number."),
        ),
    )


def _other_bytes(fleet):
    """All read twice takes as long as numbers of eight bytes where four are stored."""
    truth = fleet.seconds(fleet.d + 1)
    if fleet.size == 4:
        yield Mistake(2 * truth, "This takes 8 bytes a number, or reads all twice. One read gives the loss and its gradient.")
    else:
        yield Mistake(2 * truth, "This reads all twice. The loss and its gradient can be had from one read.")
        yield Mistake(truth / 2, "This takes 4 bytes a number. Here each has 8.")


def _spectrum(fleet):
    (mu, L), d, rho = fleet.ends(), fleet.d, fleet.rho
    lam = np.array([mu, L])
    return Number(
        truth=lam,
        any_order=True,
        rtol=1e-3,
        hint="Try a vector of equal entries, and one of an entry 1, another −1 and zeros.",
        lesson="All columns together are steep, and every contrast of them is flat: what goes together is hard to tell apart.",
        see="conditioning",
        mistakes=(
            Mistake(np.array([1 - rho, 1 + rho]), "These are those of two columns. With more of them the largest one grows."),
            Mistake(np.array([1, 1]), "This is the diagonal. What stands beside it moves the eigenvalues apart."),
            Mistake(np.array([rho, L]), "A contrast leaves 1 − ρ of the diagonal, not ρ."),
            Mistake(np.array([mu, d * rho]), "The diagonal is lost: it has 1 and not ρ, which adds 1 − ρ."),
            Mistake(np.array([mu, 1 + d * rho]), "A row has d − 1 numbers beside its 1, not d."),
            Mistake(2 * lam, "A factor 2 too many: the ½ of f is taken away by the 2 of the square."),
            Mistake(lam / 2, "A factor 2 is lost: the ½ of f goes when f is differentiated twice."),
            Mistake(np.array([mu, d]), "The sum of all eigenvalues is d. The contrasts have their part of it."),
            Mistake(np.array([1, L]), "The steep one is right. A contrast takes ρ from its 1."),
            roots_of_eigenvalues(lam),
        ),
    )


def _bound(fleet):
    (mu, L), d = fleet.ends(), fleet.d
    return bound(
        L,
        best_step(L, mu),
        Mistake(2 / d, TRACE),
        Mistake(2 / (d * fleet.rho), "This takes dρ for L, where the 1 − ρ of the diagonal is lost."),
        Mistake(2 / (1 + fleet.rho), "This is the bound for two columns."),
        Mistake(4 / L, "Here L is half of the largest eigenvalue: the ½ of f is counted twice."),
        largest_itself(L),
        upside_down_step(L),
        mu=mu,
        rtol=1e-3,
        lesson="More rows do not change it, since f is a mean; more columns that go together make it shorter.",
        see="step-size",
    )


def _stop(fleet):
    unit = fleet.d * fleet.sigma**2 / fleet.n
    truth = GOAL**2 * unit / 2
    return Number(
        truth=truth,
        atol=0,
        hint="f lies ½ (w − ŵ)ᵀH(w − ŵ) above its minimum. How large is that product where the error is a tenth of one?",
        lesson="A tolerance such as 10⁻⁶ knows nothing of this: with more rows the same height is worth more standard errors.",
        see="scale",
        mistakes=(
            Mistake(2 * truth, "The ½ of f is lost: it is the product itself that equals e²dσ²/n."),
            Mistake(GOAL * unit / 2, "The error is squared in f, and so is the tenth."),
            Mistake(unit / 2, "This is the height at one whole standard error."),
            Mistake(truth / fleet.d, "The d is lost: the error is a mean over d directions."),
            Mistake(truth / fleet.sigma, "The σ is to be squared, as the error is."),
            Mistake(truth / fleet.sigma**2, "The noise is missing: with more of it the same height says less."),
            Mistake(truth * fleet.n, "The n is lost: f is a mean over rows, and the error shrinks as they become more."),
            Mistake(truth * math.sqrt(fleet.n), "Squared, a standard error falls with n, not with its root."),
        ),
    )


def _first(start, goal, factor):
    """The first k at which an error that begins with ``start`` is at most the goal."""
    return math.ceil(math.log(goal / start) / math.log(factor))


def _steps(fleet):
    (mu, L), e = fleet.ends(), fleet.error(fleet.ends()[0] / fleet.d)
    left = 1 - mu / L
    return Count(
        truth=_first(e, GOAL, left),
        hint="How many standard errors is the start away? Each pass leaves the factor 1 − μ/L of it.",
        lesson="For least squares one pass that keeps XᵀX and Xᵀy would do; other models have no such pass.",
        see="scale",
        mistakes=(
            Mistake(_first(e, 1, left), "This is the count to one standard error, and not to a tenth of it."),
            Mistake(
                _first(fleet.error(mu), GOAL, left),
                "This measures by the standard error of the flat direction alone. The error is a mean over d of them.",
            ),
            Mistake(
                _first(fleet.error(1), GOAL, left),
                "This takes σ/√n for the standard error. Along a flat direction it is larger, by the root of 1/μ.",
            ),
            Mistake(_first(e, GOAL, (L - mu) / (L + mu)), "This is the count for the best step, 2/(μ + L)."),
            Mistake(
                math.ceil(math.log10(e / GOAL) / -math.log(left)),
                "This is a decimal logarithm over a natural one. Take the same one twice.",
            ),
            Mistake(_first(e * fleet.sigma, GOAL, left), "The σ is lost: the error is to be divided by it."),
            Mistake(_first(fleet.off, GOAL, left), "This is the count to 0.1 kWh, and not to a tenth of a standard error."),
            Mistake(_first(1, GOAL, left), "This is the count to a tenth of the first error."),
        ),
    )


def _limit(fleet, regions, many, lr):
    L = fleet.ends()[1]
    gone = regions.gone(1 / L, many)
    return Number(
        truth=regions.settled(gone),
        rtol=1e-3,
        hint="In a round each region goes a part of the way to its own place. Where do the two ways add up to nothing?",
        lesson="Between the minimiser of all and the plain average: what a round costs little to send, it pays in place.",
        see="scale",
        mistakes=(
            Mistake(regions.settled(regions.flat()), "This is the minimiser of all the data: there one step a round settles."),
            Mistake(
                regions.settled([1, 1]), "This is the plain average, to which the place tends with ever more steps a round."
            ),
            Mistake(
                regions.settled([1 - part for part in gone]),
                "These are the parts that are left. What counts is which part of its way a region has gone.",
            ),
            Mistake(regions.settled(regions.gone(2 / L, many)), "This is for the step 2/L. The question takes 1/L."),
            Mistake(regions.alone[0], "This is where the first region would settle alone."),
            Mistake(regions.alone[1], "This is where the second region would settle alone."),
            Mistake(regions.settled(gone[::-1]), "The parts are exchanged: each belongs to its own region."),
        ),
    )


HERE = {
    MINIMISER: "Here a round is one step and ηL is below 2: the mean of both steps is the step of all the data.",
    ELSEWHERE: "Here ηL is below 2 in both regions, and each goes some steps towards its own place before they meet.",
    GROWS: "Here ηL is above 2 in both regions.",
}
NEEDS = {
    MINIMISER: "To settle at the minimiser of all, a round has to be one step, with ηL below 2.",
    ELSEWHERE: "To settle elsewhere, regions that differ have to take several steps a round, with ηL below 2.",
    GROWS: "To grow, ηL has to be above 2.",
    WANDERS: "To wander for ever, steps would have to see other data each time. Each region reads all of its own.",
}
