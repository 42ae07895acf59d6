"""The claims of the chapter on conditioning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from sharpening import at_least, at_most, exactly
from strategies import bowls, dimensions, fractions, seeds

from gdtools import (
    best_step,
    condition_number,
    contraction,
    descend,
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
      where k is below 300, a run with either step says the same.
    """
    A, lam, V = bowl
    kappa = lam[-1] / lam[0]
    for lr, rate, simple in (
        (best_step(A), (kappa - 1) / (kappa + 1), kappa / 2),
        (1 / lam[-1], 1 - 1 / kappa, kappa),
    ):
        assert_allclose(contraction(lam, lr), exactly(rate), rtol=1e-9)
        k, bound = predicted_steps(rate, eps), at_most(simple * np.log(1 / eps))

        assert k <= np.ceil(bound * (1 + 1e-12))
        assert k >= 0.97 * bound or kappa < 20

        left = abs(1 - lr * lam) ** at_most(k)  # of each direction, by one-multiplier-per-direction
        assert left.max() <= eps * (1 + 1e-6)

        assert abs(1 - lr * lam[0]) ** at_least(k - 1) >= eps * (1 - 1e-6)
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
    V, lam = np.sin(np.outer(j, j) * np.pi * h), exactly(4 / h**2 * np.sin(j * np.pi * h / 2) ** 2)
    assert_allclose(A @ V, V * lam, atol=1e-9 * lam[-1])
    assert_allclose(spectrum(A), lam, rtol=1e-9)

    assert_allclose(condition_number(A), exactly(1 / np.tan(np.pi * h / 2) ** 2), rtol=1e-9)
    assert f"{condition_number(A):.{len(kappa.split('.')[1])}f}" == kappa

    leading, next_term = exactly(4 / (np.pi * h) ** 2), 2 / 3
    assert abs(condition_number(A) - (leading - exactly(next_term))) < 0.2 * h**2


@given(bowls(1e4), seeds, dimensions)
def test_kappa_from_units(bowl, seed, d):
    """The diagonal is a lower bound, for a drawn H with κ up to 10⁴ and for drawn data with columns of unequal size.

    - κ is at least the quotient of the largest and the smallest diagonal entry; a diagonal H meets the bound.
    - For least squares Hⱼⱼ is twice the mean square of column j, and so κ, which is the square of the condition number
      of X, is at least the quotient of the largest and the smallest mean square; orthogonal columns meet the bound.
    """
    A, lam, _ = bowl
    for H in (A, np.diag(lam)):
        assert condition_number(H) >= at_least(np.diag(H).max() / np.diag(H).min()) * (1 - 1e-9)

    rng = np.random.default_rng(seed)
    drawn, sizes = rng.normal(size=(20, d)), 10 ** rng.uniform(-2, 2, d)
    for X in (drawn * sizes, np.linalg.qr(drawn)[0] * sizes):
        H, mean_square = least_squares(X, np.ones(20)).hess(None), (X**2).mean(axis=0)
        assert_allclose(np.diag(H), exactly(2 * mean_square))
        assert_allclose(condition_number(H), exactly(np.linalg.cond(X) ** 2), rtol=1e-3)
        assert np.linalg.cond(X) ** 2 >= at_least(mean_square.max() / mean_square.min()) * (1 - 1e-9)


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
    assert_allclose(spectrum(H), exactly(np.array([2 * (1 - r), 2, 2 * (1 + r)])), atol=1e-8)

    assert_allclose(condition_number(H), exactly((1 + r) / (1 - r)), rtol=1e-6)


@given(bowls(), seeds, fractions)
def test_preconditioning_is_rescaling(bowl, seed, part):
    """Preconditioning is a change of variables, for a drawn quadratic, the same with a wave on it, and a drawn
    invertible S, P = SSᵀ.

    - With f̃(z) = f(Sz), whose gradient is Sᵀ∇f(Sz), x ← x − ηP∇f(x) from Sz₀ visits Szₖ, zₖ descent on f̃:
      on the quadratic and, for five steps, on the one with a wave.
    - On the quadratic its rate, in the variable z, is that of SᵀHS: no step leaves more of the error, and from a
      start along an extreme eigenvector each leaves exactly that.
    - The eigenvalues of SᵀHS are those of PH.
    - With P = H⁻¹, whatever S has SSᵀ = H⁻¹, the condition number is 1, and one step with η = 1 arrives.
    """
    A, lam, V = bowl
    d, rng = len(lam), np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    S = turn * rng.uniform(0.3, 3, d)  # invertible, not symmetric
    P, f, wave = S @ S.T, quadratic(A, rng.normal(size=d)), rng.normal(size=d)
    z0 = rng.normal(size=d)
    inner = S.T @ A @ S
    inner = (inner + inner.T) / 2
    lr = part * step_bound(inner)

    def wavy(x):
        return f(x) + lam[0] * np.cos(wave @ x)

    def wavy_grad(x):
        return f.grad(x) - lam[0] * np.sin(wave @ x) * wave

    def both(grad, n_iter):
        z = gradient_descent(lambda z: S.T @ grad(S @ z), z0, lr, n_iter, tol=0).hist
        return gradient_descent(lambda x: P @ grad(x), S @ z0, lr, n_iter, tol=0).hist, exactly(z @ S.T)

    assert gradient_error(lambda z: wavy(S @ z), lambda z: S.T @ wavy_grad(S @ z), z0) < 1e-5
    for grad, n_iter in ((f.grad, 30), (wavy_grad, 5)):  # the second may be chaotic
        x, shown = both(grad, n_iter)
        assert_allclose(x, shown, atol=1e-7 * abs(x).max())

    x = gradient_descent(lambda x: P @ f.grad(x), S @ z0, lr, 30, tol=0).hist
    error = norm((x - f.minimisers[0]) @ np.linalg.inv(S).T, axis=1)
    rate = at_most(contraction(inner, lr))
    assert (error[1:] <= rate * error[:-1] + 1e-9 * error[0]).all()
    left = [norm(v - lr * inner @ v) for v in np.linalg.eigh(inner)[1].T[[0, -1]]]
    assert_allclose(max(left), rate, rtol=1e-6, atol=1e-9)

    assert_allclose(np.sort(np.linalg.eigvals(P @ A).real), exactly(spectrum(inner)), rtol=1e-6)

    root = V / np.sqrt(lam) @ turn
    assert_allclose(root @ root.T @ A, np.eye(d), atol=1e-9 * lam[-1] / lam[0])
    newton = root.T @ A @ root
    assert_allclose(condition_number((newton + newton.T) / 2), exactly(1), rtol=1e-9)
    one_step = gradient_descent(lambda x: root @ root.T @ f.grad(x), S @ z0, exactly(1), 1).x
    assert_allclose(one_step, f.minimisers[0], atol=1e-9 * (norm(S @ z0) + norm(f.minimisers[0])))


@given(bowls(1e4), seeds)
def test_momentum_square_root(bowl, seed):
    """The square root of the condition number, for a drawn A with κ up to 10⁴, with the claim's η and β = q².

    - ‖eₖ‖ ≤ (1 + (1 + q)k) qᵏ ‖e₀‖ for 400 steps, in the coordinates of the eigenvectors; in others the run is the same.
    - Along the steepest eigenvector that is an equality, so the bound cannot be better.
    - q is the rate in the long run in every direction: both roots of its recursion of two terms have the modulus q.
      Along the flattest one the error never falls below qᵏ times the first, so q is no mere bound.
    """
    A, lam, V = bowl
    root, e0 = np.sqrt(lam[-1] / lam[0]), np.random.default_rng(seed).normal(size=len(lam))
    q, lr = (root - 1) / (root + 1), 4 / (np.sqrt(lam[-1]) + np.sqrt(lam[0])) ** 2
    k = np.arange(401)
    hist = momentum(lambda e: lam * e, e0, lr, 400, tol=0, beta=q**2).hist
    bound = at_most((1 + (1 + q) * k) * q**k)
    assert (norm(hist, axis=1) <= bound * norm(e0) * (1 + 1e-6) + 1e-12 * norm(e0)).all()
    assert_allclose(abs(hist[:, -1]), bound * abs(e0[-1]), rtol=1e-6, atol=1e-12 * norm(e0))
    turned = momentum(quadratic(A).grad, V @ e0, lr, 50, tol=0, beta=q**2).hist
    assert_allclose(turned @ V, hist[:51], atol=1e-8 * norm(e0))

    for value in lam:
        roots = np.roots([1, -(1 + q**2 - lr * value), q**2])
        assert_allclose(abs(roots), exactly(q), rtol=1e-4)
    assert (abs(hist[:, 0]) >= at_least(q) ** k * abs(e0[0]) * (1 - 1e-6) - 1e-12 * norm(e0)).all()


@given(seeds, dimensions, st.integers(1, 300), fractions)
def test_loss_without_kappa(seed, d, k, part):
    """The loss does not wait for the flattest, for drawn eigenvalues from 0 to L, some of them 0, and a drawn start.

    - The excess after k steps, of any size up to 2/L, is ½Σλᵢ(1 − ηλᵢ)²ᵏ(vᵢ·e₀)².
    - With η = 1/L it is at most L‖e₀‖²/(4k + 2) · (2k/(2k + 1))²ᵏ, and that is below L‖e₀‖²/(4k + 2).
    - A quadratic with the eigenvalue L/(2k + 1) meets the first bound, so no smaller number holds for all.
    """
    rng = np.random.default_rng(seed)
    V, L = np.linalg.qr(rng.normal(size=(d, d)))[0], 10 ** rng.uniform(-2, 2)
    lam = L * np.sort(np.concatenate([[0, 1], 10 ** rng.uniform(-4, 0, d - 2)]))
    A, star, e0 = (V * lam) @ V.T, rng.normal(size=d), rng.normal(size=d)

    def excess(lr, e0):
        e = gradient_descent(lambda x: A @ (x - star), star + e0, lr, k, tol=0).x - star
        return e @ A @ e / 2

    for lr in (part * 2 / L, 1 / L):
        expected = exactly((lam * (1 - lr * lam) ** (2 * k) * (V.T @ e0) ** 2).sum() / 2)
        assert_allclose(excess(lr, e0), expected, rtol=1e-6, atol=1e-12 * L * (e0 @ e0))

    def bound(square):  # of the first distance
        return at_most(L * square / (4 * k + 2) * (2 * k / (2 * k + 1)) ** (2 * k))

    assert excess(1 / L, e0) <= bound(e0 @ e0) * (1 + 1e-9)
    assert bound(e0 @ e0) < L * (e0 @ e0) / (4 * k + 2)

    flat = gradient_descent(lambda x: L / (2 * k + 1) * x, 1.0, 1 / L, k, tol=0).x
    assert_allclose(L / (2 * k + 1) * flat**2 / 2, bound(1), rtol=1e-9)


@given(bowls(1e3), seeds, st.integers(1, 24))
def test_chebyshev_steps(bowl, seed, n):
    """Chebyshev's steps, for a drawn A with κ up to 1000 and n up to 24, by the page's own `chebyshev`.

    - The page's steps are those of the theorem, and after them, in a drawn order, the error in the coordinates of the
      eigenvectors is at most 2qⁿ/(1 + q²ⁿ) times the first.
    - That is met at n + 1 eigenvalues between μ and L, with alternating signs, so the factor is no mere bound.
    - No other n steps promise less: n drawn ones, and n near Chebyshev's, have a larger factor at one of these.
    - With n = 1 it is the best fixed step.
    """
    _, lam, _ = bowl
    mu, L, rng = lam[0], lam[-1], np.random.default_rng(seed)
    j, e0 = np.arange(1, n + 1), rng.normal(size=len(lam))
    lrs = page.chebyshev(n, mu, L)
    assert_allclose(lrs, exactly(1 / ((L + mu) / 2 + (L - mu) / 2 * np.cos((2 * j - 1) * np.pi / (2 * n)))))
    q = (np.sqrt(L / mu) - 1) / (np.sqrt(L / mu) + 1)
    factor = at_most(2 * q**n / (1 + q ** (2 * n)))
    order = rng.permutation(lrs)
    e = gradient_descent(lambda e: lam * e, e0, lambda k: order[k], n, tol=0).x
    assert norm(e) <= factor * norm(e0) * (1 + 1e-6)

    met = (L + mu) / 2 - (L - mu) / 2 * np.cos(np.arange(n + 1) * np.pi / n)  # where Tₙ is 1 or −1
    assert_allclose(np.prod(1 - lrs[:, None] * met, axis=0), factor * (-1.0) ** np.arange(n + 1), rtol=1e-5)

    for others in (1 / rng.uniform(mu, L, n), lrs * rng.uniform(0.9, 1.1, n), np.full(n, 2 / (mu + L))):
        assert abs(np.prod(1 - others[:, None] * met, axis=0)).max() >= factor * (1 - 1e-6)

    assert_allclose([page.chebyshev(1, mu, L)[0], 2 * q / (1 + q**2)], [best_step([mu, L]), (L - mu) / (L + mu)])


@given(bowls(1e3), seeds)
def test_exact_line_search(bowl, seed):
    """Exact line search, for a drawn quadratic and start, by a rule of its own, f being lowest at 0 with the value 0.

    - At the step ‖g‖²/g·Hg the function is lower than at steps a thousandth shorter and longer, and than at a drawn one.
    - Each of 20 steps leaves at most ((κ − 1)/(κ + 1))² of the excess.
    - From v/μ + w/L, v and w the flattest and the steepest eigenvector, each leaves exactly that.
    """
    A, lam, V = bowl
    f, rng = quadratic(A), np.random.default_rng(seed)
    x = rng.normal(size=len(lam))
    g = A @ x
    lr = exactly(g @ g / (g @ A @ g))
    assert f(x - lr * g) < min(f(x - 0.999 * lr * g), f(x - 1.001 * lr * g))
    assert f(x - lr * g) <= f(x - rng.uniform(0, 2) * lr * g) + 1e-12 * f(x)

    def excess(e0):
        return np.array([f(x) for x in descend(f.grad, e0, lambda x, g, k: x - g @ g / (g @ A @ g) * g, 20, tol=0).hist])

    worst = at_most(((lam[-1] - lam[0]) / (lam[-1] + lam[0])) ** 2)
    drawn = excess(x)
    assert (drawn[1:] <= worst * drawn[:-1] * (1 + 1e-6) + 1e-12 * drawn[0]).all()

    met = excess(V[:, 0] / lam[0] + V[:, -1] / lam[-1])
    assert_allclose(met, met[0] * worst ** np.arange(21), rtol=1e-5, atol=1e-12 * met[0])


def test_changing_steps():
    """Fixed steps and changing ones, by the page's own rules and counts, from other starts than the page's.

    - The quadratic is that of the count over four decades with κ = 1000.
    - The median over twenty drawn starts is about 1700 for the fixed step, 1450 with exact line search, 225 with
      Polyak's step and 100 with Barzilai and Borwein's: to a fifth; on the page as well.
    - Chebyshev's steps promise a hundredth after 84, not after 83, and the start with all components alike, and each
      drawn one, have it then.
    - Turned, 128 of them in their own order leave an error beyond 10²⁰ times the first, in the mixed order one below a
      hundredth; the loss rises now and then under the last two rules of the table, and never under the first two.
    """
    assert_allclose(page.curvatures, np.geomspace(1, 1000, 20))
    starts = np.random.default_rng(8).normal(size=(20, 20))
    expected = {"fixed": 1700, "exact line search": 1450, "Polyak": 225, "Barzilai-Borwein": 100}
    rises = {}
    for name, steps in expected.items():
        counts = [page.steps_to_a_hundredth(page.makers[name](), e0) for e0 in starts]
        assert_allclose([np.median(counts), np.median(page.table[name])], steps, rtol=0.2)
        hist = descend(lambda e: page.curvatures * e, starts[0], page.makers[name](), 60, tol=0).hist
        rises[name] = (np.diff(hist**2 @ page.curvatures) > 0).any()
    assert rises == {"fixed": False, "exact line search": False, "Polyak": True, "Barzilai-Borwein": True}

    assert page.promise(84) <= 0.01 < page.promise(83)
    assert page.enough == 84
    lrs = page.chebyshev(84)
    for e0 in (page.start, *starts):
        left = gradient_descent(lambda e: page.curvatures * e, e0, lambda k: lrs[k], 84, tol=0).x
        assert norm(left) <= 0.01 * norm(e0)

    lrs = page.chebyshev(128)
    assert page.turned_run(lrs) > 1e20
    assert sorted(page.mixed(128)) == list(range(128))
    assert page.turned_run(lrs[page.mixed(128)]) < 0.01
