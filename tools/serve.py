"""Serve the book, build it again when one of its files changes, and show the new page at once: `make serve [PORT=8000]`."""

import subprocess
import sys
from pathlib import Path

from livereload import Server

ROOT = Path(__file__).parents[1]
WATCHED = (
    "_config.yml",
    "_toc.yml",
    "index.md",
    "references.bib",
    "chapters",
    "exercises",
    "back",
    "gdtools",
    "_ext",
    "_static",
    "tests/claims",
    "tests/page_code.py",
    "tests/strategies.py",
)


def rebuild():
    """Build; a build that fails has said why."""
    if subprocess.run([sys.executable, "make.py", "book"], cwd=ROOT, check=False).returncode:
        print("The build failed, for the reason above. Mend it and save, and it is tried again.", file=sys.stderr)


def passing(path):
    """Files that editors, Python and Jupyter write by the way."""
    return "__pycache__" in path or ".ipynb_checkpoints" in path or path.endswith(("~", ".swp", ".tmp"))


def serve(port):
    server = Server()
    for name in WATCHED:
        server.watch(str(ROOT / name), rebuild, ignore=passing)
    try:
        server.serve(port=port, host="127.0.0.1", root=str(ROOT / "_build" / "html"))
    except OSError as error:
        sys.exit(f"port {port}: {error.strerror}; choose another one, as in make serve PORT={port + 1}")


if __name__ == "__main__":
    serve(int(sys.argv[1]) if sys.argv[1:] else 8000)
