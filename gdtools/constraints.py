"""Constraints and kinks: projections onto sets that many answers live in, and a step for a smooth part and one with kinks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from gdtools.descent import Descent, walk
from gdtools.inputs import (
    Array,
    Gradient,
    Map,
    as_array,
    as_data,
    as_flag,
    as_function,
    as_gradient,
    as_points,
    as_rate,
    as_start,
)

RANK = 1e-10  # of the largest singular value: a smaller one says that the rows depend on each other


def project_box(low: ArrayLike, high: ArrayLike) -> Map:
    r"""Keep every coordinate between its bounds: the nearest point of a box.

    .. math:: P(z)_i = \min\{\max\{z_i,\, \text{low}_i\},\, \text{high}_i\}

    Parameters
    ----------
    low : the lower bounds, one for all coordinates or one each; −∞ where there is none
    high : the upper bounds, likewise, nowhere below the lower ones; ∞ where there is none

    Returns
    -------
    Map : z ↦ P(z), of a shape with which the bounds go together

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Goldstein (1964).

    Examples
    --------
    >>> project_box(0, np.inf)([2.0, -3.0])
    array([2., 0.])
    """
    lower = as_array(low, "low is", "a number, or one a coordinate")
    upper = as_array(high, "high is", "a number, or one a coordinate")
    if not np.all(lower <= upper):
        raise ValueError(f"low is {low!r}; expected numbers nowhere above high, {high!r}")

    def project(z: ArrayLike) -> Array:
        x = as_points(z)
        if not {lower.shape, upper.shape} <= {(), np.shape(x)}:
            raise ValueError(f"z has shape {np.shape(x)}; expected {lower.shape or upper.shape}, that of the bounds")
        return np.minimum(np.maximum(x, lower), upper)

    return project


def project_ball(r: float = 1.0) -> Map:
    r"""Pull back what lies outside a ball about 0, along the straight line to its centre.

    .. math:: P(z) = z\,\min\{1,\, r/\lVert z\rVert\}

    Parameters
    ----------
    r : the radius, a number > 0 in the units of x

    Returns
    -------
    Map : z ↦ P(z), of any shape, with the Euclidean length taken over all entries

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Goldstein (1964).

    Examples
    --------
    >>> project_ball(1.0)([3.0, 4.0])
    array([0.6, 0.8])
    """
    radius = as_rate(r, "r")

    def project(z: ArrayLike) -> Array:
        x = as_points(z)
        length = np.hypot.reduce(x, axis=None)  # a float, however long x is
        return x * 1.0 if length <= radius else x * (radius / length)

    return project


def project_simplex(total: float = 1.0) -> Map:
    r"""Lower all coordinates alike and cut at 0, so that they sum to a total: the nearest shares.

    .. math:: P(z)_i = \max\{z_i - \tau,\, 0\}, \qquad
              \tau = \max_k \frac{u_1 + \dots + u_k - \text{total}}{k}, \quad u_1 \ge u_2 \ge \dots

    Parameters
    ----------
    total : what the coordinates sum to, a number > 0

    Returns
    -------
    Map : z ↦ P(z), of shape (d,); u is z in descending order

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Held, Wolfe and Crowder (1974); Condat (2016).

    Examples
    --------
    >>> project_simplex()([0.9, 0.5, -0.2]).round(3)
    array([0.7, 0.3, 0. ])
    """
    sum_to = as_rate(total, "total")

    def project(z: ArrayLike) -> Array:
        x = as_points(z)
        if np.ndim(x) != 1 or not len(x):
            raise ValueError(f"z has shape {np.shape(x)}; expected (d,), one share a coordinate")
        below = x - x.max()  # the same nearest point, without large numbers that cancel
        taken = (np.cumsum(np.sort(below)[::-1]) - sum_to) / np.arange(1, len(x) + 1)
        return np.maximum(below - taken.max(), 0.0)

    return project


def project_affine(A: ArrayLike, b: ArrayLike) -> Map:
    r"""Drop a perpendicular onto the solutions of linear equations.

    .. math:: P(z) = z - A^\top (A A^\top)^{-1} (A z - b)

    Parameters
    ----------
    A : the matrix, shape (m, d), whose rows do not depend on each other
    b : the right sides, shape (m,)

    Returns
    -------
    Map : z ↦ P(z), of shape (d,)

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Golub and Van Loan (2013), section 5.5.

    Examples
    --------
    >>> project_affine([[1, 1]], [1])([2.0, 0.0])
    array([ 1.5, -0.5])
    """
    rows, sides = as_data(A, "A"), as_data(b, "b")
    if rows.ndim != 2 or not 0 < rows.shape[0] <= rows.shape[1]:
        raise ValueError(f"A has shape {rows.shape}; expected (m, d) with at most as many rows as columns")
    if sides.shape != rows.shape[:1]:
        raise ValueError(f"b has shape {sides.shape}; expected {rows.shape[:1]}, one number a row of A")
    U, sizes, V = np.linalg.svd(rows, full_matrices=False)
    if sizes[-1] <= RANK * sizes[0]:
        raise ValueError(f"A is {rows.tolist()}; expected rows that do not depend on each other")
    reached = V.T @ ((U.T @ sides) / sizes)  # the solution nearest to 0

    def project(z: ArrayLike) -> Array:
        x = as_points(z, rows.shape[1])
        return x - V.T @ (V @ (x - reached))

    return project


def soft_threshold(z: ArrayLike, t: ArrayLike) -> Array:
    r"""Move every number towards 0 by t and stop there: the proximal step of t times the sum of absolute values.

    .. math:: S(z)_i = \operatorname{sign}(z_i)\,\max\{\lvert z_i\rvert - t,\, 0\}

    Parameters
    ----------
    z : a number or an array of any shape
    t : the threshold ≥ 0 in the units of z, one for all or one an entry

    Returns
    -------
    Array : S(z), in the shape of z

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Donoho (1995).

    Examples
    --------
    >>> soft_threshold([3.0, -0.5, -2.0], 1.0)
    array([ 2.,  0., -1.])
    """
    x, threshold = as_points(z), as_array(t, "t is", "a number >= 0, or one an entry")
    if not np.all(threshold >= 0):
        raise ValueError(f"t is {t!r}; expected a number >= 0, or one an entry")
    if threshold.shape not in ((), np.shape(x)):
        raise ValueError(f"t has shape {threshold.shape}; expected a number, or one an entry: shape {np.shape(x)}")
    return x - np.minimum(np.maximum(x, -threshold), threshold)


def proximal_gradient(
    grad: Gradient,
    prox: Callable[[Array, float], ArrayLike],
    x0: ArrayLike,
    lr: float,
    n_iter: int,
    tol: float = 1e-10,
    *,
    accelerate: bool = False,
    restart: bool = False,
    record: int = 1,
) -> Descent:
    r"""Step down the smooth part, then let the part with kinks answer.

    .. math:: x_{k+1} = \operatorname{prox}_{\eta h}\bigl(x_k - \eta\,\nabla f(x_k)\bigr), \qquad
              \operatorname{prox}_{th}(z) = \arg\min_u\, t\,h(u) + \tfrac12\lVert u - z\rVert^2

    It minimises f + h. With ``accelerate`` the step is taken from a point ahead, y_k = x_k + β_k (x_k − x_{k−1}), where
    β_k = (t_k − 1)/t_{k+1}, y_0 = x_0, t_1 = 1 and t_{k+1} = ½ + √(¼ + t_k²). It stops by G = (y − prox(y − η∇f(y)))/η, where y
    is x without ``accelerate``; G vanishes exactly at stationary points. The history holds the x_k, which ``prox`` returned.

    Parameters
    ----------
    grad : x ↦ ∇f(x) of the smooth part, an array of the shape of x; it gets a copy of x
    prox : (z, t) ↦ the proximal point of t times h, in the shape of z; it may write into z
    x0 : the start, a finite number or an array of any shape
    lr : the learning rate η > 0 in units of x² per unit of f
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean norm of G, taken over all entries; 0 never stops
    accelerate : step from a point ahead
    restart : with ``accelerate``, forget the last move wherever G points along the new one, and begin with t_1 again
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Beck and Teboulle (2009); O'Donoghue and Candès (2015) for restarts.

    Examples
    --------
    >>> proximal_gradient(lambda x: x - 3, soft_threshold, x0=0.0, lr=1.0, n_iter=9)
    Descent(x=2.0, n_steps=2, stopped='converged')
    """
    grad, prox, lr = as_function(grad, "grad"), as_function(prox, "prox"), as_rate(lr)
    accelerate, restart = as_flag(accelerate, "accelerate"), as_flag(restart, "restart")
    arrived: Array = as_start(x0)
    ahead, inertia = arrived, 1.0

    def move(x: Array) -> Array:
        nonlocal arrived, ahead, inertia
        here = ahead if accelerate else x
        free = here - lr * as_gradient(grad(here.copy()), x.shape)
        arrived = as_gradient(prox(free, lr), x.shape, "prox")
        if restart and np.vdot(here - arrived, arrived - x) > 0:
            inertia = 1.0
        grown = 0.5 + (0.25 + inertia**2) ** 0.5
        ahead = arrived + (inertia - 1) / grown * (arrived - x)
        inertia = grown
        return (here - arrived) / lr

    return walk(move, x0, lambda x, g, k: arrived, n_iter, tol, record)
