"""The functions the book minimises, each with its gradient, Hessian and minimisers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Objective:
    """A function to minimise, with what is known about it; call it to get its value.

    Coordinates come first: ``f`` maps an array of shape (d, …) to shape (…) and ``grad`` keeps the shape,
    so that one function serves a point, a batch of points and a grid.
    A function of one variable acts entry by entry on an array of any shape.

    Attributes
    ----------
    name : what to call it in a title
    f, grad : the value and the gradient, broadcasting as said above
    hess : x of shape (d,) ↦ the Hessian, shape (d, d); entry by entry for one variable
    minimisers : the known local minimisers, the global one first, shape (n, d) or (n,)
    window : the part of the plane to draw, ((x lowest, x highest), (y lowest, y highest))
    """

    name: str
    f: Callable
    grad: Callable
    hess: Callable
    minimisers: np.ndarray
    window: tuple

    def __call__(self, x):
        return self.f(x)


def quadratic(A, b=None, *, name="quadratic", window=((-2, 2), (-2, 2))):
    """A quadratic, the one function on which everything about gradient descent can be computed.

    .. math:: f(x) = \\tfrac12 x^\\top A x - b^\\top x, \\qquad \\nabla f = A x - b, \\qquad H = A

    ``A`` is symmetric, shape (d, d); ``b`` has shape (d,), zero when left out.
    The minimiser A⁻¹b is listed when A is positive definite; otherwise none is.
    Raises ValueError when A is not symmetric or the shapes disagree.
    Source: Nocedal and Wright (2006), section 3.3.
    """
    A = _symmetric(A)
    b = np.zeros(len(A)) if b is None else np.asarray(b, dtype=float)
    if b.shape != A[0].shape:
        raise ValueError(f"b has shape {b.shape}; expected {A[0].shape}, a number for each row of A")
    positive = np.linalg.eigvalsh(A)[0] > 0
    return Objective(
        name=name,
        f=lambda x: (np.asarray(x) * (0.5 * _apply(A, x) - _column(b, x))).sum(axis=0),
        grad=lambda x: _apply(A, x) - _column(b, x),
        hess=lambda x: A,
        minimisers=np.linalg.solve(A, b)[None] if positive else np.empty((0, len(A))),
        window=window,
    )


def bowl():
    """The bowl of the step-size demonstration, κ = 25, stable below η = 0.04.

    .. math:: f(x, y) = (x - 3)^2 + 25\\,(y - 1)^2, \\qquad H = \\mathrm{diag}(2, 50)
    """
    return Objective(
        name="bowl",
        f=lambda p: (p[0] - 3) ** 2 + 25 * (p[1] - 1) ** 2,
        grad=lambda p: np.array([2 * (p[0] - 3), 50 * (p[1] - 1)]),
        hess=lambda p: np.diag([2.0, 50.0]),
        minimisers=np.array([[3.0, 1.0]]),
        window=((-2, 8), (-2.5, 4.5)),
    )


def double_well():
    """Two valleys of different depth: the left one is the global minimum, the right one a local one.

    .. math:: f(x) = x^4 - 4x^2 + x, \\qquad f'(x) = 4x^3 - 8x + 1, \\qquad f''(x) = 12x^2 - 8
    """
    left, _, right = np.sort(np.roots([4, 0, -8, 1]).real)
    return Objective(
        name="double well",
        f=lambda x: (x * x - 4) * x * x + x,  # products: numpy's powers are slow
        grad=lambda x: (4 * x * x - 8) * x + 1,
        hess=lambda x: 12 * x * x - 8,
        minimisers=np.array([left, right]),
        window=((-2.2, 2.2), (-6, 4)),
    )


def two_valleys(tilt=1.0):
    """The double well with a second variable: two valleys, a saddle between them, and a border that bends.

    .. math:: f(x, y) = x^4 - 4x^2 + tx + (1 + 2x^2)\\,y^2

    Along y = 0 it is `double_well` for t = ``tilt`` = 1. For t = 0 both valleys are equally deep and the saddle is 0,
    with the y-axis as its stable direction; for |t| above 4.35 only one valley is left.
    """
    roots = np.roots([4, 0, -8, tilt])
    wells = roots[(roots.imag == 0) & (roots.real**2 > 2 / 3)].real
    minimisers = np.column_stack([wells, np.zeros(wells.size)])

    def f(p):
        x, y = p
        return (x * x - 4) * x * x + tilt * x + (1 + 2 * x * x) * y * y

    return Objective(
        name="two valleys",
        f=f,
        grad=lambda p: np.array([(4 * p[0] * p[0] - 8 + 4 * p[1] * p[1]) * p[0] + tilt, (2 + 4 * p[0] * p[0]) * p[1]]),
        hess=lambda p: np.array(
            [
                [12 * p[0] * p[0] - 8 + 4 * p[1] * p[1], 8 * p[0] * p[1]],
                [8 * p[0] * p[1], 2 + 4 * p[0] * p[0]],
            ]
        ),
        minimisers=minimisers[np.argsort(f(minimisers.T))],
        window=((-2.2, 2.2), (-1.8, 1.8)),
    )


def saddle():
    """A saddle: it falls without end along y and has no minimum at all.

    .. math:: f(x, y) = \\tfrac12 (x^2 - y^2), \\qquad H = \\mathrm{diag}(1, -1)
    """
    return quadratic(np.diag([1.0, -1.0]), name="saddle")


def least_squares(X, y):
    """The mean squared residual of a linear model.

    .. math:: L(\\beta) = \\frac1n \\lVert y - X\\beta\\rVert^2, \\quad
              \\nabla L = -\\frac2n X^\\top (y - X\\beta), \\quad H = \\frac2n X^\\top X

    The gradient is computed as (2/n)(XᵀXβ − Xᵀy) with Xᵀy kept, which costs two products with X and no more.

    ``X`` has shape (n, d), ``y`` shape (n,); the loss is in units of y².
    The minimiser comes from ``numpy.linalg.lstsq``.
    Raises ValueError when the shapes disagree.
    Source: Boyd and Vandenberghe (2004), section 1.2.
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if X.ndim != 2:
        raise ValueError(f"X has shape {X.shape}; expected (n, d), an observation a row")
    if y.shape != X.shape[:1]:
        raise ValueError(f"y has shape {y.shape}; expected {X.shape[:1]}, a number for each row of X")
    n, Xty = len(y), X.T @ y
    return Objective(
        name="least squares",
        f=lambda beta: ((_column(y, beta) - _apply(X, beta)) ** 2).mean(axis=0),
        grad=lambda beta: (2 / n) * (_apply(X.T, _apply(X, beta)) - _column(Xty, beta)),
        hess=lambda beta: (2 / n) * (X.T @ X),
        minimisers=np.linalg.lstsq(X, y, rcond=None)[0][None],
        window=((-1, 2), (0, 4)),
    )


def line_data(n=50, seed=42):
    """Points scattered about the line y = 0.5 + 2x: the design matrix [1, x], shape (n, 2), and y, shape (n,).

    x is uniform on (−2, 2) and drawn first; the noise is normal with standard deviation 0.5.
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, n)
    return np.column_stack([np.ones(n), x]), 0.5 + 2 * x + rng.normal(0, 0.5, n)


def finite_difference_gradient(f, x, h=6e-6):
    """Measure a gradient with central differences, one coordinate at a time.

    .. math:: \\partial_i f(x) \\approx \\frac{f(x + h_i e_i) - f(x - h_i e_i)}{2 h_i},
              \\qquad h_i = h \\max(1, |x_i|)

    ``x`` has shape (d,); the default h is about the cube root of the machine epsilon,
    which balances truncation (∝ h²) against rounding (∝ 1/h).
    Source: Nocedal and Wright (2006), section 8.1.
    """
    x = np.asarray(x, dtype=float)
    steps = np.diag(h * np.maximum(1, np.abs(x)))
    return np.array([(f(x + e) - f(x - e)) / (2 * e.max()) for e in steps])


def gradient_error(f, grad, x):
    """Check a gradient: its largest deviation from central differences at x, relative to its size.

    .. math:: \\frac{\\max_i |\\nabla f(x)_i - \\partial_i f(x)|}{\\max(1, \\max_i |\\partial_i f(x)|)}

    ``x`` has shape (d,). About 1e-9 is what a right gradient gives; 1e-2 and more is a bug.
    Raises ValueError when grad(x) has another shape than x.
    """
    measured, claimed = finite_difference_gradient(f, x), np.asarray(grad(np.asarray(x, dtype=float)))
    if claimed.shape != measured.shape:
        raise ValueError(f"grad returned an array of shape {claimed.shape}; expected {measured.shape}")
    return float(np.abs(claimed - measured).max() / max(1.0, np.abs(measured).max()))


def _apply(A, x):
    """Multiply every point of an array of shape (d, …) by A."""
    x = np.asarray(x, dtype=float)
    return A @ x if x.ndim < 3 else np.tensordot(A, x, axes=1)


def _column(b, x):
    """Give b as many trailing axes as x has, so that it broadcasts over the points."""
    return b.reshape(b.shape + (1,) * (np.ndim(x) - 1))


def _symmetric(A):
    A = np.asarray(A, dtype=float)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or not np.allclose(A, A.T):
        raise ValueError(f"A is {A.tolist()}; expected a symmetric matrix")
    return A
