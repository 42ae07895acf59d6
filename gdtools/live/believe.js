// What a method believes about a curved valley: the ellipse of its metric along a run, beside that of
// the exact Hessian.
// A symmetric matrix of two rows is a triple, its entries 11, 12 and 22.
import { count, FORMS } from "./words.js";
import { dots, frame, levels, line } from "./draw.js";
import { evenSteps, FIGURES, powers } from "./control.js";
import { startHandle } from "./pointer.js";

{
  const { window, names, most, resting, shortest, promise, left, lowest, size } = SHARED.believe;
  const [BFGS, PLAIN, NEWTON, MENDED] = names.keys();

  const ground = c => ({
    height([x, y]) {
      const [u, v] = [x * x - 1, y - (x * x) / 2];
      return (u * u) / 4 + c * v * v;
    },
    slope([x, y]) {
      const v = y - (x * x) / 2;
      return [x * (x * x - 1) - 2 * c * x * v, 2 * c * v];
    },
    hessian([x, y]) {
      const v = y - (x * x) / 2;
      return [3 * x * x - 1 - 2 * c * v + 2 * c * x * x, -2 * c * x, 2 * c];
    },
  });
  const along = ([x, y], [u, v], t) => [x + t * u, y + t * v];
  const product = ([a, b], [u, v]) => a * u + b * v;

  function inverse([a, b, d]) {
    const det = a * d - b * b;
    return det ? [d / det, -b / det, a / det] : [NaN, NaN, NaN];
  }

  // The eigenvalues, ascending.
  function extremes([a, b, d]) {
    const [middle, half] = [(a + d) / 2, (a - d) / 2];
    const root = Math.sqrt(half * half + b * b);
    return [middle - root, middle + root];
  }
  const isBowl = matrix => extremes(matrix)[0] > 0;

  function metric({ hessian }, kind, x, learnt) {
    if (kind === PLAIN) return [1, 0, 1];
    if (kind === BFGS) return learnt;
    const [a, b, d] = hessian(x);
    const shift = kind === MENDED ? Math.max(0, lowest - extremes([a, b, d])[0]) : 0;
    return inverse([a + shift, b, d + shift]);
  }

  // Armijo's search, for BFGS with the second condition of Wolfe; pure Newton takes the whole move.
  function reached({ height, slope }, kind, x, g, move) {
    if (kind === NEWTON) return 1;
    const [here, fall] = [height(x), product(g, move)];
    let [low, high, t] = [0, Infinity, 1];
    while (t > shortest) {
      const there = along(x, move, t);
      if (!(height(there) <= here + promise * t * fall)) high = t;
      else if (kind === BFGS && t < 100 && product(slope(there), move) < left * fall) low = t;
      else return t;
      t = high < Infinity ? (low + high) / 2 : 2 * t;
    }
    return t;
  }

  function updated([p, q, r], s, y) {
    const curvature = product(y, s);
    if (!(curvature > 0)) return [p, q, r];
    const rho = 1 / curvature;
    const w = [p * y[0] + q * y[1], q * y[0] + r * y[1]];
    const share = rho * (1 + rho * product(w, y));
    return [
      p - 2 * rho * s[0] * w[0] + share * s[0] * s[0],
      q - rho * (s[0] * w[1] + s[1] * w[0]) + share * s[0] * s[1],
      r - 2 * rho * s[1] * w[1] + share * s[1] * s[1],
    ];
  }

  function compute({ c, kind, x0 }) {
    const land = ground(c);
    const seen = [];
    let [x, learnt] = [x0, [1, 0, 1]];
    for (;;) {
      const [g, P] = [land.slope(x), metric(land, kind, x, learnt)];
      seen.push([x, P]);
      const rests = !(Math.hypot(...g) >= resting);
      if (seen.length > most || rests) return { seen, land, rests };
      const move = [-(P[0] * g[0] + P[1] * g[1]), -(P[1] * g[0] + P[2] * g[1])];
      const t = reached(land, kind, x, g, move);
      const s = [t * move[0], t * move[1]];
      if (!s.every(Number.isFinite)) return { seen, land, rests };
      x = [x[0] + s[0], x[1] + s[1]];
      const after = land.slope(x);
      learnt = updated(learnt, s, [after[0] - g[0], after[1] - g[1]]);
    }
  }

  function relative(P, H) {
    if (!(isBowl(P) && isBowl(H))) return NaN;
    const half = (P[0] * H[0] + 2 * P[1] * H[1] + P[2] * H[2]) / 2;
    const det = (P[0] * P[2] - P[1] * P[1]) * (H[0] * H[2] - H[1] * H[1]);
    const high = half + Math.sqrt(Math.max(0, half * half - det));
    return (high * high) / det;
  }

  const isRound = ([p, q, r]) => q === 0 && p === r;
  const longAxis = ([a, b, d]) => (Math.atan2(2 * b, a - d) / 2) * (180 / Math.PI);
  function offAxis(P, H) {
    if (isRound(P) || !(isBowl(P) && isBowl(H))) return NaN;
    const turn = Math.abs(longAxis(P) - longAxis(H) - 90) % 180;
    return Math.min(turn, 180 - turn);
  }

  function values(state, { seen, land }, k = seen.length - 1) {
    const [x, P] = seen[k];
    const H = land.hessian(x);
    return { height: land.height(x), kappa: relative(P, H), axis: offAxis(P, H) };
  }

  function verdict(state, result, k) {
    const [x, P] = result.seen[k];
    return `${whereabouts(result, k)} ${belief(P, result.land.hessian(x))}`;
  }

  function whereabouts({ seen, land, rests }, k) {
    const last = seen.length - 1;
    if (k < last) return k ? `On the way after ${count(k)}.` : "Nothing is walked yet.";
    if (!rests)
      return last < most ? "The step is no number, and the run ends." : `Still on the way after ${count(last)}.`;
    const [x] = seen[last];
    if (!isBowl(land.hessian(x))) return `At rest on the saddle, where the gradient is zero, after ${count(last)}.`;
    return `At rest in the ${x[0] < 0 ? "left" : "right"} hollow, after ${count(last)}.`;
  }

  function belief(P, H) {
    if (!isBowl(P)) return "It takes the ground for no bowl, and its step need not go down.";
    if (isRound(P)) return "It takes the valley to be round.";
    if (!isBowl(H)) return "The ground itself is no bowl here.";
    return `Its ellipse is off by ${FORMS.fixed(offAxis(P, H))}°.`;
  }

  function outline([x, y], P) {
    const [low, high] = extremes(P);
    const turn = longAxis(P) * (Math.PI / 180);
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    return [...Array(49).keys()].map(i => {
      const angle = (i * Math.PI) / 24;
      const [u, v] = [size * Math.cos(angle), size * Math.sqrt(low / high) * Math.sin(angle)];
      return [x + u * c - v * s, y + u * s + v * c];
    });
  }

  FIGURES.believe = {
    main: "c",
    key: { run: "path", second: "what it believes", theory: "exact Hessian" },
    time: { last: (state, { seen }) => seen.length - 1 },
    controls: [
      { name: "x0" },
      { name: "c", label: "narrowness c", values: () => powers(0.1, 100) },
      { name: "kind", label: "method", values: () => evenSteps(0, names.length - 1, 1), note: kind => names[kind] },
    ],
    presets: [
      ["1 BFGS", {}],
      ["2 Plain", { kind: PLAIN }],
      ["3 Newton", { kind: NEWTON }],
      ["4 To the saddle", { kind: NEWTON, x0: [0.2, 0.6] }],
      ["5 Mended", { kind: MENDED, x0: [0.2, 0.6] }],
      ["6 Narrower", { c: 50 }],
    ],
    readings: [
      ["height", "f"],
      ["kappa", "κ of PH"],
      ["axis", "long axis off by, in degrees"],
    ],
    compute,
    values,
    verdict,
    room: 140,
    start(stage) {
      stage.map = stage.panel(
        "Level lines of the valley, the path and an ellipse where it stands; the start can be dragged",
      );
      stage.handle(stage.map, startHandle(window));
    },
    draw({ map }, state, { seen, land }, k) {
      const [[west, east], [south, north]] = window;
      const ratio = (north - south) / (east - west);
      frame(map, { xlim: window[0], ylim: window[1], xlabel: "x", ylabel: "y", ratio });
      levels(map, land.height, ...window, { of: state.c });
      const [x, P] = seen[k];
      const path = seen.slice(0, k + 1).map(([point]) => point);
      line(map, path, "run thin");
      dots(map, path, "run");
      const exact = inverse(land.hessian(x));
      if (isBowl(exact)) line(map, outline(x, exact), "theory");
      if (isBowl(P)) line(map, outline(x, P), "second");
      dots(map, [x], "now run");
    },
  };
}
