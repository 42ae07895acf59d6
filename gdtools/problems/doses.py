"""Whether a side effect shows: logistic regression of a yes or no on the dose."""

from dataclasses import dataclass
from math import exp, hypot
from operator import mul
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    bound,
    bound_upside_down,
    design,
    largest_itself,
    mean_lost_in_bound,
    newton,
    prediction,
    rounded,
    sum_for_mean,
    told_apart,
)
from gdtools.questions import Count, Function, Mistake, Number

DOSES = [0.2, 0.3, 0.5, 0.8, 0.9, 1.2, 1.6, 1.9, 2.3, 2.4, 2.8, 3.5]
ANSWERS = [0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1.0]
# The trace, the Frobenius norm and the largest diagonal entry are near the largest eigenvalue: this tells them apart.
DIGITS = 1e-4


def doses(seed: int | None = None) -> Problem:
    """Whether a side effect shows: logistic regression of a yes or no on the dose."""
    rng = np.random.default_rng(seed)
    if seed is None:
        return _problem(rng, np.array(DOSES), np.array(ANSWERS), "bounces for ever", 3.0)
    return told_apart(lambda: _problem(rng, *_drawn(rng), *_course(rng)))


def _problem(rng, dose, y, course, size):
    trial = Trial(design(dose), y)
    L, there = trial.largest_curvature(), trial.curvature_at_minimiser()
    lr = rounded(size / (there if course == "bounces for ever" else L))
    questions = {
        "gradient": _gradient(trial, list(rng.normal(size=(4, 2)))),
        "L": _largest(trial, L, there),
        "bound": _bound(trial, L, there),
        "steps": _steps(trial, L),
        "prediction": _prediction(course),
    }
    return Problem("doses", SimpleNamespace(dose=dose, y=y, lr=lr), questions)


def _course(rng):
    """What the run does, and a step at which it does that, in units of 1 over a curvature."""
    course = rng.choice(["settles", "crawls", "bounces for ever"])
    low, high = {"settles": (0.7, 1.3), "crawls": (0.001, 0.003), "bounces for ever": (2.7, 3.2)}[course]
    return str(course), rng.uniform(low, high)


def _drawn(rng):
    """Twelve doses in mg, spread evenly, and whether a side effect showed; the answers overlap, so that the fit is finite."""
    dose = np.sort((rng.uniform(0.8, 1.3) * (np.linspace(0.25, 3, 12) + rng.uniform(-0.1, 0.1, 12))).round(1))
    y = np.repeat([0.0, 1.0], 6)
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
    shifted = lambda w: X.T @ (np.exp(X @ w) - y) / n  # noqa: E731
    return Function(
        truth=trial.gradient,
        formula=r"\tfrac1n X^\top(\sigma(Xw) - y)",
        points=points,
        hint="Differentiate log(1 + eᵗ) − yt by t for one patient, then t = xᵀw by w. The loss is the mean over the patients.",
        lesson="Each patient pulls with the residual σ − y, which is never as large as 1: how long can a step be at most?",
        see="limits-and-remedies",
        mistakes=(
            Mistake(
                lambda w: -trial.gradient(w),
                "The sign is turned: the residual is σ(xᵀw) − y.",
                r"\tfrac1n X^\top(y - \sigma(Xw))",
            ),
            sum_for_mean(lambda w: n * trial.gradient(w))._replace(formula=r"X^\top(\sigma(Xw) - y)"),
            Mistake(
                lambda w: X.T @ (X @ w - y) / n,
                "The sigmoid is missing: this is the gradient of a linear model.",
                r"\tfrac1n X^\top(Xw - y)",
            ),
            Mistake(
                shifted,
                "The derivative of log(1 + eᵗ) is eᵗ/(1 + eᵗ), not eᵗ: the inner 1 + eᵗ is to be divided by.",
                r"\tfrac1n X^\top(e^{Xw} - y)",
            ),
            Mistake(
                lambda w: X.T @ (_sigmoid(-X @ w) - y) / n,
                "This is 1/(1 + eᵗ), the chance of no side effect. The derivative of log(1 + eᵗ) is eᵗ/(1 + eᵗ).",
                r"\tfrac1n X^\top(\sigma(-Xw) - y)",
            ),
            Mistake(
                lambda w: X.T @ _sigmoid(X @ w) / n,
                "The answers are missing: the term −y xᵀw of the loss has the derivative −yx.",
                r"\tfrac1n X^\top\sigma(Xw)",
            ),
            Mistake(
                lambda w: X.T @ (_sigmoid(X @ w) * (1 - _sigmoid(X @ w)) * (_sigmoid(X @ w) - y)) / n,
                "A factor σ(1 − σ) too many: it belongs to a squared error. Here the logarithm takes it away.",
                r"\tfrac1n X^\top\bigl(\sigma(1 - \sigma)(\sigma - y)\bigr)",
            ),
        ),
    )


def _other_curvatures(trial, L, there):
    """What can be taken for L, each with what it is."""
    X, n = trial.X, len(trial.y)
    squares, least = (X**2).sum(axis=1), np.linalg.eigvalsh(X.T @ X)[0] / (4 * n)
    return {
        4 * L: "the largest eigenvalue of XᵀX/n, without the ¼ that σ(1 − σ) is at most",
        2 * L: "XᵀX/n times ½; the largest value of σ(1 − σ) is ¼, at σ = ½",
        there: "the curvature at the minimiser; it is larger elsewhere, and a safe step must suit every point",
        squares.mean()
        / 4: "the trace, the mean of ‖x‖²/4 of the rows; it is the sum of both eigenvalues, and L is one of them",
        squares.max() / 4: "the largest ‖x‖²/4 of a row, the curvature of one patient; f is a mean, and curves less",
        np.linalg.norm(X.T @ X) / (4 * n): "the root of the sum of all squared entries, which is not the largest eigenvalue",
        (X[:, 1] ** 2).mean() / 4: "the mean of dose²/4, one entry of XᵀX/(4n); what stands beside it counts too",
        least: "the smallest eigenvalue of XᵀX/(4n)",
        4 * n * L: "that of XᵀX itself; ¼ and 1/n are both lost",
        L / 4: "the largest eigenvalue of XᵀX/(16n); σ(1 − σ) is ¼ at most, not its square",
        np.sqrt(4 * L * n) / (4 * n): "taken from a singular value of X that was not squared",
        np.linalg.norm(
            X.T @ X / (4 * n), 1
        ): "the largest sum of a column; no eigenvalue exceeds it, but the largest is smaller",
    }


def _largest(trial, L, there):
    n = len(trial.y)
    others = _other_curvatures(trial, L, there).items()
    return Number(
        truth=L,
        rtol=DIGITS,
        hint="The Hessian is XᵀDX/n with D diagonal and entries σ(1 − σ). What is the largest value of σ(1 − σ)?",
        lesson="The answers y do not enter: a safe step is known before the first patient has answered.",
        see="limits-and-remedies",
        mistakes=(sum_for_mean(n * L), *(Mistake(value, f"This is {what}.") for value, what in others)),
    )


def _bound(trial, L, there):
    n, others = len(trial.y), _other_curvatures(trial, L, there)
    taken = [Mistake(2 / value, f"The L in this bound is {what}.") for value, what in others.items() if value != 2 * L]
    return bound(
        L,
        mean_lost_in_bound(2 / (n * L)),
        largest_itself(L),
        bound_upside_down(L),
        *taken,
        rtol=DIGITS,
        lesson="Below it f falls wherever the run stands; a longer step may still settle, but nothing promises that.",
        see="step-size",
    )


def _steps(trial, L):
    sizes = trial.gradient_sizes(1 / L, 1e-4)
    steps = lambda lr: len(trial.gradient_sizes(lr, 1e-4)) - 1  # noqa: E731
    first = lambda least: next(k for k, size in enumerate(sizes) if size < least)  # noqa: E731
    n = len(trial.y)
    return Count(
        truth=len(sizes) - 1,
        hint="η = 1/L with all digits of your L, from w = 0, until ‖∇f‖ < 1e-4.",
        lesson="The steps go into the flattest direction, along the valley: how many would it take with the doses centred?",
        see="conditioning",
        mistakes=(
            Mistake(100_000, "This is the room that the hint leaves for the run. It has to stop by itself: give a tol."),
            Mistake(first(1e-2), "This is the count to ‖∇f‖ < 1e-2."),
            Mistake(first(1e-3), "This is the count to ‖∇f‖ < 1e-3, where 10e-4 stands for 1e-4."),
            Mistake(steps(2 / L), "This is the count at η = 2/L, twice the step that was asked for."),
            Mistake(steps(0.5 / L), "This is the count at half the step, η = 1/(2L)."),
            Mistake(steps(0.25 / L), "This is the count at a quarter of the step: the L behind it has lost its ¼."),
            Mistake(
                len(trial.gradient_sizes(1 / L, 1e-4 / n)) - 1,
                "This is the count until n‖∇f‖ < 1e-4: the gradient behind it is a sum, and f is a mean.",
            ),
        ),
    )


NEEDS = {
    "explodes": "No run on this f explodes: a step is at most η times the mean of ‖x‖ long, and far out it leads back.",
    "settles": "To settle, η must be below 2 over the curvature at the minimiser, and not tiny beside 1/L.",
    "crawls": "To crawl, η must be a tiny part of 1/L.",
    "bounces for ever": "A run bounces for ever, save by chance, where η is above 2 over the curvature at the minimiser.",
}
HERE = {
    "settles": "Here η is near 1/L, well below 2/L: f falls at every step, and the run has thousands of them.",
    "crawls": "Here η is less than a hundredth of 1/L: ten thousand of these steps lead no farther than some dozens at 1/L.",
    "bounces for ever": "Here η is near 3 over the curvature at the minimiser: it repels, and far out f leads back.",
}


def _prediction(course):
    return prediction(course, HERE[course], NEEDS, see="limits-and-remedies")
