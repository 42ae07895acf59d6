"""Three conductances in a row between two grounds, f(v) = ½ vᵀGv − iᵀv, with currents into the two nodes."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    best_step,
    between,
    bound,
    first_below,
    iterations,
    largest_itself,
    prediction,
    roots_of_eigenvalues,
    steps_of_modes,
    told_apart,
    upside_down_step,
)
from gdtools.questions import Count, Mistake, Number

EPS = 1e-6  # of the first excess
MANY = 500  # steps, more than which is a crawl


def circuit(seed: int | None = None) -> Problem:
    """Three conductances in a row between two grounds, f(v) = ½ vᵀGv − iᵀv, with currents into the two nodes."""
    rng = np.random.default_rng(seed)
    return told_apart(lambda: _problem(*((Row(1.0, 4.5, (2.0, 1.0)), 1.0, 0.3, 1.2) if seed is None else _drawn(rng))))


def _problem(row, first, c, theta):
    questions = {
        "spectrum": _spectrum(row),
        "bound": _bound(row),
        "exact": _exact(row),
        "accepted": _accepted(row, first, c),
        "next": _next(row),
        "steps": _steps(row),
        "limit": _limit(row, theta),
        "prediction": _prediction(row),
    }
    given = SimpleNamespace(outer=row.outer, inner=row.inner, current=np.array(row.current), first=first, c=c, theta=theta)
    return Problem("circuit", given, questions)


def _drawn(rng):
    """A row whose first exact step, kept for ever, grows, settles or crawls, and the numbers of a search."""
    course = rng.choice(["grows", "settles", "crawls"], p=[0.45, 0.3, 0.25])
    low, high = {"grows": (6, 40), "settles": (6, 40), "crawls": (200, 280)}[course]
    near, far = sorted(rng.choice(np.arange(0.5, 4.1, 0.5), 2, replace=False).tolist())
    outer = between(rng, 0.4, 2.5)
    inner = round(outer * (rng.uniform(low, high) - 1) / 2, 2)
    row = Row(outer, inner, (far, near if course == "grows" else -near)[:: rng.choice([1, -1])])
    return row, float(rng.choice([0.5, 1.0, 2.0])), float(rng.choice([0.1, 0.2, 0.3, 0.4])), float(rng.choice([1.2, 1.3]))


@dataclass(frozen=True)
class Row:
    """The conductance ``outer`` from each node to ground, ``inner`` between the nodes, and the ``current`` into each."""

    outer: float
    inner: float
    current: tuple[float, float]

    def eigenvalues(self):
        """Those of the voltages (1, 1), which leave ``inner`` without a current, and (1, −1), which put twice v across it."""
        return np.array([self.outer, self.outer + 2 * self.inner])

    def slope(self):
        """The gradient at v = 0 along these two, but for the sign."""
        return np.array([self.current[0] + self.current[1], self.current[0] - self.current[1]]) / math.sqrt(2)

    def exact(self, slope=None):
        """The step to the lowest point along a gradient, given along the eigenvectors."""
        lam, g = self.eigenvalues(), self.slope() if slope is None else slope
        return g @ g / (lam * g @ g)

    def error(self):
        """The distance to rest along the two, each in units of its own excess."""
        return self.slope() / np.sqrt(self.eigenvalues())

    def left(self):
        """What one exact step leaves of the excess: 1 − (g·g)²/(g·Gg g·G⁻¹g), the same at every step."""
        g, lam = self.slope(), self.eigenvalues()
        return 1 - (g @ g) ** 2 / ((lam * g @ g) * (g / lam @ g))

    def count(self, step, size=None, eps=EPS):
        """How many steps it takes until the excess, or another size, has shrunk to eps of itself."""
        lam, size = self.eigenvalues(), size or self.excess
        goal = eps * size(self.slope())
        return iterations(lambda g: (1 - step(g) * lam) * g, self.slope(), lambda g: size(g) <= goal)


def halved(first, most):
    """The first of first, first/2, first/4, … that is at most ``most``."""
    return first * 0.5 ** max(0, math.ceil(math.log2(first / most)))


def _spectrum(row):
    lam, g, h = row.eigenvalues(), row.outer, row.inner
    grounded_once = np.array([[g + h, -h], [-h, h]])
    return Number(
        truth=lam,
        any_order=True,
        rtol=1e-3,
        hint="Both nodes are alike, so try voltages that are equal and voltages that are opposite.",
        lesson="Equal voltages feel the grounds alone; opposite ones put twice the voltage across the middle.",
        see="conditioning",
        mistakes=(
            Mistake(
                np.full(2, g + h), "This is the diagonal of G. The middle conductance couples the nodes, and parts the two."
            ),
            Mistake(np.array([g, h]), "These are the conductances themselves. The matrix mixes them."),
            Mistake(lam / 2, "A factor 2 is lost: the ½ of ½vᵀGv goes when f is differentiated twice."),
            Mistake(2 * lam, "A factor 2 too many: the Hessian of ½vᵀGv is G itself."),
            Mistake(
                np.array([g, g + h]), "Opposite voltages put twice the voltage across the middle: its conductance counts twice."
            ),
            Mistake(np.array([0, 2 * h]), "The conductances to ground are missing: they add to both."),
            Mistake(
                np.linalg.eigvalsh(grounded_once), "One of the two grounds is missing: each node has a conductance to one."
            ),
            Mistake(1 / lam, "These are the eigenvalues of the inverse of G, in Ω."),
            roots_of_eigenvalues(lam),
            Mistake(lam**2, "These are the squares of the eigenvalues of G."),
            Mistake(np.array([g, g]), "These are the sums of the rows of G. They belong to equal voltages alone."),
            Mistake(np.array([-h, g + h]), "These are the entries of G. Its eigenvalues are the factors of Gv = λv."),
        ),
    )


def _bound(row):
    mu, L = row.eigenvalues()
    return bound(
        L,
        best_step(L, mu),
        Mistake(1 / row.inner, "This takes twice the middle conductance for L. The one to ground adds to it."),
        Mistake(4 / L, "Here L is half of the largest eigenvalue."),
        Mistake(2 / row.inner, "This takes the middle conductance for L. Opposite voltages feel it twice, and the ground too."),
        Mistake(4 / (mu + L), "This takes the diagonal of G for L. L is the largest eigenvalue."),
        largest_itself(L),
        upside_down_step(L),
        mu=mu,
        rtol=1e-3,
        lesson="It is for one step that is kept. A run that chooses anew each time may take longer ones, as you will see.",
    )


def _exact(row):
    (mu, L), g = row.eigenvalues(), row.slope()
    t, lam = row.exact(), row.eigenvalues()
    return Number(
        truth=t,
        rtol=1e-3,
        hint="At v = 0 the gradient is −i. Along it f is a parabola in t: −t g·g + ½ t² g·Gg.",
        lesson="The best step along this gradient lies between 1/L and 1/μ. How does it compare with the bound?",
        see="conditioning",
        mistakes=(
            _kept(mu, L),
            Mistake(1 / L, "This is 1/L, safe along every gradient. Along this one a longer step leads lower."),
            Mistake(1 / mu, "This is 1/μ, the exact step for equal currents. These have a part that is opposite."),
            Mistake(1 / t, "This is g·Gg over g·g, the curvature along the gradient. The step is one over it."),
            Mistake(2 * t, "This is twice the exact step: there f is as high as at the start."),
            Mistake(t / 2, "This is half of it: the ½ of ½t² goes when f is differentiated by t."),
            Mistake(row.exact(g / lam), "This puts the error where the gradient belongs: in both places stands g."),
            Mistake(math.sqrt(g @ g / (lam * g @ (lam * g))), "This is the length of g over that of Gg. The product is g·Gg."),
            Mistake(row.exact(g[::-1]), "A sign is lost: beside the diagonal of G stands the middle conductance with a minus."),
        ),
    )


def _kept(mu, L):
    return Mistake(
        2 / (mu + L), "This is 2/(μ + L), the best step to keep. The exact one depends on where the gradient points."
    )


def _accepted(row, first, c):
    mu, L = row.eigenvalues()
    t = row.exact()
    return Number(
        truth=halved(first, 2 * (1 - c) * t),
        hint="On a quadratic the test is passed by all steps up to 2(1 − c) times the exact one. Halve until you are there.",
        lesson="A search that halves stops between 1 − c and 2(1 − c) times the exact step; where, the first trial decides.",
        see="steps",
        mistakes=(
            *_other_trials(row, first, c),
            Mistake(t, "This is the exact step. A search that halves takes the first of its trials that passes."),
            Mistake(
                2 * (1 - c) * t, "This is the longest step that passes. The search tries only the first one and its halves."
            ),
            Mistake((1 - c) * t, "This is (1 − c) times the exact step, below which no search comes that had to halve."),
            Mistake(halved(first, (1 - c) * t), "This is halved once too often: twice this step passes the test."),
            Mistake(2 / L, "This is 2/L. A search knows no L: it asks f itself."),
            Mistake(2 * t, "This is the step at which f is as high as before; a trial must lie well below it."),
        ),
    )


def _other_trials(row, first, c):
    """The trials at which another test would stop, where they are others."""
    t, L = row.exact(), row.eigenvalues()[1]
    falls, everywhere, taken = (halved(first, most) for most in (2 * t, 2 * (1 - c) / L, 2 * (1 - c) * t))
    if falls > taken:
        yield Mistake(falls, "With this step f falls, but by less than the share c of what the slope promises.")
    if everywhere < taken / 2:
        yield Mistake(everywhere, "This would pass along every gradient. Along this one a longer trial passes.")


def _next(row):
    (mu, L), g = row.eigenvalues(), row.slope()
    t, lam = row.exact(), row.eigenvalues()
    there = 1 / (mu + L - 1 / t)
    return Number(
        truth=there,
        rtol=1e-3,
        hint="Each part of the gradient is multiplied by 1 − tλ. With two eigenvalues, what do 1/t of the two steps add up to?",
        lesson="The two curvatures 1/t add up to μ + L, and so do those of each pair from here on: the steps repeat for ever.",
        see="steps",
        mistakes=(
            Mistake(
                t, "This is the first step again. The new gradient stands across the old one, and meets another curvature."
            ),
            _kept(mu, L),
            Mistake(1 / L, "This is 1/L. The new gradient has a part along the flat direction too."),
            Mistake(1 / mu, "This is 1/μ. The new gradient has a part along the steep direction too."),
            Mistake(1 / there, "This is the curvature along the new gradient. The step is one over it."),
            Mistake(1 / (mu + L), "This is 1/(μ + L). From the sum of the two curvatures the first one is to be taken away."),
            Mistake(1 / (L - 1 / t), "The two curvatures 1/t add up to μ + L, not to L."),
            Mistake(row.exact((1 + t * lam) * g), "This goes uphill first: a step subtracts t times the gradient."),
        ),
    )


def _steps(row):
    (mu, L), left = row.eigenvalues(), row.left()
    kappa, lam, g = L / mu, row.eigenvalues(), row.slope()
    return Count(
        truth=first_below(left, EPS),
        hint="What does one exact step leave of the excess? With two eigenvalues every later step leaves the same share.",
        lesson="Each step leaves the same share, since the steps repeat in pairs. How many would another start need?",
        see="steps",
        mistakes=(
            Mistake(
                first_below(((kappa - 1) / (kappa + 1)) ** 2, EPS),
                "This is the count that the bound allows, ((κ − 1)/(κ + 1))² a step. "
                "Exact search attains it from the worst starts alone; the best fixed step does from all.",
            ),
            Mistake(
                row.count(row.exact, lambda slope: np.linalg.norm(slope / lam)),
                "This is the count for the distance from rest, whose square goes with the excess.",
            ),
            Mistake(steps_of_modes(lam, g / np.sqrt(lam), 1 / L, math.sqrt(EPS)), "This is the count for the fixed step 1/L."),
            Mistake(
                first_below(left, math.sqrt(EPS)), "This is the count to 1e-3 of the first excess. The question asks for 1e-6."
            ),
            Mistake(
                first_below(1 - 1 / kappa, EPS),
                "This takes the factor 1 − 1/κ, which a step of 1/L is sure of. Exact search does better.",
            ),
            Mistake(1, "One step arrives only along an eigenvector, and these currents are neither equal nor opposite."),
        ),
    )


def _limit(row, theta):
    mu, L = row.eigenvalues()
    t = row.exact()
    return Number(
        truth=2 / (mu + L),
        rtol=1e-3,
        hint="Run it and look at the steps, or ask which step leaves both parts of the gradient in the same proportion.",
        lesson="The run has found the best fixed step and keeps to it; a bit below the exact step it is driven away from it.",
        see="steps",
        mistakes=(
            Mistake(theta * t, "This is the first step of this run. The next ones are others."),
            Mistake(t, "This is the exact step at the start. The run leaves its direction behind."),
            Mistake(2 / L, "This is 2/L, at which the steep part alone would keep its size. The run balances both parts."),
            Mistake(1 / L, "This is 1/L, which ends the steep part at once. The run keeps both parts in balance."),
            Mistake(2 * theta / (mu + L), "The factor θ is in the steps already: the step itself tends to a number without θ."),
            Mistake(1 / (mu + L), "This is 1/(μ + L), half of it: the step is one over the mean of μ and L."),
            Mistake((mu + L) / 2, "This is the curvature 1/t to which the run tends. The step is one over it."),
            Mistake(1 / math.sqrt(mu * L), "This is one over the geometric mean of μ and L. It is the usual mean that counts."),
            Mistake((1 / mu + 1 / L) / 2, "This is the mean of 1/μ and 1/L. The mean is to be taken of μ and L themselves."),
        ),
    )


def _prediction(row):
    t, L = row.exact(), row.eigenvalues()[1]
    kept = math.inf if t * L > 2 else steps_of_modes(row.eigenvalues(), row.error(), t, math.sqrt(EPS))
    truth = "grows" if t * L > 2 else "crawls" if kept > MANY else "settles"
    here = {
        "grows": "Here it is above 2/L: the gradient at the start is mostly flat, and its step too long for the steep part.",
        "settles": "Here it is below 2/L, and κ is below 50.",
        "crawls": "Here it is below 2/L, and κ is above 150.",
    }
    return prediction(
        truth,
        here[truth],
        {
            "grows": "The excess grows where the step that is kept is above 2/L.",
            "settles": "A run settles soon where the step is below 2/L and κ is some tens at most.",
            "crawls": "A run with one step crawls where it is below 2/L and κ is in the hundreds.",
            "arrives in one step": "To arrive in one step, the first gradient must lie along an eigenvector.",
        },
        see="steps",
    )
