"""What a docstring of the core must say to be complete in itself; the linter asks for annotations and raw strings."""

import inspect
import re

import pytest

import gdtools
from gdtools import constraints, curvature, descent, inputs, plotting, remedies, scale, steps, theory

CORE = {name: getattr(gdtools, name) for name in gdtools.__all__}
FUNCTIONS = [name for name, made in CORE.items() if inspect.isfunction(made)]
CLASSES = [name for name in CORE if name not in FUNCTIONS]
VALIDATORS = {name: made for name, made in vars(inputs).items() if name.startswith("as_")}
ORDER = ["Attributes", "Parameters", "Returns", "Raises", "References", "Examples"]
NO_RESULT = {"use_book_style"}
NO_ERROR = {"bowl", "double_well", "saddle"} | {
    "plot_curve", "plot_decay", "plot_map", "side_by_side", "use_book_style",
}  # fmt: skip


def sections(name):
    """The parts of a docstring by their headings, in order; what comes before the first is not among them."""
    parts = re.split(r"^(\w+)\n-+\n", inspect.getdoc(CORE[name]), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def described(name, part):
    """What has a line of its own in a part: parameters, types, errors."""
    return re.findall(r"^\**(\w+(?:, \w+)*) : \S", sections(name).get(part, ""), re.MULTILINE)


def module_of(name):
    return inspect.getmodule(CORE[name])


@pytest.mark.parametrize("name", CORE)
def test_a_docstring_begins_with_a_sentence_and_keeps_the_order_of_its_parts(name):
    assert re.match(r"[A-Z].{30,}\.(\n\n|$)", CORE[name].__doc__)
    assert list(sections(name)) == [part for part in ORDER if part in sections(name)]


@pytest.mark.parametrize("name", CORE)
def test_each_parameter_or_attribute_is_described_in_order(name):
    part = "Attributes" if name in CLASSES else "Parameters"
    assert described(name, part) == list(inspect.signature(CORE[name]).parameters)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_result_and_errors_are_described_where_there_are_any(name):
    assert bool(described(name, "Returns")) == (name not in NO_RESULT)
    assert bool(described(name, "Raises")) == (name not in NO_ERROR)


@pytest.mark.parametrize(
    "name", [name for name in FUNCTIONS if module_of(name) in (constraints, curvature, descent, theory, remedies, scale, steps)]
)
def test_a_method_and_a_law_name_their_source(name):
    assert re.match(r"[A-Z]\w+.* \(\d{4}\)", sections(name).get("References", ""))


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if module_of(name) is not plotting])
def test_what_computes_shows_an_example(name):
    assert ">>> " in sections(name).get("Examples", "")


@pytest.mark.parametrize("name", CORE)
def test_no_docstring_sends_the_reader_to_another(name):
    assert not re.search(r"\bas in\b|\b(as|those of) `(?!`)", CORE[name].__doc__)


@pytest.mark.parametrize("name", VALIDATORS)
def test_a_validator_is_described_in_one_sentence(name):
    assert re.fullmatch(r"Return [^.\n]+\.", VALIDATORS[name].__doc__ or "")
