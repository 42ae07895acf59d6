"""Steps that know something of the curvature: a preconditioner, or the whole Hessian, on the same loop."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from gdtools.descent import Descent, walk
from gdtools.inputs import ASYMMETRY, EPSILON, Array, Gradient, Map, Rate, as_array, as_function, as_gradient, as_schedule

PROMISE = 1e-4  # Armijo's c: the part of what the slope promises that a step of `newton` has to keep
SHORTEST = 1e-12  # of the full step: a shorter one changes f by little more than rounding
Preconditioner = Callable[[Array, Array], ArrayLike]  # x, g ↦ P(x) g


def preconditioned(
    grad: Gradient, P: Preconditioner, x0: ArrayLike, lr: Rate, n_iter: int, tol: float = 1e-10, *, record: int = 1
) -> Descent:
    r"""Step along P∇f in place of ∇f: gradient descent in other variables.

    .. math:: x_{k+1} = x_k - \eta\,P(x_k)\,\nabla f(x_k)

    On a quadratic with Hessian H and a fixed P its rate is that of the eigenvalues of PH.

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x, of integers or floats of any precision; it gets a copy of x
    P : x, g ↦ P(x)g, in the shape of x, a symmetric and positive definite map of g; it gets copies
    x0 : the start, a finite number or an array of any shape
    lr : the learning rate η > 0, in the units that make ηPg a move of x, or a function k ↦ η_k
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean norm of ∇f, taken over all entries; 0 never stops
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Saad (2003), chapter 9.

    Examples
    --------
    >>> preconditioned(lambda x: [2, 50] * x, lambda x, g: g / [2, 50], x0=[1.0, 1.0], lr=0.5, n_iter=2).hist
    array([[1.  , 1.  ],
           [0.5 , 0.5 ],
           [0.25, 0.25]])
    """
    P, rate = as_function(P, "P"), as_schedule(lr)

    def step(x: Array, g: Array, k: int) -> Array:
        return x - rate(k) * as_gradient(P(x.copy(), g.copy()), x.shape, "P")

    return walk(grad, x0, step, n_iter, tol, record)


def newton(
    grad: Gradient,
    hess: Map,
    x0: ArrayLike,
    n_iter: int,
    tol: float = 1e-10,
    *,
    search: Map | None = None,
    record: int = 1,
) -> Descent:
    r"""Step to where the gradient of the quadratic with the slope and the curvatures at x vanishes.

    .. math:: x_{k+1} = x_k - t\,\nabla^2 f(x_k)^{-1}\,\nabla f(x_k), \qquad t = 1

    With ``search`` t is halved from 1 until f falls by 1e-4 of what the slope promises, but for its rounding.
    Without it nothing prefers a minimum: a saddle and a hill attract the run as well.

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x, of integers or floats of any precision; it gets a copy of x
    hess : x ↦ the Hessian, symmetric, shape (d, d) for an x of d entries, a number for a number; it gets a copy of x
    x0 : the start, a finite number or an array of any shape
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean norm of ∇f, taken over all entries; 0 never stops
    search : x ↦ f(x), for damped steps; where f has no value it may return nan or infinity
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``, which is
        ``"diverged"`` also where the Hessian is singular or not finite and so gives no step

    Raises
    ------
    TypeError : naming the argument, its value and what was expected
    ValueError : likewise; among them, with ``search``, a Hessian whose step leads uphill, which no t mends

    References
    ----------
    Nocedal and Wright (2006), sections 3.1 and 3.3.

    Examples
    --------
    >>> newton(lambda x: 4 * x**3, lambda x: 12 * x**2, x0=27.0, n_iter=3).hist
    array([27., 18., 12.,  8.])
    """
    hess = as_function(hess, "hess")
    length = (lambda x, g, move: 1.0) if search is None else _halving(as_function(search, "search"))

    def step(x: Array, g: Array, k: int) -> Array:
        move = _newton_move(hess(x.copy()), x, g)
        return x + length(x, g, move) * move if np.isfinite(move).all() else move

    return walk(grad, x0, step, n_iter, tol, record)


def _newton_move(H: ArrayLike, x: Array, g: Array) -> Array:
    """Solve Hp = −g for the move p, infinite where H has no inverse."""
    curvature = _as_hessian(H, x)
    try:
        return -np.linalg.solve(curvature, np.ravel(g)).reshape(x.shape)[()]
    except np.linalg.LinAlgError:
        return np.full(x.shape, math.inf)[()]


def _as_hessian(H: ArrayLike, x: Array) -> Array:
    """Return what ``hess`` returned as a matrix of floats, if it is a symmetric one for x, or a number for a number."""
    shape = (x.size, x.size) if np.ndim(x) else ()
    matrix = as_array(H, "hess returned", f"an array of real numbers of shape {shape}")
    if matrix.shape != shape:
        raise ValueError(
            f"hess returned an array of shape {matrix.shape}; expected {shape}, a row and a column for each entry of x"
        )
    matrix = np.reshape(matrix, (x.size, x.size))
    if np.isfinite(matrix).all() and np.abs(matrix - matrix.T).max() > ASYMMETRY * np.abs(matrix).max():
        raise ValueError(f"hess returned {matrix.tolist()}; expected a symmetric matrix")
    return matrix


def _halving(f: Map) -> Callable[[Array, Array, Array], float]:
    """The search of Armijo along any move that leads downhill."""

    def length(x: Array, g: Array, move: Array) -> float:
        slope, here, t = float(np.vdot(g, move)), f(x.copy()), 1.0
        if slope > 0:
            raise ValueError(
                f"hess gives a step that leads uphill at x = {x!r}; expected a positive definite one beside search"
            )
        while not f(x + t * move) <= here + PROMISE * t * slope + 4 * EPSILON * abs(here):
            t /= 2
            if t < SHORTEST:
                raise ValueError(
                    f"search has no lower value along the step from x = {x!r}; expected f, of which grad is the gradient"
                )
        return t

    return length
