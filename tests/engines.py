"""Firefox and WebKit on the built pages, as far as the tests ask them, in the words that playwright has for Chromium.

Playwright drives neither as a system installs them, and Debian has no geckodriver, without which selenium does not reach
Firefox.  Both browsers understand the commands of the W3C's WebDriver: WebKit by HTTP, Firefox by its own socket.
"""

import base64
import glob
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from browsing import Quiet

PATIENT = 300  # seconds in which a browser has to start or to answer on a busy machine
FIREFOX = ("firefox-esr", "firefox")
PLACES = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser", "/usr/libexec/webkit2gtk-4.*/MiniBrowser"
MISSING = "{} is missing (try: apt-get install {})"
COMMANDS = {  # of WebDriver: what Firefox calls it, and where WebKit has it
    "NewSession": "",
    "Navigate": "url",
    "SetTimeouts": "timeouts",
    "SetWindowRect": "window/rect",
    "ExecuteAsyncScript": "execute/async",
    "PerformActions": "actions",
    "TakeScreenshot": "screenshot",
}
SEEN = {"full": False}  # a picture of what the window shows, which is all that WebKit offers
# Stands first in every page, to keep what went wrong: no command of WebDriver tells of it.
LISTEN = """<script>
window.faults = [];
const keep = (...words) => faults.push(words.join(" "));
console.error = keep;
addEventListener("error", ({ message, target }) => keep(message || target.outerHTML), true);
addEventListener("unhandledrejection", ({ reason }) => keep(reason));
</script>"""
# Evaluates what playwright would: an expression, a function, a promise.
EVALUATE = """const [source, argument, done] = arguments;
(async () => { const it = (0, eval)(source); return typeof it === "function" ? it(argument) : it; })()
  .then(value => done([value ?? null]), error => done([null, `${error}\\n${error.stack}`]));"""
KEYS = {"ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015", "Shift": "\ue008"} | {
    "Tab": "\ue004", "Enter": "\ue007", "PageUp": "\ue00e", "Home": "\ue011", "End": "\ue010",
}  # fmt: skip


class Watched(Quiet):
    """Serves the pages with LISTEN in them, and lets it and what EVALUATE evaluates run."""

    policy = {}

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.suffix != ".html" or not path.is_file():
            return super().do_GET()
        page = path.read_text(encoding="utf-8").replace("<head>", f"<head>{LISTEN}", 1).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        return self.wfile.write(page)


class Page:
    """The one window of a browser, asked through ``send(command, parameters)``."""

    def __init__(self, send):
        self.send = send
        self.mouse = SimpleNamespace(move=self.move, down=lambda: self.press_mouse("Down"), up=lambda: self.press_mouse("Up"))
        self.keyboard = SimpleNamespace(press=self.press)
        send("SetTimeouts", dict.fromkeys(("script", "pageLoad"), PATIENT * 1000))

    def goto(self, url):
        self.send("Navigate", {"url": url})

    def evaluate(self, source, argument=None):
        value, *error = self.send("ExecuteAsyncScript", {"script": EVALUATE, "args": [source, argument]})
        if error:
            raise RuntimeError(error[0])
        return value

    def set_viewport_size(self, size):
        """The window as large as makes the page that large."""
        self.send("SetWindowRect", size)
        inner = self.evaluate("({ width: innerWidth, height: innerHeight })")
        self.send("SetWindowRect", {side: 2 * size[side] - inner[side] for side in size})
        wait_for(lambda: self.evaluate("({ width: innerWidth, height: innerHeight })") == size, f"a window of {size}")

    def screenshot(self):
        return base64.b64decode(self.send("TakeScreenshot", SEEN))

    def act(self, kind, *steps, **more):
        self.send("PerformActions", {"actions": [{"type": kind, "id": kind, "actions": list(steps), **more}]})

    def move(self, x, y):
        self.act("pointer", {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0})

    def press_mouse(self, way):
        self.act("pointer", {"type": f"pointer{way}", "button": 0})

    def press(self, keys):
        codes = [KEYS.get(key, key) for key in keys.split("+")]
        down = [{"type": "keyDown", "value": code} for code in codes]
        self.act("key", *down, *({"type": "keyUp", "value": code} for code in reversed(codes)))


@contextmanager
def running(command, **options):
    """A program that ends with the tests, whatever happens."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options) as program:
        try:
            yield program
        finally:
            program.terminate()


def wait_for(ask, what):
    """The first answer that is not empty, of a program that is about to start."""
    end = time.monotonic() + PATIENT
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise TimeoutError(f"{what} did not start in {PATIENT} s")


def private(folder):
    """A home of the browser's own; none of the system's plugins for sound and film, which WebKit else looks through first."""
    return {"HOME": str(folder), "GST_PLUGIN_SYSTEM_PATH_1_0": str(folder)}


def program(*names, package):
    """Where the first of the programs is that is installed."""
    if found := next(filter(None, map(shutil.which, names)), None):
        return found
    raise FileNotFoundError(MISSING.format(names[0], package))


# Firefox


@contextmanager
def firefox(folder):
    profile = Path(folder, "profile")
    profile.mkdir()
    (profile / "user.js").write_text('user_pref("marionette.port", 0);\n')
    written = profile / "MarionetteActivePort"
    command = [program(*FIREFOX, package="firefox-esr"), "--headless", "--marionette", "--profile", profile]
    with running(command, env={**os.environ, **private(folder)}):
        port = wait_for(lambda: written.is_file() and written.read_text(), "Firefox")
        with socket.create_connection(("127.0.0.1", int(port)), timeout=PATIENT) as line:
            yield Page(marionette(line))


def marionette(line):
    """Commands as Firefox takes them, by a line on which each message is preceded by its length."""
    file = line.makefile("rwb")
    numbers = iter(range(10**9))

    def receive():
        length = b"".join(iter(lambda: file.read(1), b":"))
        return json.loads(file.read(int(length)))

    def send(command, parameters):
        message = json.dumps([0, next(numbers), f"WebDriver:{command}", parameters]).encode()
        file.write(b"%d:%s" % (len(message), message))
        file.flush()
        *_, error, result = receive()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result["value"] if set(result) == {"value"} else result

    receive()
    send("NewSession", {})
    return send


# WebKit


@contextmanager
def webkit(folder):
    browser = {"binary": mini_browser(), "args": ["--automation"]}
    with screen() as display:
        port = free_port()
        command = [program("WebKitWebDriver", package="webkit2gtk-driver"), f"--port={port}"]
        with running(command, env={**os.environ, **private(folder), "DISPLAY": display, "GDK_BACKEND": "x11"}):
            wait_for(lambda: listens(port), "WebKitWebDriver")
            yield Page(web_driver(f"http://127.0.0.1:{port}/session", browser))


def mini_browser():
    """The browser that comes with the library, wherever the system keeps such programs."""
    if found := [path for place in PLACES for path in glob.glob(place)]:
        return found[-1]
    raise FileNotFoundError(MISSING.format("MiniBrowser", "webkit2gtk-driver"))


@contextmanager
def screen():
    """A display that nobody sees, large enough for the windows of the tests."""
    read, write = os.pipe()
    command = [program("Xvfb", package="xvfb"), "-displayfd", str(write), "-screen", "0", "1600x1400x24", "-nolisten", "tcp"]
    with running(command, pass_fds=[write]), open(read) as numbers:
        os.close(write)
        yield f":{numbers.readline().strip()}"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def web_driver(address, browser):
    """Commands as a driver takes them that is asked by HTTP."""

    def send(command, parameters):
        body = None if command == "TakeScreenshot" else json.dumps(parameters).encode()
        request = Request(f"{address}/{COMMANDS[command]}".rstrip("/"), body, {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=PATIENT) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise RuntimeError(f"{command}: {error.read().decode()}") from error

    wanted = {"alwaysMatch": {"webkitgtk:browserOptions": browser}}
    address += "/" + send("NewSession", {"capabilities": wanted})["sessionId"]
    return send


ENGINES = {"firefox": firefox, "webkit": webkit}
