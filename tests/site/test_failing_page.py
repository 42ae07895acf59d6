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
