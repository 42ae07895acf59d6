"""The door of Binder: in the environment that Binder would build, each page opened by its launch link runs to its end."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from as_binder import steps
from browsing import PATIENT, open_notebook
from building import REPOSITORY
from pages import PAGES, ROOT, cells, html

RUN = """async () => {
  await jupyterapp.commands.execute("notebook:run-all-cells");
  const cells = [...jupyterapp.shell.currentWidget.content.model.cells].filter(cell => cell.type === "code");
  return cells.map(cell => ({source: cell.sharedModel.source, count: cell.executionCount, outputs: cell.outputs.toJSON()}));
}"""
# JupyterLab renders text after the cells have run, and only what is in view.
RENDERED = """() => [...document.querySelectorAll(".jp-MarkdownCell")].filter(it => it.checkVisibility())
                                                               .every(it => !/```|:::/.test(it.innerText))"""


def code(name):
    return [cell.source for cell in cells(name)]


RUNNING = [name for name in PAGES if code(name)]


def launch_links(published, name):
    return [link["href"] for link in html(published, name).find_all("a", href=re.compile("mybinder"))]


def test_binder_takes_the_lock_and_then_the_code():
    pip, post_build = steps(ROOT)
    assert pip.endswith('pip install --no-cache-dir -r "binder/requirements.txt"')
    assert post_build == "./binder/postBuild"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_code_and_no_other_has_a_launch_link(published, name):
    expected = f"https://mybinder.org/v2/gh/{REPOSITORY.removeprefix('https://github.com/')}/HEAD"
    links = launch_links(published, name)
    assert len(links) == (name in RUNNING)
    assert all(link.startswith(f"{expected}?urlpath=lab/tree/") for link in links)


@pytest.fixture(scope="module")
def tab(lab, browser):
    """One tab in which the pages are opened one after the other, their kernels ended in between."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    yield page
    page.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")
    context.close()


@pytest.mark.parametrize("name", RUNNING)
def test_the_launch_link_opens_the_page_as_a_notebook_that_runs(published, lab, tab, name):
    (link,) = launch_links(published, name)
    (path,) = parse_qs(urlsplit(link).query)["urlpath"]
    open_notebook(tab, f"{lab.address}{path}?reset")  # without the tabs of the page before
    assert tab.locator(".jp-MarkdownCell h1").first.inner_text()
    cells = tab.evaluate(RUN)
    assert [cell["source"].strip() for cell in cells] == [text.strip() for text in code(name)]
    assert all(cell["count"] for cell in cells), "a cell did not run"
    errors = [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"]
    assert not errors
    tab.wait_for_function(RENDERED, timeout=PATIENT)
    tab.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")
