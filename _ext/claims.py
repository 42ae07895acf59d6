"""The lists of claims, a page for each part of the book, with evidence and test: read from the chapters and from tests."""

import ast
import json
import re
import tomllib
from functools import cache
from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode
from sphinx_proof.nodes import NODE_TYPES

CLAIM = re.compile(r"^```+\{prf:(?P<kind>\w+)\} *(?P<title>.*)\n(?:^:.*\n)*?^:label: (?P<label>\S+)$", re.MULTILINE)
HEADING = re.compile(r"^# (.*)$", re.MULTILINE)
LISTS = ("back/claims", "back/claims-remedies")  # the page that lists the claims of each part that has chapters, in order
REGISTRY = Path("tests", "claims", "evidence.toml")
CERTIFICATES = Path("tests", "proofs", "certificates.json")
CERTIFIER = Path("tools", "certify.py")
EVIDENCE = {  # strongest first
    "proved": "a machine decides the algebra of its proof",
    "certified": "a machine bounds the worst case over a whole class of functions",
    "sampled": "a law that is tried on random draws",
    "counted": "a run and its numbers",
}
ENTRY = """
({anchor})=
{{prf:ref}}`{label}`: {title}
"""
LISTING = """
:::{{dropdown}} Its {what}
:class-container: claim-test
```python
{code}
```
:::
"""
TABLE = """
| Claim | Evidence | How tight | Test |
|---|---|---|---|
"""
ROW = "| {{prf:ref}}`{label}`: {title} | {evidence} | {tightness} | [test](#test-{label}) |\n"


# The claims


def lists(root):
    """For each page that lists claims the chapters that it lists, in order."""
    parts = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")).get("parts", ())
    files = [[entry["file"] for entry in part["chapters"] if entry["file"].startswith("chapters/")] for part in parts]
    return dict(zip(LISTS, filter(None, files), strict=False))  # a copy of the book may leave out a part


def chapters(root):
    """The chapters of all parts of the contents, in order."""
    return [page for pages in lists(root).values() for page in pages]


def list_of(root, page):
    """The page that lists the claims of a chapter."""
    return next(name for name, pages in lists(root).items() if page in pages)


def claims(root, page):
    return [found.groupdict() for found in CLAIM.finditer((root / page).with_suffix(".md").read_text(encoding="utf-8"))]


def test_name(name):
    """What the test of a claim is called, by its label; and the file of a chapter's tests, by the chapter."""
    return f"test_{name.replace('-', '_')}"


def test_file(page):
    """Where the tests of a chapter's claims stand, from the book's root."""
    return Path("tests", "claims", test_name(Path(page).name)).with_suffix(".py")


def proof_file(page):
    """Where the proofs by machine of a chapter's claims stand, from the book's root."""
    return Path("tests", "proofs", f"{test_name(Path(page).name)}_proofs.py")


# Their tests


def names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


@cache  # asked again for each claim of a chapter
def defined(source):
    """The functions and constants that a file of tests defines, by name, in order."""
    found = {}
    for node in ast.parse(source).body:
        targets = getattr(node, "targets", [node])
        found |= {getattr(target, "id", getattr(target, "name", None)): node for target in targets}
    return found


def needed(name, parts):
    """The names a test calls, directly or through what it calls, itself included."""
    seen, left = set(), {name}
    while left:
        seen |= left
        left = {used for part in left for used in names(parts[part]) & parts.keys()} - seen
    return [*(other for other in parts if other in seen - {name}), name]


def written(root, page):
    """The tests of a chapter's claims: the source of their file, which defines a test for each claim."""
    file = root / test_file(page)
    source = file.read_text(encoding="utf-8") if file.is_file() else ""
    check(page, claims(root, page), source)
    return source


def check(page, found, source):
    """Each claim of a chapter has its test: else the build ends and says what is missing where."""
    for claim in found:
        if (test := test_name(claim["label"])) not in defined(source):
            place = test_file(page).as_posix()
            raise ExtensionError(f"{page}.md: the claim {claim['label']} has no test; write {test} in {place}")


def proofs(root, page):
    """The source of the proofs by machine of a chapter's claims, empty if it has none."""
    file = root / proof_file(page)
    return file.read_text(encoding="utf-8") if file.is_file() else ""


# Their evidence


def registry(root):
    """By label the evidence and the tightness that are written down: those that the test alone does not tell."""
    return tomllib.loads((root / REGISTRY).read_text(encoding="utf-8"))


def certificates(root):
    """The stored results of performance estimation, by the label of the claim."""
    file = root / CERTIFICATES
    return json.loads(file.read_text(encoding="utf-8"))["claims"] if file.is_file() else {}


def certificate(cases, certifier):
    """What was bounded, as it is written in tools/certify.py, and below it the worst cases as they are stored."""
    asked = dict.fromkeys(case["what"] for case in cases)
    return "\n\n\n".join([*(listing(what, certifier) for what in asked), "\n".join(map(worst_case, cases))])


def worst_case(case):
    numbers = ", ".join(f"{name}={value}" for name, value in case["numbers"].items())
    return f"# {case['what']}({numbers}) is at most {max(case['dual'].values()):.6g}"


def ledger(root, page):
    """The claims of a chapter, each with the strongest evidence that it has and with how tight it is."""
    source, proved, certified, entries = written(root, page), defined(proofs(root, page)), certificates(root), registry(root)
    return [
        claim | weigh(page, claim, source, proved, certified, entries.get(claim["label"], {})) for claim in claims(root, page)
    ]


def weigh(page, claim, source, proved, certified, entry):
    """What the registry says of a claim, if what it names is there; else what its test says: a law if it draws, or a count."""
    label, test = claim["label"], test_name(claim["label"])
    by_test = "sampled" if draws(test, source) else "counted"
    evidence = entry.get("evidence", by_test)
    there = {"proved": test in proved, "certified": label in certified, by_test: True}
    if not there.get(evidence):
        raise ExtensionError(
            f"{REGISTRY.as_posix()}: {label} of {page}.md is called {evidence}, but {lack(evidence, page, test)}"
        )
    return {"evidence": evidence, "tightness": entry.get("tightness", "exact" if evidence == "counted" else "not measured")}


def draws(test, source):
    return "given" in names(defined(source)[test])


def lack(evidence, page, test):
    """What is missing where, if a claim has not the evidence that the registry gives it."""
    missing = {
        "proved": f"{proof_file(page).as_posix()} defines no {test}",
        "certified": f"{CERTIFICATES.as_posix()} holds no result for it; run make certify",
        "sampled": f"{test} in {test_file(page).as_posix()} draws nothing",
        "counted": f"{test} in {test_file(page).as_posix()} draws its inputs",
    }
    return missing.get(evidence, f"expected one of {', '.join(EVIDENCE)}")


def text(node, lines):
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    return "\n".join(lines[first - 1 : node.end_lineno])


def listing(name, source):
    """The test as it stands, after the helpers that it calls."""
    parts, lines = defined(source), source.splitlines()
    return "\n\n\n".join(text(parts[part], lines) for part in needed(name, parts))


# The page


class Claims(SphinxDirective):
    """A section for each chapter of this page: its claims, each with its test and, where it has one, its proof by machine."""

    def run(self):
        self.env.note_dependency(__file__)
        return [self.section(page) for page in lists(Path(self.env.srcdir))[self.env.docname]]

    def section(self, page):
        root = Path(self.env.srcdir)
        path = root / f"{page}.md"
        depend(self.env, page)
        section = nodes.section(ids=[f"claims-{path.stem}"])
        section += nodes.title("", HEADING.search(path.read_text(encoding="utf-8"))[1])
        sources = written(root, page), proofs(root, page), (root / CERTIFIER).read_text(encoding="utf-8")
        stored = certificates(root)
        entries = "".join(entry(claim, *sources, stored.get(claim["label"])) for claim in claims(root, page))
        self.state.nested_parse(StringList(entries.splitlines(), str(path)), 0, section)
        return section


def depend(env, page):
    """A page that shows the claims of a chapter is read anew when one of these files changes.

    To Sphinx a file that is not there has always changed; a new file of proofs comes with a new line in the registry.
    """
    files = (
        Path(env.srcdir, file) for file in (f"{page}.md", test_file(page), proof_file(page), REGISTRY, CERTIFICATES, CERTIFIER)
    )
    for file in filter(Path.exists, files):
        env.note_dependency(str(file))


def entry(claim, source, proof, certifier, cases):
    test = test_name(claim["label"])
    shown = [LISTING.format(what=f"test, `{test}`", code=listing(test, source))]
    if test in defined(proof):
        shown.append(LISTING.format(what=f"proof by machine, `{test}`", code=listing(test, proof)))
    if cases:
        shown.append(LISTING.format(what="worst cases, by performance estimation", code=certificate(cases, certifier)))
    return ENTRY.format(anchor=f"test-{claim['label']}", **claim) + "".join(shown)


class Ledger(SphinxDirective):
    """The table of the claims of this page: evidence, how tight, and the way to the test."""

    def run(self):
        root, box = Path(self.env.srcdir), nodes.container(classes=["ledger"])
        pages = lists(root)[self.env.docname]
        for page in pages:
            depend(self.env, page)
        rows = "".join(ROW.format(**claim) for page in pages for claim in ledger(root, page))
        self.state.nested_parse(StringList((TABLE + rows).splitlines(), self.env.docname), 0, box)
        return [box]


class Count(SphinxRole):
    """How many claims there are in all, or `here`, on this page; or how many have this evidence, as `proved`."""

    def run(self):
        root = Path(self.env.srcdir)
        pages = lists(root)[self.env.docname] if self.text == "here" else chapters(root)
        for page in pages:
            depend(self.env, page)
        found = [claim["evidence"] for page in pages for claim in ledger(root, page)]
        return [nodes.Text(str(len(found) if self.text in ("all", "here") else found.count(self.text)))], []


def link_tests(app, doctree, docname):
    """Let the title of each claim name its evidence and lead to its test."""
    root = Path(app.srcdir)
    if docname not in chapters(root) or list_of(root, docname) not in app.env.all_docs:
        return
    found = {claim["label"]: claim["evidence"] for claim in ledger(root, docname)}
    for claim in doctree.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
        claim[0] += mark(app, docname, claim["label"], found[claim["label"]])


def mark(app, docname, label, evidence):
    says = f"{evidence.capitalize()}: {EVIDENCE[evidence]}. To the test"
    there = list_of(Path(app.srcdir), docname)
    link = make_refnode(app.builder, docname, there, f"test-{label}", nodes.Text(evidence), says)
    link["classes"].append("tested")
    return link


# For machines


def record(page, claim):
    """What claims.json says of a claim; its test by the name that pytest takes."""
    test = f"{test_file(page).as_posix()}::{test_name(claim['label'])}"
    return {key: claim[key] for key in ("label", "kind")} | {
        "page": page,
        "evidence": claim["evidence"],
        "tightness": claim["tightness"],
        "test": test,
    }


def write_json(app, exception):
    if exception or app.builder.name != "html" or not app.env.all_docs.keys() & set(LISTS):
        return
    root = Path(app.srcdir)
    records = [record(page, claim) for page in chapters(root) for claim in ledger(root, page)]
    Path(app.outdir, "claims.json").write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def setup(app):
    app.add_directive("claims", Claims)
    app.add_directive("claim-table", Ledger)
    app.add_role("claim-count", Count())
    app.connect("doctree-resolved", link_tests)
    app.connect("build-finished", write_json)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
