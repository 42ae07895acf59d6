"""A live figure's still picture becomes a file like any other: who has JavaScript never asks for it."""

import hashlib
import os
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from book import SAFE
from docutils import nodes
from sphinx.transforms import SphinxTransform

STILL = re.compile(r'(.*<div class="live-figure"[^>]*>)<img src="data:image/svg\+xml,([^"]*)" alt="([^"]*)">(.*)', re.DOTALL)


def write(folder, svg):
    """The file of a picture, named for what it shows, as myst_nb names those that it writes.

    What is there is left alone: of two pages that show it the first would else seem older than its picture, and be read again.
    """
    path = folder / f"{hashlib.sha256(svg.encode()).hexdigest()}.svg"
    if not path.is_file() or path.read_text(encoding="utf-8") != svg:
        path.write_text(svg, encoding="utf-8")
    return path


class Stills(SphinxTransform):
    default_priority = 800

    def apply(self, **kwargs):
        for raw in list(self.document.findall(nodes.raw)):
            if found := STILL.fullmatch(raw.astext()):
                raw.parent.replace(raw, self.parts(*found.groups()))

    def parts(self, before, picture, alt, behind):
        """A figure with an image where its HTML had the picture itself, in which no sign stands for a quotation mark."""
        folder = Path(self.app.outdir).parent / "jupyter_execute"
        path = write(folder, unquote(picture).replace("'", '"'))
        uri = f"/{Path(os.path.relpath(path.resolve(), self.app.srcdir)).as_posix()}"
        return [
            nodes.raw("", before, format="html"),
            nodes.image("", uri=uri, alt=unescape(alt)),
            nodes.raw("", behind, format="html"),
        ]


def setup(app):
    app.add_transform(Stills)
    return SAFE
