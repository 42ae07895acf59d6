"""One style sheet for a page instead of a dozen, and scripts that do not hold up its text: each request counts."""

import hashlib
import re
from pathlib import Path

BUNDLE = "styles/bundle.css"
# In the order in which pages ask for them; basic.css is imported by the theme's first. A name may hold a hash.
SHEETS = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "togglebutton.css",
    "copybutton.css",
    "mystnb.*.css",
    "proof.css",
    "sphinx-design.min.css",
    "live.css",
    "book.css",
    "fonts.css",
)
LINK = re.compile(r'\s*<link [^>]*href="((?:\.\./)*_static/)(?!styles/bundle)([\w./-]+\.css)[^"]*"[^>]*>')
VERSION = re.compile(r'(?<=styles/bundle\.css)[^"]*')  # so that no reader keeps an old one
RELATIVE = re.compile(r'url\((["\']?)(?!data:|["\'])')

# Scripts that wait for the page's text by themselves. DOCUMENTATION_OPTIONS is read by lines within the page.
LATER = re.compile(r'<script (?=[^>]*src="[^"]*_static/(?!documentation_options)[\w./-]+\.js)(?![^>]*\b(?:defer|async)\b)')


def write_bundle(static):
    texts = []
    for name in SHEETS:
        for path in static.glob(name):
            text = path.read_text(encoding="utf-8").replace('@charset "UTF-8";', "")
            texts.append(text if path.parent != static else RELATIVE.sub(r"url(\1../", text))
    (static / BUNDLE).write_text("\n".join(texts), encoding="utf-8")
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:8]


def listed(name):
    return name == "styles/theme.css" or any(Path(name).match(sheet) for sheet in SHEETS)


def link_bundle(html):
    first = LINK.search(html)
    if not first:  # a page of an earlier build, which links to the bundle already
        return html
    unlisted = {name for _, name in LINK.findall(html) if not listed(name)}
    if unlisted:
        raise ValueError(f"SHEETS of _ext/bundle.py lacks {sorted(unlisted)}, to which a page links")
    one = f'\n  <link rel="stylesheet" href="{first[1]}{BUNDLE}" />'
    return LINK.sub("", html[: first.start()] + one + html[first.start() :])


def finish(app, exception):
    if exception or app.builder.format != "html":
        return
    version = write_bundle(Path(app.outdir, "_static"))
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        lean = VERSION.sub(f"?v={version}", link_bundle(html))
        if page.name != "search.html":  # its scripts build on each other within the page
            lean = LATER.sub("<script defer ", lean)
        if lean != html:
            page.write_text(lean, encoding="utf-8")


def setup(app):
    app.connect("build-finished", finish, priority=900)  # after the sheets have got their last form
    return {"parallel_read_safe": True, "parallel_write_safe": True}
