// The figure of the section "Run it": the reader sets the step and the start, and sees the error, the thing itself and
// the count.
import { read } from "./read.js";
import { MEASURES, distance, withUnit } from "./scenes.js";
import { SURFACES } from "./surfaces.js";
import { general, small } from "../../gdtools/live/words.js";
import { dots, frame, line, logarithms, newPanel, node, press, segment, swatch } from "../../gdtools/live/draw.js";
import { powers, slider } from "../../gdtools/live/control.js";
import { timeBar } from "../../gdtools/live/time.js";

// So many iterates are kept, and then one of as many.
const EARLY = 300;
const BINS = 150;
// A run is ended where its error is so many times the first.
const FAR = 1e6;
// No start is farther from zero.
const LARGEST = 1e6;

// A run at a step from a start, with a memory of its last move or none: the errors, the count, the last step that is
// shown, and the iterate after k steps.
export function runOf(name, { given, runs }, number, lr, start = runs[number].start, beta = 0) {
  const run = runs[number];
  const { gradient, also, unitOf = () => 1, within = x => x, move } = SURFACES[name];
  const told = { given, run, also, lr, grad: gradient?.(given, run), measure: measureOf(name, run) };
  // A gradient of a batch knows which step it is of; a place is kept within what is allowed.
  const step = ([x, last], k) => {
    if (move) return [move(x, lr, told, k), x];
    const slope = told.grad(x, k);
    return [within(stepped(x, slope, lr * unitOf(x, slope, told), beta, last), run), x];
  };
  const error = x => told.measure.of(x, told);
  const isNudge = run.by === "nudge";
  const near = run.part ? run.part * error(start) : run.near;
  const far = isNudge ? Infinity : FAR * Math.max(error(start), near);
  const [errors, others, kept] = [[], [], []];
  let [count, isNone] = [null, false];
  const ending = () => (count === null || run.whole ? run.budget : Math.max(count + 5, Math.ceil(1.1 * count)));
  for (let k = 0, place = [start, start]; k <= ending(); place = step(place, k++)) {
    const [x] = place;
    const now = error(x);
    isNone = Number.isNaN(now);
    if (!Number.isFinite(now)) break;
    errors.push(now);
    if (also) others.push(also.of(x, told));
    if (k <= EARLY || k % EARLY === 0) kept.push(place);
    if (isNudge ? now >= near : now <= near) count ??= k;
    if (now > far) break;
  }
  const last = errors.length - 1;
  function at(k) {
    if (k <= EARLY) return kept[k][0];
    let place = kept[EARLY - 1 + Math.floor(k / EARLY)];
    for (let i = k - (k % EARLY); i < k; i++) place = step(place, i);
    return place[0];
  }
  return { ...told, near, errors, others, count, last, at, isNone, lost: last < ending() };
}

function stepped(x, slope, lr, beta, last) {
  const next = Array(x.length);
  for (let i = 0; i < x.length; i++) next[i] = x[i] - lr * slope[i] + (beta && beta * (x[i] - last[i]));
  return next;
}

function measureOf(name, run) {
  const { measure, goal = "rest", label = `distance from ${goal}`, unit = "" } = SURFACES[name];
  const usual = { label, unit, of: (x, it) => distance(x, it.run.rest) };
  return measure ?? MEASURES[run.by] ?? usual;
}

// What a figure says of a run after k steps: each number with its name.
export function numbersOfRun(name, result, k) {
  const { label, unit = "" } = result.measure;
  const told = SURFACES[name].told(result.at(k), result);
  const others = told.filter(([other]) => other !== label);
  const all = [[label, result.errors[k], unit], ...others];
  return all.map(([title, value, of]) => [title, shown(value, of)]);
}
const shown = (value, unit) => (Number.isFinite(value) ? small(value) + (unit ? ` ${unit}` : "") : SHARED.words.none);

const counted = many => `${many} step${many === 1 ? "" : "s"}`;
const phrase = ({ label }) => (label.startsWith("|") ? label : `the ${label}`);
export function sentenceOf({ run, near, count, last, lost, isNone, measure, errors }) {
  const unit = measure.unit ? ` ${measure.unit}` : "";
  const limit = run.part ? `${general(run.part)} of what it was at the start` : general(near) + unit;
  const goal = `${phrase(measure)} is at ${run.by === "nudge" ? "least" : "most"} ${limit}`;
  if (count !== null) return `After ${counted(count)} ${goal}.`;
  const ended = isNone ? "the next point is no number" : "it leaves and is ended";
  if (lost) return `After ${counted(last)} ${phrase(measure)} is ${general(errors[last])}${unit}: ${ended}.`;
  return `There is no step up to ${last} at which ${goal}; in the end it is ${general(errors[last])}${unit}.`;
}

// The longest sentence that a problem can need, for which room is kept.
const longest = (name, runs) =>
  runs
    .map(run =>
      sentenceOf({ run, near: 1e-99, count: null, last: run.budget, measure: measureOf(name, run), errors: LONG }),
    )
    .reduce((one, other) => (other.length > one.length ? other : one));
const LONG = new Proxy({}, { get: () => 1.234e-100 });

// The lowest and the highest of each bin, so that a long run is a short line which still shows how it swings.
function thinned(values) {
  const all = values.map((value, k) => [k, value]);
  const size = Math.ceil(all.length / BINS);
  if (size < 3) return all;
  const bins = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
  return [all[0], ...bins.flatMap(ends), all.at(-1)];
}
function ends(bin) {
  const low = bin.reduce((least, each) => (each[1] < least[1] ? each : least));
  const high = bin.reduce((most, each) => (each[1] > most[1] ? each : most));
  return low[0] < high[0] ? [low, high] : [high, low];
}

// A run that begins where it is to end has no error to show.
function drawErrors(panel, { errors, others, last, near, measure, also }, k) {
  const powersOf = logarithms([errors[0] || 1, near, ...thinned(errors).map(([, error]) => error)]);
  const ylim = [Math.floor(Math.min(...powersOf)), Math.ceil(Math.max(...powersOf) + 1e-9)];
  const labels = [measure, also].flatMap(it => it?.label ?? []).join(", ");
  frame(panel, {
    xlim: [0, Math.max(1, last)],
    ylim,
    log: true,
    xlabel: "step k",
    ylabel: withUnit(labels, measure.unit),
  });
  segment(panel, [0, near], [Math.max(1, last), near], "theory");
  if (others.length) line(panel, thinned(others), "second thin", last < 40);
  line(panel, thinned(errors), "run", last < 40);
  dots(panel, [[k, errors[k]]], "now run");
}

export function mountRun(el) {
  const { problem: name } = document.querySelector("[data-problem]").dataset;
  const surface = SURFACES[name];
  const [map, side] = [
    newPanel("The problem after so many steps"),
    newPanel("The error against the step, on a logarithmic axis"),
  ];
  const state = { number: 0, lr: 0, start: [], beta: 0 };
  let table = null;
  let result = null;
  let asked = 0;
  const ask = () => {
    asked ||= requestAnimationFrame(update);
  };
  const change = more => {
    Object.assign(state, more);
    result = null;
    time.rest();
    ask();
    return true;
  };
  const time = timeBar(ask);
  const rate = slider(
    { name: "lr", label: "learning rate η", form: value => general(value), values: valuesOf },
    change,
  );
  const setRate = lr => lr > 0 && lr < Infinity && change({ lr });
  const setMemory = beta => beta >= 0 && beta < 1 && change({ beta });
  const canBegin = start => Number.isFinite(runOf(name, table, state.number, state.lr, start).errors[0]);
  const isPlace = value => Math.abs(value) <= LARGEST && (value > 0 || !surface.positive);
  const setStart = start =>
    start.length === state.start.length && start.every(isPlace) && canBegin(start) && change({ start });
  const fault = node("small", { role: "status" });
  const typedRate = field("η as a number", "a number above 0", text => setRate(read(text, 0)), fault);
  const typedMemory = field("memory β", "a number from 0 to below 1", text => setMemory(read(text, 0)), fault);
  const howMany = () => {
    const above = surface.positive ? " above 0" : "";
    return state.start.length === 1
      ? `one number${above}, not too large`
      : `${state.start.length} numbers, none too large`;
  };
  // One number may have a decimal comma.
  const startOf = text => [read(text, state.start.length === 1 ? 0 : 1)].flat();
  const typedStart = field("start", howMany, text => setStart(startOf(text)), fault);
  const choices = node("div", { class: "presets", role: "group", "aria-label": "Runs and steps to choose" });
  const seen = node("p", { role: "status" });
  const room = node("p", { class: "room", "aria-hidden": true });
  const faultRoom = node("small", { class: "room", "aria-hidden": true }, refusal("one number above 0, not too large"));
  const list = node("dl");

  function valuesOf() {
    return powers(...table.runs[state.number].range);
  }
  // The runs of the problem, and the steps that are given.
  function offer() {
    const runs = table.runs.map(
      ({ title }, number) => title && press(title, { "data-run": number }, () => take(number)),
    );
    const given = table.steps.map(step =>
      press(
        `${letters[step] ?? "η"} = ${step}${surface.memory ? `, β = ${table.given.beta}` : ""}`,
        { "data-lr": step },
        () => change({ lr: table.given[step], beta: table.given.beta ?? 0, ...(letters[step] && { number: 0 }) }),
      ),
    );
    choices.replaceChildren(...runs.filter(Boolean), ...given);
    keepRoom();
  }
  // For the longest sentence and the longest count.
  function keepRoom() {
    room.textContent = longest(name, table.runs);
    const digits = String(Math.max(...table.runs.map(run => run.budget))).length;
    time.node.querySelector("output").style.minWidth = `${2 * digits + 4}ch`;
  }
  function take(number) {
    const { lr, start } = table.runs[number];
    change({ number, lr, start });
  }

  function update() {
    asked = 0;
    result ??= runOf(name, table, state.number, state.lr, state.start, state.beta);
    time.follow(result.last);
    const k = time.at();
    const scene = { ...result, x: result.at(k), best: result.run.rest, upTo: k, frame: limits => frame(map, limits) };
    surface.draw(map, scene);
    drawErrors(side, result, k);
    time.draw();
    const [words, letter] = result.run.exact ? ["θ of the exact step", "θ"] : ["learning rate η", "η"];
    call(rate, words);
    call(typedRate, `${letter} as a number`);
    rate.show(state);
    typedRate.show(brief(state.lr));
    typedMemory.show(brief(state.beta));
    typedStart.show(state.start.map(brief).join(", "));
    tell(k);
  }
  function tell(k) {
    const words = sentenceOf(result);
    if (seen.textContent !== words) seen.textContent = words;
    list.replaceChildren(...numbersOfRun(name, result, k).map(reading));
    for (const button of choices.children) {
      const { run, lr } = button.dataset;
      button.setAttribute("aria-pressed", run ? +run === state.number : isGiven(lr));
    }
  }

  const isGiven = step => table.given[step] === state.lr && (table.given.beta ?? 0) === state.beta;

  document.addEventListener("exercise-drawn", ({ detail }) => {
    table = detail.run;
    map.kept = null;
    offer();
    take(0);
  });
  const drive = node(
    "div",
    { class: "drive" },
    rate.node,
    typedRate.node,
    ...(surface.memory ? [typedMemory.node] : []),
    ...(surface.free ? [typedStart.node] : []),
    node("div", { class: "fault" }, fault, faultRoom),
    time.node,
  );
  const named = {
    run: surface.also ? `the run, ${surface.measure.label}` : "the run",
    ...(surface.also && { "second thin": surface.also.label }),
    ...surface.key,
  };
  const kinds = Object.entries({ ...named, theory: surface.ends ?? "where it is to end" });
  const key = node("div", { class: "key" }, ...kinds.map(([kind, text]) => node("span", {}, swatch(kind), text)));
  const body = node("div", { class: "stage" }, choices, node("div", { class: "map" }, map.svg), key, drive);
  body.append(node("div", { class: "verdict" }, seen, room), node("div", { class: "side" }, side.svg), list);
  el.replaceChildren(body);
  new ResizeObserver(() => {
    map.wide = side.wide = 0;
    if (table) ask();
  }).observe(body);
}

// The letter of a unit is no quantity, and is not set as one.
function reading([label, value]) {
  const told = node("dd");
  told.textContent = value;
  return node("div", {}, node("dt", {}, label), told);
}

// A share has a letter of its own.
const letters = { theta: "θ" };
const call = (control, words) => {
  control.node.querySelector("label > span").textContent = words;
};
// Few digits, as they can be typed.
const brief = value => String(+value.toPrecision(6));
const refusal = expected => `Expected ${expected}.`;

// A field for a number that a slider cannot be set to; what cannot be read changes nothing, and is said to be so. What
// is typed stays until there is another value.
function field(label, expected, go, fault) {
  const input = node("input", { type: "text", autocapitalize: "off", spellcheck: "false", autocomplete: "off" });
  let told = "";
  const say = words => {
    fault.textContent = words;
    input.setAttribute("aria-invalid", !!words);
  };
  input.addEventListener("change", () => {
    const isRead = go(input.value);
    if (isRead) told = "";
    say(isRead ? "" : refusal(expected.call?.() ?? expected));
  });
  return {
    node: node("div", { class: "control" }, node("label", {}, node("span", {}, label), input)),
    show: text => {
      if (text === told) return;
      input.value = told = text;
      if (input.getAttribute("aria-invalid") === "true") say("");
    },
  };
}
