"""Words that set a live figure: {set}`turn it by 45° <fig-bowl: angle=45>` is a link to the figure with that setting in its address.

The build checks what it says: that there is such a live figure, that it has such controls, that they may be set so, and that
each number in the words stands in the setting, so that words and figure cannot drift apart. On the figure's own page a click
sets it (mount.js); without a script, and from other pages, the link leads to the figure.
"""

import ast
import re
from html import escape
from typing import NamedTuple

from book import SAFE
from docutils import nodes
from live import is_live
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole
from traitlets import TraitError

from gdtools.live import FIGURES
from gdtools.live.script import name_of
from gdtools.live.traits import Control

ROLE = re.compile(r"(?P<words>.*\S)\s*<(?P<figure>[\w-]+): (?P<setting>.+)>", re.DOTALL)
FORM = "words <fig-name: control=value, …>"
MARK = re.compile(r'data-live="(\w+)" data-state="([^"]*)"')
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
KINDS = {name_of(figure): figure for figure in FIGURES}


class Live(NamedTuple):
    """A live figure on a page: its id, its kind, and its name in the page's address."""

    id: str
    kind: type
    key: str


class Set(SphinxRole):
    """Reads the words and the setting; the figure is looked up when all pages are known."""

    def run(self):
        found = ROLE.fullmatch(self.text)
        if not found:
            self.refuse(f"expected {FORM}")
        setting = self.values(found["setting"])
        words, messages = self.inliner.parse(found["words"], self.lineno, self.inliner, nodes.inline())
        self.check_numbers(found["words"], setting)
        return [nodes.inline("", "", *words, sets=setting, figure=found["figure"], asked=self.rawtext)], messages

    def refuse(self, why):
        refuse(self.env.docname, self.rawtext, why)

    def values(self, text):
        """The setting as numbers and tuples of numbers, by the name of the control."""
        try:
            call = ast.parse(f"f({text})", mode="eval").body
            return {part.arg: ast.literal_eval(part.value) for part in call.keywords if not call.args}
        except (SyntaxError, ValueError):
            self.refuse(f"the setting is {text!r}; expected {FORM}")

    def check_numbers(self, words, setting):
        told = [float(number) for number in NUMBER.findall(words.replace("−", "-"))]
        if missing := [number for number in told if number not in numbers(setting)]:
            self.refuse(f"the words say {missing[0]:g}, the setting does not")


def refuse(docname, asked, why):
    raise ExtensionError(f"{docname}: {asked}: {why}")


def numbers(setting):
    return [float(part) for value in setting.values() for part in (value if isinstance(value, tuple) else [value])]


def live_figures(doctree):
    """The live figures of a page by their ids, in order; the second bowl is bowl2 in the address, as in mount.js."""
    found, seen = {}, {}
    for node in doctree.findall(is_live):
        name = MARK.search(node.astext())[1]
        seen[name] = seen.get(name, 0) + 1
        key = name if seen[name] == 1 else f"{name}{seen[name]}"
        for place in enclosing(node):
            found[place] = Live(place, KINDS[name], key)
    return found


def enclosing(node):
    while not isinstance(node, nodes.figure):
        if node.parent is None:
            return []
        node = node.parent
    return node["ids"]


def spelt(setting):
    """The setting as an address has it: lr:0.035,x0:-1~4."""
    return ",".join(f"{name}:{'~'.join(map(short, numbers({name: value})))}" for name, value in setting.items())


def short(number):
    return repr(number).removesuffix(".0")


def check(docname, node, figure):
    controls = {name: trait for name, trait in figure.kind.class_traits().items() if isinstance(trait, Control)}
    for name, value in node["sets"].items():
        if name not in controls:
            refuse(docname, node["asked"], f"{figure.id} has no control {name!r}; expected one of {', '.join(controls)}")
        try:
            controls[name].validate(None, value)
        except TraitError as error:
            refuse(docname, node["asked"], str(error))


def link(app, docname, node, here):
    """The opening tag: a control of a figure on this page, or a link to one on another."""
    page = app.env.get_domain("std").anonlabels.get(node["figure"], [None])[0]
    known = here if page in (docname, None) else live_figures(app.env.get_doctree(page))
    if node["figure"] not in known:
        refuse(docname, node["asked"], f"there is no live figure {node['figure']!r}; here are {', '.join(here) or 'none'}")
    figure = known[node["figure"]]
    check(docname, node, figure)
    place = f"?{figure.key}={spelt(node['sets'])}#{figure.id}"
    if known is here:
        return f'<a class="sets" data-sets="{figure.key}" href="{escape(place)}">'
    return f'<a class="reference internal" href="{escape(app.builder.get_relative_uri(docname, page) + place)}">'


def resolve(app, doctree, docname):
    asked = list(doctree.findall(lambda node: isinstance(node, nodes.inline) and "sets" in node))
    here = live_figures(doctree) if asked else {}
    for node in asked if app.builder.format == "html" else ():
        opened = nodes.raw("", link(app, docname, node, here), format="html")
        node.replace_self([opened, *node.children, nodes.raw("", "</a>", format="html")])


def setup(app):
    app.add_role("set", Set())
    app.connect("doctree-resolved", resolve)
    return SAFE
