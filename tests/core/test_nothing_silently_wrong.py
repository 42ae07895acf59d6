"""Whatever arrays, kinds of numbers, units and shapes a caller uses, the result is right or an error, never silently wrong."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from strategies import bowls, seeds

from gdtools import (
    adam,
    best_step,
    bowl,
    condition_number,
    contraction,
    descend,
    double_well,
    factors,
    finite_difference_gradient,
    gradient_descent,
    gradient_descent_batch,
    gradient_error,
    largest_curvature,
    least_squares,
    line_data,
    momentum,
    nesterov,
    plot_contours,
    plot_decay,
    plot_path,
    predicted_steps,
    projected_gradient,
    proximal_gradient,
    quadratic,
    spectrum,
    step_bound,
    two_valleys,
)

START = np.array([[3.0, -2.0], [1.0, 4.0]])
METHODS = {
    "plain": gradient_descent,
    "schedule": lambda grad, x0, lr, *rest, **told: gradient_descent(grad, x0, lambda k: lr, *rest, **told),
    "descend": lambda grad, x0, lr, *rest, **told: descend(grad, x0, lambda x, g, k: x - lr * g, *rest, **told),
    "momentum": momentum,
    "nesterov": nesterov,
    "adam": adam,
    "projected": lambda grad, *rest, **told: projected_gradient(grad, lambda x: np.maximum(x, -1), *rest, **told),
    "proximal": lambda grad, *rest, **told: proximal_gradient(grad, lambda z, t: z, *rest, accelerate=True, **told),
    "batch": gradient_descent_batch,
}
each_method = pytest.mark.parametrize("name", METHODS)


class Foreign:
    """An array of another library, as JAX or pandas have them: it becomes one of numpy's when asked, and can do little else."""

    def __init__(self, numbers):
        self.numbers = np.asarray(numbers)
        self.dtype, self.shape = self.numbers.dtype, self.numbers.shape

    def __array__(self, dtype=None, copy=None):
        return self.numbers.astype(dtype or self.numbers.dtype)


def one_buffer(grad, shape):
    """A gradient that returns the same array each time, with other numbers in it."""
    buffer = np.empty(shape)

    def into_the_buffer(x):
        buffer[...] = grad(np.array(x))
        return buffer

    return into_the_buffer


def in_place(x):
    x *= 2.0
    return x


def assert_same_run(run, other):
    assert_array_equal(run.x, other.x)
    assert np.all(run.n_steps == other.n_steps)
    if hasattr(run, "hist"):
        assert_array_equal(run.hist, other.hist)


# Aliasing


@each_method
def test_a_gradient_that_writes_into_its_argument_or_always_returns_one_array_changes_no_run(name):
    told = METHODS[name](lambda x: 2 * x, START, 0.1, 20)
    assert_same_run(METHODS[name](in_place, START, 0.1, 20), told)
    assert_same_run(METHODS[name](one_buffer(lambda x: 2 * x, START.shape), START, 0.1, 20), told)
    assert START.tolist() == [[3.0, -2.0], [1.0, 4.0]]


def stepping_in_place(x, g, k):
    x -= 0.1 * g
    return x


def test_a_step_may_write_into_its_arguments_return_them_or_one_array_each_time():
    told = gradient_descent(lambda x: 2 * x, START, 0.1, 20)
    buffer = np.empty_like(START)

    def into_the_buffer(x, g, k):
        buffer[...] = 0
        buffer[...] += x - 0.1 * g
        return buffer

    def using_up_the_gradient(x, g, k):
        g *= -0.1
        g += x
        return g

    for step in (stepping_in_place, into_the_buffer, using_up_the_gradient):
        for grad in (lambda x: 2 * x, in_place, one_buffer(lambda x: 2 * x, START.shape)):
            assert_same_run(descend(grad, START, step, 20), told)
    assert_array_equal(descend(lambda x: 2 * x, START, stepping_in_place, 20, record=0).hist, told.hist[[0, -1]])


def test_a_step_may_compare_gradients_though_they_come_in_one_array():
    seen = []
    descend(one_buffer(lambda x: 2 * x, 1), [1.0], lambda x, g, k: seen.append(g) or x / 2, 3)
    assert np.ravel(seen).tolist() == [2.0, 1.0, 0.5]


def test_a_step_in_place_that_runs_off_leaves_the_last_finite_iterate():
    def step(x, g, k):
        x *= 1e200
        return x

    run = descend(lambda x: x, [1.0, 2.0], step, 9)
    assert (run.stopped, run.x.tolist()) == ("diverged", [1e200, 2e200])


@each_method
def test_what_a_run_returns_is_the_callers_own(name):
    seen = []
    run = METHODS[name](lambda x: seen.append(x) or x, START, 0.1, 3)
    hist = np.array(getattr(run, "hist", START))
    for array in (*seen, run.x):
        array[...] = 7.0  # allowed, and without effect elsewhere
    assert_array_equal(getattr(run, "hist", START), hist)
    assert not np.shares_memory(run.x, getattr(run, "hist", START))
    if hasattr(run, "hist"):
        run.hist[0] = 7.0


def test_a_projection_may_write_into_its_argument_or_always_return_one_array():
    told = projected_gradient(lambda x: 2 * x, lambda x: np.maximum(x, 1), START, 0.1, 20)
    for project in (lambda x: np.maximum(x, 1, out=x), one_buffer(lambda x: np.maximum(x, 1), START.shape)):
        assert_same_run(projected_gradient(lambda x: 2 * x, project, START, 0.1, 20), told)


def test_every_projected_iterate_is_just_what_the_projection_returned():
    third = lambda x: np.full_like(x, 1 / 3)  # noqa: E731
    assert (projected_gradient(lambda x: x, third, [0.7, -5.0], 0.3, 5).hist[1:] == 1 / 3).all()


@pytest.mark.parametrize("measure", [
    lambda grad: largest_curvature(grad, np.array([1.0, 2.0])),
    lambda grad: gradient_error(lambda x: (x**2).sum(), grad, np.array([1.0, 2.0])),
])  # fmt: skip
def test_measuring_is_not_deceived_by_one_array_or_by_writing_into_it(measure):
    assert measure(in_place) == measure(one_buffer(lambda x: 2 * x, 2)) == measure(lambda x: 2 * x)


def test_a_function_that_writes_into_its_argument_is_measured_as_any_other():
    def destroying(x):
        x *= x
        value = x.sum()
        x[...] = np.nan
        return value

    assert_allclose(finite_difference_gradient(destroying, [3.0, 4.0]), [6, 8], rtol=1e-9)
    assert gradient_error(destroying, in_place, [3.0, 4.0]) < 1e-8


def test_an_objective_keeps_what_it_was_made_of():
    (X, y), A, b = line_data(), np.diag([2.0, 50.0]), np.array([6.0, 50.0])
    line, valley, x = least_squares(X, y), quadratic(A, b), np.array([1.0, 2.0])
    before = [f(x) for f in (line, line.grad, line.hess, valley, valley.grad, valley.hess)]
    for array in (X, y, A, b, valley.hess(x), line.hess(x)):
        array *= 7.0
    for one, other in zip(before, [f(x) for f in (line, line.grad, line.hess, valley, valley.grad, valley.hess)], strict=True):
        assert_array_equal(one, other)


def test_drawing_leaves_the_path_as_it_is():
    hist = np.array([0.0, 0.5])
    plot_path(hist, f=lambda x: np.negative(x, out=x))
    assert hist.tolist() == [0.0, 0.5]


# Types

KINDS = {kind: lambda g, kind=kind: g.astype(kind) for kind in ("int8", "uint8", "float16", "float32", "longdouble", ">f8")} | {
    "foreign": Foreign, "list": np.ndarray.tolist, "by columns": np.asfortranarray,
}  # fmt: skip


@each_method
@pytest.mark.parametrize("kind", KINDS)
def test_a_gradient_of_any_kind_is_taken_at_its_numbers(name, kind):
    grad = lambda x: np.where(x > 0, 16.0, 32.0)  # noqa: E731  # whose squares are 0 in eight bits
    assert_same_run(METHODS[name](lambda x: KINDS[kind](grad(x)), START, 0.01, 5), METHODS[name](grad, START, 0.01, 5))


@each_method
@pytest.mark.parametrize("size", [1e-3, 200.0])
def test_a_gradient_in_half_precision_is_multiplied_in_double(name, size):
    half = np.float16(size)  # times 1e-7 it is 0 in half precision, its square 0 or infinite
    told = METHODS[name](lambda x: np.full(x.shape, float(half)), START, 1e-7, 100)
    assert_same_run(METHODS[name](lambda x: np.full(x.shape, half), START, 1e-7, 100), told)


def test_a_number_for_a_gradient_is_taken_in_any_kind():
    for kind in (float, np.float16, np.int8, np.array, Foreign):
        run = gradient_descent(lambda x, kind=kind: kind(3), 1.0, 0.5, 2)
        assert run.hist.tolist() == [1.0, -0.5, -2.0]
        assert type(run.x) is np.float64


@pytest.mark.parametrize("kind", [np.int8, np.float16, Foreign])
def test_a_step_and_a_projection_are_taken_in_any_kind(kind):
    convert = kind if kind is Foreign else lambda x: np.asarray(x).astype(kind)
    run = descend(lambda x: x, [100.0, 100.0], lambda x, g, k: convert(x - 10), 5, tol=0)
    assert run.hist.dtype == run.x.dtype == float
    assert run.x.tolist() == [50.0, 50.0]
    run = projected_gradient(lambda x: x, lambda x: convert(np.round(x)), [100.0, 100.0], 0.1, 1)
    assert run.x.tolist() == [90.0, 90.0]


OBJECTIVES = {
    "bowl": bowl(), "two valleys": two_valleys(), "double well": double_well(), "line": least_squares(*line_data()),
    "quadratic": quadratic([[100, 0], [0, 100]], [3, 4]),
}  # fmt: skip


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_computes_in_double_precision_whatever_the_kind_of_point(name):
    f, x = OBJECTIVES[name], np.array([100, 90])
    for part in (f.f, f.grad, f.hess):
        for kind in (np.int8, np.float16, np.float32):
            assert_array_equal(part(x.astype(kind)), part(x.astype(float)))
        assert_array_equal(part(Foreign(x)), part(x.astype(float)))
        assert_array_equal(part(x.tolist()), part(x.astype(float)))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_refuses_a_complex_step(name):
    f = OBJECTIVES[name]
    for part in (f.f, f.grad):
        with pytest.raises(TypeError, match="^x is .*j.*; expected a real number"):
            part(np.array([1 + 1e-20j, 2]))


def test_small_kinds_of_values_and_gradients_are_measured_right():
    assert finite_difference_gradient(lambda x: np.int8(100 if x > 1 else -100), 1.0) == pytest.approx(200 / 1.2e-5)
    assert gradient_error(lambda x: 3 * x[0], lambda x: np.array([3], dtype=np.int8), [1.0]) < 1e-9
    assert largest_curvature(lambda x: (1e6 * x).astype(np.int8), 0.0) == pytest.approx(1e6, rel=0.5)
    assert largest_curvature(lambda x: Foreign(3 * x), [1.0, 1.0]) == pytest.approx(3)
    assert largest_curvature(lambda x: (3 * x).tolist(), [1.0, 1.0]) == pytest.approx(3)


def test_a_gradient_in_single_precision_has_the_rounding_of_its_kind():
    grad = lambda x: (np.array([2, 50]) * x).astype(np.float32)  # noqa: E731  # off by 0.2 % at the default length
    with pytest.raises(ValueError, match="no more than rounding"):
        largest_curvature(grad, [1.0, 1.0])
    assert largest_curvature(grad, [1.0, 1.0], h=1e-3) == pytest.approx(50, rel=1e-3)


def test_a_list_of_numbers_in_single_precision_is_as_coarse_as_an_array_of_them():
    with pytest.raises(ValueError, match="rounding"):
        largest_curvature(lambda x: [np.float32(2 * x[0]), np.float32(50 * x[1])], [1.0, 1.0])


def test_a_gradient_that_is_no_number_is_no_right_one():
    f = lambda x: (x * x).sum()  # noqa: E731
    assert gradient_error(f, lambda x: np.array([2 * x[0], np.nan]), [1.0, 1.0]) == np.inf


# Units


def waves(unit, size):
    """A function in other units of x and f, with its gradient."""
    return lambda x: size * np.sin(x / unit).sum(), lambda x: size / unit * np.cos(x / unit)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
def test_the_error_of_a_gradient_and_the_curvature_are_the_same_in_all_units(unit, size):
    (f, grad), x = waves(unit, size), np.array([0.3, 1.2]) * unit
    assert gradient_error(f, grad, x, scale=unit) < 1e-8
    assert gradient_error(f, lambda x: grad(x) / 2, x, scale=unit) == pytest.approx(0.5, rel=1e-4)
    assert_allclose(finite_difference_gradient(f, x, scale=unit), grad(x), rtol=1e-8)
    assert_allclose(finite_difference_gradient(f, x, scale=[unit, unit]), grad(x), rtol=1e-8)
    assert largest_curvature(grad, x, scale=unit) == pytest.approx(-size / unit**2 * np.sin(1.2), rel=1e-6)


@pytest.mark.parametrize("unit", [1e-9, 1e-6, 1e9])
def test_a_wrong_length_scale_is_reported_and_the_right_one_is_enough(unit):
    (f, grad), x = waves(unit, 1.0), np.array([0.3, 1.2]) * unit
    with pytest.raises(ValueError, match="^scale is "):
        gradient_error(f, grad, x, scale=1e6 * unit)
    for wrong in (1e6, 1e-12):
        with pytest.raises(ValueError, match="^scale is "):
            largest_curvature(grad, x, scale=wrong * unit)
    if unit < 1:
        with pytest.raises(ValueError, match="^scale is None"):
            gradient_error(f, grad, x)


def test_a_small_gradient_that_lost_its_factors_is_found_out():
    f, grad = lambda x: 1e-3 * (x[0] ** 2 + x[1] ** 4), lambda x: 1e-3 * np.array([x[0], x[1] ** 3])
    assert gradient_error(f, grad, [0.5, 0.6]) > 0.4
    assert gradient_error(f, lambda x: grad(x) * [2, 4], [0.5, 0.6]) < 1e-9


def test_a_wrong_index_ends_a_regression_in_different_places_and_is_found_out():
    loss = least_squares([[1, 0], [0, 1], [1, 1]], [1, 2, 4])

    def wrong(beta):
        return loss.grad(beta)[[0, 0]]

    one, other = (gradient_descent(wrong, start, 0.3, 1000) for start in ([0, 0], [0, 4]))
    assert one.stopped == other.stopped == "converged"
    assert abs(loss(one.x) - loss(other.x)) > 1
    assert gradient_error(loss, wrong, [1.0, 0.0]) > 0.1


def test_an_error_of_a_gradient_does_not_hide_in_a_coordinate_in_other_units():
    f, grad, unit = lambda x: np.sin(x[0]) + np.sin(1e6 * x[1]), lambda x: np.cos(x * [1, 1e6]) * [1, 1e6], [1, 1e-6]
    assert gradient_error(f, grad, [0.3, 1e-6], scale=unit) < 1e-8
    for lost in ([0.5, 1], [1, 0.5]):
        assert gradient_error(f, lambda x, lost=lost: grad(x) * lost, [0.3, 1e-6], scale=unit) > 0.2


def test_rounding_is_no_error_of_a_gradient():
    assert gradient_error(bowl(), bowl().grad, [3, 1]) < 1e-8  # at the minimum
    assert gradient_error(lambda x: 1e6 + x @ x, lambda x: 2 * x, [0.3, 0.4]) < 1e-2
    assert gradient_error(lambda x: 1e6 + x @ x, lambda x: 2 * x, [0.0, 0.0]) < 1e-2
    assert gradient_error(lambda x: 0.0, lambda x: 0 * x, [1.0]) == 0
    assert gradient_error(lambda x: 0.0, lambda x: 0 * x + 1, [1.0]) == np.inf


def test_the_curvature_has_its_sign_and_is_that_of_one_point():
    assert largest_curvature(lambda x: np.array([1.0, -5.0]) * x, [1.0, 1.0]) == pytest.approx(-5)
    assert largest_curvature(lambda x: np.exp(x) - 1, -5.0) == pytest.approx(np.exp(-5), rel=1e-6)


@pytest.mark.parametrize("grad", [lambda x: 0 * x, lambda x: 1 + 0 * x, lambda x: np.full(x.shape, -3.0)])
def test_the_curvature_of_a_straight_function_is_zero(grad):
    assert largest_curvature(grad, [1.0, 1.0]) == 0
    assert largest_curvature(grad, [1e8, 1.0]) == 0


def test_a_step_of_a_gradient_is_not_taken_for_its_constancy():
    with pytest.raises(ValueError, match="^scale is "):
        largest_curvature(np.round, [0.1, 0.2])


@pytest.mark.parametrize("grad", [lambda x: x * np.nan, lambda x: x / 0 * np.inf])
def test_a_curvature_that_cannot_be_seen_is_an_error(grad):
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="^scale is "):
        largest_curvature(grad, [1.0, 1.0])


@pytest.mark.parametrize("name", [name for name in METHODS if name[:2] != "pr"])  # which stop by what moves x
@pytest.mark.parametrize("start", [START, START * 0])
def test_a_tolerance_whose_square_is_no_float_is_kept(name, start):
    for size, steps in ((1e-180, 4), (1e-220, 1)):
        run = METHODS[name](lambda x, size=size: np.full_like(x, size), start, 0.1, 4, tol=1e-200)
        assert np.all(run.n_steps == steps)


@pytest.mark.parametrize("start", [START, 1.0])
def test_adam_does_not_stand_still_where_the_square_of_a_gradient_is_no_float(start):
    assert adam(lambda x: 1e200 * x, start, 0.1, 9).stopped == "diverged"
    assert_allclose(adam(lambda x: 1e150 * x, start, 0.1, 9).x, adam(lambda x: x, start, 0.1, 9).x, rtol=1e-6)


# Shapes


@pytest.mark.parametrize("x", [2.0, [2.0], [1.0, 2.0], START, np.ones((2, 1, 3))])
def test_differences_are_taken_in_points_of_any_shape(x):
    measured = finite_difference_gradient(lambda x: np.sum(x**3), x)
    assert np.shape(measured) == np.shape(x)
    assert_allclose(measured, 3 * np.square(x), rtol=1e-9)
    assert gradient_error(lambda x: np.sum(x**3), lambda x: 3 * x**2, x) < 1e-8
    assert largest_curvature(lambda x: 3 * x, x) == pytest.approx(3)


def test_a_function_of_one_variable_is_measured_at_a_number():
    f = double_well()
    assert finite_difference_gradient(f, 1.0) == pytest.approx(f.grad(1.0))
    assert gradient_error(f, f.grad, 1.0) < 1e-9


def test_differences_need_the_memory_of_a_few_points():
    x = np.ones(2000)
    tracemalloc.start()
    finite_difference_gradient(lambda x: x[0], x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * x.nbytes  # a matrix of all steps takes 2000


def test_a_masked_number_is_none():
    with pytest.raises(TypeError, match="^grad returned"):
        gradient_descent(lambda x: np.ma.masked_array([1.0, 2.0], [False, True]), [1.0, 2.0], 0.1, 3)


# Tolerances


@given(bowls(), seeds, st.integers(-300, 200))
def test_symmetry_is_judged_by_the_size_of_the_matrix(bowl, seed, exponent):
    A, lam, _ = bowl
    skew = np.zeros_like(A)
    skew[0, 1] = 1e-6 * np.abs(A).max()
    for ask in (quadratic, spectrum):
        ask(10.0**exponent * (A + 1e-4 * skew))
        with pytest.raises(ValueError, match="expected a symmetric matrix"):
            ask(10.0**exponent * (A + skew))


@pytest.mark.parametrize(("base", "last"), [(0.5, 1074), (0.1, 300), (0.2, 400), (0.9, 6000), (1 / 3, 600)])
def test_predicted_steps_of_a_power_are_its_exponent(base, last):
    assert [predicted_steps(base, base**n) for n in range(1, last)] == list(range(1, last))


def test_predicted_steps_beyond_a_power_are_one_more():
    assert predicted_steps(0.5, 2**-29) == 29
    assert predicted_steps(0.5, 2**-29 * (1 - 1e-12)) == 30


def test_the_best_step_shrinks_whatever_can_shrink():
    assert best_step([0, 1, 3]) == 0.5
    assert best_step(np.diag([3.0, 0.0, 1.0])) == 0.5
    x = gradient_descent(quadratic(np.diag([0.0, 1.0, 3.0])).grad, [1.0, 1.0, 1.0], best_step([0, 1, 3]), 100).x
    assert_allclose(x, [1, 0, 0], atol=1e-9)


@given(st.integers(2, 6), seeds)
def test_what_rounding_leaves_of_a_zero_is_no_curvature(d, seed):
    B = np.random.default_rng(seed).normal(size=(d, d - 1))
    lam = np.linalg.svd(B, compute_uv=False) ** 2
    if lam[-1] > 1e-6 * lam[0]:
        assert best_step(B @ B.T) == pytest.approx(2 / (lam[0] + lam[-1]))
        assert quadratic(B @ B.T).minimisers.shape == (0, d)


def test_converged_speaks_of_the_point_before_the_last():
    run = gradient_descent(lambda x: 1e3 * x, 1e-14, 1.0, 9)
    assert (run.stopped, run.n_steps) == ("converged", 1)
    assert 1e3 * abs(run.hist[-2]) < 1e-10 < 1e3 * abs(run.x)


# What is refused

X = np.ones((3, 2))
REFUSED = {
    "A is complex": (lambda: quadratic(np.eye(2) * 1j), TypeError, "A", "j", "symmetric"),
    "A is in words": (lambda: quadratic("wide"), TypeError, "A", "wide", "symmetric"),
    "A is infinite": (lambda: quadratic([[np.inf]]), ValueError, "A", "inf", "finite"),
    "A is empty": (lambda: quadratic(np.empty((0, 0))), ValueError, "A", "[]", "symmetric"),
    "b is complex": (lambda: quadratic(np.eye(2), [1j, 0]), TypeError, "b", "j", "real"),
    "b is no number": (lambda: quadratic(np.eye(2), [np.nan, 0]), ValueError, "b", "nan", "finite"),
    "point of a quadratic has another shape": (lambda: quadratic(np.eye(2)).f([1.0]), ValueError, "x", "(1,)", "(2, …)"),
    "point of a bowl has another shape": (lambda: bowl().grad([1.0, 2.0, 3.0]), ValueError, "x", "(3,)", "(2, …)"),
    "point of a bowl is a number": (lambda: bowl().grad(1.0), ValueError, "x", "()", "(2, …)"),
    "tilt in words": (lambda: two_valleys("steep"), TypeError, "tilt", "steep", "finite number"),
    "tilt is infinite": (lambda: two_valleys(np.inf), ValueError, "tilt", "inf", "finite number"),
    "X is complex": (lambda: least_squares(X * 1j, [1, 2, 3]), TypeError, "X", "j", "real"),
    "X has a gap": (lambda: least_squares(X * np.nan, [1, 2, 3]), ValueError, "X", "nan", "finite"),
    "X has no rows": (lambda: least_squares(np.empty((0, 2)), []), ValueError, "X", "(0, 2)", "(n, d)"),
    "y is in words": (lambda: least_squares(X, list("abc")), TypeError, "y", "a", "real"),
    "true points": (lambda: line_data(True), TypeError, "n", "True", ">= 0"),
    "a seed in words": (lambda: line_data(5, "seven"), TypeError, "seed", "seven", ">= 0"),
    "half a point": (lambda: line_data(2.5), TypeError, "n", "2.5", ">= 0"),
    "f returns a list": (lambda: finite_difference_gradient(lambda x: x, [1.0]), ValueError, "f", "(1,)", "a number"),
    "f returns nothing": (lambda: gradient_error(lambda x: None, lambda x: x, [1.0]), TypeError, "f", "None", "a real"),
    "f is complex": (lambda: finite_difference_gradient(lambda x: 1j * x, 1.0), TypeError, "f", "j", "a real"),
    "f is coarse": (lambda: finite_difference_gradient(lambda x: np.float32(x), 1.0), TypeError, "f", "float32", "double"),
    "f is no number": (lambda: finite_difference_gradient(lambda x: np.nan, 1.0), ValueError, "f", "nan", "finite"),
    "f is none": (lambda: finite_difference_gradient(3.0, 1.0), TypeError, "f", "3.0", "a function"),
    "place is complex": (lambda: finite_difference_gradient(np.sum, [1j]), TypeError, "x", "1j", "real"),
    "place is no number": (lambda: gradient_error(np.sum, np.ones_like, [np.nan]), ValueError, "x", "nan", "finite"),
    "h is zero": (lambda: finite_difference_gradient(np.sum, [1.0], 0), ValueError, "h", "0", "> 0"),
    "h is too small": (lambda: finite_difference_gradient(np.sum, [1.0], 1e-20), ValueError, "h", "1e-20", "change x"),
    "scale is zero": (lambda: finite_difference_gradient(np.sum, [1.0], scale=0), ValueError, "scale", "0", "> 0"),
    "scale has another shape": (
        lambda: gradient_error(np.sum, np.ones_like, [1.0], scale=[1, 2]), ValueError, "scale", "(2,)", "(1,)",
    ),
    "gradient to check is none": (lambda: gradient_error(np.sum, 3.0, [1.0]), TypeError, "grad", "3.0", "a function"),
    "gradient to check is complex": (lambda: gradient_error(np.sum, lambda x: 1j * x, [1.0]), TypeError, "grad", "j", "real"),
    "curvature of nothing": (lambda: largest_curvature(None, [1.0]), TypeError, "grad", "None", "a function"),
    "curvature of another shape": (lambda: largest_curvature(lambda x: x[:1], [1.0, 2.0]), ValueError, "grad", "(1,)", "(2,)"),
    "curvature in no rounds": (lambda: largest_curvature(lambda x: x, [1.0], 0), ValueError, "n_iter", "0", ">= 1"),
    "curvature at no length": (lambda: largest_curvature(lambda x: x, [1.0], h=0), ValueError, "h", "0", "> 0"),
    "curvature at scale 0": (lambda: largest_curvature(lambda x: x, [1.0], scale=0), ValueError, "scale", "0", "> 0"),
    "curvature nowhere": (lambda: largest_curvature(lambda x: x, [np.inf]), ValueError, "x", "inf", "finite"),
    "Hessian is complex": (lambda: spectrum([1j, 2]), TypeError, "H", "j", "real"),
    "rate of a factor in words": (lambda: factors([1, 2], "fast"), TypeError, "lr", "fast", "a finite number"),
    "rate of a contraction is infinite": (lambda: contraction([1, 2], np.inf), ValueError, "lr", "inf", "a finite number"),
    "rates of factors": (lambda: factors([1, 2], [0.1, 0.2]), TypeError, "lr", "[0.1, 0.2]", "a finite number"),
    "factor in words": (lambda: predicted_steps("half", 0.1), TypeError, "rate", "half", ">= 0"),
    "factor is no number": (lambda: predicted_steps(np.nan, 0.1), ValueError, "rate", "nan", ">= 0"),
    "accuracy in words": (lambda: predicted_steps(0.5, "fine"), TypeError, "eps", "fine", "between 0 and 1"),
    "Adam's eps is zero": (lambda: adam(lambda x: x, 1.0, 0.1, 5, eps=0), ValueError, "eps", "0", ">= 1e-150"),
    "Adam's eps has no square": (lambda: adam(lambda x: x, 1.0, 0.1, 5, eps=1e-250), ValueError, "eps", "1e-250", ">= 1e-150"),
    "Adam's eps is in words": (lambda: adam(lambda x: x, 1.0, 0.1, 5, eps="small"), TypeError, "eps", "small", ">= 1e-150"),
    "step of another shape": (lambda: descend(lambda x: x, [1.0], lambda x, g, k: 1.0, 5), ValueError, "step", "()", "(1,)"),
    "step of nothing": (lambda: descend(lambda x: x, [1.0], lambda x, g, k: None, 5), TypeError, "step", "None", "real"),
    "projected gradient of another shape": (
        lambda: projected_gradient(lambda x: x[:1], lambda x: x, [1.0, 2.0], 0.1, 5), ValueError, "grad", "(1,)", "(2,)",
    ),
    "projection of another shape": (
        lambda: projected_gradient(lambda x: x, lambda x: x[:1], [1.0, 2.0], 0.1, 5), ValueError, "project", "(1,)", "(2,)",
    ),
    "ragged gradient": (lambda: momentum(lambda x: [1, [2]], [1.0, 2.0], 0.1, 5), TypeError, "grad", "[1, [2]]", "real"),
    "ragged start": (lambda: gradient_descent(lambda x: x, [[1, 2], [3]], 0.1, 5), TypeError, "x0", "[[1, 2], [3]]", "real"),
    "ragged rate": (lambda: gradient_descent(lambda x: x, [1.0], [[1, 2], [3]], 5), TypeError, "lr", "[[1, 2], [3]]", "> 0"),
    "ragged value": (lambda: gradient_error(lambda x: [1, [2]], lambda x: x, [1.0]), TypeError, "f", "[1, [2]]", "a number"),
    "a masked rate": (lambda: gradient_descent(lambda x: x, [1.0], np.ma.masked, 5), TypeError, "lr", "masked", "> 0"),
    "true steps": (lambda: gradient_descent(lambda x: x, [1.0], 0.1, True), TypeError, "n_iter", "True", ">= 0"),
    "masked start": (lambda: momentum(lambda x: x, np.ma.masked_equal([1.0, 2.0], 2), 0.1, 5), TypeError, "x0", "--", "real"),
    "level lines of one variable": (lambda: plot_contours(double_well()), ValueError, "objective", "double well", "of two"),
    "a curve that is none": (lambda: plot_path([1.0, 2.0], f=3.0), TypeError, "f", "3.0", "a function"),
    "path is complex": (lambda: plot_path([[1j, 2]]), TypeError, "hist", "j", "real"),
    "decay is complex": (lambda: plot_decay([1j, 2]), TypeError, "values", "j", "real"),
}  # fmt: skip


@each_method
def test_an_objective_is_not_taken_for_its_gradient(name):
    with pytest.raises(TypeError, match="^grad is an Objective, which gives values; expected its gradient"):
        METHODS[name](double_well(), START, 0.01, 9)


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_go_wrong_in_silence_is_refused_by_name(case):
    call, kind, argument, value, expected = REFUSED[case]
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert message.startswith(argument)
    assert value in message
    assert expected in message.split(";", 1)[1]


@pytest.mark.parametrize("ask", [step_bound, best_step, condition_number])
def test_integers_of_few_bits_are_their_numbers(ask):
    H = [[100, 20], [20, 100]]
    assert ask(np.array(H, dtype=np.int8)) == ask(H)
