"""How sliders, buttons, mouse and keys set the figures, tried without a browser, on a page of plain data."""

import json

import numpy as np
import pytest
from engine import evaluate
from live_cases import CASES
from live_plain import HEIGHT, LEFT, TOP, WIDTH, defaults, parsed, use
from numpy.testing import assert_allclose

from gdtools.live import Basins, Line, Promise
from gdtools.live.safe import WINDOW

each_figure = pytest.mark.parametrize("name", CASES)


# Sliders


@each_figure
def test_a_slider_reaches_the_default_and_every_preset_and_stays_within_the_limits(name):
    call = """(el, name) => FIGURES[name].controls.filter(control => control.values).map(control => {
      const states = [JSON.parse(el.dataset.state), ...presetStates(name, el.model.values)];
      return [control.name, states.map(state => [state[control.name], control.values(state)])];
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
    bound = evaluate(
        "() => { const control = learningRate(() => 50); return [control.values(), control.mark(), control.note(0.035)]; }"
    )
    assert bound == [[round(k * 1e-4, 4) for k in range(501)], 0.04, "ηL = 1.75"]


@each_figure
def test_the_range_of_each_slider(name):
    """First and last value at the defaults, how many there are, and what is marked."""
    ranges = {
        "bowl": {"lr": [0, 0.05, 501, 0.04], "n_iter": [1, 1000, 190, None], "kappa": [1, 1000, 271, None],
                 "angle": [-90, 90, 181, None]},
        "promise": {"lr": [0, 1, 272, None], "angle": [-180, 180, 361, None]},
        "race": {
            "kappa": [1, 1000, 271, None], "beta": [0, 0.99, 100, 4 / 9], "angle": [-90, 90, 181, None],
            "lr": [0, 2.2, 221, 1.04], "eps": [1e-10, 0.1, 10, None],
        },
        "basins": {
            "lr": [0, 0.15, 151, None], "n_iter": [1, 2000, 200, None], "noise": [0, 40, 81, None],
            "restarts": [0, 30, 31, None], "seed": [1, 50, 50, None], "tilt": [0, 4, 41, None],
        },
        "line": {"n_iter": [0, 200, 111, None], "lr": [0, 0.718, 719, 0.5743], "n": [2, 50, 49, None]},
        "slope": {"power": [-300, 0, 301, None], "kind": [0, 3, 4, None], "x": [0, 3, 742, None]},
        "shave": {"theta": [0.05, 1.95, 191, 1], "rule": [0, 2, 3, None], "kappa": [2, 1000, 261, None]},
        "safe": {"kappa": [2, 1000, 261, None], "lr": [0.01, 4, 400, None], "beta": [0, 0.99, 991, None]},
        "believe": {"c": [0.1, 100, 271, None], "kind": [0, 3, 4, None]},
        "shuffle": {"lr": [1e-4, 1, 361, None], "n": [2, 1000, 189, None], "order": [0, 2, 3, None]},
        "chunks": {"rows": [1e5, 1e11, 541, None], "workers": [1, 1000, 190, None], "chunk": [0.1, 1e4, 451, None]},
        "corner": {"kappa": [1, 1000, 271, None], "angle": [-90, 90, 181, None], "region": [0, 2, 3, None]},
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
    call = """(el, name) => el.all("class", "control").map(made => {
      const [input] = made.tags("input"), trait = made.all("data-control")[0].kept["data-control"];
      const control = FIGURES[name].controls.find(one => one.name === trait), before = { ...el.model.values };
      const choices = control.values(before), mark = made.tags("i")[0].kept;
      const { min, step, max } = input.kept, place = [3, 4, 1, 2].find(at => at < choices.length && at !== input.value);
      input.value = place;
      input.fire("input");
      const stands = input.value;
      pass(1000);
      const after = { ...el.model.values }, said = input.kept["aria-valuetext"];
      const output = el.all("data-control", control.name)[0].textContent, wanted = choices[place];
      el.set(before);
      const changed = Object.keys(before).filter(trait => JSON.stringify(before[trait]) !== JSON.stringify(after[trait]));
      return { changed, name: control.name, ranges: [min, step, Number(max) - choices.length], wanted, stands, place, said,
        moved: after[control.name], output, text: control.text ? control.text(wanted, after) : null, unit: control.unit || "",
        note: control.note ? `, ${control.note(wanted, after)}` : "",
        mark, marked: control.mark ? nearest(choices, control.mark(before)) / (choices.length - 1) : null };
    })"""
    for seen in use(name, call):
        assert seen["moved"] == seen["wanted"], seen
        assert seen["changed"] == [seen["name"]]
        assert seen["stands"] == seen["place"]
        assert seen["ranges"] == ["0", "1", -1]
        assert seen["said"] == (seen["text"] or seen["output"] + seen["note"])
        assert seen["output"].endswith(seen["unit"])
        assert parsed(seen["output"]) == seen["wanted"]
        assert seen["mark"] == (
            {"hidden": ""} if seen["marked"] is None else {"style": f"--at: {seen['marked']:.17g};"} | seen["mark"]
        )


# Presets


@each_figure
def test_presets_set_their_state_whatever_came_before(name):
    call = """(el, name) => {
      const base = { ...el.model.values }, buttons = el.all("class", "presets")[0].children;
      const seen = buttons.map(button => {
        el.all("class", "handle ")[0]?.fire("keydown", { key: "ArrowLeft" });
        button.fire("click");
        pass(2000);
        const numbers = Object.fromEntries(el.all("data-value").map(value => [value.kept["data-value"], value.textContent]));
        const pressed = buttons.map(one => one.kept["aria-pressed"]), title = button.textContent;
        const said = el.all("class", "spoken")[0].textContent;
        return { title, pressed, state: { ...el.model.values }, numbers, said };
      });
      const all = el.tags("button"), types = all.map(button => button.kept.type);
      all.find(button => button.textContent === "Reset").fire("click");
      pass(1000);
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
        "bowl": [{"lr": 0.005}, {}, {"lr": 0.041, "n_iter": 25}, {"lr": 0.04}, {"lr": 0.5, "kappa": 1, "n_iter": 10},
                 {"angle": 30}],
        "promise": [{}, {"lr": 0.01}, {"lr": 0.65}, {"angle": 60}, {"angle": 90}, {"lr": 0.4, "angle": 30}],
        "race": [
            {}, {"kappa": 400, "keep": 1}, {"kappa": 400, "beta": 0.3}, {"kappa": 400, "beta": 0.97},
            {"angle": 0}, {"lr": 0.5, "keep": 1}, {"lr": 1.06},
        ],
        "basins": [
            {"x0": [-0.4, 0]}, {}, {"x0": [0.4, 1.8]}, {"tilt": 0, "x0": [0, 1.5], "n_iter": 500},
            {"tilt": 0, "x0": [1e-6, 1.5], "n_iter": 500}, {"restarts": 5},
            {"lr": 0.01, "noise": 15, "n_iter": 2000, "seed": 2},
            {"lr": 0.01, "noise": 40, "n_iter": 2000, "seed": 2},
        ],
        "shave": [{}, {"theta": 0.9}, {"theta": 1.1}, {"rule": 1}, {"rule": 2}, {"rule": 2, "theta": 0.5}],
        "shuffle": [{}, {"lr": 0.025}, {"lr": 0.2}, {"lr": 0.0025, "n": 1000}, {"order": 2}, {"order": 0}],
        "chunks": [{}, {"workers": 1000}, {"chunk": 1000}, {"chunk": 1600}, {"rows": 1_200_000, "workers": 2, "chunk": 16}],
    }  # fmt: skip
    call = """el => el.all("class", "presets")[0].children.map(button => {
      button.fire("click");
      return { ...el.model.values };
    })"""
    for name, presets in wanted.items():
        states = json.loads(json.dumps([defaults(name) | preset for preset in presets]))
        assert use(name, call) == states
    points = json.loads(json.dumps(Line().points))
    outlier, far = use("line", call)[4:]
    assert outlier["points"] == [*points[:5], [1.9, -4], *points[6:]]
    assert far["points"] == [[round(2 + x / 2, 5), y] for x, y in points]


# The points to drag

each_with_a_start = pytest.mark.parametrize("name", [name for name in CASES if CASES[name].start])
LABELS = {"line": "point 2", "corner": "free minimum"}
HANDLE = """
      const knob = el.all("aria-label").find(it => it.kept["aria-label"].split(",")[0] === label);
      const svg = el.tags("svg").find(panel => panel.all("class", knob.kept.class).includes(knob));
"""


@each_with_a_start
def test_arrow_keys_move_the_start_by_a_tenth_and_with_shift_by_a_half(name):
    call = f"""(el, name) => {{
      const label = "{LABELS.get(name, "start")}", trait = "{CASES[name].start}"; {HANDLE}
      const place = () => name === "line" ? el.model.get("points")[1] : el.model.get(trait), first = [...place()];
      const moves = [["ArrowLeft"], ["ArrowDown"], ["ArrowRight"], ["ArrowUp"], ["ArrowUp", {{ shiftKey: true }}], ["a"],
        ["ArrowDown", {{ altKey: true }}], ["ArrowDown", {{ ctrlKey: true }}], ["ArrowDown", {{ metaKey: true }}]];
      if (name === "line") knob.fire("keydown", {{ key: "Enter" }});
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
        assert name == "line" or float(now) == x


@each_with_a_start
def test_a_point_is_taken_where_it_is_pressed_and_follows_without_a_jump(name):
    call = f"""(el, name) => {{
      const label = "{LABELS.get(name, "start")}", trait = "{CASES[name].start}"; {HANDLE}
      const place = () => name === "line" ? el.model.get("points")[1] : el.model.get(trait), places = [];
      const [right, down] = knob.kept.transform.match(/[\\d.]+/g).map(Number), [x, y] = [right + 46, down + 8];
      const at = (dx, dy) => ({{ pointerId: 7, pointerType: "mouse", clientX: 100 + x + dx, clientY: 50 + y + dy }});
      const fire = (kind, dx, dy, more) => {{
        const event = svg.fire(kind, {{ ...at(dx, dy), changedTouches: [at(dx, dy)], ...more }});
        pass(1000);
        places.push([...place()]);
        return event.prevented;
      }};
      fire("pointermove", 30, 20);
      const other = fire("pointerdown", 5, 5, {{ button: 2 }});
      const touches = [fire("touchstart", 20, 15), fire("touchstart", 150, 90)];
      const down_ = fire("pointerdown", 9, 9, {{ button: 0 }}), focus = document.activeElement === knob;
      fire("pointermove", 9.5, 8.6);
      fire("pointermove", 59, 29);
      fire("pointermove", 79, 39, {{ pointerId: 8 }});
      svg.clientWidth = 280;
      fire("pointermove", 0, 0, {{ clientX: 100 + (x + 59) / 2, clientY: 50 + (y + 29) / 2 }});
      svg.clientWidth = 560;
      fire("pointermove", -9999, 9999);
      fire("pointerup", 0, 0);
      fire("pointermove", 0, 0);
      return {{ places, passive: svg.options.touchstart, prevented: [other, ...touches, down_, focus] }};
    }}"""
    seen = use(name, call)
    windows = {"line": ((-3, 3), (-5, 5)), "safe": WINDOW}
    window = windows.get(name) or CASES[name].figure().objective().window
    (left, right), (low, high) = window
    first = list(CASES[name].figure().points[1] if name == "line" else getattr(CASES[name].figure(), CASES[name].start))
    assert seen["places"][:6] == [first] * 6, "not before it moves, whatever is pressed near it"
    tall = 0.75 * WIDTH if name in ("safe", "corner") else HEIGHT
    there = [first[0] + 50 / WIDTH * (right - left), first[1] - 20 / tall * (high - low)]
    for place in seen["places"][6:9]:
        assert_allclose(place, there, atol=0.026)
        assert place == [round(value, 2) for value in place]
    assert seen["places"][9:] == [[left, low]] * 3, "to the edge, and there it is let go"
    assert seen["prevented"] == [False, True, False, True, True]
    assert seen["passive"] == {"passive": False}


@pytest.mark.parametrize("name", ["bowl", "race", "basins"])
def test_a_click_on_the_map_brings_the_start(name):
    call = """(el, name) => {
      const svg = el.tags("svg")[0], seen = [];
      const fire = (kind, x, y, pointerType) => {
        const at = { button: 0, pointerId: 7, pointerType, clientX: 100 + x, clientY: 50 + y };
        const { prevented } = svg.fire(kind, at);
        pass(1000);
        seen.push([el.model.get("x0"), prevented]);
      };
      fire("pointerdown", 300, 300, "mouse");
      fire("pointermove", 340, 260, "mouse");
      fire("pointerup", 340, 260, "mouse");
      fire("pointerdown", 20, 300, "mouse");
      fire("pointerdown", 200, 100, "touch");
      fire("pointerup", 203, 104, "touch");
      fire("pointerdown", 400, 300, "touch");
      fire("pointercancel", 400, 300, "touch");
      fire("pointerup", 400, 300, "touch");
      fire("pointerdown", 400, 300, "touch");
      fire("pointerup", 400, 200, "touch");
      return seen;
    }"""
    (left, right), (low, high) = CASES[name].figure().objective().window
    seen = use(name, call)

    def at(x, y):
        tall = round(WIDTH * 3.6 / 4.4) if name == "basins" else HEIGHT
        return [left + (x - LEFT) / WIDTH * (right - left), high - (y - TOP) / tall * (high - low)]

    for number, place in ((0, at(300, 300)), (1, at(340, 260)), (5, at(203, 104))):
        assert_allclose(seen[number][0], place, atol=0.026)
    assert [place for place, _ in seen[1:5]] == [seen[1][0]] * 4, "neither beside the axes nor before the finger is up"
    assert [place for place, _ in seen[5:]] == [seen[5][0]] * 6, "a finger that scrolls sets nothing"
    assert [prevented for _, prevented in seen[:5]] == [True, False, False, False, False]


def test_a_coordinate_that_hardly_moves_stays_beside_the_grid():
    call = "given => given.map(([value, old]) => onGrid(value, old, 0.05, [-2, 8]))"
    given = [[1.02, 1.01], [1.036, 1.01], [1.034, 1.01], [9, 1], [-3, 1], [0.1 + 0.2, 1]]
    assert evaluate(call, given) == [1.01, 1.05, 1.01, 8, -2, 0.3]


def test_the_end_of_the_step_sets_angle_and_length():
    call = """points => points.map(([x0, point]) => {
      const el = opened("promise", { lr: 0.1, angle: 0, x0 });
      const knob = el.all("aria-label", "end of the step")[0], svg = el.tags("svg")[0];
      const [x, y] = knob.kept.transform.match(/[\\d.]+/g).map(Number);
      svg.fire("pointerdown", { pointerId: 1, pointerType: "mouse", clientX: 146 + x, clientY: 58 + y });
      const [right, down] = [46 + (point[0] + 2.5) / 5.5 * 500, 8 + (2.5 - point[1]) / 3.85 * 350];
      svg.fire("pointermove", { pointerId: 1, clientX: 100 + right, clientY: 50 + down });
      pass(1000);
      return [el.model.get("lr"), el.model.get("angle"), knob.kept["aria-valuetext"]];
    })"""
    cases = [
        ([2, 2], [1.4, 1.8]),
        ([2, 2], [2, 1]),
        ([1, -0.5], [1, 0.5]),
        ([2, 2], [2, 2.5]),
        ([0, 0], [1, 1]),
        ([2, 2], [-2.5, -1.35]),
    ]
    for (x0, point), (lr, angle, text) in zip(cases, evaluate(call, cases), strict=True):
        grad = Promise(x0=x0).objective().grad(np.array(x0, float))
        if not grad.any():
            assert (lr, angle) == (0.1, 0)
            continue
        way = np.array(point) - x0
        turn = np.degrees(np.arctan2(way[1], way[0]) - np.arctan2(*-grad[::-1]))
        assert angle == pytest.approx((turn + 180) % 360 - 180, abs=0.51)
        assert lr == min(1, float(f"{np.hypot(*way) / np.hypot(*grad):.2g}"))
        assert text == f"{angle}° from the negative gradient, η = {lr}".replace("-", "−")


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
    assert use("bowl", call) == ["x = 10⁵, y = −7", "8", f"translate({WIDTH}.0 {HEIGHT}.0)"]


# Time


BAR = """
      const bar = el.all("class", "time")[0], [play, back, on] = bar.tags("button"), [scrub] = bar.tags("input");
      const told = () => bar.tags("output")[0].textContent;
      const see = wait => { pass(wait); return [play.textContent, told(), scrub.value, scrub.kept.max]; };
"""


def test_a_run_is_played_at_one_pace_paused_stepped_and_scrubbed():
    call = f"""el => {{ {BAR}
      const seen = {{ rest: see(0) }};
      play.fire("click");
      seen.start = see(32);
      seen.places = [...Array(12).keys()].map(() => (see(500), Number(told().split(" ")[0])));
      seen.end = see(200);
      play.fire("click"); pass(1500); play.fire("click");
      seen.paused = see(1000);
      on.fire("click"); on.fire("click"); back.fire("click");
      seen.stepped = see(100);
      scrub.value = 41; scrub.fire("input");
      seen.scrubbed = see(100);
      seen.aria = [scrub.kept["aria-valuetext"], scrub.kept["aria-label"]];
      play.fire("click");
      seen.resumed = see(1000);
      el.set({{ lr: 0.03 }});
      seen.moved = see(100);
      on.fire("click");
      seen.again = see(100);
      seen.search = location.search;
      return seen;
    }}"""
    seen = use("bowl", call)
    assert seen["rest"] == ["Play", "60 of 60", 60, "60"]
    assert seen["start"] == ["Pause", "0 of 60", 0, "60"]
    assert np.diff(seen["places"]).min() >= 4
    assert np.diff(seen["places"]).max() <= 6
    assert seen["end"] == ["Play", "60 of 60", 60, "60"]
    assert seen["paused"] == ["Play", "14 of 60", 14, "60"]
    assert seen["stepped"][1] == "15 of 60"
    assert seen["scrubbed"][1] == "41 of 60"
    assert seen["aria"] == ["41 of 60", "step"]
    assert seen["resumed"][:2] == ["Pause", "50 of 60"]
    assert seen["moved"][:2] == ["Play", "60 of 60"], "a setting that moves is seen whole"
    assert seen["again"][1] == "0 of 60"
    assert seen["search"] == "?bowl=lr:0.03", "the place in the run is no setting"


@pytest.mark.parametrize(("settings", "wanted"), [
    ({"n_iter": 2}, 1000), ({"n_iter": 30}, 3000), ({"n_iter": 1000, "lr": 0.001}, 6000),
])  # fmt: skip
def test_a_run_takes_one_to_six_seconds_whatever_its_length(settings, wanted):
    call = f"""el => {{ el.set({json.dumps(settings)}); {BAR}
      play.fire("click");
      let wait = 0;
      for (; see(16)[0] === "Pause"; wait += 16);
      return wait;
    }}"""
    assert use("bowl", call) == pytest.approx(wanted, abs=50)


def test_a_setting_that_is_chosen_is_played_once():
    call = f"""el => {{ {BAR}
      const seen = [];
      el.all("class", "presets")[0].children[0].fire("click");
      for (const wait of [50, 600, 700, 5000]) seen.push(see(wait)[1]);
      return seen;
    }}"""
    first, middle, *end = use("bowl", call)
    assert first in ("0 of 60", "1 of 60", "2 of 60")
    assert 28 <= int(middle.split()[0]) <= 34
    assert end == ["60 of 60"] * 2


def test_who_wants_no_motion_takes_the_steps_singly():
    call = f"""el => {{
      calm.matches = true;
      el = opened("bowl", JSON.parse(el.dataset.state)); {BAR}
      const seen = [see(0)];
      el.all("class", "presets")[0].children[0].fire("click");
      seen.push(see(30));
      for (let i = 0; i < 3; i++) play.fire("click"), seen.push(see(1000));
      return seen.map(one => one.slice(0, 2));
    }}"""
    assert use("bowl", call) == [["Next step", f"{place} of 60"] for place in (60, 60, 0, 1, 2)]


@pytest.mark.parametrize("name", [name for name in CASES if "n_iter" in CASES[name].figure().state()])
def test_what_is_shown_on_the_way_is_what_python_has_after_so_many_steps(name):
    places = [0, 1, 7, 20]
    call = f"""el => {{ el.set({{ n_iter: 40 }}); {BAR}
      return {places}.map(k => {{
        scrub.value = k;
        scrub.fire("input");
        pass(100);
        return Object.fromEntries(el.all("data-value").map(value => [value.kept["data-value"], value.textContent]));
      }});
    }}"""
    for place, seen in zip(places, use(name, call), strict=True):
        assert seen == CASES[name].figure(n_iter=place).numbers(), place
