"""The figures that run the problems on the pages say what gdtools computes, to the digits shown."""

import numpy as np
import pytest
from answers import run_source
from engine import evaluate
from page_judge import draw, table
from page_run import counted, errors, hist

from gdtools import problems
from gdtools.check import judge
from gdtools.live.words import small

SEEDS = (None, 2, 7)
# Of each run at each step: the count, the last step shown, and what is told at some steps.
TOLD = """({ name, table, asked }) => asked.map(([number, lr]) => {
  const result = runOf(name, table.run, number, lr);
  const places = [...new Set([0, 1, 2, 5, 40, 350].map(k => Math.min(k, result.last)))];
  return [result.count, result.last, places.map(k => [k, result.errors[k], result.at(k), numbersOfRun(name, result, k)])];
})"""


def told(name, seed, asked):
    return evaluate(TOLD, {"name": name, "table": table(name, seed), "asked": asked}, run_source())


each_problem = pytest.mark.parametrize("name", problems.NAMES)


def asked_of(problem, runs):
    """Each run at the step that it begins with, and at those of the text."""
    given = [value for name, value in vars(problem.given).items() if name.startswith("lr")]
    return [(number, lr) for number, run in enumerate(runs) for lr in (run["lr"], *given)]


@each_problem
@pytest.mark.parametrize("seed", SEEDS)
def test_the_figure_counts_and_tells_what_gradient_descent_does(name, seed):
    problem, runs = draw(name, seed), table(name, seed)["run"]["runs"]
    asked = [(number, lr) for number, lr in asked_of(problem, runs) if len(runs[number]["start"]) < 32]
    for (number, lr), (count, last, places) in zip(asked, told(name, seed, asked), strict=True):
        follows(problem, runs[number], lr, count, last, places)


def follows(problem, run, lr, count, last, places):
    iterates = hist(problem, run, lr, last)
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
    "quartic": lambda it: [(0, it.given.lr_k)],
    "coupled": lambda it: [(1, it.given.lr)],
}


@each_problem
def test_the_figure_counts_what_the_question_asks(name):
    for seed in SEEDS:
        problem = draw(name, seed)
        question = problem.questions["steps_standardised" if name == "houses" else "steps"]
        found = [count for count, *_ in told(name, seed, COUNTED[name](problem))]
        assert judge(question, found if len(found) > 1 else found[0])[0] == "right", (seed, found, question.truth)
