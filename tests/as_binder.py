"""What Binder would make of the repository, made here: the steps are those that repo2docker, Binder's builder, takes from it.

Binder starts from a conda environment that holds JupyterLab and little else; a fresh virtual environment takes its place.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

from downloads import sources
from pages import ROOT
from repo2docker.app import Repo2Docker

sys.path.insert(0, str(ROOT / "tools"))
from lay_out import write_branch


def builder():
    """The first of repo2docker's builders that finds its files in the current folder."""
    builders = (kind(base_image="") for kind in Repo2Docker().buildpacks)
    return next(builder for builder in builders if builder.detect())


def steps(repository):
    """The shell commands that Binder runs in the repository, in its order."""
    with chdir(repository):
        pack = builder()
        scripts = [*pack.get_preassemble_scripts(), *pack.get_assemble_scripts()]
        return [script for _, script in scripts] + [f"./{script}" for script in pack.get_post_build_scripts()]


def digest(repository):
    """What the environment depends on."""
    state = hashlib.sha256(sys.version.encode())
    for path in sorted([repository / "requirements.txt", *(repository / "binder").iterdir()]):
        state.update(path.read_bytes())
    return state.hexdigest()


def copy(root, target):
    """The book's files in a folder of their own, as in a clone, so that what readers do there harms nothing."""
    shutil.rmtree(target, ignore_errors=True)
    for path in sources(root):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, target / path)


def make(prefix, repository):
    subprocess.run([sys.executable, "-m", "venv", "--clear", prefix], check=True)
    variables = {
        "NB_PYTHON_PREFIX": str(prefix),
        "KERNEL_PYTHON_PREFIX": str(prefix),
        "PATH": f"{prefix}/bin:{os.environ['PATH']}",
    }
    for step in steps(repository):
        subprocess.run(["bash", "-c", step], cwd=repository, env={**os.environ, **variables}, check=True)


def environment(root, site, target):
    """The folders of the environment and of the branch, below ``target``; the first is kept while its files stay the same."""
    prefix, repository = target / "environment", target / "book"
    write_branch(root, site, repository)
    stamp = Path(prefix, "made-from")
    if not stamp.is_file() or stamp.read_text() != digest(root):
        make(prefix, repository)
        stamp.write_text(digest(root))
    return prefix, repository
