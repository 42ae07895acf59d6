"""The claims of the chapter on what gradient descent does not do well, and what does."""

import numpy as np
from hypothesis import assume, given
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from scipy import optimize
from sharpening import at_most, exactly
from strategies import bowls, dimensions, fractions, seeds, waves

from gdtools import (
    adam,
    contraction,
    gradient_descent,
    momentum,
    nesterov,
    projected_gradient,
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


def ball(z):
    """The point of the unit ball nearest to z."""
    return z / max(1, norm(z))


@given(seeds, dimensions)
def test_nearest_point(seed, d):
    """The nearest point, for drawn z and z' and the page's x ≥ 0, a box, the unit ball and a drawn Bx = b.

    - (z − p)·(u − p) ≤ 0 at p = P(z) for 50 drawn u in the set, and none of them is as near.
    - At a drawn p of the set that is not P(z) the inequality fails for u = P(z).
    - ‖P(z) − P(z')‖ ≤ ‖z − z'‖, with equality for two points of the set, so no smaller constant will do.
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, d)
    B, b = rng.normal(size=(rows, d)), rng.normal(size=rows)
    z, other = 3 * rng.normal(size=(2, d))
    inverse = np.linalg.pinv(B)
    sets = (page.clip, lambda z: np.clip(z, -1, 1), ball, lambda z: z - inverse @ (B @ z - b))
    for project in sets:
        p = project(z)
        scale = 1e-9 * (1 + norm(p)) * np.linalg.cond(B)
        for u in map(project, 3 * rng.normal(size=(50, d))):
            assert (z - p) @ (u - p) <= scale * (1 + norm(u))
            assert norm(z - u) >= norm(z - p) - scale
            if norm(u - p) > 1e-3:
                assert (z - u) @ (p - u) > 0

        stretch = at_most(1)
        assert norm(p - project(other)) <= stretch * norm(z - other) + scale
        q, u = project(other), project(p + (project(other) - p) / 2)
        assert_allclose(norm(project(q) - project(u)), stretch * norm(q - u), atol=scale)


@given(bowls(), seeds, fractions)
def test_constrained_stationarity(bowl, seed, part):
    """What the projected method stops at, for a drawn quadratic, on x ≥ 0 and on a drawn Bx = b.

    The solutions come from other solvers, `nnls` and the linear system of Lagrange's conditions. The equivalence is tried
    on other sets, the unit ball and a box, and for a sum of sines, which is neither quadratic nor convex.

    - At a solution x = P(x − η∇f(x)) for a short η and for one a hundred times as long, and no allowed direction,
      towards two drawn points of the set, goes downhill. At a drawn point that is no solution one does, and
      neither η leaves it in place.
      The same holds where 5000 steps on the sum of sines end, in the ball and in the box.
    - For x ≥ 0: ∇f(x) ≥ 0 with xᵢ∂ᵢf(x) = 0. For Bx = b: ∇f(x) = Bᵀν. Conversely, a drawn x with a gradient of that kind
      is left in place by any step.
    - With 0 < η < 2/L the distance to the solution shrinks at least by max |1 − ηλᵢ|, for 50 steps; where the constraint
      does not bind, from a start along the slowest direction, it shrinks by no more.
    """
    A, lam, V = bowl
    d, rng, lr = len(lam), np.random.default_rng(seed), part * 2 / lam[-1]
    f, rows = quadratic(A, A @ rng.normal(size=d)), seed % (d - 1) + 1
    rate = at_most(contraction(A, lr))
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
        assert (error[1:] <= rate * error[:-1] + 1e-8 * scale / lam[-1]).all()

    g = f.grad(nonneg)
    assert (g >= -1e-7 * scale).all()
    assert abs(nonneg * g).max() <= 1e-7 * scale * (1 + norm(nonneg))
    assert_allclose(f.grad(lagrange), exactly(B.T @ nu), atol=1e-7 * scale)

    x = np.maximum(rng.normal(size=d), 0)
    wanted = np.where(x > 0, 0, rng.uniform(size=d))
    assert_allclose(page.clip(x - lr * wanted), x)
    x = onto(x)
    assert_allclose(onto(x - lr * B.T @ nu), x, atol=1e-8 * scale * max(1, lr))

    slowest = V[:, np.argmax(abs(1 - lr * lam))]
    far = quadratic(A, A @ np.full(d, 10.0))
    hist = projected_gradient(far.grad, page.clip, np.full(d, 10.0) + slowest, lr, 2, 0).hist
    error = norm(hist - 10, axis=1)
    assert_allclose(error[1:], rate * error[:-1], rtol=1e-6, atol=1e-12)

    sizes = rng.uniform(0.5, 1, d)
    sines = waves(sizes, rng.uniform(0, 7, d))
    for project in (ball, lambda z: np.clip(z, -1, 1)):
        run = projected_gradient(sines.grad, project, project(rng.normal(size=d)), 1, 5000, 1e-10)
        assume(run.stopped == "converged")
        for eta in (0.01, 1, 100):
            assert_allclose(project(run.x - eta * sines.grad(run.x)), run.x, atol=1e-6)
        for u in map(project, 2 * rng.normal(size=(20, d))):
            assert sines.grad(run.x) @ (u - run.x) >= -1e-8
        inside = 0.5 * run.x + 0.1 * ball(rng.normal(size=d))
        if norm(sines.grad(inside)) > 1e-3:
            assert norm(project(inside - 0.01 * sines.grad(inside)) - inside) > 1e-6
