"""Check C: what is said of each of the eight runs is so in its picture, in two hundred draws, and of no other of them."""

import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache

import nbformat
import numpy as np
import pytest
from answers import run_name, run_source
from engine import evaluate
from page_judge import table
from pages import ROOT

from gdtools import momentum, problems
from gdtools.problems.which import ASKED, BATCH, KINDS, LAST, ROWS, SEE

SEEDS = [None, *range(200)]
some = [None, *range(40)]


@cache
def draw(seed):
    return problems.which(seed)


def of(kind, seeds=SEEDS):
    """The run of a kind in each draw."""
    return [next(run for run in draw(seed).runs if run.kind == kind) for seed in seeds]


def gradient(run, x):
    """By differences of the loss."""
    h = 1e-5
    return np.array([run.loss(x + h * e) - run.loss(x - h * e) for e in np.eye(2)]) / (2 * h)


def hessian(run, x):
    h = 1e-4
    rows = [gradient(run, x + h * e) - gradient(run, x - h * e) for e in np.eye(2)]
    return np.array(rows) / (2 * h)


def falls(values):
    return bool((np.diff(values) < 0).all())


def shows(run):
    """What is to be seen in a run, by a rule for each symptom, from loss, gradient and path alone."""
    one, two = run.paths[0], run.paths[-1]
    late, early = one.moves[-LAST:].max(), one.moves[-2 * LAST : -LAST].max()
    change = np.abs(one.x[-1] - one.x[len(one.x) // 2])
    ends = len(run.paths) == 2 and np.hypot(*(one.x[-1] - two.x[-1])) > 1
    still, crawl = late < 0.01 and not ends, falls(one.loss) and late > 0.01
    heights = abs(one.loss[-1] - two.loss[-1])
    return {
        "swings wider and wider": falls(-one.moves[-LAST:]) and late > 1.5 * early,
        "swings, and no wider": not falls(one.loss) and early / 2 < late <= early,
        "crawls along one axis": crawl and change.min() < 1e-3 * change.max(),
        "crawls aslant": crawl and change.min() > 0.9 * change.max(),
        "two ends, equal losses": ends and heights < 1e-6,
        "two ends, unequal losses": ends and heights > 0.1,
        "stands still on a slope": still and one.slope[-1] > 0.1,
        "stands still while the slope grows": still and one.slope[-1] < 1e-3 and one.slope[-1] > 5 * one.slope.min(),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_run_shows_its_symptom_and_no_other(seed):
    for number, run in enumerate(draw(seed).runs, 1):
        seen = [symptom for symptom, is_so in shows(run).items() if is_so]
        assert seen == [draw(seed).questions[f"symptom_{number}"].truth]


def test_each_draw_has_each_kind_once_and_their_order_is_drawn():
    orders = [tuple(run.kind for run in draw(seed).runs) for seed in SEEDS]
    assert all(sorted(order) == sorted(KINDS) for order in orders)
    assert len(set(orders)) > 190
    for place in range(8):
        assert set(Counter(order[place] for order in orders)) == set(KINDS)


def test_the_usual_pairing_is_wrong_for_more_than_three():
    """To a swing a shorter step, to a crawl momentum, to two ends many starts, to a standstill none at all."""
    usual = {"swings": "a shorter step", "crawls": "momentum", "two ends": "many starts, the lowest end", "stands": ""}
    for seed in some:
        questions = draw(seed).questions
        pairs = [(questions[f"symptom_{number}"].truth, questions[f"remedy_{number}"].truth) for number in range(1, 9)]
        right = [next(it for start, it in usual.items() if symptom.startswith(start)) == remedy for symptom, remedy in pairs]
        assert right.count(False) == 5


def test_a_run_is_gradient_descent_on_its_loss():
    """Of all data but where batches are drawn, and brought back where there is a wall."""
    for seed in some:
        for run in draw(seed).runs:
            for path in run.paths:
                for k in (0, 3, run.n - 1):
                    shift = np.array(run.noise[k]) if run.noise else 0
                    told = path.x[k] - run.lr * gradient(run, path.x[k] - shift)
                    told = np.minimum(told, [run.wall, np.inf]) if run.wall is not None else told
                    np.testing.assert_allclose(path.x[k + 1], told, atol=1e-6)
                    assert path.slope[k] == pytest.approx(np.hypot(*gradient(run, path.x[k])), abs=1e-6)


# The causes, from the loss itself, and what each remedy does.


def test_the_step_is_too_long_in_the_steepest_direction_alone():
    for run in of("long"):
        low, high = np.linalg.eigvalsh(hessian(run, np.zeros(2)))
        assert run.lr * low < 0.5
        assert 2 < run.lr * high < 2.1
        assert falls(replace(run, lr=0.98 * 2 / high).paths[0].loss[-20:])
        (path,) = run.paths
        assert 0 < path.loss.argmin() < run.n
        assert (path.moves[-1] / path.moves[-2] + 1) / run.lr == pytest.approx(high, rel=5e-4)


def test_the_longest_step_comes_from_what_is_printed():
    """The last two moves and the step, with the digits that they are told with."""
    for seed in SEEDS:
        run = next(run for run in draw(seed).runs if run.kind == "long")
        last = next(line for line in run.told if line.startswith("last two moves"))
        before, move = map(float, re.findall(r"\d+\.?\d*", last))
        step = float(re.search(r"steps of (\S+)", run.told[0])[1])
        question = draw(seed).questions["bound"]
        assert question.agrees(np.array(2 * step / (1 + move / before)), question.truth)


def test_noise_swings_as_a_step_too_long_does_and_neither_grows_nor_dies():
    """And without it the same step settles."""
    for run in of("noise"):
        assert 1.5 < run.lr * np.linalg.eigvalsh(hessian(run, np.zeros(2)))[1] < 2
        assert run.passes == run.n * BATCH / ROWS
        assert replace(run, noise=()).paths[0].slope[-1] < 1e-3
        assert np.abs(np.mean(run.noise, axis=0)).max() < 0.2


def test_shorter_steps_lower_the_floor_of_noise_and_leave_one():
    for run in of("noise", some):
        floors = []
        for part in (1, 0.5, 0.1):
            shorter = replace(run, lr=part * run.lr, n=2000, noise=tuple(run.noise) * 34)
            floors.append(shorter.paths[0].loss[-1000:].mean())
        assert floors[0] > floors[1] > floors[2] > 1e-6


def test_other_units_round_the_valley_along_an_axis_and_leave_the_one_aslant():
    """Scaled by the roots of its diagonal, which for two unknowns is the best scaling that there is."""
    for kind, low, high in (("units", 0, 1 + 1e-6), ("coupled", 79, 131)):
        for run in of(kind):
            H = hessian(run, np.zeros(2))
            scaled = H / np.sqrt(np.outer(np.diag(H), np.diag(H)))
            assert 79 < np.linalg.cond(H) < 131
            assert low < np.linalg.cond(scaled) < high
            others = [np.linalg.cond(H * np.outer([1, s], [1, s])) for s in np.geomspace(0.1, 10, 201)]
            assert kind == "units" or min(others) == pytest.approx(np.linalg.cond(H), rel=1e-4)


def test_momentum_leaves_the_root_of_the_condition():
    for run in of("coupled", some):
        low, high = np.linalg.eigvalsh(hessian(run, np.zeros(2)))
        a, b = np.sqrt([low, high])
        beta = ((b - a) / (b + a)) ** 2
        centre = np.array(run.centre)
        hist = momentum(
            lambda x, run=run: run.gradient(x), np.array(run.starts[0]), 4 / (a + b) ** 2, 120, tol=0, beta=beta
        ).hist
        far = np.linalg.norm(hist - centre, axis=1)
        assert far[-1] < 1e-4 * far[0]
        assert np.linalg.norm(run.paths[0].x[-1] - centre) > 0.2 * far[0]


def test_the_ends_on_a_flat_floor_are_as_low_and_the_shortest_answer_is_that_of_a_run_from_zero():
    for run in of("flat"):
        assert abs(np.linalg.eigvalsh(hessian(run, np.zeros(2)))[0]) < 1e-4
        one, two = run.paths
        assert np.hypot(*(one.x[-1] - two.x[-1])) > 1
        assert one.loss[-1] == pytest.approx(two.loss[-1], abs=1e-9)
        zero = replace(run, starts=((0.0, 0.0),)).paths[0].x[-1]
        along = run.axes[:, 0]
        assert abs(zero @ along) < 1e-9
        assert all(np.hypot(*zero) <= np.hypot(*path.x[-1]) + 1e-4 for path in run.paths)


def test_the_ends_in_two_valleys_are_minima_of_unequal_depth():
    for run in of("valleys"):
        for path in run.paths:
            assert path.slope[-1] < 1e-3
            assert np.linalg.eigvalsh(hessian(run, path.x[-1]))[0] > 0.1


def test_at_the_bound_the_gradient_is_not_zero_and_the_projected_step_moves_nothing():
    for run in of("bound"):
        x, g = run.paths[0].x[-1], gradient(run, run.paths[0].x[-1])
        assert x[0] == run.wall
        assert -g[0] > 0.1
        assert abs(g[1]) < 1e-6
        np.testing.assert_allclose(np.minimum(x - run.lr * g, [run.wall, np.inf]), x, atol=1e-5)
        assert np.linalg.eigvalsh(hessian(run, x))[0] > 0


def test_beside_the_saddle_a_curvature_is_negative_and_a_nudge_spares_the_waiting():
    for run in of("saddle"):
        path, away = run.paths[0], 1e-2 * run.axes[:, 0]
        assert np.linalg.eigvalsh(hessian(run, path.x[-1]))[0] < -0.1
        assert path.loss[-1] == pytest.approx(path.loss[-10], abs=1e-3)
        nudged = replace(run, starts=(tuple(path.x[-1] + away),)).paths[0]
        assert nudged.loss[-1] < path.loss[-1] - 0.2


# Words


def test_the_feedback_ends_with_what_decides_in_the_numbers_that_are_told():
    """Every number in it but counts of moves and steps stands below the picture too, or is the distance of two ends."""
    for seed in some:
        for number, run in enumerate(draw(seed).runs, 1):
            question = draw(seed).questions[f"symptom_{number}"]
            assert question.lesson.startswith("Here")
            for asked in ASKED:
                other = draw(seed).questions[f"{asked}_{number}"]
                assert all(mistake.words.endswith(question.lesson) for mistake in other.mistakes)
                assert other.see == SEE[run.kind]


def test_the_usual_pairings_have_words_of_their_own():
    for seed in some:
        for number, run in enumerate(draw(seed).runs, 1):
            words = {mistake.answer: mistake.words for mistake in draw(seed).questions[f"remedy_{number}"].mistakes}
            if run.kind == "noise":
                assert words["a shorter step"].startswith("A shorter step that is kept lowers this floor")
            if run.kind == "coupled":
                assert "no units lower κ" in words["other units"]


# The page and the notebook


SEEN = """({ table }) => table.run.runs.map((run, number) => run.starts.map(start => {
  const { at, last, grad } = runOf("which", table.run, number, run.lr, start);
  const places = Array.from({ length: last + 1 }, (_, k) => at(k));
  return places.map(x => [x[0], x[1], lossOf(run)(x), sizeOf(grad(x))]);
}))"""


@pytest.mark.parametrize("seed", [None, 2, 7])
def test_the_pictures_of_the_page_are_those_of_the_runs(seed):
    found = evaluate(SEEN, {"table": table("which", seed)}, run_source(run_name("which")))
    for run, paths in zip(draw(seed).runs, found, strict=True):
        for path, told in zip(run.paths, paths, strict=True):
            expected = np.column_stack([path.x, path.loss, path.slope])
            np.testing.assert_allclose(told, expected, rtol=1e-5, atol=1e-9)


def test_the_page_tells_the_numbers_that_the_notebook_prints_and_the_pictures_have_them_as_their_text():
    notebook = nbformat.read(ROOT / "exercises" / "check-c-which.ipynb", as_version=4)
    seen = [cell for cell in notebook.cells if "seen" in cell.metadata.get("tags", [])]
    kept = json.loads(json.dumps(table("which", None)))["run"]["runs"]
    for number, (cell, run, data) in enumerate(zip(seen, draw(None).runs, kept, strict=True), 1):
        assert cell.source == f"show({number})"
        printed = "".join(output["text"] for output in cell.outputs if output.output_type == "stream")
        assert printed.splitlines() == run.told == data["told"]
        assert max(map(len, run.told)) <= 76
        assert cell.metadata["mystnb"]["image"]["alt"] == " ".join(f"{line[0].upper()}{line[1:]}." for line in run.told)
