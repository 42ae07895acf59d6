"""No constant of a claim can be 5 % better: with each that is, the claim's own law fails."""

import ast
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location

import claims
import pytest
from claims import ledger, registry, written
from hypothesis import Phase, settings
from pages import CHAPTERS, ROOT
from sharpening import FACTORS, sharpened

CLAIMS = {claim["label"]: claim | {"page": page} for page in CHAPTERS for claim in ledger(ROOT, page)}
COUNTED = {label for label, claim in CLAIMS.items() if claim["evidence"] == "counted"}  # its numbers are held to their digits
EXCUSED = {label: entry["unsharpened"] for label, entry in registry(ROOT).items() if "unsharpened" in entry}


def calls(label):
    """Where a law, or a function that it calls, states a constant: the pieces of syntax."""
    parts = claims.defined(written(ROOT, CLAIMS[label]["page"]))
    nodes = (node for name in claims.needed(claims.test_name(label), parts) for node in ast.walk(parts[name]))
    return [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FACTORS]


STATED = {label: found for label in CLAIMS if (found := calls(label))}


@cache
def laws(page):
    """A copy of the laws of a chapter, which end with the first draw that fails instead of looking for the simplest."""
    before, book = settings.get_current_profile_name(), settings.get_profile("book")
    settings.register_profile("sharpened", parent=book, phases=[Phase.generate], report_multiple_bugs=False)
    settings.load_profile("sharpened")
    try:
        spec = spec_from_file_location(f"sharpened_{claims.test_name(page)}", ROOT / claims.test_file(page))
        spec.loader.exec_module(module := module_from_spec(spec))
    finally:
        settings.load_profile(before)
    return module


def arguments(law):
    """Those of a law that is parametrized, one dictionary a case; else a single one, empty."""
    for mark in getattr(law, "pytestmark", []):
        names, values = mark.args
        return [dict(zip(names, value, strict=True)) if isinstance(names, tuple) else {names: value} for value in values]
    return [{}]


def fails(label, line, factor):
    """Whether the law of a claim fails when the constant on this line is multiplied by a factor."""
    law = getattr(laws(CLAIMS[label]["page"]), claims.test_name(label))
    try:
        with sharpened(line, factor):
            for case in arguments(law):
                law(**case)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("label", STATED)
def test_a_law_fails_with_any_of_its_constants_5_percent_better(label):
    tried = [(call.lineno, factor) for call in STATED[label] for factor in FACTORS[call.func.id]]
    survived = [f"line {line}, times {factor}" for line, factor in tried if not fails(label, line, factor)]
    assert survived == [], f"{claims.test_file(CLAIMS[label]['page'])} passes with these constants better"


def test_each_claim_states_a_constant_or_says_why_there_is_none():
    silent = CLAIMS.keys() - STATED.keys() - EXCUSED.keys() - COUNTED
    assert silent == set(), 'pass its bound through at_most, at_least or exactly, or write unsharpened = "why" in evidence.toml'
    assert EXCUSED.keys() & STATED.keys() == set()


def test_no_line_states_two_constants():
    for label, found in STATED.items():
        lines = [call.lineno for call in found]
        assert len(lines) == len(set(lines)), label


def loose(label):
    """The factors by which the law of a claim allows its bounds to be loose."""
    return {ast.unparse(keyword.value) for call in STATED.get(label, []) for keyword in call.keywords}


def test_a_bound_is_loose_by_the_factor_that_is_registered():
    for label in STATED:
        assert all(factor in CLAIMS[label]["tightness"] for factor in loose(label)), label
