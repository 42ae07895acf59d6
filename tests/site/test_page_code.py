"""The code of a chapter is what a reader sees, fetched without its figures."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from page_code import PageCode, page_code, read_and_set


def test_a_name_stands_for_what_it_last_stands_for_on_its_page():
    page = page_code("where-it-shows-up")  # where energy is a number first and then a function
    assert page.energy(np.zeros(59), 1) == 0
    assert page.energy is page.energy


def test_a_function_finds_what_it_needs_and_no_figure_is_drawn():
    figures = plt.get_fignums()
    page = PageCode("negative-gradient")
    assert page.rough.shape == page.small.shape == (60,)
    assert plt.get_fignums() == figures


def test_draws_are_those_of_the_page():
    rng = np.random.default_rng(8)
    rng.normal(size=50)  # the start, drawn first
    assert_array_equal(page_code("limits-and-remedies").Q, np.linalg.qr(rng.normal(size=(50, 50)))[0])


def test_a_name_that_the_page_lacks_is_told():
    with pytest.raises(AttributeError, match=r"chapters/step-size\.md: expected a statement that sets nowhere, found none"):
        _ = page_code("step-size").nowhere


@pytest.mark.parametrize(("statement", "read", "given"), [
    ("y = [x for x in z]", {"z"}, {"y"}),
    ("def f(x):\n    y = x\n    return y + g(z)", {"g", "z"}, {"f"}),
    ("from a import b as c", set(), {"c"}),
    ("x = rng.normal()", {"rng"}, {"x", "rng"}),
    ("for i in n:\n    x = x + i", {"i", "n", "x"}, {"i", "x"}),
])  # fmt: skip
def test_a_statement_reads_and_sets_names(statement, read, given):
    assert read_and_set(statement) == (read, given)
