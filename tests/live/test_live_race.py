"""The race of five methods: its counts against theory and against other ways to compute them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_cases import panels
from numpy.testing import assert_allclose
from traitlets import TraitError

from gdtools import best_step, momentum, predicted_steps, quadratic, spectrum
from gdtools.live import Race

kappas, betas, angles = st.floats(1, 60), st.floats(0, 0.95), st.integers(-180, 180)


def test_a_race_from_near_the_minimum_is_run_to_its_end():
    counts = Race(x0=(3.01, 1), eps=1e-10).numbers()
    assert not [name for name in Race.NAMES if counts[name].startswith("–")]


def test_a_wrong_setting_is_named():
    with pytest.raises(TraitError, match="beta is 1; expected a number from 0 to 0.999"):
        Race(beta=1)


@given(kappa=kappas, beta=betas, angle=angles, lr=st.floats(0.2, 2))
def test_the_rates_are_those_of_the_iteration_matrices(kappa, beta, angle, lr):
    figure = Race(kappa=kappa, beta=beta, angle=angle, lr=lr)
    H, eye, ahead = figure.objective().hess(None), np.eye(2), np.sqrt(beta)
    mu, L = spectrum(H)
    ball, look = eye - lr * 2 * (1 + beta) / (mu + L) * H, eye - lr / L * H
    matrices = {
        "plain": eye - lr * best_step(H) * H,
        "ball": np.block([[ball + beta * eye, -beta * eye], [eye, 0 * eye]]),
        "nesterov": np.block([[(1 + ahead) * look, -ahead * look], [eye, 0 * eye]]),
        "jacobi": eye - lr * H / np.diag(H)[:, None],
        "newton": (1 - lr) * eye,
    }
    for name, (rate, _) in figure.methods().items():
        assert_allclose(rate, abs(np.linalg.eigvals(matrices[name])).max(), atol=1e-6)


def test_all_tuned_each_needs_about_what_theory_says():
    for kappa in (10, 100, 1000):
        figure = Race(kappa=kappa)
        figure.beta = figure.best_beta()
        root = np.sqrt(kappa)
        best = {"plain": (kappa - 1) / (kappa + 1), "ball": (root - 1) / (root + 1), "nesterov": 1 - 1 / root, "newton": 0}
        for name, (predicted, took, *_) in figure.runs().items():
            if name in best:
                assert predicted == pytest.approx(predicted_steps(best[name], 1e-6), abs=1)
            assert 0.8 * predicted <= took <= 1.4 * predicted + 10


def test_momentum_is_that_of_gdtools_on_the_same_bowl():
    figure = Race(angle=0, kappa=30)
    lr = 2 * 1.44 / (2 + 60)
    hist = momentum(quadratic(np.diag([2.0, 60.0]), [6, 60]).grad, figure.x0, lr, 200, tol=0, beta=0.44).hist
    errors = np.linalg.norm(hist - [3, 1], axis=1)
    assert figure.runs()["ball"][1] == np.argmax(errors <= 1e-6 * errors[0])


def test_a_turn_is_noticed_by_the_preconditioner_alone():
    along, turned, diagonal = (Race(angle=angle, x0=(3.0, 3.0)).runs() for angle in (0, 30, 45))
    for name in ("plain", "ball", "nesterov", "newton"):
        assert along[name][0] == turned[name][0] == diagonal[name][0]
    assert along["jacobi"][1] == 1 < turned["jacobi"][1]
    assert diagonal["jacobi"][0] == diagonal["plain"][0]


@pytest.mark.parametrize(("settings", "name", "text"), [
    ({"lr": 0}, "newton", "–, theory never"),
    ({"lr": 1.05}, "plain", "–, theory never"),
    ({"lr": 1e6}, "ball", "–, theory never"),
    ({"x0": (3, 1)}, "plain", "0, theory 173"),
    ({"kappa": 1e4}, "plain", "–, theory 69078"),
    ({"angle": 0}, "jacobi", "1, theory 1"),
    ({"kappa": 1}, "plain", "1, theory 1"),
    ({"x0": (3 + 1e-12, 1 + 1e-12)}, "plain", "–, theory 173"),
    ({"x0": (3 + 1e-5, 1)}, "plain", "173, theory 173"),  # where the gradient is below the tolerance of a run by itself
])  # fmt: skip
def test_extremes_of_the_race(settings, name, text):
    figure = Race(**settings)
    assert figure.numbers()[name] == text
    assert "nan" not in figure.html() + figure.sentence()


def test_the_race_shows_its_numbers():
    assert Race().numbers() == {
        "plain": "173, theory 173", "ball": "44, theory 40", "nesterov": "78, theory 72", "jacobi": "133, theory 133",
        "newton": "1, theory 1", "best": "0.4444",
    }  # fmt: skip


def test_the_sentence_counts_one_method_after_the_other():
    assert "plain descent 173, theory 173; heavy ball 44, theory 40; Nesterov" in Race().sentence()


def test_what_does_not_arrive_is_shown_as_far_as_it_went():
    *_, errors, hist = Race(lr=1.05).runs()["plain"]
    assert len(errors) == len(hist) == 301


def test_an_error_too_large_for_a_numberis_no_warning():
    figure = Race(lr=9, kappa=2, angle=45)
    assert {took for _, took, *_ in figure.runs().values()} == {np.inf}


def test_the_first_error_counts_as_one():
    for *_, errors, hist in Race(x0=(3, 5)).runs().values():
        assert errors[0] == 1
        assert_allclose(errors, np.linalg.norm(hist - [3, 1], axis=1) / 4)
        assert errors[-1] <= 1e-6 < errors[-2]


def test_the_still_of_the_race_draws_each_method_once():
    figure = Race(kappa=400, eps=1e-2)
    (top, low), runs = panels(figure), figure.runs()
    assert any(len(hist) > 100 for *_, hist in runs.values())
    paths, errors = top.lines[1:], low.lines
    for (*_, error, hist), path, line in zip(runs.values(), paths, errors, strict=True):
        assert_allclose(path.get_xydata(), hist[:41])
        assert_allclose(line.get_ydata(), error[:100].clip(1e-3, 1e3))
        assert path.get_color() == line.get_color()
    assert len({line.get_color() for line in errors}) == 5
    assert [text.get_text() for text in low.get_legend().get_texts()] == list(figure.NAMES.values())
    assert (top.get_xlim(), top.get_ylim()) == figure.objective().window
    assert len(top.collections[0].levels) == 8
    assert low.get_ylabel() == "error, first = 1"


def test_the_still_leaves_out_what_is_far_away():
    top, low = panels(Race(lr=3))
    assert max(np.abs(line.get_xydata()).max() for line in top.lines) < 1e3
    assert max(line.get_ydata().max() for line in low.lines) == 1e3
