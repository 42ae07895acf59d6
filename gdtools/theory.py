"""What the eigenvalues of the Hessian say about a run before it is made."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from gdtools.inputs import (
    EPSILON,
    Array,
    Gradient,
    as_accuracy,
    as_array,
    as_count,
    as_factor,
    as_function,
    as_gradient,
    as_rate,
    as_real,
    as_start,
    as_symmetric,
)

Product = Callable[[Array, Array], ArrayLike]  # x, v ↦ Hv, the Hessian at x times v


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
    TypeError : ``H`` holds other than real numbers
    ValueError : ``H`` is not finite, or neither a list of eigenvalues nor a matrix that is symmetric but for 1e-8 of
        its largest entry

    References
    ----------
    Nocedal and Wright (2006), appendix A.1.

    Examples
    --------
    >>> spectrum([[2, 1], [1, 2]])
    array([1., 3.])
    """
    H = as_array(H, "H is", "real numbers, a matrix or its eigenvalues")
    if H.size == 0 or H.ndim > 2 or not np.isfinite(H).all():
        raise ValueError(f"H is {H.tolist()}; expected finite entries, a matrix or its eigenvalues")
    return np.linalg.eigvalsh(as_symmetric(H, "H")) if H.ndim == 2 else np.sort(np.atleast_1d(H))


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

    .. math:: \eta^\star = 2 / (\mu + L), \qquad \mu = \min\{\lambda_i : \lambda_i > 0\}

    An error along a flat direction, λ = 0, stays as it is whatever the step; what is left shrinks fastest by the smallest
    curvature that is positive, which is how μ is to be read here. Below d·2e-16·L, what rounding leaves of a zero, it is none.

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
    return 2 / (lam[lam > lam.size * EPSILON * lam[-1]][0] + lam[-1])


def factors(H: ArrayLike, lr: float) -> Array:
    r"""What one step on a quadratic multiplies the error by, in each eigen-direction.

    .. math:: 1 - \eta\lambda_i

    Parameters
    ----------
    H : the Hessian, symmetric, shape (d, d), or its eigenvalues, a number or shape (d,); units of f per unit of x²
    lr : the learning rate η, finite, in units of x² per unit of f; the formula holds below 0 too, for a step uphill

    Returns
    -------
    Array : the factors in the order of ascending λ, shape (d,), without unit

    Raises
    ------
    TypeError, ValueError : ``H`` is no Hessian, or ``lr`` no finite number

    References
    ----------
    Goh (2017).

    Examples
    --------
    >>> factors([1, 10], lr=0.125)
    array([ 0.875, -0.25 ])
    """
    return 1 - as_real(lr, "lr") * spectrum(H)


def contraction(H: ArrayLike, lr: float) -> float:
    r"""The rate of the slowest direction: no run on the quadratic does worse a step, and most approach it.

    .. math:: \rho(\eta) = \max_i |1 - \eta\lambda_i|

    Parameters
    ----------
    H : the Hessian, symmetric, shape (d, d), or its eigenvalues, a number or shape (d,); units of f per unit of x²
    lr : the learning rate η, finite, in units of x² per unit of f; the formula holds below 0 too, for a step uphill

    Returns
    -------
    float : ρ, without unit; at 1 and above the run does not converge from every start

    Raises
    ------
    TypeError, ValueError : ``H`` is no Hessian, or ``lr`` no finite number

    References
    ----------
    Nesterov (2018), section 2.1.

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

    A ratio that exceeds an integer by rounding only, a few parts in 10¹⁶, is that integer.

    Parameters
    ----------
    rate : ρ ≥ 0, what a step multiplies the error by
    eps : ε, the size of the error asked for, relative to the first, between 0 and 1

    Returns
    -------
    int : the number of steps, at least one; infinite, and then a float, when ρ ≥ 1

    Raises
    ------
    TypeError, ValueError : ``rate`` is negative, ``eps`` is not between 0 and 1, or one of them is no number

    References
    ----------
    Nocedal and Wright (2006), appendix A.2.

    Examples
    --------
    >>> predicted_steps(0.5, 1e-3)
    10
    """
    rate, eps = as_factor(rate), as_accuracy(eps)
    if rate >= 1:
        return math.inf
    return 1 if rate == 0 else math.ceil(math.log(eps) / math.log(rate) * (1 - 4 * EPSILON))


def largest_curvature(
    grad: Gradient,
    x: ArrayLike,
    n_iter: int = 50,
    h: float = 1e-5,
    *,
    scale: float | None = None,
    hvp: Product | None = None,
) -> float:
    r"""Estimate from gradients alone the curvature of largest magnitude at one point, by power iteration on differences.

    .. math:: v \leftarrow \frac{\nabla f(x + h s v) - \nabla f(x - h s v)}{2hs \lVert v\rVert}, \quad
              |\lambda| \approx \lVert v \rVert, \qquad s = \max(1, \lVert x\rVert) \text{ when left out}

    The magnitude approaches that of the eigenvalue from below, and the sign is that of the curvature along v.
    It is L at this point only if no eigenvalue is as far below zero; it says nothing of the curvature elsewhere,
    so a step of 1/L may lead where L is larger. Where the gradient is the same all along the scale, it is 0.

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x; it gets a copy of x; one in single precision needs a longer ``h``, near 1e-3
    x : where, a finite number or an array of any shape
    n_iter : the number of rounds, each of which costs two gradients, an integer ≥ 1; two more check the length
    h : the length of the differences relative to the scale
    scale : s, the length over which the curvature changes, in the units of x
    hvp : x, v ↦ Hv, the Hessian at x times v, in the shape of x, such as automatic differentiation gives; it gets copies,
        takes the place of the differences, and then ``grad``, ``h`` and ``scale`` are not used

    Returns
    -------
    float : the estimate, negative where the function bends down along v, in units of f per unit of x²

    Raises
    ------
    TypeError : naming the argument, its value and what was expected
    ValueError : likewise; among them, the differences are lost in rounding or differences half as long give a
        curvature that is 1 % off: then ``scale`` is not that of the function, or its gradient has a jump

    References
    ----------
    Golub and Van Loan (2013), section 7.3.

    Examples
    --------
    >>> round(largest_curvature(lambda x: np.array([2.0, 50.0]) * x, x=[1.0, 1.0]), 6)
    50.0
    """
    grad, n_iter, x = as_function(grad, "grad"), as_count(n_iter, "n_iter", least=1), as_start(x, "x")
    if hvp is not None:
        return _largest_by_products(as_function(hvp, "hvp"), x, n_iter)
    scale = max(1.0, float(np.linalg.norm(x))) if scale is None else as_rate(scale, "scale")
    length, v = as_rate(h, "h") * scale, np.random.default_rng(0).normal(size=x.shape)
    for _ in range(n_iter):
        u = v / np.linalg.norm(v)
        v = _bend(grad, x, u, length, scale)
        if not v.any():
            return 0.0
    estimate, shorter = np.linalg.norm(v), np.linalg.norm(_bend(grad, x, u, length / 2, scale))
    if not abs(shorter - estimate) <= 0.01 * estimate:
        raise ValueError(f"scale is {scale!r}, which gives a curvature of {estimate:.3g}, and half of it {shorter:.3g}; "
                         "expected the length over which the curvature changes")  # fmt: skip
    return float(np.copysign(estimate, np.vdot(u, v)))


def _largest_by_products(hvp: Product, x: Array, n_iter: int) -> float:
    """The same by products with the Hessian; 0 where one of them vanishes."""
    v, curvature = np.random.default_rng(0).normal(size=x.shape), 0.0
    for _ in range(n_iter):
        u = v / np.linalg.norm(v)
        v = as_gradient(hvp(x.copy(), u.copy()), x.shape, "hvp")
        curvature = float(np.linalg.norm(v))
        if not math.isfinite(curvature):
            raise ValueError(f"hvp returned {v!r}; expected finite numbers")
        if curvature == 0:
            return 0.0
    return float(np.copysign(curvature, np.vdot(u, v)))


def _is_constant(grad: Gradient, x: Array, u: Array, scale: float) -> bool:
    """Whether the gradient is the same at x and half a scale away on both sides."""
    here, ahead, behind = (as_gradient(grad(x + t * scale * u), x.shape) for t in (0.0, 0.5, -0.5))
    return bool(np.isfinite(here).all() and (here == ahead).all() and (here == behind).all())


def _bend(grad: Gradient, x: Array, u: Array, length: float, scale: float) -> Array:
    """The Hessian times u by a difference of gradients, if it is more than their rounding."""
    raw = grad(x + length * u)
    ahead, behind = as_gradient(raw, x.shape), as_gradient(grad(x - length * u), x.shape)
    kind = np.asarray(raw).dtype
    rounding = float(np.finfo(kind).eps) if kind in (np.float16, np.float32) else EPSILON
    difference = ahead - behind
    if not difference.any() and _is_constant(grad, x, u, scale):
        return difference
    if not np.linalg.norm(difference) > 1000 * rounding * np.linalg.norm(ahead):
        raise ValueError(f"scale is {scale!r}, where gradients differ by no more than rounding or are not finite; "
                         "expected the length over which the curvature changes")  # fmt: skip
    return difference / (2 * length)


def _curvatures(H: ArrayLike) -> Array:
    """The spectrum, once it is known to be that of a bowl or a trough; rounding below zero counts as zero."""
    lam = spectrum(H)
    if lam[-1] <= 0 or lam[0] < -1e-12 * lam[-1]:
        raise ValueError(f"H has eigenvalues {lam.tolist()}; expected none negative and one positive")
    return np.maximum(lam, 0.0)
