"""Run the pages against this checkout's gdtools, and forget their cached outputs as soon as the code they run on changes."""

import hashlib
import os
import platform
import shutil
import sys
from functools import partial
from pathlib import Path

from book import SAFE
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.execute import cache

# Everything a page's output depends on beside the page itself.
INPUTS = ("gdtools/**/*", "chapters/**/*.py", "exercises/**/*.py", "requirements.txt", "_ext/execution.py")


def inputs(root):
    found = {path for pattern in INPUTS for path in root.glob(pattern)}
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def digest(root):
    """Names and contents of the inputs, and the Python version, as a short text."""
    state = hashlib.sha256(platform.python_version().encode())
    for path in inputs(root):
        state.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        state.update(hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()[:16]


def choose_cache(app, config):
    """One cache folder per digest. Sphinx reads all pages anew when this setting changes, so no page survives either."""
    caches = Path(app.outdir).parent / ".jupyter_cache"
    chosen = caches / digest(Path(app.srcdir))
    for old in set(caches.glob("*")) - {chosen}:
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    config.nb_execution_cache_path = str(chosen)


def find_gdtools(app):
    """Kernels inherit this environment: pages import gdtools from here, installed or not; and so do other extensions."""
    sys.path.insert(0, str(app.srcdir))
    paths = [str(app.srcdir), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # sums have one order and so the same last digits, however many cores there are


def join_prints():
    """What a cell prints is one text, wherever its kernel happened to send a part of it.

    MyST-NB's own nb_merge_streams begins a new line at every part, and a busy machine parts lines from their ends.
    """
    cache.single_nb_execution = partial(single_nb_execution, coalesce_streams=True)


def setup(app):
    find_gdtools(app)
    join_prints()
    app.connect("config-inited", choose_cache)
    return SAFE
