"""The figures that run the problems on the pages say what gdtools computes, to the digits shown."""

import numpy as np
import pytest
from answers import run_source
from engine import evaluate
from page_judge import draw, table

from gdtools import gradient_descent, problems
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


# The gradients, as the problems' texts give them


def by_question(problem, run):
    return problem.questions["gradient"].truth


def valley(problem, run):
    return lambda p: 2 * np.array([problem.given.a, problem.given.b]) * p


def rod(problem, run):
    n = len(run["start"])
    A = (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)) * ((n + 1) / problem.given.length) ** 2
    return lambda u: A @ u - 5


def molecule(problem, run):
    return problem.questions["slope"].truth


def houses(problem, run):
    it = problem.given
    columns = np.column_stack([it.area, it.rooms])
    if run["title"] == "standardised":
        columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    X = np.column_stack([np.ones(it.n), columns])
    return lambda b: -2 / it.n * X.T @ (it.price - X @ b)


def quartic(problem, run):
    return lambda x: 4 * x**3


def coupled(problem, run):
    return lambda x: problem.given.H @ x


GRADIENTS = dict.fromkeys(("springs", "network", "doses", "photons"), by_question)
GRADIENTS |= {draw.__name__: draw for draw in (valley, rod, molecule, houses, quartic, coupled)}


def errors(problem, run, hist):
    """What the text of the problem measures at each iterate."""
    grad = GRADIENTS[problem.name](problem, run)
    if problem.name in ("valley", "quartic"):
        return np.abs(hist[:, 0])
    if problem.name == "network":
        return np.abs(hist.prod(axis=1) - problem.given.c)
    if run.get("by") == "gradient":
        return np.array([np.linalg.norm(grad(x)) for x in hist])
    if run.get("by") == "nudge":
        return np.abs(hist @ run["other"])
    return np.linalg.norm(hist - run["rest"], axis=1)


def counted(run, error):
    """The first step that is as near as asked, or None."""
    there = error >= run["near"] if run.get("by") == "nudge" else error <= run.get("near", run.get("part", 0) * error[0])
    return int(there.argmax()) if there.any() else None


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
    hist = gradient_descent(GRADIENTS[problem.name](problem, run), np.array(run["start"]), lr, last, tol=0).hist
    with np.errstate(over="ignore"):
        error = errors(problem, run, hist[: last + 1])
    assert len(error) == last + 1
    assert count == counted(run, error)
    for k, shown, x, numbers in places:
        assert numbers[0][1].startswith(small(error[k])), (lr, k)
        assert small(shown) == small(error[k])
        np.testing.assert_allclose(x, hist[k], rtol=1e-6, atol=1e-9)  # told as nothing


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
