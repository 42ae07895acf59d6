// What the pictures of several problems share: sums and ranges, measures of an error, a function of two variables
// from above.
import { dots, levels, line, shape, star } from "../../gdtools/live/draw.js";

export const sumOf = (values, term) => values.reduce((sum, value, i) => sum + term(value, i), 0);
export function distance(here, there) {
  let sum = 0;
  for (let i = 0; i < here.length; i++) sum += (here[i] - there[i]) ** 2;
  return Math.sqrt(sum);
}
export const sizeOf = way => distance(way, Array(way.length).fill(0));
export const across = ([low, high], parts = 120) =>
  Array.from({ length: parts + 1 }, (_, i) => low + ((high - low) * i) / parts);
export const spread = (values, share = 0.1) => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = share * (high - low);
  return [low - room, high + room];
};

// The letters of a unit are no quantities, and are not set as such.
export function withUnit(words, unit) {
  const label = shape("tspan", {}, words);
  if (unit) label.append(` (${unit})`);
  return label;
}

// What the error of a run is, beside the distance to rest.
export const MEASURES = {
  gradient: { label: "length of the gradient", of: (x, { grad }) => sizeOf(grad(x)) },
  output: { label: "|ab − c|", of: ([a, b], { given }) => Math.abs(a * b - given.c) },
  step: { label: "length of the full step", unit: "m", of: (x, { grad }) => sizeOf(grad(x)) },
  nudge: { label: "part along w", of: (x, { run }) => Math.abs(sumOf(x, (value, i) => value * run.other[i])) },
};

// A function of two variables from above, with the run so far.
export function plane(panel, { frame, f, of, at, upTo, rest, window }, names) {
  const [xlim, ylim] = window;
  frame({ xlim, ylim, xlabel: names[0], ylabel: names[1] });
  levels(panel, f, xlim, ylim, { of });
  if (rest) star(panel, ...rest);
  const path = Array.from({ length: Math.min(upTo, 300) + 1 }, (_, k) => at(k));
  line(panel, path, "run", upTo < 60);
  dots(panel, [at(upTo)], "now run");
}
export const around = ([x, y]) => {
  const high = 1.25 * Math.max(Math.abs(x), Math.abs(y), 1e-9);
  return [
    [-high / 0.7, high / 0.7],
    [-high, high],
  ];
};
export const entries = names => x => names.map((name, i) => [name, x[i]]);
