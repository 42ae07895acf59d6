"""The picture of a diagnosis: slopes claimed against measured, the path, or the loss and the height of its start."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from gdtools.diagnosis.result import Diagnosis
from gdtools.plotting import plot_path, svg_uri

SLOPES = {"gradient", "gradient-scale", "gradient-sign", "precision"}
PATHS = {"saddle", "several-minima", "edge", "constraint"}
SIZE = (4.2, 2.6)
TALLEST = 1e150  # a logarithmic axis looks for ticks far beyond what is drawn, and 1e308 is the largest float


def plot_diagnosis(diagnosis: Diagnosis, *, ax: Axes | None = None) -> Axes:
    """Draw what shows the cause: slopes claimed against measured, the path in the plane, or f along the run.

    Parameters
    ----------
    diagnosis : what `diagnose` returned
    ax : the Axes to draw into, the current one when left out

    Returns
    -------
    Axes : the one drawn into
    """
    ax, record = plt.gca() if ax is None else ax, diagnosis.record
    if diagnosis.cause in SLOPES and len(record.claimed):
        return _slopes(ax, record.claimed, record.measured)
    if diagnosis.cause in PATHS and record.hist.shape[1] == 2:
        return _path(ax, record.hist)
    return _losses(ax, record.steps, record.values)


def as_image(diagnosis: Diagnosis) -> str:
    """The picture as an image of HTML with its text, nothing where no run was looked at."""
    record = diagnosis.record
    if record is None:
        return ""
    fig, ax = plt.subplots(figsize=SIZE, layout="constrained")
    plot_diagnosis(diagnosis, ax=ax)
    words = f"{ax.get_ylabel() or 'y'} against {ax.get_xlabel() or 'x'}, {diagnosis.cause}"
    return f'<img src="{svg_uri(fig)}" alt="{words}">'


def _slopes(ax: Axes, claimed: np.ndarray, measured: np.ndarray) -> Axes:
    ends = np.array([measured.min(), measured.max()])
    ax.plot(ends, ends, color="0.6", label="equal")
    ax.plot(measured, claimed, "o", label="slopes")
    ax.set(xlabel="slope by differences of f", ylabel="slope by grad")
    ax.legend()
    return ax


def _path(ax: Axes, hist: np.ndarray) -> Axes:
    plot_path(hist, ax=ax).set(xlabel="$x_0$", ylabel="$x_1$")
    return ax


def _losses(ax: Axes, steps: np.ndarray, values: np.ndarray) -> Axes:
    """f along the run, beside its height at the start, which a step within the bound never exceeds."""
    shown = np.abs(values) < TALLEST
    ax.plot(steps[shown], values[shown], marker=".", label="f along the run")
    ax.axhline(values[0], color="0.6", linestyle="--", label="f at the start")
    if values[shown].max(initial=0) > 100 * values[0] > 0 and values[shown].min() > 0:
        ax.set_yscale("log")
    ax.set(xlabel="step $k$", ylabel="f")
    ax.legend()
    return ax
