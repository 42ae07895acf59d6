"""Projections, the soft threshold and the proximal step, by themselves; what they promise is the matter of the claims."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal
from scipy import optimize
from strategies import bowls, fractions, seeds

from gdtools import (
    gradient_descent,
    project_affine,
    project_ball,
    project_box,
    project_simplex,
    projected_gradient,
    proximal_gradient,
    quadratic,
    soft_threshold,
)

ROWS, SIDES = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]]), np.array([1.0, 2.0])
PROJECTIONS = {
    "box": project_box([-1, 0, -np.inf], [1, np.inf, 0.5]),
    "ball": project_ball(2.0),
    "simplex": project_simplex(3.0),
    "affine": project_affine(ROWS, SIDES),
}
each_projection = pytest.mark.parametrize("project", PROJECTIONS.values(), ids=PROJECTIONS.keys())


@each_projection
def test_a_projection_leaves_what_it_returned_where_it_is_and_its_argument_alone(project):
    z = np.array([5.0, -2.0, 1.0])
    kept = z.copy()
    p = project(z)
    assert_allclose(project(p), p, atol=1e-14)
    assert_array_equal(z, kept)
    assert not np.shares_memory(project(p), p)
    assert_array_equal(project([5, -2, 1]), p)


@given(seeds)
def test_each_projection_is_the_nearest_point_by_another_solver(seed):
    z = 3 * np.random.default_rng(seed).normal(size=3)
    bounds = {
        "box": ([(-1, 1), (0, None), (None, 0.5)], ()),
        "ball": (None, {"type": "ineq", "fun": lambda x: 4 - x @ x}),
        "simplex": ([(0, None)] * 3, {"type": "eq", "fun": lambda x: x.sum() - 3}),
        "affine": (None, {"type": "eq", "fun": lambda x: ROWS @ x - SIDES}),
    }
    for name, (box, conditions) in bounds.items():
        found = optimize.minimize(
            lambda x: (x - z) @ (x - z), np.full(3, 0.4), jac=lambda x: 2 * (x - z), method="SLSQP", bounds=box,
            constraints=conditions, options={"ftol": 1e-14, "maxiter": 500},
        )  # fmt: skip
        assert_allclose(PROJECTIONS[name](z), found.x, atol=1e-5 * (1 + norm(z)))


def test_a_ball_takes_points_of_any_shape_and_length():
    project = project_ball(1.0)
    assert project(0.5) == 0.5
    assert project(-3.0) == -1
    assert_array_equal(project(np.zeros((2, 2))), np.zeros((2, 2)))
    assert_array_equal(project([0.6, 0.8]), [0.6, 0.8])
    assert_allclose(project(np.full((2, 2), 5.0)), np.full((2, 2), 0.5))
    assert_allclose(project([3e200, 4e200]), [0.6, 0.8])


def test_a_box_may_be_open_and_its_bounds_one_for_all_or_one_each():
    assert_array_equal(project_box(0, np.inf)([[-1, 2], [3, -4]]), [[0, 2], [3, 0]])
    assert project_box(-1, 1)(7.0) == 1
    assert_array_equal(project_box([0, 1], [0, 2])([5, 5]), [0, 2])
    low = np.zeros(2)
    project = project_box(low, np.inf)
    low[:] = 3  # later changes of the bounds reach nobody
    assert_array_equal(project([-1.0, 1.0]), [0, 1])


def test_shares_are_right_for_large_numbers_and_one_alone():
    assert_allclose(project_simplex()([1e9 + 0.9, 1e9 + 0.5, 1e9 - 0.2]), [0.7, 0.3, 0], atol=1e-6)
    assert_array_equal(project_simplex(2)([-7.0]), [2])
    p = project_simplex()(np.array([0.2, 0.2, 0.2, 0.2]))
    assert_allclose(p, 0.25)


@given(seeds)
def test_the_equations_hold_to_rounding(seed):
    rng = np.random.default_rng(seed)
    A, b, z = rng.normal(size=(3, 5)), rng.normal(size=3), 100 * rng.normal(size=5)
    p = project_affine(A, b)(z)
    assert_allclose(A @ p, b, atol=1e-9 * np.linalg.cond(A) ** 2)
    assert_allclose(p, z - A.T @ np.linalg.solve(A @ A.T, A @ z - b), atol=1e-8 * np.linalg.cond(A) ** 2)


def test_a_threshold_may_differ_from_entry_to_entry():
    assert_array_equal(soft_threshold([3.0, -0.5, -2.0], [1, 1, 3]), [2, 0, 0])
    assert_array_equal(soft_threshold([[3, -3]], 0), [[3, -3]])
    assert soft_threshold(-4.0, 1.5) == -2.5
    assert not np.signbit(soft_threshold([-1.0, 0.0], 2)).any()  # a zero without a minus


@pytest.mark.parametrize(("call", "kind", "words"), [
    (lambda: project_box(2, 1), ValueError, "low is 2; expected numbers nowhere above high, 1"),
    (lambda: project_box(np.nan, 1), ValueError, "low is nan; expected"),
    (lambda: project_box("a", 1), TypeError, "low is 'a'; expected a number, or one a coordinate"),
    (lambda: project_box(0, 1j), TypeError, "high is 1j; expected a number, or one a coordinate"),
    (lambda: project_box([0, 0], 1)([1.0, 2.0, 3.0]), ValueError, "z has shape .3,.; expected"),
    (lambda: project_box([0, 0], 1)([1.0]), ValueError, "z has shape .1,.; expected"),
    (lambda: project_ball(0), ValueError, "r is 0; expected a finite number > 0"),
    (lambda: project_simplex(-1), ValueError, "total is -1; expected a finite number > 0"),
    (lambda: project_simplex()(3.0), ValueError, "z has shape ..; expected .d,., one share a coordinate"),
    (lambda: project_simplex()(np.ones((2, 2))), ValueError, "z has shape .2, 2.; expected .d,., one share a coordinate"),
    (lambda: project_simplex()([]), ValueError, "z has shape .0,.; expected .d,., one share a coordinate"),
    (lambda: project_affine([1, 2], 1), ValueError, "A has shape .2,.; expected .m, d. with at most as many rows"),
    (lambda: project_affine(np.ones((3, 2)), np.ones(3)), ValueError, "A has shape .3, 2.; expected .m, d. with at most"),
    (lambda: project_affine(np.ones((0, 2)), []), ValueError, "A has shape .0, 2.; expected .m, d. with at most"),
    (lambda: project_affine(ROWS, [1]), ValueError, "b has shape .1,.; expected .2,., one number a row of A"),
    (lambda: project_affine([[1, 2], [2, 4]], [1, 2]), ValueError, "A is .*; expected rows that do not depend on each other"),
    (lambda: project_affine([[0, 0]], [1]), ValueError, "A is .*; expected rows that do not depend on each other"),
    (lambda: project_affine(ROWS, SIDES)([1.0, 2.0]), ValueError, "x has shape .2,.; expected .3, …."),
    (lambda: soft_threshold([1.0], -1), ValueError, "t is -1; expected a number >= 0, or one an entry"),
    (lambda: soft_threshold([1.0], np.nan), ValueError, "t is nan; expected a number >= 0, or one an entry"),
    (lambda: soft_threshold([1.0], [1, 2]), ValueError, "t has shape .2,.; expected a number, or one an entry: shape .1,."),
    (lambda: proximal_gradient(lambda x: x, None, 1.0, 0.1, 5), TypeError, "prox is None; expected a function"),
    (lambda: proximal_gradient(None, soft_threshold, 1.0, 0.1, 5), TypeError, "grad is None; expected a function"),
    (lambda: proximal_gradient(lambda x: x, soft_threshold, 1.0, 0, 5), ValueError, "lr is 0; expected a finite number > 0"),
    (lambda: proximal_gradient(lambda x: x, soft_threshold, 1.0, 1, 5, accelerate=1), TypeError, "accelerate is 1; expected"),
    (lambda: proximal_gradient(lambda x: x, soft_threshold, 1.0, 1, 5, restart=1), TypeError, "restart is 1; expected"),
    (lambda: proximal_gradient(lambda x: x, lambda z, t: z[:1], [1.0, 2.0], 1, 5), ValueError, "prox returned an array of"),
])  # fmt: skip
def test_bad_arguments_are_refused_by_name(call, kind, words):
    with pytest.raises(kind, match=f"^{words}"):
        call()


# The proximal step


@given(bowls(), seeds, fractions)
def test_with_a_projection_it_is_the_projected_method_and_with_nothing_plain_descent(bowl, seed, part):
    A, lam, _ = bowl
    rng, lr = np.random.default_rng(seed), part * 2 / lam[-1]
    f, x0, inside = quadratic(A, A @ rng.normal(size=len(lam))), rng.normal(size=len(lam)), project_box(0, np.inf)
    run = proximal_gradient(f.grad, lambda z, t: inside(z), x0, lr, 30, 1e-3)
    told = projected_gradient(f.grad, inside, x0, lr, 30, 1e-3)
    assert_array_equal(run.hist, told.hist)
    assert (run.n_steps, run.stopped) == (told.n_steps, told.stopped)
    plain = gradient_descent(f.grad, x0, lr, 30, 0).hist
    assert_allclose(proximal_gradient(f.grad, lambda z, t: z, x0, lr, 30, 0).hist, plain, atol=1e-9 * (1 + abs(x0).max()))


@given(seeds, st.booleans())
def test_the_steps_with_momentum_are_those_written_out(seed, restart):
    rng = np.random.default_rng(seed)
    f, weight, lr = quadratic(np.diag([1.0, 30.0]), rng.normal(size=2)), 0.1, 1 / 30
    x = last = 3 * rng.normal(size=2)
    y, t, hist, restarts = x, 1.0, [x], 0
    for _ in range(60):
        last, x = x, soft_threshold(y - lr * f.grad(y), lr * weight)
        if restart and (y - x) @ (x - last) > 0:
            t, restarts = 1.0, restarts + 1
        following = (1 + np.sqrt(1 + 4 * t * t)) / 2
        y, t = x + (t - 1) / following * (x - last), following
        hist.append(x)
    prox = lambda z, step: soft_threshold(z, step * weight)  # noqa: E731
    run = proximal_gradient(f.grad, prox, hist[0], lr, 60, 0, accelerate=True, restart=restart)
    assert_allclose(run.hist, hist, atol=1e-10)
    assert restarts > 0 or not restart


def test_a_restarted_run_needs_fewer_steps_and_restarts_mean_nothing_without_momentum():
    f, prox = quadratic(np.diag([1.0, 100.0]), [3.0, 5.0]), lambda z, t: soft_threshold(z, t)  # noqa: E731
    plain, told = (proximal_gradient(f.grad, prox, [9.0, 9.0], 1 / 100, 9000, restart=again) for again in (False, True))
    assert_array_equal(plain.hist, told.hist)
    fast, again = (
        proximal_gradient(f.grad, prox, [9.0, 9.0], 1 / 100, 9000, accelerate=True, restart=told) for told in (False, True)
    )
    assert again.n_steps < fast.n_steps < plain.n_steps
    for run in (plain, fast, again):
        assert run.stopped == "converged"
        assert_allclose(run.x, [2, 0.04], atol=1e-9)


def test_the_caller_may_write_into_what_it_gets_and_the_history_is_what_prox_returned():
    def grad(x):
        x *= 2
        return x

    def prox(z, t):
        np.round(z, 1, out=z)
        return z

    run = proximal_gradient(grad, prox, [1.0, -3.0], 0.1, 5, 0, accelerate=True, record=2)
    assert_allclose(run.hist[1:], np.round(run.hist[1:], 1))
    assert len(run.hist) == 4
    assert proximal_gradient(lambda x: -x, lambda z, t: z, 1.0, 1e200, 9).stopped == "diverged"
