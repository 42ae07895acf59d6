"""The gradient descent loop, for one start and for many at once."""

import operator
from math import isfinite, sqrt
from typing import NamedTuple

import numpy as np

from gdtools.inputs import (
    as_count,
    as_function,
    as_gradient,
    as_rates,
    as_schedule,
    as_start,
    as_starts,
    as_tolerance,
)

FLOAT = np.dtype(float)
DOT = {0: operator.mul, 1: np.ndarray.dot}  # numpy's norm and vdot cost more than a step of a small run


class _Run(NamedTuple):
    x: np.ndarray
    hist: np.ndarray


class Descent(_Run):
    """What a run returns: it unpacks as ``x, hist`` and remembers how it ended.

    Attributes
    ----------
    x : the last iterate, in the shape of ``x0``
    hist : the recorded iterates, first axis the step; ``hist[0]`` is ``x0``, ``hist[-1]`` is ``x``
    n_steps : the number of steps taken, recorded or not
    stopped : ``"converged"`` (the gradient fell below ``tol``), ``"budget"`` (``n_iter`` steps were spent)
        or ``"diverged"`` (the next iterate was no longer finite; ``x`` is the last finite one)
    """

    def __new__(cls, x, hist, n_steps=None, stopped="budget"):
        self = super().__new__(cls, x, hist)
        self.n_steps = len(hist) - 1 if n_steps is None else n_steps
        self.stopped = stopped
        return self

    def __repr__(self):
        return f"Descent(x={self.x}, n_steps={self.n_steps}, stopped={self.stopped!r})"


class Batch(NamedTuple):
    """What a batch of m runs returns: the last iterates, shape (d, m), and per run its steps and its end."""

    x: np.ndarray
    n_steps: np.ndarray
    stopped: np.ndarray


def gradient_descent(grad, x0, lr, n_iter, tol=1e-10, *, record=1):
    """Walk downhill: step against the gradient until it vanishes or the budget is spent.

    .. math:: x_{k+1} = x_k - \\eta\\,\\nabla f(x_k)

    Each iteration evaluates the gradient, steps, records, and then stops if ‖∇f(x_k)‖ < ``tol``,
    so the step taken from the first point that satisfies the test still counts.

    Parameters
    ----------
    grad : callable, x ↦ ∇f(x), an array of the shape of x
    x0 : the start, a finite number or an array of any shape
    lr : the learning rate η > 0 in units of x² per unit of f, or a callable k ↦ η_k
    n_iter : the largest number of steps, an integer ≥ 0
    tol : stop below this Euclidean gradient norm, taken over all entries; 0 never stops
    record : keep every ``record``-th iterate besides the first and the last; 0 keeps those two only

    Returns
    -------
    Descent, which unpacks as ``x, hist``

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
        return descend(grad, x0, lambda x, g, k: x - rate(k) * g, n_iter, tol, record=record)
    eta = rate(0) if np.ndim(x0) == 0 else np.array(rate(0))  # 0-d: multiplies a small array faster than a float
    return descend(grad, x0, lambda x, g, k: x - eta * g, n_iter, tol, record=record)


def descend(grad, x0, step, n_iter, tol=1e-10, *, record=1):
    """Run the loop of `gradient_descent` with any rule x, ∇f(x), k ↦ next x in place of the plain step.

    .. math:: x_{k+1} = \\mathrm{step}(x_k, \\nabla f(x_k), k)

    Parameters, return value and errors are those of `gradient_descent`.
    """
    grad, step = as_function(grad, "grad"), as_function(step, "step")
    n_iter, record, tol = as_count(n_iter, "n_iter"), as_count(record, "record"), as_tolerance(tol)
    x, n_steps, stopped = as_start(x0), 0, "budget"
    hist, shape, dot = [x], x.shape, DOT.get(x.ndim, np.vdot)
    with np.errstate(over="ignore", invalid="ignore"):  # running off is reported, not warned of
        while n_steps < n_iter:
            g = grad(x)
            if getattr(g, "dtype", None) is not FLOAT or g.shape != shape:
                g = as_gradient(g, shape)
            following = step(x, g, n_steps)
            if not (isfinite(dot(following, following)) or np.isfinite(following).all()):
                stopped = "diverged"
                break
            x, n_steps = following, n_steps + 1
            if record and n_steps % record == 0:
                hist.append(x)
            if sqrt(dot(g, g)) < tol:
                stopped = "converged"
                break
    if hist[-1] is not x:
        hist.append(x)
    return Descent(x, np.array(hist), n_steps, stopped)


def gradient_descent_batch(grad, x0, lr, n_iter, tol=1e-10):
    """Run `gradient_descent` from many starts at once; each stops on its own.

    .. math:: X_{:,j} \\leftarrow X_{:,j} - \\eta_j\\,\\nabla f(X_{:,j})

    Parameters
    ----------
    grad : callable that maps an array of shape (d, m), one point a column, to the gradients in the same shape
    x0 : the starts, shape (d, m)
    lr : η > 0, one for all or one a start, shape (m,)
    n_iter, tol : as in `gradient_descent`

    Returns
    -------
    Batch : the last iterates, shape (d, m); the steps each run took and why it stopped, shape (m,) each

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    Examples
    --------
    >>> gradient_descent_batch(lambda x: 2 * x, [[1.0, -4.0]], lr=0.5, n_iter=9).n_steps
    array([2, 2])
    """
    grad, n_iter, tol = as_function(grad, "grad"), as_count(n_iter, "n_iter"), as_tolerance(tol)
    x = as_starts(x0)
    rate = as_rates(lr, x.shape[1])
    batch = Batch(x.copy(), np.full(rate.size, n_iter), np.full(rate.size, "budget", dtype="<U9"))
    running = np.arange(rate.size)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(n_iter):
            g = as_gradient(grad(x), x.shape)
            following = x - rate * g
            finite = np.isfinite(following).all(axis=0)
            going = finite & (np.sqrt((g * g).sum(axis=0)) >= tol)
            if not going.all():
                _settle(batch, running, finite & ~going, following, k + 1, "converged")
                _settle(batch, running, ~finite, x, k, "diverged")
                following, rate, running = following[:, going], rate[going], running[going]
            x = following
            if not running.size:
                break
    batch.x[:, running] = x
    return batch


def _settle(batch, running, ended, x, n_steps, stopped):
    """Write the runs that ended, and how, into the batch."""
    if ended.any():
        columns = running[ended]
        batch.x[:, columns], batch.n_steps[columns], batch.stopped[columns] = x[:, ended], n_steps, stopped
