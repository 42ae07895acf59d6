"""What the theme cannot be told by configuration: copyright year, front page title, colours at first paint,
ids used once, no scripts without a use."""

import os
import re
import time
from pathlib import Path

from docutils import nodes

# The icons come from a font that is loaded anyway: this script would draw them again, for half a megabyte.
ICONS = re.compile(r"\s*<script[^>]*fontawesome\.js[^>]*></script>")
# The index of the search is of use where searches are answered.
SEARCH = re.compile(r"\s*<script[^>]*(?:searchtools|language_data|searchindex)\.js[^>]*></script>")

# The theme settles light or dark only after the page has been painted, and complains of the empty mode that it set itself.
# On paper everything is as in the light; some browsers tell of printing by events, others by the media query.
COLOURS = """{
const root = document.documentElement.dataset, dark = matchMedia("(prefers-color-scheme: dark)"), paper = matchMedia("print");
root.mode ||= "auto";
const settle = print => {
  root.theme = print ? "light" : /light|dark/.test(root.mode) ? root.mode : dark.matches ? "dark" : "light";
};
settle(paper.matches);
paper.addEventListener("change", () => settle(paper.matches));
addEventListener("beforeprint", () => settle(true));
addEventListener("afterprint", () => settle(false));
}"""


def set_copyright(app, config):
    now = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    config.copyright = f"{time.gmtime(now).tm_year} {config.author}"


def say_title_once(app, pagename, templatename, context, doctree):
    """The front page is called "Title", not "Title — Title"."""
    if pagename == app.config.root_doc:
        context["title"], context["docstitle"] = app.config.html_title, ""


def number_repeated_ids(app, doctree):
    """sphinx-proof gives the insides of all its boxes the same id, which HTML allows once a page; nothing refers to it."""
    repeated = [node for node in doctree.findall(nodes.Element) if node.get("ids") in (["proof-content"], ["proof"])]
    for number, node in enumerate(repeated):
        node["ids"] = [f"{node['ids'][0]}-{number}"]


def drop_scripts(app, exception):
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        left = ICONS.sub("", html if page.name == "search.html" else SEARCH.sub("", html))
        if left != html:
            page.write_text(left, encoding="utf-8")


def setup(app):
    app.add_js_file(None, body=COLOURS, priority=0)
    app.connect("config-inited", set_copyright)
    app.connect("html-page-context", say_title_once)
    app.connect("doctree-read", number_repeated_ids)
    app.connect("build-finished", drop_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
