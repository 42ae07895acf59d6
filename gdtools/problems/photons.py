"""Photon counts through a filter: a Poisson likelihood with the log link."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    between,
    bound,
    bound_upside_down,
    cautious,
    count_at_half_the_step,
    design,
    largest_itself,
    mean_lost_in_bound,
    newton,
    prediction,
    rounded,
    told_apart,
)
from gdtools.questions import Count, Function, Mistake, Number

SETTINGS = [-0.7, -0.5, -0.2, 0.1, 0.3, 0.6, 0.8, 1.1, 1.2, 1.4]
COUNTS = [1, 0, 2, 0, 1, 4, 2, 7, 5, 11.0]
# The counts as weights in place of the rates, or a run that has not arrived, change L by a few thousandths.
DIGITS = 1e-4


def photons(seed: int | None = None) -> Problem:
    """Photon counts through a filter: a Poisson likelihood with the log link."""
    rng, x = np.random.default_rng(seed), np.array(SETTINGS)
    if seed is None:
        return _problem(rng, _fit(x, np.array(COUNTS)), "is thrown far off", 6.0, 1.0)
    return told_apart(lambda: _problem(rng, _drawn(rng, x), *_course(rng)))


def _problem(rng, fit, course, height, size):
    good, poor, best = fit.start(), np.array([height, 0.0]), fit.minimiser()
    (low, high), worst = np.linalg.eigvalsh(fit.hessian(best)), fit.largest(fit.rates(poor))
    lr = rounded(size / (high if course == "is thrown far off" else worst))
    questions = {
        "gradient": _gradient(fit, list(rng.normal(size=(4, 2)))),
        "L": _largest(fit, poor, best),
        "bound": _bound(fit, best, low, high, worst),
        "start_bound": _start_bound(fit, poor, worst, high),
        "steps": _steps(fit, good, 1 / high),
        "thrown": _thrown(fit, poor, best, high),
        "prediction": _prediction(course),
    }
    return Problem("photons", SimpleNamespace(x=fit.X[:, 1], y=fit.y, good=good, poor=poor, lr=lr), questions)


def _course(rng):
    """What the run from the poor start does, where that is, and a step in units of 1 over a curvature."""
    course = rng.choice(["settles", "crawls", "is thrown far off"])
    low, high = {"settles": (1.0, 1.6), "crawls": (0.002, 0.005), "is thrown far off": (0.7, 1.0)}[course]
    height = between(rng, 5.6, 6.6) if course == "is thrown far off" else between(rng, 4.8, 5.4)
    return str(course), height, rng.uniform(low, high)


def _fit(x, y):
    return Fit(design(x), y)


def _drawn(rng, x):
    """Counts with a rate that grows from left to right."""
    y = rng.poisson(np.exp(rng.uniform(0.3, 0.8) + rng.uniform(0.8, 1.2) * x)).astype(float)
    return _fit(x, y + np.array([0, 0, 1, 0, 0, 0, 0, 1, 0, 2]))


@dataclass(frozen=True)
class Fit:
    """For each setting a row of ``X``, a one and the setting, and the count ``y``; the rates exp(Xβ) are fitted to it."""

    X: np.ndarray
    y: np.ndarray

    def rates(self, b):
        return np.exp(self.X @ b)

    def gradient(self, b):
        return self.X.T @ (self.rates(b) - self.y) / len(self.y)

    def weighted(self, weights):
        """The matrix Xᵀ diag(weights) X/n, which is the Hessian where the weights are the rates."""
        return (self.X.T * weights) @ self.X / len(self.y)

    def hessian(self, b):
        return self.weighted(self.rates(b))

    def largest(self, weights):
        return np.linalg.eigvalsh(self.weighted(weights))[-1]

    def start(self):
        """The same rate everywhere, the mean of the counts."""
        return np.array([math.log(self.y.mean()), 0.0])

    def minimiser(self):
        return newton(self.gradient, self.hessian, self.start())

    def count(self, b, lr, least):
        """How many steps it takes from b until ‖∇f‖ is below ``least``."""
        k, g = 0, self.gradient(b)
        while np.linalg.norm(g) >= least:
            b = b - lr * g
            k, g = k + 1, self.gradient(b)
        return k


def _mean_lost(answer, formula=""):
    return Mistake(answer, "The factor 1/n is lost: f is a mean.", formula)


def _gradient(fit, points):
    X, y, n = fit.X, fit.y, len(fit.y)
    return Function(
        truth=fit.gradient,
        formula=r"\tfrac1n X^\top(e^{X\beta} - y)",
        points=points,
        hint="Differentiate exp(xᵀβ) − y xᵀβ for one count, then take the mean.",
        lesson="It is zero where the expected counts and the counts have the same sum, and the same sum weighted with x.",
        see="limits-and-remedies",
        mistakes=(
            Mistake(
                lambda b: -fit.gradient(b),
                "The sign is turned: f is minus the log-likelihood.",
                r"\tfrac1n X^\top(y - e^{X\beta})",
            ),
            _mean_lost(lambda b: n * fit.gradient(b), r"X^\top(e^{X\beta} - y)"),
            Mistake(
                lambda b: X.T @ (X @ b - y) / n,
                "The exponential is missing: the rate is exp(xᵀβ), not xᵀβ.",
                r"\tfrac1n X^\top(X\beta - y)",
            ),
            Mistake(
                lambda b: X.T @ (fit.rates(b) * (X @ b) - y) / n,
                "The exponential is its own derivative: exp(t) comes without a further factor t.",
                r"\tfrac1n X^\top(X\beta\, e^{X\beta} - y)",
            ),
            Mistake(
                lambda b: X.T @ (fit.rates(b) * (1 - y)) / n,
                "The term with y is linear in β: its derivative is −yx, without an exponential.",
                r"\tfrac1n X^\top(e^{X\beta}(1 - y))",
            ),
            Mistake(
                lambda b: X.T @ fit.rates(b) / n,
                "The counts are missing: the term −y xᵀβ has the derivative −yx.",
                r"\tfrac1n X^\top e^{X\beta}",
            ),
            Mistake(
                lambda b: X.T @ (1 / (1 + np.exp(-X @ b)) - y) / n,
                "This has the sigmoid of a yes or no. For counts the rate is the exponential.",
                r"\tfrac1n X^\top(\sigma(X\beta) - y)",
            ),
        ),
    )


def _other_curvatures(fit, best):
    """What can be taken for the curvature at the minimiser, each with what it is."""
    hess = fit.hessian(best)
    return {
        fit.largest(fit.y): "the largest eigenvalue with the counts y for weights; the Hessian weighs with the expected counts",
        fit.largest(fit.rates(fit.start())): "the curvature at the good start; asked for is that at the minimiser",
        np.trace(hess): "the trace, the sum of both eigenvalues",
        np.linalg.norm(hess): "the root of the sum of all squared entries, which is not the largest eigenvalue",
        hess.diagonal().max(): "the largest diagonal entry; what stands beside it counts too",
        fit.largest(
            np.ones(len(fit.y))
        ): "the largest eigenvalue of XᵀX/n; the expected counts that weigh the exposures are missing",
    }


def _largest(fit, poor, best):
    low, high = np.linalg.eigvalsh(fit.hessian(best))
    worst = fit.largest(fit.rates(poor))
    others = _other_curvatures(fit, best).items()
    return Number(
        truth=high,
        rtol=DIGITS,
        hint="Which weight has each exposure in the Hessian? And is the run at rest, with ‖∇f‖ below 1e-8?",
        lesson="The weights are the expected counts, so L belongs to this β alone. What is it where more photons are expected?",
        see="non-convexity",
        mistakes=(
            Mistake(worst, "This is the curvature at the poor start. The question asks for that at the minimiser."),
            Mistake(low, "This is the smallest eigenvalue. The largest limits the step."),
            _mean_lost(len(fit.y) * high),
            *(Mistake(value, f"This is {what}.") for value, what in others),
        ),
    )


def _bound(fit, best, low, high, worst):
    others = _other_curvatures(fit, best).items()
    return bound(
        high,
        largest_itself(high),
        bound_upside_down(high),
        mean_lost_in_bound(2 / (len(fit.y) * high)),
        Mistake(2 / worst, "This is the bound at the poor start. The question asks for that at the minimiser."),
        *(Mistake(2 / value, f"The L in this bound is {what}.") for value, what in others),
        mu=low,
        rtol=DIGITS,
        lesson="It holds for runs that are near the minimiser already. How near is near enough?",
    )


def _start_bound(fit, poor, worst, high):
    n, weight = len(fit.y), math.exp(poor[0])
    X, hess = fit.X, fit.hessian(poor)
    return Number(
        truth=2 / worst,
        rtol=DIGITS,
        hint="The same formula, with the Hessian at the poor start, where all weights are e^β₀.",
        lesson="One function has two bounds, far apart: which of them does a run from the poor start have to obey?",
        see="non-convexity",
        mistakes=(
            cautious(worst),
            Mistake(2 / high, "This is the bound at the minimiser. The curvature at the poor start is another."),
            bound_upside_down(worst),
            _mean_lost(2 / (n * worst)),
            Mistake(2 / weight, "This takes e^β₀ for the eigenvalue. XᵀX/n has a largest eigenvalue of its own, above 1."),
            Mistake(2 / np.trace(hess), "This takes the trace, the sum of both eigenvalues."),
            Mistake(2 / np.linalg.norm(hess), "This takes the root of the sum of all squared entries for the eigenvalue."),
            Mistake(2 / np.linalg.eigvalsh(hess)[0], "This takes the smallest eigenvalue. The largest limits the step."),
            Mistake(2 / fit.largest(np.full(n, poor[0])), "The weights in this are β₀ itself. The expected count is e^β₀."),
            Mistake(2 / np.linalg.eigvalsh(X.T @ X / n)[-1], "The weight e^β₀ of every exposure is missing."),
            Mistake(worst, "This is the eigenvalue itself. The bound is 2 over it."),
        ),
    )


def _steps(fit, start, lr):
    return Count(
        truth=fit.count(start, lr, 1e-8),
        hint="η = 1/L with all digits of L at the minimiser, from the good start, until ‖∇f‖ < 1e-8.",
        lesson="So it goes from a start where about as many photons are expected as were counted.",
        see="conditioning",
        mistakes=(
            Mistake(fit.count(start, lr, 1e-4), "This is the count to ‖∇f‖ < 1e-4."),
            count_at_half_the_step(fit.count(start, lr / 2, 1e-8)),
            Mistake(fit.count(start, lr, 1e-7), "This is the count to ‖∇f‖ < 10⁻⁷, which is 10e-8. 10⁻⁸ is written 1e-8."),
            Mistake(
                fit.count(start, lr, 1e-10),
                "This is the count to ‖∇f‖ < 1e-10, where gradient_descent stops unless it is told.",
            ),
            Mistake(
                fit.count(start, lr, 1e-8 / len(fit.y)),
                "This is the count until n‖∇f‖ < 1e-8: the gradient behind it is a sum, and f is a mean.",
            ),
        ),
    )


def _thrown(fit, poor, best, L):
    step, size = fit.gradient(poor) / L, np.linalg.norm
    return Number(
        truth=size(poor - step - best),
        rtol=5e-4,
        hint="Make one step from the poor start with the same η = 1/L, and measure the distance to the minimiser.",
        lesson="One step leads far to the other side, where hardly a photon is expected: how long is the gradient there?",
        see="non-convexity",
        mistakes=(
            Mistake(size(poor - best), "This is the distance of the poor start itself, before the step."),
            Mistake(size(poor - step / 2 - best), "This is where half the step lands: η is 1/L, with L at the minimiser."),
            Mistake(size(poor - 2 * step - best), "This is where the bound 2/L lands, twice the step that was asked for."),
            _mean_lost(size(poor - len(fit.y) * step - best)),
            Mistake(size(poor - step), "This is the distance from β = 0. The question asks for that from the minimiser."),
            Mistake(size(step), "This is the length of the step. The question asks how far from the minimiser it ends."),
            Mistake(abs(poor - step - best)[0], "This is the distance in β₀ alone. The other entry moves as well."),
            Mistake(size(poor + step - best), "This step goes uphill: the gradient is subtracted."),
            Mistake(
                abs(poor - step - best).sum(),
                "This is the sum of the entries' sizes. The distance is the root of their squares.",
            ),
        ),
    )


NEEDS = {
    "settles": "A run settles surely where η is below the bounds of all places on the way, and not tiny.",
    "crawls": "To crawl, η must be so short that ten thousand steps do not suffice.",
    "flips for ever": "To flip for ever at the same distance, a step would have to land at the mirror image of its start.",
    "is thrown far off": "To be thrown far off, η must be far above the bound of the poor start.",
}
HERE = {
    "settles": "Here η is below the bound of the poor start, and nowhere on the way is the curvature larger.",
    "crawls": "Here η is a small part even of the bound at the poor start, and the steps get shorter as the run comes near.",
    "is thrown far off": "Here η suits the minimiser, and at the poor start it is many times the bound.",
}


def _prediction(course):
    return prediction(course, HERE[course], NEEDS, see="non-convexity")
