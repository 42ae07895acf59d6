// Points to drag with mouse, finger or arrow keys.
import { general } from "./words.js";
import { between } from "./compute.js";
import { shape, spot } from "./draw.js";
import { tidy } from "./control.js";

// How far from a handle it is still taken, in pixels.
const REACH = { mouse: 24, touch: 32 };

// place(state) → where the point stands, or nothing; move(point, state) → what to set; window: how far it can go;
// click: whether it comes to where the map is clicked; drop(): it is
// let go, or Enter is pressed on it. Points of one group have one tab stop: arrows go from one to the
// next, Enter takes one up and puts it down.
export function handle(panel, options, now, change) {
  const { place, move, text, window: range, snap = 0.05, group } = options;
  const made = { ...options, knob: newKnob(options) };
  made.go = point => {
    const state = now();
    const old = place(state);
    change(
      move(
        point.map((value, i) => onGrid(value, old[i], snap, range[i])),
        state,
      ),
    );
  };
  made.at = () => panel.at(place(now()).map((value, i) => between(value, range[i])));
  made.step = way => {
    const old = place(now());
    made.go([old[0] + way[0], old[1] + way[1]]);
  };
  made.show = state => showKnob(made, panel, place(state), text && text(state));
  if (!panel.handles.length) grabbing(panel);
  panel.handles.push(made);
  panel.top.append(made.knob);
  if (group) taking(made, panel);
  else {
    made.knob.addEventListener("keydown", event => {
      if (event.key === "Enter") made.drop?.();
      arrowKey(event, snap, made.step);
    });
  }
  return made;
}

// The window says how far the point can go; a screen reader is told of its first direction. A point of a group is a
// button that takes it up.
function newKnob({ label, kind = "", group, window: [[low, high]] }) {
  const slider = { role: "slider", "aria-label": label, "aria-valuemin": low, "aria-valuemax": high };
  const told = group ? { role: "button", "aria-pressed": false } : slider;
  const reach = shape("circle", { r: 16, class: "reach" });
  const dot = shape("circle", { r: 6.5 });
  return shape("g", { class: `handle ${kind}`, tabindex: 0, ...told }, reach, dot);
}

// A coordinate that hardly moves stays as it is, on the grid or beside it.
function onGrid(value, old, snap, range) {
  return Math.abs(value - old) < snap / 2 ? old : between(tidy(Math.round(value / snap) * snap, 0.001), range);
}

// The nearest handle is taken where it is pressed, and dragged without a jump. A click brings the one that comes to
// clicks, beside it too; of a finger only a tap does, for it may be about to scroll.
function grabbing(panel) {
  const { svg } = panel;
  let held = null;
  let tapped = null;
  const listen = (kind, call) => svg.addEventListener(kind, call);
  const take = (event, found, offset) => {
    held = { found, offset, id: event.pointerId };
    svg.setPointerCapture(event.pointerId);
    found.knob.focus({ preventScroll: true });
    event.preventDefault();
  };
  listen("pointerdown", event => {
    if (event.button || held) return;
    const at = pixels(event, panel);
    const found = nearestHandle(panel, at, event.pointerType);
    if (found) {
      const offset = apart(found.at(), at);
      if (found.click && Math.hypot(...offset) > 3) tapped = { clicked: found, at };
      return take(event, found, offset);
    }
    const clicked = panel.handles.find(made => made.click && isWithin(panel.invert(...at), made.window));
    if (clicked && event.pointerType === "touch") tapped = { clicked, at };
    else if (clicked) {
      take(event, clicked, [0, 0]);
      clicked.go(panel.invert(...at));
    }
  });
  listen("pointermove", event => {
    if (held?.id !== event.pointerId) return;
    const at = pixels(event, panel);
    if (tapped && Math.hypot(...apart(at, tapped.at)) < 4) return;
    tapped = null;
    held.found.go(panel.invert(at[0] + held.offset[0], at[1] + held.offset[1]));
  });
  listen("pointerup", event => {
    const at = pixels(event, panel);
    const isTap = tapped && Math.hypot(...apart(at, tapped.at)) < 9;
    if (isTap) tapped.clicked.go(panel.invert(...at));
    (isTap ? tapped.clicked : held?.found)?.drop?.();
    held = tapped = null;
  });
  listen("pointercancel", () => {
    held?.found.drop?.();
    held = tapped = null;
  });
  // Else the page scrolls: touch-action is not enough in SVG.
  svg.addEventListener(
    "touchstart",
    event => {
      if (nearestHandle(panel, pixels(event.changedTouches[0], panel), "touch")) event.preventDefault();
    },
    { passive: false },
  );
}

const apart = (p, q) => [p[0] - q[0], p[1] - q[1]];
const isWithin = (point, ranges) => point.every((value, i) => between(value, ranges[i]) === value);

// Where a pointer is in the units of the picture.
function pixels({ clientX, clientY }, panel) {
  const box = panel.svg.getBoundingClientRect();
  const zoom = zoomOf(panel, box);
  return [(clientX - box.left) * zoom, (clientY - box.top) * zoom];
}
const zoomOf = (panel, box) => panel.svg.viewBox.baseVal.width / box.width;

function nearestHandle(panel, at, pointerType) {
  const reach = (REACH[pointerType] || REACH.mouse) * zoomOf(panel, panel.svg.getBoundingClientRect());
  const far = made => Math.hypot(...apart(made.at(), at));
  const near = panel.handles.filter(made => made.shown && far(made) <= reach);
  return near.sort((one, other) => far(one) - far(other))[0];
}

// How far an arrow key goes, farther with shift; nothing for another key, or for one that the browser wants.
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
function arrowKey(event, snap, go) {
  const way = WAYS[event.key];
  if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  go(way.map(sign => sign * snap * (event.shiftKey ? 10 : 2)));
}

function taking(made, panel) {
  const { knob, group, snap = 0.05, step } = made;
  const others = () => panel.handles.filter(other => other.group === group && other.shown);
  let taken = false;
  const take = value => {
    taken = value;
    knob.setAttribute("aria-pressed", taken);
  };
  const toNext = ([x, y]) => {
    const all = others();
    const next = all.indexOf(made) + (x > 0 || y < 0 ? 1 : -1);
    all[(next + all.length) % all.length].knob.focus();
  };
  knob.addEventListener("keydown", event => {
    const press = event.key === "Enter" || event.key === " ";
    if (press || (taken && event.key === "Escape")) {
      event.preventDefault();
      take(press && !taken);
    } else arrowKey(event, snap, taken ? step : toNext);
  });
  knob.addEventListener("blur", () => take(false));
  knob.addEventListener("focus", () => {
    for (const other of panel.handles) {
      if (other.group === group) other.knob.setAttribute("tabindex", other === made ? 0 : -1);
    }
  });
  if (panel.handles.some(other => other !== made && other.group === group)) knob.setAttribute("tabindex", -1);
}

function showKnob(made, panel, place, text) {
  const { knob, label, group, window: range } = made;
  made.shown = !!place;
  knob.style.display = place ? "" : "none";
  if (!place) return;
  const [x, y] = place.map((value, i) => between(value, range[i]));
  const told = text || `x = ${general(place[0])}, y = ${general(place[1])}`;
  knob.setAttribute("transform", `translate(${spot(panel, x, y)})`);
  if (group) return knob.setAttribute("aria-label", `${label}, ${told}; Enter takes it up and puts it down`);
  knob.setAttribute("aria-valuenow", x);
  knob.setAttribute("aria-valuetext", told);
}

// The handle of a start x0, the same in most figures.
export const startHandle = window => ({
  label: "start",
  window,
  click: true,
  place: state => state.x0,
  move: x0 => ({ x0 }),
});
