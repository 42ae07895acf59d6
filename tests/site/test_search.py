"""The search speaks the words of readers: what people type whose run fails leads to the section that answers them."""

import pytest
from searches import ASKED, REMEDIES, SEARCHES, TRIED

REACHED = 43
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
    searches = list(dict.fromkeys([*SEARCHES, *ASKED, *TRIED, *REMEDIES, "asdfqwer"]))
    yield dict(zip(searches, page.evaluate(FIRST, searches), strict=True))
    page.close()


def missed(found, searches):
    """The searches that lead to no section that answers them, with what they find."""
    ends = {query: [hit.split("#")[-1] for hit in found[query]] for query in searches}
    return {query: ends[query] for query, wanted in searches.items() if not set(ends[query]) & set(wanted)}


def test_what_people_type_finds_the_section_that_answers_it(found):
    assert len(SEARCHES) == 109
    assert [query for query in SEARCHES if not found[query]] == []
    lost = missed(found, SEARCHES)
    assert len(lost) <= len(SEARCHES) - 95, lost


def test_what_people_asked_in_public_is_found_as_often_as_it_was(found):
    """34 were reached before any word was added for them, REACHED since generic words such as "loss increasing" were."""
    lost = missed(found, ASKED)
    assert len(ASKED) - len(lost) >= REACHED, lost


def test_phrases_that_once_led_nowhere_find_the_section_that_answers_them(found):
    assert missed(found, TRIED) == {}


def test_the_words_of_noise_constraints_and_scale_find_their_sections(found):
    assert missed(found, REMEDIES) == {}


def test_what_is_no_word_finds_nothing(found):
    assert found["asdfqwer"] == []
