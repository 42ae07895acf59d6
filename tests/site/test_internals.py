"""What the extensions take from the inside of other packages, one test each: it says what depends on it when it is gone."""

import inspect
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from book import FINISHED
from buttons import runs
from highlighting import PLAIN
from matplotlib.figure import Figure
from nbformat import writes
from nbformat.v4 import new_notebook
from pictures import size
from pygments.token import STANDARD_TYPES, Name, Punctuation, Whitespace

PAGE = """# A page

$x$

![a picture](picture.svg)

```{prf:theorem} Title
:label: claim
Text
```
"""
WIDGET = {"application/vnd.jupyter.widget-state+json": {"state": {"a": {}}}}
KERNEL = {"name": "python3", "display_name": "Python 3"}


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A page and a notebook with a widget, built with the theme and without the book's own extensions."""
    from sphinx.application import Sphinx  # here: most tests of this file need no Sphinx, which takes seconds
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    folder, contexts = tmp_path_factory.mktemp("bare"), {}
    (folder / "index.md").write_text(PAGE)
    (folder / "picture.svg").write_text("<svg/>")
    (folder / "widget.ipynb").write_text(writes(new_notebook(metadata={"widgets": WIDGET, "kernelspec": KERNEL})))
    settings = {
        "extensions": ["myst_nb", "sphinx_book_theme", "sphinx_proof"],
        "html_theme": "sphinx_book_theme",
        "html_use_index": False,
        "myst_enable_extensions": ["dollarmath"],
        "nb_execution_mode": "off",
    }
    with patch_docutils(), docutils_namespace():
        app = Sphinx(folder, None, folder / "html", folder / "doctrees", "html", settings, status=None, warning=None)
        app.connect("html-page-context", lambda app, page, *given: contexts.update({page: given[1]}), priority=999)
        app.build()
        yield SimpleNamespace(app=app, contexts=contexts)


# Words in the files of other packages

THEME = "theme/pydata_sphinx_theme/layout.html"
FIELD = "theme/pydata_sphinx_theme/search.html"
SEARCH = "themes/basic/static/searchtools.js"
BUTTONS = "theme/sphinx_book_theme/macros/buttons.html"
SEARCHED = "theme/pydata_sphinx_theme/components/search-button-field.html"
MACROS = "theme/pydata_sphinx_theme/static/webpack-macros.html"
BOOTSTRAP = "theme/pydata_sphinx_theme/static/scripts/bootstrap.js"
SCRIPT = "theme/sphinx_book_theme/static/scripts/sphinx-book-theme.js"
SPELLED = [
    ("accessibility", "pydata_sphinx_theme", THEME, 'id="pst-primary-sidebar" class', "the sidebar is no region with a name"),
    ("accessibility", "pydata_sphinx_theme", THEME, '<dialog id="pst-primary-sidebar-modal"', "a dialog has no name"),
    ("accessibility", "pydata_sphinx_theme", THEME, '<dialog id="pst-secondary-sidebar-modal"', "a dialog has no name"),
    ("accessibility", "pydata_sphinx_theme", THEME, '<dialog id="pst-search-dialog"', "a dialog has no name"),
    ("accessibility", "myst_nb", "sphinx_.py", "Toggle hidden content", "look whether folded code is called what one sees"),
    ("accessibility", "docutils", "writers/_html_base.py", "doc-biblioentry", "look which role the sources have now"),
    ("buttons", "sphinx_book_theme", BUTTONS, '"group" :', "no menu of downloads"),
    ("buttons", "sphinx_book_theme", BUTTONS, '"javascript" :', "no button to print"),
    ("buttons", "sphinx_book_theme", BUTTONS, '"link":', "no button at all"),
    ("accessibility", "pydata_sphinx_theme", SEARCHED, "search-button-field search-button__button pst-js-only", "see its name"),
    ("buttons", "sphinx_book_theme", BUTTONS, 'onclick="{{ javascript }}"', "the button to print has no script to replace"),
    ("figure_code", "myst_nb", "core/render.py", 'cell_container["hide_mode"]', "hidden code stands above its figure again"),
    ("live", "sphinx_book_theme", SCRIPT, '"full-width"', "a wide figure lies on the page's contents"),
    ("first_paint", "pydata_sphinx_theme", THEME, "document.documentElement.dataset.mode", "who reads the mode now?"),
    ("first_paint", "pydata_sphinx_theme", THEME, "document.documentElement.dataset.theme", "the page starts in another light"),
    ("front_title", "sphinx", "themes/basic/layout.html", "docstitle", "the front page says its title twice"),
    ("scripts", "pydata_sphinx_theme", MACROS, "fontawesome.js", "another script may draw the icons"),
    ("scripts", "pydata_sphinx_theme", FIELD, "// Activate the search field", "see what the first script has to do for it"),
    ("scripts", "pydata_sphinx_theme", THEME, "_static/searchtools.js", "pages load the search in another way"),
    ("search_page", "sphinx", SEARCH, "_performSearch: (query, searchTerms,", "adapt _static/search.js"),
    ("search_page", "sphinx", SEARCH, "const _orderResultsByScoreThenName =", "adapt _static/search.js"),
    ("search_page", "sphinx", SEARCH, "var splitQuery =", "adapt _static/search.js"),
    ("search_page", "sphinx", SEARCH, "htmlToText: (htmlString, anchor) =>", "hits quote buttons, and formulas twice"),
    ("search_page", "sphinx", SEARCH, "Search.htmlToText(", "hits quote buttons, and formulas twice"),
    ("search_page", "sphinx", SEARCH, "DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY", "a search from the disk complains"),
    ("search_page", "sphinx", SEARCH, '[role="main"]', "the text of a hit is looked for in another place"),
    ("search_page", "pydata_sphinx_theme", THEME, "<article", "hits quote what stands around the text"),
    ("stylesheet", "pydata_sphinx_theme", BOOTSTRAP, "(`bs-${", "see which classes scripts make up"),
    ("unique_ids", "sphinx_proof", "directive.py", 'ids=["proof-content"]', "look which ids are repeated"),
]


@pytest.mark.parametrize(
    ("part", "package", "file", "words", "otherwise"), SPELLED, ids=[f"{row[0]}: {row[3]}" for row in SPELLED]
)
def test_a_package_still_writes_what_a_part_looks_for(part, package, file, words, otherwise):
    text = (files(package) / file).read_text(encoding="utf-8")
    assert words in text, f"{package}/{file} no longer has {words!r}, on which _ext/{part}.py leans: {otherwise}"


# execution


def test_the_runner_of_pages_is_called_by_the_name_that_is_replaced():
    from myst_nb.core.execute.cache import NotebookClientCache

    sentence = "myst_nb no longer runs pages by its single_nb_execution: _ext/execution.py must join prints elsewhere"
    assert "single_nb_execution" in NotebookClientCache.start_client.__code__.co_names, sentence


def test_the_runner_hands_on_that_parts_of_a_print_are_joined():
    from jupyter_cache.executors.utils import single_nb_execution
    from nbclient import NotebookClient

    kinds = {parameter.kind for parameter in inspect.signature(single_nb_execution).parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD in kinds, "jupyter_cache hands on no options: see join_prints of _ext/execution.py"
    sentence = "nbclient no longer has coalesce_streams: _ext/execution.py must join prints in another way"
    assert NotebookClient.class_traits().get("coalesce_streams"), sentence


# Sphinx


def test_sphinx_counts_its_warnings(bare):
    from sphinx.util import logging

    sentence = "Sphinx no longer counts warnings in app._warncount: _ext/rebuilding.py must learn of a warning in another way"
    assert isinstance(before := getattr(bare.app, "_warncount", None), int), sentence
    logging.getLogger("a test").warning("a warning")
    assert bare.app._warncount == before + 1, sentence


def test_sphinx_keeps_what_it_has_read_in_a_file(bare):
    from rebuilding import ENV_PICKLE_FILENAME

    sentence = "Sphinx keeps what it has read elsewhere: _ext/rebuilding.py cannot have it read again after a warning"
    assert (bare.app.doctreedir / ENV_PICKLE_FILENAME).is_file(), sentence


def test_sphinx_knows_which_pages_hold_formulas(bare):
    known = bare.app.env.get_domain("math").data.get("has_equations")
    sentence = "Sphinx no longer lists the pages with formulas in has_equations: _ext/mathml.py cannot tell which need the font"
    assert known == {"index": True, "widget": False}, sentence


def test_sphinx_s_writer_has_what_a_numbered_formula_is_written_with():
    from sphinx.writers.html5 import HTML5Translator

    missing = [name for name in ("starttag", "add_permalink_ref") if not hasattr(HTML5Translator, name)]
    assert not missing, f"Sphinx's writer of HTML has no {missing} any more: see visit_block of _ext/mathml.py"


def test_sphinx_knows_the_names_of_the_pictures_in_use(bare):
    shown = {name for _, name in bare.app.env.images.values()}
    assert shown == {"picture.svg"}, "env.images has changed: _ext/leftovers.py would delete pictures in use"
    assert (bare.app.outdir / "_images" / "picture.svg").is_file(), "pictures lie elsewhere: see leftovers.py, pictures.py"


def test_sphinx_offers_the_options_of_a_page_as_a_script(bare):
    sentence = "Sphinx no longer writes documentation_options.js: _ext/scripts.py has no options to write into a page"
    assert (bare.app.outdir / "_static" / "documentation_options.js").is_file(), sentence
    assert "_static/documentation_options.js" in {file.filename for file in bare.contexts["index"]["script_files"]}, sentence


def test_sphinx_lists_the_scripts_that_extensions_want_within_pages(bare):
    bare.app.add_js_file(None, body="let one;", priority=0)
    sentence = "Sphinx no longer lists scripts in registry.js_files: _ext/scripts.py cannot write them into the first script"
    assert (None, {"priority": 0, "body": "let one;"}) in bare.app.registry.js_files, sentence


def test_the_theme_s_scripts_are_tags_that_can_be_told_to_wait(bare):
    from scripts import LATER

    page = Path(bare.app.outdir, "index.html").read_text(encoding="utf-8")
    waiting = [page[found.start() :].split(">")[0] for found in LATER.finditer(page)]
    sentence = "the themes load their scripts by other tags: LATER of _ext/scripts.py no longer has them wait for the text"
    assert any("sphinx-book-theme.js" in tag for tag in waiting), sentence


@pytest.mark.parametrize("key", ["metatags", "title", "docstitle"])
def test_sphinx_gives_a_page_s_head_to_its_template(bare, key):
    sentence = f"Sphinx no longer hands {key} to a page's template: see which parts of _ext write into context"
    assert isinstance(bare.contexts["index"].get(key), str), sentence


# The theme and other extensions


def test_words_of_a_role_can_hold_a_formula():
    from myst_parser.mocking import MockInliner

    sentence = "myst_parser no longer has MockInliner.parse(text, lineno, memo, parent): see the role of _ext/settings.py"
    assert [*inspect.signature(MockInliner.parse).parameters] == ["self", "text", "lineno", "memo", "parent"], sentence


def test_sphinx_keeps_the_numbers_of_figures_by_page_and_id(bare):
    sentence = "Sphinx no longer has env.toc_fignumbers: _ext/figure_code.py cannot name the code of a figure"
    assert isinstance(getattr(bare.app.env, "toc_fignumbers", None), dict), sentence


def test_the_theme_makes_a_list_of_buttons_before_ours_come(bare):
    buttons = bare.contexts["index"].get("header_buttons")
    sentence = "sphinx_book_theme no longer takes buttons from the list header_buttons: _ext/buttons.py must add them elsewhere"
    assert isinstance(buttons, list), sentence
    assert {"type", "label", "icon", "tooltip", "buttons"} <= buttons[0].keys(), sentence


def test_the_theme_beneath_writes_its_colours_before_ours_are_gathered(bare):
    listeners = bare.app.events.listeners["build-finished"]
    priorities = [listener.priority for listener in listeners if "pygments" in listener.handler.__module__]
    sentence = "the theme writes pygments.css later than FINISHED of _ext/book.py: _ext/stylesheet.py would miss its colours"
    assert priorities
    assert max(priorities) < FINISHED, sentence


def test_the_state_of_a_widget_is_told_by_its_type(bare):
    states = [file for file in bare.contexts["widget"]["script_files"] if "widget-state" in str(file.attributes)]
    assert len(states) == 1, "myst_nb no longer writes a widget's state as a script of type widget-state: see _ext/live.py"


def test_a_page_that_runs_names_its_kernel(bare):
    sentence = "myst_nb no longer keeps a page's kernelspec in env.metadata: _ext/buttons.py offers no notebook and no Binder"
    assert [runs(bare.app.env, page) for page in ("index", "widget")] == [False, True], sentence


def test_what_a_cell_has_glued_is_kept_beside_the_pages(bare):
    from myst_nb.ext.glue.crossref import read_glue_cache

    sentence = "myst_nb keeps glued values elsewhere: _ext/notebooks.py has no numbers to write into a page's notebook"
    folder = Path(bare.app.env.mystnb_config.output_folder)
    folder.joinpath("a.glue.json").write_text('{"name": {"data": {"text/plain": "7"}}}')
    assert read_glue_cache(str(folder), "a")["name"]["data"]["text/plain"] == "7", sentence


def test_a_domain_tells_what_a_reference_to_a_claim_says(bare):
    from notebooks import reference

    sentence = "sphinx_proof resolves references otherwise: _ext/notebooks.py cannot number a claim"
    assert reference(bare.app, "index", "prf:ref", "claim") == ("Theorem 1", "#claim"), sentence


def test_a_claim_is_a_node_with_label_and_title(bare):
    from docutils import nodes
    from sphinx_proof.nodes import NODE_TYPES

    sentence = "sphinx_proof's nodes have changed: _ext/claims.py finds claims by NODE_TYPES, their label and their title"
    claims = bare.app.env.get_doctree("index").findall(NODE_TYPES["theorem"])
    assert [(claim.get("label"), type(claim[0])) for claim in claims] == [("claim", nodes.title)], sentence


def test_plain_words_of_programs_have_the_classes_that_are_taken_away():
    short = {STANDARD_TYPES[token] for token in (Name, Punctuation, Whitespace)}
    sentence = "pygments calls names, punctuation and spaces otherwise: _ext/highlighting.py leaves a span around each"
    assert all(PLAIN.pattern.search(f'<span class="{name}"> </span>') for name in short), sentence


def test_matplotlib_says_a_picture_s_size_in_points():
    picture = BytesIO()
    Figure(figsize=(4, 3)).savefig(picture, format="svg")
    assert size(picture.getvalue().decode()) == [384, 288], "matplotlib's svg has another head: see size of _ext/pictures.py"


# the tests' own


def test_playwright_says_where_its_node_is():
    from engine import node

    assert Path(node()).is_file(), "playwright no longer brings Node.js: tests/engine.py must find another"
