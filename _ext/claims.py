"""The list of all claims, each with the test that checks it: read from the chapters and from tests/claims, a file a chapter."""

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


def test_name(name):
    """What the test of a claim is called, by its label; and the file of a chapter's tests, by the chapter."""
    return f"test_{name.replace('-', '_')}"


def test_file(page):
    """Where the tests of a chapter's claims stand, from the book's root."""
    return Path("tests", "claims", test_name(Path(page).name)).with_suffix(".py")


# Their tests


def names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


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
        self.env.note_dependency(__file__)
        return [self.section(page) for page in chapters(Path(self.env.srcdir))]

    def section(self, page):
        root = Path(self.env.srcdir)
        path = root / f"{page}.md"
        for file in (path, root / test_file(page)):
            self.env.note_dependency(str(file))
        section = nodes.section(ids=[f"claims-{path.stem}"])
        section += nodes.title("", HEADING.search(path.read_text(encoding="utf-8"))[1])
        source = written(root, page)
        entries = "".join(self.entry(claim, source) for claim in claims(root, page))
        self.state.nested_parse(StringList(entries.splitlines(), str(path)), 0, section)
        return section

    def entry(self, claim, source):
        test = test_name(claim["label"])
        return ENTRY.format(anchor=f"test-{claim['label']}", test=test, code=listing(test, source), **claim)


class Count(SphinxRole):
    """How many claims there are, or, of {claim-count}`given`, how many are laws tested over random inputs."""

    def run(self):
        root = Path(self.env.srcdir)
        return [nodes.Text(str(sum(self.count(root, page) for page in chapters(root))))], []

    def count(self, root, page):
        for file in (f"{page}.md", test_file(page)):
            self.env.note_dependency(str(root / file))
        parts = defined(written(root, page))
        tests = [test_name(claim["label"]) for claim in claims(root, page)]
        return sum(self.text == "all" or "given" in names(parts[test]) for test in tests)


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
