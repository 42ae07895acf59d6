"""What a diagnosis once took for something else: flat starts, hilltops, broken loops, changed arguments, powers of a year."""

import re

import failing_runs as runs
import numpy as np
import pytest
import unseen_faults as unseen

from gdtools import diagnose, gradient_descent, least_squares
from gdtools.diagnosis.case import Case
from gdtools.diagnosis.end import spacing
from gdtools.diagnosis.words import ADVICE, WHERE

ROUND = lambda x: float(np.sum(np.square(x)))  # noqa: E731
GRAD = lambda x: 2 * np.asarray(x)  # noqa: E731
NARROW = np.array([1.0, 3.0])


def finding(found, test):
    (one,) = (finding for finding in found.findings if finding.test.startswith(test))
    return one


# Flat starts


@pytest.mark.parametrize("near", [1e-12, 1e-20, 1e-200])
def test_a_start_near_zero_is_probed_at_lengths_of_one_too(near):
    found = diagnose(lambda x: ROUND(x - 1), lambda x: GRAD(x - 1), np.full(2, near), 0.1)
    assert found.cause == "fine", str(found)


def test_a_flat_minimum_is_no_rounding_and_rounding_at_a_minimum_is():
    quartic = lambda x: 1 + (x**4).sum()  # noqa: E731
    assert diagnose(quartic, lambda x: 4 * x**3, np.zeros(2), 0.1).cause == "fine"
    eighth = diagnose(lambda x: 1 + (x**8).sum(), lambda x: 8 * x**7, np.zeros(2), 0.1)
    assert eighth.cause == "fine"
    rounded = lambda x: 1 + round(ROUND(x), 2)  # noqa: E731
    for grad in (GRAD, lambda x: 0 * x):
        assert "rounded inside" in str(diagnose(rounded, grad, np.zeros(2) + 1e-3, 0.1))


# The spacing of numbers


@pytest.mark.parametrize(("at", "step", "moves"), [(1.9, 2.0e-16, True), (1.9, 1.0e-16, False), (1.1, 1.2e-16, True)])
def test_a_step_is_lost_below_half_the_spacing_of_the_numbers_there(at, step, moves):
    assert (at - step != at) == moves
    found = spacing(Case(lambda x: step * x[0], lambda x: [step], [at], 1.0, [[at]]))
    assert (found.outcome == "fine") == moves
    assert moves or found.evidence["spacing"] == np.spacing(at)


# Hilltops


def test_a_hilltop_is_no_second_minimum():
    f, grad = lambda x: (x**2 - 1) ** 2, lambda x: 4 * x * (x**2 - 1)
    found = diagnose(f, grad, 2.0, 0.03, reference=0.0)
    assert (found.cause, "no minimum" in finding(found, "The reference").text) == ("fine", True)
    assert diagnose(f, grad, 2.0, 0.03, reference=-0.99).cause == "fine"
    tilted = diagnose(lambda x: f(x) + 0.1 * x, lambda x: grad(x) + 0.1, 2.0, 0.03, reference=-1.0122884)
    assert tilted.cause == "several-minima"


# Broken loops


def stands(x, g):
    return x


def forgets(x, g):
    return x - [0.3, 0] * g


def adds(x, g):
    return x + 0.3 * g


def at_another_rate(x, g):
    return x - 0.1 * g


@pytest.mark.parametrize("step", [stands, forgets, adds, at_another_rate])
def test_a_loop_that_does_not_step_against_the_gradient_is_told(step):
    hist = [np.ones(2)]
    for _ in range(12):
        hist.append(step(hist[-1], NARROW * hist[-1]))
    found = diagnose(lambda x: NARROW @ x**2 / 2, lambda x: NARROW * x, np.ones(2), 0.3, run=hist)
    assert found.cause == "unknown"
    assert "not what lr and grad ask for" in found.sentences[0]
    assert "your loop" in found.sentences[1]
    assert found.evidence["k"] == 0
    assert found.evidence["expected"] == pytest.approx(-0.9)
    assert found.evidence["move"] == pytest.approx(step(np.ones(2), NARROW)[1] - 1)


def test_a_loop_that_stops_early_is_told_that_it_has_not_arrived():
    f, grad = lambda x: NARROW @ x**2 / 2, lambda x: NARROW * x
    one = diagnose(f, grad, np.ones(2), 0.3, run=gradient_descent(grad, np.ones(2), 0.3, 1))
    assert (one.cause, one.evidence["n_steps"]) == ("fine", 1)
    assert one.evidence["slope"] == pytest.approx(np.hypot(0.7, 0.3))
    assert "after step 1, the slope is still 0.762" in one.sentences[0]
    whole = diagnose(f, grad, np.ones(2), 0.3)
    assert (whole.evidence, "the slope is still" in str(whole)) == ({}, False)


def test_moves_are_compared_where_they_can_be():
    own = diagnose(ROUND, GRAD, [1.0, 2.0], 0.1)
    assert "made here" in finding(own, "Moves").text
    thinned = gradient_descent(GRAD, [1.0, 2.0], 0.1, 400).hist[::40]
    assert diagnose(ROUND, GRAD, [1.0, 2.0], 0.1, run=thinned).cause == "fine"  # it has arrived
    single = gradient_descent(GRAD, [1.0, 2.0], 0.1, 20).hist.astype(np.float32)
    assert "each step goes" in finding(diagnose(ROUND, GRAD, [1.0, 2.0], 0.1, run=single), "Moves").text


# Changed arguments


def test_a_function_that_writes_into_its_argument_is_named():
    def grad(x):
        x *= 2
        return x

    found = diagnose(ROUND, grad, np.array([1.0, 2.0]), 0.1)
    assert (found.cause, found.evidence["name"]) == ("gradient-changes", "grad")
    assert (found.evidence["given"], found.evidence["left"]) == ([1.0, 2.0], [2.0, 4.0])
    assert "grad changes its argument" in found.sentences[0]
    assert "argument" in found.sentences[1]
    into_f = diagnose(lambda x: float(np.square(x, out=x).sum()), GRAD, np.array([1.0, 2.0]), 0.1)
    assert "f changes its argument" in into_f.sentences[0]


# What is no real number


@pytest.mark.parametrize(("given", "message"), [
    ({"f": lambda x: None}, "f returned None; expected a real number"),
    ({"f": lambda x: complex(ROUND(x))}, "f returned (5+0j); expected a real number"),
    ({"f": lambda x: "5"}, "f returned '5'; expected a real number"),
    ({"grad": lambda x: 2 * x + 5j}, "grad returned array([2.+5.j, 4.+5.j]); expected real numbers of shape (2,)"),
    ({"grad": lambda x: None}, "grad returned None; expected real numbers of shape (2,)"),
])  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_what_is_no_real_number_is_refused_by_name(given, message):
    with pytest.raises(TypeError, match="^" + re.escape(message)):
        diagnose(**{"f": ROUND, "grad": GRAD, "x0": np.array([1.0, 2.0]), "lr": 0.1} | given)


# Columns


def cubic_in_the_year():
    t = np.arange(1990, 2021.0)
    X = np.column_stack([np.ones_like(t), t, t**2, t**3])
    f = least_squares(X, 0.1 * (t - 2005) ** 2 + np.random.default_rng(3).normal(size=31))
    return dict(f=f, grad=f.grad, x0=np.zeros(4), lr=0.5 * runs.bound_of(f.hess(None)), X=X, y=f.minimisers[0] @ X.T)


def test_powers_of_a_year_are_to_be_centred():
    brought = cubic_in_the_year()
    found = diagnose(**brought)
    assert found.cause == "units"
    assert found.evidence["ratio"] < 1e-6 < found.evidence["centred"]
    assert "subtract" in str(found)
    assert "Leave out" not in str(found)
    X = brought["X"][:, 1:]
    f = least_squares(X, brought["y"])
    bare = diagnose(f, f.grad, np.zeros(3), 0.5 * runs.bound_of(f.hess(None)), X=X, y=brought["y"])
    assert "centred" not in finding(bare, "Columns").evidence  # only beside a constant column
    assert diagnose(**runs.twin_columns(0)).cause == "dependent-columns"


def test_dummies_beside_a_constant_are_no_fault_where_descent_arrives():
    brought = unseen.all_dummies(0)
    found = diagnose(**brought)
    assert (found.cause, "arrives" in finding(found, "Columns").text) == ("fine", True)
    short = diagnose(**brought, run=gradient_descent(brought["grad"], brought["x0"], brought["lr"], 2))
    assert short.cause == "dependent-columns"


# All pairs


def crossed(X, y, loss, slope):
    f = lambda w: loss(X @ w - y[:, None]).mean()  # noqa: E731
    grad = lambda w: X.T @ slope(X @ w - y[:, None]).mean(axis=0) / len(y)  # noqa: E731
    return dict(f=f, grad=grad, x0=np.full(X.shape[1], 2.5), lr=0.05, X=X, y=y[:, None])


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize(("loss", "slope", "same"), [(np.square, GRAD, "mean"), (np.abs, np.sign, "median")])
def test_all_pairs_are_told_and_the_one_answer_only_beside_a_constant(loss, slope, same, constant):
    rng = np.random.default_rng(2)
    X = np.column_stack([np.ones(30) if constant else rng.normal(size=30), rng.uniform(1, 3, 30)])
    found = diagnose(**crossed(X, rng.exponential(size=30), loss, slope))
    assert (found.cause, found.evidence["differences"]) == ("shapes", 900)
    assert (f"the {same} of the targets for every point" in str(found)) == constant


# Each cause's own sentence, numbers, advice and section


def hill(seed):
    return dict(f=lambda x: -(x @ x), grad=lambda x: -2 * x, x0=np.array([1.0, 2.0]), lr=0.1)


CASES = {
    "saddle": (runs.small_weights, "stands still highest lowest slope", "elsewhere", "Saddle points"),
    "several-minima": (unseen.other_valley, "several minima here there", "lowest end", "Random restarts"),
    "step-too-long": (runs.raw_line, "too long ratio bound", "smaller half", "multipliers"),
    "step-too-short": (runs.stops_by_change, "too short ratio bound", "larger", "best fixed step"),
    "no-minimum": (unseen.linear_fall, "minimum here beyond", "penalty", "separated"),
    "no-minimum, separated": (runs.separated, "plane separated rows size", "penalty", "separated"),
    "no-minimum, for ever": (hill, "falls without end first last", "penalty", "separated"),
    "gradient": (runs.wrong_index, "wrong claimed measured", "entry", "Check the gradient"),
    "gradient-scale": (runs.sum_for_mean, "factor", "sum mean", "Sum or mean"),
    "gradient-sign": (runs.uphill, "uphill factor", "sign", "Check the gradient"),
    "gradient-changes": (runs.never_emptied, "remembers first last", "point alone", "Check the gradient"),
    "shapes": (runs.column_of_targets, "against every target expected", "ravel", "two shapes"),
    "dependent-columns": (runs.twin_columns, "depend on each other ratio", "Leave out", "dependent columns"),
    "units": (runs.raw_columns, "scales condition rescaled", "one scale", "Units"),
    "edge": (runs.kink, "edge width", "proximal", "Kinks"),
    "precision": (runs.rounded, "rounded inside flat_to", "double precision", "floating point"),
    "noise": (unseen.small_batches, "noisy scatter mean level", "average", "the average"),
    "adam-bursts": (unseen.bursting, "rose again fell back", "best point", "Adam"),
    "beta-too-large": (unseen.heavy_memory, "swings beta steps best", "β smaller", "The triangle, and the best ball"),
    "other-scale": (unseen.raw_against_scaled, "other scales", "Divide each coefficient", "Undoing"),
    "constraint": (unseen.projected_once, "leaves farthest", "Project after each step", "Project"),
    "conditioning": (unseen.powers, "long and narrow condition n_steps", "conjugate", "long and narrow"),
    "not-finite": (unseen.entropy_of_zero, "no finite number", "logarithm", "floating point"),
}


def numbers(text):
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)]


@pytest.mark.parametrize("case", CASES)
def test_each_cause_says_its_own_numbers_and_has_its_own_advice_and_section(case):
    cause, (made, said, advice, section) = case.split(",")[0], CASES[case]
    found = diagnose(**made(1))
    assert found.cause == cause
    words = [word for word in said.split() if word not in found.evidence]
    assert all(word in found.sentences[0] for word in words)
    printed = numbers(found.sentences[0])
    named = [found.evidence[word] for word in said.split() if word in found.evidence]
    at = [next((i for i, n in enumerate(printed) if n == pytest.approx(number, rel=0.06)), None) for number in named]
    assert None not in at
    assert sorted(at) == at
    assert all(word in ADVICE[cause] for word in advice.split())
    assert section in WHERE[cause][1]
    assert (found.advice, found.where) == (ADVICE[cause], WHERE[cause])
