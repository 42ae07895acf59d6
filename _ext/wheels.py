"""gdtools as a wheel beside the pages, and the command that installs it, with what the notebooks need, wherever they are."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from book import FINISHED, SAFE

NAME = "gradient-descent-tested"  # of the distribution: on PyPI the name gdtools is another program's
BRANCH = "notebooks"  # of the repository, for Binder and Colab: the workflow puts the wheel there, too
EPOCH = 1_577_836_800  # 1 January 2020: the hour of the build would make every archive differ
RAW = {"github.com": f"/raw/{BRANCH}/", "gitlab.com": f"/-/raw/{BRANCH}/"}


def write_wheel(root, target):
    """Build gdtools from a copy, since the build leaves files behind, and put the wheel into ``target``."""
    with tempfile.TemporaryDirectory() as copy:
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(root / name, copy)
        shutil.copytree(root / "gdtools", Path(copy, "gdtools"), ignore=shutil.ignore_patterns("__pycache__"))
        command = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
        subprocess.run([sys.executable, "-c", command, target], cwd=copy, env=environment, check=True, capture_output=True)


def place(site, repository):
    """The folder on the web that holds the wheel: that of the site, else that of the branch; "" where neither is known."""
    host = repository.removeprefix("https://").split("/")[0]
    return site or (repository and repository + RAW[host])


def requirement(site, repository, wheel):
    """What to install, in the words of pip; without an address PATH stands for the folder with the wheel."""
    folder = place(site, repository)
    return f"{NAME}[notebooks] @ {folder}{wheel}" if folder else f"PATH/{wheel}[notebooks]"


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for old in out.glob("*.whl"):
        old.unlink()
    write_wheel(Path(app.srcdir), out)


def setup(app):
    app.connect("build-finished", write, priority=FINISHED)
    return SAFE
