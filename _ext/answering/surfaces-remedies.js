// The problems on the remedies as a page runs them, told of in the same way as those of surfaces.js.
import { curve, dots, line, segment } from "../../gdtools/live/draw.js";
import { across, distance, plane, sizeOf, spread, sumOf, withUnit } from "./scenes.js";

const times = (one, other) => sumOf(one, (value, i) => value * other[i]);

// How far the cables are stretched, of which each pulls one way alone.
const stretched = (apart, play) => apart - Math.min(Math.max(apart, -play), play);

export const SURFACES = {
  distances: {
    gradient:
      ({ beacons, ranges }) =>
      p => {
        const shares = beacons.map((b, i) => 2 - (2 * ranges[i]) / distance(p, b));
        return p.map((value, j) => sumOf(shares, (share, i) => share * (value - beacons[i][j])));
      },
    free: true,
    unit: "m",
    told: ([x, y], { given: { beacons, ranges } }) => [
      ["x", x, "m"],
      ["y", y, "m"],
      ...beacons.map((b, i) => [`residual of beacon ${i + 1}`, distance([x, y], b) - ranges[i], "m"]),
    ],
    key: { "second thin": "the measured distances" },
    // Each range as a circle around its beacon.
    draw(panel, scene) {
      const { beacons, ranges } = scene.given;
      const f = p => sumOf(beacons, (b, i) => (distance(p, b) - ranges[i]) ** 2);
      const [xs, ys] = [0, 1].map(axis =>
        spread(
          beacons.map(b => b[axis]),
          0.3,
        ),
      );
      const high = Math.max(ys[1] - ys[0], 0.7 * (xs[1] - xs[0])) / 2;
      const [x, y] = [xs, ys].map(ends => (ends[0] + ends[1]) / 2);
      const window = [
        [x - high / 0.7, x + high / 0.7],
        [y - high, y + high],
      ];
      plane(panel, { ...scene, f, window, rest: scene.best }, [withUnit("x", "m"), withUnit("y", "m")]);
      beacons.forEach(([bx, by], i) => {
        const ring = across([0, 2 * Math.PI]).map(t => [bx + ranges[i] * Math.cos(t), by + ranges[i] * Math.sin(t)]);
        line(panel, ring, "second thin");
      });
      dots(panel, beacons, "data");
    },
  },
  circuit: {
    gradient:
      ({ outer, inner, current: [i, j] }) =>
      ([v, w]) => [outer * v + inner * (v - w) - i, outer * w + inner * (w - v) - j],
    // Exact search, whose step is told in shares of itself: the gradient is linear, and grad(x + g) − g is Gg.
    unitOf(x, g, { run, grad }) {
      if (!run.exact) return 1;
      const ahead = grad(x.map((value, i) => value + g[i]));
      return times(g, g) / sumOf(g, (value, i) => value * (ahead[i] - value));
    },
    free: true,
    measure: {
      label: "excess of f",
      unit: "W",
      of: (x, { run, grad }) => sumOf(grad(x), (slope, i) => slope * (x[i] - run.rest[i])) / 2,
    },
    told: (x, { run, grad, lr }) => [
      ["v₁", x[0], "V"],
      ["v₂", x[1], "V"],
      ["next step", lr * SURFACES.circuit.unitOf(x, grad(x), { run, grad }), "Ω"],
    ],
    draw(panel, scene) {
      const { outer, inner } = scene.given;
      const [x, y] = scene.run.rest;
      const f = ([v, w]) => outer * ((v - x) ** 2 + (w - y) ** 2) + inner * (v - x - w + y) ** 2;
      const high = 1.2 * Math.max(Math.abs(x), Math.abs(y));
      const window = [
        [x - high / 0.7, x + high / 0.7],
        [y - high, y + high],
      ];
      plane(panel, { ...scene, f, rest: [x, y], window }, [withUnit("v₁", "V"), withUnit("v₂", "V")]);
    },
  },
  cables: {
    memory: true,
    gradient:
      ({ k, c, load }, { play }) =>
      ([u, v]) => {
        const pull = c * stretched(u - v, play);
        return [k * u + pull - load[0], k * v - pull - load[1]];
      },
    unit: "m",
    told: ([u, v], { run }) => [
      ["first strut", u, "m"],
      ["second strut", v, "m"],
      ["cable stretched by", Math.abs(stretched(u - v, run.play)), "m"],
    ],
    // Downwards is positive; a slack cable hangs through.
    draw(panel, { frame, x, best, run: { play } }) {
      const scale = 0.5 / Math.max(...[...best, ...x].map(Math.abs));
      const [first, second] = x.map(u => -scale * u);
      const apart = x[0] - x[1];
      frame({ xlim: [-0.5, 1.5], ylim: [-1.3, 1.5], ratio: 0.5, bare: true });
      best.forEach((u, i) => segment(panel, [i - 0.3, -scale * u], [i + 0.3, -scale * u], "theory"));
      [first, second].forEach((y, i) => {
        hanger(panel, i, y + HALF);
        segment(panel, [i, y - HALF], [i, y + HALF], "goal");
      });
      cable(panel, first - HALF, second + HALF, apart > play);
      cable(panel, first + HALF, second - HALF, apart < -play);
      dots(
        panel,
        [first, second].map((y, i) => [i, y]),
        "ball run",
      );
    },
  },
  buoy: {
    goal: "the minimum",
    ends: "as far from a beacon as it measured",
    // The full step of the method, turned round: a matrix with the entries a, b, b, c is solved with the gradient.
    gradient:
      ({ beacons }, { title, measured }) =>
      x => {
        let [a, b, c, p, q] = title === "plain" ? [1, 0, 1, 0, 0] : [0, 0, 0, 0, 0];
        beacons.forEach((beacon, i) => {
          const d = distance(x, beacon);
          const [u, v] = [(x[0] - beacon[0]) / d, (x[1] - beacon[1]) / d];
          p += (d - measured[i]) * u;
          q += (d - measured[i]) * v;
          if (title === "plain") return;
          const bend = title === "Gauss–Newton" ? 0 : 1 - measured[i] / d;
          a += u * u + bend * v * v;
          b += (1 - bend) * u * v;
          c += v * v + bend * u * u;
        });
        const det = a * c - b * b;
        return [(c * p - b * q) / det, (a * q - b * p) / det];
      },
    free: true,
    unit: "m",
    told: (x, { given: { beacons }, run }) => [
      ["east", x[0], "m"],
      ["north", x[1], "m"],
      ["f", height(beacons, run)(x), "m²"],
    ],
    // About the minimum, or as far as the run has come.
    draw(panel, scene) {
      const { run, at, last } = scene;
      const { beacons } = scene.given;
      const seen = [run.start, run.rest, ...Array.from({ length: Math.min(last, 60) + 1 }, (_, k) => at(k))];
      const room = run.by ? sizeOf(beacons[0]) : 1.5 * distance(run.start, run.rest);
      const high = Math.min(1.2 * Math.max(room, ...seen.map(sizeOf)), 20 * room);
      const window = [
        [-high / 0.7, high / 0.7],
        [-high, high],
      ];
      const names = [withUnit("east", "m"), withUnit("north", "m")];
      plane(panel, { ...scene, f: height(beacons, run), of: `${high} ${run.measured}`, rest: run.rest, window }, names);
      beacons.forEach((beacon, i) => circle(panel, beacon, run.measured[i], window));
      dots(panel, beacons, "data");
    },
  },
};

// Half of the height of a strut in the picture.
const HALF = 0.5;

function hanger(panel, x, y) {
  const turns = 12;
  const aside = i => (i === 0 || i === turns ? 0 : i % 2 ? 0.04 : -0.04);
  const points = Array.from({ length: turns + 1 }, (_, i) => [x + aside(i), 1.5 + ((y - 1.5) * i) / turns]);
  line(panel, points, "level");
}

function cable(panel, from, to, isTaut) {
  const sag = isTaut ? 0 : 0.3;
  const points = Array.from({ length: 21 }, (_, i) => {
    const part = i / 20;
    return [part, from + (to - from) * part - 4 * sag * part * (1 - part)];
  });
  line(panel, points, isTaut ? "second" : "second thin");
}

const height =
  (beacons, { measured }) =>
  x =>
    sumOf(beacons, (beacon, i) => (distance(x, beacon) - measured[i]) ** 2) / 2;

// The upper and the lower half of a circle, or what of them is in the window.
function circle(panel, [x, y], radius, [[left, right]]) {
  const ends = [Math.max(left, x - radius), Math.min(right, x + radius)];
  const half = side => at => y + side * Math.sqrt(Math.max(0, radius ** 2 - (at - x) ** 2));
  if (ends[0] < ends[1]) [1, -1].forEach(side => curve(panel, half(side), across(ends), "theory"));
}
