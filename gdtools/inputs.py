"""What the arguments must be: each function returns its argument in the form used, or says what is wrong."""

import math
import operator

import numpy as np


def as_gradient(g, shape):
    """Return the gradient as an array, or say what grad should have returned."""
    g = np.asarray(g)
    if g.dtype.kind not in "fiu":
        raise TypeError(f"grad returned {g!r}; expected an array of real numbers of shape {shape}")
    if g.shape != shape:
        raise ValueError(f"grad returned an array of shape {g.shape}; expected {shape}, the shape of x")
    return g


def as_start(x0):
    x = np.asarray(x0)
    if x.dtype.kind not in "fiu":
        raise TypeError(f"x0 is {x0!r}; expected a real number or an array of real numbers")
    if x.size == 0 or not np.isfinite(x).all():
        raise ValueError(f"x0 is {x0!r}; expected at least one number, all of them finite")
    return x.astype(float)


def as_starts(x0):
    x = as_start(x0)
    if x.ndim != 2:
        raise ValueError(f"x0 has shape {x.shape}; expected (d, m), one start a column")
    return x


def as_rate(lr, name="lr"):
    return _number(lr, name, "a finite number > 0", lambda eta: 0 < eta < math.inf)


def as_schedule(lr):
    """Return k ↦ η_k, constant if lr is a number, every value checked."""
    if callable(lr):
        return lambda k: as_rate(lr(k), f"lr({k})")
    eta = as_rate(lr)
    return lambda k: eta


def as_rates(lr, m):
    rate = np.asarray(lr)
    if rate.dtype.kind not in "fiu":
        raise TypeError(f"lr is {lr!r}; expected a number > 0, or one a start")
    if rate.shape not in ((), (m,)):
        raise ValueError(f"lr has shape {rate.shape}; expected a number, or one a start: shape ({m},)")
    if not ((rate > 0) & np.isfinite(rate)).all():
        raise ValueError(f"lr is {lr!r}; expected finite numbers > 0")
    return np.full(m, rate, dtype=float)


def as_count(value, name):
    try:
        count = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; expected an integer >= 0") from None
    if count < 0:
        raise ValueError(f"{name} is {value!r}; expected an integer >= 0")
    return count


def as_tolerance(tol):
    return _number(tol, "tol", "a number >= 0", lambda value: value >= 0)


def as_fraction(value, name):
    return _number(value, name, "a number in [0, 1)", lambda fraction: 0 <= fraction < 1)


def as_function(function, name):
    if not callable(function):
        raise TypeError(f"{name} is {function!r}; expected a function")
    return function


def _number(value, name, expected, holds):
    if np.ndim(value) != 0 or np.asarray(value).dtype.kind not in "fiu":
        raise TypeError(f"{name} is {value!r}; expected {expected}")
    if not holds(value):
        raise ValueError(f"{name} is {value!r}; expected {expected}")
    return float(value)
