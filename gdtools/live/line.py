"""A straight line fitted by descent, step by step, beside the line of the formula."""

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.compute import ACCURACY, descent, steps_to
from gdtools.live.traits import Number, Point, Points
from gdtools.live.words import amount, general, plain, predicted, ratio, taken
from gdtools.objectives import least_squares, line_data
from gdtools.plotting import STYLE, plot_decay
from gdtools.theory import condition_number, contraction, predicted_steps, spectrum, step_bound

NOTHING = 1e-24  # an excess that is rounding, and no longer falls
WINDOW = ((-3, 3), (-5, 5))
TRAIL = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)  # after which of the steps an earlier line is drawn


class Line(LiveFigure):
    r"""A straight line fitted by descent on the mean squared residual, to the first ``n`` of the ``points``.

    .. math:: L(\beta) = \frac1n \lVert y - X\beta\rVert^2, \qquad X = [1, x],

    from the intercept and slope ``x0``. The points are those of `line_data`, to five decimals.
    """

    figure = traitlets.Unicode("line", read_only=True).tag(sync=True)
    points = Points(tuple((round(float(x), 5), round(float(y), 5)) for (_, x), y in zip(*line_data(), strict=True)), 100)
    n = Number(12, 2, 50, whole=True)
    lr = Number(0.1, 0, 1e6)
    n_iter = Number(60, 0, 10_000, whole=True)
    x0 = Point((0.0, 0.0))
    forms = {
        "intercept": plain, "slope": plain, "ols_intercept": plain, "ols_slope": plain,
        "loss": amount, "floor": amount, "excess": amount, "rate": general,
        "bound": general, "kappa": ratio, "predicted": predicted, "took": taken,
    }  # fmt: skip
    constants = {"nothing": NOTHING, "trail": TRAIL, "window": WINDOW}

    def objective(self):
        """The loss, an Objective, with the formula's coefficients as its minimiser."""
        x, y = np.array(self.points[: self.n]).T
        return least_squares(np.column_stack([np.ones(len(x)), x]), y)

    def run(self):
        """The run as set, a Descent; with η = 0 no step is taken."""
        return descent(self.objective().grad, self.x0, self.lr, self.n_iter)

    def excess(self, hist):
        """The loss above the lowest one at each coefficient pair, by the formula without cancellation, shape (len(hist),)."""
        x = np.array(self.points[: self.n])[:, 0]
        with np.errstate(over="ignore"):
            gap = hist - self.objective().minimisers[0]
            return ((gap[:, :1] + gap[:, 1:] * x) ** 2).mean(axis=1)

    def curvatures(self):
        """μ and L of the loss, shape (2,); μ is zero where all x are equal."""
        lam = spectrum(self.objective().hess(None))
        return np.where(lam < 1e-12 * lam[1], 0.0, lam)

    def values(self):
        """The coefficients of the run and of the formula, the loss and its excess, and what theory says of the run."""
        ground, run, lam = self.objective(), self.run(), self.curvatures()
        ols = ground.minimisers[0]
        rate = contraction(lam[lam > 0], self.lr) ** 2
        predicted = predicted_steps(rate, ACCURACY)
        floor, excess = ground(ols), self.excess(run.hist)[-1]
        return {
            "intercept": run.x[0],
            "slope": run.x[1],
            "ols_intercept": ols[0],
            "ols_slope": ols[1],
            "loss": floor + excess,
            "floor": floor,
            "excess": excess,
            "rate": rate,
            "bound": step_bound(lam),
            "kappa": condition_number(lam),
            "predicted": predicted,
            "took": steps_to(self._near, ground.grad, self.x0, self.lr, predicted),
        }

    def _near(self, hist):
        excess = self.excess(hist)
        return excess <= max(ACCURACY * excess[0], NOTHING)

    def sentence(self):
        n = self.numbers()
        return (
            f"With η = {self.lr:g} and the bound at {n['bound']}, {self.n_iter} steps end at the intercept {n['intercept']} "
            f"and the slope {n['slope']}; the formula gives {n['ols_intercept']} and {n['ols_slope']}. "
            f"The loss is {n['excess']} above its lowest value, {n['floor']}."
        )

    def alt(self):
        return (
            f"{min(self.n, len(self.points))} points, the line after {self.n_iter} steps of descent and, dashed, "
            "that of the formula; below it the loss and the excess loss against the step on a logarithmic axis."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            hist = self.run().hist
            self._draw_lines(ax, hist)
            self._draw_losses(low, self.excess(hist))
            fig.legend(loc="outside upper center", ncols=3)
        return fig

    def _draw_lines(self, ax, hist):
        (x, y), now, formula = np.array(self.points[: self.n]).T, hist[-1], self.objective().minimisers[0]
        ends = np.array(WINDOW[0])
        height = lambda beta, x: (beta[0] + beta[1] * x).clip(-1e6, 1e6)  # noqa: E731
        ax.vlines(x, y, height(now, x), color="0.7", lw=1)
        for beta in [hist[k] for k in TRAIL if k < len(hist) - 1]:
            ax.plot(ends, height(beta, ends), color="C0", lw=1, alpha=0.3)
        ax.plot(ends, height(now, ends), color="C0")
        ax.plot(ends, height(formula, ends), color="C1", ls="--")
        ax.plot(x, y, "o", color="0.4")
        ax.set(xlim=WINDOW[0], ylim=WINDOW[1], xlabel="$x$", ylabel="$y$")

    def _draw_losses(self, ax, excess):
        ground = self.objective()
        floor = ground(ground.minimisers[0])
        plot_decay((floor + excess).clip(1e-16, 1e16), ax=ax, color="C0", label="line, its loss")
        plot_decay(excess.clip(1e-16, 1e16), ax=ax, color="C2", label="excess")
        ax.axhline(max(floor, 1e-16), color="C1", ls="--", label="formula, lowest loss")
        ax.set(ylabel="loss")
