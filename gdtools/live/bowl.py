"""One step size on a bowl, and all that can happen."""

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.compute import ACCURACY, descent, direction, steps_to
from gdtools.live.traits import Number, Point
from gdtools.live.turned_bowl import CENTRE, distances, eigenvalues, turned_bowl
from gdtools.live.words import error, general, predicted, taken
from gdtools.plotting import STYLE, plot_contours, plot_decay, plot_path
from gdtools.theory import contraction, factors, predicted_steps, step_bound

LEAST = 1e-12  # of a start along a direction: less is rounding


class Bowl(LiveFigure):
    r"""One step size on a bowl, and all that can happen: set η, κ, the rotation and the start.

    .. math:: f(x, y) = (x - 3)^2 + \kappa\,(y - 1)^2, \qquad H = \mathrm{diag}(2, 2\kappa),

    turned about its minimum by ``angle`` degrees.
    """

    figure = traitlets.Unicode("bowl", read_only=True).tag(sync=True)
    lr = Number(0.035, 0, 1e300)
    n_iter = Number(60, 0, 10_000, whole=True)
    kappa = Number(25.0, 1, 1e6)
    angle = Number(0.0, -180, 180)
    x0 = Point((-1.0, 4.0))
    forms = {
        "bound": general, "product": general, "flat": general, "steep": general,
        "steps": taken, "error": error, "predicted": predicted, "took": taken,
    }  # fmt: skip
    constants = {"least": LEAST}

    def objective(self):
        """The bowl as set, an Objective."""
        return turned_bowl(self.kappa, self.angle)

    def run(self):
        """The run as set, a Descent; with η = 0 no step is taken."""
        return descent(self.objective().grad, self.x0, self.lr, self.n_iter)

    def felt(self):
        """The curvatures of the directions, flat and steep, along which the start has a part; all of them at the minimum."""
        (c, s), way = direction(self.angle), np.subtract(self.x0, CENTRE)
        parts = np.abs([way @ [c, s], way @ [-s, c]])
        return np.array(eigenvalues(self.kappa))[parts >= LEAST * np.hypot(*way)]

    def values(self):
        """The bound, what one step does along either direction, and the steps taken and needed."""
        H, run = eigenvalues(self.kappa), self.run()
        flat, steep = factors(H, self.lr)
        predicted = predicted_steps(contraction(self.felt(), self.lr), ACCURACY)
        return {
            "bound": step_bound(H),
            "product": self.lr * H[1],
            "flat": flat,
            "steep": steep,
            "steps": run.n_steps,
            "error": distances(run.hist)[-1],
            "predicted": predicted,
            "took": steps_to(self._near, self.objective().grad, self.x0, self.lr, predicted),
        }

    def _near(self, hist):
        errors = distances(hist)
        return errors <= ACCURACY * errors[0]

    def sentence(self):
        n = self.numbers()
        return (
            f"With η = {self.lr:g} and the bound at {n['bound']}, each step multiplies the error along the flat direction by "
            f"{n['flat']} and along the steep one by {n['steep']}; {n['steps']} steps end {n['error']} away from the minimum."
        )

    def alt(self):
        return (
            f"Level lines of a bowl with condition number {self.kappa:g} and a path from the start at "
            f"({self.x0[0]:g}, {self.x0[1]:g}); below it the error against the step on a logarithmic axis."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            objective, hist = self.objective(), self.run().hist
            x, y = objective.window
            shown = hist[np.abs(hist).max(axis=1) < 1e3]
            plot_contours(objective, ax=ax, levels=8)
            plot_path(shown, ax=ax)
            ax.set(xlim=x, ylim=y)
            plot_decay(distances(hist).clip(1e-16, 1e16), ax=low)
            low.set(ylabel="error")
        return fig
