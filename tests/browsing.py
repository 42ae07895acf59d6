"""A browser on the built pages and on JupyterLab: how it is started, what is asked of a page, what is heard from it."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

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
PATIENT = 120_000  # milliseconds for whatever waits for a kernel
OPENED = "() => window.jupyterapp?.shell.currentWidget?.content?.model?.cells?.length"
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
# Whether a live figure, given by its selector, is drawn as wide as it is shown: it draws itself anew in the frames that follow
# a change of width.
FITTING = """figure => [...document.querySelectorAll(`${figure} svg.panel`)].every(
  it => Math.abs(it.viewBox.baseVal.width / it.clientWidth - 1) < 0.02
)"""
SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"


# As strict as a host may be with scripts, and open to frames of other sites, as GitHub's pages are.
POLICY = {"Content-Security-Policy": "script-src 'self'", "Access-Control-Allow-Origin": "*"}


class Quiet(SimpleHTTPRequestHandler):
    policy = POLICY

    def end_headers(self):
        for name, value in self.policy.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def serving(folder, handler=Quiet):
    """The address at which a folder is served, to this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


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


def open_notebook(page, address):
    """Open the address in JupyterLab and wait for its notebook and its kernel: a key pressed before would be lost."""
    page.goto(address)
    page.wait_for_function(OPENED, timeout=PATIENT)
    page.wait_for_function(IDLE, timeout=PATIENT)
