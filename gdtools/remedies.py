"""What to reach for when plain gradient descent struggles, each written on the same loop."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from gdtools.descent import Descent, walk
from gdtools.inputs import (
    Array,
    Gradient,
    Map,
    Rate,
    as_decay,
    as_epsilon,
    as_flag,
    as_fraction,
    as_function,
    as_gradient,
    as_memory,
    as_rate,
    as_schedule,
    as_start,
)


def momentum(
    grad: Gradient, x0: ArrayLike, lr: Rate, n_iter: int, tol: float = 1e-10, *, beta: Rate = 0.9, record: int = 1
) -> Descent:
    r"""Let the step remember: a heavy ball that keeps a part β of its last move.

    .. math:: x_{k+1} = x_k - \eta\,\nabla f(x_k) + \beta\,(x_k - x_{k-1})

    On a quadratic the best choice is √η = 2/(√L + √μ) and √β = (√κ − 1)/(√κ + 1).

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x, of integers or floats of any precision; it gets a copy of x
    x0 : the start, a finite number or an array of any shape
    lr : the learning rate η > 0 in units of x² per unit of f, or a function k ↦ η_k
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean gradient norm, taken over all entries; 0 never stops
    beta : the part β of the last move that is kept, in [0, 1), or a function k ↦ β_k
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Polyak (1964).

    Examples
    --------
    >>> momentum(lambda x: 2 * x, x0=1.0, lr=0.25, n_iter=3, beta=0.5).hist
    array([ 1.  ,  0.5 ,  0.  , -0.25])
    """
    rate, part = as_schedule(lr), as_memory(beta)
    move: Array | float = 0.0

    def step(x: Array, g: Array, k: int) -> Array:
        nonlocal move
        move = part(k) * move - rate(k) * g
        return x + move

    return walk(grad, x0, step, n_iter, tol, record)


def nesterov(
    grad: Gradient,
    x0: ArrayLike,
    lr: Rate,
    n_iter: int,
    tol: float = 1e-10,
    *,
    beta: Rate = 0.9,
    restart: bool = False,
    record: int = 1,
) -> Descent:
    r"""Look ahead, then step: momentum whose gradient is taken where the ball is about to be.

    .. math:: y_k = x_k + \beta\,(x_k - x_{k-1}), \qquad x_{k+1} = y_k - \eta\,\nabla f(y_k)

    The history holds the points y_k, where the gradients are taken.

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x, of integers or floats of any precision; it gets a copy of x
    x0 : the start, a finite number or an array of any shape
    lr : the learning rate η > 0 in units of x² per unit of f, or a function k ↦ η_k
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean gradient norm, taken over all entries; 0 never stops
    beta : the part β of the last move that is kept, in [0, 1), or a function k ↦ β_k
    restart : forget the last move wherever it goes uphill, and count the k of ``beta`` from there anew
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Nesterov (2018), section 2.2; O'Donoghue and Candès (2015) for restarts.

    Examples
    --------
    >>> nesterov(lambda x: 2 * x, x0=1.0, lr=0.25, n_iter=2, beta=0.5).hist
    array([ 1.    ,  0.25  , -0.0625])
    """
    rate, part, restart = as_schedule(lr), as_memory(beta), as_flag(restart, "restart")
    last: Array | None = None
    since = 0

    def step(y: Array, g: Array, k: int) -> Array:
        nonlocal last, since
        x = y - rate(k) * g
        move = x - (y if last is None else last)
        if restart and np.vdot(g, move) > 0:
            move, since = 0.0 * move, k
        last = x
        return x + part(k - since) * move

    return walk(grad, x0, step, n_iter, tol, record)


def adam(
    grad: Gradient,
    x0: ArrayLike,
    lr: Rate,
    n_iter: int,
    tol: float = 1e-10,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    decay: float = 0.0,
    amsgrad: bool = False,
    record: int = 1,
) -> Descent:
    r"""Give every coordinate its own step: a running mean of the gradient over that of its size.

    .. math:: m \leftarrow \beta_1 m + (1-\beta_1) g, \quad v \leftarrow \beta_2 v + (1-\beta_2) g^2, \quad
              x \leftarrow x - \eta\,\frac{m/(1-\beta_1^k)}{\sqrt{v/(1-\beta_2^k)} + \varepsilon}

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x, of integers or floats of any precision; it gets a copy of x
    x0 : the start, a finite number or an array of any shape
    lr : η > 0, a length in the units of x, about how far a coordinate moves a step while its gradient keeps
        sign and size, or a function k ↦ η_k
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean gradient norm, taken over all entries; 0 never stops
    beta1 : β₁, the part of the mean of the gradient that is kept, in [0, 1)
    beta2 : β₂, the part of the mean of its square that is kept, in [0, 1)
    eps : ε ≥ 1e-150, in the units of the gradient, keeps the step finite where the gradient vanishes
    decay : the part of x, times η, that each step takes off beside its move, ≥ 0: AdamW, by Loshchilov and Hutter
    amsgrad : divide by the largest corrected v so far, so that no step is lengthened by what was forgotten: Reddi and others
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``, which is
        ``"diverged"`` also where the square of a gradient, beyond 1e154, is no longer finite

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Kingma and Ba (2015); Loshchilov and Hutter (2019) for the decay, Reddi, Kale and Kumar (2018) for the largest v.

    Examples
    --------
    >>> adam(lambda x: [2, 200] * x, x0=[1.0, 1.0], lr=0.25, n_iter=2).hist.round(2)
    array([[1.  , 1.  ],
           [0.75, 0.75],
           [0.5 , 0.5 ]])
    """
    rate, beta1, beta2 = as_schedule(lr), as_fraction(beta1, "beta1"), as_fraction(beta2, "beta2")
    eps, decay, amsgrad = as_epsilon(eps), as_decay(decay), as_flag(amsgrad, "amsgrad")
    m: Array | float = 0.0
    v: Array | float = 0.0
    largest: Array | float = 0.0

    def step(x: Array, g: Array, k: int) -> Array:
        nonlocal m, v, largest
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1 ** (k + 1)), v / (1 - beta2 ** (k + 1))
        largest = np.maximum(largest, v_hat)
        root = np.sqrt(largest if amsgrad else v_hat) + eps
        lr = rate(k)
        moved = x - lr * m_hat / np.where(root < math.inf, root, math.nan)  # beside inf the run would stand still
        return moved - lr * decay * x if decay else moved

    return walk(grad, x0, step, n_iter, tol, record)


def projected_gradient(
    grad: Map, project: Map, x0: ArrayLike, lr: float, n_iter: int, tol: float = 1e-10, *, record: int = 1
) -> Descent:
    r"""Step downhill, then return to the nearest allowed point.

    .. math:: x_{k+1} = P\bigl(x_k - \eta\,\nabla f(x_k)\bigr)

    It stops by G(x) = (x − P(x − η∇f(x)))/η, which vanishes exactly at the constrained stationary points;
    every iterate but the start is just what ``project`` returned.

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x, of integers or floats of any precision; it gets a copy of x
    project : x ↦ P(x), the allowed point nearest to x, in the shape of x; it may write into its argument
    x0 : the start, a finite number or an array of any shape
    lr : the learning rate η > 0 in units of x² per unit of f
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean norm of G, taken over all entries; 0 never stops
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Nocedal and Wright (2006), section 16.7.

    Examples
    --------
    >>> projected_gradient(lambda x: 2 * x, lambda x: np.maximum(x, 1), x0=3.0, lr=0.25, n_iter=9)
    Descent(x=1.0, n_steps=3, stopped='converged')
    """
    grad, project, lr = as_function(grad, "grad"), as_function(project, "project"), as_rate(lr)
    arrived: Array = as_start(x0)

    def move(x: Array) -> Array:
        nonlocal arrived
        free = x - lr * as_gradient(grad(x.copy()), x.shape)
        arrived = as_gradient(project(free), x.shape, "project")
        return (x - arrived) / lr

    return walk(move, x0, lambda x, g, k: arrived, n_iter, tol, record)
