// How a figure is added. Write live/NAME.py with a subclass of LiveFigure, name it in FIGURES of page.py, and write
// beside it live/NAME.js, which sets FIGURES.NAME to an object of
//   controls  [{ name, label, values(state), unit, text(value, state), mark(state) }], one for each trait. values is
//             what its slider can be set to: evenSteps(low, high, step), powers(low, high) or such; text adds a meaning
//             for screen readers; mark, if there, is a value marked on the slider; a control that is but a name has
//             none
//   presets   [[title, { trait: value, … }], …], what is not named returns to the default; or a function of the
//             defaults
//   play      { trait, over(state, result) }, if there: a button runs through the values of this trait until it is over
//   readings  [[name, label], …], numbers to show
//   compute(state) → result, a pure function
//   values(state, result) → { NAME: number of a reading, … }, the twin of the method in Python
//   verdict(state, result) → a sentence on what happens
//   start(stage) makes the panels and handles: stage.panel(label), stage.handle(panel, { label, place, move, … }),
//             which is explained below
//   draw(stage, state, result) draws all of it anew
// Limits, constants and the forms of the numbers come from Python, as SHARED.NAME. The files of all figures are joined
// into one scope, in which the imports only tell people and the linter where a name is from.
import { exactly, FORMS, general } from "./words.js";
import { between } from "./compute.js";
import { node, shape, spot } from "./draw.js";

export const FIGURES = {};

// The numbers of a figure as it shows them, which are those of Python.
export function numbersOf(name, state, result) {
  const values = FIGURES[name].values(state, result);
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
const tidy = (value, step) => +value.toFixed(Math.max(0, Math.ceil(-Math.log10(step))));
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
  const text = (lr, state) => `${lr}, ηL = ${general(lr * steepest(state))}`;
  return { name: "lr", label: "learning rate η", values, mark, text };
}

// The place of the value in a list that is nearest to another.
function nearest(values, wanted) {
  const far = value => Math.abs(value - wanted);
  return values.reduce((best, value, i) => (far(value) < far(values[best]) ? i : best), 0);
}

export function slider(control, change) {
  const { name, label, values, text, mark, unit = "" } = control;
  const marked = node("i");
  const input = node("input", { type: "range", min: 0, step: 1 });
  const output = node("output", { "aria-live": "off", "data-control": name });
  const track = node("span", { class: "track" }, input, marked);
  let choices = [];
  input.addEventListener("input", () => change({ [name]: choices[input.value] }));
  const show = state => {
    choices = values(state);
    const value = state[name];
    const last = choices.length - 1;
    input.max = last;
    input.value = nearest(choices, value);
    output.textContent = exactly(value) + unit;
    input.setAttribute("aria-valuetext", text ? text(value, state) : output.textContent);
    marked.hidden = !mark;
    if (mark) marked.style.setProperty("--at", nearest(choices, mark(state)) / last);
  };
  return { nodes: [node("label", {}, node("span", {}, label), track), output], show };
}

// A point to drag with mouse, finger or arrow keys. move(point, state) → what to set; place(state) → where it stands,
// or nothing.
export function handle(panel, options, now, change) {
  const { place, move, text, window: range, snap = 0.05 } = options;
  const knob = newKnob(options);
  const go = point => {
    const state = now();
    const old = place(state);
    change(
      move(
        point.map((value, i) => onGrid(value, old[i], snap, range[i])),
        state,
      ),
    );
  };
  dragging(knob, panel, go);
  knob.addEventListener("keydown", event => {
    const way = arrowKey(event, snap);
    const old = place(now());
    if (way) go([old[0] + way[0], old[1] + way[1]]);
  });
  panel.top.append(knob);
  return { show: state => showKnob(knob, panel, place(state), range, text && text(state)) };
}

// The window says how far the point can go; a screen reader is told of its first direction.
function newKnob({ label, kind = "", window: [[low, high]] }) {
  const range = { "aria-valuemin": low, "aria-valuemax": high };
  const reach = shape("circle", { r: 16, class: "reach" });
  const dot = shape("circle", { r: 6 });
  return shape(
    "g",
    { class: `handle ${kind}`, tabindex: 0, role: "slider", "aria-label": label, ...range },
    reach,
    dot,
  );
}

// A coordinate that hardly moves stays as it is, on the grid or beside it.
function onGrid(value, old, snap, range) {
  return Math.abs(value - old) < snap / 2 ? old : between(tidy(Math.round(value / snap) * snap, 0.001), range);
}

function dragging(knob, panel, go) {
  knob.addEventListener("pointerdown", event => {
    if (event.button) return;
    knob.setPointerCapture(event.pointerId);
    knob.focus();
    event.preventDefault();
  });
  // Else the page scrolls: touch-action is not enough in SVG.
  knob.addEventListener("touchstart", event => event.preventDefault(), { passive: false });
  knob.addEventListener("pointermove", event => {
    if (knob.hasPointerCapture(event.pointerId)) go(pointUnder(event, panel));
  });
}

function pointUnder({ clientX, clientY }, panel) {
  const box = panel.svg.getBoundingClientRect();
  const zoom = panel.svg.viewBox.baseVal.width / box.width;
  return panel.invert((clientX - box.left) * zoom, (clientY - box.top) * zoom);
}

// How far an arrow key goes, farther with shift; nothing for another key, or for one that the browser wants.
function arrowKey(event, snap) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const way = ways[event.key];
  if (!way || event.altKey || event.ctrlKey || event.metaKey) return null;
  event.preventDefault();
  return way.map(sign => sign * snap * (event.shiftKey ? 10 : 2));
}

function showKnob(knob, panel, place, range, text) {
  knob.style.display = place ? "" : "none";
  if (!place) return;
  const [x, y] = place.map((value, i) => between(value, range[i]));
  knob.setAttribute("transform", `translate(${spot(panel, x, y)})`);
  knob.setAttribute("aria-valuenow", x);
  knob.setAttribute("aria-valuetext", text || `x = ${general(place[0])}, y = ${general(place[1])}`);
}

// The handle of a start x0, the same in most figures.
export const startHandle = window => ({ label: "start", window, place: state => state.x0, move: x0 => ({ x0 }) });

// A button that runs through the values of a trait, a step at a time; who wants no motion takes the steps by pressing
// it.
export function play(figure, now, change) {
  const { trait, over } = figure.play;
  const { values } = figure.controls.find(control => control.name === trait);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const button = node("button", { type: "button", class: "play" });
  let timer = 0;
  let expected;
  const rest = () => {
    button.textContent = calm.matches ? "Next step" : "Play";
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    rest();
  };
  const isOver = state => state[trait] >= values(state).at(-1) || over(state, figure.compute(state));
  const step = () => {
    const state = now();
    const choices = values(state);
    const following = choices[nearest(choices, state[trait]) + 1];
    // Or the reader has set it.
    if (timer && state[trait] !== expected) return stop();
    if (following === undefined || over(state, figure.compute(state))) return stop();
    expected = following;
    return change({ [trait]: following });
  };
  const walk = () => {
    expected = now()[trait];
    timer = setInterval(step, 100);
    button.textContent = "Pause";
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    const state = now();
    const again = isOver(state);
    if (again) change({ [trait]: values(state)[0] });
    if (!calm.matches) return walk();
    return again || step();
  });
  rest();
  return { button, stop };
}
