"""Losses that f may be, known by their values: a mean over pairs of a prediction and its target, or over all pairs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdtools.diagnosis.case import Case
from gdtools.inputs import Array

LOSSES: dict[str, Callable[[Array, Array], Array]] = {
    "squares": lambda z, y: (z - y) ** 2,
    "logistic": lambda z, y: np.logaddexp(0, z) - y * z,
    "logistic of ±1": lambda z, y: np.logaddexp(0, -y * z),
    "Poisson": lambda z, y: np.exp(np.minimum(z, 700)) - y * z,
    "distance": lambda z, y: np.abs(z - y),
}
POINTS = 5
AGREES = 1e-7  # of the change of f over the points


def crossed_loss(case: Case) -> str:
    """The loss that f is over all pairs, if it is none over its own pairs; else nothing."""
    return "" if paired_loss(case) else _matching(case, crossed=True)


def paired_loss(case: Case) -> str:
    """The loss that f is over each prediction and its own target; nothing if it is none of these, as with a penalty."""
    return _matching(case, crossed=False)


def _matching(case: Case, crossed: bool) -> str:
    names = (name for name in LOSSES if _agrees(case, name, *_around(case, name), crossed))
    return case.once(("loss", crossed), lambda: next(names, ""))


def _around(case: Case, name: str) -> tuple[Array, Array]:
    """Some points and f there: about the fit for distances, since above all targets those of pairs and of all pairs agree."""
    fit = name == "distance"
    return case.once(("around", fit), lambda: _about_fit(case) if fit else _points(case, case.x0, 1.0))


def _about_fit(case: Case) -> tuple[Array, Array]:
    y = np.ravel(case.y)
    return _points(case, np.linalg.lstsq(case.X, y, rcond=None)[0], float(y.std()) or 1.0)


def _points(case: Case, centre: Array, size: float) -> tuple[Array, Array]:
    """Some points about one, at which predictions change by this size, and f there."""
    reach = size / np.maximum(np.abs(case.X).max(axis=0), 1e-300)
    points = centre + case.random().normal(size=(POINTS, case.size)) * reach
    return points, np.array([case.value(x) for x in points])


def _agrees(case: Case, name: str, points: Array, values: Array, crossed: bool) -> bool:
    """Whether f is a multiple of this loss, but for a constant."""
    y = np.ravel(case.y)
    if name.startswith("logistic") and not np.isin(y, (-1, 1) if "±" in name else (0, 1)).all():
        return False
    z = points @ case.X.T
    means = [LOSSES[name](z_k[:, None] if crossed else z_k, y).mean() for z_k in z]
    design = np.column_stack([means, np.ones(POINTS)])
    left = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return bool(np.abs(left).max() <= AGREES * np.ptp(values))
