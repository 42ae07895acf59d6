"""Every page for readers who use a keyboard, a screen reader, large letters or a small screen."""

import re

import pages
import pytest
from axe_core import ASKED, AXE
from browsing import SETTLED, SIDEWAYS

PAGES = [*pages.PAGES, "search"]
KINDS = ["index", "chapters/step-size", "exercises/practice-1-springs", "back/bibliography", "search"]
WIDTHS = [1280, 390]
THEMES = ["light", "dark"]
each_page = pytest.mark.parametrize("name", PAGES)
each_kind = pytest.mark.parametrize("name", KINDS)
each_width = pytest.mark.parametrize("width", WIDTHS)

FOLDS = "open => document.querySelectorAll('article details').forEach(fold => { fold.open = open; })"
STILL = """async () => {
  for (let frame = 0; frame < 2; frame++) {
    await new Promise(done => requestAnimationFrame(done));
    for (const motion of document.getAnimations()) motion.finish();
  }
}"""
TURN = "theme => { document.documentElement.dataset.theme = theme; }"


@pytest.fixture
def open_page(browser, address):
    """Opens a page, in a context of its own: axe keeps what it has seen."""
    contexts = []

    def open_one(name, width=1280, **options):
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=size, reduced_motion="reduce", color_scheme="light", **options))
        page = contexts[-1].new_page()
        page.goto(f"{address}{name}.html")
        page.evaluate(SETTLED)
        return page

    yield open_one
    for context in contexts:
        context.close()


def turn(page, theme):
    page.evaluate(TURN, theme)
    page.evaluate(STILL)


# axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the only rules for which the theme matters
SHAPES = ASKED | {rule: {"enabled": False} for rule in COLOURS}
# Most of a page's elements are the letters of its formulas and the words of its programs. A formula's letters have the colour
# of the formula, as INK shows, and the words of a program that of their class: one letter and one word of each class stand for
# all, but on one page of each kind.
INK = "all => all.filter(it => getComputedStyle(it).color !== getComputedStyle(it.closest('math')).color).length"
THIN = """() => {
  for (const math of document.querySelectorAll("math")) math.replaceChildren(math.querySelector("mi, mn, mo"));
  for (const math of document.querySelectorAll("math ~ math")) math.remove();
  const seen = new Set(), more = [];
  for (const word of document.querySelectorAll(".highlight pre span")) {
    const kind = getComputedStyle(word.closest("pre")).backgroundColor + word.className;
    seen.has(kind) ? more.push(word) : seen.add(kind);
  }
  for (const word of more) word.remove();
}"""


def faults(page, only, rules=None, where=None):
    options = {"resultTypes": ["violations"], "runOnly": only, "rules": rules or {}}
    found = AXE.run(page, context=where, options=options).response["violations"]
    return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"] if not false_alarm(one, node)]


def all_faults(page):
    return faults(page, TAGS, SHAPES) + faults(page, COLOURS)


def false_alarm(one, node):
    """A heading of a table that is a formula: axe sees no text in MathML, a screen reader reads it (see the last test)."""
    return one["id"] == "empty-table-header" and "<math" in node["html"]


@each_page
@each_width
def test_axe_finds_nothing(open_page, name, width):
    page = open_page(name, width)
    page.evaluate(FOLDS, True)
    assert page.eval_on_selector_all("math *", INK) == 0
    if name in KINDS:
        assert faults(page, TAGS, SHAPES) == [], "folds open, each letter there"
    page.evaluate(THIN)
    assert faults(page, TAGS, SHAPES) == [], "folds open"
    folds = page.locator("article summary").count()
    for theme in THEMES if width == WIDTHS[0] or name in KINDS else ():  # a narrow page has no colours of its own
        turn(page, theme)
        assert faults(page, COLOURS) == [], f"{theme}, folds open"
        if folds:  # nothing but they themselves has another colour when they are closed
            page.evaluate(FOLDS, False)
            assert faults(page, COLOURS, where="article summary") == [], f"{theme}, folds closed"
            page.evaluate(FOLDS, True)
    if folds:
        page.evaluate(FOLDS, False)
        assert faults(page, TAGS, SHAPES) == [], "folds closed"


@pytest.mark.parametrize("side", ["primary", "secondary"])
@pytest.mark.parametrize("theme", THEMES)
@each_kind
def test_axe_finds_nothing_in_the_drawers(open_page, name, side, theme):
    page = open_page(name, 390)
    button = page.locator(f".{side}-toggle")
    if not button.count():
        assert name in ("search", "back/bibliography"), "a page without headings"
        return
    turn(page, theme)
    button.click()
    page.evaluate(STILL)
    assert page.locator(f"#pst-{side}-sidebar-modal a").first.is_visible()
    assert all_faults(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_what_a_search_finds(browser, address, theme):
    context = browser.new_context(color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}search.html?q=condition+number")
    page.locator("#search-results li p").first.wait_for()
    assert all_faults(page) == []
    page.locator("#search-results li a").nth(1).click()
    page.locator("span.highlighted").first.wait_for()
    page.evaluate(THIN)
    assert all_faults(page) == [], "words found are marked on the page"
    context.close()


# Keyboard

# What has the focus, whether it can be seen, and whether it shows that it has the focus.
FOCUS = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), ring = it.querySelector(":scope > circle.reach") || it;
  const { outlineStyle, outlineWidth, boxShadow, stroke } = getComputedStyle(ring);
  return {
    what: it.outerHTML.slice(0, 150), end: it === document.body,
    seen: it.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width > 0 && box.height > 0
      && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    ringed: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 || / [2-9]px/.test(boxShadow)
      || ring !== it && stroke !== "none",
  };
}"""


def stops(page, most=400):
    """All that Tab leads to, once around."""
    for _ in range(most):
        page.keyboard.press("Tab")
        page.evaluate(STILL)
        stop = page.evaluate(FOCUS)
        if stop["end"]:
            return
        yield stop
    pytest.fail(f"no way out by Tab: {stop['what']}")


@each_kind
@each_width
def test_tab_leads_all_around_and_the_focus_is_always_seen(open_page, name, width):
    page = open_page(name, width)
    page.evaluate(FOLDS, True)
    page.evaluate("document.activeElement.blur()")  # the search page puts the focus into its field
    found = list(stops(page))
    assert len(found) >= 5
    assert [stop["what"] for stop in found if not stop["seen"]] == []
    assert [stop["what"] for stop in found if not stop["ringed"]] == []


def test_the_skip_link_leads_into_the_text(open_page):
    page = open_page("chapters/step-size")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_a_drawer_keeps_the_focus_and_gives_it_back(open_page, side):
    page = open_page("chapters/step-size", 390)
    button = page.locator(f".{side}-toggle")
    button.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")  # the keyboard is in use
    page.keyboard.press("Enter")
    drawer = page.locator(f"#pst-{side}-sidebar-modal")
    assert drawer.get_attribute("aria-label")
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "side => !document.activeElement.closest('main') || !!document.activeElement.closest('dialog')", side
        )
    while not page.evaluate("!!document.activeElement.closest('dialog')"):
        page.keyboard.press("Tab")  # past the browser's own buttons, where Escape would not reach the page
    page.keyboard.press("Escape")
    drawer.wait_for(state="hidden")
    assert button.evaluate("it => it === document.activeElement")


@pytest.mark.parametrize("name", ["index", "exercises/check-b-coupled", "back/bibliography"])
def test_search_and_the_page_in_the_list_are_in_sight(open_page, name):
    page = open_page(name)
    page.set_viewport_size({"width": 1280, "height": 600})
    page.reload()
    for what in (".search-button-field", "#pst-primary-sidebar .navbar-brand", "#pst-primary-sidebar li.active"):
        box = page.locator(what).bounding_box()
        assert 0 <= box["y"] <= 600 - box["height"], what


def test_search_opens_by_key_and_closes_by_key(open_page):
    page = open_page("chapters/step-size")
    link = page.locator("article a.reference").first
    link.focus()
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.matches('#pst-search-dialog input')")
    page.keyboard.press("Escape")
    assert link.evaluate("it => it === document.activeElement")


ABBREVIATIONS = ["SGD", "GD", "OLS", "MLE", "LR", "BFGS", "SCF", "CG", "EM"]


def test_an_abbreviation_leads_to_the_glossary(open_page, address):
    page = open_page("search")
    for letters in ABBREVIATIONS:
        page.goto(f"{address}search.html?q={letters}")
        page.locator("#search-results a[href*='back/glossary']").first.wait_for()


def test_the_colours_change_by_key_and_the_focus_stays(open_page):
    page = open_page("index")
    button = page.locator(".theme-switch-button")
    page.keyboard.press("Tab")
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert button.evaluate("it => it === document.activeElement")


@pytest.mark.parametrize("name", ["chapters/the-code", "exercises/practice-1-springs", "chapters/limits-and-remedies"])
def test_what_scrolls_sideways_scrolls_by_key(open_page, name):
    page = open_page(name, 390)
    page.evaluate(FOLDS, True)
    page.evaluate(STILL)
    boxes = page.locator("article pre, article .math-scroll")
    wide = [box for box in boxes.all() if box.evaluate("it => it.scrollWidth > it.clientWidth + 1")]
    assert wide
    for box in wide:
        assert box.get_attribute("tabindex") == "0"
    wide[0].focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("it => it.scrollLeft > 0", arg=wide[0].element_handle())


@each_page
def test_what_a_button_shows_is_in_its_name(open_page, name):
    """WCAG 2.5.3, which axe leaves to its experiments: who says what stands on a button must be understood."""
    page = open_page(name)
    labelled = page.locator("[aria-label]:is(summary, button, a)").all()
    for it in labelled:
        shown = re.sub(r"[^\w ]", "", it.inner_text()).strip().lower()
        assert shown in it.get_attribute("aria-label").lower()


@each_width
def test_the_icons_on_buttons_are_drawn(open_page, width):
    """An icon is a character of a font that its class names: without the rule for the class, the button is empty."""
    page = open_page("chapters/step-size", width)
    content = "all => all.filter(it => it.checkVisibility()).map(it => getComputedStyle(it, '::before').content)"
    shown = page.eval_on_selector_all("i[class*=fa-], span[class*=fa-]", content)
    assert len(shown) >= 4
    assert [icon for icon in shown if not re.fullmatch('"[\uf000-\uf8ff]"', icon)] == []


MENUS = "() => performance.getEntriesByType('resource').some(it => it.name.includes('/bootstrap.js'))"
PRESSES = {
    "click": lambda page, button: button.click(),
    "script": lambda page, button: button.evaluate("it => it.click()"),  # as by voice: no pointer comes near before
    "keyboard": lambda page, button: (button.focus(), page.keyboard.press("Enter")),
}


@pytest.mark.parametrize("way", PRESSES)
def test_a_menu_opens_though_its_script_comes_only_then(open_page, way):
    page = open_page("chapters/step-size", 1280)
    button = page.locator(".bd-header-article .dropdown-toggle").first
    assert not page.evaluate(MENUS)
    PRESSES[way](page, button)
    page.locator(".dropdown-menu.show").wait_for()
    button.click()
    page.locator(".dropdown-menu.show").wait_for(state="hidden")


# Small screens, large letters

CUT_OFF = """() => [...document.querySelectorAll("main *")].filter(it => {
  const { overflowX, overflowY } = getComputedStyle(it), cuts = way => way === "hidden" || way === "clip";
  return it.clientWidth > 5 && !it.closest("svg, math, .math-scroll")
    && (cuts(overflowX) && it.scrollWidth > it.clientWidth + 1 || cuts(overflowY) && it.scrollHeight > it.clientHeight + 1);
}).map(it => it.outerHTML.slice(0, 150))"""
# WCAG 1.4.12. Formulas are no text of a language with such spacing.
SPACED = """
:not(math, math *) { letter-spacing: .12em !important; line-height: 1.5 !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""


LETTERS = "size => { document.documentElement.style.fontSize = size; }"


def assert_fits(page, how):
    page.evaluate(STILL)
    assert page.evaluate(SIDEWAYS) <= 0, f"the page scrolls sideways, {how}"
    assert page.evaluate(CUT_OFF) == [], how


@each_page
def test_a_page_reflows_with_large_letters_at_320_pixels_and_with_spaced_letters(open_page, name):
    page = open_page(name, 390)
    page.evaluate(FOLDS, True)
    for size in ("24px", "32px"):  # in place of 16
        page.evaluate(LETTERS, size)
        assert_fits(page, f"letters of {size}")
    page.evaluate(LETTERS, "")
    page.set_viewport_size({"width": 320, "height": 900})
    assert_fits(page, "320 pixels")
    page.add_style_tag(content=SPACED)
    assert_fits(page, "spaced letters")


WITH_TABLES = ("chapters/step-size", "exercises/index", "exercises/teaching", "back/map", "back/notation", "back/errata")
BROKEN = """() => [...document.querySelectorAll("article :is(td, th)")].filter(cell => cell.checkVisibility()).flatMap(cell => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [], range = new Range();
  for (let text; text = texts.nextNode();)
    for (const { index, 0: word } of text.data.matchAll(/[a-z]+/gi)) {
      range.setStart(text, index), range.setEnd(text, index + word.length);
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) found.push(word);
    }
  return found;
})"""


@pytest.mark.parametrize("medium", ["screen", "print"])
@each_width
@pytest.mark.parametrize("name", WITH_TABLES)
def test_no_word_of_a_table_is_broken(open_page, name, width, medium):
    page = open_page(name, width)
    page.emulate_media(media=medium)
    assert page.locator("article td").count()
    assert page.evaluate(BROKEN) == []


@each_width
@pytest.mark.parametrize("name", ["back/claims", "back/claims-remedies", "back/errata"])
def test_a_table_of_words_and_names_is_seen_whole(open_page, name, width):
    tables = open_page(name, width).locator(".pst-scrollable-table-container").all()
    assert tables
    assert all(table.evaluate("it => it.scrollWidth <= it.clientWidth") for table in tables)


CROWDED = """[...document.querySelectorAll(".pst-scrollable-table-container")].filter(box => {
  const below = box.nextElementSibling?.getBoundingClientRect().top;
  return below - box.querySelector("table").getBoundingClientRect().bottom < 12;
}).length"""


@each_width
@pytest.mark.parametrize("name", ["back/map", "chapters/constraints"])
def test_what_follows_a_table_keeps_its_distance(open_page, name, width):
    page = open_page(name, width)
    assert page.locator(".pst-scrollable-table-container + p").count()
    assert page.evaluate(CROWDED) == 0


# Mathematics


def spoken(node, nodes):
    """The text of a part of the accessibility tree."""
    below = (spoken(nodes[name], nodes) for name in node.get("childIds", ()) if name in nodes)
    return node["name"]["value"] if node["role"]["value"] == "StaticText" else "".join(below)


def test_a_screen_reader_meets_each_formula_once_and_as_mathematics(open_page):
    page = open_page("chapters/conditioning")
    found = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in found if "role" in node}
    formulas = [node for node in nodes.values() if node["role"]["value"] == "MathMLMath"]
    assert len(formulas) == page.locator("article math:visible:not([aria-hidden=true] math)").count()
    roles = {node["role"]["value"] for node in nodes.values()}
    assert {"MathMLFraction", "MathMLSquareRoot", "MathMLSub", "MathMLSup", "MathMLIdentifier", "MathMLNumber"} <= roles
    texts = [spoken(formula, nodes) for formula in formulas]
    assert all(texts)
    assert not [text for text in texts if "\\" in text], "the LaTeX is read aloud too"
    assert any("\\" in text for text in page.locator("math annotation").all_text_contents()), "it is there to be copied"
