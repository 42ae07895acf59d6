"""The claims of the chapter on what gradient descent does not do well, and what does."""

import numpy as np
from hypothesis import given
from numpy.linalg import norm
from page_code import page_code
from scipy import optimize
from strategies import seeds

from gdtools import (
    adam,
    gradient_descent,
    momentum,
    nesterov,
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
