"""Builds of the book and of smaller ones."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY, URL = "https://github.com/owner/book", "https://book.example/descent/"


def build(book, target=None, **environment):
    """Build the book in the folder ``book``, below ``target``, with these variables set."""
    target = target or book
    command = [Path(sys.executable).with_name("jupyter-book"), "build", book, "--path-output", target]
    strict = ["-W", "-n", "--keep-going"]
    run = subprocess.run([*command, *strict], env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return target / "_build" / "html"
