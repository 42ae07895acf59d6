"""The page of runs that fail shows each situation with its cause and its cure, and is near from everywhere."""

import failing_runs as runs
import numpy as np
import pytest
from pages import CHAPTERS, article

from gdtools.diagnosis.case import Case

PAGE = "back/when-a-run-fails"
PLACES = {
    runs.raw_line: "grows", runs.one_point_a_step: "nan", runs.never_emptied: "swings", runs.wrong_index: "index",
    runs.sum_for_mean: "sum", runs.column_of_targets: "shapes", runs.twin_columns: "twins", runs.raw_columns: "units",
    runs.separated: "separated", runs.log_of_zero: "log", runs.offset: "offset", runs.uphill: "uphill",
    runs.in_single: "single", runs.kink: "edge", runs.lasso: "lasso", runs.stops_by_change: "early",
    runs.small_weights: "plateau", runs.overflow: "overflow", runs.rounded: "rounded", runs.adam_crawls: "adam",
}  # fmt: skip


@pytest.fixture(scope="module")
def page(site):
    return article(site, PAGE)


@pytest.mark.parametrize("made", runs.FAILING, ids=lambda made: made.__name__)
def test_a_failing_run_is_reproduced_with_its_cause_and_two_clicks_away(page, made):
    section = page.find(id=f"fails-{PLACES[made]}").find_parent("section")
    shown = [output.get_text() for output in section.select(".cell_output")]
    assert runs.FAILING[made] in "".join(shown)
    (link,) = page.find("table").select(f'a[href="#fails-{PLACES[made]}"]')
    assert link.find_parent("tr").select('a[href^="../chapters/"]')


def test_the_front_page_and_every_chapter_lead_to_it(site):
    assert article(site, "index").select(f'a[href="{PAGE}.html"]')
    for name in CHAPTERS:
        assert article(site, name).select(f'a[href="../{PAGE}.html"]'), name


# What people see, as it is printed, and a few of the words that tell it.
LOSSES = {
    "stop being numbers": "3.1 8.2 nan", "grow": "1 2 4 8 16", "hardly move": "0.6931 0.69309 0.69308 0.69307",
    "go up and down": "10 3 1 .5 .6 .4 .55 .45 .5 .4 .6", "more and more slowly": "[10, 5, 3, 2, 1.8, 1.7, 1.65, 1.6]",
    "fall and settle": "8 4 2 1 .5 .1 .01 .001 0 0 0", "fall and then rise": "9 4 2 1.8 1.9 1.95 1.96",
    "fall well": "8 4 2 1 .5 .25", "at least 4": "1 .5", "No losses can be read from this: “no number”": "no number",
    "Commas are read as decimal": "4,1 3,2 2,9 2,8", "": " ",
}  # fmt: skip
# Losses as loops, numpy, PyTorch and Keras print them, and what is to be read: four that fall, one that is no number, too few.
PRINTED = {
    "fall well": [
        "[np.float64(8.0), np.float64(4.0),\n np.float64(2.0), np.float64(0.25)]", "losses = [8, 4,\n 2, .25]",
        "{'loss': 8.0, 'lr': 0.1}\n{'loss': 4.0, 'lr': 0.1}\n{'loss': 2.0, 'lr': 0.1}\n{'loss': 0.25, 'lr': 0.1}",
        "loss: 8,0\nloss: 4,0\nloss: 2,0\nloss: 0,25",
        *("\n".join(line.format(k=k, loss=loss) for k, loss in enumerate([8.0, 4.0, 2.0, 0.25])) for line in (
            "step {k} loss {loss}", "Epoch {k}/30, loss: {loss}", "{k} {loss}", "{k}, {loss}", "{k},{loss}",
            "Cost after iteration {k}00: {loss}", "it {k} f(x) = {loss}", "tensor({loss}, grad_fn=<MseLossBackward0>)",
            "Epoch {k}/9\n10/10 [====] - 0s 2.5ms/step - accuracy: 0.5 - loss: {loss} - val_loss: 9",
        )),
    ],
    "stop being numbers": ["banana 1 2 nan", "loss: 3\nloss: -inf"], "No losses": ["banana inf0 e"],
    "at least 4": ["Epoch 1/30, step 2/3, loss: 4.7", "tensor(0.51, grad_fn=<MseLossBackward0>)"],
}  # fmt: skip
CURVES = {
    "from left to right": [(150, 50), (40, 100)], "as wide as the board": [(150, 50)],
    "grow": [(0, 100), (320, 10)], "hardly move": [(0, 50), (320, 52)], "fall and settle": [(0, 10), (160, 90), (320, 91)],
    "go up and down": [(0, 10), (100, 60), *((100 + 20 * k, 60 + 12 * (k % 2)) for k in range(1, 11))],
}  # fmt: skip


@pytest.fixture(scope="module")
def form(browser, address):
    page = browser.new_page()
    page.goto(f"{address}{PAGE}.html")
    yield page.locator("#symptoms")
    page.close()


def told(form, losses, method=""):
    """What the form says of these losses, and the places to which it leads."""
    form.get_by_role("textbox", name="Losses").fill(losses)
    form.get_by_role("combobox", name="Method").select_option(method)
    status = form.get_by_role("status")
    return status.inner_text(), [link.get_attribute("href") for link in status.get_by_role("link").all()]


def losses_of(made, seed, most=60):
    """The losses of a failing run, with six digits, as the reader prints them."""
    with np.errstate(all="ignore"):
        case = Case(**made(seed))
        values = [case.value(x) for x in case.hist[:most]]
    return " ".join(f"{value:.6g}" for value in values + [np.nan] * (case.left and len(values) < most))


@pytest.mark.parametrize("made", runs.FAILING, ids=lambda made: made.__name__)
def test_the_losses_of_a_failing_run_lead_to_its_cause_among_few(form, made):
    for seed in range(5):
        text, places = told(form, losses_of(made, seed), "adam" if made is runs.adam_crawls else "")
        assert f"#fails-{PLACES[made]}" in places, text
        assert len(set(places)) <= 8


def test_what_is_seen_leads_to_causes_without_a_kernel(form):
    form.get_by_role("textbox", name="η").fill("0.1")
    for words, values in LOSSES.items():
        text, _ = told(form, values)
        assert words in text
        assert "false" not in text
        assert bool(text) == bool(words)
        assert ("If the gradient is right, 2/L is about 0.083" in text) == (words == "grow"), "0.2 / (1 + √2)"
    assert "2/L" not in told(form, LOSSES["grow"], "adam")[0]
    for method, listed in {"": True, "adam": True, "plain": False, "momentum": False}.items():
        assert ("#fails-adam" in told(form, LOSSES["hardly move"], method)[1]) == listed
    assert any("momentum" in place for place in told(form, LOSSES["fall and then rise"], "momentum")[1])
    told(form, LOSSES["grow"])
    seen, status = form.get_by_role("combobox", name="What you see"), form.get_by_role("status")
    for option in seen.locator("option").all()[1:]:
        seen.select_option(option.get_attribute("value"))
        assert option.inner_text() in status.inner_text()
        assert "false" not in status.inner_text()
        assert ("The losses grow" in status.inner_text()) == (
            not option.inner_text().startswith("The losses") or "grow" in option.inner_text()
        )
        for item in status.get_by_role("listitem").all():
            assert item.get_by_role("link").count()
    seen.select_option("")


def test_losses_are_read_as_they_are_printed(form):
    for words, texts in PRINTED.items():
        for text in texts:
            assert words in told(form, text)[0], text


def test_a_step_is_read_or_what_is_expected_is_said(form):
    eta = form.get_by_role("textbox", name="η")
    for given, said in {"0,1": "about 0.083", "abc": "given “abc”", "-1": "given “-1”", "0": "above 0"}.items():
        eta.fill(given)
        assert said in told(form, LOSSES["grow"])[0]
    eta.fill("")


def test_the_answer_is_in_view_where_losses_are_pasted_and_there_when_the_reader_comes_back(browser, address):
    page = browser.new_page()
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}{PAGE}.html")
        status = page.locator("#symptoms").get_by_role("status")
        told(page.locator("#symptoms"), LOSSES["grow"])
        last = status if width > 400 else status.get_by_role("paragraph").nth(1)
        assert last.evaluate("it => it.getBoundingClientRect().bottom <= innerHeight"), width
        page.goto(f"{address}back/notation.html")
        page.go_back()
        said = status.filter(has_text="The losses grow")
        said.wait_for()
    page.close()


def test_each_place_that_the_form_names_is_there(form, site):
    page, seen = form.page, form.get_by_role("combobox", name="What you see")
    told(form, "")
    ends = set()
    for option in seen.locator("option").all()[1:]:
        seen.select_option(option.get_attribute("value"))
        ends |= {link.get_attribute("href") for link in form.get_by_role("status").get_by_role("link").all()}
    seen.select_option("")
    assert {f"#fails-{place}" for place in PLACES.values()} <= ends
    for end in ends:
        name, _, anchor = end.partition("#")
        if name:
            assert article(site, f"back/{name.removesuffix('.html')}").find(id=anchor), end
        else:
            assert page.locator(end).count() == 1, end


def test_a_curve_that_is_drawn_is_read_as_numbers(form):
    board = form.locator("svg")
    mouse = form.page.mouse
    for words, points in CURVES.items():
        board.scroll_into_view_if_needed()  # the answer above it has moved it
        box = board.bounding_box()
        places = [(box["x"] + x * box["width"] / 320, box["y"] + y * box["height"] / 120) for x, y in points]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place, steps=12)
        mouse.up()
        assert words in form.get_by_role("status").inner_text(), form.get_by_role("textbox", name="Losses").input_value()
    assert len(form.get_by_role("textbox", name="Losses").input_value().split()) > 30
