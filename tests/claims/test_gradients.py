"""The claims of the chapter on where gradients come from."""

from fractions import Fraction
from math import factorial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from page_code import page_code
from scipy.special import erf
from sharpening import at_least, at_most, exactly
from strategies import seeds

page = page_code("gradients")


@given(seeds)
def test_complex_step(seed):
    """The complex step, the page's own, on a drawn polynomial of degree 3 to 7 at a drawn x, with h from 0.05 to 1.

    - Its error is at most Mh²/6 with the largest |f'''| on the segment, found on a grid of it; a cubic attains that.
    - It is the sum that the claim writes out, whose terms alternate.
    - With h = 10⁻²⁰⁰ nothing but rounding is left.
    """
    rng = np.random.default_rng(seed)
    f = np.polynomial.Polynomial(rng.normal(size=rng.integers(4, 9)))
    x, h = rng.normal(), rng.uniform(0.05, 1)
    size = 1e-12 * (1 + sum(abs(c) * (1 + abs(x) + h) ** k for k, c in enumerate(f.coef)) / h)

    error = page.complex_step(f, x, h) - f.deriv()(x)
    largest = abs(f.deriv(3)(x + 1j * np.linspace(0, h, 2001))).max()
    assert abs(error) <= at_most(largest * h**2 / 6) * (1 + 1e-4) + size
    if f.degree() == 3:
        assert_allclose(abs(error), largest * h**2 / 6, atol=size)

    series = sum((-1) ** k * h ** (2 * k) * f.deriv(2 * k + 1)(x) / factorial(2 * k + 1) for k in (1, 2, 3))
    assert_allclose(error, exactly(series), rtol=1e-8, atol=size)
    assert_allclose(page.complex_step(f, x), f.deriv()(x), atol=size * h)


def program(rng, n_inputs, n_operations):
    """A drawn program: each operation takes any two of the numbers so far, its own inputs among them, as often as it likes."""
    lines = [(rng.choice(list("+-*/")), *rng.integers(0, n_inputs + k, 2)) for k in range(n_operations)]

    def run(x):
        numbers = list(x)
        for sign, i, j in lines:
            a, b = numbers[i], numbers[j]
            numbers.append(a + b if sign == "+" else a - b if sign == "-" else a * b if sign == "*" else a / b)
        return numbers

    return run


def drawn(seed, most=12):
    """A drawn program with inputs in fractions, at which it divides by no zero."""
    rng = np.random.default_rng(seed)
    while True:
        n_inputs = int(rng.integers(1, 5))
        run = program(rng, n_inputs, int(rng.integers(1, most)))
        x = [Fraction(int(a), int(b)) for a, b in rng.integers(1, 9, (n_inputs, 2)) * [[-1, 1]] ** rng.integers(0, 2)]
        try:
            run(x)
        except ZeroDivisionError:
            continue
        return run, x


@given(seeds)
def test_transpose_test(seed):
    """Forward and reverse mode, the page's own, on a drawn program in fractions whose numbers are used again and again:

    w·(Jv) = (Jᵀw)·v exactly, for drawn slopes v of the inputs and drawn adjoints w of the last two numbers.
    """
    run, x = drawn(seed)
    rng = np.random.default_rng(seed)
    v, w = ([Fraction(int(a), 7) for a in rng.integers(-9, 10, n)] for n in (len(x), 2))

    forwards, backwards = page.both_ways(lambda x: run(x)[-2:], x, v, w)
    assert forwards == backwards


@given(seeds)
def test_cheap_gradient(seed):
    """Operations on numbers that count them, the page's own, changes of sign not counted.

    - On a drawn program in fractions: value and gradient take at most 4N, and the gradient is that of forward mode, exactly.
    - Squaring one number N times takes 4N.
    - Numbers that are not used, constants among them, change nothing.
    """
    run, x = drawn(seed, most=25)
    n, both = page.counted(lambda x: run(x)[-1], x)
    assert both <= at_most(4) * n

    _, found = page.gradient(lambda x: run(x)[-1], x, Fraction(1))
    axes = np.eye(len(x), dtype=int).tolist()
    forward = [page.along(lambda x: run(x)[-1], x, [Fraction(one) for one in axis])[1] for axis in axes]
    assert found == forward

    n = seed % 20 + 1
    assert page.counted(lambda x: page.squares(x[0], n), [Fraction(1, 3)]) == (n, exactly(4) * n)
    assert page.counted(lambda x: page.squares(x[0], n), [Fraction(1, 3), 5, 7])[1] == 4 * n


@given(seeds, st.floats(0.01, 3), st.integers(1, 30))
def test_step_derivative(seed, product, n_steps):
    """The derivative of a run by the page's reverse mode, for drawn curvatures and starts and ηL from 0.01 to 3:
    that of the formula, below 2/L and beyond."""
    rng = np.random.default_rng(seed)
    lam, e = 10 ** rng.uniform(-1, 1, 4), rng.normal(size=4)
    eta = product / lam.max()
    found = page.step_slope(eta, lam, e, n_steps)
    terms = n_steps * lam**2 * (1 - eta * lam) ** (2 * n_steps - 1) * e**2
    assert_allclose(found, exactly(-terms.sum()), rtol=1e-9, atol=1e-9 * abs(terms).sum())


@given(st.floats(-2, 3))
def test_no_tie_value(s):
    """The slopes at 0 of the page's two functions, by its own engine with the slope s of max(x, 0) at 0.

    - They are 2s and s − s²; the larger error is √5 − 2 at least.
    - At the two values of the claim it is no more.
    """

    def errors(s):
        slopes = page.tie_slopes(s)
        assert_allclose(slopes, [exactly(2 * s), s - s * s], atol=1e-12)
        return abs(slopes[0] - 1), abs(slopes[1])

    assert max(errors(s)) >= at_least(5**0.5 - 2) - 1e-12
    for tight in ((3 - 5**0.5) / 2, (5**0.5 - 1) / 2):
        assert max(errors(tight)) <= at_most(5**0.5 - 2) + 1e-12
        assert max(errors(tight)) >= 5**0.5 - 2 - 1e-12


@given(seeds, st.floats(0.2, 2))
def test_two_evaluations(seed, t):
    """Twenty thousand normal directions and a drawn error e of 2 to 40 entries.

    - v·e has mean 0 and standard deviation ‖e‖, and falls below t‖e‖ as often as erf(t/√2) says, to five of its own deviations.
    - That is less than t√(2/π), and for small t hardly less.
    """
    rng, n = np.random.default_rng(seed), 20_000
    e = rng.normal(size=rng.integers(2, 41)) * 10 ** rng.uniform(-3, 3)
    share = rng.normal(size=(n, e.size)) @ e / np.linalg.norm(e)
    assert abs(share.mean()) < 5 / n**0.5
    assert_allclose(share.std(), exactly(1.0), atol=5 / (2 * n) ** 0.5)

    law = erf(t / 2**0.5)
    assert_allclose((abs(share) < t).mean(), exactly(law), atol=5 * (law * (1 - law) / n) ** 0.5)
    for small in (t, 0.01):
        assert erf(small / 2**0.5) < at_most(small * (2 / np.pi) ** 0.5)
