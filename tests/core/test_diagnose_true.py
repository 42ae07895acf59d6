"""What a diagnosis says is true, also where numbers are large, slopes small and minima far away."""

import numpy as np
import pytest
from failing_runs import bound_of, drawn, logistic, network
from unseen_faults import raw_against_scaled

from gdtools import Descent, diagnose, gradient_descent, least_squares
from gdtools.diagnosis.case import Case
from gdtools.diagnosis.problem import _separation


def stretched(small):
    """A quadratic in two directions, one of which is curved less."""
    lam = np.array([1.0, small])
    return lambda x: 0.5 * lam @ x**2, lambda x: lam * x


# The gradient


@pytest.mark.parametrize("small", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
@pytest.mark.parametrize("factor", [2, -1])
def test_an_entry_that_is_wrong_is_named_however_small_its_slope(small, factor):
    f, grad = stretched(small)
    found = diagnose(f, lambda x: grad(x) * [1, factor], [1.0, 1.0], 1.0)
    assert (found.cause, found.evidence.get("where")) == ("gradient", "its entry [1]")


@pytest.mark.parametrize("factor", [40, -1])
def test_the_intercept_of_raw_columns_is_judged_by_itself(factor):
    rng = drawn(0)
    X = np.column_stack([np.ones(40), rng.uniform(500, 3000, 40)])
    f = least_squares(X, 50 + 0.1 * X[:, 1] + 5 * rng.normal(size=40))
    found = diagnose(f, lambda w: f.grad(w) * [factor, 1], np.zeros(2), 0.25 * bound_of(f.hess(None)))
    assert (found.cause, found.evidence["where"]) == ("gradient", "its entry [0]")


def test_one_of_two_thousand_entries_is_no_factor_of_all():
    lam, x0 = np.linspace(0.1, 1, 2000), drawn(5).normal(size=2000)
    twice = np.ones(2000)
    twice[1500] = 2
    found = diagnose(lambda x: 0.5 * lam @ x**2, lambda x: lam * x * twice, x0, 1.0)
    assert (found.cause, "all coordinates" in found.evidence["where"]) == ("gradient", True)


def test_a_gradient_by_differences_is_right_as_far_as_differences_go():
    f, _ = stretched(1e-5)
    one_sided = lambda x: np.array([f(x + 1.5e-8 * e) - f(x) for e in np.eye(2)]) / 1.5e-8  # noqa: E731
    assert diagnose(f, one_sided, [1.0, 1.0], 1.0).findings[5].outcome == "fine"


# Edges


def corner(seed):
    return lambda x: abs(x[0]), np.sign, [drawn(seed).uniform(0.5, 2)]


def lasso(seed):
    X = drawn(seed).normal(size=(50, 6))
    fit = least_squares(X, X @ [3, -2, 0, 0, 0, 0] + 0.3 * drawn(seed + 50).normal(size=50))
    return lambda w: fit(w) + 0.5 * np.abs(w).sum(), lambda w: fit.grad(w) + 0.5 * np.sign(w), np.ones(6)


def absolute_errors(seed):
    X = drawn(seed).normal(size=(50, 6))
    y = X @ [3, -2, 0, 0, 0, 0] + 0.3 * drawn(seed + 50).normal(size=50)
    return lambda w: np.abs(X @ w - y).mean(), lambda w: X.T @ np.sign(X @ w - y) / 50, np.zeros(6)


@pytest.mark.parametrize("make", [corner, lasso, absolute_errors])
def test_no_alarm_is_raised_about_the_cure_of_an_edge(make):
    rate = lambda k: 0.3 / np.sqrt(k + 1)  # noqa: E731
    assert {diagnose(*make(seed), rate).cause for seed in range(5)} == {"fine"}


# The problem


@pytest.mark.parametrize("kappa", [5e6, 1e7])
def test_on_the_floor_of_a_long_valley_a_minimum_is_in_sight(kappa):
    f, grad = stretched(1 / kappa)
    assert diagnose(f, grad, [0.0, 1.0], 1.0).cause in ("units", "conditioning")


@pytest.mark.parametrize("at", [1e8, 1.6e9])
def test_no_plane_separates_rows_that_overlap_at_large_numbers(at):
    rng = drawn(1)
    x = rng.uniform(0, 100, 60)
    X, y = np.column_stack([np.ones(60), at + x]), (rng.uniform(size=60) < x / 100).astype(float)
    f, grad, H = logistic(X, y)
    found = diagnose(f, grad, np.zeros(2), 0.5 * bound_of(H), X=X, y=y)
    assert found.cause != "no-minimum"
    assert "so a minimum exists" in _separation(Case(f, grad, np.zeros(2), 1.0, X=X, y=y)).text


# Other scales


def standardised(reference):
    rng = drawn(0)
    raw = np.column_stack([rng.uniform(0, 200, 40), rng.uniform(0, 8, 40)])
    Z = np.column_stack([np.ones(40), (raw - raw.mean(axis=0)) / raw.std(axis=0)])
    y = 1 + raw @ [0.02, -0.5] + 0.1 * rng.normal(size=40)
    f = least_squares(Z, y)
    return dict(f=f, grad=f.grad, x0=np.zeros(3), lr=0.3, X=Z, y=y, reference=reference(Z, y))


def ridge(penalty):
    return lambda Z, y: np.linalg.solve(Z.T @ Z + penalty * np.eye(3), Z.T @ y)


@pytest.mark.parametrize("reference", [ridge(0.5), ridge(4), ridge(40), lambda Z, y: [5, 0.2, 9], lambda Z, y: [5, 0.2, -9]])
def test_of_a_reference_on_the_same_columns_no_other_scale_is_said(reference):
    assert diagnose(**standardised(reference)).cause == "fine"


@pytest.mark.parametrize("change", [[1, 1.1, 1], [3, 1, 1]])
def test_another_scale_is_said_only_where_undoing_it_gives_the_reference(change):
    brought = raw_against_scaled(0)
    assert diagnose(**brought).cause == "other-scale"
    assert diagnose(**brought | {"reference": brought["reference"] * change}).cause == "fine"


# Raw years


def in_raw_years(degree, slope):
    t = np.arange(1990, 2021.0)
    X = np.column_stack([t**k for k in range(degree + 1)])
    y = (0.1 * (t - 2005) ** 2 if slope is None else slope * (t - 1990)) + 0.1 * drawn(3).normal(size=31)
    f = least_squares(X, y)
    lr = 0.5 * bound_of(f.hess(None))
    return dict(f=f, grad=f.grad, x0=np.zeros(degree + 1), lr=lr), X, y


@pytest.mark.parametrize("slope", [0.02, 0.5, 5, None])
@pytest.mark.parametrize("degree", [1, 2, 3])
@pytest.mark.parametrize("n_steps", [None, 20_000])
def test_on_raw_years_no_run_has_arrived(degree, slope, n_steps):
    brought, X, y = in_raw_years(degree, slope)
    if n_steps:
        brought["run"] = gradient_descent(brought["grad"], brought["x0"], brought["lr"], n_steps)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    for told in ({}, {"X": X, "y": y}):
        for reference in ({}, {"reference": best}):
            found = diagnose(**brought | told | reference)
            assert "the run has arrived" not in " ".join(finding.text for finding in found.findings)
            assert found.cause in ("units", "conditioning") or "but the run has not arrived" in str(found), str(found)


@pytest.mark.parametrize(
    ("degree", "slope", "cause"), [(1, 0.02, "units"), (1, 5, "units"), (2, None, "conditioning"), (3, None, "conditioning")]
)
def test_on_raw_years_the_shape_of_the_valley_is_named(degree, slope, cause):
    assert diagnose(**in_raw_years(degree, slope)[0]).cause == cause


@pytest.mark.parametrize("repeated", [1, 20])
def test_a_reference_on_the_side_of_the_same_valley_is_no_second_minimum(repeated):
    lam = np.tile([1, 0.02], repeated)
    reference = np.tile([0, 0.04], repeated)
    found = diagnose(lambda x: lam @ x**2 / 2, lambda x: lam * x, np.ones(2 * repeated), 1.5, reference=reference)
    assert (found.cause, "leads on" in str(found.findings)) == ("fine", True)


# Flat ends and ridges


def monkey(seed):
    """x³ − 3xy² from its saddle, where nothing bends."""
    a, scale = drawn(seed).normal(size=2), 10 ** drawn(seed).uniform(-2, 2)
    slope = lambda x: scale * np.array([3 * x[0] ** 2 - 3 * x[1] ** 2, -6 * x[0] * x[1]])  # noqa: E731
    return dict(f=lambda x: scale * ((x[0] - a[0]) ** 3 - 3 * (x[0] - a[0]) * (x[1] - a[1]) ** 2),
                grad=lambda x: slope(x - a), x0=a, lr=0.1)  # fmt: skip


def fourth_order(seed):
    """A saddle of the fourth order, whose curvature cannot be measured."""
    size = drawn(seed).uniform(0.5, 2, 2)
    return dict(f=lambda x: 1 + size @ x**4 - 3 * size[0] * x[1] ** 4, x0=np.zeros(2), lr=0.1,
                grad=lambda x: 4 * (size - [0, 3 * size[0]]) * x**3)  # fmt: skip


def all_equal(weight, more=0):
    """The XOR network of two units and more from equal weights."""

    def make(seed):
        f, grad, d = network(2 + more + seed % 3)
        return dict(f=f, grad=grad, x0=np.full(d, weight * drawn(seed).uniform(0.5, 2)), lr=drawn(seed).uniform(0.2, 1))

    return make


SADDLES = (monkey, fourth_order, all_equal(0), all_equal(0.5))


@pytest.mark.parametrize("make", SADDLES)
def test_a_saddle_without_curvature_or_a_ridge_of_equal_weights_is_named(make):
    assert {diagnose(**make(seed)).cause for seed in range(20)} == {"saddle"}


def test_in_many_dimensions_lower_values_are_found_beside_zero_weights_and_a_ridge_is_said_not_to_be_tested():
    assert diagnose(**all_equal(0, more=6)(0)).evidence["lower"] > 1e-4
    assert "too many to see whether" in str(diagnose(**all_equal(0.5, more=6)(0)).findings)


def flat_floor(seed):
    """Powers 4, 6 and 8, from the minimum or from afar."""
    rng = drawn(seed)
    p, a, far = 4 + 2 * (seed % 3), rng.normal(size=3), (seed % 2) * rng.normal(size=3)
    lr = 0.5 / (p * p * np.abs(far).max() ** (p - 2) or 1)
    return dict(f=lambda x: 1 + ((x - a) ** p).sum(), grad=lambda x: p * (x - a) ** (p - 1), x0=a + far, lr=lr)


def beside_a_lower_valley(seed):
    """A flat minimum with a lower one beyond a barrier, within the lengths that are tried."""
    low = drawn(seed).uniform(0.05, 0.2)
    slope = lambda x: np.array([4 * x[0] ** 3 * ((x[0] - 1) ** 2 - low) + 2 * x[0] ** 4 * (x[0] - 1), 2 * x[1]])  # noqa: E731
    f = lambda x: x[0] ** 4 * ((x[0] - 1) ** 2 - low) + x[1] ** 2  # noqa: E731
    return dict(f=f, grad=slope, x0=np.zeros(2), lr=0.1)


def bent_valley(seed):
    """A level floor that is a parabola."""
    rng = drawn(seed)
    c = rng.uniform(0.5, 2)
    f, off = lambda x: (x[0] - c * x[1] ** 2) ** 2, lambda x: x[0] - c * x[1] ** 2  # noqa: E731
    grad = lambda x: 2 * off(x) * np.array([1, -2 * c * x[1]])  # noqa: E731
    return dict(f=f, grad=grad, x0=0.5 * rng.normal(size=2), lr=0.08)


def two_layers(start):
    """A linear network of two layers, whose minima are a bent floor."""

    def make(seed):
        rng = drawn(seed)
        X = rng.normal(size=(20, 3))
        M = 4 * rng.uniform(0.5, 1) * np.eye(3) if start == "unit" else rng.normal(size=(3, 3))
        split = lambda p: p.reshape(2, 3, 3)  # noqa: E731
        x0 = np.tile(np.eye(3).ravel(), 2) if start == "unit" else 0.7 * rng.normal(size=18)
        M = split(x0)[1] @ split(x0)[0] if start == "minimum" else M

        def grad(p):
            A, B = split(p)
            G = (B @ A - M) @ (X.T @ X) / 20
            return np.array([B.T @ G, G @ A.T]).ravel()

        f = lambda p: 0.5 * ((X @ (split(p)[1] @ split(p)[0] - M).T) ** 2).sum() / 20  # noqa: E731
        return dict(
            f=f, grad=grad, lr=0.02, x0=x0, run=gradient_descent(grad, x0, 0.02, {"unit": 25, "far": 3000, "minimum": 1}[start])
        )

    return make


FLAT = (flat_floor, beside_a_lower_valley, bent_valley, two_layers("unit"), two_layers("far"), two_layers("minimum"))


@pytest.mark.parametrize("make", FLAT)
def test_a_flat_minimum_or_a_level_floor_is_no_saddle(make):
    assert {diagnose(**make(seed)).cause for seed in range(20)} <= {"fine", "step-too-short"}


def test_of_a_flat_end_it_is_said_that_a_minimum_and_a_saddle_look_alike():
    assert "look alike" in str(diagnose(**flat_floor(0)).findings)


def test_a_bent_floor_that_is_seen_from_its_side_is_no_saddle():
    f, grad = lambda x: (x @ x - 1) ** 2, lambda x: 4 * x * (x @ x - 1)
    hist = np.array([[1.5, 0], [1.2, 0], [1 - 3e-6, 0]])
    found = diagnose(f, grad, hist[0], 0.1, run=Descent(hist[-1], hist, 40))
    assert (found.cause, "look alike" in str(found.findings)) == ("fine", True)
