// Five methods on the bowl f = (x − 3)² + κ (y − 1)², from one start: who needs how many steps, and what theory says of each.
{
  const CENTRE = [3, 1], MU = 2, LIMIT = 10000, WINDOW = [[-2, 8], [-2.5, 4.5]];
  const METHODS = [
    ["plain", "plain descent", "run"], ["ball", "heavy ball", "second"], ["nesterov", "Nesterov", "third"],
    ["jacobi", "preconditioned", "fourth"], ["newton", "Newton", "theory"],
  ];
  const bestBeta = kappa => ((Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1)) ** 2;

  // The larger modulus of the roots of z² − bz + c.
  function modulus(b, c) {
    const square = b * b - 4 * c;
    return square < 0 ? Math.sqrt(c) : (Math.abs(b) + Math.sqrt(square)) / 2;
  }

  // The steps, a rule x, ∇f(x) → next x each, and the rate of each.
  function methods({ kappa, beta, angle, lr }) {
    const lam = [MU, MU * kappa], [c, s] = direction(angle), best = 2 / (lam[0] + lam[1]);
    const a = lam[0] * c * c + lam[1] * s * s, b = (lam[0] - lam[1]) * c * s, d = lam[0] * s * s + lam[1] * c * c, det = lam[0] * lam[1];
    const off = Math.abs(b) / Math.sqrt(a * d), along = (x, g, t) => [x[0] - t * g[0], x[1] - t * g[1]];
    const eta = { plain: lr * best, ball: lr * (2 * (1 + beta) / (lam[0] + lam[1])), nesterov: lr / lam[1] };
    const ahead = Math.sqrt(beta); // Nesterov's, best where β is
    let move = [0, 0], last = null;
    return {
      plain: { rate: contraction(lam, eta.plain), step: (x, g) => along(x, g, eta.plain) },
      ball: {
        rate: Math.max(...lam.map(l => modulus(1 + beta - eta.ball * l, beta))),
        step: (x, g) => {
          move = [beta * move[0] - eta.ball * g[0], beta * move[1] - eta.ball * g[1]];
          return [x[0] + move[0], x[1] + move[1]];
        },
      },
      nesterov: {
        rate: Math.max(...lam.map(l => modulus((1 + ahead) * (1 - eta.nesterov * l), ahead * (1 - eta.nesterov * l)))),
        step: (y, g) => {
          const x = along(y, g, eta.nesterov), from = last || y;
          last = x;
          return [x[0] + ahead * (x[0] - from[0]), x[1] + ahead * (x[1] - from[1])];
        },
      },
      jacobi: { rate: contraction([1 - off, 1 + off], lr), step: (x, g) => along(x, [g[0] / a, g[1] / d], lr) },
      newton: { rate: contraction([1], lr), step: (x, g) => along(x, [(d * g[0] - b * g[1]) / det, (a * g[1] - b * g[0]) / det], lr) },
    };
  }

  function compute(state) {
    const { kappa, angle, lr, x0, eps } = state, grad = bowlGradient(MU, MU * kappa, angle, CENTRE), rules = methods(state);
    const wanted = eps * distance(x0, CENTRE), runs = {};
    for (const [name] of METHODS) {
      const { rate, step } = rules[name], predicted = lr > 0 ? predictedSteps(rate, eps) : Infinity;
      // One that arrives is walked there; of one that does not the beginning is drawn.
      const walked = predicted <= LIMIT, last = lr > 0 ? walked ? 4 * predicted + 100 : 300 : 0, hist = [x0];
      let x = x0, far = distance(x0, CENTRE);
      while (far > wanted && hist.length <= last) {
        x = step(x, grad(x));
        far = distance(x, CENTRE);
        if (!Number.isFinite(far)) break;
        hist.push(x);
      }
      runs[name] = { hist, rate, predicted, took: walked && far <= wanted ? hist.length - 1 : Infinity };
    }
    return { runs, none: wanted < 1e-15 };
  }

  function verdict({ lr, beta, kappa, eps }, { runs, none }) {
    if (lr === 0) return "η = 0: no step. All five stay where they are.";
    if (none) return "The start is the minimum, or so near to it that rounding ends the race.";
    const called = Object.fromEntries(METHODS), list = (names, text) => names.map(text).join(", ");
    const those = test => Object.keys(runs).filter(name => test(runs[name]));
    const home = those(run => run.took < Infinity).sort((p, q) => runs[p].took - runs[q].took);
    const never = those(run => run.rate >= 1), late = those(run => run.rate < 1 && run.took === Infinity);
    const best = bestBeta(kappa), gap = beta - best, parts = [];
    if (home.length) parts.push(`To ${exactly(eps)} of the first error: ${list(home, name => `${called[name]} ${runs[name].took}`)}`);
    if (late.length) parts.push(`too slow to be counted here: ${list(late, name => called[name])}`);
    if (never.length) parts.push(`never there: ${list(never, name => called[name])}`);
    const memory = Math.abs(gap) < 0.011 ? "is about the best for the heavy ball in the long run" : `is ${gap < 0 ? "less" : "more"} memory than is best for the heavy ball in the long run, ${general(best)}`;
    return `${parts.join("; ")}. β = ${beta} ${memory}.`.replace(/^./, first => first.toUpperCase());
  }

  FIGURES.race = {
    controls: [
      { name: "x0", point: true, limits: [-1e6, 1e6] },
      { name: "kappa", label: "condition number κ", limits: [1, 1e4], values: () => powers(1, 1000) },
      { name: "beta", label: "memory β, Nesterov’s √β", limits: [0, 0.999], values: () => steps(0, 0.99, 0.01), mark: ({ kappa }) => bestBeta(kappa),
        text: (beta, { kappa }) => `${beta}, best for the heavy ball ${general(bestBeta(kappa))}` },
      { name: "angle", label: "turned by", unit: "°", limits: [-180, 180], values: () => steps(-90, 90, 1) },
      { name: "lr", label: "step, times the tuned one", limits: [0, 1e6], values: () => steps(0, 2.2, 0.01), mark: ({ kappa }) => 1 + 1 / kappa,
        text: (lr, { kappa }) => `${lr} times the tuned step, plain bound at ${general(1 + 1 / kappa)}` },
      { name: "eps", label: "accuracy", limits: [1e-10, 0.5], values: () => [...Array(10).keys()].map(i => +`1e${i - 10}`) },
    ],
    presets: [
      ["1 All tuned", {}],
      ["2 Sixteen times κ", { kappa: 400, beta: 0.82 }],
      ["3 Too little memory", { kappa: 400, beta: 0.3 }],
      ["4 Too much", { kappa: 400, beta: 0.97 }],
      ["5 Along the axes", { angle: 0 }],
      ["6 Steps too long", { lr: 1.06 }],
    ],
    readings: [...METHODS.map(([name, title]) => [name, `${title}: steps`]), ["best", "best β, heavy ball"]],
    compute,
    read: (state, result) => ({
      verdict: verdict(state, result),
      best: general(bestBeta(state.kappa)),
      ...Object.fromEntries(METHODS.map(([name]) => {
        const { took, predicted } = result.runs[name];
        return [name, `${took < Infinity ? took : "–"}, theory ${predicted < Infinity ? predicted : "never"}`];
      })),
    }),
    start(stage) {
      stage.map = stage.panel("Level lines of the bowl and the first forty steps of the five methods; the start can be dragged");
      stage.decay = stage.panel("The error of the five methods against the step, on a logarithmic axis, down to the accuracy asked for");
      stage.handle(stage.map, { label: "start", window: WINDOW, place: state => state.x0, move: x0 => ({ x0 }) });
    },
    draw({ map, decay }, { kappa, angle, eps }, { runs }) {
      frame(map, { xlim: WINDOW[0], ylim: WINDOW[1], xlabel: "x", ylabel: "y" });
      ellipses(map, CENTRE, MU, MU * kappa, angle, Math.max(7, 3 * Math.sqrt(kappa)));
      for (const [name, , kind] of METHODS) line(map, runs[name].hist.slice(0, 41), `${kind} thin`);
      // The slowest may leave the picture to the right, so that the others can be seen.
      const tooks = Object.values(runs).map(run => run.hist.length - 1).sort((p, q) => p - q);
      const last = Math.max(5, Math.min(tooks[4], 2.5 * tooks[3])), low = Math.floor(Math.log10(eps) - 0.5), decades = [low, 2];
      frame(decay, { xlim: [0, last], ylim: decades, log: true, xlabel: "step k", ylabel: "error, first = 1" });
      line(decay, [[0, eps], [last, eps]], "level");
      for (const [name, , kind] of METHODS) {
        const { hist } = runs[name], first = distance(hist[0], CENTRE) || 1, floor = 10 ** (low - 1);
        // No more points than the picture has pixels.
        const thin = Math.ceil(last / 300), shown = hist.map((x, k) => [k, x]).filter(([k]) => k < last + 2 && (k % thin === 0 || k === hist.length - 1));
        line(decay, shown.map(([k, x]) => [k, Math.max(floor, distance(x, CENTRE) / first)]), kind);
      }
      legend(decay, METHODS.map(([, title, kind]) => [kind, title]), decay.x(last) - 122, Object.values(runs).some(run => run.rate >= 1) ? decay.y(0.1) : 10);
    },
  };
}
