"""Photon counts through a filter: a Poisson likelihood with the log link."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, bound, cautious, count_at_half_the_step, newton
from gdtools.questions import Choice, Count, Function, Mistake, Number

SETTINGS = [-1, -0.8, -0.5, -0.3, 0, 0.1, 0.4, 0.6, 0.8, 1.0]
COUNTS = [0, 1, 0, 2, 1, 3, 2, 5, 6, 7.0]


def photons(seed: int | None = None) -> Problem:
    """Photon counts through a filter: a Poisson likelihood with the log link."""
    x = np.array(SETTINGS)
    y = np.array(COUNTS) if seed is None else _drawn(x, np.random.default_rng(seed))
    fit = Fit(np.column_stack([np.ones(len(x)), x]), y)
    good, poor = np.array([math.log(y.mean()), 0.0]), np.array([8.0, 0.0])
    best = newton(fit.gradient, fit.hessian, good)
    (low, high), worst = np.linalg.eigvalsh(fit.hessian(best)), np.linalg.eigvalsh(fit.hessian(poor))[-1]
    questions = {
        "gradient": _gradient(fit, np.random.default_rng(seed).normal(size=(4, 2))),
        "L": _largest(low, high, worst, len(x)),
        "bound": bound(high, mu=low),
        "steps": _steps(fit, good, 1 / high),
        "thrown": _thrown(fit, poor, best, high),
        "start_bound": _start_bound(worst, high, len(x)),
        "failure": _failure(),
    }
    return Problem("photons", SimpleNamespace(x=x, y=y, good=good, poor=poor), questions)


def _drawn(x, rng):
    """Counts with a rate that grows from left to right."""
    y = rng.poisson(np.exp(rng.uniform(0.5, 1) + rng.uniform(0.8, 1.2) * x)).astype(float)
    return y + np.array([0, 0, 1, 0, 0, 0, 0, 1, 0, 2])


@dataclass(frozen=True)
class Fit:
    """For each setting a row of ``X``, a one and the setting, and the count ``y``; the rates exp(Xβ) are fitted to it."""

    X: np.ndarray
    y: np.ndarray

    def gradient(self, b):
        return self.X.T @ (np.exp(self.X @ b) - self.y) / len(self.y)

    def hessian(self, b):
        return (self.X.T * np.exp(self.X @ b)) @ self.X / len(self.y)

    def count(self, b, lr, least):
        """How many steps it takes from b until ‖∇f‖ is below ``least``."""
        k, g = 0, self.gradient(b)
        while np.linalg.norm(g) >= least:
            b = b - lr * g
            k, g = k + 1, self.gradient(b)
        return k


def _mean_lost(answer):
    return Mistake(answer, "The factor 1/n is lost: f is a mean.")


def _gradient(fit, points):
    X, y, n = fit.X, fit.y, len(fit.y)
    return Function(
        truth=fit.gradient,
        points=list(points),
        hint="Differentiate exp(xᵀβ) − y xᵀβ for one count, then take the mean.",
        mistakes=(
            Mistake(lambda b: -fit.gradient(b), "The sign is turned: f is minus the log-likelihood."),
            _mean_lost(lambda b: n * fit.gradient(b)),
            Mistake(lambda b: X.T @ (X @ b - y) / n, "The exponential is missing: the rate is exp(xᵀβ), not xᵀβ."),
        ),
    )


def _largest(low, high, worst, n):
    return Number(
        truth=high,
        hint="Differentiate the gradient once more; what does each count weigh in the Hessian? Then put in the minimiser.",
        mistakes=(
            Mistake(worst, "This is the curvature at the poor start. The question asks for that at the minimiser."),
            Mistake(low, "This is the smallest eigenvalue. The largest limits the step."),
            _mean_lost(n * high),
        ),
    )


def _steps(fit, start, lr):
    return Count(
        truth=fit.count(start, lr, 1e-8),
        hint="η = 1/L with L at the minimiser, from the good start, until ‖∇f‖ < 1e-8.",
        mistakes=(
            Mistake(fit.count(start, lr, 1e-4), "This is the count to ‖∇f‖ < 1e-4."),
            count_at_half_the_step(fit.count(start, lr / 2, 1e-8)),
        ),
    )


def _thrown(fit, poor, best, L):
    step = fit.gradient(poor) / L
    return Number(
        truth=np.linalg.norm(poor - step - best),
        rtol=2e-4,
        hint="Make one step from the poor start with the same η = 1/L, and measure the distance to the minimiser.",
        mistakes=(
            Mistake(np.linalg.norm(poor - best), "This is the distance of the poor start itself, before the step."),
            Mistake(
                np.linalg.norm(poor - step / 2 - best),
                "This is where half the step lands: η is 1/L, with L at the minimiser.",
            ),
            _mean_lost(np.linalg.norm(poor - len(fit.y) * step - best)),
        ),
    )


def _start_bound(worst, high, n):
    return Number(
        truth=2 / worst,
        hint="The same formula, with the Hessian at the poor start.",
        mistakes=(
            cautious(worst),
            Mistake(2 / high, "This is the bound at the minimiser. The curvature at the poor start is another."),
            _mean_lost(2 / (n * worst)),
        ),
    )


def _failure():
    return Choice(
        truth="is thrown far off",
        mistakes=(
            Mistake("settles as before", "That is what the curvature at the minimiser promises. The run does not start there."),
            Mistake("crawls from the first step", "It would if the step were short. The gradient at the poor start is huge."),
            Mistake("flips for ever", "On the bound the error keeps its size. Here ηL at the start is far above 2."),
        ),
    )
