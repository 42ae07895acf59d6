// Five methods on the bowl f = (x − 3)² + κ (y − 1)², from one start: who needs how many steps, and what theory says of
// each.
import { exactly, general } from "./words.js";
import { contraction, moved, predictedSteps } from "./compute.js";
import { BOWL, bowlGradient, drawBowl, eigenvalues, entries, toCentre } from "./turned_bowl.js";
import { frame, legend, line, segment } from "./draw.js";
import { evenSteps, FIGURES, powers } from "./control.js";
import { startHandle } from "./pointer.js";

{
  const { names, walked, spare, beginning } = SHARED.race;
  // Of lines, as live.css knows them.
  const KINDS = { plain: "run", ball: "second", nesterov: "third", jacobi: "fourth", newton: "theory" };
  const bestBeta = kappa => ((Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1)) ** 2;
  // In tuned steps.
  const plainBound = kappa => 1 + 1 / kappa;

  // The larger modulus of the roots of z² − bz + c.
  function modulus(b, c) {
    const square = b * b - 4 * c;
    return square < 0 ? Math.sqrt(c) : (Math.abs(b) + Math.sqrt(square)) / 2;
  }

  // Of each method its rate in the long run and a rule x, ∇f(x) → next x, which may remember.
  const methods = state => ({
    plain: plainDescent(state),
    ball: heavyBall(state),
    nesterov: nesterov(state),
    ...preconditioned(state),
  });

  function plainDescent({ kappa, lr }) {
    const [mu, L] = eigenvalues(kappa);
    const eta = lr * (2 / (mu + L));
    return { rate: contraction([mu, L], eta), step: (x, slope) => moved(x, slope, eta) };
  }

  function heavyBall({ kappa, lr, beta }) {
    const [mu, L] = eigenvalues(kappa);
    const eta = lr * ((2 * (1 + beta)) / (mu + L));
    const rates = [mu, L].map(curvature => modulus(1 + beta - eta * curvature, beta));
    let move = [0, 0];
    const step = (x, slope) => {
      move = [beta * move[0] - eta * slope[0], beta * move[1] - eta * slope[1]];
      return [x[0] + move[0], x[1] + move[1]];
    };
    return { rate: Math.max(...rates), step };
  }

  // Its memory is √β, so that it is best where β is.
  function nesterov({ kappa, lr, beta }) {
    const [mu, L] = eigenvalues(kappa);
    const eta = lr / L;
    const share = Math.sqrt(beta);
    const rates = [mu, L].map(curvature => {
      const factor = 1 - eta * curvature;
      return modulus((1 + share) * factor, share * factor);
    });
    let last = null;
    const step = (ahead, slope) => {
      const x = moved(ahead, slope, eta);
      const from = last || ahead;
      last = x;
      return [x[0] + share * (x[0] - from[0]), x[1] + share * (x[1] - from[1])];
    };
    return { rate: Math.max(...rates), step };
  }

  // By the diagonal of the Hessian, and by the whole of it.
  function preconditioned({ kappa, angle, lr }) {
    const [a, b, d] = entries(kappa, angle);
    const [mu, L] = eigenvalues(kappa);
    const det = mu * L;
    const off = Math.abs(b) / Math.sqrt(a * d);
    const newtonWay = slope => [(d * slope[0] - b * slope[1]) / det, (a * slope[1] - b * slope[0]) / det];
    return {
      jacobi: {
        rate: contraction([1 - off, 1 + off], lr),
        step: (x, slope) => moved(x, [slope[0] / a, slope[1] / d], lr),
      },
      newton: { rate: contraction([1], lr), step: (x, slope) => moved(x, newtonWay(slope), lr) },
    };
  }

  function compute(state) {
    const runs = Object.entries(methods(state)).map(([name, method]) => [name, raced(method, state)]);
    return { runs: Object.fromEntries(runs), none: state.eps * toCentre(state.x0) < 1e-15 };
  }

  // A method that arrives is walked there; of one that does not the beginning is drawn.
  function raced({ rate, step }, { kappa, angle, lr, x0, eps }) {
    const grad = bowlGradient(kappa, angle);
    const wanted = eps * toCentre(x0);
    const hist = [x0];
    const promised = lr > 0 ? predictedSteps(rate, eps) : Infinity;
    const counted = promised <= walked;
    const most = lr > 0 ? (counted ? 4 * promised + spare : beginning) : 0;
    let x = x0;
    let far = toCentre(x0);
    while (far > wanted && hist.length <= most) {
      x = step(x, grad(x));
      far = toCentre(x);
      if (!Number.isFinite(far)) break;
      hist.push(x);
    }
    return { hist, rate, promised, took: counted && far <= wanted ? hist.length - 1 : Infinity };
  }

  function verdict({ lr, beta, kappa, eps }, { runs, none }) {
    if (lr === 0) return "η = 0: no step. All five stay where they are.";
    if (none) return "The start is the minimum, or so near to it that rounding ends the race.";
    const said = `${arrivals(runs, eps)}. β = ${beta} ${memory(beta, bestBeta(kappa))}.`;
    return said.replace(/^./, first => first.toUpperCase());
  }

  function arrivals(runs, eps) {
    const those = test => Object.keys(runs).filter(name => test(runs[name]));
    const home = those(run => run.took < Infinity).sort((one, other) => runs[one].took - runs[other].took);
    const late = those(run => run.rate < 1 && run.took === Infinity);
    const never = those(run => run.rate >= 1);
    const list = found => found.map(name => names[name]).join(", ");
    const counts = home.map(name => `${names[name]} ${runs[name].took}`);
    const parts = [];
    if (home.length) parts.push(`To ${exactly(eps)} of the first error: ${counts.join(", ")}`);
    if (late.length) parts.push(`too slow to be counted here: ${list(late)}`);
    if (never.length) parts.push(`never there: ${list(never)}`);
    return parts.join("; ");
  }

  function memory(beta, best) {
    if (Math.abs(beta - best) < 0.011) return "is about the best for the heavy ball in the long run";
    const much = beta < best ? "less" : "more";
    return `is ${much} memory than is best for the heavy ball in the long run, ${general(best)}`;
  }

  // The slowest may leave the picture to the right, so that the others can be seen.
  function drawDecay(panel, eps, runs) {
    const all = Object.values(runs);
    const lengths = all.map(run => run.hist.length - 1).sort((one, other) => one - other);
    const last = Math.max(5, Math.min(lengths[4], 2.5 * lengths[3]));
    const low = Math.floor(Math.log10(eps) - 0.5);
    frame(panel, { xlim: [0, last], ylim: [low, 2], log: true, xlabel: "step k", ylabel: "error, first = 1" });
    segment(panel, [0, eps], [last, eps], "level");
    for (const name in names) line(panel, thinned(runs[name].hist, last, 10 ** (low - 1)), KINDS[name]);
    const kinds = Object.keys(names).map(name => [KINDS[name], names[name]]);
    legend(panel, Object.fromEntries(kinds), panel.x(last) - 122, all.some(run => run.rate >= 1) ? panel.y(0.1) : 10);
  }

  // The errors step by step, the first one 1, none below a floor; no more points than the picture has pixels.
  function thinned(hist, last, floor) {
    const first = toCentre(hist[0]) || 1;
    const every = Math.ceil(last / 300);
    const shown = [...hist.keys()].filter(k => k < last + 2 && (k % every === 0 || k === hist.length - 1));
    return shown.map(k => [k, Math.max(floor, toCentre(hist[k]) / first)]);
  }

  FIGURES.race = {
    main: "beta",
    controls: [
      { name: "x0" },
      { name: "kappa", label: "condition number κ", values: () => powers(1, 1000) },
      {
        name: "beta",
        label: "memory β, Nesterov’s √β",
        values: () => evenSteps(0, 0.99, 0.01),
        mark: ({ kappa }) => bestBeta(kappa),
        text: (beta, { kappa }) => `${beta}, best for the heavy ball ${general(bestBeta(kappa))}`,
      },
      { name: "angle", label: "turned by", unit: "°", values: () => evenSteps(-90, 90, 1) },
      {
        name: "lr",
        label: "step, times the tuned one",
        values: () => evenSteps(0, 2.2, 0.01),
        mark: ({ kappa }) => plainBound(kappa),
        text: (lr, { kappa }) => `${lr} times the tuned step, plain bound at ${general(plainBound(kappa))}`,
      },
      { name: "eps", label: "accuracy", values: () => [...Array(10).keys()].map(i => +`1e${i - 10}`) },
    ],
    presets: [
      ["1 All tuned", {}],
      ["2 Sixteen times κ", { kappa: 400, beta: 0.82 }],
      ["3 Too little memory", { kappa: 400, beta: 0.3 }],
      ["4 Too much", { kappa: 400, beta: 0.97 }],
      ["5 Along the axes", { angle: 0 }],
      ["6 Steps too long", { lr: 1.06 }],
    ],
    readings: [...Object.keys(names).map(name => [name, `${names[name]}: steps`]), ["best", "best β, heavy ball"]],
    compute,
    values(state, { runs }) {
      const counts = Object.entries(runs).map(([name, { took, promised }]) => [name, [took, promised]]);
      return { ...Object.fromEntries(counts), best: bestBeta(state.kappa) };
    },
    verdict,
    longest:
      "To 10⁻⁶ of the first error: Newton 1, heavy ball 3884, Nesterov 6709, preconditioned 7437; too slow to be counted here: plain descent. β = 0.44 is less memory than is best for the heavy ball in the long run, 0.9002.",
    start(stage) {
      stage.map = stage.panel(
        "Level lines of the bowl and the first forty steps of the five methods; the start can be dragged",
      );
      stage.decay = stage.panel(
        "The error of the five methods against the step, on a logarithmic axis, down to the accuracy asked for",
      );
      stage.handle(stage.map, startHandle(BOWL.window));
    },
    draw({ map, decay }, { kappa, angle, eps }, { runs }) {
      drawBowl(map, kappa, angle);
      for (const name in names) line(map, runs[name].hist.slice(0, 41), `${KINDS[name]} thin`);
      drawDecay(decay, eps, runs);
    },
  };
}
