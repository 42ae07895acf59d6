"""Live figures as Python sees them: traits, numbers, and the form that a page holds."""

import gzip
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from traitlets import TraitError

from gdtools import bowl, contraction, gradient_descent, gradient_error, predicted_steps, spectrum
from gdtools.live import PARTS, STATIC, Bowl, LiveFigure, Promise, general, page_script, source

FIGURES = LiveFigure.__subclasses__()
each_figure = pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
points = st.tuples(st.floats(-3, 9), st.floats(-3, 5))
angles = st.integers(-180, 180)


def part(figure):
    return BeautifulSoup(figure.html(), "html.parser").select_one("div.live-figure")


# The traits


@pytest.mark.parametrize(("figure", "trait", "value", "expected"), [
    (Bowl, "lr", -1, "lr is -1; expected a number from 0 to 1e+300"),
    (Bowl, "lr", float("nan"), "lr is nan; expected a number"),
    (Bowl, "lr", "0.1", "lr is '0.1'; expected a number"),
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


# The numbers


@pytest.mark.parametrize(("lr", "n_iter", "flat", "steep", "error"), [
    (0.005, 60, "0.99", "0.75", "2.189e+00"),
    (0.035, 60, "0.93", "−0.75", "5.141e-02"),
    (0.041, 25, "0.918", "−1.05", "1.017e+01"),
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
    ({"x0": (3, 1)}, {"error": "0.000e+00", "took": "0"}),
    ({"n_iter": 0}, {"steps": "0", "error": "5.000e+00"}),
    ({"kappa": 1, "lr": 0.4999}, {"error": "< 1e-12"}),
    ({"lr": 1e-7}, {"took": "–"}),
    ({"x0": (3 + 1e-12, 1 + 1e-12), "lr": 0.03}, {"took": "–"}),
])  # fmt: skip
def test_extremes_of_the_bowl(settings, numbers):
    figure = Bowl(**settings)
    assert figure.numbers().items() >= numbers.items()
    assert "nan" not in figure.html() + figure.sentence()


@given(x0=points, angle=angles, lr=st.floats(0.001, 1))
def test_the_promise_keeps_its_accounts(x0, angle, lr):
    figure = Promise(x0=x0, angle=angle, lr=lr)
    ground, x, step = figure.objective(), np.array(x0), figure.step()
    g = ground.grad(x)
    assert_allclose(np.hypot(*step), lr * np.hypot(*g), rtol=1e-12)
    assert_allclose(step @ -g, lr * (g @ g) * np.cos(np.radians(angle)), atol=1e-12 * lr * (g @ g) + 1e-300)
    assert gradient_error(ground.f, ground.grad, x) < 1e-6


def test_the_promise_shows_its_numbers():
    assert Promise().numbers() == {
        "slope": "−6.325", "length": "0.6325", "promised": "4", "delivered": "2.32", "gap": "1.68", "curved": "2.08",
    }  # fmt: skip
    level, still, flat = Promise(angle=90).numbers(), Promise(lr=0, angle=60).numbers(), Promise(x0=(0, 0)).numbers()
    assert level["promised"] == "≈ 0"
    assert (still["slope"], still["length"], still["gap"]) == ("−3.162", "0", "0")
    assert set(flat.values()) == {"0"}
    for minimiser in Promise().objective().minimisers:
        assert_allclose(Promise().objective().grad(minimiser), [0, 0], atol=1e-15)


def test_numbers_have_a_true_minus_and_keep_their_exponents():
    assert [general(value) for value in (-0.75, 1e-5, -1e-5, 12345.0, 0.0)] == ["−0.75", "1e-05", "−1e-05", "1.234e+04", "0"]


# The form that a page holds


@each_figure
def test_a_page_holds_the_state_a_picture_and_a_sentence(figure):
    made, open_before = figure(lr=0.03), plt.get_fignums()
    div = part(made)
    state = json.loads(div["data-state"])
    assert figure(**state).state() == made.state()
    assert div["data-live"] == made.figure == figure.__name__.lower()
    image, sentence = div.find_all(recursive=False)
    assert len(image["alt"]) > 80
    assert ET.fromstring(unquote(image["src"].removeprefix("data:image/svg+xml,"))).tag.endswith("svg")
    assert "0.03" in sentence.text
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


# The script


def test_the_scripts_of_all_figures_are_small_together():
    assert {path.stem for path in STATIC.glob("*.js")} == set(PARTS)
    assert {figure.__name__.lower() for figure in FIGURES} <= set(PARTS)
    assert len(gzip.compress(page_script().encode())) + len(gzip.compress((STATIC / "live.css").read_bytes())) <= 20 * 1024


def test_the_script_asks_no_host_and_stands_alone():
    assert source().count("://") == 1  # the name of SVG
    assert "import " not in source()
    assert LiveFigure._esm.endswith("export default { render };\n")


def test_gdtools_itself_needs_no_widgets():
    code = "import sys, gdtools; sys.exit(bool({'anywidget', 'ipywidgets'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
