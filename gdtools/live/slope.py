"""The slope of a function at a point in three ways: by a difference, by the complex step, by reverse mode."""

import math

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.traits import Number
from gdtools.live.words import plain, ratio
from gdtools.plotting import STYLE

SMOOTH, TIE, NORM, CANCELLING = range(4)
FORMULAS = ("x⁴ − 4x² + x", "max(x, 0) − max(−x, 0)", "√(x² + 16), by its modulus", "(√(1 + x²) − 1)/x²")
SMALLEST = -300  # power of ten
FLOOR, CEILING = 1e-17, 1e3  # what is drawn of an error


class Slope(LiveFigure):
    r"""The error of a slope at ``x`` for :math:`h = 10^p`, p the ``power``, and how it changes with h.

    The central difference, the imaginary part of f(x + ih) over h, and the chain rule backwards, of four functions by ``kind``.
    All is arithmetic and square roots, so that each machine and each language rounds alike.
    """

    figure = traitlets.Unicode("slope", read_only=True).tag(sync=True)
    kind = Number(SMOOTH, 0, 3, whole=True)
    x = Number(1.5, 0, 3)
    power = Number(-8, SMALLEST, 0, whole=True)
    forms = {"central": ratio, "imaginary": ratio, "reverse": ratio, "slope": plain}
    constants = {"formulas": FORMULAS, "floor": FLOOR, "ceiling": CEILING}

    def values(self):
        """The errors of the three, and the true slope."""
        return {**self.errors(float(f"1e{self.power}")), "slope": true(self.kind, self.x)}

    def errors(self, h):
        """What each of the three is off by for a step h; no number counts as infinite."""
        kind, x = self.kind, self.x
        central = (value(kind, x + h) - value(kind, x - h)) / (2 * h)
        found = {"central": central, "imaginary": imaginary(kind, x, h) / h, "reverse": reverse(kind, x)}
        off = {name: abs(slope - true(kind, x)) for name, slope in found.items()}
        return {name: error if math.isfinite(error) else math.inf for name, error in off.items()}

    def sentence(self):
        n = self.numbers()
        return (
            f"With h = 10 to the power {self.power} the central difference is off by {n['central']}, "
            f"the complex step by {n['imaginary']}, reverse mode by {n['reverse']}."
        )

    def alt(self):
        return (
            f"Errors of three slopes of {FORMULAS[self.kind]} at x = {self.x:g} against the power of ten of h, from −300 to 0, "
            "the errors on a logarithmic axis: central difference, complex step and reverse mode."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, ax = plt.subplots(figsize=(5.6, 4))
            powers = range(SMALLEST, 1)
            errors = [self.errors(float(f"1e{power}")) for power in powers]
            for name, label in (("central", "difference"), ("imaginary", "complex step"), ("reverse", "reverse")):
                ax.semilogy(powers, np.clip([error[name] for error in errors], FLOOR, CEILING), label=label)
            ax.axvline(self.power, color="0.6", lw=0.8)
            ax.set(xlabel="power of ten of $h$", ylabel="error of the slope")
            fig.legend(loc="outside upper center", ncols=3)
        return fig


def value(kind, x):
    """The function at a real number."""
    if kind == SMOOTH:
        return (x * x - 4) * x * x + x
    if kind == TIE:
        return max(x, 0.0) - max(-x, 0.0)
    if kind == NORM:
        return math.sqrt(x * x + 16)
    return over(math.sqrt(1 + x * x) - 1, x * x)


def true(kind, x):
    """The slope, by a formula that loses no digits."""
    if kind == SMOOTH:
        return (4 * x * x - 8) * x + 1
    if kind == TIE:
        return 1.0
    root = math.sqrt(x * x + (16 if kind == NORM else 1))
    return x / root if kind == NORM else -x / (root * (1 + root) * (1 + root))


def reverse(kind, x):
    """What the chain rule makes of the formula, with the slope 0 for max(x, 0) at 0."""
    if kind == TIE:
        return float(x != 0)
    if kind != CANCELLING:
        return true(kind, x)
    root, share = math.sqrt(1 + x * x), over(1.0, x * x)
    return share * (x / root) - share * value(kind, x) * 2 * x


def imaginary(kind, x, h):
    """The imaginary part at x + ih; a modulus has none, and a maximum compares real parts."""
    if kind == NORM:
        return 0.0
    if kind == TIE:
        return h if x != 0 else 0.0
    re, im = x * x - h * h, 2 * x * h
    if kind == SMOOTH:
        return (re - 4) * im + im * re + h
    size = math.sqrt((1 + re) * (1 + re) + im * im)
    root = math.sqrt((size + (1 + re)) / 2)
    up, above = over(im, 2 * root), root - 1
    return over(up * re - above * im, re * re + im * im)


def over(a, b):
    """A quotient as JavaScript has it."""
    return a / b if b else math.nan
