// The meters as a page runs them, told of in the same way as the problems of surfaces.js.
import { dots } from "../../gdtools/live/draw.js";
import { plane, sumOf, withUnit } from "./scenes.js";

const mean = values => sumOf(values, value => value) / values.length;

export const SURFACES = {
  meters: {
    ends: "a tenth of a standard error, and the minimiser",
    key: { data: "where each region would settle alone" },
    free: true,
    measure: {
      label: "error in SE",
      of: ([x, s], { given: { n, d, sigma }, run: { flat, steep, rest } }) =>
        Math.sqrt((n / d) * (mean(flat) * (x - rest[0]) ** 2 + mean(steep) * s ** 2)) / sigma,
    },
    // Some steps in each region, and the mean of the two places.
    move: ([x, s], lr, { given: { alone }, run: { flat, steep, local } }) => [
      mean(alone.map((own, i) => own + (1 - lr * flat[i]) ** local * (x - own))),
      mean(steep.map(slope => (1 - lr * slope) ** local * s)),
    ],
    told: ([x, s], { run: { local, rest } }) => [
      ["flat direction", x, "kWh"],
      ["steep direction", s, "kWh"],
      ["off the minimiser, flat", x - rest[0], "kWh"],
      ["steps a round", local, ""],
    ],
    // Of the flat direction as much as there is to go, and as much of the steep one.
    draw(panel, scene) {
      const { run, given, at, last } = scene;
      const [rest] = run.rest;
      const f = ([x, s]) => mean(run.flat) * (x - rest) ** 2 + mean(run.steep) * s ** 2;
      const seen = Array.from({ length: Math.min(last, 60) + 1 }, (_, k) => at(k));
      const far = ([x, s]) => Math.max(Math.abs(x - rest), Math.abs(s));
      const high = 1.2 * Math.min(Math.max(...seen.map(far)), 4 * given.off);
      const window = [
        [rest - high / 0.7, rest + high / 0.7],
        [-high, high],
      ];
      const names = [withUnit("flat direction", "kWh"), withUnit("steep direction", "kWh")];
      plane(panel, { ...scene, f, of: `${high}`, rest: run.rest, window }, names);
      dots(
        panel,
        given.alone.map(own => [own, 0]),
        "data",
      );
    },
  },
};
