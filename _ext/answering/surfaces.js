// The problems as a page runs them: each a gradient, what is told of a place, and a picture of the thing itself.
// A run comes from running.py: { start, rest, near, by, … }; given is what the problem gives.
import { curve, dots, line, segment } from "../../gdtools/live/draw.js";
import { across, around, distance, entries, plane, sizeOf, spread, sumOf, withUnit } from "./scenes.js";

// The matrix with 2 on its diagonal and −1 beside it, times x and a factor.
function row(x, factor) {
  const product = Array(x.length);
  for (let i = 0; i < x.length; i++) {
    product[i] = factor * (2 * x[i] - (i ? x[i - 1] : 0) - (i < x.length - 1 ? x[i + 1] : 0));
  }
  return product;
}

const yesOrNo = t => 1 / (1 + Math.exp(-t));
// Gradient of a mean over rows (1, x): the residual of each row, times the row.
const fitted =
  (x, residual) =>
  ([p, q]) => {
    const pulls = x.map((value, i) => residual(p + q * value, i));
    return [sumOf(pulls, pull => pull) / x.length, sumOf(pulls, (pull, i) => pull * x[i]) / x.length];
  };
// The points of the data, the curve at the reader's coefficients, and the best one.
function fit(panel, { frame, x, best }, xs, ys, law, settings) {
  const xlim = spread(xs);
  frame({ xlim, ...settings });
  curve(panel, law(best), across(xlim), "theory");
  curve(panel, law(x), across(xlim), "run");
  dots(
    panel,
    xs.map((value, i) => [value, ys[i]]),
    "data",
  );
}

export const SURFACES = {
  valley: {
    gradient:
      ({ a, b }) =>
      ([x, y]) => [2 * a * x, 2 * b * y],
    free: true,
    measure: { label: "|x|", of: ([x]) => Math.abs(x) },
    also: { label: "|y|", of: ([, y]) => Math.abs(y) },
    told: entries(["x", "y"]),
    draw(panel, scene) {
      const { a, b } = scene.given;
      const f = ([x, y]) => a * x * x + b * y * y;
      plane(panel, { ...scene, f, rest: [0, 0], window: around(scene.run.start) }, ["x", "y"]);
    },
  },
  springs: {
    gradient:
      ({ k, load }) =>
      u => {
        const pull = row(u, k);
        pull[0] -= load;
        return pull;
      },
    unit: "m",
    told: u => [
      ["first mass", u[0], "m"],
      ["last mass", u.at(-1), "m"],
    ],
    draw(panel, { frame, x: u, best, given: { n } }) {
      const scale = 0.8 / Math.max(...[...best, ...u].map(Math.abs));
      const place = all => all.map((value, i) => i + 1 + scale * value);
      frame({ xlim: [-0.1, n + 1.1], ylim: [-1, 1], ratio: 0.3, bare: true });
      const masses = place(u);
      const ends = [0, ...masses, n + 1];
      ends.slice(1).forEach((end, i) => coil(panel, ends[i], end));
      for (const wall of [0, n + 1]) segment(panel, [wall, -0.6], [wall, 0.6], "goal");
      for (const at of place(best)) segment(panel, [at, -0.35], [at, 0.35], "theory");
      dots(
        panel,
        masses.map(at => [at, 0]),
        "ball run",
      );
    },
  },
  rod: {
    gradient:
      ({ length }) =>
      u => {
        const pull = row(u, ((u.length + 1) / length) ** 2);
        for (let i = 0; i < u.length; i++) pull[i] -= 5;
        return pull;
      },
    unit: "°C",
    told: u => [["in the middle", u[(u.length - 1) / 2], "°C"]],
    draw(panel, { frame, x: u, best, given: { length } }) {
      const high = Math.max(...best);
      const along = all => [0, ...all, 0].map((value, i) => [(length * i) / (all.length + 1), value]);
      frame({
        xlim: [0, length],
        ylim: spread([-0.5 * high, 1.6 * high, ...u], 0),
        xlabel: withUnit("place x", "m"),
        ylabel: withUnit("temperature", "°C"),
      });
      line(panel, along(best), "theory");
      line(panel, along(u), "run", u.length < 40);
    },
  },
  molecule: {
    gradient:
      ({ epsilon, sigma }) =>
      ([r]) => [4 * epsilon * ((6 * sigma ** 6) / r ** 7 - (12 * sigma ** 12) / r ** 13)],
    free: true,
    positive: true,
    unit: "Å",
    told: ([r]) => [["distance r", r, "Å"]],
    draw(panel, { frame, x: [r], at, upTo, given: { epsilon, sigma } }) {
      const energy = gap => 4 * epsilon * ((sigma / gap) ** 12 - (sigma / gap) ** 6);
      const trail = Array.from({ length: Math.min(upTo, 300) + 1 }, (_, k) => at(k)[0]);
      const low = -2.2 * epsilon;
      const far = Math.max(3 * sigma, 1.1 * r);
      frame({
        xlim: [-0.1 * far, far],
        ylim: [low, 2 * epsilon],
        xlabel: withUnit("distance r", "Å"),
        ylabel: withUnit("energy", "kJ/mol"),
      });
      curve(panel, energy, across([0.85 * sigma, far]), "level");
      dots(
        panel,
        trail.map(gap => [gap, energy(gap)]),
        "run faint",
      );
      dots(panel, [[r, energy(r)]], "now run");
      segment(panel, [0, 0.8 * low], [r, 0.8 * low], "goal");
      dots(
        panel,
        [0, r].map(atom => [atom, 0.8 * low]),
        "atom second",
      );
    },
  },
  network: {
    gradient:
      ({ c }) =>
      ([a, b]) => [(a * b - c) * b, (a * b - c) * a],
    free: true,
    told: ([a, b]) => [
      ["weight a", a],
      ["weight b", b],
      ["output ab", a * b],
    ],
    draw(panel, scene) {
      const { c, beside } = scene.given;
      const high = 1.3 * Math.max(...beside);
      const [xlim, ylim] = [
        [-high / 0.7, high / 0.7],
        [-high, high],
      ];
      const f = ([a, b]) => (a * b - c) ** 2 / 2;
      plane(panel, { ...scene, f, window: [xlim, ylim] }, ["a", "b"]);
      for (const side of [
        [0.3, xlim[1]],
        [xlim[0], -0.3],
      ])
        curve(panel, a => c / a, across(side), "theory");
    },
  },
  houses: {
    goal: "the minimiser",
    gradient: ({ price }, { columns: [area, rooms] }) => {
      const n = price.length;
      const columns = [Array(n).fill(1), area, rooms];
      const H = columns.map(one => columns.map(other => (2 / n) * sumOf(one, (value, i) => value * other[i])));
      const pull = columns.map(one => (2 / n) * sumOf(one, (value, i) => value * price[i]));
      return b => H.map(([h, j, l], i) => h * b[0] + j * b[1] + l * b[2] - pull[i]);
    },
    told: entries(["constant β₀", "area β₁", "rooms β₂"]),
    // Through the mean number of rooms.
    draw(panel, scene) {
      const { given, run } = scene;
      const [column, rooms] = run.columns;
      const middle = sumOf(rooms, value => value) / rooms.length;
      const law = b => area => b[0] + b[1] * area + b[2] * middle;
      const settings = {
        ylim: spread([0, ...given.price]),
        xlabel: run.title === "raw" ? withUnit("area", "m²") : "area, standardised",
        ylabel: withUnit("price", "1000 €"),
      };
      fit(panel, scene, column, given.price, law, settings);
    },
  },
  doses: {
    gradient: ({ dose, y }) => fitted(dose, (t, i) => yesOrNo(t) - y[i]),
    free: true,
    told: w => [
      ["w₀", w[0]],
      ["w₁", w[1], "per mg"],
      ["even odds at", -w[0] / w[1], "mg"],
    ],
    draw(panel, scene) {
      const { dose, y } = scene.given;
      const law = w => mg => yesOrNo(w[0] + w[1] * mg);
      fit(panel, scene, dose, y, law, { ylim: [-0.1, 1.1], xlabel: withUnit("dose", "mg"), ylabel: "side effect" });
    },
  },
  photons: {
    goal: "the minimiser",
    gradient: ({ x, y }) => fitted(x, (t, i) => Math.exp(t) - y[i]),
    free: true,
    told: (b, { run }) => [
      ["β₀", b[0]],
      ["β₁", b[1]],
      ["distance from the minimiser", distance(b, run.rest)],
    ],
    draw(panel, scene) {
      const { x, y } = scene.given;
      const law = b => setting => Math.exp(b[0] + b[1] * setting);
      const high = 1.6 * Math.max(...y);
      // A count of 0 is seen whole.
      const ylim = [-0.05 * high, high];
      fit(panel, scene, x, y, law, { ylim, xlabel: "setting of the filter", ylabel: "photons" });
    },
  },
  quartic: {
    gradient:
      () =>
      ([x]) => [4 * x ** 3],
    free: true,
    measure: { label: "|x|", of: ([x]) => Math.abs(x) },
    told: ([x]) => [["x", x]],
    draw(panel, { frame, x: [x], at, upTo, given: { x0 } }) {
      const ends = [-1.5 * x0, 1.5 * x0];
      const trail = Array.from({ length: Math.min(upTo, 300) + 1 }, (_, k) => at(k)[0]);
      frame({ xlim: ends, ylim: [-0.1 * x0 ** 4, 2 * x0 ** 4], xlabel: "x", ylabel: "f" });
      curve(panel, place => place ** 4, across(ends), "level");
      dots(
        panel,
        trail.map(place => [place, place ** 4]),
        "run faint",
      );
      dots(panel, [[x, x ** 4]], "now run");
    },
  },
  coupled: {
    goal: "the origin",
    ends: "where the count is taken",
    gradient:
      ({ H }) =>
      ([x, y]) => [H[0][0] * x + H[0][1] * y, H[1][0] * x + H[1][1] * y],
    free: true,
    told: x => [
      ["x₁", x[0]],
      ["x₂", x[1]],
      ["distance from the origin", sizeOf(x)],
    ],
    draw(panel, scene) {
      const { H } = scene.given;
      const f = ([x, y]) => (H[0][0] * x * x + 2 * H[0][1] * x * y + H[1][1] * y * y) / 2;
      plane(panel, { ...scene, f, window: around([1.6, 1.6]) }, ["x₁", "x₂"]);
    },
  },
};

// A spring, which goes up and down between its ends.
function coil(panel, from, to) {
  const turns = 12;
  const height = i => (i === 0 || i === turns ? 0 : i % 2 ? 0.15 : -0.15);
  const points = Array.from({ length: turns + 1 }, (_, i) => [from + ((to - from) * i) / turns, height(i)]);
  line(panel, points, "level");
}
