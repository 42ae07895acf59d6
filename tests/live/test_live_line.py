"""The line fitted step by step: against gdtools, and as a reader meets it in Chromium."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_cases import PAIR, panels
from live_page import agrees, centre, redrawn, rest, show, shown, state, unfold
from live_plain import said
from numpy.testing import assert_allclose
from traitlets import TraitError

from gdtools import gradient_descent, least_squares, line_data
from gdtools.live import Line, words

places = st.tuples(st.floats(-3, 3), st.floats(-5, 5))


# The numbers


def test_the_points_are_those_of_the_chapter():
    X, y = line_data()
    assert_allclose(Line().points, np.column_stack([X[:, 1], y]), atol=6e-6)
    numbers = Line(n=50, n_iter=200).numbers()
    assert (numbers["intercept"], numbers["slope"]) == (numbers["ols_intercept"], numbers["ols_slope"]) == ("0.4145", "2.015")
    assert (numbers["floor"], numbers["kappa"], numbers["bound"], numbers["rate"]) == ("0.1434", "1.405", "0.759", "0.6602")
    assert Line(n=50, n_iter=0).numbers()["loss"] == "5.647"


@given(st.lists(places, min_size=2, max_size=50), st.integers(0, 30), st.floats(0.01, 0.05))
def test_the_run_is_that_of_gdtools(points, n_iter, lr):
    figure = Line(points=points, n=50, n_iter=n_iter, lr=lr)
    x, y = np.array(points).T
    ground = least_squares(np.column_stack([np.ones(len(x)), x]), y)
    hist = gradient_descent(ground.grad, [0, 0], lr, n_iter).hist
    assert_allclose(figure.run().hist, hist, rtol=1e-12)
    assert_allclose(figure.excess(hist), ground(hist.T) - ground(ground.minimisers[0]), atol=1e-9)


def test_sideways_moves_the_bound_and_upwards_does_not():
    points = [list(point) for point in Line().points]
    before, (x, y) = Line().numbers(), points[3]
    up, aside = (Line(points=[*points[:3], place, *points[4:]]).numbers() for place in ([x, y + 2], [x + 2, y]))
    assert up["bound"] == before["bound"] != aside["bound"]
    assert up["ols_slope"] != before["ols_slope"]


@pytest.mark.parametrize(
    "wrong", [3, [[1, 2]], [[1, 2], [3]], [[1, 2], [3, 4, 5]], [[0, 0]] * 51, [[0, 0], [0, 101]], [[0, 0], ["1", 2]]]
)
def test_wrong_points_are_named(wrong):
    with pytest.raises(TraitError, match=r"points is .*; expected 2 to 50 points, each two numbers from -100 to 100"):
        Line(points=wrong)


@pytest.mark.parametrize(("settings", "numbers"), [
    ({"lr": 0}, {"slope": "0", "predicted": "never", "took": "–"}),
    ({"lr": 100, "n_iter": 90}, {"loss": "> 10¹⁰⁰", "excess": "> 10¹⁰⁰"}),
    ({"points": [[1, 0], [1, 2], [1, 4]]}, {"ols_intercept": "1", "ols_slope": "1", "kappa": "∞", "predicted": "14"}),
    ({"points": [[0.3, 0], [0.3, 2], [0.3, 4]]}, {"kappa": "∞", "predicted": "29", "took": "29"}),
    ({"points": [[27.7, 0], [27.7, 2], [27.7, 4]], "lr": 1e-4}, {"kappa": "∞", "predicted": "42"}),
    ({"points": [[0, 1], [0.1, 0], [0.2, 3]]}, {"kappa": "153", "predicted": "5230", "took": "4728"}),
    ({"points": PAIR, "lr": 0.5}, {"predicted": "1", "took": "1", "floor": "< 10⁻¹²"}),
    ({"lr": 1e-9}, {"took": "–"}),
    ({"x0": (1e6, 1e6), "n_iter": 0, "points": [[-100, 1], [100, 1]]}, {"intercept": "10⁶"}),
])  # fmt: skip
def test_extremes_of_the_line(settings, numbers):
    figure = Line(**settings)
    assert figure.numbers().items() >= numbers.items()
    assert "nan" not in figure.html() + figure.sentence()


@pytest.mark.parametrize(("distance", "took"), [(0, "0"), (1e-15, "0"), (1e-8, "32")])
def test_a_start_on_the_solution_or_close_to_it(distance, took):
    assert Line(x0=Line().objective().minimisers[0] + distance).numbers()["took"] == took


def test_a_loss_of_zero_is_drawn_where_a_logarithm_can_show_it():
    loss, excess, floor = panels(Line(points=PAIR, lr=0.5))[1].lines
    assert floor.get_ydata()[-1] == loss.get_ydata()[-1] == excess.get_ydata()[-1] == 1e-16


def test_the_line_shows_its_numbers():
    assert Line(n_iter=4).numbers() == {
        "intercept": "0.5608", "slope": "1.641", "ols_intercept": "0.4469", "ols_slope": "2.137", "loss": "0.4728",
        "floor": "0.1378", "excess": "0.3351", "rate": "0.7187", "bound": "0.5743", "kappa": "2.287", "predicted": "42",
        "took": "33",
    }  # fmt: skip
    assert Line().numbers() == Line(n_iter=60).numbers()


@pytest.mark.parametrize("number", [2, 50])
def test_two_points_are_enough_and_fifty_not_too_many(number):
    assert len(Line(points=[[k, 1] for k in range(number)]).points) == number


@pytest.mark.parametrize("lr", [0.3, 0.7])
def test_the_still_of_the_line_draws_points_lines_and_both_losses(lr):
    figure = Line(lr=lr, n_iter=400)
    (top, low), run, ground = panels(figure), figure.run(), figure.objective()
    *trail, now, formula, points = top.lines
    assert_allclose(points.get_xydata(), figure.points[:12])
    assert (points.get_marker(), points.get_linestyle()) == ("o", "None")
    ends, fit = np.array([-3, 3]), lambda beta, x: (beta[0] + beta[1] * x).clip(-1e6, 1e6)
    seen = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144]
    for beta, line in zip(run.hist[[*(k for k in seen if k < run.n_steps), -1]], [*trail, now], strict=True):
        assert_allclose(line.get_xydata().T, [ends, fit(beta, ends)])
    assert {line.get_alpha() for line in trail} == {0.3}
    assert_allclose(formula.get_xydata().T, [ends, ground.minimisers[0] @ [[1, 1], ends]])
    assert (formula.get_linestyle(), formula.get_marker()) == ("--", "None")
    for (x, y), residual in zip(figure.points[:12], top.collections[0].get_segments(), strict=True):
        assert_allclose(residual, [(x, y), (x, fit(run.x, x))])
    assert (top.get_xlim(), top.get_ylim(), top.get_xlabel(), top.get_ylabel()) == ((-3, 3), (-5, 5), "$x$", "$y$")
    with np.errstate(over="ignore"):
        loss, excess = ground(run.hist.T), figure.excess(run.hist)
    assert_allclose(low.lines[0].get_ydata(), loss.clip(1e-16, 1e16), rtol=1e-9)
    assert_allclose(low.lines[1].get_ydata(), excess.clip(1e-16, 1e16))
    assert_allclose(low.lines[2].get_ydata(), ground(ground.minimisers[0]))
    assert low.get_ylabel() == "loss"


def test_one_colour_is_for_one_thing_in_both_panels_of_the_still():
    top, low = panels(Line(n_iter=9))
    *trail, now, formula, points = top.lines
    loss, excess, floor = low.lines
    assert {line.get_color() for line in trail} == {now.get_color()} == {loss.get_color()}
    assert (formula.get_color(), formula.get_linestyle()) == (floor.get_color(), floor.get_linestyle())
    assert len({line.get_color() for line in (now, formula, points, excess)}) == 4
    (legend,) = low.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["line, its loss", "excess", "formula, lowest loss"]


# The sentence, against the excess by the formula of the chapter


def random_states(rng):
    """Steps on both sides of the bound and on it, clouds and rows of points, starts with nothing along a direction."""
    for i in range(240):
        points = rng.uniform((-3, -5), (3, 5), size=(int(rng.integers(2, 51)), 2)).round(2)
        if i % 6 == 0:  # mirrored, so that the two directions are those of the coefficients
            points = np.array([[-2, 1], [2, 1], [-1, 1], [1, 1]]) * [1, rng.integers(1, 5)]
        if i % 6 == 1:
            points[:, 0] = 1.5
        if i % 6 == 2:  # nearly on a line
            points[:, 1] = 1 + points[:, 0] + 0.01 * points[:, 1]
        x = points[:, 0]
        L = np.linalg.eigvalsh(2 / len(x) * np.array([[len(x), x.sum()], [x.sum(), x @ x]]))[1]
        ratio = rng.choice([rng.uniform(0.01, 0.99), rng.uniform(1.001, 1.3), 1])
        lr = ratio * 2 / L if ratio == 1 else float(f"{ratio * 2 / L:.4g}")
        yield {"points": points.tolist(), "n": len(points), "lr": lr, "n_iter": int(rng.integers(0, 150))}


def excess_of(setting):
    """The curvatures, the excess after each step by the formula of the chapter, and the lowest loss."""
    x, y = np.array(setting["points"]).T
    X = np.column_stack([np.ones(len(x)), x])
    beta = np.linalg.lstsq(X, y)[0]
    lam, ways = np.linalg.eigh(2 / len(x) * X.T @ X)
    lam[lam < 1e-12 * lam[1]] = 0
    parts = ways.T @ beta
    parts[abs(parts) < 1e-13 * abs(parts).max()] = 0
    factors = (1 - setting["lr"] * lam)[:, None] ** (2 * np.arange(setting["n_iter"] + 1))
    return lam, (lam * parts**2 / 2) @ factors, ((y - X @ beta) ** 2).mean()


def test_the_sentence_says_what_the_run_does_at_each_step():
    rng, kinds = np.random.default_rng(8), set()
    asked = [(setting, rng.choice([1, rng.uniform(0, 1)])) for setting in random_states(rng)]
    for (setting, _), (k, last, sentence) in zip(asked, said("line", asked), strict=True):
        lam, excess, floor = excess_of(setting)
        if "nothing is left" in sentence:
            assert excess[0] < 1e-24
            continue
        product, rest = sentence.removeprefix("ηL = ").split(": ", 1)
        assert float(product) == pytest.approx(setting["lr"] * lam[1], rel=1e-3)
        kinds.add(kind_told(rest, k, last, setting, lam, excess, floor))
    assert len(kinds) == 9, kinds


def kind_told(sentence, k, last, setting, lam, excess, floor):
    """What is said of the run, once it has been found true."""
    product = setting["lr"] * lam[1]
    if sentence.startswith("on the bound"):
        assert product == pytest.approx(2)
        return "on the bound"
    if sentence.startswith("too long"):
        assert product > 2
        return too_long_told(sentence, k, excess)
    assert product < 2
    falls = 100 * (1 - ((1 - setting["lr"] * lam[lam > 0]) ** 2).max())
    left = re.search(f"after {k} steps? the loss (is|looks flat,) (.*?) above its lowest", sentence)
    assert left[2] == words.amount(excess[k]).replace("<", "less than") or abs(excess[k] / number(left[2]) - 1) < 1e-3, setting
    assert (left[1] == "is") == (excess[k] >= 0.01 * floor)
    assert ("the run ends at the nearest" in sentence) == (lam[0] == 0)
    if lam[0] == 0:
        return left[1], "all x are equal"
    if "the run stops" in sentence:
        assert k == last < setting["n_iter"] or excess[k] < 1e-18
        return "stops"
    told = re.search(r"at least ([\d.]+) %", sentence)
    assert told or "; theory promises less than 0.01 % of that a step" in sentence.replace("; yet", ";")
    share = float(told[1]) if told else 0
    assert 0.9 * falls - 1e-9 <= share <= falls * (1 + 1e-9) if told else falls < 0.01
    assert ("; yet " in sentence) == (left[1] != "is")
    assert (excess[1:] <= excess[:-1] * (1 - share / 100) * (1 + 1e-9) + 1e-24).all()
    return left[1]


def too_long_told(sentence, k, excess):
    if k == 0:
        assert sentence == "too long a step."
        return "no step"
    wider = excess[k] > excess[k - 1]
    assert ("ever wider" in sentence, f"after {k} step" in sentence) == (wider, not wider)
    return "wider" if wider else "falls"


def number(text):
    """A number that a sentence tells."""
    return float(text.replace("less than ", ""))


# The page


@pytest.fixture
def name():
    """What the fixture ``view`` opens."""
    return "line"


def point(view, number):
    return view.figure.get_by_role("button", name=f"point {number},")


def test_a_point_is_dragged_with_the_mouse_and_the_line_follows(view):
    knob, before, numbers = point(view, 5), state(view)["points"], shown(view)
    knob.scroll_into_view_if_needed()
    x, y = centre(knob.bounding_box())
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.mouse.move(x, y - 60, steps=6)
    view.page.mouse.up()
    after = state(view)["points"]
    assert [i for i in range(50) if after[i] != before[i]] == [4]
    assert after[4][1] > before[4][1] + 1
    assert shown(view)["ols_slope"] != numbers["ols_slope"]
    redrawn(view)
    assert_allclose(centre(knob.bounding_box()), (x, y - 60), atol=3)
    agrees(view)
    view.page.mouse.move(x + 50, y)
    assert state(view)["points"] == after, "the mouse was up"


def test_keys_move_the_points_and_the_sliders(view):
    knob, (x, y) = point(view, 1), state(view)["points"][0]
    knob.focus()
    view.page.keyboard.press("Enter")
    view.page.keyboard.press("ArrowUp")
    assert state(view)["points"][0][0] == x, "a point that moves up keeps its place beside the grid"
    view.page.keyboard.press("Shift+ArrowLeft")
    assert_allclose(state(view)["points"][0], (x - 0.5, y + 0.1), atol=0.06)
    agrees(view)
    assert view.figure.locator("path.moved:not(.swatch path)").count() == 1, "its residual is seen"
    unfold(view)
    for control in view.figure.locator(".control input").all():
        before = state(view)
        control.focus()
        view.page.keyboard.press("PageUp")
        assert state(view) != before
        agrees(view)


def test_only_the_points_used_are_shown_and_reached(view):
    knobs = view.figure.locator(".handle")
    for n in (12, 2, 50):
        show(view, [{"n": n}])
        assert knobs.evaluate_all("all => all.filter(it => getComputedStyle(it).display !== 'none').length") == n
        assert view.figure.get_by_role("button", name=re.compile(r"^point \d")).count() == n


# Within the page: between two commands from outside a run may come to its end.
PLAYED_AND_PAUSED = """async it => {
  const button = it.querySelector("button.play"), told = it.querySelector(".time output");
  const frames = async until => { while (!until()) await new Promise(requestAnimationFrame); };
  button.click();
  await frames(() => button.textContent === "Pause" && +told.textContent.split(" ")[0] > 0);
  button.click();
  await frames(() => button.textContent === "Play");
}"""


def test_the_run_is_played_and_paused_and_read_at_each_step(reader):
    view = reader("line", reduced_motion="no-preference")
    told = view.figure.locator(".time output")
    heard = view.figure.locator(".verdict .spoken").inner_text()
    assert told.inner_text() == "60 of 60"
    view.figure.evaluate(PLAYED_AND_PAUSED)
    rest(view)
    k = int(told.inner_text().split()[0])
    assert 0 < k < 60
    assert shown(view) == Line(n_iter=k).numbers()
    assert f"after {k} step" in view.figure.locator(".verdict .spoken").inner_text() != heard
    assert state(view)["n_iter"] == 60
    assert not view.seen.errors


def test_who_wants_no_motion_takes_the_steps_singly(view):
    button = view.figure.get_by_role("button", name="Next step")
    for wanted in (0, 1, 2):
        button.click()
        assert shown(view) == Line(n_iter=wanted).numbers()


def test_a_notebook_hears_of_a_moved_point_and_tells_of_one():
    figure = Line()
    figure.set_state({"points": [[0, 1], [2, 3]]})
    assert figure.points == ((0, 1), (2, 3))
    figure.points = np.array([[1, 2], [3, 4], [5, 6]])
    assert figure.get_state("points") == {"points": ((1, 2), (3, 4), (5, 6))}
