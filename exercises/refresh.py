"""Run the exercise notebooks from top to bottom and store what they show: `make notebooks`; or --check how they are stored."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
# How JupyterLab collapses a cell, and all that follows a heading; the second outlasts a run.
CLOSED = {"source_hidden": True, "outputs_hidden": True}
FOLDED = "jp-MarkdownHeadingCollapsed"
PROMPTS = {"code_prompt_show": "Show the computation", "code_prompt_hide": "Hide the computation"}


def heads(cell):
    return cell.source.startswith("### ")


def tidy(notebook):
    """Collapse the solutions, number the cells, and drop what differs from machine to machine."""
    notebook.metadata |= {"language_info": {"name": "python"}, "mystnb": PROMPTS}
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata = {key: cell.metadata[key] for key in ("tags", "mystnb", "jupyter") if key in cell.metadata}
        if "solution" in cell.metadata.get("tags", []):
            cell.metadata |= {"jupyter": CLOSED} if cell.cell_type == "code" else {FOLDED: True} if heads(cell) else {}
    return notebook


def refresh(path):
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": FOLDER}}
    NotebookClient(notebook, record_timing=False, coalesce_streams=True, resources=place).execute()
    nbformat.write(tidy(notebook), path)


def untidy(paths):
    return [str(path) for path in paths if nbformat.read(path, as_version=4) != tidy(nbformat.read(path, as_version=4))]


def check(paths):
    if found := untidy(paths):
        sys.exit(f"not as `make notebooks` stores them: {', '.join(found)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        check(sys.argv[2:])
    else:
        for path in sorted(FOLDER.glob("*.ipynb")):
            print(path.name)
            refresh(path)
