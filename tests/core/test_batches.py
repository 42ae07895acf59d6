"""Batches in three orders, the floor of noise, and what shuffling gains."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from strategies import bowls, seeds

from gdtools import batches, gradient_descent, noise_floor, shuffling_gain


def passes(n, size, seed, how, count):
    """The rows of some passes, one pass a row."""
    return np.array(list(islice(batches(n, size, seed, how=how), count * n // size))).reshape(count, n)


@given(st.integers(1, 6), st.integers(1, 6), seeds)
def test_a_shuffled_pass_holds_each_row_once(size, n_batches, seed):
    n = size * n_batches
    for how in ("shuffled", "once"):
        assert_array_equal(np.sort(passes(n, size, seed, how, 4)), np.tile(np.arange(n), (4, 1)))


def test_each_pass_has_a_new_order_or_all_have_one():
    new, kept = passes(50, 5, 1, "shuffled", 30), passes(50, 5, 1, "once", 30)
    assert len(np.unique(new, axis=0)) == 30
    assert len(np.unique(kept, axis=0)) == 1
    assert not np.array_equal(kept[0], np.arange(50))
    assert_array_equal(new, np.array(list(islice(batches(50, 5, 1), 300))).reshape(30, 50))  # it is what is done untold


def test_each_row_comes_to_each_place_alike():
    first = passes(5, 1, 2, "shuffled", 5000)
    assert_allclose([np.bincount(place, minlength=5) / 5000 for place in first.T], 0.2, atol=0.03)
    drawn = passes(5, 1, 2, "replaced", 5000)
    assert_allclose(np.bincount(drawn.ravel(), minlength=5) / 25_000, 0.2, atol=0.015)


def test_with_replacement_a_pass_misses_rows_and_any_size_is_allowed():
    seen = [len(np.unique(row)) / 1000 for row in passes(1000, 10, 3, "replaced", 20)]
    assert_allclose(np.mean(seen), 1 - (1 - 1 / 1000) ** 1000, atol=0.01)
    assert len(next(batches(3, 7, how="replaced"))) == 7


def test_a_seed_names_the_draws_and_a_batch_may_be_changed():
    assert_array_equal(passes(20, 4, 5, "shuffled", 3), passes(20, 4, 5, "shuffled", 3))
    assert not np.array_equal(passes(20, 4, 5, "replaced", 3), passes(20, 4, 6, "replaced", 3))
    assert_array_equal(passes(20, 4, 0, "once", 2), np.array(list(islice(batches(20, 4, how="once"), 10))).reshape(2, 20))
    draw = batches(4, 4, 1, how="once")
    told = next(draw)
    before = told.copy()
    told += 100
    assert_array_equal(next(draw), before)


@pytest.mark.parametrize(("told", "error", "words"), [
    ({"n": 0, "size": 1}, ValueError, "n is 0; expected an integer >= 1"),
    ({"n": 4, "size": 0}, ValueError, "size is 0; expected an integer >= 1"),
    ({"n": 4, "size": 2.0}, TypeError, "size is 2.0; expected an integer >= 1"),
    ({"n": 4, "size": 3}, ValueError, "size is 3; expected a divisor of n = 4"),
    ({"n": 4, "size": 3, "how": "once"}, ValueError, "size is 3; expected a divisor of n = 4"),
    ({"n": 4, "size": 2, "seed": -1}, ValueError, "seed is -1; expected an integer >= 0"),
    ({"n": 4, "size": 2, "how": "sorted"}, ValueError, "how is 'sorted'; expected one of 'shuffled', 'once', 'replaced'"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused_at_once(told, error, words):
    with pytest.raises(error, match=words):
        batches(**told)


@given(bowls(10), seeds, st.floats(0.05, 0.95))
def test_the_floor_is_what_the_mean_square_tends_to(bowl, seed, part):
    A, lam, _ = bowl
    d, lr = len(lam), part * 2 / lam[-1]
    root = np.random.default_rng(seed).normal(size=(d, d))
    C, step = root @ root.T, np.eye(d) - lr * A
    square = lr**2 * C
    for _ in range(40):  # S ← MSMᵀ + what was there, each time of twice as many steps
        square, step = square + step @ square @ step.T, step @ step
    assert_allclose(noise_floor(A, C, lr), np.trace(A @ square) / 2, rtol=1e-6)


def test_beyond_the_bound_there_is_no_floor():
    H, C = np.diag([1.0, 4.0]), np.eye(2)
    assert np.isfinite(noise_floor(H, C, 0.4999))
    assert noise_floor(H, C, 0.5) == noise_floor(H, C, 7) == np.inf
    assert noise_floor(H, 0 * C, 0.1) == 0


@pytest.mark.parametrize(("told", "words"), [
    ((np.eye(2), np.eye(3), 0.1), r"C has shape \(3, 3\); expected \(2, 2\), the shape of H"),
    ((np.diag([1.0, 0.0]), np.eye(2), 0.1), r"H has the eigenvalue 0.0; expected eigenvalues > 0"),
    (([[1, 2], [0, 1]], np.eye(2), 0.1), "H is .*; expected a symmetric matrix"),
    ((np.eye(2), [[1, 2], [0, 1]], 0.1), "C is .*; expected a symmetric matrix"),
    ((np.eye(2), np.eye(2), 0), "lr is 0; expected a finite number > 0"),
])  # fmt: skip
def test_a_floor_of_what_is_no_quadratic_or_no_covariance_is_refused(told, words):
    with pytest.raises(ValueError, match=words):
        noise_floor(*told)


def test_the_gain_is_smooth_where_its_series_takes_over_and_has_both_ends():
    tau = np.array([1e-4, 1.99e-3, 2.01e-3, 0.1])
    series = tau**2 / 12 - tau**4 / 120 + 17 * tau**6 / 20160
    assert_allclose([shuffling_gain(t) for t in tau], series, rtol=5e-9)
    assert_allclose(shuffling_gain(1e-8), 1e-16 / 12, rtol=1e-9)
    assert_allclose(shuffling_gain(1e6), 1 - 2e-6)
    with pytest.raises(ValueError, match="tau is 0; expected a finite number > 0"):
        shuffling_gain(0)


def test_plain_descent_on_batches_is_the_loop_of_the_book():
    rows = np.random.default_rng(0).normal(size=(12, 2))
    draw, seen = batches(12, 3, 4), []

    def grad(x):
        seen.append(chosen := next(draw))
        return rows[chosen].T @ (rows[chosen] @ x) / 3

    run = gradient_descent(grad, [1, 1], 0.1, 8, tol=0)
    x = np.ones(2)
    for chosen in seen[:8]:
        x = x - 0.1 * rows[chosen].T @ (rows[chosen] @ x) / 3
    assert_allclose(run.x, x)
