"""What a reader can take home beside the notebooks: each page as MyST, and the whole book as one zip."""

import os
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import jupytext
from book import FINISHED, SAFE
from buttons import ARCHIVE

PAGES = "html"  # the folder of the built pages in the zip


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


def write_myst(app, exception):
    """A page that is a notebook in the book's own form; the others' sources Sphinx copies."""
    if exception or app.builder.name != "html":
        return
    root, out = Path(app.srcdir), Path(app.outdir)
    for page in app.env.all_docs:
        if (source := Path(app.env.doc2path(page))).suffix == ".ipynb":
            jupytext.write(jupytext.read(source), out / "_sources" / f"{page}.md", fmt="md:myst")
    write_archive(root, out)


def setup(app):
    app.connect("build-finished", write_myst, priority=FINISHED)
    return SAFE
