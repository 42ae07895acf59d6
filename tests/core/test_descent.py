import copy
import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from page_code import page_code
from strategies import bowls, fractions, seeds

from gdtools import (
    adam,
    bowl,
    descend,
    double_well,
    gradient_descent,
    gradient_descent_batch,
    momentum,
    nesterov,
    projected_gradient,
    proximal_gradient,
    quadratic,
)


@given(bowls(), seeds, fractions)
def test_takes_the_steps_of_the_loop_that_the_first_chapter_writes_out(bowl, seed, part):
    A, lam, _ = bowl
    f, x0, lr = quadratic(A), np.random.default_rng(seed).normal(size=len(lam)), part * 2 / lam[-1]
    x, hist = gradient_descent(f.grad, x0, lr, 300, tol=1e-6)
    x_plain, hist_plain = page_code("negative-gradient").walk_downhill(f.grad, x0, lr, 300, tol=1e-6)
    assert_array_equal(x, x_plain)
    assert_array_equal(hist, hist_plain)


@pytest.mark.parametrize(("x0", "steps"), [(-0.4, 39), (0.4, 56)])
def test_the_last_step_counts(x0, steps):
    f = double_well()
    run = gradient_descent(f.grad, x0, 0.03, 200)
    assert (run.n_steps, len(run.hist), run.stopped) == (steps, steps + 1, "converged")
    assert abs(f.grad(run.hist[-2])) < 1e-10 <= abs(f.grad(run.hist[-3]))


def test_the_budget_ends_a_run():
    run = gradient_descent(lambda x: x, 1.0, 0.5, 3)
    assert (run.n_steps, run.stopped, run.x) == (3, "budget", 0.125)
    assert gradient_descent(lambda x: x, [1.0], 0.5, 0).hist.tolist() == [[1.0]]


@pytest.mark.parametrize("x0", [3.0, [3.0, -2.0], [[3.0, 1.0], [2.0, -1.0]]])
def test_a_run_that_leaves_the_numbers_ends_at_the_last_finite_iterate(x0):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = gradient_descent(lambda x: 4 * x**3, x0, 0.5, 100)
    assert run.stopped == "diverged"
    assert np.isfinite(run.hist).all()
    assert run.n_steps == len(run.hist) - 1 < 100
    assert_array_equal(run.x, run.hist[-1])
    with np.errstate(all="ignore"):
        assert not np.isfinite(run.x - 0.5 * 4 * run.x**3).all()


def test_a_huge_iterate_is_still_a_number():
    run = gradient_descent(lambda x: -x, [1e200], 1.0, 300)
    assert run.n_steps == 300
    assert run.x[0] == pytest.approx(1e200 * 2.0**300)


def test_a_gradient_that_is_not_a_number_ends_the_run_at_the_start():
    run = gradient_descent(lambda x: x * np.nan, [1.0, 2.0], 0.1, 5)
    assert (run.n_steps, run.stopped) == (0, "diverged")
    assert run.x.tolist() == [1.0, 2.0]


def test_zero_tolerance_never_stops_early():
    run = gradient_descent(lambda x: 0 * x, [1.0], 0.1, 7, tol=0)
    assert (run.n_steps, run.stopped) == (7, "budget")
    assert gradient_descent_batch(lambda x: 0 * x, [[1.0, 2.0]], 0.1, 7, tol=0).n_steps.tolist() == [7, 7]


def test_the_norm_is_taken_over_all_entries():
    run = gradient_descent(lambda x: np.full_like(x, 0.6), np.ones((2, 2)), 0.1, 5, tol=1.0)
    assert run.stopped == "budget"  # each row alone has a norm below 1
    assert gradient_descent(lambda x: np.full_like(x, 0.4), np.ones((2, 2)), 0.1, 5, tol=1.0).n_steps == 1


def test_a_schedule_gets_the_number_of_the_step():
    run = gradient_descent(lambda x: np.ones_like(x), 0.0, lambda k: 1 / (k + 1), 3)
    assert_allclose(run.hist, [0, -1, -1.5, -1.5 - 1 / 3])


def test_a_run_by_schedule_stops_and_thins_as_any_other():
    for lr in (0.03, lambda k: 0.03):
        run = gradient_descent(bowl().grad, [-1, 4], lr, 300, tol=1e-3, record=10)
        assert (run.n_steps, run.stopped, len(run.hist)) == (147, "converged", 16)
    assert_array_equal(run.hist, gradient_descent(bowl().grad, [-1, 4], 0.03, 300, tol=1e-3, record=10).hist)


@given(st.integers(0, 40), st.integers(1, 50))
def test_a_thinned_history_holds_every_so_manyth_iterate_and_the_last(n_iter, record):
    whole = gradient_descent(bowl().grad, [-1, 4], 0.03, n_iter)
    thin = gradient_descent(bowl().grad, [-1, 4], 0.03, n_iter, record=record)
    kept = sorted({*range(0, n_iter + 1, record), n_iter})
    assert_array_equal(thin.hist, whole.hist[kept])
    assert thin.n_steps == whole.n_steps


def test_no_history_keeps_the_two_ends():
    run = gradient_descent(bowl().grad, [-1, 4], 0.03, 20, record=0)
    assert run.hist.shape == (2, 2)
    assert run.n_steps == 20
    assert gradient_descent(bowl().grad, [-1, 4], 0.03, 0, record=0).hist.shape == (1, 2)


def test_the_start_is_not_touched():
    x0 = np.array([-1.0, 4.0])
    run = gradient_descent(bowl().grad, x0, 0.03, 5)
    assert x0.tolist() == [-1, 4]
    assert not np.shares_memory(run.hist, x0)


def test_integers_are_welcome():
    assert gradient_descent(lambda x: 2 * np.ones(2, dtype=int), [4, 2], 1, 1).x.tolist() == [2.0, 0.0]
    assert gradient_descent(lambda x: [2.0, 2.0], [4, 2], 1, 1).x.tolist() == [2.0, 0.0]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda run: pickle.loads(pickle.dumps(run))])
def test_a_run_survives_copying(again):
    run = again(gradient_descent(bowl().grad, [-1, 4], 0.03, 20, record=5))
    assert (run.n_steps, run.stopped) == (20, "budget")
    assert run.hist.shape == (5, 2)


def test_a_run_is_shown_in_one_line():
    run = gradient_descent(bowl().grad, [-1, 4], 0.02, 1)
    assert repr(run) == "Descent(x=[-0.84  1.  ], n_steps=1, stopped='budget')"


def test_descend_passes_point_gradient_and_step_number():
    seen = []

    def step(x, g, k):
        seen.append((float(x), float(g), k))
        return x - g

    descend(lambda x: x / 2, 8.0, step, 3)
    assert seen == [(8.0, 4.0, 0), (4.0, 2.0, 1), (2.0, 1.0, 2)]


def test_a_batch_is_its_runs():
    f, starts = double_well(), np.linspace(-2, 2, 60)[None]
    batch = gradient_descent_batch(f.grad, starts, 0.05, 150)
    runs = [gradient_descent(f.grad, x0, 0.05, 150) for x0 in starts[0]]
    assert_array_equal(batch.x[0], [run.x for run in runs])
    assert batch.n_steps.tolist() == [run.n_steps for run in runs]
    assert batch.stopped.tolist() == [run.stopped for run in runs]


def test_a_batch_may_converge_diverge_and_run_out_side_by_side():
    f, rates = bowl(), np.array([0.0385, 0.001, 1.0, 0.02])
    starts = np.repeat([[-1.0], [4.0]], 4, axis=1)
    batch = gradient_descent_batch(f.grad, starts, rates, 2000, tol=1e-8)
    runs = [gradient_descent(f.grad, [-1.0, 4.0], lr, 2000, tol=1e-8) for lr in rates]
    assert batch.stopped.tolist() == ["converged", "budget", "diverged", "converged"]
    assert batch.n_steps.tolist() == [run.n_steps for run in runs]
    assert_allclose(batch.x, np.transpose([run.x for run in runs]))
    assert starts[0, 0] == -1


def test_a_batch_says_without_a_warning_which_of_its_runs_leave_the_numbers():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        batch = gradient_descent_batch(lambda x: x - x**3 + x**5, [[0.5, 3.0, 1e150]], 0.5, 100)
    assert batch.stopped.tolist() == ["converged", "diverged", "diverged"]


def test_a_batch_where_everything_ends_leaves_early():
    calls = []
    gradient_descent_batch(lambda x: calls.append(1) or x, np.ones((1, 3)), 1.0, 50)
    assert len(calls) == 2


def test_a_batch_of_no_steps_is_its_starts():
    batch = gradient_descent_batch(lambda x: x, [[1.0, 2.0]], 0.5, 0)
    assert batch.x.tolist() == [[1.0, 2.0]]
    assert batch.n_steps.tolist() == [0, 0]


METHODS = {
    "descend": lambda grad, x0, lr, n_iter: descend(grad, x0, lambda x, g, k: x - lr * g, n_iter),
    "projected": lambda grad, *rest: projected_gradient(grad, lambda x: x, *rest),
    "proximal": lambda grad, *rest: proximal_gradient(grad, lambda z, t: z, *rest),
    "batch": gradient_descent_batch, "plain": gradient_descent, "momentum": momentum, "nesterov": nesterov, "adam": adam,
}  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_every_method_stops_at_a_slope_of_1e_10_and_records_each_step_unless_told_otherwise(name):
    for slope, steps in ((1.01e-10, 4), (0.99e-10, 1)):
        run = METHODS[name](lambda x, slope=slope: slope + 0 * x, np.zeros((1, 1)), 0.1, 4)
        assert np.all(run.n_steps == steps)
        assert name == "batch" or len(run.hist) == steps + 1


def test_a_run_on_its_way_to_infinity_says_so_though_it_stopped_by_its_budget():
    run = gradient_descent(lambda x: 2 * x, 1.0, 2.0, 266)
    assert run.stopped == "budget"
    assert abs(run.x) > 1e126
    assert run.growing
    assert repr(run) == f"Descent(x={run.x}, n_steps=266, stopped='budget', growing=True)"


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_a_run_that_settles_does_not_grow(n):
    for lr in (0.1, 0.9):
        assert not gradient_descent(lambda x: 2 * x, [1.0, 2.0], lr, n).growing
