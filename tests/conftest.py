"""The built book, a browser and JupyterLab for the tests that use them, and a run that fails on a skip where asked to."""

import json
import os
import shutil
import subprocess
import sys
import time
from types import SimpleNamespace

import matplotlib
import pytest
import yaml
from browsing import BROWSERS, FLAGS, NO_BROWSER, serving
from building import REPOSITORY, URL, build
from engines import ENGINES
from filelock import FileLock
from hypothesis import settings
from pages import ROOT
from playwright.sync_api import sync_playwright

matplotlib.use("agg")
# The same inputs in every run: a failure is a fault of the commit, never of the day.
settings.register_profile("book", deadline=None, derandomize=True)
settings.register_profile("quick", settings.get_profile("book"), max_examples=25)  # `make quick`: a quarter of the draws
settings.load_profile("book")
LAB_STARTS = 60  # seconds
# What builds the book or starts another program: a test that asks for one of these, itself or by another fixture, is slow.
SLOW = {"site", "small_book", "browser", "engine", "binder", "nbval", "nbgrader", "repository", "run_of_its_own", "process"}
# What is so large that one worker has it and all tests that ask for it.
LARGE = ("lab", "book_pdf", "bare", "engine")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & SLOW:
            item.add_marker("slow")
        for name in filter(asked.__contains__, LARGE):
            item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """Makes what all workers share: the first that asks for a thing makes it in a folder of its own, the others wait."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent

    def make(name, call):
        folder, made = base / name, base / f"{name}.made"
        with FileLock(base / f"{name}.lock"):
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)  # what a call that failed has left
                folder.mkdir()
                call(folder)
                made.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def site(once):
    """The folder of the built pages, up to date: seconds when `make book` has just run."""
    once("site", lambda folder: build(ROOT))
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def published(site, once):
    """The folder of the pages as they are published, where the addresses of repository and site are known."""

    def make(target):
        shutil.copytree(ROOT / "_build" / ".jupyter_cache", target / "_build" / ".jupyter_cache")
        build(ROOT, target, BOOK_REPOSITORY=REPOSITORY, BOOK_URL=URL)

    return once("published", make) / "_build" / "html"


@pytest.fixture
def small_book(tmp_path):
    """A copy of the book with one page, whose code asks gdtools something."""
    for part in ("_ext", "_static", "gdtools"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("requirements.txt", "references.bib", "pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / part, tmp_path / part)
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["config"]["html_rules_must_match"] = False  # it has neither pictures nor formulas
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config))
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    head = (ROOT / "index.md").read_text(encoding="utf-8").split("# ", 1)[0]
    code = "```{code-cell} ipython3\nfrom gdtools import step_bound\nprint('answer', step_bound(4))\n```\n"
    (tmp_path / "index.md").write_text(f"{head}# A page\n\n{code}")
    return tmp_path


@pytest.fixture(scope="session")
def address(site):
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request, tmp_path_factory):
    """The window of Firefox or of WebKit; where one is missing, the test fails and says how to get it."""
    with ENGINES[request.param](tmp_path_factory.mktemp(request.param)) as page:
        page.set_viewport_size({"width": 1280, "height": 900})
        yield page


@pytest.fixture(scope="session")
def book_pdf(site, browser, once):
    """The whole book, printed as `make pdf` does."""

    def make(folder):
        run = subprocess.run([sys.executable, ROOT / "tools" / "pdf.py"], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr

    once("pdf", make)
    return ROOT / "_build" / "pdf" / "gradient-descent-tested.pdf"


@pytest.fixture(scope="session")
def binder(once, published):
    """What Binder makes of the branch of notebooks: the folder of the environment and that of the branch."""
    from as_binder import environment  # here: it asks for parts of the book that copies for other tests lack

    target = ROOT / "_build" / "binder"
    once("binder", lambda folder: environment(ROOT, published, target))
    return target / "environment", target / "book"


@pytest.fixture(scope="session")
def lab(binder, tmp_path_factory):
    """JupyterLab as Binder would start it: its address and the folder of notebooks that it shows."""
    prefix, folder = binder
    runtime = tmp_path_factory.mktemp("runtime")
    command = [prefix / "bin" / "jupyter-lab", "--no-browser", "--allow-root", "--ServerApp.port=0"]
    for_tests = ["--IdentityProvider.token=", "--ServerApp.password=", "--LabApp.expose_app_in_browser=True"]
    # No settings and no open notebooks of whoever runs the tests.
    own = ("JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = {**os.environ, **dict.fromkeys(own, str(runtime))}
    with (runtime / "log").open("w") as log:
        server = subprocess.Popen([*command, *for_tests], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield SimpleNamespace(address=lab_address(runtime, server), folder=folder)
        finally:
            server.terminate()
            server.wait(LAB_STARTS)


def lab_address(runtime, server):
    """Where the server listens, as soon as it has written it down."""
    for _ in range(LAB_STARTS * 10):
        for written in runtime.glob("jpserver-*.json"):
            return json.loads(written.read_text())["url"]
        assert server.poll() is None, (runtime / "log").read_text()
        time.sleep(0.1)
    raise TimeoutError(f"JupyterLab did not start in {LAB_STARTS} s: {(runtime / 'log').read_text()}")


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", [])) if reporter else 0
    if skipped and os.environ.get("FAIL_ON_SKIP") and exitstatus == 0:
        reporter.write_line(f"FAIL_ON_SKIP is set and {skipped} tests were skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {report.longrepr[2]}")
