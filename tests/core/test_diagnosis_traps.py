"""What a diagnosis once took for something else: flat starts, hilltops, broken loops, changed arguments, powers of a year."""

import re

import failing_runs as runs
import numpy as np
import pytest
import unseen_faults as unseen

from gdtools import diagnose, gradient_descent, least_squares
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


# Hilltops


def test_a_hilltop_is_no_second_minimum():
    f, grad = lambda x: (x**2 - 1) ** 2, lambda x: 4 * x * (x**2 - 1)
    found = diagnose(f, grad, 2.0, 0.03, reference=0.0)
    assert (found.cause, "no minimum" in finding(found, "The reference").text) == ("fine", True)
    assert diagnose(f, grad, 2.0, 0.03, reference=-0.99).cause == "fine"
    tilted = diagnose(lambda x: f(x) + 0.1 * x, lambda x: grad(x) + 0.1, 2.0, 0.03, reference=-1.0122884)
    assert tilted.cause == "several-minima"
