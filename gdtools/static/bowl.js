// The bowl f = (x − 3)² + κ (y − 1)², turned about its minimum: one step size, all that can happen.
{
  const CENTRE = [3, 1], MU = 2, EPS = 1e-6, LIMIT = 1e5, WINDOW = [[-2, 8], [-2.5, 4.5]];
  const steepest = state => MU * state.kappa;
  const power = value => 10 ** Math.floor(Math.log10(value) + 1e-9);

  function compute(state) {
    const { lr, kappa, angle, x0, n_iter } = state, lam = [MU, MU * kappa];
    const grad = bowlGradient(...lam, angle, CENTRE), run = descent(grad, x0, lr, lr > 0 ? n_iter : 0);
    const rate = contraction(lam, lr), predicted = lr > 0 ? predictedSteps(rate, EPS) : Infinity;
    const took = predicted <= LIMIT ? stepsTo(grad, x0, CENTRE, lr, EPS, predicted) : Infinity;
    const [c, s] = direction(angle), errors = run.hist.map(x => distance(x, CENTRE));
    const steep = Math.abs(dot([-s, c], [x0[0] - CENTRE[0], x0[1] - CENTRE[1]]));
    return { run, rate, predicted, took, errors, steep, factors: factors(lam, lr), product: lr * lam[1] };
  }

  function verdict({ lr, x0, n_iter }, { run, rate, predicted, took, errors, steep, product }) {
    if (lr === 0) return "η = 0: no step. The point stays where it is.";
    if (errors[0] === 0) return "The start is the minimum: the gradient is zero, and nothing moves.";
    const head = `ηL = ${general(product)}: `;
    if (Math.abs(product - 2) < 1e-9) return head + "on the bound. The steepest direction changes its sign at every step and never shrinks.";
    if (product > 2) {
      if (steep < 1e-12 * errors[0]) return head + "beyond the bound, but this start has no part along the steepest direction. The smallest nudge would grow.";
      const growth = `diverges. The steepest direction grows by a factor of ${general(rate)} a step`;
      return head + growth + (run.stopped === "diverged" ? `, and the run ran off after ${count(run.steps)}.` : ".");
    }
    if (predicted === Infinity) return head + "so small a step that nothing moves.";
    const way = product > 1 ? "zigzags and converges" : rate > 0.97 ? "crawls straight on and converges" : "converges without a zigzag";
    const walked = took < Infinity ? `took ${took}` : predicted > LIMIT ? "too many to walk here" : "but rounding ends the run before";
    return `${head}${way}; predicted ${count(predicted)} to 1e-6 of the first error, ${walked}.`;
  }

  FIGURES.bowl = {
    controls: [
      { name: "x0", point: true, limits: [-1e6, 1e6] },
      { name: "lr", label: "learning rate η", limits: [0, 1e300],
        values: state => { const bound = 2 / steepest(state); return steps(0, 1.25 * bound, power(bound) / 100); },
        mark: state => 2 / steepest(state), text: (lr, state) => `${lr}, ηL = ${general(lr * steepest(state))}` },
      { name: "n_iter", label: "iterations", limits: [0, 10000], whole: true, values: () => whole(1, 1000) },
      { name: "kappa", label: "condition number κ", limits: [1, 1e6], values: () => powers(1, 1000) },
      { name: "angle", label: "turned by", unit: "°", limits: [-180, 180], values: () => steps(-90, 90, 1) },
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
      ["bound", "bound 2/L"], ["product", "ηL"], ["flat", "factor 1 − ημ, flat"], ["steep", "factor 1 − ηL, steep"],
      ["steps", "steps taken"], ["error", "‖x − x*‖ then"], ["predicted", "steps to 1e-6, predicted"], ["took", "steps to 1e-6, taken"],
    ],
    compute,
    read: (state, result) => ({
      verdict: verdict(state, result),
      bound: general(2 / steepest(state)),
      product: general(result.product),
      flat: general(result.factors[0]),
      steep: general(result.factors[1]),
      steps: String(result.run.steps),
      error: error(result.errors.at(-1)),
      predicted: result.predicted < Infinity ? String(result.predicted) : "never",
      took: result.took < Infinity ? String(result.took) : "–",
    }),
    start(stage) {
      stage.map = stage.panel("Level lines of the bowl and the path of the run; the start can be dragged");
      stage.decay = stage.panel("The error against the step, on a logarithmic axis, with the theory's line");
      stage.handle(stage.map, { label: "start", window: WINDOW, place: state => state.x0, move: x0 => ({ x0 }) });
    },
    draw({ map, decay }, { kappa, angle, n_iter }, { run, rate, errors }) {
      frame(map, { xlim: WINDOW[0], ylim: WINDOW[1], xlabel: "x", ylabel: "y" });
      ellipses(map, CENTRE, MU, MU * kappa, angle, Math.max(7, 3 * Math.sqrt(kappa)));
      line(map, run.hist, "run", true);
      const bound = k => errors[0] * rate ** k, last = Math.max(1, n_iter);
      const ends = [...errors, bound(last)].filter(e => e > 0).map(e => Math.max(-16, Math.min(16, Math.log10(e))));
      const low = Math.floor(Math.min(0, ...ends)), high = Math.max(low + 1, Math.ceil(Math.max(0, ...ends)));
      frame(decay, { xlim: [0, last], ylim: [low, high], log: true, xlabel: "step k", ylabel: "error" });
      line(decay, [0, 1, 2, 3, 4].map(i => [i * last / 4, bound(i * last / 4)]), "theory");
      line(decay, errors.map((e, k) => [k, e]), "run", true);
      legend(decay, [["run", "the run"], ["theory", "theory"]], decay.x(last) - 90);
    },
  };
}
