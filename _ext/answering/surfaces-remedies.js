// The problems on the remedies as a page runs them, told of in the same way as those of surfaces.js.
import { dots, line, segment } from "../../gdtools/live/draw.js";

// How far the cables are stretched, of which each pulls one way alone.
const stretched = (apart, play) => apart - Math.min(Math.max(apart, -play), play);

export const SURFACES = {
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
