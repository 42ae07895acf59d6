"""One step downhill: what the slope promises and what is delivered."""

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.compute import direction
from gdtools.live.traits import Number, Point
from gdtools.live.words import small
from gdtools.objectives import Objective
from gdtools.plotting import STYLE, plot_contours, plot_path

WINDOW = ((-2.5, 3), (-1.35, 2.5))
FLAT = 1e-12  # a gradient no longer than this is rounding


class Promise(LiveFigure):
    r"""One step downhill: what the slope promises, what is delivered, and what curvature takes back.

    .. math:: f(x, y) = \tfrac14 x^4 - xy + y^2, \qquad x_1 = x_0 + \eta\,\lVert\nabla f(x_0)\rVert\,d,

    where the unit vector d is turned from −∇f(x₀) by ``angle`` degrees, counter-clockwise.
    """

    figure = traitlets.Unicode("promise", read_only=True).tag(sync=True)
    lr = Number(0.1, 0, 100)
    angle = Number(0.0, -180, 180)
    x0 = Point((2.0, 2.0), 100)
    forms = dict.fromkeys(("promised", "delivered", "steepest", "gap", "curved", "slope", "length"), small)
    constants = {"window": WINDOW, "flat": FLAT}

    def objective(self):
        """The ground, an Objective."""
        return Objective(
            name="hillside",
            f=lambda p: p[0] * p[0] * p[0] * p[0] / 4 - p[0] * p[1] + p[1] * p[1],
            grad=lambda p: np.array([p[0] * p[0] * p[0] - p[1], 2 * p[1] - p[0]]),
            hess=lambda p: np.array([[3 * p[0] * p[0], -1.0], [-1.0, 2.0]]),
            minimisers=np.array([[1, 0.5], [-1, -0.5]]) / np.sqrt(2),
            window=WINDOW,
        )

    def step(self):
        """The step as set, a vector: no longer than zero where the gradient is zero."""
        c, s = direction(self.angle)
        return -self.lr * np.array([[c, -s], [s, c]]) @ self.gradient()

    def gradient(self):
        """The gradient at the start; where it is rounding it counts as zero."""
        g = self.objective().grad(self.x0)
        return g if np.hypot(*g) >= FLAT else 0 * g

    def values(self):
        """The decreases, that of the steepest way as far as the step goes, what is between them, the slope and the length."""
        ground, x0, step = self.objective(), np.array(self.x0), self.step()
        g, length = self.gradient(), np.hypot(*step)
        promised, delivered = -g @ step, ground(x0) - ground(x0 + step)
        return {
            "promised": promised,
            "delivered": delivered,
            "steepest": ground(x0) - ground(x0 - self.lr * g),
            "gap": promised - delivered,
            "curved": step @ ground.hess(x0) @ step / 2,
            "slope": g @ step / length if length else self._slope(),
            "length": length,
        }

    def _slope(self):
        return -np.hypot(*self.gradient()) * direction(self.angle)[0]

    def sentence(self):
        n = self.numbers()
        return (
            f"A step with η = {self.lr:g}, turned by {self.angle:g}° from the negative gradient: "
            f"the slope promises a decrease of {n['promised']}, the true one is {n['delivered']}; "
            f"the steepest way, as far, would give {n['steepest']}."
        )

    def alt(self):
        return (
            f"Level lines of the ground with a step from ({self.x0[0]:g}, {self.x0[1]:g}), turned by {self.angle:g} degrees "
            "from the steepest direction; below it the decrease against the step, a straight promise and a curve leaving it."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            self._draw_ground(ax)
            self._draw_decrease(low)
        return fig

    def _draw_ground(self, ax):
        ground, x0 = self.objective(), np.array(self.x0)
        plot_contours(ground, ax=ax, levels=8)
        ax.annotate("", x0 - self.lr * self.gradient(), x0, arrowprops={"arrowstyle": "->", "linestyle": "--"})
        plot_path([x0, x0 + self.step()], ax=ax)
        ax.set(xlim=ground.window[0], ylim=ground.window[1])

    def _draw_decrease(self, ax):
        ground, x0, step, share = self.objective(), np.array(self.x0), self.step(), np.linspace(0, 1.5, 61)
        ax.plot(share * self.lr, -share * (ground.grad(x0) @ step), "k--", lw=1, label="promise")
        ax.plot(share * self.lr, ground(x0) - ground(x0[:, None] + share * step[:, None]), label="true decrease")
        ax.set(xlabel="step $\\eta$", ylabel="decrease")
        ax.legend()
