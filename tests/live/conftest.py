"""Pages with a live figure, opened in Chromium, for the tests of the figures."""

from types import SimpleNamespace

import pytest
from browsing import SETTLED, foreign, listen
from live_cases import EVERY

DESK = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def reader(browser, address):
    """Opens the page of a figure; the last of its kind is the one to try.

    In a query {key} stands for its name in the address. Nothing plays by itself unless that is asked for.
    """
    contexts = {}

    def open_page(name, query="", **options):
        if repr(options) not in contexts:
            contexts[repr(options)] = browser.new_context(**DESK | options)
        page = contexts[repr(options)].new_page()
        seen = listen(page)
        key = EVERY[name].key
        page.goto(f"{address}{EVERY[name].page}.html{query.format(key=key)}")
        page.evaluate(SETTLED)
        return SimpleNamespace(page=page, seen=seen, figure=page.locator(f"[data-live={name}]").last, name=name, key=key)

    yield open_page
    for context in contexts.values():
        context.close()


@pytest.fixture
def view(reader, address, name):
    """The figure at its defaults, in a page of its own; nothing may go wrong while it is used, and no other host is asked."""
    it = reader(name)
    yield it
    assert not it.seen.errors
    assert not it.seen.failures
    assert not foreign(it.seen.requests, address)
    it.page.close()
