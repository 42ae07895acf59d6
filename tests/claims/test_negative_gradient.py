"""The claims of the chapter on the negative gradient."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from scipy import optimize
from sharpening import at_least, at_most, exactly
from strategies import bowls, fractions, seeds

from gdtools import finite_difference_gradient, gradient_error, quadratic

page = page_code("negative-gradient")


def gap(f, x, g, eta):
    """How far the decrease of a step falls short of the promise η‖g‖²."""
    return eta * (g @ g) - (f(x) - f(x - eta * g))


def power(steps, gaps):
    """The slope of a straight line fitted on logarithmic axes."""
    return np.polyfit(np.log(steps), np.log(gaps), 1)[0]


@given(bowls(), seeds, st.floats(0, 180))
def test_steepest_direction(bowl, seed, degrees):
    """The steepest direction, for a drawn function with a wave and with an edge in its slope at x, a drawn unit
    vector d at a drawn angle θ from −∇f(x), and slopes measured over shorter and shorter distances t.

    - The slope along d is −‖∇f(x)‖ cos θ: what is measured comes as near to it as √t, which is all that a function
      allows that is differentiable at x and no more.
    - Along −∇f(x)/‖∇f(x)‖, θ = 0, it is −‖∇f(x)‖, and along any other unit vector more, by ‖∇f(x)‖·‖d − d₀‖²/2.
    - In the opposite direction it is ‖∇f(x)‖, and along any other unit vector less.
    - It is negative exactly when θ < 90°: a millionth of a degree to either side decides.
    """
    A, lam, _ = bowl
    x, wave, aside = np.random.default_rng(seed).normal(size=(3, len(lam)))
    g = A @ x - lam[-1] * np.sin(wave @ x) * wave

    def f(p):
        return p @ A @ p / 2 + lam[-1] * (np.cos(wave @ p) + (abs(p - x) ** 1.5).sum())

    downhill = -g / norm(g)
    aside = aside - aside @ downhill * downhill

    def direction(theta):
        return np.cos(theta) * downhill + np.sin(theta) * aside / norm(aside)

    theta = np.radians(degrees)
    d = direction(theta)
    for t in 10.0 ** np.arange(-2, -9, -1):
        rounding = 1e-14 * (abs(f(x)) + lam[-1] + norm(g)) / t
        bend = lam[-1] * (1 + wave @ wave) * t + lam[-1] * len(lam) * np.sqrt(t)
        assert abs((f(x + t * d) - f(x)) / t + exactly(norm(g) * np.cos(theta))) <= bend + rounding

    assert_allclose(g @ direction(0), exactly(-norm(g)))
    more = exactly(norm(g) * norm(d - direction(0)) ** 2 / 2)
    assert_allclose(g @ d - g @ direction(0), more, atol=1e-12 * norm(g))

    assert_allclose(g @ direction(np.pi), exactly(norm(g)))
    less = exactly(norm(g) * norm(d - direction(np.pi)) ** 2 / 2)
    assert_allclose(g @ direction(np.pi) - g @ d, less, atol=1e-12 * norm(g))

    right = exactly(90)
    assert g @ direction(np.radians(right - 1e-6)) < 0 < g @ direction(np.radians(right + 1e-6))
    assert (g @ d < 0) == (degrees < right) or abs(degrees - right) < 1e-6


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
    fastest = at_most(-g @ steepest / np.sqrt(steepest @ P @ steepest))
    for tried in (others, nearby):
        slopes = g @ (tried / np.sqrt((tried * (P @ tried)).sum(axis=0)))
        assert (-slopes <= fastest * (1 + 1e-9)).all()


@given(bowls(), seeds, st.floats(0.01, 3), st.floats(1.1, 1.9), st.sampled_from([-1, 1]))
def test_first_order_promise(bowl, seed, part, exponent, sign):
    """The first-order promise, for drawn functions of three kinds.

    1. For a function that is only differentiable at x, with the gap ±cη^p, p drawn between 1 and 2, times a factor
       that goes on swinging between 0 and 1 as η falls, the gap's share of the promise falls below any bound: it is at
       most cη^(p−1). Every step below the one where that is 1 goes down: each of 200 of all sizes.
    2. With ∇f Lipschitz with constant L on the segment alone, whose curvature grows exponentially behind x and in the
       direction where f falls as well as in the one where it rises, |gap(η)| ≤ ½Lη²‖g‖², for η from 0.01/L to 3/L.
       A quadratic along its steepest eigenvector, upright or upside down, has no smaller gap.
    3. For a function with just two derivatives, whose second has an edge at x, the gap is ½η² g·Hg, and what is
       missing is o(η²): its share of η² falls with √η.
    """
    A, lam, V = bowl
    x, wave = np.random.default_rng(seed).normal(size=(2, len(lam)))
    g, size = A @ x, x @ A @ A @ x

    def rough(p):  # its gap at η = t is sign · t^exponent · size · swing(t)
        t = norm(p - x) / np.sqrt(size)
        return g @ (p - x) + sign * size * t**exponent * (np.sin(np.log(t)) ** 2 if t else 0)

    for eta in 10.0 ** np.arange(-1, -9, -1):
        assert abs(gap(rough, x, g, eta)) / (eta * size) <= at_most(eta ** (exponent - 1)) * (1 + 1e-6) + 1e-7
    assert all(rough(x - eta * g) < rough(x) for eta in np.geomspace(1e-12, 0.999, 200))

    growing = wave @ g * wave / (wave @ wave) * 3 / norm(g)  # with exp(growing · (p − x)) falling along −g
    scale = lam[0]

    def uneven(p):
        return p @ A @ p / 2 + sign * scale * np.exp(growing @ (p - x))

    slope = g + sign * scale * growing
    L = norm(A + scale * np.outer(growing, growing), 2)  # on the segment, where the exponential is at most 1
    assume(growing @ slope > 0 and norm(slope) > 1e-3 * norm(g))
    eta, rounding = part / L, 1e-12 * (abs(uneven(x)) + scale + (slope @ slope) / L)
    half = at_most(1 / 2)
    assert abs(gap(uneven, x, slope, eta)) <= half * L * eta**2 * (slope @ slope) + rounding
    steep, eta = V[:, -1], part / lam[-1]
    met = gap(lambda p: sign * quadratic(A)(p), steep, sign * lam[-1] * steep, eta)
    assert_allclose(met, sign * half * lam[-1] * eta**2 * lam[-1] ** 2, rtol=1e-6)

    def edged(p):  # its Hessian at x is A
        return p @ A @ p / 2 + lam[-1] * (abs(p - x) ** 2.5).sum()

    for eta in 10.0 ** np.arange(-1, -4, -0.5) / lam[-1]:
        missing = abs(gap(edged, x, g, eta) - exactly(eta**2 * (g @ A @ g) / 2))
        assert_allclose(missing, lam[-1] * (abs(eta * g) ** 2.5).sum(), rtol=1e-3, atol=1e-12 * (abs(edged(x)) + eta * g @ g))


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
    - As r → 0 the angle between p and −g is r‖w‖/‖g‖, w the part of Hg/‖g‖ perpendicular to g, with a remainder of
      order r²: over five decades of r it is at most (Lr/‖g‖)².
    - At λ = 0 the step is Newton's and leads to the minimiser, here 0.
    """
    H, lam, _ = bowl
    rng, f = np.random.default_rng(seed), quadratic(H)
    x = rng.normal(size=len(lam))
    g = f.grad(x)

    def step(shift):
        return -np.linalg.solve(H + shift * np.eye(len(lam)), g)

    r = part * norm(step(0))
    shift = exactly(np.exp(optimize.brentq(lambda s: norm(step(np.exp(s))) / r - 1, *np.log(lam[-1] * np.array([1e-9, 1e9])))))
    p, far, near = step(shift), rng.normal(size=(len(lam), 200)), rng.normal(size=(len(lam), 200))
    assert_allclose(norm(p), r)
    for tried in (far, p[:, None] + 1e-3 * r * near):
        assert (f(x[:, None] + r * tried / norm(tried, axis=0)) >= f(x + p) - 1e-12 * f(x)).all()

    sizes = [norm(step(s)) for s in lam[-1] * np.geomspace(1e-6, 1e6, 100)]
    assert (np.diff(sizes) < 0).all()

    ghat = g / norm(g)
    w = H @ ghat - (ghat @ H @ ghat) * ghat
    for shift in lam[-1] * 10.0 ** np.arange(1, 6):
        p = step(shift)
        small = lam[-1] * norm(p) / norm(g)
        angle = 2 * np.arcsin(norm(p / norm(p) + ghat) / 2)
        assert abs(angle - exactly(norm(p) * norm(w) / norm(g))) <= small**2 + 1e-12

    assert_allclose(step(0), exactly(-x), rtol=1e-6, atol=1e-9)


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

    def nearest(size, L):
        return at_least(size / L)

    def farthest(size, mu):
        return at_most(size / mu)

    size, error = norm(grad(x)), norm(x - star)
    assert nearest(size, L) <= error * (1 + 1e-9)
    assert error <= farthest(size, mu) * (1 + 1e-9)

    for direction, bound, curvature in ((V[:, 0], farthest, mu), (V[:, -1], nearest, lam[-1])):
        assert_allclose(bound(norm(quadratic(A).grad(direction)), curvature), 1, rtol=1e-6)


def difference(f, x, h, errors=(0.0, 0.0)):
    """The page's kind of difference over h to either side of x, of values of f that are off by the errors given."""
    return (f(x + h) + errors[0] - f(x - h) - errors[1]) / (2 * h)


@given(st.floats(-3, 3), st.floats(-2, 0), st.floats(-2, 2), st.floats(-9, -2), seeds)
def test_best_difference(x, exponent, size, off, seed):
    """The best difference, for a drawn sum of five waves with |f‴| ≤ M, x, h from 0.01 to 1 and δ from 10⁻⁹ M to 0.01 M.

    - With errors of at most δ in the two values, drawn ones and the two worst, the central difference is off by at
      most Mh²/6 + δ/h. `finite_difference_gradient` takes this difference: it asks for f at x ± h alone.
    - Nothing smaller would do: the cubic Mt³/6 with the errors +δ and −δ is off by exactly that.
    - The bound is smallest at h = ∛(3δ/M): there it is below its values one per cent to either side, and at any h.
    """
    rng = np.random.default_rng(seed)
    wave, amount, phase = rng.uniform(0.2, 2, 5), rng.normal(size=5), rng.uniform(0, 7, 5)
    M, h = 10**size, 10**exponent
    amount *= M / (abs(amount) @ wave**3)
    delta = M * 10**off

    def f(t):
        return amount @ np.sin(wave * t + phase)

    def bound(h):
        return at_most(M * h**2 / 6 + delta / h)

    slope = amount @ (wave * np.cos(wave * x + phase))
    for errors in (delta * rng.uniform(-1, 1, 2), (delta, -delta), (-delta, delta)):
        assert abs(difference(f, x, h, errors) - slope) <= bound(h) + 1e-13 * abs(amount).sum() / h
    asked = []
    measured = finite_difference_gradient(lambda p: asked.append(p[0]) or f(p[0]), np.array([x]), h)[0]
    reach = (max(asked) - min(asked)) / 2
    assert_allclose(measured, difference(f, x, reach), rtol=1e-6, atol=1e-9 * M)

    worst = abs(difference(lambda t: M * (t - x) ** 3 / 6, x, h, (delta, -delta)))
    assert_allclose(worst, bound(h), rtol=1e-6)

    best = exactly((3 * delta / M) ** (1 / 3))
    assert bound(best) <= min(bound(1.01 * best), bound(0.99 * best), bound(h))


@given(st.floats(-3, 3), st.floats(-2, 0), st.floats(-2, 2), st.floats(-9, -2), seeds)
def test_one_sided_difference(x, exponent, size, off, seed):
    """The one-sided difference, for a drawn sum of five waves with |f″| ≤ C, x, h from 0.01 to 1 and δ.

    - With errors of at most δ in the two values, drawn ones and the two worst, it is off by at most Ch/2 + 2δ/h.
    - Nothing smaller would do: the parabola Ct²/2 with the errors +δ and −δ is off by exactly that.
    - The bound is smallest at h = 2√(δ/C): there it is below its values one per cent to either side, and at any h.
      The page's own `one_sided` is this difference.
    """
    rng = np.random.default_rng(seed)
    wave, amount, phase = rng.uniform(0.2, 2, 5), rng.normal(size=5), rng.uniform(0, 7, 5)
    C, h = 10**size, 10**exponent
    amount *= C / (abs(amount) @ wave**2)
    delta = C * 10**off

    def f(t):
        return amount @ np.sin(wave * t + phase)

    def one_sided(f, errors):
        return (f(x + h) + errors[0] - f(x) - errors[1]) / h

    def bound(h):
        return at_most(C * h / 2 + 2 * delta / h)

    slope = amount @ (wave * np.cos(wave * x + phase))
    for errors in (delta * rng.uniform(-1, 1, 2), (delta, -delta), (-delta, delta)):
        assert abs(one_sided(f, errors) - slope) <= bound(h) + 1e-13 * abs(amount).sum() / h

    assert_allclose(one_sided(lambda t: C * (t - x) ** 2 / 2, (delta, -delta)), bound(h), rtol=1e-6)

    best = exactly(2 * np.sqrt(delta / C))
    assert bound(best) <= min(bound(1.01 * best), bound(0.99 * best), bound(h))
    assert_allclose(page.one_sided(lambda p: f(p[0]), np.array([x, 0.0]), h)[0], one_sided(f, (0, 0)), atol=1e-9 * C)
