"""Every claim of the book, tested: the function test_<label> tests the labelled theorem, proposition or observation."""

import re
import runpy
from functools import cache
from types import SimpleNamespace

import jupytext
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from pages import ROOT
from scipy import optimize
from strategies import bowls, dimensions, fractions, seeds

from gdtools import (
    Objective,
    adam,
    best_step,
    bowl,
    condition_number,
    contraction,
    descend,
    double_well,
    factors,
    finite_difference_gradient,
    gradient_descent,
    gradient_descent_batch,
    gradient_error,
    least_squares,
    line_data,
    momentum,
    nesterov,
    predicted_steps,
    projected_gradient,
    quadratic,
    spectrum,
    step_bound,
)

LABEL = re.compile(r"^```+\{prf:\w+\}.*\n(?:^:.*\n)*?^:label: (\S+)$", re.MULTILINE)


def labels():
    pages = (path.read_text(encoding="utf-8") for folder in ("chapters", "back") for path in ROOT.glob(f"{folder}/*.md"))
    return sorted(label for page in pages for label in LABEL.findall(page))


def test_every_claim_has_its_test_and_every_test_its_claim():
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    tests.remove("every_claim_has_its_test_and_every_test_its_claim")
    assert len(labels()) == len(set(labels()))
    assert {label.replace("-", "_") for label in labels()} == tests


# Why the negative gradient


def negative_gradient_hillside(p):
    x, y = p
    return x**4 / 4 - x * y + y**2


def negative_gradient_of_hillside(p):
    x, y = p
    return np.array([x**3 - y, 2 * y - x])


def negative_gradient_gap(f, x, g, eta):
    return eta * (g @ g) - (f(x) - f(x - eta * g))


@given(bowls(), seeds)
def test_steepest_direction(bowl, seed):
    A, lam, _ = bowl
    rng, f = np.random.default_rng(seed), quadratic(A)
    x, d = rng.normal(size=(2, len(lam)))
    g, d, t = f.grad(x), d / norm(d), 1e-5
    slope = (f(x + t * d) - f(x - t * d)) / (2 * t)
    cosine = -d @ g / norm(g)
    assert_allclose(slope, -norm(g) * cosine, atol=1e-6 * (norm(g) + f(x)))
    steepest = (f(x - t * g / norm(g)) - f(x + t * g / norm(g))) / (2 * t)
    assert_allclose(steepest, -norm(g), rtol=1e-5)
    assert steepest < slope < -steepest
    assert (slope < 0) == (cosine > 0) or abs(cosine) < 1e-4


@given(bowls(), seeds)
def test_steepest_in_another_norm(bowl, seed):
    P, lam, _ = bowl
    rng = np.random.default_rng(seed)
    g, others = rng.normal(size=len(lam)), rng.normal(size=(len(lam), 200))
    best = -np.linalg.solve(P, g)
    nearby = best[:, None] * (1 + 1e-3 * others)
    for tried in (others, nearby):
        slopes = g @ (tried / np.sqrt((tried * (P @ tried)).sum(axis=0)))
        assert (slopes >= g @ best / np.sqrt(best @ P @ best) * (1 + 1e-9)).all()


@given(bowls(), seeds, st.floats(0.01, 3))
def test_first_order_promise(bowl, seed, part):
    A, lam, V = bowl
    x, wave = np.random.default_rng(seed).normal(size=(2, len(lam)))

    def f(p):
        return p @ A @ p / 2 + lam[-1] * np.cos(wave @ p)

    def hess(p):
        return A - lam[-1] * np.cos(wave @ p) * np.outer(wave, wave)

    g = A @ x - lam[-1] * np.sin(wave @ x) * wave
    L = lam[-1] * (1 + wave @ wave)
    eta, rounding = part / L, 1e-12 * (abs(f(x)) + lam[-1] + g @ g / L)
    assert abs(negative_gradient_gap(f, x, g, eta)) <= L * eta**2 * (g @ g) / 2 + rounding
    assert f(x - min(part, 1) / L * g) < f(x)
    small = 1e-3 / (L * (1 + norm(wave) * norm(g) / L))
    expected = small**2 * (g @ hess(x) @ g) / 2
    assert abs(negative_gradient_gap(f, x, g, small) - expected) <= 2e-3 * L * small**2 * (g @ g) / 2 + rounding


def test_measured_gap():
    x, eta = np.array([2.0, 2.0]), np.geomspace(1e-5, 1e-3, 30)
    g = negative_gradient_of_hillside(x)
    gaps = [negative_gradient_gap(negative_gradient_hillside, x, g, e) for e in eta]
    assert_allclose(np.polyfit(np.log(eta), np.log(gaps), 1)[0], 2.00, atol=0.005)
    rough = [negative_gradient_gap(lambda t: (t + abs(t) ** 1.5).sum(), np.zeros(1), np.ones(1), e) for e in eta]
    assert_allclose(np.polyfit(np.log(eta), np.log(rough), 1)[0], 1.50, atol=0.005)


@given(bowls(), seeds, fractions)
def test_lowest_on_a_circle(bowl, seed, part):
    A, lam, V = bowl
    rng, f = np.random.default_rng(seed), quadratic(A)
    x = rng.normal(size=len(lam))
    g = f.grad(x)

    def step(shift):
        return -np.linalg.solve(A + shift * np.eye(len(lam)), g)

    r = part * norm(step(0))
    sizes = [norm(step(s)) for s in lam[-1] * np.geomspace(1e-6, 1e6, 100)]
    assert (np.diff(sizes) < 0).all()  # so one shift at most gives a length
    assert_allclose(step(0), -x, rtol=1e-6, atol=1e-9)
    shift = np.exp(optimize.brentq(lambda s: norm(step(np.exp(s))) / r - 1, *np.log(lam[-1] * np.array([1e-9, 1e9]))))
    p, far, near = step(shift), rng.normal(size=(len(lam), 200)), rng.normal(size=(len(lam), 200))
    for tried in (far, p[:, None] + 1e-3 * r * near):
        assert (f(x[:, None] + r * tried / norm(tried, axis=0)) >= f(x + p) - 1e-12 * f(x)).all()
    ghat, short = g / norm(g), step(1e4 * lam[-1])
    turned = norm(short / norm(short) + ghat)
    w = A @ ghat - (ghat @ A @ ghat) * ghat
    assert_allclose(turned, norm(short) * norm(w) / norm(g), rtol=1e-2, atol=1e-12)


@given(bowls(), seeds)
def test_what_a_short_gradient_says(bowl, seed):
    A, lam, V = bowl
    rng = np.random.default_rng(seed)
    x, star, bend = rng.normal(size=(3, len(lam)))

    def grad(p):  # the Hessian is A plus at most `extra` along one direction
        return A @ (p - star) + extra * np.tanh(bend @ (p - star)) * bend

    extra = lam[0]
    mu, L = lam[0], lam[-1] + extra * bend @ bend
    size, error = norm(grad(x)), norm(x - star)
    assert size / L <= error * (1 + 1e-9)
    assert error <= size / mu * (1 + 1e-9)
    for i, curvature in ((0, mu), (-1, lam[-1])):  # both bounds are met
        assert_allclose(norm(quadratic(A).grad(V[:, i])) / curvature, 1, rtol=1e-6)


@given(st.floats(-3, 3), st.floats(-9, -0.5), st.floats(-3, 3))
def test_best_difference(x, exponent, size):
    def bound(h, delta, M):
        return M * h**2 / 6 + delta / h

    h, M, delta = 10**exponent, 10**size, 2.2e-16 * (1 + abs(x))
    error = abs(finite_difference_gradient(np.sum, np.array([x]), h)[0] - 1)  # no truncation: rounding alone
    assert error <= bound(h, delta, 0) + 1e-15
    assert abs(np.sinc(h / np.pi) - 1) <= bound(h, 0, 1) + 1e-15  # the central difference of sin is cos x sinc h
    measured = finite_difference_gradient(lambda p: M * np.sin(p[0]), np.array([x]), h / max(1, abs(x)))[0]
    assert abs(measured - M * np.cos(x)) <= bound(h, M * delta, M) + 1e-15 * M
    best = (3 * delta / M) ** (1 / 3)
    assert bound(best, delta, M) <= min(bound(1.01 * best, delta, M), bound(0.99 * best, delta, M), bound(h, delta, M))


# Step size


@given(bowls(), seeds, fractions)
def test_one_multiplier_per_direction(bowl, seed, part):
    A, lam, V = bowl
    x0, star = np.random.default_rng(seed).normal(size=(2, len(lam)))
    f, lr = quadratic(A, A @ star), part * 3 / lam[-1]  # a third of the steps lie beyond the bound
    error = gradient_descent(f.grad, x0, lr, 30, tol=0).hist - star
    expected = (1 - lr * lam) ** np.arange(31)[:, None] * (V.T @ (x0 - star))
    assert_allclose(error @ V, expected, atol=1e-9 * abs(expected).max())


@given(bowls(), seeds, fractions | st.just(0.99))
def test_step_bound(bowl, seed, part):
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
    back = norm(descend(f.grad, e0, lambda x, g, k: x + inside * g, 30, tol=0).hist, axis=1)  # a step below zero
    assert (back[1:] > back[:-1]).all()


@given(bowls(), seeds)
def test_on_the_bound(bowl, seed):
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
    n_iter, x_factor, y_factor, distance = THREE_WALKERS[lr]
    f = bowl()
    x, hist = gradient_descent(f.grad, [-1, 4], lr, n_iter)
    assert len(hist) == n_iter + 1
    assert_allclose(factors(f.hess(x), lr), [x_factor, y_factor])
    assert_allclose((hist[1:] - f.minimisers) / (hist[:-1] - f.minimisers), [[x_factor, y_factor]] * n_iter, rtol=1e-6)
    assert f"{norm(x - f.minimisers[0]):.3e}" == distance
    assert step_bound(f.hess(x)) == 0.04
    assert condition_number(f.hess(x)) == 25


@given(bowls(), fractions)
def test_best_fixed_step(bowl, part):
    A, lam, _ = bowl
    kappa = lam[-1] / lam[0]
    assert_allclose(best_step(A), 2 / (lam[0] + lam[-1]))
    assert_allclose(contraction(A, best_step(A)), (kappa - 1) / (kappa + 1), atol=1e-9)
    assert contraction(A, part * step_bound(A)) >= contraction(A, best_step(A)) - 1e-12


@given(seeds, fractions)
def test_guaranteed_decrease(seed, part):
    rng = np.random.default_rng(seed)
    a, c = rng.normal(size=(5, 3)), rng.uniform(0.1, 3, 5)
    f = lambda x: c @ np.log(np.cosh(a @ x))  # noqa: E731  smooth, not quadratic; tanh has slopes of at most 1
    grad = lambda x: a.T @ (c * np.tanh(a @ x))  # noqa: E731
    lam, V = np.linalg.eigh(a.T * c @ a)
    L = lam[-1]
    lr = part * 2 / L
    for x in (rng.normal(size=3) * 3, 1e-3 * V[:, -1]):  # at the second the bound is met but for the bend of f
        fall, size = f(x) - f(x - lr * grad(x)), norm(grad(x))
        assert fall >= lr * (1 - lr * L / 2) * size**2 - 1e-12
        assert f(x) - f(x - grad(x) / L) >= size**2 / (2 * L) - 1e-12


# Conditioning


@given(bowls(1e4), st.floats(1e-8, 0.5))
def test_steps_grow_with_kappa(bowl, eps):
    A, lam, V = bowl
    kappa = lam[-1] / lam[0]
    for lr, rate, bound in (
        (best_step(A), (kappa - 1) / (kappa + 1), kappa / 2 * np.log(1 / eps)),
        (1 / lam[-1], 1 - 1 / kappa, kappa * np.log(1 / eps)),
    ):
        assert_allclose(contraction(lam, lr), rate, rtol=1e-9)
        k = predicted_steps(rate, eps)
        assert k <= np.ceil(bound * (1 + 1e-12))
        assert k >= 0.97 * bound or kappa < 20  # nearly an equality when kappa is large
        left = abs(1 - lr * lam) ** k  # what is left of each direction, by one-multiplier-per-direction
        assert left.max() <= eps * (1 + 1e-6)
        assert abs(1 - lr * lam[0]) ** (k - 1) >= eps * (1 - 1e-6)  # along the flattest one fewer do not suffice
    if k < 300:  # and a run agrees
        hist = gradient_descent(quadratic(A).grad, V[:, 0], lr, k, tol=0).hist
        assert norm(hist[-1]) <= eps * (1 + 1e-6) + 1e-12
        assert norm(hist[-2]) >= eps * (1 - 1e-6) - 1e-12


def conditioning_count(method, kappa, lr, budget, **options):
    lam, start = np.geomspace(1, kappa, 20), np.ones(20)
    hist = method(lambda e: lam * e, start, lr, budget, tol=0, **options).hist
    return int(np.argmax(norm(hist, axis=1) <= 0.01 * norm(start)))


@pytest.mark.parametrize("kappa", [10, 100, 1000, 10_000, 100_000])
def test_steps_measured(kappa):
    for lr in (2 / (1 + kappa), 1 / kappa):
        budget = predicted_steps(contraction([1, kappa], lr), 0.01)
        assert 0.5 * budget < conditioning_count(gradient_descent, kappa, lr, budget) <= budget


@pytest.mark.parametrize(("n", "kappa"), [(7, "25.27"), (15, "103.09"), (31, "414.35"), (63, "1659.4")])
def test_laplacian_spectrum(n, kappa):
    h = 1 / (n + 1)
    A = (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)) / h**2
    j = np.arange(1, n + 1)
    V, lam = np.sin(np.outer(j, j) * np.pi * h), 4 / h**2 * np.sin(j * np.pi * h / 2) ** 2
    assert_allclose(A @ V, V * lam, atol=1e-9 * lam[-1])
    assert_allclose(spectrum(A), lam, rtol=1e-9)
    assert_allclose(condition_number(A), 1 / np.tan(np.pi * h / 2) ** 2, rtol=1e-9)
    assert f"{condition_number(A):.{len(kappa.split('.')[1])}f}" == kappa
    assert abs(condition_number(A) - (4 / (np.pi * h) ** 2 - 2 / 3)) < 0.2 * h**2


@given(bowls(1e4), seeds, dimensions)
def test_kappa_from_units(bowl, seed, d):
    A, lam, _ = bowl
    for H in (A, np.diag(lam)):  # the second one attains the bound
        assert condition_number(H) >= np.diag(H).max() / np.diag(H).min() * (1 - 1e-9)
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(20, d)) * 10 ** rng.uniform(-2, 2, d)
    H, mean_square = least_squares(X, np.ones(20)).hess(None), (X**2).mean(axis=0)
    assert_allclose(np.diag(H), 2 * mean_square)
    assert np.linalg.cond(X) ** 2 >= mean_square.max() / mean_square.min() * (1 - 1e-9)
    assert_allclose(condition_number(H), np.linalg.cond(X) ** 2, rtol=1e-3)


@given(seeds, st.floats(-0.999, 0.999))
def test_standardised_pair(seed, mix):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, 30))
    columns = np.array([a, mix * a + np.sqrt(1 - mix**2) * b]) * 10 ** rng.uniform(-3, 3, (2, 1)) + rng.normal(size=(2, 1))
    Z = (columns - columns.mean(axis=1, keepdims=True)) / columns.std(axis=1, keepdims=True)
    H = least_squares(np.column_stack([np.ones(30), *Z]), np.ones(30)).hess(None)
    r = abs(np.corrcoef(columns)[0, 1])
    assert_allclose(spectrum(H), [2 * (1 - r), 2, 2 * (1 + r)], atol=1e-8)
    assert_allclose(condition_number(H), (1 + r) / (1 - r), rtol=1e-6)


@given(bowls(), seeds, fractions)
def test_preconditioning_is_rescaling(bowl, seed, part):
    A, lam, V = bowl
    d, rng = len(lam), np.random.default_rng(seed)
    S = np.linalg.qr(rng.normal(size=(d, d)))[0] * rng.uniform(0.3, 3, d)  # invertible, not symmetric
    P, f, z0 = S @ S.T, quadratic(A, rng.normal(size=d)), rng.normal(size=d)
    inner = S.T @ A @ S
    inner = (inner + inner.T) / 2
    lr = part * step_bound(inner)
    assert_allclose(np.sort(np.linalg.eigvals(P @ A).real), spectrum(inner), rtol=1e-6)
    assert gradient_error(lambda z: f(S @ z), lambda z: S.T @ f.grad(S @ z), z0) < 1e-6
    z = gradient_descent(lambda z: S.T @ f.grad(S @ z), z0, lr, 30, tol=0).hist
    x = gradient_descent(lambda x: P @ f.grad(x), S @ z0, lr, 30, tol=0).hist
    scale = abs(x).max()
    assert_allclose(x, z @ S.T, atol=1e-9 * scale)
    error = norm((x - f.minimisers[0]) @ np.linalg.inv(S).T, axis=1)  # the error in the variable z
    assert (error[1:] <= contraction(inner, lr) * error[:-1] + 1e-9 * error[0]).all()
    newton = (V / lam) @ V.T
    root = V / np.sqrt(lam)
    assert_allclose(condition_number((root.T @ A @ root + (root.T @ A @ root).T) / 2), 1, rtol=1e-9)
    one_step = gradient_descent(lambda x: newton @ f.grad(x), S @ z0, 1.0, 1).x
    assert_allclose(one_step, f.minimisers[0], atol=1e-9 * (scale + norm(f.minimisers[0])))


@given(bowls(1e4), seeds)
def test_momentum_square_root(bowl, seed):
    A, lam, V = bowl
    root, e0 = np.sqrt(lam[-1] / lam[0]), np.random.default_rng(seed).normal(size=len(lam))
    r, lr = (root - 1) / (root + 1), 4 / (np.sqrt(lam[-1]) + np.sqrt(lam[0])) ** 2
    k = np.arange(401)
    hist = momentum(lambda e: lam * e, e0, lr, 400, tol=0, beta=r**2).hist  # in the eigenvectors' coordinates
    assert (norm(hist, axis=1) <= (1 + 2 * k) * r**k * norm(e0) * (1 + 1e-6) + 1e-12 * norm(e0)).all()
    # the rate is asymptotic: the two-step map has the spectral radius r in every direction
    for value in lam:
        roots = np.roots([1, -(1 + r**2 - lr * value), r**2])
        assert_allclose(abs(roots), r, rtol=1e-4)
    # and is not merely a bound: along the flattest direction the error stays above r^k
    assert (abs(hist[:, 0]) >= r**k * abs(e0[0]) * (1 - 1e-6) - 1e-12 * norm(e0)).all()
    turned = momentum(quadratic(A).grad, V @ e0, lr, 50, tol=0, beta=r**2).hist
    assert_allclose(turned @ V, hist[:51], atol=1e-8 * norm(e0))


# Non-convexity


def non_convexity_late(x, lr, n_iter):
    grad, late = double_well().grad, []
    for _ in range(n_iter):
        x = x - lr * grad(x)
        late.append(x)
    return np.array(late[n_iter // 2 :])


def non_convexity_period(lr):
    late = non_convexity_late(-0.4, lr, 6000)
    return next((p for p in range(1, 65) if np.allclose(late[p:], late[:-p], atol=1e-8)), None)


def test_which_minimum():
    f = double_well()
    left, right = gradient_descent(f.grad, -0.4, 0.03, 200), gradient_descent(f.grad, 0.4, 0.03, 200)
    assert (left.n_steps, right.n_steps) == (39, 56)
    assert_allclose([left.x, right.x], [-1.4730, 1.3470], atol=5e-5)
    assert_allclose([f(left.x), f(right.x)], [-5.4442, -2.6186], atol=5e-5)
    assert f(left.x) <= f(np.linspace(-10, 10, 100_001)).min()
    hill = optimize.brentq(f.grad, -0.5, 0.5)
    assert_allclose(hill, 0.1260, atol=5e-5)
    assert f.hess(hill) < 0


@given(seeds, dimensions, st.floats(0.05, 1.95))
def test_no_traps_when_convex(seed, d, part):
    rng = np.random.default_rng(seed)
    A, b = rng.normal(size=(d + 1, d - 1)) @ rng.normal(size=(d - 1, d)), rng.normal(size=d + 1)

    def f(x):  # convex and hardly curved far away: the second derivative of log cosh lies in (0, 1]
        z = x @ A.T - b
        return np.logaddexp(z, -z).sum(axis=-1)

    def grad(x):
        return A.T @ np.tanh(A @ x - b)

    star = optimize.root(grad, np.zeros(d), jac=lambda x: A.T / np.cosh(A @ x - b) ** 2 @ A, method="lm").x
    assert norm(grad(star)) < 1e-8
    assert (f(star + np.geomspace(1e-3, 1e3, 200)[:, None] * rng.normal(size=(200, d))) >= f(star)).all()
    L, x0 = norm(A, 2) ** 2, star + 5 * rng.normal(size=d)
    lr, hist = part / L, gradient_descent(grad, x0, part / L, 200, tol=0).hist
    gap, R2 = f(hist) - f(star), ((x0 - star) ** 2).sum()
    w, k = lr * (1 - lr * L / 2), np.arange(201)
    assert (gap <= gap[0] * R2 / (R2 + k * w * gap[0]) + 1e-12).all()
    for minimiser in (star, star + 3 * np.linalg.svd(A)[2][-1]):  # along this f stays what it is
        assert_allclose(f(minimiser), f(star))
        away = norm(hist - minimiser, axis=1)
        assert (away[1:] <= away[:-1] + 1e-8).all()


@given(st.floats(0.01, 1.99), st.floats(2.01, 6), st.floats(0.01, 1), st.sampled_from([0, 1]))
def test_attract_or_repel(inside, outside, small, which):
    f = double_well()
    star = f.minimisers[which]
    lr = inside / f.hess(star)
    near = star + 1e-4 * np.array([-1, 1])  # so near that the curvature changes by less than a hundredth
    assert_allclose((near - lr * f.grad(near) - star) / (near - star), 1 - inside, atol=2e-2)
    assert (abs(gradient_descent_batch(f.grad, near[None], lr, 60, tol=0).x - star) < abs(near - star)).all()
    for point, lr in ((star, outside / f.hess(star)), (optimize.brentq(f.grad, -0.5, 0.5), inside)):
        x = point + 1e-6
        run = non_convexity_late(x, lr, 2)
        assert abs(run[-1] - point) > 1e-6
        assert abs(gradient_descent(f.grad, x, lr, 300, tol=0).x - point) > 1e-6
    edge = 2.2  # f'' < 51 on the window
    hist = gradient_descent(f.grad, edge * (2 * small - 1), 0.99 * small / 50.08, 50, tol=0).hist
    steps = np.diff(hist)
    assert (steps >= 0).all() or (steps <= 0).all()
    stationary = np.sort(np.roots([4, 0, -8, 1]).real)
    assert ((hist[:, None] > stationary + 1e-9) == (hist[0] > stationary + 1e-9)).all() or abs(steps[0]) < 1e-9


def test_beyond_the_bound():
    f, hill = double_well(), optimize.brentq(double_well().grad, -0.5, 0.5)
    assert 0.1 < step_bound(f.hess(f.minimisers[0])) < 0.12
    assert [non_convexity_period(lr) for lr in (0.1, 0.12, 0.14, 0.1435, 0.17)] == [1, 2, 4, 8, None]
    late = non_convexity_late(-0.4, 0.17, 10_000)
    assert_allclose(np.log(abs(1 - 0.17 * f.hess(late))).mean(), 0.55, atol=0.04)
    assert late.max() < hill

    def touch(lr):  # the highest point that the left valley's orbits can reach, above the hill
        x = -np.sqrt((1 / lr + 8) / 12)
        for _ in range(2):
            x = x - lr * f.grad(x)
        return x - hill

    assert_allclose(optimize.brentq(touch, 0.15, 0.2), 0.1788, atol=5e-5)
    assert non_convexity_late(-0.4, 0.1787, 10_000).max() < hill
    for lr in (0.1789, 0.185):
        assert non_convexity_late(-0.4, lr, 10_000).min() > hill
    assert non_convexity_period(0.185) is not None


@given(bowls(), seeds, fractions, st.floats(-12, -1), st.floats(-3, 3))
def test_nudge_escapes(bowl, seed, part, exponent, far):
    _, lam, V = bowl
    i, r = seed % len(lam), 10**far
    lam = np.where(np.arange(len(lam)) == i, -lam, lam)
    f, lr, delta = quadratic((V * lam) @ V.T), part * 2 / lam.max(), r * 10**exponent
    caught = np.random.default_rng(seed).normal(size=len(lam))
    caught[i] = 0
    nudged = np.where(np.arange(len(lam)) == i, delta, caught)
    growth = 1 + lr * abs(lam[i])
    exact = np.log(r / delta) / np.log(growth)
    assume(exact < 400 and abs(exact - round(exact)) > 1e-3)
    diagonal = quadratic(np.diag(lam)).grad
    hist = gradient_descent(diagonal, nudged, lr, 401, tol=0).hist
    assert np.argmax(abs(hist[:, i]) >= r) == np.ceil(exact)
    turned = gradient_descent(f.grad, V @ nudged, lr, 20, tol=0).hist @ V[:, i]
    assert_allclose(turned, delta * growth ** np.arange(21), rtol=1e-6, atol=1e-12 * (1 + norm(nudged)) * growth**20)
    hist = gradient_descent(diagonal, caught, lr, 401, tol=0).hist
    rate = abs(1 - lr * lam[lam > 0]).max()
    assert rate < 1
    assert (norm(hist, axis=1) <= rate ** np.arange(402) * norm(caught) * (1 + 1e-9) + 1e-12 * norm(caught)).all()
    assert_allclose(hist[:, i], 0)


@given(st.integers(1, 40), st.floats(0.01, 0.5), st.floats(0.01, 0.5))
def test_restarts_miss(n, p, alpha):
    missed = (np.random.default_rng(n).random((4000, n)) >= p).all(axis=1).mean()
    expected = (1 - p) ** n
    assert abs(missed - expected) < 5 * np.sqrt(expected * (1 - expected) / 4000) + 2e-3
    enough = np.ceil(np.log(alpha) / np.log(1 - p))
    assert (1 - p) ** enough <= alpha * (1 + 1e-12) < (1 - p) ** (enough - 1) * (1 + 1e-9)


def test_noise_escapes():
    f, hill = double_well(), optimize.brentq(double_well().grad, -0.5, 0.5)
    rng, sigma = np.random.default_rng(1), np.linspace(3, 60, 39)
    x = np.full((400, 39), f.minimisers[1])
    for _ in range(2000):
        x = x - 0.01 * (f.grad(x) + sigma * rng.normal(size=x.shape))
    share = (x < hill).mean(axis=0)
    assert_allclose(share[sigma <= 6], 0, atol=0.005)
    assert_allclose(share[[8, -1]], [0.88, 0.57], atol=0.07)  # other draws than the chapter's: three standard errors
    assert sigma[8] == 15
    assert share.max() < share[8] + 0.07


# Least squares


def least_squares_problem(seed, n, d, rank=None):
    rng = np.random.default_rng(seed)
    U, V = np.linalg.qr(rng.normal(size=(n, d)))[0], np.linalg.qr(rng.normal(size=(d, d)))[0]
    sigma = np.sqrt(n) * rng.uniform(0.4, 2, d)
    sigma[rank if rank is not None else d :] = 0
    return (U * sigma) @ V.T, rng.normal(size=n), rng


@given(seeds, dimensions)
def test_ls_landscape(seed, d):
    X, y, rng = least_squares_problem(seed, 12, d, d - 1)
    f, beta = least_squares(X, y), rng.normal(size=d)
    assert_allclose(f.grad(beta), -2 / 12 * X.T @ (y - X @ beta), atol=1e-9)
    assert gradient_error(f, f.grad, beta) < 1e-6
    assert_allclose(f.hess(beta), 2 / 12 * X.T @ X)
    direction = rng.normal(size=d)
    expansion = f(beta) + f.grad(beta) @ direction + direction @ f.hess(beta) @ direction / 2
    assert_allclose(f(beta + direction), expansion, rtol=1e-9)  # and there is no other part
    best = np.linalg.lstsq(X, y, rcond=1e-9)[0]
    assert_allclose(X.T @ X @ best, X.T @ y, atol=1e-9 * 12)
    assert_allclose(f(beta) - f(best), norm(X @ (beta - best)) ** 2 / 12, atol=1e-9)
    other = best + np.linalg.svd(X)[2][-1]  # another solution of the normal equations is as good
    assert_allclose(f(other), f(best), rtol=1e-9)
    assert f(best) <= f(beta)


def test_line_fit():
    X, y = line_data()
    f, ols = least_squares(X, y), np.linalg.lstsq(X, y, rcond=None)[0]
    run = gradient_descent(f.grad, [0, 0], 0.1, 200)
    assert [f"{b:+.4f}" for b in ols] == [f"{b:+.4f}" for b in run.x] == ["+0.4145", "+2.0151"]
    assert f"{abs(ols - run.x).max():.2e}" == "3.93e-11"
    assert (run.n_steps, run.stopped) == (111, "converged")
    assert f"{f(np.zeros(2)):.4f}" == "5.6466"
    assert f"{f(ols):.5f}" == "0.14337"
    H = f.hess(ols)
    assert [f"{value:.4f}" for value in spectrum(H)] == ["1.8749", "2.6350"]
    assert f"{condition_number(H):.3f}" == "1.405"
    assert f"{step_bound(H):.3f}" == "0.759"


@given(seeds, dimensions, fractions, st.integers(0, 1))
def test_ls_excess(seed, d, part, dependent):
    X, y, rng = least_squares_problem(seed, 12, d, d - dependent)
    f, k = least_squares(X, y), np.arange(201)[:, None]
    lam, V = np.linalg.eigh(f.hess(None))
    lam[:dependent] = 0
    best, c = np.linalg.lstsq(X, y, rcond=1e-9)[0], rng.uniform(0.5, 2, d) * (rng.random(d) < 0.7)
    assume((lam * c).any())  # some parts are missing, but not all that count
    lr = part * 2 / lam[-1]
    hist = gradient_descent(f.grad, best + V @ c, lr, 200, tol=0).hist
    excess = (((hist - best) @ X.T) ** 2).mean(axis=1)
    weights, factors = lam * c**2, (1 - lr * lam) ** 2
    assert_allclose(excess, (weights * factors**k).sum(axis=1) / 2, rtol=1e-6, atol=1e-16)
    fresh = excess[1:] > 1e-15 * excess[0]
    assert (excess[1:][fresh] <= factors[lam > 0].max() * excess[:-1][fresh] * (1 + 1e-6)).all()
    weights, factors = weights[weights > 0], factors[weights > 0]
    assume(factors.max() > 0)  # or the first step arrives
    share = weights * (factors / factors.max()) ** 1e6  # of the sum, after a million steps
    assert_allclose(share @ factors / share.sum(), factors.max(), rtol=1e-3)
    if not dependent and c[0] and c[-1]:  # the flattest direction is the last one up to the best step, and no further
        assert (factors.max() == (1 - lr * lam[0]) ** 2) == (lr <= best_step(lam))
    least_squares_line_excess()


def least_squares_line_excess():
    X, y = line_data()
    f = least_squares(X, y)
    gap = gradient_descent(f.grad, [0, 0], 0.1, 200).hist - f.minimisers[0]
    excess = ((gap @ X.T) ** 2).mean(axis=1)
    assert f"{(1 - 0.1 * spectrum(f.hess(None))[0]) ** 2:.3f}" == "0.660"
    assert_allclose(excess[60:90] / excess[59:89], 0.660, rtol=5e-4)


@given(seeds, dimensions, fractions, st.integers(0, 2))
def test_ls_minimum_norm(seed, d, part, dependent):
    rank = max(1, d - dependent)
    X, y, rng = least_squares_problem(seed, 12, d, rank)
    f = least_squares(X, y)
    lam = np.linalg.eigvalsh(f.hess(None))[d - rank :]  # the eigenvalues that are not zero
    lr, shortest = part * 2 / lam[-1], np.linalg.pinv(X, rcond=1e-9) @ y
    assert_allclose(shortest, np.linalg.lstsq(X, y, rcond=1e-9)[0], atol=1e-9)
    rho, k = abs(1 - lr * lam).max(), np.arange(301)
    error = norm(gradient_descent(f.grad, np.zeros(d), lr, 300, tol=0).hist - shortest, axis=1)
    assert rho < 1
    assert (error <= rho**k * norm(shortest) * (1 + 1e-9) + 1e-11).all()
    start, null = rng.normal(size=d), np.linalg.svd(X)[2][rank:]
    limit = shortest + null.T @ (null @ start)
    end = gradient_descent(f.grad, start, best_step(lam), 3000).x
    assert_allclose(end, limit, atol=1e-8)
    assert_allclose(f(limit), f(shortest))
    assert norm(limit) > norm(shortest) or rank == d


@given(seeds, dimensions, fractions, st.integers(1, 400))
def test_early_stopping_ridge(seed, d, part, k):
    X, y, _ = least_squares_problem(seed, 12, d, d - 1)
    f = least_squares(X, y)
    H, shortest = f.hess(None), np.linalg.pinv(X, rcond=1e-9) @ y
    lam, V = (a[..., 1:] for a in np.linalg.eigh(H))
    for lr, steps in ((part / lam[-1], k), (1 / lam[-1], k), (1 / lam[-1], 1)):
        alpha = 1 / (lr * steps)
        kept, shrunk = 1 - (1 - lr * lam) ** steps, lam / (lam + alpha)
        stopped = gradient_descent(f.grad, np.zeros(d), lr, steps, tol=0).x
        ridge = np.linalg.solve(H + alpha * np.eye(d), 2 / 12 * X.T @ y)
        assert_allclose(V.T @ stopped, kept * (V.T @ shortest), atol=1e-9)
        assert_allclose(V.T @ ridge, shrunk * (V.T @ shortest), atol=1e-9)
        assert (shrunk <= kept * (1 + 1e-12)).all()
        assert (kept <= 2 * shrunk * (1 + 1e-12)).all()
    assert_allclose(kept[-1], 2 * shrunk[-1])  # one step at the steepest direction attains the two


class LeastSquaresCounted:
    """A number that counts the multiplications it takes part in."""

    count = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        LeastSquaresCounted.count += 1
        return LeastSquaresCounted(self.value * other.value)

    def __add__(self, other):
        return LeastSquaresCounted(self.value + other.value)

    def __sub__(self, other):
        return LeastSquaresCounted(self.value - other.value)

    def __truediv__(self, other):
        return LeastSquaresCounted(self.value / other.value)


def least_squares_dot(a, b, start):
    for left, right in zip(a, b, strict=True):
        start = start - left * right
    return start


def least_squares_cholesky(G, b):
    """Solve G x = b for a triangle G, entry by entry, as with a pencil."""
    d, zero = len(b), LeastSquaresCounted(0.0)
    R = [[zero] * d for _ in range(d)]
    for j in range(d):
        for i in range(j, d):
            left = least_squares_dot(R[i][:j], R[j][:j], G[i][j])
            R[i][j] = LeastSquaresCounted(left.value**0.5) if i == j else left / R[j][j]
    z, x = [], [zero] * d
    for i in range(d):
        z.append(least_squares_dot(R[i][:i], z, b[i]) / R[i][i])
    for i in reversed(range(d)):
        x[i] = least_squares_dot([R[m][i] for m in range(i + 1, d)], x[i + 1 :], z[i]) / R[i][i]
    return x


@pytest.mark.parametrize(("n", "d"), [(5, 1), (6, 3), (9, 5), (12, 12)])
def test_closed_form_price(n, d):
    rng = np.random.default_rng(n)
    X, b, y = rng.normal(size=(n, d)), rng.normal(size=d), rng.normal(size=n)
    wrap = np.vectorize(LeastSquaresCounted, otypes=[object])
    cX, cb, cXty, count = wrap(X), wrap(b), wrap(X.T @ y), []
    LeastSquaresCounted.count = 0
    gradient = cX.T @ (cX @ cb) - cXty
    count.append(LeastSquaresCounted.count)
    assert_allclose([2 / n * g.value for g in gradient], least_squares(X, y).grad(b))
    LeastSquaresCounted.count = 0
    G = [[cX[:, i] @ cX[:, j] for j in range(i + 1)] for i in range(d)]
    count.append(LeastSquaresCounted.count)
    x = least_squares_cholesky(G, cXty)
    count.append(LeastSquaresCounted.count - count[1])
    assert_allclose([entry.value for entry in x], np.linalg.lstsq(X, y, rcond=None)[0], rtol=1e-6)
    assert count == [2 * n * d, n * d * (d + 1) // 2, (d**3 - d) // 6 + d * (d - 1)]
    assert_allclose((count[1] + count[2]) / count[0], (d + 1) / 4 + (d**2 - 1) / (12 * n) + (d - 1) / (2 * n))


# When it works, and when it does not


def limits_root_radius(eta_lam, beta):
    """The spectral radius of the heavy ball's block in one direction."""
    return abs(np.linalg.eigvals([[1 + beta - eta_lam, -beta], [1, 0]])).max()


def limits_logistic(X, y, alpha=1e-4):
    d = X.shape[1]

    def f(w):
        return np.logaddexp(0, -y * (X @ w)).mean() + alpha / 2 * w @ w

    def grad(w):
        return -X.T @ (y / (1 + np.exp(y * (X @ w)))) / len(y) + alpha * w

    def hess(w):
        p = 1 / (1 + np.exp(-X @ w))
        return (X.T * (p * (1 - p))) @ X / len(y) + alpha * np.eye(d)

    return Objective("logistic", f, grad, hess, np.empty((0, d)), ())


def limits_scaled(H, D):
    return H / np.sqrt(np.outer(D, D))


def limits_counts(f, x0, start, end):
    """Gradients of each method until the gradient's norm is a millionth of the first."""
    tol, L, mu, D = 1e-6 * norm(f.grad(x0)), spectrum(start)[-1], spectrum(end)[0], np.diag(start)
    root = np.sqrt(L / mu)
    fit = 2 / (spectrum(limits_scaled(start, D))[-1] + spectrum(limits_scaled(end, D))[0])
    ball = {"lr": 4 / (np.sqrt(L) + np.sqrt(mu)) ** 2, "beta": ((root - 1) / (root + 1)) ** 2}
    ahead = {"lr": 1 / L, "beta": (root - 1) / (root + 1)}
    adams = {lr: adam(f.grad, x0, lr, 6000, tol) for lr in 10.0 ** np.arange(-2.5, 1, 0.5)}
    tenth = adam(f.grad, x0, 0.1, 6000, tol)
    assert tenth.stopped == "converged"
    found = {
        "plain": gradient_descent(f.grad, x0, 2 / (L + mu), 20000, tol),
        "jacobi": descend(f.grad, x0, lambda x, g, k: x - fit * g / D, 20000, tol),
        "ball": momentum(f.grad, x0, n_iter=20000, tol=tol, **ball),
        "nesterov": nesterov(f.grad, x0, n_iter=20000, tol=tol, **ahead),
        "adam": min((r for r in adams.values() if r.stopped == "converged"), key=lambda r: r.n_steps),
    }
    assert all(run.stopped == "converged" for run in found.values())
    counts = {name: run.n_steps for name, run in found.items()} | {"adam at 0.1": tenth.n_steps}
    for method in ("CG", "BFGS"):
        sizes = []

        def grad(x, sizes=sizes):
            sizes.append(norm(f.grad(x)))
            return f.grad(x)

        optimize.minimize(f, x0, jac=grad, method=method, options={"gtol": tol / 10})
        assert min(sizes) <= tol
        counts[method] = int(np.argmax(np.array(sizes) <= tol)) + 1
    return counts


@cache
def limits_backtracking():
    """The line search of the page itself."""
    page = jupytext.read(ROOT / "chapters" / "limits-and-remedies.md")
    names = {}
    exec(next(cell.source for cell in page.cells if cell.source.startswith("def backtracking")), names)
    return names["backtracking"]


@given(bowls(), seeds, st.floats(0.05, 0.95), st.floats(0.1, 0.9), st.floats(1e-3, 1e3))
def test_armijo_step(bowl, seed, c, tau, first):
    A, lam, V = bowl
    f = quadratic(A)
    for x in (np.random.default_rng(seed).normal(size=len(lam)), V[:, -1]):
        g, accepted = f.grad(x), []
        after = limits_backtracking()(f, first, c, tau, accepted)(x, g, 0)
        assert_allclose(after, x - accepted[0] * g)
        assert f(after) <= f(x) - c * accepted[0] * (g @ g)
        assert accepted[0] >= (1 - 1e-9) * min(first, 2 * (1 - c) * tau / lam[-1])
    assert accepted[0] <= (1 + 1e-9) * 2 * (1 - c) / lam[-1]  # along the steepest direction nothing longer is accepted


def beside(far):
    """Numbers about 0, many of them just inside or outside of -1 and 1."""
    return st.floats(-far, far) | st.sampled_from([-1.001, -0.999, 0.999, 1.001])


@settings(max_examples=400)
@given(beside(1.2), beside(1.3), st.floats(0.05, 1))
def test_momentum_triangle(s, t, r):
    for disc in (r, 1):
        beta = s * disc**2
        b = t * (disc + beta / disc)
        eta_lam = 1 + beta - b
        margins = np.array([disc**2 - abs(beta), disc + beta / disc - abs(b)])
        assume(abs(margins).min() > 1e-6)
        assert (limits_root_radius(eta_lam, beta) <= disc) == (margins > 0).all()
        if beta > 0 and (1 - beta**0.5) ** 2 <= eta_lam <= (1 + beta**0.5) ** 2:
            assert_allclose(limits_root_radius(eta_lam, beta), beta**0.5, rtol=1e-6)
        p, q = np.clip([s, t], -1, 1)  # on the border the radius is that of the disc: closed, not open
        for other, b in ((disc**2, 2 * disc * q), (p * disc**2, disc * (1 + p)), (p * disc**2, -disc * (1 + p))):
            assert_allclose(limits_root_radius(1 + other - b, other), disc, rtol=1e-6)
    assert (limits_root_radius(eta_lam, beta) < 1) == (abs(beta) < 1 and 0 < eta_lam < 2 * (1 + beta))


@given(st.floats(0.1, 10), st.floats(1.5, 1e4), st.floats(0.01, 4), st.floats(-0.99, 0.99), fractions, seeds)
def test_heavy_ball_rate(mu, kappa, other_step, other_beta, part, seed):
    lam, root = mu * np.array([1, 1 + part * (kappa - 1), kappa]), np.sqrt(kappa)
    rate = (root - 1) / (root + 1)
    lr, beta = 4 / (np.sqrt(lam[-1]) + np.sqrt(mu)) ** 2, rate**2

    def worst(lr, beta):
        return max(limits_root_radius(lr * value, beta) for value in lam)

    for value in lam:
        assert_allclose(limits_root_radius(lr * value, beta), rate, rtol=1e-5)
    assert worst(other_step / lam[-1], other_beta) >= rate - 1e-6
    for step, memory in ((1.02 * lr, beta), (0.98 * lr, beta), (lr, 0.98 * beta), (lr, 1.02 * beta)):
        assert worst(step, memory) > rate
    e0 = np.random.default_rng(seed).normal(size=3)
    error = norm(momentum(quadratic(np.diag(lam)).grad, e0, lr, 60, tol=0, beta=beta).hist, axis=1)
    k = np.arange(61)
    assert (error <= (1 + 2 * k) * rate**k * norm(e0) + 1e-12).all()


@given(bowls(), seeds, fractions)
def test_nesterov_rate(bowl, seed, part):
    A, lam, V = bowl
    mu, L = lam[0], lam[-1]
    kappa = L / mu
    beta, rate = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1), 1 - 1 / np.sqrt(kappa)
    for lam_i in lam:
        q = 1 - lam_i / L
        radius = abs(np.linalg.eigvals([[(1 + beta) * q, -beta * q], [1, 0]])).max()
        assert radius <= rate + 1e-6
        if lam_i == mu:
            assert_allclose(radius, rate, atol=1e-6)
    rng = np.random.default_rng(seed)
    X, n = rng.normal(size=(20, 3)), 20
    y = np.sign(rng.normal(size=n))
    ridge = 10 ** (-3 * part)
    loss = limits_logistic(X, y, ridge)
    cases = [
        (quadratic(A), rng.normal(size=len(lam)), mu, L),
        (loss, rng.normal(size=3), ridge, spectrum(X.T @ X)[-1] / 80 * 20 / n + ridge),
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
    A, lam, _ = bowl
    rng, d, L = np.random.default_rng(seed), len(lam), lam[-1]
    Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    turned, x0 = Q @ A @ Q.T, rng.normal(size=d)
    X, y = rng.normal(size=(20, d)), np.sign(rng.normal(size=20))
    pairs = [(quadratic(A), quadratic((turned + turned.T) / 2), 1 / L), (limits_logistic(X, y), limits_logistic(X @ Q.T, y), 1)]
    for f, h, lr in pairs:
        for method, extra in ((gradient_descent, {}), (momentum, {"beta": 0.7}), (nesterov, {"beta": 0.7})):
            run = method(f.grad, x0, lr, 20, 0, **extra).hist
            other = method(h.grad, Q @ x0, lr, 20, 0, **extra).hist
            assert_allclose(other, run @ Q.T, atol=1e-9 * norm(x0))
    flat, x0, s = quadratic(np.diag([1.0, 100.0])), np.array([1.0, 0.5]), np.sqrt(0.5)
    Q = np.array([[s, -s], [s, s]])
    turned = quadratic(Q @ np.diag([1.0, 100.0]) @ Q.T)
    run, other = adam(flat.grad, x0, 0.1, 20, 0).hist, adam(turned.grad, Q @ x0, 0.1, 20, 0).hist
    assert abs(other - run @ Q.T).max() > 0.05
    scaled = [limits_scaled(f.hess(None), np.diag(f.hess(None))) for f in (flat, turned)]
    assert condition_number(scaled[0]) < 1.01
    assert condition_number(scaled[1]) > 99


@given(bowls(10), seeds, st.floats(0.5, 0.9), st.floats(0.01, 1))
def test_adam_rest(bowl, seed, beta1, lr):
    def bound(beta1):
        return 2 * (1 + beta1) / (1 - beta1)

    A, lam, _ = bowl
    grad = quadratic(A).grad
    # the corrections of the first steps multiply so small a start by up to 1e7
    start = 1e-14 * lr * np.random.default_rng(seed).normal(size=len(lam))
    for factor, rests in ((0.8, True), (1.25, False)):
        eps = lr * lam[-1] / (factor * bound(beta1))
        error = norm(adam(grad, start, lr, 1500, 0, beta1=beta1, eps=eps).hist, axis=1)
        assert (error.max() < 1e-3 * lr) == rests
        assert not rests or error[-100:].max() < norm(start)
    assert_allclose(bound(0.9), 38)


def test_remedies_counted():
    rng = np.random.default_rng(6)
    Z = rng.normal(size=(400, 10))
    y = np.where(rng.logistic(size=400) < Z @ rng.normal(size=10), 1, -1)
    raw, w0 = limits_logistic(Z * np.geomspace(0.1, 3, 10), y), np.zeros(10)
    w = optimize.minimize(raw, w0, jac=raw.grad, method="BFGS", tol=1e-9).x
    rng = np.random.default_rng(8)
    H, x0 = np.diag(np.geomspace(1, 1000, 50)), rng.normal(size=50)
    Q, _ = np.linalg.qr(rng.normal(size=(50, 50)))
    R = Q @ H @ Q.T
    aligned, rotated, logistic = counts = (
        limits_counts(quadratic(H), x0, H, H),
        limits_counts(quadratic(R), Q @ x0, R, R),
        limits_counts(raw, w0, raw.hess(w0), raw.hess(w)),
    )
    for problem in counts:
        for method in ("ball", "nesterov", "adam", "CG", "BFGS"):
            assert problem[method] <= problem["plain"] / 10
    for method in ("plain", "ball", "nesterov"):
        assert abs(aligned[method] - rotated[method]) <= 2
    assert aligned["jacobi"] <= 3
    assert rotated["jacobi"] > 0.9 * rotated["plain"]
    assert rotated["adam at 0.1"] > 3 * aligned["adam at 0.1"]
    methods = ("plain", "jacobi", "ball", "nesterov", "adam", "CG", "BFGS")
    fewest = [min(methods, key=problem.get) for problem in counts]
    assert fewest == ["jacobi", "BFGS", "BFGS"]
    assert logistic["jacobi"] < 1.5 * logistic["BFGS"]


def test_bfgs_counts():
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
    xi = sigma * np.random.default_rng(seed).normal(size=(k, 4000))
    noise = iter(xi)
    starts = np.full(4000, x0)
    x = gradient_descent(lambda x: lam * (x - star) + next(noise), starts, lambda j: 1 / (lam * (j + 1)), k, 0).x
    assert_allclose(x - star, -xi.sum(axis=0) / (lam * k), atol=1e-9 * (1 + abs(x0) + sigma) / min(lam, 1))
    assert_allclose(np.mean((x - star) ** 2), sigma**2 / (lam**2 * k), rtol=0.15)


@given(bowls(), seeds, fractions)
def test_constrained_stationarity(bowl, seed, part):
    A, lam, _ = bowl
    d, rng, lr = len(lam), np.random.default_rng(seed), part * 2 / lam[-1]
    f, rows = quadratic(A, A @ rng.normal(size=d)), seed % (d - 1) + 1
    B, b = rng.normal(size=(rows, d)), rng.normal(size=rows)

    def clip(z):
        return np.maximum(z, 0)

    def onto(z):
        return z - B.T @ np.linalg.solve(B @ B.T, B @ z - b)

    root = np.linalg.cholesky(A)
    nonneg = optimize.nnls(root.T, np.linalg.solve(root, A @ f.minimisers[0]))[0]
    system = np.block([[A, -B.T], [B, np.zeros((rows, rows))]])
    lagrange = np.linalg.solve(system, np.concatenate([A @ f.minimisers[0], b]))
    scale = lam[-1] * (1 + norm(f.minimisers[0])) * (1 + norm(lagrange[:d])) * np.linalg.cond(B) ** 2
    for project, truth in ((clip, nonneg), (onto, lagrange[:d])):
        g = f.grad(truth)
        for eta in (lr, 100 * lr):  # the equivalence holds for any step, the rate only for short ones
            assert_allclose(project(truth - eta * g), truth, atol=1e-8 * scale * max(eta, 1 / lam[-1]))
        for z in project(rng.normal(size=d)), project(10 * rng.normal(size=d)):
            assert g @ (z - truth) >= -1e-7 * scale * (1 + norm(z))
        x0 = project(rng.normal(size=d))
        error = norm(projected_gradient(f.grad, project, x0, lr, 50, 0).hist - truth, axis=1)
        assert (error[1:] <= contraction(A, lr) * error[:-1] + 1e-8 * scale / lam[-1]).all()
        wrong = project(x0 + 0.1 + rng.uniform(size=d))
        if norm(wrong - truth) > 1e-3 * (1 + norm(truth)):
            assert f.grad(wrong) @ (truth - wrong) < 0  # this direction is allowed and goes downhill
            for eta in (lr, 100 * lr):
                assert norm(project(wrong - eta * f.grad(wrong)) - wrong) > 1e-9
    g = f.grad(nonneg)
    assert (g >= -1e-7 * scale).all()
    assert abs(nonneg * g).max() <= 1e-7 * scale * (1 + norm(nonneg))
    assert_allclose(f.grad(lagrange[:d]), B.T @ lagrange[d:], atol=1e-7 * scale)


# Where it shows up


@cache
def shown_up():
    """The functions and data of the page itself: all its cells, run."""
    page = jupytext.read(ROOT / "chapters" / "where-it-shows-up.md")
    names = {}
    for cell in page.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    return SimpleNamespace(**names)


@given(seeds)
def test_backpropagation(seed):
    theta = np.random.default_rng(seed).normal(size=33)
    assert gradient_error(shown_up().loss, shown_up().backpropagate, theta) < 1e-7


@given(bowls(), seeds, fractions)
def test_descent_on_the_sphere(bowl, seed, part):
    H, E, V = bowl
    assume(E[1] > 1.01 * E[0])
    psi = V @ np.random.default_rng(seed).uniform(0.5, 1, len(E))
    lr = part / (E[0] + E[-1])
    run = projected_gradient(lambda p: 2 * H @ p, lambda p: p / norm(p), psi, lr, 30, tol=0)
    shares = run.hist @ V
    others = norm(shares[:, 1:], axis=1) / np.abs(shares[:, 0])
    rate = np.abs(1 - 2 * lr * E[1:]).max() / (1 - 2 * lr * E[0])
    assert rate < 1
    assert (others[1:] <= rate * others[:-1] + 1e-9).all()


def test_scf_and_descent():
    (weak_scf, weak_residuals), weak = shown_up().scf(1), shown_up().direct(1)
    (strong_scf, strong_residuals), strong = shown_up().scf(30), shown_up().direct(30)
    assert weak_residuals[-1] < 1e-9
    assert_allclose(shown_up().energy(weak_scf, 1), shown_up().energy(weak.x, 1), rtol=1e-10)
    assert min(strong_residuals) > 1
    assert (weak.stopped, strong.stopped) == ("converged", "converged")
    assert shown_up().energy(strong.x, 30) < shown_up().energy(strong_scf, 30) - 1
    F = shown_up().mean_field(strong.x, 30)
    assert norm(F @ strong.x - (strong.x @ F @ strong.x) * strong.x) < 1e-6


@given(bowls(), seeds, fractions)
def test_residual_iteration(bowl, seed, part):
    K, lam, _ = bowl
    rng = np.random.default_rng(seed)
    f, u, omega = rng.normal(size=len(lam)), rng.normal(size=len(lam)), part * 2 / lam[-1]
    hist = gradient_descent(quadratic(K, f).grad, u, omega, 20, tol=0).hist
    for k in range(20):
        u = u + omega * (f - K @ u)
        assert_allclose(hist[k + 1], u, atol=1e-9 * (1 + norm(hist[0])) * (1 + norm(f) / lam[0]))


@given(seeds, st.floats(0.1, 3.9))
def test_exchangeable_means(seed, lr):
    page, m = shown_up(), np.random.default_rng(seed).uniform(-4, 4, 2)
    assert_allclose(page.nll(m), page.nll(m[::-1]))
    assert spectrum(page.hessian(page.nll_grad, m))[-1] <= 1 + 1e-6
    run = gradient_descent(page.nll_grad, [m[0], m[0]], lr, 500)
    assert_allclose(run.x, page.data.mean(), atol=1e-8)
    assert_allclose(run.hist[:, 0], run.hist[:, 1])
    beyond = abs(gradient_descent(page.nll_grad, [m[0], m[0]], 4.1, 50).hist - page.data.mean())
    assert (beyond[1:] > beyond[:-1]).all()
    assert page.data.var() > 1
    assert_allclose(spectrum(page.hessian(page.nll_grad, run.x)), [(1 - page.data.var()) / 2, 1 / 2], atol=1e-6)


def scf_solution(page, g):
    """The state of direct minimisation, polished by Newton's method, with B and K and the projector off it."""
    psi, one = page.direct(g).x, np.eye(59)
    for _ in range(3):
        F, K = page.mean_field(psi, g), np.diag(2 * g / page.h * psi**2)
        m = psi @ F @ psi
        A = np.block([[F + K - m * one, -psi[:, None]], [psi[None], np.zeros((1, 1))]])
        psi = page.normalise(psi + np.linalg.solve(A, np.append(m * psi - F @ psi, 0))[:-1])
    F = page.mean_field(psi, g)
    across = one - np.outer(psi, psi)
    return psi, F - (psi @ F @ psi) * one, np.diag(2 * g / page.h * psi**2), across


def scf_step(page, psi, g, alpha=1.0):
    new = np.linalg.eigh(page.mean_field(psi, g))[1][:, 0]
    return page.normalise(psi + alpha * (new * np.sign(new @ psi) - psi))


@pytest.mark.parametrize("g", [0.3, 1.5, 2.0, 4.0])
def test_scf_multipliers(g):
    page = shown_up()
    psi, B, K, across = scf_solution(page, g)
    t = np.random.default_rng(0).normal(size=59) * psi
    t = 1e-6 * page.normalise(across @ t)
    near = page.normalise(psi + t)
    expected = -np.linalg.pinv(across @ B @ across, rcond=1e-10) @ K @ t
    assert_allclose(across @ scf_step(page, near, g), expected, atol=1e-3 * norm(expected))

    lam = np.linalg.eigvalsh(across @ (B + K) @ across)[1:]
    F, lr = page.mean_field(near, g), 0.9 / lam[-1]
    stepped = page.normalise(near - 2 * lr * (F @ near - (near @ F @ near) * near))
    assert_allclose(across @ stepped, t - 2 * lr * across @ (B + K) @ t, atol=1e-3 * norm(t))

    away = np.linalg.svd(psi[None])[2][1:]  # an orthonormal basis of what is orthogonal to psi
    B, K = away @ B @ away.T, away @ K @ away.T
    values = np.linalg.eigvals(np.linalg.solve(B, K))
    assert spectrum(B)[0] > 0
    assert abs(values.imag).max() < 1e-9
    assert values.real.min() > -1e-9
    for part, attracts in ((0.1, True), (0.5, True), (0.99, True), (1.01, False)):
        phi = page.normalise(psi + 1e-6 * page.normalise(away.sum(axis=0)))
        first = norm(phi - psi)
        for _ in range(400):
            F = page.mean_field(phi, g)
            phi = page.normalise(phi - 2 * part / lam[-1] * (F @ phi - (phi @ F @ phi) * phi))
        assert (norm(phi - psi) < first) == attracts

    s, curvatures = page.multipliers(psi, g)
    assert_allclose(curvatures, 2 * lam, rtol=1e-6)
    assert_allclose(-s, values.real.max(), rtol=1e-9)
    assert_allclose(page.measured(psi, g), s, rtol=0.02)
    assert (s < -1) == (page.scf(g, 400)[1][-1] > 0.1) == (g >= 2)
    assert_allclose(page.measured(page.direct(g).x, g), s, rtol=0.02)
    for part, attracts in ((0.9, True), (1.1, False)):
        phi = page.normalise(psi + 1e-3 * page.x * psi + 1e-3 * psi**3)
        first = norm(phi - psi)
        for _ in range(60):
            phi = scf_step(page, phi, g, part * 2 / (1 - s))
        assert (norm(phi - psi) < first) == attracts


# The code, whole


def test_report(capsys):
    runpy.run_path(str(ROOT / "chapters" / "demos.py"), run_name="__main__")
    report = capsys.readouterr().out
    for line in (
        "kappa 25, stable below 0.04",
        "lr 0.005: 60 steps, factors 0.99 and 0.75, error 2.189e+00",
        "lr 0.035: 60 steps, factors 0.93 and -0.75, error 5.141e-02",
        "lr 0.041: 25 steps, factors 0.918 and -1.05, error 1.017e+01",
        "the hill between them is at 0.1260",
        "from -0.4: 39 steps to -1.4730, f = -5.4442, global minimum",
        "from +0.4: 56 steps to +1.3470, f = -2.6186, local minimum",
        "OLS [+0.4145, +2.0151], GD [+0.4145, +2.0151]",
        "converged after 111 steps, difference 3.93e-11",
        "loss 5.6466 at the start, 0.14337 at the optimum",
        "eigenvalues 1.8749 and 2.6350, kappa 1.405, stable below 0.759",
        "each late step leaves 0.660 of the excess loss",
    ):
        assert re.search(rf"(^|\W){re.escape(line)}($|\n)", report), line
