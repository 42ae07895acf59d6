"""Each page that runs, as a notebook in plain Markdown, with all numbers of the book written into its text.

JupyterLab, VS Code and Colab run it alike and need no extension: what the book's own Markdown names (claims, figures, formulas,
sources, values that a cell has glued) is told by number, and directives become what Markdown has. Where a cell that the reader
has changed glues another value than the text has, it says so below itself.
"""

import ast
import json
import posixpath
import re
from functools import cache, partial
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import jupytext
from book import FINISHED, SAFE
from docutils import nodes
from myst_nb.ext.glue.crossref import read_glue_cache
from nbformat.v4 import new_code_cell, new_markdown_cell
from sphinx.addnodes import pending_xref
from wheels import requirement

INTRODUCTION = """This is a page of the book *{title}*, as a notebook: the numbers in its text are those of the book.
To run it you need the book's code, `gdtools`, and what the pages use beside it:

```
python -m pip install "{requirement}"
```

{where}(Not `pip install gdtools`: on PyPI that name is another program's.)"""
PATH = "`PATH` stands for the folder `html` in the zip of the whole book. "
READY = """# Is all there that this page needs? Google Colab gets it here, other places are told how to get it.
import sys

HOW = '''Install the book's code, and what it needs, by
    python -m pip install "{requirement}"
and not by "pip install gdtools": that is another program; where it is installed, uninstall it first.'''
try:
    import anywidget, gdtools.problems, matplotlib, scipy
except ImportError as error:
    if "google.colab" not in sys.modules:
        raise ImportError(f"{{error}}. {{HOW}}") from None
    %pip install --quiet "{requirement}"
"""
GLUED = """# The numbers in the text are those of the book. Where your run has another one, the cell that computes it says so.
WRITTEN = {written}


def glue(name, value, display=True):
    number, sentence = WRITTEN.get(name, (value, ""))
    if value != number:
        print(f"Here {{value}}, in the text {{number}}: {{sentence}}")
"""
ROLE = re.compile(r"\{(?P<role>[\w:]+)\}`(?P<target>[^`]+)`")
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>(?!\w+:)[^)\s#]*)(?P<place>#[^)\s]*)?\)")
FENCE = re.compile(r"(?P<fence>:{3,}|`{3,})(?:\{(?P<kind>[\w:-]+)\} *(?P<title>.*)|.*)")
OPTION = re.compile(r":(?P<name>[\w-]+): *(?P<value>.*)")
LABELLED = re.compile(r"\$\$ \((?P<label>[\w-]+)\)")
PLACE = re.compile(r"\((?P<name>[\w-]+)\)=")
DISPLAY = re.compile(r"\$\$.*?\$\$", re.DOTALL)
HEADING = re.compile(r"^(?P<level>#{1,3}) ", re.MULTILINE)
INCLUDED = re.compile(r"^```\{literalinclude\} (?P<file>\S+)\n(?::.*\n)*```$", re.MULTILINE)
# The domain of Sphinx that knows what a role stands for, and its name there.
KINDS = {name: (domain, name.split(":")[-1]) for name, domain in {
    "numref": "std", "eq": "math", "prf:ref": "prf", "cite:t": "cite", "cite:p": "cite"}.items()}  # fmt: skip
FOLDED = {"hide-input", "remove-input", "remove-cell"}  # the tags of code that the book keeps behind its output


def runs(env, page):
    return "kernelspec" in env.metadata[page]


# What a page names


@cache
def reference(app, page, role, target):
    """What the book writes for a reference: its text, and its address from the page."""
    domain, kind = KINDS[role]
    asked = {"refdomain": domain, "reftype": kind, "reftarget": target, "refdoc": page, "refexplicit": False}
    node, word = pending_xref("", **asked), nodes.literal(target, target)
    found = app.env.get_domain(domain).resolve_xref(app.env, page, app.builder, kind, target, node, word)
    if found is None:
        return target, ""  # the build has warned of it
    link = next(iter(found.findall(nodes.reference)))
    return found.astext(), link.get("refuri") or f"#{link['refid']}"


class Names(NamedTuple):
    """What the names in a page's text stand for in the finished book."""

    app: object
    page: str

    def glued(self, name):
        values = read_glue_cache(self.app.env.mystnb_config.output_folder, self.page)
        return ast.literal_eval(values[name]["data"]["text/plain"])

    def reference(self, role, target):
        return reference(self.app, self.page, role, target)

    def role(self, match):
        """A role in plain words, with a link where the site's address is known."""
        role, target = match["role"], match["target"]
        if role == "glue:text":
            return self.glued(target)
        if role in {"download", "set"}:
            return target.split(" <")[0]
        if role not in KINDS:
            return match[0]  # as it is, which a test would find
        text, address = self.reference(role, target)
        site = self.app.config.html_baseurl
        return f"[{text}]({urljoin(f'{site}{self.page}.html', address)})" if site else text

    def link(self, match):
        """A link to another page leads to the site, else to the notebook beside this one, else nowhere."""
        site, other = self.app.config.html_baseurl, posixpath.splitext(match["path"])[0]
        page = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), other)) if other else self.page
        if site:
            return f"[{match['text']}]({site}{page}.html{match['place'] or ''})"
        beside = page != self.page and runs(self.app.env, page)
        return f"[{match['text']}]({other}.ipynb)" if beside else match["text"]


# From the book's Markdown to plain Markdown


def sentence(line, names):
    return LINK.sub(names.link, ROLE.sub(names.role, line))


def plain(lines, names):
    """Lines of the book's Markdown as lines of plain Markdown."""
    written, left = [], iter(lines)
    for line in left:
        if opened := FENCE.fullmatch(line):
            body = list(takewhile(partial(within, opened["fence"]), left))
            written += directive(opened, body, names) if opened["kind"] else [line, *body, opened["fence"]]
        elif labelled := LABELLED.fullmatch(line):
            written += [rf"\tag{{{names.reference('eq', labelled['label'])[0].strip('()')}}}", "$$"]
        elif place := PLACE.fullmatch(line):
            written.append(f'<a id="{place["name"]}"></a>')
        else:
            written.append(sentence(line, names))
    return written


def within(fence, line):
    """Whether a line does not close what ``fence`` has opened."""
    return not (line.startswith(fence) and set(line.strip()) == {fence[0]})


def directive(opened, body, names):
    options = {found["name"]: found["value"] for found in takewhile(bool, map(OPTION.fullmatch, body))}
    if opened["kind"] == "index":  # words for the search
        return []
    kind, title = opened["kind"], sentence(opened["title"], names)
    inside = "\n".join(plain(body[len(options) :], names)).strip().split("\n")
    if kind == "dropdown":
        return ["<details>", f"<summary>{title}</summary>", "", *inside, "", "</details>"]
    if kind == "table":
        return [f"**{names.reference('numref', options['name'])[0]}.** {title}", "", *inside]
    return quoted([head(kind, title, options.get("label"), names), "", *inside])


def quoted(lines):
    """A box: each formula in it on one line, since some programs take the marks of further lines for a part of it."""
    text = DISPLAY.sub(lambda formula: " ".join(formula[0].split()), "\n".join(lines))
    return [f"> {line}".rstrip() for line in text.split("\n")]


def head(kind, title, label, names):
    """The bold words above a box: a claim's number and name, or a title alone."""
    if kind == "admonition":
        return f"**{title}**"
    number = names.reference("prf:ref", label)[0] if label else kind.removeprefix("prf:").capitalize()
    return f"**{number}** ({title})" if title else f"**{number}**"


# The cells


def text_cells(cell, folder, names):
    """A cell of text, folded as it was; a program that it includes becomes a cell that writes this program into a file."""
    parts = INCLUDED.split(cell.source)
    for part, file in zip(parts[::2], [*parts[1::2], None], strict=True):
        yield new_markdown_cell("\n".join(plain(part.strip().split("\n"), names)), metadata=cell.metadata)
        if file:
            yield new_code_cell(f"%%writefile {file}\n{(folder / file).read_text(encoding='utf-8').strip()}")


def code_cells(cell, names):
    """A cell of code, folded as in the book, and its caption."""
    cell.source = cell.source.replace("from myst_nb import glue\n", "")
    if FOLDED & set(cell.metadata.get("tags", [])):
        cell.metadata["jupyter"] = {"source_hidden": True}
    yield cell
    if figure := cell.metadata.get("mystnb", {}).get("figure"):
        number, caption = names.reference("numref", figure["name"])[0], figure["caption"].strip()
        yield new_markdown_cell(f"**{number}.** {sentence(caption, names)}")


def glue_cell(text, names):
    """The function that a page's cells call for the numbers in its text, with what the text says, and where."""
    written = {}
    for line in text.split("\n"):
        for role in ROLE.finditer(line):
            if role["role"] == "glue:text":
                written.setdefault(role["target"], (names.glued(role["target"]), sentence(line, names)))
    source = GLUED.format(written=json.dumps(written, indent=1, ensure_ascii=False))
    return [new_code_cell(source.strip(), metadata={"jupyter": {"source_hidden": True}})] if written else []


def number_headings(cells, numbers):
    """Put the book's numbers before the headings of a page that has any."""
    left = iter(numbers)
    for cell in cells if numbers else ():
        if cell.cell_type == "markdown":
            cell.source = HEADING.sub(lambda it: f"{it[0]}{'.'.join(map(str, next(left)))}. ", cell.source)


def notebook(app, page, need):
    """The page as a notebook, its cells named by their place, by which no two builds differ."""
    path, names = Path(app.env.doc2path(page)), Names(app, page)
    book = jupytext.read(path)
    text = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    cells = []
    for cell in book.cells:
        cells += text_cells(cell, path.parent, names) if cell.cell_type == "markdown" else code_cells(cell, names)
    number_headings(cells, app.env.toc_secnumbers.get(page, {}).values())
    introduction = INTRODUCTION.format(title=app.config.html_title, requirement=need, where=PATH * need.startswith("PATH"))
    ready = READY.format(requirement=need).strip()
    book.cells = [new_markdown_cell(introduction), new_code_cell(ready), *glue_cell(text, names), *cells]
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
    return book


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    need = requirement(app.config.html_baseurl, app.config.book_repository, next(out.glob("*.whl")).name)
    for page in filter(partial(runs, app.env), app.env.all_docs):
        jupytext.write(notebook(app, page, need), out / "_sources" / f"{page}.ipynb")


def setup(app):
    app.connect("build-finished", write, priority=FINISHED)
    return SAFE
