"""Live figures in their places: something to touch when a page opens, room where there is any, words that set them."""

import pytest
from browsing import SETTLED, SIDEWAYS
from pages import PAGES, live_figures

SCREENS = [(1280, 800), (390, 844)]
WIDE = {"width": 1440, "height": 900}
# What can be dragged and lies in the window as a whole.
TOUCHABLE = """() => [...document.querySelectorAll(".live-figure :is(input[type=range], .handle)")].filter(it => {
  const box = it.getBoundingClientRect();
  const inside = box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
  return inside && box.width && it.checkVisibility();
}).map(it => it.localName)"""
WIDTHS = "all => all.map(it => it.getBoundingClientRect().width)"
BESIDE = """figure => {
  const box = figure.getBoundingClientRect();
  const list = document.querySelector(".bd-sidebar-secondary").getBoundingClientRect();
  return box.right <= list.left || list.bottom <= box.top;
}"""
# Each link with what it sets, and what its figure is set to after a click.
SET = """() => [...document.querySelectorAll("a.sets")].map(link => {
  const figures = {};
  for (const figure of document.querySelectorAll("[data-live]")) {
    const { live } = figure.dataset;
    const before = Object.keys(figures).filter(key => key.replace(/\\d+$/, "") === live).length;
    figures[before ? live + (before + 1) : live] = figure;
  }
  link.click();
  const { model } = figures[link.dataset.sets];
  const [key, setting] = link.search.slice(1).split("=");
  const found = setting.split(",").map(part => part.split(":")).filter(([name, spelt]) =>
    [model.get(name)].flat(2).map(Number).join("~") !== spelt.split("~").map(Number).join("~"));
  return [link.textContent, link.hash, key === link.dataset.sets && found.length === 0];
})"""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


# The front page has no control there, the steps that adapt no point to drag.
TO_TOUCH = {"index": {"g"}, "chapters/steps": {"input"}}


@pytest.mark.parametrize("name", list(filter(live_figures, PAGES)))
def test_live_figures_are_at_hand_have_room_and_are_set_by_the_text(page, address, name):
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}{name}.html")
        page.evaluate(SETTLED)
        wanted = TO_TOUCH.get(name, {"g", "input"})
        assert wanted <= set(page.evaluate(TOUCHABLE)), "a handle in the first screen, and a control where there is one"
    assert all(width >= 350 for width in page.eval_on_selector_all(".live-figure", WIDTHS))
    page.set_viewport_size(WIDE)
    assert all(930 <= width <= 960 for width in page.eval_on_selector_all(".live-figure", WIDTHS))
    assert page.evaluate(SIDEWAYS) <= 0
    page.locator(".live-figure").last.evaluate("it => scrollBy(0, it.getBoundingClientRect().top - 120)")
    page.wait_for_function(f"() => ({BESIDE})([...document.querySelectorAll('.live-figure')].at(-1))")
    links = page.evaluate(SET)
    assert [link for link in links if not link[2]] == []
    assert {place for _, place, _ in links} == {f"#{figure}" for figure in live_figures(name)}
