"""The figures on a page made of plain data, without a browser: what is drawn, said and set by mouse, keys, buttons, address."""

import json
import re

import numpy as np
import pytest
from engine import evaluate
from live_cases import CASES
from live_pictures import CHOSEN, accepted, pictures
from numpy.testing import assert_allclose

from gdtools.live import Basins, Bowl, Line, Promise, Race

each_figure = pytest.mark.parametrize("name", CASES)
LEFT, TOP, WIDTH, HEIGHT = 46, 8, 560 - 46 - 14, 350  # of the plot in a panel of the plain page
STARTS = {"bowl": [-1, 4], "promise": [2, 2], "race": [-1.5, -1], "basins": [0.4, 0], "line": [0, 0]}


def defaults(name):
    return CASES[name].figure().state()


def use(name, function, query=""):
    """What a JavaScript function returns for the figure, which is mounted at its defaults; it is given the element and name."""
    call = f"([name, state, query]) => ({function})(opened(name, state, query), name)"
    return evaluate(call, [name, defaults(name), query])


def scaled(points, xlim, ylim):
    """Where points stand in a plot, in pixels."""
    (left, right), (low, high) = xlim, ylim
    x, y = np.array(points, float).T
    return np.column_stack([(x - left) / (right - left) * WIDTH, HEIGHT - (y - low) / (high - low) * HEIGHT])


def drawn(path):
    """The corners of a path of one line."""
    return np.array([corner.split() for corner in path.removeprefix("M").split("L")], float)


def paths(name, panel, kind, state):
    """The paths of a kind in a panel of the figure."""
    call = """([name, defaults, state, panel, kind]) => {
      const el = opened(name, { ...defaults, ...state });
      return el.tags("svg").filter(svg => svg.kept.class === "panel")[panel].all("class", kind).map(path => path.kept.d);
    }"""
    return evaluate(call, [name, defaults(name), state, panel, kind])


# What is seen and said


@each_figure
def test_pictures_and_sentences_are_those_that_were_accepted(name):
    known, seen = accepted()[name], pictures(name)
    assert seen.keys() == known.keys()
    changed = [(state, part) for state in seen for part in seen[state] if seen[state][part] != known[state].get(part)]
    assert not changed, f"look at these; if they are right: python tests/live_pictures.py\n{changed}"


def test_the_accepted_states_are_presets_and_extremes():
    for name, case in CASES.items():
        presets = use(name, "(el, name) => FIGURES[name].presets.map(preset => preset[0])")
        states = [json.dumps(state) for state, _ in case.extremes]
        assert list(accepted()[name]) == [*presets, *states, *map(json.dumps, CHOSEN[name])]


@each_figure
def test_no_setting_draws_or_says_what_is_not_a_number(name):
    states = [state for state, _ in CASES[name].extremes] + CASES[name].states()[::4]
    call = """([name, defaults, states]) => {
      const el = opened(name, defaults);
      return states.map(state => {
        el.set({ ...defaults, ...state });
        return el.innerHTML.match(/.{0,30}(NaN|Infinity|undefined|null).{0,30}/g);
      });
    }"""
    for state, wrong in zip(states, evaluate(call, [name, defaults(name), states]), strict=True):
        assert wrong is None, state


@each_figure
def test_what_is_shown_is_what_gdtools_returns(name):
    states = CASES[name].states()[::6]
    call = """([name, defaults, states]) => {
      const el = opened(name, defaults);
      return states.map(state => {
        el.set({ ...defaults, ...state });
        const texts = mark => Object.fromEntries(el.all(mark).map(output => [output.kept[mark], output.textContent]));
        return { numbers: texts("data-value"), controls: texts("data-control") };
      });
    }"""
    for state, seen in zip(states, evaluate(call, [name, defaults(name), states]), strict=True):
        figure = CASES[name].figure(**state)
        assert seen["numbers"] == figure.numbers(), state
        for control, text in seen["controls"].items():
            assert float(text.replace("−", "-").rstrip("°")) == figure.state()[control], state


@pytest.mark.parametrize("lr", [0.02, 0.035])
def test_the_path_of_the_bowl_is_the_run(lr):
    figure = Bowl(lr=lr, angle=20)
    (path,) = paths("bowl", 0, "run", {"lr": lr, "angle": 20})
    assert_allclose(drawn(path), scaled(figure.run().hist, *figure.objective().window), atol=0.06)
    (errors, _), (theory, _) = (paths("bowl", 1, kind, {"lr": lr, "angle": 20}) for kind in ("run", "theory"))
    exponents = np.log10(np.linalg.norm(figure.run().hist - [3, 1], axis=1))
    low, rate = min(0, np.floor(exponents.min())), max(abs(1 - 2 * lr), abs(1 - 50 * lr))
    low = min(low, np.floor(np.log10(5 * rate**60)))
    assert_allclose(drawn(errors), scaled(np.column_stack([range(61), exponents]), (0, 60), (low, 1)), atol=0.06)
    line = [[k, np.log10(5 * rate**k)] for k in (0, 15, 30, 45, 60)]
    assert_allclose(drawn(theory), scaled(line, (0, 60), (low, 1)), atol=0.06)


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
    ground, ((left, right), (low, high)) = figure.objective(), figure.objective().window
    pieces = [drawn(piece) for piece in paths(name, 0, "level", {})[0].split("M")[1:]]
    assert len(pieces) > 500
    corners = np.array(pieces[::7])
    x, y = left + corners[..., 0] / WIDTH * (right - left), high - corners[..., 1] / HEIGHT * (high - low)
    heights = ground(np.array([x, y]))
    assert_allclose(heights[:, 0], heights[:, 1], atol=0.15)


def test_the_paths_of_the_race_are_its_runs():
    figure = Race()
    for kind, (predicted, took, errors, hist) in zip(("run", "second", "third", "fourth", "theory"), figure.runs().values(), strict=True):
        (path,) = paths("race", 0, f"{kind} thin", {})
        assert_allclose(drawn(path), scaled(hist[:41], *figure.objective().window), atol=0.06)
        path, _ = paths("race", 1, kind, {})
        exponents = np.log10(np.maximum(errors, 1e-8))
        assert_allclose(drawn(path), scaled(np.column_stack([range(took + 1), exponents]), (0, 173), (-7, 2)), atol=0.06)


def test_the_picture_of_the_basins_shows_the_run_its_heights_and_the_cells():
    figure = Basins(restarts=2, n_iter=50)
    first, *others = figure.runs()
    ((left, right), _) = figure.objective().window
    bottom = np.floor(figure.objective()([figure.flats()[0], 0])) - 1
    (path,), (side,) = (paths("basins", panel, "run", {"restarts": 2, "n_iter": 50}) for panel in (0, 1))
    assert_allclose(drawn(path), scaled(first.hist, *figure.objective().window), atol=0.06)
    heights = np.column_stack([first.hist[:, 0], figure.objective()(first.hist.T)])
    assert_allclose(drawn(side), scaled(heights, (left, right), (bottom, 4)), atol=0.06)
    restarts = paths("basins", 0, "restart", {"restarts": 2, "n_iter": 50})
    for run, path in zip(others, restarts[::2], strict=True):
        assert_allclose(drawn(path), scaled(run.hist, *figure.objective().window), atol=0.06)
    areas = np.zeros(2)
    for number, kind in enumerate(("basin", "basin right")):
        (path,) = paths("basins", 0, kind, {})
        for box in path.split("M")[1:]:
            wide, tall = box.split("h")[1].split("v")[0], box.split("v")[1].split("h")[0]
            areas[number] += float(wide) * float(tall) * (1 + number)  # the right one is striped
    assert_allclose(areas / WIDTH / HEIGHT, [(figure.basins() == kind).mean() for kind in (0, 1)], atol=2e-3)


def test_the_picture_of_the_line_shows_points_lines_and_both_losses():
    figure = Line(n_iter=9)
    run, window = figure.run(), ((-3, 3), (-5, 5))
    residuals = [drawn(path) for path in paths("line", 0, "level", {"n_iter": 9})]
    for (x, y), residual in zip(figure.points[:12], residuals, strict=True):
        assert_allclose(residual, scaled([[x, y], [x, run.x @ [1, x]]], *window), atol=0.06)
    trail = paths("line", 0, "trail", {"n_iter": 9})
    for beta, path in zip(run.hist[-2:-8:-1], trail, strict=True):
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


def test_the_arrow_of_the_promise_is_its_step():
    figure = Promise(angle=40)
    (path,) = paths("promise", 0, "run", {"angle": 40})
    ends = [figure.x0, np.array(figure.x0) + figure.step()]
    assert_allclose(drawn(path), scaled(ends, *figure.objective().window), atol=1e-6)
    (path, _), (gap, _) = (paths("promise", 1, kind, {"angle": 40}) for kind in ("theory", "gap"))
    promised, delivered = figure.values()["promised"], figure.values()["delivered"]
    line, ((x, from_), (_, to)) = drawn(path), drawn(gap)
    unit = (line[0, 1] - line[-1, 1]) / (1.5 * promised)
    assert_allclose([x, (line[0, 1] - from_) / unit, (line[0, 1] - to) / unit], [WIDTH / 1.5, promised, delivered], rtol=1e-3)


# Axes


@pytest.mark.parametrize(("limits", "most", "wanted"), [
    ([-2, 8], 10, [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8]), ([-2, 8], 9, [-2, 0, 2, 4, 6, 8]), ([0, 60], 10, [0, 10, 20, 30, 40, 50, 60]),
    ([0, 0.15], 4, [0, 0.05, 0.1, 0.15]), ([-2.2, 2.2], 10, [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]), ([0, 1], 0.5, [0, 0.5, 1]),
    ([0.9, 3.1], 2.2, [1, 2, 3]),
])  # fmt: skip
def test_marks_of_an_axis_are_round(limits, most, wanted):
    assert evaluate("([limits, most]) => ticks(limits, most)", [limits, most]) == wanted


def test_marks_of_a_logarithmic_axis_are_powers_of_ten():
    assert evaluate("() => decades([-7, 2], 20)") == [-7, -6, -5, -4, -3, -2, -1, 0, 1, 2]
    assert evaluate("() => decades([-16, 2], 5)") == [-16, -12, -8, -4, 0]
    assert evaluate("() => [0, 7, -12].map(powerOfTen)") == ["10⁰", "10⁷", "10⁻¹²"]
    assert evaluate("() => logarithms([0, -1, 1e3, 1e-20, 1e20, NaN, Infinity])") == [3, -16, 16, 16]


def test_a_mark_stands_where_its_number_is():
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


# Sliders


@each_figure
def test_a_slider_reaches_the_default_and_every_preset_and_stays_within_the_limits(name):
    call = """(el, name) => FIGURES[name].controls.filter(control => control.values).map(control => {
      const base = JSON.parse(el.dataset.state);
      const made = FIGURES[name].presets.map(([, values]) => ({ ...base, ...(values instanceof Function ? values(base) : values) }));
      return [control.name, [base, ...made].map(state => [state[control.name], control.values(state)])];
    })"""
    for control, states in use(name, call):
        low, high, *more = CASES[name].figure.class_traits()[control].limits()
        for value, choices in states:
            if (name, control) != ("line", "lr"):  # whose steps follow from the points
                assert value in choices, (control, value)
            assert low <= choices[0] < choices[-1] <= high
            assert (np.diff(choices) > 0).all()
            assert "whole" not in more or all(choice == int(choice) for choice in choices)


def test_the_values_of_sliders_are_round():
    assert evaluate("() => evenSteps(0, 0.15, 0.05)") == [0, 0.05, 0.1, 0.15]
    assert evaluate("() => evenSteps(-90, 90, 1).length") == 181
    assert evaluate("() => evenSteps(0, 4, 0.1)[3]") == 0.3
    assert evaluate("() => [powers(0.98, 12), integers(1, 12)]") == [
        [0.98, 0.99, *np.arange(10, 100).astype(float) / 10, 10, 11, 12], list(range(1, 13)),
    ]  # fmt: skip
    assert evaluate("() => [1, 2.4, 2.6, 9].map(value => nearest([1, 2, 3], value))") == [0, 1, 2, 2]
    bound = evaluate("() => { const control = learningRate(() => 50); return [control.values(), control.mark(), control.text(0.035)]; }")
    assert bound == [[round(k * 1e-4, 4) for k in range(501)], 0.04, "0.035, ηL = 1.75"]


@each_figure
def test_the_range_of_each_slider(name):
    """First and last value at the defaults, how many there are, and what is marked."""
    ranges = {
        "bowl": {"lr": [0, 0.05, 501, 0.04], "n_iter": [1, 1000, 190, None], "kappa": [1, 1000, 271, None], "angle": [-90, 90, 181, None]},
        "promise": {"lr": [0, 1, 272, None], "angle": [-180, 180, 361, None]},
        "race": {
            "kappa": [1, 1000, 271, None], "beta": [0, 0.99, 100, 4 / 9], "angle": [-90, 90, 181, None],
            "lr": [0, 2.2, 221, 1.04], "eps": [1e-10, 0.1, 10, None],
        },
        "basins": {
            "lr": [0, 0.15, 151, None], "n_iter": [1, 2000, 200, None], "noise": [0, 40, 81, None], "restarts": [0, 30, 31, None],
            "seed": [1, 50, 50, None], "tilt": [0, 4, 41, None],
        },
        "line": {"n_iter": [0, 200, 111, None], "lr": [0, 0.718, 719, 0.5743], "n": [2, 50, 49, None]},
    }  # fmt: skip
    call = """(el, name) => {
      const state = JSON.parse(el.dataset.state), controls = FIGURES[name].controls.filter(control => control.values);
      return Object.fromEntries(controls.map(({ name, values, mark }) => {
        const all = values(state);
        return [name, [all[0], all.at(-1), all.length, mark ? mark(state) : null]];
      }));
    }"""
    seen = use(name, call)
    assert seen.keys() == ranges[name].keys()
    for control, (first, last, number, mark) in ranges[name].items():
        assert seen[control] == [first, pytest.approx(last), number, mark and pytest.approx(mark, rel=1e-4)], control


@each_figure
def test_a_slider_sets_its_trait_and_tells_it(name):
    call = """(el, name) => el.tags("input").map((input, i) => {
      const control = FIGURES[name].controls.filter(made => made.values)[i], before = { ...el.model.values };
      const { min, step, max } = input.kept, place = input.value === 3 ? 4 : 3;
      const choices = control.values(before), marks = el.all("class", "track").map(track => track.children[1].kept);
      input.value = place;
      input.fire("input");
      const stands = input.value;
      pass(1000);
      const after = { ...el.model.values }, said = input.kept["aria-valuetext"];
      const output = el.all("data-control", control.name)[0].textContent, wanted = choices[place];
      el.set(before);
      return { name: control.name, ranges: [min, step, Number(max) - choices.length], moved: after[control.name], wanted, stands, place,
        others: Object.keys(before).filter(trait => trait !== control.name && JSON.stringify(before[trait]) !== JSON.stringify(after[trait])),
        said, output, text: control.text ? control.text(wanted, after) : null, unit: control.unit || "", label: control.label,
        mark: marks[i], marked: control.mark ? nearest(choices, control.mark(before)) / (choices.length - 1) : null };
    })"""
    for seen in use(name, call):
        assert seen["moved"] == seen["wanted"], seen
        assert seen["others"] == []
        assert seen["ranges"] == ["0", "1", -1]
        assert seen["said"] == (seen["text"] or seen["output"])
        assert seen["output"].endswith(seen["unit"])
        assert float(seen["output"].replace("−", "-").removesuffix(seen["unit"])) == seen["wanted"]
        assert seen["mark"] == ({"hidden": ""} if seen["marked"] is None else {"style": f"--at: {seen['marked']:.17g};"} | seen["mark"])


# Presets


@each_figure
def test_presets_set_their_state_whatever_came_before(name):
    call = """(el, name) => {
      const base = { ...el.model.values }, buttons = el.all("aria-pressed");
      const seen = buttons.map(button => {
        el.all("class", "handle ")[0]?.fire("keydown", { key: "ArrowLeft" });
        button.fire("click");
        pass(1000);
        const numbers = Object.fromEntries(el.all("data-value").map(value => [value.kept["data-value"], value.textContent]));
        const pressed = buttons.map(one => one.kept["aria-pressed"]), title = button.textContent;
        return { title, pressed, state: { ...el.model.values }, numbers, said: el.all("role", "status")[0].textContent };
      });
      el.all("class", "reset")[0].fire("click");
      pass(1000);
      const types = [...buttons, el.all("class", "reset")[0]].map(button => button.kept.type);
      return { seen, reset: JSON.stringify(el.model.values) === JSON.stringify(base), search: location.search, types };
    }"""
    told = use(name, call)
    for number, seen in enumerate(told["seen"], start=1):
        assert seen["title"].startswith(f"{number} ")
        assert seen["pressed"] == ["true" if place == number else "false" for place in range(1, len(told["seen"]) + 1)]
        assert seen["numbers"] == CASES[name].figure(**seen["state"]).numbers()
    assert len({seen["said"] for seen in told["seen"]}) == len(told["seen"])
    assert told["reset"]
    assert told["search"] == ""
    assert set(told["types"]) == {"button"}


def test_the_presets_are_these():
    wanted = {
        "bowl": [{"lr": 0.005}, {}, {"lr": 0.041, "n_iter": 25}, {"lr": 0.04}, {"lr": 0.5, "kappa": 1, "n_iter": 10}, {"angle": 30}],
        "promise": [{}, {"lr": 0.01}, {"lr": 0.65}, {"angle": 60}, {"angle": 90}, {"lr": 0.4, "angle": 30}],
        "race": [
            {}, {"kappa": 400, "beta": 0.82}, {"kappa": 400, "beta": 0.3}, {"kappa": 400, "beta": 0.97}, {"angle": 0}, {"lr": 1.06},
        ],
        "basins": [
            {"x0": [-0.4, 0]}, {}, {"x0": [0.4, 1.8]}, {"tilt": 0, "x0": [0, 1.5], "n_iter": 500},
            {"tilt": 0, "x0": [1e-6, 1.5], "n_iter": 500}, {"restarts": 5}, {"lr": 0.01, "noise": 15, "n_iter": 2000, "seed": 2},
            {"lr": 0.01, "noise": 40, "n_iter": 2000, "seed": 2},
        ],
    }  # fmt: skip
    call = "(el, name) => el.all('aria-pressed').map(button => { button.fire('click'); return { ...el.model.values }; })"
    for name, presets in wanted.items():
        states = json.loads(json.dumps([defaults(name) | preset for preset in presets]))
        assert use(name, call) == states
    points = json.loads(json.dumps(Line().points))
    outlier, far = use("line", call)[4:]
    assert outlier["points"] == [*points[:5], [1.9, -4], *points[6:]]
    assert far["points"] == [[round(2 + x / 2, 5), y] for x, y in points]


# The points to drag

HANDLE = "const knob = el.all('aria-label', label)[0], svg = el.tags('svg').find(panel => panel.all('aria-label', label).length);"


@each_figure
def test_arrow_keys_move_the_start_by_a_tenth_and_with_shift_by_a_half(name):
    label = "point 2" if name == "line" else "start"
    call = f"""(el, name) => {{
      const label = "{label}"; {HANDLE}
      const place = () => name === "line" ? el.model.get("points")[1] : el.model.get("x0"), first = [...place()];
      const moves = [["ArrowLeft"], ["ArrowDown"], ["ArrowRight"], ["ArrowUp"], ["ArrowUp", {{ shiftKey: true }}], ["a"],
        ["ArrowDown", {{ altKey: true }}], ["ArrowDown", {{ ctrlKey: true }}], ["ArrowDown", {{ metaKey: true }}]];
      return moves.map(([key, more]) => {{
        const before = place(), event = knob.fire("keydown", {{ key, ...more }}), after = place();
        pass(1000);
        return [key, event.prevented, after[0] - before[0], after[1] - before[1], knob.kept["aria-valuenow"], after[0]];
      }});
    }}"""
    steps = [(-0.1, 0), (0, -0.1), (0.1, 0), (0, 0.1), (0, 0.5), (0, 0), (0, 0), (0, 0), (0, 0)]
    snap = 0.026 if name == "line" else 1e-9  # whose points do not begin on the grid
    for number, ((key, prevented, *moved, now, x), wanted) in enumerate(zip(use(name, call), steps, strict=True)):
        top = name == "basins" or number < 4
        assert prevented == (number < 5), key
        if top or name in ("race", "line"):
            assert_allclose(moved, wanted, atol=snap)
        assert float(now) == x


@each_figure
def test_a_point_is_dragged_to_where_the_pointer_is(name):
    label = "point 2" if name == "line" else "start"
    call = f"""(el, name) => {{
      const label = "{label}"; {HANDLE}
      const place = () => name === "line" ? el.model.get("points")[1] : el.model.get("x0"), places = [];
      const move = (x, y) => {{
        knob.fire("pointermove", {{ pointerId: 7, clientX: 100 + x, clientY: 50 + y }});
        pass(1000);
        places.push([...place()]);
      }};
      move(300, 200);
      const touch = knob.fire("touchstart"), other = knob.fire("pointerdown", {{ button: 2, pointerId: 7 }});
      move(300, 200);
      const down = knob.fire("pointerdown", {{ button: 0, pointerId: 7 }}), focus = document.activeElement === knob;
      move(300, 198);
      const shown = knob.kept.transform;
      move(300, 199);
      svg.clientWidth = 280;
      move(150, 99);
      svg.clientWidth = 560;
      move(-999, 9999);
      return {{ first: JSON.parse(el.dataset.state), places, shown, passive: knob.options.touchstart,
        prevented: [touch.prevented, other.prevented, down.prevented, focus] }};
    }}"""
    seen = use(name, call)
    window = ((-3, 3), (-5, 5)) if name == "line" else CASES[name].figure().objective().window
    (left, right), (low, high) = window
    before = seen["first"]["points"][1] if name == "line" else seen["first"]["x0"]
    there = [left + (300 - LEFT) / WIDTH * (right - left), high - (198 - TOP) / HEIGHT * (high - low)]
    assert seen["places"][:2] == [before, before], "not before it is pressed by the first button"
    assert_allclose(seen["places"][2], there, atol=0.026)
    assert seen["places"][2] == [round(value, 2) for value in seen["places"][2]]
    at = [float(part) for part in seen["shown"].removeprefix("translate(").removesuffix(")").split()]
    assert_allclose(at, scaled([seen["places"][2]], *window)[0], atol=0.06)
    assert seen["places"][3] == seen["places"][2], "less than half a step of the grid"
    assert_allclose(seen["places"][4], there, atol=0.026)
    assert seen["places"][5] == [left, low]
    assert seen["prevented"] == [True, False, True, True]
    assert seen["passive"] == {"passive": False}


def test_a_coordinate_that_hardly_moves_stays_beside_the_grid():
    call = "given => given.map(([value, old]) => onGrid(value, old, 0.05, [-2, 8]))"
    given = [[1.02, 1.01], [1.036, 1.01], [1.034, 1.01], [9, 1], [-3, 1], [0.1 + 0.2, 1]]
    assert evaluate(call, given) == [1.01, 1.05, 1.01, 8, -2, 0.3]


def test_the_end_of_the_step_sets_angle_and_length():
    call = """points => points.map(([x0, point]) => {
      const el = opened("promise", { lr: 0.1, angle: 0, x0 });
      const knob = el.all("aria-label", "end of the step")[0], svg = el.tags("svg")[0], { x, y } = svg;
      knob.fire("pointerdown", { pointerId: 1 });
      const [right, down] = [46 + (point[0] + 2.5) / 5.5 * 500, 8 + (2.5 - point[1]) / 3.85 * 350];
      knob.fire("pointermove", { pointerId: 1, clientX: 100 + right, clientY: 50 + down });
      pass(1000);
      return [el.model.get("lr"), el.model.get("angle"), knob.kept["aria-valuetext"]];
    })"""
    cases = [([2, 2], [1.4, 1.8]), ([2, 2], [2, 1]), ([1, -0.5], [1, 0.5]), ([2, 2], [2, 2.5]), ([0, 0], [1, 1]), ([2, 2], [-2.5, -1.35])]
    for (x0, point), (lr, angle, text) in zip(cases, evaluate(call, cases), strict=True):
        grad = Promise(x0=x0).objective().grad(np.array(x0, float))
        if not grad.any():
            assert (lr, angle) == (0.1, 0)
            continue
        way = np.array(point) - x0
        turn = np.degrees(np.arctan2(way[1], way[0]) - np.arctan2(*-grad[::-1]))
        assert angle == pytest.approx((turn + 180) % 360 - 180, abs=0.51)
        assert lr == min(1, float(f"{np.hypot(*way) / np.hypot(*grad):.2g}"))
        assert text == f"{angle}° from the negative gradient, η = {lr}"


def test_a_step_too_short_for_the_slider_is_none():
    call = """() => {
      const moves = [];
      FIGURES.promise.start({ panel: () => ({}), handle: (panel, { move }) => moves.push(move) });
      return [[2.001, 2], [2.01, 2], [99, 2]].map(point => moves[0](point, { x0: [2, 2], lr: 1 }).lr);
    }"""
    assert evaluate(call) == [0, 0.0016, 1]


def test_the_point_from_the_side_moves_along_x_alone():
    call = """(el) => {
      const knob = el.all("aria-label", "the same point, from the side")[0];
      knob.fire("keydown", { key: "ArrowLeft" });
      knob.fire("keydown", { key: "ArrowUp" });
      pass(1000);
      return [el.model.get("x0"), knob.kept["aria-valuetext"], knob.kept["aria-valuemin"], knob.kept["aria-valuemax"]];
    }"""
    place, text, low, high = use("basins", call)
    assert_allclose(place, [0.3, 0])
    assert text == f"x = 0.3, f = {Basins().objective()([0.3, 0.0]):.4g}".replace("-", "−")
    assert (low, high) == ("-2.2", "2.2")


def test_only_the_points_used_are_shown():
    call = """(el) => [12, 2, 50].map(n => {
      el.set({ n });
      return el.all("class", "handle dot").filter(knob => knob.kept.style !== "display: none;").length;
    })"""
    assert use("line", call) == [12, 2, 50]


def test_a_point_far_away_waits_at_the_edge_and_tells_where_it_is():
    call = """(el) => {
      el.set({ x0: [1e5, -7] });
      const { kept } = el.all("aria-label", "start")[0];
      return [kept["aria-valuetext"], kept["aria-valuenow"], kept.transform];
    }"""
    assert use("bowl", call) == ["x = 1e+05, y = −7", "8", f"translate({WIDTH}.0 {HEIGHT}.0)"]


# Play


def test_play_walks_to_the_end_and_pauses():
    call = """(el) => {
      const button = el.all("class", "play")[0], seen = [];
      const see = wait => { pass(wait); seen.push([button.textContent, el.model.get("n_iter")]); };
      see(0);
      button.fire("click"); see(350);
      button.fire("click"); see(1000);
      button.fire("click"); see(250); el.set({ n_iter: 30 }); see(300);
      el.set({ n_iter: 190, lr: 0.574 }); button.fire("click"); see(3000);
      button.fire("click"); see(250);
      return seen;
    }"""
    seen = use("line", call)
    assert seen[:3] == [["Play", 4], ["Pause", 7], ["Play", 7]]
    assert seen[3] == ["Pause", 9]
    assert seen[4] == ["Play", 30], "what the reader sets stays"
    assert seen[5] == ["Play", 200]
    assert seen[6] == ["Pause", 2], "from the end it starts anew"


def test_play_ends_where_the_run_does():
    call = """(el) => {
      const button = el.all("class", "play")[0];
      return [{ lr: 0, n_iter: 4 }, { lr: 100, n_iter: 70 }, { lr: 0.574, n_iter: 190 }].map(state => {
        el.set(state);
        button.fire("click");
        const start = el.model.get("n_iter");
        pass(20_000);
        return [start, button.textContent, el.model.get("n_iter")];
      });
    }"""
    none, off, end = use("line", call)
    assert none == [0, "Play", 0]
    assert off[:2] == [70, "Play"]
    assert 80 <= off[2] < 200
    assert end == [190, "Play", 200]


def test_who_wants_no_motion_takes_the_steps_singly():
    call = """(el) => {
      calm.matches = true;
      el = opened("line", JSON.parse(el.dataset.state));
      const button = el.all("class", "play")[0], seen = [button.textContent];
      for (const n_iter of [undefined, undefined, 190, undefined, undefined]) {
        if (n_iter) el.set({ n_iter, lr: 0.574 });
        button.fire("click");
        pass(1000);
        seen.push(el.model.get("n_iter"));
      }
      return [...seen, button.textContent];
    }"""
    assert use("line", call) == ["Next step", 5, 6, 200, 0, 1, "Next step"]


# The address


@each_figure
def test_the_address_holds_what_differs_from_the_default(name):
    call = """(el, name) => {
      const base = { ...el.model.values }, made = FIGURES[name].presets.map(([, values]) => ({ ...base, ...(values instanceof Function ? values(base) : values) }));
      return made.map(state => {
        location.search = "?other=1";
        el.set({ ...state });
        const search = location.search, again = opened(name, base, search.slice(1));
        const same = JSON.stringify(again.model.values) === JSON.stringify(state);
        el = opened(name, base, "other=1");
        return [search, same, JSON.stringify(state) === JSON.stringify(base)];
      });
    }"""
    for search, same, default in use(name, call):
        assert same
        assert search.startswith("?other=1")
        assert (f"&{name}=" in search) != default


def test_the_address_is_spelt_in_the_order_of_the_controls():
    call = """(el) => {
      history.written = [];
      location.search = "?a=1&bowl=lr:9&bowl2=kappa:3&";
      el.set({ angle: 30, x0: [-1.5, 2], lr: 0.01 });
      const [first] = history.written;
      el.set({ angle: 30 });
      return [first, history.written.length];
    }"""
    first, number = use("bowl", call)
    assert first == [{"kept": True}, "", "/page.html?a=1&bowl2=kappa:3&bowl=x0:-1.5~2,lr:0.01,angle:30#here"]
    assert number == 1


@pytest.mark.parametrize(("name", "query", "found"), [
    ("bowl", "lr:0.01,n_iter:3,x0:1~2", {"lr": 0.01, "n_iter": 3, "x0": [1, 2]}),
    ("bowl", "lr:x,lr:-1,lr:,lr:1~2,angle:1e99,x0:1,x0:NaN~2,x0:1~2~3,nothing:1,constructor:1,kappa:,n_iter:2.5,,lr:Infinity", {}),
    ("bowl", "lr:1e300,n_iter:10000,kappa:1e6,angle:-180", {"lr": 1e300, "n_iter": 10000, "kappa": 1e6, "angle": -180}),
    ("bowl", "lr:1.1e300,n_iter:10001,kappa:0.99,angle:181,x0:1e7~0", {}),
    ("line", "points:1~2,points:1~2~3,points:1~2~3~x,points:1~2~3~1e9,lr:-1,n:1,n:2.5,x0:1~2~3~4", {}),
    ("line", "points:1~2~3~-4", {"points": [[1, 2], [3, -4]]}),
    ("line", "points:" + "~".join(["1"] * 100), {"points": [[1, 1]] * 50}), ("line", "points:" + "~".join(["1"] * 102), {}),
])  # fmt: skip
def test_only_what_fits_is_read_from_the_address(name, query, found):
    seen = use(name, "el => ({ ...el.model.values })", f"{name}={query}")
    assert seen == json.loads(json.dumps(defaults(name) | found))


def test_two_figures_of_one_kind_have_an_address_each():
    call = """state => {
      document.figures = [];
      const hosts = [host("bowl", state), host("bowl", state), host("bowl", state)];
      location.search = "?bowl3=lr:0.02&bowl2=kappa:4";
      mountAll();
      pass(1000);
      hosts[0].model.set("lr", 0.01);
      pass(1000);
      return [hosts.map(el => el.model.get("lr")), hosts.map(el => el.model.get("kappa")), location.search];
    }"""
    assert evaluate(call, defaults("bowl")) == [[0.01, 0.035, 0.02], [25, 4, 25], "?bowl2=kappa:4&bowl3=lr:0.02&bowl=lr:0.01"]


# How a figure keeps step with its model


def test_the_verdict_waits_for_rest_but_no_longer_than_a_second():
    call = """(el) => {
      const said = el.all("role", "status")[0], at = [];
      const fresh = opened("bowl", JSON.parse(el.dataset.state));
      const says = () => fresh.all("role", "status")[0].textContent;
      const before = says();
      fresh.model.set("lr", 0.041);
      pass(17);
      const quick = [says() === before, fresh.all("data-control", "lr")[0].textContent];
      pass(240);
      const soon = says() === before;
      pass(20);
      const rested = says();
      for (let i = 0; i < 20; i++) {
        fresh.model.set("lr", 0.001 * (i + 1));
        pass(100);
        at.push(says());
      }
      return { quick, soon, rested, changed: at.findIndex(text => text !== rested), last: at.at(-1), live: said.kept["aria-live"] };
    }"""
    seen = use("bowl", call)
    assert seen["quick"] == [True, "0.041"]
    assert seen["soon"]
    assert "diverges" in seen["rested"]
    assert 9 <= seen["changed"] <= 11
    assert seen["live"] == "polite"


def test_a_figure_speaks_at_once_when_it_is_opened():
    call = """state => {
      document.figures = [];
      const el = host("bowl", state);
      mountAll();
      const before = el.all("role", "status")[0].textContent;
      pass(1);
      return [before, el.all("role", "status")[0].textContent];
    }"""
    before, after = evaluate(call, defaults("bowl"))
    assert before == ""
    assert "zigzags" in after


def test_a_figure_is_drawn_once_a_frame_and_anew_when_its_width_changes():
    call = """(el) => {
      const { draw } = FIGURES.bowl, drawn = [];
      FIGURES.bowl.draw = (stage, state, result) => { drawn.push(state.lr); draw(stage, state, result); };
      for (const lr of [0.01, 0.02, 0.02, 0.03]) el.model.set("lr", lr);
      pass(100);
      for (const svg of el.tags("svg")) svg.clientWidth = 300;
      el.model.set("lr", 0.04);
      pass(100);
      const before = el.tags("svg")[0].kept.viewBox;
      for (const watch of watches) watch.call();
      pass(100);
      FIGURES.bowl.draw = draw;
      const sizes = [300, 60, 0].map(width => {
        for (const svg of el.tags("svg")) svg.clientWidth = width;
        for (const watch of watches) watch.call();
        pass(100);
        return el.tags("svg")[0].kept.viewBox;
      });
      return [drawn, before, ...sizes, [...watches].map(watch => watch.element.kept.class)];
    }"""
    drawn_, before, narrow, small, unknown, watched = use("bowl", call)
    assert drawn_ == [0.03, 0.04, 0.04]
    assert before == "0 0 560 394"
    assert narrow == "0 0 300 212"
    assert small == "0 0 200 142"
    assert unknown == "0 0 320 226"
    assert watched[-1] == "panels"


def test_level_lines_are_drawn_anew_when_the_ground_changes_and_kept_while_it_does_not():
    call = """(el) => {
      const path = () => el.all("class", "level")[0].kept.d, first = path();
      el.set({ lr: 0.01 });
      const same = path() === first;
      el.set({ tilt: 0 });
      const other = path() !== first;
      el.set({ tilt: 1 });
      return [same, other, path() === first];
    }"""
    assert use("basins", call) == [True, True, True]


def test_what_is_taken_down_leaves_nothing_behind():
    call = """states => Object.entries(states).map(([name, state]) => {
      const model = new State({ ...state, figure: name }), el = new Element("div");
      let saved = 0;
      model.save_changes = () => saved++;
      clock.jobs.clear();
      watches.clear();
      location.search = `?${name}=lr:0.01`;
      const stop = render({ model, el });
      pass(1000);
      const untouched = model.get("lr") === state.lr && location.search === `?${name}=lr:0.01`;
      el.all("aria-pressed")[1].fire("click");
      const kept = saved;
      pass(1000);
      el.all("class", "play")[0]?.fire("click");
      model.set("lr", 0.123);
      pass(17);
      model.set("lr", 0.1234);
      const before = clock.jobs.size;
      stop();
      return [el.kept.class, untouched, kept, before > 0, clock.jobs.size, watches.size, model.listeners.length];
    })"""
    for seen in evaluate(call, {name: defaults(name) for name in CASES}):
        assert seen == ["live-figure", True, 1, True, 0, 0, 0]


def test_a_state_tells_of_changes_alone():
    call = """() => {
      const state = new State({ lr: 1, x0: [1, 2] }), heard = [], hear = () => heard.push("lr"), other = () => heard.push("other");
      state.on("change:lr", hear);
      state.on("change:lr", other);
      state.on("change:x0", hear);
      state.set("lr", 1);
      state.set("x0", [1, 2]);
      state.set("lr", 2);
      state.off("change:lr", other);
      state.set("lr", 3);
      state.off("change:lr", hear);
      state.set("lr", 4);
      state.set("x0", [1, 3]);
      return [heard, state.get("lr"), state.get("x0")];
    }"""
    assert evaluate(call) == [["lr", "other", "lr", "lr"], 4, [1, 3]]


@each_figure
def test_every_control_is_named_and_told_in_the_order_of_the_page(name):
    call = """(el, name) => ({
      controls: FIGURES[name].controls.map(control => control.name),
      labels: el.tags("label").map(label => label.textContent),
      names: el.all("role", "slider").map(knob => knob.kept["aria-label"]),
      panels: el.all("role", "group").map(group => group.kept["aria-label"]),
      tags: el.children.map(child => child.kept.class || child.tag),
      tabs: el.all("tabindex", "0").length,
      live: el.tags("output").map(output => output.kept["aria-live"]),
    })"""
    seen = use(name, call)
    assert sorted(seen["controls"]) == sorted(defaults(name))
    names = [*seen["labels"], *seen["names"]]
    assert len(set(names)) == len(names)
    assert all(names)
    assert seen["panels"][0] == "Settings to try, in order"
    assert all(len(label) > 40 for label in seen["panels"][1:])
    play = ["play"] if name == "line" else []
    assert seen["tags"] == ["presets", "panels", *play, "verdict", "controls", "dl"]
    assert seen["tabs"] == len(seen["names"])
    assert set(seen["live"]) == {"off"}
