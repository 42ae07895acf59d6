"""What the arguments are and must be: their types, and for each kind a function that returns it in the form used.

Each raises TypeError or ValueError that names the argument, what was given and what was expected.
What they return is the callee's own: no later change of an argument reaches it, and no argument is changed.
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

FLOAT = np.dtype(float)
EPSILON = float(np.finfo(float).eps)
TINY = 1e-150  # the square of a smaller number is no longer a float
ASYMMETRY = 1e-8  # of the largest entry: what counts as rounding in a symmetric matrix


def as_array(value: ArrayLike, said: str, expected: str, kinds: str = "fiu") -> Array:
    """Return real numbers in any shape and precision as a new array of floats, a single one as a float of numpy."""
    numbers = _as_numpy(value, said, expected)
    if numbers.dtype.kind not in kinds or np.ma.is_masked(value):
        raise TypeError(f"{said} {value!r}; expected {expected}")
    return numbers.astype(float)[()]


def as_gradient(g: ArrayLike, shape: tuple[int, ...], name: str = "grad") -> Array:
    """Return what ``grad`` returned as a new array of floats, if it is one of real numbers in the shape of x."""
    slope = as_array(g, f"{name} returned", f"an array of real numbers of shape {shape}")
    if slope.shape != shape:
        raise ValueError(f"{name} returned an array of shape {slope.shape}; expected {shape}, the shape of x")
    return slope


def as_value(value: ArrayLike) -> float:
    """Return what ``f`` returned as a float, if it is one finite number in double precision."""
    number = _as_numpy(value, "f returned", "a number")
    if number.shape != ():
        raise ValueError(f"f returned an array of shape {number.shape}; expected a number")
    if number.dtype.kind not in "fiu" or (number.dtype.kind == "f" and number.dtype.itemsize < FLOAT.itemsize):
        raise TypeError(f"f returned {value!r} of type {number.dtype}; expected a real number in double precision")
    if not np.isfinite(number):
        raise ValueError(f"f returned {value!r}; expected a finite number")
    return float(number)


def as_start(x0: ArrayLike, name: str = "x0") -> Array:
    """Return a start of any shape as a new array of floats, if its numbers are real and finite."""
    x = as_array(x0, f"{name} is", "a real number or an array of real numbers")
    if x.size == 0 or not np.isfinite(x).all():
        raise ValueError(f"{name} is {x0!r}; expected at least one number, all of them finite")
    return x


def as_starts(x0: ArrayLike) -> Array:
    """Return the starts of a batch as a new array of floats, if it has the shape (d, m), one start a column."""
    x = as_start(x0)
    if x.ndim != 2:
        raise ValueError(f"x0 has shape {x.shape}; expected (d, m), one start a column")
    return x


def as_points(x: ArrayLike, dimension: int | None = None) -> Array:
    """Return points, coordinates first, as floats, if they are real and have the ``dimension`` asked for, or any for None."""
    kind = type(x)
    if dimension is None and (kind is np.float64 or kind is float):
        return x  # a number acts as an array, and faster
    if kind is not np.ndarray or x.dtype is not FLOAT:
        x = as_array(x, "x is", "a real number or an array of real numbers")
    if dimension is not None and not (x.ndim and len(x) == dimension):
        raise ValueError(f"x has shape {x.shape}; expected ({dimension}, …), coordinates first")
    return x


def as_data(value: ArrayLike, name: str) -> Array:
    """Return what was observed as a new array of floats, yes and no as 1 and 0, if its numbers are real and finite."""
    numbers = as_array(value, f"{name} is", "an array of real numbers", kinds="fiub")
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name} is {value!r}; expected finite numbers")
    return numbers


def as_symmetric(matrix: ArrayLike, name: str) -> Array:
    """Return a symmetric matrix as a new array of floats, if it is one but for rounding, which is small beside its entries."""
    A = as_array(matrix, f"{name} is", "a symmetric matrix of real numbers")
    if A.ndim != 2 or A.shape[0] != A.shape[1] or not A.size or not np.isfinite(A).all():
        raise ValueError(f"{name} is {A.tolist()}; expected a symmetric matrix of finite numbers")
    if np.abs(A - A.T).max() > ASYMMETRY * np.abs(A).max():
        raise ValueError(f"{name} is {A.tolist()}; expected a symmetric matrix")
    return A


def as_rate(lr: float, name: str = "lr") -> float:
    """Return a learning rate, or another length, as a float, if it is positive and finite."""
    return _number(lr, name, "a finite number > 0", lambda rate: 0 < rate < math.inf)


def as_epsilon(eps: float) -> float:
    """Return what is added to the root of a mean square as a float, if that can be told from a root that is lost."""
    return _number(eps, "eps", f"a finite number >= {TINY}", lambda value: TINY <= value < math.inf)


def as_schedule(lr: Rate) -> Callable[[int], float]:
    """Return k ↦ η_k, constant if ``lr`` is a number, which checks every value."""
    if callable(lr):
        return lambda k: as_rate(lr(k), f"lr({k})")
    rate = as_rate(lr)
    return lambda k: rate


def as_rates(lr: ArrayLike, n_runs: int) -> Array:
    """Return one learning rate a run, shape (n_runs,), if ``lr`` is one for all or one a run, all positive and finite."""
    rate = as_array(lr, "lr is", "a number > 0, or one a start")
    if rate.shape not in ((), (n_runs,)):
        raise ValueError(f"lr has shape {rate.shape}; expected a number, or one a start: shape ({n_runs},)")
    if not ((rate > 0) & np.isfinite(rate)).all():
        raise ValueError(f"lr is {lr!r}; expected finite numbers > 0")
    return np.full(n_runs, rate)


def as_lengths(scale: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return one length a coordinate, in the shape of x, if ``scale`` is one for all or one each, all positive and finite."""
    lengths = as_array(scale, "scale is", "a number > 0, or one a coordinate")
    if lengths.shape not in ((), shape):
        raise ValueError(f"scale has shape {lengths.shape}; expected a number, or one a coordinate: shape {shape}")
    if not ((lengths > 0) & np.isfinite(lengths)).all():
        raise ValueError(f"scale is {scale!r}; expected finite numbers > 0")
    return np.full(shape, lengths)


def as_count(value: SupportsIndex, name: str, least: int = 0) -> int:
    """Return a count as an int, if it is an integer of any type and at least ``least``."""
    try:
        count = operator.index(value)
    except TypeError:
        count = None
    if count is None or isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}; expected an integer >= {least}")
    if count < least:
        raise ValueError(f"{name} is {value!r}; expected an integer >= {least}")
    return count


def as_tolerance(tol: float) -> float:
    """Return a tolerance as a float, if it is not negative."""
    return _number(tol, "tol", "a number >= 0", lambda value: value >= 0)


def as_decay(decay: float) -> float:
    """Return what is taken off x in each step, beside its move, as a float, if it is finite and not negative."""
    return _number(decay, "decay", "a finite number >= 0", lambda part: 0 <= part < math.inf)


def as_real(value: float, name: str) -> float:
    """Return a number as a float, if it is real and finite."""
    return _number(value, name, "a finite number", math.isfinite)


def as_factor(rate: float) -> float:
    """Return what a step multiplies an error by as a float, if it is not negative; an infinite one is one."""
    return _number(rate, "rate", "a number >= 0", lambda factor: factor >= 0)


def as_accuracy(eps: float, name: str = "eps") -> float:
    """Return the share of an error that may be left, or another share, as a float, if it lies between 0 and 1."""
    return _number(eps, name, "a number between 0 and 1", lambda share: 0 < share < 1)


def as_fraction(value: float, name: str) -> float:
    """Return a share that is kept from step to step as a float, if it lies in [0, 1)."""
    return _number(value, name, "a number in [0, 1)", lambda fraction: 0 <= fraction < 1)


def as_memory(beta: Rate) -> Callable[[int], float]:
    """Return k ↦ β_k, constant if ``beta`` is a number, which checks every value."""
    if callable(beta):
        return lambda k: as_fraction(beta(k), f"beta({k})")
    part = as_fraction(beta, "beta")
    return lambda k: part


def as_condition(kappa: float) -> float:
    """Return a condition number as a float, if it is finite and at least 1."""
    return _number(kappa, "kappa", "a finite number >= 1", lambda quotient: 1 <= quotient < math.inf)


def as_flag(value: bool, name: str) -> bool:
    """Return true or false as a bool, if it is one of the two."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is {value!r}; expected True or False")
    return bool(value)


def as_function(function: Function, name: str) -> Function:
    """Return a function as it is, if it can be called; an objective, which can, gives no slopes."""
    if not callable(function):
        raise TypeError(f"{name} is {function!r}; expected a function")
    if name == "grad" and hasattr(function, "grad"):
        raise TypeError(f"grad is an {type(function).__name__}, which gives values; expected its gradient, the attribute grad")
    return function


def _number(value: float, name: str, expected: str, holds: Callable[[float], bool]) -> float:
    """Return one real number as a float, if ``holds`` says yes to it; ``expected`` says in words what it asks."""
    number = as_array(value, f"{name} is", expected)
    if np.ndim(number) != 0:
        raise TypeError(f"{name} is {value!r}; expected {expected}")
    if not holds(float(number)):
        raise ValueError(f"{name} is {value!r}; expected {expected}")
    return float(number)


def _as_numpy(value: ArrayLike, said: str, expected: str) -> NDArray[Any]:
    """Return what numpy makes of a value, if its rows have one length."""
    try:
        return np.asarray(value)
    except ValueError:
        raise TypeError(f"{said} {value!r}; expected {expected}") from None
