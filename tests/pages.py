"""The book's files and pages, as the tests name and read them."""

import re
from functools import cache
from pathlib import Path

import jupytext
import yaml
from bs4 import BeautifulSoup

from gdtools.live import FIGURES

ROOT = Path(__file__).parents[1]


def documents(entry):
    """The page names in a piece of _toc.yml, in reading order."""
    if isinstance(entry, list):
        return [name for part in entry for name in documents(part)]
    if not isinstance(entry, dict):
        return []
    own = [entry[key] for key in ("root", "file") if key in entry]
    return own + [name for part in entry.values() for name in documents(part)]


TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = documents(TOC)
CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]
LIVE = re.compile(rf"^(?:{'|'.join(figure.__name__ for figure in FIGURES)})\(.*\)$", re.MULTILINE)
EXERCISES = [name for name in PAGES if (ROOT / f"{name}.ipynb").is_file()]


def file(name):
    """The file of a page."""
    return next(path for path in (ROOT / f"{name}.md", ROOT / f"{name}.ipynb") if path.is_file())


@cache
def notebook(name):
    """A page as a notebook, whatever its form."""
    return jupytext.read(file(name))


@cache
def source(name):
    """The text of a page in the book's own format, which is that of the chapters."""
    return jupytext.writes(notebook(name), "md:myst") if name in EXERCISES else file(name).read_text(encoding="utf-8")


def cells(name):
    """The code cells of a page."""
    return [cell for cell in notebook(name).cells if cell.cell_type == "code"]


def live_figures(name):
    """The names of the live figures of a page, in order."""
    return [cell.metadata["mystnb"]["figure"]["name"] for cell in cells(name) if LIVE.search(cell.source)]


def html(folder, name):
    """A built page, parsed once as long as it stays the same; who changes it takes a copy."""
    path = folder / f"{name}.html"
    return parsed(path, path.stat().st_mtime_ns)


@cache
def parsed(path, changed):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def article(folder, name):
    """What a built page says, without what surrounds it on every page."""
    return html(folder, name).find("article")
