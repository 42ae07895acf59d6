// The problems on the remedies as a page runs them, told of in the same way as those of surfaces.js.
import { curve, dots } from "../../gdtools/live/draw.js";
import { across, distance, entries, plane, sizeOf, sumOf, withUnit } from "./scenes.js";

export const SURFACES = {
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
      ...entries(["east", "north"])(x).map(entry => [...entry, "m"]),
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
