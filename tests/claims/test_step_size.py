"""The claims of the chapter on the step size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from strategies import bowls, fractions, seeds

from gdtools import (
    best_step,
    bowl,
    condition_number,
    contraction,
    descend,
    factors,
    gradient_descent,
    quadratic,
    step_bound,
)

page = page_code("step-size")


@given(bowls(), seeds, fractions)
def test_one_multiplier_per_direction(bowl, seed, part):
    """One multiplier for each direction, for drawn A, b and start, with steps up to one and a half times the bound.

    After each of 30 steps the error along every eigenvector vᵢ is (1 − ηλᵢ)ᵏ times the first one.
    """
    A, lam, V = bowl
    x0, star = np.random.default_rng(seed).normal(size=(2, len(lam)))
    f, lr = quadratic(A, A @ star), part * 3 / lam[-1]
    error = gradient_descent(f.grad, x0, lr, 30, tol=0).hist - star
    expected = (1 - lr * lam) ** np.arange(31)[:, None] * (V.T @ (x0 - star))
    assert_allclose(error @ V, expected, atol=1e-9 * abs(expected).max())


@given(bowls(), seeds, fractions | st.just(0.99))
def test_step_bound(bowl, seed, part):
    """The step bound, for a drawn A and start, the minimiser at 0.

    - The bound is 2/L: `step_bound` lies between a step that is the drawn part of 2/L and one as much beyond it.
    - Inside, each of 200 steps leaves at most ρ(η) = max |1 − ηλᵢ| of the error, and ρ(η) < 1: the run converges.
    - Beyond it the error along the steepest eigenvector grows by the same factor at every step, from a start that has
      some, and with a step below 0 the whole error grows at every step: neither converges.
    """
    A, lam, V = bowl
    f, e0 = quadratic(A), np.random.default_rng(seed).normal(size=len(lam)) + V[:, -1]
    inside, outside = part * 2 / lam[-1], 2 / lam[-1] / part
    assert inside < step_bound(A) < outside

    rho = contraction(A, inside)
    error = norm(gradient_descent(f.grad, e0, inside, 200, tol=0).hist, axis=1)
    assert (error[1:] <= rho * error[:-1] + 1e-12 * norm(e0)).all()
    assert rho < 1

    steep = abs(gradient_descent(f.grad, e0, outside, 30, tol=0).hist @ V[:, -1])
    assert_allclose(steep[1:] / steep[:-1], 2 / part - 1, rtol=1e-6)  # above 1
    back = norm(descend(f.grad, e0, lambda x, g, k: x + inside * g, 30, tol=0).hist, axis=1)
    assert (back[1:] > back[:-1]).all()


@given(bowls(), seeds)
def test_on_the_bound(bowl, seed):
    """On the bound, for a drawn A and start: at η = 2/L the error along the steepest eigenvector changes its sign
    at each of 60 steps and keeps its size.
    """
    A, lam, V = bowl
    e0 = np.random.default_rng(seed).normal(size=len(lam)) + 3 * V[:, -1]
    steep = gradient_descent(quadratic(A).grad, e0, step_bound(A), 60, tol=0).hist @ V[:, -1]
    assert_allclose(steep, steep[0] * (-1.0) ** np.arange(61), rtol=1e-9)


THREE_WALKERS = {  # lr: iterations, factor along x, factor along y, distance at the end
    0.005: (60, 0.99, 0.75, "2.189e+00"),
    0.035: (60, 0.93, -0.75, "5.141e-02"),
    0.041: (25, 0.918, -1.05, "1.017e+01"),
}


@pytest.mark.parametrize("lr", THREE_WALKERS)
def test_three_walkers(lr):
    """The three walkers, each run as the page runs it.

    - The run from (−1, 4) takes the iterations of the table and ends at the distance that the table shows.
    - The eigenvalues predict the factors of the table, and at each step the errors along x and y change by them.
    - Two converge and the one beyond 2/L = 0.04 climbs: both factors are below 1 in size, or one is not;
      the condition number is 25.
    """
    n_iter, x_factor, y_factor, distance = THREE_WALKERS[lr]
    f = bowl()
    x, hist = gradient_descent(f.grad, [-1, 4], lr, n_iter)
    assert page.runs[lr] == n_iter == len(hist) - 1
    assert f"{norm(x - f.minimisers[0]):.3e}" == distance

    assert_allclose(factors(f.hess(x), lr), [x_factor, y_factor])
    assert_allclose((hist[1:] - f.minimisers) / (hist[:-1] - f.minimisers), [[x_factor, y_factor]] * n_iter, rtol=1e-6)

    assert step_bound(f.hess(x)) == 0.04
    assert (max(abs(x_factor), abs(y_factor)) < 1) == (lr < 0.04)
    assert condition_number(f.hess(x)) == 25


@given(bowls(), fractions)
def test_best_fixed_step(bowl, part):
    """The best fixed step, for a drawn A.

    - It is η* = 2/(μ + L).
    - Its rate is (κ − 1)/(κ + 1).
    - No other step has a smaller rate, neither a drawn one inside the bound nor one beyond it.
    """
    A, lam, _ = bowl
    kappa = lam[-1] / lam[0]
    assert_allclose(best_step(A), 2 / (lam[0] + lam[-1]))

    assert_allclose(contraction(A, best_step(A)), (kappa - 1) / (kappa + 1), atol=1e-9)

    for other in (part * step_bound(A), step_bound(A) / part):
        assert contraction(A, other) >= contraction(A, best_step(A)) - 1e-12


@given(seeds, fractions)
def test_guaranteed_decrease(seed, part):
    """The guaranteed decrease, for a drawn sum of log cosh, smooth and not quadratic, at a drawn x and close to 0.

    - L, the largest eigenvalue at 0, bounds its Hessian, since no slope of tanh exceeds 1.
    - A step 0 < η < 2/L lowers f by at least η(1 − ηL/2)‖∇f(x)‖², which is positive.
    - The step 1/L is promised the most, a decrease of ‖∇f(x)‖²/(2L), and keeps its promise.
    """
    rng = np.random.default_rng(seed)
    a, c = rng.normal(size=(5, 3)), rng.uniform(0.1, 3, 5)

    def f(x):
        return c @ np.log(np.cosh(a @ x))

    def grad(x):
        return a.T @ (c * np.tanh(a @ x))

    lam, V = np.linalg.eigh(a.T * c @ a)
    L = lam[-1]
    lr = part * 2 / L
    for x in (rng.normal(size=3) * 3, 1e-3 * V[:, -1]):  # at the second the bound is met but for the bend of f
        size = norm(grad(x))
        assert lr * (1 - lr * L / 2) > 0
        assert f(x) - f(x - lr * grad(x)) >= lr * (1 - lr * L / 2) * size**2 - 1e-12

        assert lr * (1 - lr * L / 2) <= 1 / (2 * L) * (1 + 1e-12)
        assert f(x) - f(x - grad(x) / L) >= size**2 / (2 * L) - 1e-12
