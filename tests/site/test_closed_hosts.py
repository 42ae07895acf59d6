"""Where a page may do little: in a frame of another site that keeps nothing, and on hosts that forbid scripts within pages."""

import re

import pytest
from browsing import listen
from pages import PAGES, html

KINDS = ["index", "chapters/step-size", "search"]
FRAME = '<iframe sandbox="allow-scripts" style="border: 0; width: 100%; height: 95vh" src="{}"></iframe>'
KEPT = """["localStorage", "sessionStorage"].flatMap((name, i) => {
  const it = window[name], seen = (it.setItem("one", 3 + 2 * i), it.getItem("one"));
  return it.removeItem("one"), [seen, it.getItem("one")];
})"""


@pytest.fixture
def framed(browser, address):
    """Opens a page of the book as a course system embeds it, without cookies or storage."""
    contexts = []

    def open_one(name, width=1280):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, color_scheme="light"))
        page = contexts[-1].new_page()
        seen = listen(page)
        page.set_content(FRAME.format(f"{address}{name}.html"))
        page.frames[1].wait_for_load_state()
        with pytest.raises(Exception, match="SecurityError|Access is denied"):
            page.frames[1].evaluate("document.cookie")
        return page.frames[1], seen

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", KINDS)
def test_the_colours_and_the_search_work_where_nothing_is_kept(framed, name):
    frame, seen = framed(name)
    frame.locator(".theme-switch-button").first.click()
    assert frame.evaluate("document.documentElement.dataset.theme") == "dark"
    assert frame.evaluate(KEPT) == ["3", None, "5", None], "what stands in for storage keeps texts, for as long as the page"
    if name != "search":
        frame.locator("article h1").click()
        frame.page.keyboard.press("Control+k")
        frame.locator("#pst-search-dialog input").wait_for(state="visible")
    assert seen.errors == []


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_the_menus_work_where_nothing_is_kept(framed, side):
    frame, seen = framed("chapters/step-size", 390)
    frame.locator(f".{side}-toggle").click()
    frame.locator(f"#pst-{side}-sidebar-modal a").first.wait_for(state="visible")
    assert seen.errors == []


def test_a_search_answers_and_a_live_figure_moves_where_nothing_is_kept(framed):
    frame, seen = framed("search")
    frame.locator("input[type=search]").filter(visible=True).fill("condition number")
    frame.page.keyboard.press("Enter")
    frame.locator("#search-results li a").first.wait_for()
    assert seen.errors == []
    frame, seen = framed("chapters/step-size")
    reading = frame.locator("[data-live] dl").first
    before = reading.inner_text()
    frame.locator("[data-live] .presets button").nth(2).click()
    frame.wait_for_function("([it, before]) => it.innerText !== before", arg=[reading.element_handle(), before])
    assert seen.errors == []


def test_the_pages_of_these_tests_come_with_a_strict_policy(browser, address):
    """So that all tests in a browser show that a page needs no script within it."""
    page = browser.new_page()
    answer = page.goto(address)
    assert answer.headers["content-security-policy"] == "script-src 'self'"
    page.evaluate("document.body.setAttribute('onclick', 'window.ran = true')")
    page.locator("article h1").click()
    assert page.evaluate("window.ran") is None
    page.close()


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_no_script_stands_within_a_page(site, name):
    page = html(site, name)
    assert [script for script in page.find_all("script") if not script.get("src")] == []
    tags = [tag.name for tag in page.find_all(True) for attribute in tag.attrs if re.match("on[a-z]", attribute)]
    assert tags == []
    assert not page.select("[href^='javascript:']")


def test_the_copy_buttons_and_the_button_to_print_work(browser, address):
    page = browser.new_page()
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto(f"{address}chapters/step-size.html")
    assert page.locator("button.copybtn").count() == page.locator("article .highlight pre").count()
    page.locator("[data-prints]").dispatch_event("click")
    assert page.evaluate("window.printed")
    page.close()
