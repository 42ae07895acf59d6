"""Test on the oldest or the newest releases that pyproject.toml allows: `make ranges`, with lowest-direct and with highest.

What is tested: gdtools, its claims, the live figures' numbers and the exercises as stored; the newest also build the book.
This runs on the Python of a new virtual environment, and installs into that.
"""

import re
import subprocess
import sys

SHOWN = r"(?:numpy|matplotlib|scipy|jupyterlab|nbval)==.*"
# An old release may warn of a newer dependency of its own: that is no fault of this book.
PYTEST = "-m pytest -n auto -o filterwarnings=default -m".split()
QUICK = "gdtools tests/core tests/claims tests/proofs tests/live tests/exercises".split()
BUILD = [
    "-c",
    "from jupyter_book.cli.main import main; main()",
    *"build . --path-output .ranges/site -W -n --keep-going".split(),
]


def python(*arguments, **how):
    return subprocess.run([sys.executable, *arguments], check=True, **how)


def install(resolution):
    """The releases at this end of the ranges."""
    python("-m", "pip", "install", "--quiet", "uv")
    uv = ["-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    python(*uv, "--resolution", resolution, "--editable", ".[book,test]")


def show():
    """Which releases these are, of those that matter most."""
    listed = python("-m", "uv", "pip", "freeze", "--quiet", "--python", sys.executable, capture_output=True, text=True).stdout
    print(*re.findall(f"^{SHOWN}$", listed, re.MULTILINE), sep="\n", flush=True)


def test(resolution):
    python(*PYTEST, "not slow", *QUICK)
    python(*PYTEST, "slow", "tests/exercises/test_notebooks.py")
    if resolution == "highest":
        python(*BUILD)


if __name__ == "__main__":
    install(sys.argv[1])
    show()
    try:
        test(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
