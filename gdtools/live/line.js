// A line through points that can be dragged: descent on the mean squared residual, step by step, beside the formula's
// line.
import { amount, besideBound, count, exactly, general } from "./words.js";
import { contraction, descent, predictedSteps, stepsTo } from "./compute.js";
import { curve, dots, frame, logarithms, segment, theoryLine } from "./draw.js";
import { FIGURES, integers, learningRate } from "./control.js";

{
  const { accuracy, tolerance } = SHARED.compute;
  const { limits, nothing, trail, window } = SHARED.line;

  // What the points say before a step is made.
  function ground({ points, n }) {
    const used = points.slice(0, n);
    const m = used.length;
    const sum = term => used.reduce((total, point) => total + term(point), 0);
    const [sx, sy] = [sum(([x]) => x), sum(([, y]) => y)];
    const [sxx, sxy] = [sum(([x]) => x * x), sum(([x, y]) => x * y)];
    const mean = [sx / m, sy / m];
    const spread = sum(([x]) => (x - mean[0]) ** 2);
    // All x equal.
    const even = spread < 1e-18 * (1 + sxx);
    const [a, b] = even ? shortest(mean) : byFormula(mean, spread, sum);
    return {
      used,
      ols: [a, b],
      grad: ([p, q]) => [(2 / m) * (m * p + sx * q - sy), (2 / m) * (sx * p + sxx * q - sxy)],
      curvatures: curvatures(mean[0], sxx / m, even ? 0 : spread / m),
      excess: ([p, q]) => (p - a + (q - b) * mean[0]) ** 2 + ((q - b) ** 2 * spread) / m,
      floor: sum(([x, y]) => (y - a - b * x) ** 2) / m,
    };
  }

  function byFormula([x, y], spread, sum) {
    const slope = sum(point => (point[0] - x) * (point[1] - y)) / spread;
    return [y - slope * x, slope];
  }

  // All x equal: no steepness is determined, and of the coefficients that are best the shortest pair is taken.
  const shortest = ([x, y]) => [y / (1 + x * x), (x * y) / (1 + x * x)];

  // The eigenvalues of twice the matrix [[1, x̄], [x̄, mean of x²]], whose determinant is the variance.
  function curvatures(mean, square, variance) {
    const sum = 1 + square;
    const steepest = sum + Math.hypot(1 - square, 2 * mean);
    return variance ? [(4 * variance) / steepest, steepest] : [0, 2 * sum];
  }

  function compute(state) {
    const { lr, n_iter, x0 } = state;
    const base = ground(state);
    const { grad, curvatures: lam, excess } = base;
    const run = descent(grad, x0, lr, n_iter);
    const gaps = run.hist.map(excess);
    const felt = lam.filter(value => value > 0);
    const rate = contraction(felt, lr) ** 2;
    const promised = predictedSteps(rate, accuracy);
    const near = Math.max(accuracy * gaps[0], nothing);
    const took = stepsTo(x => excess(x) <= near, grad, x0, lr, promised);
    return { ...base, run, gaps, rate, promised, took, product: lr * lam[1] };
  }

  function verdict({ lr }, result, k) {
    if (lr === 0) return "η = 0: no step. The line stays where it is.";
    if (result.gaps[0] < nothing) return "The line starts as the formula’s: nothing is left to gain.";
    return `ηL = ${besideBound(result.product, 2)}: ${onTheSteep(result, k)}`;
  }

  function onTheSteep(result, k) {
    if (Math.abs(result.product - 2) < 1e-9) {
      return "on the bound. The steepest part of the error changes its sign at every step, for ever.";
    }
    return result.product < 2 ? falling(result, k) : tooLong(result, k);
  }

  // With little or nothing along the steepest direction the loss falls first, or for ever.
  function tooLong({ gaps, run }, k) {
    if (k === 0) return "too long a step.";
    if (gaps[k] < gaps[k - 1])
      return `too long, yet after ${count(k)} the loss still falls: little of the error is steep.`;
    const end = run.stopped === "diverged" && k === run.steps ? `, and the run ran off after ${count(k)}` : "";
    return `too long. The line swings ever wider${end}.`;
  }

  function falling({ run, gaps, rate, floor, curvatures: lam }, k) {
    const left = amount(gaps[k]).replace("<", "less than");
    const flat = gaps[k] < 0.01 * floor;
    const said = `after ${count(k)} the loss ${flat ? "looks flat, " : "is "}${left} above its lowest`;
    if (!lam[0]) return `${said}. All x are equal: many lines fit equally well, and the run ends at the nearest.`;
    const ended = run.stopped === "converged" && k === run.steps;
    if (ended) return `${said}; the gradient is below ${exactly(tolerance)}, and the run stops.`;
    return `${said}; ${flat ? "yet " : ""}${shrinking(100 * (1 - rate))}.`;
  }

  // Two digits, rounded down, so that it is true.
  function shrinking(least) {
    if (least < 0.01) return "theory promises less than 0.01 % of that a step";
    const unit = 10 ** (Math.floor(Math.log10(least)) - 1);
    return `each step takes away at least ${general(Math.floor(least / unit) * unit, 3)} % of that`;
  }

  function drawLines(data, { used, run, ols }, usual, k) {
    const height =
      ([a, b]) =>
      x =>
        a + b * x;
    const across = (coefficients, kind) => curve(data, height(coefficients), window[0], kind);
    const now = run.hist[k];
    frame(data, { xlim: window[0], ylim: window[1], xlabel: "x", ylabel: "y" });
    for (const earlier of trail.filter(step => step < k)) across(run.hist[earlier], "trail");
    used.forEach(([x, y], i) => {
      const isMoved = x !== usual[i]?.[0] || y !== usual[i][1];
      segment(data, [x, y], [x, height(now)(x)], isMoved ? "moved" : "level");
    });
    across(now, "run");
    across(ols, "second theory");
  }

  function drawLosses(decay, last, { run, gaps, floor, rate }, k) {
    const promise = step => gaps[0] * rate ** step;
    const ends = logarithms([...gaps, floor, floor + gaps[0], promise(last)]);
    const dotted = run.steps <= 30;
    const ylim = [Math.floor(Math.min(-1, ...ends)), Math.ceil(Math.max(1, ...ends))];
    frame(decay, { xlim: [0, last], ylim, log: true, xlabel: "step k", ylabel: "loss" });
    theoryLine(decay, promise, last);
    const steps = [...gaps.keys()].slice(0, k + 1);
    curve(decay, step => gaps[step], steps, "third", dotted);
    curve(decay, step => floor + gaps[step], steps, "run", dotted);
    segment(decay, [0, floor], [last, floor], "second theory");
    dots(decay, [[k, gaps[k]]], "now third");
    dots(decay, [[k, floor + gaps[k]]], "now run");
  }

  const steepest = state => ground(state).curvatures[1];
  const moveOutlier = (point, i) => (i === 5 ? [1.9, -4] : point);
  const farFromZero = ([x, y]) => [+(2 + x / 2).toFixed(5), y];

  function pointHandle(i) {
    const place = ({ points, n }) => i < n && points[i];
    const move = (moved, { points }) => ({ points: points.map((point, j) => (j === i ? moved : point)) });
    return { label: `point ${i + 1}`, kind: "dot", group: "points", window, place, move };
  }

  FIGURES.line = {
    main: "lr",
    key: {
      run: "line, its loss",
      "second theory": "formula, lowest loss",
      third: "excess",
      theory: "theory",
      level: "residual",
      moved: "moved",
    },
    time: { last: (state, { run }) => run.steps },
    controls: [
      { name: "points" },
      { name: "x0" },
      { name: "n_iter", label: "iterations", values: () => [0, ...integers(1, 200)] },
      learningRate(steepest),
      { name: "n", label: "points used", values: ({ points }) => integers(limits.n[0], points.length) },
    ],
    presets: [
      ["1 Twelve points", {}],
      ["2 First steps", { n_iter: 4 }],
      ["3 All fifty", { n: 50 }],
      ["4 Beyond the bound", { lr: 0.6, n_iter: 20 }],
      ["5 One outlier", ({ points }) => ({ points: points.map(moveOutlier) })],
      ["6 Far from zero", ({ points }) => ({ points: points.map(farFromZero), n_iter: 200 })],
    ],
    readings: [
      ["loss", "loss now"],
      ["floor", "loss by the formula"],
      ["excess", "excess loss now"],
      ["intercept", "intercept now"],
      ["ols_intercept", "intercept by the formula"],
      ["slope", "slope now"],
      ["ols_slope", "slope by the formula"],
      ["rate", "factor of the excess"],
      ["bound", "bound 2/L"],
      ["kappa", "condition number κ"],
      ["predicted", `steps to ${exactly(accuracy)} of the first, predicted`],
      ["took", `steps to ${exactly(accuracy)} of the first, taken`],
    ],
    compute,
    values: (state, { run: { hist }, gaps, ols, floor, rate, curvatures: [mu, L], promised, took }, k) => ({
      intercept: hist[k][0],
      slope: hist[k][1],
      ols_intercept: ols[0],
      ols_slope: ols[1],
      loss: floor + gaps[k],
      floor,
      excess: gaps[k],
      rate,
      bound: 2 / L,
      kappa: L / mu,
      predicted: promised,
      took,
    }),
    verdict,
    room: 162,
    start(stage) {
      stage.data = stage.panel("The points, the line so far and the line of the formula; each point can be dragged");
      stage.decay = stage.panel("Loss and excess loss against the step, on a logarithmic axis");
      for (let i = 0; i < limits.points[3]; i++) stage.handle(stage.data, pointHandle(i));
    },
    draw({ data, decay, usual }, state, result, k) {
      drawLines(data, result, usual.points, k);
      drawLosses(decay, Math.max(60, state.n_iter), result, k);
    },
  };
}
