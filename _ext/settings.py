"""Words that set a live figure: {set}`turn it by 45° <fig-bowl: angle=45>` is a link that has this setting in its address.

The build checks what it says: that there is such a live figure, that it has such controls, that they may be set so, that each
number in the words stands in the setting, so that words and figure cannot drift apart, and that the link has a name. On the
figure's own page a click sets it (mount.js); without a script, and from other pages, the link leads to the figure.
"""

import ast
import json
import re
from html import escape, unescape
from typing import NamedTuple

from book import SAFE
from docutils import nodes
from live import KIND, is_live
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole
from traitlets import TraitError

from gdtools.live import FIGURES
from gdtools.live.script import name_of
from gdtools.live.traits import Control

ROLE = re.compile(r"(?P<words>.*\S)\s*<(?P<figure>[\w-]+): (?P<setting>.+)>", re.DOTALL)
FORMULA = re.compile(r"\$[^$]*\$")
STATE = re.compile(r'data-state="([^"]*)"')
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
KINDS = {name_of(figure): figure for figure in FIGURES}


class Live(NamedTuple):
    """A live figure on a page: its id, its class, its name in the page's address, and how it stands there at first."""

    id: str
    kind: type
    key: str
    state: dict = {}


# What the words say


def read(text):
    """The words, the name of the figure and the setting: numbers and tuples of numbers by the name of the control."""
    found = ROLE.fullmatch(text)
    if not found:
        raise ValueError("expected words <fig-name: control=value, …>")
    if FORMULA.fullmatch(found["words"]):
        raise ValueError("the words are a formula alone, by which a screen reader names no link")
    setting = values(found["setting"])
    told = [float(number) for number in NUMBER.findall(found["words"].replace("−", "-"))]
    if missing := [number for number in told if number not in numbers(setting)]:
        raise ValueError(f"the words say {missing[0]:g} and the setting does not")
    return found["words"], found["figure"], setting


def values(text):
    try:
        call = ast.parse(f"dict({text})", mode="eval").body
        return {part.arg: ast.literal_eval(part.value) for part in [*call.args, *call.keywords]}
    except (SyntaxError, ValueError, AttributeError):  # the last for what has no name
        raise ValueError(f"the setting is {text!r}; expected control=value, …") from None


def numbers(setting):
    return [part for value in setting.values() for part in (value if isinstance(value, tuple) else [value])]


class Set(SphinxRole):
    """Reads the words; the figure is looked up when all pages are known."""

    def run(self):
        try:
            words, figure, setting = read(self.text)
        except ValueError as error:
            refuse(self.env.docname, self.rawtext, error)
        shown, messages = self.inliner.parse(words, self.lineno, self.inliner, nodes.inline())
        return [nodes.inline("", "", *shown, sets=setting, figure=figure, asked=self.rawtext)], messages


def refuse(docname, asked, why):
    raise ExtensionError(f"{docname}: {asked}: {why}") from None


# The figure that they set


def live_figures(doctree):
    """The live figures of a page by their ids, in order; the second bowl is bowl2 in the address, as in mount.js."""
    found, seen = {}, {}
    for node in doctree.findall(is_live):
        name = KIND.search(node.astext())[1]
        seen[name] = seen.get(name, 0) + 1
        state = json.loads(unescape(STATE.search(node.astext())[1]))
        found[place(node)] = Live(place(node), KINDS[name], name if seen[name] == 1 else f"{name}{seen[name]}", state)
    return found


def place(node):
    while not isinstance(node, nodes.figure):
        node = node.parent
    return node["ids"][0]


def check(figure, setting):
    """Each name is that of a control, which may be set so and then moves something."""
    controls = {name: trait for name, trait in figure.kind.class_traits().items() if isinstance(trait, Control)}
    for name, value in setting.items():
        if name not in controls:
            raise ValueError(f"{figure.id} has no control {name!r}; expected one of {', '.join(controls)}")
        controls[name].validate(None, value)
    idle = figure.kind(**figure.state | setting).idle()
    if useless := [name for name in setting if name in idle]:
        raise ValueError(f"{useless[0]} moves nothing on {figure.id}; expected {idle[useless[0]]} beside it")


def spelt(setting):
    """The setting as an address has it: lr:0.035,x0:-1~4."""
    return ",".join(f"{name}:{'~'.join(map(short, numbers({name: value})))}" for name, value in setting.items())


def short(number):
    return repr(number).removesuffix(".0")


# The link


def link(app, docname, node, here):
    """The opening tag: a control of a figure on this page, or a link to one on another."""
    page = app.env.get_domain("std").anonlabels.get(node["figure"], [docname])[0]
    known = here if page == docname else live_figures(app.env.get_doctree(page))
    if node["figure"] not in known:
        raise ValueError(f"{page} has no live figure {node['figure']!r}; expected one of {', '.join(known)}")
    figure = known[node["figure"]]
    check(figure, node["sets"])
    address = f"?{figure.key}={spelt(node['sets'])}#{figure.id}"
    if page == docname:
        return f'<a class="sets" data-sets="{figure.key}" href="{escape(address)}">'
    return f'<a class="reference internal" href="{escape(app.builder.get_relative_uri(docname, page) + address)}">'


def resolve(app, doctree, docname):
    asked = list(doctree.findall(lambda node: isinstance(node, nodes.inline) and "sets" in node))
    here = live_figures(doctree) if asked else {}
    for node in asked:
        try:
            opened = nodes.raw("", link(app, docname, node, here), format="html")
        except (ValueError, TraitError) as error:
            refuse(docname, node["asked"], error)
        node.replace_self([opened, *node.children, nodes.raw("", "</a>", format="html")])


def setup(app):
    app.add_role("set", Set())
    app.connect("doctree-resolved", resolve)
    return SAFE
