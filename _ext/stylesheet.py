"""One style sheet instead of a dozen, without rules that no page can use, and with the face of the text in it."""

import base64
import hashlib
import re
from pathlib import Path

import tinycss2
from book import SAFE
from html_rules import Rule

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
    "answers.css",
    "book.css",
    "fonts.css",
)
LINK = re.compile(r'\s*<link [^>]*href="((?:\.\./)*_static/)(?!styles/bundle)([\w./-]+\.css)[^"]*"[^>]*>')
FIRST = re.compile(rf"\A(.*?)(?={LINK.pattern})", re.DOTALL)
STYLES = re.compile("<link [^>]*stylesheet[^>]*>")
VERSION = re.compile(r'(?<=styles/bundle\.css)[^"]*')  # so that no reader keeps an old one
TEXT_FACE = re.compile(r'(?<=url\(")book-text[\w-]*\.woff2')
RELATIVE = re.compile(r'url\((["\']?)(?!data:|["\'])')
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")

# A font that the sheet holds has to be unpacked all the same: begun before there is text, that is done before it is shown.
UNPACK = 'for (const face of document.fonts) if (face.family.includes("Book Text")) face.load();'

# No source of class names: the script of the icons, which no page loads, the words of the search, and Bootstrap, of whose parts
# pages name what they use; those of a tooltip have names that it alone knows.
UNREAD = {"fontawesome.js", "searchindex.js", "bootstrap.js"}
TOOLTIP = {"tooltip-arrow", "tooltip-inner"}


def words(pages, out):
    """Whatever pages and scripts could use as the name of a class. Links to sheets do not count: the next build has others."""
    scripts = [path.read_text(encoding="utf-8") for path in out.rglob("*.js") if path.name not in UNREAD]
    return TOOLTIP.union(*(re.findall(r"[\w-]+", STYLES.sub("", text)) for text in (*pages, *scripts)))


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
        return f"{','.join(kept)}{{{declarations(rule, known)}}}" if kept else ""
    if rule.lower_at_keyword in ("media", "supports"):
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{shorten(parse(rule.content), known)}}}"
    return rule.serialize()


def declarations(rule, known):
    """What a rule says, without variables that nobody asks for."""
    found = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    return ";".join(one.serialize().strip() for one in found if one.type != "declaration" or needed(one.name, known))


def needed(name, known):
    return not name.startswith("--") or name in known


def parse(css):
    return tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True)


def enclosed(path):
    """A font as an address that holds it: it is there when the sheet is, so that no text is shown in another and then moves."""
    return f"data:font/woff2;base64,{base64.b64encode(path.read_bytes()).decode()}"


def sheets(static):
    """The texts of all sheets, in order, as they read one folder below."""
    for name in SHEETS:
        for path in static.glob(name):
            text = path.read_text(encoding="utf-8").replace('@charset "UTF-8";', "")
            text = TEXT_FACE.sub(lambda font: enclosed(static / font[0]), text)
            yield text if path.parent != static else RELATIVE.sub(r"url(\1../", text)


def write_bundle(pages, out):
    css, known = "\n".join(sheets(out / "_static")), words(pages, out)
    for _ in range(2):  # what goes asks for no variable any more
        css = shorten(parse(css), known | set(VARIABLE.findall(css)))
    (out / "_static" / BUNDLE).write_text(css, encoding="utf-8")
    return hashlib.sha256(css.encode()).hexdigest()[:8]


def stamp(app, pages):
    """Write the sheet that these pages need, and let each ask for this version of it."""
    version = write_bundle(pages.values(), Path(app.outdir))
    pages.update({name: VERSION.sub(f"?v={version}", html) for name, html in pages.items()})


def drop(link):
    name = link[2]
    if name != "styles/theme.css" and not any(Path(name).match(sheet) for sheet in SHEETS):
        raise ValueError(f"SHEETS of _ext/stylesheet.py lacks {name!r}, to which a page links")
    return ""


RULES = (
    Rule("one style sheet, in the place of the first", FIRST, rf'\1\n  <link rel="stylesheet" href="\2{BUNDLE}" />'),
    Rule("no link to the sheets that it holds", LINK, drop),
)


def setup(app):
    app.add_js_file(None, body=UNPACK)
    app.connect("html-rules", lambda app: RULES)
    app.connect("html-rewritten", stamp)
    return SAFE
