"""The figure on the front page: a ball that rolls from where it is put, and what is remembered of the starts before."""

import itertools
import math

import numpy as np
import pytest
from live_cases import panels
from live_plain import use
from numpy.testing import assert_allclose
from traitlets import TraitError

from gdtools import two_valleys
from gdtools.live import Roll

STARTS = np.random.default_rng(0).uniform((-2.2, -1.8), (2.2, 1.8), (24, 2)).round(2).tolist()


@pytest.mark.parametrize("x0", STARTS[:12], ids=str)
def test_the_ball_rests_in_the_valley_that_is_told(x0):
    figure = Roll(x0=x0)
    x, hist = figure.run()
    left, right = two_valleys().minimisers
    assert_allclose(x, left if figure.ends_left(x0) else right, atol=2e-3)
    assert (np.diff(two_valleys()(hist.T)) < 0).all(), "it rolls down and never up"
    assert ("left" if x[0] < 0 else "right") in figure.sentence()


@pytest.mark.parametrize("number", [1, 2, 6, 24])
def test_of_all_starts_the_nearest_two_that_parted_are_found(number):
    *past, x0 = STARTS[:number]
    values = Roll(x0=x0, past=past).values()
    left = [start for start in STARTS[:number] if Roll().ends_left(start)]
    right = [start for start in STARTS[:number] if start not in left]
    assert values["apart"] == min([math.dist(p, q) for p, q in itertools.product(left, right)], default=math.inf)
    assert values["left"] == (len(left), number)
    assert (number == 1) == (values["apart"] == math.inf)


def test_what_is_remembered_is_checked():
    assert Roll(past=[]).past == ()
    assert Roll(past=[[1, 2]]).past == ((1.0, 2.0),)
    for wrong in ([1, 2], [[1, 2, 3]], [[4, 0]], "ab", [[0, 0]] * 201):
        with pytest.raises(TraitError, match="past is"):
            Roll(past=wrong)


def test_the_still_shows_the_way_the_ball_and_the_starts_by_their_valley():
    figure = Roll(past=[(-1, 1)])
    (ax,) = panels(figure)
    before, way, ball, start = ax.lines[-4:]
    assert (before.get_marker(), ball.get_marker()) == ("o", "o")
    assert way.get_color() == ball.get_color() != before.get_color()
    assert (start.get_marker(), start.get_markerfacecolor()) == ("o", "w"), "a ring, as on the page"
    assert_allclose(start.get_xydata(), [figure.x0])
    assert_allclose(way.get_xydata(), figure.run().hist)
    assert_allclose(ball.get_xydata(), [figure.run().x])
    assert ax.get_aspect() == 1


# On the page

KNOB = """const svg = el.tags("svg")[0], [knob] = el.all("role", "slider");
  const said = () => el.all("class", "spoken")[0].textContent;
  const [width, high] = [558, Math.round(558 * 3.6 / 4.4)];
  const fire = (kind, [x, y], more) => svg.fire(kind, { button: 0, pointerId: 7, pointerType: "mouse",
    clientX: 101 + (x + 2.2) / 4.4 * width, clientY: 51 + (1.8 - y) / 3.6 * high, ...more });
  const count = kind => el.all("class", kind).map(path => path.kept.d.split("M").length - 1);
  const steps = () => el.all("data-value", "steps")[0].textContent;"""


def test_a_start_that_is_let_go_rolls_and_stays_behind():
    call = f"""el => {{ {KNOB}
      pass(9000);
      const first = [said(), steps()];
      fire("pointerdown", [-1.5, 1]);
      const held = [el.model.get("x0"), el.model.get("past")];
      pass(40);
      fire("pointermove", [-1, 1]);
      pass(40);
      const moved = [el.model.get("x0"), el.model.get("past").length, count("run faint"), count("dots run ball")];
      fire("pointerup", [-1, 1]);
      pass(400);
      const rolling = [count("dots goal ball"), Number(steps())];
      pass(9000);
      const there = [count("dots run ball"), count("dots second big square"), said(), location.search];
      el.tags("button").find(button => button.textContent === "Clear").fire("click");
      pass(1000);
      return {{ first, held, moved, rolling, there, cleared: [el.model.get("past"), el.model.get("x0")] }};
    }}"""
    seen = use("roll", call)
    steps = Roll().numbers()["steps"]
    assert seen["first"] == [
        f"From here the ball comes to rest in the right valley, after {steps} steps. Find a start that leads to the other one.",
        steps,
    ]
    assert seen["held"] == [[-1.5, 1], [[0.4, 1.5]]]
    assert seen["moved"] == [[-1, 1], 1, [1], []], "one start of before, and the way that is to come"
    assert seen["rolling"][0] == [1]
    assert 0 < seen["rolling"][1] < int(Roll(x0=(-1, 1)).numbers()["steps"])
    ball, square, said, search = seen["there"]
    assert (ball, square) == ([1], [1])
    assert "left valley" in said
    assert "Two starts 1.5 apart parted: find two that are closer." in said
    assert search == "?roll=x0:-1~1,past:0.4~1.5", "a link takes the starts before along"
    assert seen["cleared"] == [[], [0.4, 1.5]]


def test_a_tap_beside_the_start_brings_it_there_and_one_on_it_does_nothing():
    call = f"""el => {{ {KNOB}
      pass(9000);
      const tap = (x, y) => {{
        for (const kind of ["pointerdown", "pointerup"]) fire(kind, [x, y], {{ pointerType: "touch" }});
        pass(9000);
        return [...el.model.get("x0"), el.model.get("past").length];
      }};
      return [tap(0.41, 1.5), tap(0.5, 1.5), tap(0.5, 1.42)];
    }}"""
    assert_allclose(use("roll", call), [[0.4, 1.5, 0], [0.5, 1.5, 1], [0.5, 1.42, 2]])


def test_arrows_move_the_start_and_enter_lets_it_roll():
    call = f"""el => {{ {KNOB}
      pass(9000);
      for (const key of ["ArrowLeft", "ArrowLeft", "ArrowDown"]) knob.fire("keydown", {{ key }});
      pass(1000);
      const moved = [el.model.get("x0"), el.model.get("past")];
      knob.fire("keydown", {{ key: "Enter" }});
      pass(400);
      const rolling = count("dots goal ball");
      pass(9000);
      knob.fire("keydown", {{ key: "ArrowUp", shiftKey: true }});
      return [...moved, rolling, el.model.get("past").length, said()];
    }}"""
    x0, past, rolling, remembered, said = use("roll", call)
    assert_allclose(x0, [0.36, 1.48])
    assert past == [[0.4, 1.5]]
    assert rolling == [1]
    assert remembered == 2
    assert f"after {Roll(x0=x0).numbers()['steps']} steps" in said


@pytest.mark.parametrize(("query", "past"), [
    ("past:0.4~1.5~-1~1", [[0.4, 1.5], [-1, 1]]), ("past:0.4", []), ("past:1~4", []), ("past:" + "~".join(["1"] * 402), []),
    ("past:" + "~".join(["1"] * 400), [[1, 1]] * 200),
])  # fmt: skip
def test_a_link_takes_the_hunt_along(query, past):
    call = "el => [el.model.get('past'), el.all('data-value', 'left')[0].textContent]"
    seen = use("roll", f"el => {{ pass(9000); return ({call})(el); }}", f"roll=x0:-1~1,{query}")
    assert seen == [past, Roll(x0=(-1, 1), past=past).numbers()["left"]]
