"""The functions the book minimises, each with its gradient, Hessian and minimisers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gdtools.inputs import (
    EPSILON,
    Array,
    Gradient,
    Map,
    as_count,
    as_data,
    as_function,
    as_gradient,
    as_lengths,
    as_points,
    as_rate,
    as_real,
    as_start,
    as_symmetric,
    as_value,
)

Window = tuple[tuple[float, float], tuple[float, float]]
Value = Callable[[Array], float | Array]  # x ↦ f(x), a number


@dataclass(frozen=True)
class Objective:
    """A function to minimise, with what is known about it; call it to get its value.

    Coordinates come first: ``f`` maps an array of shape (d, …) to shape (…) and ``grad`` keeps the shape,
    so that one function serves a point, a batch of points and a grid.
    A function of one variable acts entry by entry on an array of any shape.
    Those of this module compute in double precision whatever kind of real number x is, refuse a complex one,
    and keep copies of the arrays that they are made of.

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
    Objective : of d variables; its minimiser A⁻¹b is listed when A is positive definite by more than
        rounding, d·2e-16 of its largest eigenvalue, otherwise none is

    Raises
    ------
    TypeError : ``A`` or ``b`` holds other than real numbers
    ValueError : ``A`` is not symmetric, by more than 1e-8 of its largest entry, or the shapes disagree

    References
    ----------
    Nocedal and Wright (2006), section 3.3.

    Examples
    --------
    >>> quadratic([[2, 0], [0, 50]], [6, 50]).minimisers
    array([[3., 1.]])
    """
    A = as_symmetric(A, "A")
    d = len(A)
    b = np.zeros(d) if b is None else as_data(b, "b")
    if b.shape != (d,):
        raise ValueError(f"b has shape {b.shape}; expected ({d},), a number for each row of A")

    def f(x: Array) -> Array:
        x = as_points(x, d)
        return (x * (0.5 * _apply(A, x) - _column(b, x))).sum(axis=0)

    def grad(x: Array) -> Array:
        x = as_points(x, d)
        return _apply(A, x) - _column(b, x)

    lam = np.linalg.eigvalsh(A)
    positive = lam[0] > d * EPSILON * lam[-1]  # what is left of a zero after rounding is none
    return Objective(
        name=name,
        f=f,
        grad=grad,
        hess=lambda x: A.copy(),
        minimisers=np.linalg.solve(A, b)[None] if positive else np.empty((0, d)),
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

    def f(point: Array) -> Array:
        point = as_points(point, 2)
        x, y = point[0], point[1]  # which is faster than to unpack an array
        return (x - 3) ** 2 + 25 * (y - 1) ** 2

    def grad(point: Array) -> Array:
        point = as_points(point, 2)
        x, y = point[0], point[1]
        return np.array([2 * (x - 3), 50 * (y - 1)])

    return Objective(
        name="bowl",
        f=f,
        grad=grad,
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

    def f(x: Array) -> Array:
        x = as_points(x)
        return (x * x - 4) * x * x + x  # products: numpy's powers are slow

    def grad(x: Array) -> Array:
        x = as_points(x)
        return (4 * x * x - 8) * x + 1

    def hess(x: Array) -> Array:
        x = as_points(x)
        return 12 * x * x - 8

    return Objective(
        name="double well",
        f=f,
        grad=grad,
        hess=hess,
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

    Raises
    ------
    TypeError, ValueError : ``tilt`` is not a finite number

    Examples
    --------
    >>> abs(two_valleys(tilt=0).minimisers).round(3)
    array([[1.414, 0.   ],
           [1.414, 0.   ]])
    """
    tilt = as_real(tilt, "tilt")
    roots = np.roots([4, 0, -8, tilt])
    wells = roots[(roots.imag == 0) & (roots.real**2 > 2 / 3)].real
    minimisers = np.column_stack([wells, np.zeros(wells.size)])

    def f(point: Array) -> Array:
        point = as_points(point, 2)
        x, y = point[0], point[1]
        return (x * x - 4) * x * x + tilt * x + (1 + 2 * x * x) * y * y

    def grad(point: Array) -> Array:
        point = as_points(point, 2)
        x, y = point[0], point[1]
        return np.array([(4 * x * x - 8 + 4 * y * y) * x + tilt, (2 + 4 * x * x) * y])

    def hess(point: Array) -> Array:
        point = as_points(point, 2)
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
    X and y are copied once, so that what is done to them later does not change the function.

    Parameters
    ----------
    X : the inputs, shape (n, d), an observation a row
    y : the outputs, shape (n,)

    Returns
    -------
    Objective : of the d coefficients β, in units of y²; its minimiser comes from ``numpy.linalg.lstsq``,
        which gives the shortest where there are many

    Raises
    ------
    TypeError : ``X`` or ``y`` holds other than real numbers, true and false
    ValueError : a number is not finite, there are none, or the shapes disagree

    References
    ----------
    Boyd and Vandenberghe (2004), section 1.2.

    Examples
    --------
    >>> least_squares([[1, -1], [1, 1]], [0, 4]).minimisers.round(9)
    array([[2., 2.]])
    """
    X, y = as_data(X, "X"), as_data(y, "y")
    if X.ndim != 2 or not X.size:
        raise ValueError(f"X has shape {X.shape}; expected (n, d), an observation a row")
    if y.shape != X.shape[:1]:
        raise ValueError(f"y has shape {y.shape}; expected {X.shape[:1]}, a number for each row of X")
    (n, d), Xty = X.shape, X.T @ y

    def f(beta: Array) -> Array:
        beta = as_points(beta, d)
        return ((_column(y, beta) - _apply(X, beta)) ** 2).mean(axis=0)

    def grad(beta: Array) -> Array:
        beta = as_points(beta, d)
        return (2 / n) * (_apply(X.T, _apply(X, beta)) - _column(Xty, beta))

    return Objective(
        name="least squares",
        f=f,
        grad=grad,
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
    seed : of the random numbers, an integer ≥ 0; the same seed gives the same points

    Returns
    -------
    tuple : the design matrix [1, x], shape (n, 2), and y, shape (n,)

    Raises
    ------
    TypeError, ValueError : ``n`` or ``seed`` is no count

    Examples
    --------
    >>> X, y = line_data()
    >>> X.shape, y.shape
    ((50, 2), (50,))
    """
    n, rng = as_count(n, "n"), np.random.default_rng(as_count(seed, "seed"))
    x = rng.uniform(-2, 2, n)
    return np.column_stack([np.ones(n), x]), 0.5 + 2 * x + rng.normal(0, 0.5, n)


def finite_difference_gradient(f: Value, x: ArrayLike, h: float = 6e-6, *, scale: ArrayLike | None = None) -> Array:
    r"""Measure a gradient with central differences, one coordinate at a time.

    .. math:: \partial_i f(x) \approx \frac{f(x + h_i e_i) - f(x - h_i e_i)}{2 h_i},
              \qquad h_i = h\,s_i, \qquad s_i = \max(1, |x_i|) \text{ when left out}

    Parameters
    ----------
    f : x ↦ f(x), a finite number in double precision; it gets a copy of x
    x : where, a finite number or an array of any shape
    h : the length of the differences relative to the scale; the default is about the cube root of the machine epsilon,
        which balances truncation (∝ h²) against rounding (∝ 1/h)
    scale : s, the length over which f changes, in the units of x, one for all coordinates or one each, in the shape of x;
        it must be given where that is far from 1 and from |x_i|, such as for x in metres and f of an atom

    Returns
    -------
    Array : the gradient, in the shape of x, in units of f per unit of x

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Nocedal and Wright (2006), section 8.1.

    Examples
    --------
    >>> finite_difference_gradient(lambda x: x[0] ** 2 * x[1], [3.0, 1.0]).round(6)
    array([6., 9.])
    """
    x, lengths = difference_lengths(f, x, h, scale)
    return np.reshape([slope for slope, _ in _slopes(f, x, lengths)], x.shape)[()]


def gradient_error(f: Value, grad: Gradient, x: ArrayLike, *, scale: ArrayLike | None = None) -> float:
    r"""Check a gradient: its largest deviation from central differences at x, relative to the largest slope there.

    .. math:: \frac{\max_i s_i |\nabla f(x)_i - \partial_i f(x)|}{\max_i s_i |f(x \pm h_i e_i) - f(x)| / h_i}

    A difference of values below 1000 times their rounding counts as that large, so that rounding alone is no deviation.
    The number is the same in all units of f and, with the ``scale`` s, of each coordinate; without it s is 1 in this formula,
    and a deviation in a coordinate along which f hardly changes may hide beside the slope along another.
    It is blind where f has the same fault as its gradient, for it compares the two, and where f is flat at x, as a wrong
    factor of 0 is 0; so try it at several points, and compare the answer with another program's.

    Parameters
    ----------
    f : x ↦ f(x), a finite number in double precision; it gets a copy of x
    grad : x ↦ ∇f(x), the gradient to check, an array of the shape of x; it gets a copy of x
    x : where, a finite number or an array of any shape, no stationary point, where there is no slope to compare with
    scale : the length over which f changes, in the units of x, one for all coordinates or one each, in the shape of x;
        max(1, |x_i|) when left out

    Returns
    -------
    float : the deviation, without unit; about 1e-9 is what a right gradient gives, 1e-2 and more is a bug;
        infinite where ``grad`` gives nan

    Raises
    ------
    TypeError : naming the argument, its value and what was expected
    ValueError : likewise; among them, differences half as long give other slopes: then ``scale`` is not that of f

    References
    ----------
    Nocedal and Wright (2006), section 8.1.

    Examples
    --------
    >>> gradient_error(lambda x: x[0] ** 2, lambda x: 2 * x, [3.0]) < 1e-8
    True
    """
    grad, (x, lengths) = as_function(grad, "grad"), difference_lengths(f, x, 6e-6, scale)
    claimed, here = np.ravel(as_gradient(grad(x.copy()), x.shape)), as_value(f(x.copy()))
    weight = np.ravel(as_lengths(1.0 if scale is None else scale, x.shape))
    measured, largest = np.transpose([*_slopes(f, x, lengths, here)])
    shorter, _ = np.transpose([*_slopes(f, x, lengths / 2, here)])
    size, deviation, change = ((weight * np.abs(of)).max() for of in (largest, claimed - measured, shorter - measured))
    if change > 0.01 * size:
        raise ValueError(f"scale is {scale!r}; expected the length over which f changes: half of it gives other slopes")
    if math.isnan(deviation):  # which no comparison with a threshold would notice
        return math.inf
    return float(deviation / size) if size else math.inf if deviation else 0.0


def difference_lengths(f: Value, x: ArrayLike, h: float, scale: ArrayLike | None) -> tuple[Array, Array]:
    """Return x and the lengths of the differences along its coordinates, if x is another number there."""
    as_function(f, "f")
    x, h = as_start(x, "x"), as_rate(h, "h")
    lengths = np.array(h * (np.maximum(1, np.abs(x)) if scale is None else as_lengths(scale, x.shape)))
    if (x + lengths / 2 == x - lengths / 2).any():
        raise ValueError(f"h is {h!r}, scale is {scale!r}; expected differences that change x = {x!r}")
    return x, lengths


def _slopes(f: Value, x: Array, lengths: Array, here: float = 0.0) -> Iterator[tuple[float, float]]:
    """Go through the coordinates: the central difference, and the larger difference to ``here``, or its rounding if larger."""
    for i in np.ndindex(x.shape):
        ahead, behind = np.array(x), np.array(x)
        ahead[i] += lengths[i]
        behind[i] -= lengths[i]
        after, before, rounding = as_value(f(ahead[()])), as_value(f(behind[()])), 1000 * EPSILON * abs(here)
        yield (after - before) / (2 * lengths[i]), max(abs(after - here), abs(here - before), rounding) / lengths[i]


def _apply(A: Array, x: Array) -> Array:
    """Multiply every point of an array of shape (d, …) by A."""
    return A @ x if x.ndim < 3 else np.tensordot(A, x, axes=1)


def _column(b: Array, x: Array) -> Array:
    """Give b as many trailing axes as x has, so that it broadcasts over the points."""
    return b.reshape(b.shape + (1,) * (x.ndim - 1))
