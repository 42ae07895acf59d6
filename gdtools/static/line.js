// A line through points that can be dragged: descent on the mean squared residual, step by step, beside the formula's line.
{
  const EPS = 1e-6, LIMIT = 1e5, NOTHING = 1e-24, WINDOW = [[-3, 3], [-5, 5]];
  const power = value => 10 ** Math.floor(Math.log10(value) + 1e-9);
  const plain = value => Math.abs(value) < 1e-9 ? "0" : general(value);
  const amount = value => value < 1e-12 ? "< 1e-12" : value <= 1e100 ? general(value) : "> 1e100";

  // What the points say before a step is made. All x equal: no steepness is determined, and the shortest of the best β is taken.
  function ground({ points, n }) {
    const used = points.slice(0, n), m = used.length, sum = f => used.reduce((total, p) => total + f(p), 0);
    const [sx, sy, sxx, sxy] = [sum(p => p[0]), sum(p => p[1]), sum(p => p[0] * p[0]), sum(p => p[0] * p[1])];
    const mx = sx / m, my = sy / m, spread = sum(p => (p[0] - mx) ** 2), even = spread < 1e-18 * (1 + sxx);
    const slope = even ? mx * my / (1 + mx * mx) : sum(p => (p[0] - mx) * (p[1] - my)) / spread;
    const ols = [even ? my / (1 + mx * mx) : my - slope * mx, slope];
    const grad = ([a, b]) => [2 / m * (m * a + sx * b - sy), 2 / m * (sx * a + sxx * b - sxy)];
    const mean = 1 + sxx / m, L = mean + Math.hypot(1 - sxx / m, 2 * mx), lam = even ? [0, 2 * mean] : [4 * spread / m / L, L];
    const excess = ([a, b]) => (a - ols[0] + (b - slope) * mx) ** 2 + (b - slope) ** 2 * spread / m;
    return { used, ols, grad, lam, excess, floor: sum(p => (p[1] - ols[0] - slope * p[0]) ** 2) / m };
  }

  function compute(state) {
    const { lr, n_iter, x0 } = state, it = ground(state), { grad, lam, excess } = it;
    const run = descent(grad, x0, lr, lr > 0 ? n_iter : 0), gaps = run.hist.map(excess);
    const rate = contraction(lam.filter(value => value > 0), lr) ** 2, predicted = lr > 0 ? predictedSteps(rate, EPS) : Infinity;
    let took = 0, x = x0;
    while (predicted <= LIMIT && took <= predicted && excess(x) > Math.max(EPS * gaps[0], NOTHING)) {
      const g = grad(x);
      x = [x[0] - lr * g[0], x[1] - lr * g[1]];
      took++;
    }
    return { ...it, run, gaps, rate, predicted, took: took <= predicted && predicted <= LIMIT ? took : Infinity, product: lr * lam[1] };
  }

  function verdict({ lr }, { run, gaps, rate, floor, product, lam }) {
    if (lr === 0) return "η = 0: no step. The line stays where it is.";
    if (gaps[0] < NOTHING) return "The line starts as the formula’s: nothing is left to gain.";
    const head = `ηL = ${general(product)}: `;
    if (Math.abs(product - 2) < 1e-9) return head + "on the bound. The line swings to and fro for ever.";
    if (product > 2) return `${head}too long. The line swings ever wider${run.stopped === "diverged" ? `, and the run ran off after ${count(run.steps)}` : ""}.`;
    const now = gaps.at(-1), flat = now < 0.01 * floor;
    const last = run.stopped === "converged" ? "; the gradient is below 1e-10, and the run stops."
      : `${flat ? "; yet" : ";"} each step takes away at least ${general(100 * (1 - rate), 2)} % of that.`;
    const only = lam[0] ? "" : " All x are equal, so many lines fit equally well: the run ends at the one nearest to its start.";
    return `${head}after ${count(run.steps)} the loss ${flat ? "looks flat, " : "is "}${amount(now).replace("<", "less than")} above its lowest${last}${only}`;
  }

  FIGURES.line = {
    play: { trait: "n_iter", over: (state, { run }) => run.stopped !== "budget" || state.lr === 0 },
    controls: [
      { name: "points", point: true, many: true, limits: [-100, 100] },
      { name: "x0", point: true, limits: [-1e6, 1e6] },
      { name: "n_iter", label: "iterations", limits: [0, 10000], whole: true, values: () => [0, ...whole(1, 200)] },
      { name: "lr", label: "learning rate η", limits: [0, 1e6],
        values: state => { const bound = 2 / ground(state).lam[1]; return steps(0, 1.25 * bound, power(bound) / 100); },
        mark: state => 2 / ground(state).lam[1], text: (lr, state) => `${lr}, ηL = ${general(lr * ground(state).lam[1])}` },
      { name: "n", label: "points used", limits: [2, 50], whole: true, values: ({ points }) => whole(2, points.length) },
    ],
    presets: [
      ["1 First steps", {}],
      ["2 Looks flat", { n_iter: 30 }],
      ["3 All fifty", { n: 50, n_iter: 200 }],
      ["4 Beyond the bound", { lr: 0.6, n_iter: 12 }],
      ["5 One outlier", ({ points }) => ({ points: points.map((p, i) => i === 5 ? [1.9, -4] : p), n_iter: 30 })],
      ["6 Far from zero", ({ points }) => ({ points: points.map(p => [+(2 + p[0] / 2).toFixed(5), p[1]]), n_iter: 200 })],
    ],
    readings: [
      ["intercept", "intercept now"], ["slope", "slope now"], ["ols_intercept", "intercept by the formula"], ["ols_slope", "slope by the formula"],
      ["loss", "loss now"], ["floor", "loss by the formula"], ["excess", "excess loss now"], ["rate", "factor of the excess"],
      ["bound", "bound 2/L"], ["kappa", "condition number κ"], ["predicted", "steps to 1e-6 of it, predicted"], ["took", "steps to 1e-6 of it, taken"],
    ],
    compute,
    read: (state, result) => ({
      verdict: verdict(state, result),
      intercept: plain(result.run.x[0]),
      slope: plain(result.run.x[1]),
      ols_intercept: plain(result.ols[0]),
      ols_slope: plain(result.ols[1]),
      loss: amount(result.floor + result.gaps.at(-1)),
      floor: amount(result.floor),
      excess: amount(result.gaps.at(-1)),
      rate: general(result.rate),
      bound: general(2 / result.lam[1]),
      kappa: result.lam[0] ? general(result.lam[1] / result.lam[0]) : "∞",
      predicted: result.predicted < Infinity ? String(result.predicted) : "never",
      took: result.took < Infinity ? String(result.took) : "–",
    }),
    start(stage) {
      stage.data = stage.panel("The points, the line after the steps so far, earlier lines, and the formula's line; each point can be dragged");
      stage.decay = stage.panel("Loss and excess loss against the step, on a logarithmic axis");
      for (let i = 0; i < 50; i++) {
        stage.handle(stage.data, { label: `point ${i + 1}`, kind: "dot", window: WINDOW, place: ({ points, n }) => i < n && points[i],
          move: (p, { points }) => ({ points: points.map((q, j) => j === i ? p : q) }) });
      }
    },
    draw({ data, decay }, { n_iter, x0 }, { used, run, gaps, ols, floor, rate }) {
      const [low, high] = WINDOW[0], across = (b, kind) => line(data, [[low, b[0] + b[1] * low], [high, b[0] + b[1] * high]], kind);
      frame(data, { xlim: WINDOW[0], ylim: WINDOW[1], xlabel: "x", ylabel: "y" });
      for (const [x, y] of used) line(data, [[x, y], [x, run.x[0] + run.x[1] * x]], "level");
      for (let k = run.steps - 1, i = 0; k >= 0 && i < 6; k--, i++) across(run.hist[k], "trail");
      across(ols, "second theory");
      across(run.x, "run");
      legend(data, [["run", "the line now"], ["second theory", "the formula’s"]]);
      const last = Math.max(60, n_iter), bound = k => gaps[0] * rate ** k;
      const ends = [...gaps, floor, floor + gaps[0], bound(last)].filter(v => v > 0).map(v => Math.max(-16, Math.min(16, Math.log10(v))));
      const under = Math.floor(Math.min(-1, ...ends)), over = Math.ceil(Math.max(1, ...ends));
      frame(decay, { xlim: [0, last], ylim: [under, over], log: true, xlabel: "step k", ylabel: "loss" });
      line(decay, [[0, floor], [last, floor]], "second theory");
      line(decay, [0, 1, 2, 3, 4].map(i => [i * last / 4, bound(i * last / 4)]), "theory");
      const dots = run.steps <= 60, away = rate > 1, floorAt = floor > 0 ? decay.y(floor) : 999;
      line(decay, gaps.map((gap, k) => [k, gap]), "third", dots);
      line(decay, gaps.map((gap, k) => [k, floor + gap]), "run", dots);
      legend(decay, [["run", "loss"], ["third", "excess"], ["theory", "theory"], ["second theory", "lowest loss"]],
        away ? 10 : decay.x(last) - 105, away || floorAt > 60 ? 10 : floorAt + 14);
    },
  };
}
