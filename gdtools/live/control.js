// How a figure is added. Write live/NAME.py with a subclass of LiveFigure, name it in FIGURES of page.py, and write
// beside it live/NAME.js, which sets FIGURES.NAME to an object of
//   controls  [{ name, label, values(state), unit, note(value, state), text(value, state), mark(state) }], one for each
//             trait. values is what its slider can be set to: evenSteps(low, high, step), powers(low, high) or such;
//             note is shown beside the value, text is for screen readers alone; mark, if there, is a value marked on
//             the slider; a control that is but a name has no slider.
//             place(state) is where a slider stands and set(value) what it sets, where that is not the trait;
//             form(value) writes it, if not with all digits. toggle:
//             a button for 0 and 1; with a kind, it stands below the map and names that kind of lines,
//             unless the page has switched it off
//   idle(state, name) → whether a control moves nothing, if there: where it is folded, it is hidden
//   main      the name of the control that stands in the open, where a page names no others; the rest is folded
//   presets   [[title, { trait: value, … }], …], what is not named returns to the default; or a function of the
//             defaults, which returns nothing where the preset is of no use
//   key       { kind: text }, if there: names the kinds of lines below the map, where nothing crosses them
//   time      { last(state, result) → N }, if there: the run can be played, stepped and scrubbed from 0 to N. pace: the
//             milliseconds of a step when the run is played once; alone: it is played at first and when its start is
//             let go, and has no bar; told: the reading that is spoken at a step, where the verdict is silent about it
//   keep      (state) → { trait: value, … }, if there: what stays when the text of the page sets the figure
//   reset     what the button says that sets all as it was, if not Reset
//   readings  [[name, label, trait], …], numbers to show; the first three are always seen, but for those with a trait
//             that is 0 on the page
//   compute(state) → result, a pure function
//   values(state, result, k) → { NAME: number of a reading, … } after k steps, the twin of the method in Python
//   verdict(state, result, k) → a sentence on what happens; room is how many letters the longest has, which are
//             kept free for it
//   start(stage) makes the panels and handles: stage.panel(label), of which the first is the map;
//             stage.handle(panel, { label, place, move, … }), which is explained in pointer.js
//   draw(stage, state, result, k) draws all of it anew, as far as it has come in k steps
// A text may name quantities, κ, ηL or x★: they look as in a formula.
// Limits, constants and the forms of the numbers come from Python, as SHARED.NAME. The files of all figures are joined
// into one scope, in which the imports only tell people and the linter where a name is from.
import { exactly, FORMS, general } from "./words.js";
import { node, press, swatch, write } from "./draw.js";

export const FIGURES = {};

// The numbers of a figure as it shows them, which are those of Python.
export function numbersOf(name, state, result, k) {
  const figure = FIGURES[name];
  const values = figure.values(state, result, k ?? figure.time?.last(state, result));
  const forms = Object.entries(SHARED[name].forms);
  return Object.fromEntries(forms.map(([reading, form]) => [reading, FORMS[form](values[reading])]));
}

// The page's stand-in for the model that a notebook's kernel would keep.
export class State {
  constructor(values) {
    this.values = { ...values };
    this.listeners = [];
  }
  get(name) {
    return this.values[name];
  }
  set(name, value) {
    if (JSON.stringify(value) === JSON.stringify(this.values[name])) return;
    this.values[name] = value;
    for (const [event, call] of this.listeners) if (event === `change:${name}`) call();
  }
  on(event, call) {
    this.listeners.push([event, call]);
  }
  off(event, call) {
    this.listeners = this.listeners.filter(listener => listener[0] !== event || listener[1] !== call);
  }
  save_changes() {}
}

// What a slider can be set to: numbers at equal steps; with two significant digits; or of these the integers.
export const tidy = (value, step) => +value.toFixed(Math.max(0, Math.ceil(-Math.log10(step))));
const once =
  (make, kept = {}) =>
  (...numbers) =>
    (kept[numbers] ||= make(...numbers));
export const evenSteps = once((low, high, step) => {
  const places = Array(Math.round((high - low) / step) + 1).keys();
  return [...places].map(i => tidy(low + i * step, step));
});
export const powers = once((low, high) => {
  const found = [];
  for (let power = Math.floor(Math.log10(low)) - 1; 10 ** (power + 1) <= high; power++) {
    for (let digits = 10; digits < 100; digits++) found.push(+`${digits}e${power}`);
  }
  return found.filter(value => value >= low && value <= high);
});
export const integers = (low, high) => powers(low, high).filter(Number.isInteger);

// A learning rate, whose bound and meaning follow from the largest curvature of the state.
export function learningRate(steepest) {
  const mark = state => 2 / steepest(state);
  const values = state => {
    const bound = mark(state);
    return evenSteps(0, 1.25 * bound, 10 ** Math.floor(Math.log10(bound) + 1e-9) / 100);
  };
  const note = (lr, state) => `ηL = ${general(lr * steepest(state))}`;
  return { name: "lr", label: "learning rate η", values, mark, note };
}

// The place of the value in a list that is nearest to another.
export function nearest(values, wanted) {
  const far = value => Math.abs(value - wanted);
  return values.reduce((best, value, i) => (far(value) < far(values[best]) ? i : best), 0);
}

// A slider with its label and its value above it.
export function slider(control, change) {
  const { name, label, values, text, note, mark, unit = "" } = control;
  const { place = state => state[name], set = value => ({ [name]: value }), form = exactly } = control;
  const marked = node("i");
  const input = node("input", { type: "range", min: 0, step: 1 });
  const output = node("output", { "aria-live": "off", "data-control": name });
  const meaning = node("small");
  const track = node("span", { class: "track" }, input, marked);
  let choices = [];
  sliding(input, () => change(set(choices[input.value])));
  const show = state => {
    choices = values(state);
    const value = place(state);
    const last = choices.length - 1;
    const shown = form(value) + unit;
    const meant = note ? note(value, state) : "";
    input.max = last;
    input.value = nearest(choices, value);
    output.textContent = shown;
    write(meaning, meant);
    input.setAttribute("aria-valuetext", text ? text(value, state) : [shown, meant].filter(Boolean).join(", "));
    const at = mark ? mark(state) : NaN;
    const isSeen = at >= 0;
    marked.hidden = !isSeen;
    if (isSeen) marked.style.setProperty("--at", nearest(choices, at) / last);
  };
  return {
    name,
    show,
    node: node("div", { class: "control" }, node("label", {}, node("span", {}, label), track), meaning, output),
  };
}

// A button that switches a trait between 0 and 1; with a kind of lines it names these too.
export function toggle({ name, label, kind }, change) {
  const named = kind ? [swatch(kind), label] : label;
  const button = press(named, { class: "toggle" }, () => change({ [name]: on ? 0 : 1 }));
  let on;
  const show = state => {
    on = state[name];
    button.setAttribute("aria-pressed", on === 1);
  };
  return { name, kind, show, node: button };
}

// A finger that goes up or down on a slider scrolls the page, and the slider stays as it was.
export function sliding(input, go) {
  let finger = null;
  const settle = () => {
    input.value = finger.wanted;
    finger = null;
    go();
  };
  input.addEventListener("pointerdown", ({ pointerType, clientX, clientY }) => {
    if (pointerType === "touch") finger = { clientX, clientY, first: input.value, wanted: input.value };
  });
  input.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (!finger) return;
    const across = Math.abs(clientX - finger.clientX);
    if (across > 5 && across > Math.abs(clientY - finger.clientY)) settle();
  });
  input.addEventListener("pointerup", () => finger && settle());
  input.addEventListener("pointercancel", () => (finger = null));
  input.addEventListener("input", () => {
    if (!finger) return go();
    finger.wanted = input.value;
    input.value = finger.first;
  });
}
