"""Every built page as a reader meets it: in Chromium, wide and narrow, light and dark, with JavaScript and without."""

import io
from functools import partial
from types import SimpleNamespace

import matplotlib.image
import pytest
from browsing import SETTLED, SIDEWAYS, clear, foreign, listen, serving
from lighthouse import PlainHost
from pages import EXERCISES, PAGES

SETTINGS = [(width, theme) for width in (1280, 390) for theme in ("light", "dark")]


@pytest.fixture(scope="module", params=SETTINGS, ids=lambda setting: "-".join(map(str, setting)))
def reader(request, browser):
    width, theme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    yield SimpleNamespace(page=page, seen=listen(page), theme=theme)
    context.close()


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


IMAGES = "all => all.filter(image => !image.naturalWidth || !image.alt.trim()).map(image => image.src)"
# The book's figures are dark ink on nothing: in the dark they are turned round.
UNREADABLE = """(all, theme) => all.filter(image => (theme === "dark") !== getComputedStyle(image).filter.includes("invert"))
                                   .map(image => image.src)"""
SEARCHES = "all => all.filter(entry => entry.checkVisibility({visibilityProperty: true, opacityProperty: true})).length"
# What lies in a part that the reader unfolds may be hidden; that works without JavaScript too.
INVISIBLE = """all => all.filter(it => !it.closest("details:not([open])") && !it.getBoundingClientRect().height)
                          .map(it => it.outerHTML.slice(0, 200))"""

# How high the letters of each picture are shown, in pixels, indices apart: Matplotlib draws them a hundred points high, on a
# smaller scale, or writes them as text. A picture in a fold is shown when it is opened.
LETTERS = r"""async () => {
  for (const fold of document.querySelectorAll("article details")) fold.open = true;
  const letters = async image => {
    const found = [...(await (await fetch(image.src)).text()).matchAll(/scale\((0\.\d+) -\1\)|font(?:-size)?: ([\d.]+)px/g)];
    return found.map(([, scale, size = scale * 100]) => size * 4 / 3 * image.clientWidth / image.naturalWidth);
  };
  return (await Promise.all([...document.querySelectorAll("article img")].map(letters))).map(all => Math.min(...all));
}"""


@pytest.mark.parametrize("name", PAGES)
def test_page(reader, address, name):
    page, seen = reader.page, reader.seen
    clear(seen)
    page.goto(f"{address}{name}.html")
    page.evaluate(SETTLED)
    assert not seen.errors
    assert not seen.failures
    assert not foreign(seen.requests, address)
    assert page.evaluate("document.documentElement.dataset.theme") == reader.theme
    assert page.evaluate(SIDEWAYS) <= 0, "the page scrolls sideways"
    assert page.eval_on_selector_all("button.search-button__button, input[type=search]", SEARCHES) == 1
    assert not page.eval_on_selector_all("img", IMAGES), "images that did not load or have no alt text"
    assert not page.eval_on_selector_all("article .cell_output img, article figure img", UNREADABLE, reader.theme)
    assert "Traceback" not in page.inner_text("body")
    assert page.locator("meta[name=description]").count() == 1
    if page.viewport_size["width"] == 390:
        assert [high for high in page.evaluate(LETTERS) if not 11 <= high < 20] == []


# From the right edge of the magnifying glass to the first letter, in pixels.
GAP = """it => it.getBoundingClientRect().left + parseFloat(getComputedStyle(it).paddingLeft)
              - it.closest("form").querySelector("i").getBoundingClientRect().right"""


@pytest.mark.parametrize(("name", "opening"), [("index", "Control+k"), ("search", None)])
def test_a_search_fields_icon_and_text_keep_apart(reader, address, name, opening):
    reader.page.goto(f"{address}{name}.html")
    if opening:
        reader.page.keyboard.press(opening)
    field = reader.page.locator("input[type=search]").filter(visible=True)
    assert 2 < field.evaluate(GAP) < 20


@pytest.mark.parametrize("name", PAGES)
def test_page_without_javascript(browser, address, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{name}.html")
    assert page.locator("article h1").is_visible()
    assert len(page.inner_text("article")) > 100
    assert not page.eval_on_selector_all("article p math, article .math-block math, article figure img", INVISIBLE)
    assert not page.eval_on_selector_all("img", IMAGES)
    context.close()


def fonts_used(client, selector):
    """The fonts that Chromium really drew with, in the elements of that kind."""
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    found = client.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
    ask = partial(client.send, "CSS.getPlatformFontsForNode")
    return [font for node in found for font in ask({"nodeId": node})["fonts"]]


def others(page, selector):
    """The fonts, none of the book's, in which Chromium drew something there."""
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    used = fonts_used(client, selector)
    client.detach()
    return {font["familyName"] for font in used if not font["isCustomFont"]}


LACKS = "a character that the font's subset lacks: see unicode-range in _static/fonts.css"
# Of each sign, with whatever its element says about it, one.
ONE_OF_EACH = """() => {
  const signs = [...document.querySelectorAll("article math *")].filter(it => !it.firstElementChild && it.textContent.trim());
  for (const sign of new Map(signs.map(it => [it.outerHTML, it])).values()) sign.classList.add("one");
}"""


@pytest.mark.parametrize("name", PAGES)
def test_formulas_and_text_are_set_in_the_books_own_fonts(page, address, name):
    page.goto(f"{address}{name}.html")
    page.evaluate(SETTLED)
    page.evaluate(ONE_OF_EACH)
    assert not others(page, "article math .one"), LACKS
    for italic in (False, True):
        lacking = set(page.evaluate(WRITTEN, italic)) - held(page, italic) - DRAWN_BY_THE_SYSTEM
        assert not lacking, LACKS


DRAWN_BY_THE_SYSTEM = set("○✓✗‖∇")  # signs that the face of the text does not have
# What the face holds by its own word, and the characters of the text that it is to draw.
HELD = """italic => [...document.fonts].filter(it => it.family.includes("Book Text") && (it.style === "italic") === italic)
                                        .flatMap(it => it.unicodeRange.split(",").map(range => range.trim().slice(2)))"""
WRITTEN = r"""italic => {
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (all.nextNode()) {
    const parent = all.currentNode.parentElement, { fontFamily, fontStyle } = getComputedStyle(parent);
    if (/^"?Book Text/.test(fontFamily) && (fontStyle === "italic") === italic && !parent.closest("script, style"))
      for (const sign of all.currentNode.data.replace(/\s/g, "")) found.add(sign);
  }
  return [...found];
}"""


def held(page, italic):
    """The characters of the face's unicode-range."""
    ends = [[int(end, 16) for end in part.split("-")] for part in page.evaluate(HELD, italic)]
    return {chr(code) for end in ends for code in range(end[0], end[-1] + 1)}


@pytest.mark.parametrize("italic", [False, True])
def test_the_face_of_the_text_has_what_it_names(page, address, italic):
    page.goto(f"{address}{PAGES[0]}.html")
    signs = "".join(f'<p class="one">{sign}</p>' for sign in sorted(held(page, italic) - set("<& \xa0")))
    page.eval_on_selector("article", "(it, html) => { it.innerHTML = html; }", f"<{'em' if italic else 'div'}>{signs}")
    page.evaluate(SETTLED)
    assert not others(page, "article .one")


def ink(page, box):
    """The share of dark pixels in a box of the page."""
    picture = matplotlib.image.imread(io.BytesIO(page.screenshot(clip=box)))
    return float((picture[..., :3].mean(axis=2) < 0.5).mean())


def test_a_root_shows_its_sign(page, address):
    """msqrt draws √ though no text holds it: a subset of the font without it makes √κ read κ, and nothing complains."""
    page.goto(f"{address}{PAGES[0]}.html")
    page.eval_on_selector("article", "it => it.innerHTML = '<math style=\"font-size: 5em\"><msqrt><mi>κ</mi></msqrt></math>'")
    page.evaluate(SETTLED)
    assert page.evaluate("[...document.fonts].find(font => /Book Math/.test(font.family)).status") == "loaded"
    root, kappa = (page.locator(f"article {tag}").bounding_box() for tag in ("msqrt", "mi"))
    sign = {**root, "width": kappa["x"] - root["x"]}
    bar = {**kappa, "y": root["y"], "height": kappa["y"] - root["y"]}
    assert sign["width"] > 0.3 * kappa["width"]
    assert ink(page, sign) > 0.03
    assert ink(page, bar) > 0.02


# How far the box of a low root reaches beyond what is under it, with what the style sheet takes back.
LOOSE = """all => all.map(it => it.getBoundingClientRect().right + parseFloat(getComputedStyle(it).marginRight)
                          - it.lastElementChild.getBoundingClientRect().right)"""


@pytest.mark.parametrize("name", ["chapters/conditioning", "chapters/momentum"])
def test_no_gap_follows_a_root(page, address, name):
    page.goto(f"{address}{name}.html")
    page.evaluate(SETTLED)
    gaps = page.eval_on_selector_all("article msqrt.low", LOOSE)
    assert len(gaps) >= 5
    assert all(-0.5 < gap < 1.5 for gap in gaps), gaps


# The boxes of formulas that scroll although each formula in them would find room.
UNBROKEN = """all => all.filter(it => it.scrollWidth > it.clientWidth + 1
                                   && [...it.children].every(part => part.getBoundingClientRect().width <= it.clientWidth))
                          .map(it => it.innerText)"""


@pytest.mark.parametrize("name", ["chapters/step-size", "chapters/limits-and-remedies", "chapters/where-it-shows-up"])
def test_on_a_phone_formulas_stand_one_below_the_other(browser, address, name):
    context = browser.new_context(viewport={"width": 390, "height": 900})
    phone = context.new_page()
    phone.goto(f"{address}{name}.html")
    phone.evaluate(SETTLED)
    assert phone.locator(".math-scroll > math + math").count()
    assert phone.eval_on_selector_all(".math-scroll:has(> math + math)", UNBROKEN) == []
    context.close()


FIRST, WHOLE = 230_000, 330_000  # bytes that a page may move until it is shown, and until all its pictures are there
EXERCISE = 180_000  # until an exercise is shown, judge and all


@pytest.fixture(scope="module")
def plain_host(site):
    with serving(site, PlainHost) as host:
        yield host


def weighing(page):
    """A dict that fills with the bytes of each answer, head and all, as the browser counts them."""
    client, names, weights = page.context.new_cdp_session(page), {}, {}
    client.send("Network.enable")
    client.on("Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]}))

    def note(told):
        if names[told["requestId"]].startswith("http"):  # what stands in the style sheet as data is counted with it
            weights[names[told["requestId"]]] = told["encodedDataLength"]

    client.on("Network.loadingFinished", note)
    return weights


def heaviest(name, weights):
    return f"{name} moves {sum(weights.values())} bytes: {sorted(weights.items(), key=lambda one: -one[1])}"


@pytest.mark.parametrize("name", PAGES)
def test_a_visit_moves_little(browser, plain_host, name):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    weights = weighing(page)
    page.goto(f"{plain_host}{name}.html", wait_until="networkidle")
    assert 0 < sum(weights.values()) <= (EXERCISE if name in EXERCISES else FIRST), heaviest(name, weights)
    page.evaluate(SETTLED)
    assert sum(weights.values()) <= WHOLE, heaviest(name, weights)
    context.close()
