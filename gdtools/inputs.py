"""What the arguments are and must be: their types, and for each kind a function that returns it in the form used.

Each raises TypeError or ValueError that names the argument, what was given and what was expected.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, SupportsIndex, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Map = Callable[[Array], Array]
Gradient = Callable[[Array], ArrayLike]  # x ↦ ∇f(x), a list also
Rate = float | Callable[[int], float]  # η, or k ↦ η_k
Function = TypeVar("Function", bound=Callable[..., Any])


def as_gradient(g: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return what ``grad`` returned as an array, if it is one of real numbers in the shape of x."""
    g = np.asarray(g)
    if g.dtype.kind not in "fiu":
        raise TypeError(f"grad returned {g!r}; expected an array of real numbers of shape {shape}")
    if g.shape != shape:
        raise ValueError(f"grad returned an array of shape {g.shape}; expected {shape}, the shape of x")
    return g


def as_start(x0: ArrayLike) -> Array:
    """Return a start of any shape as a new array of floats, if its numbers are real and finite."""
    x = np.asarray(x0)
    if x.dtype.kind not in "fiu":
        raise TypeError(f"x0 is {x0!r}; expected a real number or an array of real numbers")
    if x.size == 0 or not np.isfinite(x).all():
        raise ValueError(f"x0 is {x0!r}; expected at least one number, all of them finite")
    return x.astype(float)


def as_starts(x0: ArrayLike) -> Array:
    """Return the starts of a batch as a new array of floats, if it has the shape (d, m), one start a column."""
    x = as_start(x0)
    if x.ndim != 2:
        raise ValueError(f"x0 has shape {x.shape}; expected (d, m), one start a column")
    return x


def as_rate(lr: float, name: str = "lr") -> float:
    """Return a learning rate as a float, if it is positive and finite."""
    return _number(lr, name, "a finite number > 0", lambda rate: 0 < rate < math.inf)


def as_schedule(lr: Rate) -> Callable[[int], float]:
    """Return k ↦ η_k, constant if ``lr`` is a number, which checks every value."""
    if callable(lr):
        return lambda k: as_rate(lr(k), f"lr({k})")
    rate = as_rate(lr)
    return lambda k: rate


def as_rates(lr: ArrayLike, n_runs: int) -> Array:
    """Return one learning rate a run, shape (n_runs,), if ``lr`` is one for all or one a run, all positive and finite."""
    rate = np.asarray(lr)
    if rate.dtype.kind not in "fiu":
        raise TypeError(f"lr is {lr!r}; expected a number > 0, or one a start")
    if rate.shape not in ((), (n_runs,)):
        raise ValueError(f"lr has shape {rate.shape}; expected a number, or one a start: shape ({n_runs},)")
    if not ((rate > 0) & np.isfinite(rate)).all():
        raise ValueError(f"lr is {lr!r}; expected finite numbers > 0")
    return np.full(n_runs, rate, dtype=float)


def as_count(value: SupportsIndex, name: str) -> int:
    """Return a count as an int, if it is an integer of any type and not negative."""
    try:
        count = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; expected an integer >= 0") from None
    if count < 0:
        raise ValueError(f"{name} is {value!r}; expected an integer >= 0")
    return count


def as_tolerance(tol: float) -> float:
    """Return a tolerance as a float, if it is not negative."""
    return _number(tol, "tol", "a number >= 0", lambda value: value >= 0)


def as_fraction(value: float, name: str) -> float:
    """Return a share that is kept from step to step as a float, if it lies in [0, 1)."""
    return _number(value, name, "a number in [0, 1)", lambda fraction: 0 <= fraction < 1)


def as_function(function: Function, name: str) -> Function:
    """Return a function as it is, if it can be called."""
    if not callable(function):
        raise TypeError(f"{name} is {function!r}; expected a function")
    return function


def _number(value: float, name: str, expected: str, holds: Callable[[float], bool]) -> float:
    """Return one real number as a float, if ``holds`` says yes to it; ``expected`` says in words what it asks."""
    if np.ndim(value) != 0 or np.asarray(value).dtype.kind not in "fiu":
        raise TypeError(f"{name} is {value!r}; expected {expected}")
    if not holds(value):
        raise ValueError(f"{name} is {value!r}; expected {expected}")
    return float(value)
