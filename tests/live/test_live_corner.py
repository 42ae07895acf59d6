"""The figure of corners: its answers are those of gdtools and of a search, and its plane tells where each of them is taken."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from live_cases import panels
from live_plain import paths
from numpy.testing import assert_allclose

from gdtools import condition_number, gradient_error, spectrum
from gdtools.live import Corner
from gdtools.live.corner import CORNERS, NAMES, beams, height, lowest, parts_of, turn, wrong

numbers = st.floats(-4, 4)
points = st.tuples(numbers, numbers)
regions = st.integers(0, 2)
angles = st.floats(-90, 90)
ROUND = (1, 0, 1)


def matrix(A):
    return np.array(A)[[[0, 1], [1, 2]]]


def inside(region, p, slack=1e-9):
    """The sets as inequalities."""
    x, y = p
    return {
        "square": max(abs(x), abs(y)) <= 1 + slack,
        "diamond": abs(x) + abs(y) <= 1 + slack,
        "triangle": min(x, y) >= -1 - slack and x + y <= slack,
    }[NAMES[region]]


@given(points, points, st.floats(1, 1000), angles)
def test_the_bowl_has_its_curvatures_its_minimum_and_its_height(point, z, kappa, angle):
    figure = Corner(kappa=kappa, angle=angle, z=z)
    ground = figure.objective()
    assert_allclose(spectrum(ground.hess(point)), [1, kappa], rtol=1e-9)
    flat = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    assert_allclose(ground.hess(point) @ flat, flat, atol=1e-9 * kappa)
    assert_allclose(ground.minimisers, [z], atol=1e-9)
    assert_allclose(ground(point) - ground(z), height(figure.entries(), z, point), atol=1e-9 * kappa)
    if np.linalg.norm(ground.grad(point)) > 0.1:
        assert gradient_error(ground, ground.grad, point) < 1e-6


def test_at_first_it_is_the_tilted_bowl_of_the_book():
    tilted, H = np.array([[3, 2], [2, 2.2]]), matrix(Corner().entries())
    assert_allclose(condition_number(spectrum(H)), condition_number(spectrum(tilted)), rtol=3e-3)
    assert_allclose(H, tilted / spectrum(tilted)[0], atol=0.06)
    ways = beams((3, 2, 2.2), CORNERS[0])
    caught = [math.degrees(turn(ways[i - 1], ways[i])) for i in range(4)]
    assert_allclose(caught, [165.964, 14.036] * 2, atol=1e-3)
    assert_allclose(wrong((3, 2, 2.2), CORNERS[0]), 0.42202, atol=1e-5)
    assert Corner().numbers()["wrong"] == "42.2 %"


@given(points, st.floats(1, 300), angles, regions)
def test_no_point_of_the_set_is_lower_than_the_answer(z, kappa, angle, region):
    figure = Corner(kappa=kappa, angle=angle, z=z, region=region)
    H, corners = figure.entries(), np.array(CORNERS[region], float)
    (best, answer), (near, repair) = figure.found()
    for (p, _), metric in zip(figure.found(), (H, ROUND), strict=True):
        assert inside(region, p)
        g = matrix(metric) @ (np.array(p) - z)
        assert ((corners - p) @ g >= -1e-9 * kappa).all(), "no way into the set goes down"
    for p, face in ((best, answer), (near, repair)):
        on = [tuple(corners[i - 1]) for i in face]
        if len(face) == 0:
            assert p == z
        elif len(face) == 1:
            assert p == on[0]
        else:
            share = np.linalg.norm(np.array(p) - on[0]) / np.linalg.norm(np.subtract(*on))
            assert 0 < share < 1
            assert_allclose(np.array(on[0]) * (1 - share) + np.array(on[1]) * share, p, atol=1e-9)
    assert (answer == ()) == (repair == ())
    assert inside(region, z) if answer == () else not inside(region, z, -1e-9)


@given(points)
def test_repair_is_to_clip_to_the_square(z):
    assert_allclose(lowest(ROUND, z, CORNERS[0])[0], np.clip(z, -1, 1), atol=1e-9)


@given(points, regions, angles)
def test_on_a_round_bowl_repair_is_right(z, region, angle):
    figure = Corner(kappa=1, angle=angle, z=z, region=region)
    assert figure.values()["price"] == 0
    assert figure.values()["wrong"] == 0
    assert_allclose(*(p for p, _ in figure.found()), atol=1e-9)


@given(points, st.floats(1, 1000), st.sampled_from([(0, 0), (0, 90), (0, -90), (1, 45), (1, -45)]))
def test_and_so_it_is_where_the_normals_of_the_edges_are_axes_of_the_bowl(z, kappa, setting):
    region, angle = setting
    figure = Corner(kappa=kappa, angle=angle, z=z, region=region)
    assert figure.values()["wrong"] == 0
    assert_allclose(*(p for p, _ in figure.found()), atol=1e-9)


@given(points, st.floats(1.01, 300), angles, regions)
def test_the_price_is_what_f_is_higher(z, kappa, angle, region):
    figure = Corner(kappa=kappa, angle=angle, z=z, region=region)
    ground, ((best, _), (near, _)) = figure.objective(), figure.found()
    assert_allclose(figure.values()["price"], ground(near) - ground(best), atol=1e-6 * kappa)
    assert figure.values()["price"] >= 0


@pytest.mark.parametrize("region", range(3))
@pytest.mark.parametrize("setting", [(8.3, -51), (100, 20), (2, 70), (1000, 1)])
def test_the_share_of_wrong_corners_is_that_of_many_far_minima(region, setting):
    figure = Corner(kappa=setting[0], angle=setting[1], region=region)
    H, ways = figure.entries(), np.arange(4000) * (2 * math.pi / 4000)
    far = [(1e7 * math.cos(way), 1e7 * math.sin(way)) for way in ways]
    both = [[lowest(metric, z, CORNERS[region])[1] for metric in (H, ROUND)] for z in far]
    assert_allclose(figure.values()["wrong"], np.mean([answer != repair for answer, repair in both]), atol=2e-3)


def within(p, polygon):
    """Whether a point is in a convex polygon, whose corners go against the clock or with it, and not near its border."""
    sides = np.roll(polygon, -1, axis=0) - polygon
    across = sides[:, 0] * (p[1] - polygon[:, 1]) - sides[:, 1] * (p[0] - polygon[:, 0])
    across = across[np.hypot(*sides.T) > 0] / np.hypot(*sides.T)[np.hypot(*sides.T) > 0]
    assume((abs(across) > 1e-6).all())
    return (across > 0).all() or (across < 0).all()


@given(points, st.floats(1, 300), angles, regions)
def test_the_plane_tells_the_face_of_the_answer(z, kappa, angle, region):
    figure = Corner(kappa=kappa, angle=angle, z=z, region=region)
    cones, strips = parts_of(figure.entries(), CORNERS[region])
    at = [number for number, cone in enumerate(cones, 1) if within(z, np.array(cone))]
    on = [number for number, strip in enumerate(strips, 1) if within(z, np.array(strip))]
    answer = figure.values()["answer"]
    assert (at, on) == {0: ([], []), 1: (list(answer), []), 2: ([], list(answer[:1]))}[len(answer)]


def test_the_page_paints_the_plane_that_the_still_fills():
    figure = Corner()
    cones, strips = parts_of(figure.entries(), CORNERS[0])
    (ax,) = panels(figure)
    assert_allclose([patch.get_xy()[:-1] for patch in ax.patches[:4]], cones)
    assert_allclose([patch.get_xy()[:-1] for patch in ax.patches[4:]], strips)
    for kind, polygons in (("wash second", cones), ("wash third", strips)):
        (path,) = paths("corner", 0, kind, {})
        assert path.count("M") == path.count("Z") == len(polygons)
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3", "4"]


def test_a_sentence_and_a_text_tell_the_setting():
    figure = Corner(region=1, z=(1.0, 1.0))
    assert "(1, 1), and a diamond: answer’s face edge 2–3" in figure.sentence()
    assert figure.alt().startswith("A diamond with numbered corners")
