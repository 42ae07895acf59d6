"""What networks and search engines show of a page: title, description and, where the site's address is known, a picture."""

import html

from book import SAFE
from docutils import nodes
from sphinx.errors import ExtensionError

CARD = "_static/card.png"
CARD_TEXT = "Gradient Descent, Tested: paths of gradient descent from a circle of starts into two valleys"


def description(doctree, file):
    """What the page says of itself in its head matter."""
    found = [tag["content"] for tag in doctree.findall(nodes.meta) if tag.get("name") == "description"]
    if not found:
        raise ExtensionError(f"{file}: expected a description in the head matter, under myst: html_meta:, for search engines")
    return found[0]


def properties(app, page, title, text):
    base = app.config.html_baseurl
    yield from {
        "og:type": "website" if page == app.config.root_doc else "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": text,
    }.items()
    if base:  # these two must be absolute
        yield from {
            "og:url": base + app.builder.get_target_uri(page),
            "og:image": base + CARD,
            "og:image:alt": CARD_TEXT,
        }.items()


def add_card(app, pagename, templatename, context, doctree):
    if not doctree:
        return
    text = description(doctree, app.env.doc2path(pagename, base=False))
    card = properties(app, pagename, app.env.titles[pagename].astext(), text)
    tags = [f'<meta property="{name}" content="{html.escape(text)}" />' for name, text in card]
    context["metatags"] += "\n".join([*tags, '<meta name="twitter:card" content="summary_large_image" />'])


def setup(app):
    app.connect("html-page-context", add_card)
    return SAFE
