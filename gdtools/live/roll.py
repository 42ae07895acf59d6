"""A ball that is put anywhere on the ground of two valleys and rolls: which valley, after how many steps?"""

import math
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.descent import gradient_descent
from gdtools.live.base import LiveFigure
from gdtools.live.traits import Point, Points
from gdtools.live.valleys import WINDOW, flats
from gdtools.live.words import fixed, part_of, taken
from gdtools.objectives import two_valleys
from gdtools.plotting import STYLE, plot_contours

LR, RESTING, LONGEST = 0.005, 0.01, 5000  # the step, the gradient at which the ball rests, and no more steps than that


class Starts(Points):
    """Starts that were tried before, none or many."""

    LEAST, MOST = 0, 200

    def _are_points(self, value):
        return np.shape(value) == (0,) or super()._are_points(value)


class Roll(LiveFigure):
    """A ball on the ground of `two_valleys`: it rolls from ``x0``; ``past`` are the starts before, each with its valley."""

    figure = traitlets.Unicode("roll", read_only=True).tag(sync=True)
    x0 = Point((0.4, 1.5), 3)
    past = Starts((), 3)
    forms = {"steps": taken, "left": part_of, "apart": fixed}
    constants = {"lr": LR, "resting": RESTING, "longest": LONGEST}

    def run(self, start=None):
        """The run from a start, from that of the figure if none is given; a Descent."""
        return gradient_descent(two_valleys().grad, self.x0 if start is None else start, LR, LONGEST, tol=RESTING)

    def ends_left(self, start):
        """Whether a ball comes to rest left of the hill."""
        return bool(self.run(start).x[0] < flats(1)[1])

    def values(self):
        """The steps of the run, how many starts end left, and how near two of them are that end in different valleys."""
        starts = [*self.past, self.x0]
        sides = [self.ends_left(start) for start in starts]
        pairs = combinations(zip(starts, sides, strict=True), 2)
        parted = [math.dist(p, q) for (p, here), (q, there) in pairs if here != there]
        return {
            "steps": self.run().n_steps,
            "left": (sum(sides), len(sides)),
            "apart": min(parted, default=math.inf),
        }

    def sentence(self):
        return f"From here the ball comes to rest in the {self._side()} valley, after {self.numbers()['steps']} steps."

    def alt(self):
        return (
            "Lines of equal height on a ground with two oval valleys side by side. A ball has rolled from its start, "
            f"on a path that bends, and rests in the {self._side()} valley."
        )

    def _side(self):
        return "left" if self.ends_left(self.x0) else "right"

    def _colour(self, start):
        return "C0" if self.ends_left(start) else "C1"

    def still(self):
        with plt.style.context(STYLE):
            fig, ax = plt.subplots(figsize=(5.6, 4.6))
            plot_contours(two_valleys(), ax=ax, levels=14)
            for start in self.past:
                ax.plot(*start, self._colour(start) + ("o" if self.ends_left(start) else "s"))
            ax.plot(*self.run().hist.T, self._colour(self.x0))
            ax.plot(*self.run().x, self._colour(self.x0) + "o", ms=9)
            ax.plot(*self.x0, "ko", mfc="w", ms=9, mew=2)
            ax.set(xlim=WINDOW[0], ylim=WINDOW[1], aspect="equal")
            ax.set_axis_off()
        return fig
