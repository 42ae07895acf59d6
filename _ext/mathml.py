"""Mathematics written as MathML Core at build time: a page needs no script to show it."""

import html
import re

from book import SAFE
from docutils import nodes
from html_rules import Rule
from math_core import LatexError, LatexToMathML
from spaces import replace
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
FONT = "_static/book-math.woff2"

# The annotation keeps the LaTeX in the page, for whoever wants to copy it.
CONVERTER = LatexToMathML(annotation=True, fancy_error=False)


# Browsers and the font draw some things not as they should be: the rules mend what CONVERTER has written.
# A browser draws a root just as high as what is under it, and its smallest root is too high for a lone κ: the tick would sink
# below the line. Chromium also keeps room for the widest of the font's signs whichever it draws: _static/book.css takes back
# what is too much behind the smallest one, that of a low root; a displayed formula has more room under it.
STRUT = '<mspace width="0" height=".65em" depth=".13em"></mspace>'
HIGH = r"</?msqrt|<mfrac|<msup|<msubsup|<munder|<mover|[(\[]"
LOW = "<msqrt>((?:(?!{}).)*</msqrt>)"
INLINE = re.compile("<math>.*?</math>", re.DOTALL)
DISPLAYED = re.compile('<math display="block">.*?</math>', re.DOTALL)
# It raises a prime that the font has raised already, knows no italic correction, for which the style sheet makes room, and
# sets enlarged brackets off like the widest of their kind or, with an exponent, does not enlarge them.
PRIME = r'<mpadded voffset="-.35em" height=".4em"><mo class="prime">\1</mo></mpadded>'
CORRECTED = '<mi class="slant">V</mi>'
# WebKit gives an operator the room of an infix where it is a script, as in β⁺ and x^⋆, and nobody else does.
UNSPACED = r'<mo lspace="0" rspace="0">\1</mo>'
RULES = (
    Rule("room under each root", re.compile("<msqrt>"), f"<msqrt>{STRUT}"),
    Rule("enlarged brackets", re.compile('minsize="1.2em" maxsize="1.2em"'), 'stretchy="false" mathsize="1.2em"'),
    Rule("low roots in the text", re.compile(LOW.format(f"{HIGH}|<msub><mi>β")), r'<msqrt class="low">\1', within=INLINE),
    Rule("low roots in displayed formulas", re.compile(LOW.format(f"{HIGH}|β")), r'<msqrt class="low">\1', within=DISPLAYED),
    Rule("the slant of V", re.compile("(?<!<msub>)<mi>V</mi>"), CORRECTED),
    Rule("primes", re.compile("<mo>([′″‴])</mo>"), PRIME),
    Rule("operators that are scripts", re.compile("<mo>([^<])</mo>(?=</msu(?:p|b|bsup)>)"), UNSPACED),
)


def convert(node, latex, display):
    latex = latex.replace("{split}", "{aligned}")  # the same thing here, and math-core knows only the second
    try:
        return CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        LOGGER.warning("mathematics: %s in %r", error, latex, location=node, type="mathml")
        return f"<code>{html.escape(latex)}</code>"


def as_one(latex):
    r"""Rows broken by a bare \\ outside any environment, as LaTeX's display would not, but Sphinx allows."""
    rows = [part.strip() for part in latex.split("\n\n") if part.strip()]
    if len(rows) == 1 and (r"\\" not in latex or r"\begin" in latex):
        return latex
    return r"\begin{aligned}" + r"\\".join(rows) + r"\end{aligned}"


def visit_inline(self, node):
    mathml, mark = convert(node, node.astext(), display=False), node.get("mark", "")
    self.body.append(f'<span class="math-unit">{mathml}{mark}</span>' if mark else mathml)
    raise nodes.SkipNode


def attach_marks(app, doctree, docname):
    """Give a formula the punctuation or the fixed space that follows it, which else could begin the next line."""
    for node in list(doctree.findall(nodes.math)):
        text = node.next_node(descend=False, siblings=True)
        mark = re.match("[.,;:)?-]*\N{NO-BREAK SPACE}?", text)[0] if isinstance(text, nodes.Text) else ""
        if mark:
            node["mark"] = mark
            replace(text, text[len(mark) :])


def whole(latex):
    return all(latex.count(opening) == latex.count(closing) for opening, closing in (("{", "}"), (r"\begin", r"\end")))


def formulas(latex):
    """The formulas that a wide space sets beside each other: on a narrow screen they stand one below the other."""
    found = [""]
    for part in latex.split(r"\qquad"):
        if whole(found[-1]):
            found.append(part)
        else:
            found[-1] += rf"\qquad{part}"
    return found[1:]


def add_number(self, node):
    self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
    self.add_permalink_ref(node, "Link to this equation")
    self.body.append("</span>")


def visit_block(self, node):
    # The inner box scrolls, so that a long formula neither widens the page nor pushes its number away.
    numbered = " numbered" if node["number"] else ""
    self.body.append(self.starttag(node, "div", CLASS="math-block" + numbered))
    parts = "".join(convert(node, part, display=True) for part in formulas(as_one(node.astext())))
    self.body.append(f'<div class="math-scroll">{parts}</div>')
    if node["number"]:
        add_number(self, node)
    self.body.append("</div>\n")
    raise nodes.SkipNode


# By script, because a page read straight from the disk may not preload a font, and says so in the console.
PRELOAD = """{
const font = document.querySelector("meta[name=book-font]")?.content;
const hint = { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href: font };
if (font && location.protocol !== "file:") document.head.append(Object.assign(document.createElement("link"), hint));
}"""


def preload_font(app, pagename, templatename, context, doctree):
    """Have the font asked for before the style sheet that names it has come, so that formulas do not jump."""
    if app.env.get_domain("math").data["has_equations"].get(pagename):
        name = f'<meta name="book-font" content="{context["pathto"](FONT, 1)}" />'
        context["metatags"] = context.get("metatags", "") + name


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("doctree-resolved", attach_marks)
    app.add_js_file(None, body=PRELOAD)
    app.connect("html-page-context", preload_font)
    app.connect("html-rules", lambda app: RULES)
    return SAFE
