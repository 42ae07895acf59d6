"""The exercise notebooks: as stored, untouched, answered rightly, answered with every known mistake, stripped for a class."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
from pages import ROOT

from gdtools import check, problems
from gdtools.questions import Choice, Number

sys.path.insert(0, str(ROOT / "exercises"))
import classroom
import refresh
import report

FOLDER = ROOT / "exercises"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
ONE = "practice-1-springs"  # the notebook that stands for all where one is enough
PARTS = ["Problem", "Predict", "Compute by hand", "Run it", "Articulate"]
# Check C has nothing to compute by hand, and what is predicted is another run of one that has been told apart.
OTHER_PARTS = {"check-c-which": ["Problem", "Tell apart", "Predict", "Run it", "Articulate"]}
each_notebook = pytest.mark.parametrize("name", NAMES)


def read(name, folder=FOLDER):
    return nbformat.read(folder / f"{name}.ipynb", as_version=4)


def tags(cell):
    return set(cell.metadata.get("tags", []))


def code(notebook, *, without=frozenset()):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and not tags(cell) & set(without)]


def question(cell):
    """What a check cell checks, as (question, name of the variable); None for another cell."""
    found = re.fullmatch(r'exercise\.check\("(\w+)", (\w+)\)', cell.source)
    return found.groups() if found and "check" in tags(cell) else None


def checks(name):
    return [question(cell) for cell in code(read(name)) if question(cell)]


# What they ask

FINE = 1e-4  # of the answer: what five digits cannot be sure to reach is finer
TAKEN = {"question": 1, "two questions": 2, "three questions": 3}
NEXT = re.compile(rf"\bnext ({'|'.join(TAKEN)}), which asks? for as many\b")


def asking(name):
    """Each question that a notebook checks, with the text before its cells."""
    text = ""
    for cell in read(name).cells:
        text = cell.source if cell.cell_type == "markdown" else text
        if question(cell):
            yield question(cell)[0], text


def told_fine(name):
    """The questions whose text says how near is asked for, or that one before has said it for."""
    left = 0
    for asked, text in asking(name):
        if left or "per cent" in text:
            yield asked
        ahead = NEXT.search(text)
        left = TAKEN[ahead[1]] if ahead else max(0, left - 1)


def fine(name, seed):
    """The questions on a number that could be refused where all but five digits are lost."""
    drawn = re.search(r"exercise = Exercise\((\w+)\(", "\n".join(cell.source for cell in read(name).cells))[1]
    questions = getattr(problems, drawn)(seed).questions
    return {asked for asked, it in questions.items() if isinstance(it, Number) and not it.count and it.rtol < FINE}


@each_notebook
def test_a_text_that_asks_for_more_than_five_digits_says_so(name):
    for seed in (None, 1, 2):
        assert fine(name, seed) <= set(told_fine(name))


def test_the_text_of_the_houses_asks_for_more():
    assert fine("practice-2-houses", None) == {"L", "bound", "condition"}


# How they are made


def test_there_are_eighteen():
    assert len(NAMES) == 18
    assert sum(name.startswith("practice-") for name in NAMES) == 14
    assert sum(name.startswith("check-") for name in NAMES) == 3


@each_notebook
def test_the_parts_come_in_order(name):
    headings = re.findall(r"^## (.+)$", "\n".join(cell.source for cell in read(name).cells), re.MULTILINE)
    parts = OTHER_PARTS.get(name, PARTS)
    assert [heading for heading in headings if heading in {*PARTS, *parts}] == parts


@each_notebook
def test_a_solution_is_collapsed_in_the_page_and_in_jupyterlab_and_what_is_stored_is_tidy(name):
    notebook = read(name)
    assert notebook == refresh.tidy(read(name)), "run `make notebooks`"
    for cell in notebook.cells:
        if "solution" in tags(cell) and cell.cell_type == "code":
            assert "hide-cell" in tags(cell)
            assert cell.metadata["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
        elif "solution" in tags(cell):
            assert re.fullmatch(r"(### Solution)?\s*(:::+\{dropdown\}.*:::+)?", cell.source, re.DOTALL)


@each_notebook
def test_a_folded_heading_hides_the_solution_and_nothing_else(name):
    """JupyterLab shows the output of a collapsed cell as soon as it runs; what is under a folded heading stays hidden."""
    folded = False
    for cell in read(name).cells:
        if cell.cell_type == "markdown" and re.match("#+ ", cell.source):
            folded = cell.source.startswith("### Solution")
            assert folded is cell.metadata.get(refresh.FOLDED, False)
        elif cell.cell_type == "code":
            assert folded is ("solution" in tags(cell))
        else:
            assert not folded or "solution" in tags(cell)


@each_notebook
def test_a_picture_of_a_solution_says_what_it_shows(name):
    pictures = [cell for cell in code(read(name)) if any("image/svg+xml" in output.get("data", {}) for output in cell.outputs)]
    assert pictures
    assert all(len(cell.metadata["mystnb"]["image"]["alt"]) >= 80 for cell in pictures)


@each_notebook
def test_every_question_is_asked_once_and_every_choice_is_listed(name):
    notebook = read(name)
    asked = next(value for value in untouched(notebook).values() if isinstance(value, check.Exercise)).problem.questions
    assert sorted(question for question, _ in checks(name)) == sorted(asked)
    assert sum("picture" in tags(cell) for cell in code(notebook)) >= 1
    assert sum("sentence" in tags(cell) for cell in notebook.cells) == 1
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    options = [option for entry in asked.values() if isinstance(entry, Choice) for option in entry.options]
    assert [option for option in options if f'`"{option}"`' not in text] == []


@each_notebook
def test_the_book_and_the_notebooks_lead_to_each_other(name):
    text = "\n".join(cell.source for cell in read(name).cells)
    assert re.search(r"\]\(\.\./chapters/[\w-]+\.md\)", text)
    assert "](index.md)" in text
    chapters = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("chapters/*.md"))
    minutes = re.search(r"takes about (\d+) minutes", text)[1]
    assert re.search(rf"\]\({name}\.ipynb\) \|[^|]*\| {minutes} \|", (FOLDER / "index.md").read_text(encoding="utf-8"))
    assert f"](../exercises/{name}.ipynb)" in chapters


# How they run


def execute(cells, change=lambda source: source):
    """Run cells as a kernel would, and return the names they leave and what each cell shows."""
    names, shown = {"__name__": "__main__"}, []
    for cell in cells:
        body = ast.parse(change(cell.source)).body
        names["display"] = lambda *values, into=shown: into.extend(values)
        last = body.pop() if body and isinstance(body[-1], ast.Expr) and not cell.source.rstrip().endswith(";") else None
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        if last:
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    plt.close("all")
    return names, [value for value in shown if isinstance(value, check.Feedback)]


def untouched(notebook):
    return execute(code(notebook, without={"solution"}))[0]


def drawn(seed):
    """Replace the problem of the notebook by the same one in other numbers."""
    names = "|".join(problems.NAMES)
    asked = rf"exercise = Exercise\(({names})\((seed=)?\d*\)\)"
    return lambda source: re.sub(asked, rf"exercise = Exercise(\1({seed}))", source)


def attempts(name, answer):
    """The notebook's cells without solutions, every attempt filled with what ``answer`` says for its question."""
    variables = {variable: asked for asked, variable in checks(name)}

    def fill(source):
        try:
            body = ast.parse(source).body
        except SyntaxError:
            return source
        for node in body:
            target = node.targets[0].id if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else None
            variable = node.name if isinstance(node, ast.FunctionDef) else target
            if variable in variables:
                source += f"\n{variable} = {answer.format(variables[variable])}"
        return source

    cells = code(read(name), without={"solution"})
    return [
        nbformat.from_dict({**cell, "source": fill(cell.source) if "attempt" in tags(cell) else cell.source}) for cell in cells
    ]


def answered(name, answer, change=lambda source: source):
    names, shown = execute(attempts(name, answer), change)
    states = {feedback.title.split(":")[0]: feedback for feedback in shown}
    return names["exercise"].problem.questions, {asked: states[asked] for asked, _ in checks(name)}, shown[-1]


@each_notebook
def test_untouched_every_check_is_open(name):
    for cell in code(read(name)):
        if question(cell):
            (output,) = cell.outputs
            assert output.data["text/plain"] == f"○ {question(cell)[0]}: not answered yet."
    assert code(read(name))[-1].outputs[0].data["text/plain"].startswith("○ 0 of ")


@each_notebook
@pytest.mark.parametrize("seed", ["", 1, 2])
def test_right_answers_are_all_right(name, seed):
    questions, states, progress = answered(name, 'exercise.problem.questions["{}"].truth', drawn(seed))
    assert all(states.values()), states
    assert len(states) == len(questions)
    assert progress.title == f"{len(questions)} of {len(questions)} right"


@each_notebook
def test_every_known_mistake_is_named(name):
    most = max(len(question.mistakes) for question in answered(name, "...")[0].values())
    for number in range(most):
        mistake = f'[*(known.answer for known in exercise.problem.questions["{{}}"].mistakes), *[...] * {most}][{number}]'
        questions, states, _ = answered(name, mistake)
        for asked, feedback in states.items():
            known = questions[asked].mistakes[number : number + 1]
            words = "".join(mistake.words for mistake in known)
            told = "".join(f" You predicted “{mistake.answer}”." for mistake in known) if asked == "prediction" else ""
            assert (feedback.state, feedback.text) == ("wrong" if known else "open", words + told)


@each_notebook
@pytest.mark.parametrize("seed", ["", 1, 2, 3])
def test_the_solutions_are_right_whatever_the_numbers(name, seed):
    shown = execute(code(read(name)), drawn(seed))[1]
    right = {feedback.title for feedback in shown if feedback}
    assert {f"{asked}: right" for asked, _ in checks(name)} <= right


# As stored


@pytest.fixture
def nbval():
    """A function that runs a notebook in a kernel and compares what its cells show with what is stored.

    nbval is a plugin of pytest; in a process of its own it leaves nothing open here, and loads no other plugin.
    """
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    plain = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", ROOT]
    compare = ["-p", "nbval.plugin", "--nbval", "--nbval-sanitize-with", ROOT / "tests" / "sanitize.cfg"]

    def run(path):
        return subprocess.run([*plain, *compare, path], capture_output=True, text=True, check=False, env=alone)

    return run


@each_notebook
def test_the_stored_outputs_are_what_the_cells_show(nbval, name):
    run = nbval(FOLDER / f"{name}.ipynb")
    assert run.returncode == 0, run.stdout[-3000:]
    assert f"{len(code(read(name)))} passed" in run.stdout


def test_an_altered_output_fails(nbval, tmp_path):
    stored = (FOLDER / "check-b-coupled.ipynb").read_text(encoding="utf-8")
    (tmp_path / "altered.ipynb").write_text(stored.replace("lr = 0.2\\n", "lr = 0.3\\n", 1), encoding="utf-8")
    run = nbval(tmp_path / "altered.ipynb")
    assert run.returncode == 1
    assert "1 failed" in run.stdout


# For a class


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    classroom.write(folder)
    return folder


@each_notebook
def test_nothing_of_a_solution_is_left(course, name):
    given = read(name, course / classroom.ASSIGNMENT)
    whole = json.dumps(given, ensure_ascii=False)
    assert not any("solution" in tags(cell) or cell.get("outputs") for cell in given.cells)
    told = {line.strip() for cell in read(name).cells if "solution" not in tags(cell) for line in cell.source.splitlines()}
    for cell in read(name).cells:
        secret = [line for line in cell.source.splitlines() if "solution" in tags(cell) and line.strip() not in told]
        assert [line for line in secret if len(line) > 12 and json.dumps(line, ensure_ascii=False)[1:-1] in whole] == []


@pytest.fixture(scope="module")
def course_in_other_numbers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seven")
    classroom.write(folder, classroom.number("007"))
    return folder


@each_notebook
def test_a_seed_draws_other_numbers_for_the_class(course_in_other_numbers, name):
    given = read(name, course_in_other_numbers / classroom.ASSIGNMENT)
    drawn = [cell for cell in code(given) if "nbgrader" not in cell.metadata]
    assert str(execute(drawn)[0]["exercise"].problem) != str(untouched(read(name))["exercise"].problem)


@pytest.mark.parametrize(("text", "seed"), [("7", 7), ("007", 7), ("0", 0)])
def test_a_seed_is_read_as_a_number(text, seed):
    assert classroom.number(text) == seed
    notebook = classroom.for_class(read(ONE), seed)
    assert f"exercise = Exercise(springs(seed={seed}))" in "\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize("text", ["-7", "7.0", "1e3", "seven", "7 8", "0x7"])
def test_what_is_no_number_is_no_seed(text):
    with pytest.raises(ValueError, match=f"SEED is '{text}'; expected a whole number, such as 7"):
        classroom.number(text)


def test_what_is_no_seed_has_nothing_written(tmp_path):
    run = subprocess.run([sys.executable, FOLDER / "classroom.py", tmp_path, "-7"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "SEED is '-7'; expected a whole number, such as 7\n")
    assert not list(tmp_path.iterdir())


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_there_of_a_teacher_is_left_as_it_is(course, tmp_path):
    folder = tmp_path / "classroom"
    shutil.copytree(course, folder)
    (folder / classroom.ASSIGNMENT / f"{ONE}.ipynb").write_text("changed by the teacher")
    (folder / "nbgrader_config.py").write_text("# set by the teacher")
    before = contents(folder)
    with pytest.raises(FileExistsError, match=r"(?s)classroom/source/gradient-descent is there already.*nothing was written"):
        classroom.write(folder)
    assert contents(folder) == before
    shutil.rmtree(folder / classroom.ASSIGNMENT)
    classroom.write(folder)
    assert contents(folder) == contents(course) | {"nbgrader_config.py": b"# set by the teacher"}


@each_notebook
def test_every_question_of_a_class_notebook_earns_points(course, name):
    marks = [
        cell.metadata["nbgrader"] for cell in read(name, course / classroom.ASSIGNMENT).cells if "nbgrader" in cell.metadata
    ]
    assert sum(mark["grade"] and not mark["solution"] for mark in marks) == len(checks(name))
    assert sum(mark["grade"] and mark["solution"] for mark in marks) >= 2
    assert len({mark["grade_id"] for mark in marks}) == len(marks)


@pytest.fixture
def nbgrader():
    """A function that runs a command of nbgrader in the folder of a course."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic by name
    environment = {**os.environ, "PATH": path}

    def run(course, *command):
        tool = [sys.executable, "-m", "nbgrader", *command]
        run = subprocess.run(tool, cwd=course, capture_output=True, text=True, check=False, env=environment)
        assert run.returncode == 0, run.stdout + run.stderr

    return run


@pytest.fixture
def small_course(course, tmp_path):
    """A course of one notebook, `ONE`."""
    shutil.copytree(course / classroom.ASSIGNMENT, tmp_path / classroom.ASSIGNMENT)
    shutil.copy(course / "nbgrader_config.py", tmp_path)
    for other in set(NAMES) - {ONE}:
        (tmp_path / classroom.ASSIGNMENT / f"{other}.ipynb").unlink()
    return tmp_path


def hand_in(course, student, answer):
    """Put the notebook of the release, answered, where nbgrader looks for what a student hands in."""
    notebook = read(ONE, course / "release" / "gradient-descent")
    filled = iter(attempts(ONE, answer))
    for cell in code(notebook):
        if "test-" not in cell.metadata.get("nbgrader", {}).get("grade_id", ""):
            cell.source = next(filled).source
    folder = course / "submitted" / student / "gradient-descent"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ONE}.ipynb")


def test_nbgrader_takes_the_notebooks_in_and_grades_them(nbgrader, small_course, capsys):
    from nbgrader.api import Gradebook

    nbgrader(small_course, "generate_assignment", "gradient-descent", "--create")
    release = small_course / "release" / "gradient-descent" / f"{ONE}.ipynb"
    assert "HIDDEN" not in release.read_text(encoding="utf-8")
    hand_in(small_course, "ada", 'exercise.problem.questions["{}"].truth')
    hand_in(small_course, "bob", "...")
    nbgrader(small_course, "autograde", "gradient-descent")
    with Gradebook(f"sqlite:///{small_course}/gradebook.db", "gradient-descent") as book:
        scores = {who: book.find_submission("gradient-descent", who).score for who in ("ada", "bob")}
        full = book.find_assignment("gradient-descent").max_code_score
    assert scores == {"ada": len(checks(ONE)), "bob": 0}
    assert full >= len(checks(ONE))
    report.report(small_course, small_course / "report.csv")
    assert re.search(r"^ +1  right$", capsys.readouterr().out, re.MULTILINE), "ada's answer is not counted"
    nbgrader(small_course, "generate_feedback", "gradient-descent")
    assert (small_course / "feedback" / "bob" / "gradient-descent" / f"{ONE}.html").is_file()
