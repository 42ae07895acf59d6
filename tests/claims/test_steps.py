"""The claims of the chapter on steps that adapt."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from sharpening import at_least, at_most, exactly
from strategies import bowls, fractions, seeds, waves

from gdtools import (
    backtracking,
    barzilai_borwein,
    chebyshev_steps,
    descend,
    gradient_descent,
    quadratic,
    silver_steps,
    spectrum,
)

page, guide = page_code("steps"), page_code("limits-and-remedies")


def huber(edge):
    """Huber's function and its derivative: ½x² up to the edge, straight beyond."""
    return lambda x: x * x / 2 if abs(x) < edge else edge * abs(x) - edge**2 / 2, lambda x: np.clip(x, -edge, edge)


def test_nine_tenths_counted():
    """Less than the best, by the page's own rules and starts; the counts of three of the rules are decided by rounding.

    - From each of 200 starts the best fixed step and exact search stay within the page's ranges: 4350 to 6900, 2250 to 3850.
    - Nine tenths of exact search, and the step of Barzilai and Borwein, need fewer than 600.
    - From each start nine tenths is at least five times faster than exact search, and about twelve times in the median.
    - The page's counting is that of `descend`: the step from the first small gradient counts.
    """
    table = page.table
    for name, low, high in (("best fixed", 4350, 6900), ("exact search", 2250, 3850)):
        assert table[name].shape == (200,)
        assert low <= table[name].min() <= low + 50
        assert high - 50 <= table[name].max() <= high
    assert max(table["nine tenths"].max(), table["Barzilai-Borwein"].max()) < 600
    gains = table["exact search"] / table["nine tenths"]
    assert gains.min() >= 5
    assert 10.5 < np.median(gains) < 13.5

    lam, x0 = page.lam, page.starts[:, 0]
    for name, rule in (("best fixed", lambda e, g, k: e - 2 / 1001 * g), ("exact search", page.part_of_exact(1.0, lam))):
        run = descend(lambda e: lam * e, x0, rule, 9000, 1e-6 * norm(lam * x0))
        assert abs(run.n_steps - table[name][0]) <= 0.02 * run.n_steps


@given(bowls(), seeds, st.floats(0.05, 0.95), st.floats(0.1, 0.9), st.floats(1e-3, 1e3))
def test_armijo_step(bowl, seed, c, tau, first):
    """Backtracking finds a useful step: the page's own search, for drawn c, τ and first trial, on a drawn quadratic, on a
    sum of sines, which is not convex, and on the logistic loss of the guide, each with its L.

    - It ends, and steps against the gradient by the t that it accepts.
    - f(x − t∇f(x)) ≤ f(x) − c t ‖∇f(x)‖².
    - t ≥ min{first, 2(1 − c)τ/L}. Neither can be better: along the steepest direction of a quadratic and with a first
      trial a millionth above 2(1 − c)/L, t is within a millionth of the bound; with one a millionth below, f is.
    - Where f is no number the search gives up and says so; with the wrong sign of the gradient it goes nowhere.
    """
    A, lam, V = bowl
    rng = np.random.default_rng(seed)
    d, sizes = len(lam), lam[-1] * rng.uniform(0.1, 1, len(lam))
    X, y = rng.normal(size=(20, d)), np.sign(rng.normal(size=20))
    cases = [
        (quadratic(A), lam[-1]),
        (waves(sizes, rng.uniform(0, 7, d)), sizes.max()),
        (guide.logistic(X, y), spectrum(X.T @ X / 20)[-1] / 4 + 1e-4),
    ]

    def search(f, x, first):
        g = f.grad(x)
        after = page.backtracking(f, first, c, tau)(x, g, 0)
        t = (x - after) @ g / (g @ g)
        assert_allclose(after, x - t * g)
        assert_allclose(after, backtracking(f, first, c, tau)(x, g, 0))
        assert f(after) <= f(x) - at_least(c) * t * (g @ g)
        return t

    def shortest(L):
        return at_least(2 * (1 - c) * tau / L)

    for f, L in cases:
        assert search(f, rng.normal(size=d), first / L) >= (1 - 1e-9) * min(first / L, shortest(L))

    f, border = quadratic(A), 2 * (1 - c) / lam[-1]
    assert_allclose(search(f, V[:, -1], border * (1 + 1e-6)), shortest(lam[-1]), rtol=1e-5)
    assert search(f, V[:, -1], border * (1 - 1e-6)) < border

    x = rng.normal(size=d)
    g = f.grad(x)
    with pytest.raises(ValueError, match="lowers f"):
        page.backtracking(lambda x: np.nan, first, c, tau / 2)(x, g, 0)
    after = x
    with suppress(ValueError):
        after = page.backtracking(f, first, c, tau / 2)(x, -g, 0)
    assert norm(after - x) < 1e-12 * norm(x)


@given(bowls(1e3), seeds, st.floats(0.02, 0.98), st.floats(0.01, 3))
def test_search_units(bowl, seed, c, theta):
    """The unit of a search, for a drawn quadratic, point, θ and c, also for c₂.

    - f(x) − f(x − tg) = (θ − θ²/2) t_ex ‖g‖², and f falls if and only if θ < 2.
    - Armijo's test is passed a millionth below θ = 2(1 − c), and not a millionth above; likewise the slope at θ = 1 − c₂.
    - `gdtools.backtracking` from a first step beyond 2(1 − c) t_ex accepts 1 − c < θ ≤ 2(1 − c), and comes near both ends.
    """
    A, lam, _ = bowl
    f, x = quadratic(A), np.random.default_rng(seed).normal(size=len(lam))
    g = f.grad(x)
    gg = g @ g
    exact = gg / (g @ A @ g)

    def falls(theta):
        return f(x) - f(x - theta * exact * g)

    assert_allclose(falls(theta), exactly((theta - theta**2 / 2) * exact * gg), rtol=1e-6, atol=1e-9 * f(x))
    border = exactly(2)
    assert falls(border * (1 - 1e-6)) > 0 > falls(border * (1 + 1e-6))

    most = exactly(2 * (1 - c))
    for near, passes in ((1 - 1e-6, True), (1 + 1e-6, False)):
        assert (falls(near * most) >= c * near * most * exact * gg) == passes
    least = exactly(1 - c)
    for near, passes in ((1 - 1e-6, False), (1 + 1e-6, True)):
        assert (g @ f.grad(x - near * least * exact * g) <= c * gg) == passes

    def accepted(first):
        return norm(descend(f.grad, x, backtracking(f, first * exact, c), 1).x - x) / norm(g) / exact

    for first in (2.5 + theta, 4 * (1 - c) * (1 - 1e-6), 4 * (1 - c) * (1 + 1e-6)):
        if first > 2 * (1 - c):
            taken = accepted(first)
            assert taken >= at_least(1 - c) * (1 - 1e-5)
            assert taken <= at_most(2 * (1 - c)) * (1 + 1e-5)


@given(st.floats(1.2, 1e3), st.floats(1e-2, 1e2), fractions, st.floats(0.02, 50))
def test_exact_is_the_border(kappa, mu, part, ratio):
    """Exact search is a border, for a drawn pair of eigenvalues, a drawn θ in the range stated and a drawn ratio, by the
    page's own rule.

    - At θ = 1 the ratio r becomes −1/r, and two consecutive curvatures add up to μ + L.
    - The size of r with t = 2/(μ + L) is one, |r| is kept there, and each part of the error is multiplied by ±(κ − 1)/(κ + 1).
    - A deviation of log|r| by a millionth is multiplied by m; m < 1, and m < −1 exactly between 4κ/(κ + 1)² and 1.
    """
    lam = mu * np.array([1, kappa])

    def ratios(r, theta, n):
        e = descend(lambda e: lam * e, np.array([1, r]) / lam, page.part_of_exact(theta, lam), n, tol=0).hist
        return e[:, 1] * lam[1] / (e[:, 0] * lam[0]), 1 / page.steps_of(e, lam), e

    r, curvatures, _ = ratios(ratio, 1.0, 2)
    assert_allclose(r[1], exactly(-1 / ratio), rtol=1e-6)
    assert_allclose(curvatures.sum(), exactly(lam.sum()), rtol=1e-6)

    low, high, between = 2 / (kappa + 1), 2 * kappa / (kappa + 1), 4 * kappa / (kappa + 1) ** 2
    theta = low + part * (high - low)
    rest = np.sqrt(exactly((theta * (kappa + 1) - 2) / (2 * kappa - theta * (kappa + 1))))
    r, curvatures, e = ratios(rest, theta, 1)
    assert_allclose(curvatures, exactly(lam.sum() / 2), rtol=1e-6)
    assert_allclose(-r[1], r[0], rtol=1e-6)
    assert_allclose(abs(e[1] / e[0]), exactly((kappa - 1) / (kappa + 1)), rtol=1e-6)

    m = exactly(2 * (theta - 1) * (theta * (kappa + 1) ** 2 - 4 * kappa) / (theta * (kappa - 1) ** 2) - 1)
    moved = [np.log(abs(ratios(rest * np.exp(by), theta, 1)[0][1])) for by in (-1e-5, 1e-5)]
    assert_allclose((moved[1] - moved[0]) / 2e-5, m, rtol=1e-4, atol=1e-4)
    assert m < 1
    if min(abs(theta - between), abs(theta - 1)) > 1e-6:
        assert (m < -1) == (between < theta < 1)


@given(st.floats(5.3, 1e3), st.floats(-0.03, 0.03), st.floats(-2, 2))
def test_bb_circles(kappa, off, exponent):
    """Round in circles, for a drawn κ above 3 + √5, by the page's own rule, for which a number is a list of one.

    - The points a, (√5 − 2)a, −a, −(√5 − 2)a come again for three turns.
    - From a and va, v off by up to 0.03, half a turn leads to −a and −v′a with v′ = (1 − v)/(3 + v); the deviation is
      multiplied by −(3 − √5)/2, to the next order.
    - With κ 5 % below 3 + √5 the circle is none.
    - The page's example is that of κ = 25.
    - `gdtools.barzilai_borwein` is the page's rule, and with its safeguard the run arrives.
    """
    root = np.sqrt(5)

    def grad(x, kappa=kappa):
        return np.where(abs(x) < 1, kappa * x, x + (kappa - 1) * np.sign(x))

    def visits(v, n, kappa=kappa):
        a = kappa - 1
        rule = page.two_points((1 - v) / 2)  # from a to va: f′(a) = 2a
        run = descend(lambda x: grad(x, kappa), [a], rule, n, tol=0)
        return run.hist[:, 0] / a

    v = root - exactly(2)
    assert_allclose(visits(v, 11)[:12], 3 * [1, v, -1, -v], rtol=1e-5)
    if (root - 2 - abs(off)) * (kappa - 1) > 1 and abs(off) > 1e-3:
        start = root - 2 + off
        after = exactly((1 - start) / (3 + start))
        assert_allclose(visits(start, 3)[2:], [-1, -after], rtol=1e-6)
        factor = exactly(-(3 - root) / 2)
        assert abs((visits(start, 3)[3] * -1 - (root - 2)) / off - factor) < 0.4 * abs(off)
    below = 0.95 * (3 + root)
    assert abs(visits(root - 2, 40, below)[-1]) < 0.1

    start = [10**exponent]
    own, told = (descend(page.kinked, start, rule, 30) for rule in (page.two_points(0.04), barzilai_borwein(0.04)))
    n = min(own.n_steps, told.n_steps, 8)
    assert_allclose(own.hist[:n], told.hist[:n])
    height = lambda x: float(page.height(x[0]))  # noqa: E731
    assert descend(page.kinked, start, barzilai_borwein(0.04, height), 500).stopped == "converged"


@given(bowls(1e3), seeds, st.floats(0.03, 1), st.integers(1, 30))
def test_polyak_step(bowl, seed, theta, n):
    """Polyak's step, for a drawn θ up to 1, on a drawn quadratic, on a function of Huber, which is not strongly convex, and
    on ½Lx².

    - Each step takes 2θ(2 − θ)/L of the excess, or more, from the squared distance; on ½Lx² exactly that.
    - Among n points there is one with an excess of at most L/(2θ(2 − θ)n) of the first squared distance; ½Lx² meets that
      with θ = 1 and n = 1.
    - On a quadratic the squared distance is multiplied by at most 1 − θ(2 − θ)/κ; ½Lx² with κ = 1 meets that.
    - On a quadratic the page's own rule is θ times the step of exact search with H^½e in the place of the gradient.
    """
    A, lam, _ = bowl
    x0, L = np.random.default_rng(seed).normal(size=len(lam)), lam[-1]
    value, slope = huber(0.3)

    def taken(L):
        return at_least(2 * theta * (2 - theta) / L)

    def among(theta, n, L):
        return at_most(L / (2 * theta * (2 - theta) * n))

    def rate(kappa):
        return at_most(1 - theta * (2 - theta) / kappa)

    def walked(f, grad, start, L):
        """The excess and the squared distance at each point."""
        rule = lambda x, g, k: x - 2 * theta * f(x) / (g @ g) * g if g.any() else x  # noqa: E731
        hist = descend(grad, start, rule, n, tol=0).hist
        excess, squares = np.array([f(x) for x in hist]), (hist**2).sum(axis=1)
        assert (squares[1:] <= squares[:-1] - taken(L) * excess[:-1] + 1e-9 * squares[0]).all()
        assert excess[:n].min() <= among(theta, n, L) * squares[0] + 1e-12
        return squares

    squares = walked(quadratic(A), lambda x: A @ x, x0, L)
    assert (squares[1:] <= rate(L / lam[0]) * squares[:-1] + 1e-9 * squares[0]).all()
    walked(lambda x: value(x[0]), slope, x0[:1], 1.0)
    squares = walked(lambda x: L / 2 * x @ x, lambda x: L * x, np.ones(1), L)
    assert squares[1] <= rate(1) + 1e-9
    assert among(1, 1, L) * (1 + 1e-9) >= L / 2

    e = page.starts[:, :5]
    w = np.sqrt(page.lam)[:, None] * e
    assert_allclose(page.polyak(theta)(e, page.slope(e), None), exactly(theta) * page.exact(w))


@given(st.floats(1.1, 1e3), st.floats(1e-2, 1e2))
def test_chebyshev_off_quadratics(kappa, x0):
    """Chebyshev's promise ends with the quadratic, for a drawn κ and start, with the two steps of `gdtools`.

    - They promise p = (κ − 1)²/((κ + 1)² + 4κ): what is left at both ends of the spectrum and at its middle.
    - The longer first, from x₀ > 0, |x₂| = (1 + √2)² p x₀ on the function with the curvatures 1 and 1/κ.
    - For κ = 25 that is 4.33 in place of 0.742.
    """
    pair = np.sort(chebyshev_steps(1 / kappa, 1, 2))[::-1]
    p = exactly((kappa - 1) ** 2 / ((kappa + 1) ** 2 + 4 * kappa))
    ends = np.array([1 / kappa, (1 + 1 / kappa) / 2, 1])
    assert_allclose(abs(np.prod(1 - pair[:, None] * ends, axis=0)), p, rtol=1e-6)

    run = gradient_descent(lambda x: np.where(x > 0, x, x / kappa), [x0], lambda k: pair[k], 2, tol=0)
    grown = exactly((1 + np.sqrt(2)) ** 2)
    assert_allclose(abs(run.x[0]), grown * p * x0, rtol=1e-6)
    assert (f"{grown * 24**2 / (26**2 + 100):.2f}", f"{24**2 / (26**2 + 100):.3f}") == ("4.33", "0.742")


@given(seeds, st.integers(1, 3), st.floats(1e-2, 1e2))
def test_silver_steps(seed, k, L):
    """Silver steps, for drawn convex functions, sums of functions of Huber and of a parabola; the certificate is for all.

    - After 2ᵏ − 1 steps the excess is at most L R²/(4ϱᵏ − 2), ϱ = 1 + √2.
    - The function of Huber with the edge R/(2S + 1), S = ϱᵏ − 1 the sum of the steps, attains it.
    """
    n, silver = 2**k - 1, 1 + np.sqrt(2)
    lrs = silver_steps(L, n)
    bound = at_most(L / (4 * silver**k - 2))

    def left(weights, edges, x0):
        grad = lambda x: L * (weights * np.clip(x, -edges, edges)).sum()  # noqa: E731
        x = gradient_descent(grad, x0, lambda k: lrs[k], n, tol=0).x
        return L * (weights * np.where(abs(x) < edges, x * x / 2, edges * abs(x) - edges**2 / 2)).sum()

    rng = np.random.default_rng(seed)
    weights, edges = rng.dirichlet(np.ones(5)), 10 ** rng.uniform(-3, 1, 5)
    x0 = rng.normal()
    assert left(weights, edges, x0) <= bound * x0**2 * (1 + 1e-9)

    edge = exactly(1 / (2 * silver**k - 1))
    assert_allclose(lrs.sum() * L, exactly(silver**k - 1))
    assert_allclose(left(np.ones(1), np.array([edge]), 1.0), bound, rtol=1e-9)
