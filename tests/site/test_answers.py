"""Exercises are answered where they are read: on the page, from the disk, in any numbers, and the reader's progress is kept."""

import gzip

import pytest
from answered import ANSWER, GIVEN, IN_ITS_NUMBERS, draw, drawn, right_and_wrong, turn_to, typed
from answers import RUN as RUN_SCRIPTS
from axe_core import ASKED, AXE
from browsing import SETTLED, SIDEWAYS, listen
from page_judge import table
from page_run import errors, hist
from pages import EXERCISES, html

from gdtools.live.words import small

each_page = pytest.mark.parametrize("name", EXERCISES)
JUDGED = 20_000  # bytes, compressed, of the code and the table of a page
RUN = 12_500  # of the figure that runs a problem
ASKS = "[...new Set([...document.querySelectorAll('form.answer')].map(form => form.dataset.question))]"
# Whether the figure has drawn the run at a step that is given.
STANDS = """lr => {
  const find = part => document.querySelector(`.run-it ${part}`);
  return find("[data-lr][aria-pressed=true]") && Math.abs(find("input[type=text]").value / lr - 1) < 1e-5;
}"""
# How high the figure is after each text was typed into its fields, once in a place for each number that is asked for.
TYPED = ["1e-9", "1e300", "?", "1e200", "0.123456", "-1e6", "0", "1e-300", "0.02"]
HEIGHTS = """async typed => {
  const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const heights = [];
  for (const field of document.querySelectorAll(".run-it input[type=text]")) {
    const many = field.value.split(",").length;
    for (const text of typed) {
      field.value = Array(many).fill(text).join(", ");
      field.dispatchEvent(new Event("change"));
      await drawn();
      heights.push(document.querySelector(".run-it").offsetHeight);
    }
  }
  return heights;
}"""
# What names each field for a screen reader.
NAMES = """all => all.map(form => {
  const field = form.querySelector("[aria-labelledby]");
  return document.getElementById(field.getAttribute("aria-labelledby"))?.textContent.trim() ?? "";
})"""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def open_page(page, address):
    page.goto(address)
    page.evaluate(SETTLED)


@each_page
def test_every_question_is_answered_where_it_stands_in_any_numbers(page, address, name):
    heard = listen(page)
    turn_to(page, address, name, 7)
    assert sorted(page.evaluate(ASKS)) == sorted(draw(name).questions)
    labels = page.eval_on_selector_all("form.answer", NAMES)
    assert all(len(label.split()) > 3 for label in labels)
    for seed in (7, None):
        assert page.evaluate(GIVEN) == str(draw(name, seed))
        asked, expected = zip(*right_and_wrong(draw(name, seed)), strict=True)
        assert page.evaluate(ANSWER, asked) == list(expected)
        assert follows_the_numbers(page, name, seed)
        page.locator(".draw .back").click() if seed else None
    assert len(set(page.evaluate(HEIGHTS, TYPED))) == 1, "what is typed, told and counted moves nothing below the figure"
    assert page.url == f"{address}{name}.html"
    assert page.evaluate(SIDEWAYS) <= 0
    folds = page.eval_on_selector_all(".in-notebook > summary", "all => all.map(it => it.getBoundingClientRect().height)")
    assert min(folds) >= 24, "a finger's size"
    assert heard.errors == []


def follows_the_numbers(page, name, seed):
    """Whether the figure shows the run in these numbers: its error at the end is that of gdtools."""
    problem, kept = draw(name, seed), table(drawn(name)[0], seed or drawn(name)[1])["run"]
    run, lr = kept["runs"][0], vars(problem.given)[kept["steps"][0]]
    page.locator(".run-it [data-lr]").first.click()
    page.wait_for_function(STANDS, arg=lr)
    last = int(page.locator(".run-it .time output").inner_text().split()[-1])
    iterates = hist(problem, run, lr, last, getattr(problem.given, "beta", 0))
    return page.locator(".run-it dd").first.inner_text().startswith(small(errors(problem, run, iterates)[-1]))


@each_page
def test_the_judge_of_a_page_is_light(site, name):
    judge, draws = site / "_static" / "answers.js", (site / "_static" / "draws").glob(f"{drawn(name)[0]}*.js")
    weights = [len(gzip.compress(file.read_bytes(), 9)) for file in (judge, *draws)]
    assert len(weights) > 21
    assert weights[0] + max(weights[1:]) <= JUDGED


@pytest.mark.parametrize("script", RUN_SCRIPTS)
def test_the_figure_that_runs_a_problem_is_light(site, script):
    assert len(gzip.compress((site / "_static" / script).read_bytes(), 9)) <= RUN


@each_page
def test_the_figure_stands_behind_the_numbers_that_it_runs(site, name):
    written = (site / f"{name}.html").read_text(encoding="utf-8")
    assert written.count('class="live-figure run-it"') == 1
    assert written.index('class="given cell"') < written.index('class="live-figure run-it"')


@each_page
def test_a_right_answer_leads_to_a_chapter_that_is_there(site, name):
    """The page's own test sees the link; here is what it leads to."""
    leads = {question.see for question in draw(name).questions.values()}
    assert len(leads - {""}) > 1
    assert all((site / "chapters" / f"{chapter}.html").is_file() for chapter in leads - {""})


def test_the_progress_has_a_row_for_each_exercise_in_the_order_of_the_contents(site):
    rows = html(site, "exercises/index").select(".your-progress [data-problem]")
    assert [f"exercises/{row.a['href']}" for row in rows] == [f"{name}.html" for name in EXERCISES]
    assert [row["data-problem"] for row in rows] == [drawn(name)[0] for name in EXERCISES]
    asked = [sorted(row["data-questions"].split()) for row in rows]
    assert asked == [sorted(draw(name).questions) for name in EXERCISES], "the prediction, which stands first, once"


ONE = "exercises/practice-1-springs"


def field(page, question):
    return page.locator(f"form.answer[data-question={question}] input").first


def verdict(page, question):
    return page.locator(f"form.answer[data-question={question}] output")


def enter(page, question, text):
    field(page, question).fill(text)
    field(page, question).press("Enter")


def test_a_reader_answers_by_keyboard_and_finds_all_again(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    open_page(page, f"{address}{ONE}.html")
    L, condition = draw(ONE).questions["spectrum"].truth.max(), draw(ONE).questions["condition"]
    enter(page, "bound", f"1/{L}")
    assert "1/L" in verdict(page, "bound").inner_text()
    enter(page, "condition", "")
    assert verdict(page, "condition").inner_text() == "○ condition: not answered yet."
    enter(page, "spectrum", "one, two")
    assert verdict(page, "spectrum").get_attribute("class") == "feedback unclear"
    page.reload()
    assert "1/L" in verdict(page, "bound").inner_text(), "the answer and its verdict are kept"
    assert field(page, "bound").input_value() == f"1/{L}"
    enter(page, "bound", f"2/{L}")
    enter(page, "bound", "")
    count = len(draw(ONE).questions)
    assert page.locator("output.how-far").inner_text().startswith(f"○ 1 of {count} right. Still open:"), "right stays right"
    enter(page, "condition", typed(condition, condition.mistakes[0].answer))
    page.locator(".draw .fresh").click()
    page.evaluate(IN_ITS_NUMBERS, str(draw(ONE, 1)))
    assert page.url.endswith("?seed=1")
    assert field(page, "bound").input_value() == "", "fresh numbers ask anew"
    page.goto(f"{address}exercises/index.html")
    row = page.locator("[data-problem=springs]")
    assert row.locator(".told").inner_text() == f"1 of {count} right"
    assert page.locator(".next a").count() == 2, "the question that went wrong, and one that trains it"
    keep_and_bring_back(page)
    context.close()


def keep_and_bring_back(page):
    """The file, what it brings back, and what is no such file."""
    with page.expect_download() as download:
        page.locator(".keeping .save").click()
    kept = download.value.path().read_text(encoding="utf-8")
    row, said = page.locator("[data-problem=springs] .told"), page.locator(".keeping output")
    before = row.inner_text()
    page.locator(".keeping .clear").click()
    assert row.inner_text() == "not begun"
    page.locator(".keeping .undo").click()
    assert row.inner_text() == before
    page.locator(".keeping .clear").click()
    for text, words in ((kept, "Read 3 answers."), ("{}", "holds no answers"), ("?", "is no JSON")):
        page.locator(".keeping .load").set_input_files(
            {"name": "a.json", "mimeType": "application/json", "buffer": text.encode()}
        )
        page.wait_for_function("words => document.querySelector('.keeping output').textContent.includes(words)", arg=words)
    assert row.inner_text() == before
    assert said.inner_text().endswith("expected one that this page has saved.")


def test_a_question_comes_back_in_fresh_numbers(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    open_page(page, f"{address}{ONE}.html")
    for seed in (None, 1):
        condition = draw(ONE, seed).questions["condition"]
        turn_to(page, address, ONE, seed) if seed else None
        page.evaluate(ANSWER, [["condition", typed(condition, condition.truth)]])
    page.goto(f"{address}{ONE}.html")
    page.evaluate(ANSWER, [ask for ask, _ in right_and_wrong(draw(ONE))][::2])
    page.goto(f"{address}exercises/index.html")
    assert page.locator(".review").inner_text().startswith("The next question to ask yourself again comes on ")
    page.clock.fast_forward(25 * 3600 * 1000)
    page.reload()
    assert page.locator(".review a").count() == 3, "more are due"
    page.locator(".review a").first.click()
    assert page.url == f"{address}{ONE}.html?seed=2#answer-condition", "in numbers in which it is open"
    page.evaluate(IN_ITS_NUMBERS, str(draw(ONE, 2)))
    assert verdict(page, "condition").inner_text() == ""
    context.close()


def choose(page, form, option):
    page.locator(f"#{form} label", has_text=option).click()
    page.locator(f"#{form} button").click()
    return page.locator(f"#{form} output").inner_text()


def chosen(page, form):
    return page.locator(f"#{form}").evaluate("form => new FormData(form).get('answer')")


def test_a_prediction_stays_beside_the_check_that_compares_with_it(browser, address):
    context = browser.new_context()
    page = context.new_page()
    open_page(page, f"{address}{ONE}.html")
    question, count = draw(ONE).questions["prediction"], len(draw(ONE).questions)
    told = "answer-prediction", question.truth
    assert "You predicted" not in choose(page, *told)
    assert chosen(page, "predict-prediction") is None, "nothing is predicted by a check"
    assert choose(page, "predict-prediction", "flips for ever").endswith("You predict “flips for ever”. “Run it” will tell.")
    ending = "You predicted “flips for ever”, and something else happened."
    assert ending in page.locator("#answer-prediction output").inner_text(), "a verdict that stands there tells it at once"
    assert ending in choose(page, *told)
    page.locator(".sentence").fill("The walls hold.\nL decides.")
    page.locator(".sentence").blur()
    page.reload()
    assert page.locator(".sentence").input_value() == "The walls hold.\nL decides."
    assert [chosen(page, f"{act}-prediction") for act in ("predict", "answer")] == ["flips for ever", question.truth]
    assert page.locator("output.how-far").inner_text().startswith(f"○ 1 of {count} right.")
    context.close()


STANDING = """() => [
  ...[...document.querySelectorAll("form.answer")].map(form => new FormData(form).get("answer") || ""),
  ...[...document.querySelectorAll("form.answer output")].map(output => output.textContent),
  document.querySelector("output.how-far").textContent,
]"""


def test_all_that_stands_on_the_page_is_of_the_numbers_that_are_shown(browser, address):
    context = browser.new_context()
    page = context.new_page()
    open_page(page, f"{address}{ONE}.html")
    page.evaluate(ANSWER, [ask for ask, _ in right_and_wrong(draw(ONE))][::2])
    choose(page, "predict-prediction", "grows")
    before = page.evaluate(STANDING)
    assert "" not in before
    page.locator(".draw .fresh").click()
    page.evaluate(IN_ITS_NUMBERS, str(draw(ONE, 1)))
    *answers, far = page.evaluate(STANDING)
    assert set(answers) == {""}
    assert far.startswith(f"○ 0 of {len(draw(ONE).questions)} right.")
    stored = page.locator(".cell.tag_solution details")
    notes = stored.locator(".other-draw").all_text_contents()
    assert notes == stored.count() * ["This is computed with the book’s numbers, not with those of seed 1."]
    page.locator(".draw .back").click()
    page.evaluate(IN_ITS_NUMBERS, str(draw(ONE)))
    assert page.evaluate(STANDING) == before
    assert page.locator(".other-draw").count() == 0
    context.close()


def test_a_verdict_is_of_what_stands_in_its_field(browser, address):
    context = browser.new_context()
    page = context.new_page()
    open_page(page, f"{address}{ONE}.html")
    condition = draw(ONE).questions["condition"]
    enter(page, "condition", typed(condition, condition.truth))
    far = page.locator("output.how-far").inner_text()
    assert far.startswith("○ 1 of")
    field(page, "condition").press("Backspace")
    assert verdict(page, "condition").inner_text() == ""
    choose(page, "answer-prediction", draw(ONE).questions["prediction"].truth)
    far = page.locator("output.how-far").inner_text()
    page.locator("#answer-prediction label", has_text="crawls").click()
    assert page.locator("#answer-prediction output").inner_text() == ""
    assert page.locator("output.how-far").inner_text() == far
    context.close()


def into(page, place, text):
    """What the figure's field holds, and what is said, after a text was typed into it."""
    it = page.locator(".run-it input[type=text]").nth(place)
    it.fill(text)
    it.press("Enter")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return it.input_value(), page.locator(".run-it .fault [role=status]").inner_text()


def test_the_fields_of_the_figure_take_numbers_and_follow_its_sliders(browser, address):
    context = browser.new_context()
    page = context.new_page()
    open_page(page, f"{address}exercises/practice-6-molecule.html")
    for text in ("0.00001", "1e-7"):
        assert into(page, 0, "0.5")[0] == "0.5"
        assert into(page, 0, text) == (text, "")
    assert into(page, 0, "0.02") == ("0.02", "")
    page.locator(".run-it .drive input[type=range]").first.press("ArrowRight")
    page.wait_for_function("document.querySelector('.run-it input[type=text]').value !== '0.02'")
    assert into(page, 1, "4,32") == ("4.32", "")
    for text in ("-3", "0", "1e200", "1, 2"):
        assert into(page, 1, text)[1] == "Expected one number above 0, not too large."
    context.close()


BLOCKED = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { configurable: true, get() { throw new DOMException("blocked", "SecurityError"); } });
}"""


def test_from_the_disk_and_where_nothing_is_kept_answers_are_judged(browser, site):
    context = browser.new_context()
    context.add_init_script(BLOCKED)
    page = context.new_page()
    heard = listen(page)
    open_page(page, f"{(site / ONE).as_uri()}.html?seed=99")
    assert "shows the book’s numbers" in page.locator(".draw output").inner_text()
    asked, expected = zip(*right_and_wrong(draw(ONE)), strict=True)
    assert page.evaluate(ANSWER, asked) == list(expected)
    assert page.locator("output.how-far").inner_text().startswith("✓")
    page.locator(".draw .fresh").click()
    page.evaluate(IN_ITS_NUMBERS, str(draw(ONE, 1)))
    page.goto(f"{(site / 'exercises' / 'index').as_uri()}.html")
    assert "keeps nothing" in page.locator(".keeping output").inner_text()
    assert heard.errors == []
    context.close()


def test_without_javascript_the_page_says_so_and_shows_the_cells(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{ONE}.html")
    assert page.get_by_text("To answer on this page you need JavaScript.").is_visible()
    assert page.locator("form.answer:visible").count() == 0
    shown = page.locator(".tag_check:visible").count()
    assert shown == page.locator(".tag_check").count() > 5
    context.close()


TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_axe_finds_nothing_about_verdicts(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    turn_to(page, address, ONE, 2)
    page.evaluate(
        ANSWER, [["bound", "1"], ["condition", "?"], ["steps", ""], *(ask for ask, _ in right_and_wrong(draw(ONE, 2)))]
    )
    page.evaluate(ANSWER, [["bound", "1"], ["condition", "?"], ["steps", ""]])
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        options = {"resultTypes": ["violations"], "runOnly": TAGS, "rules": ASKED}
        found = AXE.run(page, context="article", options=options).response["violations"]
        assert [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]] == []
    context.close()
