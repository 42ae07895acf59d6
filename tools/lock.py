"""Write requirements.txt, and what requirements-test.txt adds to it, anew from pyproject.toml: `make lock`."""

import re
import subprocess
import sys
from pathlib import Path

READERS, TESTS = Path("requirements.txt"), Path("requirements-test.txt")
COMPILE = """pip compile pyproject.toml --universal --python-version 3.11 --only-binary :all: --generate-hashes --upgrade
--no-emit-index-url --no-emit-find-links --no-annotate --no-strip-extras --quiet""".split()


def write(lock, extra, *options):
    named = ["--custom-compile-command", "make lock", "--extra", extra, "--output-file", lock]
    subprocess.run([sys.executable, "-m", "uv", *COMPILE, *named, *options], check=True)


if __name__ == "__main__":
    write(READERS, "book")
    known = re.findall(r"^([a-z0-9-]+).*==", READERS.read_text(encoding="utf-8"), re.MULTILINE)
    write(TESTS, "test", "--constraint", READERS, *(part for name in known for part in ("--no-emit-package", name)))
