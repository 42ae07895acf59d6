"""The line fitted step by step: against gdtools, and as a reader meets it in Chromium."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import FITTING, SETTLED, SIDEWAYS, listen
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from test_live import panels
from test_live_browser import SHOW, centre, shown, state, verdict
from traitlets import TraitError

from gdtools import gradient_descent, least_squares, line_data, spectrum
from gdtools.live import Line

places = st.tuples(st.floats(-3, 3), st.floats(-5, 5))


def line_settings(rng):
    """Learning rates on both sides of the bound, points in their places and moved, few and many."""
    for ratio in np.linspace(0.05, 1.3, 60):
        n, points = int(rng.integers(2, 51)), None
        if rng.random() < 0.7:
            points = rng.uniform((-3, -5), (3, 5), size=(int(rng.integers(3, 51)), 2)).round(2).tolist()
        made = Line(n=n, **({"points": points} if points else {}))
        bound = 2 / spectrum(made.objective().hess(None))[-1]
        more = {"n": n, "lr": float(f"{ratio * bound:.3g}"), "n_iter": int(rng.integers(0, 200))}
        yield more | ({"points": points} if points else {}) | ({"x0": rng.uniform(-2, 2, 2).tolist()} if ratio > 0.5 else {})


PAIR = [[-1, 2], [1, 2]]
EXTREMES = [
    ({"lr": 0}, "no step"), ({"lr": 1e6, "n_iter": 100}, "ran off after"), ({"lr": 100, "n_iter": 90}, "ever wider"),
    ({"n_iter": 0}, "after 0 steps"), ({"n_iter": 10000}, "run stops"), ({"x0": [1e6, -1e6]}, "above its lowest"),
    ({"points": [[1, 0], [1, 2], [1, 4]], "n_iter": 50}, "All x are equal"), ({"points": [[0, 1], [0, 1]]}, "All x are equal"),
    ({"points": PAIR, "lr": 1}, "on the bound"), ({"points": PAIR, "lr": 0.5}, "above its lowest"),
    ({"points": [[-1, 0], [1, 0]]}, "nothing is left"), ({"points": [[100, 100], [-100, 100], [99, 9]], "lr": 1e-5}, "above"),
    ({"n": 2, "n_iter": 200}, "above"), ({"lr": 1e-20}, "above its lowest"),
]  # fmt: skip


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
    ({"lr": 100, "n_iter": 90}, {"loss": "> 1e100", "excess": "> 1e100"}),
    ({"points": [[1, 0], [1, 2], [1, 4]]}, {"ols_intercept": "1", "ols_slope": "1", "kappa": "∞", "predicted": "14"}),
    ({"points": [[0.3, 0], [0.3, 2], [0.3, 4]]}, {"kappa": "∞", "predicted": "29", "took": "29"}),
    ({"points": [[27.7, 0], [27.7, 2], [27.7, 4]], "lr": 1e-4}, {"kappa": "∞", "predicted": "42"}),
    ({"points": [[0, 1], [0.1, 0], [0.2, 3]]}, {"kappa": "153", "predicted": "5230", "took": "4728"}),
    ({"points": PAIR, "lr": 0.5}, {"predicted": "1", "took": "1", "floor": "< 1e-12"}),
    ({"lr": 1e-9}, {"took": "–"}),
    ({"x0": (1e6, 1e6), "n_iter": 0, "points": [[-100, 1], [100, 1]]}, {"intercept": "1e+06"}),
])  # fmt: skip
def test_extremes_of_the_line(settings, numbers):
    figure = Line(**settings)
    assert figure.numbers().items() >= numbers.items()
    assert "nan" not in figure.html() + figure.sentence()


@pytest.mark.parametrize(("distance", "took"), [(0, "0"), (1e-15, "0"), (1e-8, "32")])
def test_a_start_on_the_solution_or_close_to_it(distance, took):
    assert Line(x0=Line().objective().minimisers[0] + distance).numbers()["took"] == took


def test_a_loss_of_zero_is_drawn_where_a_logarithm_can_show_it():
    loss, excess = panels(Line(points=PAIR, lr=0.5))[1].lines
    assert loss.get_ydata()[-1] == excess.get_ydata()[-1] == 1e-16


def test_the_line_shows_its_numbers():
    assert Line().numbers() == {
        "intercept": "0.5608", "slope": "1.641", "ols_intercept": "0.4469", "ols_slope": "2.137", "loss": "0.4728",
        "floor": "0.1378", "excess": "0.3351", "rate": "0.7187", "bound": "0.5743", "kappa": "2.287", "predicted": "42",
        "took": "33",
    }  # fmt: skip


@pytest.mark.parametrize("number", [2, 50])
def test_two_points_are_enough_and_fifty_not_too_many(number):
    assert len(Line(points=[[k, 1] for k in range(number)]).points) == number


@pytest.mark.parametrize("lr", [0.3, 0.7])
def test_the_still_of_the_line_draws_points_lines_and_both_losses(lr):
    figure = Line(lr=lr, n_iter=400)
    (top, low), run, ground = panels(figure), figure.run(), figure.objective()
    points, *lines, formula = top.lines
    assert_allclose(points.get_xydata(), figure.points[:12])
    assert (points.get_marker(), points.get_linestyle()) == ("o", "None")
    ends = np.array([-3, 3])
    for (b, m), line in zip(run.hist[-6:], lines, strict=True):
        assert_allclose(line.get_xydata().T, [ends, (b + m * ends).clip(-1e6, 1e6)])
        assert line.get_color() == lines[0].get_color() != formula.get_color()
    widths = [line.get_linewidth() for line in lines]
    assert widths[-1] > max(widths[:-1])
    assert_allclose(formula.get_xydata().T, [ends, ground.minimisers[0] @ [[1, 1], ends]])
    assert (formula.get_linestyle(), formula.get_marker()) == ("--", "None")
    assert (top.get_xlim(), top.get_ylim(), top.get_xlabel(), top.get_ylabel()) == ((-3, 3), (-5, 5), "$x$", "$y$")
    with np.errstate(over="ignore"):
        loss, excess = ground(run.hist.T), figure.excess(run.hist)
    assert_allclose(low.lines[0].get_ydata(), loss.clip(1e-16, 1e16), rtol=1e-9)
    assert_allclose(low.lines[1].get_ydata(), excess.clip(1e-16, 1e16))
    assert [text.get_text() for text in low.get_legend().get_texts()] == ["loss", "excess loss"]
    assert low.get_ylabel() == "loss"


# The page


@pytest.fixture(scope="module")
def reader(browser, address):
    """Opens the chapter with every other host blocked."""
    contexts = []

    def open_page(query="", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        contexts.append(context)
        page = context.new_page()
        seen = listen(page)
        page.goto(f"{address}chapters/least-squares.html{query}")
        page.evaluate(SETTLED)
        return SimpleNamespace(page=page, seen=seen, figure=page.locator("[data-live=line]"))

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def view(reader):
    it = reader()
    yield it
    assert not it.seen.errors
    assert not it.seen.failures
    it.page.close()


def agrees(view):
    assert shown(view) == Line(**state(view)).numbers()


def point(view, number):
    return view.figure.get_by_role("slider", name=f"point {number}", exact=True)


def test_the_numbers_are_those_of_gdtools(view):
    states = list(line_settings(np.random.default_rng(0)))
    for values, seen in zip(states, view.page.evaluate(SHOW, ["line", states]), strict=True):
        assert seen["numbers"] == Line(**values).numbers(), values


def test_extreme_inputs_are_told_in_words(view):
    for values, word in EXTREMES:
        (seen,) = view.page.evaluate(SHOW, ["line", [values]])
        assert not re.search("NaN|Infinity|undefined|null", seen["markup"]), values
        assert seen["numbers"] == Line(**values).numbers(), values
        assert word in verdict(view), values


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
    view.page.evaluate(SETTLED)
    assert_allclose(centre(knob.bounding_box()), (x, y - 60), atol=3)
    agrees(view)
    view.page.mouse.move(x + 50, y)
    assert state(view)["points"] == after, "the mouse was up"


def test_a_point_is_dragged_with_a_finger(reader):
    view = reader(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    knob, before = point(view, 5), state(view)["points"][4]
    knob.evaluate("it => it.scrollIntoView({block: 'center'})")
    x, y = centre(knob.bounding_box())
    client, scrolled = view.page.context.new_cdp_session(view.page), view.page.evaluate("scrollY")
    for kind, dy in (("touchStart", 0), ("touchMove", -15), ("touchMove", -40), ("touchEnd", None)):
        points = [] if dy is None else [{"x": x, "y": y + dy}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert state(view)["points"][4][1] > before[1] + 0.5
    assert view.page.evaluate("scrollY") == scrolled, "the page moved under the finger"
    agrees(view)
    assert not view.seen.errors


def test_keys_move_the_points_and_the_sliders(view):
    knob, (x, y) = point(view, 1), state(view)["points"][0]
    knob.focus()
    view.page.keyboard.press("ArrowUp")
    assert state(view)["points"][0][0] == x, "a point that moves up keeps its place beside the grid"
    view.page.keyboard.press("Shift+ArrowLeft")
    assert_allclose(state(view)["points"][0], (x - 0.5, y + 0.1), atol=0.06)
    assert knob.get_attribute("aria-valuetext").startswith("x = ")
    agrees(view)
    for control in view.figure.locator("input").all():
        before = state(view)
        control.focus()
        view.page.keyboard.press("PageUp")
        assert state(view) != before
        agrees(view)


def test_only_the_points_used_are_shown_and_reached(view):
    knobs = view.figure.locator(".handle")
    for n in (12, 2, 50):
        view.page.evaluate(SHOW, ["line", [{"n": n}]])
        assert knobs.evaluate_all("all => all.filter(it => getComputedStyle(it).display !== 'none').length") == n
        assert view.figure.get_by_role("slider", name="point").count() == n + 1, "and the slider of their number"


def test_play_walks_to_the_end_and_pauses(view):
    button = view.figure.locator("button.play")
    button.click()
    assert button.inner_text() == "Pause"
    view.page.wait_for_timeout(600)
    button.click()
    assert button.inner_text() == "Play"
    paused = state(view)["n_iter"]
    assert 5 < paused < 20
    view.page.wait_for_timeout(300)
    assert state(view)["n_iter"] == paused
    agrees(view)
    button.click()
    view.page.wait_for_timeout(250)
    view.figure.get_by_role("button", name="2 Looks flat").click()
    view.page.wait_for_timeout(300)
    assert state(view)["n_iter"] == 30, "what the reader sets stays"
    assert button.inner_text() == "Play"
    view.page.evaluate(SHOW, ["line", [{"n_iter": 197}, {"n_iter": 200}]])
    button.click()
    view.page.wait_for_timeout(250)
    assert 0 < state(view)["n_iter"] < 10, "from the end it starts anew"
    view.page.evaluate(SHOW, ["line", [{"lr": 0.574, "n_iter": 190}]])
    button.click()
    view.page.wait_for_timeout(500)
    assert button.inner_text() == "Play"
    assert state(view)["n_iter"] == 200


def test_the_verdict_keeps_up_with_a_walk(view):
    said = view.figure.locator("p[role=status]")
    before = said.inner_text()
    view.figure.locator("button.play").click()
    view.page.wait_for_timeout(1700)
    assert view.figure.locator("button.play").inner_text() == "Pause"
    assert said.inner_text() != before


def test_who_wants_no_motion_takes_the_steps_singly(reader):
    view = reader(reduced_motion="reduce")
    button = view.figure.get_by_role("button", name="Next step")
    for wanted in (5, 6):
        button.click()
        view.page.wait_for_timeout(250)
        assert state(view)["n_iter"] == wanted
    agrees(view)
    assert not view.seen.errors


def test_presets_lead_through_in_order_and_reset_returns(view):
    defaults, verdicts = state(view), []
    *presets, reset = view.figure.get_by_role("group", name="Settings to try, in order").get_by_role("button").all()
    for number, preset in enumerate(presets, start=1):
        assert preset.inner_text().startswith(f"{number} ")
        preset.click()
        view.page.evaluate(SETTLED)
        assert preset.get_attribute("aria-pressed") == "true"
        agrees(view)
        verdicts.append(verdict(view))
    assert len(set(verdicts)) == len(presets)
    assert "line=" in view.page.url
    reset.click()
    verdict(view)
    assert state(view) == defaults
    assert "?" not in view.page.url


def test_the_address_holds_the_state(reader):
    view = reader()
    point(view, 2).focus()
    view.page.keyboard.press("ArrowRight")
    verdict(view)
    again = reader("?" + view.page.url.split("?")[1])
    assert state(again) == state(view) != state(reader())
    nonsense = reader("?line=points:1~2,points:1~2~3,points:1~2~3~x,points:1~2~3~1e9,lr:-1,n:1,n:2.5,x0:1~2~3~4")
    assert state(nonsense) == state(reader())
    agrees(nonsense)


def test_it_follows_width_theme_and_print(view):
    for width in (390, 320, 1280):
        view.page.set_viewport_size({"width": width, "height": 900})
        view.page.evaluate(SETTLED)
        assert view.page.evaluate(SIDEWAYS) <= 0
        view.page.wait_for_function(FITTING, arg="[data-live=line]")
    colour = "it => [...it.querySelectorAll('.run, .third, .trail, .level')].map(line => getComputedStyle(line).stroke)"
    light = view.figure.evaluate(colour)
    view.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert not set(light) & set(view.figure.evaluate(colour))
    view.page.emulate_media(media="print")
    view.page.evaluate(SETTLED)
    assert not view.figure.locator("button.play").is_visible()
    assert view.figure.locator("svg.panel").first.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_every_control_has_a_name(reader, theme):
    view = reader(color_scheme=theme)
    found = Axe().run(view.page, context={"include": [["[data-live=line]"]]}).response["violations"]
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    names = view.figure.evaluate(
        "it => [...it.querySelectorAll('[role=slider], input')].map(n => n.ariaLabel || n.labels[0].textContent)"
    )
    assert len(set(names)) == len(names)


def test_without_javascript_there_is_a_picture_and_a_sentence(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}chapters/least-squares.html")
    assert page.locator("[data-live=line] img[alt]").is_visible()
    assert page.locator("[data-live=line] p").is_visible()
    context.close()


def test_a_notebook_hears_of_a_moved_point_and_tells_of_one():
    figure = Line()
    figure.set_state({"points": [[0, 1], [2, 3]]})
    assert figure.points == ((0, 1), (2, 3))
    figure.points = np.array([[1, 2], [3, 4], [5, 6]])
    assert figure.get_state("points") == {"points": ((1, 2), (3, 4), (5, 6))}
