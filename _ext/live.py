"""The scripts and style of the live figures: written once into the build, loaded by the pages that hold such a figure."""

import re
from functools import partial
from pathlib import Path

from book import FINISHED, SAFE
from docutils import nodes
from smaller import smaller

from gdtools.live import SCRIPTS, page_script, page_style
from gdtools.live.script import name_of

KIND = re.compile(r'data-live="(\w+)"')
FILES = {
    **{name: ("application/javascript", partial(page_script, figures)) for name, figures in SCRIPTS.items()},
    "live.css": ("text/css", page_style),
}


def write_files(app):
    folder, out = Path(app.srcdir, "gdtools", "live"), Path(app.outdir, "_static")
    out.mkdir(parents=True, exist_ok=True)
    for name, (kind, text) in FILES.items():
        (out / name).write_text(smaller(kind, text(folder=folder)), encoding="utf-8")


def is_live(node):
    return isinstance(node, nodes.raw) and 'class="live-figure"' in node.astext()


def widen(app, doctree, docname):
    """Let the cell of a live figure be one of those that may be wider than the text, by the theme's name for them."""
    for node in doctree.findall(is_live):
        while node.get("nb_element") != "cell_code":
            node = node.parent
        node["classes"].append("full-width")


def scripts_of(shown):
    """The scripts that hold the figures of these names."""
    return [script for script, figures in SCRIPTS.items() if shown & {*map(name_of, figures)}]


def load_files(app, pagename, templatename, context, doctree):
    shown = {KIND.search(node.astext())[1] for node in doctree.findall(is_live)} if doctree else set()
    for name in scripts_of(shown):
        app.add_js_file(name, loading_method="defer")
    if shown:
        app.add_css_file("live.css")
    # A widget's state is meant for a widget manager, which the book's pages do not load.
    scripts = context["script_files"]
    scripts[:] = [file for file in scripts if "widget-state" not in str(vars(file).get("attributes"))]


def setup(app):
    app.connect("builder-inited", write_files)
    app.connect("doctree-resolved", widen)
    app.connect("html-page-context", load_files, priority=FINISHED)
    return SAFE
