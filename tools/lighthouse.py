"""Lighthouse on every page of the built book, served on this machine as a plain host would: a table, and a failure below 95.

tools/lighthouse.py [mobile|desktop] [PAGE ...]

The last column is Lighthouse's own measure of how fast the machine was at that moment: well below 1500, other work is slowing
it down, and performance comes out too low.
"""

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).parents[1] / "_build" / "html"
VERSION = "12.8.2"  # the last that runs on Node 18 and 20
LEAST, REPEATS = 95, 5
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
COMPRESSED = {".html", ".css", ".js", ".svg", ".json", ".txt", ".xml"}
CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = "--headless=new --no-sandbox --disable-gpu"


@cache
def packed(path):
    return gzip.compress(path.read_bytes())


class PlainHost(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().send_head()
        body = packed(path)
        self.send_response(200)
        for name, value in {"Type": self.guess_type(str(path)), "Encoding": "gzip", "Length": len(body)}.items():
            self.send_header(f"Content-{name}", value)
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *args):
        pass


def needed():
    """The path of Chromium, or words that say what to install."""
    if not shutil.which("npx"):
        sys.exit(
            "Lighthouse runs on Node.js 18.16 or later, which is missing: see https://nodejs.org, or apt-get install nodejs npm"
        )
    chrome = next(filter(None, map(shutil.which, CHROMES)), None)
    return chrome or sys.exit(f"No browser found, none of {', '.join(CHROMES)}: apt-get install chromium")


def pages():
    found = sorted(page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html") if "_static" not in page.parts)
    return found or sys.exit(f"No pages in {SITE}: make book")


def audit(url, form, chrome):
    command = ["npx", "--yes", f"lighthouse@{VERSION}", url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    preset = ["--preset=desktop"] if form == "desktop" else []
    only = f"--only-categories={','.join(CATEGORIES)}"
    run = subprocess.run(
        [*command, *preset, only], env={**os.environ, "CHROME_PATH": chrome}, capture_output=True, text=True, check=False
    )
    return json.loads(run.stdout) if run.returncode == 0 else sys.exit(f"Lighthouse failed on {url}:\n{run.stderr}")


def scores(report):
    return [round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES]


def fair(url, form, chrome):
    """A report; where it is low, the middle one of five, because performance is noisy, more so when the machine is busy."""
    report = audit(url, form, chrome)
    if min(scores(report)) >= LEAST:
        return report
    others = (audit(url, form, chrome) for _ in range(REPEATS - 1))
    return sorted([report, *others], key=lambda one: min(scores(one)))[REPEATS // 2]


def faults(report):
    """What took points: the audits that count for a category and are not green."""
    counted = {ref["id"] for name in CATEGORIES for ref in report["categories"][name]["auditRefs"] if ref["weight"]}
    low = [audit for name, audit in report["audits"].items() if name in counted and audit["score"] is not None]
    return [f"{audit['id']} {audit.get('displayValue', '')}".strip() for audit in low if audit["score"] < 0.9]


def main(form, chosen):
    chrome, low = needed(), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(PlainHost, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{form:44}", *(f"{name:>15}" for name in (*CATEGORIES, "machine")))
    for page in chosen or pages():
        report = fair(f"http://127.0.0.1:{server.server_port}/{page}", form, chrome)
        speed = round(report["environment"]["benchmarkIndex"])
        print(f"{page:44}", *(f"{number:15}" for number in (*scores(report), speed)), flush=True)
        if min(scores(report)) < LEAST:
            low.append(f"{page}: {', '.join(faults(report))}")
    sys.exit("\n".join([f"Below {LEAST}:", *low]) if low else 0)


if __name__ == "__main__":
    form, *chosen = sys.argv[1:] or ["mobile"]
    main(form, chosen)
