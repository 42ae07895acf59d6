"""The claims of the chapter on non-convexity."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from scipy import integrate, optimize
from sharpening import at_least, at_most, exactly
from strategies import bowls, dimensions, fractions, seeds

from gdtools import double_well, gradient_descent, gradient_descent_batch, quadratic, step_bound

page = page_code("non-convexity")


def test_which_minimum():
    """Which minimum is which, for the double well.

    - The left minimum, at −1.4730 with f = −5.4442, is the global one: no point of a fine grid is lower.
    - The right one, at 1.3470 with f = −2.6186, is a minimum, and higher.
    - The hill between them is at 0.1260, by the page and by a root finder, and f'' is negative there.
    - With the step 0.03 the runs from −0.4 and +0.4 end in them after 39 and 56 iterations.
    """
    f = double_well()
    left, right = gradient_descent(f.grad, -0.4, 0.03, 200), gradient_descent(f.grad, 0.4, 0.03, 200)
    assert_allclose([left.x, f(left.x)], [-1.4730, -5.4442], atol=5e-5)
    assert f(left.x) <= f(np.linspace(-10, 10, 100_001)).min()

    assert_allclose([right.x, f(right.x)], [1.3470, -2.6186], atol=5e-5)
    assert f.hess(right.x) > 0

    assert_allclose([page.hill, optimize.brentq(f.grad, -0.5, 0.5)], 0.1260, atol=5e-5)
    assert f.hess(page.hill) < 0

    assert (left.n_steps, right.n_steps) == (39, 56)


@given(seeds, dimensions, st.floats(0.05, 1.95))
def test_no_traps_when_convex(seed, d, part):
    """Convex functions have no traps, for a drawn sum of log cosh, flat along one direction and hardly curved far away,
    and for the functions of Huber, which have a kink in their slope.

    1. Where the gradient vanishes, f is lowest: no point of 200 at distances up to a thousand is lower.
       A point that is lower than its neighbourhood has a vanishing gradient: at any other a short step goes down.
    2. With 0 < η < 2/L, L the largest eigenvalue of AᵀA, the excess obeys the claim's bound for 200 steps, with R the
       distance to either of two minimisers, and the distance to each never grows; for Huber's functions for up to
       200 steps, each step number with the function that is worst for it at 1/L; for a flat one, a single short step.
       After this the excess is so near to the bound that w could not be 5 % larger.
       The run converges to a minimiser: on a drawn quadratic with a flat direction, to the one nearest to the start.
       That this is so on every such function follows from bound and distance on paper.
    """
    rng = np.random.default_rng(seed)
    A, b = rng.normal(size=(d + 1, d - 1)) @ rng.normal(size=(d - 1, d)), rng.normal(size=d + 1)

    def f(x):  # the second derivative of log cosh lies in (0, 1]
        z = x @ A.T - b
        return np.logaddexp(z, -z).sum(axis=-1)

    def grad(x):
        return A.T @ np.tanh(A @ x - b)

    star = optimize.root(grad, np.zeros(d), jac=lambda x: A.T / np.cosh(A @ x - b) ** 2 @ A, method="lm").x
    assert norm(grad(star)) < 1e-8
    assert (f(star + np.geomspace(1e-3, 1e3, 200)[:, None] * rng.normal(size=(200, d))) >= f(star)).all()

    L, x0 = norm(A, 2) ** 2, star + 5 * rng.normal(size=d)
    lr = part / L

    def bound(gap, R2, lr, L):
        w = at_least(lr * (1 - lr * L / 2))
        return gap[0] * R2 / (R2 + np.arange(len(gap)) * w * gap[0])

    hist = gradient_descent(grad, x0, lr, 200, tol=0).hist
    gap = f(hist) - f(star)
    for minimiser in (star, star + 3 * np.linalg.svd(A)[2][-1]):  # along this f stays what it is
        assert_allclose(f(minimiser), f(star))
        R2 = ((x0 - minimiser) ** 2).sum()
        assert (gap <= bound(gap, R2, lr, L) + 1e-12).all()
        away = norm(hist - minimiser, axis=1)
        assert (away[1:] <= away[:-1] + 1e-8).all()

    point = star + 3 * rng.normal(size=d)
    assert f(point - 1e-3 / L * grad(point)) < f(point)

    V, lam = np.linalg.qr(rng.normal(size=(d, d)))[0], np.concatenate([[0], rng.uniform(0.05, 1, d - 1)])
    end = gradient_descent(lambda e: V @ (lam * (V.T @ e)), x0, part, 3000, tol=0).x
    assert_allclose(end, V[:, 0] * (V[:, 0] @ x0), atol=1e-3 * norm(x0))

    for n, s, lr in [(n, 1 / (2 * n + 1), part) for n in (1, 7, 50, 200)] + [(1, 0.01, 0.05)]:
        hist = gradient_descent(lambda x, s=s: np.clip(x, -s, s), 1.0, lr, n, tol=0).hist
        gap = page.huber(hist, s)
        assert (gap <= bound(gap, 1, lr, 1) * (1 + 1e-9) + 1e-15).all()


@given(seeds, st.floats(0.05, 4))
def test_attract_or_repel(seed, part):
    """One map, three facts, for a drawn bowl with three waves on it, all its stationary points, and a drawn step.

    1. The points that T leaves in place are the stationary points, found as changes of sign: at each the multiplier
       measured beside it is 1 − ηf″(x*), and between them nothing stays in place.
    2. With 0 < ηf″ < 2 runs that start near x* on either side converge to it: they end a millionth of the first
       distance away. With f″ < 0 or ηf″ > 2 a run comes near only to be thrown out: of runs that start a millionth
       away, and of forty from anywhere, none ends there. Multipliers within a tenth of ±1 are left out.
    3. With ηf″ < 1 throughout, T is increasing; each of forty runs moves in one direction and never jumps over a
       stationary point.
    """
    rng = np.random.default_rng(seed)
    wave, amount, phase = rng.uniform(0.5, 3, 3), rng.uniform(0.2, 1.5, 3), rng.uniform(0, 7, 3)

    def slope(x):
        return x + np.sin(np.multiply.outer(x, wave) + phase) @ amount

    def curvature(x):
        return 1 + np.cos(np.multiply.outer(x, wave) + phase) @ (amount * wave)

    grid = np.linspace(-6, 6, 4001)  # beyond 4.5 the slope has the sign of x
    signs = np.sign(slope(grid))
    stationary = np.array([optimize.brentq(slope, *grid[i : i + 2], xtol=1e-14) for i in np.flatnonzero(np.diff(signs))])
    lr, highest = part / abs(curvature(stationary)).max(), 1 + amount @ wave

    assert_allclose(stationary - lr * slope(stationary), stationary, atol=1e-12)
    beside = 1e-6 * np.array([-1, 1])
    for star in stationary:
        after = star + beside - lr * slope(star + beside)
        assert_allclose((after - star) / beside, exactly(1 - lr * curvature(star)), atol=1e-4)

    anywhere = rng.uniform(-6, 6, 40)
    ends = gradient_descent_batch(slope, anywhere[None], lr, 2000, tol=0).x[0]
    for star in stationary:
        factor = 1 - lr * curvature(star)
        near = star + 1e-6 * np.array([-1, 1])
        after = gradient_descent_batch(slope, near[None], lr, 400, tol=0).x[0]
        if abs(factor) < 0.9:
            assert (abs(after - star) <= 1e-12).all()
        elif abs(factor) > 1.1:
            assert (abs(near - lr * slope(near) - star) > 1e-6).all()
            assert (abs(after - star) > 1e-6).all()
            assert (abs(ends - star) > 1e-12).all()

    cautious = 0.99 * min(part / 4, 1) / highest
    assert (np.diff(grid - cautious * slope(grid)) > 0).all()
    hist = [anywhere]
    for _ in range(300):
        hist.append(hist[-1] - cautious * slope(hist[-1]))
    hist = np.array(hist)
    steps = np.diff(hist, axis=0)
    assert ((steps >= -1e-13) | (steps[0] < 0)).all()
    assert ((steps <= 1e-13) | (steps[0] > 0)).all()
    side = np.sign(hist[..., None] - stationary)
    assert ((side == side[0]) | (abs(hist[..., None] - stationary) < 1e-9)).all()


def test_beyond_the_bound():
    """Beyond the bound, for the double well and the page's own iterates from −0.4.

    - The bound of the left minimum lies between 0.1 and 0.12, and the periods are 1 at 0.1 and 2, 4 and 8 at
      0.12, 0.14 and 0.1435.
    - At 0.17 no period up to 64 fits, and the logarithm of the stretch averages 0.55 a step; the run stays left.
    - The left band reaches the hill at 0.1788, as the page computes it from the lowest point that an orbit can reach:
      10 000 steps at 0.1787 stay left of it, and at 0.1789 and 0.185 the second half of them is right of it.
    - At 0.185 the run ends in a cycle there.
    """
    f, start = double_well(), -0.4
    assert 0.1 < step_bound(f.hess(f.minimisers[0])) < 0.12
    assert [page.period(eta) for eta in (0.1, 0.12, 0.14, 0.1435)] == [1, 2, 4, 8]

    etas = np.array([0.17, 0.1787, 0.1789, 0.185])
    late = page.late_iterates(start, etas, 10_000)
    assert page.period(0.17) is None
    assert_allclose(page.stretch(0.17), 0.55, atol=0.04)

    assert_allclose(optimize.brentq(page.touch, 0.15, 0.2), 0.1788, atol=5e-5)
    assert late[:, etas < 0.1788].max() < page.hill < late[:, etas > 0.1788].min()

    assert page.period(0.185) is not None


@given(bowls(), seeds, fractions, st.floats(-12, -1), st.floats(-3, 3))
def test_nudge_escapes(bowl, seed, part, exponent, far):
    """A nudge escapes, for a drawn A with one negative eigenvalue λ, drawn δ < r and 0 < η < 2/λₘₐₓ.

    1. The component along v grows by 1 + η|λ| at each step, and the first k at which it reaches r is
       log(r/δ)/log(1 + η|λ|), rounded up. Draws where that is an integer to a thousandth are left out.
    2. A start without this component converges to 0: it stays without it, and the rest shrinks at least by the
       largest |1 − ηλᵢ| of the positive eigenvalues, which is below 1.
    """
    _, lam, V = bowl
    i, r = seed % len(lam), 10**far
    lam = np.where(np.arange(len(lam)) == i, -lam, lam)
    f, lr, delta = quadratic((V * lam) @ V.T), part * 2 / lam.max(), r * 10**exponent
    caught = np.random.default_rng(seed).normal(size=len(lam))
    caught[i] = 0
    nudged = np.where(np.arange(len(lam)) == i, delta, caught)
    growth, diagonal = exactly(1 + lr * abs(lam[i])), quadratic(np.diag(lam)).grad
    turned = gradient_descent(f.grad, V @ nudged, lr, 20, tol=0).hist @ V[:, i]
    assert_allclose(turned, delta * growth ** np.arange(21), rtol=1e-6, atol=1e-12 * (1 + norm(nudged)) * growth**20)
    exact = exactly(np.log(r / delta) / np.log(growth))
    assume(exact < 400 and abs(exact - round(exact)) > 1e-3)
    hist = gradient_descent(diagonal, nudged, lr, 401, tol=0).hist
    assert np.argmax(abs(hist[:, i]) >= r) == np.ceil(exact)

    hist = gradient_descent(diagonal, caught, lr, 401, tol=0).hist
    rate = at_most(abs(1 - lr * lam[lam > 0]).max())
    assert rate < 1
    assert (norm(hist, axis=1) <= rate ** np.arange(402) * norm(caught) * (1 + 1e-9) + 1e-12 * norm(caught)).all()
    assert_allclose(hist[:, i], 0)


@given(st.integers(1, 40), st.floats(0.01, 0.5), st.floats(0.01, 0.5))
def test_restarts_miss(n, p, alpha):
    """Restarts that all miss, for drawn n, p and α.

    - Of 4000 groups of n independent starts the share that all miss is (1 − p)ⁿ, to five standard errors.
    - n = log α/log(1 − p), rounded up, is enough for at most α, and one less is not.
    """
    missed = (np.random.default_rng(n).random((4000, n)) >= p).all(axis=1).mean()
    expected = exactly((1 - p) ** n)
    assert abs(missed - expected) < 5 * np.sqrt(missed * (1 - missed) / 4000) + 2e-3

    enough = np.ceil(exactly(np.log(alpha) / np.log(1 - p)))
    assert (1 - p) ** enough <= alpha * (1 + 1e-12) < (1 - p) ** (enough - 1) * (1 + 1e-9)


def test_noise_escapes():
    """Noise leaves a shallow valley: the page's own walkers, 400 for each σ, with other draws than the page's.

    - Up to σ = 6 at most half a per cent have left the right valley.
    - At σ = 15, the best of those tried to seven hundredths, about 88 % are in the left valley, and about 57 %
      at σ = 60: to three standard errors.
    - From σ = 16 on, the shares are Boltzmann's to a tenth, by the page's own integral of e^(−f/τ).
    """
    share = (page.noisy_descent(np.full((400, 39), page.right), page.sigmas, seed=1) < page.hill).mean(axis=0)
    assert_allclose(share[page.sigmas <= 6], 0, atol=0.005)

    assert (page.sigmas[8], page.sigmas[-1]) == (15, 60)
    assert_allclose(share[[8, -1]], [0.88, 0.57], atol=0.07)
    assert share.max() < share[8] + 0.07

    settled = page.sigmas >= 16
    assert_allclose(share[settled], page.theory[settled], atol=0.1)


@given(seeds, dimensions, st.integers(1, 100))
def test_worst_convex_function(seed, d, k):
    """The worst convex function, for drawn convex L-smooth functions of four kinds and k up to 100, at 1/L.

    - f(x_k) − f* ≤ LR²/(4k + 2): for quadratics with eigenvalues from 0 to L, among them one that is nearly worst, for
      sums of log cosh, for sums of Huber's functions in turned coordinates, and for Huber's function with other bends.
    - Huber's function with s = R/(2k + 1) attains it, for drawn L and R, and its slope is L-Lipschitz.
    """
    rng = np.random.default_rng(seed)
    V, bends = np.linalg.qr(rng.normal(size=(d, d)))[0], rng.uniform(0.01, 2, d)
    lam = np.sort(np.concatenate([[1 / (2 * k + 1), 1], rng.random(d - 2)]))
    e0 = rng.normal(size=d)

    def excess(f, slope):  # of a sum over turned coordinates, each with slopes that are 1-Lipschitz and its minimum at 0
        return f(gradient_descent(lambda y: V @ slope(V.T @ y), V @ e0, 1, k, tol=0).x @ V).sum()

    def bound(L, square):  # of the first distance
        return at_most(L * square / (4 * k + 2))

    worst = bound(1, e0 @ e0) * (1 + 1e-9)
    assert excess(lambda y: lam * y**2 / 2, lambda y: lam * y) <= worst
    assert excess(lambda y: np.log(np.cosh(y)), np.tanh) <= worst
    assert excess(lambda y: page.huber(y, bends), lambda y: np.clip(y, -bends, bends)) <= worst
    for s in rng.uniform(0.1, 3, 5) / (2 * k + 1):
        end = gradient_descent(lambda x, s=s: np.clip(x, -s, s), 1.0, 1, k, tol=0).x
        assert page.huber(end, s) <= bound(1, 1) * (1 + 1e-9)

    L, R = 10 ** rng.uniform(-2, 2, 2)
    s = R / (2 * k + 1)
    end = gradient_descent(lambda x: L * np.clip(x, -s, s), R, 1 / L, k, tol=0).x
    assert_allclose(L * page.huber(end, s), bound(L, R**2), rtol=1e-9)


@given(seeds, dimensions, fractions)
def test_gradients_tend_to_zero(seed, d, part):
    """The gradients tend to zero, for a drawn sum of waves and log cosh, bounded below and full of hills, 0 < η < 2/L.

    - L bounds the curvatures everywhere, f_low is a number that f does not go below.
    - The shortest of the first k gradients has a square of at most (f(x₀) − f_low)/(kw), w = η(1 − ηL/2), k up to 400.
    - The sum of all their squares is at most (f(x₀) − f_low)/w, so they tend to zero.
    - For the step 1/L it is sharp for k = 1, on a parabola, and at most 1.5 times too large for all k: the slope that is
      1 at the k points of the run, and as low between them as L = 1 allows, takes f down by 3/4 a step and 1/2 at last.
    """
    rng = np.random.default_rng(seed)
    waves, amount = rng.normal(size=(4, d)), rng.uniform(0.1, 2, 4)
    L, low = np.linalg.norm((waves.T * amount) @ waves, 2) + 1, -amount.sum()

    def f(x):
        return amount @ np.sin(waves @ x) + np.logaddexp(x, -x).sum()

    def grad(x):
        return waves.T @ (amount * np.cos(waves @ x)) + np.tanh(x)

    x0, lr, k = 5 * rng.normal(size=d), part * 2 / L, np.arange(1, 401)

    def bound(height, lr, L):  # of the sum of all squares
        return at_most(height / (lr * (1 - lr * L / 2)), loose=1.5)

    squares = np.array([g @ g for g in map(grad, gradient_descent(grad, x0, lr, 399, tol=0).hist)])
    assert (np.minimum.accumulate(squares) <= bound(f(x0) - low, lr, L) / k * (1 + 1e-9)).all()

    assert squares.sum() <= bound(f(x0) - low, lr, L) * (1 + 1e-9)

    def dipping(x):
        return x if x < 1 else 1 - abs(x - np.round(x))

    for k in (1, 1 + seed % 100):
        hist = gradient_descent(dipping, float(k), 1, k - 1, tol=0).hist
        height = integrate.trapezoid([dipping(x) for x in np.arange(2 * k + 1) / 2], dx=1 / 2)
        shortest = min(dipping(x) ** 2 for x in hist)
        assert shortest <= bound(height, 1, 1) / k * (1 + 1e-9)
        assert_allclose(shortest * (3 * k - 1) / (2 * k), bound(height, 1, 1) / k)


@given(seeds, dimensions, fractions)
def test_steep_where_high(seed, d, part):
    """Steep wherever it is high, for least squares with dependent columns and for the page's x² + 3 sin² x, 0 < η < 2/L.

    - The condition holds: for the first with the smallest eigenvalue that is not zero, for the second with 0.175,
      though its curvature goes down to −4.
    - Each of 100 steps leaves at most 1 − ημ(2 − ηL) of the excess, 1 − μ/L at 1/L.
    - Where all eigenvalues are equal, that is exact.
    """
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(d + 3, d - 1)) @ rng.normal(size=(d - 1, d)), rng.normal(size=d + 3)
    lam = np.linalg.eigvalsh(X.T @ X)
    best = np.linalg.lstsq(X, y)[0]
    cases = [
        (lambda b: norm(X @ (b - best)) ** 2 / 2, lambda b: X.T @ (X @ b - y), lam[1], lam[-1], rng.normal(size=d)),
        (lambda x: x**2 + 3 * np.sin(x) ** 2, lambda x: 2 * x + 3 * np.sin(2 * x), 0.175, 8, rng.uniform(-9, 9)),
    ]

    def rate(lr, mu, L):
        return at_most(1 - lr * mu * (2 - lr * L))

    for excess, grad, mu, L, x0 in cases:
        for lr in (part * 2 / L, 1 / L):
            hist = gradient_descent(grad, x0, lr, 100, tol=0).hist
            left = np.array([excess(x) for x in hist])
            steep = np.array([np.sum(grad(x) ** 2) for x in hist])
            assert (steep / 2 >= mu * left * (1 - 1e-6) - 1e-9 * left[0]).all()
            assert (left[1:] <= rate(lr, mu, L) * left[:-1] * (1 + 1e-9) + 1e-9 * left[0]).all()
    assert_allclose([page.curve.min(), page.curve.max()], [-4, 8], atol=1e-6)
    assert 0.175 < (page.slope**2 / (2 * page.height)).min() < 0.177

    equal = 1 - part * 2 * 3 / 3  # ηλ = 2·part with μ = L = λ = 3
    assert_allclose(equal**2, rate(part * 2 / 3, 3, 3), atol=1e-12)


@settings(max_examples=30)
@given(st.floats(-2, 2), st.floats(-10, 10), st.sampled_from([1.0, 0.25]))
def test_pair_at_the_bound(third, fourth, m):
    """The pair at the bound, for f″ = 1 and drawn f‴ and f⁗ at the minimum 0 of a polynomial, ηf″ − 2 small.

    For |D| of at least 3, D = 3f‴² − f″f⁗; other f″ differ by the units of x and f only.

    - Two points at the distance f″√(3(ηf″ − 2)/D) to leading order, found within a tenth of it, are mapped to each other;
      half of what lies between them is that to 3 %.
    1. With D > 0 that is above the bound, and the twofold map has a derivative between −1 and 1 there, about
       1 − 4(ηf″ − 2): the pair attracts. Runs from beside 0 on both sides end in it.
    2. With D < 0 it is below the bound, the derivative is above 1, and the pair repels. Above the bound runs from
       beside 0 get beyond a distance that does not shrink with ηf″ − 2.
    """
    D = 3 * third**2 - fourth
    assume(abs(D) >= 3)
    reach = 0.3 / (1 + abs(third) + np.sqrt(abs(fourth)))  # within it the terms of the proof lead
    m = np.sign(D) * m * reach**2 * abs(D) / 30

    def step(x, m):
        return x - (2 + m) * (x + third * x**2 / 2 + fourth * x**3 / 6)

    far = exactly(np.sqrt(3 * m / D))
    low, high = (
        optimize.brentq(lambda x: step(step(x, m), m) - x, *sorted((side * 0.9 * far, side * 1.1 * far))) for side in (-1, 1)
    )
    assert_allclose([step(low, m), step(high, m)], [high, low], rtol=1e-6)
    assert_allclose((high - low) / 2, far, rtol=0.03)

    stretch = np.prod([1 - (2 + m) * (1 + third * x + fourth * x**2 / 2) for x in (low, high)])
    assert (abs(stretch) < 1) == (D > 0)
    assert_allclose(stretch, 1 - exactly(4 * m), atol=0.1 * abs(m))

    for x in (-far / 3, far / 3):
        for _ in range(int(8 / abs(m))):
            x = step(x, abs(m))
            if D < 0 and abs(x) > reach / 2:
                break
        if D > 0:
            assert min(abs(x - low), abs(x - high)) < 1e-3 * far
        else:
            assert abs(x) > reach / 2


@given(st.floats(0.02, 1), st.floats(0.1, 0.9), st.floats(0.01, 0.5))
def test_flat_saddle(r, share, step):
    """A flat saddle holds longer, for drawn r, δ = share · r and η from 0.01/r² to 0.5/r², on ½x² − ¼y⁴.

    The first k with |yₖ| ≥ r is at least k₀ = (1/δ² − 1/r²)/(2η) and less than 1 + k₀(1 + ηr²)²/(1 + ηr²/2), for the
    page's own gradient; with η = 0.1 and r = 1 it is 499 from 0.1.
    """
    delta, lr = share * r, step / r**2
    k0 = (1 / delta**2 - 1 / r**2) / (2 * lr)

    def escape(delta, lr, r):
        y, k = delta, 0
        while abs(y) < r:
            y, k = y - lr * page.flat(np.array([0, y]))[1], k + 1
        return k

    k, stretch = escape(delta, lr, r), (1 + step) ** 2 / (1 + step / 2)
    assert at_least(k0) <= k
    assert k < 1 + at_most(stretch) * k0
    assert escape(0.1, 0.1, 1) == 499


def test_noise_on_a_bowl():
    """Noise on a bowl, for four pairs of λ and η, by 20 000 walkers each that start at 3, far from the minimum.

    - Their mean is 0 and their variance τ/λ · 1/(1 − ηλ/2), each to five standard errors, and a step leaves the
      variance that the claim names in place, exactly.
    - They are normal: the shares within one and two standard deviations are those of the normal distribution.
    - Without the second factor, that of e^(−f/τ), the variance is wrong: for ηλ = 1 by one half.
    """
    rng = np.random.default_rng(4)
    for curvature, lr, sigma in ((1, 0.1, 2), (4, 0.25, 0.5), (2, 0.9, 1), (0.5, 0.3, 3)):
        tau = lr * sigma**2 / 2
        variance = exactly(tau / curvature / (1 - lr * curvature / 2))
        assert_allclose((1 - lr * curvature) ** 2 * variance + lr**2 * sigma**2, variance)
        x = np.full(20_000, 3.0)
        for _ in range(200):
            x = x - lr * (curvature * x + sigma * rng.normal(size=x.shape))
        assert abs(x.mean()) < 5 * np.sqrt(variance / x.size)
        assert abs(x.var() / variance - 1) < 5 * np.sqrt(2 / x.size)
        for wide, share in ((1, 0.6827), (2, 0.9545)):
            assert abs((abs(x) < wide * np.sqrt(variance)).mean() - share) < 5 * 0.5 / np.sqrt(x.size)
        assert abs(x.var() / (tau / curvature) - 1) > 5 * np.sqrt(2 / x.size) or lr * curvature < 0.1
