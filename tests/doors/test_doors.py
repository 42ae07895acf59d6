"""The built site opens from the root of a host, from a folder on it, and straight from the disk, with no network."""

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace
from urllib.parse import unquote, urldefrag, urlsplit

import pages
import pytest
from browsing import SETTLED, clear, foreign, listen, serving
from pages import ROOT

PAGES = [*pages.PAGES, "search"]
LIVE = {"index": "bowl", "chapters/step-size": "bowl", "chapters/non-convexity": "basins"}
LINKS = """() => [...document.querySelectorAll("a[href], link[href]")].map(it => it.href)"""


@pytest.fixture(scope="module", params=["root", "folder", "disk"])
def door(request, site, tmp_path_factory):
    """Where the book's front page lies, with a slash at the end."""
    if request.param == "disk":
        folder = tmp_path_factory.mktemp("a disk") / "the book"  # with a space, as on many
        shutil.copytree(site, folder)
        yield f"{folder.as_uri()}/"
        return
    root = site
    if request.param == "folder":
        root = tmp_path_factory.mktemp("host")
        (root / "some").mkdir()
        (root / "some" / "folder").symlink_to(site)
    with serving(root) as address:
        yield f"{address}{'some/folder/' if root != site else ''}"


@pytest.fixture(scope="module")
def window(browser, door):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_offline(door.startswith("file:"))
    page = context.new_page()
    yield SimpleNamespace(page=page, seen=listen(page))
    context.close()


@pytest.fixture
def reader(window, door):
    """Nothing goes wrong in any test, and nothing is asked of another host, nor of this one outside the book."""
    clear(window.seen)
    yield window
    assert not window.seen.errors
    assert not window.seen.failures
    assert not foreign(window.seen.requests, door)


def exists(url, door, site):
    """Whether a link within the book leads to a file, and its fragment to a place on the page."""
    address, fragment = urldefrag(url)
    file = site / unquote(urlsplit(address).path[len(urlsplit(door).path) :])
    if not file.is_file() or not fragment:
        return file.is_file()
    return f'id="{unquote(fragment)}"' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_and_its_links_lead_on(reader, door, site, name):
    page = reader.page
    page.goto(f"{door}{name}.html")
    page.evaluate(SETTLED)
    inside = {link for link in page.evaluate(LINKS) if urlsplit(link).scheme == urlsplit(door).scheme}
    inside = {link for link in inside if urlsplit(link).netloc == urlsplit(door).netloc}
    assert len(inside) >= 30
    assert [link for link in inside if not link.startswith(door) or not exists(link, door, site)] == []


def test_the_menu_and_the_arrows_lead_through_the_book(reader, door):
    page = reader.page
    page.goto(f"{door}index.html")
    for name in PAGES[1:4]:
        page.evaluate(SETTLED)  # a picture that is still on its way when the page is left would count as a failure
        page.locator("a.right-next").click()
        page.wait_for_url(f"{door}{name}.html")
    page.locator(".bd-sidebar-primary a", has_text="Glossary").click()
    page.wait_for_url(f"{door}back/glossary.html")
    page.locator("a.navbar-brand").click()
    page.wait_for_url(f"{door}index.html")


@pytest.mark.parametrize("name", LIVE)
def test_a_live_figure_is_alive(reader, door, name):
    page = reader.page
    page.goto(f"{door}{name}.html")
    figure = page.locator(f"[data-live={LIVE[name]}]").last
    numbers = figure.locator("dl.first")
    before = numbers.inner_text()
    figure.get_by_role("button").nth(2).click()
    page.wait_for_function("([it, before]) => it.innerText !== before", arg=[numbers.element_handle(), before])
    assert figure.get_by_role("button").nth(2).get_attribute("aria-pressed") == "true"


def test_search_by_key_finds_a_page_and_opens_it_at_the_place(reader, door):
    page = reader.page
    page.goto(f"{door}chapters/step-size.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("condition number")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{door}search.html?q=condition+number")
    page.locator("#search-results p", has_text="Search finished").wait_for()
    hits = page.locator("#search-results li a")
    titles = hits.all_inner_texts()
    assert {"Glossary", "3. Conditioning"} <= set(titles)
    page.wait_for_load_state("networkidle")
    hits.first.click()
    page.wait_for_url(f"{door}back/glossary.html#term-condition-number")
    assert page.locator("#term-condition-number").is_visible()


def test_a_hit_is_quoted_where_a_page_may_read_another(reader, door):
    page = reader.page
    page.goto(f"{door}search.html?q=smoothness")
    page.locator("#search-results p", has_text="Search finished").wait_for()
    page.wait_for_load_state("networkidle")
    quoted = page.locator("#search-results li p.context").all_inner_texts()
    assert bool(quoted) == door.startswith("http")
    assert not [text for text in quoted if "\\" in text], "a formula is quoted twice, and once as LaTeX"
    assert not [text for text in quoted if "Whole book" in text], "a button is quoted"


def test_lighthouse_says_what_it_needs():
    command = [sys.executable, ROOT / "tools" / "lighthouse.py"]
    run = subprocess.run(command, env={**os.environ, "PATH": ""}, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "nodejs.org" in run.stderr
    assert "Traceback" not in run.stderr
