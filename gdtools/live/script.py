"""The JavaScript of live figures, joined into one text behind the numbers that Python hands to it."""

import json
import re
from collections import Counter
from functools import partial
from itertools import product
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
IMPORT = re.compile(r"^import [^;]*;$", re.MULTILINE)
TEXTS = re.compile(r'("[^"]*"|`[^`]*`)')  # in which every space counts
CONSTANTS = re.compile(r"^const .*;$(?:\nconst .*;$)+", re.MULTILINE)  # one after the other, a line each
SQUEEZED = [
    (re.compile(r"(?<=[\w)\]]) ([-+/^]) (?=[\w(\[.])"), r"\1"),  # spaces about an operator: two in a row would be another
    (re.compile(r" ?([\[\]{}()<>=*?:;,&|]+) ?"), r"\1"),  # and beside these signs
    (re.compile(r",?\n(?=[\]})])"), ""),
    (re.compile(r"(?<=[\[{(;,}])\n"), ""),
    (re.compile(r"(?<!for\()(\bconst [^;{}]*);const "), r"\1,"),
    (re.compile(r";(?=})"), ""),
    (re.compile(r"(?<![\w.])0(?=\.\d)"), ""),
]
NAME = re.compile(r"[A-Za-z_]\w*")
RESERVED = {"as", "do", "if", "in", "is", "of"}
# What is declared: variables, functions and what these are given.
GIVEN = re.compile(
    r"(?:const|let|class) (\w+)|const \[([\w,]+)\]=|function ([\w,([\]]+)|,(\w+)=(?!=)|[,([](\w+)(?=[\w,[\]]*\)=>)|\b(\w+)=>"
)
# What others may know: parts of objects, and texts of one word, which may name such parts.
KNOWN = re.compile(r'\.(\w+)|(\w+):|{([\w,:=.[\]{}" ]*)}|"(\w+)"|"[^"]*"|`[^`]*`')
WITHIN = re.compile(r"\$\{([^}]*)\}")  # code in a text
VALUE = re.compile(r"(?:\.\.\.|:)(?:\w+|\[[\w,]+\])")  # what an object's part is, or is called here
# Parts of our own objects, whose names neither browser nor model knows and no text gives.
OURS = set(
    "BOWL FIGURES alone bare clicked control controls curvatures decay defaults draw drawn drop errors factors folded "
    "gaps grad group handles heights held high hist inside invert kind knob label last leftmost listeners made main "
    "mark more move name nodes norm note offset options others pace pair panel parts place play plot reach readings "
    "rightmost rows runs shown side sides sliders snap solo stage stopped sure text told track unit usual wanted wide "
    "widest xlabel xlim ylabel ylim".split()
)
LETTERS = "etaoinsrhldcumfpgwybvkxjqzETAOINSRHLDCUMFPGWYBVKXJQZ"  # as often as in words
PARTS = (*TWINS, "draw", "address", "control", "pointer", "time", "mount")  # what all figures share


def script(figures, folder=FOLDER):
    """The code of these figures, classes of LiveFigure, in one scope: SHARED, the parts that all need, then theirs."""
    return f"const SHARED = {shared(figures)};\n{source([*PARTS, *map(name_of, figures)], folder)}"


def shared(figures):
    """The constants, formats and limits that both languages need, as JSON: each part's and each figure's by its name."""
    told = {name: twin.shared() for name, twin in TWINS.items()} | {name_of(figure): figure.shared() for figure in figures}
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def source(names, folder=FOLDER):
    """The files of these names in one scope, without imports and exports, which the linter needs, and without comments."""
    text = "".join(IMPORT.sub("", (folder / f"{name}.js").read_text(encoding="utf-8")) for name in names)
    lines = [line.strip().removeprefix("export ") for line in text.splitlines()]
    return squeezed("\n".join(line for line in lines if line and not line.startswith("//")))


def squeezed(code):
    """The same code without the spaces, ends of lines and repeated words that are there for people."""
    parts = TEXTS.split(CONSTANTS.sub(lambda found: found[0].replace(";\nconst ", ",\n"), code))
    for pattern, put in SQUEEZED:
        parts[::2] = [pattern.sub(put, part) for part in parts[::2]]
    return "".join(parts)


def shortened(code):
    """The same code with a letter or two for each name that is its own: no part of an object, in no text."""
    own = OURS | named(GIVEN, code) - named(KNOWN, VALUE.sub(":", WITHIN.sub(r"`\1`", code)))
    found = Counter(NAME.findall(code))
    often = sorted((name for name in own if len(name) > 2), key=lambda name: (-found[name], name))
    short = ("".join(letters) for letters in product(["", *LETTERS], LETTERS))
    put = dict(zip(often, (name for name in short if name not in {*found, *RESERVED}), strict=False))
    renamed = partial(NAME.sub, lambda name: put.get(name[0], name[0]))
    parts = TEXTS.split(code)
    parts[::2] = map(renamed, parts[::2])
    parts[1::2] = [
        WITHIN.sub(lambda inner: f"${{{renamed(inner[1])}}}", text) if text[0] == "`" else text for text in parts[1::2]
    ]
    return "".join(parts)


def named(pattern, code):
    """All names in what the groups of a pattern found."""
    return {name for groups in pattern.findall(code) for name in NAME.findall(" ".join(groups))}


def name_of(figure):
    """The name of a figure, which is that of its files, its mark on a page and its entry in FIGURES."""
    return figure.figure.default_value
