"""The claims of the chapter on non-convexity."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from scipy import optimize
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
    """Convex functions have no traps, for a drawn sum of log cosh, flat along one direction and hardly curved far away.

    1. Where the gradient vanishes, f is lowest: no point of 200 at distances up to a thousand is lower.
    2. With 0 < η < 2/L, L the largest eigenvalue of AᵀA, the excess obeys the claim's bound for 200 steps, with R the
       distance to either of two minimisers, and the distance to each never grows.
       That the points converge follows from the two on paper.
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
    w, k, hist = lr * (1 - lr * L / 2), np.arange(201), gradient_descent(grad, x0, lr, 200, tol=0).hist
    gap = f(hist) - f(star)
    for minimiser in (star, star + 3 * np.linalg.svd(A)[2][-1]):  # along this f stays what it is
        assert_allclose(f(minimiser), f(star))
        R2 = ((x0 - minimiser) ** 2).sum()
        assert (gap <= gap[0] * R2 / (R2 + k * w * gap[0]) + 1e-12).all()
        away = norm(hist - minimiser, axis=1)
        assert (away[1:] <= away[:-1] + 1e-8).all()


@given(st.floats(0.01, 1.99), st.floats(2.01, 6), st.floats(0.01, 1), st.sampled_from([0, 1]))
def test_attract_or_repel(inside, outside, small, which):
    """One map, three facts, for the double well, a drawn minimum of its two, and drawn steps.

    1. T leaves the minima and the hill in place, and beside a minimum one step multiplies the distance
       by 1 − ηf''(x*), to two hundredths.
    2. With 0 < ηf'' < 2 both runs that start beside the minimum end nearer to it after 60 steps.
       With ηf'' > 2 at the minimum, and on the hill for any step, a run that starts a millionth away
       is farther off after 2 steps and after 300.
    3. With ηf'' < 1 on a window the run moves in one direction and never jumps over a stationary point.
    """
    f = double_well()
    star = f.minimisers[which]
    lr = inside / f.hess(star)
    near = star + 1e-4 * np.array([-1, 1])  # so near that the curvature changes by less than a hundredth
    stationary = np.array([f.minimisers[0], page.hill, f.minimisers[1]])
    assert_allclose(stationary - lr * f.grad(stationary), stationary, rtol=1e-12)
    assert_allclose((near - lr * f.grad(near) - star) / (near - star), 1 - inside, atol=2e-2)

    assert (abs(gradient_descent_batch(f.grad, near[None], lr, 60, tol=0).x - star) < abs(near - star)).all()
    for point, lr in ((star, outside / f.hess(star)), (page.hill, inside)):
        for n_iter in (2, 300):
            assert abs(gradient_descent(f.grad, point + 1e-6, lr, n_iter, tol=0).x - point) > 1e-6

    edge, largest_curvature = 2.2, 50.08  # on the window from −2.2 to 2.2
    hist = gradient_descent(f.grad, edge * (2 * small - 1), 0.99 * small / largest_curvature, 50, tol=0).hist
    steps = np.diff(hist)
    assert (steps >= 0).all() or (steps <= 0).all()
    assert ((hist[:, None] > stationary + 1e-9) == (hist[0] > stationary + 1e-9)).all() or abs(steps[0]) < 1e-9


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
    growth, diagonal = 1 + lr * abs(lam[i]), quadratic(np.diag(lam)).grad
    turned = gradient_descent(f.grad, V @ nudged, lr, 20, tol=0).hist @ V[:, i]
    assert_allclose(turned, delta * growth ** np.arange(21), rtol=1e-6, atol=1e-12 * (1 + norm(nudged)) * growth**20)
    exact = np.log(r / delta) / np.log(growth)
    assume(exact < 400 and abs(exact - round(exact)) > 1e-3)
    hist = gradient_descent(diagonal, nudged, lr, 401, tol=0).hist
    assert np.argmax(abs(hist[:, i]) >= r) == np.ceil(exact)

    hist = gradient_descent(diagonal, caught, lr, 401, tol=0).hist
    rate = abs(1 - lr * lam[lam > 0]).max()
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
    expected = (1 - p) ** n
    assert abs(missed - expected) < 5 * np.sqrt(expected * (1 - expected) / 4000) + 2e-3

    enough = np.ceil(np.log(alpha) / np.log(1 - p))
    assert (1 - p) ** enough <= alpha * (1 + 1e-12) < (1 - p) ** (enough - 1) * (1 + 1e-9)


def test_noise_escapes():
    """Noise leaves a shallow valley: the page's own walkers, 400 for each σ, with other draws than the page's.

    - Up to σ = 6 at most half a per cent have left the right valley.
    - At σ = 15, the best of those tried to seven hundredths, about 88 % are in the left valley, and about 57 %
      at σ = 60: to three standard errors.
    """
    share = (page.noisy_descent(np.full((400, 39), page.right), page.sigmas, seed=1) < page.hill).mean(axis=0)
    assert_allclose(share[page.sigmas <= 6], 0, atol=0.005)

    assert (page.sigmas[8], page.sigmas[-1]) == (15, 60)
    assert_allclose(share[[8, -1]], [0.88, 0.57], atol=0.07)
    assert share.max() < share[8] + 0.07
