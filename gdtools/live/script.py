"""The JavaScript of live figures, joined into one text behind the numbers that Python hands to it."""

import json
import re
from pathlib import Path

from gdtools.live import chance, compute, turned_bowl, valleys, words

FOLDER = Path(__file__).parent
TWINS = {
    "words": words,
    "compute": compute,
    "chance": chance,
    "turned_bowl": turned_bowl,
    "valleys": valleys,
}  # in both languages
MODULE = re.compile(r"^import [^;]*;\n|^export ", re.MULTILINE)  # which the linter needs, and one scope does not
PARTS = (*TWINS, "draw", "address", "control", "pointer", "time", "mount")  # what all figures share


def script(figures, folder=FOLDER):
    """The code of these figures, classes of LiveFigure, in one scope: SHARED, the parts that all need, then theirs."""
    return f"const SHARED = {shared(figures)};\n{source([*PARTS, *map(name_of, figures)], folder)}"


def shared(figures):
    """The constants, formats and limits that both languages need, as JSON: each part's and each figure's by its name."""
    told = {name: twin.shared() for name, twin in TWINS.items()} | {name_of(figure): figure.shared() for figure in figures}
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def source(names, folder=FOLDER):
    """The files of these names in one scope."""
    return "\n".join(MODULE.sub("", (folder / f"{name}.js").read_text(encoding="utf-8")) for name in names)


def name_of(figure):
    """The name of a figure, which is that of its files, its mark on a page and its entry in FIGURES."""
    return figure.figure.default_value
