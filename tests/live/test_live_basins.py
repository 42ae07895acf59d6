"""The live figure of two basins: its chance, its numbers and its picture."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_cases import panels
from live_plain import paths, said, use
from matplotlib.colors import to_rgba_array
from numpy.testing import assert_allclose, assert_array_equal

from gdtools import double_well, gradient_descent, gradient_descent_batch, two_valleys
from gdtools.live import Basins
from gdtools.live.chance import bell, bits
from gdtools.live.valleys import basins, leads
from gdtools.plotting import STYLE

MASK = 2**32 - 1


def test_the_demonstration_with_two_starts():
    for x0, end, steps in ((-0.4, "−1.4730", "39"), (0.4, "1.3470", "56")):
        numbers = Basins(x0=(x0, 0)).numbers()
        assert (numbers["end"], numbers["steps"]) == (end, steps)
        run = gradient_descent(double_well().grad, x0, 0.03, 200)
        assert_array_equal(Basins(x0=(x0, 0)).runs()[0].hist, np.column_stack([run.hist, 0 * run.hist]))


def test_the_axis_of_the_saddle_traps_and_a_nudge_escapes():
    trapped, nudged = Basins(tilt=0, x0=(0, 1.5), n_iter=500), Basins(tilt=0, x0=(-1e-6, 1.5), n_iter=500)
    (run,) = trapped.runs()
    assert run.stopped == "converged"
    assert not run.hist[:, 0].any()
    assert np.linalg.eigvalsh(trapped.objective().hess(run.x))[0] == pytest.approx(-8)
    assert nudged.numbers()["end"] == "−1.4142"


@pytest.mark.parametrize("tilt", [0, 0.7, 1, 4])
def test_the_ground_is_flat_in_two_valleys_and_on_the_hill_between(tilt):
    figure = Basins(tilt=tilt)
    flats = figure.flats()
    assert_allclose(figure.objective().grad(np.array([flats, 0 * flats])), np.zeros((2, 3)), atol=1e-12)
    assert flats[0] < flats[1] < flats[2]


def test_the_border_bends():
    kinds = Basins().basins()
    border = (kinds == 0).sum(axis=1)
    assert_array_equal(kinds, kinds[::-1])
    assert (np.diff(border[36:]) >= 0).all()
    assert border[-1] > border[36] + 5
    assert set(np.unique(Basins(lr=0.15).basins())) == {0, 1, 2}


def border_at(y, lr, tilt):
    """Where the border is at each height, halved until it is known to a ten-millionth, each start walked on by itself."""
    grad, hill = two_valleys(tilt).grad, np.sort(np.roots([4, 0, -8, tilt]))[1]
    low, high = np.full(y.size, -2.2), np.full(y.size, 2.2)
    for _ in range(26):
        middle = (low + high) / 2
        left = gradient_descent_batch(grad, np.array([middle, y]), lr, round(4 / lr), tol=1e-9).x[0] < hill
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return low


@pytest.mark.parametrize(("lr", "tilt"), [(0.03, 1), (0.01, 1), (0.03, 0.5), (0.02, 2.5), (0.03, 0), (0.02, 4)])
def test_all_digits_of_a_share_that_is_sure_are_right(lr, tilt):
    nodes, weights = np.polynomial.legendre.leggauss(12)
    share = weights @ (border_at(0.9 * (nodes + 1), lr, tilt) + 2.2) / 8.8
    found, sure = basins(lr, tilt)
    assert sure
    assert found == pytest.approx(share, abs=2e-6)
    assert Basins(lr=lr, tilt=tilt).numbers()["share"] == f"{100 * share:.4g} %"


@pytest.mark.parametrize(
    ("lr", "tilt"), [(0.042, 1), (0.06, 2.5), (0.0775, 1), (0.08, 1), (0.1, 1), (0.12, 0.5), (0.15, 1), (0.03, 4)]
)
def test_a_share_that_is_not_so_sure_is_told_in_whole_percents(lr, tilt):
    x, y = np.meshgrid(np.linspace(-2.2, 2.2, 201)[1::2], np.linspace(0, 1.8, 121)[1::2])
    share = (leads(x, y, lr, tilt) == 0).mean()
    assert basins(lr, tilt) == (pytest.approx(share, abs=4e-3), False)
    assert Basins(lr=lr, tilt=tilt).numbers()["share"] == f"≈ {100 * share:.0f} %"


@given(seed=st.integers(1, 10**6), n=st.integers(0, 2 * 10**6))
def test_chance_is_the_published_generator(seed, n):
    t = (seed * 0x9E3779B9 + n * 0x6D2B79F5) & MASK
    t = ((t ^ t >> 15) * (t | 1)) & MASK
    t ^= (t + ((t ^ t >> 7) * (t | 61) & MASK)) & MASK
    t ^= t >> 14
    assert bits(seed, [n]) == t
    assert bell(seed, [n]) == (sum(t.to_bytes(4, "big")) - 510) / math.sqrt(21845)


def test_chance_is_fair():
    for seed in (1, 2, 999_999):
        shares, normal = bits(seed, np.arange(100_000)) / 2**32, bell(seed, np.arange(100_000))
        assert_allclose(np.histogram(shares, 20, (0, 1))[0], 5000, atol=350)
        assert (normal.mean(), normal.std()) == (pytest.approx(0, abs=0.015), pytest.approx(1, abs=0.015))
        assert abs(np.corrcoef(normal[:-1], normal[1:])[0, 1]) < 0.015
        assert np.mean(abs(normal) < 1) == pytest.approx(0.67, abs=0.02)


def test_noise_and_restarts_are_the_same_every_time_and_another_seed_gives_others():
    one, again, other = (Basins(noise=10, restarts=2, seed=seed).runs() for seed in (1, 1, 2))
    for a, b, c in zip(one, again, other, strict=True):
        assert_array_equal(a.hist, b.hist)
        assert not np.array_equal(a.hist[-1], c.hist[-1])
    starts = np.array([run.hist[0] for run in Basins(restarts=100).runs()])
    assert (abs(starts) <= [2.2, 1.8]).all()
    assert_allclose(starts.mean(axis=0), [0, 0], atol=0.4)


def test_each_run_has_its_own_stretch_of_chance_noise_first_then_its_start():
    figure = Basins(noise=3, restarts=2, seed=5, n_iter=4, lr=0.02, tilt=0.5)
    for r, run in enumerate(figure.runs()):
        n = 20_002 * r
        u, v = bits(5, [n + 20_000, n + 20_001]) / 2**32
        x = np.array([4.4 * u - 2.2, 3.6 * v - 1.8] if r else [0.4, 0])
        assert_allclose(run.hist[0], x)
        for k in range(4):
            x = x - 0.02 * (two_valleys(0.5).grad(x) + 3 * bell(5, [n + 2 * k, n + 2 * k + 1]))
            assert_allclose(run.hist[k + 1], x)


@pytest.mark.parametrize("lr", [0.03, 0.15])
def test_each_cell_says_where_its_centre_leads(lr):
    figure, grad = Basins(lr=lr, noise=4), two_valleys().grad
    kinds, saddle = figure.basins(), figure.flats()[1]
    assert kinds.shape == (72, 88)
    for i, j in np.random.default_rng(0).integers(0, (72, 88), (60, 2)):
        run = gradient_descent(grad, [-2.2 + 4.4 * (j + 0.5) / 88, -1.8 + 3.6 * (i + 0.5) / 72], lr, 120, tol=1e-3)
        assert kinds[i, j] == (2 if run.stopped == "diverged" else run.x[0] > saddle)


def test_the_basins_show_their_numbers():
    assert Basins().numbers() == {
        "steps": "56", "end": "1.3470", "height": "−2.6186", "stay": "0 %", "share": "54.83 %", "found": "0 of 1",
        "best": "−2.6186",
    }  # fmt: skip
    figure = Basins(lr=0.01, noise=15, n_iter=2000, seed=2, restarts=3)
    numbers, runs, hill = figure.numbers(), figure.runs(), figure.flats()[1]
    left = sum(x < hill for x in runs[0].hist[1:, 0])
    assert 0 < left < 2000
    assert numbers["stay"] == f"{left / 20:.4g} %"
    assert numbers["found"] == f"{sum(run.x[0] < hill for run in runs)} of 4"
    assert numbers["best"] == f"{min(two_valleys()(run.x) for run in runs):.4f}".replace("-", "−")


def test_the_still_of_the_basins_draws_ground_runs_and_names():
    figure = Basins(restarts=2, tilt=0.5)
    (top, low), runs, flats = panels(figure), figure.runs(), figure.flats()
    starts = [line.get_xydata()[0] for line in top.lines]
    for run, path in zip(runs, top.lines[1::2], strict=True):
        assert_allclose(path.get_xydata(), run.hist)
        assert path.get_marker() == ""
        assert any(np.allclose(start, run.hist[0]) for start in starts)
    first, *others = (path.get_color() for path in top.lines[1::2])
    assert first not in others
    assert len(set(others)) == 1
    assert [text.get_text() for text in top.texts] == ["left basin", "", "right basin"]
    assert_allclose([text.get_position() for text in top.texts], [(x, -1.6) for x in flats])
    assert {text.get_horizontalalignment() for text in top.texts} == {"center"}
    assert (top.get_xlim(), top.get_ylim()) == ((-2.2, 2.2), (-1.8, 1.8))
    ground, walked = (line.get_xydata().T for line in low.lines)
    assert_allclose(ground[1], double_well()(ground[0]) - 0.5 * ground[0], atol=1e-12)
    assert (ground[0][0], ground[0][-1], low.lines[0].get_color()) == (-2.2, 2.2, "0.5")
    assert_allclose(walked, [runs[0].hist[:, 0], two_valleys(0.5)(runs[0].hist.T)])
    assert low.get_xlim() == (-2.2, 2.2)
    assert low.get_ylim() == (math.floor(two_valleys(0.5)([flats[0], 0])) - 1, 4)
    assert (low.get_xlabel(), low.get_ylabel()) == ("$x$", "$f$")


def test_the_still_colours_each_basin_as_the_text_says():
    figure = Basins()
    areas, lines = panels(figure)[0].collections
    with plt.style.context(STYLE):
        assert_allclose(areas.get_facecolor()[:, :3], to_rgba_array(["C0", "C1"])[:, :3])
    assert areas.get_alpha() == 0.2
    inside = [path.contains_point(figure.flats()[[0, 0]] * [1, 0]) for path in areas.get_paths()]
    assert inside == [True, False]
    assert len(lines.levels) == 8
    areas = panels(Basins(lr=0.15))[0].collections[0]
    assert areas.levels.tolist() == [-0.5, 0.5, 1.5]  # what runs off, 2, is left blank
    assert len(panels(Basins(lr=0))[0].collections) == 1


def test_restarts_find_the_deep_valley_as_often_as_its_basin_is_wide():
    found = sum(int(Basins(restarts=100, seed=seed).numbers()["found"].split()[0]) for seed in range(1, 6))
    share = (Basins().basins() == 0).mean()
    assert found / 500 == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(("values", "numbers"), [
    ({"lr": 0}, {"steps": "0", "stay": "–", "share": "–", "end": "0.4000"}),
    ({"lr": 1e300}, {"steps": "1", "height": "–", "best": "–", "found": "0 of 1"}),
    ({"n_iter": 0, "restarts": 1}, {"steps": "0", "stay": "–", "found": "0 of 2"}),
    ({"x0": (1e5, 0), "lr": 1e-300}, {"end": "10⁵"}),
    ({"x0": (-1e-9, 0), "lr": 0}, {"end": "0"}),
    ({"x0": (-0.4, 0)}, {"stay": "100 %", "found": "1 of 1"}),
    ({"x0": (-0.4, 0), "lr": 0, "restarts": 2}, {"found": "1 of 3"}),
    ({"x0": (0, 0), "tilt": 0}, {"stay": "0 %", "found": "0 of 1", "best": "0"}),
    ({"x0": (-100.5, 0), "n_iter": 0}, {"found": "0 of 1"}),
    ({"x0": (-99, 1e3), "lr": 1e300}, {"steps": "0", "found": "0 of 1"}),
])  # fmt: skip
def test_extremes(values, numbers):
    figure = Basins(**values)
    assert figure.numbers().items() >= numbers.items()
    assert "nan" not in figure.html() + figure.sentence()


def test_a_picture_of_a_run_that_starts_far_away():
    assert "svg" in Basins(x0=(1e6, 1e6)).html()


def test_the_sentence_tells_no_end_before_it_is_drawn():
    early, late = said("basins", [({}, 0.2), ({}, 1)])
    there = Basins(n_iter=11).values()["end"]
    assert early[2] == f"At x = {there:.4g}, still on its way."
    assert late[2].startswith("Settles in the right valley")


def test_a_basin_is_named_only_where_it_is_and_a_run_to_and_fro_is_no_area():
    call = """(el, name) => [0.03, 0.2].map(lr => {
      el.set({ lr });
      return el.all("class", "middle").map(text => text.textContent).filter(text => text.endsWith(" basin"));
    })"""
    assert use("basins", call) == [["left basin", "right basin"], ["right basin"]]
    for panel in (0, 1):
        (way,), (marks,) = (paths("basins", panel, kind, {"lr": 0.2}) for kind in ("run", "dots run"))
        assert (way.count("L"), marks.count("M")) == (8, 201)


@pytest.mark.parametrize("tilt", [0, 1, 4, 4.3, 5])
def test_two_valleys_on_the_axis_are_the_double_well_tilted(tilt):
    ground, well, x = two_valleys(tilt), double_well(), np.linspace(-2, 2, 9)
    assert_allclose(ground([x, 0 * x]), well(x) + (tilt - 1) * x, atol=1e-12)
    assert len(ground.minimisers) == (2 if tilt < 4.35 else 1)
    assert (np.diff(ground(ground.minimisers.T)) >= -1e-12).all()
