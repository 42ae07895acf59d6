"""Numbers keep together with what belongs to them: their thousands, the per cent sign, the formula before them."""

import re

from book import SAFE
from docutils import nodes

JOINT = re.compile(r"(?<=\d) (?=\d{3}\b|%)|^ (?=%)")
OPEN = re.compile(r"[=<>≈]\s*$|\\(?:approx|le|ge|lt|gt)\s*$")


def replace(text, words):
    """Put words in the place of this text: docutils by itself would take the first text with the same words."""
    place = next(i for i, child in enumerate(text.parent) if child is text)
    text.parent[place] = nodes.Text(words)


def follows_open_formula(text):
    before = text.parent[: next(i for i, child in enumerate(text.parent) if child is text)]
    return bool(before) and isinstance(before[-1], nodes.math) and OPEN.search(before[-1].astext())


def join(app, doctree, docname):
    for text in list(doctree.findall(nodes.Text)):
        if isinstance(text.parent, (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)):
            continue
        joined = JOINT.sub("\N{NO-BREAK SPACE}", text)
        if text.startswith(" ") and follows_open_formula(text):
            joined = "\N{NO-BREAK SPACE}" + joined[1:]
        if joined != text:
            replace(text, joined)


def setup(app):
    app.connect("doctree-resolved", join)
    return SAFE
