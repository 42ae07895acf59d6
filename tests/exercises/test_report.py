"""What a teacher learns of a class: known mistakes counted by question and by seed, out of notebooks made up for it."""

import csv
import re
import sys
from collections import Counter

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from pages import ROOT

from gdtools import problems
from gdtools.check import Exercise

sys.path.insert(0, str(ROOT / "exercises"))
import report

LOST = "the check was deleted"
CAUTIOUS = "This is 1/L, a cautious step; the factor 1 − ηL reaches −1 only later."
MADE_UP = "1e400 by Ada Lovelace"  # what only a student can have written


def cell(exercise, question, answer):
    """A check as a graded notebook holds it, with what it said."""
    said = exercise.check(question, answer)
    output = new_output("execute_result", data={"text/plain": repr(said), "text/html": said._repr_html_()})
    return new_code_cell(f'exercise.check("{question}", {question})', outputs=[output])


def graded(name, seed, answers):
    """A notebook with these answers, by question; three dots for the other questions."""
    exercise = Exercise(getattr(problems, name)(seed))
    drawn = new_code_cell(f"exercise = Exercise({name}({'' if seed is None else f'seed={seed}'}))\nexercise.problem")
    given = {question: answers.get(question, [...]) for question in exercise.problem.questions}
    cells = [cell(exercise, question, each) for question, tries in given.items() if tries != LOST for each in tries]
    return new_notebook(cells=[drawn, *cells])


def bound(name, seed, factor):
    return [getattr(problems, name)(seed).questions["bound"].truth * factor]


@pytest.fixture
def course(tmp_path):
    """Three students with the book's springs, three with other numbers, and one whose notebook is of no exercise."""
    book = [bound("springs", None, 1), bound("springs", None, 0.5), [*bound("springs", None, 1), MADE_UP]]
    seven = [bound("springs", 7, 0.5), bound("springs", 7, 3), LOST]
    notebooks = [graded("springs", None, {"bound": tries}) for tries in book]
    notebooks += [graded("springs", 7, {"bound": tries}) for tries in seven]
    for number, notebook in enumerate([*notebooks, new_notebook(cells=[new_code_cell("1 + 1")])]):
        folder = tmp_path / "autograded" / f"Ada Lovelace {number}" / "gradient-descent"
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "practice-1-springs.ipynb")
    return tmp_path


def test_the_report_tells_by_question_and_seed(course, capsys):
    report.report(course, course / "made" / "report.csv")
    printed = capsys.readouterr().out
    (table,) = re.findall(r".*  springs: bound\n(?:.+\n)+", printed)
    assert [re.split(r"\s{2,}", line.strip()) for line in table.splitlines()] == [
        ["book", "seed 7", "all", "springs: bound"],
        ["1", "0", "1", "right"],
        ["1", "1", "2", CAUTIOUS],
        ["0", "1", "1", "another wrong answer"],
        ["1", "0", "1", "cannot be checked"],
        ["0", "1", "1", "the check is gone"],
    ]
    assert "6 notebooks were counted" in printed
    assert "1 more were left out" in printed


def test_the_file_has_every_known_mistake_by_seed(course):
    report.report(course, course / "report.csv")
    with (course / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    asked = problems.springs().questions
    assert {row["question"] for row in rows} == set(asked)
    for question, each in asked.items():
        known = {mistake.words for mistake in each.mistakes}
        for seed in ("book", "7"):
            mine = {row["answer"]: int(row["notebooks"]) for row in rows if (row["question"], row["seed"]) == (question, seed)}
            assert known <= set(mine)
            assert sum(mine.values()) == 3


def test_no_name_and_no_word_of_a_student_is_told(course, capsys):
    report.report(course, course / "report.csv")
    told = capsys.readouterr().out.replace(str(course), "") + (course / "report.csv").read_text(encoding="utf-8-sig")
    assert "Ada" not in told
    assert "1e400" not in told


@pytest.mark.parametrize("name", problems.NAMES)
@pytest.mark.parametrize("seed", [None, 3])
def test_every_known_mistake_is_counted_as_what_the_check_calls_it(name, seed):
    questions = getattr(problems, name)(seed).questions
    for question, each in questions.items():
        known = list(each.mistakes)
        _, answers = report.count([graded(name, seed, {question: [mistake.answer]}) for mistake in known])
        mine = {answer: times for (*_, asked, answer), times in answers.items() if asked == question}
        assert mine == Counter(mistake.words for mistake in known)


def test_many_seeds_are_added_up_and_told_apart_in_the_file():
    many = [graded("valley", seed, {}) for seed in range(report.MOST + 1)]
    counted = list(report.rows(*report.count(many)))
    assert len({seed for _, _, seed, _, _ in counted}) == report.MOST + 1
    assert report.table([row[2:] for row in counted if row[1] == "bound"], "valley: bound").split() == [
        *("all", "valley:", "bound"),
        *(str(report.MOST + 1), "not", "answered", "yet"),
    ]


def test_without_graded_notebooks_it_says_what_makes_them(tmp_path):
    with pytest.raises(SystemExit, match="autograded holds no graded notebook"):
        report.report(tmp_path, tmp_path / "report.csv")
