"""The code behind a picture: folded, below the caption, under the one word "code", which the picture's number completes.

Hidden cells that show nothing prepare the picture after them: their code goes before its own.
"""

from html import escape

from book import SAFE
from docutils import nodes

FOLD = '<details class="figure-code"><summary>code<span class="visually-hidden"> of {}</span></summary>'


def hidden_cells(doctree):
    """The cells whose code is hidden and whose output is not, by the words of myst_nb."""
    return list(doctree.findall(lambda node: isinstance(node, nodes.container) and node.get("hide_mode") == "input"))


def prepares(cell):
    """Whether a hidden cell shows nothing and the next thing on the page is another hidden cell."""
    following = cell.next_node(descend=False, siblings=True)
    return len(cell) == 1 and isinstance(following, nodes.Element) and following.get("hide_mode") == "input"


def owner(app, docname, cell):
    """What the code belongs to, in words: the figure by its number, else the section by its title."""
    numbers = app.env.toc_fignumbers.get(docname, {}).get("figure", {})
    for figure in cell.findall(nodes.figure):
        return app.config.numfig_format["figure"] % ".".join(map(str, numbers[figure["ids"][0]]))
    while not isinstance(cell, nodes.section):
        cell = cell.parent
    return f"“{cell[0].astext()}”"


def fold(app, doctree, docname):
    waiting = []
    for cell in hidden_cells(doctree):
        waiting += cell[0].children  # what myst_nb has folded
        if prepares(cell):
            cell.parent.remove(cell)
            continue
        opened = nodes.raw("", FOLD.format(escape(owner(app, docname, cell))), format="html")
        cell[:] = [*cell[1:], opened, *waiting, nodes.raw("", "</details>", format="html")]
        waiting = []


def setup(app):
    app.connect("doctree-resolved", fold)
    return SAFE
