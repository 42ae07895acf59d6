"""The figures' JavaScript without a browser: in the Node.js that playwright brings, on a page that is made of plain data."""

import json
import subprocess

from pages import ROOT

from gdtools.live.page import FIGURES
from gdtools.live.script import script

PAGE = ROOT / "tests" / "live" / "dom.js"


def node():
    """The path of the Node.js inside playwright, which is an internal of it."""
    try:
        from playwright._impl._driver import compute_driver_executable
    except ImportError as error:
        raise RuntimeError("playwright no longer says where its Node.js is: tests/engine.py must learn it anew") from error
    return compute_driver_executable()[0]


def evaluate(function, given=None, code=None):
    """What a JavaScript function returns for a value, both as JSON, in one scope with the page and the code of all figures."""
    page, code = PAGE.read_text(encoding="utf-8"), script(FIGURES) if code is None else code
    call = f"process.stdout.write(JSON.stringify((\n{function}\n)({json.dumps(given)})));"
    program = f'(() => {{\n"use strict";\n{page}\n{code}\n{call}\n}})();\n'
    run = subprocess.run([node(), "-"], input=program, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
