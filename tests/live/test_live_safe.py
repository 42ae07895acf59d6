"""The figure of what is safe: its run is that of gdtools, and what it says of all functions is proved at drawn settings."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.linalg import solve_discrete_are

from gdtools import momentum, three_springs
from gdtools.live import Safe
from gdtools.live.safe import corners, known, modulus, turning

points = st.tuples(st.floats(-3, 3), st.floats(-3, 3))
settings = {"kappa": st.floats(1.5, 500), "lr": st.floats(0.05, 3.9), "beta": st.floats(0, 0.98)}


def best(kappa):
    """Step, in units of 1/L, and memory of the best ball."""
    s = (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    return (1 + s) ** 2, s * s


@given(points, st.floats(1.1, 1000))
def test_the_slope_is_that_of_the_three_springs(point, kappa):
    assert_allclose(Safe(kappa=kappa).slope(*point), three_springs(kappa).grad(point), atol=1e-9 * kappa)


@pytest.mark.parametrize("setting", [{}, {"kappa": 16, "lr": 2.56, "beta": 0.36}, {"lr": 1.9, "beta": 0}])
def test_the_run_is_that_of_gdtools(setting):
    figure = Safe(**setting)
    run = momentum(three_springs(figure.kappa).grad, figure.x0, figure.lr / figure.kappa, 200, 0, beta=figure.beta)
    assert_allclose(figure.run()[:41], run.hist[:41], atol=1e-9)
    far = np.linalg.norm(run.hist, axis=1)
    assert_allclose(figure.factor(), (far[200] / far[100]) ** 0.01, rtol=1e-6)


def allows(kappa, lr, beta, n, jump=1):
    """By how much the corners of a polygon and their gradients keep all inequalities of 1-strongly convex, κ-smooth f."""
    x = np.exp(2j * np.pi * jump * np.arange(n) / n)
    g = (1 + beta - x[1] - beta / x[1]) * kappa / lr * x
    u = (g - x) / (kappa - 1)  # of what is convex and 1-smooth
    left = [(u[0].conjugate() * (x - x[0])).real + abs(u - u[0]) ** 2 / 2]
    return -np.max(np.delete(left, 0))


@given(**settings)
def test_a_polygon_is_allowed_exactly_where_the_figure_says_so(kappa, lr, beta):
    room = [allows(kappa, lr, beta, n) for n in range(2, 120)]
    assume(min(map(abs, room)) > 1e-9)
    found = [n for n, slack in zip(range(2, 120), room, strict=True) if slack > 0]
    least = corners(kappa, lr, beta)
    assert (found[0] == least) if found else not least < 120


@pytest.mark.parametrize("kappa", [5, 25, 200])
def test_what_is_open_has_no_run_that_visits_the_corners_of_a_polygon_as_a_star_either(kappa):
    plane = [(4 * (i + 0.5) / 160, (j + 0.5) / 100) for i in range(160) for j in range(100)]
    unknown = [place for place in plane if known(kappa, *place) == "open"]
    stars = [(n, jump) for n in range(5, 20) for jump in range(2, (n + 1) // 2) if math.gcd(n, jump) == 1]
    assert len(unknown) > 40
    assert max(allows(kappa, *place, *star) for place in unknown for star in stars) < 0


@given(**settings)
def test_where_every_run_arrives_there_is_a_certificate(kappa, lr, beta):
    """A matrix P with s⁺ᵀPs⁺ − sᵀPs + σ < 0, s the last two points and a gradient, σ at least the growth of φ by convexity.

    φ ≥ ½|u|² bounds what P lacks, so that the sum of all |s|² is finite.
    """
    a, b, c = turning(kappa, lr, beta)
    assume(known(kappa, lr, beta) == "sure" and max(a + b * C + c * C * C for C in np.linspace(-1, 1, 201)) < -1e-2)
    part, steep = 0.999, lr * (1 - 1 / kappa)
    A = np.array([[1 + beta - lr / kappa, -beta, 0], [1, 0, 0], [0, 0, 0]])
    B = np.array([[-steep], [0], [1]])
    x, last, q, u = np.eye(4)

    def form(v, w):
        return (np.outer(v, w) + np.outer(w, v)) / 2

    sigma = part * (form(u, x - last) - form(u - q, u - q) / 2) + (1 - part) * form(u, x - u)
    aim = -(sigma + 1e-7 * np.eye(4))
    P = -solve_discrete_are(A, B, aim[:3, :3], aim[3:, 3:], s=aim[:3, 3:])
    step = np.hstack([A, B])
    change = step.T @ P @ step + sigma
    change[:3, :3] -= P
    assert np.linalg.eigvalsh(change)[-1] < 0
    assert np.linalg.eigvalsh(P + part / 2 * np.diag([0, 0, 1]))[0] > -1e-9 * abs(P).max()


def test_the_best_ball_is_safe_below_the_border_of_the_chapter_and_keeps_to_a_triangle_above():
    assert known(17.94, *best(17.94)) == "sure"
    assert known(17.95, *best(17.95)) == "polygon"
    assert corners(17.95, *best(17.95)) == 3
    assert known(25, 2.62, 0.458) == "open"


def test_the_first_setting_is_as_fast_on_quadratics_as_the_best_ball_that_it_stands_for():
    """Where two roots meet, rounding the memory down to 0.444 would make 42 steps of 35, more than a setting in the green."""
    s = math.sqrt(best(25)[1])
    assert Safe().numbers()["steps"] == str(math.ceil(math.log(1e-6) / math.log(s))) == "35"
    assert_allclose((Safe().lr, Safe().beta), best(25), atol=2.5e-3)
    assert Safe().numbers()["corners"] == "3"


@given(**settings)
def test_too_long_is_what_diverges_on_a_quadratic(kappa, lr, beta):
    assert (known(kappa, lr, beta) == "long") == (modulus(1 + beta - lr, beta) >= 1)
    assert_allclose(modulus(1 + beta - lr, beta), abs(np.roots([1, lr - 1 - beta, beta])).max(), rtol=1e-6)


def test_without_an_angle_there_is_no_polygon():
    assert math.isnan(corners(1.1, 0.1, 0.0))
    assert math.isnan(corners(1.1, 4.0, 0.01))
    assert Safe(x0=(0, 0)).numbers()["factor"] == "–"
    assert Safe(lr=1.92, beta=0).places("polygon").shape[0] == 2
