"""The exercises as a reader works on them: in a real JupyterLab, in Chromium."""

import pytest
from browsing import PATIENT, open_notebook


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def run_all(page):
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel:text-is('Run All Cells')").click()


def cell(page, text):
    """The cell of the open notebook that holds this text, scrolled to: JupyterLab draws only what is near the window."""
    found = page.locator(".jp-Notebook .jp-Cell", has_text=text).first
    for _ in range(60):
        if found.count():
            found.scroll_into_view_if_needed()
            return found
        page.locator(".jp-WindowedPanel-outer").evaluate("it => it.scrollBy(0, 400)")
        page.wait_for_timeout(100)
    raise AssertionError(f"no cell with {text!r}")


def answer(page, text, answer):
    """Replace the text of the cell, run it and the check below it."""
    cell(page, text).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(answer)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")


def test_an_exercise_opens_runs_hides_its_solution_and_answers(lab, page):
    open_notebook(page, f"{lab.address}lab/workspaces/exercise/tree/exercises/practice-1-springs.ipynb")
    run_all(page)
    cell(page, "exercise.progress()")
    page.get_by_text("0 of 7 right").wait_for(timeout=PATIENT)
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").count() == 0
    answer(page, "bound = ...", "bound = 1 / 11.1961524")
    page.get_by_text("This is 1/L").wait_for(timeout=PATIENT)
    answer(page, "bound = 1 / 11.1", "bound = 2 / 11.1961524")
    page.locator(".feedback.right:visible", has_text="bound: right.").wait_for(timeout=PATIENT)
    assert not page.get_by_text("condition number 13.9").is_visible(), "the run unfolded the solution"
    cell(page, "Solution in words").locator(".jp-showHiddenCellsButton").click()
    page.get_by_text("condition number 13.9").wait_for(timeout=PATIENT)


def test_one_worker_has_jupyterlab_and_all_tests_that_ask_for_it(lab, request, worker_id):
    assert worker_id == "master" or request.node.nodeid.endswith("@lab"), "xdist takes no notice of the groups of tests"
