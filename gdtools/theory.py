"""What the eigenvalues of the Hessian say about a run before it is made.

``H`` is a symmetric matrix of shape (d, d), or its eigenvalues, a number or shape (d,).
ValueError is raised when H is neither, or when the question has no answer for it.
"""

import math

import numpy as np


def spectrum(H):
    """The curvatures of a quadratic: the eigenvalues of its Hessian, ascending, shape (d,).

    .. math:: H v_i = \\lambda_i v_i, \\qquad \\mu = \\lambda_1 \\le \\dots \\le \\lambda_d = L

    Raises ValueError when H is not finite, not square or not symmetric.
    Source: Nocedal and Wright (2006), appendix A.1.
    """
    H = np.asarray(H, dtype=float)
    if H.size == 0 or H.ndim > 2 or not np.isfinite(H).all():
        raise ValueError(f"H is {H.tolist()}; expected finite entries, a matrix or its eigenvalues")
    if H.ndim < 2:
        return np.sort(np.atleast_1d(H))
    if H.shape[0] != H.shape[1] or not np.allclose(H, H.T):
        raise ValueError(f"H is {H.tolist()}; expected a symmetric matrix")
    return np.linalg.eigvalsh(H)


def step_bound(H):
    """The learning rate that must not be reached: beyond it the steepest direction grows.

    .. math:: 0 < \\eta < 2 / L

    Raises ValueError when H has a negative eigenvalue, since then no step converges, or is zero.
    Source: Nesterov (2018), section 2.1.
    """
    return 2 / _curvatures(H)[-1]


def best_step(H):
    """The fixed learning rate with the fastest guaranteed convergence on a quadratic.

    .. math:: \\eta^\\star = 2 / (\\mu + L)

    Raises ValueError when H has a negative eigenvalue or is zero.
    Source: Nesterov (2018), section 2.1.
    """
    lam = _curvatures(H)
    return 2 / (lam[0] + lam[-1])


def factors(H, lr):
    """What one step multiplies the error by in each eigen-direction, ascending in λ, shape (d,).

    .. math:: 1 - \\eta\\lambda_i
    """
    return 1 - lr * spectrum(H)


def contraction(H, lr):
    """The rate of the slowest direction: no run on the quadratic does worse a step, and most approach it.

    .. math:: \\rho(\\eta) = \\max_i |1 - \\eta\\lambda_i|

    Source: Nocedal and Wright (2006), section 3.3.
    """
    return float(np.abs(factors(H, lr)).max())


def condition_number(H):
    """How unequal the curvatures are: the ratio of the largest to the smallest; infinite when μ = 0.

    .. math:: \\kappa = L / \\mu

    Raises ValueError when H has a negative eigenvalue or is zero.
    Source: Boyd and Vandenberghe (2004), section 9.1.
    """
    lam = _curvatures(H)
    return float(lam[-1] / lam[0]) if lam[0] > 0 else math.inf


def predicted_steps(rate, eps):
    """The number of steps after which an error that shrinks by ``rate`` a step has fallen to ``eps`` times it.

    .. math:: k = \\lceil \\log\\varepsilon / \\log\\rho \\rceil

    Infinite when rate ≥ 1. Raises ValueError when the rate is negative or eps is not between 0 and 1.
    """
    if not rate >= 0:
        raise ValueError(f"rate is {rate!r}; expected a number >= 0")
    if not 0 < eps < 1:
        raise ValueError(f"eps is {eps!r}; expected a number between 0 and 1")
    if rate >= 1:
        return math.inf
    return 1 if rate == 0 else math.ceil(math.log(eps) / math.log(rate))


def largest_curvature(grad, x, n_iter=50, h=1e-5):
    """Estimate L near x from gradients alone, by power iteration on their differences.

    .. math:: v \\leftarrow \\frac{\\nabla f(x + h v) - \\nabla f(x - h v)}{2h},
              \\qquad L \\approx \\lVert v \\rVert

    ``x`` has shape (d,); each of the ``n_iter`` rounds costs two gradients.
    The estimate is the curvature of largest magnitude, and it approaches that from below.
    Source: Golub and Van Loan (2013), section 7.3.
    """
    x = np.asarray(x, dtype=float)
    v, L = np.random.default_rng(0).normal(size=x.shape), 1.0
    for _ in range(n_iter):
        v = v / np.linalg.norm(v)
        v = (np.asarray(grad(x + h * v)) - np.asarray(grad(x - h * v))) / (2 * h)
        L = float(np.linalg.norm(v))
    return L


def _curvatures(H):
    """The spectrum, once it is known to be that of a bowl or a trough; rounding below zero counts as zero."""
    lam = spectrum(H)
    if lam[-1] <= 0 or lam[0] < -1e-12 * lam[-1]:
        raise ValueError(f"H has eigenvalues {lam.tolist()}; expected none negative and one positive")
    return np.maximum(lam, 0.0)
