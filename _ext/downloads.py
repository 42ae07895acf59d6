"""What a reader can take home: each page as MyST and, where it has code, as a notebook; gdtools; the whole book as one zip."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import jupytext
from book import FINISHED, SAFE
from buttons import ARCHIVE, runs
from nbformat.v4 import new_markdown_cell

PAGES = "html"  # the folder of the built pages in the zip
EPOCH = 1_577_836_800  # 1 January 2020: the hour of the build would make every archive differ
HINT = """This is a page of the book *{title}*.
To run it you need `gdtools`, the book's code: `python -m pip install` {wheel}."""
AT_HOME = f"with the path of the file `{PAGES}/{{wheel}}` from the zip of the whole book"


# The whole book


def ignored(root):
    """The names that no copy of the book needs: git's own folder, the built pages in a zip, and what git ignores."""
    lines = (root / ".gitignore").read_text(encoding="utf-8").split()
    return [".git", PAGES, *(line.rstrip("/") for line in lines)]


def sources(root):
    """The files of the book, relative to its folder, in order: what git would take, with or without a git to ask."""
    names = ignored(root)
    wanted = lambda name: not any(fnmatch(name, pattern) for pattern in names)  # noqa: E731
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = filter(wanted, folders)
        found += [Path(folder, file).relative_to(root) for file in filter(wanted, files)]
    return sorted(found)


def write_wheel(root, target):
    """Build gdtools from a copy, since the build leaves files behind, and put the wheel into ``target``."""
    with tempfile.TemporaryDirectory() as copy:
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(root / name, copy)
        shutil.copytree(root / "gdtools", Path(copy, "gdtools"), ignore=shutil.ignore_patterns("__pycache__"))
        command = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
        subprocess.run([sys.executable, "-c", command, target], cwd=copy, env=environment, check=True, capture_output=True)


def pack(files, target):
    """Write a zip of ``files``, a dict from the name inside to the path, with one date and one set of rights for all."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if os.access(path, os.X_OK) else 0o644) << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def write_archive(root, out):
    """The sources, beside them the built pages and the wheel."""
    top = ARCHIVE.removesuffix(".zip")
    site = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file() and path.name != ARCHIVE)
    files = {f"{top}/{path.as_posix()}": root / path for path in sources(root)}
    files |= {f"{top}/{PAGES}/{path.as_posix()}": out / path for path in site}
    pack(files, out / ARCHIVE)


# Pages


def hint(app, wheel):
    site = app.config.html_baseurl
    return HINT.format(title=app.config.html_title, wheel=f"`{site}{wheel}`" if site else AT_HOME.format(wheel=wheel))


def notebook(path, text):
    """The page as a notebook that says what it needs, its cells named by their place, by which no two builds differ."""
    page = jupytext.read(path)
    page.cells.insert(0, new_markdown_cell(text))
    for number, cell in enumerate(page.cells):
        cell["id"] = f"cell-{number}"
    return page


def neighbours(path):
    """The files beside a page that its code calls by name."""
    text = path.read_text(encoding="utf-8")
    return [file for file in path.parent.glob("*.py") if re.search(rf"(import|%run) {file.stem}\b", text)]


def write_page(source, copy, text):
    """The form that the source has not; the source itself Sphinx copies."""
    jupytext.write(notebook(source, text), copy.with_suffix(".ipynb"))
    if source.suffix == ".ipynb":
        jupytext.write(jupytext.read(source), copy.with_suffix(".md"), fmt="md:myst")
    for file in neighbours(source):
        shutil.copy(file, copy.parent)


def write_all(app, exception):
    if exception or app.builder.name != "html":
        return
    root, out = Path(app.srcdir), Path(app.outdir)
    for old in out.glob("*.whl"):
        old.unlink()
    write_wheel(root, out)
    text = hint(app, next(out.glob("*.whl")).name)
    for page in filter(lambda page: runs(app.env, page), app.env.all_docs):
        write_page(Path(app.env.doc2path(page)), out / "_sources" / page, text)
    write_archive(root, out)


def setup(app):
    app.connect("build-finished", write_all, priority=FINISHED)
    return SAFE
