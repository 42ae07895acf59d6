"""The JavaScript of the figures as pages and JupyterLab load it: small, in one scope, with what Python shares."""

import gzip
import json
import re

import pytest
from engine import evaluate
from live import FILES, scripts_of
from live_cases import CASES
from pages import ROOT
from smaller import smaller

from gdtools.live import FIGURES, SCRIPTS, Bowl, LiveFigure, page_script, page_style
from gdtools.live.script import FOLDER, PARTS, TWINS, name_of, script, shared, source

NAMES = [*PARTS, *map(name_of, FIGURES)]
GIVEN = re.compile(r"^(?:const|let|function|class) (\w+)", re.MULTILINE)
PRESSED = """states => Object.entries(states).map(([name, state]) => {
  const el = opened(name, state);
  for (const button of el.all("aria-pressed")) button.fire("click");
  pass(1000);
  return el.innerHTML;
})"""


def test_every_figure_is_on_the_pages_and_stands_beside_its_python():
    assert set(FIGURES) == {kind for kind in LiveFigure.__subclasses__() if kind.__module__.startswith("gdtools.live")}
    assert {path.stem for path in FOLDER.glob("*.js")} == set(NAMES)
    for name in [*TWINS, *map(name_of, FIGURES)]:
        assert (FOLDER / f"{name}.py").is_file()


def weight(kind, text):
    return len(gzip.compress(smaller(kind, text).encode()))


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_page_loads_for_its_figures_is_small(name):
    kind, text = FILES[name]
    style, shared_parts = weight("text/css", page_style()), weight(kind, page_script(()))
    own = weight(kind, text()) - shared_parts
    assert own <= 15 * 1024
    assert style + shared_parts + own <= 26 * 1024


def test_a_page_loads_the_scripts_of_its_figures_alone():
    assert scripts_of({"bowl", "race"}) == ["live.js"]
    assert scripts_of({"safe"}) == ["live-remedies.js"]
    assert scripts_of({"safe", "line"}) == list(SCRIPTS)
    assert scripts_of(set()) == []
    assert sorted(map(name_of, FIGURES)) == sorted({name_of(figure) for figures in SCRIPTS.values() for figure in figures})


def test_two_scripts_on_one_page_start_their_own_figures_alone():
    call = """state => {
      document.figures = [];
      const [known, foreign] = [host("bowl", state), host("elsewhere", state)];
      mountAll();
      return [known, foreign].map(el => el.children.length);
    }"""
    assert evaluate(call, Bowl().state()) == [1, 0]


def test_the_script_asks_no_host_and_stands_alone():
    assert page_script().count("://") == 2  # the names of SVG and of MathML
    assert not re.search(r"\b(import|export)\b", page_script())
    assert Bowl()._esm.endswith("\nexport default { render };\n")
    assert Bowl()._esm.count("export") == 1
    assert "FIGURES.bowl =" in Bowl()._esm
    assert "FIGURES.race =" not in Bowl()._esm


def test_the_script_is_the_parts_in_their_order_without_their_imports(tmp_path):
    for name in NAMES:
        text = f'// of {name}\nimport {{ a,\n  b }} from "./x.js";\n\nexport const {name} = "é  {{ x }}";\n'
        (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
    expected = "\n".join(f'// of {name}\n\nconst {name} = "é  {{ x }}";\n' for name in NAMES)
    assert source(NAMES, tmp_path) == expected
    assert (
        page_script(folder=tmp_path)
        == f'(() => {{\n"use strict";\nconst SHARED = {shared(FIGURES)};\n{expected}\nmountAll();\n}})();\n'
    )


def test_the_small_script_does_what_the_files_do():
    page, code = (ROOT / "tests" / "live" / "dom.js").read_text(encoding="utf-8"), script(FIGURES)
    asked = ",".join(sorted({*GIVEN.findall(code)} & {*re.findall(r"\w+", page)}))
    small = smaller("application/javascript", f'(() => {{\n"use strict";\n{code}\nreturn {{{asked}}};\n}})();\n')
    assert "drawGround" in code
    assert "drawGround" not in small
    states = {name: case.figure().state() for name, case in CASES.items()}
    assert evaluate(PRESSED, states, f"const {{{asked}}} = {small}") == evaluate(PRESSED, states)


def test_no_name_is_given_twice_in_the_one_scope():
    names = GIVEN.findall(source(NAMES))
    assert len(set(names)) == len(names) > 50


def test_what_both_languages_need_is_told_once():
    told = json.loads(shared(FIGURES))
    assert list(told) == [*TWINS, *map(name_of, FIGURES)]
    for name, case in CASES.items():
        assert told[name]["limits"].keys() == case.figure().state().keys()
        assert told[name]["forms"].keys() == case.figure().numbers().keys()
    assert told["bowl"]["limits"] == {
        "angle": [-180, 180], "kappa": [1, 1e6], "lr": [0, 1e300], "n_iter": [0, 10_000, "whole"], "x0": [-1e6, 1e6],
    }  # fmt: skip
    assert told["line"]["limits"]["points"] == [-100, 100, 2, 50]
    assert script(FIGURES).startswith(f"const SHARED = {shared(FIGURES)};\n")
