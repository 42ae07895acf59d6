"""The exercises stand in one order everywhere, that of the chapters after which they can be solved."""

import re

import yaml
from pages import ROOT

from gdtools import problems

TEXT = (ROOT / "exercises" / "index.md").read_text(encoding="utf-8")
ROW = r"^\| \[.+?\]\(([\w-]+)\.ipynb\) \|[^|]+\| (\d+) \| (.+) \|$"
ROWS = re.findall(ROW, TEXT, re.MULTILINE)
FILES = [f"exercises/{name}" for name, _, _ in ROWS]
CONTENTS = {
    part["caption"]: [entry["file"] for entry in part["chapters"]]
    for part in yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
}
CHAPTERS, EXERCISES = CONTENTS["Chapters"] + CONTENTS["Remedies"], CONTENTS["Exercises"]


def after(row):
    """The place of the chapter after which an exercise can be solved, which for the checks is the last of their part."""
    found = re.search(r"chapters/[\w-]+", row[2])
    part = CONTENTS["Remedies" if "remedies" in row[2] else "Chapters"]
    return CHAPTERS.index(found[0] if found else part[-1])


def test_the_overview_follows_the_chapters():
    assert len(ROWS) == len(problems.NAMES)
    assert [after(row) for row in ROWS] == sorted(map(after, ROWS))


def test_contents_and_code_follow_the_overview():
    assert [file for file in EXERCISES if file in FILES] == FILES
    drawn = [(ROOT / f"{file}.ipynb").read_text(encoding="utf-8") for file in FILES]
    assert tuple(re.search(r"exercise = Exercise\((\w+)\(", text)[1] for text in drawn) == problems.NAMES


def test_a_chapter_leads_to_the_exercises_that_come_after_it():
    for row in ROWS:
        if "chapters/" not in row[2]:
            continue
        chapter = (ROOT / f"{CHAPTERS[after(row)]}.md").read_text(encoding="utf-8")
        assert f"](../exercises/{row[0]}.ipynb)" in chapter, row


def test_an_exercise_needs_no_chapter_after_its_own():
    for file, row in zip(FILES, ROWS, strict=True):
        need = re.search(r"takes about \d+ minutes and needs (.+)", (ROOT / f"{file}.ipynb").read_text(encoding="utf-8"))[1]
        assert all(CHAPTERS.index(f"chapters/{name}") <= after(row) for name in re.findall(r"chapters/([\w-]+)\.md", need))


def test_the_total_time_is_the_sum():
    for table in TEXT.split("\n## The remedies\n"):
        total = sum(int(minutes) for _, minutes, _ in re.findall(ROW, table, re.MULTILINE))
        assert re.search(rf"[Tt]ogether (they )?take {total} minutes", table)


def test_the_progress_lists_questions_in_the_order_of_the_page():
    for file, name in zip(FILES, problems.NAMES, strict=True):
        asked = re.findall(r'"exercise\.check\(\\"(\w+)\\"', (ROOT / f"{file}.ipynb").read_text(encoding="utf-8"))
        assert asked == list(getattr(problems, name)().questions), file
