"""What a reader copies: text with LaTeX for each formula, wholly or partly selected; or one formula, by a click or a key."""

import pytest
from browsing import SETTLED

# What would be on the clipboard, as text, if the reader copied now; none if the browser is left to do it by itself.
COPY = """() => {
  const data = new DataTransfer(), event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
  return event.defaultPrevented ? { text: data.getData("text/plain"), html: data.getData("text/html") } : null;
}"""
SELECT = """([start, end]) => {
  const inner = it => it.querySelector("mi, mn, mo")?.firstChild ?? it.firstChild;
  getSelection().setBaseAndExtent(inner(start), 0, inner(end), 1);
}"""
LATEX = """all => all.filter(math => math.checkVisibility() && !math.closest(".live-figure"))
                  .map(math => math.querySelector("annotation").textContent.trim().replace(/\\s+/g, " "))"""
IN_SIGHT = """() => {
  const { top, bottom } = document.activeElement.getBoundingClientRect();
  return document.activeElement.matches("math") && top > 0 && bottom < innerHeight;
}"""
LINKED = "it => { const a = Object.assign(document.createElement('a'), { href: '#here' }); it.replaceWith(a); a.append(it); }"


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def visit(page, address, name):
    page.goto(f"{address}{name}.html")
    page.evaluate(SETTLED)


def copy(page, start, end=None):
    """What is copied of a selection from within the first to within the second of two places."""
    page.evaluate(SELECT, [start.element_handle(), (end or start).element_handle()])
    return page.evaluate(COPY)["text"]


@pytest.mark.parametrize("name", ["chapters/step-size", "chapters/limits-and-remedies", "back/notation"])
def test_a_whole_page_is_copied_with_the_latex_of_each_formula_in_its_place(page, address, name):
    visit(page, address, name)
    page.eval_on_selector("article", "it => getSelection().selectAllChildren(it)")
    found = page.evaluate(COPY)
    place = 0
    for latex in page.eval_on_selector_all("article math", LATEX):
        place = found["text"].index(latex, place) + len(latex)
    assert "<math" not in found["html"]
    assert "\n\n\n\n" not in found["text"], "lines as they are on the page"


def test_a_formula_partly_selected_is_copied_whole(page, address):
    visit(page, address, "chapters/step-size")
    inline, block = page.locator("article p math:has(mfrac)").first, page.locator("article .math-scroll math").nth(1)
    for formula, mark in ((inline, "$"), (block, "$$")):
        latex = formula.locator("annotation").text_content().strip()
        assert copy(page, formula) == f"{mark}{latex}{mark}"


def test_formulas_of_one_display_and_of_a_proof_are_latex(page, address):
    visit(page, address, "chapters/step-size")
    two = page.locator(".math-scroll:has(> math + math)").first
    two.evaluate("it => getSelection().selectAllChildren(it.parentElement)")
    assert page.evaluate(COPY)["text"].count("$$") == 2, "one display, one formula"
    proof = page.locator(".proof").first
    proof.evaluate("it => getSelection().selectAllChildren(it)")
    text = page.evaluate(COPY)["text"]
    assert [latex for latex in proof.locator("math").evaluate_all(LATEX) if latex not in text] == []
    assert "#" not in text, "the sign by which a heading is linked to"


def test_a_table_is_copied_by_rows_and_columns(page, address):
    visit(page, address, "chapters/step-size")
    table = page.locator("article table:has(math)").first
    table.evaluate("it => getSelection().selectAllChildren(it)")
    rows = [row.split("\t") for row in page.evaluate(COPY)["text"].splitlines() if "\t" in row]
    assert len(rows) == table.locator("tr").count()
    assert {len(row) for row in rows} == {table.locator("tr").first.locator("th, td").count()}
    assert rows[0][0] == r"$\eta$"


# Firefox makes a range of each cell, which Chromium does not: here a selection pretends to.
CELLS = """table => {
  const ranges = [...table.querySelectorAll("td")].slice(0, 2).map(cell => {
    const range = new Range();
    range.selectNode(cell);
    return range;
  });
  window.getSelection = () => ({ isCollapsed: false, rangeCount: ranges.length, getRangeAt: i => ranges[i] });
}"""


def test_cells_selected_one_by_one_are_copied_as_a_row(page, address):
    visit(page, address, "back/notation")
    table = page.locator("article table:has(td math)").first
    table.evaluate(CELLS)
    first, second = page.evaluate(COPY)["text"].split("\t")
    assert first.startswith("$")
    assert second.strip()


def test_where_no_formula_is_selected_the_browser_copies(page, address):
    visit(page, address, "chapters/step-size")
    page.eval_on_selector("article pre", "it => getSelection().selectAllChildren(it)")
    assert page.evaluate(COPY) is None
    page.evaluate("getSelection().removeAllRanges()")
    assert page.evaluate(COPY) is None


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def test_a_click_copies_one_formula_and_says_so(page, address):
    visit(page, address, "chapters/step-size")
    formula = page.locator("article p > math:has(annotation), article p > .math-unit > math").first
    formula.click()
    assert clipboard(page) == f"${formula.locator('annotation').text_content().strip()}$"
    assert page.get_by_role("status").filter(has_text="LaTeX copied").is_visible()


def test_keys_lead_to_a_formula_that_is_in_sight_and_copy_it(page, address):
    visit(page, address, "chapters/step-size")
    assert page.locator("math[tabindex]").count() == 0, "no formula is a stop on the way"
    page.locator("article .math-scroll").nth(2).scroll_into_view_if_needed()
    button = page.get_by_role("button", name="Copy a formula as LaTeX")
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(IN_SIGHT)
    first = page.evaluate_handle("document.activeElement")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("it => !!(it.compareDocumentPosition(document.activeElement) & 4)", first)
    page.keyboard.press("Enter")
    latex = page.evaluate("document.activeElement.querySelector('annotation').textContent.trim()")
    assert clipboard(page).strip("$") == latex
    page.keyboard.press("ArrowLeft")
    assert first.evaluate("it => it === document.activeElement")
    page.keyboard.press("Control+c")
    assert clipboard(page).strip("$") == first.evaluate("it => it.querySelector('annotation').textContent.trim()")
    page.keyboard.press("Escape")
    assert button.evaluate("it => it === document.activeElement")
    assert page.locator("math[tabindex]").count() == 0


def test_a_formula_in_a_link_is_part_of_the_link(page, address):
    visit(page, address, "chapters/step-size")
    page.eval_on_selector("article p math", LINKED)
    page.locator("article p a > math").first.click()
    assert page.url.endswith("#here")
    assert not page.get_by_role("status").filter(has_text="LaTeX copied").count()
