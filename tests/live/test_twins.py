"""What is computed twice, in Python and in JavaScript, comes to the same: seen in Node.js, without a browser."""

import math

import numpy as np
import pytest
from engine import evaluate
from live_cases import EVERY
from numpy.testing import assert_allclose

from gdtools import contraction, factors, gradient_descent, predicted_steps
from gdtools.live import Basins, Bowl, Line, Promise, Race, chance, words
from gdtools.live.compute import direction
from gdtools.live.turned_bowl import CENTRE, entries, turned_bowl
from gdtools.live.valleys import basins, leads

each_figure = pytest.mark.parametrize("name", EVERY)

# The texts of each state after the defaults, as the page shows them.
TOLD = """({ name, defaults, states }) => states.map(settings => {
  const state = { ...defaults, ...settings }, result = FIGURES[name].compute(state);
  const last = FIGURES[name].time?.last(state, result);
  return { numbers: numbersOf(name, state, result), verdict: FIGURES[name].verdict(state, result, last) };
})"""


def told(name, states):
    """What JavaScript says in each of the states: its numbers and its verdict."""
    return evaluate(TOLD, {"name": name, "defaults": EVERY[name].figure().state(), "states": states})


@each_figure
def test_the_numbers_are_those_of_gdtools(name):
    states = EVERY[name].states()
    for state, seen in zip(states, told(name, states), strict=True):
        assert seen["numbers"] == EVERY[name].figure(**state).numbers(), state


@each_figure
def test_extremes_have_numbers_and_words(name):
    extremes = EVERY[name].extremes
    for (state, word), seen in zip(extremes, told(name, [state for state, _ in extremes]), strict=True):
        assert seen["numbers"] == EVERY[name].figure(**state).numbers(), state
        assert word in seen["verdict"], (state, seen["verdict"])


@each_figure
def test_every_setting_has_a_verdict_of_whole_sentences(name):
    for seen in told(name, EVERY[name].states()):
        assert seen["verdict"][0].isupper() or seen["verdict"].startswith("η")
        assert seen["verdict"].endswith(".")
        assert not any(word in seen["verdict"] for word in ("NaN", "Infinity", "undefined", "null", "  "))


@each_figure
def test_what_a_numberis_called_and_how_it_is_written_are_told_of_each(name):
    figure = EVERY[name].figure
    readings = evaluate("name => FIGURES[name].readings.map(reading => reading[0])", name)
    assert sorted(readings) == sorted(figure.forms) == sorted(figure().values())


# Formats

EDGES = [
    0.0, 0.5, 2.5, 0.125, 1234.5, 12345.0, 99995.0, 9999.5, 1e4, 9999.99995, 1e-4, 9.9995e-5, 1e-5, 1e-9, 9.9e-10, 1e-12,
    9.99e-13, 1e-13, 1e16, 1e100, 1.0001e100, 1.1e100, 1e300, 5e-324, 0.00005, 0.000049, 0.00015, 1 / 3, 2 / 3, 1e21,
    123456789.0, 0.99995, 0.12345, 1.00005, 1.00015, 2.00025, 0.10005, 10005.0, 10015.0, 100050.0, 0.0001, 0.00009999,
    0.000123456,
]  # fmt: skip


def values(rng):
    """Numbers of every size, and halves between two roundings, which Python rounds to even."""
    sized = rng.uniform(1, 10, 1500) * 10.0 ** rng.integers(-20, 20, 1500)
    halves = (rng.integers(1000, 10000, 500) + 0.5) / 2.0 ** rng.integers(-6, 7, 500)
    return [*EDGES, *sized.round(3), *sized, *halves, *rng.uniform(0, 2, 500).round(5), *rng.integers(0, 20000, 500) / 8]


SIGNED = ("general", "small", "plain", "fixed", "percent")
POSITIVE = ("error", "amount", "ratio")


def written(form, given):
    """The numbers in a form, as JavaScript writes them; what JSON has no sign for is spelt out."""
    spelt = [str(value) for value in given]
    call = "([form, spelt]) => spelt.map(text => FORMS[form](Number(text.replace('inf', 'Infinity').replace('nan', 'NaN'))))"
    return evaluate(call, [form, spelt])


@pytest.mark.parametrize("form", SIGNED + POSITIVE)
def test_a_numberis_written_as_python_writes_it(form):
    numbers = [float(value) for value in values(np.random.default_rng(1))]
    numbers += [-value for value in numbers] if form in SIGNED else []
    numbers += [math.inf] if form in ("ratio", "fixed", "percent", "amount") else []
    numbers += [math.nan, -math.inf] if form in ("fixed", "percent") else []
    assert written(form, numbers) == [getattr(words, form)(value) for value in numbers]


@pytest.mark.parametrize("form", ["taken", "predicted"])
def test_steps_are_written_as_python_writes_them(form):
    steps = [0, 1, 39, 10_000, 123_456, math.inf]
    assert written(form, steps) == [getattr(words, form)(value) for value in steps]


@pytest.mark.parametrize(
    ("form", "pair"),
    [("against_theory", (44, 40)), ("part_of", (3, 6)), ("face", (4, 1)), ("face", (2,)), ("face", ())],
)
def test_pairs_are_written_as_python_writes_them(form, pair):
    assert evaluate("([form, pair]) => FORMS[form](pair)", [form, pair]) == getattr(words, form)(pair)


def test_every_form_stands_in_both_languages():
    forms = evaluate("() => Object.keys(FORMS)")
    assert set(forms) == {form.__name__ for case in EVERY.values() for form in case.figure.forms.values()}


def test_a_setting_is_written_with_all_its_digits():
    shown = {
        0: "0",
        0.035: "0.035",
        -0.4: "−0.4",
        1e-4: "0.0001",
        1e-6: "10⁻⁶",
        -5e-5: "−5·10⁻⁵",
        1.5e-7: "1.5·10⁻⁷",
        10000: "10000",
    }
    assert evaluate("given => given.map(exactly)", list(shown)) == list(shown.values())
    assert evaluate("() => [0, 1, 2, 10].map(count)") == ["0 steps", "1 step", "2 steps", "10 steps"]


def test_two_digits_are_written_where_asked_for():
    assert evaluate("() => [12.5, 13.5, 0.125, 99.6, 1e-7].map(value => general(value, 2))") == [
        "12",
        "14",
        "0.12",
        "10²",
        "10⁻⁷",
    ]


# The loop and its theory


def test_a_run_is_that_of_gdtools():
    rng = np.random.default_rng(3)
    given = [[10 ** rng.uniform(0, 2.5), rng.uniform(-180, 180), rng.uniform((-3, -3), (9, 5)).tolist()] for _ in range(40)]
    given = [[kappa, angle, x0, rng.uniform(0.01, 1.3) / kappa, int(rng.integers(0, 200))] for kappa, angle, x0 in given]
    call = "given => given.map(([kappa, angle, x0, lr, n]) => descent(bowlGradient(kappa, angle), x0, lr, n))"
    for (kappa, angle, x0, lr, n_iter), seen in zip(given, evaluate(call, given), strict=True):
        run = gradient_descent(turned_bowl(kappa, angle).grad, x0, lr, n_iter)
        assert (seen["steps"], seen["stopped"], seen["x"]) == (run.n_steps, run.stopped, seen["hist"][-1])
        assert_allclose(np.array(seen["hist"], float), run.hist, rtol=1e-9, atol=1e-9)


def test_a_run_ends_as_gdtools_ends_it():
    bowl = """([lr, x0, n]) => {
      const { steps, stopped, hist } = descent(bowlGradient(25, 0), x0, lr, n);
      return [steps, stopped, hist.length];
    }"""
    for lr, x0, n_iter in (
        (0.03, [-1, 4], 10_000),
        (1e6, [-1, 4], 100),
        (1e300, [-1, 4], 100),
        (0.03, [3, 1], 9),
        (0.03, [-1, 4], 0),
    ):
        run = gradient_descent(turned_bowl(25, 0).grad, x0, lr, n_iter)
        assert evaluate(bowl, [lr, x0, n_iter]) == [run.n_steps, run.stopped, len(run.hist)]
    assert evaluate(bowl, [0, [-1, 4], 9]) == [0, "budget", 1]


def test_theory_is_that_of_gdtools():
    curvatures, rates = [2.0, 50.0], [0, 1e-3, 0.5, 0.93, 0.999999, 1, 1.05]
    for lr in (0, 0.001, 0.02, 0.0385, 0.04, 0.05):
        assert evaluate("([lam, lr]) => factors(lam, lr)", [curvatures, lr]) == list(factors(curvatures, lr))
        assert evaluate("([lam, lr]) => contraction(lam, lr)", [curvatures, lr]) == contraction(curvatures, lr)
    for accuracy in (1e-6, 0.5):
        seen = evaluate("([rates, eps]) => rates.map(rate => predictedSteps(rate, eps))", [rates, accuracy])
        assert [math.inf if steps is None else steps for steps in seen] == [predicted_steps(rate, accuracy) for rate in rates]


def test_steps_are_counted_up_to_those_predicted_and_no_farther_than_is_said():
    call = """([promised, goal]) => stepsTo(x => x[0] <= goal, () => [1, 0], [10, 0], 1, promised)"""
    assert [evaluate(call, given) for given in ([20, 10], [20, 3], [7, 3], [6, 3], [100_000, 0], [100_001, 0])] == [
        0,
        7,
        7,
        None,
        10,
        None,
    ]


def test_the_turned_bowl_is_that_of_python():
    points = [[-1.0, 4.0], [3.0, 1.0], [7.25, -2.5]]
    for kappa, angle in ((25, 0), (4.5, 30), (1000, -77), (1, 180)):
        seen = evaluate(
            "([kappa, angle, points]) => [entries(kappa, angle), points.map(bowlGradient(kappa, angle))]",
            [kappa, angle, points],
        )
        ground = turned_bowl(kappa, angle)
        assert_allclose(seen[0], entries(kappa, angle), rtol=1e-14, atol=1e-12)
        assert_allclose(seen[1], [ground.grad(np.array(point)) for point in points], rtol=1e-13, atol=1e-9)
    angles = [0, 30, 45, 90, -180]
    assert_allclose(evaluate("angles => angles.map(direction)", angles), [direction(angle) for angle in angles], atol=1e-15)
    distances = evaluate("points => points.map(toCentre)", points)
    assert_allclose(distances, np.linalg.norm(np.array(points) - CENTRE, axis=1))


# Chance


def test_chance_is_that_of_python():
    rng = np.random.default_rng(2)
    for seed in (1, 2, 77, 999_999, 1_000_000):
        places = [0, 1, 20_000, 20_001, *rng.integers(0, 2_000_000, 500).tolist()]
        call = "([seed, places]) => [bits, uniform, bell].map(draw => places.map(place => draw(seed, place)))"
        for seen, draw in zip(evaluate(call, [seed, places]), (chance.bits, chance.uniform, chance.bell), strict=True):
            assert seen == draw(seed, places).tolist()


# The figures' results, not only as they are rounded for the reader

COMPUTED = "([name, states]) => states.map(state => FIGURES[name].compute(state))"


def computed(figures):
    """What JavaScript computes for each of some figures of one kind; infinity is None."""
    return evaluate(COMPUTED, [figures[0].figure, [figure.state() for figure in figures]])


@pytest.mark.parametrize("lr", [0.003, 0.03, 0.12, 0.15])
def test_the_basins_are_those_of_python_row_by_row(lr):
    figures = [Basins(lr=lr, tilt=tilt) for tilt in (0, 0.7, 1, 4)]
    for figure, seen in zip(figures, computed(figures), strict=True):
        assert_allclose(seen["valleys"], figure.flats(), atol=1e-9)
        share, sure = figure.values()["share"]
        assert (seen["share"], seen["sure"]) == (pytest.approx(share, abs=1e-9 if sure else 1e-3), sure)
        heights = 1.8 * (np.arange(36) + 0.5) / 36
        for y, row in zip(heights, seen["rows"], strict=True):
            kinds, starts, ends = map(np.array, zip(*row, strict=True))
            assert [starts[0], *ends] == [-2.2, *starts[1:], 2.2]
            x = np.linspace(-2.2, 2.2, 89)
            here = kinds[np.searchsorted(ends, x).clip(max=len(row) - 1)]
            assert (leads(x, np.full(89, y), lr, figure.tilt) != here).sum() <= (0 if sure else 1)


def test_the_basins_are_kept_only_while_ground_and_step_stay():
    call = """states => states.map(([lr, tilt]) => {
      const state = { lr, tilt, n_iter: 1, noise: 0, restarts: 0, seed: 1, x0: [0, 0] };
      return FIGURES.basins.compute(state).share;
    })"""
    asked = [[0.03, 1], [0.03, 1], [0.03, 2], [0.15, 2]]
    assert evaluate(call, asked) == [pytest.approx(basins(lr, tilt).share, abs=1e-9) for lr, tilt in asked]


def test_noisy_runs_and_restarts_are_those_of_python_point_by_point():
    figures = [Basins(noise=6, restarts=3, seed=seed, n_iter=40, lr=0.02, tilt=0.5) for seed in (1, 9)]
    figures.append(Basins(restarts=4, n_iter=300))
    for figure, seen in zip(figures, computed(figures), strict=True):
        for run, one in zip(figure.runs(), seen["runs"], strict=True):
            assert_allclose(one["hist"], run.hist, rtol=1e-9, atol=1e-9)
            assert one["left"] == (run.x[0] < figure.flats()[1])
            assert not one["off"]


def test_the_race_is_that_of_python_step_by_step():
    figures = [
        Race(),
        Race(kappa=60, beta=0.8, angle=70, lr=1.1, eps=1e-3),
        Race(lr=1.6, beta=0.2),
        Race(lr=0),
        Race(x0=(3, 1)),
    ]
    for figure, seen in zip(figures, computed(figures), strict=True):
        rates = {name: rate for name, (rate, _) in figure.methods().items()}
        for name, (*_, hist) in figure.runs().items():
            assert seen["runs"][name]["rate"] == pytest.approx(rates[name], abs=1e-14)
            assert_allclose(np.array(seen["runs"][name]["hist"], float), hist, rtol=1e-9, atol=1e-9)


def test_the_line_is_that_of_python_coefficient_by_coefficient():
    far = [[x / 2 + 2, y] for x, y in Line().points]
    figures = [
        Line(),
        Line(n=50, n_iter=90, lr=0.3),
        Line(points=[[1, 0], [1, 2], [1, 4]], n_iter=20),
        Line(points=far, x0=(1, -1)),
    ]
    for figure, seen in zip(figures, computed(figures), strict=True):
        run, ground = figure.run(), figure.objective()
        assert_allclose(seen["run"]["hist"], run.hist, atol=1e-9)
        assert_allclose(seen["ols"], ground.minimisers[0], atol=1e-12)
        assert_allclose(seen["curvatures"], figure.curvatures(), rtol=1e-9)
        assert_allclose(seen["gaps"], figure.excess(run.hist), rtol=1e-5, atol=1e-22)
        assert seen["floor"] == pytest.approx(ground(ground.minimisers[0]), abs=1e-12)
        assert seen["product"] == pytest.approx(figure.lr * figure.curvatures()[1])


def test_the_bowl_knows_what_part_of_its_start_is_flat_and_what_is_steep():
    for angle, x0, parts in (
        (0, (-1, 4), [0.8, 0.6]),
        (90, (-1, 4), [0.6, 0.8]),
        (0, (-1, 1), [1, 0]),
        (45, (4, 2), [1, 0]),
        (45, (4, 0), [0, 1]),
    ):
        figure = Bowl(angle=angle, x0=x0)
        (seen,) = computed([figure])
        assert seen["parts"] == pytest.approx(parts, abs=1e-12)
        assert figure.felt().tolist() == [curvature for curvature, part in zip((2, 50), parts, strict=True) if part]
        assert seen["promised"] == figure.values()["predicted"]


def test_the_promise_ends_where_python_steps():
    figures = [Promise(), Promise(angle=40, lr=0.3, x0=(1.5, -0.2)), Promise(angle=-120, x0=(-2, 1)), Promise(x0=(0, 0))]
    for figure, seen in zip(figures, computed(figures), strict=True):
        assert_allclose(seen["length"] * np.array(seen["way"]), figure.step(), atol=1e-12)
