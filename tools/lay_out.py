"""Lay out the notebooks of the built book: in a folder for a reader (`make lab`) and for Binder and Colab (`make branch`).

python tools/lay_out.py notebooks                 leaves alone what the reader has changed there
python tools/lay_out.py --branch _build/branch    writes anew, with all that Binder installs
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
START = ROOT / "binder" / "start.md"
NOTE = ".written.json"  # what was written into a reader's folder, by digest
# What Binder needs beside the notebooks to make the environment and to put gdtools into it.
FOR_BINDER = ("binder", "gdtools", "requirements.txt", "pyproject.toml", "README.md", "LICENSE")


def notebooks(site):
    """What such a folder holds, a dict from the name there to the path: the page that tells the way, and the notebooks."""
    pages = site / "_sources"
    return {START.name: START} | {path.relative_to(pages).as_posix(): path for path in sorted(pages.rglob("*.ipynb"))}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def put(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def update(site, target):
    """Bring a reader's folder up to date but for what the reader has changed; the names of what stays as it is."""
    note = target / NOTE
    known, kept = json.loads(note.read_text(encoding="utf-8")) if note.is_file() else {}, []
    for name, source in notebooks(site).items():
        there = target / name
        if not there.is_file() or digest(there) in (known.get(name), digest(source)):
            put(source, there)
            known[name] = digest(source)
        else:
            kept.append(name)
    note.write_text(json.dumps(known), encoding="utf-8")
    return kept


def write_branch(root, site, target):
    """What the branch holds: notebooks, wheel, and what Binder installs."""
    shutil.rmtree(target, ignore_errors=True)
    wheels = {path.name: path for path in site.glob("*.whl")}
    for name, source in {**notebooks(site), **wheels, **{name: root / name for name in FOR_BINDER}}.items():
        put(source, target / name)


if __name__ == "__main__":
    if sys.argv[1] == "--branch":
        write_branch(ROOT, SITE, Path(sys.argv[2]))
    else:
        for name in update(SITE, Path(sys.argv[1])):
            print(f"{sys.argv[1]}/{name} holds your work and stays as it is; delete it to have it from the book again.")
