// The heavy ball on the bowl of three springs, and what is known of its step and memory on every other bowl.
import { besideBound, count, general } from "./words.js";
import { predictedSteps } from "./compute.js";
import { dots, frame, levels, line, segment, shape, spot } from "./draw.js";
import { evenSteps, FIGURES, powers } from "./control.js";
import { startHandle } from "./pointer.js";

{
  const { window, most, measured, accuracy, root, single, pair, border, hatched } = SHARED.safe;
  const normals = [
    [0, 1],
    [-root, -0.5],
    [root, -0.5],
  ];

  // The gradient of the bowl, which is linear between rays from the middle.
  const pulls = kappa =>
    function ([x, y]) {
      const along = [y, -root * x - y / 2, root * x - y / 2];
      const [near, far] = [Math.max(...along), Math.min(...along)];
      const alone = -near - far <= border * near;
      const [u, v] = normals[along.indexOf(alone ? near : far)];
      const part = alone ? single * near : pair * far;
      const added = alone ? [part * u, part * v] : [x - part * u, y - part * v];
      return [x + (kappa - 1) * added[0], y + (kappa - 1) * added[1]];
    };

  function walked({ kappa, lr, beta, x0 }) {
    const slope = pulls(kappa);
    const eta = lr / kappa;
    let [x, y] = x0;
    let [u, v] = [0, 0];
    const hist = [x0];
    while (hist.length <= most) {
      const g = slope([x, y]);
      [u, v] = [beta * u - eta * g[0], beta * v - eta * g[1]];
      [x, y] = [x + u, y + v];
      hist.push([x, y]);
    }
    return hist;
  }

  // The larger modulus of the roots of z² − bz + c.
  function modulus(b, c) {
    const square = b * b - 4 * c;
    return square < 0 ? Math.sqrt(c) : (Math.abs(b) + Math.sqrt(square)) / 2;
  }

  // What tells of a run that turns by one angle a step, as the twin in Python explains.
  function turning(kappa, lr, beta) {
    const [flat, part] = [1 / (kappa - 1), kappa / (lr * (kappa - 1))];
    const [along, across] = [(1 + beta) * part, (1 - beta) * part];
    const rest = along - flat;
    const a = rest - rest * rest - across * across - across;
    return [a, 2 * along * rest - along - across, across * across - along * along];
  }

  function cornersOf([a, b, c]) {
    if (a - b + c >= 0) return 2;
    const square = b * b - 4 * a * c;
    if (!(c < 0 && square >= 0)) return NaN;
    const [low, high] = [1, -1].map(sign => (-b + sign * Math.sqrt(square)) / (2 * c));
    if (!(low > -1 && low < 1)) return NaN;
    const least = Math.ceil((2 * Math.PI) / Math.acos(low) - 1e-12);
    return Math.cos((2 * Math.PI) / least) <= high ? least : NaN;
  }

  function known(kappa, lr, beta) {
    if (lr >= 2 * (1 + beta)) return "long";
    const [a, b, c] = turning(kappa, lr, beta);
    if (cornersOf([a, b, c]) > 0) return "polygon";
    const top = c < 0 ? Math.max(-1, Math.min(1, -b / (2 * c))) : -1;
    return a + b * top + c * top * top < 0 ? "sure" : "open";
  }

  const far = point => Math.hypot(...point);

  function compute(state) {
    const { kappa, lr, beta } = state;
    const rates = [1 / kappa, 1].map(part => modulus(1 + beta - lr * part, beta));
    const hist = walked(state);
    const factor = (far(hist[most]) / far(hist[most - measured])) ** (1 / measured);
    return {
      hist,
      factor,
      steps: predictedSteps(Math.max(...rates), accuracy),
      corners: cornersOf(turning(kappa, lr, beta)),
      known: known(kappa, lr, beta),
    };
  }

  const told = {
    long: () => "Too long a step even for a quadratic.",
    polygon: n => `For some bowl with this κ a run keeps to the ${n} corners of a regular polygon for ever.`,
    sure: () => "On every bowl with this κ every run arrives.",
    open: () => "No regular polygon, and no proof of our kind that every run arrives.",
  };

  function verdict({ x0 }, result, k) {
    if (!far(x0)) return "The start is the minimum.";
    if (!k) return "Nothing is walked yet.";
    if (k < most) return `After ${count(k)} the distance is ${general(far(result.hist[k]) / far(x0))} of the first.`;
    return `${told[result.known](result.corners)} ${measuredOn(result.factor)}`;
  }

  function measuredOn(factor) {
    if (Number.isNaN(factor)) return "Here the ball is at rest.";
    if (Math.abs(factor - 1) < 1e-9) return "Here the distance stays.";
    return `Here the distance ${factor > 1 ? "grows" : "falls"} by the factor ${besideBound(factor, 1)} a step.`;
  }

  // A line of the hatching runs up through all places that stand so.
  function hatch(panel, kappa, state, kind) {
    const { across, up } = hatched;
    const pieces = [];
    for (let i = 0; i < across; i++) {
      for (let j = 0; j < up; j++) {
        const x = (4 * (i + 0.5)) / across;
        const isSo = known(kappa, x, (j + 0.5) / up) === state;
        if (isSo) pieces.push(`M${spot(panel, x, j / up)}L${spot(panel, x, (j + 1) / up)}`);
      }
    }
    panel.plot.append(shape("path", { class: kind, d: pieces.join("") }));
  }

  FIGURES.safe = {
    main: "kappa",
    key: { run: "ball", second: "polygons", third: "every run arrives", theory: "best on quadratics" },
    time: { last: () => most },
    controls: [
      { name: "x0" },
      { name: "kappa", label: "condition number κ", values: () => powers(2, 1000) },
      { name: "lr", label: "step ηL", values: () => evenSteps(0.01, 4, 0.01) },
      { name: "beta", label: "memory β", values: () => evenSteps(0, 0.99, 0.001) },
    ],
    presets: [
      ["1 Best ball", {}],
      ["2 Plain", { lr: 1.92, beta: 0 }],
      ["3 κ = 16", { kappa: 16, lr: 2.56, beta: 0.36 }],
      ["4 No polygon", { lr: 2.62, beta: 0.458 }],
      ["5 Safe", { lr: 2.53, beta: 0.465 }],
      ["6 Safe at κ = 1000", { kappa: 1000, lr: 0.23, beta: 0.97 }],
    ],
    readings: [
      ["steps", "steps on quadratics"],
      ["corners", "corners of a polygon"],
      ["factor", "factor a step here"],
    ],
    compute,
    values: (state, { steps, corners, factor }) => ({ steps, corners, factor }),
    verdict,
    room: 145,
    start(stage) {
      stage.map = stage.panel("Level lines of the bowl and the path of the ball; the start can be dragged");
      stage.plane = stage.panel("The plane of step and memory; the setting can be dragged");
      stage.handle(stage.map, startHandle(window));
      stage.handle(stage.plane, {
        label: "step and memory",
        kind: "ink",
        window: [
          [0.01, 4],
          [0, 0.99],
        ],
        snap: 0.01,
        click: true,
        place: ({ lr, beta }) => [lr, beta],
        move: ([lr, beta]) => ({ lr, beta }),
        text: ({ lr, beta }) => `ηL = ${general(lr)}, β = ${general(beta)}`,
      });
    },
    draw({ map, plane }, { kappa }, { hist }, k) {
      frame(map, { xlim: window[0], ylim: window[1], xlabel: "x", ylabel: "y", ratio: 0.75 });
      const slope = pulls(kappa);
      levels(map, ([x, y]) => x * slope([x, y])[0] + y * slope([x, y])[1], ...window, { of: kappa });
      line(map, hist.slice(0, k + 1), "run thin");
      dots(map, hist.slice(0, k + 1), "run");
      dots(map, [hist[k]], "now run");
      frame(plane, { xlim: [0, 4], ylim: [0, 1], xlabel: "ηL", ylabel: "β" });
      hatch(plane, kappa, "polygon", "second");
      hatch(plane, kappa, "sure", "third");
      segment(plane, [2, 0], [4, 1], "level");
      const best = [...Array(41).keys()].map(i => i / 40).map(s => [(1 + s) * (1 + s), s * s]);
      line(plane, best, "theory");
    },
  };
}
