"""The built book and a browser for the tests that read it, and a run that fails on a skip where asked to."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import pytest
from hypothesis import settings
from playwright.sync_api import sync_playwright

matplotlib.use("agg")
# The same inputs in every run: a failure is a fault of the commit, never of the day.
settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")
ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = f"no browser found, none of {', '.join(BROWSERS)} (try: apt-get install chromium)"
# Nothing but the pages themselves may make a request.
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
           --disable-component-update --disable-sync""".split()

SETTLED = """async () => {
  await document.fonts.ready;
  for (const image of document.images) image.loading = "eager"; // a picture far down is not asked for until it is near
  await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
REPOSITORY, URL = "https://github.com/owner/book", "https://book.example/descent/"
LAB_STARTS = 60  # seconds
PATIENT = 120_000  # milliseconds for whatever waits for a kernel
OPENED = "() => window.jupyterapp?.shell.currentWidget?.content?.model?.cells?.length"
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
# Whether a live figure, given by its selector, is drawn as wide as it is shown: it draws itself anew in the frames that follow
# a change of width.
FITTING = """figure => [...document.querySelectorAll(`${figure} svg.panel`)].every(
  it => Math.abs(it.viewBox.baseVal.width / it.clientWidth - 1) < 0.02
)"""
SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"


@pytest.fixture(scope="session")
def site():
    """The folder of the built pages, up to date: seconds when `make book` has just run."""
    return build(ROOT)


def build(book, target=None, **environment):
    """Build the book in the folder ``book``, below ``target``, with these variables set."""
    target = target or book
    command = [
        Path(sys.executable).with_name("jupyter-book"),
        "build",
        book,
        "--path-output",
        target,
        "-W",
        "-n",
        "--keep-going",
    ]
    run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return target / "_build" / "html"


@pytest.fixture(scope="session")
def published(site, tmp_path_factory):
    """The folder of the pages as they are published, where the addresses of repository and site are known."""
    target = tmp_path_factory.mktemp("published")
    shutil.copytree(ROOT / "_build" / ".jupyter_cache", target / "_build" / ".jupyter_cache")
    return build(ROOT, target, BOOK_REPOSITORY=REPOSITORY, BOOK_URL=URL)


@pytest.fixture
def small_book(tmp_path):
    """A copy of the book with one page, whose code asks gdtools something."""
    for part in ("_ext", "_static", "gdtools"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("_config.yml", "requirements.txt", "references.bib", "pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / part, tmp_path / part)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    head = (ROOT / "index.md").read_text(encoding="utf-8").split("# ", 1)[0]
    code = "```{code-cell} ipython3\nfrom gdtools import step_bound\nprint('answer', step_bound(4))\n```\n"
    (tmp_path / "index.md").write_text(f"{head}# A page\n\n{code}")
    return tmp_path


def documents(entry):
    """The page names in a piece of _toc.yml, in reading order."""
    if isinstance(entry, list):
        return [name for part in entry for name in documents(part)]
    if not isinstance(entry, dict):
        return []
    own = [entry[key] for key in ("root", "file") if key in entry]
    return own + [name for part in entry.values() for name in documents(part)]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def serving(folder):
    """The address at which a folder is served, to this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="session")
def book_pdf(site, browser):
    """The whole book, printed as `make pdf` does."""
    run = subprocess.run([sys.executable, ROOT / "tools" / "pdf.py"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return ROOT / "_build" / "pdf" / "gradient-descent-tested.pdf"


def listen(page):
    """Lists that fill while the page is used: what went wrong, and what was asked for."""
    seen = SimpleNamespace(errors=[], requests=[], failures=[])
    page.on("console", lambda message: message.type == "error" and seen.errors.append(message.text))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    left = "net::ERR_ABORTED"  # what a page still asked for when the reader left it
    page.on("requestfailed", lambda request: request.failure != left and seen.failures.append(request.url))
    page.on("response", lambda response: response.status >= 400 and seen.failures.append(response.url))
    return seen


def clear(seen):
    for events in vars(seen).values():
        events.clear()


def foreign(urls, address):
    return [url for url in urls if not url.startswith((address, "data:", "blob:"))]


@pytest.fixture(scope="session")
def binder():
    """What Binder makes of the repository: the folder of the environment and that of the book."""
    from as_binder import environment  # here: it asks for parts of the book that copies for other tests lack

    return environment(ROOT, ROOT / "_build" / "binder")


@pytest.fixture(scope="session")
def lab(binder, tmp_path_factory):
    """JupyterLab as Binder would start it: its address and the folder of the book that it shows."""
    prefix, folder = binder
    runtime = tmp_path_factory.mktemp("runtime")
    command = [prefix / "bin" / "jupyter-lab", "--no-browser", "--allow-root", "--ServerApp.port=0"]
    for_tests = ["--IdentityProvider.token=", "--ServerApp.password=", "--LabApp.expose_app_in_browser=True"]
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTERLAB_SETTINGS_DIR": str(runtime)}
    with (runtime / "log").open("w") as log:
        server = subprocess.Popen([*command, *for_tests], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield SimpleNamespace(address=lab_address(runtime, server), folder=folder)
        finally:
            server.terminate()
            server.wait(LAB_STARTS)


def open_notebook(page, address):
    """Open the address in JupyterLab and wait for its notebook and its kernel: a key pressed before would be lost."""
    page.goto(address)
    page.wait_for_function(OPENED, timeout=PATIENT)
    page.wait_for_function(IDLE, timeout=PATIENT)


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
