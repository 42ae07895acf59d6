"""Five methods on one bowl, from one start."""

import math

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.descent import gradient_descent
from gdtools.live.base import LiveFigure
from gdtools.live.compute import first
from gdtools.live.traits import Number, Point
from gdtools.live.turned_bowl import distances, eigenvalues, entries, turned_bowl
from gdtools.live.words import against_theory, fixed, general
from gdtools.plotting import STYLE, plot_contours, plot_decay
from gdtools.remedies import momentum, nesterov
from gdtools.theory import best_step, contraction, predicted_steps

WALKED = 10_000  # of more steps predicted only the beginning is walked
SPARE = 100  # steps beyond four times those predicted, after which a method is given up
BEGINNING = 300  # steps that each method may take, whatever is predicted
MOST = 0.999  # memory


class Race(LiveFigure):
    r"""Five methods on one bowl: plain descent, heavy ball, Nesterov, Jacobi's preconditioner and Newton.

    .. math:: f(x, y) = (x - 3)^2 + \kappa\,(y - 1)^2,

    turned about its minimum by ``angle`` degrees. The steps are ``lr`` times the tuned ones: 2/(μ + L), 2(1 + β)/(μ + L),
    1/L, and 1 for the last two. The heavy ball's memory is ``beta``, or with ``keep`` the best for these steps, and Nesterov's
    its square root, so that at the tuned steps both are best at the same place; ``eps`` is what the first error is to fall to.
    A method runs where it is named by 1, as in ``newton=1``; all are counted.
    """

    figure = traitlets.Unicode("race", read_only=True).tag(sync=True)
    kappa = Number(25.0, 1, 1e4)
    beta = Number(0.45, 0, MOST)
    keep = Number(0, 0, 1, whole=True)
    angle = Number(30.0, -180, 180)
    lr = Number(1.0, 0, 1e6)
    eps = Number(1e-6, 1e-10, 0.5)
    x0 = Point((-1.5, -1.0))
    plain, ball, nesterov, jacobi, newton = (Number(1, 0, 1, whole=True) for _ in range(5))
    NAMES = dict(plain="plain descent", ball="heavy ball", nesterov="Nesterov", jacobi="preconditioned", newton="Newton")
    forms = {**dict.fromkeys(NAMES, against_theory), "best": fixed}
    constants = {"names": NAMES, "walked": WALKED, "spare": SPARE, "beginning": BEGINNING, "mostMemory": MOST}

    def objective(self):
        """The bowl as set, an Objective."""
        return turned_bowl(self.kappa, self.angle)

    def methods(self):
        """For each method its rate in the long run and how to run it, a callable of the number of steps."""
        return {"plain": self._plain(), "ball": self._ball(), "nesterov": self._nesterov(), **self._preconditioned()}

    def _plain(self):
        lam = eigenvalues(self.kappa)
        eta = self.lr * best_step(lam)
        return contraction(lam, eta), self._runner(gradient_descent, self.objective().grad, eta)

    def _ball(self):
        (mu, L), beta = eigenvalues(self.kappa), self.memory()
        eta = self.lr * (2 * (1 + beta) / (mu + L))
        rate = max(modulus(1 + beta - eta * curvature, beta) for curvature in (mu, L))
        return rate, self._runner(momentum, self.objective().grad, eta, beta=beta)

    def _nesterov(self):
        (mu, L), beta = eigenvalues(self.kappa), math.sqrt(self.memory())
        eta = self.lr / L
        rate = max(modulus((1 + beta) * (1 - eta * v), beta * (1 - eta * v)) for v in (mu, L))
        return rate, self._runner(nesterov, self.objective().grad, eta, beta=beta)

    def _preconditioned(self):
        grad, (mu, L), (a, b, d) = self.objective().grad, eigenvalues(self.kappa), entries(self.kappa, self.angle)
        off, det = abs(b) / math.sqrt(a * d), mu * L

        def jacobi(x):
            g = grad(x)
            return np.array([g[0] / a, g[1] / d])

        def newton(x):
            g = grad(x)
            return np.array([(d * g[0] - b * g[1]) / det, (a * g[1] - b * g[0]) / det])

        return {
            "jacobi": (contraction([1 - off, 1 + off], self.lr), self._runner(gradient_descent, jacobi, self.lr)),
            "newton": (contraction([1.0], self.lr), self._runner(gradient_descent, newton, self.lr)),
        }

    def _runner(self, method, grad, eta, **options):
        return lambda n_iter: method(grad, self.x0, eta, n_iter, tol=0, **options)

    def memory(self):
        """The part of its last move that the heavy ball keeps."""
        best = self.best_beta()
        return min(MOST, best) if self.keep and best < 1 else self.beta

    def best_beta(self):
        """The memory that is best for the heavy ball's rate at its step as set; not a number where none is of help.

        With q for the rate of plain descent at as many times its tuned step, that is where 2√β/(1 + β) = q: with less memory
        the larger of two real roots is slower, with more the modulus √β of two complex ones.
        """
        rate, _ = self._plain()
        return math.nan if rate > 1 - 1e-9 else (rate / (1 + math.sqrt(1 - rate * rate))) ** 2

    def idle(self):
        """β moves nothing where the best is kept, or where nobody has a memory."""
        kept = {"beta": "keep=0"} if self.keep else {}
        return kept if self.ball or self.nesterov else {"beta": "ball=1", "keep": "ball=1"}

    def runs(self):
        """For each method the steps that theory predicts, those that it took or infinity, and its errors, the first one 1."""
        return {name: self._counted(*method) for name, method in self.methods().items()}

    def _counted(self, rate, run):
        predicted = predicted_steps(rate, self.eps) if self.lr else math.inf
        most = max(4 * predicted + SPARE, BEGINNING) if predicted <= WALKED else BEGINNING
        hist = run(most).hist if self.lr else np.array([self.x0])
        with np.errstate(over="ignore"):
            errors = distances(hist)
            there = first(errors <= self.eps * errors[0])
            shown = slice(min(there, len(errors) - 1) + 1)
            return predicted, there, errors[shown] / (errors[0] or 1), hist[shown]

    def values(self):
        """For each method the steps taken and those predicted, and the best memory."""
        counts = {name: (took, predicted) for name, (predicted, took, *_) in self.runs().items()}
        return {**counts, "best": self.best_beta()}

    def sentence(self):
        n = self.numbers()
        counts = "; ".join(f"{title} {n[name]}" for name, title in self.NAMES.items())
        return (
            f"Steps until the error is {general(self.eps)} of the first, with κ = {self.kappa:g}, β = {general(self.memory())} "
            f"and {self.lr:g} times each one's tuned step: {counts}."
        )

    def alt(self):
        return (
            f"Level lines of a bowl with condition number {self.kappa:g}, turned by {self.angle:g} degrees, and the paths of "
            "five methods from one start; below it their errors against the step on a logarithmic axis."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            objective = self.objective()
            plot_contours(objective, ax=ax, levels=8)
            for color, (name, (*_, errors, hist)) in zip(("C0", "C1", "C2", "C3", "k"), self.runs().items(), strict=True):
                if getattr(self, name):
                    kind = {"color": color, "ls": "--" if name == "newton" else "-"}
                    ax.plot(*hist[np.abs(hist).max(axis=1) < 1e3][:41].T, **kind, lw=1)
                    plot_decay(errors[:100].clip(self.eps / 10, 1e3), ax=low, **kind, label=self.NAMES[name])
            ax.set(xlim=objective.window[0], ylim=objective.window[1])
            low.set(ylabel="error, first = 1")
            fig.legend(loc="outside upper center", ncols=3)
        return fig


def modulus(b, c):
    """The larger modulus of the roots of z² − bz + c."""
    square = b * b - 4 * c
    return math.sqrt(c) if square < 0 else (abs(b) + math.sqrt(square)) / 2
