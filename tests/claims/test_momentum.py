"""The claims of the chapter on momentum."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from sharpening import at_least, at_most, exactly
from strategies import bowls, fractions, seeds

from gdtools import momentum, nesterov, quadratic

page = page_code("momentum")
GOLDEN = (1 + np.sqrt(5)) / 2


def has_circle(kappa):
    """Whether some ratio of two neighbouring differences gives three chords with slopes between 1 and κ, by trying many."""
    lr, beta = page.best_ball(kappa)
    v = np.geomspace(1e-2, 1e2, 40_001)
    u, w = 1, -1 - v
    steep = [(1 + beta - (second + beta * third) / first) / lr for first, second, third in ((u, v, w), (v, w, u), (w, u, v))]
    return bool(np.all([(slope >= 1) & (slope <= kappa) for slope in steep], axis=0).any())


@given(st.floats(-0.04, 0.04))
def test_three_cycle(part):
    """When the best ball has a circle of three points.

    - By trying 40 001 ratios of the differences: none at a κ below the border, some at one above, for κ drawn within 4 %
      of it; draws within a thousandth are moved away.
    - There 1/√β − √β is 1, and the border is the sixth power of the golden ratio.
    - The circle of the page at κ = 25, in fractions: three points, each the next of the one before, chords between 1 and 25.
    - The run from rest at 3.3 is drawn into it.
    """
    border = exactly(9 + 4 * np.sqrt(5))
    kappa = border * (1 + part + np.copysign(1e-3, part))
    assert has_circle(kappa) == (np.copysign(1, part) > 0)

    root = np.sqrt(page.best_ball(GOLDEN**6)[1])
    assert_allclose(1 / root - root, exactly(1))

    a, b, c = page.points
    for last, x, following in ((c, a, b), (a, b, c), (b, c, a)):
        assert x - page.kinked(x) / Fraction(9) + Fraction(4, 9) * (x - last) == following
        assert 1 <= (page.kinked(x) - page.kinked(last)) / (x - last) <= 25
    hist = momentum(page.kinked, 3.3, 1 / 9, 300, 0, beta=4 / 9).hist
    assert_allclose(np.sort(hist[-3:]), exactly(np.sort([float(x) for x in page.points])), rtol=1e-9)


def energy(z, excess):
    """The V of the claim, with P from the page: z has the shape (4, d)."""
    return np.sum(page.P * (z @ z.T)) + 4750 * excess


@given(st.lists(st.floats(0, 15), min_size=2, max_size=2), st.floats(0.01, 3), seeds)
def test_safe_at_sixteen(curvatures, knee, seed):
    """The best ball for κ = 16.

    - Step and memory are those of the best ball.
    - V falls by the factor of the claim at every step, on functions of two variables with drawn curvatures between 1 and
      16 within a drawn distance and others beyond, in a drawn frame, from a drawn x₀ and x₋₁, for 30 steps.
    - P is positive definite, so the run itself shrinks: after 300 steps it is a thousandth of the start.
    - On parabolas, from the worst two points, it does so too.

    How tight: a parabola comes within a factor of 1.11 of the 0.98.
    """
    assert_allclose(page.best_ball(16), (4 / 25, 9 / 25))
    assert np.linalg.eigvalsh(page.P)[0] > 0

    rng = np.random.default_rng(seed)
    inner, outer = np.array(curvatures), rng.uniform(0, 15, 2)

    def slope(x):
        return inner * np.clip(x, -knee, knee) + outer * (x - np.clip(x, -knee, knee))

    def excess(x):
        beyond = np.maximum(abs(x) - knee, 0)
        return np.sum(inner * (np.minimum(abs(x), knee) ** 2 / 2 + knee * beyond) + outer * beyond**2 / 2)

    last, x = rng.normal(size=(2, 2))
    first, values = norm([last, x]), []
    for k in range(300):
        if k < 30:
            values.append(energy(np.array([x, last, 2 / 15 * slope(last), 2 / 15 * slope(x)]), excess(x)))
        last, x = x, x - 4 / 25 * (x + slope(x)) + 9 / 25 * (x - last)
    values = np.array(values)
    rate = at_most(0.98, loose=1.11)
    assert (values[1:] <= rate * values[:-1] + 1e-12 * values[0]).all()
    assert norm(x) <= 1e-3 * first

    assert max(worst_on_a_parabola(curvature) for curvature in (0, 1, 5, 14, 15)) <= rate


def worst_on_a_parabola(curvature):
    """The largest quotient of two successive V where φ = ½ curvature x², over all pairs of points."""
    states = np.array([[1, 0], [0, 1], [0, 2 / 15 * curvature], [2 / 15 * curvature, 0]])
    step = np.array([[1 + 9 / 25 - 4 / 25 * (1 + curvature), -9 / 25], [1, 0]])
    form = states.T @ page.P @ states + 4750 * np.diag([curvature / 2, 0])
    return np.linalg.eigvals(np.linalg.solve(form, step.T @ form @ step)).real.max()


@given(seeds)
def test_runaway(seed):
    """The runaway on a strongly convex bowl.

    - Curvatures at drawn points lie between 1 and 25, and both are met.
    - γ is the largest root of the polynomial, more than 1; from v and v/γ turned back the run is γᵏRᵏv for 100 steps, with
      v from the page's bowl alone: the growing direction of one step and a turn back.
    - From rest at a drawn direction at least a degree off the three axes the run grows by γ a step in the end.
    """
    rng = np.random.default_rng(seed)
    lam = np.linalg.eigvalsh([page.bowl.hess(x) for x in rng.normal(size=(40, 2))])
    assert lam.min() >= at_least(1) - 1e-9
    assert lam.max() <= at_most(25) + 1e-9

    gamma = exactly(page.gamma)
    turn = np.array([[-1, -np.sqrt(3)], [np.sqrt(3), -1]]) / 2
    normal = np.array([[0, 0], [0, 1]])
    step = 13 / 9 * np.eye(2) - (25 * np.eye(2) - 24 * 25 / 61 * normal) / 9
    block = np.block([[turn.T @ step, -4 / 9 * turn.T @ turn.T], [np.eye(2), np.zeros((2, 2))]])
    values, vectors = np.linalg.eig(block)
    v = vectors[:2, values.real.argmax()].real
    v = v if v[1] < 0 else -v
    last, x = turn.T @ v / page.gamma, v
    for k in range(1, 101):
        last, x = x, x - page.bowl.grad(x) / 9 + 4 / 9 * (x - last)
        assert_allclose(norm(x), gamma**k * norm(v), rtol=1e-6)
        assert_allclose(x, page.gamma**k * np.linalg.matrix_power(turn, k) @ v, rtol=1e-6, atol=1e-6 * norm(x))

    angle = np.radians(60 * rng.integers(6) + 30 + rng.uniform(1, 59))
    hist = momentum(page.bowl.grad, [np.cos(angle), np.sin(angle)], 1 / 9, 400, 0, beta=4 / 9).hist
    assert_allclose((norm(hist[400]) / norm(hist[300])) ** 0.01, exactly(page.gamma), rtol=1e-4)


@given(fractions, st.floats(0.5, 1.5), st.floats(0.1, 10))
def test_longest_look_ahead(beta, part, lam):
    """The longest step of Nesterov's method, for a drawn memory and curvature, within a half of the bound on both sides.

    - The roots of the direction lie in the open disc exactly below the bound; a run shrinks below it and grows beyond.
    """
    bound = exactly((2 + 2 * beta) / (1 + 2 * beta))
    part = part + np.copysign(2e-3, part - 1)
    for share in (part, 0.99, 1.01):
        q = 1 - share * bound
        radius = abs(np.roots([1, -(1 + beta) * q, beta * q])).max()
        assert (radius < 1) == (share < 1)
    run = nesterov(lambda x: lam * x, 1.0, 1.03 * bound / lam, 3000, 0, beta=beta)
    assert run.stopped == "diverged" or abs(run.x) > 1


@given(st.integers(1, 12), st.integers(0, 30), seeds)
def test_springs_in_a_row(k, more, seed):
    """Nobody passes node k, for drawn k ≤ n.

    - A method with drawn coefficients on all gradients seen has zeros beyond node k, and at least the excess of the claim.
    - The page's CG has that excess, to rounding.
    - For n = 2k + 1 the bound is more than 3L‖x*‖²/(32(k + 1)²) with L = 4, and for k = 100 by no more than a hundredth.
    """
    n, rng = k + more, np.random.default_rng(seed)
    K = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    f = quadratic(K, np.eye(n)[0])
    lowest, bound = f(f.minimisers[0]), at_least((1 / (k + 1) - 1 / (n + 1)) / 2)
    gradients = [f.grad(np.zeros(n))]
    for _ in range(k):
        x = rng.normal(size=len(gradients)) @ gradients
        assert not x[len(gradients) :].any()
        gradients.append(f.grad(x))
    assert not x[k:].any()
    assert f(x) - lowest >= bound - 1e-12

    x, _ = page.conjugate(K, np.zeros(n), f.grad(np.zeros(n)), 1e-14, k)
    assert f(x) - lowest >= bound - 1e-12
    assert_allclose(f(x) - lowest, exactly((1 / (k + 1) - 1 / (n + 1)) / 2), atol=1e-12)

    for half in (k, 100):
        n = 2 * half + 1
        solution = 1 - np.arange(1, n + 1) / (n + 1)
        assert 1 / (4 * (half + 1)) > at_least(3 * 4 * (solution @ solution) / (32 * (half + 1) ** 2))


@given(bowls(largest_condition=20), fractions, fractions, st.floats(0.1, 10))
def test_momentum_floor(bowl, part, beta, c):
    """The floor under momentum: the mean of f by the recursion of the second moments, on a drawn quadratic along its axes.

    - Carried on until it rests, it is the sum of the claim; and the page's function is that of a direction.
    - It is larger than without a memory exactly where ηλ < 1 + β: at a drawn step, and within 1 % of that on both sides.
    """
    _, lam, _ = bowl
    beta, lr = 0.9 * beta, (0.02 + 0.95 * part) * 2 * (1 + 0.9 * beta) / lam[-1]
    found = 0.0
    for curvature in lam:
        step = np.array([[1 + beta - lr * curvature, -beta], [1, 0]])
        kept = np.eye(4) - np.kron(step, step)
        moments = np.linalg.solve(kept, [lr**2 * c, 0, 0, 0])
        found += curvature * moments[0] / 2
    floors = [(1 + beta) / ((1 - beta) * (2 * (1 + beta) - lr * curvature)) for curvature in lam]
    assert_allclose(found, exactly(lr * c / 2 * sum(floors)), rtol=1e-6)
    assert_allclose(lr * c * sum(page.floor(lr * curvature, beta) for curvature in lam), found, rtol=1e-6)
    turn = exactly(1 + beta)
    for share in (part, 0.99, 1.01):
        assert (page.floor(share * turn, beta) > page.floor(share * turn, 0)) == (share < 1)


def test_memory_counted():
    """Seven methods on one quadratic: the gradients that the page counts, and their order; two machines may differ by a few."""
    needed = page.needed
    expected = {
        "CG": 69,
        "Chebyshev": 223,
        "heavy ball": 282,
        "Nesterov": 291,
        "restarted": 369,
        "growing": 2096,
        "plain": 5710,
    }
    assert needed.keys() == expected.keys()
    for name, steps in expected.items():
        assert abs(needed[name] - steps) <= 2
    assert sorted(needed, key=needed.get) == list(expected)
