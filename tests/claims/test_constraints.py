"""The claims of the chapter on constraints and kinks."""

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from scipy import optimize
from sharpening import at_least, at_most, exactly
from strategies import bowls, dimensions, fractions, seeds, waves

from gdtools import (
    contraction,
    descend,
    project_affine,
    project_ball,
    project_box,
    project_simplex,
    projected_gradient,
    proximal_gradient,
    quadratic,
    soft_threshold,
)

page = page_code("constraints")


@given(seeds, dimensions)
def test_nearest_point(seed, d):
    """The nearest point, for drawn z and z' and the page's x ≥ 0, and the box, the unit ball and a drawn Bx = b of `gdtools`.

    - (z − p)·(u − p) ≤ 0 at p = P(z) for 50 drawn u in the set, and none of them is as near.
    - At a drawn p of the set that is not P(z) the inequality fails for u = P(z).
    - ‖P(z) − P(z')‖² ≤ (z − z')·(P(z) − P(z')), and ‖P(z) − P(z')‖ ≤ ‖z − z'‖, both with equality for two points of the set.
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, d)
    B, b = rng.normal(size=(rows, d)), rng.normal(size=rows)
    z, other = 3 * rng.normal(size=(2, d))
    inverse = np.linalg.pinv(B)
    sets = (page.clip, project_box(-1, 1), project_ball(1), lambda z: z - inverse @ (B @ z - b), project_affine(B, b))
    for project in sets:
        p = project(z)
        scale = 1e-9 * (1 + norm(p)) * np.linalg.cond(B)
        for u in map(project, 3 * rng.normal(size=(50, d))):
            assert (z - p) @ (u - p) <= scale * (1 + norm(u))
            assert norm(z - u) >= norm(z - p) - scale
            if norm(u - p) > 1e-3:
                assert (z - u) @ (p - u) > 0

        firm = at_most(1)
        stretch = at_most(1)
        q = project(other)
        assert norm(p - q) ** 2 <= firm * (z - other) @ (p - q) + scale * (1 + norm(z - other))
        assert norm(p - q) <= stretch * norm(z - other) + scale
        u = project(p + (q - p) / 2)
        assert_allclose(
            norm(project(q) - project(u)) ** 2, firm * (q - u) @ (project(q) - project(u)), atol=scale * (1 + norm(q))
        )
        assert_allclose(norm(project(q) - project(u)), stretch * norm(q - u), atol=scale)


@given(seeds, st.integers(2, 6), st.floats(0.01, 100))
def test_nearest_shares(seed, d, total):
    """The nearest shares by sorting, for drawn z and totals, the page's own and those of `gdtools`.

    - P(z) = max(z − τ, 0) with the largest quotient τ: it has the total, nothing negative, and no drawn point of the set
      violates the inequality of the nearest point; in fractions it is the one face of all that keeps its conditions.
    - The largest quotient is that of the number of positive entries.
    - To cut at 0 and to divide by the sum violates the inequality, at the page's own point.
    """
    rng = np.random.default_rng(seed)
    z = total * rng.normal(size=d)
    u = np.sort(z)[::-1]
    quotients = (np.cumsum(u) - total) / np.arange(1, d + 1)
    tau = exactly(quotients.max())
    for project in (lambda z: page.nearest_shares(z, total), project_simplex(total)):
        p = project(z)
        assert_allclose(p, np.maximum(z - tau, 0), atol=1e-9 * total)
        assert_allclose(p.sum(), total)
        assert (p >= 0).all()
        for other in total * rng.dirichlet(np.ones(d), 50):
            assert (z - p) @ (other - p) <= 1e-9 * total**2
        assert np.argmax(quotients) + 1 == np.sum(p > 1e-12 * total)

    whole = [Fraction(int(entry), 7) for entry in rng.integers(-20, 20, d)]
    assert sorted_shares(whole, Fraction(3)) == shares_by_trial(whole, Fraction(3))

    divided = np.maximum(page.given, 0) / np.maximum(page.given, 0).sum()
    assert (page.given - divided) @ (page.nearest_shares(page.given) - divided) > 0.005


def sorted_shares(z, total):
    """The rule by sorting, in fractions."""
    u = sorted(z, reverse=True)
    tau = max((sum(u[:k]) - total) / k for k in range(1, len(u) + 1))
    return [max(entry - tau, Fraction(0)) for entry in z]


def shares_by_trial(z, total):
    """The nearest shares from their conditions: of all sets of positive entries the one whose rest would be negative."""
    found = []
    for positive in product((True, False), repeat=len(z)):
        if any(positive):
            tau = (sum(entry for entry, kept in zip(z, positive, strict=True) if kept) - total) / sum(positive)
            if all((entry > tau) == kept for entry, kept in zip(z, positive, strict=True)):
                found.append([entry - tau if kept else Fraction(0) for entry, kept in zip(z, positive, strict=True)])
    (only,) = found
    return only


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

        error = norm(page.projected(f.grad, project, x0, lr, 50).hist - truth, axis=1)
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
    for project in (project_ball(1), project_box(-1, 1)):
        run = projected_gradient(sines.grad, project, project(rng.normal(size=d)), 1, 5000, 1e-10)
        assume(run.stopped == "converged")
        for eta in (0.01, 1, 100):
            assert_allclose(project(run.x - eta * sines.grad(run.x)), run.x, atol=1e-6)
        for u in map(project, 2 * rng.normal(size=(20, d))):
            assert sines.grad(run.x) @ (u - run.x) >= -1e-8
        inside = 0.5 * run.x + 0.1 * project_ball(1)(rng.normal(size=d))
        if norm(sines.grad(inside)) > 1e-3:
            assert norm(project(inside - 0.01 * sines.grad(inside)) - inside) > 1e-6


@given(bowls(), seeds, st.floats(0, 10), fractions)
def test_soft_threshold(bowl, seed, t, part):
    """The soft threshold, the page's own and that of `gdtools`, for drawn numbers, and the lasso on a drawn quadratic.

    - t|u| + ½(u − z)² exceeds its value at S by ½(u − S)² or more; by exactly that for u on the side of S.
    - (S − S')² ≤ (z − z')(S − S'), with equality beyond the threshold on one side.
    - Where the page's own run ends, x is S of a step of any length, and the slopes are −α sign x or at most α in size;
      conversely for a drawn x with such slopes, which no drawn point is below.
    - 0 is a solution for α above max |∂f(0)|, and not below.
    """
    rng = np.random.default_rng(seed)
    z, other, u = 10 * rng.normal(size=(3, 50))
    for shrink in (page.shrink, soft_threshold):
        S, also = shrink(z, t), shrink(other, t)
        margin = at_least(1 / 2)
        charged = lambda u: t * abs(u) + (u - z) ** 2 / 2  # noqa: E731
        assert (charged(u) >= charged(S) + margin * (u - S) ** 2 - 1e-9 * (1 + t) ** 2).all()
        farther = 2 * S + np.sign(S)
        assert (charged(farther) >= charged(S) + margin * (farther - S) ** 2 - 1e-9 * (1 + t) ** 2).all()
        firm = at_most(1)
        assert ((S - also) ** 2 <= firm * (z - other) * (S - also) + 1e-9 * (1 + t) ** 2).all()
        assert (shrink(3 * t + 1, t) - shrink(2 * t, t)) ** 2 <= firm * (t + 1) * (
            shrink(3 * t + 1, t) - shrink(2 * t, t)
        ) + 1e-9

    A, lam, _ = bowl
    f, x0 = quadratic(A, A @ rng.normal(size=len(lam))), np.zeros(len(lam))
    border = exactly(abs(f.grad(x0)).max())
    step = lambda z, t: page.shrink(z, t * alpha)  # noqa: E731
    for alpha in (0.999 * border, 1.001 * border):
        assert (page.proximal(f.grad, step, x0, 1 / lam[-1], 1).x == 0).all() == (alpha > border)

    alpha = part * border
    x = proximal_gradient(f.grad, step, x0, 1 / lam[-1], 20_000, 1e-9 * border, accelerate=True, restart=True).x
    assert_allclose(page.proximal(f.grad, step, x, 1 / lam[-1], 9).x, x, atol=1e-6 * border / lam[0])
    g = f.grad(x)
    assert_allclose(g[x != 0], exactly(-alpha) * np.sign(x[x != 0]), atol=1e-6 * border)
    assert (abs(g) <= alpha + 1e-6 * border).all()
    for eta in (0.1 / lam[-1], 10 / lam[0]):
        assert_allclose(step(x - eta * g, eta), x, atol=1e-6 * eta * border)

    x = page.shrink(rng.normal(size=len(lam)), 0.5)
    g = -alpha * np.where(x != 0, np.sign(x), rng.uniform(-1, 1, len(lam)))
    made = quadratic(A, A @ x - g)
    assert_allclose(step(x - g, 1), x, atol=1e-9 * (1 + alpha))
    low = made(x) + alpha * abs(x).sum()
    for point in x + rng.normal(size=(20, len(lam))):
        assert made(point) + alpha * abs(point).sum() >= low - 1e-9 * (1 + abs(low))


@given(seeds, st.floats(1.1, 50))
def test_caught_at_a_kink(seed, gamma):
    """A search that is caught at a kink, on the page's own function with its own search, for a drawn γ.

    - f is convex, at drawn pairs of points, with the page's slope, and falls without end along (−1, 0).
    - Exact search from (γ, 1) visits ((γ − 1)/(γ + 1))ᵏ(γ, ±1): six steps of the page's search, and in fractions for 16/9.
    - All gradients have the length √(2γ/(γ + 1)) and an angle of 45° with (−1, 0), going down; 0 is no minimum.
    """
    f, slope = lambda x: page.caught(x, gamma), lambda x: page.slope(x, gamma)  # noqa: E731
    rng = np.random.default_rng(seed)
    for x, u in rng.normal(size=(50, 2, 2)):
        assert f((x + u) / 2) <= (f(x) + f(u)) / 2 + 1e-12
        assert f(u) >= f(x) + slope(x) @ (u - x) - 1e-12
        assert f(x - [1e9, 0]) < -1e8 / np.sqrt(1 + gamma)
    assert f(np.array([-1e-9, 0])) < f(np.zeros(2)) == 0

    factor = exactly((gamma - 1) / (gamma + 1))
    length = exactly(np.sqrt(2 * gamma / (gamma + 1)))
    x = np.array([gamma, 1.0])
    for k in range(6):
        g = slope(x)
        assert_allclose(norm(g), length)
        assert_allclose(g[0] / norm(g), exactly(1 / np.sqrt(2)))
        best = optimize.minimize_scalar(
            lambda t, x=x, g=g: f(x - t * g), bounds=(0, 4 * gamma), method="bounded", options={"xatol": 1e-12}
        )
        x = x - best.x * g
        assert_allclose(x, factor ** (k + 1) * np.array([gamma, (-1) ** (k + 1)]), rtol=1e-4, atol=1e-5 * factor**k)
        x = ((gamma - 1) / (gamma + 1)) ** (k + 1) * np.array([gamma, (-1.0) ** (k + 1)])

    run = descend(page.slope, [16 / 9, 1], page.exact_search, 6, tol=0).hist
    point = [Fraction(16, 9), Fraction(1)]
    for k in range(7):
        assert_allclose(run[k], [float(entry) for entry in point], rtol=1e-6)
        assert point == [Fraction(7, 25) ** k * Fraction(16, 9), Fraction(-7, 25) ** k]
        way = [-1, -1 if point[1] > 0 else 1]  # against the gradient (a, γb)
        bend = way[0] ** 2 + Fraction(16, 9) * way[1] ** 2
        t = -(way[0] * point[0] + Fraction(16, 9) * way[1] * point[1]) / bend
        point = [point[0] + t * way[0], point[1] + t * way[1]]


@given(bowls(largest_condition=10), seeds, st.floats(0.1, 3))
def test_multiplier_rate(bowl, seed, part):
    """What a round of multipliers gains, by the page's own rounds on a drawn quadratic and a drawn Bx = b.

    - ν − ν⋆ is multiplied by (I + cBH⁻¹Bᵀ)⁻¹ each round, and x − x⋆ = H⁻¹Bᵀ(ν − ν⋆), for four rounds.
    - So it shrinks at least by 1/(1 + cs); by exactly that where there is one constraint.
    - The penalty's error times c tends to the length of H⁻¹Bᵀ(BH⁻¹Bᵀ)⁻¹ν⋆.
    """
    H, lam, _ = bowl
    d, rng = len(lam), np.random.default_rng(seed)
    rows = 1 + seed % (d - 1)
    B, b = rng.normal(size=(rows, d)), rng.normal(size=rows)
    f = quadratic(H, H @ rng.normal(size=d))
    T = B @ np.linalg.solve(H, B.T)
    assume(np.linalg.cond(T) < 100)
    c, s = part / np.linalg.eigvalsh(T)[-1], np.linalg.eigvalsh(T)[0]
    system = np.block([[H, -B.T], [B, np.zeros((rows, rows))]])
    x_star, nu_star = np.split(np.linalg.solve(system, np.concatenate([-f.grad(np.zeros(d)), b])), [d])

    size = norm(nu_star) + 1
    rounds = page.multipliers(f, B, b, c, 4, 1e-9 * size * norm(B))
    gain = exactly(np.linalg.inv(np.eye(rows) + c * T))
    back = exactly(np.linalg.solve(H, B.T))
    rate = at_most(1 / (1 + c * s))
    for (_, _, before), (_, x, nu) in zip(rounds, rounds[1:], strict=False):
        assert_allclose(nu - nu_star, gain @ (before - nu_star), atol=1e-6 * size)
        assert_allclose(x - x_star, back @ (nu - nu_star), atol=1e-6 * size * norm(B) / lam[0])
        assert norm(nu - nu_star) <= rate * norm(before - nu_star) + 1e-6 * size

    c = 1e6 / s
    end = np.linalg.solve(H + c * B.T @ B, c * B.T @ b - f.grad(np.zeros(d)))
    limit = exactly(norm(np.linalg.solve(H, B.T @ np.linalg.solve(T, nu_star))))
    assert_allclose(c * norm(end - x_star), limit, rtol=1e-2)


@given(seeds, st.integers(3, 6), st.floats(-0.4, 3))
def test_sphere_borders(seed, d, lowest):
    """Two borders on the sphere, for a drawn spectrum whose ends stand apart, moved so that the first may be negative.

    - With 2 % less than 1/(λ₁ + λ_d) the page's projection leads to ±v₁, with 2 % more to ±v_d, with another sign each step.
    - Below the border the part across v₁ shrinks against the part along it by the ratio or more at each of 20 steps; by
      exactly that from a start in the plane of v₁ and the slowest direction.
    - The ratio is at least (κ − 1)/(κ + 1), with equality at 1/(λ₂ + λ_d) alone of 200 steps below the border.
    """
    rng = np.random.default_rng(seed)
    inner = np.sort(rng.uniform(0.1, 0.9, d - 2))
    lam = np.concatenate([[0], inner, [1]]) + lowest  # the last is larger than −λ₁
    lam = 10 ** rng.uniform(-2, 2) * lam
    V, _ = np.linalg.qr(rng.normal(size=(d, d)))
    A = V * lam @ V.T
    border = exactly(1 / (lam[0] + lam[-1]))

    def ratio(eta):
        return abs(1 - 2 * eta * lam[1:]).max() / (1 - 2 * eta * lam[0])

    def run(eta, start, n_steps):
        hist = projected_gradient(lambda x: 2 * A @ x, page.normalise, start, eta, n_steps, tol=0).hist
        assert_allclose(norm(hist[1:], axis=1), 1)
        return hist @ V

    start = V @ (rng.choice([-1, 1], d) * rng.uniform(0.5, 1, d))
    low, high = run(0.98 * border, start, 1500), run(1.02 * border, start, 1500)
    assert abs(low[-1, 0]) > 1 - 1e-6
    assert low[-1, 0] * low[-2, 0] > 0
    assert abs(high[-1, -1]) > 1 - 1e-6
    assert high[-1, -1] * high[-2, -1] < 0

    eta = rng.uniform(0.1, 0.98) / (lam[0] + lam[-1])
    slowest = 1 + np.argmax(abs(1 - 2 * eta * lam[1:]))
    worst = at_most(ratio(eta))
    for begin, bound in ((start, np.less_equal), (V[:, 0] + V[:, slowest], np.isclose)):
        parts = run(eta, begin, 20)[1:]
        across = norm(parts[:, 1:], axis=1) / abs(parts[:, 0])
        fresh = across[:-1] > 1e-4
        assert bound(across[1:][fresh], worst * across[:-1][fresh] * (1 + 1e-6)).all()

    kappa = (lam[-1] - lam[0]) / (lam[1] - lam[0])
    least = at_least((kappa - 1) / (kappa + 1))
    best = exactly(1 / (lam[1] + lam[-1]))
    assert_allclose(ratio(best), least, rtol=1e-9)
    others = np.linspace(0.01, 0.999, 200) / (lam[0] + lam[-1])
    away = abs(others / best - 1) > 1e-3
    assert (np.array([ratio(eta) for eta in others[away]]) > least).all()
