"""The gradient descent loop, for one start and for many at once."""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import isfinite, sqrt
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdtools.inputs import (
    FLOAT,
    TINY,
    Array,
    Gradient,
    Rate,
    as_count,
    as_function,
    as_gradient,
    as_rates,
    as_schedule,
    as_start,
    as_starts,
    as_tolerance,
)

Step = Callable[[Array, Array, int], Array]  # x_k, ∇f(x_k), k ↦ x_{k+1}
DOT: dict[int, Callable[[Any, Any], Any]] = {
    0: operator.mul,
    1: np.ndarray.dot,
}  # numpy's norm and vdot cost more than a step of a small run


class _Run(NamedTuple):
    x: Array
    hist: Array


class Descent(_Run):
    """What a run returns: it unpacks as ``x, hist`` and remembers how it ended.

    Attributes
    ----------
    x : the last iterate, in the shape of ``x0``
    hist : the recorded iterates, first axis the step; ``hist[0]`` is ``x0``, ``hist[-1]`` is ``x``
    n_steps : the number of steps taken, recorded or not; when left out, all but the start are recorded
    stopped : ``"converged"`` (the gradient at the iterate before the last was below ``tol``; ``x`` is one step further,
        where no gradient is taken: after a step beyond 2/L, the bound of the curvature, it may exceed ``tol`` again),
        ``"budget"`` (``n_iter`` steps were spent, whatever became of the run: `growing` tells whether its moves grow) or
        ``"diverged"`` (the next iterate was no longer finite; ``x`` is the last finite one)

    Examples
    --------
    >>> gradient_descent(lambda x: 2 * x, x0=1.0, lr=0.5, n_iter=9)
    Descent(x=0.0, n_steps=2, stopped='converged')
    """

    n_steps: int
    stopped: str

    def __new__(cls, x: Array, hist: Array, n_steps: int | None = None, stopped: str = "budget") -> Self:
        """Return the run that ended at x."""
        self = super().__new__(cls, x, hist)
        self.n_steps = len(hist) - 1 if n_steps is None else n_steps
        self.stopped = stopped
        return self

    @property
    def growing(self) -> bool:
        """Whether the last recorded move is over a hundred times as long as the first: the run was on its way to infinity."""
        first, last = (np.abs(np.diff(self.hist[pair], axis=0)).max(initial=0) for pair in (slice(2), slice(-2, None)))
        return bool(last > 100 * first)

    def __repr__(self) -> str:
        growing = ", growing=True" if self.growing else ""
        return f"Descent(x={self.x}, n_steps={self.n_steps}, stopped={self.stopped!r}{growing})"


class Batch(NamedTuple):
    """What a batch of m runs returns: where each run ended, after how many steps and why.

    Attributes
    ----------
    x : the last iterates, shape (d, m), one run a column
    n_steps : the number of steps each run took, shape (m,)
    stopped : for each run ``"converged"`` (the gradient at the iterate before the last was below the tolerance),
        ``"budget"`` or ``"diverged"`` (the next iterate was no longer finite), shape (m,)
    """

    x: Array
    n_steps: NDArray[np.int_]
    stopped: NDArray[np.str_]


def gradient_descent(grad: Gradient, x0: ArrayLike, lr: Rate, n_iter: int, tol: float = 1e-10, *, record: int = 1) -> Descent:
    r"""Walk downhill: step against the gradient until it vanishes or the budget is spent.

    .. math:: x_{k+1} = x_k - \eta\,\nabla f(x_k)

    Each iteration evaluates the gradient, steps, records, and then stops if ‖∇f(x_k)‖ < ``tol``,
    so the step taken from the first point that satisfies the test still counts;
    at the point that it leads to, which is returned, no gradient is taken.

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x, of integers or floats of any precision; it gets a copy of x
    x0 : the start, a finite number or an array of any shape
    lr : the learning rate η > 0 in units of x² per unit of f, or a function k ↦ η_k
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean gradient norm, taken over all entries; 0 never stops
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Cauchy (1847); Nocedal and Wright (2006), chapter 3.

    Examples
    --------
    >>> x, hist = gradient_descent(lambda x: 2 * x, x0=1.0, lr=0.25, n_iter=3)
    >>> hist
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    rate = as_schedule(lr)
    if callable(lr):
        return walk(grad, x0, lambda x, g, k: x - rate(k) * g, n_iter, tol, record)
    eta = rate(0) if as_start(x0).ndim == 0 else np.array(rate(0))  # 0-d: multiplies a small array faster than a float
    return walk(grad, x0, lambda x, g, k: x - eta * g, n_iter, tol, record)


def descend(grad: Gradient, x0: ArrayLike, step: Step, n_iter: int, tol: float = 1e-10, *, record: int = 1) -> Descent:
    r"""Walk by any rule that makes the next point of a point and its gradient: the loop beneath every method here.

    .. math:: x_{k+1} = \mathrm{step}(x_k, \nabla f(x_k), k)

    Each iteration evaluates the gradient, steps, records, and then stops if ‖∇f(x_k)‖ < ``tol``,
    so the step taken from the first point that satisfies the test still counts;
    at the point that it leads to, which is returned, no gradient is taken.

    Parameters
    ----------
    grad : x ↦ ∇f(x), an array of the shape of x, of integers or floats of any precision; it gets a copy of x
    x0 : the start, a finite number or an array of any shape
    step : x_k, ∇f(x_k), k ↦ x_{k+1}, in the shape of x; k counts from 0; it gets copies, and what it returns is copied
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean gradient norm, taken over all entries; 0 never stops
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent : ``x``, the last iterate, and ``hist``, the recorded ones, with ``n_steps`` and ``stopped``

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Nocedal and Wright (2006), section 2.2.

    Examples
    --------
    >>> x, hist = descend(lambda x: 2 * x, x0=1.0, step=lambda x, g, k: x - 0.1 * np.sign(g), n_iter=3)
    >>> hist
    array([1. , 0.9, 0.8, 0.7])
    """
    x0, step = as_start(x0), as_function(step, "step")
    return walk(grad, x0, lambda x, g, k: as_gradient(step(x.copy(), g.copy(), k), x.shape, "step"), n_iter, tol, record)


def walk(grad: Gradient, x0: ArrayLike, step: Step, n_iter: int, tol: float, record: int) -> Descent:
    """Walk by a step of the package's own, which leaves its arguments as they are and returns a new array of floats.

    The gradient, which is the caller's, gets a copy of x, and the history is kept as bytes: nobody can write into either.
    """
    grad = as_function(grad, "grad")
    n_iter, record, tol = as_count(n_iter, "n_iter"), as_count(record, "record"), as_tolerance(tol)
    x, n_steps, stopped = as_start(x0), 0, "budget"
    kind, shape, dot, due = type(x), x.shape, DOT.get(x.ndim, np.vdot), record or n_iter + 1
    copy, keep = (np.ndarray.copy, np.ndarray.tobytes) if shape else (np.float64, float)
    kept = [keep(x)]
    with np.errstate(over="ignore", invalid="ignore"):  # running off is reported, not warned of
        for k in range(n_iter):
            g: Any = grad(copy(x))
            if type(g) is not kind or g.dtype is not FLOAT or g.shape != shape:
                g = as_gradient(g, shape)
            following = step(x, g, k)
            if not (isfinite(dot(following, following)) or np.isfinite(following).all()):
                stopped = "diverged"
                break
            x, n_steps = following, k + 1
            if n_steps % due == 0:
                kept.append(keep(x))
            if sqrt(dot(g, g)) < tol and (tol > TINY or np.hypot.reduce(g, axis=None) < tol):
                stopped = "converged"
                break
    if n_steps % due:
        kept.append(keep(x))
    hist = np.frombuffer(bytearray().join(kept)).reshape(-1, *shape) if shape else np.array(kept)
    return Descent(x, hist, n_steps, stopped)


def gradient_descent_batch(grad: Gradient, x0: ArrayLike, lr: ArrayLike, n_iter: int, tol: float = 1e-10) -> Batch:
    r"""Walk downhill from many starts at once; each run stops on its own.

    .. math:: X_{:,j} \leftarrow X_{:,j} - \eta_j\,\nabla f(X_{:,j})

    Parameters
    ----------
    grad : maps an array of points, one a column, to their gradients in the same shape;
        it gets a copy, and is called for the runs that still go on, shape (d, m) at first and narrower as runs stop
    x0 : the starts, finite numbers of shape (d, m), one start a column
    lr : the learning rate η > 0 in units of x² per unit of f, one for all or one a start, shape (m,)
    n_iter : the largest number of steps of a run, an integer ≥ 0
    tol : a run stops one step after its gradient fell below this Euclidean norm; 0 never stops

    Returns
    -------
    Batch : the last iterates, shape (d, m); the steps each run took and why it stopped, shape (m,) each

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Cauchy (1847); Nocedal and Wright (2006), chapter 3.

    Examples
    --------
    >>> gradient_descent_batch(lambda x: 2 * x, [[1.0, -4.0]], lr=0.5, n_iter=9).n_steps
    array([2, 2])
    """
    grad, n_iter, tol = as_function(grad, "grad"), as_count(n_iter, "n_iter"), as_tolerance(tol)
    x = as_starts(x0)
    rate = as_rates(lr, x.shape[1])
    size = (lambda g: np.sqrt((g * g).sum(axis=0))) if tol > TINY else (lambda g: np.hypot.reduce(g, axis=0))
    batch = Batch(x.copy(), np.full(rate.size, n_iter), np.full(rate.size, "budget", dtype="<U9"))
    running = np.arange(rate.size)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(n_iter):
            g = as_gradient(grad(x.copy()), x.shape)
            following = x - rate * g
            finite = np.isfinite(following).all(axis=0)
            going = finite & (size(g) >= tol)
            if not going.all():
                _settle(batch, running, finite & ~going, following, k + 1, "converged")
                _settle(batch, running, ~finite, x, k, "diverged")
                following, rate, running = following[:, going], rate[going], running[going]
            x = following
            if not running.size:
                break
    batch.x[:, running] = x
    return batch


def _settle(batch: Batch, running: NDArray[np.int_], ended: NDArray[np.bool_], x: Array, n_steps: int, stopped: str) -> None:
    """Write the runs that ended, and how, into the batch."""
    if ended.any():
        columns = running[ended]
        batch.x[:, columns], batch.n_steps[columns], batch.stopped[columns] = x[:, ended], n_steps, stopped
