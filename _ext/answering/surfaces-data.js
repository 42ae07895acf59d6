// The problems on data and on limits as a page runs them, told of in the same way as those of surfaces.js.
import { dots, levels, line, segment, shape, star } from "../../gdtools/live/draw.js";
import { bell } from "../../gdtools/live/chance.js";
import { spread, sumOf, withUnit } from "./scenes.js";

// As many places of a long run are shown.
const SHOWN = 200;

export const SURFACES = {
  tides: {
    ends: "the level, and the error asked for",
    key: { run: "the run, and the typical error", "second thin": "the error of this run", data: "readings" },
    measure: { label: "typical error", unit: "mm", of: ([, s]) => s },
    also: { label: "of this run", of: ([x]) => Math.abs(x) },
    // One reading pulls at the height x; the typical error s of all such runs follows its law.
    move([x, s], lr, { given, run }, k) {
      const part = (given.w * lr) / (k + 1) ** run.power;
      const next = Math.sqrt((1 - part) ** 2 * s ** 2 + part ** 2 * given.sigma ** 2);
      return [x - part * (x - seenAt(given, run, k)), next];
    },
    told: ([x]) => [
      ["height above the level", x, "mm"],
      ["error of this run", Math.abs(x), "mm"],
    ],
    // The height after each step, over the reading that the step saw.
    draw(panel, { frame, at, upTo, last, given, run }) {
      const size = Math.ceil(last / SHOWN) || 1;
      const places = Array.from({ length: Math.floor(upTo / size) + 1 }, (_, i) => i * size);
      const far = 3.5 * given.sigma;
      frame({
        xlim: [0, Math.max(1, last)],
        ylim: spread([-far, far, given.start]),
        xlabel: "step k",
        ylabel: withUnit("height", "mm"),
      });
      dots(
        panel,
        places.map(k => [k + 1, seenAt(given, run, k)]),
        "data",
      );
      segment(panel, [0, 0], [Math.max(1, last), 0], "theory");
      line(
        panel,
        places.map(k => [k, at(k)[0]]),
        "run",
      );
      dots(panel, [[upTo, at(upTo)[0]]], "now run");
    },
  },
  pixel: {
    goal: "the best",
    // A step along the gradient of the mean square, and the way back.
    move: (a, lr, { given: { E, y }, run }) => {
      const residuals = y.map((value, i) => sumOf(a, (share, j) => share * E[i][j]) - value);
      const slope = a.map((_, j) => (2 / y.length) * sumOf(residuals, (r, i) => r * E[i][j]));
      return BACK[run.back](a.map((share, j) => share - lr * slope[j]));
    },
    told: a => SURFACES_SEEN.map((name, j) => [name, a[j]]),
    // The triangle of all shares, on the plane on which they sum to one.
    draw(panel, { frame, at, upTo, best, given: { E, y } }) {
      const f = place => sumOf(y, (value, i) => (value - sumOf(sharesAt(place), (a, j) => a * E[i][j])) ** 2);
      const [xlim, ylim] = [
        [-0.4, 1.4],
        [-0.18, 1.08],
      ];
      frame({ xlim, ylim, bare: true });
      levels(panel, f, xlim, ylim, { of: `${E} ${y}` });
      line(panel, [...CORNERS, CORNERS[0]], "goal");
      CORNERS.forEach(([x, height], j) => {
        const down = panel.y(height) + (height ? -8 : 18);
        panel.plot.append(shape("text", { x: panel.x(x), y: down, class: "middle" }, SURFACES_SEEN[j]));
      });
      star(panel, ...placeOf(best));
      const path = Array.from({ length: Math.min(upTo, 300) + 1 }, (_, k) => placeOf(at(k)));
      line(panel, path, "run", upTo < 60);
      dots(panel, [placeOf(at(upTo))], "now run");
    },
  },
};

const SURFACES_SEEN = ["vegetation", "soil", "water"];
const HEIGHT = Math.sqrt(3) / 2;
const CORNERS = [
  [0, 0],
  [1, 0],
  [0.5, HEIGHT],
];
const placeOf = a => [0, 1].map(axis => sumOf(a, (share, j) => share * CORNERS[j][axis]));
function sharesAt([x, height]) {
  const water = height / HEIGHT;
  const soil = x - water / 2;
  return [1 - soil - water, soil, water];
}

const positive = z => z.map(value => Math.max(0, value));
const BACK = {
  // From each share the same is taken, so that those above zero sum to one.
  nearest(z) {
    let sum = -1;
    const taken = [...z].sort((a, b) => b - a).map((value, k) => (sum += value) / (k + 1));
    return positive(z.map(value => value - Math.max(...taken)));
  },
  divided(z) {
    const kept = positive(z);
    return kept.map(value => value / sumOf(kept, each => each));
  },
};

const seenAt = ({ sigma }, { chance }, k) => sigma * bell(chance, k);
