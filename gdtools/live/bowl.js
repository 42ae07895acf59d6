// The bowl f = (x − 3)² + κ (y − 1)², turned about its minimum: one step size, all that can happen.
import { besideBound, count, exactly } from "./words.js";
import { contraction, descent, direction, dot, factors, moved, predictedSteps, stepsTo } from "./compute.js";
import { BOWL, bowlGradient, drawBowl, eigenvalues, toCentre } from "./turned_bowl.js";
import { frame, logarithms, theoryLine, walk } from "./draw.js";
import { evenSteps, FIGURES, integers, learningRate, powers, startHandle } from "./control.js";

{
  const { accuracy, farthest, tolerance } = SHARED.compute;
  const { least } = SHARED.bowl;
  // A part of the start that small is not seen.
  const seen = 0.01;
  const steepest = state => eigenvalues(state.kappa)[1];

  // What is felt of the bowl: the curvatures along which the start has a part.
  function compute({ lr, kappa, angle, x0, n_iter }) {
    const curvatures = eigenvalues(kappa);
    const grad = bowlGradient(kappa, angle);
    const run = descent(grad, x0, lr, n_iter);
    const errors = run.hist.map(toCentre);
    const [c, s] = direction(angle);
    const way = moved(x0, BOWL.centre, 1);
    const parts = [dot([c, s], way), dot([-s, c], way)].map(part => Math.abs(part) / errors[0]);
    const felt = curvatures.filter((_, i) => !(parts[i] < least));
    const rate = contraction(felt, lr);
    const promised = predictedSteps(rate, accuracy);
    const near = accuracy * errors[0];
    const took = stepsTo(x => toCentre(x) <= near, grad, x0, lr, promised);
    const product = lr * curvatures[1];
    return { run, rate, promised, took, errors, parts, factors: factors(curvatures, lr), product };
  }

  function verdict({ lr }, result) {
    if (lr === 0) return "η = 0: no step. The point stays where it is.";
    if (result.errors[0] === 0) return "The start is the minimum: the gradient is zero, and nothing moves.";
    return `ηL = ${besideBound(result.product, 2)}: ${onTheSteep(result)}`;
  }

  function onTheSteep(result) {
    const { parts, product, promised } = result;
    if (parts[1] < least && product > 2 - 1e-9) {
      return "not below 2, but nothing of this start is steep. The smallest nudge, even rounding, stays or grows.";
    }
    if (Math.abs(product - 2) < 1e-9) return "on the bound. To and fro across the valley, for ever.";
    if (product > 2) return tooLong(result);
    return promised === Infinity ? "so small a step that nothing moves." : converging(result);
  }

  function tooLong({ rate, run }) {
    const end = run.stopped === "diverged" ? `; ran off after ${count(run.steps)}.` : ".";
    return `diverges. The steep direction grows ${besideBound(rate, 1)} times a step${end}`;
  }

  function converging({ rate, run, product, promised, took, parts }) {
    const toAndFro = parts[0] < least ? "jumps to and fro and converges" : "zigzags and converges";
    const straight = rate > 0.97 ? "crawls straight on and converges" : "converges without a zigzag";
    const way = product > 1 && parts[1] > seen ? toAndFro : straight;
    const end =
      run.stopped === "converged"
        ? `; the run stops at a gradient below ${exactly(tolerance)}`
        : `, predicted ${promised}`;
    if (took < Infinity) return `${way}. ${count(took)} to ${exactly(accuracy)} of the first error${end}.`;
    const predicted = `${count(promised)} predicted`;
    const lost =
      promised > farthest ? predicted + ", too many to walk here" : "Rounding ends the run before the " + predicted;
    return `${way}. ${lost}.`;
  }

  // The axes stay as they are from setting to setting, unless a run goes beyond.
  function drawDecay(panel, { errors, rate }, last, k) {
    const promise = step => errors[0] * rate ** step;
    const ends = logarithms([errors[0], errors.at(-1), promise(last)]);
    const low = Math.floor(Math.min(-3, ...ends));
    const high = Math.ceil(Math.max(2, ...ends));
    frame(panel, { xlim: [0, last], ylim: [low, high], log: true, xlabel: "step k", ylabel: "error ‖x − x★‖" });
    theoryLine(panel, promise, last);
    walk(panel, [...errors.entries()], k);
  }

  FIGURES.bowl = {
    main: "lr",
    key: { run: "the run", theory: "theory" },
    time: { last: (state, { run }) => run.steps, told: "error" },
    controls: [
      { name: "x0" },
      learningRate(steepest),
      { name: "n_iter", label: "iterations", values: () => integers(1, 1000) },
      { name: "kappa", label: "condition number κ", values: () => powers(1, 1000) },
      { name: "angle", label: "turned by", unit: "°", values: () => evenSteps(-90, 90, 1) },
    ],
    presets: [
      ["1 Crawl", { lr: 0.005 }],
      ["2 Zigzag", { lr: 0.035 }],
      ["3 Thrown out", { lr: 0.041, n_iter: 25 }],
      ["4 On the edge", { lr: 0.04 }],
      ["5 Round", { lr: 0.5, kappa: 1, n_iter: 10 }],
      ["6 Turned", { lr: 0.035, angle: 30 }],
    ],
    readings: [
      ["error", "error ‖x − x★‖ now"],
      ["predicted", `steps to ${exactly(accuracy)} of the first error, predicted`],
      ["took", `steps to ${exactly(accuracy)} of the first error, taken`],
      ["bound", "bound 2/L"],
      ["product", "ηL"],
      ["flat", "factor 1 − ημ, flat"],
      ["steep", "factor 1 − ηL, steep"],
      ["steps", "steps taken"],
    ],
    compute,
    values: (state, { product, factors: [flat, steep], errors, promised, took }, k) => ({
      bound: 2 / steepest(state),
      product,
      flat,
      steep,
      steps: k,
      error: errors[k],
      predicted: promised,
      took,
    }),
    verdict,
    room: 120,
    start(stage) {
      stage.map = stage.panel("Level lines of the bowl and the path of the run; the start can be dragged");
      stage.decay = stage.panel("The error against the step, on a logarithmic axis, with the theory's line");
      stage.handle(stage.map, startHandle(BOWL.window));
    },
    draw({ map, decay }, { kappa, angle, n_iter }, result, k) {
      drawBowl(map, kappa, angle);
      walk(map, result.run.hist, k);
      drawDecay(decay, result, Math.max(60, n_iter), k);
    },
  };
}
