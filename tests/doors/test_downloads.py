"""What a reader downloads: notebooks that say what the book says, and run in the environment that their first cell names."""

import re
import sys
from copy import copy

import fresh
import nbformat
import pytest
from browsing import serving
from bs4 import BeautifulSoup
from building import URL
from markdown_it import MarkdownIt
from nbformat.v4 import new_code_cell
from pages import EXERCISES, PAGES, ROOT, article, cells, notebook

sys.path.insert(0, str(ROOT / "tools"))
import lay_out

RUNNING = [name for name in PAGES if cells(name)]
each_notebook = pytest.mark.parametrize("name", RUNNING)
MEASURED = {"chapters/least-squares", "chapters/scale"}  # times, which differ from run to run
PLAIN = "chapters/step-size"  # the page that stands for all where one is enough
# The book's own Markdown, which other programs show as it is.
OURS = re.compile(r"\{[\w:-]+\}`|:::|^\([\w-]+\)=$|```\{|glue:", re.MULTILINE)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)
# Parts of a page that are not its text: outputs, code, buttons, and what only the page has.
BESIDE = "math, .math, .cell, .headerlink, a.tested, .live-figure, script, .prev-next-area, .toctree-wrapper, .highlight"


def read(site, name):
    return nbformat.read(site / "_sources" / f"{name}.ipynb", as_version=4)


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cells):
    """What cells print."""
    return "".join(output.text for cell in cells for output in cell.outputs if output.output_type == "stream")


# What they say


def words(text):
    """A text without marks and spaces, in which the book and plain Markdown differ."""
    return re.sub(r"[\W_]+", "", text)


def said(book):
    """The words of a notebook without its formulas, as a program shows them that knows plain Markdown alone."""
    text = "\n\n".join(FORMULA.sub(" ", text) for text in texts(book))
    return words(BeautifulSoup(MarkdownIt().enable("table").render(text), "html.parser").get_text(" "))


def parts(page):
    """The paragraphs, captions, headings and cells of tables of a built page, without their formulas."""
    captions = page.select("figcaption, caption")
    page = copy(page)
    for part in [*page.select(BESIDE), *(math for caption in captions for math in caption.select("math, .headerlink"))]:
        part.decompose()
    return [part.get_text() for part in [*captions, *page.select("p, h1, h2, h3, td, th, dt, li")]]


@each_notebook
def test_nothing_in_a_notebook_needs_the_book_s_own_markdown(site, name):
    assert [text for text in texts(read(site, name)) if OURS.search(text)] == []


@each_notebook
def test_a_notebook_says_what_the_page_says(site, name):
    """With the numbers of values, claims, figures, tables, formulas, sections and sources."""
    here, page = read(site, name), article(site, name)
    whole = said(here)
    assert len(parts(copy(page))) >= 10
    assert [part for part in parts(copy(page)) if words(part) not in whole] == []
    numbers = [number.get_text().strip("()#") for number in page.select(".eqno")]
    assert re.findall(r"\\tag\{([\d.]+)\}", "\n".join(texts(here))) == numbers


def folded(notebook):
    return [cell.source for cell in notebook.cells if cell.metadata.get("jp-MarkdownHeadingCollapsed")]


@pytest.mark.parametrize("name", EXERCISES)
def test_solutions_are_folded_as_in_the_book(site, name):
    assert len(folded(read(site, name))) == len(folded(notebook(name))) > 0


def test_where_the_reader_s_run_has_another_number_the_cell_says_so(site, capsys):
    names = {}
    exec(next(cell.source for cell in code(read(site, PLAIN)) if "def glue" in cell.source), names)
    names["glue"]("left-over", "45", display=False)
    assert capsys.readouterr().out == ""
    names["glue"]("left-over", "60")
    assert re.match("Here 60, in the text 45: .*it has covered 45 % of the way", capsys.readouterr().out)


# How they run


@pytest.fixture(scope="session")
def wheel(site):
    (wheel,) = site.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def environment(wheel, once):
    """The environment that the first cell of a notebook asks for, with the wheel from here."""

    def make(folder):
        fresh.make(wheel, folder)
        (extra,) = re.findall(r'pip install ".*(\[\w+\]).*"', texts(read(wheel.parent, PLAIN))[0])
        fresh.install(folder, f"{wheel}{extra}")

    return once("fresh", make)


@pytest.fixture
def place(wheel, tmp_path):
    """The same before the book's code comes into it, as on Colab."""
    fresh.make(wheel, tmp_path / "place")
    return tmp_path / "place"


@each_notebook
def test_a_download_runs_from_top_to_bottom_and_finds_the_numbers_of_its_text(site, environment, tmp_path, name):
    cells = fresh.run(environment, read(site, name), tmp_path)
    assert all(cell.execution_count for cell in cells if cell.source), "a cell did not run"
    assert name in MEASURED or "in the text" not in shown(cells)


def ready(notebook):
    """The notebook's first two cells, what it says and what it asks of the place."""
    notebook.cells = notebook.cells[:2]
    return notebook


@pytest.mark.parametrize("other", [False, True])
def test_where_the_code_is_missing_the_error_says_what_to_install_and_what_not(site, place, tmp_path, other):
    if other:  # the program that has the name on PyPI
        (tmp_path / "gdtools.py").touch()
    (cell,) = fresh.run(place, ready(read(site, PLAIN)), tmp_path, "--allow-errors")
    (error,) = cell.outputs
    assert error.ename == "ImportError"
    assert error.evalue.startswith(f"No module named 'gdtools{'.problems' * other}'")
    assert re.search(r'python -m pip install ".*\[notebooks\].*"', error.evalue)
    assert 'not by "pip install gdtools"' in error.evalue


def on_colab(notebook, address):
    """The notebook as Colab runs it, with another place for the site's."""
    notebook.cells.insert(0, new_code_cell("import sys, types\nsys.modules['google.colab'] = types.ModuleType('colab')"))
    for cell in notebook.cells:
        cell.source = cell.source.replace(URL, address)
    return notebook


def test_on_colab_a_notebook_gets_what_is_missing_and_runs(published, place, tmp_path):
    with serving(published) as address:
        cells = fresh.run(place, on_colab(read(published, PLAIN), address), tmp_path)
    assert "gradient-descent-tested[notebooks] @ https" in texts(read(published, PLAIN))[0]
    assert all(cell.execution_count for cell in cells if cell.source)


# Where they lie


def test_the_page_that_tells_the_way_leads_to_every_notebook_there(site):
    start = (ROOT / "binder" / "start.md").read_text(encoding="utf-8")
    there = lay_out.notebooks(site)
    led = set(re.findall(r"\]\(([^)]+)\)", start))
    assert led <= there.keys()
    left = {f"{name}.ipynb" for name in PAGES if name.startswith(("chapters/", "exercises/")) and cells(name)} - led
    assert left == {"exercises/teaching.ipynb"}, "which is for those who teach"


def test_what_a_reader_has_changed_is_left_alone_and_the_rest_brought_up_to_date(tmp_path):
    pages = tmp_path / "html" / "_sources"
    pages.mkdir(parents=True)
    for name in ("mine", "theirs"):
        (pages / f"{name}.ipynb").write_text("first")
    mine, theirs = (tmp_path / "notebooks" / f"{name}.ipynb" for name in ("mine", "theirs"))
    assert lay_out.update(tmp_path / "html", mine.parent) == []
    mine.write_text("my answer")
    (pages / "mine.ipynb").write_text("second")
    (pages / "theirs.ipynb").write_text("second")
    assert lay_out.update(tmp_path / "html", mine.parent) == ["mine.ipynb"]
    assert (mine.read_text(), theirs.read_text()) == ("my answer", "second")
    mine.unlink()
    assert lay_out.update(tmp_path / "html", mine.parent) == []
    assert mine.read_text() == "second"
