"""Live figures as a reader meets them: in Chromium, on the built page, with every other host blocked."""

import re

import numpy as np
import pytest
from axe_core import AXE
from browsing import FITTING, SIDEWAYS
from engine import evaluate
from live_cases import CASES
from live_page import agrees, alone, centre, handle, place, redrawn, show, shown, state, unfold, verdict
from live_plain import parsed

from gdtools.live import SCRIPTS

WAY = {"believe": -1}  # whose start has room above it alone; the others are moved down
each_figure = pytest.mark.parametrize("name", CASES)
each_with_a_start = pytest.mark.parametrize("name", [name for name in CASES if CASES[name].start])
NONSENSE = (
    "lr:x,lr:-1,angle:1e99,x0:1,x0:NaN~2,x0:1~2~3,nothing:1,kappa:,n_iter:2.5,,lr:Infinity,"
    "n:1,n:2.5,points:1~2,points:0~2~3,points:1~2~3~x,points:1~2~1e9"
)
SAMPLE = 10  # settings of each figure; test_twins.py compares all of them


# Numbers


@each_figure
def test_the_numbers_are_those_of_gdtools(view, name):
    states = CASES[name].states(SAMPLE)
    assert len(states) == SAMPLE
    for values, seen in zip(states, show(view, states), strict=True):
        made = CASES[name].figure(**values)
        assert seen["numbers"] == made.numbers(), values
        places = made.state() | ({"beta": made.memory()} if name == "race" else {})
        for control, text in seen["controls"].items():
            assert parsed(text) == places[control], values


@each_figure
def test_extreme_inputs_are_told_in_words(view, name):
    extremes = CASES[name].extremes[::3]
    for (values, word), seen in zip(extremes, show(view, [values for values, _ in extremes]), strict=True):
        assert not re.search("NaN|Infinity|undefined|null", seen["markup"]), values
        assert seen["numbers"] == CASES[name].figure(**values).numbers(), values
        assert word in seen["sentence"], values


def shortened(markup):
    """Without the last digits of long numbers, in which two versions of one engine may differ."""
    return re.sub(r"(\.\d{6})\d+", r"\1", markup)


@each_figure
def test_the_page_of_plain_data_is_like_chromium(view, name):
    """What tests without a browser see, of dom.js, is what Chromium makes of it."""
    states = [{}, *CASES[name].states(2), *(values for values, _ in CASES[name].extremes[:2])]
    widths = [svg.evaluate("it => it.clientWidth") for svg in view.figure.locator("svg.panel").all()]
    call = """([name, defaults, show, widths, states]) => {
      calm.matches = true;
      const el = opened(name, { ...defaults, show });
      el.tags("svg").filter(svg => svg.kept.class === "panel").forEach((svg, i) => { svg.clientWidth = widths[i]; });
      for (const watch of watches) watch.call();
      return states.map(state => {
        el.set({ ...defaults, ...state });
        return el.innerHTML;
      });
    }"""
    controls = (view.figure.get_attribute("data-show") or "").split()
    plain = evaluate(call, [name, CASES[name].figure().state(), controls, widths, states])
    for values, wanted in zip(states, plain, strict=True):
        show(view, [values])
        verdict(view)
        assert shortened(view.figure.evaluate("it => it.innerHTML")) == shortened(wanted), values


# Mouse, touch, keyboard


@each_with_a_start
def test_the_start_is_dragged_with_the_mouse(view, name):
    before, knob = place(view), handle(view)
    knob.scroll_into_view_if_needed()
    x, y = centre(knob.bounding_box())
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.mouse.move(x - 30, y + 20, steps=5)
    view.page.mouse.move(x - 40, y + 40, steps=5)
    view.page.mouse.up()
    after = place(view)
    assert after[0] != before[0]
    assert after[1] < before[1]
    redrawn(view)
    assert np.allclose(centre(knob.bounding_box()), (max(x - 40, 0), y + 40), atol=45)
    view.page.mouse.move(x + 90, y - 10)
    assert place(view) == after, "the mouse was up"
    agrees(view)


@each_with_a_start
def test_a_point_follows_the_mouse_and_stays_in_the_picture(view, name):
    knob = handle(view)
    knob.scroll_into_view_if_needed()
    x, y = centre(knob.bounding_box())
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    there = x + 30, y + 30 * WAY.get(name, 1)
    view.page.mouse.move(*there, steps=3)
    redrawn(view)
    assert np.allclose(centre(knob.bounding_box()), there, atol=3)
    view.page.mouse.move(x - 2000, y, steps=3)
    view.page.mouse.up()
    assert place(view)[0] == {"line": -3, "promise": -2.5, "basins": -2.2, "safe": -4, "corner": -4}.get(name, -2)
    agrees(view)


@each_with_a_start
def test_the_start_is_dragged_with_a_finger(reader, name):
    view = reader(name, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    before, knob = place(view), handle(view)
    knob.evaluate("it => it.scrollIntoView({ block: 'center' })")
    x, y = centre(knob.bounding_box())
    client = view.page.context.new_cdp_session(view.page)
    scrolled = view.page.evaluate("scrollY")
    for kind, dy in (("touchStart", 0), ("touchMove", 15), ("touchMove", 40), ("touchEnd", None)):
        points = [] if dy is None else [{"x": x, "y": y + WAY.get(name, 1) * dy}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert WAY.get(name, 1) * (before[1] - place(view)[1]) > 0.2
    assert view.page.evaluate("scrollY") == scrolled, "the page moved under the finger"
    agrees(view)
    assert not view.seen.errors


@each_with_a_start
def test_arrow_keys_move_the_start_and_the_sliders(view, name):
    x, y = place(view)
    knob, way = handle(view), WAY.get(name, 1)
    key = "ArrowDown" if way > 0 else "ArrowUp"
    knob.focus()
    if name == "line":
        view.page.keyboard.press("Enter")
    view.page.keyboard.press("ArrowLeft")
    view.page.keyboard.press(key)
    beside = 0.026 if name == "line" else 1e-9  # whose points do not begin on the grid
    assert np.allclose(place(view), (x - 0.1, y - 0.1 * way), atol=beside)
    view.page.keyboard.press(f"Shift+{key}")
    assert np.allclose(place(view), (x - 0.1, y - 0.6 * way), atol=2 * beside)
    assert "x = " in (knob.get_attribute("aria-valuetext") or knob.get_attribute("aria-label"))
    agrees(view)
    unfold(view)
    for control in view.figure.locator(".control input").all():
        before = state(view)
        control.focus()
        view.page.keyboard.press("ArrowRight")
        view.page.keyboard.press("PageUp")
        assert state(view) != before
        agrees(view)


@each_figure
def test_every_control_is_reached_by_tab_and_shows_its_focus(view, name):
    wanted = view.figure.locator("button, input, summary, [tabindex='0']").locator("visible=true").count()
    view.figure.locator("button").first.focus()
    rings = 0
    for _ in range(wanted):
        rings += view.page.evaluate("""() => {
          const it = document.activeElement, ring = it.querySelector("circle.reach") || it, style = getComputedStyle(ring);
          return !!it.closest(".live-figure") && (style.outlineStyle !== "none" || style.stroke !== "none");
        }""")
        view.page.keyboard.press("Tab")
    assert rings == wanted


def test_the_end_of_the_step_sets_direction_and_length(reader):
    view = reader("promise")
    knob = view.figure.get_by_role("slider", name="end of the step")
    knob.scroll_into_view_if_needed()
    x, y = centre(knob.bounding_box())
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.mouse.move(x - 20, y + 40, steps=4)
    view.page.mouse.up()
    assert state(view)["angle"] > 20
    assert state(view)["lr"] > 0.12
    redrawn(view)
    assert np.allclose(centre(knob.bounding_box()), (x - 20, y + 40), atol=5)
    agrees(view)
    knob.focus()
    before = state(view)
    view.page.keyboard.press("ArrowLeft")
    assert state(view) != before
    assert "° from the negative gradient" in knob.get_attribute("aria-valuetext")
    assert not view.seen.errors


# Presets, reset, address


@each_figure
def test_presets_lead_through_in_order_and_reset_returns(view, name):
    defaults, verdicts = state(view), []
    buttons = view.figure.get_by_role("group", name="Settings to try, in order").get_by_role("button").all()
    for number, preset in enumerate(buttons, start=1):
        assert preset.inner_text().startswith(f"{number} ")
        preset.click()
        redrawn(view)
        assert preset.get_attribute("aria-pressed") == "true"
        agrees(view)
        verdicts.append(view.figure.locator(".verdict p").first.text_content())
    verdict(view)
    assert len(set(verdicts)) == len(buttons)
    assert f"{view.key}=" in view.page.url
    view.figure.get_by_role("button", name="Reset").click()
    verdict(view)
    assert state(view) == defaults
    assert "?" not in view.page.url


def test_the_presets_of_the_bowl_are_the_demonstration(reader):
    view, errors = reader("bowl"), []
    for preset in ("1 Crawl", "2 Zigzag", "3 Thrown out"):
        view.figure.get_by_role("button", name=preset).click()
        errors.append(shown(view)["error"])
    assert errors == ["2.189", "0.05141", "10.17"]


def test_the_slider_reaches_every_preset(reader):
    view = reader("bowl")
    slider = view.figure.get_by_role("slider", name="learning rate η")
    for wanted in (0.005, 0.035, 0.041, 0.04):
        slider.evaluate("(it, v) => { it.value = v; it.dispatchEvent(new Event('input')); }", round(wanted / 0.0001))
        assert state(view)["lr"] == wanted


@each_figure
def test_the_address_holds_the_state(reader, name):
    view = reader(name)
    if CASES[name].start:
        handle(view).focus()
        view.page.keyboard.press("Shift+ArrowDown")
    view.figure.locator("input").first.focus()
    view.page.keyboard.press("ArrowRight")
    verdict(view)
    query = "?" + view.page.url.split("?")[1]
    assert state(reader(name, query)) == state(view)
    assert state(reader(name, f"?other=1&{query[1:]}#top")) == state(view)


@each_figure
def test_nonsense_in_the_address_is_ignored(reader, name):
    defaults = state(reader(name))
    view = reader(name, f"?{{key}}={NONSENSE}")
    assert state(view) == defaults
    agrees(view)
    assert not view.seen.errors


# Screen, theme, print, screen readers


@each_figure
def test_it_follows_the_width_of_the_screen(view, name):
    unfold(view)
    for width in (1280, 390, 320, 800):
        view.page.set_viewport_size({"width": width, "height": 900})
        redrawn(view)
        assert view.page.evaluate(SIDEWAYS) <= 0
        panels = view.figure.locator("svg.panel").all()
        view.page.wait_for_function(FITTING, arg=f"[data-live={name}]")
        for panel in panels:
            sizes = panel.evaluate("it => [...it.querySelectorAll('text')].map(n => parseFloat(getComputedStyle(n).fontSize))")
            assert min(sizes) >= 11
        assert view.figure.evaluate(OUTSIDE) == []
        tops = {round(panel.bounding_box()["y"]) for panel in panels}
        assert len(tops) == (len(panels) if width < 600 else 1)
    agrees(view)


# Whether all letters are as high as this, or as high as a panel allows, in which a drawing has 200 units; the sliders' widths.
GROWN = """([it, high]) => [...it.querySelectorAll("svg.panel")].every(svg => [...svg.querySelectorAll("text")].every(text =>
  parseFloat(getComputedStyle(text).fontSize) * svg.clientWidth / svg.viewBox.baseVal.width
    >= Math.min(high, 12 * svg.clientWidth / 200) - 0.5))"""
SLIDERS = "it => [...it.querySelectorAll('input')].map(slider => slider.clientWidth)"
OUTSIDE = """it => [...it.querySelectorAll("button, input, output, p, dl *, svg.panel, svg text")].filter(
  part => !part.closest(".presets") && part.getBoundingClientRect().right > it.getBoundingClientRect().right + 1
).map(part => part.outerHTML)"""
SIZE = "size => { document.documentElement.style.fontSize = `${size}px`; }"


@each_figure
@pytest.mark.parametrize("size", [24, 32])  # in place of 16
def test_it_grows_with_the_reader_s_letters(view, name, size):
    alone(view)
    view.page.set_viewport_size({"width": 800, "height": 900})
    view.page.evaluate(SIZE, size)
    unfold(view)
    for width in (1280, 390):  # a figure is drawn anew when its width changes
        view.page.set_viewport_size({"width": width, "height": 900})
        view.page.wait_for_function(GROWN, arg=[view.figure.element_handle(), 12 * size / 16])
        assert min(view.figure.evaluate(SLIDERS)) >= 150
        assert view.figure.evaluate(OUTSIDE) == []


# The contrast of letters and lines with the ground, as shown, and the grounds of the settings to try.
SEEN = """it => {
  const ink = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const ground = Object.assign(document.createElement("i"), { style: "color: Canvas" });
  it.append(ground);
  const paper = getComputedStyle(ground).color;
  const linear = part => part <= 10 ? part / 3295 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = colours => {
    for (const colour of colours) (ink.fillStyle = colour), ink.fillRect(0, 0, 1, 1);
    const [red, green, blue] = ink.getImageData(0, 0, 1, 1).data;
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const contrast = colour => {
    const [low, high] = [luminance([paper]), luminance([paper, colour])].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const all = (what, property) => [...it.querySelectorAll(what)].map(one => contrast(getComputedStyle(one)[property]));
  return {
    letters: Math.min(...all("svg text", "fill")), lines: Math.min(...all(".axis, .level, .run, .third, .fourth", "stroke")),
    grounds: all(".presets [aria-pressed]", "backgroundColor"),
    pressed: [...it.querySelectorAll(".presets [aria-pressed]")].findIndex(one => one.ariaPressed === "true"),
  };
}"""


@pytest.mark.parametrize(("name", "theme", "ground"), [*((name, "light", "dark") for name in CASES), ("bowl", "dark", "light")])
def test_it_is_seen_in_a_contrast_theme_of_another_ground(reader, name, theme, ground):
    view = reader(name, color_scheme=ground, forced_colors="active")
    alone(view)
    view.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    preset = view.figure.locator(".presets [aria-pressed]").first
    preset.click()
    view.page.mouse.move(0, 0)
    view.page.wait_for_function("it => it.ariaPressed === 'true'", arg=preset.element_handle())
    seen = view.figure.evaluate(SEEN)
    assert seen["letters"] >= 7
    assert seen["lines"] >= 3
    pressed = seen["grounds"].pop(seen["pressed"])
    assert pressed >= 3 > max(seen["grounds"]), "nobody sees which setting is on"


COLOURS = """it => [it, ...it.querySelectorAll(".run, .third, .trail, .level")]
  .map(part => getComputedStyle(part)[part === it ? "color" : "stroke"])"""


@each_figure
def test_it_follows_theme_and_print(view, name):
    alone(view)
    light = view.figure.evaluate(COLOURS)
    assert len(set(light)) > 2
    view.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    view.page.wait_for_function(
        f"([it, light]) => !({COLOURS})(it).some(colour => light.includes(colour))", arg=[view.figure.element_handle(), light]
    )
    view.page.emulate_media(media="print")
    redrawn(view)
    assert not view.figure.locator("button:not(.key *)").locator("visible=true").count()
    named = view.figure.locator(".key .toggle").locator("visible=true").count()
    assert named == view.figure.locator(".key .toggle").count(), "who is who"
    tops = view.figure.evaluate(
        """it => [".map", ".drive", ".first"].map(part => it.querySelector(part).getBoundingClientRect().top)"""
    )
    assert tops == sorted(tops)
    assert not view.figure.locator("input").first.is_visible()
    assert view.figure.locator("svg.panel").first.is_visible()
    assert view.figure.locator("output").first.is_visible()
    assert view.figure.evaluate("it => [getComputedStyle(it).color, getComputedStyle(it.querySelector('.run')).stroke]") == [
        "rgb(0, 0, 0)", "rgb(0, 114, 178)",
    ], "paper is white"  # fmt: skip


@each_figure
def test_screen_readers_hear_names_and_values(view, name):
    unfold(view)
    sliders = view.figure.get_by_role("slider").all()
    names = view.figure.evaluate(
        """it => [...it.querySelectorAll('[role=slider], input')].filter(n => n.checkVisibility({ visibilityProperty: true }))
          .map(n => n.ariaLabel || n.labels[0].textContent)"""
    )
    assert len(sliders) == len(set(names)) == len(names)
    for label in names:
        signs = map(re.escape, label.replace(" ", ""))
        spelt = re.compile(r"^" + r"\s*".join(signs) + "$")  # a formula may be told sign by sign
        assert view.figure.get_by_role("slider", name=spelt).count() == 1
    assert all(slider.get_attribute("aria-valuetext") for slider in sliders)
    assert view.figure.locator(".verdict .spoken").inner_text()
    assert all(output.get_attribute("aria-live") == "off" for output in view.figure.locator("output").all())


@each_figure
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(reader, name, theme):
    view = reader(name, color_scheme=theme)
    found = AXE.run(view.page, context={"include": [[f"[data-live={name}]"]]}).response["violations"]
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@each_figure
def test_without_javascript_there_is_a_picture_and_a_sentence(reader, browser, address, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{CASES[name].page}.html")
    figure = page.locator(f"[data-live={name}]").last
    assert figure.locator("img[alt]").is_visible()
    assert figure.locator("p").is_visible()
    context.close()


def test_only_pages_with_a_live_figure_load_the_script(site):
    with_figure = {path for path in site.rglob("*.html") if 'class="live-figure"' in path.read_text(encoding="utf-8")}
    loads = re.compile("|".join(map(re.escape, SCRIPTS)))
    with_script = {path for path in site.rglob("*.html") if loads.search(path.read_text(encoding="utf-8"))}
    assert with_figure == with_script != set()
    assert all("widget-state" not in path.read_text(encoding="utf-8") for path in with_figure)
