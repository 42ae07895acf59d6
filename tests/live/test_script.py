"""The JavaScript of the figures as pages and JupyterLab load it: small, in one scope, with what Python shares."""

import gzip
import json
import re

import pytest
from engine import evaluate
from live_cases import CASES
from pages import ROOT

from gdtools.live import FIGURES, Bowl, LiveFigure, page_script, page_style
from gdtools.live.script import FOLDER, NAME, OURS, PARTS, TWINS, name_of, script, shared, shortened, source, squeezed

NAMES = [*PARTS, *map(name_of, FIGURES)]
FILES = [*FOLDER.glob("*.js"), *(ROOT / "_static").glob("*.js"), *(ROOT / "tests" / "live").glob("*.js")]
CLASSES = {"control", "group", "label", "more", "panel", "play", "plot", "reach", "side", "solo", "stage", "text", "track"}
PRESSED = """states => Object.entries(states).map(([name, state]) => {
  const el = opened(name, state);
  for (const button of el.all("aria-pressed")) button.fire("click");
  pass(1000);
  return el.innerHTML;
})"""
AS_WRITTEN = re.compile(r"^import [^;]*;$|^export ", re.MULTILINE)


def test_every_figure_is_on_the_pages_and_stands_beside_its_python():
    assert set(FIGURES) == {kind for kind in LiveFigure.__subclasses__() if kind.__module__.startswith("gdtools.live")}
    assert {path.stem for path in FOLDER.glob("*.js")} == set(NAMES)
    for name in [*TWINS, *map(name_of, FIGURES)]:
        assert (FOLDER / f"{name}.py").is_file()


def test_the_scripts_of_all_figures_are_small_together():
    assert len(gzip.compress(page_script().encode())) + len(gzip.compress(page_style().encode())) <= 26 * 1024


def test_the_style_says_what_its_file_says(tmp_path):
    rule = '/* a; b */\n.x :is(.a, .b)[c="d e"] { color: red; margin: 1px 2px; }\n'
    text = rule + "@media print { /* {} */\n  .x, .y { top: 0; }\n}\n"
    (tmp_path / "live.css").write_text(text, encoding="utf-8")
    assert page_style(tmp_path) == '.x :is(.a,.b)[c="d e"]{color:red;margin:1px 2px}@media print{.x,.y{top:0}}'


def test_the_script_asks_no_host_and_stands_alone():
    assert page_script().count("://") == 2  # the names of SVG and of MathML
    assert not re.search(r"\b(import|export)\b", page_script())
    assert Bowl()._esm.endswith("\nexport default { render };\n")
    assert Bowl()._esm.count("export") == 1
    assert "FIGURES.bowl=" in Bowl()._esm
    assert "FIGURES.race=" not in Bowl()._esm


def test_the_script_is_the_parts_in_their_order_without_what_is_there_for_people(tmp_path):
    for name in NAMES:
        text = f'// of {name}\nimport {{ a,\n  b }} from "./x.js";\n\nexport const {name} = "é  {{ x }}";\n  f(\n    1,\n  );\n'
        (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
    expected = "\n".join(f'const {name}="é  {{ x }}";f(1);' for name in NAMES).replace(";\n", ";")
    assert source(NAMES, tmp_path) == expected
    assert page_script(tmp_path) == shortened(
        f'(() => {{\n"use strict";\nconst SHARED = {shared(FIGURES)};\n{expected}\nmountAll();\n}})();\n'
    )


@pytest.mark.parametrize(("code", "short"), [
    ("a = b - -c + +d / e;", "a=b - -c + +d/e;"), ("x ? [1, 2] : { y };", "x?[1,2]:{y};"),
    ('f("a  ,  b", `c  =  ${d}`);', 'f("a  ,  b",`c  =  ${d}`);'),
    ("const a = 1;\nconst b = 2;\nlet c;", "const a=1,b=2;let c;"),
    ("const f = x => {\ny();\n};\nconst g = 1;", "const f=x=>{y()};const g=1;"),
    ("return (t ^ (t >>> 14)) >>> 0;", "return(t^(t>>>14))>>>0;"),
    ("if (a) {\nb(0.5, 10.5);\n}\nc(a.b0.d, 0);", "if(a){b(.5,10.5)}c(a.b0.d,0);"),
    ("const a = 1; const b = 2;\nfor (const c of a) d;\nconst e = 3;", "const a=1,b=2;for(const c of a)d;const e=3;"),
    ("for (const x of [1, 2]) y(x);", "for(const x of[1,2])y(x);"),
])  # fmt: skip
def test_code_is_squeezed_where_spaces_mean_nothing(code, short):
    assert squeezed(code) == short


@pytest.mark.parametrize(("code", "short"), [
    ("const low=1;f(low,lower)", "const e=1;f(e,lower)"), ("const key=1,low=2;low(key)", "const e=1,t=2;t(e)"),
    ("const f=(one,two)=>one+`one: ${two}`", "const f=(e,t)=>e+`one: ${t}`"),
    ("function far(way,x){way(far,c)}", "function e(t,x){t(e,c)}"),
    ('let low="low";const top=at.top,{key}=at,of={of:1}', 'let low="low";const top=at.top,{key}=at,of={of:1}'),
    ("const why=2;const {why:a,left}=at,right={left}", "const why=2;const {why:a,left}=at,right={left}"),
])  # fmt: skip
def test_names_are_shortened_that_nobody_else_knows(code, short):
    assert shortened(code) == short


def test_no_text_and_no_address_has_names_of_ours():
    assert not OURS & set(re.findall(r'"(\w+)"', script(FIGURES))) - CLASSES, "but of classes and elements"
    assert set(NAME.findall(script(FIGURES))) >= OURS


def test_the_script_with_short_names_does_what_the_files_do():
    page = (ROOT / "tests" / "live" / "dom.js").read_text(encoding="utf-8")
    kept = ",".join(sorted(set(NAME.findall(page)) & set(NAME.findall(script(FIGURES))) - {"const"}))
    code = shortened(f"{script(FIGURES)}\n({{{kept}}});")
    assert "drawGround" not in code
    states = {name: case.figure().state() for name, case in CASES.items()}
    assert evaluate(PRESSED, states, code.rpartition("\n")[0]) == evaluate(PRESSED, states)


def test_the_squeezed_script_does_what_the_files_do():
    """The pictures of test_drawing.py are those of the squeezed script; here the files as they are written draw the same."""
    written = "\n".join(AS_WRITTEN.sub("", (FOLDER / f"{name}.js").read_text(encoding="utf-8")) for name in NAMES)
    states = {name: case.figure().state() for name, case in CASES.items()}
    assert evaluate(PRESSED, states, f"const SHARED = {shared(FIGURES)};\n{written}") == evaluate(PRESSED, states)


def test_no_name_is_given_twice_in_the_one_scope():
    names = [
        re.findall(r"^(?:export )?(?:const|let|function|class) (\w+)", (FOLDER / f"{name}.js").read_text(), re.M)
        for name in NAMES
    ]
    flat = [name for found in names for name in found]
    assert len(set(flat)) == len(flat) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_line_of_javascript_ends_what_it_begins(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip().startswith("//"):
            assert line.count("`") % 2 == 0, number
            assert not re.search(r"\$\{[^}]*`", line), f"line {number}: a text within a text, which would be squeezed"


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
