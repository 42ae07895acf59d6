"""What is brought to a diagnosis, checked and counted: the functions, the start, the step, the run and the data."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from gdtools.descent import Descent, gradient_descent
from gdtools.inputs import (
    EPSILON,
    Array,
    Gradient,
    Map,
    Rate,
    as_array,
    as_data,
    as_fraction,
    as_function,
    as_schedule,
    as_start,
)
from gdtools.objectives import Value
from gdtools.remedies import adam, momentum, nesterov, projected_gradient

Run = Descent | ArrayLike
Made = TypeVar("Made")
METHODS = ("plain", "momentum", "nesterov", "adam")
STEPS = 400  # of the run that is made where none is brought
SINGLE = float(np.finfo(np.float32).eps)
CALLS = 3000  # of f and of its gradient, at most


class Spent(Exception):
    """No more calls are allowed."""


class Counted:
    """A function of the caller's: it gets its own copy of the point, in its shape, and is called so often at most."""

    def __init__(self, function: Callable[[Any], Any], name: str, shape: tuple[int, ...]) -> None:
        self.function, self.name, self.shape, self.calls = function, name, shape, 0
        self.expected = "a real number" if name == "f" else f"real numbers of shape {shape}"
        self.written: tuple[Array, Array] | None = None  # an argument, before and after a call that changed it

    def __call__(self, x: Array) -> ArrayLike:
        if self.calls >= CALLS:
            raise Spent
        self.calls += 1
        given = np.array(x).reshape(self.shape)
        handed = given.copy()
        value = as_array(_numbers(lambda: self.function(handed[()])), f"{self.name} returned", self.expected, "fiub")
        if not np.array_equal(given, handed, equal_nan=True):
            self.written = given, handed.copy()
        return value


def _numbers(call: Callable[[], ArrayLike]) -> ArrayLike:
    """What a call returns; nan where Python's own arithmetic refuses, as in math.exp(1000) or math.log(0)."""
    try:
        return call()
    except ArithmeticError:
        return np.nan
    except ValueError as refused:
        if "math domain" in str(refused) or "expected a finite number" in str(refused):
            return np.nan
        raise


class Case:
    """All that a diagnosis is about; points are flat arrays here, whatever shape the caller's have."""

    def __init__(
        self,
        f: Value,
        grad: Gradient,
        x0: ArrayLike,
        lr: Rate,
        run: Run | None = None,
        *,
        X: ArrayLike | None = None,
        y: ArrayLike | None = None,
        project: Map | None = None,
        method: str = "plain",
        beta: float = 0.0,
        reference: ArrayLike | None = None,
    ) -> None:
        start = as_start(x0)
        self.shape, self.size, self.x0 = start.shape, start.size, np.ravel(start)
        self.f, self.grad = (Counted(as_function(g, name), name, self.shape) for g, name in ((f, "f"), (grad, "grad")))
        self.rate, self.constant = as_schedule(lr), not callable(lr)
        self.method, self.beta = as_method(method), as_fraction(beta, "beta")
        self.project = None if project is None else as_function(project, "project")
        self.X, self.y = as_table(X, y)
        self.reference = None if reference is None else as_same(reference, self.shape, "reference")
        self.given = None if run is None else as_history(run, start)
        self.noisy = False
        self.spacing = EPSILON if run is None else as_spacing(run)
        self.pairs: list[tuple[float, float]] = []  # slopes, claimed and measured
        self.memory: dict[Hashable, Any] = {}

    def value(self, x: Array) -> float:
        """f(x) as a number; nan where it is none."""
        return float(np.asarray(self.f(x), dtype=float).ravel()[0])

    def slope(self, x: Array) -> Array:
        """∇f(x), flat; nan where it is none."""
        return np.broadcast_to(np.ravel(np.asarray(self.grad(x), dtype=float)), (self.size,)).copy()

    def allowed(self, x: Array) -> Array:
        """The allowed point nearest to x, x itself where all are allowed."""
        return x if self.project is None else np.ravel(self.project(np.array(x).reshape(self.shape)[()]))

    def pull(self, x: Array) -> Array:
        """What a step follows: the gradient, or with constraints the move that is left of it, over the step."""
        g, lr = self.slope(x), self.rate(0)
        return g if self.project is None else (x - self.allowed(x - lr * g)) / lr

    @cached_property
    def run(self) -> tuple[Array, int, bool]:
        """The finite iterates, flat; the number of steps; whether the run left the numbers."""
        return self.given or as_history(self.walk(), self.x0.reshape(self.shape))

    def walk(self) -> Descent:
        """A short run by the method that was named."""
        grad = lambda x: self.slope(np.ravel(x)).reshape(self.shape)[()]  # noqa: E731
        start, schedule = self.x0.reshape(self.shape)[()], self.rate
        told = {"n_iter": STEPS, "tol": 0 if self.noisy else 1e-10}  # a noisy gradient may vanish by chance
        if self.project is not None:
            return projected_gradient(grad, self.project, start, schedule(0), **told)
        if self.method in ("momentum", "nesterov"):
            return {"momentum": momentum, "nesterov": nesterov}[self.method](grad, start, schedule, beta=self.beta, **told)
        return {"plain": gradient_descent, "adam": adam}[self.method](grad, start, schedule, **told)

    @property
    def hist(self) -> Array:
        return self.run[0]

    @property
    def end(self) -> Array:
        return self.run[0][-1]

    @property
    def n_steps(self) -> int:
        return self.run[1]

    @property
    def left(self) -> bool:
        return self.run[2]

    @cached_property
    def scale(self) -> Array:
        """A length for each coordinate: its own size, in the mean of all where it is 0, and 1 where all are."""
        size = np.abs(self.x0)
        if not (self.left or self.grew()):
            size = np.maximum(size, np.abs(self.end))
        return np.where(size > 1e-6 * size.max(), size, size.max() or 1.0)

    def grew(self) -> bool:
        """Whether the last recorded move is a hundred times as long as the first."""
        first, last = (np.linalg.norm(np.diff(self.hist[pair], axis=0)) for pair in (slice(2), slice(-2, None)))
        return bool(last > 100 * first)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made at the first time that it is asked for."""
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory[key]

    def random(self) -> np.random.Generator:
        """The same random numbers each time."""
        return np.random.default_rng(0)


def as_method(method: str) -> str:
    """Return the name of a method, if it is a known one."""
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; expected one of {', '.join(METHODS)}")
    return method


def as_same(value: ArrayLike, shape: tuple[int, ...], name: str) -> Array:
    """Return a point in the shape of x0, flat."""
    point = as_start(value, name)
    if point.shape != shape:
        raise ValueError(f"{name} has shape {point.shape}; expected {shape}, the shape of x0")
    return np.ravel(point)


def as_table(X: ArrayLike | None, y: ArrayLike | None) -> tuple[Array | None, Array | None]:
    """Return the data as arrays, if they are a table and a number for each of its rows, or none."""
    table = None if X is None else as_data(X, "X")
    if table is not None and (table.ndim != 2 or not table.size):
        raise ValueError(f"X has shape {table.shape}; expected (n, d), an observation a row")
    targets = None if y is None else as_data(y, "y")
    if targets is not None and (table is None or targets.shape not in ((len(table),), (len(table), 1))):
        expected = "X beside it" if table is None else f"({len(table)},), a number for each row of X"
        raise ValueError(f"y has shape {targets.shape}; expected {expected}")
    return table, targets


def as_history(run: Run, x0: Array) -> tuple[Array, int, bool]:
    """Return the iterates up to the first that is not finite, how many steps they are, and whether they were cut."""
    hist = as_array(run.hist if isinstance(run, Descent) else run, "run is", "a Descent or its iterates, real numbers")
    if np.ndim(hist) != x0.ndim + 1 or hist.shape[1:] != x0.shape or not len(hist):
        raise ValueError(f"run has iterates of shape {np.shape(hist)[1:]}; expected {x0.shape}, the shape of x0")
    flat = hist.reshape(len(hist), -1)
    if not np.allclose(flat[0], np.ravel(x0), rtol=1e-5):
        raise ValueError(f"run starts at {flat[0].tolist()}; expected x0, {np.ravel(x0).tolist()}")
    finite = np.isfinite(flat).all(axis=1)
    kept = flat if finite.all() else flat[: finite.argmin()]
    steps = run.n_steps if isinstance(run, Descent) else len(kept) - 1
    return kept, steps, len(kept) < len(flat) or getattr(run, "stopped", "") == "diverged"


def as_spacing(run: Run) -> float:
    """Return the relative spacing of the numbers in which the run was kept."""
    kind = np.asarray(run.hist if isinstance(run, Descent) else run).dtype
    return float(np.finfo(kind).eps) if kind.kind == "f" else EPSILON


def precision_of(values: Array) -> float:
    """The relative spacing of values: that of single precision where all of them are numbers in single precision."""
    single = np.isfinite(values).any() and (values.astype(np.float32) == values).all()
    whole = single and (values == np.round(values)).all()
    return SINGLE if single and not whole else EPSILON
