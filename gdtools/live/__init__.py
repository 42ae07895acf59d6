"""Live figures: widgets in JupyterLab, and on a static page pictures that answer without a kernel.

A figure is a class in Python beside a file in JavaScript. On a page the JavaScript computes the numbers; ``numbers``
computes the same ones with gdtools, and tests compare the two. What both need is written once, in Python: see ``script.py``.
This package is not imported by ``import gdtools``: it alone needs anywidget.
"""

from gdtools.live.base import LiveFigure
from gdtools.live.basins import Basins
from gdtools.live.believe import Believe
from gdtools.live.bowl import Bowl
from gdtools.live.chunks import Chunks
from gdtools.live.corner import Corner
from gdtools.live.line import Line
from gdtools.live.page import FIGURES, SCRIPTS, page_script, page_style
from gdtools.live.promise import Promise
from gdtools.live.race import Race
from gdtools.live.roll import Roll
from gdtools.live.safe import Safe
from gdtools.live.shave import Shave
from gdtools.live.shuffle import Shuffle
from gdtools.live.slope import Slope
from gdtools.live.traits import Number, Point, Points
from gdtools.live.words import general

__all__ = [
    "FIGURES", "Basins", "Believe", "Bowl", "Chunks", "Corner", "Line", "LiveFigure", "Number", "Point", "Points", "Promise",
    "Race", "Roll", "SCRIPTS", "Safe", "Shave", "Shuffle", "Slope", "general", "page_script", "page_style",
]  # fmt: skip
