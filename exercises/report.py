"""How often each known mistake was made in a class, by question and by seed, and by nobody's name: `make report`.

What the checks said stands in the notebooks that nbgrader has run and graded, so nothing of a student's is run here.
"""

import csv
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import nbformat

from gdtools import problems
from gdtools.check import STATES

GRADED = "autograded/*/*/*.ipynb"
EXERCISE = re.compile(r"^exercise = Exercise\((\w+)\((?:seed=)?(\d*)\)\)", re.MULTILINE)
SAID = re.compile(rf"\S (\w+): ({'|'.join(words for _, words, _ in STATES.values())})\. ?(.*)", re.DOTALL)
RIGHT, OPEN, WRONG, UNCLEAR = (words for _, words, _ in STATES.values())
OTHER, GONE = "another wrong answer", "the check is gone"
MOST = 8  # seeds in a printed table
NONE = """{} holds no graded notebook.
nbgrader writes them there: `nbgrader autograde gradient-descent`, as exercises/teaching.md tells."""


# One notebook


def exercise(notebook):
    """The name and the seed of the problem that a notebook draws, or None if there is none to be found."""
    found = EXERCISE.search("\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code"))
    if not found or found[1] not in problems.NAMES:
        return None
    return found[1], int(found[2]) if found[2] else None


@cache
def known(name, seed):
    """The words of each known mistake, by question."""
    asked = getattr(problems, name)(seed).questions
    return {question: list(dict.fromkeys(mistake.words for mistake in each.mistakes)) for question, each in asked.items()}


def said(notebook):
    """What the checks of a notebook said last, by question: the state in words, and what followed."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    found = filter(None, (SAID.fullmatch(output.get("data", {}).get("text/plain", "")) for output in outputs))
    return {question: (state, text) for question, state, text in (each.groups() for each in found)}


def answer(state, text, mistakes):
    """What is counted: the known mistake that was made, or else the state; never the words of a student."""
    if state == WRONG:
        return text if text in mistakes else OTHER
    return state


# A class


def kinds(mistakes):
    """All that an answer can be, in the order of the report."""
    return [RIGHT, OPEN, *mistakes, OTHER, UNCLEAR, GONE]


def count(notebooks):
    """How many notebooks there are of each kind: by problem and seed, and in these by question and answer."""
    drawn, answers = Counter(), Counter()
    for notebook in notebooks:
        if (problem := exercise(notebook)) is None:
            continue
        drawn[problem] += 1
        told = said(notebook)
        for question, mistakes in known(*problem).items():
            answers[*problem, question, answer(*told.get(question, (GONE, "")), mistakes)] += 1
    return drawn, answers


def order(seed):
    """The book's own numbers, which have no seed, come first."""
    return -1 if seed is None else seed


def rows(drawn, answers):
    """Every answer that a question of these problems knows, with how often it was given, be it never."""
    for name, seed in sorted(drawn, key=lambda drawn: (problems.NAMES.index(drawn[0]), order(drawn[1]))):
        for question, mistakes in known(name, seed).items():
            for kind in kinds(mistakes):
                yield name, question, "book" if seed is None else seed, kind, answers[name, seed, question, kind]


def columns(seeds):
    """The seeds that get a column of their own; many of them would fill no screen, and stand in the file alone."""
    return seeds if 1 < len(seeds) <= MOST else []


def table(counted, heading):
    """One question: a line for each answer that was given, and a column for each seed."""
    seeds = list(dict.fromkeys(seed for seed, _, _ in counted))
    by_seed, whole = Counter(), Counter()
    for seed, kind, times in counted:
        by_seed[seed, kind] += times
        whole[kind] += times
    lines = [[*(f"seed {seed}" if seed != "book" else seed for seed in columns(seeds)), "all", heading]]
    lines += [[*(by_seed[seed, kind] for seed in columns(seeds)), whole[kind], kind] for kind in whole if whole[kind]]
    return "\n".join("".join(f"{cell:>9}" for cell in line[:-1]) + f"  {line[-1]}" for line in lines)


def show(counted):
    """All questions, one after the other."""
    for name, question in dict.fromkeys(row[:2] for row in counted):
        print(table([row[2:] for row in counted if row[:2] == (name, question)], f"{name}: {question}"), end="\n\n")


def save(counted, path):
    """For a spreadsheet, which knows by the first bytes that this is UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([("problem", "question", "seed", "answer", "notebooks"), *counted])


def report(course, path):
    notebooks = [nbformat.read(graded, as_version=4) for graded in sorted(course.glob(GRADED))]
    if not notebooks:
        sys.exit(NONE.format(course / "autograded"))
    drawn, answers = count(notebooks)
    counted = list(rows(drawn, answers))
    show(counted)
    save(counted, path)
    print(f"{drawn.total()} notebooks were counted; {path} holds every known mistake, by seed, for a spreadsheet.")
    if left := len(notebooks) - drawn.total():
        print(f"{left} more were left out, since no exercise of this book is drawn in them.")


if __name__ == "__main__":
    report(Path(sys.argv[1]), Path(sys.argv[2]))
