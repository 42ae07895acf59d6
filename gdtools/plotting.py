"""Pictures of descent: every function draws into an Axes, the current one if none is given, and returns it."""

from __future__ import annotations

import io
import re
import urllib.parse
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import ArrayLike

from gdtools.inputs import Array, Map, as_array, as_count, as_function
from gdtools.objectives import Objective, Window

if TYPE_CHECKING:
    from IPython.display import HTML

STYLE = Path(__file__).with_name("book.mplstyle")


def use_book_style() -> None:
    """Draw in the book's style from here on, and in a notebook as SVG, which stays sharp at every zoom."""
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    plt.style.use(STYLE)
    plt.rcParams["svg.hashsalt"] = "gdtools"  # the same figure gives the same file
    set_matplotlib_formats("svg", metadata={"Date": None}, pad_inches=0.02)  # the room is for letters


def plot_contours(objective: Objective, *, ax: Axes | None = None, levels: int | ArrayLike = 12, **kwargs: Any) -> Axes:
    """Draw the level lines of an objective of two variables over its window, and its minimisers as stars.

    Parameters
    ----------
    objective : of two variables; its window says which part of the plane to draw
    ax : the Axes to draw into, the current one when left out
    levels : the number of lines, spaced evenly in the square root of the height above the lowest point
        in the window, as those of a bowl would be, or the heights themselves, ascending
    **kwargs : go to Matplotlib's ``contour``

    Returns
    -------
    Axes : the one drawn into

    Raises
    ------
    ValueError : ``objective`` is not of two variables
    """
    ax = _axes(ax)
    x, y = (np.linspace(low, high, 200) for low, high in objective.window)
    heights = objective(np.array(np.meshgrid(x, y)))
    if heights.shape != (200, 200):
        raise ValueError(f"objective is {objective.name!r}, of another number of variables; expected one of two")
    kwargs = {"colors": "0.6", "linewidths": 0.8, "linestyles": "solid", **kwargs}
    ax.contour(x, y, heights, levels=_heights(heights, levels), **kwargs)
    if len(objective.minimisers):
        ax.plot(*objective.minimisers.T, "k*", markersize=9)
    ax.set(xlabel="$x$", ylabel="$y$", xlim=objective.window[0], ylim=objective.window[1])
    return ax


def plot_curve(objective: Objective, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """Draw an objective of one variable over its window.

    Parameters
    ----------
    objective : of one variable; its window says which part of the plane to draw
    ax : the Axes to draw into, the current one when left out
    **kwargs : go to Matplotlib's ``plot``

    Returns
    -------
    Axes : the one drawn into
    """
    ax = _axes(ax)
    x = np.linspace(*objective.window[0], 400)
    ax.plot(x, objective(x), **{"color": "0.5"} | kwargs)
    ax.set(xlabel="$x$", ylabel="$f(x)$", xlim=objective.window[0], ylim=objective.window[1])
    return ax


def plot_path(hist: ArrayLike, *, f: Map | None = None, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """Draw a run over the level lines of its objective or along its curve, the start ringed.

    Parameters
    ----------
    hist : the iterates, shape (n + 1, 2), or (n + 1,) for one variable
    f : x ↦ f(x), for one variable: the curve that the run goes along
    ax : the Axes to draw into, the current one when left out
    **kwargs : go to Matplotlib's ``plot``

    Returns
    -------
    Axes : the one drawn into

    Raises
    ------
    TypeError : ``f`` is no function
    ValueError : ``hist`` has another shape, or is of one variable and ``f`` is missing
    """
    x, y = _coordinates(as_array(hist, "hist is", "real numbers"), f)
    ax = _axes(ax)
    (line,) = ax.plot(x, y, **{"marker": ".", "linewidth": 1.2, **kwargs})
    ax.plot(x[0], y[0], "o", markersize=9, markerfacecolor="none", color=line.get_color())
    return ax


def plot_decay(values: ArrayLike, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """Draw positive values against the step on a logarithmic axis, where a constant rate is a straight line.

    Parameters
    ----------
    values : one number a step, shape (n + 1,); what is not positive, which such an axis cannot show, is left out
    ax : the Axes to draw into, the current one when left out
    **kwargs : go to Matplotlib's ``semilogy``

    Returns
    -------
    Axes : the one drawn into
    """
    ax = _axes(ax)
    values = as_array(values, "values is", "real numbers")
    ax.semilogy(np.where(values > 0, values, np.nan), **kwargs)
    ax.set(xlabel="step $k$")
    return ax


def plot_map(image: ArrayLike, *, window: Window, ax: Axes | None = None, label: str | None = None, **kwargs: Any) -> Axes:
    """Draw an array of numbers as colours over a part of the plane, with a colour bar if labelled.

    Parameters
    ----------
    image : the numbers, shape (rows, columns), the first row lowest
    window : the part of the plane that they cover, ((x lowest, x highest), (y lowest, y highest))
    ax : the Axes to draw into, the current one when left out
    label : what the colours mean, written beside a colour bar; no bar when left out
    **kwargs : go to Matplotlib's ``imshow``

    Returns
    -------
    Axes : the one drawn into
    """
    ax = _axes(ax)
    kwargs = {"aspect": "auto", "origin": "lower", "interpolation": "nearest"} | kwargs
    shown = ax.imshow(image, extent=(*window[0], *window[1]), **kwargs)
    if label is not None:
        ax.figure.colorbar(shown, ax=ax, label=label)
    return ax


def side_by_side(pictures: Mapping[str, Figure]) -> HTML:
    """Show figures in a notebook beside each other, as many in a row as there is room for, and close them.

    Parameters
    ----------
    pictures : the figures, by the text that tells what each shows to who cannot see it

    Returns
    -------
    HTML : what a notebook shows for it
    """
    from IPython.display import HTML

    images = (f'<img src="{svg_uri(fig)}" alt="{escape(text)}">' for text, fig in pictures.items())
    return HTML(f'<div class="side-by-side">{"".join(images)}</div>')


def svg_uri(fig: Figure, *, outlines: bool = True) -> str:
    """Return a figure as the address of a small SVG that holds it, the same each time, and close it.

    Letters without ``outlines`` are text in a font that the reader has, and the whole is half as large.
    """
    style = {"svg.hashsalt": "gdtools"}
    if not outlines:
        style |= {"svg.fonttype": "none", "mathtext.fontset": "dejavusans"}
        for label in fig.findobj(Text):
            label.set_math_fontfamily("dejavusans")  # those of TeX number their signs in ways of their own
    text = io.StringIO()
    with plt.rc_context(style):
        fig.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    return "data:image/svg+xml," + urllib.parse.quote(_short(text.getvalue()), safe=" !$&'()*+,-./:;=?@_~")


def _short(svg: str) -> str:
    """Return an SVG with coordinates to a tenth of a point, and without what a picture within a page does not need."""
    svg = re.sub(r"<metadata>.*?</metadata>|\n *", " ", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]+", "font-family: sans-serif", svg)
    tenth = lambda number: number[1] or number[0]  # noqa: E731
    tenths = lambda tag: re.sub(r"scale\([^)]*\)|(\b\d+\.\d)\d+", tenth, tag[0])  # noqa: E731
    return re.sub(r"<[^>]+>", tenths, svg).replace('"', "'")


def _axes(ax: Axes | None) -> Axes:
    """Return the Axes given, or the current one."""
    return plt.gca() if ax is None else ax


def _coordinates(hist: Array, f: Map | None) -> tuple[Array, Array]:
    """Return x and y of the iterates, in the plane or along the curve of f."""
    if hist.ndim == 2 and hist.shape[1] == 2:
        return hist[:, 0], hist[:, 1]
    if hist.ndim != 1:
        raise ValueError(f"hist has shape {hist.shape}; expected (n + 1, 2), or (n + 1,) with f")
    if f is None:
        raise ValueError(f"f is None and hist has shape {hist.shape}; expected f, to draw along its curve")
    return hist, as_function(f, "f")(hist.copy())


def _heights(values: Array, levels: int | ArrayLike) -> Array:
    """Return the heights to draw lines at, spaced as those of a bowl if only their number is given."""
    levels = np.asarray(levels)
    if levels.ndim:
        return levels
    return values.min() + np.ptp(values) * np.linspace(0, 1, as_count(levels, "levels", least=1) + 1)[1:] ** 2
