import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from strategies import bowls, fractions, seeds

from gdtools import (
    best_step,
    condition_number,
    contraction,
    double_well,
    factors,
    largest_curvature,
    predicted_steps,
    quadratic,
    spectrum,
    step_bound,
)


@given(bowls())
def test_a_matrix_and_its_eigenvalues_say_the_same(bowl):
    A, lam, _ = bowl
    assert_allclose(spectrum(A), lam)
    for ask in (step_bound, best_step, condition_number, lambda H: contraction(H, 0.1)):
        assert_allclose(ask(A), ask(lam[::-1]))


def test_the_bowl_of_the_book():
    H = np.diag([50.0, 2.0])
    assert spectrum(H).tolist() == [2, 50]
    assert (step_bound(H), best_step(H), condition_number(H)) == (0.04, 2 / 52, 25)
    assert_allclose(factors(H, 0.035), [0.93, -0.75])
    assert_allclose(contraction(H, 0.041), 1.05)


def test_a_number_is_its_own_spectrum():
    assert spectrum(4.0).tolist() == [4.0]
    assert (step_bound(4), best_step(4)) == (0.5, 0.25)
    assert condition_number(4) == 1


def test_a_trough_has_a_bound_but_no_condition():
    assert step_bound([0.0, 2.0]) == 1
    assert condition_number([0.0, 2.0]) == math.inf
    assert condition_number([0.5, 2.0]) == 4
    assert step_bound([-1e-16, 2.0]) == 1  # rounding is not a negative curvature
    assert step_bound([-1e-8, 1e6]) == 2e-6  # and it grows with the largest


@given(fractions, st.floats(1e-12, 0.5))
def test_the_predicted_steps_are_enough_and_one_less_is_not(rate, eps):
    k = predicted_steps(rate, eps)
    assert rate**k <= eps * (1 + 1e-9)
    assert rate ** (k - 1) >= eps * (1 - 1e-9)


@pytest.mark.parametrize(("rate", "steps"), [(0, 1), (0.5, 20), (1, math.inf), (1.05, math.inf)])
def test_predicted_steps_at_the_ends(rate, steps):
    assert predicted_steps(rate, 1e-6) == steps


@given(bowls(), seeds)
def test_power_iteration_finds_the_largest_curvature_from_below(bowl, seed):
    A, lam, _ = bowl
    x = np.random.default_rng(seed).normal(size=len(lam))
    estimate = largest_curvature(quadratic(A).grad, x, n_iter=400)
    assert 0.95 * lam[-1] < estimate < lam[-1] * (1 + 1e-6)


def test_power_iteration_on_a_function_that_is_not_quadratic():
    f = double_well()
    assert largest_curvature(f.grad, np.array([1.0])) == pytest.approx(f.hess(1.0))


def test_power_iteration_starts_where_no_symmetry_hides_the_steepest_direction():
    assert largest_curvature(quadratic([[2.0, -1.0], [-1.0, 2.0]]).grad, [0, 0]) == pytest.approx(3)


def test_power_iteration_costs_two_gradients_in_each_of_fifty_rounds_and_two_to_check_and_gives_the_same_every_time():
    calls, f = [], quadratic(np.diag([1.0, 0.95, 0.9]))
    one, again = (largest_curvature(lambda x: calls.append(1) or f.grad(x), np.zeros(3)) for _ in "12")
    assert one == again
    assert len(calls) == 2 * (2 * 50 + 2)
