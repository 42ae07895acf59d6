"""The claims of the pages and the tests of this folder are one list."""

import ast
import re

from pages import PAGES, ROOT, source

LABEL = re.compile(r"^```+\{prf:\w+\}.*\n(?:^:.*\n)*?^:label: (\S+)$", re.MULTILINE)
PLACES = [page for page in PAGES if page.startswith(("chapters/", "back/"))]
FILES = [path for path in sorted(ROOT.glob("tests/claims/test_*.py")) if path.name != "test_list_of_claims.py"]


def labels(page):
    return LABEL.findall(source(page))


def functions(file):
    """The tests of a file, as pieces of syntax."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return [node for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def test_every_claim_has_its_test_in_the_file_of_its_chapter_and_every_test_its_claim():
    pages = {f"test_{page.split('/')[-1].replace('-', '_')}.py": page for page in PLACES}
    expected = {(file, f"test_{label.replace('-', '_')}") for file, page in pages.items() for label in labels(page)}
    assert {(file.name, test.name) for file in FILES for test in functions(file)} == expected


def test_every_claim_has_a_label_of_its_own():
    found = [label for page in PLACES for label in labels(page)]
    assert found
    assert [label for label in found if found.count(label) > 1] == []


def test_every_test_of_a_claim_says_what_it_checks():
    silent = [test.name for file in FILES for test in functions(file) if not ast.get_docstring(test)]
    assert silent == [], "these need a docstring that goes through the claim clause by clause"
