"""The claims of the chapter on conditioning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from strategies import bowls, dimensions, fractions, seeds

from gdtools import (
    best_step,
    condition_number,
    contraction,
    gradient_descent,
    gradient_error,
    least_squares,
    momentum,
    predicted_steps,
    quadratic,
    spectrum,
    step_bound,
)

page = page_code("conditioning")


@given(bowls(1e4), st.floats(1e-8, 0.5))
def test_steps_grow_with_kappa(bowl, eps):
    """The price of the condition number, for a drawn A with κ up to 10⁴ and ε from 10⁻⁸ to ½, for both steps.

    - The rates are (κ − 1)/(κ + 1) at 2/(μ + L) and 1 − 1/κ at 1/L, and k is log(1/ε)/log(1/rate), rounded up.
    - It is at most κ/2 · log(1/ε) or κ log(1/ε), rounded up; and at least 97 % of that for κ ≥ 20.
    - k steps leave at most ε of the error in every direction.
    - From a start along the flattest eigenvector one step fewer leaves more than ε, to rounding;
      where k is below 300, a run says the same.
    """
    A, lam, V = bowl
    kappa = lam[-1] / lam[0]
    for lr, rate, bound in (
        (best_step(A), (kappa - 1) / (kappa + 1), kappa / 2 * np.log(1 / eps)),
        (1 / lam[-1], 1 - 1 / kappa, kappa * np.log(1 / eps)),
    ):
        assert_allclose(contraction(lam, lr), rate, rtol=1e-9)
        k = predicted_steps(rate, eps)

        assert k <= np.ceil(bound * (1 + 1e-12))
        assert k >= 0.97 * bound or kappa < 20

        left = abs(1 - lr * lam) ** k  # of each direction, by one-multiplier-per-direction
        assert left.max() <= eps * (1 + 1e-6)

        assert abs(1 - lr * lam[0]) ** (k - 1) >= eps * (1 - 1e-6)
    if k < 300:
        hist = gradient_descent(quadratic(A).grad, V[:, 0], lr, k, tol=0).hist
        assert norm(hist[-1]) <= eps * (1 + 1e-6) + 1e-12
        assert norm(hist[-2]) >= eps * (1 - 1e-6) - 1e-12


@pytest.mark.parametrize("kappa", [10, 100, 1000, 10_000, 100_000])
def test_steps_measured(kappa):
    """Steps grow like κ: the page's own count, for each κ of its figure and both of its steps.

    - The steps are 2/(1 + κ) and 1/κ, and the bound is that of steps-grow-with-kappa for ε = 1/100.
    - The count lies between one half of the bound and the bound. Long runs are recorded at every two-thousandth part
      of the bound, so the count is rounded up by no more than that, and the half is asked with so much to spare.
    """
    assert kappa in page.kappas
    assert_allclose([rule(kappa) for rule in page.step_rules.values()], [2 / (1 + kappa), 1 / kappa])
    for rule in page.step_rules.values():
        bound = predicted_steps(contraction([1, kappa], rule(kappa)), 0.01)

        assert 0.501 * bound < page.count_steps(gradient_descent, kappa, rule(kappa), bound) <= bound


@pytest.mark.parametrize(("n", "kappa"), [(7, "25.27"), (15, "103.09"), (31, "414.35"), (63, "1659.4")])
def test_laplacian_spectrum(n, kappa):
    """The spectrum of the rod, for the page's own matrix on n points.

    - Its eigenvectors are sin(ijπh), its eigenvalues (4/h²) sin²(jπh/2), j = 1 … n, and there are no others.
    - κ = cot²(πh/2), with the digits that the page prints.
    - κ is 4/(πh)² − 2/3 up to 0.2 h².
    """
    A, h, j = page.laplacian(n), 1 / (n + 1), np.arange(1, n + 1)
    V, lam = np.sin(np.outer(j, j) * np.pi * h), 4 / h**2 * np.sin(j * np.pi * h / 2) ** 2
    assert_allclose(A @ V, V * lam, atol=1e-9 * lam[-1])
    assert_allclose(spectrum(A), lam, rtol=1e-9)

    assert_allclose(condition_number(A), 1 / np.tan(np.pi * h / 2) ** 2, rtol=1e-9)
    assert f"{condition_number(A):.{len(kappa.split('.')[1])}f}" == kappa

    assert abs(condition_number(A) - (4 / (np.pi * h) ** 2 - 2 / 3)) < 0.2 * h**2


@given(bowls(1e4), seeds, dimensions)
def test_kappa_from_units(bowl, seed, d):
    """The diagonal is a lower bound, for a drawn H with κ up to 10⁴ and for drawn data with columns of unequal size.

    - κ is at least the quotient of the largest and the smallest diagonal entry; a diagonal H meets the bound.
    - For least squares Hⱼⱼ is twice the mean square of column j, and so κ, which is the square of the condition number
      of X, is at least the quotient of the largest and the smallest mean square.
    """
    A, lam, _ = bowl
    for H in (A, np.diag(lam)):
        assert condition_number(H) >= np.diag(H).max() / np.diag(H).min() * (1 - 1e-9)

    rng = np.random.default_rng(seed)
    X = rng.normal(size=(20, d)) * 10 ** rng.uniform(-2, 2, d)
    H, mean_square = least_squares(X, np.ones(20)).hess(None), (X**2).mean(axis=0)
    assert_allclose(np.diag(H), 2 * mean_square)
    assert_allclose(condition_number(H), np.linalg.cond(X) ** 2, rtol=1e-3)
    assert np.linalg.cond(X) ** 2 >= mean_square.max() / mean_square.min() * (1 - 1e-9)


@given(seeds, st.floats(-0.999, 0.999))
def test_standardised_pair(seed, mix):
    """Two standardised columns, for drawn columns of drawn units and offsets, standardised by the page's own code.

    - With r their correlation the Hessian has the eigenvalues 2(1 − |r|), 2 and 2(1 + |r|).
    - κ = (1 + |r|)/(1 − |r|).
    """
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, 30))
    columns = np.array([a, mix * a + np.sqrt(1 - mix**2) * b]) * 10 ** rng.uniform(-3, 3, (2, 1)) + rng.normal(size=(2, 1))
    Z = page.standardise(np.column_stack([np.ones(30), *columns]))
    H = least_squares(Z, np.ones(30)).hess(None)
    r = abs(np.corrcoef(columns)[0, 1])
    assert_allclose(spectrum(H), [2 * (1 - r), 2, 2 * (1 + r)], atol=1e-8)

    assert_allclose(condition_number(H), (1 + r) / (1 - r), rtol=1e-6)


@given(bowls(), seeds, fractions)
def test_preconditioning_is_rescaling(bowl, seed, part):
    """Preconditioning is a change of variables, for a drawn quadratic f and a drawn invertible S, P = SSᵀ.

    - The gradient of g(z) = f(Sz) is Sᵀ∇f(Sz); with it, x ← x − ηP∇f(x) from Sz₀ visits Szₖ, zₖ descent on g.
    - Its rate is that of SᵀHS, in the variable z.
    - The eigenvalues of SᵀHS are those of PH.
    - With P = H⁻¹ the condition number is 1, and one step with η = 1 arrives.
    """
    A, lam, V = bowl
    d, rng = len(lam), np.random.default_rng(seed)
    S = np.linalg.qr(rng.normal(size=(d, d)))[0] * rng.uniform(0.3, 3, d)  # invertible, not symmetric
    P, f, z0 = S @ S.T, quadratic(A, rng.normal(size=d)), rng.normal(size=d)
    inner = S.T @ A @ S
    inner = (inner + inner.T) / 2
    lr = part * step_bound(inner)
    assert gradient_error(lambda z: f(S @ z), lambda z: S.T @ f.grad(S @ z), z0) < 1e-6
    z = gradient_descent(lambda z: S.T @ f.grad(S @ z), z0, lr, 30, tol=0).hist
    x = gradient_descent(lambda x: P @ f.grad(x), S @ z0, lr, 30, tol=0).hist
    scale = abs(x).max()
    assert_allclose(x, z @ S.T, atol=1e-9 * scale)

    error = norm((x - f.minimisers[0]) @ np.linalg.inv(S).T, axis=1)
    assert (error[1:] <= contraction(inner, lr) * error[:-1] + 1e-9 * error[0]).all()

    assert_allclose(np.sort(np.linalg.eigvals(P @ A).real), spectrum(inner), rtol=1e-6)

    newton, root = (V / lam) @ V.T, V / np.sqrt(lam)
    assert_allclose(condition_number((root.T @ A @ root + (root.T @ A @ root).T) / 2), 1, rtol=1e-9)
    one_step = gradient_descent(lambda x: newton @ f.grad(x), S @ z0, 1.0, 1).x
    assert_allclose(one_step, f.minimisers[0], atol=1e-9 * (scale + norm(f.minimisers[0])))


@given(bowls(1e4), seeds)
def test_momentum_square_root(bowl, seed):
    """The square root of the condition number, for a drawn A with κ up to 10⁴, with the claim's η and β = r².

    - ‖eₖ‖ ≤ (1 + 2k) rᵏ ‖e₀‖ for 400 steps, in the coordinates of the eigenvectors; in others the run is the same.
    - r is the asymptotic rate in every direction: both roots of its recursion of two terms have the modulus r.
      Along the flattest one the error never falls below rᵏ times the first, so r is no mere bound.
    """
    A, lam, V = bowl
    root, e0 = np.sqrt(lam[-1] / lam[0]), np.random.default_rng(seed).normal(size=len(lam))
    r, lr = (root - 1) / (root + 1), 4 / (np.sqrt(lam[-1]) + np.sqrt(lam[0])) ** 2
    k = np.arange(401)
    hist = momentum(lambda e: lam * e, e0, lr, 400, tol=0, beta=r**2).hist
    assert (norm(hist, axis=1) <= (1 + 2 * k) * r**k * norm(e0) * (1 + 1e-6) + 1e-12 * norm(e0)).all()
    turned = momentum(quadratic(A).grad, V @ e0, lr, 50, tol=0, beta=r**2).hist
    assert_allclose(turned @ V, hist[:51], atol=1e-8 * norm(e0))

    for value in lam:
        roots = np.roots([1, -(1 + r**2 - lr * value), r**2])
        assert_allclose(abs(roots), r, rtol=1e-4)
    assert (abs(hist[:, 0]) >= r**k * abs(e0[0]) * (1 - 1e-6) - 1e-12 * norm(e0)).all()
