"""One style sheet instead of a dozen, without rules that no page can use, and scripts that do not hold up the text."""

import hashlib
import re
from pathlib import Path

import tinycss2

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
STYLES = re.compile("<link [^>]*stylesheet[^>]*>")
VERSION = re.compile(r'(?<=styles/bundle\.css)[^"]*')  # so that no reader keeps an old one
RELATIVE = re.compile(r'url\((["\']?)(?!data:|["\'])')

# Scripts can wait for the page's text, but lines within the page read the options: these are written into it.
LATER = re.compile(r'<script (?=[^>]*src="[^"]*_static/[\w./-]+\.js)(?![^>]*\b(?:defer|async)\b)')
OPTIONS = re.compile(r'<script src="[^"]*_static/documentation_options\.js[^"]*"></script>')
# No source of class names: the script of the icons, which no page loads, and the words of the search.
UNREAD = {"fontawesome.js", "searchindex.js"}


def words(out):
    """Whatever pages and scripts could use as the name of a class. Links to sheets do not count: the next build has others."""
    files = [path for path in (*out.rglob("*.html"), *out.rglob("*.js")) if path.name not in UNREAD]
    texts = (STYLES.sub("", path.read_text(encoding="utf-8")) for path in files)
    return {word for text in texts for word in re.findall(r"[\w-]+", text)}


def usable(selector, known):
    """Whether each class that an element must have is known; what stands in brackets, as in :not(.this), does not count."""
    pairs = zip(selector, selector[1:], strict=False)
    classes = [name.value for dot, name in pairs if dot == "." and name.type == "ident"]
    return all(name in known or name.startswith("bs-") for name in classes)  # a script makes up names with bs-


def selectors(rule):
    found = [[]]
    for token in rule.prelude:
        found.append([]) if token == "," else found[-1].append(token)
    return found


def shorten(rules, known):
    """The text of a style sheet without the selectors that no element can match."""
    return "".join(shortened(rule, known) for rule in rules)


def shortened(rule, known):
    if rule.type == "error":
        raise ValueError(f"a style sheet cannot be read, at line {rule.source_line}: {rule.message}")
    if rule.type == "qualified-rule":
        kept = [tinycss2.serialize(selector) for selector in selectors(rule) if usable(selector, known)]
        return f"{','.join(kept)}{{{tinycss2.serialize(rule.content)}}}" if kept else ""
    if rule.lower_at_keyword in ("media", "supports"):
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{shorten(parse(rule.content), known)}}}"
    return rule.serialize()


def parse(css):
    return tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True)


def write_bundle(out):
    static, texts = out / "_static", []
    for name in SHEETS:
        for path in static.glob(name):
            text = path.read_text(encoding="utf-8").replace('@charset "UTF-8";', "")
            texts.append(text if path.parent != static else RELATIVE.sub(r"url(\1../", text))
    css = shorten(parse("\n".join(texts)), words(out))
    (static / BUNDLE).write_text(css, encoding="utf-8")
    return hashlib.sha256(css.encode()).hexdigest()[:8]


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
    version = write_bundle(Path(app.outdir))
    options = Path(app.outdir, "_static", "documentation_options.js").read_text(encoding="utf-8")
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        lean = VERSION.sub(f"?v={version}", link_bundle(html))
        lean = OPTIONS.sub(lambda tag: f"<script>{options}</script>", lean)
        if page.name != "search.html":  # its scripts build on each other within the page
            lean = LATER.sub("<script defer ", lean)
        if lean != html:
            page.write_text(lean, encoding="utf-8")


def setup(app):
    app.connect("build-finished", finish, priority=900)  # after the sheets have got their last form
    return {"parallel_read_safe": True, "parallel_write_safe": True}
