"""The doors of Binder and Colab: in the environment that Binder would build, what a launch link opens runs to its end."""

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
                                                               .every(it => !/```|:::|\\$|\\\\[a-z]{2}/.test(it.innerText))"""
NOTEBOOK = "() => window.jupyterapp?.shell.currentWidget?.context?.path?.endsWith('.ipynb')"
OURS = "from myst_nb import glue\n"  # what a notebook does without
CHAPTER = "chapters/step-size"
# A chapter with a table and a live figure, the longest, tables that code writes, an exercise.
OPENED = [CHAPTER, "chapters/limits-and-remedies", "exercises/teaching", "exercises/check-a-quartic"]


def code(name):
    return [cell.source for cell in cells(name)]


RUNNING = [name for name in PAGES if code(name)]


def launch_links(published, name):
    return [link["href"] for link in html(published, name).find_all("a", href=re.compile("mybinder|colab"))]


def test_binder_takes_the_lock_and_then_the_code():
    pip, post_build = steps(ROOT)
    assert pip.endswith('pip install --no-cache-dir -r "binder/requirements.txt"')
    assert post_build == "./binder/postBuild"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_code_and_no_other_has_launch_links(published, name):
    place = REPOSITORY.removeprefix("https://github.com/")
    opened = "start.md" if name == "index" else f"{name}.ipynb"
    expected = [
        f"https://mybinder.org/v2/gh/{place}/notebooks?urlpath=lab/tree/{opened}",
        f"https://colab.research.google.com/github/{place}/blob/notebooks/{name}.ipynb",
    ]
    assert launch_links(published, name) == expected * (name in RUNNING)


def test_what_the_links_open_is_on_the_branch(binder):
    _, branch = binder
    assert [name for name in RUNNING if not (branch / f"{name}.ipynb").is_file()] == []
    assert (branch / "start.md").is_file()


@pytest.fixture(scope="module")
def tab(lab, browser):
    """One tab in which the pages are opened one after the other, their kernels ended in between."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    yield page
    page.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")
    context.close()


def test_binder_opens_at_the_page_that_tells_the_way_and_leads_on(lab, tab):
    tab.goto(lab.address)
    tab.wait_for_url(re.compile(r"/lab/tree/start\.md"))
    way = tab.locator(".jp-MarkdownViewer")
    way.get_by_role("heading", name="Start here").wait_for()
    way.get_by_role("link", name="Step size").click()
    tab.wait_for_function(NOTEBOOK)
    assert tab.evaluate("jupyterapp.shell.currentWidget.context.path") == f"{CHAPTER}.ipynb"


@pytest.mark.parametrize("name", OPENED)
def test_the_launch_link_opens_the_page_as_a_notebook_that_runs(published, lab, tab, name):
    """All of them run in tests/doors/test_downloads.py."""
    (path,) = parse_qs(urlsplit(launch_links(published, name)[0]).query)["urlpath"]
    open_notebook(tab, f"{lab.address}{path}?reset")  # without the tabs of the page before
    assert tab.locator(".jp-MarkdownCell h1").first.inner_text()
    cells = tab.evaluate(RUN)
    assert {text.replace(OURS, "").strip() for text in code(name)} <= {cell["source"].strip() for cell in cells}
    assert all(cell["count"] for cell in cells), "a cell did not run"
    errors = [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"]
    assert not errors
    tab.wait_for_function(RENDERED, timeout=PATIENT)
    if name == CHAPTER:
        look_through(tab, html(published, name).get_text())
    tab.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")


def look_through(tab, page):
    """After all has run the chapter has the numbers of the book, of values, claims and figures, and no names."""
    for text in ("Theorem 2.1 (The step bound)", "it has covered 45 % of the way along", "5.141e-02"):
        assert text in re.sub(r"\s+", " ", page)
        see(tab, text)
    number = re.search(r"Fig\. 2\.\d(?= The rate)", page)[0]
    see(tab, f"{number}. The rate")
    assert tab.locator(".jp-MarkdownCell", has_text=re.compile(r"glue|\{[\w:]+\}`")).count() == 0


def see(tab, text):
    """Scroll to the text: JupyterLab draws only what is near the window."""
    found = tab.locator(".jp-MarkdownCell", has_text=text).first
    tab.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").evaluate("it => it.scrollTo(0, 0)")
    for _ in range(200):
        if found.count():
            found.scroll_into_view_if_needed()
            return
        tab.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").evaluate("it => it.scrollBy(0, 400)")
        tab.wait_for_timeout(100)
    raise AssertionError(f"{text!r} is nowhere")
