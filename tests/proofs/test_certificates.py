"""The stored worst cases over whole classes of functions, beside the formulas of the claims and the worst functions known."""

import json
from functools import cache

import numpy as np
import pytest
from claims import CERTIFICATES, registry
from pages import ROOT
from scipy import integrate

from gdtools import silver_steps

STORED = json.loads((ROOT / CERTIFICATES).read_text(encoding="utf-8"))
CASES = [(label, case) for label, cases in STORED["claims"].items() for case in cases]
each_case = pytest.mark.parametrize(("label", "case"), CASES, ids=[f"{label}-{i}" for i, (label, _) in enumerate(CASES)])


# What the claims say, with L = 1 and R = 1


def no_traps(step, n_steps, excess):
    return excess / (1 + n_steps * step * (1 - step / 2) * excess)


def worst_convex(n_steps):
    return 1 / (4 * n_steps + 2)


def silver(n_steps):
    return 1 / (4 * (1 + 2**0.5) ** n_steps.bit_length() - 2)


def nesterov(kappa, n_steps):
    return (1 - kappa**-0.5) ** n_steps


def shortest(n_steps):
    return 2 / n_steps


def searched(kappa):
    return ((kappa - 1) / (kappa + 1)) ** 2


def decrease(step):
    return -step * (1 - step / 2)


def distance(mu):
    return 1 / mu**2


def slope(mu):
    return 1


def projected(mu, step):
    return max(abs(1 - step * mu), abs(1 - step)) ** 2


LAWS = (no_traps, worst_convex, silver, nesterov, shortest, searched, decrease, distance, slope, projected)
CLAIMED = {law.__name__: law for law in LAWS}


# The worst functions known, run


def bent(x, edge):
    """Huber's function and its derivative: a parabola up to the edge, straight beyond."""
    return np.where(abs(x) < edge, x**2 / 2, edge * abs(x) - edge**2 / 2), np.clip(x, -edge, edge)


def no_traps_found(step, n_steps, excess):
    """Huber's function from 1, so flat that all steps are on its straight part, and no higher than the excess allowed."""
    edge = min(1 / (2 * n_steps * step + 1), 1 - np.sqrt(1 - 2 * excess))
    x = np.array(1.0)
    for _ in range(n_steps):
        x = x - step * bent(x, edge)[1]
    return bent(x, edge)[0]


def silver_found(n_steps):
    """Huber's function from 1, so flat that all silver steps are on its straight part."""
    lrs = silver_steps(1, n_steps)
    edge, x = 1 / (2 * lrs.sum() + 1), np.array(1.0)
    for lr in lrs:
        x = x - lr * bent(x, edge)[1]
    return bent(x, edge)[0]


def nesterov_found(kappa, n_steps):
    """The worst of 2000 functions of Huber with half of μx² added, from 1."""
    edge, mu, beta = np.geomspace(1e-3, 10, 2000), 1 / kappa, (kappa**0.5 - 1) / (kappa**0.5 + 1)
    start = x = y = np.ones(2000)
    for _ in range(n_steps):
        x, last = y - (mu * y + (1 - mu) * bent(y, edge)[1]), x
        y = x + beta * (x - last)
    value = lambda x: mu * x**2 / 2 + (1 - mu) * bent(x, edge)[0]  # noqa: E731
    return max(value(x) / (value(start) + mu / 2))


def dipping(x):
    """A slope that is 1 at the points 1, 2, … and between them as low as L = 1 allows, and x up to 1."""
    return np.where(x < 1, x, 1 - abs(x - np.round(x)))


def shortest_found(n_steps):
    """The function of that slope from x = n, which the run leaves by 1 a step."""
    halves = np.arange(2 * n_steps + 1) / 2  # between which the slope is straight
    x, squares = float(n_steps), []
    for _ in range(n_steps):
        squares.append(dipping(x) ** 2)
        x = x - dipping(x)
    return min(squares) / integrate.trapezoid(dipping(halves), halves)


def searched_found(kappa):
    """A quadratic from the start with equal gradients along the flattest and the steepest direction."""
    lam, x = np.array([1, kappa]), np.array([kappa, 1])
    g = lam * x
    after = x - g @ g / (g @ (lam * g)) * g
    return after @ (lam * after) / (x @ (lam * x))


def parabola_found(curvatures, after):
    return max(after(curvature) for curvature in curvatures)


FOUND = {
    "no_traps": no_traps_found,
    "worst_convex": lambda n_steps: no_traps_found(1, n_steps, 0.5),
    "silver": silver_found,
    "nesterov": nesterov_found,
    "shortest": shortest_found,
    "searched": searched_found,
    "decrease": lambda step: ((1 - step) ** 2 - 1) / 2,  # ½x² from 1
    "distance": lambda mu: parabola_found([mu, 1], lambda curvature: curvature**-2),
    "slope": lambda mu: parabola_found([mu, 1], lambda curvature: curvature**2),
    "projected": lambda mu, step: parabola_found([mu, 1], lambda curvature: (1 - step * curvature) ** 2),
}


def worst(case):
    return max(case["dual"].values())


@each_case
def test_two_solvers_agree(label, case):
    """To a millionth of the value, and no package is without its version."""
    low, high = sorted(case["dual"].values())
    assert set(case["dual"]) == {"clarabel", "scs"}
    assert high - low <= 1e-6 * max(1e-3, abs(high))
    assert {"pepit", "cvxpy", "clarabel", "scs"} == STORED["made with"].keys()


@each_case
def test_no_function_of_the_class_exceeds_the_claim(label, case):
    """The dual value, a bound for all functions of the class, is at most what the claim says."""
    claimed = CLAIMED[case["what"]](**case["numbers"])
    assert worst(case) <= claimed + 1e-6 * abs(claimed)


@each_case
def test_a_function_comes_near_the_worst_case(label, case):
    """A function that is run reaches at least 0.99 of the dual value, and does not exceed it."""
    found = FOUND[case["what"]](**case["numbers"])
    assert found <= worst(case) + 1e-6
    assert abs(found - worst(case)) <= 0.01 * abs(worst(case))


@cache
def looseness(label):
    """The least and the largest factor by which the claim exceeds the worst case, as the registry writes them."""
    factors = [CLAIMED[case["what"]](**case["numbers"]) / worst(case) for case in STORED["claims"][label]]
    least, largest = min(factors), max(factors)
    return "tight" if largest < 1 + 1e-5 and least > 1 - 1e-5 else f"loose: {least:.2f} to {largest:.1f} times the worst case"


@pytest.mark.parametrize("label", STORED["claims"])
def test_the_registry_says_how_tight_a_claim_is(label):
    """Sharp or exact where the worst case is the claim's number; loose with the factors where it is not."""
    said, measured = registry(ROOT)[label]["tightness"], looseness(label)
    assert said in ("exact", "sharp") if measured == "tight" else measured in said


def test_all_kinds_of_cases_have_their_claim_and_their_function():
    assert {case["what"] for _, case in CASES} == CLAIMED.keys() == FOUND.keys()


@pytest.mark.parametrize("label", [label for label in STORED["claims"] if looseness(label) == "tight"])
def test_a_sharpened_claim_is_refuted_by_the_worst_function(label):
    """With its constant 5 % better the claim of a tight case is below what a function does."""
    for case in STORED["claims"][label]:
        claimed = CLAIMED[case["what"]](**case["numbers"])
        assert FOUND[case["what"]](**case["numbers"]) > claimed - 0.05 * abs(claimed)
