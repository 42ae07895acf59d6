import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose
from page_code import page_code
from strategies import bowls, fractions, seeds

from gdtools import adam, bowl, gradient_descent, momentum, nesterov, projected_gradient, quadratic


@given(bowls(), seeds, fractions)
def test_without_memory_they_are_gradient_descent(bowl, seed, part):
    A, lam, _ = bowl
    f, x0, lr = quadratic(A), np.random.default_rng(seed).normal(size=len(lam)), part * 2 / lam[-1]
    plain = gradient_descent(f.grad, x0, lr, 20).hist
    for method in (momentum, nesterov):
        assert_allclose(method(f.grad, x0, lr, 20, beta=0).hist, plain)
    assert_allclose(projected_gradient(f.grad, lambda x: x, x0, lr, 20).hist, plain, atol=1e-9 * np.abs(x0).max())


def test_momentum_is_the_heavy_ball_of_its_formula():
    f, lr, beta = bowl(), 0.02, 0.7
    before = x = np.array([-1.0, 4.0])
    expected = [x]
    for _ in range(10):
        before, x = x, x - lr * f.grad(x) + beta * (x - before)
        expected.append(x)
    assert_allclose(momentum(f.grad, [-1, 4], lr, 10, beta=beta).hist, expected)


def test_nesterov_looks_ahead_as_its_formula_says():
    f, lr, beta = bowl(), 0.015, 0.6
    before = x = np.array([-1.0, 4.0])
    expected = []
    for _ in range(11):
        y = x + beta * (x - before)
        expected.append(y)
        before, x = x, y - lr * f.grad(y)
    assert_allclose(nesterov(f.grad, [-1, 4], lr, 10, beta=beta).hist, expected)


def test_adam_starts_with_a_step_of_the_learning_rate_in_every_coordinate():
    x, hist = adam(bowl().grad, [-1, 4], 0.1, 1)
    assert_allclose(hist[1] - hist[0], [0.1, -0.1], rtol=1e-6)


@pytest.mark.parametrize("method", [momentum, nesterov])
def test_the_memory_is_nine_tenths_unless_told_otherwise(method):
    assert_allclose(method(bowl().grad, [-1, 4], 0.01, 5).hist, method(bowl().grad, [-1, 4], 0.01, 5, beta=0.9).hist)


@pytest.mark.parametrize(("b1", "b2", "eps"), [(0.8, 0.95, 1e-3), (0.9, 0.999, 1e-8)])
def test_adam_is_its_formula(b1, b2, eps):
    f, lr = bowl(), 0.1
    x, m, v = np.array([-1.0, 4.0]), np.zeros(2), np.zeros(2)
    for k in range(1, 9):
        g = f.grad(x)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        x = x - lr * (m / (1 - b1**k)) / (np.sqrt(v / (1 - b2**k)) + eps)
    told = {} if eps == 1e-8 else {"beta1": b1, "beta2": b2, "eps": eps}  # the others are those of Kingma and Ba
    assert_allclose(adam(f.grad, [-1, 4], lr, 8, **told).x, x)


def test_a_decay_is_taken_off_beside_the_move_and_the_largest_v_divides():
    f, lr = bowl(), 0.1
    x, m, v, largest = np.array([-1.0, 4.0]), np.zeros(2), np.zeros(2), np.zeros(2)
    for k in range(1, 30):
        g = f.grad(x)
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        largest = np.maximum(largest, v / (1 - 0.99**k))
        x = (1 - lr * 0.3) * x - lr * (m / (1 - 0.9**k)) / (np.sqrt(largest) + 1e-8)
    run = adam(f.grad, [-1, 4], lr, 29, beta2=0.99, decay=0.3, amsgrad=True)
    assert_allclose(run.x, x)
    for told in ({"decay": 0.3}, {"amsgrad": True}):
        assert not np.allclose(adam(f.grad, [-1, 4], lr, 29, beta2=0.99, **told).x, x)


def test_a_decay_shrinks_with_the_schedule_and_none_is_none():
    told = dict(eps=1e-150, decay=0.5)
    run = adam(lambda x: 0.0 * x, [8.0], lambda k: 1 / (k + 1), 2, tol=0, **told)
    assert run.hist.ravel().tolist() == [8, 4, 3]
    assert np.array_equal(adam(bowl().grad, [-1, 4], 0.1, 50).hist, adam(bowl().grad, [-1, 4], 0.1, 50, decay=0).hist)


def test_decayed_weights_rest_within_one_over_the_decay():
    goals = np.array([1.0, 5.0])
    x = adam(lambda x: x - goals, [0, 0], lambda k: 0.1 / np.sqrt(k + 1), 10_000, tol=0, decay=0.5).x
    assert_allclose(x, [1, 2], atol=0.02)


@pytest.mark.parametrize(("chapter", "name", "method", "told"), [
    ("momentum", "heavy_ball", momentum, {"beta": 0.7}), ("momentum", "look_ahead", nesterov, {"beta": 0.6}),
    ("noise", "adam_by_hand", adam, {}),
])  # fmt: skip
def test_each_is_what_the_chapter_writes_out(chapter, name, method, told):
    by_hand = getattr(page_code(chapter), name)
    assert_allclose(by_hand(bowl().grad, [-1, 4], 0.02, 30, **told).hist, method(bowl().grad, [-1, 4], 0.02, 30, **told).hist)


@pytest.mark.parametrize("method", [momentum, nesterov, adam])
def test_each_takes_a_schedule(method):
    constant = method(bowl().grad, [-1, 4], 0.01, 30).hist
    assert_allclose(method(bowl().grad, [-1, 4], lambda k: 0.01, 30).hist, constant)
    slower = method(bowl().grad, [-1, 4], lambda k: 0.01 / (k + 1), 30).hist
    assert_allclose(slower[1], constant[1])
    assert not np.allclose(slower[2], constant[2])


@pytest.mark.parametrize("method", [momentum, nesterov, adam])
def test_each_stops_reports_and_thins_like_gradient_descent(method):
    run = method(bowl().grad, [-1, 4], lambda k: 0.01, 4000, tol=1e-3, record=7)
    assert run.stopped == "converged"
    assert np.linalg.norm(run.x - [3, 1]) < 1e-2
    assert len(run.hist) == run.n_steps // 7 + 1 + bool(run.n_steps % 7)


PROJECTED = lambda grad, *rest, **told: projected_gradient(grad, lambda x: x, *rest, **told)  # noqa: E731


@pytest.mark.parametrize("method", [momentum, nesterov, adam, PROJECTED])
def test_each_ends_earlier_and_keeps_less_when_told_to(method):
    whole = method(bowl().grad, [-1, 4], 0.01, 4000)
    early = method(bowl().grad, [-1, 4], 0.01, 4000, 1e-2, record=0)
    assert 0 < early.n_steps < whole.n_steps
    assert len(early.hist) == 2


def test_a_projected_run_stays_inside_and_ends_at_the_constrained_minimum():
    box = lambda x: np.clip(x, [-2, 2], [2, 5])  # noqa: E731
    run = projected_gradient(bowl().grad, box, [-1, 4], 0.02, 500)
    assert run.stopped == "converged"
    assert_allclose(box(run.hist), run.hist, atol=1e-12)
    assert_allclose(run.x, [2, 2])
