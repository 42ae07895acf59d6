"""The book in Firefox and in WebKit, beside Chromium, in which all other tests of the pages look at it."""

import json
import re

import engines
import numpy as np
import pytest
from answered import ANSWER, draw, right_and_wrong, turn_to
from axe_playwright_python.sync_playwright import Axe
from browsing import SETTLED, SIDEWAYS, serving
from formulas import kinds, measured
from live_cases import CASES
from pages import PAGES

AUDITED = ["index", "chapters/least-squares", "exercises/practice-1-springs", "back/bibliography", "search"]
each_figure = pytest.mark.parametrize("name", CASES)


@pytest.fixture(scope="module")
def watched(site):
    """The address of pages that keep what goes wrong in them."""
    with serving(site, engines.Watched) as address:
        yield address


@pytest.mark.parametrize("start", engines.ENGINES.values())
def test_who_lacks_an_engine_is_told_how_to_get_it(start, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match=r"is missing \(try: apt-get install \w+"), start(tmp_path):
        pass


# Pages

FAILED = "[...document.fonts].filter(font => font.status === 'error').map(font => font.family)"
IMAGES = "[...document.images].filter(image => !image.naturalWidth).map(image => image.src)"


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_a_page_opens_without_an_error(engine, watched, name):
    engine.goto(f"{watched}{name}.html")
    engine.evaluate(SETTLED)
    assert engine.evaluate("faults") == []
    assert engine.evaluate(FAILED) == []
    assert engine.evaluate(IMAGES) == []
    assert engine.evaluate(SIDEWAYS) <= 0, "the page scrolls sideways"


# As a script of the page: what a driver evaluates is no part of it.
RUN = "code => { document.body.append(Object.assign(document.createElement('script'), { textContent: code })); }"
WRONG = """document.body.append(Object.assign(new Image(), { src: "missing.svg" }));
           console.error("said"); Promise.reject("refused"); thrown()"""


def test_what_goes_wrong_in_a_page_is_heard(engine, watched):
    """Else the test above could not fail."""
    engine.goto(f"{watched}index.html")
    engine.evaluate(RUN, WRONG)
    engine.evaluate("async () => { while (faults.length < 4) await new Promise(done => setTimeout(done, 20)); }")
    heard = " ".join(engine.evaluate("faults"))
    assert all(word in heard for word in ("missing.svg", "said", "refused", "thrown"))


@pytest.mark.parametrize("name", AUDITED)
def test_axe_finds_nothing(engine, watched, name):
    """Contrast is the same in each engine, and slow; a formula as a table's heading is a false alarm: see test_access.py."""
    engine.goto(f"{watched}{name}.html")
    engine.evaluate(SETTLED)
    engine.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    rules = {name: {"enabled": False} for name in ("color-contrast", "empty-table-header")}
    options = {"resultTypes": ["violations"], "rules": rules}
    found = Axe().run(engine, options=options).response["violations"]
    assert [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]] == []


# Pictures

WAITING = "[...document.images].filter(image => !image.naturalWidth).length"
ALL_THERE = f"async () => {{ while ({WAITING}) await new Promise(done => setTimeout(done, 20)); }}"
ILLUSTRATED = "chapters/limits-and-remedies"


def test_pictures_come_when_the_reader_stirs(engine, site):
    """WebKit prints blank what has not come: whoever prints has pressed a key or moved the mouse before.

    At an address of its own, of which the browser has kept no picture yet.
    """
    with serving(site, engines.Watched) as fresh:
        engine.goto(f"{fresh}{ILLUSTRATED}.html")
        assert engine.evaluate(WAITING) > 0
        engine.keyboard.press("Shift")
        engine.evaluate(ALL_THERE)


def test_a_saved_page_keeps_its_pictures(browser, address):
    page = browser.new_page()
    page.goto(f"{address}{ILLUSTRATED}.html")
    page.mouse.move(300, 300)
    page.evaluate(ALL_THERE)
    saved = page.context.new_cdp_session(page).send("Page.captureSnapshot")["data"]
    assert saved.count("Content-Type: image/svg+xml") == page.evaluate("new Set([...document.images].map(it => it.src)).size")
    page.close()


# Formulas

EM = 18.4  # pixels, of a formula in the text
# How far from Chromium's the ink's left, top, right and bottom may lie, and the right end of the box, in em. Brackets that grow
# with what they hold are of several sizes in the font, and each engine has its own rule by which it takes one.
NEAR = (0.2, 0.25, 0.3, 0.3, 0.3)
GROWING = (0.2, 0.25, 1.2, 0.9, 1.2)
DISPLAY, GROWS = 'display="block"', "<mo[^>]*>[([⌈]</mo>.*<(msqrt|mfrac|mtable)"
LONG = 0.05  # of the formula's width, at its right: each sign may add a little


def far(formulas, found, wanted):
    """The formulas that are not near enough: what they are, and how far off."""
    displayed, growing = (np.array([bool(re.search(kind, it)) for it in formulas]) for kind in (DISPLAY, GROWS))
    off = (found - wanted) / EM
    off[displayed, :4] -= off[displayed, :2][:, [0, 1, 0, 1]]  # each engine has its own line for a display
    width = (wanted[:, 2] - wanted[:, 0]) / EM
    allowed = np.where((displayed | growing)[:, None], GROWING, NEAR) + np.outer(width, (0, 0, LONG, 0, LONG))
    return [(formulas[i], off[i].round(2).tolist()) for i in np.nonzero((abs(off) > allowed).any(axis=1))[0]]


@pytest.fixture(scope="session")
def in_chromium(site, address, browser, once):
    """The formulas of the book, and where their ink lies in Chromium."""

    def make(folder):
        formulas, page = kinds(site), browser.new_page()
        (folder / "ink.json").write_text(json.dumps([formulas, measured(page, address, formulas)]))
        page.close()

    return json.loads((once("formulas", make) / "ink.json").read_text())


def test_formulas_are_set_as_chromium_sets_them(engine, watched, in_chromium):
    """Their ink and their width, and with them accents, scripts and fractions."""
    formulas, wanted = in_chromium
    assert len(formulas) > 700
    found = np.array(measured(engine, watched, formulas))
    assert far(formulas, found, np.array(wanted)) == []


# Copying: tests/site/test_copying.py tries all of it in Chromium

COPIED = """what => {
  const start = document.querySelector(what), data = new DataTransfer(), letters = start.querySelectorAll("mi, mn, mo");
  const [first, second] = [...letters].map(letter => letter.firstChild);
  if (start.matches("math")) getSelection().setBaseAndExtent(first, 0, second, 1);
  else getSelection().selectAllChildren(start);
  const event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
  return [event.clipboardData.getData("text/plain"), start.querySelector("annotation").textContent.trim()];
}"""


def test_what_is_copied_is_text_with_latex(engine, watched):
    engine.goto(f"{watched}chapters/step-size.html")
    engine.evaluate(SETTLED)
    text, latex = engine.evaluate(COPIED, "article p math:has(mfrac)")
    assert text == f"${latex}$", "a part stands for the whole"
    text, latex = engine.evaluate(COPIED, "article table:has(math)")
    rows = [row.split("\t") for row in text.splitlines() if "\t" in row]
    assert rows[0][0] == f"${latex}$"
    assert len({len(row) for row in rows}) == 1


# Exercises

ANSWERED = "exercises/practice-1-springs"
FIELD = "document.querySelector('form.answer input[type=text]')"
VERDICT = f"async () => {{ while (!{FIELD}.form.textContent.includes('?!')) await new Promise(done => setTimeout(done, 20)); }}"


def test_an_exercise_is_answered(engine, watched):
    turn_to(engine, watched, ANSWERED, 7)
    asked, expected = zip(*right_and_wrong(draw(ANSWERED, 7)), strict=True)
    assert engine.evaluate(ANSWER, asked) == list(expected)
    engine.evaluate(f"{FIELD}.value = '?!'; {FIELD}.focus()")
    engine.keyboard.press("Enter")
    engine.evaluate(VERDICT)
    assert engine.evaluate("faults") == []


# Live figures

# Of several figures of one kind the last is tried, which has the defaults of its class.
MARK = "name => { [...document.querySelectorAll(`[data-live=${name}]`)].at(-1).dataset.tried = name; }"
STATE = "name => document.querySelector(`[data-tried=${name}]`).model.values"
SHOWN = """name => Object.fromEntries(
  [...document.querySelectorAll(`[data-tried=${name}] [data-value]`)].map(it => [it.dataset.value, it.textContent]))"""
CENTRE = """([name, part]) => {
  const it = document.querySelector(`[data-tried=${name}] ${part}`);
  const { left, top, width, height } = it.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}"""
SHOW = """([name, part]) => document.querySelector(`[data-tried=${name}] ${part}`)
  .scrollIntoView({ block: "center", behavior: "instant" })"""
FOCUS = "([name, part]) => document.querySelector(`[data-tried=${name}] ${part}`).focus()"
PLAYED = """async name => {
  const told = document.querySelector(`[data-tried=${name}] .time output`);
  while (told.textContent.startsWith("0 ")) await new Promise(done => setTimeout(done, 20));
}"""
RESTED = """async name => {
  const button = document.querySelector(`[data-tried=${name}] .play`);
  const frame = () => new Promise(requestAnimationFrame);
  await frame().then(frame); // the button of a run that has just begun is named when it is drawn
  while (button.textContent !== "Play") await new Promise(done => setTimeout(done, 20));
}"""
REACHED = """async ([name, state, wanted]) => {
  const { model } = document.querySelector(`[data-tried=${name}]`);
  const text = values => JSON.stringify(Object.entries(values).sort()); // a driver need not keep their order
  const there = () => text(model.values) === text(state);
  while (there() !== wanted) await new Promise(done => setTimeout(done, 20));
}"""


def agrees(page, name):
    """What the figure shows is what gdtools returns for its state, which is returned."""
    page.evaluate(SETTLED)
    state = page.evaluate(STATE, name)
    assert page.evaluate(SHOWN, name) == CASES[name].figure(**state).numbers()
    return state


def press(page, name, part, key):
    page.evaluate(FOCUS, [name, part])
    page.keyboard.press(key)


def drag(page, name, part, by):
    page.evaluate(SHOW, [name, part])
    x, y = page.evaluate(CENTRE, [name, part])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] / 2, y + by[1] / 2)
    page.mouse.move(x + by[0], y + by[1])
    page.evaluate(SETTLED)
    assert np.allclose(page.evaluate(CENTRE, [name, part]), (x + by[0], y + by[1]), atol=3)
    page.mouse.up()


def click(page, name, part):
    page.evaluate(SHOW, [name, part])
    page.mouse.move(*page.evaluate(CENTRE, [name, part]))
    page.mouse.down()
    page.mouse.up()


# What moves freely in a figure, if it is not the start; the step h of the slopes lies on their curve.
KNOBS = {
    "line": '.handle[aria-label^="point 5,"]',
    "slope": None,
    "shave": None,
    "shuffle": None,
    "chunks": None,
    "corner": '.handle[aria-label="free minimum"]',
}


@each_figure
def test_a_live_figure_is_dragged_set_by_keys_and_played(engine, watched, name):
    engine.goto(f"{watched}{CASES[name].page}.html")
    engine.evaluate(SETTLED)
    engine.evaluate(MARK, name)
    defaults = agrees(engine, name)
    knob, dragged, pressed = (
        KNOBS.get(name, '.handle[aria-label="start"]'),
        defaults,
        [("input", "ArrowRight"), ("input", "PageUp")],
    )
    if knob:
        drag(engine, name, knob, (20, -24 if name == "believe" else 24))  # whose start stands at the lower edge
        dragged = agrees(engine, name)
        assert dragged != defaults
        pressed.insert(0, (knob, *["Enter"] * (name == "line"), "Shift+ArrowUp"))
    for part, *keys in pressed:
        engine.evaluate(FOCUS, [name, part])
        for key in keys:
            engine.keyboard.press(key)
        engine.evaluate(REACHED, [name, dragged, False])
        dragged = agrees(engine, name)
    click(engine, name, ".presets button:nth-child(2)")
    engine.evaluate(REACHED, [name, dragged, False])
    if engine.evaluate("name => !!document.querySelector(`[data-tried=${name}] .play`)", name):
        engine.evaluate(RESTED, name)
        press(engine, name, ".time input", "Home")
        click(engine, name, ".play")
        engine.evaluate(PLAYED, name)
        press(engine, name, ".time input", "End")
    agrees(engine, name)
    click(engine, name, ".tools button")
    engine.evaluate(REACHED, [name, defaults, True])
    assert engine.evaluate("faults") == []


# Runs that fail


PASTED = """losses => {
  const field = document.querySelector("#symptoms textarea");
  field.value = losses;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.scrollIntoView();
}"""
SAID = "document.querySelector('#symptoms [role=status]').textContent"
BOARD = "document.querySelector('#symptoms svg').getBoundingClientRect().toJSON()"
FOUND = """async () => {
  const wanted = () => document.querySelector("#search-results a[href*='the-loss-swings-ever-wider']");
  while (!wanted()) await new Promise(done => setTimeout(done, 20));
}"""


def test_the_form_and_the_search_answer_who_has_a_run_that_fails(engine, watched):
    engine.goto(f"{watched}back/when-a-run-fails.html")
    engine.evaluate(PASTED, "1 2 4 8")
    assert "Divide η by 1000" in engine.evaluate(SAID)
    board = engine.evaluate(BOARD)
    engine.mouse.move(board["x"] + 5, board["y"] + 40)
    engine.mouse.down()
    for share in np.linspace(0.1, 0.95, 9):
        engine.mouse.move(board["x"] + share * board["width"], board["y"] + 41)
    engine.mouse.up()
    assert "The losses hardly move." in engine.evaluate(SAID)
    engine.goto(f"{watched}search.html?q=zero_grad")
    engine.evaluate(FOUND)
    assert engine.evaluate("faults") == []
