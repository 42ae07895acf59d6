"""Steps in units of exact search on a quadratic: which curvature each of them shaves, and whether the run crawls."""

import math

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.traits import Number
from gdtools.live.words import both, percent, taken
from gdtools.plotting import STYLE

EXACT, DELAYED, POLYAK = range(3)
NAMES = ("exact search", "Barzilai and Borwein", "Polyak")
DIRECTIONS, MOST, SMALL = 50, 10_000, 1e-6  # SMALL: the gradient at the end, its first is 1
SEEN, FLOOR, CEILING = 200, 1e-8, 10.0  # steps and errors that are drawn
LATEST, NEAR = 10, 0.01  # of so many steps each two in a row are near μ + L in a crawl


class Shave(LiveFigure):
    r"""Curvatures from 1 to κ, an error of 1 along each, and steps of ``theta`` times a ``rule`` until the gradient is small.

    .. math:: e_i \leftarrow (1 - t\lambda_i)\,e_i, \qquad \lambda_i = 1 + (\kappa - 1)(i/49)^2

    ``rule`` is 0 for exact search, 1 for the step of Barzilai and Borwein, 2 for Polyak's (twice the excess over
    the squared gradient). Sums go term by term, so
    that each language rounds alike.
    """

    figure = traitlets.Unicode("shave", read_only=True).tag(sync=True)
    rule = Number(EXACT, 0, 2, whole=True)
    theta = Number(1.0, 0.05, 1.95)
    kappa = Number(1000.0, 2, 1000)
    forms = {"steps": taken, "beyond": percent, "pair": both}
    constants = {
        "names": NAMES, "directions": DIRECTIONS, "most": MOST, "small": SMALL, "seen": SEEN, "floor": FLOOR,
        "ceiling": CEILING, "latest": LATEST, "near": NEAR,
    }  # fmt: skip

    def curvatures(self):
        share = np.arange(DIRECTIONS) / (DIRECTIONS - 1)
        return 1 + (self.kappa - 1) * share * share

    def run(self):
        """The steps, and whether they arrive."""
        return walked(self.rule, self.theta, self.curvatures())

    def left(self, steps):
        """The error along each direction after these steps."""
        lam, e = self.curvatures(), np.ones(DIRECTIONS)
        for t in steps:
            e = e - t * (lam * e)
        return e

    def values(self):
        """Steps to the end, the share of them beyond 2/L, the last two curvatures 1/t."""
        steps, there = self.run()
        beyond = np.count_nonzero(steps * self.kappa > 2) / len(steps)
        return {"steps": len(steps) if there else math.inf, "beyond": beyond, "pair": tuple(1 / steps[-2:])}

    def sentence(self):
        n = self.numbers()
        return (
            f"With {self.theta:g} times the step of {NAMES[self.rule]} and κ = {self.kappa:g} the run takes {n['steps']} steps "
            f"to a millionth of the first gradient, {n['beyond']} of them beyond 2/L; the last two 1/t are {n['pair']}."
        )

    def alt(self):
        return (
            f"Above, the error left along curvatures from 1 to {self.kappa:g} after the run, on logarithmic axes; below, the "
            f"curvatures 1/t of its last {SEEN} steps, and a line at L/2."
        )

    def still(self):
        steps, _ = self.run()
        first = max(0, len(steps) - SEEN)
        with plt.style.context(STYLE):
            fig, (above, below) = plt.subplots(2, figsize=(5.6, 6))
            above.loglog(self.curvatures(), np.clip(abs(self.left(steps)), FLOOR, CEILING), "C0o-", ms=3)
            above.set(ylim=(FLOOR, CEILING), xlabel=r"curvature $\lambda$", ylabel="error left")
            below.axhline(self.kappa / 2, color="0.6", lw=0.8)
            below.plot(np.arange(first, len(steps)), 1 / steps[first:], "C1.", ms=3)
            below.set(xlabel="step $k$", ylabel="curvature $1/t$")
        return fig


def walked(rule, theta, lam):
    """The steps on these curvatures, and whether they arrive. The first of the delayed rule is 1/L."""
    e, steps, last = np.ones(len(lam)), [], 1 / lam[-1]
    first = total(lam * lam)
    while True:
        g = lam * e
        gg = total(g * g)
        there = gg <= SMALL * SMALL * first
        if there or len(steps) == MOST:
            return np.array(steps), there
        exact = gg / total(lam * g * g)
        steps.append(theta * (exact, last, total(e * g) / gg)[rule])
        e, last = e - steps[-1] * g, exact


def total(terms):
    """The sum of the terms one after another; numpy's own takes them in pairs."""
    return float(terms.cumsum()[-1])
