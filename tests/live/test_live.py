"""Live figures as Python sees them: traits, numbers, and the form that a page holds."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from urllib.parse import quote, unquote

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import assume, given
from hypothesis import strategies as st
from live_cases import panels
from numpy.testing import assert_allclose, assert_array_equal
from traitlets import TraitError, Unicode

from gdtools import bowl, contraction, gradient_descent, gradient_error, predicted_steps, spectrum
from gdtools.live import FIGURES, Bowl, Line, LiveFigure, Number, Point, Promise, general, words

each_figure = pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
points = st.tuples(st.floats(-3, 9), st.floats(-3, 5))
angles = st.integers(-180, 180)


def part(figure):
    return BeautifulSoup(figure.html(), "html.parser").select_one("div.live-figure")


# The traits


@pytest.mark.parametrize(
    ("trait", "ends"), [("lr", (0, 1e300)), ("n_iter", (0, 10_000)), ("kappa", (1, 1e6)), ("angle", (-180, 180))]
)
def test_the_ends_of_a_range_belong_to_it(trait, ends):
    assert [getattr(Bowl(**{trait: end}), trait) for end in ends] == list(ends)
    assert Bowl(x0=(-1e6, 1e6)).x0 == (-1e6, 1e6)


@pytest.mark.parametrize(("figure", "trait", "value", "expected"), [
    (Bowl, "lr", -1, "lr is -1; expected a number from 0 to 1e+300"),
    (Bowl, "lr", float("nan"), "lr is nan; expected a number"),
    (Bowl, "lr", "0.1", "lr is '0.1'; expected a number"),
    (Bowl, "lr", [0.1], "lr is [0.1]; expected a number"),
    (Bowl, "n_iter", 2.5, "n_iter is 2.5; expected an integer from 0 to 10000"),
    (Bowl, "kappa", 0.5, "kappa is 0.5; expected a number from 1 to"),
    (Bowl, "angle", 200, "angle is 200; expected a number from -180 to 180"),
    (Bowl, "x0", (1, 2, 3), "x0 is (1, 2, 3); expected two numbers"),
    (Bowl, "x0", (1, float("inf")), "x0 is inf; expected two numbers"),
    (Promise, "lr", 101, "lr is 101; expected a number from 0 to 100"),
    (Promise, "x0", 3, "x0 is 3; expected two numbers from -100 to 100"),
])  # fmt: skip
def test_a_wrong_value_is_named(figure, trait, value, expected):
    with pytest.raises(TraitError) as caught:
        figure(**{trait: value})
    assert expected in str(caught.value)


def test_a_value_is_kept_in_one_form():
    figure = Bowl(lr=np.float64(1), n_iter=np.int64(3), x0=np.array([1, 2]))
    assert [type(value) for value in (figure.lr, figure.n_iter, figure.x0)] == [float, int, tuple]
    with pytest.raises(TraitError):
        figure.figure = "promise"


def test_a_control_is_shared_with_the_browser_and_knows_its_range():
    class Other(LiveFigure):
        figure = Unicode("bowl").tag(sync=True)  # whose script it borrows
        count, share, place, near = Number(3, 1, 5, whole=True), Number(0.5, 0, 1), Point((1, 2)), Point((0, 0), 2)

    made = Other()
    assert made.state() == {"count": 3, "share": 0.5, "place": (1, 2), "near": (0, 0)}
    assert made.state().keys() <= made.get_state().keys()
    made.place = (1e6, -1e6)
    for wrong in ({"count": 6}, {"count": 1.5}, {"share": 1.1}, {"place": (1_000_001, 0)}, {"near": (0, -2.1)}):
        with pytest.raises(TraitError):
            Other(**wrong)


@pytest.mark.parametrize("value", [("lt",), ("x0",), "lr", ("lr", "show")])
def test_what_stands_in_the_open_is_named_by_its_controls(value):
    with pytest.raises(TraitError) as caught:
        Bowl(show=value)
    expected = "expected names of angle, kappa, lr, n_iter, such as ("
    assert f"show is {value!r}; {expected}" in str(caught.value)
    figure = Bowl(show=["kappa", "lr"])
    assert figure.show == ("kappa", "lr")
    assert part(figure)["data-show"] == "kappa lr"
    assert "data-show" not in part(Bowl()).attrs
    assert "show" in figure.get_state()
    assert "show" not in figure.state()


# The numbers


@pytest.mark.parametrize(("lr", "n_iter", "flat", "steep", "error"), [
    (0.005, 60, "0.99", "0.75", "2.189"),
    (0.035, 60, "0.93", "−0.75", "0.05141"),
    (0.041, 25, "0.918", "−1.05", "10.17"),
])  # fmt: skip
def test_the_bowl_gives_the_demonstration(lr, n_iter, flat, steep, error):
    figure = Bowl(lr=lr, n_iter=n_iter)
    numbers = figure.numbers()
    assert (numbers["flat"], numbers["steep"], numbers["error"]) == (flat, steep, error)
    assert_array_equal(figure.run().hist, gradient_descent(bowl().grad, [-1, 4], lr, n_iter).hist)


@given(kappa=st.floats(1, 1000), angle=angles, x0=points, ratio=st.floats(0.05, 1.2))
def test_the_bowl_is_the_quadratic_it_says(kappa, angle, x0, ratio):
    figure = Bowl(kappa=kappa, angle=angle, x0=x0, lr=ratio / kappa, n_iter=20)
    ground, x = figure.objective(), np.array(x0)
    assert_allclose(spectrum(ground.hess(x)), [2, 2 * kappa], rtol=1e-9)
    assert gradient_error(ground.f, ground.grad, x) < 1e-6
    flat = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    assert_allclose(ground.hess(x) @ flat, 2 * flat, atol=1e-9 * kappa)
    assert_array_equal(ground.grad(ground.minimisers[0]), [0, 0])


@pytest.mark.parametrize("ratio", [0.1, 0.5, 0.96, 0.99])
def test_a_bowl_takes_at_most_what_theory_predicts_and_nearly_as_many(ratio):
    figure = Bowl(lr=ratio * 0.04)
    numbers = figure.numbers()
    predicted = predicted_steps(contraction([2, 50], figure.lr), 1e-6)
    assert numbers["predicted"] == str(predicted)
    assert 0.9 * predicted <= int(numbers["took"]) <= predicted


@pytest.mark.parametrize(("settings", "numbers"), [
    ({"lr": 0}, {"steps": "0", "predicted": "never", "took": "–"}),
    ({"lr": 0.04}, {"product": "2", "steep": "−1", "predicted": "never"}),
    ({"lr": 1e6}, {"steps": "39", "predicted": "never"}),
    ({"x0": (3, 1)}, {"error": "0", "took": "0"}),
    ({"n_iter": 0}, {"steps": "0", "error": "5"}),
    ({"kappa": 1, "lr": 0.4999}, {"error": "< 10⁻¹²"}),
    ({"lr": 1e-7}, {"took": "–"}),
    ({"x0": (3 + 1e-12, 1 + 1e-12), "lr": 0.03}, {"took": "–"}),
    ({"x0": (3 + 1e-5, 1)}, {"took": "191"}),  # where the gradient is below the tolerance of a run by itself
])  # fmt: skip
def test_extremes_of_the_bowl(settings, numbers):
    figure = Bowl(**settings)
    assert figure.numbers().items() >= numbers.items()
    assert "nan" not in figure.html() + figure.sentence()


def test_without_a_step_the_run_is_its_start():
    for figure in (Bowl(lr=0), Line(lr=0)):
        x, hist = figure.run()
        assert x.tolist() == list(figure.x0)
        assert hist.tolist() == [list(figure.x0)]


@given(x0=points, angle=angles, lr=st.floats(0.001, 1))
def test_the_promise_keeps_its_accounts(x0, angle, lr):
    figure = Promise(x0=x0, angle=angle, lr=lr)
    ground, x, step = figure.objective(), np.array(x0), figure.step()
    g = ground.grad(x)
    assume(np.hypot(*g) > 1e-12)  # else it counts as zero
    assert_allclose(np.hypot(*step), lr * np.hypot(*g), rtol=1e-12)
    assert_allclose(step @ -g, lr * (g @ g) * np.cos(np.radians(angle)), atol=1e-12 * lr * (g @ g) + 1e-300)
    assert gradient_error(ground.f, ground.grad, x) < 1e-6


def test_half_the_curvature_along_a_short_step_is_the_gap():
    figure = Promise(x0=(1.5, 0.2), angle=40, lr=1e-3)
    step, ground, x = figure.step(), figure.objective(), np.array([1.5, 0.2])
    gap = -ground.grad(x) @ step - (ground(x) - ground(x + step))
    assert step @ ground.hess(x) @ step / 2 == pytest.approx(gap, rel=1e-2)


def test_the_promise_shows_its_numbers():
    assert Promise().numbers() == {
        "slope": "−6.325", "length": "0.6325", "promised": "4", "delivered": "2.32", "steepest": "2.32", "gap": "1.68",
        "curved": "2.08",
    }  # fmt: skip
    level, still, flat = Promise(angle=90).numbers(), Promise(lr=0, angle=60).numbers(), Promise(x0=(0, 0)).numbers()
    assert level["promised"] == "≈ 0"
    assert (still["slope"], still["length"], still["gap"]) == ("−3.162", "0", "0")
    assert set(flat.values()) == {"0"}
    for minimiser in Promise().objective().minimisers:
        assert_allclose(Promise().objective().grad(minimiser), [0, 0], atol=1e-15)


def test_numbers_are_written_as_a_person_writes_them():
    assert [general(value) for value in (-0.75, 1e-5, -1e-5, 12345.0, 0.0)] == ["−0.75", "10⁻⁵", "−10⁻⁵", "1.234·10⁴", "0"]


def test_the_bowl_shows_its_numbers():
    assert Bowl().numbers() == {
        "bound": "0.04", "product": "1.75", "flat": "0.93", "steep": "−0.75", "steps": "60", "error": "0.05141",
        "predicted": "191", "took": "188",
    }  # fmt: skip


@pytest.mark.parametrize(("form", "shown"), [
    (words.error, {0.0: "0", 9.9e-13: "< 10⁻¹²", 1e-12: "10⁻¹²", 0.05141: "0.05141"}),
    (words.fixed, {-0.00004: "0", 0.0: "0", -1.5: "−1.5000", 9999.5: "9999.5000", 1e4: "10⁴", -1e4: "−10⁴", np.inf: "–"}),
    (words.percent, {0.0: "0 %", 0.125: "12.5 %", 1.0: "100 %"}),
    (words.plain, {9.9e-10: "0", 1e-9: "10⁻⁹", -9.9e-10: "0", -2.0: "−2"}),
    (words.amount, {9.9e-13: "< 10⁻¹²", 1e-12: "10⁻¹²", 2.0: "2", 1e100: "10¹⁰⁰", 1.1e100: "> 10¹⁰⁰"}),
])  # fmt: skip
def test_numbers_are_shown_as_far_as_they_mean_something(form, shown):
    assert {value: form(value) for value in shown} == shown


# The still picture


@each_figure
def test_a_still_is_as_wide_as_a_page_and_in_the_style_of_the_book(figure):
    fig = figure().still()
    plt.close(fig)
    width, height = fig.get_size_inches()
    heights = {"Basins": 7, "Roll": 4.6, "Slope": 4, "Believe": 4, "Corner": 4.4}
    assert (width, height) == (5.6, heights.get(figure.__name__, 6))
    assert {ax.spines["top"].get_visible() for ax in fig.axes if ax.axison} <= {False}


def test_the_still_of_the_promise_draws_what_is_promised_and_what_comes():
    figure = Promise(lr=0.2, angle=30)
    (top, low), ground, x0, step = panels(figure), figure.objective(), np.array(figure.x0), figure.step()
    assert_allclose(top.lines[1].get_xydata(), [x0, x0 + step])
    assert (top.get_xlim(), top.get_ylim()) == ground.window == ((-2.5, 3), (-1.35, 2.5))
    assert ground.name == "hillside"
    assert len(top.collections[0].levels) == 8
    promise, true = (line.get_xydata().T for line in low.lines)
    along = promise[0] / 0.2
    assert (along[0], along[-1], len(along)) == (0, pytest.approx(1.5), 61)
    assert_allclose(promise[1], -along * (ground.grad(x0) @ step))
    assert_allclose(true, [along * 0.2, [ground(x0) - ground(x0 + share * step) for share in along]], atol=1e-12)
    assert [text.get_text() for text in low.get_legend().get_texts()] == ["promise", "true decrease"]
    assert low.lines[0].get_linestyle() == "--"
    assert (low.get_xlabel(), low.get_ylabel()) == ("step $\\eta$", "decrease")


@pytest.mark.parametrize("lr", [0.02, 0.06])
def test_the_still_of_the_bowl_draws_the_run_as_far_as_it_can_be_seen(lr):
    figure = Bowl(lr=lr, n_iter=200)
    (top, low), hist = panels(figure), figure.run().hist
    near = np.abs(hist).max(axis=1) < 1e3
    assert near.all() == (lr == 0.02)
    assert_allclose(top.lines[1].get_xydata(), hist[near])
    assert (top.get_xlim(), top.get_ylim()) == figure.objective().window == ((-2, 8), (-2.5, 4.5))
    assert len(top.collections[0].levels) == 8
    assert_allclose(low.lines[0].get_ydata(), np.linalg.norm(hist - [3, 1], axis=1).clip(1e-16, 1e16))
    assert low.get_ylabel() == "error"
    assert set(panels(Bowl(x0=(3, 1)))[1].lines[0].get_ydata()) == {1e-16}


def test_the_picture_on_a_page_is_light_and_tells_nothing_of_its_making():
    src = part(Bowl()).img["src"]
    svg = unquote(src).removeprefix("data:image/svg+xml,")
    assert svg.startswith("<svg")
    assert '"' not in svg
    assert not re.search("Matplotlib v|dc:creator|dc:date", svg)
    assert {len(digits) for digits in re.findall(r"\b\d+\.(\d+)", svg)} <= {1, 2}
    for path in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}path"):
        assert re.fullmatch(r"[MLQCSz\s\d.e-]*", path.get("d", ""))
    assert not set(re.findall("%..", src)) & {quote(sign, safe="") for sign in " ,:;='()/"}  # they may stay as they are


# The form that a page holds


@each_figure
def test_a_page_holds_the_state_a_picture_and_a_sentence(figure):
    start = {"x0": (0.03, 1)} if "x0" in figure.class_traits() else {}
    made, open_before = figure(**start), plt.get_fignums()
    div = part(made)
    state = json.loads(div["data-state"])
    assert figure(**state).state() == made.state()
    assert div["data-live"] == made.figure == figure.__name__.lower()
    image, sentence = div.find_all(recursive=False)
    assert len(image["alt"]) > 80
    assert ET.fromstring(unquote(image["src"].removeprefix("data:image/svg+xml,"))).tag.endswith("svg")
    assert any(number in sentence.text for number in made.numbers().values())
    assert plt.get_fignums() == open_before


@each_figure
def test_the_same_figure_gives_the_same_page(figure):
    assert figure().html() == figure().html()


@each_figure
def test_a_figure_is_a_widget_too(figure):
    data, _ = figure()._repr_mimebundle_()
    assert {"text/html", "application/vnd.jupyter.widget-view+json"} <= set(data)


def test_text_in_the_page_is_escaped():
    figure = Bowl()
    figure.sentence = lambda: "a < b"
    assert "<p>a &lt; b</p>" in figure.html()


def test_gdtools_itself_needs_no_widgets():
    code = "import sys, gdtools; sys.exit(bool({'anywidget', 'ipywidgets'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
