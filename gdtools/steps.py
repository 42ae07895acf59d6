"""Steps that adapt: rules for `descend` that look at the run, and lists of steps that are laid down before it."""

from __future__ import annotations

from collections import deque
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from gdtools.descent import Step
from gdtools.inputs import Array, as_accuracy, as_count, as_function, as_rate, as_value
from gdtools.objectives import Value

SILVER = 1 + 2**0.5
SHARE = 1e-4  # of the promised decrease, which the safeguard asks for: Raydan's choice


def backtracking(f: Value, first: float = 1.0, c: float = 0.3, tau: float = 0.5) -> Step:
    r"""Ask the function itself: shorten a first step until the decrease is a fair part of what the gradient promised.

    .. math:: f(x - t g) \le f(x) - c\,t\,\lVert g\rVert^2, \qquad t \in \{\text{first},\, \tau\,\text{first},\, \dots\}

    Parameters
    ----------
    f : x ↦ f(x), a number in double precision, finite where a step begins; it gets a copy of x
    first : the step that each search tries first, in units of x² per unit of f
    c : the part of the promised decrease that is asked for, between 0 and 1; above ½ the lowest point of a quadratic is refused
    tau : what a refused step is multiplied by, between 0 and 1

    Returns
    -------
    Step : a rule for `descend`; where no step that moves x passes it raises ValueError: f is no number there, the gradient is
        wrong, or the run has come as near as the rounding of f allows

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Armijo (1966); Nocedal and Wright (2006), section 3.1.

    Examples
    --------
    >>> from gdtools import descend
    >>> descend(lambda x: 8 * x, 1.0, backtracking(lambda x: 4 * x * x), n_iter=3).hist
    array([1., 0., 0.])
    """
    f, first = as_function(f, "f"), as_rate(first, "first")
    c, tau = as_accuracy(c, "c"), as_accuracy(tau, "tau")
    return lambda x, g, k: _shortened(f, x, g, first, as_value(f(x.copy())), c, tau)


def barzilai_borwein(first: float, f: Value | None = None, memory: SupportsIndex = 10) -> Step:
    r"""Step by the curvature that the last move met, without asking that the function falls.

    .. math:: t_k = \frac{s^\top s}{s^\top y}, \qquad s = x_k - x_{k-1}, \quad y = \nabla f(x_k) - \nabla f(x_{k-1})

    On a quadratic it is the step of exact line search, one round late. Off quadratics it may circle for ever.
    Given f, a step is halved until f falls below the highest of its last values, as many as ``memory`` says.

    Parameters
    ----------
    first : the step of the first round, and of each round whose last move met no positive curvature
    f : x ↦ f(x), a number in double precision, finite where a step begins; it gets a copy of x; None for no safeguard
    memory : how many of the last values of f count, an integer ≥ 1; 1 lets f never rise

    Returns
    -------
    Step : a rule for `descend`, which begins anew with each run; given f it raises ValueError where no step passes

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Barzilai and Borwein (1988); the safeguard is that of Raydan (1997).

    Examples
    --------
    >>> from gdtools import descend
    >>> descend(lambda x: 4 * x, 1.0, barzilai_borwein(first=0.125), n_iter=3).hist
    array([1. , 0.5, 0. , 0. ])
    """
    first, recent = as_rate(first, "first"), deque([], as_count(memory, "memory", 1))
    f = None if f is None else as_function(f, "f")
    last: tuple[Array, Array] | None = None

    def step(x: Array, g: Array, k: int) -> Array:
        nonlocal last
        if k == 0:
            last = None
            recent.clear()
        t = first if last is None else _secant(x - last[0], g - last[1], first)
        last = x, g
        if f is None:
            return x - t * g
        recent.append(as_value(f(x.copy())))
        return _shortened(f, x, g, t, max(recent), SHARE, 0.5)

    return step


def chebyshev_steps(mu: float, L: float, n: SupportsIndex) -> Array:
    r"""The n steps that promise most for every quadratic with curvatures from μ to L, in an order that rounding does not harm.

    .. math:: 1/t_j = \frac{L + \mu}{2} - \frac{L - \mu}{2}\cos\frac{(2j - 1)\pi}{2n}

    They leave at most 1/T_n((κ + 1)/(κ − 1)) of the error, T_n Chebyshev's polynomial. Off quadratics they promise nothing.

    Parameters
    ----------
    mu : the smallest curvature, > 0
    L : the largest curvature, > μ
    n : how many steps, a power of two, for which the order is known

    Returns
    -------
    Array : the steps in the order in which to take them, shape (n,), in units of 1/L

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Young (1953); the order is that of Lebedev and Finogenov (1971), backwards.

    Examples
    --------
    >>> chebyshev_steps(1, 3, 2).round(4)
    array([0.3694, 0.7735])
    """
    mu, L, n = as_rate(mu, "mu"), as_rate(L, "L"), as_count(n, "n", 1)
    if mu >= L:
        raise ValueError(f"L is {L!r}; expected a number > mu = {mu!r}")
    if n & (n - 1):
        raise ValueError(f"n is {n!r}; expected a power of two")
    angle = np.pi * (2 * _mixed(n)[::-1] + 1) / (2 * n)
    return 2 / (L + mu - (L - mu) * np.cos(angle))


def silver_steps(L: float, n: SupportsIndex) -> Array:
    r"""Steps for every convex function: now and then a long one, beyond 2/L, which those around it pay for.

    .. math:: t_i = \frac{1 + (1 + \sqrt2)^{\nu(i) - 1}}{L}, \qquad 2^{\nu(i)} \text{ the largest power of two in } i

    Their promise is for the end of 2^k − 1 steps; stopped before, they may leave more than steps of 1/L do.

    Parameters
    ----------
    L : the largest curvature, > 0
    n : how many steps, an integer ≥ 1; 1, 3, 7, 15, … are whole

    Returns
    -------
    Array : the steps, shape (n,), in units of 1/L

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Altschuler and Parrilo (2025).

    Examples
    --------
    >>> silver_steps(1, 3).round(4)
    array([1.4142, 2.    , 1.4142])
    """
    L, n = as_rate(L, "L"), as_count(n, "n", 1)
    powers = np.array([(i & -i).bit_length() - 1 for i in range(1, n + 1)])
    return (1 + SILVER ** (powers - 1.0)) / L


def _shortened(f: Value, x: Array, g: Array, t: float, height: float, c: float, tau: float) -> Array:
    """Return the first x − tg, t shortened again and again, at which f is finite and low enough below ``height``."""
    slope = np.vdot(g, g)
    while not _at_most(f, x - t * g, height - c * t * slope):
        t *= tau
        if t == 0 or np.all(x - t * g == x):  # t = 0 ends it where g is no number
            raise ValueError(f"f falls by no step against grad from x = {x!r}; expected one that lowers it")
    return x - t * g


def _at_most(f: Value, x: ArrayLike, limit: float) -> bool:
    """Whether f is a finite number there and not above the limit: steps out of its domain are too long."""
    value = f(np.copy(x)[()])
    return bool(np.all(np.isfinite(value))) and as_value(value) <= limit


def _secant(s: Array, y: Array, otherwise: float) -> float:
    """Return 1 over the curvature along the move s, if there is a positive one."""
    met = np.vdot(s, y)
    return float(np.vdot(s, s) / met) if met > 0 else otherwise


def _mixed(n: int) -> Array:
    """Return 0 … n − 1, n a power of two, such that each is followed by its opposite, in pairs, pairs of pairs and so on."""
    order = np.array([0])
    while order.size < n:
        order = np.column_stack([order, 2 * order.size - 1 - order]).ravel()
    return order
