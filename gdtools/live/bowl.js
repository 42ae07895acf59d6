// The bowl f = (x − 3)² + κ (y − 1)², turned about its minimum: one step size, all that can happen.
import { count, exactly, general } from "./words.js";
import { contraction, descent, direction, dot, factors, moved, predictedSteps, stepsTo } from "./compute.js";
import { BOWL, bowlGradient, drawBowl, eigenvalues, toCentre } from "./turned_bowl.js";
import { curve, frame, legend, line, logarithms, theoryLine } from "./draw.js";
import { evenSteps, FIGURES, integers, learningRate, powers, startHandle } from "./control.js";

{
  const { accuracy, farthest } = SHARED.compute;
  const steepest = state => eigenvalues(state.kappa)[1];

  function compute({ lr, kappa, angle, x0, n_iter }) {
    const curvatures = eigenvalues(kappa);
    const grad = bowlGradient(kappa, angle);
    const run = descent(grad, x0, lr, n_iter);
    const rate = contraction(curvatures, lr);
    const promised = predictedSteps(rate, accuracy);
    const near = accuracy * toCentre(x0);
    const took = stepsTo(x => toCentre(x) <= near, grad, x0, lr, promised);
    const [c, s] = direction(angle);
    const steep = Math.abs(dot([-s, c], moved(x0, BOWL.centre, 1)));
    const errors = run.hist.map(toCentre);
    const product = lr * curvatures[1];
    return { run, rate, promised, took, errors, steep, factors: factors(curvatures, lr), product };
  }

  function verdict({ lr }, result) {
    if (lr === 0) return "η = 0: no step. The point stays where it is.";
    if (result.errors[0] === 0) return "The start is the minimum: the gradient is zero, and nothing moves.";
    return `ηL = ${general(result.product)}: ${onTheSteep(result)}`;
  }

  function onTheSteep(result) {
    if (Math.abs(result.product - 2) < 1e-9) {
      return "on the bound. The steepest direction changes its sign at every step and never shrinks.";
    }
    if (result.product > 2) return tooLong(result);
    return result.promised === Infinity ? "so small a step that nothing moves." : converging(result);
  }

  function tooLong({ steep, errors, rate, run }) {
    if (steep < 1e-12 * errors[0]) {
      const none = "beyond the bound, but this start has no part along the steepest direction";
      return `${none}. The smallest nudge would grow.`;
    }
    const end = run.stopped === "diverged" ? `, and the run ran off after ${count(run.steps)}.` : ".";
    return `diverges. The steepest direction grows by a factor of ${general(rate)} a step${end}`;
  }

  function converging({ product, rate, promised, took }) {
    const straight = rate > 0.97 ? "crawls straight on and converges" : "converges without a zigzag";
    const way = product > 1 ? "zigzags and converges" : straight;
    const lost = promised > farthest ? "too many to walk here" : "but rounding ends the run before";
    const walked = took < Infinity ? `took ${took}` : lost;
    return `${way}; predicted ${count(promised)} to ${exactly(accuracy)} of the first error, ${walked}.`;
  }

  function drawDecay(panel, last, { errors, rate }) {
    const promise = k => errors[0] * rate ** k;
    const powersOfTen = logarithms([...errors, promise(last)]);
    const low = Math.floor(Math.min(0, ...powersOfTen));
    const high = Math.max(low + 1, Math.ceil(Math.max(0, ...powersOfTen)));
    frame(panel, { xlim: [0, last], ylim: [low, high], log: true, xlabel: "step k", ylabel: "error" });
    theoryLine(panel, promise, last);
    curve(panel, k => errors[k], errors.keys(), "run", true);
    legend(panel, { run: "the run", theory: "theory" }, panel.x(last) - 90);
  }

  FIGURES.bowl = {
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
      ["bound", "bound 2/L"],
      ["product", "ηL"],
      ["flat", "factor 1 − ημ, flat"],
      ["steep", "factor 1 − ηL, steep"],
      ["steps", "steps taken"],
      ["error", "‖x − x*‖ then"],
      ["predicted", `steps to ${exactly(accuracy)}, predicted`],
      ["took", `steps to ${exactly(accuracy)}, taken`],
    ],
    compute,
    values: (state, { product, factors: [flat, steep], run, errors, promised, took }) => ({
      bound: 2 / steepest(state),
      product,
      flat,
      steep,
      steps: run.steps,
      error: errors.at(-1),
      predicted: promised,
      took,
    }),
    verdict,
    start(stage) {
      stage.map = stage.panel("Level lines of the bowl and the path of the run; the start can be dragged");
      stage.decay = stage.panel("The error against the step, on a logarithmic axis, with the theory's line");
      stage.handle(stage.map, startHandle(BOWL.window));
    },
    draw({ map, decay }, { kappa, angle, n_iter }, result) {
      drawBowl(map, kappa, angle);
      line(map, result.run.hist, "run", true);
      drawDecay(decay, Math.max(1, n_iter), result);
    },
  };
}
