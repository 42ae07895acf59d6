"""Scripts that do not hold up the text: none without a use, the others after the page has been read."""

import re
from pathlib import Path

from book import SAFE
from html_rules import Rule

SEARCH_PAGE = ("search.html",)
ICONS = re.compile(r"\s*<script[^>]*fontawesome\.js[^>]*></script>")
SEARCH = re.compile(r"\s*<script[^>]*(?:searchtools|language_data|searchindex)\.js[^>]*></script>")
OPTIONS = re.compile(r'<script src="[^"]*_static/documentation_options\.js[^"]*"></script>')
LATER = re.compile(r'<script (?=[^>]*src="[^"]*_static/[\w./-]+\.js)(?![^>]*\b(?:defer|async)\b)')


def rules(app):
    options = Path(app.outdir, "_static", "documentation_options.js").read_text(encoding="utf-8")
    return (
        # They come from a font that is loaded anyway: the script would draw them again, for half a megabyte.
        Rule("no script that draws the icons", ICONS, ""),
        Rule("the search's scripts where searches are answered", SEARCH, "", spared=SEARCH_PAGE),
        # Lines within the page read the options, so they cannot wait for the page's text as the other scripts can.
        Rule("the options within the page", OPTIONS, lambda tag: f"<script>{options}</script>"),
        # The scripts of the search page build on each other within it.
        Rule("scripts after the text", LATER, "<script defer ", spared=SEARCH_PAGE),
    )


def setup(app):
    app.connect("html-rules", rules)
    return SAFE
