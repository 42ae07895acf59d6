"""The pages and the whole book on paper: what is left out, what stays legible, and a PDF that can be found one's way in."""

import posixpath
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from copy import copy
from functools import cache
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pages
import pikepdf
import pytest
import yaml
from browsing import NO_BROWSER, SETTLED, SIDEWAYS
from pages import EXERCISES, PAGES, ROOT, TOC
from pypdf import PdfReader

ANSWERS = "Hints and solutions"
SHEET = {"width": 642, "height": 987}  # A4 without the margins, in CSS pixels


# A page as it is printed by a reader whose screen is dark


@pytest.fixture(scope="module")
def paper(browser):
    context = browser.new_context(viewport=SHEET, color_scheme="dark")
    page = context.new_page()
    yield page
    context.close()


def lay(paper, address, name):
    paper.emulate_media(media="screen")
    paper.goto(f"{address}{name}.html")
    assert paper.evaluate("document.documentElement.dataset.theme") == "dark"
    paper.emulate_media(media="print")
    paper.evaluate(SETTLED)


SHOWN = "all => all.filter(it => it.checkVisibility()).map(it => it.outerHTML.slice(0, 150))"
TO_CLICK = "button:not(.key *), input, nav, header, footer, dialog, aside, .headerlink, .bd-sidebar, .onlyprint, .skip-link"
FOLDED = "details:not([open]), details.hide > summary, .figure-code > summary, .sd-summary-state-marker"
OUTSIDE = """all => all.filter(it => it.checkVisibility() && it.getBoundingClientRect().right > innerWidth + 1)
                       .map(it => it.outerHTML.slice(0, 150))"""
# A contrast of 4.5 with white is a luminance of 0.183.
PALE = """all => {
  const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = it => getComputedStyle(it).color.match(/[\\d.]+/g).slice(0, 3)
    .reduce((sum, part, i) => sum + [0.2126, 0.7152, 0.0722][i] * linear(part / 255), 0);
  const says = it => [...it.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  return all.filter(it => it.checkVisibility() && says(it) && luminance(it) > 0.183).map(it => it.outerHTML.slice(0, 150));
}"""
DARK = """all => {
  const dark = colour => colour.startsWith("rgb(") && colour.match(/\\d+/g).every(part => part < 200);
  return all.filter(it => it.checkVisibility() && dark(getComputedStyle(it).backgroundColor))
    .map(it => it.outerHTML.slice(0, 150));
}"""
# A live figure may be higher than what is left of a sheet: it is divided between its parts.
WHOLE = """figure:not(:has(.live-figure)), .live-figure :is(.map, .side, .verdict, dl), .cell_input, .math-block, .proof, tr"""
DIVIDED = "all => all.filter(it => getComputedStyle(it).breakInside !== 'avoid').map(it => it.outerHTML.slice(0, 150))"
FILTERED = "all => all.filter(it => getComputedStyle(it).filter !== 'none').map(it => it.src.slice(0, 100))"


@pytest.mark.parametrize("name", PAGES)
def test_a_printed_page_is_clean(paper, address, name):
    lay(paper, address, name)
    ask = paper.eval_on_selector_all
    assert not ask(TO_CLICK, SHOWN)
    assert not ask(FOLDED, SHOWN)
    assert paper.locator("article h1").is_visible()
    assert not ask("article :not(.plot, .plot *)", OUTSIDE), "wider than the sheet"  # a plot cuts what it draws
    assert paper.evaluate(SIDEWAYS) <= 0
    assert not ask("body *", PALE), "too light for paper"
    assert not ask("html, body *", DARK), "a dark ground"
    assert not ask("article img", FILTERED), "a figure turned round"
    assert not ask(WHOLE, DIVIDED), "may be cut at the foot of a sheet"


def test_what_the_reader_has_unfolded_is_printed(paper, address):
    lay(paper, address, EXERCISES[1])
    hint, solutions = paper.locator("details.sd-dropdown").first, paper.locator("article h3", has_text="Solution")
    assert not hint.is_visible()
    assert not any(heading.is_visible() for heading in solutions.all()), "a heading with nothing below it"
    paper.locator(".tag_solution details").first.evaluate("it => { it.open = true; }")
    assert solutions.first.is_visible()
    hint.evaluate("it => { it.open = true; }")
    assert hint.locator("p").first.is_visible()


def test_after_printing_the_screen_is_dark_again(paper, address):
    lay(paper, address, PAGES[0])
    theme = "document.documentElement.dataset.theme"
    paper.emulate_media(media="screen")
    paper.evaluate(SETTLED)
    assert paper.evaluate(theme) == "dark"
    for event, expected in (("beforeprint", "light"), ("afterprint", "dark")):
        paper.evaluate(f"dispatchEvent(new Event('{event}'))")
        assert paper.evaluate(theme) == expected


def printed(browser, address, scheme, folder):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}chapters/step-size.html")
    page.evaluate(SETTLED)
    page.pdf(path=folder / f"{scheme}.pdf", print_background=True)
    context.close()
    return [sheet.get_contents().get_data() for sheet in PdfReader(folder / f"{scheme}.pdf").pages]


def test_dark_and_light_print_alike(browser, address, tmp_path):
    assert printed(browser, address, "dark", tmp_path) == printed(browser, address, "light", tmp_path)


# The book as one PDF


def same(text):
    """Letters of mathematics as plain ones, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


@pytest.fixture(scope="module")
def book(book_pdf):
    reader = PdfReader(book_pdf)
    numbers = {name[1:]: reader.get_destination_page_number(place) for name, place in reader.named_destinations.items()}
    links = [note.get_object() for sheet in reader.pages for note in sheet.get("/Annots", []) if note["/Subtype"] == "/Link"]
    return SimpleNamespace(reader=reader, numbers=numbers, links=links, text=cache(lambda i: reader.pages[i].extract_text()))


@cache
def article(site, name):
    found = copy(pages.article(site, name))
    for of_the_screen in found.select("a.headerlink, annotation"):
        of_the_screen.decompose()
    return found


def headings(site, name, rank):
    """The rank and text of a page's headings; solutions stand elsewhere."""
    found = [(int(it.name[1]) - 1 + rank, same(it.get_text())) for it in article(site, name).find_all(re.compile("^h[1-3]$"))]
    return [heading for heading in found if heading[1] != "Solution"]


def outline(items, rank=0):
    for item in items:
        if isinstance(item, list):
            yield from outline(item, rank + 1)
        else:
            yield rank, same(item.title), item


def test_the_outline_names_parts_chapters_and_sections(site, book):
    expected = headings(site, TOC["root"], 0)
    for part in TOC["parts"]:
        names = [each["file"] for each in part["chapters"]]
        expected += [(0, part["caption"]), *(heading for name in names for heading in headings(site, name, 1))]
    found = [(rank, title) for rank, title, _ in outline(book.reader.outline)]
    start = found.index((1, ANSWERS))
    end = next(place for place in range(start + 1, len(found)) if found[place][0] < 2)
    assert found[:start] + found[end:] == expected
    titles = [headings(site, name, 1)[0][1] for name in EXERCISES]
    assert [title for rank, title in found[start:end] if rank == 2] == titles
    solutions = [it for name in EXERCISES for it in article(site, name).find_all("h3") if it.get_text() == "Solution"]
    assert found[start:end].count((4, "Solution")) == len(solutions) > len(EXERCISES)


def test_a_heading_keeps_with_what_follows(book):
    foot = 24 / 25.4 * 72  # points
    assert not [title for _, title, place in outline(book.reader.outline) if place.top < foot + 36]


def test_sheets_have_their_numbers(book):
    """The contents, the last sheet and one of each page of the site, since reading all takes long; the title has none."""
    last = len(book.reader.pages) - 1
    assert last > 100
    assert "1" not in book.text(0).splitlines()
    for i in (1, *(book.numbers[name] for name in PAGES[1:]), last):
        assert str(i + 1) in book.text(i).splitlines()


def test_the_contents_name_the_sheet_of_each_page(site, book):
    contents = range(1, book.numbers[PAGES[1]])
    lines = {same(line) for i in contents for line in book.text(i).splitlines()}
    for name in PAGES[1:]:
        (_, title), *_ = headings(site, name, 0)
        assert title in same(book.text(book.numbers[name]))
        assert f"{title} {book.numbers[name] + 1}" in lines


def internal(name, href):
    """The place in the PDF that a link of a page should lead to."""
    parts = urlsplit(href)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), parts.path)) if parts.path else f"{name}.html"
    return "/".join(filter(None, (path.removesuffix(".html"), unquote(parts.fragment))))


def test_links_lead_into_the_file_or_to_another_host(site, book):
    inside = [str(link["/Dest"])[1:] for link in book.links if "/Dest" in link]
    assert len(inside) > 300
    assert set(inside) <= set(book.numbers)
    outside = {link["/A"]["/URI"].rstrip("/") for link in book.links if "/A" in link}
    hrefs = [(name, link["href"]) for name in PAGES for link in article(site, name).find_all("a", href=True)]
    assert outside == {href.rstrip("/") for _, href in hrefs if urlsplit(href).scheme}
    wanted = {internal(name, href) for name, href in hrefs if not urlsplit(href).scheme and "_downloads" not in href}
    assert wanted <= set(inside)


NUMBER = re.compile(r'<span class="(?:caption-number|eqno|section-number)">([^<]*)')


def test_numbers_and_ids_of_the_bound_pages(site, book_pdf):
    html = book_pdf.with_name("book.html").read_text(encoding="utf-8")
    ids = Counter(re.findall(r'<[^>]* id="([^"]+)"', html))
    assert len(ids) > 500
    assert {name for name, count in ids.items() if count > 1} == set()
    expected = [number for name in PAGES for number in NUMBER.findall(str(article(site, name)))]
    assert len(expected) > 150
    assert NUMBER.findall(html) == expected


def test_every_image_is_in_the_book(site, book_pdf):
    with pikepdf.open(book_pdf) as pdf:
        dictionaries = (it for it in pdf.objects if isinstance(it, pikepdf.Dictionary))
        found = Counter(same(str(it.Alt)) for it in dictionaries if it.get("/S") == "/Figure" and "/Alt" in it)
    images = [image for name in PAGES for image in article(site, name).find_all("img")]
    assert len(images) > 50
    assert found == Counter(same(image["alt"]) for image in images)


def test_the_file_says_what_it_is(book):
    assert book.reader.metadata.title == "Gradient Descent, Tested"
    assert book.reader.metadata.author == yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["author"]
    assert book.reader.root_object["/Lang"] == "en"
    assert book.reader.root_object["/MarkInfo"]["/Marked"]


def test_without_a_browser_it_says_how_to_get_one():
    command = [sys.executable, ROOT / "tools" / "pdf.py"]
    run = subprocess.run(command, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr.strip()) == (1, NO_BROWSER)
