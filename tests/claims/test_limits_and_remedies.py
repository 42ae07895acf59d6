"""The claims of the chapter on what gradient descent does not do well, and what does."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from scipy import optimize
from strategies import bowls, fractions, seeds

from gdtools import (
    adam,
    condition_number,
    contraction,
    gradient_descent,
    momentum,
    nesterov,
    predicted_steps,
    projected_gradient,
    quadratic,
    spectrum,
)

page = page_code("limits-and-remedies")


@given(bowls(), seeds, st.floats(0.05, 0.95), st.floats(0.1, 0.9), st.floats(1e-3, 1e3))
def test_armijo_step(bowl, seed, c, tau, first):
    """Backtracking finds a useful step: the page's own search, for a drawn quadratic, c, τ and first trial.

    - It ends, and steps against the gradient by the t that it accepts.
    - f(x − t∇f(x)) ≤ f(x) − c t ‖∇f(x)‖².
    - t ≥ min{first, 2(1 − c)τ/L}; and along the steepest direction no t above 2(1 − c)/L is accepted.
    """
    A, lam, V = bowl
    f = quadratic(A)
    for x in (np.random.default_rng(seed).normal(size=len(lam)), V[:, -1]):
        g, accepted = f.grad(x), []
        after = page.backtracking(f, first, c, tau, accepted)(x, g, 0)
        (t,) = accepted
        assert_allclose(after, x - t * g)

        assert f(after) <= f(x) - c * t * (g @ g)

        assert t >= (1 - 1e-9) * min(first, 2 * (1 - c) * tau / lam[-1])
    assert t <= (1 + 1e-9) * 2 * (1 - c) / lam[-1]


def root_radius(eta_lam, beta):
    """The spectral radius of the heavy ball's block in one direction."""
    return abs(np.linalg.eigvals([[1 + beta - eta_lam, -beta], [1, 0]])).max()


def beside(far):
    """Numbers about 0, many of them just inside or outside of -1 and 1."""
    return st.floats(-far, far) | st.sampled_from([-1.001, -0.999, 0.999, 1.001])


@settings(max_examples=400)
@given(beside(1.2), beside(1.3), st.floats(0.05, 1))
def test_momentum_triangle(s, t, r):
    """Where the roots are, for a drawn radius 0 < r ≤ 1 and for r = 1, with β = s r² and 1 + β − ηλ = t (r + β/r).

    - Both roots lie in the disc of radius r if and only if |β| ≤ r² and |1 + β − ηλ| ≤ r + β/r. Draws within a
      millionth of equality are left out, so that this is the open disc as well.
    - With equality in either the larger root lies on its border, so the two discs differ there.
    - The direction converges if and only if |β| < 1 and 0 < ηλ < 2(1 + β).
    - For (1 − √β)² ≤ ηλ ≤ (1 + √β)² the modulus is √β.
    - The page's formula for the larger modulus agrees with the eigenvalues.
    """
    for disc in (r, 1):
        beta = s * disc**2
        b = t * (disc + beta / disc)
        eta_lam = 1 + beta - b
        margins = np.array([disc**2 - abs(beta), disc + beta / disc - abs(b)])
        assume(abs(margins).min() > 1e-6)
        radius = root_radius(eta_lam, beta)
        assert (radius <= disc) == (margins > 0).all()

        p, q = np.clip([s, t], -1, 1)
        for other, b in ((disc**2, 2 * disc * q), (p * disc**2, disc * (1 + p)), (p * disc**2, -disc * (1 + p))):
            assert_allclose(root_radius(1 + other - b, other), disc, rtol=1e-6)

        assert (radius < 1) == (abs(beta) < 1 and 0 < eta_lam < 2 * (1 + beta))

        if beta > 0 and (1 - beta**0.5) ** 2 <= eta_lam <= (1 + beta**0.5) ** 2:
            assert_allclose(radius, beta**0.5, rtol=1e-6)

        assert_allclose(page.radius(eta_lam, beta), radius, atol=1e-6)


@given(st.floats(0.1, 10), st.floats(1.5, 1e4), st.floats(0.01, 4), st.floats(-0.99, 0.99), fractions, seeds)
def test_heavy_ball_rate(mu, kappa, other_step, other_beta, part, seed):
    """The best heavy ball, for drawn μ and κ from 1.5 to 10⁴ and a third eigenvalue between μ and L.

    - At the claim's η and β the radius is √β = (√κ − 1)/(√κ + 1) in every direction.
    - No drawn step and memory have a smaller worst radius, and 2 % more or less of either makes it larger.
    - A run from a drawn start keeps (1 + 2k) times that rate to the power k.
    """
    lam, root = mu * np.array([1, 1 + part * (kappa - 1), kappa]), np.sqrt(kappa)
    rate = (root - 1) / (root + 1)
    lr, beta = 4 / (np.sqrt(lam[-1]) + np.sqrt(mu)) ** 2, rate**2
    for value in lam:
        assert_allclose(root_radius(lr * value, beta), rate, rtol=1e-5)

    def worst(lr, beta):
        return max(root_radius(lr * value, beta) for value in lam)

    assert worst(other_step / lam[-1], other_beta) >= rate - 1e-6
    for step, memory in ((1.02 * lr, beta), (0.98 * lr, beta), (lr, 0.98 * beta), (lr, 1.02 * beta)):
        assert worst(step, memory) > rate

    e0, k = np.random.default_rng(seed).normal(size=3), np.arange(61)
    error = norm(momentum(quadratic(np.diag(lam)).grad, e0, lr, 60, tol=0, beta=beta).hist, axis=1)
    assert (error <= (1 + 2 * k) * rate**k * norm(e0) + 1e-12).all()


def nesterov_radius(eta_lam, beta):
    """The spectral radius of Nesterov's block in one direction."""
    q = 1 - eta_lam
    return abs(np.linalg.eigvals([[(1 + beta) * q, -beta * q], [1, 0]])).max()


@given(bowls(), seeds, fractions)
def test_nesterov_rate(bowl, seed, part):
    """Nesterov's rate, at η = 1/L and β = (√κ − 1)/(√κ + 1).

    - On a drawn quadratic no direction's radius exceeds 1 − 1/√κ, and at λ = μ it is that.
    - f(xₖ) − f(x*) ≤ (1 − 1/√κ)ᵏ [f(x₀) − f(x*) + ½μ‖x₀ − x*‖²] for 60 steps, on the quadratic and on the page's own
      logistic loss for drawn data, with μ its drawn ridge and L a quarter of the largest eigenvalue of XᵀX/n more.
    """
    A, lam, _ = bowl
    root = np.sqrt(lam[-1] / lam[0])
    radii = np.array([nesterov_radius(value / lam[-1], (root - 1) / (root + 1)) for value in lam])
    assert (radii <= 1 - 1 / root + 1e-6).all()
    assert_allclose(radii[0], 1 - 1 / root, atol=1e-6)

    rng = np.random.default_rng(seed)
    X, y, ridge = rng.normal(size=(20, 3)), np.sign(rng.normal(size=20)), 10 ** (-3 * part)
    cases = [
        (quadratic(A), rng.normal(size=len(lam)), lam[0], lam[-1]),
        (page.logistic(X, y, ridge), rng.normal(size=3), ridge, spectrum(X.T @ X / 20)[-1] / 4 + ridge),
    ]
    for f, x0, mu, L in cases:
        root = np.sqrt(L / mu)
        best = optimize.minimize(f, x0, jac=f.grad, method="BFGS", options={"gtol": 1e-12}).x
        best = best - np.linalg.solve(f.hess(best), f.grad(best))
        ahead = nesterov(f.grad, x0, 1 / L, 60, tol=0, beta=(root - 1) / (root + 1)).hist
        x = np.array([x0] + [p - f.grad(p) / L for p in ahead[:-1]])
        first = f(x0) - f(best) + mu / 2 * norm(x0 - best) ** 2
        gap = np.array([f(p) for p in x]) - f(best)
        assert (gap <= (1 - 1 / root) ** np.arange(61) * first * (1 + 1e-9) + 1e-12 * (1 + abs(f(x0)))).all()


@given(bowls(), seeds)
def test_rotation_invariance(bowl, seed):
    """Who notices a rotation.

    - Gradient descent, the heavy ball and Nesterov's method visit Qxₖ when they start at Qx₀ on f(Qᵀx): for a drawn
      orthogonal Q, on a drawn quadratic and on the page's own logistic loss, for 20 steps.
    - Adam does not, in general: on a valley with κ = 100, turned by 45°, it goes elsewhere.
    - Nor does Jacobi's preconditioning: it takes the κ of that valley to 1 along the axes, and leaves it when turned.
    """
    A, lam, _ = bowl
    rng, d, L = np.random.default_rng(seed), len(lam), lam[-1]
    Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    turned, x0 = Q @ A @ Q.T, rng.normal(size=d)
    X, y = rng.normal(size=(20, d)), np.sign(rng.normal(size=20))
    pairs = [(quadratic(A), quadratic((turned + turned.T) / 2), 1 / L), (page.logistic(X, y), page.logistic(X @ Q.T, y), 1)]
    for f, h, lr in pairs:
        for method, extra in ((gradient_descent, {}), (momentum, {"beta": 0.7}), (nesterov, {"beta": 0.7})):
            run = method(f.grad, x0, lr, 20, 0, **extra).hist
            other = method(h.grad, Q @ x0, lr, 20, 0, **extra).hist
            assert_allclose(other, run @ Q.T, atol=1e-9 * norm(x0))

    valley, x0, s = np.diag([1.0, 100.0]), np.array([1.0, 0.5]), np.sqrt(0.5)
    Q = np.array([[s, -s], [s, s]])
    turned = Q @ valley @ Q.T
    run, other = adam(quadratic(valley).grad, x0, 0.1, 20, 0).hist, adam(quadratic(turned).grad, Q @ x0, 0.1, 20, 0).hist
    assert abs(other - run @ Q.T).max() > 0.05

    assert condition_number(page.scaled(valley)) < 1.01
    assert condition_number(page.scaled(turned)) > 99


@given(bowls(10), seeds, st.floats(0.5, 0.9), st.floats(0.01, 1))
def test_adam_rest(bowl, seed, beta1, lr):
    """When Adam can rest, for a drawn quadratic, β₁ from 0.5 to 0.9 and η, from a start of 10⁻¹⁴ η beside the minimiser.

    Two runs in one, on 0.8 A and on 1.25 A, with ε such that ηL/ε would be 2(1 + β₁)/(1 − β₁) on A.

    - Below the bound the error stays below a thousandth of η for 1500 steps, and its last hundred are nearer than
      the start. On the way the corrections of the first steps multiply so small a start by up to 10⁷.
    - Above it the error grows beyond that.
    - With β₁ = 0.9 the bound is 38.
    """

    def bound(beta1):
        return 2 * (1 + beta1) / (1 - beta1)

    A, lam, _ = bowl
    both, eps = quadratic(np.kron(np.diag([0.8, 1.25]), A)), lr * lam[-1] / bound(beta1)
    start = 1e-14 * lr * np.random.default_rng(seed).normal(size=len(lam))
    hist = adam(both.grad, np.tile(start, 2), lr, 1500, 0, beta1=beta1, eps=eps).hist
    rests, bursts = norm(hist.reshape(1501, 2, len(lam)), axis=2).T
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
    return {method: run.n_steps for method, run in runs.items()} | by_scipy


def test_remedies_counted():
    """The remedies, counted, on the page's own three problems.

    - The plain method, the heavy ball and Nesterov run at the step and memory of their theorems.
    - The heavy ball, Nesterov, Adam at its best step, CG and BFGS each need at most a tenth of the plain method's
      gradients.
    - The rotation changes the plain method's and the momenta's counts by at most 2. Jacobi needs at most 3 gradients
      along the axes, and on the rotated problem more than nine tenths of the plain method's.
    - Adam at η = 0.1 needs more than three times as many on the rotated problem as on the aligned one.
    - Jacobi needs the fewest on the aligned quadratic, BFGS on the other two, and on the logistic loss Jacobi less than
      one and a half times as many as BFGS.
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
    """The noise floor, for a drawn quadratic of two variables with κ up to 5, and normal noise of a drawn covariance C.

    - With 0 < η < 2/L the excess of f, averaged over 4000 runs once at most e⁻⁸ of the first error is left, is
      Σ ηcᵢ/(2(2 − ηλᵢ)), cᵢ the variance along vᵢ, to 15 %.
    - For a tiny η that is η/4 · tr C, to a thousandth.
    """
    lam, rng, m = np.array([mu, kappa * mu]), np.random.default_rng(seed), 4000
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    A, C = turn @ np.diag(lam) @ turn.T, np.array([[1.0, 2 * mix], [2 * mix, 4.0]])
    f, root, lr = quadratic((A + A.T) / 2), np.linalg.cholesky(C), part * 2 / lam[-1]
    n_iter = predicted_steps(contraction(lam, lr), np.exp(-8))

    def noisy(x):
        return f.grad(x) + root @ rng.normal(size=x.shape)

    x = gradient_descent(noisy, np.ones((2, m)), lr, n_iter, 0, record=0).x
    c, tiny = np.diag(turn.T @ C @ turn), 1e-4 / lam[-1]

    def floor(lr):
        return np.sum(lr * c / (2 * (2 - lr * lam)))

    assert_allclose(f(x).mean(), floor(lr), rtol=0.15)

    assert_allclose(floor(tiny), tiny / 4 * np.trace(C), rtol=1e-3)


@given(st.floats(0.1, 10), st.floats(-10, 10), st.floats(-10, 10), st.floats(0.1, 10), st.integers(1, 60), seeds)
def test_robbins_monro_mean(lam, x0, star, sigma, k, seed):
    """A shrinking step is a mean, for a drawn λ, start, minimiser and noise, and k from 1 to 60.

    - With ηⱼ = 1/(λ(j + 1)) the error is minus the mean of the first k noises over λ, in each of 4000 runs.
    - Its mean square is σ²/(λ²k), to 15 %.
    """
    xi = sigma * np.random.default_rng(seed).normal(size=(k, 4000))
    noise = iter(xi)
    starts = np.full(4000, x0)
    x = gradient_descent(lambda x: lam * (x - star) + next(noise), starts, lambda j: 1 / (lam * (j + 1)), k, 0).x
    assert_allclose(x - star, -xi.sum(axis=0) / (lam * k), atol=1e-9 * (1 + abs(x0) + sigma) / min(lam, 1))

    assert_allclose(np.mean((x - star) ** 2), sigma**2 / (lam**2 * k), rtol=0.15)


@given(bowls(), seeds, fractions)
def test_constrained_stationarity(bowl, seed, part):
    """What the projected method stops at, for a drawn quadratic, on x ≥ 0 and on a drawn Bx = b.

    The solutions come from other solvers, `nnls` and the linear system of Lagrange's conditions.

    - At a solution x = P(x − η∇f(x)) for a short η and for one a hundred times as long, and no allowed direction,
      towards two drawn points of the set, goes downhill. At a drawn point that is no solution one does, and
      neither η leaves it in place.
    - For x ≥ 0: ∇f(x) ≥ 0 with xᵢ∂ᵢf(x) = 0. For Bx = b: ∇f(x) = Bᵀν.
    - With 0 < η < 2/L the distance to the solution shrinks at least by max |1 − ηλᵢ|, for 50 steps.
    """
    A, lam, _ = bowl
    d, rng, lr = len(lam), np.random.default_rng(seed), part * 2 / lam[-1]
    f, rows = quadratic(A, A @ rng.normal(size=d)), seed % (d - 1) + 1
    B, b = rng.normal(size=(rows, d)), rng.normal(size=rows)

    def onto(z):
        return z - B.T @ np.linalg.solve(B @ B.T, B @ z - b)

    root = np.linalg.cholesky(A)
    nonneg = optimize.nnls(root.T, np.linalg.solve(root, A @ f.minimisers[0]))[0]
    system = np.block([[A, -B.T], [B, np.zeros((rows, rows))]])
    lagrange, nu = np.split(np.linalg.solve(system, np.concatenate([A @ f.minimisers[0], b])), [d])
    scale = lam[-1] * (1 + norm(f.minimisers[0])) * (1 + norm(lagrange)) * np.linalg.cond(B) ** 2
    for project, truth in ((page.clip, nonneg), (onto, lagrange)):
        g = f.grad(truth)
        for eta in (lr, 100 * lr):
            assert_allclose(project(truth - eta * g), truth, atol=1e-8 * scale * max(eta, 1 / lam[-1]))
        for z in project(rng.normal(size=d)), project(10 * rng.normal(size=d)):
            assert g @ (z - truth) >= -1e-7 * scale * (1 + norm(z))
        x0 = project(rng.normal(size=d))
        wrong = project(x0 + 0.1 + rng.uniform(size=d))
        if norm(wrong - truth) > 1e-3 * (1 + norm(truth)):
            assert f.grad(wrong) @ (truth - wrong) < 0
            for eta in (lr, 100 * lr):
                assert norm(project(wrong - eta * f.grad(wrong)) - wrong) > 1e-9

        error = norm(projected_gradient(f.grad, project, x0, lr, 50, 0).hist - truth, axis=1)
        assert (error[1:] <= contraction(A, lr) * error[:-1] + 1e-8 * scale / lam[-1]).all()

    g = f.grad(nonneg)
    assert (g >= -1e-7 * scale).all()
    assert abs(nonneg * g).max() <= 1e-7 * scale * (1 + norm(nonneg))
    assert_allclose(f.grad(lagrange), B.T @ nu, atol=1e-7 * scale)
