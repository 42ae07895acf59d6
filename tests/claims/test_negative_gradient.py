"""The claims of the chapter on the negative gradient."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from scipy import optimize
from strategies import bowls, fractions, seeds

from gdtools import finite_difference_gradient, gradient_error, quadratic

page = page_code("negative-gradient")


def gap(f, x, g, eta):
    """How far the decrease of a step falls short of the promise η‖g‖²."""
    return eta * (g @ g) - (f(x) - f(x - eta * g))


def power(steps, gaps):
    """The slope of a straight line fitted on logarithmic axes."""
    return np.polyfit(np.log(steps), np.log(gaps), 1)[0]


@given(bowls(), seeds)
def test_steepest_direction(bowl, seed):
    """The steepest direction, for a drawn quadratic f, point x and unit vector d, slopes measured by differences.

    - The slope along d is −‖∇f(x)‖ cos θ, θ the angle between d and −∇f(x).
    - Along −∇f(x)/‖∇f(x)‖ it is −‖∇f(x)‖, and along any other unit vector more.
    - In the opposite direction it is the largest.
    - It is negative exactly when cos θ > 0, that is θ < 90°; angles within 0.006° of that are left out.
    """
    A, lam, _ = bowl
    rng, f = np.random.default_rng(seed), quadratic(A)
    x, d = rng.normal(size=(2, len(lam)))
    g, d = f.grad(x), d / norm(d)
    downhill, t = -g / norm(g), 1e-5

    def slope(direction):
        return (f(x + t * direction) - f(x - t * direction)) / (2 * t)

    cosine = d @ downhill
    assert_allclose(slope(d), -norm(g) * cosine, atol=1e-6 * (norm(g) + f(x)))

    assert_allclose(slope(downhill), -norm(g), rtol=1e-5)
    assert slope(downhill) < slope(d)

    assert slope(d) < slope(-downhill)

    assert (slope(d) < 0) == (cosine > 0) or abs(cosine) < 1e-4


@given(bowls(), seeds)
def test_steepest_in_another_norm(bowl, seed):
    """Steepest in another norm, for a drawn positive definite P and gradient g.

    Among directions with ‖d‖ = 1 in the norm of P the slope g·d is smallest along −P⁻¹g: none of 200 drawn ones
    and none of 200 that differ from −P⁻¹g by about a thousandth is steeper.
    """
    P, lam, _ = bowl
    rng = np.random.default_rng(seed)
    g, others = rng.normal(size=len(lam)), rng.normal(size=(len(lam), 200))
    steepest = -np.linalg.solve(P, g)
    nearby = steepest[:, None] * (1 + 1e-3 * others)
    for tried in (others, nearby):
        slopes = g @ (tried / np.sqrt((tried * (P @ tried)).sum(axis=0)))
        assert (slopes >= g @ steepest / np.sqrt(steepest @ P @ steepest) * (1 + 1e-9)).all()


@given(bowls(), seeds, st.floats(0.01, 3))
def test_first_order_promise(bowl, seed, part):
    """The first-order promise, for a drawn quadratic with a wave on it, whose Hessian changes from place to place.

    1. For a function that is only differentiable at x, with the gap η^1.5‖g‖², the gap is o(η): its share of the
       promise is √η. A step of at most 1/L goes down.
    2. With ∇f Lipschitz with constant L, |gap(η)| ≤ ½Lη²‖g‖², for η from 0.01/L to 3/L.
    3. For small η the gap is ½η² g·Hg, to two thousandths of the bound of part 2.
    """
    A, lam, _ = bowl
    x, wave = np.random.default_rng(seed).normal(size=(2, len(lam)))

    def f(p):
        return p @ A @ p / 2 + lam[-1] * np.cos(wave @ p)

    def hess(p):
        return A - lam[-1] * np.cos(wave @ p) * np.outer(wave, wave)

    g = A @ x - lam[-1] * np.sin(wave @ x) * wave
    L = lam[-1] * (1 + wave @ wave)

    def rough(p):  # with the gradient g at x, which is not Lipschitz there
        return g @ (p - x) + np.sqrt(abs(g)) @ abs(p - x) ** 1.5

    short = 1 / L * 10.0 ** np.arange(-1, -6, -1)
    shares = [gap(rough, x, g, eta) / (eta * (g @ g)) for eta in short]
    assert_allclose(shares, np.sqrt(short), rtol=1e-3)
    assert f(x - min(part, 1) / L * g) < f(x)

    eta, rounding = part / L, 1e-12 * (abs(f(x)) + lam[-1] + g @ g / L)
    assert abs(gap(f, x, g, eta)) <= L * eta**2 * (g @ g) / 2 + rounding

    small = 1e-3 / (L * (1 + norm(wave) * norm(g) / L))
    expected = small**2 * (g @ hess(x) @ g) / 2
    assert abs(gap(f, x, g, small) - expected) <= 2e-3 * L * small**2 * (g @ g) / 2 + rounding


def test_measured_gap():
    """The measured gap: lines fitted on logarithmic axes, by the page and here.

    - For the polynomial of the page, whose gradient differences confirm, at (2, 2), over steps between 10⁻⁵ and 10⁻³,
      the slope is 2.00.
    - For t + |t|^1.5 at 0 it is 1.50.
    """
    steps = np.geomspace(1e-5, 1e-3, 30)
    assert gradient_error(page.f, page.grad, [0.3, -1.2]) < 1e-8
    assert page.point.tolist() == [2, 2]
    smooth = [gap(page.f, page.point, page.grad(page.point), eta) for eta in steps]
    assert_allclose(power(steps, smooth), 2.00, atol=0.005)
    assert_allclose(page.fitted, 2.00, atol=0.005)

    rough = [gap(lambda t: (t + abs(t) ** 1.5).sum(), np.zeros(1), np.ones(1), eta) for eta in steps]
    assert_allclose(power(steps, rough), 1.50, atol=0.005)
    assert_allclose(power(page.small, page.rough), 1.50, atol=0.005)


@given(bowls(), seeds, fractions)
def test_lowest_on_a_circle(bowl, seed, part):
    """The lowest point on a circle, for a drawn quadratic, point x and radius 0 < r < ‖H⁻¹g‖.

    - With p = −(H + λI)⁻¹g and λ > 0 such that ‖p‖ = r, no point of the circle is lower than x + p:
      none of 200 drawn on it, none of 200 beside it.
    - λ is the one number that fits, because ‖p‖ falls steadily as λ grows.
    - For a short radius p has the direction of −g up to the angle r‖w‖/‖g‖, w the part of Hg/‖g‖ perpendicular to g.
    - At λ = 0 the step is Newton's and leads to the minimiser, here 0.
    """
    H, lam, _ = bowl
    rng, f = np.random.default_rng(seed), quadratic(H)
    x = rng.normal(size=len(lam))
    g = f.grad(x)

    def step(shift):
        return -np.linalg.solve(H + shift * np.eye(len(lam)), g)

    r = part * norm(step(0))
    shift = np.exp(optimize.brentq(lambda s: norm(step(np.exp(s))) / r - 1, *np.log(lam[-1] * np.array([1e-9, 1e9]))))
    p, far, near = step(shift), rng.normal(size=(len(lam), 200)), rng.normal(size=(len(lam), 200))
    for tried in (far, p[:, None] + 1e-3 * r * near):
        assert (f(x[:, None] + r * tried / norm(tried, axis=0)) >= f(x + p) - 1e-12 * f(x)).all()

    sizes = [norm(step(s)) for s in lam[-1] * np.geomspace(1e-6, 1e6, 100)]
    assert (np.diff(sizes) < 0).all()

    ghat, short = g / norm(g), step(1e4 * lam[-1])
    angle = norm(short / norm(short) + ghat)
    w = H @ ghat - (ghat @ H @ ghat) * ghat
    assert_allclose(angle, norm(short) * norm(w) / norm(g), rtol=1e-2, atol=1e-12)

    assert_allclose(step(0), -x, rtol=1e-6, atol=1e-9)


@given(bowls(), seeds)
def test_what_a_short_gradient_says(bowl, seed):
    """What a short gradient says, for a drawn quadratic plus a bend along one direction, minimiser x*.

    - Its Hessian lies between μ and L everywhere: it is A plus at most `extra` times the square of the bend.
    - ‖∇f(x)‖/L ≤ ‖x − x*‖, and ‖x − x*‖ ≤ ‖∇f(x)‖/μ.
    - Neither can be improved: along the flattest and the steepest direction of a quadratic the two are met.
    """
    A, lam, V = bowl
    x, star, bend = np.random.default_rng(seed).normal(size=(3, len(lam)))
    extra = lam[0]
    mu, L = lam[0], lam[-1] + extra * bend @ bend

    def grad(p):
        return A @ (p - star) + extra * np.tanh(bend @ (p - star)) * bend

    size, error = norm(grad(x)), norm(x - star)
    assert size / L <= error * (1 + 1e-9)
    assert error <= size / mu * (1 + 1e-9)

    for direction, curvature in ((V[:, 0], mu), (V[:, -1], lam[-1])):
        assert_allclose(norm(quadratic(A).grad(direction)) / curvature, 1, rtol=1e-6)


@given(st.floats(-3, 3), st.floats(-9, -0.5), st.floats(-3, 3))
def test_best_difference(x, exponent, size):
    """The best difference, for drawn x, h from 10⁻⁹ to 0.3 and M from 10⁻³ to 10³.

    - The central difference is off by at most Mh²/6 + δ/h, apart from its own rounding: by rounding alone for a
      straight line, by truncation alone for a sine, whose difference is exactly cos x · sinc h, and by both for M sin.
    - The bound is smallest at h = ∛(3δ/M): there it is below its values one per cent to either side, and at any h.
    """

    def bound(h, delta, M):
        return M * h**2 / 6 + delta / h

    h, M, delta = 10**exponent, 10**size, 2.2e-16 * (1 + abs(x))
    straight = abs(finite_difference_gradient(np.sum, np.array([x]), h)[0] - 1)
    assert straight <= bound(h, delta, 0) + 1e-15
    assert abs(np.sinc(h / np.pi) - 1) <= bound(h, 0, 1) + 1e-15
    measured = finite_difference_gradient(lambda p: M * np.sin(p[0]), np.array([x]), h / max(1, abs(x)))[0]
    assert abs(measured - M * np.cos(x)) <= bound(h, M * delta, M) + 1e-15 * M

    best = (3 * delta / M) ** (1 / 3)
    assert bound(best, delta, M) <= min(bound(1.01 * best, delta, M), bound(0.99 * best, delta, M), bound(h, delta, M))
