"""What the eigenvalues of the Hessian say about a run before it is made."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from gdtools.inputs import Array, Gradient


def spectrum(H: ArrayLike) -> Array:
    r"""The curvatures of a quadratic: the eigenvalues of its Hessian, ascending.

    .. math:: H v_i = \lambda_i v_i, \qquad \mu = \lambda_1 \le \dots \le \lambda_d = L

    Parameters
    ----------
    H : the Hessian, symmetric, shape (d, d), or its eigenvalues, a number or shape (d,); units of f per unit of x²

    Returns
    -------
    Array : the eigenvalues, shape (d,), in the units of ``H``

    Raises
    ------
    ValueError : ``H`` is not finite, or neither a symmetric matrix nor a list of eigenvalues

    References
    ----------
    Nocedal and Wright (2006), appendix A.1.

    Examples
    --------
    >>> spectrum([[2, 1], [1, 2]])
    array([1., 3.])
    """
    H = np.asarray(H, dtype=float)
    if H.size == 0 or H.ndim > 2 or not np.isfinite(H).all():
        raise ValueError(f"H is {H.tolist()}; expected finite entries, a matrix or its eigenvalues")
    if H.ndim < 2:
        return np.sort(np.atleast_1d(H))
    if H.shape[0] != H.shape[1] or not np.allclose(H, H.T):
        raise ValueError(f"H is {H.tolist()}; expected a symmetric matrix")
    return np.linalg.eigvalsh(H)


def step_bound(H: ArrayLike) -> float:
    r"""The learning rate that must not be reached: beyond it the steepest direction grows.

    .. math:: 0 < \eta < 2 / L

    Parameters
    ----------
    H : the Hessian, symmetric, shape (d, d), or its eigenvalues, a number or shape (d,); units of f per unit of x²

    Returns
    -------
    float : 2/L, in units of x² per unit of f

    Raises
    ------
    ValueError : ``H`` is no Hessian, has a negative eigenvalue, since then no step converges, or is zero

    References
    ----------
    Nesterov (2018), section 2.1.

    Examples
    --------
    >>> print(step_bound([2, 50]))
    0.04
    """
    return 2 / _curvatures(H)[-1]


def best_step(H: ArrayLike) -> float:
    r"""The fixed learning rate with the fastest guaranteed convergence on a quadratic.

    .. math:: \eta^\star = 2 / (\mu + L)

    Parameters
    ----------
    H : the Hessian, symmetric, shape (d, d), or its eigenvalues, a number or shape (d,); units of f per unit of x²

    Returns
    -------
    float : η*, in units of x² per unit of f

    Raises
    ------
    ValueError : ``H`` is no Hessian, has a negative eigenvalue or is zero

    References
    ----------
    Nesterov (2018), section 2.1.

    Examples
    --------
    >>> print(best_step([1, 9]))
    0.2
    """
    lam = _curvatures(H)
    return 2 / (lam[0] + lam[-1])


def factors(H: ArrayLike, lr: float) -> Array:
    r"""What one step on a quadratic multiplies the error by, in each eigen-direction.

    .. math:: 1 - \eta\lambda_i

    Parameters
    ----------
    H : the Hessian, symmetric, shape (d, d), or its eigenvalues, a number or shape (d,); units of f per unit of x²
    lr : the learning rate η in units of x² per unit of f

    Returns
    -------
    Array : the factors in the order of ascending λ, shape (d,), without unit

    Raises
    ------
    ValueError : ``H`` is not finite, or neither a symmetric matrix nor a list of eigenvalues

    References
    ----------
    Goh (2017).

    Examples
    --------
    >>> factors([1, 10], lr=0.125)
    array([ 0.875, -0.25 ])
    """
    return 1 - lr * spectrum(H)


def contraction(H: ArrayLike, lr: float) -> float:
    r"""The rate of the slowest direction: no run on the quadratic does worse a step, and most approach it.

    .. math:: \rho(\eta) = \max_i |1 - \eta\lambda_i|

    Parameters
    ----------
    H : the Hessian, symmetric, shape (d, d), or its eigenvalues, a number or shape (d,); units of f per unit of x²
    lr : the learning rate η in units of x² per unit of f

    Returns
    -------
    float : ρ, without unit; at 1 and above the run does not converge from every start

    Raises
    ------
    ValueError : ``H`` is not finite, or neither a symmetric matrix nor a list of eigenvalues

    References
    ----------
    Nocedal and Wright (2006), section 3.3.

    Examples
    --------
    >>> contraction([1, 10], lr=0.125)
    0.875
    """
    return float(np.abs(factors(H, lr)).max())


def condition_number(H: ArrayLike) -> float:
    r"""How unequal the curvatures are: the ratio of the largest to the smallest.

    .. math:: \kappa = L / \mu

    Parameters
    ----------
    H : the Hessian, symmetric, shape (d, d), or its eigenvalues, a number or shape (d,), in any units

    Returns
    -------
    float : κ ≥ 1, without unit; infinite when μ = 0

    Raises
    ------
    ValueError : ``H`` is no Hessian, has a negative eigenvalue or is zero

    References
    ----------
    Boyd and Vandenberghe (2004), section 9.1.

    Examples
    --------
    >>> condition_number([[2, 0], [0, 50]])
    25.0
    """
    lam = _curvatures(H)
    return float(lam[-1] / lam[0]) if lam[0] > 0 else math.inf


def predicted_steps(rate: float, eps: float) -> float:
    r"""The number of steps after which an error that shrinks by a fixed rate is as small as asked for.

    .. math:: k = \lceil \log\varepsilon / \log\rho \rceil

    Parameters
    ----------
    rate : ρ ≥ 0, what a step multiplies the error by
    eps : ε, the size of the error asked for, relative to the first, between 0 and 1

    Returns
    -------
    int : the number of steps, at least one; infinite, and then a float, when ρ ≥ 1

    Raises
    ------
    ValueError : ``rate`` is negative, or ``eps`` is not between 0 and 1

    References
    ----------
    Nocedal and Wright (2006), appendix A.2.

    Examples
    --------
    >>> predicted_steps(0.5, 1e-3)
    10
    """
    if not rate >= 0:
        raise ValueError(f"rate is {rate!r}; expected a number >= 0")
    if not 0 < eps < 1:
        raise ValueError(f"eps is {eps!r}; expected a number between 0 and 1")
    if rate >= 1:
        return math.inf
    return 1 if rate == 0 else math.ceil(math.log(eps) / math.log(rate))


def largest_curvature(grad: Gradient, x: ArrayLike, n_iter: int = 50, h: float = 1e-5) -> float:
    r"""Estimate L near x from gradients alone, by power iteration on their differences.

    .. math:: v \leftarrow \frac{\nabla f(x + h v) - \nabla f(x - h v)}{2h},
              \qquad L \approx \lVert v \rVert

    The estimate is the curvature of largest magnitude, and it approaches that from below.

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x
    x : where, shape (d,)
    n_iter : the number of rounds, each of which costs two gradients
    h : the length of the differences, in the units of x

    Returns
    -------
    float : the estimate of L, in units of f per unit of x²

    References
    ----------
    Golub and Van Loan (2013), section 7.3.

    Examples
    --------
    >>> round(largest_curvature(lambda x: np.array([2.0, 50.0]) * x, x=[1.0, 1.0]), 6)
    50.0
    """
    x = np.asarray(x, dtype=float)
    v, L = np.random.default_rng(0).normal(size=x.shape), 1.0
    for _ in range(n_iter):
        v = v / np.linalg.norm(v)
        v = (np.asarray(grad(x + h * v)) - np.asarray(grad(x - h * v))) / (2 * h)
        L = float(np.linalg.norm(v))
    return L


def _curvatures(H: ArrayLike) -> Array:
    """The spectrum, once it is known to be that of a bowl or a trough; rounding below zero counts as zero."""
    lam = spectrum(H)
    if lam[-1] <= 0 or lam[0] < -1e-12 * lam[-1]:
        raise ValueError(f"H has eigenvalues {lam.tolist()}; expected none negative and one positive")
    return np.maximum(lam, 0.0)
