"""What is published: the same site from every build, cards and sitemap, buttons, and what a reader takes home."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import jupytext
import matplotlib.image
import nbformat
import pytest
from address import from_remote, remote
from as_binder import copy
from browsing import listen, serving
from building import REPOSITORY, URL, build
from downloads import ARCHIVE, sources
from pages import PAGES, ROOT, html

each_page = pytest.mark.parametrize("name", PAGES)


def files(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


# The same site from every build

# The pages that measure the machine, and what repeats their words; .buildinfo is Sphinx's note of the folder it built in.
MEASURED = ("chapters/least-squares", "chapters/scale")
REPEAT = {"searchindex.js", ARCHIVE, ".buildinfo"}
DIFFER = REPEAT | {each for name in MEASURED for each in (f"{name}.html", f"_sources/{name}.ipynb")}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """The pages as they come out of another folder, built from nothing but the sources."""
    folder = tmp_path_factory.mktemp("rebuilt")
    copy(ROOT, folder / "book")
    return build(folder / "book", BOOK_REPOSITORY=from_remote(remote(ROOT)))


def test_two_builds_write_the_same_bytes(site, rebuilt):
    first, second = files(site), files(rebuilt)
    measured = {Path(unquote(image["src"])).name for name in MEASURED for image in html(rebuilt, name).find_all("img")}
    names = {name for name in second if Path(name).name not in measured} - DIFFER
    assert len(names) > 0.9 * len(second)
    assert not [name for name in names if name not in first or first[name].read_bytes() != second[name].read_bytes()]


# Search engines and networks


def meta(page, name):
    (tag,) = page.find_all("meta", attrs={"property": name})
    return tag["content"]


@each_page
def test_a_page_carries_a_card(published, name):
    page = html(published, name)
    (description,) = page.select('meta[name="description"]')
    assert meta(page, "og:title") in page.h1.get_text()
    assert meta(page, "og:description") == description["content"]
    assert meta(page, "og:url") == page.select_one('link[rel="canonical"]')["href"] == f"{URL}{name}.html"
    assert (published / meta(page, "og:image").removeprefix(URL)).is_file()
    assert meta(page, "og:image:alt")


def test_the_card_has_the_size_that_networks_ask_for():
    assert matplotlib.image.imread(ROOT / "_static" / "card.png").shape[:2] == (630, 1200)


def test_the_sitemap_lists_every_page_and_robots_find_it(published):
    tree = ElementTree.parse(published / "sitemap.xml")
    found = [entry.text for entry in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert sorted(found) == sorted(f"{URL}{name}.html" for name in PAGES)
    assert f"Sitemap: {URL}sitemap.xml" in (published / "robots.txt").read_text()


def test_github_is_told_to_leave_no_folder_out(site):
    assert (site / ".nojekyll").is_file()


def test_without_an_address_nothing_points_to_one(small_book):
    built = build(small_book, BOOK_REPOSITORY="", BOOK_URL="")
    page = html(built, "index")
    assert not page.select('link[rel="canonical"], meta[property="og:url"], a[href*="mybinder"], a[href*="issues"]')
    assert not (built / "sitemap.xml").exists()
    assert "Allow: /" in (built / "robots.txt").read_text()
    assert "Sitemap" not in (built / "robots.txt").read_text()


# Buttons


def links(folder, name):
    return {link["href"]: link for link in html(folder, name).select(".article-header-buttons a[href]")}


@each_page
def test_every_download_is_there(published, name):
    for address, link in links(published, name).items():
        if not urlsplit(address).scheme:
            assert (published / name).parent.joinpath(unquote(address)).resolve().is_file(), address
            assert link.has_attr("download"), f"{address} would be shown as text"


@each_page
def test_an_issue_or_a_discussion_about_a_page_is_one_click_away(published, name):
    written = [unquote(address) for address in links(published, name) if address.startswith(REPOSITORY)]
    assert [address.split("?")[0] for address in written] == [f"{REPOSITORY}/issues/new", f"{REPOSITORY}/discussions/new"]
    file = next(path for path in (f"{name}.md", f"{name}.ipynb") if (ROOT / path).is_file())
    assert all(file in address for address in written)


def test_a_click_takes_the_page_home_as_a_notebook(browser, published):
    with serving(published) as address:
        page = browser.new_page()
        page.goto(f"{address}chapters/step-size.html")
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Notebook").click()
        assert taken.value.suggested_filename == "step-size.ipynb"
        page.close()


def test_the_buttons_work_without_javascript(browser, published):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((published / "chapters" / "step-size.html").as_uri())
    assert not page.get_by_role("link", name="Notebook").is_visible()
    page.get_by_role("button", name="Download").focus()
    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Notebook").is_visible()
    context.close()


# To take home

RUNNING = [name for name in PAGES if "kernelspec" in jupytext.read(next(ROOT.glob(f"{name}.*"))).metadata]


@pytest.mark.parametrize("name", RUNNING)
def test_a_page_is_offered_as_notebook_and_as_myst(site, name):
    """What the notebook says is the matter of test_downloads.py."""
    nbformat.validate(nbformat.read(site / "_sources" / f"{name}.ipynb", as_version=4))
    page = jupytext.read(next(ROOT.glob(f"{name}.*")))
    myst = jupytext.read(site / "_sources" / f"{name}.md")
    assert [cell.source.strip() for cell in myst.cells] == [cell.source.strip() for cell in page.cells]


def test_the_sources_are_those_that_git_keeps():
    """A copy without git, such as the zip, holds what a clone holds."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: there is no git to compare with")
    command = ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    kept = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    assert {str(path) for path in sources(ROOT)} == {name for name in kept if name and (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("zip")
    with zipfile.ZipFile(site / ARCHIVE) as archive:
        archive.extractall(folder)
    return folder / ARCHIVE.removesuffix(".zip")


def test_the_zip_holds_sources_and_pages(site, unpacked):
    inside = files(unpacked)
    assert {str(path) for path in sources(ROOT)} <= set(inside)
    assert sources(unpacked) == sources(ROOT), "a zip made from the zip holds the same"
    assert {f"html/{name}" for name in files(site)} - set(inside) == {f"html/{ARCHIVE}"}


def test_the_zip_installs_and_runs_offline(unpacked, tmp_path):
    """In an environment that has the dependencies, but neither gdtools nor a network."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path], check=True)
    ours, theirs = (Path(sysconfig.get_path("purelib", vars={"base": str(base)})) for base in (sys.prefix, tmp_path))
    (theirs / "ours.pth").write_text(f"{ours}\n")
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PYTHONPATH": ""}
    (wheel,) = (unpacked / "html").glob("gradient_descent_tested-*.whl")
    run = partial(subprocess.run, check=True, env=offline, capture_output=True, text=True)
    run([tmp_path / "bin" / "python", "-m", "pip", "install", "--quiet", "--force-reinstall", wheel])
    where = run([tmp_path / "bin" / "python", "-c", "import gdtools; print(gdtools.__file__)"], cwd=tmp_path)
    assert where.stdout.startswith(str(tmp_path))
    notebook = unpacked / "exercises" / "practice-1-springs.ipynb"
    run([tmp_path / "bin" / "python", "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", notebook], cwd=tmp_path)
    outputs = [output for cell in nbformat.read(notebook, 4).cells for output in cell.get("outputs", [])]
    assert "0 of 7 right" in json.dumps(outputs)


def test_the_zip_is_read_offline(browser, unpacked):
    context = browser.new_context(offline=True)
    page = context.new_page()
    seen = listen(page)
    page.goto((unpacked / "html" / "index.html").as_uri())
    page.get_by_role("link", name="Step size", exact=False).first.click()
    assert page.locator("article h1").inner_text().startswith("2. Step size")
    assert not seen.errors + seen.failures
    context.close()
