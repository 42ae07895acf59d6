"""Pictures of descent: every function draws into an Axes, the current one if none is given, and returns it.

Further keyword arguments go to the Matplotlib call that draws.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

STYLE = Path(__file__).with_name("book.mplstyle")


def use_book_style():
    """Draw in the book's style from here on, and in a notebook as SVG, which stays sharp at every zoom."""
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    plt.style.use(STYLE)
    plt.rcParams["svg.hashsalt"] = "gdtools"  # the same figure gives the same file
    set_matplotlib_formats("svg", metadata={"Date": None})


def plot_contours(objective, *, ax=None, levels=12, **kwargs):
    """Draw the level lines of an objective of two variables over its window, and its minimisers as stars.

    ``levels`` is a number of lines, spaced evenly in the square root of the height above the lowest point
    in the window, as the contours of a bowl would be, or the heights themselves.
    """
    ax = _axes(ax)
    x, y = (np.linspace(lo, hi, 200) for lo, hi in objective.window)
    heights = objective(np.array(np.meshgrid(x, y)))
    kwargs = {"colors": "0.6", "linewidths": 0.8, "linestyles": "solid"} | kwargs
    ax.contour(x, y, heights, levels=_heights(heights, levels), **kwargs)
    if len(objective.minimisers):
        ax.plot(*objective.minimisers.T, "k*", markersize=9)
    ax.set(xlabel="$x$", ylabel="$y$", xlim=objective.window[0], ylim=objective.window[1])
    return ax


def plot_curve(objective, *, ax=None, **kwargs):
    """Draw an objective of one variable over its window."""
    ax = _axes(ax)
    x = np.linspace(*objective.window[0], 400)
    ax.plot(x, objective(x), **{"color": "0.5"} | kwargs)
    ax.set(xlabel="$x$", ylabel="$f(x)$", xlim=objective.window[0], ylim=objective.window[1])
    return ax


def plot_path(hist, *, f=None, ax=None, **kwargs):
    """Draw a run over its level lines, shape (n + 1, 2), or along the curve of ``f``, shape (n + 1,).

    The start is ringed.
    """
    hist = np.asarray(hist, dtype=float)
    if hist.ndim == 1 and f is None:
        raise ValueError(f"f is None and hist has shape {hist.shape}; expected f, to draw along its curve")
    if hist.ndim != 1 and (hist.ndim != 2 or hist.shape[1] != 2):
        raise ValueError(f"hist has shape {hist.shape}; expected (n + 1, 2), or (n + 1,) with f")
    ax = _axes(ax)
    x, y = hist.T if hist.ndim == 2 else (hist, f(hist))
    (line,) = ax.plot(x, y, **{"marker": ".", "linewidth": 1.2} | kwargs)
    ax.plot(x[0], y[0], "o", markersize=9, markerfacecolor="none", color=line.get_color())
    return ax


def plot_decay(values, *, ax=None, **kwargs):
    """Draw positive values against the step on a logarithmic axis, where a constant rate is a straight line.

    Zeros, which such an axis cannot show, are left out.
    """
    ax = _axes(ax)
    values = np.asarray(values, dtype=float)
    ax.semilogy(np.where(values > 0, values, np.nan), **kwargs)
    ax.set(xlabel="step $k$")
    return ax


def plot_map(image, *, window, ax=None, label=None, **kwargs):
    """Draw an array of numbers, rows upwards, as colours over ``window``, with a colour bar if labelled."""
    ax = _axes(ax)
    kwargs = {"aspect": "auto", "origin": "lower", "interpolation": "nearest"} | kwargs
    shown = ax.imshow(image, extent=(*window[0], *window[1]), **kwargs)
    if label is not None:
        ax.figure.colorbar(shown, ax=ax, label=label)
    return ax


def _axes(ax):
    return plt.gca() if ax is None else ax


def _heights(values, levels):
    if np.ndim(levels):
        return levels
    return values.min() + np.ptp(values) * np.linspace(0, 1, levels + 1)[1:] ** 2
