"""What a diagnosis shows, on what evidence, what it says that it could not test, and what it refuses by name."""

import re
import sys
from types import SimpleNamespace

import failing_runs as runs
import matplotlib.pyplot as plt
import numpy as np
import pytest
import unseen_faults as unseen
from bs4 import BeautifulSoup
from numpy.testing import assert_allclose
from pages import ROOT
from scipy.sparse.linalg import ArpackNoConvergence

from gdtools import bowl, diagnose, gradient_descent, least_squares, momentum
from gdtools.diagnosis import picture
from gdtools.diagnosis.case import Case
from gdtools.diagnosis.curvature import curvature_at
from gdtools.diagnosis.picture import as_image, plot_diagnosis
from gdtools.diagnosis.words import ADVICE, WHERE

GRAD = lambda x: 2 * np.asarray(x)  # noqa: E731
ROUND = lambda x: float(np.sum(np.square(x)))  # noqa: E731


def of(made, seed=0, **others):
    return diagnose(**made(seed) | others)


def finding(found, test):
    (one,) = (finding for finding in found.findings if finding.test.startswith(test))
    return one


# Evidence


def test_the_ratio_to_the_bound_is_that_of_the_eigenvalues():
    brought = runs.raw_line(2)
    L = np.linalg.eigvalsh(2 / 9 * brought["X"].T @ brought["X"])[-1]
    found = diagnose(**brought)
    assert_allclose(found.evidence["ratio"], brought["lr"] * L / 2, rtol=1e-6)
    assert_allclose(found.evidence["bound"], 2 / L, rtol=1e-6)
    assert_allclose(found.evidence["curvature"], L, rtol=1e-6)


def test_the_bound_of_a_heavy_ball_grows_with_beta_and_that_of_nesterov_shrinks():
    f = bowl()  # L = 50
    ball = diagnose(f, f.grad, [0.0, 0.0], 0.08, method="momentum", beta=0.9)
    assert (ball.cause, ball.evidence["ratio"]) == ("step-too-long", pytest.approx(0.08 * 50 / 3.8))
    ahead = diagnose(f, f.grad, [0.0, 0.0], 0.035, method="nesterov", beta=0.9)
    assert (ahead.cause, ahead.evidence["ratio"]) == ("beta-too-large", pytest.approx(0.035 * 50 / 2 / (1.9 / 2.8)))
    too_long = diagnose(f, f.grad, [0.0, 0.0], 0.05, method="nesterov", beta=0.9)
    assert too_long.cause == "step-too-long"


@pytest.mark.parametrize("factor", [0.5, 2.0, 500.0])
def test_the_factor_of_a_gradient_is_told(factor):
    for sign, cause in ((1, "gradient-scale"), (-1, "gradient-sign")):
        found = diagnose(bowl().f, lambda x, c=sign * factor: c * bowl().grad(x), [0.0, 0.0], 0.001)
        assert (found.cause, found.evidence["factor"]) == (cause, pytest.approx(sign * factor))


def test_the_entry_that_is_wrong_is_told_in_its_own_units():
    found = of(unseen.sum_in_one_entry)
    assert found.evidence["where"] == "its entry [0]"
    assert found.evidence["claimed"] == pytest.approx(25 * found.evidence["measured"], rel=1e-6)
    square = diagnose(ROUND, lambda x: GRAD(x) * [[1, 1], [1, 3]], np.ones((2, 2)) + 0.5, 0.01)
    assert square.evidence["where"] == "its entry [1, 1]"
    assert square.evidence["claimed"] == pytest.approx(3 * square.evidence["measured"])
    one = diagnose(lambda x: x**2, lambda x: 2 * x**2, 1.5, 0.01)
    assert one.evidence["where"] == "it"


def test_among_many_entries_one_that_is_wrong_is_noticed():
    factors = np.ones(40)
    factors[17] = 3
    found = diagnose(ROUND, lambda x: GRAD(x) * factors, np.linspace(1, 2, 40), 0.01)
    assert found.cause == "gradient"
    assert "all coordinates" in found.evidence["where"]


def test_further_evidence_is_what_the_inputs_say():
    assert of(runs.column_of_targets).evidence["differences"] == of(runs.column_of_targets).evidence["expected"] ** 2
    assert of(runs.twin_columns).evidence["columns"] == [1, 3]
    assert of(runs.twin_columns).evidence["ratio"] < 1e-8
    assert of(runs.separated).evidence["rows"] == 40
    assert of(runs.raw_columns).evidence["condition"] > 1e4 * of(runs.raw_columns).evidence["rescaled"] / 100
    assert of(runs.small_weights).evidence["lowest"] < 0 < of(runs.small_weights).evidence["highest"]
    assert of(runs.adam_crawls).evidence["reach"] == pytest.approx(4)
    assert of(runs.adam_crawls).evidence["distance"] > 1e4
    assert of(runs.stops_by_change).evidence["ratio"] < 1e-4
    assert of(runs.kink).evidence["jump"] > 0.9
    assert of(runs.never_emptied).evidence["last"] > of(runs.never_emptied).evidence["first"]
    assert of(runs.rounded).evidence["flat_to"] < 1e-2
    assert of(unseen.heavy_memory).evidence["beta"] == 0.999
    assert of(unseen.other_valley).evidence["there"] < of(unseen.other_valley).evidence["here"]
    assert of(unseen.projected_once).evidence["farthest"] > 0.3
    assert of(unseen.bursting).evidence["back"] > 1e-4
    assert of(unseen.small_batches, 1).evidence["scatter"] > of(unseen.small_batches, 1).evidence["mean"]
    assert "standard deviation" in of(unseen.raw_against_scaled, 1).evidence["scale"]


# Words and pictures


def test_three_sentences_are_printed():
    found = of(runs.raw_line)
    assert repr(found) == " ".join(found.sentences)
    assert len(found.sentences) == 3
    assert found.sentences[0].startswith("The step is too long: lr = ")
    assert found.sentences[1] == ADVICE["step-too-long"]
    assert f"{found.calls['f']} calls of f" in found.sentences[2]
    assert "9 tests were made and 13 not" in found.sentences[2]


@pytest.mark.parametrize("cause", WHERE)
def test_where_the_book_says_more_there_is_such_a_heading(cause):
    chapter, heading = WHERE[cause]
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    assert re.search(rf"^#+ {re.escape(heading)}$", text, re.MULTILINE)


PICTURES = {
    "slopes": (runs.wrong_index, "slope by grad"), "loss": (runs.raw_line, "f"), "loss that overflows": (runs.overflow, "f"),
    "loss that hovers": (runs.kink, "f"), "path": (unseen.other_valley, "$x_1$"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "label"), PICTURES.values(), ids=PICTURES)
def test_a_notebook_shows_a_box_with_a_picture(made, label):
    found = of(made)
    page = BeautifulSoup(found._repr_html_(), "html.parser")
    assert found.cause in page.strong.text
    assert page.img["src"].startswith("data:image/svg+xml")
    assert found.cause in page.img["alt"]
    assert len(page.find_all("li")) == len(found.findings)
    _, ax = plt.subplots()
    assert plot_diagnosis(found, ax=ax) is ax
    assert ax.get_ylabel() == label
    plt.close("all")
    assert plot_diagnosis(found) is plt.gca()
    plt.close("all")


@pytest.mark.parametrize(("made", "label"), PICTURES.values(), ids=PICTURES)
def test_no_label_is_cut_off_where_the_book_s_style_is_not_used(made, label, monkeypatch):
    whole = []

    def looked_at(fig):
        fig.draw_without_rendering()
        inked, paper = fig.get_tightbbox(), fig.bbox_inches
        whole.append(paper.x0 <= inked.x0 and paper.y0 <= inked.y0 and inked.x1 <= paper.x1 and inked.y1 <= paper.y1)

    monkeypatch.setattr(picture, "svg_uri", looked_at)
    with plt.style.context("default"):
        as_image(of(made))
    plt.close("all")
    assert whole == [True]


def test_where_no_run_was_looked_at_there_is_no_picture():
    found = of(unseen.column_gradient)
    assert found.record is None
    assert "<img" not in found._repr_html_()


# What could not be tested


@pytest.mark.parametrize(("test", "reason"), [
    ("Pairing", "X and y were not given"), ("Columns", "X was not given"), ("The reference", "no reference was given"),
    ("Constraints", "no project was given"), ("Adam's reach", "the method is not Adam"), ("Memory", "the method has no β"),
])  # fmt: skip
def test_what_was_not_given_is_not_tested(test, reason):
    assert finding(diagnose(ROUND, GRAD, [1.0, 2.0], 0.1), test).text == f"not tested, since {reason}."


def test_without_scipy_its_tests_are_left_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    assert "scipy is not installed" in finding(of(runs.separated), "A minimum").text


@pytest.mark.parametrize(("answer", "said"), [(None, "found no answer"), (np.array([-1.0, 1.0]), "so near a plane")])
def test_what_the_linear_program_cannot_tell_is_not_told(monkeypatch, answer, said):
    monkeypatch.setattr("scipy.optimize.linprog", lambda *args, **told: SimpleNamespace(x=answer))
    assert said in finding(of(runs.separated), "A minimum").text


def test_calls_that_are_used_up_are_told(monkeypatch):
    monkeypatch.setattr("gdtools.diagnosis.case.CALLS", 100)
    found = diagnose(ROUND, GRAD, np.ones(12), 0.1)
    assert max(found.calls.values()) == 100
    assert any("used up" in finding.text for finding in found.findings)
    assert found.cause == "unknown"
    assert "none of the tests explains it" in repr(found)


def test_data_of_another_model_are_left_alone():
    f, grad, d = runs.network()
    found = diagnose(f, grad, np.linspace(-1, 1, d), 0.1, X=runs.XOR[0], y=runs.XOR[1])
    assert "X has 2 columns and x 9 numbers" in finding(found, "Pairing").text


def test_a_run_that_nothing_explains_is_not_called_fine():
    hist = [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    assert diagnose(ROUND, GRAD, [1.0, 1.0], 0.1, run=hist).cause == "unknown"


@pytest.mark.parametrize("refusal", [OverflowError("math range error"), ValueError("math domain error")])
def test_where_python_refuses_to_compute_there_is_no_number(refusal):
    def f(x):
        raise refusal

    assert diagnose(f, GRAD, [1.0], 0.1).cause == "not-finite"


def test_another_error_of_a_function_is_the_callers():
    def f(x):
        raise ValueError("shapes (3,) and (2,) not aligned")

    with pytest.raises(ValueError, match="not aligned"):
        diagnose(f, GRAD, [1.0], 0.1)


# Input


@pytest.mark.parametrize(("given", "kind", "message"), [
    ({"f": 3.0}, TypeError, "f is 3.0; expected a function"),
    ({"grad": bowl()}, TypeError, "grad is an Objective"),
    ({"x0": [np.nan, 1]}, ValueError, "x0 is "),
    ({"lr": 0}, ValueError, "lr is 0; expected"),
    ({"run": [[1.0], [2.0]]}, ValueError, "run has iterates of shape"),
    ({"run": [[5.0, 5.0], [1.0, 1.0]]}, ValueError, "run starts at"),
    ({"run": "fast"}, TypeError, "run is 'fast'"),
    ({"X": [1.0, 2.0]}, ValueError, "X has shape"),
    ({"y": [1.0, 2.0]}, ValueError, "y has shape (2,); expected X beside it"),
    ({"X": np.ones((3, 2)), "y": [1.0, 2.0]}, ValueError, "y has shape (2,); expected (3,)"),
    ({"project": 1}, TypeError, "project is 1"),
    ({"method": "sgd"}, ValueError, "method is 'sgd'; expected one of plain"),
    ({"beta": 1.0}, ValueError, "beta is 1.0"),
    ({"reference": [1.0]}, ValueError, "reference has shape (1,); expected (2,)"),
])  # fmt: skip
def test_bad_input_is_refused_by_name(given, kind, message):
    with pytest.raises(kind, match="^" + re.escape(message)):
        diagnose(**{"f": ROUND, "grad": GRAD, "x0": [1.0, 2.0], "lr": 0.1} | given)


@pytest.mark.parametrize("run", [gradient_descent(GRAD, [1.0, 2.0], 0.1, 0), [[1.0, 2.0]], [[1.0, 2.0], [np.nan, 1]]])
def test_a_run_of_no_steps_is_taken(run):
    assert diagnose(ROUND, GRAD, [1.0, 2.0], 0.1, run=run).cause in ("fine", "unknown")


def test_a_schedule_is_read_at_its_steps():
    f = least_squares([[1.0, 0.0], [0.0, 1.0]], [1.0, 2.0])  # L = 1
    assert diagnose(f, f.grad, [0.0, 0.0], lambda k: 0.5 if k < 100 else 3.0).cause in ("step-too-long", "fine")


# What else may be brought


def test_a_hill_has_no_minimum_and_the_run_says_that_it_falls_without_end():
    found = diagnose(lambda x: -(x @ x), lambda x: -2 * x, [1.0, 2.0], 0.1)
    assert found.cause == "no-minimum"
    assert found.evidence["last"] < -1e50 < found.evidence["first"]


def test_a_constant_does_not_depend_on_x():
    found = diagnose(lambda x: 3.0, lambda x: 0 * x, [1.0, 2.0], 0.1)
    assert (found.cause, "does not depend on x" in repr(found)) == ("precision", True)


def test_a_function_that_is_a_number_nowhere_else_or_too_rough_gives_no_slopes():
    start = np.array([0.3, 0.7])
    alone = diagnose(lambda x: 1.0 if (x == start).all() else np.nan, GRAD, start, 0.1)
    assert "no number at the points tried" in finding(alone, "The gradient").text
    rough = diagnose(lambda x: np.sin(1e15 * x).sum(), lambda x: 0 * x + 1, start, 0.1)
    assert "too rough" in finding(rough, "The gradient").text


def test_a_memory_that_suits_the_valley_is_fine_though_the_run_is_short():
    f = bowl()
    found = diagnose(
        f, f.grad, [0.0, 0.0], 0.02, run=momentum(f.grad, [0.0, 0.0], 0.02, 9, beta=0.5), method="momentum", beta=0.5
    )
    assert (found.cause, finding(found, "Memory").evidence["beta"]) == ("fine", 0.5)


def test_a_reference_that_solves_another_problem_or_lies_on_the_same_floor_is_no_fault():
    f = bowl()
    assert finding(diagnose(f, f.grad, [0.0, 0.0], 0.03, reference=[9.0, 9.0]), "The reference").evidence["slope"] > 1
    level = lambda x: (x[0] + x[1] - 1) ** 2  # noqa: E731
    grad = lambda x: 2 * (x[0] + x[1] - 1) * np.ones(2)  # noqa: E731
    assert "level" in finding(diagnose(level, grad, [0.0, 0.0], 0.2, reference=[3.0, -2.0]), "The reference").text
    X = np.eye(2)
    assert diagnose(least_squares(X, [1.0, 2.0]), least_squares(X, [1.0, 2.0]).grad, [0.0, 0.0], 0.5,
                    X=X, y=[1.0, 2.0], reference=[2.0, 1.0]).cause == "fine"  # fmt: skip


def test_long_vectors_with_noise_are_not_measured():
    noise = np.random.default_rng(0)
    found = diagnose(ROUND, lambda x: GRAD(x) + noise.normal(size=9), np.ones(9), 0.1)
    assert "more than 8 numbers" in finding(found, "The step against its bound").text


def test_a_step_beyond_the_bound_of_the_start_that_does_no_harm_is_fine():
    for method in ("plain", "momentum"):
        found = diagnose(lambda x: x**4, lambda x: 4 * x**3, 1.0, 0.2, method=method)
        assert finding(found, "The step against its bound").evidence["ratio where the run starts"] == pytest.approx(1.2)
        assert found.cause == "fine"


def test_where_lanczos_does_not_settle_the_curvature_is_not_told(monkeypatch):
    def eigsh(*args, **told):
        raise ArpackNoConvergence("no", [], [])

    monkeypatch.setattr("scipy.sparse.linalg.eigsh", eigsh)
    found = diagnose(ROUND, GRAD, np.ones(40), 0.1)
    assert "could not be measured" in finding(found, "The step against its bound").text
    assert "could not be measured: a flat minimum" in finding(found, "Saddles").text
    on_its_way = diagnose(ROUND, GRAD, np.ones(40), 1e-3)
    assert "could not be measured" in finding(on_its_way, "Saddles").text


def test_where_lanczos_does_not_settle_two_valleys_are_not_told_apart(monkeypatch):
    def eigsh(*args, **told):
        raise ArpackNoConvergence("no", [], [])

    def grad(x):
        return np.concatenate([[4 * x[0] * (x[0] ** 2 - 1) + 0.3], 2 * x[1:]])

    def f(x):
        return (x[0] ** 2 - 1) ** 2 + 0.3 * x[0] + x[1:] @ x[1:]

    right, left = (gradient_descent(grad, [side] + 39 * [0.5], 0.05, 5000).x for side in (1.0, -1.0))
    start = [1.0] + 39 * [0.5]
    for x0 in (start, right):
        assert diagnose(f, grad, x0, 0.05, reference=left).cause == "several-minima"
    monkeypatch.setattr("scipy.sparse.linalg.eigsh", eigsh)
    found = diagnose(f, grad, start, 0.05, reference=left)
    assert "two points could not be measured" in finding(found, "The reference").text


def test_of_a_run_that_grows_no_saddle_is_looked_for():
    found = diagnose(ROUND, GRAD, [0.1], 1.0, run=[[0.1], [0.5], [1.0]], method="adam")
    assert "the run grows" in finding(found, "Saddles").text


def test_the_ends_of_the_spectrum_are_found_by_lanczos():
    lam = np.r_[-3.0, np.linspace(1, 9, 48), 10.0]
    case = Case(lambda x: lam @ x**2 / 2, lambda x: lam * x, np.ones(50), 0.1)
    bend = curvature_at(case, case.x0)
    assert_allclose([bend.low, bend.high], [-3, 10], rtol=0.02)
    assert bend.condition == np.inf or bend.condition == pytest.approx(1)
