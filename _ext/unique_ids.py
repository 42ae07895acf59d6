"""Ids used once: sphinx-proof gives the insides of all its boxes the same one, to which nothing refers."""

from book import SAFE
from docutils import nodes

REPEATED = (["proof-content"], ["proof"])


def number_repeated_ids(app, doctree):
    repeated = [node for node in doctree.findall(nodes.Element) if node.get("ids") in REPEATED]
    for number, node in enumerate(repeated):
        node["ids"] = [f"{node['ids'][0]}-{number}"]


def setup(app):
    app.connect("doctree-read", number_repeated_ids)
    return SAFE
