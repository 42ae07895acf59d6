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

# In the theme's style sheet, one for each of two thousand icons.
ICON_RULE = re.compile(r'(?:\.fa-[\w-]+:before,?)+\{content:"\\([0-9a-f]+)"\}')

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


def icons(fonts):
    """The characters that the icon font holds, from its unicode-range."""
    ranges = re.search(r"book-icons.*?unicode-range: ([^;]+);", fonts, re.DOTALL)[1].replace("U+", "").split(", ")
    ends = ([int(end, 16) for end in part.split("-")] for part in ranges)
    return {code for end in ends for code in range(end[0], end[-1] + 1)}


def drop_icon_rules(app, exception):
    """Rules for icons that the font does not hold are a third of the theme's style sheet."""
    if exception or app.builder.format != "html":
        return
    held = icons(Path(app.srcdir, "_static", "fonts.css").read_text(encoding="utf-8"))
    sheet = Path(app.outdir, "_static", "styles", "pydata-sphinx-theme.css")
    rules = sheet.read_text(encoding="utf-8")
    sheet.write_text(ICON_RULE.sub(lambda rule: rule[0] if int(rule[1], 16) in held else "", rules), encoding="utf-8")


def setup(app):
    app.add_js_file(None, body=COLOURS, priority=0)
    app.connect("config-inited", set_copyright)
    app.connect("html-page-context", say_title_once)
    app.connect("doctree-read", number_repeated_ids)
    app.connect("build-finished", drop_scripts)
    app.connect("build-finished", drop_icon_rules)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
