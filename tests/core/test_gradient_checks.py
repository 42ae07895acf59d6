import math

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose
from strategies import bowls, seeds

from gdtools import directional_error, double_well, largest_curvature, quadratic


@given(bowls(), seeds)
def test_a_right_gradient_passes_along_every_direction(bowl, seed):
    f = quadratic(bowl[0])
    assert directional_error(f, f.grad, np.random.default_rng(seed).normal(size=len(bowl[0])), seed) < 1e-6


def test_the_deviation_is_the_error_along_the_drawn_direction():
    """At x with no coordinate above 1 the lengths are equal, and the direction is that of the seed."""
    x, off = np.linspace(0.1, 0.9, 1000), np.eye(1000)[3]
    for seed in range(20):
        z = np.random.default_rng(seed).normal(size=1000)
        found = directional_error(lambda x: x @ x, lambda x: 2 * x + off, x, seed)
        assert found == pytest.approx(abs(z[3]) / np.linalg.norm(2 * x + off), rel=1e-4)


def test_it_asks_for_two_values_and_one_gradient_and_lends_copies():
    asked, x = [], np.ones(50)

    def f(p):
        asked.append("f")
        value = p @ p
        p[:] = 0
        return value

    def grad(p):
        asked.append("grad")
        slope = 2 * p
        p[:] = 0
        return slope

    assert directional_error(f, grad, x) < 1e-8
    assert sorted(asked) == ["f", "f", "grad"]
    assert_allclose(x, 1)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_it_is_the_same_in_all_units_with_their_scale(unit):
    def wrong(x):
        return np.array([np.cos(x[0] / unit), 1.01 * np.cos(x[1] / unit)]) / unit

    found = directional_error(lambda x: np.sin(x / unit).sum(), wrong, unit * np.array([0.3, 0.4]), scale=unit)
    assert found == pytest.approx(
        directional_error(lambda x: np.sin(x).sum(), lambda x: unit * wrong(unit * x), [0.3, 0.4]), rel=1e-4
    )


def test_each_coordinate_has_its_own_length():
    x, unit = np.array([0.5, 0.5e6]), np.array([1.0, 1e6])

    def f(x):
        return np.sin(x / unit).sum()

    assert directional_error(f, lambda x: np.cos(x / unit) / unit, x, scale=unit) < 1e-8
    assert directional_error(f, lambda x: np.cos(x / unit) / unit * [1, 2], x, scale=unit) > 0.01


def test_a_length_that_is_not_that_of_the_function_is_an_alarm():
    x = np.array([3e-10, 4e-10])
    assert directional_error(lambda x: np.cos(1e10 * x).sum(), lambda x: -1e10 * np.sin(1e10 * x), x) > 0.1
    assert directional_error(lambda x: np.cos(1e10 * x).sum(), lambda x: -1e10 * np.sin(1e10 * x), x, scale=1e-10) < 1e-8


def test_rounding_alone_is_no_deviation_and_nan_is_infinite():
    assert directional_error(lambda x: 1e9 + 0 * x[0], lambda x: 0 * x, [1.0, 2.0]) == 0
    assert directional_error(lambda x: 0.0, lambda x: 0 * x, [1.0, 2.0]) == 0
    assert directional_error(lambda x: 1.0 + x[0] ** 2, lambda x: 2 * x, [0.0, 0.0]) < 1e-2
    assert directional_error(lambda x: x @ x, lambda x: np.nan * x, [1.0, 2.0]) == math.inf


def test_a_number_and_a_table_have_directions_too():
    f = double_well()
    assert directional_error(f, f.grad, 0.7) < 1e-8
    assert directional_error(f, lambda x: 2 * f.grad(x), 0.7) > 0.01
    assert directional_error(lambda x: (x**2).sum(), lambda x: 2 * x, np.ones((3, 2))) < 1e-8


@given(bowls(), seeds)
def test_products_with_the_hessian_find_the_largest_curvature(bowl, seed):
    A, lam, _ = bowl
    x = np.random.default_rng(seed).normal(size=len(lam))
    for H, sign in ((A, 1), (-A, -1)):
        found = largest_curvature(lambda x: pytest.fail("it has products"), x, 400, hvp=lambda x, v, H=H: H @ v)
        assert sign * found <= lam[-1] * (1 + 1e-12)
        assert found == pytest.approx(largest_curvature(lambda x, H=H: H @ x, x, 400), rel=1e-6)


def test_products_need_no_length():
    f = double_well()
    for unit in (1e-12, 1e-6, 1.0, 1e6, 1e12):
        found = largest_curvature(f.grad, 1.2 * unit, hvp=lambda x, v, unit=unit: f.hess(x / unit) * v / unit**2)
        assert found == pytest.approx(f.hess(1.2) / unit**2, rel=1e-14)


def test_products_that_vanish_or_are_not_finite():
    assert largest_curvature(lambda x: x, np.ones(3), hvp=lambda x, v: 0 * v) == 0
    assert largest_curvature(lambda x: x, np.ones(2), 5, hvp=lambda x, v: np.array([v[1], 0.0])) == 0
    with pytest.raises(ValueError, match=r"hvp returned array\(\[nan, nan\]\); expected finite numbers"):
        largest_curvature(lambda x: x, np.ones(2), hvp=lambda x, v: np.nan * v)


def test_products_get_copies():
    x = np.ones(2)

    def spoil(x, v):
        product = 3 * v
        x[:] = v[:] = 7
        return product

    assert largest_curvature(lambda x: x, x, hvp=spoil) == pytest.approx(3)
    assert_allclose(x, 1)


BAD = {
    "no function": ((None, lambda x: x, [1.0]), {}, TypeError, ("f is None", "a function")),
    "no gradient": ((lambda x: x @ x, 3, [1.0]), {}, TypeError, ("grad is 3", "a function")),
    "no number": ((lambda x: 0.0, lambda x: x, ["a"]), {}, TypeError, ("x is", "real number")),
    "no place": ((lambda x: 0.0, lambda x: x, [np.inf]), {}, ValueError, ("x is", "finite")),
    "no seed": ((lambda x: 0.0, lambda x: x, [1.0], -1), {}, ValueError, ("seed is -1", ">= 0")),
    "no length": ((lambda x: 0.0, lambda x: x, [1.0]), {"scale": 0}, ValueError, ("scale is 0", "> 0")),
    "another shape": ((lambda x: 0.0, lambda x: x[:1], [1.0, 2.0]), {}, ValueError, ("grad returned", "(1,)", "(2,)")),
    "no value": ((lambda x: np.nan, lambda x: x, [1.0]), {}, ValueError, ("f returned", "finite")),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_by_name(case):
    args, options, kind, words = BAD[case]
    with pytest.raises(kind) as refused:
        directional_error(*args, **options)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    ("hvp", "kind", "words"),
    [(3, TypeError, "hvp is 3; expected a function"), (lambda x, v: v[:1], ValueError, "hvp returned an array of shape")],
)
def test_bad_products_are_refused_by_name(hvp, kind, words):
    with pytest.raises(kind, match=words):
        largest_curvature(lambda x: x, np.ones(2), hvp=hvp)
