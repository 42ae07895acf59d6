"""The judge of the exercise pages without a browser: in the Node.js that playwright brings, on the tables of the pages."""

import json
from functools import cache

from answering import tables
from answers import FOLDER, MODULE
from engine import evaluate

from gdtools import problems

PARTS = ("read", "judge", "kept")
DRAWS = [None, *tables.SEEDS]


@cache
def code():
    source = "\n".join(MODULE.sub("", (FOLDER / f"{part}.js").read_text(encoding="utf-8")) for part in PARTS)
    return f"const SHARED = {json.dumps(tables.shared())};\n{source}"


def on_page(function, given=None):
    """What a JavaScript function returns for a value, where the parts of the page's judge are at hand."""
    return evaluate(function, given, code())


@cache
def table(name, seed):
    return tables.table(draw(name, seed))


@cache
def draw(name, seed):
    return getattr(problems, name)(seed)
