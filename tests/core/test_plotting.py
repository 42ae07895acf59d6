import re
from urllib.parse import unquote
from xml.etree import ElementTree

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from numpy.testing import assert_allclose

from gdtools import (
    bowl,
    double_well,
    gradient_descent,
    plot_contours,
    plot_curve,
    plot_decay,
    plot_map,
    plot_path,
    saddle,
    side_by_side,
    use_book_style,
)
from gdtools.plotting import svg_uri

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _close_figures():
    plt.close("all")  # the current one may be another test's
    yield
    plt.close("all")


@pytest.fixture
def path():
    return gradient_descent(bowl().grad, [-1, 4], 0.035, 10).hist


CALLS = {
    "contours": lambda **k: plot_contours(bowl(), **k),
    "curve": lambda **k: plot_curve(double_well(), **k),
    "path": lambda **k: plot_path([[0, 0], [1, 2]], **k),
    "path on a curve": lambda **k: plot_path([0.0, 0.5], f=double_well(), **k),
    "decay": lambda **k: plot_decay([1, 0.1], **k),
    "map": lambda **k: plot_map(np.eye(3), window=((0, 1), (0, 2)), **k),
}


@pytest.mark.parametrize("name", CALLS)
def test_draws_into_the_axes_given_or_the_current_one(name):
    _, (left, right) = plt.subplots(1, 2)
    assert CALLS[name](ax=left) is left
    assert left.has_data()
    assert not right.has_data()
    assert CALLS[name]() is right
    assert right.has_data()


def test_contours_are_level_lines_within_the_window():
    f = bowl()
    ax = plot_contours(f, levels=[1.0, 4.0])
    lines = ax.collections[0].get_paths()
    assert len(lines) == 2
    for height, line in zip([1.0, 4.0], lines, strict=True):
        assert_allclose(f(line.vertices.T), height, rtol=0.02)
        assert_allclose(np.ptp(line.vertices, axis=0), 2 * np.sqrt([height, height / 25]), rtol=0.02)
    assert (ax.get_xlim(), ax.get_ylim()) == f.window
    assert_allclose(ax.lines[0].get_xydata(), f.minimisers)


def test_the_number_of_level_lines_is_the_readers():
    levels = plot_contours(bowl(), levels=5).collections[0].levels
    assert_allclose(np.diff(np.sqrt(levels)), np.sqrt(levels[0]), rtol=0.01)
    assert len(levels) == 5
    assert levels[-1] == bowl()(np.array([-2, -2.5]))
    assert len(plot_contours(bowl()).collections[-1].levels) == 12


def test_a_saddle_is_drawn_without_a_star():
    assert not plot_contours(saddle()).lines


def test_a_path_is_the_history_with_its_start_ringed(path):
    ax = plot_path(path, color="C1", label="run")
    assert_allclose(ax.lines[0].get_xydata(), path)
    assert_allclose(ax.lines[1].get_xydata(), path[:1])
    assert [line.get_color() for line in ax.lines] == ["C1", "C1"]
    assert [text.get_text() for text in ax.legend().get_texts()] == ["run"]


def test_a_path_of_numbers_lies_on_its_curve():
    f = double_well()
    hist = gradient_descent(f.grad, 0.4, 0.03, 9).hist
    assert_allclose(plot_path(hist, f=f).lines[0].get_xydata(), np.column_stack([hist, f(hist)]))


def test_the_curve_is_the_function():
    f = double_well()
    x, y = plot_curve(f, color="C2").lines[0].get_xydata().T
    assert_allclose(y, f(x))
    assert (x[0], x[-1]) == f.window[0]


def test_the_axes_show_the_window_and_say_what_they_are():
    f = double_well()
    ax = plot_curve(f)
    assert (ax.get_xlim(), ax.get_ylim()) == f.window
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x$", "$f(x)$")
    assert plot_decay([1.0]).get_xlabel() == "step $k$"
    plt.figure()
    plane = plot_contours(bowl())
    assert (plane.get_xlabel(), plane.get_ylabel()) == ("$x$", "$y$")


def test_lines_that_are_only_ground_are_grey_and_thin_unless_told_otherwise():
    assert plot_curve(double_well()).lines[0].get_color() == "0.5"
    drawn, told = plot_contours(saddle()).collections[0], plot_contours(saddle(), linewidths=3).collections[-1]
    assert np.ptp(drawn.get_edgecolor()[0, :3]) == 0 < drawn.get_edgecolor()[0, 0] < 1
    assert np.ptp(told.get_edgecolor()[0, :3]) == 0
    assert max(drawn.get_linewidth()) < 1 < min(told.get_linewidth())
    assert {dash for _, dash in drawn.get_linestyle()} == {None}  # below zero too


def test_a_curve_is_fine_enough_to_look_smooth():
    x = plot_curve(double_well()).lines[0].get_xdata()
    assert np.diff(x).max() < 4.4 / 300


def test_the_minimisers_are_stars_and_the_start_is_an_open_ring(path):
    star, (_, ring) = plot_contours(bowl()).lines[0], plot_path(path, ax=plt.figure().gca()).lines
    assert (star.get_marker(), star.get_linestyle(), star.get_color()) == ("*", "None", "k")
    assert (ring.get_marker(), ring.get_markerfacecolor()) == ("o", "none")
    assert ring.get_markersize() > plot_path(path).lines[0].get_markersize()


def test_each_step_of_a_path_has_its_dot_unless_told_otherwise(path):
    assert plot_path(path).lines[0].get_marker() == "."
    assert plot_path(path, ax=plt.figure().gca(), marker="").lines[0].get_marker() == ""


def test_a_decay_is_logarithmic_and_leaves_out_zeros():
    ax = plot_decay([1, 0.1, 0], label="error")
    assert ax.get_yscale() == "log"
    assert ax.lines[0].get_ydata().tolist()[:2] == [1, 0.1]
    assert np.isnan(ax.lines[0].get_ydata()[2])
    assert ax.lines[0].get_label() == "error"


def test_a_map_fills_its_window_with_rows_upwards():
    ax = plot_map([[1, 2], [3, 4]], window=((0, 1), (5, 9)), label="steps", cmap="magma")
    image = ax.images[0]
    assert tuple(image.get_extent()) == (0, 1, 5, 9)
    assert (image.origin, image.get_interpolation(), image.axes.get_aspect()) == ("lower", "nearest", "auto")
    assert image.get_cmap().name == "magma"
    assert image.colorbar.ax.get_ylabel() == "steps"


def test_pictures_side_by_side_are_drawings_with_their_texts_in_order():
    drawn = {text: plot_path([[0, 0], [1, 2]], ax=plt.figure().gca()).figure for text in ('a "path"', "another")}
    html = BeautifulSoup(side_by_side(drawn)._repr_html_(), "html.parser")
    assert [image["alt"] for image in html.select("div.side-by-side > img")] == list(drawn)
    for image in html.find_all("img"):
        head, svg = unquote(image["src"]).split(",", 1)
        root = ElementTree.fromstring(svg)
        assert (head, root.tag) == ("data:image/svg+xml", f"{SVG}svg")
    assert plt.get_fignums() == []


def test_letters_without_outlines_are_text_that_any_font_can_show():
    with matplotlib.rc_context({"mathtext.fontset": "cm"}):
        fig = plot_decay([1.0, 1e-3], ax=plt.figure().gca()).set_title(r"$\eta$").figure
        fig.supxlabel("0.035")
    root = ElementTree.fromstring(unquote(svg_uri(fig, outlines=False)).split(",", 1)[1])
    assert {"η", "10−3", "0.035"} <= {"".join("".join(text.itertext()).split()) for text in root.iter(f"{SVG}text")}
    assert plt.get_fignums() == []


def test_a_picture_is_the_same_letters_each_time_and_has_no_date():
    one, other = (side_by_side({"a path": plot_path([[0, 0], [1, 2]], ax=plt.figure().gca()).figure}).data for _ in range(2))
    assert one == other
    assert "metadata" not in one
    assert re.search(r"scale\(\d+\.\d{3}", unquote(one)), "letters are not rounded away"
    assert not list(
        ElementTree.fromstring(unquote(one).split(",", 1)[1].split("' alt")[0].split('" alt')[0]).iter(f"{SVG}text")
    )


def test_a_figure_in_a_notebook_is_a_drawing_without_a_date():
    with matplotlib.rc_context():
        use_book_style()
        svg = InteractiveShell.instance().display_formatter.formatters["image/svg+xml"](plot_decay([1.0]).figure)
    assert "<svg" in svg
    assert "dc:date" not in svg


def test_the_style_is_set_only_when_asked():
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        import gdtools.plotting  # noqa: F401

        assert matplotlib.rcParams["figure.figsize"] == [6.4, 4.8]
        use_book_style()
        assert matplotlib.rcParams["figure.figsize"] == [5.6, 3.5]
        assert matplotlib.rcParams["svg.hashsalt"] == "gdtools"
