// Five methods on the bowl f = (x − 3)² + κ (y − 1)², from one start: who needs how many steps, and what theory says of
// each.
import { count, exactly, FORMS, general, powerOfTen } from "./words.js";
import { contraction, direction, dot, moved, predictedSteps } from "./compute.js";
import { BOWL, bowlGradient, drawBowl, eigenvalues, entries, toCentre } from "./turned_bowl.js";
import { dots, frame, line, segment } from "./draw.js";
import { evenSteps, FIGURES, powers } from "./control.js";
import { startHandle } from "./pointer.js";

{
  const { names, walked, spare, beginning, mostMemory } = SHARED.race;
  // Of lines, as live.css knows them.
  const KINDS = { plain: "run", ball: "second", nesterov: "third", jacobi: "fourth", newton: "theory" };

  // The memory that is best for the heavy ball's rate, which follows from plain descent's; none is beyond the bound.
  function bestBeta(state) {
    const { rate } = plainDescent(state);
    const root = rate / (1 + Math.sqrt(1 - rate * rate));
    return rate < 1 - 1e-9 ? root * root : NaN;
  }

  function memory(state) {
    const best = bestBeta(state);
    return state.keep && best < 1 ? Math.min(mostMemory, best) : state.beta;
  }

  // A power of ten, where it is one.
  function written(eps) {
    const text = eps.toExponential();
    return text.startsWith("1e") ? powerOfTen(text.slice(2)) : exactly(eps);
  }

  // In tuned steps.
  const plainBound = ({ kappa }) => 1 + 1 / kappa;

  // The larger modulus of the roots of z² − bz + c.
  function modulus(b, c) {
    const square = b * b - 4 * c;
    return square < 0 ? Math.sqrt(c) : (Math.abs(b) + Math.sqrt(square)) / 2;
  }

  // Of each method its rate in the long run and a rule x, ∇f(x) → next x, which may remember.
  const methods = state => ({
    plain: plainDescent(state),
    ball: heavyBall(state, memory(state)),
    nesterov: nesterov(state, Math.sqrt(memory(state))),
    ...preconditioned(state),
  });

  function plainDescent({ kappa, lr }) {
    const [mu, L] = eigenvalues(kappa);
    const eta = lr * (2 / (mu + L));
    return { rate: contraction([mu, L], eta), step: (x, slope) => moved(x, slope, eta) };
  }

  function heavyBall({ kappa, lr }, beta) {
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

  function nesterov({ kappa, lr }, share) {
    const [mu, L] = eigenvalues(kappa);
    const eta = lr / L;
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
    const long = promised <= walked ? Math.max(4 * promised + spare, beginning) : beginning;
    const most = lr > 0 ? long : 0;
    let x = x0;
    let far = toCentre(x0);
    while (far > wanted && hist.length <= most) {
      x = step(x, grad(x));
      far = toCentre(x);
      if (!Number.isFinite(far)) break;
      hist.push(x);
    }
    const took = far <= wanted ? hist.length - 1 : Infinity;
    return { hist, rate, promised, took, away: rate > 1 && !(far <= toCentre(x0)) };
  }

  function verdict(state, { runs, none }, k) {
    const { lr, eps, ball } = state;
    const those = raceOf(state, runs);
    if (!those.length) return "Nobody runs: choose a method.";
    if (lr === 0) return "η = 0: no step, and nothing moves.";
    if (none) return "The start is the minimum, or so near to it that rounding ends the race.";
    if (k < lastStep(those)) return onTheWay(those, k);
    return (those[1] ? arrivals : alone)(those, eps) + (ball ? ` ${memoryTold(state, runs.ball.rate)}` : "");
  }

  function alone([[, { took, away }]], eps) {
    if (took < Infinity) return `${count(took)} to ${written(eps)} of the first error.`;
    return away ? "Running away." : `Not there in ${beginning} steps.`;
  }

  function arrivals(those, eps) {
    const home = those.filter(([, run]) => run.took < Infinity).sort((one, other) => one[1].took - other[1].took);
    const out = away => those.filter(([, run]) => run.took === Infinity && run.away === away).map(nameOf);
    return listed([
      [`Steps to ${written(eps)}`, home.map(([name, run]) => `${names[name]} ${run.took}`)],
      [`Not in ${beginning} steps`, out(false)],
      ["Running away", out(true)],
    ]);
  }

  // In the middle of the race. Of whom no more steps are walked nothing is told.
  function onTheWay(those, k) {
    const others = those.filter(([, run]) => run.took > k && run.hist.length > k);
    return listed([
      [`Error after ${count(k)}`, others.map(([name, { hist }]) => `${names[name]} ${general(relative(hist, k), 2)}`)],
      ["Arrived", those.filter(([, run]) => run.took <= k).map(nameOf)],
    ]);
  }

  const nameOf = ([name]) => names[name];
  const listed = parts =>
    parts.flatMap(([what, list]) => (list.length ? `${what}: ${list.join(", ")}.` : [])).join(" ");

  function memoryTold(state, rate) {
    const beta = memory(state);
    const best = bestBeta(state);
    const none = Number.isNaN(best);
    const [here, value] = [isOnAxis(state), FORMS.fixed(best)];
    if (none) return `${here ? "Off the axes, unlike here, no" : "No"} β helps the heavy ball at this step.`;
    if (here) return `Off the axes, unlike here, the heavy ball’s best β in the long run is ${value}.`;
    const told = `the heavy ball’s best in the long run, ${value}.`;
    if (state.keep && beta === best) return `β is kept at ${told}`;
    const near = Math.log(rate) <= (0.95 / 2) * Math.log(best);
    return `β = ${exactly(beta)} is ${near ? "about" : beta < best ? "below" : "above"} ${told}`;
  }

  // Along one of the two directions there is nothing but rounding.
  function isOnAxis({ angle, x0 }) {
    const [c, s] = direction(angle);
    const way = moved(x0, BOWL.centre, 1);
    return [dot([c, s], way), dot([-s, c], way)].some(part => Math.abs(part) < 1e-12 * toCentre(x0));
  }

  // The methods that were not switched off, with their runs.
  const raceOf = (state, runs) => Object.entries(runs).filter(([name]) => state[name]);
  const relative = (hist, k) => toCentre(hist[k]) / (toCentre(hist[0]) || 1);

  const stand = (panel, at, kind) => dots(panel, [at], `now ${kind}`);

  const lastStep = those => Math.max(0, ...those.map(([, run]) => run.hist.length - 1));

  // The axis begins before the first step, so that who arrives with that is seen beside it.
  function drawDecay(panel, eps, those, k) {
    const last = Math.max(5, lastStep(those));
    const low = Math.floor(Math.log10(eps) - 0.5);
    const before = -last / 30;
    const end = 1.02 * last;
    frame(panel, { xlim: [before, end], ylim: [low, 2], log: true, xlabel: "step k", ylabel: "error, first = 1" });
    segment(panel, [before, eps], [end, eps], "level");
    if (k < last) segment(panel, [k, 10 ** low], [k, 100], "level");
    for (const [name, { hist }] of those) {
      const shown = thinned(hist, last, 10 ** (low - 1));
      line(panel, shown, KINDS[name]);
      const there = Math.min(k, hist.length - 1);
      stand(panel, [there, Math.max(1.4 * 10 ** low, relative(hist, there))], KINDS[name]);
    }
  }

  // The errors step by step, the first one 1, none below a floor; no more points than the picture has pixels.
  function thinned(hist, last, floor) {
    const every = Math.ceil(last / 200);
    const end = Math.min(hist.length - 1, last + 1);
    const shown = [...Array(Math.ceil(end / every)).keys()].map(i => i * every);
    return [...shown, end].map(k => [k, Math.max(floor, relative(hist, k))]);
  }

  const reading = name => [name, `${names[name]}: steps`, name];

  FIGURES.race = {
    main: "kappa",
    idle: ({ ball, nesterov: ahead }, name) => /beta|keep/.test(name) && !(ball || ahead),
    time: { last: (state, { runs }) => lastStep(raceOf(state, runs)) },
    controls: [
      { name: "x0" },
      ...Object.entries(KINDS).map(([name, kind]) => ({ name, label: names[name], kind, toggle: true })),
      { name: "kappa", label: "condition number κ", values: () => powers(1, 1000) },
      {
        name: "beta",
        label: "memory β",
        values: () => evenSteps(0, 0.99, 0.01),
        place: state => +memory(state).toFixed(4),
        set: beta => ({ beta, keep: 0 }),
        mark: bestBeta,
        note: (beta, state) => `best ${FORMS.fixed(bestBeta(state))}`,
      },
      { name: "keep", label: "keep β best", toggle: true },
      { name: "angle", label: "turned by", unit: "°", values: () => evenSteps(-90, 90, 1) },
      {
        name: "lr",
        label: "step ÷ tuned",
        values: () => evenSteps(0, 2.2, 0.01),
        mark: plainBound,
        note: (lr, state) => `plain bound ${general(plainBound(state))}`,
      },
      { name: "eps", label: "accuracy", values: () => [...Array(10).keys()].map(i => +`1e${i - 10}`), form: written },
    ],
    presets: [
      ["1 Tuned steps", {}],
      ["2 Sixteen times κ", { kappa: 400, keep: 1 }],
      ["3 Too little memory", ({ ball }) => ball && { kappa: 400, beta: 0.3, keep: 0 }],
      ["4 Too much", ({ ball }) => ball && { kappa: 400, beta: 0.97, keep: 0 }],
      ["5 Along the axes", { angle: 0 }],
      ["6 Half the step", { lr: 0.5, keep: 1 }],
      ["7 Steps too long", { lr: 1.06 }],
    ],
    readings: [
      reading("plain"),
      reading("ball"),
      ["best", "best β in the long run", "ball"],
      ...["nesterov", "jacobi", "newton"].map(reading),
    ],
    compute,
    values(state, { runs }) {
      const counts = Object.entries(runs).map(([name, { took, promised }]) => [name, [took, promised]]);
      return { ...Object.fromEntries(counts), best: bestBeta(state) };
    },
    verdict,
    room: 180,
    start(stage) {
      stage.map = stage.panel("Level lines of the bowl and the path of each method; the start can be dragged");
      stage.decay = stage.panel("The error of each method against the step, on a logarithmic axis");
      stage.handle(stage.map, startHandle(BOWL.window));
    },
    draw({ map, decay }, state, { runs }, k) {
      const those = raceOf(state, runs);
      drawBowl(map, state.kappa, state.angle);
      for (const [name, { hist }] of those) line(map, hist.slice(0, Math.min(k, 40) + 1), `${KINDS[name]} thin`);
      for (const [name, { hist }] of those) if (k < hist.length - 1) stand(map, hist[k], KINDS[name]);
      drawDecay(decay, state.eps, those, k);
    },
  };
}
