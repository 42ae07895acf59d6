"""What a reader's hands feel: nothing moves under a finger, time, links and the text set the figures, in Chromium."""

import pytest
from live_cases import CASES
from live_page import agrees, centre, handle, place, redrawn, rest, state, unfold, verdict

each_figure = pytest.mark.parametrize("name", CASES)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# Where all that can be pressed stands on the page, while each slider goes through its values and the start goes about; and
# the heights of the sentence and of the box that it has.
SWEEP = """async (it, starts) => {
  const seen = { moved: [], full: [], sentences: new Set() };
  const parts = () => [...it.querySelectorAll("button, input, summary, output, svg.panel, dl")];
  const where = () => parts().map(part => part.getBoundingClientRect()).map(({ left, top }) => [left, top + scrollY]);
  const [sentence, room] = it.querySelectorAll(".verdict p"), box = room.parentElement;
  const first = where(), high = box.offsetHeight, base = { ...it.model.values };
  const look = async what => {
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const far = where().map(([x, y], i) => Math.hypot(x - first[i][0], y - first[i][1]));
    const moved = parts().filter((part, i) => far[i] > 1 && part.tagName !== "OUTPUT");
    if (moved.length) seen.moved.push([what, moved[0].outerHTML.slice(0, 90)]);
    if (sentence.offsetHeight > high || box.offsetHeight !== high) seen.full.push([what, sentence.textContent]);
    seen.sentences.add(sentence.textContent);
  };
  for (const slider of it.querySelectorAll(".control input")) {
    for (const share of [0, 0.1, 0.3, 0.5, 0.6, 0.75, 0.79, 0.8, 0.83, 0.9, 1]) {
      slider.value = Math.round(share * slider.max);
      slider.dispatchEvent(new Event("input"));
      await look(slider.parentElement.parentElement.textContent + share);
    }
    for (const trait in base) it.model.set(trait, base[trait]);
  }
  for (const state of starts) {
    for (const [trait, value] of Object.entries({ ...base, ...state })) it.model.set(trait, value);
    await look(JSON.stringify(state));
  }
  for (const button of it.querySelectorAll(".presets button")) {
    button.click();
    await look(button.textContent);
  }
  return { ...seen, sentences: seen.sentences.size };
}"""


@each_figure
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_and_no_sentence_needs_more_room_whatever_is_set(reader, name, width):
    view = reader(name, viewport={"width": width, "height": 844})
    unfold(view)
    seen = view.figure.evaluate(SWEEP, [values for values, _ in CASES[name].extremes])
    assert not seen["moved"]
    assert not seen["full"]
    assert seen["sentences"] > 10
    if width == 390:
        tops = view.figure.evaluate("""it => [".map", ".drive", ".verdict"].map(part => {
          const { top, bottom } = it.querySelector(part).getBoundingClientRect();
          return [top, bottom];
        })""")
        assert tops[2][1] - tops[0][0] < 700, "map, control and sentence are seen together"


def test_a_run_is_seen_to_happen(reader):
    view = reader("bowl", reduced_motion="no-preference")
    told, path = view.figure.locator(".time output"), view.figure.locator(".map path.run.dots").first
    whole = path.get_attribute("d")
    view.figure.get_by_role("button", name="1 Crawl").click()
    places = set()
    while told.inner_text() != "60 of 60" or len(places) < 2:
        places.add(told.inner_text())
    assert len(path.get_attribute("d")) > 100
    agrees(view)
    view.figure.get_by_role("button", name="Reset").click()
    view.page.wait_for_function(
        "([it, whole]) => it.querySelector('.map path.run.dots').getAttribute('d') === whole",
        arg=[view.figure.element_handle(), whole],
    )
    slider = view.figure.get_by_role("slider", name="step", exact=True)
    slider.focus()
    view.page.keyboard.press("Home")
    view.figure.get_by_role("button", name="a step on").click()
    redrawn(view)
    assert told.inner_text() == "1 of 60"
    assert view.figure.locator("[data-value=error]").inner_text() == CASES["bowl"].figure(n_iter=1).numbers()["error"]
    rest(view)
    assert "bowl" not in view.page.url, "the place in the run is no setting"
    assert not view.seen.errors


LINK = """([key, query]) => {
  const link = Object.assign(document.createElement("a"), { href: `${query}#top`, textContent: "try it" });
  link.dataset.sets = key;
  document.querySelector("article h1").after(link);
}"""


@each_figure
def test_the_text_sets_a_figure_which_says_so_and_the_way_back_returns(reader, name):
    """A link as the book's role makes it; the setting is that of the last preset."""
    view = reader(name)
    defaults, address = state(view), view.page.url
    view.figure.locator(".presets button").last.click()
    verdict(view)
    wanted, query = state(view), view.page.url.split("?")[1]
    view.figure.get_by_role("button", name="Reset").click()
    verdict(view)
    view.page.evaluate(LINK, [view.key, f"?{query}"])
    view.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    view.page.get_by_role("link", name="try it").click()
    view.page.wait_for_function(
        "it => { const { top, bottom } = it.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }",
        arg=view.figure.locator("svg.panel").first.element_handle(),
    )
    assert state(view) == wanted
    assert query in view.page.url
    note = view.figure.locator(".set-by")
    assert "set by the text" in note.inner_text()
    agrees(view)
    note.get_by_role("button", name="back").click()
    view.page.wait_for_function("it => !it.textContent", arg=note.element_handle())
    assert state(view) == defaults
    assert view.page.url == address
    view.page.wait_for_function("scrollY < 5")
    view.page.go_forward()
    view.page.wait_for_function("query => location.search.includes(query)", arg=query)
    rest(view)
    assert state(view) == wanted
    assert not view.seen.errors


def test_a_link_with_a_setting_is_copied_and_opens_at_its_figure(reader):
    view = reader("bowl", permissions=["clipboard-read", "clipboard-write"])
    view.figure.get_by_role("button", name="3 Thrown out").click()
    button = view.figure.get_by_role("button", name="Copy link")
    button.click()
    view.page.wait_for_function("it => it.textContent === 'Copied'", arg=view.figure.locator(".copy").element_handle())
    copied = view.page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"?{view.key}=lr:0.041,n_iter:25#fig-bowl")
    button.wait_for()
    for query in (copied.split(".html")[1], "?{key}=lr:0.041"):
        again = reader("bowl", query)
        again.page.wait_for_function("it => Math.abs(it.getBoundingClientRect().top) < 200", arg=again.figure.element_handle())
        assert state(again)["lr"] == 0.041
        again.page.close()


def touch(view, *moves):
    """A finger that comes down at the first place and goes on to the others."""
    client = view.page.context.new_cdp_session(view.page)
    for number, (x, y) in enumerate(moves):
        client.send(
            "Input.dispatchTouchEvent", {"type": "touchMove" if number else "touchStart", "touchPoints": [{"x": x, "y": y}]}
        )
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    rest(view)


def test_a_finger_that_scrolls_sets_nothing(reader):
    view = reader("bowl", **PHONE)
    slider, panel = view.figure.locator(".control input").first, view.figure.locator("svg.panel").first
    slider.evaluate("it => it.scrollIntoView({ block: 'center', behavior: 'instant' })")
    for part, across in ((slider, 40), (panel, 200)):
        before, scrolled = state(view), view.page.evaluate("scrollY")
        box = part.bounding_box()
        x, y = box["x"] + across, box["y"] + box["height"] / 2
        touch(view, *((x, y - 12 * i) for i in range(12)))
        assert state(view) == before
        assert view.page.evaluate("scrollY") > scrolled + 50
    slider.evaluate("it => it.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = slider.bounding_box()
    x, y = box["x"] + 40, box["y"] + box["height"] / 2
    touch(view, *((x + 10 * i, y) for i in range(9)))
    assert state(view)["lr"] != before["lr"], "it is moved by a finger that goes across"
    moved = state(view)
    touch(view, (box["x"] + 300, y))
    assert state(view)["lr"] > moved["lr"], "and by a tap"
    box = panel.bounding_box()
    touch(view, (box["x"] + 250, box["y"] + 60))
    assert state(view)["x0"] != before["x0"], "a tap on the map brings the start"
    agrees(view)
    assert not view.seen.errors


def test_a_point_among_many_is_taken_where_it_is_pressed(reader):
    """Of a third of fifty points the middle is pressed: no other is taken, and none jumps."""
    view = reader("line", "?{key}=n:50")
    handles = view.figure.locator(".handle.dot").all()
    assert len(handles) == 50
    taken = 0
    for number, knob in list(enumerate(handles))[::3]:
        x, y = centre(knob.bounding_box())
        before = state(view)["points"]
        view.page.mouse.move(x, y)
        view.page.mouse.down()
        view.page.mouse.up()
        assert state(view)["points"] == before
        taken += view.page.evaluate("document.activeElement.getAttribute('aria-label')").startswith(f"point {number + 1},")
    assert taken >= 16, "but for points that lie upon each other"


def test_points_are_one_stop_between_which_arrows_go(reader):
    view = reader("line")
    handle(view).focus()
    view.page.keyboard.press("ArrowRight")
    label = "document.activeElement.getAttribute('aria-label')"
    assert view.page.evaluate(label).startswith("point 6,")
    before = place(view), state(view)["points"][5]
    view.page.keyboard.press("Enter")
    view.page.keyboard.press("ArrowUp")
    view.page.keyboard.press("Escape")
    view.page.keyboard.press("ArrowLeft")
    assert view.page.evaluate(label).startswith("point 5,")
    assert place(view) == before[0]
    assert state(view)["points"][5][1] > before[1][1]
    assert view.figure.locator(".handle.dot[tabindex='0']").count() == 1
    verdict(view)
    assert len(view.page.url.split(f"{view.key}=")[1]) < 30
    agrees(view)
