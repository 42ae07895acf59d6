"""A clone on any system: what git writes, what make.py does with Python alone, and what it says of a folder that was moved."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest
import yaml
from downloads import sources
from pages import ROOT

FOLDER = "wörk · 書 & more"
WITHOUT_SHELL = {"PATH": ""}
MAKES_OWN = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON"}  # of the make that may have started the tests
OURS = sysconfig.get_path("purelib")


def run(*command, cwd, **environment):
    inherited = {name: value for name, value in os.environ.items() if name not in MAKES_OWN}
    environment = {**inherited, "PYTHONPATH": "", **environment}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def git(folder, *command):
    done = run("git", "-c", "user.name=A reader", "-c", "user.email=reader@book.example", *command, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


# What git writes


@pytest.fixture(scope="module")
def as_on_windows(tmp_path_factory):
    """A clone by a git that turns the ends of lines into those of Windows, of a repository with such ends in it."""
    there, here = tmp_path_factory.mktemp("repository"), tmp_path_factory.mktemp("clone") / FOLDER
    for path in sources(ROOT):
        (there / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, there / path)
    (there / "binder" / "postBuild").write_bytes((ROOT / "binder" / "postBuild").read_bytes().replace(b"\n", b"\r\n"))
    git(there, "init", "--quiet")
    git(there, "add", "--all")
    git(there, "commit", "--quiet", "--message", "The book")
    git(there, "clone", "--quiet", "--config", "core.autocrlf=true", "--config", "core.eol=crlf", there, here)
    return here


def test_a_clone_on_windows_has_the_same_bytes(as_on_windows):
    changed = [path for path in sources(ROOT) if (as_on_windows / path).read_bytes() != (ROOT / path).read_bytes()]
    assert not changed
    assert b"\r\n" not in (as_on_windows / "binder" / "postBuild").read_bytes()


def test_every_name_can_be_written_on_windows_and_macos():
    names = [path.as_posix() for path in sources(ROOT)]
    parts = {part for name in names for part in PurePosixPath(name).parts}
    reserved = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*[. ]|.*[<>:\"\\|?*].*", re.IGNORECASE)
    assert not list(filter(reserved.fullmatch, parts))
    assert not [name for name, times in Counter(map(str.casefold, names)).items() if times > 1]
    assert max(map(len, names)) < 100  # Windows allows 260 with the folder


# What make.py does


@pytest.fixture
def clone(small_book, tmp_path_factory):
    """A book with one page in a folder with spaces and letters beyond ASCII, its scripts with carriage returns.

    Its lock is empty: what it would install is found in the environment of the tests.
    """
    folder = tmp_path_factory.mktemp("elsewhere") / FOLDER
    shutil.copytree(small_book, folder)
    shutil.copytree(ROOT / "binder", folder / "binder")
    shutil.copy(ROOT / "make.py", folder)
    (folder / "requirements.txt").write_text("# nothing\n", encoding="utf-8")
    for name in ("make.py", "binder/postBuild", "requirements.txt"):
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"\n", b"\r\n"))
    return folder


def make(folder, *words, **environment):
    """Run make.py there, with nothing but Python: neither bash nor make nor git can be found."""
    return run(sys.executable, "make.py", *words, cwd=folder, **WITHOUT_SHELL, PYTHONPATH=OURS, **environment)


def test_with_python_alone_the_book_is_built(clone):
    built = make(clone)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Setting up .venv" in built.stdout
    assert f"The book is built. Open {clone / '_build' / 'html' / 'index.html'}" in built.stdout
    assert "answer 0.5" in (clone / "_build" / "html" / "index.html").read_text(encoding="utf-8")
    assert "encryption" not in built.stdout


# What it decides, without setting anything up


@pytest.fixture
def maker(tmp_path):
    """make.py as that of a folder which holds nothing else but a .venv that is up to date."""
    shutil.copy(ROOT / "make.py", tmp_path)
    (tmp_path / "requirements.txt").touch()
    spec = importlib.util.spec_from_file_location("make", tmp_path / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stand_in(module, sys.executable)
    module.READY.write_text(str(module.VENV), encoding="utf-8")
    return module


def stand_in(maker, program):
    """Put a link to this program where .venv has its Python."""
    link = maker.interpreter(maker.VENV)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(program)


@pytest.fixture
def asked(maker, monkeypatch):
    """What ``maker`` runs, in place of running it."""
    found = []
    monkeypatch.setattr(
        maker, "run", lambda program, *arguments, **how: found.append([Path(program).name, *map(str, arguments)])
    )
    return found


def test_a_venv_that_works_is_left_alone(maker, asked, capsys):
    maker.ready()
    assert (asked, capsys.readouterr().out) == ([], "")


def test_a_newer_lock_has_venv_made_anew(maker, asked):
    os.utime(maker.READY, (1, 1))
    maker.ready()
    assert [line[1:4] for line in asked] == [["-m", "venv", "--clear"], ["-m", "pip", "install"], ["binder/postBuild"]]
    assert "--require-hashes" in asked[1]
    assert "--no-compile" in asked[1]
    maker.ready()
    assert len(asked) == 3


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_was_moved_or_copied_is_told_and_mended(maker, asked, capsys, tmp_path_factory, there):
    before = tmp_path_factory.mktemp("before") if there else Path("/somewhere/else/.venv")
    maker.READY.write_text(str(before), encoding="utf-8")
    maker.ready()
    assert f"This .venv was made as {before}: the book's folder was moved or copied" in capsys.readouterr().out
    assert asked
    assert maker.READY.read_text(encoding="utf-8") == str(maker.VENV)


def test_a_folder_under_another_name_is_the_same(maker, asked, tmp_path_factory):
    link = tmp_path_factory.mktemp("link") / "book"
    link.symlink_to(maker.ROOT)
    maker.READY.write_text(str(link / ".venv"), encoding="utf-8")
    maker.ready()
    assert not asked


@pytest.mark.parametrize("gone", [False, True])
def test_a_python_that_went_away_is_told_and_mended(maker, asked, capsys, gone):
    """Gone, or in its place one that lacks the packages of .venv, as after an upgrade of the system."""
    if gone:
        stand_in(maker, "/gone/python3.11")
    else:
        venv.create(maker.VENV, symlinks=True, with_pip=False)
    maker.ready()
    assert "The Python that .venv was made with is gone, or another one has taken its place" in capsys.readouterr().out
    assert asked


def test_windows_keeps_its_python_elsewhere_and_cannot_replace_it_while_it_runs(maker, monkeypatch):
    assert maker.interpreter(Path("v"), "nt") == Path("v", "Scripts", "python.exe")
    assert maker.interpreter(Path("v"), "posix") == Path("v", "bin", "python")
    assert not maker.in_use("nt")
    monkeypatch.setattr(sys, "prefix", str(maker.VENV))
    assert maker.in_use("nt")
    assert not maker.in_use("posix")
    monkeypatch.setattr(maker, "in_use", lambda: True)
    with pytest.raises(SystemExit, match="type deactivate"):
        maker.set_up()


def test_programs_find_their_neighbours_and_speak_utf_8(maker, monkeypatch):
    monkeypatch.setenv("PATH", "before")
    there = maker.surroundings(Path("v", "bin", "python"))
    assert (there["PATH"], there["PYTHONUTF8"]) == (os.pathsep.join([str(Path("v", "bin")), "before"]), "1")
    monkeypatch.delenv("PATH")
    assert maker.surroundings(Path("v", "bin", "python"))["PATH"] == str(Path("v", "bin"))


def test_a_program_that_fails_fails_the_whole_though_its_words_are_sifted(maker, capfdbinary):
    code = "import sys; print('kept', flush=True); print('a kernel without encryption', flush=True); sys.exit(3)"
    with pytest.raises(SystemExit) as stopped:
        maker.run(sys.executable, "-c", code, without=maker.NOTICE)
    assert stopped.value.code == 3
    assert capfdbinary.readouterr().out.splitlines() == [b"kept"]


def test_of_two_that_set_up_at_once_one_waits_and_says_so(maker):
    wait = [sys.executable, "-c", "import make; make.ready(); print('done')"]
    with maker.alone():
        second = subprocess.Popen(wait, cwd=maker.ROOT, stdout=subprocess.PIPE, text=True)
        assert second.stdout.readline() == "Another process is setting up .venv: waiting until it is done.\n"
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
    assert second.communicate()[0] == "done\n"


# What belongs to a class


def handed_in(folder, name):
    """Something that a class handed in, in the course of this name."""
    file = folder / name / "submitted" / "ada" / "gradient-descent" / "practice-1-springs.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text("{}", encoding="utf-8")
    return file


def test_clean_removes_what_was_made_and_nothing_of_a_class(maker):
    work = handed_in(maker.ROOT, "classroom")
    (maker.ROOT / "_build" / "html").mkdir(parents=True)
    (maker.ROOT / ".coverage").touch()
    maker.clean()
    assert work.is_file()
    left = {path.name for path in maker.ROOT.iterdir()} - {"__pycache__"}  # of make.py, which the fixture imports
    assert left == {"classroom", "make.py", "requirements.txt"}


def test_clean_refuses_where_an_earlier_version_put_a_class(maker):
    work = handed_in(maker.ROOT, "_build/classroom")
    with pytest.raises(SystemExit, match=r"(?s)_build/classroom is where .*Nothing was removed"):
        maker.clean()
    assert work.is_file()
    assert maker.READY.is_file()


def test_a_class_is_written_and_counted_where_clean_does_not_come(maker, asked, monkeypatch):
    monkeypatch.setenv("SEED", "")  # so that it is put back
    maker.main(["classroom", "SEED=7", "report"])
    assert [line[1:] for line in asked if line[1].startswith("exercises/")] == [
        ["exercises/classroom.py", "classroom", "7"], ["exercises/report.py", "classroom", "_build/report.csv"],
    ]  # fmt: skip
    assert "classroom" not in maker.MADE


def test_what_a_class_hands_in_is_in_no_copy_of_the_book(tmp_path):
    shutil.copy(ROOT / ".gitignore", tmp_path)
    handed_in(tmp_path, "classroom")
    assert sources(tmp_path) == [Path(".gitignore")]
    ignored = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["exclude_patterns"]
    assert "classroom" in ignored, "Sphinx would walk through it"


# Its words


def test_values_and_names_are_told_apart(maker, monkeypatch):
    monkeypatch.setenv("PORT", "")  # so that it is put back
    seen = []
    for name in ("book", "serve"):
        monkeypatch.setitem(maker.TARGETS, name, lambda name=name: seen.append((name, maker.value("PORT", "8000"))))
    maker.main([])
    maker.main(["serve", "PORT=8001", "book"])
    assert seen == [("book", "8000"), ("serve", "8001"), ("book", "8001")]


def test_an_unknown_name_lists_the_known_ones(maker):
    with pytest.raises(SystemExit, match="bok: there is no such thing to make; there are book, help, pdf"):
        maker.main(["bok"])


def test_an_old_python_is_told_which_one_is_needed(maker, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10))
    with pytest.raises(SystemExit, match="Python 3.11 or later is needed"):
        maker.main(["help"])


def test_make_calls_the_same_and_hands_its_values_on(maker):
    if not shutil.which("make"):
        pytest.skip("make is missing, which nothing else needs")
    rule = re.search(r"^([a-z ]+):\n", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1].split()
    assert rule == list(maker.TARGETS)
    said = run("make", "serve", "PORT=8001", "PYTHON=printenv PORT #", cwd=ROOT)
    assert said.stdout == "8001\n"
    assert run("make", "--dry-run", cwd=ROOT).stdout == "python3 make.py book\n"
