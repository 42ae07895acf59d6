"""The map reaches all there is, and who has a run that fails is three clicks from the section that tells why."""

import re
from functools import cache
from urllib.parse import urlsplit

import pytest
from pages import CHAPTERS, EXERCISES, PAGES, ROOT, article, live_figures

from gdtools.diagnosis.words import WHERE

MAP, FAILS = "back/map", "back/when-a-run-fails"
CLICKS = 3


def place(site, name, link):
    """The page and the part of it to which a link of a page leads, or nothing if it leads out of the book."""
    parts = urlsplit(link["href"])
    if parts.scheme or not (parts.path.endswith(".html") or not parts.path):
        return None
    file = (site / f"{name}.html").parent.joinpath(parts.path).resolve() if parts.path else site / f"{name}.html"
    return file.relative_to(site.resolve()).with_suffix("").as_posix(), parts.fragment


@cache
def places(site, name):
    """All to which the text of a page leads, by links of its own."""
    links = article(site, name).select("a[href]:not(.headerlink)")
    return {found for link in links if (found := place(site, name, link))}


def heading(site, name, fragment):
    """The title of the section of a page that begins at this place, without its number."""
    found = article(site, name).find(id=fragment)
    titles = (part.find(re.compile("^h[1-6]$")) for part in (found, *found.parents) if part.name == "section")
    return re.sub(r"^[\d.]+\s+|#$", "", next(filter(None, titles)).get_text().strip())


# The map


def test_each_line_of_the_map_has_something_to_read_and_something_to_do(site):
    rows = article(site, MAP).select("tbody tr")
    assert len(rows) > 40
    for row in rows:
        assert row.select("td:not(:last-child) a[href]"), row.get_text(" ")
        assert row.select("td:last-child a[href]") or "notebook" in row.get_text(), row.get_text(" ")


def test_each_link_of_the_map_leads_to_a_place_that_is_there(site):
    for name, fragment in places(site, MAP):
        assert name in PAGES
        assert not fragment or article(site, name).find(id=fragment), f"{name}#{fragment}"


def test_every_chapter_every_live_figure_and_every_exercise_is_on_the_map(site):
    reached = places(site, MAP)
    assert {*CHAPTERS, *EXERCISES, "exercises/teaching"} <= {name for name, _ in reached}
    for name in PAGES:
        if name not in EXERCISES:
            assert {(name, figure) for figure in live_figures(name)} <= reached, name


def test_every_section_of_the_second_part_is_on_the_map_or_in_the_pages_that_fail(site):
    """By its own address, so that a section that gets another title is noticed."""
    reached = places(site, MAP) | places(site, FAILS) | places(site, "chapters/limits-and-remedies")
    for name in CHAPTERS[CHAPTERS.index("chapters/noise") :]:
        titles = re.findall(r"^## (.+)$", (ROOT / f"{name}.md").read_text(encoding="utf-8"), re.MULTILINE)
        named = {heading(site, *found) for found in reached if found[0] == name and found[1]}
        assert len(named & set(titles)) >= len(titles) / 2, (name, titles)


# Three clicks from the front page

# For a failure, as people tell it, with its cause: on each page that the reader sees the line that speaks of it, and the
# words that are clicked there.
FAILURES = {
    "slope and intercept change sign and grow": ("step-too-long", [
        ("A run of yours fails?", "When a run fails"),
        ("coefficients change sign and grow", "a step beyond the bound"),
    ]),
    "another answer from another start, although it converged": ("gradient", [
        ("A run of yours fails?", "When a run fails"),
        ("converged, to another answer from each start", "check the gradient"),
    ]),
    "the loss stays at 0.693": ("saddle", [
        ("A run of yours fails?", "When a run fails"), ("such as 0.693", "saddle points"),
    ]),
    "the loss hovers, with two points a step": ("noise", [
        ("A run of yours fails?", "When a run fails"),
        ("with a batch of points a step", "smaller steps, or the average"),
    ]),
    "no coefficient of a lasso is zero": ("edge", [
        ("A run of yours fails?", "When a run fails"), ("no coefficient of a lasso is 0", "kinks"),
    ]),
    "a share comes out negative": ("constraint", [
        ("A run of yours fails?", "When a run fails"), ("a share is negative", "project"),
    ]),
    "Adam's loss was low, and then bursts": ("adam-bursts", [
        ("A run of yours fails?", "When a run fails"), ("Adam’s loss is low, and then bursts", "Adam"),
    ]),
    "the data do not fit into memory": (("scale", "One pass"), [
        ("A run of yours fails?", "When a run fails"), ("memory runs out, the data do not fit", "one pass"),
    ]),
    "the data do not fit, by the map": (("scale", "One pass"), [
        ("A field or a question?", "A map"), ("And if the data do not fit?", "one pass"),
    ]),
    "is momentum worth it?": (("momentum", "What the memory buys on a quadratic"), [
        ("A field or a question?", "A map"), ("Is momentum worth it?", "what the memory buys"),
    ]),
}  # fmt: skip


def clicked(site, name, line, words):
    """Where a reader comes who sees a line on a page and clicks these words of it, which one link of the line has."""
    lines = [it for it in article(site, name).select("tr, p, li") if line in " ".join(it.get_text().split())]
    links = [link for it in lines for link in it.select("a[href]") if link.get_text().strip() == words]
    assert len({link["href"] for link in links}) == 1, (name, line, words)
    return place(site, name, links[0])


@pytest.mark.parametrize("failure", FAILURES)
def test_a_reader_with_a_run_that_fails_comes_to_the_section_in_three_clicks(site, failure):
    cause, clicks = FAILURES[failure]
    chapter, title = WHERE.get(cause, cause)
    assert len(clicks) <= CLICKS
    name, fragment = PAGES[0], ""
    for line, words in clicks:
        name, fragment = clicked(site, name, line, words)
    if name == FAILS:  # the run that fails in the same way; its line leads on
        assert len(clicks) < CLICKS
        row = article(site, FAILS).select_one(f'table a[href="#{fragment}"]').find_parent("tr")
        name, fragment = place(site, FAILS, row.select("a")[-1])
    assert (name, heading(site, name, fragment)) == (f"chapters/{chapter}", title)


@pytest.mark.parametrize("cause", WHERE)
def test_the_section_that_a_diagnosis_names_is_on_a_page_that_the_front_page_names(site, cause):
    chapter, title = WHERE[cause]
    near = {PAGES[0], *(name for name, _ in places(site, PAGES[0]))} & set(PAGES)
    ends = {found for name in near for found in places(site, name) if found[0] == f"chapters/{chapter}" and found[1]}
    assert title in {heading(site, *found) for found in ends}
