"""Parts of equal curvature, taken in three orders: how much of the noise's floor is left at each step of a pass."""

import math

import matplotlib.pyplot as plt
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.traits import Number
from gdtools.live.words import general
from gdtools.plotting import STYLE

REPLACED, SHUFFLED, ONCE = range(3)
ORDERS = ("with replacement", "shuffled each pass", "shuffled once")
SHORTEST = 1e-4  # step


class Shuffle(LiveFigure):
    r"""The floor of plain steps ``lr`` (in units of 1/λ) on ``n`` parts :math:`\lambda x^2/2 - b_i x`, taken in an ``order``.

    ``order`` is 0 for parts drawn with replacement, 1 for a new order in each pass, 2 for one order that is kept. Each number
    is an expectation, over all orders and after many passes, of the squared error in units of that with replacement,
    :math:`\eta c/(2 - \eta)`, c the variance of the parts' gradients. Sums go term by term, so that each language rounds alike.
    """

    figure = traitlets.Unicode("shuffle", read_only=True).tag(sync=True)
    lr = Number(0.002, SHORTEST, 1)
    n = Number(100, 2, 1000, whole=True)
    order = Number(SHUFFLED, 0, 2, whole=True)
    forms = {"floor": general, "mean": general, "law": general, "tau": general}
    constants = {"orders": ORDERS}

    def values(self):
        """The floor at the ends of passes, the same averaged over a pass, what τ alone says of the end, and τ."""
        floors, tau = pass_floors(self.order, self.lr, self.n), self.lr * self.n
        mean = added(floors[1:]) / self.n
        return {"floor": floors[-1], "mean": mean, "law": law(self.order, tau), "tau": tau}

    def sentence(self):
        n = self.numbers()
        return (
            f"{self.n} parts {ORDERS[self.order]}, τ = {n['tau']}: at the ends of passes {n['floor']} of the floor with "
            f"replacement, averaged over a pass {n['mean']}; the law for many parts says {n['law']} at the ends."
        )

    def alt(self):
        return (
            "Above, the floor at the ends of passes against τ on logarithmic axes for three orders of the parts, in units of "
            f"the floor with replacement; below, the same at each step of a pass of {self.n} at τ = {self.numbers()['tau']}."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (above, below) = plt.subplots(2, figsize=(5.6, 6))
            steps = [SHORTEST ** (1 - i / 40) for i in range(41)]
            for order, label in enumerate(ORDERS):
                ends = [pass_floors(order, lr, self.n)[-1] for lr in steps]
                above.loglog([lr * self.n for lr in steps], ends, color=f"C{2 - order}", label=label)
                below.plot(pass_floors(order, self.lr, self.n), color=f"C{2 - order}")
            above.axvline(self.lr * self.n, color="0.6", lw=0.8)
            above.set(xlabel=r"$\tau$", ylabel="floor at the end")
            below.set(yscale="log", xlabel="step of the pass", ylabel="floor")
            fig.legend(loc="outside upper center", ncols=3)
        return fig


def pass_floors(order, lr, n):
    """The floor after 0, 1, … n steps of a pass, in units of that with replacement."""
    if order == REPLACED:
        return [1.0] * (n + 1)
    q, rest = 1 - lr, lr * (2 - lr)
    one, two, new = 0.0, 0.0, [0.0]  # the sums of powers of q and of its square, what a pass adds
    for _ in range(n):
        one, two = 1 + q * one, 1 + q * q * two
        new.append(rest * (n * two - one * one) / (n - 1))
    if order == ONCE:
        # Each step of a pass ends one that begins there.
        return [new[-1] / (lr * one * (lr * one))] * (n + 1)
    end, power, floors = new[-1] / (rest * two), 1.0, []
    for part in new:
        floors.append(power * power * end + part)
        power = q * power
    return floors


def law(order, tau):
    """The floor at the ends of passes for many parts, a function of τ alone."""
    if order == REPLACED:
        return 1.0
    half = tau / 2
    end = 1 - math.tanh(half) / half
    return end / math.tanh(half) if order == ONCE else end


def added(terms):
    """The sum of the terms one after another."""
    total = 0.0
    for term in terms:
        total += term
    return total
