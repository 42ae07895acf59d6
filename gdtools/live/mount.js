// Puts a figure into an element and keeps it in step with its model.
import { between } from "./compute.js";
import { newPanel, node } from "./draw.js";
import { readAddress, spell, writeAddress } from "./address.js";
import { FIGURES, handle, numbersOf, play, slider, State } from "./control.js";

// Returns what takes the figure down again. With a key its state stands in the page's address under that name.
function mount(model, el, name, key) {
  const figure = FIGURES[name];
  const traits = figure.controls.map(control => control.name);
  const now = () => Object.fromEntries(traits.map(trait => [trait, model.get(trait)]));
  const change = values => {
    for (const [trait, value] of Object.entries(values)) model.set(trait, value);
    model.save_changes();
  };
  const defaults = now();
  if (key) change(readAddress(key, SHARED[name].limits, defaults));

  const stage = newStage(now, change);
  figure.start(stage);
  const player = figure.play && play(figure, now, change);
  const presets = presetsOf(figure, defaults, change);
  const sliders = figure.controls.filter(control => control.values).map(control => slider(control, change));
  const readings = readingsOf(figure);
  const verdict = newVerdict(state => key && writeAddress(key, state, defaults));
  const controls = node("div", { class: "controls" }, ...sliders.flatMap(made => made.nodes));
  const buttons = player ? [player.button] : [];
  el.replaceChildren(presets.node, stage.panels, ...buttons, verdict.node, controls, readings.node);

  const parts = [...stage.handles, ...sliders, readings, presets];
  const update = () => {
    const state = now();
    const result = figure.compute(state);
    const texts = numbersOf(name, state, result);
    figure.draw(stage, state, result);
    for (const part of parts) part.show(state, texts);
    verdict.say(state, figure.verdict(state, result));
  };
  const stopWatching = updateOn(model, traits, stage, update);
  update();
  return () => {
    stopWatching();
    verdict.stop();
    player?.stop();
  };
}

// What a figure's start is given: it makes panels, all in one box, and handles in them.
function newStage(now, change) {
  const stage = { panels: node("div", { class: "panels" }), drawn: [], handles: [] };
  stage.panel = label => {
    const made = newPanel(label);
    stage.drawn.push(made);
    stage.panels.append(made.svg);
    return made;
  };
  stage.handle = (panel, options) => stage.handles.push(handle(panel, options, now, change));
  return stage;
}

function presetsOf(figure, defaults, change) {
  const presets = figure.presets.map(([title, values]) => {
    const state = { ...defaults, ...(typeof values === "function" ? values(defaults) : values) };
    return { state, button: actionButton(title, {}, () => change(state)) };
  });
  const reset = actionButton("Reset", { class: "reset" }, () => change(defaults));
  const group = { class: "presets", role: "group", "aria-label": "Settings to try, in order" };
  const show = state => {
    const same = preset => Object.keys(state).every(trait => spell(preset.state[trait]) === spell(state[trait]));
    for (const preset of presets) preset.button.setAttribute("aria-pressed", same(preset));
  };
  return { node: node("div", group, ...presets.map(preset => preset.button), reset), show };
}

function actionButton(title, attributes, act) {
  const button = node("button", { type: "button", ...attributes }, title);
  button.addEventListener("click", act);
  return button;
}

function readingsOf(figure) {
  const shown = figure.readings.map(([name, label]) => ({ name, label, value: node("dd", { "data-value": name }) }));
  const rows = shown.map(({ label, value }) => node("div", {}, node("dt", {}, label), value));
  const show = (state, texts) => {
    for (const { name, value } of shown) value.textContent = texts[name];
  };
  return { node: node("dl", {}, ...rows), show };
}

// The verdict is read aloud: it waits for a moment of rest, but no longer than a second.
function newVerdict(settled) {
  const verdict = node("p", { class: "verdict", role: "status", "aria-live": "polite" });
  let timer = 0;
  let since = 0;
  const settle = (state, text) => {
    timer = 0;
    if (verdict.textContent !== text) verdict.textContent = text;
    settled(state);
  };
  const say = (state, text) => {
    if (!timer) since = performance.now();
    clearTimeout(timer);
    const wait = verdict.textContent ? between(since + 1000 - performance.now(), [0, 250]) : 0;
    timer = setTimeout(settle, wait, state, text);
  };
  return { node: verdict, say, stop: () => clearTimeout(timer) };
}

// Calls update in the frame after a change of the model or of the width; returns what ends that.
function updateOn(model, traits, stage, update) {
  let asked = 0;
  const drawAnew = () => {
    asked = 0;
    update();
  };
  const ask = () => {
    asked ||= requestAnimationFrame(drawAnew);
  };
  const watch = new ResizeObserver(() => {
    for (const panel of stage.drawn) panel.wide = 0;
    ask();
  });
  watch.observe(stage.panels);
  for (const trait of traits) model.on(`change:${trait}`, ask);
  return () => {
    for (const trait of traits) model.off(`change:${trait}`, ask);
    cancelAnimationFrame(asked);
    watch.disconnect();
  };
}

// For JupyterLab, where anywidget calls it; and for a page, where no kernel is.
export function render({ model, el }) {
  el.classList.add("live-figure");
  return mount(model, el, model.get("figure"));
}
export function mountAll() {
  const seen = {};
  for (const el of document.querySelectorAll(".live-figure[data-live]")) {
    const name = el.dataset.live;
    seen[name] = (seen[name] || 0) + 1;
    el.model = new State(JSON.parse(el.dataset.state));
    mount(el.model, el, name, seen[name] > 1 ? name + seen[name] : name);
  }
}
