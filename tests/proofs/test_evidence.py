"""The evidence that claims are said to have is there, and each proof by machine can fail."""

import ast

import claims
import pytest
from claims import EVIDENCE, ledger, proof_file, registry, weigh
from pages import CHAPTERS, ROOT
from proving import follows, reals, vanishes, vectors
from sphinx.errors import ExtensionError

CLAIMS = [claim | {"page": page} for page in CHAPTERS for claim in ledger(ROOT, page)]
PROOFS = [
    pytest.param(node, page, id=node.name)
    for page in CHAPTERS
    for node in ast.parse(claims.proofs(ROOT, page)).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
]
each_proof = pytest.mark.parametrize(("proof", "page"), PROOFS)


def asserted(proof):
    """What a proof asserts: the statements, and those that it asserts to be false."""
    tests = [node.test for node in ast.walk(proof) if isinstance(node, ast.Assert)]
    refused = [test.operand for test in tests if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)]
    return tests, refused


def decided(test):
    called = {getattr(node.func, "id", "") for node in ast.walk(test) if isinstance(node, ast.Call)}
    return bool(called & {"follows", "vanishes"})


def test_the_registry_names_claims_only():
    assert registry(ROOT).keys() - {claim["label"] for claim in CLAIMS} == set()


def test_each_proof_is_that_of_a_claim_of_its_chapter_that_is_called_proved():
    called = {(claim["page"], claims.test_name(claim["label"])) for claim in CLAIMS if claim["evidence"] == "proved"}
    assert {(page, proof.name) for proof, page in (case.values for case in PROOFS)} == called
    written = {path.name for path in ROOT.glob("tests/proofs/test_*_proofs.py")}
    assert written <= {proof_file(page).name for page in CHAPTERS}


@each_proof
def test_a_proof_says_what_is_decided_and_what_stands_on_paper(proof, page):
    text = ast.get_docstring(proof)
    assert "Decided" in text
    assert "On paper:" in text


@each_proof
def test_a_proof_refuses_a_better_constant_or_a_weaker_hypothesis(proof, page):
    tests, refused = asserted(proof)
    assert any(decided(test) for test in tests if test not in refused)
    assert any(decided(test) for test in refused)


def test_two_thirds_of_the_theorems_and_their_kin_are_proved_or_certified():
    stated = [claim["evidence"] for claim in CLAIMS if claim["kind"] != "observation"]
    assert 3 * sum(evidence in ("proved", "certified") for evidence in stated) >= 2 * len(stated)


def test_every_claim_says_how_tight_it_is():
    assert [claim["label"] for claim in CLAIMS if claim["tightness"] == "not measured"] == []


# The tools


def test_what_follows_and_what_does_not():
    x, y = reals("x y")
    assert follows(x * x >= 0)
    assert follows(x > y, x > 2 * y, y > 0)
    assert not follows(x > y, x > 0.5 * y, y > 0)


def test_hypotheses_that_exclude_each_other_are_an_error():
    (x,) = reals("x")
    with pytest.raises(AssertionError, match="no numbers fulfil these hypotheses"):
        follows(x > 3, x > 1, x < 0)


def test_the_square_of_a_sum_in_any_dimension():
    a, b = vectors("a b")
    square = (a + b) @ (a + b)
    assert vanishes(square - (a @ a) - 2 * (b @ a) - (b @ b))
    assert not vanishes(square - (a @ a) - (b @ b))


# The registry


LAW = "from hypothesis import given\n@given(1)\ndef test_step_bound(x): pass\n"
RUN = "def test_step_bound(): pass\n"
CLAIM = {"label": "step-bound"}


@pytest.mark.parametrize(
    ("source", "entry", "evidence", "tightness"),
    [
        (LAW, {}, "sampled", "not measured"),
        (RUN, {}, "counted", "exact"),
        (LAW, {"tightness": "sharp"}, "sampled", "sharp"),
        (LAW, {"evidence": "proved", "tightness": "exact"}, "proved", "exact"),
    ],
)
def test_evidence_is_what_the_registry_says_or_else_the_test(source, entry, evidence, tightness):
    weighed = weigh("chapters/step-size", CLAIM, source, {"test_step_bound"}, {}, entry)
    assert weighed == {"evidence": evidence, "tightness": tightness}


@pytest.mark.parametrize(
    ("evidence", "missing"),
    [
        ("proved", r"tests/proofs/test_step_size_proofs\.py defines no test_step_bound"),
        ("certified", r"tests/proofs/certificates\.json holds no result for it; run make certify"),
        ("counted", r"test_step_bound in tests/claims/test_step_size\.py draws its inputs"),
        ("believed", "expected one of proved, certified, sampled, counted"),
    ],
)
def test_evidence_that_is_not_there_ends_the_build(evidence, missing):
    with pytest.raises(ExtensionError, match=f"step-bound of chapters/step-size.md is called {evidence}, but {missing}"):
        weigh("chapters/step-size", CLAIM, LAW, {}, {}, {"evidence": evidence})


def test_the_kinds_of_evidence_are_named_strongest_first():
    assert list(EVIDENCE) == ["proved", "certified", "sampled", "counted"]
