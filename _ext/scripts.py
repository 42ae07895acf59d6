"""Scripts that do not hold up the text, none without a use, and none within a page, which strict hosts forbid to run."""

import hashlib
import re
from pathlib import Path

from book import SAFE
from html_rules import Rule
from smaller import smaller

FIRST = "_static/first.js"
SEARCH_PAGE = ("search.html",)
ICONS = re.compile(r"\s*<script[^>]*fontawesome\.js[^>]*></script>")
SEARCH = re.compile(r"\s*<script[^>]*(?:searchtools|language_data|searchindex|_static/search)\.js[^>]*></script>")
FORM_PAGE = ("back/when-a-run-fails.html",)
FORM = re.compile(r"\s*<script[^>]*/symptoms\.js[^>]*></script>")
TABS = re.compile(r"\s*<script[^>]*design-tabs\.js[^>]*></script>(?!.*sd-tab)", re.DOTALL)
HINT = re.compile(r'<link rel="preload" as="script" href="([^"]*/bootstrap\.js[^"]*)" />')
MENUS = re.compile(r"\s*<script[^>]*/bootstrap\.js[^>]*></script>")
OPTIONS = re.compile(r'<script src="([^"]*)_static/documentation_options\.js[^"]*"></script>')
LATER = re.compile(r'<script (?=[^>]*src="[^"]*_static/[\w./-]+\.js)(?![^>]*\b(?:defer|async)\b)(?![^>]*_static/first\.js)')
WITHIN = re.compile(r"\s*<script(?![^>]*\b(?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL)
PRINT = re.compile(r'onclick="window\.print\(\)"')

# What templates write into a page, beside what extensions tell Sphinx: the first script does it too, or nothing here needs it.
KNOWN = (
    "document.documentElement.dataset.mode",
    "// Activate the search field",
    "var togglebuttonSelector",
    "DOCUMENTATION_OPTIONS.pagename",
    "DOCUMENTATION_OPTIONS.search_as_you_type",
)
PRINTING = """addEventListener("click", event => {
  if (event.target.closest("[data-prints]")) print();
});"""


def bodies(app):
    """The scripts that extensions want within every page, in the order that they ask for."""
    files = sorted(app.registry.js_files, key=lambda file: file[1].get("priority", 500))
    return [attributes["body"] for _, attributes in files if "body" in attributes]


def gather(app, env):
    """Before pages are written: from then on extensions add what is for one page."""
    selector = f"var togglebuttonSelector = {app.config.togglebutton_selector!r};"
    app.first_scripts = list(dict.fromkeys([*bodies(app), selector, PRINTING]))
    return []


def first_script(app):
    """The one script that runs before a page is shown, in which the options come first, since others read them."""
    options = Path(app.outdir, "_static", "documentation_options.js").read_text(encoding="utf-8")
    return "\n".join([options, *app.first_scripts])


def write_first(app):
    """Write that script, and say which version it is, so that no reader keeps an old one."""
    text = first_script(app)
    Path(app.outdir, FIRST).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def write_own(app, exception):
    """The book's own scripts go to readers without what is there for people."""
    if exception or app.builder.format != "html":
        return
    for path in Path(app.srcdir, "_static").glob("*.js"):
        code = smaller("application/javascript", path.read_text(encoding="utf-8"))
        Path(app.outdir, "_static", path.name).write_text(code, encoding="utf-8")


def dropper(scripts):
    """What takes a script out of a page, if the first script holds it or it is known."""

    def drop(found):
        body = found[1].strip()
        if body not in scripts and not body.startswith(KNOWN):
            raise ValueError(f"a page has a script that {FIRST} lacks, and that strict hosts forbid to run: {body!r}")
        return ""

    return drop


def rules(app):
    tag = rf'<script src="\1{FIRST}?v={write_first(app)}"></script>'
    return (
        # They come from a font that is loaded anyway: the script would draw them again, for half a megabyte.
        Rule("no script that draws the icons", ICONS, ""),
        Rule("the search's scripts where searches are answered", SEARCH, "", spared=SEARCH_PAGE),
        Rule("the form's script where what is seen is asked", FORM, "", spared=FORM_PAGE),
        Rule("the script of tabs where there are tabs", TABS, ""),
        Rule("the menus' script only named: _static/access.js asks for it", HINT, r'<meta name="book-menus" content="\1" />'),
        Rule("no menus' script before it is asked for", MENUS, ""),
        Rule("the first script in the place of the options", OPTIONS, tag),
        Rule("no script within a page", WITHIN, dropper(app.first_scripts)),
        Rule("no script on a button", PRINT, "data-prints"),
        # The scripts of the search page build on each other within it.
        Rule("scripts after the text", LATER, "<script defer ", spared=SEARCH_PAGE),
    )


def setup(app):
    app.connect("env-updated", gather, priority=900)
    app.connect("html-rules", rules)
    app.connect("build-finished", write_own)
    return SAFE
