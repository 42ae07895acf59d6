"""What the tests ask of a live figure in Chromium; a view is what the fixture ``reader`` opens."""

from live_cases import CASES

# Sets each state after the defaults, waits for the drawing, and returns all that is shown.
SHOW = """async (el, states) => {
  const shown = [];
  el.defaults ||= { ...el.model.values };
  for (const state of states) {
    for (const [trait, value] of Object.entries({ ...el.defaults, ...state })) el.model.set(trait, value);
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    shown.push({
      numbers: Object.fromEntries([...el.querySelectorAll("[data-value]")].map(it => [it.dataset.value, it.textContent])),
      controls: Object.fromEntries([...el.querySelectorAll("[data-control]")].map(it => [it.dataset.control, it.textContent])),
      sentence: el.querySelector(".verdict p").textContent,
      markup: el.innerHTML,
    });
  }
  return shown;
}"""


def show(view, states):
    """What the figure shows in each of the states, its numbers, controls, sentence and markup."""
    return view.figure.evaluate(SHOW, states)


def state(view):
    return view.figure.evaluate("it => it.model.values")


def redrawn(view):
    """The figure is drawn as it is set now."""
    view.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def shown(view):
    redrawn(view)
    return view.figure.evaluate(
        "it => Object.fromEntries([...it.querySelectorAll('[data-value]')].map(one => [one.dataset.value, one.textContent]))"
    )


def agrees(view):
    """What the figure shows is what gdtools returns for its state."""
    assert shown(view) == CASES[view.name].figure(**state(view)).numbers()


def rest(view):
    """Let more time pass than the figure waits with anything, by the page's own clock: a busy machine delays both alike."""
    view.page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 350))))"
    )


def reaches(view, condition):
    """Wait until a condition on the settings holds, in JavaScript, such as it.n_iter > 5."""
    holds = f"([figure]) => (it => {condition})(figure.model.values)"
    view.page.wait_for_function(holds, arg=[view.figure.element_handle()])


def verdict(view):
    rest(view)
    return view.figure.locator(".verdict .spoken").inner_text()


def centre(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def handle(view):
    """The point that every figure has to drag: its start, and one of the points of the line."""
    if view.name == "line":
        return view.figure.get_by_role("button", name="point 5,")
    return view.figure.get_by_role("slider", name="free minimum" if view.name == "corner" else "start", exact=True)


def unfold(view):
    """Open what is folded."""
    view.figure.evaluate("it => { for (const one of it.querySelectorAll('details')) one.open = true; }")


def place(view):
    """Where that point is."""
    return state(view)["points"][4] if view.name == "line" else state(view)[CASES[view.name].start]


ALONE = """it => {
  for (const other of document.querySelectorAll("math, img, .highlight, .cell_output")) {
    if (!it.contains(other) && !other.contains(it)) other.remove();
  }
}"""


def alone(view):
    """Take from the page what costs seconds to be coloured or set anew, formulas above all, and has no part in the figure."""
    view.figure.evaluate(ALONE)
