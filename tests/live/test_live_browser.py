"""Live figures as a reader meets them: in Chromium, on the built page, with every other host blocked."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import FITTING, SETTLED, SIDEWAYS, listen
from test_live_basins import CASE as BASINS
from test_live_race import RACE

from gdtools.live import Bowl, Promise

ROUNDS = 60  # settings compared with gdtools, for each figure


def bowl_settings(rng):
    """Learning rates on both sides of the bound, and on it."""
    for ratio in np.linspace(0.02, 1.3, ROUNDS - 4):
        kappa = float(f"{10 ** rng.uniform(0, 2.7):.2g}")
        yield {
            "kappa": kappa,
            "lr": float(f"{ratio / kappa:.3g}"),
            "angle": int(rng.integers(-90, 91)),
            "n_iter": int(rng.integers(1, 400)),
            "x0": rng.uniform((-2, -2.5), (8, 4.5)).round(2).tolist(),
        }
    for kappa in (4, 25, 250):
        yield {"kappa": kappa, "lr": 1 / kappa, "angle": 0}
    yield {"kappa": 1, "lr": 0.5}


def promise_settings(rng):
    for lr in np.geomspace(0.001, 1, ROUNDS - 2):
        yield {
            "lr": float(f"{lr:.2g}"),
            "angle": int(rng.integers(-180, 181)),
            "x0": rng.uniform((-2.5, -1.35), (3, 2.5)).round(2).tolist(),
        }
    yield {"angle": 90}
    yield {"angle": -90}


# name of the figure: its page, its class, settings to compare, extreme settings with a word of what the verdict must say
CASES = {
    "bowl": (
        "chapters/step-size", Bowl, bowl_settings,
        [
            ({"lr": 0}, "no step"), ({"lr": 1e6}, "ran off after 39 steps"), ({"lr": 1e300}, "ran off after 1 step."),
            ({"x0": [3, 1]}, "is the minimum"), ({"x0": [-900, 5000]}, "zigzags"), ({"lr": 0.04}, "on the bound"),
            ({"lr": 0.041, "x0": [-1, 1]}, "nudge"), ({"lr": 1e-20}, "nothing moves"), ({"lr": 1e-7}, "too many"),
            ({"n_iter": 0}, "zigzags"), ({"kappa": 1e6, "n_iter": 10000, "lr": 5e-7}, "crawls"),
            ({"x0": [3 + 1e-12, 1 + 1e-12]}, "rounding"), ({"lr": 0.02}, "without"), ({"lr": 0.041}, "1.05"),
        ],
    ),
    "promise": (
        "chapters/negative-gradient", Promise, promise_settings,
        [
            ({"lr": 0}, "no step"), ({"x0": [0, 0]}, "gradient is zero"), ({"lr": 100}, "too long"),
            ({"angle": 90}, "level line"), ({"angle": 180}, "go up"), ({"x0": [100, -100], "lr": 100}, "too long"),
            ({"x0": [0.1, 1.0], "angle": -60}, "took back"), ({"x0": [0.0, 0.5], "angle": 80}, "downwards"),
        ],
    ),
    "race": RACE,
    "basins": BASINS,
}  # fmt: skip
each_figure = pytest.mark.parametrize("name", CASES)

# Sets each state after the defaults, waits for the drawing, and returns all that is shown.
SHOW = """async ([name, states]) => {
  const el = document.querySelector(`[data-live=${name}]`), shown = [];
  el.defaults ||= { ...el.model.values };
  for (const state of states) {
    for (const [trait, value] of Object.entries({ ...el.defaults, ...state })) el.model.set(trait, value);
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    shown.push({
      numbers: Object.fromEntries([...el.querySelectorAll("[data-value]")].map(it => [it.dataset.value, it.textContent])),
      controls: Object.fromEntries([...el.querySelectorAll("[data-control]")].map(it => [it.dataset.control, it.textContent])),
      markup: el.innerHTML,
    });
  }
  return shown;
}"""


@pytest.fixture(scope="module")
def reader(browser, address):
    """Opens the page of a figure with every other host blocked."""
    contexts = {}

    def open_page(name, query="", **options):
        if repr(options) not in contexts:
            contexts[repr(options)] = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
            contexts[repr(options)].route(lambda url: not url.startswith(address), lambda route: route.abort())
        page = contexts[repr(options)].new_page()
        seen = listen(page)
        page.goto(f"{address}{CASES[name][0]}.html{query}")
        page.evaluate(SETTLED)
        return SimpleNamespace(page=page, seen=seen, figure=page.locator(f"[data-live={name}]"))

    yield open_page
    for context in contexts.values():
        context.close()


@pytest.fixture
def view(reader, name):
    """The figure at its defaults, in a page of its own; nothing may go wrong while it is used."""
    it = reader(name)
    yield it
    assert not it.seen.errors
    assert not it.seen.failures
    it.page.close()


def state(view):
    return view.figure.evaluate("it => it.model.values")


def shown(view):
    view.page.evaluate(SETTLED)
    return {it.get_attribute("data-value"): it.inner_text() for it in view.figure.locator("[data-value]").all()}


def agrees(view, name):
    """What the figure shows is what gdtools returns for its state."""
    assert shown(view) == CASES[name][1](**state(view)).numbers()


def verdict(view):
    view.page.wait_for_timeout(350)
    return view.figure.locator("p[role=status]").inner_text()


# Numbers


@each_figure
def test_the_numbers_are_those_of_gdtools(view, name):
    _, figure, settings, _ = CASES[name]
    states = list(settings(np.random.default_rng(0)))
    assert len(states) == ROUNDS
    for values, seen in zip(states, view.page.evaluate(SHOW, [name, states]), strict=True):
        made = figure(**values)
        assert seen["numbers"] == made.numbers(), values
        for control, text in seen["controls"].items():
            assert float(text.replace("−", "-").rstrip("°")) == made.state()[control], values


@each_figure
def test_extreme_inputs_are_told_in_words(view, name):
    for values, word in CASES[name][3]:
        (seen,) = view.page.evaluate(SHOW, [name, [values]])
        assert not re.search("NaN|Infinity|undefined|null", seen["markup"]), values
        assert seen["numbers"] == CASES[name][1](**values).numbers(), values
        assert word in verdict(view), values


# Mouse, touch, keyboard


def handle(view):
    return view.figure.get_by_role("slider", name="start", exact=True)


def centre(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@each_figure
def test_the_start_is_dragged_with_the_mouse(view, name):
    before, knob = state(view)["x0"], handle(view)
    knob.scroll_into_view_if_needed()
    x, y = centre(knob.bounding_box())
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.mouse.move(x - 30, y + 20, steps=5)
    view.page.mouse.move(x - 40, y + 40, steps=5)
    view.page.mouse.up()
    after = state(view)["x0"]
    assert after[0] != before[0]
    assert after[1] < before[1]
    view.page.evaluate(SETTLED)
    assert np.allclose(centre(knob.bounding_box()), (max(x - 40, 0), y + 40), atol=45)
    view.page.mouse.move(x + 90, y - 10)
    assert state(view)["x0"] == after, "the mouse was up"
    agrees(view, name)


@each_figure
def test_a_point_follows_the_mouse_and_stays_in_the_picture(view, name):
    knob = handle(view)
    knob.scroll_into_view_if_needed()
    x, y = centre(knob.bounding_box())
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.mouse.move(x + 30, y + 30, steps=3)
    view.page.evaluate(SETTLED)
    assert np.allclose(centre(knob.bounding_box()), (x + 30, y + 30), atol=3)
    view.page.mouse.move(x - 2000, y, steps=3)
    view.page.mouse.up()
    assert state(view)["x0"][0] == float(knob.get_attribute("aria-valuemin"))
    agrees(view, name)


@each_figure
def test_the_start_is_dragged_with_a_finger(reader, name):
    view = reader(name, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    before, knob = state(view)["x0"], handle(view)
    knob.scroll_into_view_if_needed()
    x, y = centre(knob.bounding_box())
    client = view.page.context.new_cdp_session(view.page)
    scrolled = view.page.evaluate("scrollY")
    for kind, dy in (("touchStart", 0), ("touchMove", 15), ("touchMove", 40), ("touchEnd", None)):
        points = [] if dy is None else [{"x": x, "y": y + dy}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert state(view)["x0"][1] < before[1] - 0.2
    assert view.page.evaluate("scrollY") == scrolled, "the page moved under the finger"
    agrees(view, name)
    assert not view.seen.errors


@each_figure
def test_arrow_keys_move_the_start_and_the_sliders(view, name):
    x, y = state(view)["x0"]
    knob = handle(view)
    knob.focus()
    view.page.keyboard.press("ArrowLeft")
    view.page.keyboard.press("ArrowDown")
    assert np.allclose(state(view)["x0"], (x - 0.1, y - 0.1))
    view.page.keyboard.press("Shift+ArrowDown")
    assert np.allclose(state(view)["x0"], (x - 0.1, y - 0.6))
    assert knob.get_attribute("aria-valuetext").startswith("x = ")
    agrees(view, name)
    for control in view.figure.locator("input").all():
        before = state(view)
        control.focus()
        view.page.keyboard.press("ArrowRight")
        view.page.keyboard.press("PageUp")
        assert state(view) != before
        agrees(view, name)


@each_figure
def test_every_control_is_reached_by_tab_and_shows_its_focus(view, name):
    wanted = view.figure.locator("button, input, [tabindex='0']").count()
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
    view.page.evaluate(SETTLED)
    assert np.allclose(centre(knob.bounding_box()), (x - 20, y + 40), atol=5)
    agrees(view, "promise")
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
    *presets, reset = buttons
    for number, preset in enumerate(presets, start=1):
        assert preset.inner_text().startswith(f"{number} ")
        preset.click()
        view.page.evaluate(SETTLED)
        assert preset.get_attribute("aria-pressed") == "true"
        agrees(view, name)
        verdicts.append(verdict(view))
    assert len(set(verdicts)) == len(presets)
    assert f"{name}=" in view.page.url
    reset.click()
    verdict(view)
    assert state(view) == defaults
    assert "?" not in view.page.url


def test_the_presets_of_the_bowl_are_the_demonstration(reader):
    view, errors = reader("bowl"), []
    for preset in ("1 Crawl", "2 Zigzag", "3 Thrown out"):
        view.figure.get_by_role("button", name=preset).click()
        errors.append(shown(view)["error"])
    assert errors == ["2.189e+00", "5.141e-02", "1.017e+01"]


def test_the_slider_reaches_every_preset(reader):
    view = reader("bowl")
    slider = view.figure.get_by_role("slider", name="learning rate η")
    for wanted in (0.005, 0.035, 0.041, 0.04):
        slider.evaluate("(it, v) => { it.value = v; it.dispatchEvent(new Event('input')); }", round(wanted / 0.0001))
        assert state(view)["lr"] == wanted


@each_figure
def test_the_address_holds_the_state(reader, name):
    view = reader(name)
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
    view = reader(name, f"?{name}=lr:x,lr:-1,angle:1e99,x0:1,x0:NaN~2,x0:1~2~3,nothing:1,kappa:,n_iter:2.5,,lr:Infinity")
    assert state(view) == defaults
    agrees(view, name)
    assert not view.seen.errors


# Screen, theme, print, screen readers


@each_figure
def test_it_follows_the_width_of_the_screen(view, name):
    for width in (1280, 390, 320, 800):
        view.page.set_viewport_size({"width": width, "height": 900})
        view.page.evaluate(SETTLED)
        assert view.page.evaluate(SIDEWAYS) <= 0
        panels = view.figure.locator("svg.panel").all()
        view.page.wait_for_function(FITTING, arg=f"[data-live={name}]")
        for panel in panels:
            sizes = panel.evaluate("it => [...it.querySelectorAll('text')].map(n => parseFloat(getComputedStyle(n).fontSize))")
            assert min(sizes) >= 11
        tops = {round(panel.bounding_box()["y"]) for panel in panels}
        assert len(tops) == (len(panels) if width < 600 else 1)
    agrees(view, name)


@each_figure
def test_it_follows_theme_and_print(view, name):
    def colour():
        return view.figure.evaluate("it => [getComputedStyle(it.querySelector('.run')).stroke, getComputedStyle(it).color]")

    light = colour()
    view.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = colour()
    assert light[0] != dark[0]
    assert light[1] != dark[1]
    view.page.emulate_media(media="print")
    view.page.evaluate(SETTLED)
    assert not view.figure.locator("button").first.is_visible()
    assert not view.figure.locator("input").first.is_visible()
    assert view.figure.locator("svg.panel").first.is_visible()
    assert view.figure.locator("output").first.is_visible()
    assert colour() == [light[0], "rgb(0, 0, 0)"], "paper is white"


@each_figure
def test_screen_readers_hear_names_and_values(view, name):
    sliders = view.figure.get_by_role("slider").all()
    names = view.figure.evaluate(
        "it => [...it.querySelectorAll('[role=slider], input')].map(n => n.ariaLabel || n.labels[0].textContent)"
    )
    assert len(sliders) == len(set(names)) == len(names)
    for label in names:
        assert view.figure.get_by_role("slider", name=label, exact=True).count() == 1
    assert all(slider.get_attribute("aria-valuetext") for slider in sliders)
    assert view.figure.locator("p[role=status]").inner_text()
    assert all(output.get_attribute("aria-live") == "off" for output in view.figure.locator("output").all())


@each_figure
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(reader, name, theme):
    view = reader(name, color_scheme=theme)
    found = Axe().run(view.page, context={"include": [[f"[data-live={name}]"]]}).response["violations"]
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@each_figure
def test_without_javascript_there_is_a_picture_and_a_sentence(reader, browser, address, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{CASES[name][0]}.html")
    figure = page.locator(f"[data-live={name}]")
    assert figure.locator("img[alt]").is_visible()
    assert figure.locator("p").is_visible()
    context.close()


def test_only_pages_with_a_live_figure_load_the_script(site):
    with_figure = {path for path in site.rglob("*.html") if 'class="live-figure"' in path.read_text(encoding="utf-8")}
    with_script = {path for path in site.rglob("*.html") if "live.js" in path.read_text(encoding="utf-8")}
    assert with_figure == with_script != set()
    assert all("widget-state" not in path.read_text(encoding="utf-8") for path in with_figure)
