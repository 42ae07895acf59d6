"""What a method believes about the valley: the ellipse of its metric along a run, beside that of the exact Hessian."""

import math

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.traits import Number, Point
from gdtools.live.words import NONE, amount, fixed
from gdtools.objectives import Objective
from gdtools.plotting import STYLE, plot_contours

WINDOW = ((-2.0, 2.0), (-0.8, 2.0))
BFGS, PLAIN, NEWTON, MENDED = range(4)
NAMES = ("BFGS", "plain descent", "Newton", "Newton, mended")
MOST, RESTING, SHORTEST = 200, 1e-8, 1e-10  # steps, the gradient at which a run rests, the shortest part of a step tried
PROMISE, LEFT, LOWEST = 1e-4, 0.9, 0.1  # of Armijo and of Wolfe; the least curvature of a Hessian that is mended
SIZE = 0.4  # half of the long axis of an ellipse


class Believe(LiveFigure):
    r"""A curved valley with two hollows and a saddle between them, and a method that walks there from ``x0``.

    .. math:: f(x, y) = \tfrac14 (x^2 - 1)^2 + c\,(y - \tfrac12 x^2)^2

    ``kind`` is 0 for BFGS, 1 for plain descent, 2 for Newton, 3 for Newton with its Hessian mended where it is no bowl; all
    but pure Newton search along their move. A symmetric matrix of two rows is a triple, its entries 11, 12 and 22.
    """

    figure = traitlets.Unicode("believe", read_only=True).tag(sync=True)
    c = Number(5.0, 0.01, 1000)
    kind = Number(BFGS, 0, 3, whole=True)
    x0 = Point((-0.4, -0.6))
    forms = {"height": amount, "kappa": fixed, "axis": fixed}
    constants = {
        "window": WINDOW, "names": NAMES, "most": MOST, "resting": RESTING, "shortest": SHORTEST,
        "promise": PROMISE, "left": LEFT, "lowest": LOWEST, "size": SIZE,
    }  # fmt: skip

    def objective(self):
        """The ground, an Objective."""
        return Objective(
            name="curved valley",
            f=lambda p: self.height(*p),
            grad=lambda p: np.array(self.slope(*p)),
            hess=lambda p: np.array(self.hessian(*p))[[[0, 1], [1, 2]]],
            minimisers=np.array([[1, 0.5], [-1, 0.5]]),
            window=WINDOW,
        )

    def height(self, x, y):
        u, v = x * x - 1, y - x * x / 2
        return u * u / 4 + self.c * v * v

    def slope(self, x, y):
        v = y - x * x / 2
        return x * (x * x - 1) - 2 * self.c * x * v, 2 * self.c * v

    def hessian(self, x, y):
        v = y - x * x / 2
        return 3 * x * x - 1 - 2 * self.c * v + 2 * self.c * x * x, -2 * self.c * x, 2 * self.c

    def metric(self, x, y, learnt):
        """What stands before the gradient at a point."""
        if self.kind == PLAIN:
            return 1.0, 0.0, 1.0
        if self.kind == BFGS:
            return learnt
        a, b, d = self.hessian(x, y)
        shift = max(0.0, LOWEST - extremes((a, b, d))[0]) if self.kind == MENDED else 0.0
        return inverse((a + shift, b, d + shift))

    def run(self):
        """The points of the run, and at each the metric of its step."""
        x, y = self.x0
        learnt, seen = (1.0, 0.0, 1.0), []
        while True:
            g, P = self.slope(x, y), self.metric(x, y, learnt)
            seen.append(((x, y), P))
            if len(seen) > MOST or not math.hypot(*g) >= RESTING:
                return seen
            move = -(P[0] * g[0] + P[1] * g[1]), -(P[1] * g[0] + P[2] * g[1])
            t = self.length(x, y, g, move)
            s = t * move[0], t * move[1]
            if not (math.isfinite(s[0]) and math.isfinite(s[1])):
                return seen
            x, y = x + s[0], y + s[1]
            after = self.slope(x, y)
            learnt = updated(learnt, s, (after[0] - g[0], after[1] - g[1]))

    def length(self, x, y, g, move):
        """The part of the move that is gone."""
        if self.kind == NEWTON:
            return 1.0
        here, fall = self.height(x, y), g[0] * move[0] + g[1] * move[1]
        low, high, t = 0.0, math.inf, 1.0
        while t > SHORTEST:
            u, v = x + t * move[0], y + t * move[1]
            if not self.height(u, v) <= here + PROMISE * t * fall:
                high = t
            elif self.kind == BFGS and t < 100 and self._still_falls(u, v, move, fall):
                low = t
            else:
                return t
            t = (low + high) / 2 if high < math.inf else 2 * t
        return t

    def _still_falls(self, u, v, move, fall):
        there = self.slope(u, v)
        return there[0] * move[0] + there[1] * move[1] < LEFT * fall

    def values(self):
        """At the end of the run: f, κ of the metric times the Hessian, the angle between the long axes."""
        seen = self.run()
        point, P = seen[-1]
        H = self.hessian(*point)
        return {"height": self.height(*point), "kappa": relative(P, H), "axis": apart(P, H)}

    def sentence(self):
        n = self.numbers()
        return (
            f"{NAMES[self.kind]} ends after {len(self.run()) - 1} steps with f = {n['height']}; "
            f"there {belief(n['kappa'], n['axis'])}."
        )

    def alt(self):
        return (
            f"Level lines of a curved valley with two hollows, the path of {NAMES[self.kind]} from ({self.x0[0]:g}, "
            f"{self.x0[1]:g}) and along it ellipses of its metric, dashed those of the exact Hessian."
        )

    def still(self):
        seen = self.run()
        with plt.style.context(STYLE):
            fig, ax = plt.subplots(figsize=(5.6, 4))
            plot_contours(self.objective(), ax=ax, levels=14)
            ax.plot(*np.transpose([point for point, _ in seen]), "C0o-", ms=3)
            for point, P in seen[:: max(1, len(seen) // 6)]:
                H = self.hessian(*point)
                for matrix, kind in ((P, "C1"), (inverse(H), "k--")):
                    if extremes(matrix)[0] > 0:
                        ax.plot(*ellipse(point, matrix), kind, lw=1)
            ax.set(xlim=WINDOW[0], ylim=WINDOW[1], xlabel="$x$", ylabel="$y$", aspect="equal")
        return fig


def inverse(A):
    a, b, d = A
    det = a * d - b * b
    return (d / det, -b / det, a / det) if det else (math.nan,) * 3


def extremes(A):
    """The eigenvalues, ascending."""
    a, b, d = A
    middle, half = (a + d) / 2, (a - d) / 2
    root = math.sqrt(half * half + b * b)
    return middle - root, middle + root


def updated(P, s, y):
    """BFGS; where the slope does not grow along the step it keeps what it has."""
    p, q, r = P
    curvature = y[0] * s[0] + y[1] * s[1]
    if not curvature > 0:
        return P
    rho = 1 / curvature
    w = p * y[0] + q * y[1], q * y[0] + r * y[1]
    share = rho * (1 + rho * (w[0] * y[0] + w[1] * y[1]))
    return (
        p - 2 * rho * s[0] * w[0] + share * s[0] * s[0],
        q - rho * (s[0] * w[1] + s[1] * w[0]) + share * s[0] * s[1],
        r - 2 * rho * s[1] * w[1] + share * s[1] * s[1],
    )


def relative(P, H):
    """κ of PH, where both are positive definite."""
    if not (extremes(P)[0] > 0 and extremes(H)[0] > 0):
        return math.nan
    half = (P[0] * H[0] + 2 * P[1] * H[1] + P[2] * H[2]) / 2
    det = (P[0] * P[2] - P[1] * P[1]) * (H[0] * H[2] - H[1] * H[1])
    high = half + math.sqrt(max(0.0, half * half - det))
    return high * high / det


def belief(kappa, off):
    """What is said of the two ellipses, each of which may be none and one of which may be a circle."""
    if kappa == NONE:
        return "the metric or the ground is no bowl"
    shape = "its ellipse is a circle" if off == NONE else f"the long axis of its ellipse is off by {off} degrees"
    return f"κ of PH is {kappa} and {shape}"


def axis(A):
    """The direction of the largest eigenvalue, in degrees."""
    a, b, d = A
    return math.atan2(2 * b, a - d) / 2 * (180 / math.pi)


def apart(P, H):
    """Degrees between the long axis of P and the flat one of H; a circle has none, and so has a saddle."""
    if (P[1] == 0 and P[0] == P[2]) or not (extremes(P)[0] > 0 and extremes(H)[0] > 0):
        return math.nan
    turn = abs(axis(P) - axis(H) - 90) % 180
    return min(turn, 180 - turn)


def ellipse(centre, P):
    """Points on the ellipse of P, its long axis of one size."""
    low, high = extremes(P)
    turn, angle = axis(P) * (math.pi / 180), np.linspace(0, 2 * math.pi, 49)
    u, v = SIZE * np.cos(angle), SIZE * math.sqrt(low / high) * np.sin(angle)
    return centre[0] + u * math.cos(turn) - v * math.sin(turn), centre[1] + u * math.sin(turn) + v * math.cos(turn)
