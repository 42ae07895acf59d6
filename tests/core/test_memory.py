import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from strategies import fractions, seeds

from gdtools import finite_difference_gradient, momentum, nesterov, three_springs

SPRINGS = np.array([[np.cos(angle), np.sin(angle)] for angle in np.radians([90, 210, 330])])


def nearest(x, d):
    """What the inner minimum is: by a dense search over the plane about x."""
    near = np.linspace(-1.5, 1.5, 801)
    y = x[:, None, None] + np.stack(np.meshgrid(near, near))
    pull = np.maximum(0, np.tensordot(d * SPRINGS, y, 1).max(axis=0))
    return (pull**2 / 2 + ((x[:, None, None] - y) ** 2).sum(axis=0) / 2).min()


@pytest.mark.parametrize("d", [0.8, 2.4])
def test_the_bowl_is_half_a_square_and_an_envelope(d):
    for x in np.random.default_rng(0).uniform(-1, 1, (12, 2)):
        assert_allclose(three_springs(7, d)(x), x @ x / 2 + 6 * nearest(x, d), rtol=3e-3)


def test_its_vectors_have_the_length_of_two_and_four_tenths_unless_told_otherwise():
    assert three_springs(25)([0.3, 0.4]) == three_springs(25, 2.4)([0.3, 0.4])


@given(seeds, st.floats(1, 1e3), st.floats(0.1, 5))
def test_gradient_and_hessian_are_derivatives_and_curvatures_lie_between_one_and_kappa(seed, kappa, d):
    f, x = three_springs(kappa, d), np.random.default_rng(seed).normal(size=2)
    assert_allclose(f.grad(x), finite_difference_gradient(f, x), rtol=1e-4, atol=1e-4 * kappa)
    assert_allclose(f.hess(x) @ x, f.grad(x), atol=1e-9 * kappa)
    lam = np.linalg.eigvalsh(f.hess(x))
    assert lam[0] >= 1 - 1e-9
    assert lam[1] <= kappa * (1 + 1e-9)


def test_both_kinds_of_sectors_have_their_hessian():
    f = three_springs(25)
    assert_allclose(f.hess([0.0, 1.0]), np.diag([1, 1 + 24 * 144 / 169]))
    assert_allclose(f.hess([0.0, -1.0]), np.diag([25, 1 + 24 * 36 / 61]))


def test_it_takes_points_in_a_grid_and_is_the_same_turned_by_a_third():
    f, x = three_springs(25), np.random.default_rng(1).normal(size=(2, 5, 3))
    turn = np.array([[-1, -np.sqrt(3)], [np.sqrt(3), -1]]) / 2
    assert f.grad(x).shape == x.shape
    assert_allclose(f.grad(x)[:, 4, 2], f.grad(x[:, 4, 2]))
    assert_allclose(f.grad(np.tensordot(turn, x, 1)), np.tensordot(turn, f.grad(x), 1), atol=1e-12)
    assert_allclose(f(np.tensordot(turn, x, 1)), f(x))


def test_it_is_a_known_function_with_a_minimiser():
    f = three_springs(4)
    assert (f.name, f.window) == ("three springs", ((-3, 3), (-3, 3)))
    assert_allclose(f.minimisers, [[0, 0]])
    assert_allclose(f.grad(f.minimisers[0]), 0)
    assert_allclose(three_springs(1).grad([3.0, 4.0]), [3, 4])


@pytest.mark.parametrize(("told", "error", "words"), [
    ({"kappa": 0.5}, ValueError, "kappa is 0.5; expected a finite number >= 1"),
    ({"kappa": np.inf}, ValueError, "kappa is inf; expected a finite number >= 1"),
    ({"kappa": "4"}, TypeError, "kappa is '4'; expected a finite number >= 1"),
    ({"kappa": 4, "d": 0}, ValueError, "d is 0; expected a finite number > 0"),
])  # fmt: skip
def test_bad_numbers_are_refused_by_name(told, error, words):
    with pytest.raises(error, match=words):
        three_springs(**told)


def test_a_point_of_three_numbers_is_refused():
    for part in (three_springs(4), three_springs(4).grad, three_springs(4).hess):
        with pytest.raises(ValueError, match="expected \\(2, …\\)"):
            part([1.0, 2.0, 3.0])


@pytest.mark.parametrize("method", [momentum, nesterov])
def test_the_memory_may_change_from_step_to_step(method):
    f = three_springs(25)
    constant = method(f.grad, [1, 2], 0.03, 20, beta=0.6).hist
    assert_allclose(method(f.grad, [1, 2], 0.03, 20, beta=lambda k: 0.6).hist, constant)
    seen = []
    grown = method(f.grad, [1, 2], 0.03, 5, beta=lambda k: seen.append(k) or k / 10).hist
    assert seen == [0, 1, 2, 3, 4]
    assert_allclose(grown[:2], method(f.grad, [1, 2], 0.03, 1, beta=0).hist)
    with pytest.raises(ValueError, match=r"beta\(1\) is 1.5; expected a number in \[0, 1\)"):
        method(f.grad, [1, 2], 0.03, 5, beta=lambda k: 1.5 * k)


@given(seeds, fractions)
def test_a_restart_forgets_what_goes_uphill(seed, part):
    """The same steps written out: where the gradient and the last move point the same way, the memory begins anew."""
    f, y = three_springs(25), np.random.default_rng(seed).normal(size=2)
    memory = lambda k: part * k / (k + 3)  # noqa: E731
    hist, last, since, restarts = [y], y, 0, 0
    for k in range(60):
        g = f.grad(y)
        x = y - g / 25
        if g @ (x - last) > 0:
            last, since, restarts = x, k, restarts + 1
        y, last = x + memory(k - since) * (x - last), x
        hist.append(y)
    run = nesterov(f.grad, hist[0], 1 / 25, 60, 0, beta=memory, restart=True)
    assert_allclose(run.hist, hist, atol=1e-12)


def test_a_restart_is_asked_for_by_true_or_false():
    f = three_springs(25)
    plain, again = (nesterov(f.grad, [1, 2], 1 / 25, 99, 0, beta=0.97, restart=told).x for told in (False, np.True_))
    assert np.linalg.norm(again) < 0.1 * np.linalg.norm(plain)
    with pytest.raises(TypeError, match="restart is 1; expected True or False"):
        nesterov(f.grad, [1, 2], 1 / 25, 99, restart=1)
