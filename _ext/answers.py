"""Exercises that are answered where they are read: forms in the place of the cells that ask and check.

The cells stay, folded, for whoever works in the notebook. What judges the answers is JavaScript in the folder `answering`,
which compares with what its `tables` have written; both travel with a page as scripts, which work from the disk too.
"""

import json
import random
import re
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np
from answering import running, tables
from book import FINISHED, SAFE
from docutils import nodes
from mathml import CONVERTER
from smaller import smaller
from sphinx.util.docutils import SphinxDirective

from gdtools import problems
from gdtools.live import script as live
from gdtools.questions import Choice, Function, Number

FOLDER = Path(__file__).with_name("answering")
SCRIPTS = {"answers.js": ("read", "judge", "kept", "form"), "progress.js": ("kept", "overview")}
STYLE = "answers.css"
# The figure that runs the problem, of its own parts and of those that live figures share: a script for each kind of problem.
RUN = {
    "run.js": "surfaces",
    "run-remedies.js": "surfaces-remedies",
    "run-data.js": "surfaces-data",
    "run-meters.js": "surfaces-meters",
    "run-which.js": "surfaces-which",
}
MORE = {"run-which.js": ["seen"]}  # what one of them has beside it
DRAWN = ("words", "compute", "draw", "control", "time")
ALSO = {"run-data.js": ("chance",)}  # what some of them need besides
FIGURE = '<div class="live-figure run-it" role="group" aria-label="Run it, a live figure"></div>\n'
SEEN = '<div class="live-figure seen" data-run="{}"></div>\n'
RUN_IT = "Run it"
TABLES = "draws"  # the folder of their scripts
MODULE = re.compile(r"^import [^;]*;\n|^export ", re.MULTILINE)
GIVEN = re.compile(r"^exercise = Exercise\((\w+)\((?:seed=(\d+))?\)\)$", re.MULTILINE)
ASKED = re.compile(r'^exercise\.(check|predict)\("(\w+)", \w+\)$')
PROGRESS = "exercise.progress()"
TO_FILE = re.compile(r'href="(\.\./chapters/[\w-]+)\.md"')

FORM = """<form class="answer" id="{id}" data-question="{name}"{predicts} autocomplete="off" novalidate>
{field}
<button type="submit">{act}</button>
<output class="feedback"></output>
</form>
"""
TEXT = """<input name="answer" type="text" aria-labelledby="{label}" placeholder="{example}"
 autocapitalize="off" spellcheck="false">"""
RADIOS = '<div class="options" role="radiogroup" aria-labelledby="{label}">{options}</div>'
SELECT = '<select name="answer" aria-labelledby="{label}">{options}</select>'
OPTION = "<option>{}</option>"
MANY = 5  # more than so many answers are to be had from a list
RADIO = '<label><input name="answer" type="radio" value="{value}"{label}> {shown}</label>'
FOLD = '<details class="in-notebook"><summary>code<span class="visually-hidden"> of {}</span></summary>'
DRAW = """<p class="scriptless">To answer on this page you need JavaScript.
Without it, answer in the notebook, whose cells stand here.</p>
<div class="draw">
<button type="button" class="fresh">Fresh numbers</button> <button type="button" class="back" hidden>The book’s numbers</button>
<output></output>
</div>
"""
OVERVIEW = """<p class="scriptless">To see your progress here you need JavaScript.</p>
<div class="your-progress" data-shared="{same}">
<p class="next"></p>
<p class="review"></p>
<ol>
{rows}
</ol>
<div class="keeping">
<button type="button" class="save">Save to a file</button>
<label>Read from a file <input type="file" class="load" accept=".json,application/json"></label>
<button type="button" class="clear">Forget all answers</button>
<output></output> <button type="button" class="undo" hidden>Undo</button>
</div>
</div>
"""
ROW = (
    """<li data-problem="{problem}" data-questions="{names}"><a href="{address}">{title}</a> <span class="told"></span></li>"""
)
BLANK = "Write your sentence here."
SENTENCE = '<textarea class="sentence" rows="3" maxlength="1500" aria-labelledby="{label}"></textarea>'
FAR = '<output class="feedback how-far"></output>\n'
EXAMPLES = ("0.05, 1/20 or sqrt(2)", "1, 2.5, 1/3", "1, 2; 3, 4")  # of a number, a list, a matrix


def raw(html):
    return nodes.raw("", html, format="html")


# What a page asks


class Asked(NamedTuple):
    """A cell that checks an answer: the question's name, and whether it only notes a prediction."""

    cell: nodes.container
    name: str
    predicts: bool


def cells(doctree, *tags):
    """The cells that have one of these tags."""
    classes = {f"tag_{tag}" for tag in tags}
    return [node for node in doctree.findall(nodes.container) if classes & set(node.get("classes", ()))]


def code(cell):
    """What a cell says, if it shows its code."""
    return "".join(block.astext() for block in list(cell.findall(nodes.literal_block))[:1])


def asked(doctree):
    """The cells that note or check an answer, in the order of the page."""
    found = [(cell, ASKED.match(code(cell))) for cell in cells(doctree, "predict", "check")]
    return [Asked(cell, match[2], match[1] == "predict") for cell, match in found if match]


class Drawn(NamedTuple):
    """The cell that draws the problem, the problem's name, and the seed of the page's own numbers, if any."""

    cell: nodes.container | None = None
    problem: str = ""
    seed: str = ""


def drawn(doctree):
    """What a page draws; nothing on other pages."""
    for cell in doctree.findall(lambda node: isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"):
        if found := GIVEN.search(code(cell)):
            return Drawn(cell, found[1], found[2] or "")
    return Drawn()


# A form


def form(problem, ask, label):
    question = question_of(problem, ask.name)
    act, place = ("Note", "predict") if ask.predicts else ("Check", "answer")
    parts = {"id": f"{place}-{ask.name}", "name": ask.name, "act": act, "predicts": " data-predicts" * ask.predicts}
    return FORM.format(**parts, field=field(problem, ask.name, question, label))


def field(problem, name, question, label):
    if isinstance(question, Number):
        example = EXAMPLES[np.ndim(question.truth)]
        return TEXT.format(label=label, example=example)
    if isinstance(question, Choice) and len(question.options) > MANY:
        options = [OPTION.format(escape(text)) for text in ("", *question.options)]
        return SELECT.format(label=label, options="\n".join(options))
    option = formula if isinstance(question, Function) else choice
    options = [option(text) for text in ordered(problem, name, question)]
    return RADIOS.format(label=label, options="\n".join(options))


def choice(text):
    return RADIO.format(value=escape(text), label="", shown=f"<span>{escape(text)}</span>")


def formula(latex):
    """A formula to choose; its name for a screen reader is the LaTeX, since MathML gives a field none."""
    shown = CONVERTER.convert_with_local_state(latex, displaystyle=False)
    scrolls = f'<span class="math-scroll">{shown}</span>'  # with large letters on a phone
    return RADIO.format(value=escape(latex), label=f' aria-label="{escape(latex)}"', shown=scrolls)


def ordered(problem, name, question):
    """The options of a choice as Python has them; formulas shuffled, always alike, the truth not first."""
    if not isinstance(question, Function):
        return question.options
    truth, *others = tables.options(question)
    random.Random(f"{problem} {name}").shuffle(others)
    place = random.Random(f"{name} {problem}").randint(1, len(others))
    return [*others[:place], truth, *others[place:]]


# The page


def before(node):
    """What stands before a node in its section."""
    place = node.parent.index(node)
    return node.parent[place - 1] if place else None


def is_attempt(node):
    return isinstance(node, nodes.container) and "tag_attempt" in node.get("classes", ())


def label_of(name, field):
    """The id of the text that asks, which names the field."""
    text = before(field)
    if not isinstance(text, nodes.paragraph):
        raise ValueError(f"the question {name!r} is preceded by no paragraph; expected one that asks it")
    if not text["ids"]:
        text["ids"].append(f"asked-{name}")
    return text["ids"][0]


def fold(cells, title):
    """Put cells that follow each other into a fold, in the place of the first."""
    parent, place = cells[0].parent, cells[0].parent.index(cells[0])
    for cell in cells:
        parent.remove(cell)
    parent[place:place] = [raw(FOLD.format(escape(title))), *cells, raw("</details>")]
    return parent, place


def question_of(problem, name):
    questions = getattr(problems, problem)().questions
    if name not in questions:
        raise ValueError(f"a page asks {name!r}; the problem {problem} has {', '.join(map(repr, questions))}")
    return questions[name]


def answerable(problem, ask):
    return tables.told(question_of(problem, ask.name))


def put_form(problem, ask):
    attempt = before(ask.cell)
    folded = [attempt, ask.cell] if is_attempt(attempt) else [ask.cell]
    label = label_of(f"{ask.name}-before" if ask.predicts else ask.name, folded[0])
    parent, place = fold(folded, f"the answer {ask.name}")
    parent.insert(place, raw(form(problem, ask, label)))


def put_forms(app, doctree, docname):
    page = drawn(doctree)
    if not page.problem:
        return
    put_draw(page)
    for ask in asked(doctree):
        if answerable(page.problem, ask):
            put_form(page.problem, ask)
    put_sentence(doctree)
    put_figure(doctree)
    put_seen(doctree)
    link_to_pages(doctree)
    for cell in cells(doctree, "picture"):
        fold([cell], "the picture")
    for cell in cells(doctree, "check"):
        if code(cell) == PROGRESS:
            parent, place = fold([cell], "the count")
            parent.insert(place, raw(FAR))


def link_to_pages(doctree):
    """What a check of a notebook links to is a file in Jupyter, and a page here."""
    for node in doctree.findall(nodes.raw):
        if TO_FILE.search(node.astext()):
            node.children = [nodes.Text(TO_FILE.sub(r'href="\1.html"', node.astext()))]


def put_sentence(doctree):
    """Where the notebook has a cell for a sentence, the page has a field."""
    blanks = [node for node in doctree.findall(nodes.paragraph) if node.astext() == BLANK]
    for blank in blanks:
        blank.replace_self(raw(SENTENCE.format(label=label_of("sentence", blank))))


def put_figure(doctree):
    """Under the title of the section that runs the problem, the figure that does; a section before ran another's numbers."""
    sections = [node for node in doctree.findall(nodes.section) if node and node[0].astext() == RUN_IT]
    for section in sections[-1:]:
        section.insert(1, raw(FIGURE))


def put_seen(doctree):
    """In the place of a stored picture of a run, one that is drawn in the numbers of the page."""
    for number, cell in enumerate(cells(doctree, "seen")):
        parent, place = fold([cell], f"the picture of run {number + 1}")
        parent.insert(place, raw(SEEN.format(number)))


def put_draw(page):
    """Mark what is given, fold the code that draws it, and offer to draw it anew."""
    cell = page.cell
    if page.seed and int(page.seed) not in tables.SEEDS:
        raise ValueError(f"a page draws {page.problem}(seed={page.seed}); expected a seed from {tables.SEEDS}")
    parent, place = cell.parent, cell.parent.index(cell)
    shown = [part for part in cell if part.get("nb_element") == "cell_code_output"]
    cell[:] = [part for part in cell if part not in shown]
    opened = raw(f'<div class="given cell" data-problem="{page.problem}" data-seed="{page.seed}">')
    parent.remove(cell)
    told = [opened, *shown, raw(DRAW), raw("</div>")]
    parent[place:place] = [*told, raw(FOLD.format("this page")), cell, raw("</details>")]


# The overview


class YourProgress(SphinxDirective):
    """The place of the overview in which the reader's progress is told."""

    def run(self):
        return [nodes.raw("", "", format="html", progress=True)]


def exercises(app):
    """The pages that ask, in the order of the contents, with the problem of each and what it asks."""
    for page in app.env.collect_relations():
        doctree = app.env.get_doctree(page)
        if problem := drawn(doctree).problem:
            yield page, problem, [ask.name for ask in asked(doctree) if answerable(problem, ask)]


def put_progress(app, doctree, docname):
    for place in [node for node in doctree.findall(nodes.raw) if "progress" in node]:
        rows = "\n".join(row(app, docname, *exercise) for exercise in exercises(app))
        same = json.dumps(tables.same_mistake(), ensure_ascii=False)
        place.replace_self(raw(OVERVIEW.format(rows=rows, same=escape(same))))


def row(app, docname, page, problem, names):
    address, title = app.builder.get_relative_uri(docname, page), escape(app.env.titles[page].astext())
    return ROW.format(address=address, title=title, problem=problem, names=" ".join(dict.fromkeys(names)))


# The files


def write_scripts(app):
    out = Path(app.outdir, "_static")
    out.mkdir(parents=True, exist_ok=True)
    for name, parts in SCRIPTS.items():
        (out / name).write_text(smaller("application/javascript", page_script(parts)), encoding="utf-8")
    for name in RUN:
        (out / name).write_text(smaller("application/javascript", run_script(name)), encoding="utf-8")
    (out / STYLE).write_text(smaller("text/css", (FOLDER / STYLE).read_text(encoding="utf-8")), encoding="utf-8")


def run_name(problem):
    """The script with the figure of a problem."""
    return next(name for name, draws in running.SCRIPTS.items() if problem in draws)


def run_script(name):
    """The script of the figures that run the problems, of which each page has one."""
    start = 'for (const figure of document.querySelectorAll(".run-it")) mountRun(figure);'
    return f'(() => {{\n"use strict";\n{run_source(name)}\n{start}\n}})();\n'


def run_source(name):
    """Its parts in one scope."""
    needed = (*ALSO.get(name, ()), *DRAWN)
    twins = {part: live.TWINS[part].shared() for part in needed if part in live.TWINS}
    told = json.dumps(twins, ensure_ascii=False, separators=(",", ":"))
    parts = ["read", "scenes", RUN[name], "run", *MORE.get(name, ())]
    own = [MODULE.sub("", (FOLDER / f"{part}.js").read_text(encoding="utf-8")) for part in parts]
    return "\n".join([f"const SHARED = {told};", live.source(needed), *own])


def page_script(parts):
    """A classic script of these parts, behind the words that Python hands to them; a module would not load from the disk."""
    told = json.dumps(tables.shared(), ensure_ascii=False, separators=(",", ":"))
    source = "\n".join(MODULE.sub("", (FOLDER / f"{part}.js").read_text(encoding="utf-8")) for part in parts)
    return f'(() => {{\n"use strict";\nconst SHARED = {told};\n{source}\n}})();\n'


def write_tables(out, problem):
    """A script for each draw, of which a page loads the one that it shows."""
    (out / TABLES).mkdir(exist_ok=True)
    for seed, table in tables.all_tables(problem).items():
        key = key_of(problem, seed)
        (out / TABLES / f"{key}.js").write_text(tables.script(key, table), encoding="utf-8")


def key_of(problem, seed):
    return f"{problem}-{seed}" if seed else problem


def load(app, pagename, templatename, context, doctree):
    """Give a page that asks the table of its problem and the judge, and the overview what keeps count."""
    page = drawn(doctree) if doctree else Drawn()
    scripts = ["progress.js"] if 'class="your-progress"' in context.get("body", "") else []
    if page.problem:
        write_tables(Path(app.outdir, "_static"), page.problem)
        scripts = [f"{TABLES}/{key_of(page.problem, page.seed)}.js", run_name(page.problem), "answers.js"]
        app.add_css_file("live.css")
    for name in scripts:
        app.add_js_file(name, loading_method="defer")
    if scripts:
        app.add_css_file(STYLE)


def setup(app):
    app.connect("builder-inited", write_scripts)
    app.add_directive("your-progress", YourProgress)
    app.connect("doctree-resolved", put_forms)
    app.connect("doctree-resolved", put_progress)
    app.connect("html-page-context", load, priority=FINISHED)
    return SAFE
