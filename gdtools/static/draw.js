// Drawing with inline SVG, one unit a pixel; colours and fonts come from live.css. Nothing here computes a result.

function node(tag, attributes = {}, ...children) {
  const it = /^(svg|g|path|circle|ellipse|line|rect|text|tspan)$/.test(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) it.setAttribute(name, value);
  it.append(...children);
  return it;
}

// One pair of axes: .axes below, .plot clips what is drawn inside, .top holds the points to drag.
function panel(label) {
  const it = { axes: node("g"), plot: node("svg", { class: "plot" }), top: node("g") };
  it.svg = node("svg", { class: "panel", role: "group", "aria-label": label }, it.axes, it.plot, it.top);
  return it;
}

// Sets the size and the scales and draws the axes. xlim, ylim: [lowest, highest]; log: ylim are powers of ten; square: equal units.
function frame(it, { xlim, ylim, xlabel, ylabel, log = false, ratio = 0.7 }) {
  it.wide ||= Math.max(200, it.svg.clientWidth || 320); // asked only after a change of size: it costs a layout
  const whole = it.wide, left = 46, right = 14, top = 8, bottom = 36;
  const width = whole - left - right, height = Math.round(width * ratio), tall = height + top + bottom;
  const scale = (v, [low, high], length) => (v - low) / (high - low) * length;
  const bounded = v => Math.max(-1e4, Math.min(1e4, v));
  it.x = v => bounded(scale(v, xlim, width));
  it.y = v => bounded(height - scale(log ? Math.log10(v) : v, ylim, height));
  it.invert = (px, py) => [xlim[0] + (px - left) / width * (xlim[1] - xlim[0]), ylim[1] - (py - top) / height * (ylim[1] - ylim[0])];
  it.unit = width / (xlim[1] - xlim[0]);
  it.left = left;
  it.under = top;
  it.svg.setAttribute("viewBox", `0 0 ${whole} ${tall}`);
  for (const [name, value] of Object.entries({ x: left, y: top, width, height })) it.plot.setAttribute(name, value);
  it.plot.replaceChildren();
  it.top.setAttribute("transform", `translate(${left} ${top})`);
  const marks = [node("path", { class: "axis", d: `M${left} ${top}V${top + height}H${left + width}` })];
  for (const v of ticks(xlim, width / 50)) {
    marks.push(node("text", { x: left + it.x(v), y: top + height + 15, class: "middle" }, general(v)));
  }
  for (const v of log ? decades(ylim, height / 26) : ticks(ylim, height / 32)) {
    const y = top + height - scale(v, ylim, height);
    marks.push(node("text", { x: left - 5, y: y + 4, class: "end" }, log ? powerOfTen(v) : general(v)));
  }
  marks.push(node("text", { x: left + width / 2, y: tall - 4, class: "middle" }, xlabel));
  marks.push(node("text", { x: 11, y: top + height / 2, class: "middle", transform: `rotate(-90 11 ${top + height / 2})` }, ylabel));
  it.axes.replaceChildren(...marks);
}

function ticks([low, high], most) {
  const rough = (high - low) / Math.max(2, most), power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(m => m * power >= rough) * power, found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(+(i * step).toPrecision(12));
  return found;
}

function decades([low, high], most) {
  const step = Math.max(1, Math.ceil((high - low) / most)), found = [];
  for (let power = Math.ceil(low); power <= high; power++) if (power % step === 0) found.push(power);
  return found;
}

const powerOfTen = power => "10" + [...String(power)].map(c => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("");

// A line through points in the units of the axes, up to the first that is not finite or, on a log axis, not positive.
function line(it, points, kind, dots = false) {
  const end = points.findIndex(p => !(Number.isFinite(it.x(p[0])) && Number.isFinite(it.y(p[1]))));
  const shown = (end < 0 ? points : points.slice(0, end)).map(p => `${it.x(p[0]).toFixed(1)} ${it.y(p[1]).toFixed(1)}`);
  if (!shown.length) return;
  it.plot.append(node("path", { class: kind, d: "M" + shown.join("L") }));
  if (dots) it.plot.append(node("path", { class: `dots ${kind}`, d: shown.map(at => `M${at}h0`).join("") }));
}

function arrow(it, from, to, kind, text = "") {
  const [x, y, u, v] = [it.x(from[0]), it.y(from[1]), it.x(to[0]), it.y(to[1])], turn = Math.atan2(v - y, u - x);
  if (Math.hypot(u - x, v - y) < 9) return;
  const up = Math.cos(turn) < 0 ? -1 : 1; // the text stands above the shaft
  const barb = a => `${(u - 9 * Math.cos(turn + a)).toFixed(1)} ${(v - 9 * Math.sin(turn + a)).toFixed(1)}`;
  it.plot.append(node("path", { class: kind, d: `M${x} ${y}L${u} ${v}` }), node("path", { class: `${kind} head`, d: `M${barb(0.4)}L${u} ${v}L${barb(-0.4)}` }),
    node("text", { x: (x + u) / 2 + 20 * up * Math.sin(turn), y: (y + v) / 2 - 18 * up * Math.cos(turn) + 4, class: "middle" }, text));
}

// Names the kinds of lines: at the top left, or where told.
function legend(it, kinds, x = 10, y = 10) {
  kinds.forEach(([kind, text], row) => it.plot.append(
    node("path", { class: kind, d: `M${x} ${y + 16 * row}h22` }), node("text", { x: x + 28, y: y + 4 + 16 * row }, text)));
}

// The level lines of a bowl, evenly spaced, turned by an angle in degrees (counter-clockwise, as in the picture).
function ellipses(it, centre, mu, L, angle, farthest, count = 12) {
  const [x, y] = [it.x(centre[0]), it.y(centre[1])];
  for (let i = 1; i <= count; i++) {
    const rx = farthest * i / count * it.unit, ry = rx * Math.sqrt(mu / L);
    it.plot.append(node("ellipse", { class: "level", cx: x, cy: y, rx, ry, transform: `rotate(${-angle} ${x} ${y})` }));
  }
  it.plot.append(node("path", { class: "goal", d: `M${x - 5} ${y}h10M${x} ${y - 5}v10M${x - 4} ${y - 4}l8 8M${x - 4} ${y + 4}l8 -8` }));
}

// The level lines of any function f([x, y]) over the whole frame, spaced as a bowl's would be: each triangle of a grid holds one
// straight piece of a level line, or none. Kept until the frame changes.
function levels(it, f, xlim, ylim, count = 14, cells = 64) {
  const size = it.svg.getAttribute("viewBox");
  if (it.kept?.size !== size) {
    const at = (i, j) => [xlim[0] + (xlim[1] - xlim[0]) * i / cells, ylim[0] + (ylim[1] - ylim[0]) * j / cells];
    const grid = Array.from({ length: cells + 1 }, (_, i) => Array.from({ length: cells + 1 }, (_, j) => [...at(i, j), f(at(i, j))]));
    const all = grid.flat().map(p => p[2]), low = Math.min(...all), high = Math.max(...all), pieces = [];
    const triangle = (level, ...corners) => {
      const ends = corners.map((a, k) => [a, corners[(k + 1) % 3]]).filter(([a, b]) => a[2] < level !== b[2] < level).map(([a, b]) => {
        const t = (level - a[2]) / (b[2] - a[2]);
        return `${it.x(a[0] + t * (b[0] - a[0])).toFixed(1)} ${it.y(a[1] + t * (b[1] - a[1])).toFixed(1)}`;
      });
      if (ends.length) pieces.push(`M${ends.join("L")}`);
    };
    for (let i = 0; i < cells; i++) for (let j = 0; j < cells; j++) {
      const [a, b, c, d] = [grid[i][j], grid[i + 1][j], grid[i][j + 1], grid[i + 1][j + 1]], here = [a[2], b[2], c[2], d[2]];
      const share = height => count * Math.sqrt((height - low) / (high - low));
      for (let n = Math.ceil(share(Math.min(...here))); n <= share(Math.max(...here)); n++) {
        const level = low + (high - low) * (n / count) ** 2;
        triangle(level, a, b, d);
        triangle(level, a, c, d);
      }
    }
    it.kept = { size, d: pieces.join("") };
  }
  it.plot.append(node("path", { class: "level", d: it.kept.d }));
}
