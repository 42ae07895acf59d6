// The problems on the remedies as a page runs them, told of in the same way as those of surfaces.js.
import { plane, sumOf, withUnit } from "./scenes.js";

const times = (one, other) => sumOf(one, (value, i) => value * other[i]);

export const SURFACES = {
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
};
