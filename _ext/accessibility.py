"""Names, roles and the like that the theme's templates and docutils leave out, or give wrongly."""

import re

from book import SAFE
from html_rules import Rule

CELL = re.compile(r"<td>.*?</td>", re.DOTALL)
SEAM = re.compile(r"(?<=[a-z])_(?=[a-z][^<>]*</span></code>)")
OFFERED = re.compile(r'(<a href="[^"]*(?:_sources/[^"]*|\.zip)") target="_blank"')
REPLACED = {
    # It would hide the visible "Show code cell source" from screen readers and from who commands by voice.
    "folded code is called what one sees": (
        '<summary aria-label="Toggle hidden content">',
        "<summary>",
    ),
    # A role that ARIA has given up for the entries of a bibliography, which stand in a list.
    "sources are entries of a list": (
        'role="doc-biblioentry"',
        'role="listitem"',
    ),
    # The title and the search would else be in no part of the page that a screen reader can jump to.
    "the sidebar is a region with a name": (
        'id="pst-primary-sidebar" class',
        'id="pst-primary-sidebar" role="region" aria-label="The book" class',
    ),
    "the sidebar of small screens has a name": (
        '<dialog id="pst-primary-sidebar-modal"',
        '<dialog aria-label="The book" id="pst-primary-sidebar-modal"',
    ),
    "the page's contents on small screens have a name": (
        '<dialog id="pst-secondary-sidebar-modal"',
        '<dialog aria-label="On this page" id="pst-secondary-sidebar-modal"',
    ),
    "the box of the search has a name": (
        '<dialog id="pst-search-dialog"',
        '<dialog aria-label="Search" id="pst-search-dialog"',
    ),
}
RULES = (
    *(Rule(purpose, re.compile(re.escape(old)), new) for purpose, (old, new) in REPLACED.items()),
    Rule("what is offered for download is not shown as text in another window", OFFERED, r"\1 download"),
    Rule("in a table a long name may be broken between its words", SEAM, "_<wbr>", CELL),
)


def setup(app):
    app.connect("html-rules", lambda app: RULES)
    return SAFE
