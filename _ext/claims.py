"""The list of all claims, each with the test that checks it: read from the chapters and from tests/claims/test_claims.py."""

import ast
import re
from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode
from sphinx_proof.nodes import NODE_TYPES

CLAIM = re.compile(r"^```+\{prf:\w+\} *(?P<title>.*)\n(?:^:.*\n)*?^:label: (?P<label>\S+)$", re.MULTILINE)
HEADING = re.compile(r"^# (.*)$", re.MULTILINE)
PAGE = "back/claims"
TESTS = Path("tests", "claims", "test_claims.py")
ENTRY = """
({anchor})=
{{prf:ref}}`{label}`: {title}

:::{{dropdown}} Its test, `{test}`
:class-container: claim-test
```python
{code}
```
:::
"""


# The claims


def chapters(root):
    """The pages of the first part of the contents, in order."""
    return [entry["file"] for entry in yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))["parts"][0]["chapters"]]


def claims(root, page):
    return [found.groupdict() for found in CLAIM.finditer((root / page).with_suffix(".md").read_text(encoding="utf-8"))]


def test_name(label):
    return f"test_{label.replace('-', '_')}"


# Their tests


def names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def defined(source):
    """The functions and constants that the file of tests defines, by name, in order."""
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


def check(found, source):
    """Each claim has its test: else the build ends and says what is missing where."""
    for page, claim in found:
        if (test := test_name(claim["label"])) not in defined(source):
            raise ExtensionError(f"{page}.md: the claim {claim['label']} has no test; write {test} in {TESTS.as_posix()}")


def text(node, lines):
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    return "\n".join(lines[first - 1 : node.end_lineno])


def listing(name, source):
    """The test as it stands, after the helpers that it calls."""
    parts, lines = defined(source), source.splitlines()
    return "\n\n\n".join(text(parts[part], lines) for part in needed(name, parts))


# The page


class Claims(SphinxDirective):
    """A section for each chapter: its claims, each followed by its test."""

    def run(self):
        root = Path(self.env.srcdir)
        for file in (root / TESTS, __file__):
            self.env.note_dependency(str(file))
        source = (root / TESTS).read_text(encoding="utf-8")
        check([(page, claim) for page in chapters(root) for claim in claims(root, page)], source)
        return [self.section(page, claims(root, page), source) for page in chapters(root)]

    def section(self, page, found, source):
        path = Path(self.env.srcdir, f"{page}.md")
        self.env.note_dependency(str(path))
        section = nodes.section(ids=[f"claims-{path.stem}"])
        section += nodes.title("", HEADING.search(path.read_text(encoding="utf-8"))[1])
        entries = "".join(self.entry(claim, source) for claim in found)
        self.state.nested_parse(StringList(entries.splitlines(), str(path)), 0, section)
        return section

    def entry(self, claim, source):
        test = test_name(claim["label"])
        return ENTRY.format(anchor=f"test-{claim['label']}", test=test, code=listing(test, source), **claim)


class Count(SphinxRole):
    """How many claims there are, or, of {claim-count}`given`, how many are laws tested over random inputs."""

    def run(self):
        root = Path(self.env.srcdir)
        for file in (TESTS, *(f"{page}.md" for page in chapters(root))):
            self.env.note_dependency(str(root / file))
        tests = {test_name(claim["label"]) for page in chapters(root) for claim in claims(root, page)}
        parts = defined((root / TESTS).read_text(encoding="utf-8"))
        counted = [test for test in tests if self.text == "all" or "given" in names(parts[test])]
        return [nodes.Text(str(len(counted)))], []


def link_tests(app, doctree, docname):
    """Let the title of each claim lead to its test."""
    if PAGE not in app.env.all_docs:
        return
    for claim in doctree.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
        link = make_refnode(app.builder, docname, PAGE, f"test-{claim['label']}", nodes.Text("tested"))
        link["classes"].append("tested")
        claim[0] += link


def setup(app):
    app.add_directive("claims", Claims)
    app.add_role("claim-count", Count())
    app.connect("doctree-resolved", link_tests)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
