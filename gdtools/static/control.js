// How a figure is added. Write static/NAME.js, name it in PARTS of gdtools/live.py, and there a subclass of LiveFigure with
// the same traits. The file sets FIGURES.NAME to an object of
//   controls  [{ name, label, values(state), text(value, state), limits: [low, high], mark(state) }], a slider each: values is
//             steps(low, high, step), powers(low, high) or such; text adds a meaning for screen readers; limits bound what an
//             address may hold; mark, if there, is a value marked on the slider; a control without values has none,
//             and point: true says that its value is a pair of numbers, many: true besides that it is a list of pairs
//   presets   [[title, { trait: value, … }], …], what is not named returns to the default; or a function of the defaults for { … }
//   play      { trait, over(state, result) }, if there: a button runs through the values of this trait until it is over
//   readings  [[name, label], …], numbers to show
//   compute(state) → result, a pure function
//   read(state, result) → { verdict, NAME: text of a reading, … }
//   start(stage) makes the panels and handles: stage.panel(label), stage.handle(panel, { label, place, move, … }), see handle below
//   draw(stage, state, result) draws all of it anew
const FIGURES = {};

// The page's stand-in for the model that a notebook's kernel would keep.
class State {
  constructor(values) { this.values = { ...values }; this.heard = []; }
  get(name) { return this.values[name]; }
  set(name, value) {
    if (JSON.stringify(value) === JSON.stringify(this.values[name])) return;
    this.values[name] = value;
    for (const [event, call] of this.heard) if (event === `change:${name}`) call();
  }
  on(event, call) { this.heard.push([event, call]); }
  off(event, call) { this.heard = this.heard.filter(([e, c]) => e !== event || c !== call); }
  save_changes() {}
}

// What a slider can be set to: numbers at equal steps; with two significant digits; or of these the integers.
const tidy = (value, step) => +value.toFixed(Math.max(0, Math.ceil(-Math.log10(step))));
const once = (make, kept = {}) => (...numbers) => kept[numbers] ||= make(...numbers);
const steps = once((low, high, step) => Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => tidy(low + i * step, step)));
const powers = once((low, high) => {
  const found = [];
  for (let power = Math.floor(Math.log10(low)) - 1; 10 ** (power + 1) <= high; power++) {
    for (let m = 10; m < 100; m++) found.push(+`${m}e${power}`);
  }
  return found.filter(value => value >= low && value <= high);
});
const whole = (low, high) => powers(low, high).filter(Number.isInteger);
const nearest = (values, value) => values.reduce((best, v, i) => Math.abs(v - value) < Math.abs(values[best] - value) ? i : best, 0);

function slider(control, change) {
  const input = node("input", { type: "range", min: 0, step: 1 }), output = node("output", { "aria-live": "off", "data-control": control.name });
  const mark = node("i"), values = { list: [] };
  const row = [node("label", {}, node("span", {}, control.label), node("span", { class: "track" }, input, mark)), output];
  input.addEventListener("input", () => change({ [control.name]: values.list[input.value] }));
  const show = state => {
    values.list = control.values(state);
    const value = state[control.name], last = values.list.length - 1;
    input.max = last;
    input.value = nearest(values.list, value);
    output.textContent = exactly(value) + (control.unit || "");
    input.setAttribute("aria-valuetext", control.text ? control.text(value, state) : output.textContent);
    mark.hidden = !control.mark;
    if (control.mark) mark.style.setProperty("--at", nearest(values.list, control.mark(state)) / last);
  };
  return { row, show };
}

// A point to drag with mouse, finger or arrow keys. move(point, state) → what to set; place(state) → where it stands, or nothing.
function handle(it, { label, place, move, text, window: [xs, ys], snap = 0.05, kind = "" }, now, change) {
  const knob = node("g", { class: `handle ${kind}`, tabindex: 0, role: "slider", "aria-label": label, "aria-valuemin": xs[0], "aria-valuemax": xs[1] },
    node("circle", { r: 16, class: "reach" }), node("circle", { r: 6 }));
  const clamp = (v, [low, high]) => Math.min(high, Math.max(low, v));
  // A coordinate that hardly moves stays as it is, on the grid or beside it.
  const grid = (v, old, range) => Math.abs(v - old) < snap / 2 ? old : clamp(tidy(Math.round(v / snap) * snap, 0.001), range);
  const go = p => {
    const old = place(now());
    change(move([grid(p[0], old[0], xs), grid(p[1], old[1], ys)], now()));
  };
  const drag = event => {
    const box = it.svg.getBoundingClientRect(), zoom = it.svg.viewBox.baseVal.width / box.width;
    go(it.invert((event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom));
  };
  knob.addEventListener("pointerdown", event => {
    if (event.button) return;
    knob.setPointerCapture(event.pointerId);
    knob.focus();
    event.preventDefault();
  });
  knob.addEventListener("touchstart", event => event.preventDefault(), { passive: false }); // else the page scrolls: touch-action is not enough in SVG
  knob.addEventListener("pointermove", event => { if (knob.hasPointerCapture(event.pointerId)) drag(event); });
  knob.addEventListener("keydown", event => {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key], far = event.shiftKey ? 10 * snap : 2 * snap, p = place(now());
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go([p[0] + way[0] * far, p[1] + way[1] * far]);
  });
  it.top.append(knob);
  return state => {
    const p = place(state);
    knob.style.display = p ? "" : "none";
    if (!p) return;
    const [x, y] = [clamp(p[0], xs), clamp(p[1], ys)];
    knob.setAttribute("transform", `translate(${it.x(x).toFixed(1)} ${it.y(y).toFixed(1)})`);
    knob.setAttribute("aria-valuenow", x);
    knob.setAttribute("aria-valuetext", text ? text(state) : `x = ${general(p[0])}, y = ${general(p[1])}`);
  };
}

// A button that runs through the values of a trait, a step at a time; who wants no motion takes the steps by pressing it.
function play(figure, now, change) {
  const { trait, over } = figure.play, { values } = figure.controls.find(control => control.name === trait);
  const calm = matchMedia("(prefers-reduced-motion: reduce)"), it = node("button", { type: "button", class: "play" });
  let timer = 0, expected;
  const rest = () => { it.textContent = calm.matches ? "Next step" : "Play"; };
  const stop = () => { clearInterval(timer); timer = 0; rest(); };
  const step = () => {
    const state = now(), list = values(state), at = nearest(list, state[trait]);
    if (timer && expected !== undefined && state[trait] !== expected) return stop(); // the reader has set it
    if (at === list.length - 1 || over(state, figure.compute(state))) return stop();
    change({ [trait]: expected = list[at + 1] });
  };
  it.addEventListener("click", () => {
    if (timer) return stop();
    const state = now(), list = values(state), again = state[trait] >= list.at(-1) || over(state, figure.compute(state));
    if (again) change({ [trait]: list[0] });
    if (calm.matches) return again || step();
    expected = now()[trait];
    timer = setInterval(step, 100);
    it.textContent = "Pause";
  });
  rest();
  return { it, stop };
}

// The state in the page's address, as ?bowl=lr:0.035,x0:-1~4; only what differs from the default.
const spell = value => [value].flat(2).join("~");
function readAddress(key, figure) {
  const found = {};
  for (const part of (new URLSearchParams(location.search).get(key) || "").split(",")) {
    const [name, text] = part.split(":"), control = figure.controls.find(c => c.name === name);
    if (!control || !text) continue;
    const numbers = text.split("~").map(Number), [low, high] = control.limits;
    const fits = numbers.every(v => v >= low && v <= high && (!control.whole || Number.isInteger(v)));
    if (fits && control.many && numbers.length % 2 === 0 && numbers.length >= 4 && numbers.length <= 100) {
      found[name] = numbers.flatMap((v, i) => i % 2 ? [] : [[v, numbers[i + 1]]]);
    } else if (fits && !control.many && numbers.length === (control.point ? 2 : 1)) found[name] = control.point ? numbers : numbers[0];
  }
  return found;
}
function writeAddress(key, state, defaults) {
  const changed = Object.keys(state).filter(name => spell(state[name]) !== spell(defaults[name]));
  const query = location.search.slice(1).split("&").filter(part => part && part.split("=")[0] !== key);
  if (changed.length) query.push(`${key}=${changed.map(name => `${name}:${spell(state[name])}`).join(",")}`);
  const search = query.length ? `?${query.join("&")}` : "";
  if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
}

// Builds a figure in an element, keeps it in step with its model, and returns what takes it down again.
function mount(model, el, name, key) {
  const figure = FIGURES[name], names = figure.controls.map(control => control.name), handles = [];
  const now = () => Object.fromEntries(names.map(trait => [trait, model.get(trait)]));
  const change = values => {
    for (const [trait, value] of Object.entries(values)) model.set(trait, value);
    model.save_changes();
  };
  const defaults = now();
  if (key) change(readAddress(key, figure));

  const panels = node("div", { class: "panels" }), verdict = node("p", { class: "verdict", role: "status", "aria-live": "polite" });
  const sliders = figure.controls.filter(control => control.values).map(control => slider(control, change));
  const shown = Object.fromEntries(figure.readings.map(([reading]) => [reading, node("dd", { "data-value": reading })]));
  const presets = figure.presets.map(([title, values]) => {
    const it = node("button", { type: "button" }, title), state = { ...defaults, ...typeof values === "function" ? values(defaults) : values };
    it.addEventListener("click", () => change(state));
    return { it, state };
  });
  const reset = node("button", { type: "button", class: "reset" }, "Reset");
  reset.addEventListener("click", () => change(defaults));
  const drawn = [], stage = {
    panel: label => { const it = panel(label); drawn.push(it); panels.append(it.svg); return it; },
    handle: (it, options) => handles.push(handle(it, options, now, change)),
  };
  figure.start(stage);
  const player = figure.play && play(figure, now, change);
  el.replaceChildren(
    node("div", { class: "presets", role: "group", "aria-label": "Settings to try, in order" }, ...presets.map(p => p.it), reset),
    panels, ...player ? [player.it] : [], verdict, node("div", { class: "controls" }, ...sliders.flatMap(s => s.row)),
    node("dl", {}, ...figure.readings.map(([reading, label]) => node("div", {}, node("dt", {}, label), shown[reading]))));

  let frameAsked = 0, rest = 0, since;
  const update = () => {
    frameAsked = 0;
    const state = now(), result = figure.compute(state), texts = figure.read(state, result);
    figure.draw(stage, state, result);
    for (const show of handles) show(state);
    for (const { show } of sliders) show(state);
    for (const reading in shown) shown[reading].textContent = texts[reading];
    for (const p of presets) p.it.setAttribute("aria-pressed", names.every(trait => spell(p.state[trait]) === spell(state[trait])));
    // The verdict is read aloud: it waits for a moment of rest, but no longer than a second.
    if (!rest) since = performance.now();
    clearTimeout(rest);
    rest = setTimeout(settle, verdict.textContent ? Math.max(0, Math.min(250, since + 1000 - performance.now())) : 0, state, texts.verdict);
  };
  const settle = (state, text) => {
    rest = 0;
    if (verdict.textContent !== text) verdict.textContent = text;
    if (key) writeAddress(key, state, defaults);
  };
  const ask = () => { frameAsked ||= requestAnimationFrame(update); };
  for (const trait of names) model.on(`change:${trait}`, ask);
  const watch = new ResizeObserver(() => {
    for (const it of drawn) it.wide = 0;
    ask();
  });
  watch.observe(panels);
  update();
  return () => {
    for (const trait of names) model.off(`change:${trait}`, ask);
    cancelAnimationFrame(frameAsked);
    clearTimeout(rest);
    player?.stop();
    watch.disconnect();
  };
}

// For JupyterLab, where anywidget calls it; and for a page, where no kernel is.
function render({ model, el }) {
  el.classList.add("live-figure");
  return mount(model, el, model.get("figure"));
}
function mountAll() {
  const seen = {};
  for (const el of document.querySelectorAll(".live-figure[data-live]")) {
    const name = el.dataset.live, count = seen[name] = (seen[name] || 0) + 1;
    el.model = new State(JSON.parse(el.dataset.state));
    mount(el.model, el, name, count > 1 ? name + count : name);
  }
}
