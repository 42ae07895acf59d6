"""The files around the book: what they promise is so."""

import os
import re
import subprocess
import sys
import tomllib
from functools import partial
from importlib.metadata import distribution
from inspect import isclass, isfunction
from pathlib import Path

import check_jsonschema
import pytest
import yaml
from as_binder import copy
from click.testing import CliRunner
from downloads import sources
from packaging.requirements import Requirement
from pages import ROOT

import gdtools
from gdtools import (
    curvature,
    descent,
    diagnosis,
    gradients,
    memory,
    noise,
    objectives,
    plotting,
    remedies,
    scale,
    steps,
    theory,
)

WORKFLOWS = sorted(path.name for path in (ROOT / ".github" / "workflows").iterdir())


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("schema", "file"), [
    *(("vendor.github-workflows", f".github/workflows/{name}") for name in WORKFLOWS),
    ("vendor.dependabot", ".github/dependabot.yml"),
    ("vendor.citation-file-format", "CITATION.cff"),
])  # fmt: skip
def test_files_follow_their_schema(schema, file):
    checked = CliRunner().invoke(check_jsonschema.main, ["--builtin-schema", schema, str(ROOT / file)])
    assert checked.exit_code == 0, checked.output


def test_the_code_is_linted_and_formatted():
    ruff = Path(sys.executable).with_name("ruff")
    for command in (("check",), ("format", "--check")):
        checked = run(ruff, *command, ".")
        assert checked.returncode == 0, checked.stdout


def test_the_javascript_is_linted_and_formatted_in_lines_of_at_most_120():
    oxlint, oxfmt = (Path(sys.executable).with_name(name) for name in ("oxlint", "oxfmt"))
    for command in ((oxlint, "--deny-warnings"), (oxfmt, "--check", "**/*.js")):
        checked = run(*command)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    scripts = [path for path in sources(ROOT) if path.suffix == ".js"]
    assert len(scripts) > 10
    long = [path for path in scripts if max(map(len, read(path).splitlines())) > 120]
    assert not long


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A repository of its own with the book's files and its tools, for the hooks that run before a commit."""
    folder = tmp_path_factory.mktemp("repository")
    copy(ROOT, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    for command in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(["git", "-C", folder, *command], check=True, capture_output=True)
    return folder


def hooks(repository):
    command = [Path(sys.executable).with_name("pre-commit"), "run", "--all-files", "--color=never"]
    ran = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    return dict(re.findall(r"^(.*?)\.{3,}(?:\(.*\))?(\w+)$", ran.stdout, re.MULTILINE)), ran.stdout + ran.stderr


def test_the_hooks_pass(repository):
    found, log = hooks(repository)
    assert set(found.values()) == {"Passed"}, log
    assert len(found) == len(yaml.safe_load(read(".pre-commit-config.yaml"))["repos"][0]["hooks"])


def test_each_hook_finds_its_fault(repository):
    (repository / "tests" / "wrong.py").write_text("import os\nx = undefined\n")
    (repository / "tests" / "ugly.py").write_text("x = [ 1,2 ]\n")
    (repository / "_static" / "wrong.js").write_text("var  it = undefined_thing;\n")
    (repository / "back" / "wrong.md").write_text("to re" + "cieve")
    notebook = repository / "exercises" / "worked-example.ipynb"
    notebook.write_text(notebook.read_text().replace('"cell-0"', '"another"'))
    subprocess.run(["git", "-C", repository, "add", "--all"], check=True, capture_output=True)
    found, log = hooks(repository)
    assert set(found.values()) == {"Failed"}, log


def test_ci_runs_the_test_command_of_the_readme():
    assert "make test" in read("README.md")
    assert "FAIL_ON_SKIP=1 make test" in read(".ci/run")
    assert ".ci/run" in read(".github/workflows/book.yml")


@pytest.fixture
def run_of_its_own(tmp_path):
    """Starts pytest, with the book's conftest, on one test that is skipped."""
    (tmp_path / "test_it.py").write_text("import pytest\n\n\ndef test_it():\n    pytest.skip('this machine lacks it')\n")

    def start(workers, asked):
        command = [sys.executable, "-m", "pytest", "-p", "conftest", "-n", workers, "test_it.py"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests"), "FAIL_ON_SKIP": asked}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return start


@pytest.mark.parametrize(("workers", "asked", "code"), [("0", "1", 1), ("2", "1", 1), ("0", "", 0)])
def test_a_skipped_test_fails_the_run_where_that_is_asked(run_of_its_own, workers, asked, code):
    ran = run_of_its_own(workers, asked)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert "this machine lacks it" in ran.stdout


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_a_guide_names_exists(name):
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|py|toml|yml|txt|cff))`", read(name))
    made = ("_build", ".venv", "notebooks")
    folders = ("", "gdtools", "tests")  # of modules and of the tests' rooms the guide gives the bare name
    left = [path for path in named if not path.startswith(made)]
    assert left
    assert not [path for path in left if not any((ROOT / folder / path).exists() for folder in folders)]


def targets():
    """What make.py makes."""
    return set(re.findall(r"^@target\ndef (\w+)", read("make.py"), re.MULTILINE))


def workflow(name):
    return yaml.safe_load(read(f".github/workflows/{name}"))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_names_its_actions_by_commit_and_may_do_no_more_than_it_must(name):
    jobs = workflow(name)["jobs"]
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert not [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)]
    assert workflow(name)["permissions"] == {"contents": "read"}
    writers = {
        job: may
        for job, given in jobs.items()
        if (may := {key for key, how in given.get("permissions", {}).items() if how == "write"})
    }
    expected = {"publish": {"pages", "id-token"}, "notebooks": {"contents"}}
    assert writers == (expected if name == "book.yml" else {})
    assert all("timeout-minutes" in job for job in jobs.values())


def test_the_workflow_pushes_the_notebooks_to_a_branch_of_their_own(tmp_path):
    """The last step of the workflow, with a folder in GitHub's place."""
    (tmp_path / "branch").mkdir()
    (tmp_path / "branch" / "start.md").write_text("# Start here")
    git = partial(subprocess.run, check=True, capture_output=True, text=True)
    git(["git", "init", "--quiet", "--bare", tmp_path / "owner" / "book"])
    step = workflow("book.yml")["jobs"]["notebooks"]["steps"][-1]
    told = {"TOKEN": "secret", "GITHUB_REPOSITORY": "owner/book", "GITHUB_SHA": "abc", "GIT_CONFIG_COUNT": "1"}
    there = {
        "GIT_CONFIG_KEY_0": f"url.{tmp_path}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://x-access-token:secret@github.com/",
    }
    folder = tmp_path / step["working-directory"]
    git(["bash", "-e", "-c", step["run"]], cwd=folder, env={**os.environ, **told, **there})
    held = git(["git", "-C", tmp_path / "owner" / "book", "ls-tree", "--name-only", "notebooks"])
    assert held.stdout.split() == ["start.md"]


def test_every_python_of_the_lock_is_tested_and_links_are_checked_weekly():
    tested = workflow("book.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tested == ["3.11", "3.12", "3.13"]
    weekly = workflow("weekly.yml")
    assert {"links", "ranges"} <= set(weekly["jobs"]["check"]["strategy"]["matrix"]["make"])
    assert weekly[True]["schedule"]  # YAML takes the key "on" for true
    assert set(weekly["jobs"]["check"]["strategy"]["matrix"]["make"]) <= targets()
    assert {"windows-latest", "macos-latest"} <= set(weekly["jobs"]["systems"]["strategy"]["matrix"]["os"])
    assert {"run": "python make.py book"} in weekly["jobs"]["systems"]["steps"]


def test_every_command_of_the_guides_can_be_made():
    guides = "".join(map(read, ("README.md", "CONTRIBUTING.md", "exercises/teaching.md")))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", guides, re.MULTILINE))
    assert {"book", "test"} <= named <= targets()
    with_python = re.findall(r"make\.py ([a-z]+)", guides)
    assert with_python
    assert set(with_python) <= targets()


LOCKS = {"book": "requirements.txt", "test": "requirements-test.txt"}


def locked(*files):
    """The requirements of the locks, of which some are for one Python or system alone."""
    lines = (line for file in files for line in re.findall(r"^(\w.*) \\\n    --hash=sha256:", read(file), re.MULTILINE))
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("extra", "file"), LOCKS.items())
def test_every_direct_dependency_is_locked_with_a_hash(extra, file):
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    lines = (*project["dependencies"], *extras["notebooks"], *extras[extra])
    direct = {Requirement(line).name for line in lines} - {project["name"]}  # "book" asks for "notebooks"
    assert len(locked(file)) == len(re.findall(r"^\w.*==\S+ ", read(file), re.MULTILINE))
    assert direct <= {each.name for each in locked("requirements.txt", file)}


def test_what_only_tests_need_is_no_part_of_the_readers_lock():
    book, test = ({each.name for each in locked(file)} for file in LOCKS.values())
    assert not book & test
    assert {"playwright", "pikepdf", "pytest", "nbgrader", "ruff"} <= test
    extras = tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"]
    assert set(extras) == {*LOCKS, "notebooks", "certify"}  # the last pins its own
    assert "gradient-descent-tested[notebooks]" in extras["book"]


def asked(name, extras):
    """What an installed distribution asks for, with these extras of its own."""
    for requirement in map(Requirement, distribution(name).requires or []):
        if any(not requirement.marker or requirement.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            yield requirement


def test_an_extra_that_a_dependency_asks_for_is_locked_with_it():
    """A pip before 23.3 finds no hash for coverage[toml] in a lock of coverage, once a newer coverage is out."""
    here = {each.name: each for each in locked(*LOCKS.values()) if not each.marker or each.marker.evaluate()}
    extras = [(name, want) for name, each in here.items() for want in asked(name, each.extras) if want.extras]
    assert ("pytest-cov", "coverage") in [(name, want.name) for name, want in extras]
    lacking = [f"{name} asks for {want}" for name, want in extras if not want.extras <= here[want.name].extras]
    assert not lacking


def test_what_the_core_makes_public_is_exported():
    """Its docstrings are the matter of tests/core/test_documentation.py."""
    made = {
        each
        for module in (descent, objectives, gradients, theory, remedies, memory, curvature, steps, noise, scale, plotting)
        for name, each in vars(module).items()
        if name[0] != "_" and (isfunction(each) or isclass(each)) and each.__module__ == module.__name__
    }
    made -= {descent.walk, objectives.difference_lengths, plotting.svg_uri}  # for the package's own use
    made |= {getattr(diagnosis, name) for name in diagnosis.__all__}
    assert made == {getattr(gdtools, name) for name in gdtools.__all__}


def test_importing_gdtools_prints_nothing_and_changes_nothing():
    code = "import matplotlib as m; before = dict(m.rcParams); import gdtools; assert before == dict(m.rcParams)"
    imported = run(sys.executable, "-W", "error", "-c", code)
    assert (imported.returncode, imported.stdout, imported.stderr) == (0, "", "")
