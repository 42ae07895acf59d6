// The eight runs of Check C as a page runs them, told of in the same way as those of surfaces.js.
import { distance, plane } from "./scenes.js";

// A place seen along the axes of the objective.
const along = (x, { centre, way: [cos, sin] }, shift = [0, 0]) => {
  const [u, v] = x.map((value, i) => value - centre[i] - shift[i]);
  return [cos * u + sin * v, cos * v - sin * u];
};

export const lossOf = run => x => {
  const [u, v] = along(x, run);
  const [a, b] = run.lam;
  return (a / 2) * u ** 2 + (run.q / 4) * u ** 4 + run.t * u + (b / 2) * v ** 2 + run.c;
};

export const SURFACES = {
  which: {
    free: true,
    ends: "a gradient of 10⁻⁶",
    // Of the batch of step k, which shifts the centre, or of all data.
    gradient: (_, run) => (x, k) => {
      const [u, v] = along(x, run, run.noise[k]);
      const [cos, sin] = run.way;
      const [s, t] = [run.lam[0] * u + run.q * u ** 3 + run.t, run.lam[1] * v];
      return [cos * s - sin * t, sin * s + cos * t];
    },
    within: ([x, y], { wall }) => [wall === null ? x : Math.min(x, wall), y],
    told: (x, { run }) => [
      ["x₁", x[0]],
      ["x₂", x[1]],
      ["loss", lossOf(run)(x)],
    ],
    draw(panel, scene) {
      const { run } = scene;
      const room = Math.max(...[run.rest, ...run.starts].map(place => 1.25 * distance(place, run.centre)), 1);
      const [x, y] = run.centre;
      const window = [
        [x - room / 0.7, x + room / 0.7],
        [y - room, y + room],
      ];
      plane(panel, { ...scene, f: lossOf(run), of: run.title + run.lr, rest: run.rest, window }, ["x₁", "x₂"]);
    },
  },
};
