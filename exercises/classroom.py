"""Write the exercise notebooks for a class, without solutions and marked up for nbgrader: `make classroom [SEED=7]`."""

import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

FOLDER = Path(__file__).parent
ASSIGNMENT = Path("source") / "gradient-descent"
# nbgrader puts this where a picture is to be drawn; its own stub would raise an error in an untouched notebook.
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "gradient-descent"
c.ClearSolutions.code_stub = {"python": "ax = ..."}
"""
TAKEN = """{} is there already, perhaps with changes of yours, and was left as it is: nothing was written.
To have it written anew, move that folder out of the book, or delete it, and type the same again.
Settings, what was handed in, and grades stay as they are."""
HIDDEN = "# Graded automatically.\n### BEGIN HIDDEN TESTS\nassert {}\n### END HIDDEN TESTS"


def tags(cell):
    return set(cell.metadata.get("tags", []))


def mark(cell, name, *, points, manual):
    """The metadata by which nbgrader knows a cell that earns points."""
    cell.metadata["nbgrader"] = {
        "grade": True, "grade_id": name, "locked": not manual, "points": points,
        "schema_version": 3, "solution": manual, "task": False,
    }  # fmt: skip
    return cell


def graded(number, cell):
    """The cell as the class gets it, followed by the test that grades it, if there is one."""
    if tags(cell) & {"picture", "sentence"}:
        return [mark(cell, f"manual-{number}", points=2, manual=True)]
    if "check" in tags(cell) and "progress" not in cell.source:
        return [
            cell,
            mark(new_code_cell(HIDDEN.format(cell.source), id=f"test-{number}"), f"test-{number}", points=1, manual=False),
        ]
    return [cell]


def redraw(cell, seed):
    """Give the problem of the notebook other numbers."""
    if seed is not None and cell.cell_type == "code":
        cell.source = re.sub(r"(\bexercise = Exercise\(\w+\()(seed=\d+)?\)", rf"\1seed={seed})", cell.source)


def for_class(notebook, seed=None):
    """Drop solutions and outputs, draw other numbers if there is a seed, and add what nbgrader needs."""
    left = [cell for cell in notebook.cells if "solution" not in tags(cell)]
    notebook.cells = [given for number, cell in enumerate(left) for given in graded(number, cell)]
    for cell in notebook.cells:
        redraw(cell, seed)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def number(text):
    """The seed, which may be written as 007."""
    if not text.isdecimal():
        raise ValueError(f"SEED is {text!r}; expected a whole number, such as 7")
    return int(text)


def write(target, seed=None):
    """Write the assignment into ``target``, and settings where there are none; what is there already belongs to the teacher."""
    assignment, settings = Path(target) / ASSIGNMENT, Path(target) / "nbgrader_config.py"
    if assignment.exists():
        raise FileExistsError(TAKEN.format(assignment))
    assignment.mkdir(parents=True)
    for path in sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(for_class(nbformat.read(path, as_version=4), seed), assignment / path.name)
    if not settings.exists():
        settings.write_text(CONFIG, encoding="utf-8")


if __name__ == "__main__":
    target, *seed = sys.argv[1:]
    try:
        write(target, *map(number, seed))
    except (ValueError, FileExistsError) as refusal:
        sys.exit(str(refusal))
