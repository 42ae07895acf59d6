"""The claims of the chapter on what gradient descent does not do well, and what does."""

from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from scipy import optimize
from sharpening import at_most, exactly
from strategies import bowls, seeds

from gdtools import (
    adam,
    contraction,
    gradient_descent,
    momentum,
    nesterov,
    predicted_steps,
    quadratic,
    spectrum,
)

page = page_code("limits-and-remedies")


@given(seeds)
def test_separated_data(seed):
    """Separated data have no best fit, for the page's own logistic loss on drawn data that a drawn plane separates.

    - f(w) > 0 at a drawn w, and f(su) falls to 0: below 10⁻¹² where the least margin times s is 30.
    - The gradient vanishes nowhere: its part along u is negative at a drawn w.
    - At 0.1, 1 and 1.9 over L, and at 10/L, which is beyond the bound, the part along u grows at every step and the weights
      are longer after 4, 40 and 400 steps each time.
    """
    rng = np.random.default_rng(seed)
    X, u = rng.normal(size=(20, 3)), rng.normal(size=3)
    y = np.sign(X @ u)
    f, w = page.logistic(X, y, alpha=0), rng.normal(size=3)
    assert f(w) > 0
    assert 0 < f(30 / abs(X @ u).min() * u) < 1e-12

    assert u @ f.grad(w) < 0

    L = spectrum(X.T @ X / 20)[-1] / 4
    for part in (0.1, 1, 1.9, 10):
        hist = gradient_descent(f.grad, np.zeros(3), part / L, 400, 0).hist
        assert (np.diff(hist @ u) > 0).all()
        assert (np.diff(norm(hist[[4, 40, 400]], axis=1)) > 0).all()


def stride_bound(beta1, beta2):
    """Adam's largest stride, in units of η."""
    return (1 - beta1) / np.sqrt((1 - beta2) * (1 - beta1**2 / beta2))


def strides(gradients, beta1, beta2):
    """How far Adam moves in each step for η = 1, when it is fed these gradients, one coordinate a column."""
    feed = iter(gradients)
    start = np.zeros(gradients.shape[1])
    hist = adam(lambda x: next(feed), start, 1, len(gradients), 0, beta1=beta1, beta2=beta2, eps=1e-150).hist
    return abs(np.diff(hist, axis=0))


@given(seeds, st.floats(0.1, 0.95), st.floats(0.1, 0.9))
def test_adam_stride(seed, beta1, part):
    """Adam's largest stride, for drawn β₁ and β₂ with β₁² < β₂ < 1.

    - No move exceeds (1 − β₁)/√((1 − β₂)(1 − β₁²/β₂)) η: for gradients that are normal, that span many sizes, and that
      grow by β₂/β₁ a step, over 300 steps.
    - The last ones come within a millionth of it, as soon as the corrections and β₁²/β₂ to the power of the step are 1.
    - With the usual constants it is 7.27 η, and the growing gradients reach that to 1 % in 4000 steps. A single gradient
      after zeros moves by 3.16 η.
    """
    beta2, rng = beta1**2 + part * (1 - beta1**2), np.random.default_rng(seed)
    growing = np.maximum((beta2 / beta1) ** np.arange(-299.0, 1), 1e-140)  # whose squares are numbers still
    gradients = np.column_stack([rng.normal(size=300), rng.normal(size=300) * 10 ** rng.uniform(-3, 3, 300), growing])
    moves = strides(gradients, beta1, beta2)
    bound = at_most(stride_bound(beta1, beta2))
    assert moves.max() <= bound * (1 + 1e-9)

    if max(beta1, beta2, beta1**2 / beta2) ** 300 < 1e-7:
        assert_allclose(moves[-1, 2], bound, rtol=1e-6)

    assert f"{stride_bound(0.9, 0.999):.2f}" == "7.27"
    assert_allclose(usual_strides(), np.array([7.27, 3.16]) * np.sqrt(1 - 0.999**4000), rtol=0.001)


@cache
def usual_strides():
    """The last of 4000 strides with the usual constants, for gradients that grow and for a single one after zeros."""
    growing, single = np.maximum((0.999 / 0.9) ** np.arange(-3999.0, 1), 1e-140), np.append(np.zeros(3999), 1)
    return strides(np.column_stack([growing, single]), 0.9, 0.999)[-1]


@given(bowls(10), seeds, st.floats(0.5, 0.9), st.floats(0.01, 1))
def test_adam_rest(bowl, seed, beta1, lr):
    """When Adam can rest, for a drawn quadratic, β₁ from 0.5 to 0.9 and η, from a start of 10⁻³⁰ η beside the minimiser.

    Two runs in one, on 0.98 A and on 1.02 A, with ε such that ηL/ε would be 2(1 + β₁)/(1 − β₁) on A: a bound that
    is 2 % off on either side fails.

    - Below the bound the error stays below a thousandth of η for 1000 steps, and its last hundred are nearer than
      the start. On the way the corrections of the first steps multiply so small a start by up to 10¹³.
    - Above it the error grows beyond that.
    - With β₁ = 0.9 the bound is 38.
    """

    def bound(beta1):
        return 2 * (1 + beta1) / (1 - beta1)

    A, lam, _ = bowl
    both, eps = quadratic(np.kron(np.diag([0.98, 1.02]), A)), lr * lam[-1] / exactly(bound(beta1))
    start = 1e-30 * lr * np.random.default_rng(seed).normal(size=len(lam))
    hist = adam(both.grad, np.tile(start, 2), lr, 1000, 0, beta1=beta1, eps=eps).hist
    rests, bursts = norm(hist.reshape(1001, 2, len(lam)), axis=2).T
    assert rests.max() < 1e-3 * lr
    assert rests[-100:].max() < norm(start)

    assert bursts.max() >= 1e-3 * lr

    assert_allclose(bound(0.9), 38)


def theorems_say(name):
    """Gradients on one of the page's problems at the step and memory that the theorems call best."""
    f, x0, start, end = page.problems[name]
    L, mu, budget = spectrum(start)[-1], spectrum(end)[0], (20_000, 1e-6 * norm(f.grad(x0)))
    ball, beta = 4 / (np.sqrt(L) + np.sqrt(mu)) ** 2, (np.sqrt(L / mu) - 1) / (np.sqrt(L / mu) + 1)
    return {
        "plain": gradient_descent(f.grad, x0, 2 / (mu + L), *budget, record=0).n_steps,
        "heavy ball": momentum(f.grad, x0, ball, *budget, beta=beta**2, record=0).n_steps,
        "Nesterov": nesterov(f.grad, x0, 1 / L, *budget, beta=beta, record=0).n_steps,
    }


def gradients_needed(name):
    """Gradients of each method on one of the page's problems, by the page's own code, until the norm is a millionth."""
    f, x0, start, end = page.problems[name]
    tol = 1e-6 * norm(f.grad(x0))
    runs = page.by_theory(f, x0, start, end, tol) | {"Adam": page.scan_adam(f, x0, tol)[0]}
    runs["Adam at 0.1"] = adam(f.grad, x0, 0.1, 6000, tol)
    assert {run.stopped for run in runs.values()} == {"converged"}
    by_scipy = {method: page.by_scipy(f, x0, method, tol) for method in ("CG", "BFGS")}
    if name != "logistic":
        by_scipy["linear CG"] = page.linear_cg(start, f.grad(x0))
    return {method: run.n_steps for method, run in runs.items()} | by_scipy


def test_remedies_counted():
    """The remedies, counted, on the page's own three problems.

    - The plain method, the heavy ball and Nesterov run at the step and memory of their theorems.
    - The heavy ball, Nesterov, Adam at its best step, nonlinear CG and BFGS each need at most a tenth of the plain method's
      gradients.
    - The rotation changes the plain method's and the momenta's counts by at most 2. Jacobi needs at most 3 gradients
      along the axes, and on the rotated problem more than nine tenths of the plain method's.
    - Adam at η = 0.1 needs more than three times as many on the rotated problem as on the aligned one.
    - Jacobi needs the fewest on the aligned quadratic, BFGS on the other two, and on the logistic loss Jacobi less than
      one and a half times as many as BFGS.
    - Linear CG needs at most 70 products on either quadratic, nonlinear CG more than four times as many gradients.
    """
    names = ("aligned", "rotated", "logistic")
    aligned, rotated, logistic = counts = [gradients_needed(name) for name in names]
    assert all(theorems_say(name).items() <= counted.items() for name, counted in zip(names, counts, strict=True))

    for problem in counts:
        for method in ("heavy ball", "Nesterov", "Adam", "CG", "BFGS"):
            assert problem[method] <= problem["plain"] / 10

    for method in ("plain", "heavy ball", "Nesterov"):
        assert abs(aligned[method] - rotated[method]) <= 2
    assert aligned["Jacobi"] <= 3
    assert rotated["Jacobi"] > 0.9 * rotated["plain"]

    assert rotated["Adam at 0.1"] > 3 * aligned["Adam at 0.1"]

    methods = ("plain", "Jacobi", "heavy ball", "Nesterov", "Adam", "CG", "BFGS")
    assert [min(methods, key=problem.get) for problem in counts] == ["Jacobi", "BFGS", "BFGS"]
    assert logistic["Jacobi"] < 1.5 * logistic["BFGS"]

    for problem in (aligned, rotated):
        assert problem["linear CG"] <= 70
        assert problem["CG"] > 4 * problem["linear CG"]


def test_bfgs_counts():
    """Quasi-Newton on Rosenbrock's valley, from (−1.2, 1) to a gradient below 10⁻⁶.

    - BFGS evaluates fewer than 60 gradients.
    - Gradient descent with 1/L and with 1.9/L, L the largest curvature at the minimum, needs more than 10 000.
    """
    start, L = np.array([-1.2, 1.0]), spectrum(optimize.rosen_hess(np.ones(2)))[-1]
    bfgs = optimize.minimize(optimize.rosen, start, jac=optimize.rosen_der, method="BFGS", options={"gtol": 1e-6})
    assert norm(bfgs.jac) < 1e-6
    assert bfgs.njev < 60

    for c in (1, 1.9):
        run = gradient_descent(optimize.rosen_der, start, c / L, 50000, 1e-6, record=0)
        assert run.stopped == "converged"
        assert run.n_steps > 10000


@given(st.floats(0.3, 3), st.floats(1, 5), st.floats(0.1, 0.9), st.floats(-0.9, 0.9), seeds)
def test_noise_floor(mu, kappa, part, mix, seed):
    """The noise floor, for a drawn quadratic of two variables with κ up to 5, and noise of a drawn covariance C.

    - With 0 < η < 2/L the excess of f tends to Σ ησᵢ²/(2(2 − ηλᵢ)), σᵢ² the variance along vᵢ, to a millionth. Means
      of independent noises add up, so the mean excess is the sum, over all steps, of what one noise at the first step
      leaves: of runs from the minimiser that are pushed once, by each column of a root of C.
    - The excess averaged over 4000 runs with normal noise is that, to 12 %, which is five times the scatter of such a mean.
    - For a tiny η that is η/4 times the sum of the variances, to a thousandth.
    """
    lam, rng, m = np.array([mu, kappa * mu]), np.random.default_rng(seed), 4000
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    A, C = turn @ np.diag(lam) @ turn.T, np.array([[1.0, 2 * mix], [2 * mix, 4.0]])
    f, root, lr = quadratic((A + A.T) / 2), np.linalg.cholesky(C), part * 2 / lam[-1]
    rate = contraction(lam, lr)
    variances, tiny = np.diag(turn.T @ C @ turn), 1e-4 / lam[-1]

    def floor(lr):
        return exactly(np.sum(lr * variances / (2 * (2 - lr * lam))))

    pushes = iter([root, *[0.0] * 10_000])
    pushed = gradient_descent(lambda x: f.grad(x) + next(pushes), np.zeros((2, 2)), lr, predicted_steps(rate, 1e-5), 0)
    assert_allclose(sum(f(x).sum() for x in pushed.hist), floor(lr), rtol=1e-6)

    def noisy(x):
        return f.grad(x) + root @ rng.normal(size=x.shape)

    x = gradient_descent(noisy, np.ones((2, m)), lr, predicted_steps(rate, np.exp(-8)), 0, record=0).x
    assert_allclose(f(x).mean(), floor(lr), rtol=0.12)

    assert_allclose(floor(tiny), exactly(tiny / 4 * np.trace(C)), rtol=1e-3)


@given(st.floats(0.1, 10), st.floats(-10, 10), st.floats(-10, 10), st.floats(0.1, 10), st.integers(1, 60), seeds)
def test_robbins_monro_mean(lam, x0, star, sigma, k, seed):
    """A shrinking step is a mean, for a drawn λ, start, minimiser and noise, and k from 1 to 60.

    - With ηⱼ = 1/(λ(j + 1)) the error is minus the mean of the first k noises over λ, in each of 4000 runs.
    - Its mean square is σ²/(λ²k): each noise alone, of size σ, leaves an error whose square is that over k, and the
      variances of independent noises add up. The sample's mean square is that to 12 %.
    """
    xi = sigma * np.random.default_rng(seed).normal(size=(k, 4000))
    starts, schedule = np.full(4000, x0), lambda j: 1 / (lam * (j + 1))

    def run(noises, starts):
        noise = iter(noises)
        return gradient_descent(lambda x: lam * (x - star) + next(noise), starts, schedule, k, 0).x - star

    error, close = run(xi, starts), 1e-9 * (1 + abs(x0) + sigma) / min(lam, 1)
    assert_allclose(error, exactly(-xi.sum(axis=0) / (lam * k)), atol=close)

    alone = run(sigma * np.eye(k), np.full(k, star))
    variance = exactly(sigma**2 / (lam**2 * k))
    assert_allclose(np.sum(alone**2), variance, rtol=1e-6)
    assert_allclose(np.mean(error**2), variance, rtol=0.12)
