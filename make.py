#!/usr/bin/env python3
"""All there is to make, with Python alone: `python make.py book`; where there is make, `make book` calls the same.

Values follow, as for make: `python make.py serve PORT=8001`. What sets up .venv needs nothing but Python itself.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).absolute().parent
VENV = ROOT / ".venv"
READY, CHECKS = VENV / "ready", VENV / "checks"
# Files that a newer one of makes .venv anew.
NEEDED = ("requirements.txt", "pyproject.toml", "binder/*")
MADE = "_build build .venv .lock .ranges .certify .pytest_cache .hypothesis .ruff_cache .coverage *.egg-info".split()
# Not compiled: readers import half of it, which Python compiles when it is imported.
INSTALL = ("-m", "pip", "install", "--quiet", "--no-compile", "--require-hashes")
BOOK = ("-c", "from jupyter_book.cli.main import main; main()", "build", ".")
STRICT = ("-W", "-n", "--keep-going")
CLASS = """_build/classroom is where an earlier version of the book put a class: what was handed in, and its grades.
Nothing was removed. Move that folder to classroom, beside _build, or out of the book, and type the same again."""
NOTICE = b"without encryption"  # a kernel says so of its sockets on this machine
TARGETS = {}


def target(make):
    """What can be made by name; the docstring tells what for."""
    TARGETS[make.__name__] = make
    return make


def value(name, default=""):
    """What was given as NAME=value, to this script or to make, which hands it on in the environment."""
    return os.environ.get(name) or default


# Programs and environments


def interpreter(environment, system=os.name):
    """Where a virtual environment keeps its Python, which differs on Windows."""
    return environment / ("Scripts/python.exe" if system == "nt" else "bin/python")


def surroundings(program):
    """The environment of a program: its neighbours can be called by name, and text is UTF-8 on Windows too."""
    path = os.pathsep.join(filter(None, (str(Path(program).parent), os.environ.get("PATH"))))
    return {**os.environ, "PATH": path, "PYTHONUTF8": "1"}


def run(program, *arguments, without=None):
    """Run a program in the book's folder, leave out of what it says the lines ``without`` something, and fail if it fails."""
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if without else {}
    command = [str(part) for part in (program, *arguments)]
    with subprocess.Popen(command, cwd=ROOT, env=surroundings(program), **piped) as process:
        for line in filter(lambda line: without not in line, process.stdout or ()):
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    if process.returncode:
        sys.exit(process.returncode)


def python(*arguments, without=None):
    """Run the Python of .venv."""
    run(interpreter(VENV), *arguments, without=without)


def say(text):
    print(text, flush=True)


def fresh(folder):
    """The Python of a new virtual environment in this folder."""
    run(sys.executable, "-m", "venv", "--clear", folder)
    return interpreter(ROOT / folder)


# .venv


@contextmanager
def alone():
    """Wait until nobody else sets up .venv: SQLite's lock is the same on every system, and ends with its process."""
    (ROOT / "_build").mkdir(exist_ok=True)
    with closing(sqlite3.connect(ROOT / "_build" / "setting-up", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            say("Another process is setting up .venv: waiting until it is done.")
            lock.execute("PRAGMA busy_timeout = 3600000")
            lock.execute("BEGIN EXCLUSIVE")
        yield


def stale(stamp, *patterns):
    """Whether the stamp is missing, or older than one of the files."""
    files = [file for pattern in patterns for file in ROOT.glob(pattern)]
    return not stamp.exists() or any(file.stat().st_mtime > stamp.stat().st_mtime for file in files)


def works(program):
    """Whether this Python starts and has what belongs to it: after an upgrade of the system it may do neither."""
    try:
        return subprocess.run([program, "-I", "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def same(one, other):
    """Whether both are one folder, under whatever name."""
    return os.path.exists(one) and os.path.samefile(one, other)


def fault():
    """Why the .venv that is there cannot be used any more, or nothing."""
    if not READY.exists():
        return ""
    made_as = READY.read_text(encoding="utf-8")  # nothing, if an earlier version of the book has written it
    if made_as and not same(made_as, VENV):
        return f"This .venv was made as {made_as}: the book's folder was moved or copied, so .venv is made anew."
    if not works(interpreter(VENV)):
        return "The Python that .venv was made with is gone, or another one has taken its place: .venv is made anew."
    return ""


def in_use(system=os.name):
    """Whether .venv cannot be made anew because this script runs on its Python: Windows deletes no program that runs."""
    return system == "nt" and same(sys.prefix, VENV)


def set_up():
    if in_use():
        sys.exit("This is .venv's own Python, and .venv has to be made anew: type deactivate, then the same again.")
    say("Setting up .venv: about a minute, once.")
    fresh(".venv")
    python(*INSTALL, "-r", "requirements.txt")
    python("binder/postBuild")
    READY.write_text(str(VENV), encoding="utf-8")


def ready():
    """See to it that .venv is there, is up to date and works."""
    with alone():
        if words := fault():
            say(words)
        if words or stale(READY, *NEEDED):
            set_up()


def checks():
    """See to it that .venv also has what only tests, checks and the PDF need."""
    ready()
    with alone():
        if stale(CHECKS, ".venv/ready", "requirements-test.txt"):
            say("Adding what only tests, checks and the PDF need: a minute or two, once.")
            python(*INSTALL, "-r", "requirements.txt", "-r", "requirements-test.txt")
            # Compiled, since tests start hundreds of processes.
            python("-m", "compileall", "-q", "-j", 0, VENV / ("Lib" if os.name == "nt" else "lib"))
            CHECKS.touch()


# What readers and authors make


@target
def book():
    """build the book into _build/html"""
    ready()
    say("Building the book: about four minutes the first time, a few seconds when only text has changed.")
    python(*BOOK, *STRICT, without=NOTICE)
    say(f"The book is built. Open {ROOT / '_build' / 'html' / 'index.html'}")


@target
def help():
    """list what there is to make"""
    for name, make in TARGETS.items():
        print(f"{name:<12}{make.__doc__}")


@target
def pdf():
    """write the whole book as one PDF into _build/pdf, printed by Chromium"""
    book()
    checks()
    say("Printing the book: about half a minute.")
    python("tools/pdf.py")


def side_by_side():
    """Let each of several programs at work compute on one core: else they wait for each other's threads."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"


@target
def quick():
    """lint, and run every test that needs neither the built book nor a browser: a good minute"""
    checks()
    side_by_side()
    python(
        "-m", "pytest", "-m", "not slow", "-n", value("WORKERS", "auto"), *"--dist loadgroup --hypothesis-profile quick".split()
    )


@target
def test():
    """build the book, then run every test"""
    book()
    checks()
    say("Running every test: about forty minutes on two cores.")
    side_by_side()
    python("-m", "pytest", "-n", value("WORKERS", "auto"), *"--dist loadgroup --cov --durations=10".split())


@target
def bench():
    """print what gdtools costs beside the bare loop and beside scipy, and how fast the live figures answer"""
    book()
    checks()
    python("tests/bench.py")


@target
def lighthouse():
    """have Lighthouse (by npx) judge every page, served on this machine: lighthouse FORM=desktop for wide screens"""
    book()
    python("tools/lighthouse.py", value("FORM", "mobile"), *value("PAGES").split())


@target
def axe():
    """have the newest axe-core (by npm), which the lock has only months later, look at every page"""
    book()
    checks()
    run(shutil.which("npm") or "npm", "install", "--silent", "--no-save", "--prefix", "_build/axe", "axe-core")
    os.environ["AXE"] = "_build/axe/node_modules/axe-core/axe.min.js"
    python("-m", "pytest", "-n", value("WORKERS", "auto"), "-k", "axe", "tests/site", "tests/live")


@target
def serve():
    """show the book at a local address, build it again on every change and reload the page: serve [PORT=8000]"""
    book()
    python("tools/serve.py", *value("PORT").split())


@target
def card():
    """draw the picture that social networks show beside a link"""
    ready()
    python("tools/card.py")


@target
def links():
    """ask every link to the outside whether it still answers"""
    ready()
    python(*BOOK, "--builder", "custom", "--custom-builder", "linkcheck")


@target
def hooks():
    """check what is committed, from now on, by the hooks in .pre-commit-config.yaml"""
    checks()
    python("-m", "pre_commit", "install")


@target
def lab():
    """open chapters and exercises as notebooks, in JupyterLab, in the folder notebooks, where your work stays"""
    book()
    python("tools/lay_out.py", "notebooks")
    python("-m", "jupyterlab", "--ServerApp.root_dir=notebooks", "--LabApp.default_url=/lab/tree/start.md")


@target
def branch():
    """write what the branch "notebooks" of the repository holds, which Binder and Colab open, into _build/branch"""
    book()
    python("tools/lay_out.py", "--branch", "_build/branch")


@target
def notebooks():
    """run the exercise notebooks and store what they show"""
    ready()
    python("exercises/refresh.py", without=NOTICE)


@target
def classroom():
    """write the exercises without solutions into classroom, for nbgrader, which hands them out and grades them: [SEED=7]"""
    checks()
    python("exercises/classroom.py", "classroom", *filter(None, [value("SEED")]))
    say("The teacher's copies are in classroom; exercises/teaching.md says how nbgrader makes those for the class.")


@target
def report():
    """count the known mistakes in what nbgrader has graded in classroom, by question and by seed, without names"""
    ready()
    python("exercises/report.py", "classroom", "_build/report.csv")


# What keeps the book in order


@target
def ranges():
    """test on the oldest and on the newest dependencies allowed, and build the book with the newest"""
    for resolution in ("lowest-direct", "highest"):
        run(fresh(".ranges"), "tools/ranges.py", resolution)
        shutil.rmtree(ROOT / ".ranges")


@target
def mutants():
    """change gdtools in thousands of small ways and list the changes that no test notices"""
    checks()
    say("Testing the tests: about an hour, or minutes for one module, as in make mutants MODULE=theory")
    python("-m", "pip", "install", "--quiet", "mutmut==3.8.1")  # here alone: neither readers nor Binder need it
    if hasattr(os, "nice"):
        os.nice(10)
    python("tests/mutants.py", *value("MODULE").split())


@target
def certify():
    """bound the worst case over whole classes of functions by performance estimation, and store it for the tests"""
    say("Certifying: two minutes, most of it for a virtual environment of its own, .certify, of half a gigabyte.")
    certifier = fresh(".certify")
    run(certifier, "-m", "pip", "install", "--quiet", ".[certify]")
    run(certifier, "tools/certify.py")


@target
def lock():
    """write requirements.txt, and what requirements-test.txt adds to it, anew from pyproject.toml, for Python 3.11 to 3.13"""
    locker = fresh(".lock")
    run(locker, "-m", "pip", "install", "--quiet", "uv")
    run(locker, "tools/lock.py")
    shutil.rmtree(ROOT / ".lock")


@target
def font():
    """cut the fonts anew to what _static/fonts.css names: font FONT=latinmodern-math.otf TEXT=source-serif-4.5.1.tgz"""
    ready()
    python("-m", "pip", "install", "--quiet", "fonttools", "brotli")
    python("tools/font.py", *value("FONT").split(), *value("TEXT").split())


@target
def clean():
    """remove everything that was made, but nothing of a class"""
    if (ROOT / "_build" / "classroom").exists():
        sys.exit(CLASS)
    for path in (path for pattern in MADE for path in ROOT.glob(pattern)):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def main(words):
    """Make what is named, in that order, with the values given; the book, if nothing is named."""
    if sys.version_info < (3, 11):  # noqa: UP036 - on an older one this file can still be read, and says so
        sys.exit("Python 3.11 or later is needed: python3.12 make.py book, or make PYTHON=python3.12 book")
    os.environ.update(word.split("=", 1) for word in words if "=" in word)
    names = [word for word in words if "=" not in word] or ["book"]
    if unknown := [name for name in names if name not in TARGETS]:
        sys.exit(f"{unknown[0]}: there is no such thing to make; there are {', '.join(TARGETS)}")
    for name in names:
        TARGETS[name]()


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # as what the programs say that it starts
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
