// Steps in units of exact search on a quadratic: which curvature each of them shaves, and whether the run crawls.
import { count, general } from "./words.js";
import { between } from "./compute.js";
import { dots, frame, line, segment } from "./draw.js";
import { evenSteps, FIGURES, powers } from "./control.js";

{
  const { names, directions, most, small, seen, floor, ceiling, latest, near } = SHARED.shave;

  const places = [...Array(directions).keys()].map(i => i / (directions - 1));
  const spread = kappa => places.map(share => 1 + (kappa - 1) * share * share);
  const total = terms => terms.reduce((sum, term) => sum + term, 0);
  const after = (e, lam, t) => e.map((part, i) => part - t * (lam[i] * part));
  const ones = places.map(() => 1);

  function compute({ rule, theta, kappa }) {
    const lam = spread(kappa);
    const first = total(lam.map(slope => slope * slope));
    const steps = [];
    let [e, last] = [ones, 1 / lam.at(-1)];
    for (;;) {
      const g = e.map((part, i) => lam[i] * part);
      const gg = total(g.map(part => part * part));
      const there = gg <= small * small * first;
      if (there || steps.length === most) return { steps, there, lam, first };
      const exact = gg / total(g.map((part, i) => lam[i] * part * part));
      const t = theta * [exact, last, total(g.map((part, i) => e[i] * part)) / gg][rule];
      steps.push(t);
      [e, last] = [after(e, lam, t), exact];
    }
  }

  const errors = ({ steps, lam }, k) => steps.slice(0, k).reduce((e, t) => after(e, lam, t), ones);

  function values({ kappa }, { steps, there }, k) {
    const taken = steps.slice(0, k);
    return {
      steps: there ? steps.length : Infinity,
      beyond: taken.filter(t => t * kappa > 2).length / k,
      pair: taken.slice(-2).map(t => 1 / t),
    };
  }

  function verdict({ kappa }, result, k) {
    return whereabouts(result, k) + habit(result.steps.slice(0, k), 1 + kappa);
  }

  function whereabouts(result, k) {
    const { steps, there, lam, first } = result;
    if (k < steps.length || !there) {
      const slope = Math.sqrt(total(errors(result, k).map((part, i) => (lam[i] * part) ** 2)) / first);
      return k ? `After ${count(k)} the gradient is ${general(slope, 2)} of its first.` : "No step yet.";
    }
    return `There after ${count(k)}.`;
  }

  // In the crawl the curvatures repeat in pairs, or each of them is half of μ + L.
  function habit(steps, sum) {
    if (steps.length < latest) return "";
    const met = steps.slice(-latest).map(t => 1 / t);
    const pairs = met.slice(1).map((curvature, i) => curvature + met[i]);
    if (pairs.every(pair => Math.abs(pair - sum) < near * sum)) {
      return ` Each two in a row of its last ${latest} curvatures add up to about μ + L: this is the crawl.`;
    }
    const ends = [Math.min(...met), Math.max(...met)].map(end => general(end));
    return ` Its last ${latest} curvatures lie between ${ends.join(" and ")}.`;
  }

  function drawErrors(map, { kappa }, result, k) {
    const ylim = [floor, ceiling].map(Math.log10);
    const xlim = [0, Math.log10(kappa)];
    frame(map, { xlim, ylim, log: true, xlabel: "power of ten of λ", ylabel: "error left" });
    const met = -Math.log10(result.steps[k - 1]);
    segment(map, [met, floor], [met, ceiling], "second");
    const parts = errors(result, k).map(part => between(Math.abs(part), [floor, ceiling]));
    const points = parts.map((part, i) => [Math.log10(result.lam[i]), part]);
    line(map, points, "run", true);
  }

  // Below the line are the steps beyond 2/L.
  function drawSteps(side, { theta, kappa }, { steps }, k) {
    const from = Math.max(0, k - seen);
    const ylim = [0, (1.05 * kappa) / Math.min(1, theta)];
    frame(side, { xlim: [from, from + seen], ylim, xlabel: "step k", ylabel: "curvature 1/t" });
    segment(side, [from, kappa / 2], [from + seen, kappa / 2], "level");
    const points = steps.slice(from, k).map((t, i) => [from + i, 1 / t]);
    dots(side, points, "second");
  }

  FIGURES.shave = {
    main: "theta",
    key: { run: "error left", second: "1/t of a step", level: "L/2" },
    time: { last: (state, { steps }) => steps.length },
    controls: [
      { name: "theta", label: "times the step, θ", values: () => evenSteps(0.05, 1.95, 0.01), mark: () => 1 },
      { name: "rule", label: "step of", values: () => evenSteps(0, names.length - 1, 1), note: rule => names[rule] },
      { name: "kappa", label: "condition number κ", values: () => powers(2, 1000) },
    ],
    presets: [
      ["1 Exact search", {}],
      ["2 A bit less", { theta: 0.9 }],
      ["3 A bit more", { theta: 1.1 }],
      ["4 One round late", { rule: 1 }],
      ["5 Polyak’s", { rule: 2 }],
      ["6 Half of that", { rule: 2, theta: 0.5 }],
    ],
    readings: [
      ["steps", "steps to 10⁻⁶"],
      ["beyond", "steps beyond 2/L"],
      ["pair", "last two 1/t"],
    ],
    compute,
    values,
    verdict,
    room: 150,
    start(stage) {
      stage.map = stage.panel("The error left along each curvature, and that of the last step");
      stage.side = stage.panel("The curvatures of the last steps, and the line at L/2");
    },
    draw({ map, side }, state, result, k) {
      drawErrors(map, state, result, k);
      drawSteps(side, state, result, k);
    },
  };
}
