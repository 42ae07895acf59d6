import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from strategies import bowls, seeds

from gdtools import (
    backtracking,
    barzilai_borwein,
    bowl,
    chebyshev_steps,
    descend,
    double_well,
    gradient_descent,
    quadratic,
    silver_steps,
)

START = [-1.0, 4.0]


def lengths(f, run):
    """The steps that a run took, in units of x² per unit of f."""
    return [norm(move) / norm(f.grad(x)) for x, move in zip(run.hist, np.diff(run.hist, axis=0), strict=False)]


# Backtracking


@given(bowls(), seeds, st.floats(0.05, 0.95), st.floats(0.3, 0.9), st.floats(1e-3, 1e3))
def test_backtracking_takes_the_longest_trial_that_passes(bowl, seed, c, tau, first):
    A, lam, _ = bowl
    f, x = quadratic(A), np.random.default_rng(seed).normal(size=len(lam))
    g = A @ x
    allowed = 2 * (1 - c) * (g @ g) / (g @ A @ g)  # by the algebra of a quadratic
    trials = first * tau ** np.arange(2000)
    expected = trials[np.argmax(trials <= allowed)]
    if not np.isclose(trials, allowed, rtol=1e-6).any():
        rule = backtracking(f, first, c, tau)
        assert_allclose(lengths(f, descend(f.grad, x, rule, 1)), expected, rtol=1e-9)


def test_backtracking_is_by_itself_that_of_the_chapter():
    f = bowl()
    told = descend(f.grad, START, backtracking(f, first=1.0, c=0.3, tau=0.5), 20).hist
    assert_allclose(descend(f.grad, START, backtracking(f), 20).hist, told)


def test_a_step_out_of_the_domain_is_too_long():
    f = lambda x: x - np.log(x) if x > 0 else np.nan  # noqa: E731
    run = descend(lambda x: 1 - 1 / x, 9.0, backtracking(f, first=64.0), 100)
    assert run.stopped == "converged"
    assert run.x == pytest.approx(1)
    low = lambda x: -np.inf if x < -5 else x * x  # noqa: E731
    assert descend(lambda x: 2 * x, 1.0, backtracking(low, first=8.0), 1).x == 1 - 2 * 0.5


def test_a_search_works_in_points_of_any_shape():
    x0 = np.arange(6.0).reshape(2, 3)
    for rule in (backtracking(lambda x: np.sum(x**2)), barzilai_borwein(0.1, lambda x: np.sum(x**2))):
        assert_allclose(descend(lambda x: 2 * x, x0, rule, 20).x, 0 * x0, atol=1e-9)


@pytest.mark.parametrize(
    ("f", "grad"),
    [
        (lambda x: x * x, lambda x: -2 * x),  # a wrong sign
        (lambda x: x * x, lambda x: np.nan * x),
        (lambda x: x * x, lambda x: np.inf * x),
        (lambda x: x * x if x == 1 else np.nan, lambda x: 2 * x),
        (lambda x: x * x if x == 1 else np.inf, lambda x: 2 * x),
    ],
)
def test_a_search_that_finds_nothing_ends_and_says_so(f, grad):
    for rule in (backtracking(f), barzilai_borwein(1.0, f)):
        with pytest.raises(ValueError, match=r"^f falls by no step against grad from x = .*1\.0.*; expected one that"):
            descend(grad, 1.0, rule, 5)


def test_at_a_point_of_rest_a_search_rests():
    f = bowl()
    for rule in (backtracking(f), barzilai_borwein(0.01, f)):
        assert_allclose(descend(f.grad, [3, 1], rule, 3, tol=0).hist, [[3, 1]] * 4)


def test_the_value_where_a_step_begins_is_finite():
    for rule in (backtracking(lambda x: np.nan), barzilai_borwein(0.1, lambda x: np.nan)):
        with pytest.raises(ValueError, match="^f returned nan; expected a finite number"):
            descend(lambda x: x, 1.0, rule, 3)


def test_f_may_write_into_what_it_gets():
    def f(x):
        value = x @ x
        x[:] = 7
        return value

    for rule, t in ((backtracking(f), 0.5), (barzilai_borwein(0.1, f), 0.1)):
        assert_allclose(descend(lambda x: 2 * x, [3.0, 4.0], rule, 1).x, (1 - 2 * t) * np.array([3, 4]))


# Barzilai and Borwein


@given(bowls(), seeds)
def test_barzilai_borwein_is_exact_search_one_round_late(bowl, seed):
    A, lam, _ = bowl
    x0 = np.random.default_rng(seed).normal(size=len(lam))
    f, first = quadratic(A), 1 / lam[-1]
    run = descend(f.grad, x0, barzilai_borwein(first), 4, tol=1e-6 * norm(x0))
    exact = [g @ g / (g @ A @ g) for g in run.hist[: run.n_steps - 1] @ A]
    assert_allclose(lengths(f, run), [first, *exact], rtol=1e-5)


def test_a_rule_begins_anew_with_each_run():
    f = bowl()
    for rule in (barzilai_borwein(0.01), barzilai_borwein(0.01, f)):
        one = descend(f.grad, START, rule, 7).hist
        assert_allclose(descend(f.grad, START, rule, 7).hist, one)


def test_where_the_last_move_met_no_curvature_the_first_step_is_taken():
    hist = descend(lambda x: 0 * x + 1, 0.0, barzilai_borwein(0.25), 3).hist
    assert_allclose(hist, [0, -0.25, -0.5, -0.75])
    f = double_well()  # concave about 0
    assert_allclose(lengths(f, descend(f.grad, [0.2], barzilai_borwein(0.01), 2)), [0.01, 0.01])


@pytest.mark.parametrize("memory", [1, 2, 5, None])
def test_no_value_is_above_the_highest_of_the_last(memory):
    kept = 10 if memory is None else memory
    f = quadratic(np.geomspace(1, 1000, 20) * np.eye(20))
    rule = barzilai_borwein(1e-3, f) if memory is None else barzilai_borwein(1e-3, f, memory)
    values = [f(x) for x in descend(f.grad, np.ones(20), rule, 120).hist]
    assert all(value <= max(values[max(0, k - kept) : k]) for k, value in enumerate(values) if k)
    if kept > 1:  # and it is let go up for so long
        assert any(value > max(values[max(0, k - kept + 1) : k]) for k, value in enumerate(values) if k > kept)


def test_the_safeguard_asks_for_a_ten_thousandth_of_the_promise_and_halves():
    asked = []
    f = lambda x: asked.append(float(x)) or (1 - 0.9e-4 * (1 - x) if x > 0.5 else 1 - 1.1e-4 * (1 - x))  # noqa: E731
    assert descend(lambda x: 1.0, 1.0, barzilai_borwein(0.75, f), 1).x == 0.25
    assert asked == [1.0, 0.25]
    less = lambda x: 1 - 0.9e-4 * (1 - x) if x < 0.5 else 1 - 1.1e-4 * (1 - x)  # noqa: E731
    assert descend(lambda x: 1.0, 1.0, barzilai_borwein(0.75, less), 1).x == 1 - 0.75 / 2


# Steps laid down before the run


@given(st.floats(1e-3, 1e3), st.floats(1.01, 1e6), st.integers(0, 9))
def test_chebyshev_steps_are_those_of_the_formula_each_once(mu, kappa, power):
    L, n = mu * kappa, 2**power
    j = np.arange(1, n + 1)
    expected = 1 / ((L + mu) / 2 - (L - mu) / 2 * np.cos((2 * j - 1) * np.pi / (2 * n)))
    assert_allclose(np.sort(chebyshev_steps(mu, L, n)), np.sort(expected), rtol=1e-9)


def test_the_order_is_known():
    ranks = np.argsort(np.argsort(chebyshev_steps(1, 100, 8)))  # 0 is the shortest
    assert ranks.tolist() == [2, 5, 1, 6, 3, 4, 0, 7]


@pytest.mark.parametrize("n", [8, 64, 256])
def test_no_rounding_spoils_chebyshev_steps_on_the_way(n):
    rng = np.random.default_rng(6)
    Q, lam, x0 = np.linalg.qr(rng.normal(size=(50, 50)))[0], np.geomspace(1, 1000, 50), rng.normal(size=50)
    steps = chebyshev_steps(1, 1000, n)
    run = gradient_descent(quadratic((Q * lam) @ Q.T).grad, x0, lambda k: steps[k], n, tol=0)
    q = (1000**0.5 - 1) / (1000**0.5 + 1)
    left = norm(run.hist, axis=1) / norm(x0)
    assert left.max() <= 1
    assert left[-1] <= 2 * q**n / (1 + q ** (2 * n))


def test_silver_steps_are_those_of_the_ruler():
    root = 2**0.5
    assert_allclose(silver_steps(1, 7), [root, 2, root, 2 + root, root, 2, root])
    assert_allclose(silver_steps(4, 5), silver_steps(1, 7)[:5] / 4)
    for k in range(1, 8):
        assert silver_steps(1, 2**k - 1).sum() == pytest.approx((1 + root) ** k - 1)


# What is refused

REFUSED = {
    "f is none": (lambda: backtracking(3.0), TypeError, "f", "3.0", "a function"),
    "first is zero": (lambda: backtracking(bowl(), first=0), ValueError, "first", "0", "> 0"),
    "c is one": (lambda: backtracking(bowl(), c=1), ValueError, "c", "1", "between 0 and 1"),
    "c is in words": (lambda: backtracking(bowl(), c="some"), TypeError, "c", "some", "between 0 and 1"),
    "tau is zero": (lambda: backtracking(bowl(), tau=0), ValueError, "tau", "0", "between 0 and 1"),
    "f returns a list": (
        lambda: descend(np.ones_like, [1.0], backtracking(lambda x: x), 1), ValueError, "f", "(1,)", "a number",
    ),
    "a first step in words": (lambda: barzilai_borwein("short"), TypeError, "first", "short", "> 0"),
    "a safeguard that is none": (lambda: barzilai_borwein(0.1, 3.0), TypeError, "f", "3.0", "a function"),
    "no memory": (lambda: barzilai_borwein(0.1, bowl(), 0), ValueError, "memory", "0", ">= 1"),
    "half a memory": (lambda: barzilai_borwein(0.1, memory=1.5), TypeError, "memory", "1.5", ">= 1"),
    "mu is zero": (lambda: chebyshev_steps(0, 1, 2), ValueError, "mu", "0", "> 0"),
    "L is infinite": (lambda: chebyshev_steps(1, np.inf, 2), ValueError, "L", "inf", "> 0"),
    "L is mu": (lambda: chebyshev_steps(2, 2, 2), ValueError, "L", "2", "> mu = 2"),
    "six steps": (lambda: chebyshev_steps(1, 2, 6), ValueError, "n", "6", "a power of two"),
    "no steps": (lambda: chebyshev_steps(1, 2, 0), ValueError, "n", "0", ">= 1"),
    "silver of no curvature": (lambda: silver_steps(0, 3), ValueError, "L", "0", "> 0"),
    "no silver": (lambda: silver_steps(1, 0), ValueError, "n", "0", ">= 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_rule_is_refused_by_name(case):
    call, kind, argument, value, expected = REFUSED[case]
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value).startswith(argument)
    assert value in str(caught.value)
    assert expected in str(caught.value).split(";", 1)[1]
