"""The claims of the chapter on least squares."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from sharpening import at_least, at_most, exactly
from strategies import dimensions, fractions, seeds

from gdtools import (
    best_step,
    condition_number,
    gradient_descent,
    gradient_error,
    least_squares,
    line_data,
    spectrum,
    step_bound,
)

page = page_code("least-squares")


def problem(seed, n, d, rank=None):
    """Drawn data of the given rank with singular values between 0.4√n and 2√n, observations, and the generator."""
    rng = np.random.default_rng(seed)
    U, V = np.linalg.qr(rng.normal(size=(n, d)))[0], np.linalg.qr(rng.normal(size=(d, d)))[0]
    sigma = np.sqrt(n) * rng.uniform(0.4, 2, d)
    sigma[rank if rank is not None else d :] = 0
    return (U * sigma) @ V.T, rng.normal(size=n), rng


@given(seeds, dimensions)
def test_ls_landscape(seed, d):
    """The landscape of least squares, for drawn data of 12 rows whose d columns are dependent.

    - ∇L(β) = −(2/n) Xᵀ(y − Xβ), which differences confirm, and H = (2/n) XᵀX.
    - H is the same everywhere: L is its expansion to second order, and there is no other part.
    - A solution of the normal equations is a minimiser, another solution is as good, and a drawn β, which is none,
      is no minimiser.
    - L(β) − L(β̂) = ‖X(β − β̂)‖²/n.
    """
    X, y, rng = problem(seed, 12, d, d - 1)
    f, beta = least_squares(X, y), rng.normal(size=d)
    assert_allclose(f.grad(beta), exactly(-2 / 12 * X.T @ (y - X @ beta)), atol=1e-9)
    assert gradient_error(f, f.grad, beta) < 1e-6
    assert_allclose(f.hess(beta), exactly(2 / 12 * X.T @ X))

    direction = rng.normal(size=d)
    expansion = f(beta) + f.grad(beta) @ direction + direction @ f.hess(beta) @ direction / 2
    assert_allclose(f(beta + direction), expansion, rtol=1e-9)

    best = np.linalg.lstsq(X, y, rcond=1e-9)[0]
    assert_allclose(X.T @ X @ best, X.T @ y, atol=1e-9 * 12)
    other = best + np.linalg.svd(X)[2][-1]
    assert_allclose(f(other), f(best), rtol=1e-9)
    assert f(best) < f(beta)

    assert_allclose(f(beta) - f(best), exactly(norm(X @ (beta - best)) ** 2 / 12), atol=1e-9)


def test_line_fit():
    """The line: all numbers of its table.

    - Formula and descent give the same coefficients, to the largest difference shown; the page's own loop gives them too.
    - The steps taken, and that the run converged.
    - The losses at the start and at the optimum.
    - The eigenvalues, the condition number and the bound.
    """
    X, y = line_data()
    f, ols = least_squares(X, y), np.linalg.lstsq(X, y, rcond=None)[0]
    run = gradient_descent(f.grad, [0, 0], 0.1, 200)
    assert [f"{b:+.4f}" for b in ols] == [f"{b:+.4f}" for b in run.x] == ["+0.4145", "+2.0151"]
    assert f"{abs(ols - run.x).max():.2e}" == "3.93e-11"
    assert_allclose(page.beta, ols, rtol=1e-9)

    assert (run.n_steps, run.stopped) == (111, "converged")

    assert f"{f(np.zeros(2)):.4f}" == "5.6466"
    assert f"{f(ols):.5f}" == "0.14337"

    H = f.hess(ols)
    assert [f"{value:.4f}" for value in spectrum(H)] == ["1.8749", "2.6350"]
    assert f"{condition_number(H):.3f}" == "1.405"
    assert f"{step_bound(H):.3f}" == "0.759"


@given(seeds, dimensions, fractions, st.integers(0, 1))
def test_ls_excess(seed, d, part, dependent):
    """The excess loss, for drawn data of 12 rows, with or without dependent columns, and a start of which about a third
    of the components is missing.

    - The excess is ½ Σ λᵢ(1 − ηλᵢ)²ᵏcᵢ² for 200 steps.
    - From one step to the next it is multiplied by at most the largest (1 − ηλᵢ)² with λᵢ > 0, as long as it is
      not rounding.
    - That factor tends to the largest (1 − ηλᵢ)² among the directions with λᵢcᵢ ≠ 0: it is reached after a million
      steps. Draws in which all these factors are zero are left out.
    - For μ > 0 and a start with parts along the flattest and the steepest direction that is (1 − ημ)² up to the step
      2/(μ + λₘₐₓ), and not beyond.
    - On the line of the page the factor is 0.660, and the run's steps 60 to 90 show it.
    """
    X, y, rng = problem(seed, 12, d, d - dependent)
    f, k = least_squares(X, y), np.arange(201)[:, None]
    lam, V = np.linalg.eigh(f.hess(None))
    lam[:dependent] = 0
    best, c = np.linalg.lstsq(X, y, rcond=1e-9)[0], rng.uniform(0.5, 2, d) * (rng.random(d) < 0.7)
    assume((lam * c).any())
    lr = part * 2 / lam[-1]
    hist = gradient_descent(f.grad, best + V @ c, lr, 200, tol=0).hist
    excess = (((hist - best) @ X.T) ** 2).mean(axis=1)
    weights, factors = lam * c**2, (1 - lr * lam) ** 2
    assert_allclose(excess, exactly((weights * factors**k).sum(axis=1) / 2), rtol=1e-6, atol=1e-16)

    fresh = excess[1:] > 1e-15 * excess[0]
    assert (excess[1:][fresh] <= at_most(factors[lam > 0].max()) * excess[:-1][fresh] * (1 + 1e-6)).all()

    weights, factors = weights[weights > 0], factors[weights > 0]
    assume(factors.max() > 0)
    share = weights * (factors / factors.max()) ** 1e6
    assert_allclose(share @ factors / share.sum(), exactly(factors.max()), rtol=1e-3)

    if not dependent:
        border = exactly(2 / (lam[0] + lam[-1]))
        for step in (lr, 0.99 * border, 1.01 * border):
            factors = (1 - step * lam) ** 2
            assert (factors.max() == factors[0]) == (step <= best_step(lam)) == (step <= border)

    assert f"{page.rate:.3f}" == "0.660"
    assert_allclose(page.excess[60:90] / page.excess[59:89], 0.660, rtol=5e-4)


@given(seeds, dimensions, fractions, st.integers(0, 2))
def test_ls_minimum_norm(seed, d, part, dependent):
    """Where it ends, for drawn data of 12 rows with up to two dependent columns, and 0 < η < 2/λₘₐₓ.

    - β⁺ = X⁺y is a solution, and the one of `lstsq`; another solution is longer.
    - From zero the error is at most ρᵏ‖β⁺‖ for 300 steps, with ρ < 1, only the non-zero eigenvalues counted:
      the run converges to β⁺.
    - From another start, at the best step, the run ends at β⁺ plus the projection of the start on the null space of X.
    """
    rank = max(1, d - dependent)
    X, y, rng = problem(seed, 12, d, rank)
    f = least_squares(X, y)
    lam = np.linalg.eigvalsh(f.hess(None))[d - rank :]  # the eigenvalues that are not zero
    start, null = rng.normal(size=d), np.linalg.svd(X)[2][rank:]
    shortest = np.linalg.pinv(X, rcond=1e-9) @ y
    limit = shortest + null.T @ (null @ start)
    assert_allclose(shortest, np.linalg.lstsq(X, y, rcond=1e-9)[0], atol=1e-9)
    assert_allclose(f(limit), f(shortest))
    assert norm(limit) > norm(shortest) or rank == d

    lr = part * 2 / lam[-1]
    rho, k = at_most(abs(1 - lr * lam).max()), np.arange(301)
    error = norm(gradient_descent(f.grad, np.zeros(d), lr, 300, tol=0).hist - shortest, axis=1)
    assert rho < 1
    assert (error <= rho**k * norm(shortest) * (1 + 1e-9) + 1e-11).all()

    end = gradient_descent(f.grad, start, best_step(lam), 3000).x
    assert_allclose(end, exactly(limit), atol=1e-8)


@given(seeds, dimensions, fractions, st.integers(1, 400))
def test_early_stopping_ridge(seed, d, part, k):
    """Early stopping and ridge, for drawn data of 12 rows whose columns are dependent, in the directions with λᵢ > 0.

    - k steps from zero keep 1 − (1 − ηλᵢ)ᵏ of β⁺.
    - Ridge, solved as a linear system, keeps λᵢ/(λᵢ + α).
    - With 0 < η ≤ 1/λₘₐₓ, k ≥ 1 and α = 1/(ηk) the first is at least the second and at most twice as much.
    - A single step of 1/λₘₐₓ at the steepest direction attains the two.
    """
    X, y, _ = problem(seed, 12, d, d - 1)
    f = least_squares(X, y)
    H, shortest = f.hess(None), np.linalg.pinv(X, rcond=1e-9) @ y
    lam, V = (a[..., 1:] for a in np.linalg.eigh(H))
    for lr, steps in ((part / lam[-1], k), (1 / lam[-1], k), (1 / lam[-1], 1)):
        kept = 1 - (1 - lr * lam) ** steps
        stopped = gradient_descent(f.grad, np.zeros(d), lr, steps, tol=0).x
        assert_allclose(V.T @ stopped, exactly(kept) * (V.T @ shortest), atol=1e-9)

        alpha = 1 / (lr * steps)
        shrunk = lam / (lam + alpha)
        ridge = np.linalg.solve(H + alpha * np.eye(d), 2 / 12 * X.T @ y)
        assert_allclose(V.T @ ridge, exactly(shrunk) * (V.T @ shortest), atol=1e-9)

        least, most = at_least(shrunk), 2 * shrunk
        assert (least <= kept * (1 + 1e-12)).all()
        assert (kept <= at_most(most) * (1 + 1e-12)).all()

    assert_allclose(kept[-1], most[-1])


class Counted:
    """A number that counts the multiplications it takes part in."""

    count = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        Counted.count += 1
        return Counted(self.value * other.value)

    def __add__(self, other):
        return Counted(self.value + other.value)

    def __sub__(self, other):
        return Counted(self.value - other.value)

    def __truediv__(self, other):
        return Counted(self.value / other.value)


def counting(work):
    """What a piece of work returns, and how many multiplications it took."""
    Counted.count = 0
    return work(), Counted.count


def less_products(start, a, b):
    for left, right in zip(a, b, strict=True):
        start = start - left * right
    return start


def cholesky_solve(G, b):
    """Solve G x = b for a triangle G, entry by entry, as with a pencil."""
    d, zero = len(b), Counted(0.0)
    R = [[zero] * d for _ in range(d)]
    for j in range(d):
        for i in range(j, d):
            left = less_products(G[i][j], R[i][:j], R[j][:j])
            R[i][j] = Counted(left.value**0.5) if i == j else left / R[j][j]
    z, x = [], [zero] * d
    for i in range(d):
        z.append(less_products(b[i], R[i][:i], z) / R[i][i])
    for i in reversed(range(d)):
        x[i] = less_products(z[i], [R[m][i] for m in range(i + 1, d)], x[i + 1 :]) / R[i][i]
    return x


@pytest.mark.parametrize(("n", "d"), [(5, 1), (6, 3), (9, 5), (12, 12)])
def test_closed_form_price(n, d):
    """The price of the closed form, counted with numbers that count, for drawn full X with n rows and d columns.

    - A gradient with Xᵀy at hand takes 2nd multiplications, and is the gradient.
    - One triangle of XᵀX takes nd(d + 1)/2; its Cholesky factor and the two triangular solves take
      (d³ − d)/6 + d(d − 1) together, and give the solution.
    - In units of a gradient the normal equations cost (d + 1)/4 + (d² − 1)/(12n) + (d − 1)/(2n).
    """
    rng = np.random.default_rng(n)
    X, beta, y = rng.normal(size=(n, d)), rng.normal(size=d), rng.normal(size=n)
    wrap = np.vectorize(Counted, otypes=[object])
    cX, cbeta, cXty = wrap(X), wrap(beta), wrap(X.T @ y)
    gradient, step = counting(lambda: cX.T @ (cX @ cbeta) - cXty)
    assert_allclose([2 / n * g.value for g in gradient], least_squares(X, y).grad(beta))
    assert step == exactly(2 * n * d)

    G, triangle = counting(lambda: [[cX[:, i] @ cX[:, j] for j in range(i + 1)] for i in range(d)])
    x, solving = counting(lambda: cholesky_solve(G, cXty))
    assert triangle == exactly(n * d * (d + 1) // 2)
    assert solving == exactly((d**3 - d) // 6 + d * (d - 1))
    assert_allclose([entry.value for entry in x], np.linalg.lstsq(X, y, rcond=None)[0], rtol=1e-6)

    assert_allclose((triangle + solving) / step, exactly((d + 1) / 4 + (d**2 - 1) / (12 * n) + (d - 1) / (2 * n)))
