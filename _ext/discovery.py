"""What hosts, search engines and social networks ask for: a card for each page, robots.txt and, where the site's address is
known, the sitemap and absolute links."""

import html
from pathlib import Path
from xml.sax.saxutils import escape

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


def sitemap(app):
    pages = (escape(app.config.html_baseurl + app.builder.get_target_uri(page)) for page in sorted(app.env.all_docs))
    entries = "".join(f"<url><loc>{page}</loc></url>\n" for page in pages)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'


def write_files(app, exception):
    if exception or app.builder.name != "html":
        return
    out, base = Path(app.outdir), app.config.html_baseurl
    (out / ".nojekyll").touch()  # else GitHub's pages leave out all folders whose names begin with _
    (out / "robots.txt").write_text("User-agent: *\nAllow: /\n" + (f"Sitemap: {base}sitemap.xml\n" if base else ""))
    (out / "sitemap.xml").unlink(missing_ok=True)  # of an earlier build
    if base:
        (out / "sitemap.xml").write_text(sitemap(app), encoding="utf-8")


def setup(app):
    app.connect("html-page-context", add_card, priority=600)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
