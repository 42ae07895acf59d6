"""The figure of what a method believes: its metrics and runs are those that gdtools and the chapter have."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from page_code import page_code

from gdtools import condition_number, finite_difference_gradient, gradient_error, newton
from gdtools.live import Believe
from gdtools.live.believe import BFGS, MENDED, NEWTON, PLAIN, SHORTEST, apart, ellipse, extremes, inverse, relative, updated
from gdtools.live.words import NONE

numbers = st.floats(-2, 2)
points = st.tuples(numbers, numbers)


def matrix(A):
    return np.array(A)[[[0, 1], [1, 2]]]


@given(points, st.floats(0.1, 50))
def test_slope_and_hessian_are_those_of_the_height(point, c):
    ground = Believe(c=c).objective()
    if np.linalg.norm(ground.grad(point)) > 0.1:
        assert gradient_error(ground, ground.grad, point) < 1e-6
    rows = [finite_difference_gradient(lambda p, i=i: ground.grad(p)[i], point) for i in (0, 1)]
    assert_allclose(rows, ground.hess(point), atol=1e-6 * (1 + c))


@given(points, points, numbers)
def test_the_update_is_that_of_the_chapter(s, y, q):
    P = (4.5, q, 1.5)
    if np.dot(s, y) > 0.01:
        assert_allclose(matrix(updated(P, s, y)), page_code("curvature").secant_update(matrix(P), np.array(s), np.array(y)),
                        rtol=1e-9, atol=1e-7)  # fmt: skip
    else:
        assert np.dot(s, y) > 0 or updated(P, s, y) == P


@pytest.mark.parametrize("x0", [(0.2, 0.6), (-0.4, -0.6), (1.5, 1.5)])
def test_newton_walks_as_gdtools_does(x0):
    figure = Believe(kind=NEWTON, x0=x0)
    ground, seen = figure.objective(), figure.run()
    hist = newton(ground.grad, ground.hess, x0, len(seen) - 1, tol=0).hist
    assert_allclose([point for point, _ in seen], hist, atol=1e-9)


def test_only_pure_newton_stays_at_the_saddle():
    ends = {kind: Believe(kind=kind, x0=(0.2, 0.6)).run()[-1][0] for kind in (PLAIN, NEWTON, MENDED, BFGS)}
    assert_allclose(ends.pop(NEWTON), 0, atol=1e-8)
    for end in ends.values():
        assert_allclose(np.abs(end), [1, 0.5], atol=1e-6)


@pytest.mark.parametrize("kind", [PLAIN, MENDED, BFGS])
@pytest.mark.parametrize("x0", [(-0.4, -0.6), (0.2, 1.6), (-1.6, 0.2)])
def test_who_searches_goes_down_with_a_metric_that_is_a_bowl(kind, x0):
    figure = Believe(kind=kind, x0=x0)
    heights = [figure.height(*point) for point, _ in figure.run()]
    assert (np.diff(heights) <= 1e-15).all()
    assert all(extremes(P)[0] > 0 for _, P in figure.run())


def test_the_mended_hessian_has_no_curvature_below_a_tenth():
    for _, P in Believe(kind=MENDED, x0=(0.2, 0.6)).run():
        assert extremes(inverse(P))[0] > 0.1 - 1e-12


@given(points, st.floats(0.2, 5), st.floats(0.2, 5), numbers)
def test_the_readings_are_those_of_matrices(point, low, high, turn):
    c, s = math.cos(turn), math.sin(turn)
    Q = np.array([[c, -s], [s, c]])
    P = Q @ np.diag([low, high]) @ Q.T
    triple = P[0, 0], P[0, 1], P[1, 1]
    H = (3.0, 0.5, 1.0)
    assert_allclose(extremes(triple), np.linalg.eigvalsh(P), rtol=1e-9)
    assert_allclose(matrix(inverse(triple)), np.linalg.inv(P), atol=1e-9)
    S = np.linalg.cholesky(P)
    assert_allclose(relative(triple, H), condition_number(S.T @ matrix(H) @ S), rtol=1e-6)
    if high > 1.01 * low:
        long, flat = Q[:, 1], np.linalg.eigh(matrix(H))[1][:, 0]
        assert_allclose(math.cos(math.radians(apart(triple, H))), abs(long @ flat), atol=1e-6)
    drawn = np.array(ellipse(point, triple)) - np.array(point)[:, None]
    level = np.sum(drawn * np.linalg.solve(P, drawn), axis=0)
    assert_allclose(level, level[0], rtol=1e-6)
    assert_allclose(np.linalg.norm(drawn, axis=0).max(), 0.4, rtol=1e-2)


def test_what_has_no_reading_has_a_dash():
    assert math.isnan(apart((1.0, 0.0, 1.0), (3.0, 0.5, 1.0)))
    assert math.isnan(relative((1.0, 0.0, 1.0), (-1.0, 0.0, 10.0)))
    assert math.isnan(apart((2.0, 0.0, 1.0), (-1.0, 0.0, 10.0)))
    assert all(math.isnan(entry) for entry in inverse((1.0, 1.0, 1.0)))
    shown = Believe(x0=(0, 0)).numbers()
    assert (shown["kappa"], shown["axis"]) == ("–", "–")


def test_a_run_without_a_step_ends_where_it_is():
    figure = Believe(kind=NEWTON, c=1.0, x0=(0.0, -0.5))  # where the Hessian has no inverse
    assert figure.run()[0][0] == figure.run()[-1][0]
    assert len(figure.run()) == 1


def test_a_slow_run_ends_after_two_hundred_steps():
    assert len(Believe(kind=PLAIN, c=100.0).run()) == 201


def test_the_sentence_says_why_a_reading_is_none():
    said = {kind: Believe(kind=kind, x0=(0.2, 0.6)).sentence() for kind in (PLAIN, NEWTON, MENDED, BFGS)}
    assert not any(NONE in sentence for sentence in said.values())
    assert "no bowl" in said[NEWTON]
    assert "circle" in said[PLAIN]


def test_a_step_uphill_is_tried_to_its_shortest_part():
    figure = Believe(kind=PLAIN)
    g = figure.slope(0.3, 0.9)
    assert figure.length(0.3, 0.9, g, g) <= SHORTEST
