"""The files around the book: what they promise is so."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import gdtools

ROOT = Path(__file__).parents[1]


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("schema", "file"), [
    ("vendor.github-workflows", ".github/workflows/book.yml"),
    ("vendor.citation-file-format", "CITATION.cff"),
])  # fmt: skip
def test_files_follow_their_schema(schema, file):
    checked = run(Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", schema, file)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_code_is_linted_and_formatted():
    ruff = Path(sys.executable).with_name("ruff")
    for command in (("check",), ("format", "--check")):
        checked = run(ruff, *command, ".")
        assert checked.returncode == 0, checked.stdout


def test_ci_runs_the_test_command_of_the_readme():
    assert "make test" in read("README.md")
    assert "FAIL_ON_SKIP=1 make test" in read(".ci/run")
    assert ".ci/run" in read(".github/workflows/book.yml")


def test_every_command_of_the_readme_is_in_the_makefile():
    named = set(re.findall(r"make ([a-z]+)", read("README.md") + read("CONTRIBUTING.md")))
    made = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))
    assert {"book", "test"} <= named <= made


def test_every_direct_dependency_is_locked_with_a_hash():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    direct = {re.match(r"[\w-]+", line)[0] for part in (project["dependencies"], *extras) for line in part}
    locked = re.findall(r"^([\w.-]+)==\S+(?: ;[^\\]*)? \\\n    --hash=sha256:", read("requirements.txt"), re.MULTILINE)
    assert len(locked) == len(re.findall(r"^[\w.-]+==", read("requirements.txt"), re.MULTILINE))
    assert direct <= set(locked)


def test_the_public_names_are_documented_and_exist():
    for name in gdtools.__all__:
        assert len(getattr(gdtools, name).__doc__.splitlines()[0]) > 30, name


def test_importing_gdtools_prints_nothing_and_changes_nothing():
    code = "import matplotlib as m; before = dict(m.rcParams); import gdtools; assert before == dict(m.rcParams)"
    imported = run(sys.executable, "-W", "error", "-c", code)
    assert (imported.returncode, imported.stdout, imported.stderr) == (0, "", "")
