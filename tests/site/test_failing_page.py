"""The page of runs that fail shows each situation with its cause and its cure, and is near from everywhere."""

import failing_runs as runs
import pytest
from pages import CHAPTERS, article

PAGE = "back/when-a-run-fails"
PLACES = {
    runs.raw_line: "grows", runs.one_point_a_step: "nan", runs.never_emptied: "swings", runs.wrong_index: "index",
    runs.sum_for_mean: "sum", runs.column_of_targets: "shapes", runs.twin_columns: "twins", runs.raw_columns: "units",
    runs.separated: "separated", runs.log_of_zero: "log", runs.offset: "offset", runs.uphill: "uphill",
    runs.in_single: "single", runs.kink: "edge", runs.lasso: "lasso", runs.stops_by_change: "early",
    runs.small_weights: "plateau", runs.overflow: "overflow", runs.rounded: "rounded", runs.adam_crawls: "adam",
}  # fmt: skip


@pytest.fixture(scope="module")
def page(site):
    return article(site, PAGE)


@pytest.mark.parametrize("made", runs.FAILING, ids=lambda made: made.__name__)
def test_a_failing_run_is_reproduced_with_its_cause_and_two_clicks_away(page, made):
    section = page.find(id=f"fails-{PLACES[made]}").find_parent("section")
    shown = [output.get_text() for output in section.select(".cell_output")]
    assert runs.FAILING[made] in "".join(shown)
    (link,) = page.find("table").select(f'a[href="#fails-{PLACES[made]}"]')
    assert link.find_parent("tr").select('a[href^="../chapters/"]')


def test_the_front_page_and_every_chapter_lead_to_it(site):
    assert article(site, "index").select(f'a[href="{PAGE}.html"]')
    for name in CHAPTERS:
        assert article(site, name).select(f'a[href="../{PAGE}.html"]'), name


LOSSES = {
    "nan": "3.1 8.2 nan", "grow": "1 2 4 8 16", "hardly move": "0.6931 0.69309 0.69308 0.69307",
    "hover": "10 3 1 .5 .6 .4 .55 .45 .5 .4 .6", "more and more slowly": "[10, 5, 3, 2, 1.8, 1.7, 1.65, 1.6]",
    "settle": "8 4 2 1 .5 .1 .01 .001 1e-5 1e-7 1e-9 1e-10 1e-11 1e-12", "": "1 2",
}  # fmt: skip


def test_what_is_seen_leads_to_causes_without_a_kernel(browser, address):
    page = browser.new_page()
    page.goto(f"{address}{PAGE}.html")
    losses, told = page.locator("#symptoms textarea"), page.locator("#symptoms [role=status]")
    page.get_by_label("η:").fill("0.1")
    for words, values in LOSSES.items():
        losses.fill(values)
        text = told.inner_text()
        assert (words if words != "nan" else "stop being numbers") in text
        assert bool(text) == bool(words)
        assert ("2/L is about 0.083" in text) == (words == "grow"), "0.2 / (1 + √2)"
    page.get_by_label("Other starts end elsewhere").check()
    page.get_by_label("A library’s answer is another one").check()
    assert told.locator("strong").count() == 2
    for link in told.locator("a").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    page.close()
