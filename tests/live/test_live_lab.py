"""A live figure in a real JupyterLab: the widget and the kernel keep the same state."""

import json
import re

import pytest
from browsing import PATIENT, open_notebook

CELLS = (
    "from gdtools.live import Bowl\nfigure = Bowl()\nfigure",
    "figure.lr = 0.041\nfigure.n_iter = 25",
    'print("Python has", figure.x0, figure.numbers()["error"])',
)
RUN = """async number => {
  jupyterapp.shell.currentWidget.content.activeCellIndex = number;
  await jupyterapp.commands.execute("notebook:run-cell");
}"""


@pytest.fixture
def notebook(lab):
    """The address of a notebook with a live figure."""
    cells = [
        {"cell_type": "code", "id": f"c{i}", "source": text, "metadata": {}, "outputs": [], "execution_count": None}
        for i, text in enumerate(CELLS)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (lab.folder / "figure.ipynb").write_text(json.dumps(notebook))
    return f"{lab.address}lab/workspaces/figure/tree/figure.ipynb"  # else it opens beside what other tests left


def test_the_widget_and_python_keep_the_same_state(browser, notebook):
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    open_notebook(page, notebook)

    page.evaluate(RUN, 0)  # the widget renders
    figure = page.locator(".live-figure")
    error, eta = figure.locator("[data-value=error]"), figure.locator("[data-control=lr]")
    figure.locator(".verdict .spoken", has_text="zigzags").wait_for(state="attached")
    assert (eta.inner_text(), error.inner_text()) == ("0.035", "0.05141")
    assert figure.locator("svg.panel .run").count() > 0

    page.evaluate(RUN, 1)  # Python moves the figure
    figure.locator(".verdict .spoken", has_text="diverges").wait_for(state="attached")
    assert (eta.inner_text(), error.inner_text()) == ("0.041", "10.17")

    figure.get_by_role("slider", name="start").focus()  # the figure reaches Python
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1000)
    page.evaluate(RUN, 2)
    printed = page.locator(".jp-OutputArea-output", has_text=re.compile("Python has")).first
    printed.wait_for()
    assert printed.inner_text().strip() == f"Python has (-0.9, 4.0) {error.inner_text()}"
    context.close()
