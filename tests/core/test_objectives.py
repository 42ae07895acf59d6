import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose
from strategies import bowls, seeds

from gdtools import (
    bowl,
    double_well,
    finite_difference_gradient,
    gradient_error,
    least_squares,
    line_data,
    quadratic,
    saddle,
    two_valleys,
)

# How to make each one, its number of variables, and the part of the plane that the book draws.
OBJECTIVES = {
    "bowl": (bowl, 2, ((-2, 8), (-2.5, 4.5))),
    "double well": (double_well, 1, ((-2.2, 2.2), (-6, 4))),
    "saddle": (saddle, 2, ((-2, 2), (-2, 2))),
    "two valleys": (two_valleys, 2, ((-2.2, 2.2), (-1.8, 1.8))),
    "least squares": (lambda: least_squares(*line_data()), 2, ((-1, 2), (0, 4))),
    "quadratic": (
        lambda: quadratic([[2.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 1.0]], [1.0, -2.0, 0.5]), 3, ((-2, 2), (-2, 2)),
    ),
}  # fmt: skip
each_objective = pytest.mark.parametrize("name", OBJECTIVES)


def objective(name):
    make, d, _ = OBJECTIVES[name]
    return make(), d


def points(d, *shape):
    return np.random.default_rng(1).uniform(-2, 2, (d, *shape))


@each_objective
def test_the_gradient_is_the_slope(name):
    f, d = objective(name)
    value = f.f if d > 1 else lambda x: f(x)[0]
    assert gradient_error(value, f.grad, points(d)) < 1e-8


@each_objective
def test_the_hessian_is_the_slope_of_the_gradient(name):
    f, d = objective(name)
    x = points(d)
    columns = [finite_difference_gradient(lambda z, i=i: f.grad(z)[i], x) for i in range(d)]
    assert_allclose(np.reshape(f.hess(x), (d, d)), columns, atol=1e-6)


@each_objective
def test_at_a_minimiser_the_gradient_is_zero_and_all_around_is_higher(name):
    f, d = objective(name)
    for x in f.minimisers:
        nearby = np.reshape(x, (d, 1)) + 1e-3 * points(d, 50)
        assert np.abs(f.grad(x)).max() < 1e-12
        assert (f(nearby) > f(x)).all()


@each_objective
@pytest.mark.parametrize("shape", [(4,), (3, 4)])
def test_points_in_a_batch_or_a_grid_are_points(name, shape):
    f, d = objective(name)
    x = points(d, *shape)
    for index in np.ndindex(shape):
        one = x[(slice(None), *index)]
        assert_allclose(f.grad(x)[(slice(None), *index)], f.grad(one), atol=1e-12)
        assert_allclose(f(x)[(..., *index)], f(one), atol=1e-12)


@each_objective
def test_each_says_what_it_is_called_and_where_to_look(name):
    make, _, window = OBJECTIVES[name]
    assert (make().name, make().window) == (name, window)


def test_the_double_well_has_its_lower_valley_on_the_left():
    f = double_well()
    assert_allclose(f.minimisers, [-1.4730, 1.3470], atol=5e-5)
    assert_allclose(f(f.minimisers), [-5.4442, -2.6186], atol=5e-5)


def test_a_saddle_has_no_minimiser():
    assert saddle().minimisers.shape == (0, 2)
    assert saddle()([3.0, 1.0]) == 4
    assert saddle()([1.0, 3.0]) == -4


@given(bowls(), seeds)
def test_a_quadratic_is_lowest_where_its_gradient_vanishes(bowl, seed):
    A, lam, _ = bowl
    b = np.random.default_rng(seed).normal(size=len(lam))
    f = quadratic(A, b)
    (x,) = f.minimisers
    assert_allclose(f.grad(x), 0, atol=1e-10 * np.abs(b).max())
    assert_allclose(f(x), -b @ x / 2, rtol=1e-10)


@given(seeds)
def test_least_squares_is_what_numpy_solves(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    f = least_squares(X, y)
    expected, residual, _, _ = np.linalg.lstsq(X, y)
    assert_allclose(f.minimisers[0], expected)
    assert_allclose(f(expected), residual[0] / 30)
    assert_allclose(f.grad(np.ones(4)), -2 / 30 * X.T @ (y - X @ np.ones(4)), atol=1e-12)


def test_small_integers_do_not_run_over():
    X, y = np.full((3, 1), 100, dtype=np.int8), np.array([100, 100, 70], dtype=np.int8)
    assert_allclose(least_squares(X, y).hess(None), [[20_000]])
    assert_allclose(least_squares(X, y).minimisers, [[0.9]])
    assert_allclose(quadratic(np.array([[100]], dtype=np.int8)).grad(np.array([2], dtype=np.int8)), [200])


def test_the_line_data_are_those_of_the_book():
    rng = np.random.default_rng(42)
    x, (X, y) = rng.uniform(-2, 2, 50), line_data()
    assert (X[:, 0] == 1).all()
    assert (X[:, 1] == x).all()
    assert_allclose(y, 0.5 + 2 * x + rng.normal(0, 0.5, 50))


def test_a_trough_has_no_minimiser_to_list():
    assert quadratic(np.diag([1.0, 0.0])).minimisers.shape == (0, 2)


def test_differences_are_taken_at_a_distance_in_proportion_to_the_coordinate():
    places = []
    finite_difference_gradient(lambda x: places.append(x[0]) or 0.0, [0.5])
    finite_difference_gradient(lambda x: places.append(x[0]) or 0.0, [1000.0])
    assert_allclose(np.diff(places)[[0, 2]], [-12e-6, -12e-3], rtol=1e-6)


@pytest.mark.parametrize("slope", [1e-9, 0.1, 1.5, -3.0, 1e9])
def test_a_gradient_error_is_relative(slope):
    assert gradient_error(lambda x: slope * x[0], lambda x: 2 * slope * np.ones(1), [1.0]) == pytest.approx(1, rel=1e-6)


def test_the_gradient_check_finds_a_lost_factor():
    f = bowl()
    assert gradient_error(f, lambda x: f.grad(x) / 2, [-1.0, 4.0]) == pytest.approx(0.5, rel=1e-5)
    assert gradient_error(f, f.grad, [-1.0, 4.0]) < 1e-9
