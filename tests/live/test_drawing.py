"""What the figures draw and say, seen without a browser, on a page of plain data."""

import json
import re

import numpy as np
import pytest
from engine import evaluate
from live_cases import EVERY
from live_pictures import CHOSEN, accepted, pictures
from live_plain import HEIGHT, LEFT, TOP, WIDTH, defaults, drawn, parsed, paths, said, scaled, use
from numpy.testing import assert_allclose

from gdtools.live import Basins, Bowl, Line, Promise, Race
from gdtools.live.script import FOLDER
from gdtools.live.valleys import basins

METHODS = ("run", "second", "third", "fourth", "theory")  # the kinds of their lines

each_figure = pytest.mark.parametrize("name", EVERY)


# What is seen and said


@each_figure
def test_pictures_and_sentences_are_those_that_were_accepted(name):
    known, seen = accepted()[name], pictures(name)
    assert seen.keys() == known.keys()
    changed = [(state, part) for state in seen for part in seen[state] if seen[state][part] != known[state].get(part)]
    assert not changed, f"look at these; if they are right: .venv/bin/python tests/live_pictures.py\n{changed}"


def test_the_accepted_states_are_presets_and_extremes():
    for name, case in EVERY.items():
        presets = use(name, "(el, name) => FIGURES[name].presets.map(preset => preset[0])")
        states = [json.dumps(state) for state, _ in case.extremes]
        assert list(accepted()[name]) == [*presets, *states, *map(json.dumps, CHOSEN[name])]


@each_figure
def test_no_setting_draws_or_says_what_is_not_a_number(name):
    states = [state for state, _ in EVERY[name].extremes] + EVERY[name].states()[::4]
    call = """([name, defaults, states]) => {
      const el = opened(name, defaults);
      return states.map(state => {
        el.set({ ...defaults, ...state });
        return el.innerHTML.match(/.{0,30}(NaN|Infinity|undefined|null).{0,30}/g);
      });
    }"""
    for state, wrong in zip(states, evaluate(call, [name, defaults(name), states]), strict=True):
        assert wrong is None, state


@pytest.mark.parametrize("name", [name for name in EVERY if "levels(" in (FOLDER / f"{name}.js").read_text(encoding="utf-8")])
def test_level_lines_are_those_of_the_setting_and_not_of_the_one_before(name):
    states = [defaults(name) | state for state in EVERY[name].states()[::20]]
    call = """([name, defaults, states]) => {
      const el = opened(name, defaults);
      const lines = figure => figure.all("class", "level").map(({ kept }) => kept);
      const set = states.map(state => {
        el.set(state);
        return lines(el);
      });
      return [set, states.map(state => lines(opened(name, state)))];
    }"""
    one_after_another, each_alone = evaluate(call, [name, defaults(name), states])
    assert one_after_another == each_alone


@each_figure
def test_what_is_shown_is_what_gdtools_returns(name):
    states = EVERY[name].states()[::6]
    call = """([name, defaults, states]) => {
      const el = opened(name, defaults);
      return states.map(state => {
        el.set({ ...defaults, ...state });
        const texts = mark => Object.fromEntries(el.all(mark).map(output => [output.kept[mark], output.textContent]));
        return { numbers: texts("data-value"), controls: texts("data-control") };
      });
    }"""
    for state, seen in zip(states, evaluate(call, [name, defaults(name), states]), strict=True):
        figure = EVERY[name].figure(**state)
        assert seen["numbers"] == figure.numbers(), state
        settings = figure.state() | ({"beta": round(figure.memory(), 4)} if name == "race" else {})
        for control, text in seen["controls"].items():
            assert parsed(text) == settings[control], state


@pytest.mark.parametrize("lr", [0.02, 0.035])
def test_the_path_of_the_bowl_is_the_run(lr):
    figure = Bowl(lr=lr, angle=20)
    (path,) = paths("bowl", 0, "run", {"lr": lr, "angle": 20})
    assert_allclose(drawn(path), scaled(figure.run().hist, *figure.objective().window), atol=0.06)
    (errors,), (theory,) = (paths("bowl", 1, kind, {"lr": lr, "angle": 20}) for kind in ("run", "theory"))
    exponents = np.log10(np.linalg.norm(figure.run().hist - [3, 1], axis=1))
    rate = max(abs(1 - 2 * lr), abs(1 - 50 * lr))
    assert_allclose(drawn(errors), scaled(np.column_stack([range(61), exponents]), (0, 60), (-3, 2)), atol=0.06)
    line = [[k, np.log10(5 * rate**k)] for k in (0, 15, 30, 45, 60)]
    assert_allclose(drawn(theory), scaled(line, (0, 60), (-3, 2)), atol=0.06)


def test_the_level_lines_of_the_bowl_are_lines_of_one_height():
    call = """state => opened("bowl", state).all("class", "level").map(({ kept }) => kept)"""
    ground = Bowl(angle=30).objective()
    for ellipse in evaluate(call, Bowl(angle=30).state()):
        cx, cy, rx, ry = (float(ellipse[key]) for key in ("cx", "cy", "rx", "ry"))
        turn = np.radians(float(ellipse["transform"].split("(")[1].split()[0]))
        around = np.linspace(0, 2 * np.pi, 9)
        x, y = rx * np.cos(around), ry * np.sin(around)
        right, down = cx + x * np.cos(turn) - y * np.sin(turn), cy + x * np.sin(turn) + y * np.cos(turn)
        heights = ground(np.array([-2 + right / WIDTH * 10, 4.5 - down / HEIGHT * 7]))
        assert_allclose(heights, heights[0], rtol=1e-9)


@pytest.mark.parametrize(("name", "figure"), [("promise", Promise()), ("basins", Basins())])
def test_each_piece_of_a_level_line_is_of_one_height(name, figure):
    ground, ((left, right), (_, high)) = figure.objective(), figure.objective().window
    pieces = [drawn(piece) for piece in paths(name, 0, "level", {})[0].split("M")[1:]]
    assert len(pieces) > 500
    corners = np.array(pieces[::7])
    unit = WIDTH / (right - left)
    x, y = left + corners[..., 0] / unit, high - corners[..., 1] / unit
    heights = ground(np.array([x, y]))
    assert_allclose(heights[:, 0], heights[:, 1], atol=0.15)


def test_the_paths_of_the_race_are_its_runs():
    figure = Race()
    for kind, (_, took, errors, hist) in zip(METHODS, figure.runs().values(), strict=True):
        (path,) = paths("race", 0, f"{kind} thin", {})
        assert_allclose(drawn(path), scaled(hist[:41], *figure.objective().window), atol=0.06)
        (path,) = paths("race", 1, kind, {})
        exponents = np.log10(np.maximum(errors, 1e-8))
        shown = scaled(np.column_stack([range(took + 1), exponents]), (-173 / 30, 1.02 * 173), (-7, 2))
        assert_allclose(drawn(path), shown, atol=0.06)


def test_the_picture_of_the_basins_shows_the_run_its_heights_and_the_cells():
    figure = Basins(restarts=2, n_iter=50)
    first, *others = figure.runs()
    ((left, right), _) = figure.objective().window
    bottom = np.floor(figure.objective()([figure.flats()[0], 0])) - 1
    (path,), (side,) = (paths("basins", panel, "run", {"restarts": 2, "n_iter": 50}) for panel in (0, 1))
    window, high = figure.objective().window, round(WIDTH * 3.6 / 4.4)
    assert_allclose(drawn(path), scaled(first.hist, *window, high), atol=0.06)
    heights = np.column_stack([first.hist[:, 0], figure.objective()(first.hist.T)])
    assert_allclose(drawn(side), scaled(heights, (left, right), (bottom, 4)), atol=0.06)
    restarts = paths("basins", 0, "restart thin faint", {"restarts": 2, "n_iter": 50})
    for run, path in zip(others, restarts, strict=True):
        assert_allclose(drawn(path), scaled(run.hist, *window, high), atol=0.06)


def test_the_basins_are_filled_as_far_as_they_reach():
    """Each row a line as thick as the row is high."""
    call = """state => opened("basins", state).all("class").filter(path => / basin$/.test(path.kept.class))
      .map(path => [path.kept.d, path.kept.style])"""
    for lr in (0.03, 0.12):
        share, sure = basins(lr, 1)
        (left, style), (right, _) = evaluate(call, Basins(lr=lr).state())
        tall = float(style.split(": ")[1]) - 0.2  # so that no seam is seen between two
        for path, part in ((left, share), (right, 1 - share))[: 1 + sure]:  # else some run off
            long = [float(row.split("H")[1]) - float(row.split()[0]) for row in path.split("M")[1:]]
            assert sum(long) * tall / WIDTH / round(WIDTH * 3.6 / 4.4) == pytest.approx(part, abs=2e-3)


def test_the_picture_of_the_line_shows_points_lines_and_both_losses():
    figure = Line(n_iter=9)
    run, window = figure.run(), ((-3, 3), (-5, 5))
    residuals = [drawn(path) for path in paths("line", 0, "level", {"n_iter": 9})]
    for (x, y), residual in zip(figure.points[:12], residuals, strict=True):
        assert_allclose(residual, scaled([[x, y], [x, run.x @ [1, x]]], *window), atol=0.06)
    trail = paths("line", 0, "trail", {"n_iter": 9})
    for beta, path in zip(run.hist[[0, 1, 2, 3, 5, 8]], trail, strict=True):
        assert_allclose(drawn(path), scaled([[x, beta @ [1, x]] for x in (-3, 3)], *window), atol=0.06)
    for kind, beta in (("run", run.x), ("second theory", figure.objective().minimisers[0])):
        path, *_ = paths("line", 0, kind, {"n_iter": 9})
        assert_allclose(drawn(path), scaled([[x, beta @ [1, x]] for x in (-3, 3)], *window), atol=0.06)
    excess = figure.excess(run.hist)
    floor = figure.objective()(figure.objective().minimisers[0])
    low = np.floor(np.log10(excess[0] * figure.values()["rate"] ** 60))
    for kind, losses in (("third", excess), ("run", floor + excess)):
        path, *_ = paths("line", 1, kind, {"n_iter": 9})
        assert_allclose(drawn(path), scaled(np.column_stack([range(10), np.log10(losses)]), (0, 60), (low, 1)), atol=0.06)


def test_the_picture_of_the_promise_shows_its_step_the_steepest_way_and_what_both_deliver():
    figure = Promise(angle=40)
    window, x0 = figure.objective().window, np.array(figure.x0)
    (step,), (_, steepest) = (paths("promise", 0, kind, {"angle": 40}) for kind in ("run", "theory"))
    assert_allclose(drawn(step), scaled([x0, x0 + figure.step()], *window), atol=0.06)
    assert_allclose(drawn(steepest), scaled([x0, x0 - 0.1 * figure.gradient()], *window), atol=0.06)
    values = figure.values()
    promised, delivered, other = (values[name] for name in ("promised", "delivered", "steepest"))
    low, high = -0.1 * promised, 1.1 * promised
    for kind, height in (("theory", promised), ("run", delivered), ("third", other)):
        curve, *_ = paths("promise", 1, kind, {"angle": 40})
        ((_, down),) = scaled([[0, height]], (0, 1), (low, high))
        assert drawn(curve)[40, 1] == pytest.approx(down, abs=0.06)
    (gap,) = paths("promise", 1, "gap", {"angle": 40})
    assert_allclose(drawn(gap), scaled([[0.1, promised], [0.1, delivered]], (0, 0.15), (low, high)), atol=0.06)


def test_the_sentence_of_the_promise_is_of_the_part_that_is_walked():
    none, half, whole = (sentence for *_, sentence in said("promise", [({}, 0), ({}, 0.5), ({}, 1)]))
    part = Promise(lr=0.05).numbers()
    assert none == "Nothing is walked yet."
    assert half.startswith(f"Walked 50 %. Promised a fall of {part['promised']}, delivered a fall of {part['delivered']}:")
    assert whole.startswith("Promised")


def test_the_axes_of_the_error_stay_from_setting_to_setting():
    call = """el => el.all("class", "presets")[0].children.map(button => {
      button.fire("click");
      pass(2000);
      return el.tags("svg").filter(svg => svg.kept.class === "panel")[1].children[0].outerHTML;
    })"""
    assert len(set(use("bowl", call))) == 1


def test_quantities_look_as_in_a_formula():
    call = """texts => texts.map(text => [node("p", {}, text).innerHTML, shape("text", {}, text).textContent])"""
    shown = {
        "learning rate η": ["learning rate <math><mi>η</mi></math>", "learning rate 𝜂"],
        "ηL = 2": ["<math><mi>η</mi><mi>L</mi></math> = 2", "𝜂𝐿 = 2"],
        "‖x − x★‖ then": [
            "‖<math><mi>x</mi></math> − <math><msup><mi>x</mi><mo>⋆</mo></msup></math>‖ then", "‖𝑥 − 𝑥⋆‖ then",
        ],
        "f and h of a step": ["<math><mi>f</mi></math> and <math><mi>h</mi></math> of a step", "𝑓 and ℎ of a step"],
        "Nesterov’s √β": ["Nesterov’s √<math><mi>β</mi></math>", "Nesterov’s √𝛽"],
        "2/L, −∇f": ["2/<math><mi>L</mi></math>, −∇<math><mi>f</mi></math>", "2/𝐿, −∇𝑓"],
        "5 Round": ["5 Round", "5 Round"],
    }  # fmt: skip
    assert evaluate(call, list(shown)) == list(shown.values())


# Axes


@pytest.mark.parametrize(("limits", "most", "wanted"), [
    ([-2, 8], 10, [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8]), ([-2, 8], 9, [-2, 0, 2, 4, 6, 8]),
    ([0, 60], 10, [0, 10, 20, 30, 40, 50, 60]),
    ([0, 0.15], 4, [0, 0.05, 0.1, 0.15]), ([-2.2, 2.2], 10, [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]),
    ([0, 1], 0.5, [0, 0.5, 1]),
    ([0.9, 3.1], 2.2, [1, 2, 3]),
])  # fmt: skip
def test_marks_of_an_axis_are_round(limits, most, wanted):
    assert evaluate("([limits, most]) => ticks(limits, most)", [limits, most]) == wanted


def test_marks_of_a_logarithmic_axis_are_powers_of_ten():
    assert evaluate("() => decades([-7, 2], 20)") == [-7, -6, -5, -4, -3, -2, -1, 0, 1, 2]
    assert evaluate("() => decades([-16, 2], 5)") == [-16, -12, -8, -4, 0]
    assert evaluate("() => [0, 7, -12].map(powerOfTen)") == ["10⁰", "10⁷", "10⁻¹²"]
    assert evaluate("() => logarithms([0, -1, 1e3, 1e-20, 1e20, NaN, Infinity])") == [3, -16, 16, 16]


def test_a_mark_stands_where_its_numberis():
    call = """state => {
      const axes = opened("bowl", state).tags("svg").filter(svg => svg.kept.class === "panel").map(svg => svg.children[0]);
      return axes.map(axis => axis.tags("text").map(text => [text.textContent, Number(text.kept.x), Number(text.kept.y)]));
    }"""
    level, decay = evaluate(call, Bowl().state())
    for panel, xlim, ylim in ((level, (-2, 8), (-2.5, 4.5)), (decay, (0, 60), None)):
        numbers = [(float(text.replace("−", "-")), x, y) for text, x, y in panel if re.fullmatch(r"−?[\d.]+", text)]
        below = [(value, x) for value, x, y in numbers if y == TOP + HEIGHT + 15]
        assert_allclose([x for _, x in below], LEFT + scaled([[v, 0] for v, _ in below], xlim, (0, 1))[:, 0])
        if ylim:
            beside = [(value, y) for value, x, y in numbers if x == LEFT - 5]
            assert_allclose([y for _, y in beside], TOP + 4 + scaled([[0, v] for v, _ in beside], (0, 1), ylim)[:, 1])
        assert len(below) > 4


def test_a_line_ends_before_what_cannot_be_drawn():
    call = """() => {
      const panel = newPanel("");
      frame(panel, { xlim: [0, 10], ylim: [-2, 2], log: true, xlabel: "", ylabel: "" });
      const drawn = [[[0, 1], [1, 10], [2, -1], [3, 1]], [[0, -1], [1, 1]], [[0, 1e300], [1e9, 1]], [[0, NaN]]].map(points => {
        panel.plot.replaceChildren();
        line(panel, points, "run", true);
        return panel.plot.children.map(path => path.kept.d);
      });
      return drawn;
    }"""
    lost, nothing, far, none = evaluate(call)
    assert lost == ["M0.0 175.0L50.0 87.5", "M0.0 175.0h0M50.0 87.5h0"]
    assert nothing == none == []
    assert far == ["M0.0 -10000.0L10000.0 175.0", "M0.0 -10000.0h0M10000.0 175.0h0"]
