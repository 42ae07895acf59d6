"""The claims of the chapter on the step size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from sharpening import at_least, at_most, exactly
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
    expected = exactly((1 - lr * lam) ** np.arange(31)[:, None] * (V.T @ (x0 - star)))
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
    bound = exactly(2 / lam[-1])
    inside, outside = part * bound, bound / part
    assert inside < step_bound(A) < outside

    rho = at_most(contraction(A, inside))
    error = norm(gradient_descent(f.grad, e0, inside, 200, tol=0).hist, axis=1)
    assert (error[1:] <= rho * error[:-1] + 1e-12 * norm(e0)).all()
    assert rho < 1

    steep = abs(gradient_descent(f.grad, e0, outside, 30, tol=0).hist @ V[:, -1])
    assert_allclose(steep[1:] / steep[:-1], exactly(2 / part - 1), rtol=1e-6)  # above 1
    back = norm(descend(f.grad, e0, lambda x, g, k: x + inside * g, 30, tol=0).hist, axis=1)
    assert (back[1:] > back[:-1]).all()


@given(bowls(), seeds)
def test_on_the_bound(bowl, seed):
    """On the bound, for a drawn A and start: at η = 2/L the error along the steepest eigenvector changes its sign
    at each of 60 steps and keeps its size.
    """
    A, lam, V = bowl
    e0 = np.random.default_rng(seed).normal(size=len(lam)) + 3 * V[:, -1]
    steep = gradient_descent(quadratic(A).grad, e0, exactly(step_bound(A)), 60, tol=0).hist @ V[:, -1]
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


@given(bowls(), seeds, st.floats(-2, 4))
def test_best_fixed_step(bowl, seed, part):
    """The best fixed step, for a drawn A and any other step, from −2/L to 4/L.

    - It is η* = 2/(μ + L).
    - Its rate is (κ − 1)/(κ + 1): a run from a drawn start leaves at most that of the error at each step, and a run
      from a start along the flattest or the steepest eigenvector exactly that.
    - No other step has a smaller rate: from one of these two starts its run leaves more of the error after 20 steps.
    """
    A, lam, V = bowl
    kappa, best = lam[-1] / lam[0], exactly(2 / (lam[0] + lam[-1]))
    assert_allclose(best_step(A), best)

    rate = exactly((kappa - 1) / (kappa + 1))
    assert_allclose(contraction(A, best_step(A)), rate, atol=1e-9)

    def sizes(e0, lr):  # for any lr, above and below 0
        return norm(descend(quadratic(A).grad, e0, lambda x, g, k: x - lr * g, 20, tol=0).hist, axis=1)

    drawn = sizes(np.random.default_rng(seed).normal(size=len(lam)), best)
    assert (drawn[1:] <= rate * drawn[:-1] + 1e-9 * drawn[0]).all()
    for end in (V[:, 0], V[:, -1]):
        assert_allclose(sizes(end, best), rate ** np.arange(21), rtol=1e-6, atol=1e-9)

    other = part / lam[-1]
    assert contraction(A, other) >= contraction(A, best_step(A)) - 1e-12
    assert max(sizes(V[:, 0], other)[-1], sizes(V[:, -1], other)[-1]) >= rate**20 * (1 - 1e-6) - 1e-12


@given(bowls(), seeds, fractions)
def test_guaranteed_decrease(bowl, seed, part):
    """The guaranteed decrease, for a drawn function with hills: a quadratic without a sign, waves, and a wall that
    grows exponentially outside the segment that is walked.

    - L, the largest magnitude of a curvature on the segment, is all that is asked; farther off there are larger ones.
    - A step 0 < η < 2/L lowers f by at least η(1 − ηL/2)‖∇f(x)‖², which is positive.
    - The step 1/L is promised the most, a decrease of ‖∇f(x)‖²/(2L), and keeps its promise.
    - No smaller L would do, and no larger decrease: along the steepest eigenvector of a quadratic it is exact.
    - For the decrease an upper bound on the curvatures is enough: with curvatures a hundred times as far below zero
      f falls by at least as much.
    """
    A, lam, V = bowl
    rng = np.random.default_rng(seed)
    x, wave = rng.normal(size=(2, len(lam)))
    signs = rng.choice([-1.0, 1.0], len(lam))

    def smooth(below=1.0):
        """f and its gradient at x, with negative curvatures of the quadratic made larger."""
        B = (V * np.where(signs < 0, -below * lam, lam)) @ V.T
        flat = B @ x - lam[-1] * np.sin(wave @ x) * wave
        wall = 3 * flat / norm(flat)  # on the way from x, against this direction, the wall's exponential is at most 1

        def f(p):
            return p @ B @ p / 2 + lam[-1] * np.cos(wave @ p) + lam[0] * np.exp(wall @ (p - x))

        return f, flat + lam[0] * wall

    f, g = smooth()
    L = lam[-1] * (1 + wave @ wave) + 9 * lam[0]
    rounding = 1e-12 * (abs(f(x)) + lam[-1] + g @ g / L)
    lr = part * 2 / L

    def promised(lr, L):  # times ‖∇f(x)‖²
        return at_least(lr * (1 - lr * L / 2))

    assert promised(lr, L) > 0
    assert f(x) - f(x - lr * g) >= promised(lr, L) * (g @ g) - rounding

    assert_allclose(promised(1 / L, L), exactly(1 / (2 * L)))
    assert promised(lr, L) <= promised(1 / L, L) * (1 + 1e-12)
    assert f(x) - f(x - g / L) >= promised(1 / L, L) * (g @ g) - rounding

    steep, eta = V[:, -1], part * 2 / lam[-1]
    met = quadratic(A)(steep) - quadratic(A)(steep - eta * lam[-1] * steep)
    assert_allclose(met, promised(eta, lam[-1]) * lam[-1] ** 2, rtol=1e-6, atol=1e-9 * lam[-1])

    f, g = smooth(below=100)
    rounding = 1e-12 * (abs(f(x)) + lam[-1] + g @ g / L)
    assert f(x) - f(x - lr * g) >= promised(lr, L) * (g @ g) - rounding


@given(bowls(), seeds, fractions | st.just(0.99))
def test_rate_off_quadratics(bowl, seed, part):
    """The rate off quadratics, for a drawn quadratic with bends, whose bounds hold everywhere, and for one with
    walls of the fourth power, whose upper bound holds in the ball about the minimiser and not beyond it.

    1. One step brings two drawn points of the region to within ρ(η) = max(|1 − ημ|, |1 − ηL|) of their distance.
    2. From a start on the surface of the ball, at each of 60 steps the run stays in it, and the error is at most ρ(η)
       times the one before: for 0 < η < 2/L.
    3. 2/(μ + L) has the smallest ρ, (κ − 1)/(κ + 1); along the axes of a quadratic ρ(η) is met, so no less will do.
    """
    A, lam, V = bowl
    rng, d = np.random.default_rng(seed), len(lam)
    star, bend, x0 = rng.normal(size=(3, d))
    radius = norm(x0 - star)

    def rate(lr, mu, L):
        return at_most(max(abs(1 - lr * mu), abs(1 - lr * L)))

    def bent(x):
        return A @ (x - star) + lam[0] * np.tanh(bend @ (x - star)) * bend

    def walled(x):
        return A @ (x - star) + lam[0] / radius**2 * ((bend @ (x - star)) ** 3 * bend)

    bounds = {bent: lam[0] * bend @ bend, walled: 3 * lam[0] * (bend @ bend) ** 2}
    for grad, extra in bounds.items():
        mu, L = lam[0], lam[-1] + extra
        lr = part * 2 / L
        rho = rate(lr, mu, L)
        x, y = (star + radius * rng.random() * v / norm(v) for v in rng.normal(size=(2, d)))
        assert norm(x - lr * grad(x) - (y - lr * grad(y))) <= rho * norm(x - y) * (1 + 1e-9)

        error = norm(gradient_descent(grad, x0, lr, 60, tol=0).hist - star, axis=1)
        assert rho < 1
        assert (error <= radius * (1 + 1e-9)).all()
        assert (error[1:] <= rho * error[:-1] + 1e-12 * radius).all()

    mu, L, lr = lam[0], lam[-1], part * 2 / lam[-1]
    rho, least = rate(lr, mu, L), exactly((L / mu - 1) / (L / mu + 1))
    best = exactly(2 / (mu + L))
    assert_allclose(rate(best, mu, L), least, rtol=1e-9)
    assert rho >= least - 1e-12
    left = [norm(v - lr * A @ v) for v in (V[:, 0], V[:, -1])]
    assert_allclose(max(left), rho, rtol=1e-6, atol=1e-9)
