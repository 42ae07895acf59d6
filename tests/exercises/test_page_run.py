"""The figures that run the problems on the pages say what gdtools computes, to the digits shown."""

import numpy as np
import pytest
from answers import run_name, run_source
from engine import evaluate
from page_judge import draw, table
from page_run import counted, errors, hist

from gdtools import problems
from gdtools.check import judge
from gdtools.live.words import small

SEEDS = (None, 2, 7)
# Of each run at each step: the count, the last step shown, and what is told at some steps.
TOLD = """({ name, table, asked }) => asked.map(([number, lr, beta = 0]) => {
  const result = runOf(name, table.run, number, lr, undefined, beta);
  const places = [...new Set([0, 1, 2, 5, 40, 350].map(k => Math.min(k, result.last)))];
  return [result.count, result.last, places.map(k => [k, result.errors[k], result.at(k), numbersOfRun(name, result, k)])];
})"""


def told(name, seed, asked):
    return evaluate(TOLD, {"name": name, "table": table(name, seed), "asked": asked}, run_source(run_name(name)))


each_problem = pytest.mark.parametrize("name", problems.NAMES)


def asked_of(problem, runs):
    """Each run at the step that it begins with, and at those of the text."""
    beta = getattr(problem.given, "beta", 0)
    given = [(value, beta) for name, value in vars(problem.given).items() if name.startswith(("lr", "theta"))]
    return [(number, *asked) for number, run in enumerate(runs) for asked in ((run["lr"], 0), *given)]


@each_problem
@pytest.mark.parametrize("seed", SEEDS)
def test_the_figure_counts_and_tells_what_gradient_descent_does(name, seed):
    problem, runs = draw(name, seed), table(name, seed)["run"]["runs"]
    asked = [it for it in asked_of(problem, runs) if len(runs[it[0]]["start"]) < 32]
    for (number, lr, beta), (count, last, places) in zip(asked, told(name, seed, asked), strict=True):
        follows(problem, runs[number], lr, beta, count, last, places)


def follows(problem, run, lr, beta, count, last, places):
    iterates = hist(problem, run, lr, last, beta)
    error = errors(problem, run, iterates)
    assert len(error) == last + 1
    assert count == counted(run, error)
    for k, shown, x, numbers in places:
        assert numbers[0][1].startswith(small(error[k])), (lr, k)
        assert small(shown) == small(error[k])
        np.testing.assert_allclose(x, iterates[k], rtol=1e-6, atol=1e-9)  # told as nothing


def largest(problem, name="spectrum"):
    return np.max(problem.questions[name].truth)


# The runs whose steps a problem asks for, and the step of each.
COUNTED = {
    "valley": lambda it: [(0, 1 / largest(it))],
    "springs": lambda it: [(0, 1 / largest(it))],
    "rod": lambda it: [(grid, bound / 2) for grid, bound in enumerate(it.questions["bound"].truth)],
    "molecule": lambda it: [(0, 0.5 / largest(it, "curvature"))],
    "network": lambda it: [(0, 0.2 / it.given.c)],
    "houses": lambda it: [(1, 0.5 / (1 + np.corrcoef(it.given.area, it.given.rooms)[0, 1]))],
    "doses": lambda it: [(0, 1 / largest(it, "L"))],
    "photons": lambda it: [(0, 1 / largest(it, "L"))],
    "distances": lambda it: [(0, 1 / largest(it, "L"))],
    "quartic": lambda it: [(0, it.given.lr_k)],
    "coupled": lambda it: [(1, it.given.lr)],
    "buoy": lambda it: [(0, it.given.lr), (1, 1), (2, 1)],
    "circuit": lambda it: [(0, 1)],
    "pixel": lambda it: [(0, largest(it, "bound") / 2)],
    "tides": lambda it: [(1, 1 / it.given.w)],
    "meters": lambda it: [(0, 1 / largest(it))],
    "cables": lambda it: [(0, largest(it, "step"), largest(it, "memory"))],
}


@pytest.mark.parametrize("name", COUNTED)
def test_the_figure_counts_what_the_question_asks(name):
    for seed in SEEDS:
        problem = draw(name, seed)
        question = problem.questions["steps_standardised" if name == "houses" else "steps"]
        found = [count for count, *_ in told(name, seed, COUNTED[name](problem))]
        assert judge(question, found if len(found) > 1 else found[0])[0] == "right", (seed, found, question.truth)


def test_every_problem_but_one_asks_for_a_count():
    """Check C asks what a run shows and what helps, and counts nothing."""
    assert set(problems.NAMES) - set(COUNTED) == {"which"}


# The errors of a run that leaves, whether it reached its goal, and what is said of it.
LEFT = """({ name, table, lr }) => {
  const result = runOf(name, table.run, 0, lr);
  return [result.errors, result.count, sentenceOf(result)];
}"""


@pytest.mark.parametrize("name", ["springs", "rod", "houses", "quartic", "circuit"])
def test_a_run_that_leaves_is_ended_at_a_million_times_its_first_error(name):
    kept = table(name, None)
    usual = kept["run"]["runs"][0]["lr"]  # about 0.3/L
    usual = kept["run"]["runs"][0]["lr"]  # about 0.3/L, or the exact step
    error, count, words = evaluate(LEFT, {"name": name, "table": kept, "lr": 10 * usual}, run_source(run_name(name)))
    assert count is None
    assert error[-1] >= 1e6 * error[0] > error[-2]
    assert words.endswith("it leaves and is ended.")


# What is drawn after k steps: of each part its class, its places in pixels, and the same in the units of the axes.
DRAWN = """({ name, table, lr, k }) => {
  const result = runOf(name, table.run, 0, lr);
  const panel = newPanel("it");
  const scene = { ...result, x: result.at(k), best: result.run.rest, upTo: k, frame: limits => frame(panel, limits) };
  SURFACES[name].draw(panel, scene);
  const { left, top } = panel.margin;
  const pixels = d => d.match(/-?[\\d.]+ -?[\\d.]+/g).map(place => place.split(" ").map(Number));
  return panel.plot.children.map(({ kept }) => {
    const places = pixels(kept.d);
    return [kept.class, places, places.map(([x, y]) => panel.invert(x + left, y + top))];
  });
}"""


def drawn(name, seed, k):
    """The parts of a picture by their class, and the run that is shown."""
    problem, kept = draw(name, seed), table(name, seed)
    run = kept["run"]["runs"][0]
    parts = evaluate(DRAWN, {"name": name, "table": kept, "lr": run["lr"], "k": k}, run_source(run_name(name)))
    places = {kind: np.array(told) for kind, *told in parts}
    return problem.given, places, run["rest"], hist(problem, run, run["lr"], k)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("k", [1, 30])
def test_the_first_mass_is_on_the_left_and_each_is_as_far_from_its_place_as_it_is_displaced(seed, k):
    """The load pulls at the first alone, to the right."""
    given, places, rest, run = drawn("springs", seed, k)
    (pixels, _), (masses, _) = np.moveaxis(places["dots ball run"], 2, 1)
    scale = 0.8 / np.abs([*rest, *run[-1]]).max()
    assert (np.diff(pixels) > 0).all()
    assert masses[0] - 1 > 0
    np.testing.assert_allclose(masses - np.arange(1, given.n + 1), scale * run[-1], atol=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_energy_of_two_atoms_is_lowest_at_rest_and_the_run_goes_down_to_it(seed):
    given, places, rest, run = drawn("molecule", seed, 3)
    pixels, energy = places["level"]
    r, height = energy[pixels[:, 1].argmax()]
    assert r == pytest.approx(rest[0], rel=0.02)
    assert height == pytest.approx(-given.epsilon, rel=0.02)
    assert energy[-1, 1] > height / 2, "far out nothing holds the atoms"
    (_, (x, y)) = places["dots now run"][:, 0]
    ratio = (given.sigma / run[-1, 0]) ** 6
    assert (x, y) == pytest.approx((run[-1, 0], 4 * given.epsilon * (ratio**2 - ratio)), rel=0.02)


@pytest.mark.parametrize("seed", [None, 1, 3])
def test_a_run_that_meets_a_beacon_is_said_to_have_no_next_point(seed):
    """And a millimetre beside it, it goes on."""
    kept = table("distances", seed)
    on, beside = ({**kept["run"]["runs"][1], "start": [x, 0.0]} for x in (kept["run"]["given"]["beacons"][0][0], 0.001))
    kept = {**kept, "run": {**kept["run"], "runs": [on, beside]}}
    (met, _, words), (gone, *_) = (
        evaluate(
            LEFT.replace("table.run, 0", f"table.run, {number}"),
            {"name": "distances", "table": kept, "lr": 0.2},
            run_source(run_name("distances")),
        )
        for number in (0, 1)
    )
    assert len(met) == 1
    assert words.endswith(" m: the next point is no number.")
    assert len(gone) > 10
