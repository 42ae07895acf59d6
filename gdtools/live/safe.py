"""The heavy ball on the bowl of three springs, and what is known of its step and memory on every other bowl."""

import math

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.traits import Number, Point
from gdtools.live.words import fixed, predicted, taken
from gdtools.memory import three_springs
from gdtools.plotting import STYLE, plot_contours
from gdtools.theory import predicted_steps

WINDOW = ((-4.0, 4.0), (-3.0, 3.0))  # flat enough that a phone shows map, controls and sentence together
MOST, MEASURED = 200, 100  # steps of the run, and the last of them, by which its factor is measured
ACCURACY = 1e-6
ROOT, SINGLE, PAIR, BORDER = math.sqrt(0.75), 144 / 169, 25 / 61, -47 / 169  # of the three springs, of length 12/5
HATCHED = {"across": 80, "up": 50}  # lines of the hatching and places on each


class Safe(LiveFigure):
    r"""A heavy ball on the bowl of three springs from ``x0``, with the step ``lr``/L and the memory ``beta``.

    Beside it the plane of all steps and memories: where some strongly convex and smooth function with this ``kappa`` keeps a
    run on the corners of a regular polygon, and where there is a proof that every run on every such function arrives.
    """

    figure = traitlets.Unicode("safe", read_only=True).tag(sync=True)
    kappa = Number(25.0, 1.1, 1000)
    lr = Number(2.78, 0.01, 4)
    beta = Number(0.446, 0, 0.999)  # 4/9 rounded such that no root is real, which would cost a fifth more steps
    x0 = Point((0.3, 1.0))
    forms = {"steps": predicted, "corners": taken, "factor": fixed}
    constants = {
        "window": WINDOW, "most": MOST, "measured": MEASURED, "accuracy": ACCURACY, "root": ROOT, "single": SINGLE,
        "pair": PAIR, "border": BORDER, "hatched": HATCHED,
    }  # fmt: skip

    def objective(self):
        """The bowl, an Objective."""
        return three_springs(self.kappa)

    def slope(self, x, y):
        """The gradient of the bowl, in plain numbers: the run may be so sensitive that rounding shows."""
        along = y, -ROOT * x - y / 2, ROOT * x - y / 2
        near, far = max(along), min(along)
        part, (u, v) = (SINGLE * near, NORMALS[along.index(near)])
        added = part * u, part * v
        if not -near - far <= BORDER * near:
            part, (u, v) = (PAIR * far, NORMALS[along.index(far)])
            added = x - part * u, y - part * v
        return x + (self.kappa - 1) * added[0], y + (self.kappa - 1) * added[1]

    def run(self):
        """The points of the run."""
        x, y = self.x0
        eta, u, v = self.lr / self.kappa, 0.0, 0.0
        hist = [(x, y)]
        for _ in range(MOST):
            g = self.slope(x, y)
            u, v = self.beta * u - eta * g[0], self.beta * v - eta * g[1]
            x, y = x + u, y + v
            hist.append((x, y))
        return hist

    def rate(self):
        """What an error on the worst quadratic shrinks by in the long run."""
        return max(modulus(1 + self.beta - self.lr * part, self.beta) for part in (1 / self.kappa, 1.0))

    def values(self):
        """The steps on quadratics, the corners of the shortest polygon, the factor of the run's last hundred steps."""
        steps = predicted_steps(self.rate(), ACCURACY)
        return {"steps": steps, "corners": corners(self.kappa, self.lr, self.beta), "factor": self.factor()}

    def factor(self):
        hist = self.run()
        first, last = math.hypot(*hist[MOST - MEASURED]), math.hypot(*hist[MOST])
        return (last / first) ** (1 / MEASURED) if first else math.nan

    def sentence(self):
        n = self.numbers()
        return (
            f"A step of {self.lr:g}/L with the memory {self.beta:g}, κ = {self.kappa:g}: steps on quadratics to a millionth "
            f"{n['steps']}, corners of a polygon that a run may keep to {n['corners']}, factor a step here {n['factor']}."
        )

    def alt(self):
        return (
            f"Level lines of a bowl of three springs and the path of a heavy ball from ({self.x0[0]:g}, {self.x0[1]:g}); below "
            "it the plane of step and memory, hatched in one colour where a run on some bowl may keep to the corners of a "
            "regular polygon, and in another where every run arrives."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            plot_contours(self.objective(), ax=ax, levels=8)
            ax.plot(*np.transpose(self.run()[:41]), "C0o-", ms=3, lw=0.9)
            ax.set(xlim=WINDOW[0], ylim=WINDOW[1], aspect="equal")
            for state, color in (("polygon", "C1"), ("sure", "C2")):
                low.plot(*self.places(state), ".", color=color, ms=2)
            low.plot(self.lr, self.beta, "ko")
            low.set(xlim=(0, 4), ylim=(0, 1), xlabel=r"$\eta L$", ylabel=r"$\beta$")
        return fig

    def places(self, state):
        """Where in the plane of steps and memories it stands so."""
        across, up = HATCHED["across"], HATCHED["up"]
        plane = [(4 * (i + 0.5) / across, (j + 0.5) / up) for i in range(across) for j in range(up)]
        found = [place for place in plane if known(self.kappa, *place) == state]
        return np.transpose(found or np.empty((0, 2)))


NORMALS = (0.0, 1.0), (-ROOT, -0.5), (ROOT, -0.5)


def modulus(b, c):
    """The larger modulus of the roots of z² − bz + c."""
    square = b * b - 4 * c
    return math.sqrt(c) if square < 0 else (abs(b) + math.sqrt(square)) / 2


def turning(kappa, lr, beta):
    """The coefficients a, b, c of what tells of a run that turns by an angle a step.

    For points at equal distances from the middle, each turned by the same angle from the one before, the rule says the
    gradients; these may be those of a μ-strongly convex and L-smooth function only if a + b·C + c·C² ≥ 0, C the cosine of the
    angle. At 360°/K that is enough.
    """
    flat, part = 1 / (kappa - 1), kappa / (lr * (kappa - 1))
    along, across = (1 + beta) * part, (1 - beta) * part
    rest = along - flat
    return rest - rest * rest - across * across - across, 2 * along * rest - along - across, across * across - along * along


def corners(kappa, lr, beta):
    """The least number of corners of a regular polygon that a run on some function keeps to, or not a number."""
    a, b, c = turning(kappa, lr, beta)
    if a - b + c >= 0:
        return 2
    root = b * b - 4 * a * c
    if not (c < 0 <= root):
        return math.nan
    low, high = ((-b + sign * math.sqrt(root)) / (2 * c) for sign in (1, -1))
    if not -1 < low < 1:
        return math.nan
    least = math.ceil(2 * math.pi / math.acos(low) - 1e-12)
    return least if math.cos(2 * math.pi / least) <= high else math.nan


def known(kappa, lr, beta):
    """What is known of all functions: "long", "polygon", "sure" or "open"."""
    if lr >= 2 * (1 + beta):
        return "long"
    if not math.isnan(corners(kappa, lr, beta)):
        return "polygon"
    a, b, c = turning(kappa, lr, beta)
    top = max(-1.0, min(1.0, -b / (2 * c))) if c < 0 else -1.0
    return "sure" if a + b * top + c * top * top < 0 else "open"
