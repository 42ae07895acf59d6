"""What the pages of the book load for their live figures."""

from gdtools.live.basins import Basins
from gdtools.live.believe import Believe
from gdtools.live.bowl import Bowl
from gdtools.live.chunks import Chunks
from gdtools.live.corner import Corner
from gdtools.live.line import Line
from gdtools.live.promise import Promise
from gdtools.live.race import Race
from gdtools.live.roll import Roll
from gdtools.live.safe import Safe
from gdtools.live.script import FOLDER, script
from gdtools.live.shave import Shave
from gdtools.live.shuffle import Shuffle
from gdtools.live.slope import Slope

SCRIPTS = {
    "live.js": (Basins, Roll, Bowl, Race, Promise, Line),
    "live-remedies.js": (Slope, Shave, Safe, Believe, Shuffle, Corner, Chunks),
}
FIGURES = tuple(figure for figures in SCRIPTS.values() for figure in figures)


def page_script(figures=FIGURES, folder=FOLDER):
    """A classic script that starts these figures on a page; a module would not load from the disk."""
    return f'(() => {{\n"use strict";\n{script(figures, folder)}\nmountAll();\n}})();\n'


def page_style(folder=FOLDER):
    """The style sheet of all figures."""
    return (folder / "live.css").read_text(encoding="utf-8")
