"""Two valleys and their basins: where a run ends, and what noise and restarts buy."""

import math

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.chance import bell, uniform
from gdtools.live.compute import descent
from gdtools.live.traits import Number, Point
from gdtools.live.valleys import WINDOW, basins, flats, leads
from gdtools.live.words import fixed, part_of, percent, portion, taken
from gdtools.objectives import two_valleys
from gdtools.plotting import STYLE, plot_contours, plot_path

LONGEST = 10_000  # steps, each with noise in two places
ROOM = 2 * LONGEST + 2  # places of chance for a run: its noise, then its start
CELLS = (88, 72)  # of the still picture
FAR = 100  # beyond this a run counts for neither valley


class Basins(LiveFigure):
    r"""Two valleys and their basins: where a run ends, and what noise and restarts buy.

    .. math:: f(x, y) = x^4 - 4x^2 + tx + (1 + 2x^2)\,y^2

    with t = ``tilt``; along y = 0 and for t = 1 it is the double well. ``noise`` is the standard deviation of what is added
    to each entry of each gradient; restarts begin anywhere in the picture. Chance depends on ``seed`` alone.
    """

    figure = traitlets.Unicode("basins", read_only=True).tag(sync=True)
    lr = Number(0.03, 0, 1e300)
    n_iter = Number(200, 0, LONGEST, whole=True)
    tilt = Number(1.0, 0, 4)
    noise = Number(0.0, 0, 1e6)
    restarts = Number(0, 0, 100, whole=True)
    seed = Number(1, 1, 1_000_000, whole=True)
    x0 = Point((0.4, 0.0))
    forms = {
        "steps": taken, "share": portion, "found": part_of, "end": fixed, "height": fixed, "stay": percent, "best": fixed,
    }  # fmt: skip
    constants = {"room": ROOM, "far": FAR}

    def objective(self):
        """The ground, an Objective."""
        return two_valleys(self.tilt)

    def flats(self):
        """The left minimum, the saddle and the right minimum on the x-axis."""
        return flats(self.tilt)

    def runs(self):
        """The run from the start and those from the restarts, a Descent each; with η = 0 no step is taken."""
        return [self._run(number) for number in range(self.restarts + 1)]

    def _run(self, number):
        place = ROOM * number
        return descent(self._slope(place), self._start(place) if number else self.x0, self.lr, self.n_iter)

    def _start(self, place):
        (left, right), (low, high) = WINDOW
        u, v = uniform(self.seed, [place + ROOM - 2, place + ROOM - 1])
        return np.array([left + (right - left) * u, low + (high - low) * v])

    def _slope(self, place):
        grad = self.objective().grad
        if not self.noise:
            return grad
        added = iter(self.noise * bell(self.seed, np.arange(place, place + 2 * self.n_iter)).reshape(-1, 2))
        return lambda x: grad(x) + next(added)

    def basins(self):
        """Where starts all over the picture lead without noise: LEFT, RIGHT or OFF; 72 rows upwards, 88 columns."""
        x, y = np.meshgrid(*(_middles(limits, cells) for limits, cells in zip(WINDOW, CELLS, strict=True)))
        return leads(x, y, self.lr, self.tilt)

    def idle(self):
        """A draw of chance moves nothing where there is neither noise nor a restart."""
        return {} if self.noise or self.restarts else {"seed": "noise=15"}

    def values(self):
        """Where the run ends and how high, what it spends left of the hill, and what all runs find."""
        f, hill, runs = self.objective(), self.flats()[1], self.runs()
        with np.errstate(over="ignore", invalid="ignore"):
            heights = [f(run.x) for run in runs]
        left = runs[0].hist[1:, 0] < hill
        return {
            "steps": runs[0].n_steps,
            "end": runs[0].x[0],
            "height": heights[0],
            "stay": left.mean() if left.size else math.nan,
            "share": basins(self.lr, self.tilt) if self.lr else (math.nan, True),
            "found": (sum(self._ends_left(run, hill) for run in runs), len(runs)),
            "best": min(filter(math.isfinite, heights), default=math.inf),
        }

    def _ends_left(self, run, hill):
        return run.stopped != "diverged" and -FAR <= run.x[0] < hill

    def sentence(self):
        n = self.numbers()
        return (
            f"With η = {self.lr:g} the run from ({self.x0[0]:g}, {self.x0[1]:g}) ends after {n['steps']} steps "
            f"at x = {n['end']}, where f = {n['height']}; {n['found']} runs end in the left valley, "
            f"the lowest at f = {n['best']}."
        )

    def alt(self):
        return (
            "Level lines of two valleys, the left basin in blue, the right one in orange, between them a border that bends, "
            f"with a run from ({self.x0[0]:g}, {self.x0[1]:g}); below it the same run on the curve along y = 0."
        )

    def still(self):
        with plt.style.context(STYLE), np.errstate(over="ignore", invalid="ignore"):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 7))
            runs = self.runs()
            self._draw_ground(ax)
            self._draw_runs(ax, runs)
            self._draw_side(low, runs[0])
        return fig

    def _draw_ground(self, ax):
        if self.lr:
            grid = [_middles(limits, cells) for limits, cells in zip(WINDOW, CELLS, strict=True)]
            ax.contourf(*grid, self.basins(), levels=[-0.5, 0.5, 1.5], colors=["C0", "C1"], alpha=0.2)
        plot_contours(self.objective(), ax=ax, levels=8)

    def _draw_runs(self, ax, runs):
        for run, colour in zip(runs, ["C0"] + ["0.4"] * self.restarts, strict=True):
            shown = _some(run.hist[np.abs(run.hist).max(axis=1) < 1e3])
            if shown.size:
                plot_path(shown, ax=ax, color=colour, marker="")
        for at, text in zip(self.flats(), ("left basin", "", "right basin"), strict=True):
            ax.text(at, -1.6, text, ha="center")
        ax.set(xlim=WINDOW[0], ylim=WINDOW[1])

    def _draw_side(self, ax, run):
        f, x = self.objective(), np.linspace(*WINDOW[0], 200)
        ax.plot(x, f([x, 0 * x]), color="0.5")
        shown = _some(run.hist)
        ax.plot(shown[:, 0], f(shown.T), "-" if self.noise else ".-", lw=1.2)
        ax.set(xlim=WINDOW[0], ylim=(math.floor(f([self.flats()[0], 0])) - 1, 4), xlabel="$x$", ylabel="$f$")


def _middles(limits, cells):
    low, high = limits
    return low + (high - low) * (np.arange(cells) + 0.5) / cells


def _some(hist):
    """Of a long run so many points as a small picture can show, the first and the last among them."""
    return hist[np.linspace(0, len(hist) - 1, min(len(hist), 400)).astype(int)]
