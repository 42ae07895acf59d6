// Puts a figure into an element and keeps it in step with its model.
import { between } from "./compute.js";
import { newPanel, node, press, swatch, write } from "./draw.js";
import { queryWith, readAddress, spell, writeAddress } from "./address.js";
import { FIGURES, numbersOf, slider, State, toggle } from "./control.js";
import { handle } from "./pointer.js";
import { timeBar } from "./time.js";

// Returns { stop, set, el }: what takes the figure down again, and what the page's address and text set it by. With a
// key its state stands in the address under that name.
function mount(model, el, name, key) {
  const figure = FIGURES[name];
  const { limits, usual } = SHARED[name];
  const traits = figure.controls.map(control => control.name);
  const now = () => Object.fromEntries(traits.map(trait => [trait, model.get(trait)]));
  const change = values => {
    for (const [trait, value] of Object.entries(values)) model.set(trait, value);
    model.save_changes();
  };
  const defaults = now();
  if (key) change(readAddress(key, limits, defaults));

  // Kept while only the time changes.
  let result = null;
  let asked = 0;
  const ask = () => {
    asked ||= requestAnimationFrame(update);
  };
  const time = figure.time && timeBar(ask);
  const stage = newStage(now, change, () => time?.show(figure.time.pace));
  stage.usual = defaults;
  figure.start(stage);
  // A setting that is chosen is played.
  const choose = state => {
    change(state);
    stage.play();
  };
  const presets = presetsOf(figure, model.get("show"), defaults, usual, choose);
  const sliders = slidersOf(figure, model.get("show"), change, defaults);
  const readings = readingsOf(figure, defaults);
  const verdict = newVerdict(figure, () => key && writeAddress(key, now(), defaults));
  const note = node("div", { class: "set-by", role: "status" });
  verdict.node.append(note);
  const tools = node(
    "div",
    { class: "tools" },
    press(figure.reset || "Reset", {}, () => change(defaults)),
  );
  if (key) tools.append(...copyButton(el, key, () => writeAddress(key, now(), defaults)));
  const drive = node("div", { class: "drive" }, ...sliders.open, ...(time && !figure.time.alone ? [time.node] : []));
  const [map, ...sides] = stage.drawn.map(panel => panel.svg);
  const body = node("div", { class: sides.length ? "stage" : "stage solo" });
  body.append(presets.node, node("div", { class: "map" }, map), ...keyOf(figure, sliders.key), drive, verdict.node);
  body.append(node("div", { class: "side" }, ...sides), ...sliders.more, ...readings.nodes, tools);
  el.replaceChildren(body);
  const number = el.closest("figure")?.querySelector(".caption-number")?.textContent.trim();
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", `${number?.replace("Fig.", "Figure") || "Figure"}, live`);

  const parts = [...stage.handles, ...sliders.all, readings, presets];
  function update() {
    asked = 0;
    const state = now();
    if (!result) {
      result = figure.compute(state);
      time?.follow(figure.time.last(state, result));
    }
    const k = time?.at();
    const texts = numbersOf(name, state, result, k);
    figure.draw(stage, state, result, k);
    for (const part of parts) part.show(state, texts);
    for (const part of sliders.all) part.node.hidden = figure.idle?.(state, part.name);
    time?.draw();
    const text = figure.verdict(state, result, k);
    if (time?.isPlaying()) return verdict.show(text);
    const { told } = figure.time || {};
    const onTheWay = told ? `${figure.readings.find(([reading]) => reading === told)[1]}: ${texts[told]}.` : text;
    const last = time && figure.time.last(state, result);
    return verdict.say(text, k < last ? `Step ${k} of ${last}. ${onTheWay}` : text);
  }
  const changed = () => {
    result = null;
    note.replaceChildren();
    time?.rest();
    ask();
  };
  const watch = new ResizeObserver(() => {
    for (const panel of stage.drawn) panel.wide = 0;
    ask();
  });
  watch.observe(body);
  for (const trait of traits) model.on(`change:${trait}`, changed);
  if (figure.time?.alone) stage.play();
  update();
  return {
    stop() {
      for (const trait of traits) model.off(`change:${trait}`, changed);
      time?.stop();
      cancelAnimationFrame(asked);
      watch.disconnect();
      verdict.stop();
    },
    // As the query of an address says, which is that of a text of the page or the page's own.
    set(search, byText) {
      const state = { ...defaults, ...figure.keep?.(now()), ...readAddress(key, limits, defaults, search) };
      const address = values => location.pathname + queryWith(key, values, defaults) + location.hash;
      const [here, back] = [{ ...history.state, top: scrollY }, address(now())];
      note.replaceChildren();
      if (!byText) return change(state);
      choose(state);
      note.replaceChildren(
        "set by the text ",
        press("back", {}, () => history.back()),
      );
      history.replaceState(here, "", back);
      history.pushState({}, "", address(state));
      return showMap(map);
    },
    anchor: () => anchorOf(el, key),
  };
}

// The map on the screen, unless it is there.
function showMap(map) {
  const { top, bottom } = map.getBoundingClientRect();
  if (top < 60 || bottom > innerHeight) map.scrollIntoView({ block: "center" });
}

// The name by which an address leads to the figure: that of its caption.
const anchorOf = (el, key) => el.closest("figure[id]")?.id || (el.id ||= `live-${key}`);

// What a figure's start is given: it makes panels, the first of which is the map, and handles in them.
function newStage(now, change, play) {
  const stage = { drawn: [], handles: [], play };
  stage.panel = label => {
    const made = newPanel(label);
    made.map = stage.drawn[0];
    stage.drawn.push(made);
    return made;
  };
  stage.handle = (panel, options) => stage.handles.push(handle(panel, options, now, change));
  return stage;
}

// Those of no use to the page's defaults are left out, and the others numbered anew.
// What a preset is silent about stands as the figure begins elsewhere, not as this page begins it, so that its title is
// true on every page. Left out are those of no use here, and where the page names the controls in the open, those that
// set another.
function presetsOf(figure, named, defaults, usual, choose) {
  const sliders = figure.controls.filter(control => control.values).map(({ name }) => name);
  const base = { ...defaults, ...Object.fromEntries(sliders.map(name => [name, usual[name]])) };
  const isFolded = name => named?.length && name !== "n_iter" && !named.includes(name);
  const others = sliders.filter(isFolded);
  const states = figure.presets.map(([title, values]) => [title, values.call ? values(defaults) : values]);
  const useful = states
    .map(([title, values]) => [title, values && { ...base, ...values }])
    .filter(([, state]) => state && others.every(name => state[name] === defaults[name]));
  const presets = useful.map(([title, state], i) => {
    return { state, button: press(i + 1 + title.slice(1), {}, () => choose(state)) };
  });
  const group = { class: "presets", role: "group", "aria-label": "Settings to try, in order" };
  const show = state => {
    const same = preset => Object.keys(state).every(trait => spell(preset.state[trait]) === spell(state[trait]));
    for (const preset of presets) preset.button.setAttribute("aria-pressed", same(preset));
  };
  const buttons = presets.map(preset => preset.button);
  return { node: node("div", group, ...(buttons[1] ? buttons : [])), show };
}

// The sliders: those that are to be shown in the open, and the others folded.
function slidersOf(figure, show, change, defaults) {
  const wanted = show?.length ? show : [figure.main];
  const driven = figure.controls.filter(control => control.values || control.toggle);
  const all = driven.map(control => (control.toggle ? toggle : slider)(control, change));
  const placeOf = ({ kind, name }) => (kind && defaults[name] ? "key" : wanted.includes(name) ? "open" : "more");
  const nodes = place => all.filter(made => placeOf(made) === place).map(made => made.node);
  return { all, key: nodes("key"), open: nodes("open"), more: folded("more", "more controls", nodes("more")) };
}

// Which line is what, below the map.
function keyOf({ key = {} }, toggles) {
  const named = Object.entries(key).map(([kind, text]) => node("span", {}, swatch(kind), text));
  const inside = [...toggles, ...named];
  return inside.length ? [node("div", { class: "key" }, ...inside)] : [];
}

function folded(kind, title, inside) {
  return inside.length
    ? [node("details", { class: kind }, node("summary", {}, title), node("div", {}, ...inside))]
    : [];
}

// The first three readings are seen, the others folded, as is what belongs to something that the page has switched off.
function readingsOf({ readings }, defaults) {
  const isOn = ([, , trait]) => defaults[trait] !== 0;
  const on = readings.filter(isOn);
  const first = Math.min(3, on.length);
  const shown = [...on, ...readings.filter(reading => !isOn(reading))].map(([name, label]) => ({
    name,
    label,
    value: node("dd", { "data-value": name }),
  }));
  const rows = shown.map(({ label, value }) => node("div", {}, node("dt", {}, label), value));
  const show = (state, texts) => {
    for (const { name, value } of shown) value.textContent = texts[name];
  };
  const rest = rows.length > first ? [node("dl", {}, ...rows.slice(first))] : [];
  return {
    nodes: [node("dl", { class: "first" }, ...rows.slice(0, first)), ...folded("numbers", "all numbers", rest)],
    show,
  };
}

// The sentence is seen at once. It, or what else is to be told, is read aloud after a moment of rest, but no later than
// after a second; nothing is while a run is played. Room is kept for the longest.
function newVerdict(figure, settled) {
  const seen = node("p", { "aria-hidden": true });
  const room = node("p", { class: "room", "aria-hidden": true }, "words ".repeat(figure.room / 6));
  const spoken = node("p", { class: "spoken", role: "status", "aria-live": "polite" });
  let timer = 0;
  let since = 0;
  let shown = "";
  const settle = text => {
    timer = 0;
    if (spoken.textContent !== text) spoken.textContent = text;
    settled();
  };
  const stop = () => clearTimeout(timer);
  const show = text => {
    if (shown !== text) write(seen, text);
    shown = text;
    stop();
  };
  const say = (text, told) => {
    show(text);
    if (!timer) since = performance.now();
    const wait = spoken.textContent ? between(since + 1000 - performance.now(), [0, 250]) : 0;
    timer = setTimeout(settle, wait, told);
  };
  return { node: node("div", { class: "verdict" }, seen, room, spoken), show, say, stop };
}

// With what it says to those who do not see it.
function copyButton(el, key, settle) {
  const told = node("span", { class: "spoken", role: "status" });
  const button = press("Copy link", { class: "copy" }, async () => {
    settle();
    const address = `${location.href.split("#")[0]}#${anchorOf(el, key)}`;
    const copied = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    told.textContent = button.textContent = copied ? "Copied" : "It is the page’s address";
    setTimeout(() => {
      button.textContent = "Copy link";
      told.textContent = "";
    }, 2000);
  });
  return [button, told];
}

// For JupyterLab, where anywidget calls it; and for a page, where no kernel is.
export function render({ model, el }) {
  el.classList.add("live-figure");
  return mount(model, el, model.get("figure")).stop;
}
export function mountAll() {
  const made = {};
  for (const el of document.querySelectorAll(".live-figure[data-live]")) {
    const name = el.dataset.live;
    // Another script of the page starts the others.
    if (!FIGURES[name]) continue;
    let key = name;
    for (let n = 2; made[key]; n++) key = name + n;
    const { state, show } = el.dataset;
    el.model = new State({ ...JSON.parse(state), ...(show && { show: show.split(" ") }) });
    made[key] = mount(el.model, el, name, key);
  }
  openAtFigure(made);
  listenToText(made);
}

// A link with a setting opens at its figure.
function openAtFigure(made) {
  const asked = new URLSearchParams(location.search);
  for (const [key, figure] of Object.entries(made)) {
    const id = figure.anchor();
    const wanted = location.hash ? location.hash === `#${id}` : asked.has(key);
    if (wanted) document.getElementById(id)?.scrollIntoView();
  }
}

// The words of the text are controls: a link with data-sets="bowl" sets that figure; the browser's way back returns.
function listenToText(made) {
  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-sets]");
    const figure = link && made[link.dataset.sets];
    if (!figure || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    figure.set(link.search, true);
  });
  addEventListener("popstate", ({ state }) => {
    for (const figure of Object.values(made)) figure.set(location.search);
    if (state?.top >= 0) scrollTo({ top: state.top, behavior: "instant" });
  });
}
