"""An environment with what pip would put into it for a requirement, and nothing else, made of what is installed here.

No network is asked: each distribution that the wheel names, and all that those need, is linked from where the tests run.
"""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import PathDistribution, distribution
from pathlib import Path

import nbformat
from packaging.requirements import Requirement

# A machine's own settings and the book's folder are no part of it.
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PYTHONPATH": ""}


def asks(found, extras):
    """The requirements of a distribution, with these extras of its own."""
    kinds = [{"extra": extra} for extra in extras or [""]]
    wanted = map(Requirement, found.requires or [])
    return [each for each in wanted if not each.marker or any(map(each.marker.evaluate, kinds))]


def needed(wheel):
    """The distributions that pip would install for the wheel with its extra for notebooks, itself left out."""
    (told,) = (part for part in zipfile.Path(wheel).iterdir() if part.name.endswith(".dist-info"))
    found, left = {}, asks(PathDistribution(told), ["notebooks"])
    while left:
        each = left.pop()
        if each.name not in found:
            found[each.name] = distribution(each.name)
            left += asks(found[each.name], each.extras)
    return [*found.values(), distribution("pip")]


def link(each, packages):
    """Put a distribution into the folder of packages."""
    for part in {file.parts[0] for file in each.files} - {"..", "__pycache__"}:
        if not (packages / part).exists():
            (packages / part).symlink_to(each.locate_file(part))


def make(wheel, target):
    """An environment for the wheel, which is not yet in it."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", target], check=True)
    for each in needed(wheel):
        link(each, Path(sysconfig.get_path("purelib", vars={"base": str(target)})))
    kernel = target / "kernels" / "fresh"
    kernel.mkdir(parents=True)
    command = [f"{target}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "fresh", "language": "python"}))


def install(target, requirement):
    command = [target / "bin" / "python", "-m", "pip", "install", "--quiet", requirement]
    subprocess.run(command, env={**os.environ, **OFFLINE}, check=True, capture_output=True, text=True)


def run(target, notebook, folder, *options):
    """Run a notebook from top to bottom in the environment, as a reader does in ``folder``, and return its cells of code."""
    path = folder / "notebook.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", path, *options]
    choice = ["--ExecutePreprocessor.kernel_name=fresh", "--ExecutePreprocessor.timeout=-1"]
    environment = {**os.environ, **OFFLINE, "JUPYTER_PATH": str(target), "IPYTHONDIR": str(folder)}
    ran = subprocess.run([*command, *choice], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
