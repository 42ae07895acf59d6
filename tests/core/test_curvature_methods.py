import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from strategies import bowls, fractions, seeds

from gdtools import bowl, double_well, gradient_descent, newton, preconditioned, quadratic, saddle


@given(bowls(), seeds, fractions)
def test_without_a_preconditioner_it_is_gradient_descent(bowl, seed, part):
    A, lam, _ = bowl
    f, x0, lr = quadratic(A), np.random.default_rng(seed).normal(size=len(lam)), part * 2 / lam[-1]
    assert_allclose(preconditioned(f.grad, lambda x, g: g, x0, lr, 20).hist, gradient_descent(f.grad, x0, lr, 20).hist)


def test_a_preconditioner_sees_the_point_and_the_gradient_and_the_rate_may_change():
    run = preconditioned(lambda x: 2 * x, lambda x, g: g / (1 + x**2), [1.0, 3.0], lambda k: 0.5 / (k + 1), 2, tol=0)
    expected = [np.array([1.0, 3.0])]
    for k in range(2):
        x = expected[-1]
        expected.append(x - 0.5 / (k + 1) * 2 * x / (1 + x**2))
    assert_allclose(run.hist, expected)


@given(bowls(), seeds)
def test_one_step_of_newton_arrives_on_a_quadratic(bowl, seed):
    A, lam, _ = bowl
    rng = np.random.default_rng(seed)
    f = quadratic(A, rng.normal(size=len(lam)))
    x0 = rng.normal(size=len(lam))
    for search in (None, f):
        x = newton(f.grad, f.hess, x0, 1, search=search).x
        assert_allclose(x, f.minimisers[0], atol=1e-9 * (1 + abs(x0).max() + abs(f.minimisers).max()))


@given(st.floats(0.05, 0.5), st.floats(-3, 3))
def test_newton_of_one_variable_is_its_formula_and_stops_as_all_do(tilt, x0):
    run = newton(lambda x: np.sinh(x) - tilt, np.cosh, x0, 50, tol=1e-9)
    x = x0
    for found in run.hist:
        assert_allclose(found, x, atol=1e-12)
        x = x - (np.sinh(x) - tilt) / np.cosh(x)
    assert run.stopped == "converged"
    assert np.ndim(run.x) == 0
    assert abs(np.sinh(run.hist[-2]) - tilt) < 1e-9 <= abs(np.sinh(run.hist[-3]) - tilt)


def test_newton_takes_an_array_of_any_shape():
    flat = newton(lambda x: x**3 + x - 1, lambda x: np.diag(3 * x**2 + 1), np.arange(6.0), 4).hist
    boxed = newton(lambda x: x**3 + x - 1, lambda x: np.diag(3 * x.ravel() ** 2 + 1), np.arange(6.0).reshape(2, 3), 4).hist
    assert_array_equal(boxed.reshape(-1, 6), flat)


def test_newton_goes_to_a_saddle_and_to_a_hill():
    f = saddle()
    assert_allclose(newton(f.grad, f.hess, [3.0, 0.1], 1).x, 0, atol=1e-15)
    well = double_well()
    assert well.hess(newton(well.grad, well.hess, 0.2, 50).x) < 0


def test_a_damped_step_keeps_its_promise_and_is_the_longest_of_the_halved_ones_that_does():
    def f(x):
        return np.sqrt(1 + x**2)

    run = newton(lambda x: x / f(x), lambda x: f(x) ** -3, 3.0, 60, search=f)
    assert run.stopped == "converged"
    assert abs(run.x) < 1e-9
    x = 3.0
    for following in run.hist[1:4]:
        move, slope = -x * f(x) ** 2, -(x**2)
        t = next(t for t in 0.5 ** np.arange(60) if f(x + t * move) <= f(x) + 1e-4 * t * slope)
        assert_allclose(following, x + t * move)
        x = following


def test_the_search_asks_for_a_ten_thousandth_of_the_promise():
    def kinked(x):
        return 1 - 2e-4 * (1 - x) if x > 0 else 2.0  # falls by 2e-4 of the promise along the step, then jumps

    found = newton(lambda x: 1.0, lambda x: 1.0, 1.0, 1, search=kinked).x
    assert found == 0.5
    level = newton(lambda x: 1.0, lambda x: 1.0, 1.0, 1, search=lambda x: 1 - 0.5e-4 * (1 - x) if x > 0.6 else 0.9).x
    assert level == 0.0


def test_a_damped_step_stays_where_the_function_has_a_value():
    def f(x):
        return x - np.log(x) if x > 0 else np.nan

    run = newton(lambda x: 1 - 1 / x, lambda x: x**-2, 2.5, 30, search=f)
    assert (run.hist > 0).all()
    assert_allclose(run.x, 1)
    assert newton(lambda x: 1 - 1 / x, lambda x: x**-2, 2.5, 1).x < 0


def test_rounding_of_the_value_ends_no_damped_run():
    f = bowl()
    run = newton(f.grad, f.hess, [4.0, 4.0], 20, tol=0, search=lambda x: 1e6 + f(x))
    assert run.n_steps == 20
    assert_allclose(run.x, [3, 1])


@pytest.mark.parametrize("hess", [lambda x: np.zeros((2, 2)), lambda x: np.full((2, 2), np.nan), lambda x: np.ones((2, 2))])
@pytest.mark.parametrize("search", [None, bowl()])
def test_a_hessian_without_an_inverse_ends_the_run(hess, search):
    run = newton(bowl().grad, hess, [4.0, 4.0], 5, search=search)
    assert (run.stopped, run.n_steps, run.x.tolist()) == ("diverged", 0, [4.0, 4.0])
    assert newton(lambda x: x, lambda x: 0.0, 1.0, 5, search=None if search is None else abs).stopped == "diverged"


def test_what_is_kept_is_what_was_asked_for():
    every = newton(lambda x: 4 * x**3, lambda x: 12 * x**2, 27.0, 9)
    third = newton(lambda x: 4 * x**3, lambda x: 12 * x**2, 27.0, 9, record=3)
    assert_array_equal(third.hist, every.hist[::3])
    told = {"P": lambda x, g: g / 2, "x0": 1.0, "lr": 0.5, "n_iter": 4, "tol": 0}
    assert_array_equal(preconditioned(lambda x: x, **told, record=2).hist, preconditioned(lambda x: x, **told).hist[::2])
    assert preconditioned(lambda x: x, lambda x, g: g, 1.0, 1.0, 9).stopped == "converged"


def test_what_the_functions_get_are_copies():
    def spoil(x):
        x *= 0
        return np.eye(2)

    def spoiling(x, g):
        x *= 0
        g *= 0.5
        return g

    f = bowl()
    assert_allclose(newton(f.grad, spoil, [4.0, 4.0], 1).x, [4, 4] - f.grad([4, 4]))
    assert_allclose(preconditioned(f.grad, spoiling, [4.0, 4.0], 0.1, 1).x, [4, 4] - 0.05 * f.grad([4, 4]))

    def searched(x):
        value = f(x)
        x *= 0
        return value

    assert_allclose(newton(f.grad, f.hess, [4.0, 4.0], 1, search=searched).x, [3, 1])


F = bowl()
BAD = {
    "the Hessian is a matrix": (lambda: newton(F.grad, np.eye(2), [1.0, 1.0], 1), TypeError, ["hess", "array", "a function"]),
    "the Hessian has another shape": (
        lambda: newton(F.grad, lambda x: np.eye(3), [1.0, 1.0], 1), ValueError, ["hess returned", "(3, 3)", "(2, 2)"]),
    "the Hessian of an array is a number": (
        lambda: newton(F.grad, lambda x: 2.0, [1.0, 1.0], 1), ValueError, ["hess returned", "()", "(2, 2)"]),
    "the Hessian of a number is a matrix": (
        lambda: newton(lambda x: x, lambda x: [[1.0]], 1.0, 1), ValueError, ["hess returned", "(1, 1)", "()"]),
    "the Hessian is lopsided": (
        lambda: newton(F.grad, lambda x: [[1, 2], [0, 1]], [1.0, 1.0], 1), ValueError, ["hess", "[[1.0, 2.0]", "symmetric"]),
    "the Hessian is words": (
        lambda: newton(F.grad, lambda x: "steep", [1.0, 1.0], 1), TypeError, ["hess returned", "steep", "real numbers"]),
    "the search is no function": (
        lambda: newton(F.grad, F.hess, [1.0, 1.0], 1, search=True), TypeError, ["search", "True", "a function"]),
    "the damped step leads uphill": (
        lambda: newton(saddle().grad, saddle().hess, [0.1, 3.0], 1, search=saddle()), ValueError, ["hess", "uphill", "3."]),
    "the value is not that of the gradient": (
        lambda: newton(F.grad, F.hess, [1.0, 2.0], 1, search=lambda x: -F(x)), ValueError, ["search", "[1., 2.]", "gradient"]),
    "the preconditioner is a matrix": (
        lambda: preconditioned(F.grad, np.eye(2), [1.0, 1.0], 1, 1), TypeError, ["P", "array", "a function"]),
    "the preconditioner returns another shape": (
        lambda: preconditioned(F.grad, lambda x, g: g[:1], [1.0, 1.0], 1, 1), ValueError, ["P returned", "(1,)", "(2,)"]),
    "the rate is zero": (lambda: preconditioned(F.grad, lambda x, g: g, [1.0, 1.0], 0, 1), ValueError, ["lr", "0", "> 0"]),
    "an objective for its gradient": (lambda: newton(F, F.hess, [1.0, 1.0], 1), TypeError, ["grad", "Objective", "gradient"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_by_name(case):
    call, kind, words = BAD[case]
    with pytest.raises(kind) as refusal:
        call()
    assert [word for word in words if word not in str(refusal.value)] == []
