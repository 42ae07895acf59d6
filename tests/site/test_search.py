"""The search speaks the words of readers: what people type whose run fails leads to the section that answers them."""

import pytest
from searches import SEARCHES

FIRST = """queries => queries.map(query => {
  const hits = Search._performSearch(...Search._parseQuery(query)).reverse();
  return hits.slice(0, 3).map(([page, , anchor]) => page + anchor);
})"""


@pytest.fixture(scope="module")
def found(browser, address):
    """The first three hits of each search."""
    page = browser.new_page()
    page.goto(f"{address}search.html")
    page.wait_for_function("Search.hasIndex()")
    assert page.locator("p a", has_text="When a run fails").count() == 1
    yield dict(zip(SEARCHES, page.evaluate(FIRST, list(SEARCHES)), strict=True))
    page.close()


def test_what_people_type_finds_the_section_that_answers_it(found):
    assert len(SEARCHES) == 109
    assert [query for query, hits in found.items() if not hits] == []
    ends = {query: {hit.split("#")[-1] for hit in hits} for query, hits in found.items()}
    missed = [query for query, wanted in SEARCHES.items() if not ends[query] & set(wanted)]
    assert len(missed) <= len(SEARCHES) - 95, missed
