"""The functions the book minimises, each with its gradient, Hessian and minimisers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gdtools.inputs import Array, Gradient, Map

Window = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Objective:
    """A function to minimise, with what is known about it; call it to get its value.

    Coordinates come first: ``f`` maps an array of shape (d, …) to shape (…) and ``grad`` keeps the shape,
    so that one function serves a point, a batch of points and a grid.
    A function of one variable acts entry by entry on an array of any shape.

    Attributes
    ----------
    name : what to call it in a title
    f : x ↦ f(x), shape (d, …) to shape (…), or entry by entry for one variable
    grad : x ↦ ∇f(x), in the shape of x
    hess : x of shape (d,) ↦ the Hessian, shape (d, d); entry by entry for one variable
    minimisers : the known local minimisers, the global one first, shape (n, d) or (n,)
    window : the part of the plane to draw, ((x lowest, x highest), (y lowest, y highest))

    Examples
    --------
    >>> f = Objective("slope", lambda x: 3 * x, lambda x: 3 + 0 * x, lambda x: 0 * x, np.array([]), ((-1, 1), (-3, 3)))
    >>> f(2.0)
    6.0
    """

    name: str
    f: Map
    grad: Map
    hess: Map
    minimisers: Array
    window: Window

    def __call__(self, x: Array) -> Array:
        """Return f(x)."""
        return self.f(x)


def quadratic(
    A: ArrayLike, b: ArrayLike | None = None, *, name: str = "quadratic", window: Window = ((-2, 2), (-2, 2))
) -> Objective:
    r"""A quadratic, the one function on which everything about gradient descent can be computed.

    .. math:: f(x) = \tfrac12 x^\top A x - b^\top x, \qquad \nabla f = A x - b, \qquad H = A

    Parameters
    ----------
    A : the Hessian, symmetric, shape (d, d), in units of f per unit of x²
    b : minus the gradient at 0, shape (d,), in units of f per unit of x; zero when left out
    name : what to call it in a title
    window : the part of the plane to draw, ((x lowest, x highest), (y lowest, y highest))

    Returns
    -------
    Objective : of d variables; its minimiser A⁻¹b is listed when A is positive definite, otherwise none is

    Raises
    ------
    ValueError : ``A`` is not symmetric, or the shapes disagree

    References
    ----------
    Nocedal and Wright (2006), section 3.3.

    Examples
    --------
    >>> quadratic([[2, 0], [0, 50]], [6, 50]).minimisers
    array([[3., 1.]])
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


def bowl() -> Objective:
    r"""The bowl of the step-size demonstration, κ = 25, stable below η = 0.04.

    .. math:: f(x, y) = (x - 3)^2 + 25\,(y - 1)^2, \qquad H = \mathrm{diag}(2, 50)

    Returns
    -------
    Objective : of two variables, with its minimiser (3, 1)

    Examples
    --------
    >>> bowl().grad([4.0, 1.0])
    array([2., 0.])
    """
    return Objective(
        name="bowl",
        f=lambda point: (point[0] - 3) ** 2 + 25 * (point[1] - 1) ** 2,
        grad=lambda point: np.array([2 * (point[0] - 3), 50 * (point[1] - 1)]),
        hess=lambda point: np.diag([2.0, 50.0]),
        minimisers=np.array([[3.0, 1.0]]),
        window=((-2, 8), (-2.5, 4.5)),
    )


def double_well() -> Objective:
    r"""Two valleys of different depth: the left one is the global minimum, the right one a local one.

    .. math:: f(x) = x^4 - 4x^2 + x, \qquad f'(x) = 4x^3 - 8x + 1, \qquad f''(x) = 12x^2 - 8

    Returns
    -------
    Objective : of one variable, with both minimisers

    Examples
    --------
    >>> double_well().minimisers.round(3)
    array([-1.473,  1.347])
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


def two_valleys(tilt: float = 1.0) -> Objective:
    r"""The double well with a second variable: two valleys, a saddle between them, and a border that bends.

    .. math:: f(x, y) = x^4 - 4x^2 + tx + (1 + 2x^2)\,y^2

    Along y = 0 it is `double_well` for t = 1. For t = 0 both valleys are equally deep and the saddle is 0,
    with the y-axis as its stable direction; for |t| above 4.35 only one valley is left.

    Parameters
    ----------
    tilt : t, the slope that is added along x

    Returns
    -------
    Objective : of two variables, with its one or two minimisers

    Examples
    --------
    >>> abs(two_valleys(tilt=0).minimisers).round(3)
    array([[1.414, 0.   ],
           [1.414, 0.   ]])
    """
    roots = np.roots([4, 0, -8, tilt])
    wells = roots[(roots.imag == 0) & (roots.real**2 > 2 / 3)].real
    minimisers = np.column_stack([wells, np.zeros(wells.size)])

    def f(point: Array) -> Array:
        x, y = point
        return (x * x - 4) * x * x + tilt * x + (1 + 2 * x * x) * y * y

    def grad(point: Array) -> Array:
        x, y = point[0], point[1]
        return np.array([(4 * x * x - 8 + 4 * y * y) * x + tilt, (2 + 4 * x * x) * y])

    def hess(point: Array) -> Array:
        x, y = point[0], point[1]
        return np.array([[12 * x * x - 8 + 4 * y * y, 8 * x * y], [8 * x * y, 2 + 4 * x * x]])

    return Objective(
        name="two valleys",
        f=f,
        grad=grad,
        hess=hess,
        minimisers=minimisers[np.argsort(f(minimisers.T))],
        window=((-2.2, 2.2), (-1.8, 1.8)),
    )


def saddle() -> Objective:
    r"""A saddle: it falls without end along y and has no minimum at all.

    .. math:: f(x, y) = \tfrac12 (x^2 - y^2), \qquad H = \mathrm{diag}(1, -1)

    Returns
    -------
    Objective : of two variables, without a minimiser

    Examples
    --------
    >>> saddle().grad([1.0, 1.0])
    array([ 1., -1.])
    """
    return quadratic(np.diag([1.0, -1.0]), name="saddle")


def least_squares(X: ArrayLike, y: ArrayLike) -> Objective:
    r"""The mean squared residual of a linear model.

    .. math:: L(\beta) = \frac1n \lVert y - X\beta\rVert^2, \quad
              \nabla L = -\frac2n X^\top (y - X\beta), \quad H = \frac2n X^\top X

    The gradient is computed as (2/n)(XᵀXβ − Xᵀy) with Xᵀy kept, which costs two products with X and no more.

    Parameters
    ----------
    X : the inputs, shape (n, d), an observation a row
    y : the outputs, shape (n,)

    Returns
    -------
    Objective : of the d coefficients β, in units of y²; its minimiser comes from ``numpy.linalg.lstsq``

    Raises
    ------
    ValueError : the shapes disagree

    References
    ----------
    Boyd and Vandenberghe (2004), section 1.2.

    Examples
    --------
    >>> least_squares([[1, -1], [1, 1]], [0, 4]).minimisers.round(9)
    array([[2., 2.]])
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


def line_data(n: int = 50, seed: int = 42) -> tuple[Array, Array]:
    r"""Points scattered about a line, to fit one to.

    .. math:: y_i = 0.5 + 2 x_i + \varepsilon_i

    x is uniform on (−2, 2) and drawn first; the noise ε is normal with standard deviation 0.5.

    Parameters
    ----------
    n : how many points
    seed : of the random numbers; the same seed gives the same points

    Returns
    -------
    tuple : the design matrix [1, x], shape (n, 2), and y, shape (n,)

    Examples
    --------
    >>> X, y = line_data()
    >>> X.shape, y.shape
    ((50, 2), (50,))
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, n)
    return np.column_stack([np.ones(n), x]), 0.5 + 2 * x + rng.normal(0, 0.5, n)


def finite_difference_gradient(f: Callable[[Array], float | Array], x: ArrayLike, h: float = 6e-6) -> Array:
    r"""Measure a gradient with central differences, one coordinate at a time.

    .. math:: \partial_i f(x) \approx \frac{f(x + h_i e_i) - f(x - h_i e_i)}{2 h_i},
              \qquad h_i = h \max(1, |x_i|)

    Parameters
    ----------
    f : x ↦ f(x), a number
    x : where, shape (d,)
    h : the length of the differences relative to x; the default is about the cube root of the machine epsilon,
        which balances truncation (∝ h²) against rounding (∝ 1/h)

    Returns
    -------
    Array : the gradient, shape (d,), in units of f per unit of x

    References
    ----------
    Nocedal and Wright (2006), section 8.1.

    Examples
    --------
    >>> finite_difference_gradient(lambda x: x[0] ** 2 * x[1], [3.0, 1.0]).round(6)
    array([6., 9.])
    """
    x = np.asarray(x, dtype=float)
    steps = np.diag(h * np.maximum(1, np.abs(x)))
    return np.array([(f(x + step) - f(x - step)) / (2 * step.max()) for step in steps])


def gradient_error(f: Callable[[Array], float | Array], grad: Gradient, x: ArrayLike) -> float:
    r"""Check a gradient: its largest deviation from central differences at x, relative to its size.

    .. math:: \frac{\max_i |\nabla f(x)_i - \partial_i f(x)|}{\max(1, \max_i |\partial_i f(x)|)}

    Parameters
    ----------
    f : x ↦ f(x), a number
    grad : x ↦ ∇f(x), the gradient to check, an array of the shape of x
    x : where, shape (d,)

    Returns
    -------
    float : the deviation, without unit; about 1e-9 is what a right gradient gives, 1e-2 and more is a bug

    Raises
    ------
    ValueError : grad(x) has another shape than x

    References
    ----------
    Nocedal and Wright (2006), section 8.1.

    Examples
    --------
    >>> gradient_error(lambda x: x[0] ** 2, lambda x: 2 * x, [3.0]) < 1e-8
    True
    """
    measured, claimed = finite_difference_gradient(f, x), np.asarray(grad(np.asarray(x, dtype=float)))
    if claimed.shape != measured.shape:
        raise ValueError(f"grad returned an array of shape {claimed.shape}; expected {measured.shape}")
    return float(np.abs(claimed - measured).max() / max(1.0, np.abs(measured).max()))


def _apply(A: Array, x: ArrayLike) -> Array:
    """Multiply every point of an array of shape (d, …) by A."""
    x = np.asarray(x, dtype=float)
    return A @ x if x.ndim < 3 else np.tensordot(A, x, axes=1)


def _column(b: Array, x: ArrayLike) -> Array:
    """Give b as many trailing axes as x has, so that it broadcasts over the points."""
    return b.reshape(b.shape + (1,) * (np.ndim(x) - 1))


def _symmetric(A: ArrayLike) -> Array:
    """Return A as an array of floats, if it is a symmetric matrix."""
    A = np.asarray(A, dtype=float)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or not np.allclose(A, A.T):
        raise ValueError(f"A is {A.tolist()}; expected a symmetric matrix")
    return A
