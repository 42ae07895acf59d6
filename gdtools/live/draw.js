// Drawing with inline SVG, one unit a pixel; colours and fonts come from live.css. Nothing here computes a result.
import { general, powerOfTen } from "./words.js";
import { between } from "./compute.js";

const SVG = "http://www.w3.org/2000/svg";
const MATH = "http://www.w3.org/1998/Math/MathML";
const MARGIN = { left: 46, right: 14, top: 8, bottom: 36 };
const EDGE = { left: 1, right: 1, top: 1, bottom: 1 };

// An element of the page, and one of a picture. The quantities in their texts look as in a formula.
export const node = (tag, attributes, ...children) =>
  filled(document.createElement(tag), attributes, children.flatMap(inPage));
export const shape = (tag, attributes, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children.flatMap(inPicture));
export function press(title, attributes, act) {
  const button = node("button", { type: "button", ...attributes }, ...[title].flat());
  button.addEventListener("click", act);
  return button;
}
export const write = (element, text) => element.replaceChildren(...inPage(text));

// Greek letters, and single Latin ones but I and the word a: the κ of "κ = 4", both of "ηL", the x of "x★".
const QUANTITY = /((?<![\p{L}’'])(?:[α-ω]+[A-Za-z]?|[b-zB-HJ-Z]|^a$|(?<=weight )a|ab)(?![\p{L}’'])★?)/u;
const marked = sign => text =>
  text.split
    ? text.split(QUANTITY).map((part, i) => (i % 2 ? sign(part.replace("★", ""), part.endsWith("★")) : part))
    : text;

const formula = (tag, ...children) => filled(document.createElementNS(MATH, tag), {}, children);
const inPage = marked((letters, starred) => {
  const all = [...letters].map(letter => formula("mi", letter));
  return formula("math", ...(starred ? [formula("msup", ...all, formula("mo", "⋆"))] : all));
});

// A picture knows no formulas, but italic letters that have a place of their own.
const inPicture = marked((letters, starred) =>
  shape("tspan", { class: "sign" }, [...letters].map(italic).join("") + (starred ? "⋆" : "")),
);
const [CAPITAL, SMALL, GREEK] = [0x1d3f3, 0x1d3ed, 0x1d34b];
const italic = letter =>
  letter === "h"
    ? "ℎ"
    : String.fromCodePoint(letter.codePointAt(0) + (letter > "z" ? GREEK : letter > "Z" ? SMALL : CAPITAL));

function filled(element, attributes = {}, children) {
  setAll(element, attributes);
  element.append(...children);
  return element;
}

function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

// One pair of axes: .axes below, .plot clips what is drawn inside, .top holds the points to drag.
export function newPanel(label) {
  const axes = shape("g");
  const plot = shape("svg", { class: "plot" });
  const top = shape("g");
  const svg = shape("svg", { class: "panel", role: "group", "aria-label": label }, axes, plot, top);
  return { axes, plot, top, svg, handles: [] };
}

// Sets the size and the scales, draws the axes and empties the plot. xlim, ylim: [lowest, highest]; log: ylim are
// powers of ten; ratio: of height to width. A panel beside the map is as high as that.
// bare: with an edge in place of the axes.
export function frame(panel, { xlim, ylim, xlabel, ylabel, log = false, ratio = 0.7, bare = false }) {
  // Asked only after a change of size: it costs a layout. With larger letters the whole drawing is larger.
  panel.wide ||= Math.max(200, (panel.svg.clientWidth || 320) / textScale());
  const { map } = panel;
  panel.margin = bare ? EDGE : MARGIN;
  const width = panel.wide - panel.margin.left - panel.margin.right;
  const height = map && panel.wide < map.wide - 9 ? map.high : Math.round(width * ratio);
  panel.high = height;
  panel.plot.replaceChildren();
  const kept = JSON.stringify([xlim, ylim, xlabel, ylabel, width, height]);
  if (panel.framed === kept) return;
  panel.framed = kept;
  setScales(panel, xlim, ylim, width, height, log);
  setSize(panel, width, height);
  if (bare) return panel.axes.replaceChildren(shape("rect", { class: "axis", x: 1, y: 1, width, height, rx: 4 }));
  const corner = `M${MARGIN.left} ${MARGIN.top}V${MARGIN.top + height}H${MARGIN.left + width}`;
  panel.axes.replaceChildren(
    shape("path", { class: "axis", d: corner }),
    ...xTicks(panel, xlim, width, height),
    ...yTicks(ylim, height, log),
    ...axisLabels(xlabel, ylabel, width, height),
  );
}

// How large the reader wants text to be, beside the usual size.
const textScale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

const scaled = (value, [low, high], length) => ((value - low) / (high - low)) * length;

// From the units of the axes to pixels of the plot, and for the mouse back from pixels of the panel.
function setScales(panel, xlim, ylim, width, height, log) {
  const onPaper = pixel => between(pixel, [-1e4, 1e4]);
  panel.x = value => onPaper(scaled(value, xlim, width));
  panel.y = value => onPaper(height - scaled(log ? Math.log10(value) : value, ylim, height));
  const { left, top } = panel.margin;
  panel.at = ([x, y]) => [panel.x(x) + left, panel.y(y) + top];
  panel.unit = width / (xlim[1] - xlim[0]);
  panel.invert = (right, down) => [
    xlim[0] + ((right - left) / width) * (xlim[1] - xlim[0]),
    ylim[1] - ((down - top) / height) * (ylim[1] - ylim[0]),
  ];
}

// A dot at the end of a line is drawn whole.
function setSize(panel, width, height) {
  const { left, right, top, bottom } = panel.margin;
  panel.svg.setAttribute("viewBox", `0 0 ${panel.wide} ${height + top + bottom}`);
  setAll(panel.plot, { x: left, y: top, width: width + right / 2, height });
  panel.top.setAttribute("transform", `translate(${left} ${top})`);
}

function xTicks(panel, xlim, width, height) {
  const y = MARGIN.top + height + 15;
  return ticks(xlim, width / 50).map(at =>
    shape("text", { x: MARGIN.left + panel.x(at), y, class: "middle" }, general(at)),
  );
}

function yTicks(ylim, height, log) {
  const shown = log ? decades(ylim, height / 26) : ticks(ylim, height / 32);
  const bottom = MARGIN.top + height;
  return shown.map(at => {
    const y = bottom - scaled(at, ylim, height);
    return shape("text", { x: MARGIN.left - 5, y: y + 4, class: "end" }, log ? powerOfTen(at) : general(at));
  });
}

function axisLabels(xlabel, ylabel, width, height) {
  const below = height + MARGIN.top + MARGIN.bottom - 4;
  const middle = MARGIN.top + height / 2;
  return [
    shape("text", { x: MARGIN.left + width / 2, y: below, class: "middle" }, xlabel),
    shape("text", { x: 11, y: middle, class: "middle", transform: `rotate(-90 11 ${middle})` }, ylabel),
  ];
}

// Round numbers within the limits, not many more than `most`.
function ticks([low, high], most) {
  const rough = (high - low) / Math.max(2, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(digit => digit * power >= rough) * power;
  const found = [];
  const last = high + 1e-9 * step;
  for (let i = Math.ceil(low / step - 1e-9); i * step <= last; i++) found.push(+(i * step).toPrecision(12));
  return found;
}

function decades([low, high], most) {
  const step = Math.max(1, Math.ceil((high - low) / most));
  const found = [];
  for (let power = Math.ceil(low); power <= high; power++) if (power % step === 0) found.push(power);
  return found;
}

// What powers of ten the positive values are, none beyond what a picture needs.
export const logarithms = values =>
  values.filter(value => value > 0).map(value => between(Math.log10(value), [-16, 16]));

// A line through points in the units of the axes, up to the first that is no number or has no logarithm.
export function line(panel, points, kind, dotted = false) {
  const lost = points.findIndex(([x, y]) => !(Number.isFinite(panel.x(x)) && Number.isFinite(panel.y(y))));
  const shown = (lost < 0 ? points : points.slice(0, lost)).map(([x, y]) => spot(panel, x, y));
  if (!shown.length) return;
  panel.plot.append(shape("path", { class: kind, d: "M" + shown.join("L") }));
  if (dotted) append(panel, shown, kind);
}
const append = (panel, places, kind) =>
  panel.plot.append(shape("path", { class: `dots ${kind}`, d: places.map(at => `M${at}h0`).join("") }));
export const dots = (panel, points, kind) =>
  append(
    panel,
    points.filter(([x, y]) => Number.isFinite(panel.x(x) + panel.y(y))).map(([x, y]) => spot(panel, x, y)),
    kind,
  );

export const segment = (panel, from, to, kind) => line(panel, [from, to], kind);
export const curve = (panel, law, places, kind, dotted) =>
  line(
    panel,
    [...places].map(x => [x, law(x)]),
    kind,
    dotted,
  );

// A run up to the step k, where it stands, and what is still to come.
export function walk(panel, points, k) {
  line(panel, points, "run faint");
  line(panel, points.slice(0, k + 1), "run", true);
  if (k < points.length - 1) dots(panel, [points[k]], "now run");
}

// What theory promises of the error, straight on a logarithmic axis up to the last step.
export function theoryLine(panel, promise, last) {
  const quarters = [0, 1, 2, 3, 4].map(i => (i * last) / 4);
  curve(panel, promise, quarters, "theory");
}

const pair = (right, down) => `${right.toFixed(1)} ${down.toFixed(1)}`;
export const spot = (panel, x, y) => pair(panel.x(x), panel.y(y));

// An arrow with a text above its shaft; one too short to be seen is left out.
export function arrow(panel, from, to, kind, text = "") {
  const [x, y, u, v] = [panel.x(from[0]), panel.y(from[1]), panel.x(to[0]), panel.y(to[1])];
  if (Math.hypot(u - x, v - y) < 9) return;
  const turn = Math.atan2(v - y, u - x);
  const up = Math.cos(turn) < 0 ? -1 : 1;
  const barb = angle => pair(u - 9 * Math.cos(turn + angle), v - 9 * Math.sin(turn + angle));
  const right = (x + u) / 2 + 20 * up * Math.sin(turn);
  const down = (y + v) / 2 - 18 * up * Math.cos(turn) + 4;
  panel.plot.append(
    shape("path", { class: kind, d: `M${x} ${y}L${u} ${v}` }),
    shape("path", { class: `${kind} head`, d: `M${barb(0.4)}L${u} ${v}L${barb(-0.4)}` }),
    shape("text", { x: right, y: down, class: "middle" }, text),
  );
}

// A piece of a kind of line, to stand before its name.
export const swatch = kind =>
  shape("svg", { class: "swatch", viewBox: "0 0 18 8" }, shape("path", { class: kind, d: "M0 4h18" }));

// The level lines of a bowl, evenly spaced out to `farthest`, `flatness` times as high as wide and then turned by an
// angle in degrees (counter-clockwise, as in the picture).
export function ellipses(panel, centre, flatness, angle, farthest, lines = 12) {
  const [x, y] = [panel.x(centre[0]), panel.y(centre[1])];
  const transform = `rotate(${-angle} ${x} ${y})`;
  for (let i = 1; i <= lines; i++) {
    const rx = ((farthest * i) / lines) * panel.unit;
    panel.plot.append(shape("ellipse", { class: "level", cx: x, cy: y, rx, ry: rx * flatness, transform }));
  }
  star(panel, ...centre);
}

// A minimum.
export function star(panel, x, y) {
  const ray = i => {
    const [turn, far] = [(i * Math.PI) / 5, i % 2 ? 3 : 7.5];
    return pair(panel.x(x) + far * Math.sin(turn), panel.y(y) - far * Math.cos(turn));
  };
  const d = `M${[...Array(10).keys()].map(ray).join("L")}Z`;
  panel.plot.append(shape("path", { class: "star", d }));
}

// The level lines of any function f([x, y]) over the whole frame, spaced as a bowl's would be. Kept until the frame
// changes, or the number that f depends on.
export function levels(panel, f, xlim, ylim, { lines = 14, of } = {}) {
  const size = panel.svg.getAttribute("viewBox");
  if (panel.kept?.size !== size || panel.kept.of !== of) {
    panel.kept = { size, of, path: shape("path", { class: "level", d: levelPath(panel, f, xlim, ylim, lines) }) };
  }
  panel.plot.append(panel.kept.path);
}

// Each triangle of a grid holds one straight piece of a level line, or none.
function levelPath(panel, f, xlim, ylim, lines) {
  const grid = heights(f, xlim, ylim);
  const all = grid.flat().map(corner => corner[2]);
  const pieces = [];
  const low = Math.min(...all);
  const span = Math.max(...all) - low;
  const rank = height => lines * Math.sqrt((height - low) / span);
  for (const square of squares(grid)) {
    const [a, b, c, d] = square;
    const here = square.map(corner => corner[2]);
    for (let n = Math.ceil(rank(Math.min(...here))); n <= rank(Math.max(...here)); n++) {
      const level = low + span * (n / lines) ** 2;
      pieces.push(levelPiece(panel, level, [a, b, d]), levelPiece(panel, level, [a, c, d]));
    }
  }
  return pieces.join("");
}

// The corners of a grid over the frame, column by column, [x, y, f] each.
function heights(f, xlim, ylim, cells = 64) {
  const at = ([low, high], i) => low + ((high - low) * i) / cells;
  const places = [...Array(cells + 1).keys()];
  return places.map(i =>
    places.map(j => {
      const x = at(xlim, i);
      const y = at(ylim, j);
      return [x, y, f([x, y])];
    }),
  );
}

const squares = grid =>
  grid.slice(1).flatMap((right, i) => right.slice(1).map((end, j) => [grid[i][j], right[j], grid[i][j + 1], end]));

function levelPiece(panel, level, corners) {
  const edges = corners.map((corner, k) => [corner, corners[(k + 1) % 3]]);
  const crossed = edges.filter(([from, to]) => from[2] < level !== to[2] < level);
  const ends = crossed.map(([from, to]) => {
    const share = (level - from[2]) / (to[2] - from[2]);
    return spot(panel, from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]));
  });
  return ends.length ? `M${ends.join("L")}` : "";
}
