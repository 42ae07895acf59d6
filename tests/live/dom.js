// What of a browser the figures use, kept as plain data: enough to mount them, to press and drag, and to read what was
// drawn. tests/engine.py puts this before the figures' own code, in one scope; test_live_browser.py compares it
// with Chromium.

const WIDTH = 560;

const escaped = text => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

class Element {
  constructor(tag) {
    Object.assign(this, { tag, clientWidth: WIDTH, kept: {}, children: [], listeners: {}, options: {}, captured: [] });
    this.classList = { add: name => this.setAttribute("class", name) };
    this.style = { setProperty: (name, value) => this.setAttribute("style", `${name}: ${value};`) };
    Object.defineProperty(this.style, "display", {
      set: value => {
        if (value || "style" in this.kept) this.setAttribute("style", value && `display: ${value};`);
      },
    });
  }
  setAttribute(name, value) {
    this.kept[name] = String(value);
  }
  getAttribute(name) {
    return this.kept[name] ?? null;
  }
  set hidden(value) {
    if (value) this.kept.hidden = "";
    else delete this.kept.hidden;
  }
  set max(value) {
    this.setAttribute("max", value);
  }
  append(...children) {
    this.children.push(...children.filter(child => child !== ""));
  }
  replaceChildren(...children) {
    this.children = [];
    this.append(...children);
  }
  get textContent() {
    return this.children.map(child => child.textContent ?? child).join("");
  }
  set textContent(text) {
    this.replaceChildren(String(text));
  }
  addEventListener(kind, call, options) {
    (this.listeners[kind] ||= []).push(call);
    this.options[kind] = options;
  }
  fire(kind, event = {}) {
    const fired = { prevented: false, preventDefault: () => (fired.prevented = true), ...event };
    for (const call of this.listeners[kind] || []) call(fired);
    return fired;
  }
  setPointerCapture(pointer) {
    this.captured.push(pointer);
  }
  hasPointerCapture(pointer) {
    return this.captured.includes(pointer);
  }
  focus() {
    document.activeElement?.fire("blur");
    document.activeElement = this;
    this.fire("focus");
  }
  // No page is around a figure.
  closest() {
    return null;
  }
  scrollIntoView() {
    document.shown.push(this);
  }
  getBoundingClientRect() {
    return { left: 100, top: 50, bottom: 450, width: this.clientWidth };
  }
  get viewBox() {
    return { baseVal: { width: Number(this.kept.viewBox.split(" ")[2]) } };
  }
  // All elements within that have this attribute, with this value if one is asked for.
  all(name, value) {
    const own = this.children.filter(child => child.tag);
    const fits = child => (value === undefined ? name in child.kept : child.kept[name] === value);
    return own.flatMap(child => [...(fits(child) ? [child] : []), ...child.all(name, value)]);
  }
  tags(tag) {
    const own = this.children.filter(child => child.tag);
    return own.flatMap(child => [...(child.tag === tag ? [child] : []), ...child.tags(tag)]);
  }
  get innerHTML() {
    return this.children.map(child => child.outerHTML ?? escaped(child)).join("");
  }
  get outerHTML() {
    const attributes = Object.entries(this.kept).map(([name, value]) => ` ${name}="${value.replace(/&/g, "&amp;")}"`);
    const start = `<${this.tag}${attributes.join("")}>`;
    return this.tag === "input" ? start : `${start}${this.innerHTML}</${this.tag}>`;
  }
}

const document = {
  figures: [],
  shown: [],
  listeners: {},
  addEventListener: (kind, call) => (document.listeners[kind] = call),
  getElementById: id => document.figures.find(el => el.id === id),
  createElement: tag => new Element(tag),
  createElementNS: (space, tag) => Object.assign(new Element(tag), { space }),
  querySelectorAll: () => document.figures,
  documentElement: { style: { fontSize: "16px" } },
};
const getComputedStyle = element => element.style;

// Time passes when a test says so: pass(milliseconds). A frame takes 16 of them.
const clock = { now: 0, jobs: new Map(), made: 0 };
function later(wait, call, every = 0) {
  clock.jobs.set(++clock.made, { at: clock.now + wait, call, every });
  return clock.made;
}
const performance = { now: () => clock.now };
const setTimeout = (call, wait, ...given) => later(wait, () => call(...given));
const setInterval = (call, wait) => later(wait, call, wait);
const requestAnimationFrame = call => later(16, call);
const clearTimeout = id => clock.jobs.delete(id);
const [clearInterval, cancelAnimationFrame] = [clearTimeout, clearTimeout];
function pass(milliseconds) {
  const end = clock.now + milliseconds;
  for (;;) {
    const due = [...clock.jobs].filter(([, job]) => job.at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
    if (!due) break;
    const [id, job] = due;
    clock.now = job.at;
    if (job.every) job.at += job.every;
    else clock.jobs.delete(id);
    job.call();
  }
  clock.now = end;
}

const location = {
  pathname: "/page.html",
  search: "",
  hash: "#here",
  get href() {
    return `https://host${location.pathname}${location.search}${location.hash}`;
  },
};
const history = {
  state: { kept: true },
  written: [],
  before: [],
  replaceState(state, title, address) {
    history.written.push([state, title, address]);
    history.state = state;
    if (address) location.search = (address.match(/\?[^#]*/) || [""])[0];
  },
  pushState(state, title, address) {
    history.before.push([history.state, location.search]);
    history.replaceState(state, title, address);
  },
  back() {
    [history.state, location.search] = history.before.pop();
    document.listeners.popstate({ state: history.state });
  },
};
const addEventListener = document.addEventListener;
const [innerHeight, scrollY] = [800, 120];
const scrollTo = place => document.shown.push(place);
const clipboard = { text: null };
const navigator = { clipboard: { writeText: async text => (clipboard.text = text) } };

const calm = { matches: false };
const matchMedia = query => (query === "(prefers-reduced-motion: reduce)" ? calm : {});

const watches = new Set();
class ResizeObserver {
  constructor(call) {
    this.call = call;
  }
  observe(element) {
    this.element = element;
    watches.add(this);
  }
  disconnect() {
    watches.delete(this);
  }
}

// A figure of a page with this state, not yet mounted.
function host(name, state) {
  const el = Object.assign(new Element("div"), { dataset: { live: name, state: JSON.stringify(state) } });
  el.set = values => {
    for (const [trait, value] of Object.entries(values)) el.model.set(trait, value);
    pass(2000);
  };
  document.figures.push(el);
  return el;
}

// A figure that is mounted on a page of its own, with the address ?query, after all has come to rest.
function opened(name, state, query = "") {
  document.figures = [];
  location.search = query && `?${query}`;
  const el = host(name, state);
  mountAll();
  pass(2000);
  return el;
}

// The states that the presets of a figure set.
function presetStates(name, base) {
  const filled = values => (typeof values === "function" ? values(base) : values);
  const sliders = FIGURES[name].controls.filter(control => control.values);
  const usual = Object.fromEntries(sliders.map(({ name: trait }) => [trait, SHARED[name].usual[trait]]));
  return FIGURES[name].presets.map(([, values]) => ({ ...base, ...usual, ...filled(values) }));
}
