"""Whether a side effect shows: logistic regression of a yes or no on the dose."""

from dataclasses import dataclass
from math import exp, hypot
from operator import mul
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, bound, newton, rounded, sum_for_mean
from gdtools.questions import Choice, Count, Function, Mistake, Number

DOSES = [1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 9.0]
ANSWERS = [0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1.0]


def doses(seed: int | None = None) -> Problem:
    """Whether a side effect shows: logistic regression of a yes or no on the dose."""
    dose, y = (np.array(DOSES), np.array(ANSWERS)) if seed is None else _drawn(np.random.default_rng(seed))
    trial = Trial(np.column_stack([np.ones(len(dose)), dose]), y)
    L, there = trial.largest_curvature(), trial.curvature_at_minimiser()
    questions = {
        "gradient": _gradient(trial, np.random.default_rng(seed).normal(size=(4, 2))),
        "L": _largest(L, there, len(y)),
        "bound": bound(L, *_other_curvatures(L, there, len(y))),
        "steps": _steps(trial, L),
        "failure": _failure(),
    }
    return Problem("doses", SimpleNamespace(dose=dose, y=y, lr_large=rounded(3 / there)), questions)


def _drawn(rng):
    """Twelve doses in mg and whether a side effect showed; the answers overlap, so that the fit is finite."""
    dose = np.sort(rng.uniform(1, 9, 12).round(1))
    y = np.where(dose > 5, 1.0, 0.0)
    y[[3, 4, 7, 8]] = rng.permutation([0, 1, 0, 1.0])
    y[[3, 8]] = 1.0, 0.0
    return dose, y


def _sigmoid(t):
    return 1 / (1 + np.exp(-t))


@dataclass(frozen=True)
class Trial:
    """For each patient a row of ``X``, a one and the dose, and the answer ``y``, 0 or 1."""

    X: np.ndarray
    y: np.ndarray

    def gradient(self, w):
        return self.X.T @ (_sigmoid(self.X @ w) - self.y) / len(self.y)

    def hessian(self, w):
        s = _sigmoid(self.X @ w)
        return (self.X.T * (s * (1 - s))) @ self.X / len(self.y)

    def largest_curvature(self):
        """That of XᵀX/(4n), which no w exceeds."""
        return np.linalg.svd(self.X, compute_uv=False)[0] ** 2 / (4 * len(self.y))

    def curvature_at_minimiser(self):
        return np.linalg.eigvalsh(self.hessian(newton(self.gradient, self.hessian, np.zeros(2))))[-1]

    def gradient_sizes(self, lr, least):
        """‖∇f‖ at each iterate from w = 0 to the first where it is below ``least``.

        In plain numbers: for twelve doses they take half the time of arrays.
        """
        dose, sizes, w0, w1 = self.X[:, 1].tolist(), [], 0.0, 0.0
        yes, yes_dose = (self.y @ self.X).tolist()
        while not sizes or sizes[-1] >= least:
            chance = [1 / (1 + exp(-w0 - w1 * d)) for d in dose]
            g0 = (sum(chance) - yes) / len(dose)
            g1 = (sum(map(mul, chance, dose)) - yes_dose) / len(dose)
            w0, w1 = w0 - lr * g0, w1 - lr * g1
            sizes.append(hypot(g0, g1))
        return sizes


def _gradient(trial, points):
    X, y, n = trial.X, trial.y, len(trial.y)
    return Function(
        truth=trial.gradient,
        points=list(points),
        hint="Differentiate log(1 + eᵗ) − yt by t for one patient, then t = xᵀw by w. The loss is the mean over the patients.",
        mistakes=(
            Mistake(lambda w: -trial.gradient(w), "The sign is turned: the residual is σ(xᵀw) − y."),
            sum_for_mean(lambda w: n * trial.gradient(w)),
            Mistake(lambda w: X.T @ (X @ w - y) / n, "The sigmoid is missing: this is the gradient of a linear model."),
        ),
    )


def _largest(L, there, n):
    return Number(
        truth=L,
        hint="The Hessian is XᵀDX/n with D diagonal and entries σ(1 − σ). What is the largest value of σ(1 − σ)?",
        mistakes=(
            Mistake(4 * L, "The largest value of σ(1 − σ) is lost: it is ¼, at σ = ½."),
            sum_for_mean(n * L),
            Mistake(2 * L, "The largest value of σ(1 − σ) is ¼, not ½."),
            Mistake(
                there,
                "This is the curvature at the minimiser. It is larger elsewhere, and a safe step must suit every point.",
            ),
        ),
    )


def _other_curvatures(L, there, n):
    yield Mistake(2 / there, "This is the bound from the curvature at the minimiser. On the way there it may be too long.")
    yield Mistake(2 / (4 * L), "The ¼ is lost, and the bound is four times too small: safe, but needlessly slow.")
    yield Mistake(2 / (n * L), "The factor 1/n is lost.")


def _steps(trial, L):
    sizes = trial.gradient_sizes(1 / L, 1e-4)
    early = next(k for k, size in enumerate(sizes) if size < 1e-2)
    return Count(
        truth=len(sizes) - 1,
        hint="η = 1/L, from w = 0, until ‖∇f‖ < 1e-4. Is your L the bound for all w?",
        mistakes=(
            Mistake(early, "This is the count to ‖∇f‖ < 1e-2."),
            Mistake(
                len(trial.gradient_sizes(2 / L, 1e-4)) - 1,
                "This is the count at η = 2/L, twice the step that was asked for.",
            ),
        ),
    )


def _failure():
    return Choice(
        truth="bounces for ever",
        mistakes=(
            Mistake(
                "explodes",
                "A quadratic would. "
                "Here no step can be longer than η times the mean of ‖x‖, and far out the gradient leads back.",
            ),
            Mistake("settles", "At this step the minimiser itself repels: its curvature times η is above 2."),
            Mistake("crawls", "It crawls when steps are short. These are long."),
        ),
    )
