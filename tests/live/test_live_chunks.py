"""The figure of what a step costs on a cluster: its numbers are those of the model, and what it says of them is so."""

import itertools
import math
import re

import numpy as np
import pytest
from engine import evaluate
from live_plain import HEIGHT, WIDTH, defaults, drawn, parsed, paths
from numpy.testing import assert_allclose

from gdtools.live import Chunks
from gdtools.live.chunks import cost

VERDICTS = "states => states.map(state => FIGURES.chunks.verdict(state, FIGURES.chunks.compute(state)))"
MANY = [
    {"rows": rows, "workers": workers, "chunk": chunk}
    for rows, workers, chunk in itertools.product(
        (1000, 1_500_000, 10**9, 10**12), (1, 2, 100, 10_000), (0.1, 16.0, 900.0, 1600.0, 1e5)
    )
]


def seconds(rows, workers, chunk):
    """The model anew, in bytes and milliseconds."""
    data = 160 * rows
    size = min(1e6 * chunk, data)
    number = -(-data // size)
    busiest = -(-number // workers)
    return (16 + 1.34 * number * (1.02 + 1.84 / workers) + busiest * size / 7.9e6) / 1000


@pytest.mark.parametrize("state", MANY[::3])
def test_the_seconds_are_those_of_the_model(state):
    found = Chunks(**state).values()
    took = seconds(**state)
    assert found["seconds"] == pytest.approx(took, rel=1e-12)
    assert found["speedup"] == pytest.approx(160 * state["rows"] / 7.9e9 / took, rel=1e-12)
    number = math.ceil(160 * state["rows"] / min(1e6 * state["chunk"], 160 * state["rows"]))
    assert found["share"] == pytest.approx(1.34 * number * 0.00102 / took, rel=1e-12)


def test_no_setting_beats_the_bound_and_many_workers_come_near():
    """Also where chunks and workers are of any size: the bound is that of the scheduler alone against one chunk's data."""
    rng = np.random.default_rng(4)
    near = 0
    for rows in (10**6, 10**9, 10**12):
        for chunk, workers in zip(10 ** rng.uniform(-1, 5, 400), 10 ** rng.uniform(0, 4, 400), strict=True):
            found = Chunks(rows=rows, chunk=float(chunk), workers=int(workers)).values()
            assert found["speedup"] < found["bound"]
        best = math.sqrt(1.34 * 0.00102 * 160 * rows * 7.9e9) / 1e6
        top = max(Chunks(rows=rows, chunk=best * part, workers=10_000).values()["speedup"] for part in (0.9, 1, 1.1))
        near = max(near, top / Chunks(rows=rows).values()["bound"])
    assert near > 0.99


def test_the_numbers_of_the_presets():
    told = {
        (): (2.445, 0.8945, 8.284), (("workers", 1000),): (2.232, 0.9797, 9.073), (("chunk", 1000.0),): (0.4918, 0.4447, 41.18),
        (("chunk", 1600.0),): (0.3577, 0.3821, 56.62),
        (("rows", 1_200_000), ("workers", 2), ("chunk", 16.0)): (0.05935, 0.2764, 0.4095),
    }  # fmt: skip
    for setting, wanted in told.items():
        found = Chunks(**dict(setting)).values()
        assert_allclose([found["seconds"], found["share"], found["speedup"]], wanted, rtol=2e-4)
    assert Chunks().values()["bound"] == pytest.approx(60.86, abs=0.005)


def test_a_chunk_larger_than_the_data_is_the_data():
    small = 160 * 1000
    assert cost(small, 4, 1e5) == cost(small, 4, small / 1e6)
    assert cost(small, 4, 0.1) != cost(small, 4, 1e5)


def test_what_is_said_of_a_step_is_so():
    reasons = set()
    for state, text in zip(MANY, evaluate(VERDICTS, MANY), strict=True):
        took = seconds(**state)
        more, fewer = (seconds(**state | {name: 10 * state[name]}) for name in ("workers", "chunk"))
        told = re.search(r"Ten times the workers: (\S+) seconds; ten times the chunk: (\S+) seconds\.$", text)
        assert_allclose([parsed(number) for number in told.groups()], [more, fewer], rtol=6e-3)
        number = math.ceil(160 * state["rows"] / min(1e6 * state["chunk"], 160 * state["rows"]))
        size = min(1e6 * state["chunk"], 160 * state["rows"])
        alone, scheduler = 160 * state["rows"] / 7.9e9, number * 1.34 * 0.00102
        data = math.ceil(number / state["workers"]) * size / 7.9e9
        reason = text[: text.index("Ten times")].strip()
        if alone < took:
            assert parsed(re.fullmatch(r"One core alone would be faster: (\S+) seconds\.", reason)[1]) == pytest.approx(
                alone, rel=6e-3
            )
        else:
            half = {"scheduler": scheduler, "data": data}
            most = [name for name, part in half.items() if part > took / 2]
            wanted = f"Most of the time is the {most[0]}’s." if most else "No part takes more than half of the time."
            assert reason == wanted
        reasons.add(reason.split(":")[0])
    assert len(reasons) == 4


def test_the_curves_are_the_seconds_along_chunks_and_along_workers():
    state = {"rows": 10**8, "workers": 7, "chunk": 40.0}
    low = math.floor(math.log10(2 * math.sqrt(1.34 * 0.00102 * 1.6e10 / 7.9e9)))
    for panel, name, decades, low_place in ((0, "chunk", 5, -1), (1, "workers", 3, 0)):
        found = drawn(paths("chunks", panel, "run", state)[0])
        places = 10 ** (found[:, 0] / WIDTH * decades + low_place)
        if name == "workers":
            places = np.rint(places).astype(int)
            assert_allclose(found[:, 0], np.log10(places) / 3 * WIDTH, atol=0.06)
        near = [seconds(**state | {name: float(f"{place:.2g}")}) for place in places]
        assert_allclose(found[:, 1], HEIGHT * (1 - (np.log10(near) - low) / 4), atol=0.06)
        (level,) = paths("chunks", panel, "theory", state)
        least = 2 * math.sqrt(1.34 * 0.00102 * 1.6e10 / 7.9e9)
        assert_allclose(drawn(level)[:, 1], HEIGHT * (1 - (math.log10(least) - low) / 4), atol=0.06)


def test_a_point_sets_its_chunk_or_its_workers_alone():
    call = """([state, places]) => {
      const knobs = [];
      FIGURES.chunks.start({ panel: () => ({}), handle: (panel, options) => knobs.push(options) });
      return knobs.map(knob => [places.map(place => knob.move([place, 0], state)), knob.place(state), knob.text(state)]);
    }"""
    chunk, workers = evaluate(call, [defaults("chunks"), [0, 0.3, 2.5, 3]])
    assert chunk[0] == [{"chunk": 1}, {"chunk": 2}, {"chunk": 320}, {"chunk": 1000}]
    assert workers[0] == [{"workers": 1}, {"workers": 2}, {"workers": 320}, {"workers": 1000}]
    assert chunk[1] == workers[1] == [2, pytest.approx(seconds(10**9, 100, 100))]
    assert (chunk[2], workers[2]) == ("100 MB", "100")


@pytest.mark.parametrize("name", ["chunk", "workers"])
def test_arrow_keys_move_a_point_wherever_it_stands(name):
    """Two digits are few: the next place to either side is another one, up to the ends."""
    call = """name => {
      const knobs = {}, state = { rows: 1e9, workers: 1, chunk: 0.1 };
      const kept = (panel, options) => (knobs[options.label.split(" ").at(-1)] = options);
      FIGURES.chunks.start({ panel: () => ({}), handle: kept });
      const knob = knobs[name], [low, high] = knob.window[0], seen = [];
      const on = (state, way) => {
        const now = knob.place(state)[0], grid = Math.round((now + way * 2 * knob.snap) / knob.snap) * knob.snap;
        return { ...state, ...knob.move([Math.min(high, Math.max(low, grid)), 0], state) };
      };
      for (const [way, end] of [[1, high], [-1, low]]) {
        for (let now = way > 0 ? state : seen.at(-1)[2]; Math.abs(Math.log10(now[name]) - end) > 1e-9 && seen.length < 900; ) {
          const next = on(now, way);
          seen.push([now[name], next[name], next, way]);
          now = next;
        }
      }
      return seen.map(([from, to, , way]) => [from, to, way]);
    }"""
    seen = evaluate(call, name)
    assert len(seen) < 900
    assert all((to - start) * way > 0 for start, to, way in seen)
    assert {way for *_, way in seen} == {1, -1}


def test_a_still_draws_what_a_step_costs_and_where_it_stands():
    figure = Chunks(workers=50, chunk=200)
    above, below = figure.still().axes
    for ax, here, name in ((above, 200, "chunk"), (below, 50, "workers")):
        step, scheduler, data, place, least = ax.lines
        at = np.argmin(abs(step.get_xdata() - here))
        close = figure.values()["seconds"]
        assert step.get_ydata()[at] == pytest.approx(close, rel=0.1), name
        assert scheduler.get_ydata()[at] == pytest.approx(close * figure.values()["share"], rel=0.1)
        assert (scheduler.get_ydata() < step.get_ydata()).all()
        assert (data.get_ydata() < step.get_ydata()).all()
        assert place.get_xdata()[0] == here
        assert least.get_ydata()[0] == pytest.approx(figure.size() / 7.9e9 / figure.values()["bound"])
