"""Gradients from a part of the data: which rows a batch takes, the floor that their noise leaves, and what shuffling gains."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdtools.inputs import as_count, as_rate, as_symmetric

HOW = ("shuffled", "once", "replaced")
SMALL = 1e-3  # below which 1 − tanh(h)/h has lost more digits than its series


def batches(
    n: SupportsIndex, size: SupportsIndex, seed: SupportsIndex = 0, *, how: str = "shuffled"
) -> Iterator[NDArray[np.intp]]:
    """Draw the rows of one mini-batch after another, without end.

    Plain descent on batches is ``draw = batches(n, size)`` and ``gradient_descent(lambda x: g(x, next(draw)), …, tol=0)``,
    where g(x, rows) is the mean gradient of these rows.

    Parameters
    ----------
    n : the number of rows, an integer ≥ 1
    size : how many rows a batch has, an integer ≥ 1; unless rows are replaced a divisor of n, so that each counts alike
    seed : what the draws begin with, an integer ≥ 0
    how : "shuffled", a new order in each pass over the rows; "once", one order that is kept; "replaced", each row of each
        batch drawn from all

    Returns
    -------
    Iterator : of arrays of row numbers, shape (size,)

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    Examples
    --------
    >>> draw = batches(4, 2)
    >>> [next(draw).tolist() for _ in range(4)]
    [[2, 0], [1, 3], [3, 2], [1, 0]]
    """
    n, size, seed = as_count(n, "n", 1), as_count(size, "size", 1), as_count(seed, "seed")
    if how not in HOW:
        raise ValueError(f"how is {how!r}; expected one of {', '.join(map(repr, HOW))}")
    if how != "replaced" and n % size:
        raise ValueError(f"size is {size}; expected a divisor of n = {n}")
    return _drawn(n, size, np.random.default_rng(seed), how)


def noise_floor(H: ArrayLike, C: ArrayLike, lr: float) -> float:
    r"""Say how far above the minimum noise of one size keeps plain descent on a quadratic, after many steps, on average.

    .. math:: \sum_i \frac{\eta\,\sigma_i^2}{2\,(2 - \eta\lambda_i)}, \qquad \sigma_i^2 = v_i^\top C v_i

    The noise of a batch grows away from the minimum, so its floor is higher than that of its C at the minimum.

    Parameters
    ----------
    H : the Hessian, symmetric, with eigenvalues > 0
    C : the covariance of the noise of one gradient, symmetric, of the shape of H
    lr : the learning rate η > 0

    Returns
    -------
    float : the mean excess of f in the limit; infinite for η ≥ 2/L, where there is none

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Robbins and Monro (1951) ask for steps without a floor.

    Examples
    --------
    >>> noise_floor([[1, 0], [0, 3]], [[2, 0], [0, 2]], lr=0.5)
    1.3333333333333333
    """
    H, C, lr = as_symmetric(H, "H"), as_symmetric(C, "C"), as_rate(lr)
    if C.shape != H.shape:
        raise ValueError(f"C has shape {C.shape}; expected {H.shape}, the shape of H")
    lam, V = np.linalg.eigh(H)
    if lam[0] <= 0:
        raise ValueError(f"H has the eigenvalue {lam[0]}; expected eigenvalues > 0")
    variances = np.einsum("ji,jk,ki->i", V, C, V)
    return float(np.sum(lr * variances / (2 - lr * lam)) / 2) if lr * lam[-1] < 2 else math.inf


def shuffling_gain(tau: float) -> float:
    r"""Say which part of the floor is left at the ends of passes where each pass takes its parts in a new order.

    .. math:: 1 - \frac{\tanh(\tau/2)}{\tau/2}, \qquad \tau = \eta\lambda N

    It is the limit for many parts N of equal curvature λ, compared with parts drawn with replacement.

    Parameters
    ----------
    tau : how often a pass relaxes the error, ηλ times the steps of a pass, > 0

    Returns
    -------
    float : the quotient of the two floors, τ²/12 for small τ and nearly 1 for large

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    Examples
    --------
    >>> round(shuffling_gain(2.0), 4)
    0.2384
    """
    half = as_rate(tau, "tau") / 2
    return half**2 / 3 * (1 - 0.4 * half**2) if half < SMALL else 1 - math.tanh(half) / half


def _drawn(n: int, size: int, rng: np.random.Generator, how: str) -> Iterator[NDArray[np.intp]]:
    order = rng.permutation(n)
    while True:
        if how == "replaced":
            yield rng.integers(n, size=size)
        else:
            yield from order.reshape(-1, size).copy()
            order = rng.permutation(n) if how == "shuffled" else order
