"""The figure of three slopes: what it computes by hand is what complex numbers and the book's engine compute."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from page_code import page_code

from gdtools.live import Slope
from gdtools.live.slope import CANCELLING, NORM, SMOOTH, TIE, imaginary, reverse, true, value

page = page_code("gradients")
KINDS = (SMOOTH, TIE, NORM, CANCELLING)


@pytest.mark.parametrize("kind", KINDS)
def test_the_true_slope_is_that_of_the_values(kind):
    for x in (0.3, 1.0, 2.7):
        assert (value(kind, x + 1e-5) - value(kind, x - 1e-5)) / 2e-5 == pytest.approx(true(kind, x), rel=1e-6)


def test_the_complex_step_is_that_of_complex_numbers():
    functions = {SMOOTH: lambda z: z**4 - 4 * z**2 + z, NORM: lambda z: abs((z * z + 16) ** 0.5),
                 CANCELLING: lambda z: (np.sqrt(1 + z * z) - 1) / (z * z)}  # fmt: skip
    for kind, f in functions.items():
        for x in (0.3, 1.0, 2.7):
            for h in (1.0, 0.1, 1e-3):
                assert imaginary(kind, x, h) / h == pytest.approx(
                    page.complex_step(f, np.complex128(x), h), rel=1e-9, abs=1e-12
                )
    assert [imaginary(TIE, x, 0.1) for x in (0.5, 0)] == [0.1, 0]


def test_reverse_mode_is_that_of_the_engine_and_loses_digits_with_the_formula():
    for x in (0.3, 1.0, 2.7):
        assert_allclose(page.gradient(lambda p: (p[0] * p[0] - page_four(p)) * p[0] * p[0] + p[0], [x])[1], reverse(SMOOTH, x))
        assert_allclose(reverse(CANCELLING, x), true(CANCELLING, x), rtol=1e-12)
        assert reverse(NORM, x) == true(NORM, x)
    assert page.tie_slopes(0)[0] == reverse(TIE, 0)
    assert reverse(TIE, 1e-300) == 1
    assert abs(reverse(CANCELLING, 1e-7) - true(CANCELLING, 1e-7)) > 100 * abs(true(CANCELLING, 1e-7))


def page_four(inputs):
    return inputs[0].__class__(4.0)


def test_no_number_counts_as_an_infinite_error():
    assert Slope(kind=CANCELLING, x=0).values()["reverse"] == math.inf
    assert Slope(kind=CANCELLING, x=0).numbers()["reverse"] == "∞"
