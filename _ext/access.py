"""Names, roles and the like that the theme's templates and docutils leave out, or give wrongly."""

import re
from pathlib import Path

# What is offered for download is downloaded, not shown as text in another window.
OFFERED = re.compile(r'(<a href="[^"]*(?:_sources/[^"]*|\.zip)") target="_blank"')
REPLACED = {
    # It would hide the visible "Show code cell source" from screen readers and from who commands by voice.
    '<summary aria-label="Toggle hidden content">': "<summary>",
    # A role that ARIA has given up for the entries of a bibliography, which stand in a list.
    'role="doc-biblioentry"': 'role="listitem"',
    # The title and the search would else be in no part of the page that a screen reader can jump to.
    'id="pst-primary-sidebar" class': 'id="pst-primary-sidebar" role="region" aria-label="The book" class',
    '<dialog id="pst-primary-sidebar-modal"': '<dialog aria-label="The book" id="pst-primary-sidebar-modal"',
    '<dialog id="pst-secondary-sidebar-modal"': '<dialog aria-label="On this page" id="pst-secondary-sidebar-modal"',
    '<dialog id="pst-search-dialog"': '<dialog aria-label="Search" id="pst-search-dialog"',
}


def name(html):
    for old, new in REPLACED.items():
        html = html.replace(old, new)
    return OFFERED.sub(r"\1 download", html)


def name_parts(app, exception):
    if exception or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        if (named := name(html)) != html:
            page.write_text(named, encoding="utf-8")


def setup(app):
    app.connect("build-finished", name_parts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
