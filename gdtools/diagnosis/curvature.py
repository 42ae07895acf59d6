"""The curvatures at a point, from differences of gradients: all of them where x is short, else the two ends by Lanczos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gdtools.diagnosis.case import Case
from gdtools.inputs import Array

DENSE = 30  # coordinates up to which the whole Hessian is measured
LENGTHS = (1e-5, 1e-4, 1e-6, 1e-3, 1e-7, 1e-8)  # of differences, in the order of trial
FLAT = 1e-10  # of the largest curvature: what differences cannot tell from 0


@dataclass(frozen=True)
class Bend:
    """The lowest and the highest curvature, and the whole Hessian where it is known."""

    low: float
    high: float
    matrix: Array | None = None

    @cached_property
    def own(self) -> tuple[Array, Array, Array]:
        """A unit for each coordinate in which its own curvature is 1, and the curvatures and directions in these units."""
        unit = own_units(self.matrix)
        return unit, *np.linalg.eigh(self.matrix / np.outer(unit, unit))

    @property
    def told(self) -> Array:
        """Which curvatures in own units are told from 0; raw columns far from 0 are told apart only in these."""
        lam = np.abs(self.own[1])
        return lam > FLAT * lam.max()

    @property
    def condition(self) -> float:
        """κ over the directions that are curved at all."""
        lam = np.linalg.eigvalsh(self.matrix) if self.matrix is not None else np.array([self.low, self.high])
        lam = lam[lam > (0.0 if self.matrix is not None and self.told.all() else FLAT * self.high)]
        return float(self.high / lam[0]) if len(lam) else np.inf

    @property
    def bowl(self) -> bool:
        """Whether f bends up in every direction, for certain."""
        return self.low > 0 and (self.matrix is None or bool(self.told.all()))

    def newton(self, g: Array) -> Array:
        """The way to the minimum of the parabola; where the curvature is not told from 0, the way is at least so long."""
        return self._along(g, np.ones(len(g), dtype=bool))

    def untold(self, g: Array) -> Array:
        """The part of it along the directions whose curvature is not told from 0."""
        return self._along(g, ~self.told)

    def _along(self, g: Array, which: Array) -> Array:
        unit, lam, V = self.own
        least = FLAT * np.abs(lam).max() or 1.0
        return V @ (which * (V.T @ (g / unit)) / np.where(self.told, lam, least)) / unit


def own_units(H: Array) -> Array:
    """The root of each coordinate's own curvature; a trifle of the largest where it has none."""
    size = np.sqrt(np.abs(np.diag(H)))
    return np.maximum(size, 1e-10 * size.max()) if size.any() else np.ones(len(H))


def curvature_at(case: Case, x: Array) -> Bend | None:
    """The curvatures at x, None where differences of gradients do not agree on them; each point is measured once."""
    return case.once(x.tobytes(), lambda: _measured(case, x))


def _measured(case: Case, x: Array) -> Bend | None:
    slope = slopes_of(case)
    h = difference_length(slope, x, case.scale)
    if h is None:
        return None
    return _dense(slope, x, h * case.scale) if case.size <= DENSE else _ends(slope, x, h * case.scale)


def slopes_of(case: Case) -> Callable[[Array], Array]:
    """The gradient that curvature is read from: differences of f where the gradient itself is noisy."""
    if not case.noisy:
        return case.slope
    moves = 1e-3 * np.diag(case.scale)
    return lambda x: np.array([(case.value(x + move) - case.value(x - move)) / (2 * move.sum()) for move in moves])


def difference_length(slope: Callable[[Array], Array], x: Array, scale: Array) -> float | None:
    """The first length at which a difference of gradients and one half as long agree to one per cent."""
    u = np.random.default_rng(1).choice([-1.0, 1.0], x.size) * scale
    for h in LENGTHS:
        long, short = (product(slope, x, t * u) / t for t in (h, h / 2))
        if np.linalg.norm(long - short) <= 0.01 * np.linalg.norm(long):
            return h
    return None


def product(slope: Callable[[Array], Array], x: Array, step: Array) -> Array:
    """The Hessian at x times a short step."""
    return (slope(x + step) - slope(x - step)) / 2


def _dense(slope: Callable[[Array], Array], x: Array, lengths: Array) -> Bend | None:
    """The whole Hessian, a column for each coordinate."""
    H = _hessian(slope, x, lengths)
    if not np.isfinite(H).all():
        return None
    longer = _balanced(H, lengths)
    h = difference_length(slope, x, longer / LENGTHS[0]) if (longer > 100 * lengths).any() else None
    again = H if h is None else _hessian(slope, x, h / LENGTHS[0] * longer)
    H = again if np.isfinite(again).all() else H
    lam = np.linalg.eigvalsh(H)
    return Bend(float(lam[0]), float(lam[-1]), H)


def _hessian(slope: Callable[[Array], Array], x: Array, lengths: Array) -> Array:
    H = np.array([product(slope, x, step) / step.sum() for step in np.diag(lengths)])
    return (H + H.T) / 2


def _balanced(H: Array, lengths: Array) -> Array:
    """Lengths for which each coordinate changes the slopes as much as the one that changes them most."""
    change = lengths * np.sqrt(np.abs(np.diag(H)))
    return lengths * np.where(change > 1e-12 * change.max(), change.max() / np.where(change > 0, change, 1.0), 1.0)


def _ends(slope: Callable[[Array], Array], x: Array, lengths: Array) -> Bend | None:
    """The two ends of the spectrum by Lanczos, the lower one to a thousandth of the higher."""
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    size = float(np.linalg.norm(lengths))

    def largest(times: Callable[[Array], Array]) -> float:
        op = LinearOperator((x.size, x.size), matvec=times, dtype=float)
        start = np.random.default_rng(2).normal(size=x.size)
        if not np.any(times(start)):  # ARPACK refuses a matrix of zeros
            return 0.0
        return float(eigsh(op, 1, which="LA", ncv=20, maxiter=10, tol=1e-3, v0=start, return_eigenvectors=False)[0])

    def hessian(v: Array) -> Array:
        v = np.ravel(v)
        return product(slope, x, size * v / np.linalg.norm(v)) * np.linalg.norm(v) / size

    try:
        high = largest(hessian)
        return Bend(abs(high) - largest(lambda v: abs(high) * np.ravel(v) - hessian(v)), high)
    except ArpackNoConvergence:
        return None
