"""Mutation testing: `make mutants` changes gdtools in thousands of small ways and counts the changes that a test notices.

mutmut makes the changes and runs them, in a copy of the book, each on the tests that reach the changed function.
Survivors that are no fault of the tests stand in mutants.md, each with its reason.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
COPY = ROOT / "_build" / "mutants"
FOLDERS = "gdtools tests chapters back exercises".split()
FILES = ("pyproject.toml", "_toc.yml")
LEAST = 90  # per cent killed, in each module and over all
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


class Mutant(NamedTuple):
    """A change: the function it is in, as module.function, the line before and after, and what became of it."""

    function: str
    before: str
    after: str
    alive: bool

    @property
    def module(self):
        return self.function.split(".")[0]

    @property
    def in_words(self):
        """Whether only a sentence for the reader is changed, a text of three words or more."""
        before, after = TEXT.findall(self.before), TEXT.findall(self.after)
        same_code = TEXT.sub("", self.before) == TEXT.sub("", self.after) and len(before) == len(after)
        return same_code and any(a != b and a.count(" ") > 1 for a, b in zip(before, after, strict=True))


def run(modules):
    """Copy the book, since mutmut leaves files behind, and run mutmut there."""
    shutil.rmtree(COPY, ignore_errors=True)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, COPY / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, COPY)
    mutmut = [Path(sys.executable).with_name("mutmut"), "run", "--max-children", str(os.cpu_count())]
    environment = {**os.environ, "PYTHONPATH": "tests"}  # where pytest finds the plugin mutants_plugin
    subprocess.run([*mutmut, *(f"gdtools.{name}.*" for name in modules)], cwd=COPY, env=environment, check=True)


def results(modules):
    """What became of every mutant of the modules, or of all."""
    os.chdir(COPY)  # mutmut reads its files relative to where it ran
    for path in sorted(Path("mutants").glob("gdtools/**/*.py.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        source = path.relative_to("mutants").with_suffix("")
        if not modules or source.parts[1].removesuffix(".py") in modules:
            yield from (read(name, code, source.as_posix()) for name, code in codes.items())


def read(name, code, path):
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # here: only `make mutants` installs it
    from mutmut.stats import status_by_exit_code

    function = re.sub(r"^gdtools\.|x_|xǁ|__mutmut_\d+$", "", name).replace("ǁ", ".")
    status, diff = status_by_exit_code[code], get_diff_for_mutant(name, path=path).splitlines()[2:]
    if status == "not checked":
        raise RuntimeError(f"{name} was not run: mutmut was interrupted")
    before, after = (" ".join(line[1:].strip() for line in diff if line[0] == sign) for sign in "-+")
    return Mutant(function, before, after, status in ("survived", "no tests"))


def argued():
    """The entries of mutants.md, as patterns of function and changed line; … stands for anything."""
    lines = (ROOT / "tests" / "mutants.md").read_text(encoding="utf-8")
    return [tuple(map(pattern, entry)) for entry in re.findall(r"^- `(.+?)` `(.+?)`", lines, re.MULTILINE)]


def pattern(text):
    return re.compile(".*".join(map(re.escape, text.split("…"))))


def report(mutants):
    """Print the shares and the survivors that nobody has argued; say whether all is well."""
    words, counted = ([m for m in mutants if m.in_words is flag] for flag in (True, False))
    modules, texts = Counter(m.module for m in counted), Counter(m.module for m in words)
    killed = Counter(m.module for m in counted if not m.alive)
    print(f"\n{'module':12}{'mutants':>8}{'killed':>8}{'share':>8}   not counted: in sentences")
    for name in modules:
        print(f"{name:12}{modules[name]:8}{killed[name]:8}{share(killed[name], modules[name])}{texts[name]:10}")
    print(f"{'all':12}{len(counted):8}{killed.total():8}{share(killed.total(), len(counted))}{len(words):10}")
    entries = argued()
    new = [m for m in counted if m.alive and not any(f.fullmatch(m.function) and a.fullmatch(m.after) for f, a in entries)]
    for mutant in new:
        print(f"\nsurvived, not in tests/mutants.md: {mutant.function}\n  - {mutant.before}\n  + {mutant.after}")
    return not new and all(100 * killed[name] >= LEAST * modules[name] for name in modules)


def share(part, whole):
    return f"{100 * part / whole:6.1f} %"


if __name__ == "__main__":
    chosen = sys.argv[1:]
    run(chosen)
    sys.exit(not report(list(results(chosen))))
