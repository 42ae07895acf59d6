// Two valleys, f = x⁴ − 4x² + tx + (1 + 2x²) y²: along y = 0 the double well. Where a run ends, and what noise and
// restarts buy.
import { count, general, percent } from "./words.js";
import { descent, moved, norm } from "./compute.js";
import { bell, uniform } from "./chance.js";
import { curve, frame, levels, line, shape } from "./draw.js";
import { evenSteps, FIGURES, integers } from "./control.js";
import { startHandle } from "./pointer.js";

{
  const { window, columns, rows, settled, patience, room, far } = SHARED.basins;
  const [[left, right], [low, high]] = window;
  // Where a start leads.
  const [LEFT, RIGHT, OFF] = [0, 1, 2];
  const height = ([x, y], tilt) => (x * x - 4) * x * x + tilt * x + (1 + 2 * x * x) * y * y;
  const gradient = ([x, y], tilt) => [(4 * x * x - 8 + 4 * y * y) * x + tilt, (2 + 4 * x * x) * y];

  // Left minimum, hill and right minimum on the axis, by Newton's method from where it cannot miss them.
  const flats = tilt =>
    [-2, 0, 2].map(start => {
      let x = start;
      for (let i = 0; i < 60; i++) x -= ((4 * x * x - 8) * x + tilt) / (12 * x * x - 8);
      return x;
    });

  // Where one start leads without noise.
  function endOf(start, { lr, tilt }, hill) {
    let x = start;
    for (let k = 0; k < patience; k++) {
      const slope = gradient(x, tilt);
      x = moved(x, slope, lr);
      if (!x.every(Number.isFinite)) return OFF;
      if (norm(slope) < settled) break;
    }
    return x[0] < hill ? LEFT : RIGHT;
  }

  // Where the middles of cells lead, row by row upwards from y = 0; the lower half mirrors it.
  // Kept until ground or step changes.
  let kept = {};
  function basins(lr, tilt) {
    if (kept.lr === lr && kept.tilt === tilt) return kept;
    const hill = flats(tilt)[1];
    const kinds = [];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const x = left + (right - left) * ((column + 0.5) / columns);
        const y = high * ((row + 0.5) / rows);
        kinds.push(endOf([x, y], { lr, tilt }, hill));
      }
    }
    kept = { lr, tilt, kinds, share: kinds.filter(kind => kind === LEFT).length / kinds.length };
    return kept;
  }

  // A run, number 0 from the start and the others from where chance puts them, with its own stretch of chance.
  function runOf(number, { lr, n_iter, tilt, noise, seed, x0 }, hill) {
    const first = room * number;
    let place = first;
    const exact = point => gradient(point, tilt);
    const noisy = point => exact(point).map(slope => slope + noise * bell(seed, place++));
    const start = number ? startOf(seed, first) : x0;
    const run = descent(noise ? noisy : exact, start, lr, n_iter);
    const off = run.stopped === "diverged" || Math.abs(run.x[0]) > far;
    return { ...run, off, height: height(run.x, tilt), left: !off && run.x[0] < hill };
  }

  const startOf = (seed, first) => [
    left + (right - left) * uniform(seed, first + room - 2),
    low + (high - low) * uniform(seed, first + room - 1),
  ];

  function compute(state) {
    const valleys = flats(state.tilt);
    const hill = valleys[1];
    const runs = [...Array(state.restarts + 1).keys()].map(number => runOf(number, state, hill));
    const { kinds = [], share } = state.lr > 0 ? basins(state.lr, state.tilt) : {};
    const stay = runs[0].hist.slice(1).filter(x => x[0] < hill).length / runs[0].steps;
    const best = Math.min(...runs.map(run => run.height).filter(Number.isFinite));
    return { runs, valleys, kinds, share, stay, found: runs.filter(run => run.left).length, best };
  }

  function verdict(state, result) {
    if (state.lr === 0) return "η = 0: no step. The point stays where it is.";
    const run = result.runs[0];
    const said = run.off ? runsOff(run, state.noise) : state.noise ? carried(state, result) : ending(state, result);
    const none = run.steps === 0 && run.stopped === "budget";
    return (none ? "No step yet." : said) + (state.restarts ? restarted(state.restarts, result) : "");
  }

  const sideOf = run => (run.left ? "left" : "right");

  function runsOff(run, noise) {
    const where = noise ? "the noise threw it to where" : "here";
    return `Runs off after ${count(run.steps)}: ${where} the step is too long for the slope.`;
  }

  function carried({ x0 }, { runs: [run], valleys: [, hill], stay }) {
    const over = run.hist.findIndex(x => x[0] < hill !== x0[0] < hill);
    const end = `It ends on the ${sideOf(run)}.`;
    if (over < 0) return `The noise does not carry the run over the hill in ${count(run.steps)}. ${end}`;
    const spent = `it spends ${percent(stay)} of its steps on the left`;
    return `The noise carries the run over the hill, first at step ${over}; ${spent}. ${end}`;
  }

  function ending({ lr, tilt }, { runs: [run], valleys: [leftmost, hill, rightmost] }) {
    if (run.stopped === "converged") return settling(run, hill, tilt);
    const at = run.left ? leftmost : rightmost;
    const bound = 2 / Math.max(12 * at * at - 8, 2 + 4 * at * at);
    const reason = lr > bound ? `: η is beyond the bound ${general(bound)} of that minimum.` : " yet.";
    return `After ${count(run.steps)} on the ${sideOf(run)} and not settled${reason}`;
  }

  function settling(run, hill, tilt) {
    if (Math.abs(run.x[0] - hill) < 1e-6) {
      return `Caught at the saddle after ${count(run.steps)}: the gradient vanishes, yet this is no minimum.`;
    }
    const deep = tilt === 0 ? "as deep as the other" : run.left ? "the deeper" : "the shallower";
    const blind = !run.left && tilt ? ", and nothing there tells that a better one exists." : ".";
    return `Settles in the ${sideOf(run)} valley, ${deep}, after ${count(run.steps)}${blind}`;
  }

  function restarted(restarts, { share, found }) {
    const runs = `Of ${restarts + 1} runs ${found} ${found === 1 ? "ends" : "end"} left`;
    const chance = general((1 - share) ** restarts, 2);
    return ` ${runs}; without noise all ${restarts} restarts would miss with chance ${chance}.`;
  }

  // Fills the basins: the left one whole, the right one in stripes, so that they differ without their colours too.
  function fill(map, kinds) {
    const wide = map.x(right) / columns;
    const tall = map.y(0) / rows;
    const paths = ["", ""];
    for (const { kind, row, start, end } of stretches(kinds).filter(stretch => stretch.kind !== OFF)) {
      for (const place of [row, -row - 1]) {
        const y = map.y(0) - (place + 1) * tall;
        const width = (end - start) * wide;
        const thick = kind === RIGHT ? tall / 2 : tall;
        const box = `h${width.toFixed(1)}v${thick.toFixed(2)}h${(-width).toFixed(1)}z`;
        paths[kind] += `M${(start * wide).toFixed(1)} ${y.toFixed(2)}${box}`;
      }
    }
    map.plot.append(shape("path", { class: "basin", d: paths[LEFT] }));
    map.plot.append(shape("path", { class: "basin right", d: paths[RIGHT] }));
  }

  // Neighbours in a row that lead to the same place, as one.
  function stretches(kinds) {
    const found = [];
    kinds.forEach((kind, i) => {
      const row = Math.floor(i / columns);
      const column = i % columns;
      const last = found.at(-1);
      if (column && last.kind === kind) last.end = column + 1;
      else found.push({ kind, row, start: column, end: column + 1 });
    });
    return found;
  }

  function drawGround({ map, side }, tilt, { kinds, valleys: [leftmost, hill] }) {
    const bottom = Math.floor(height([leftmost, 0], tilt)) - 1;
    frame(map, { xlim: window[0], ylim: window[1], xlabel: "x", ylabel: "y" });
    frame(side, { xlim: window[0], ylim: [bottom, 4], xlabel: "x", ylabel: "f" });
    fill(map, kinds);
    if (map.tilt !== tilt) map.kept = null;
    map.tilt = tilt;
    levels(map, point => height(point, tilt), ...window, 12);
    const places = [...Array(89).keys()].map(i => left + i / 20);
    curve(side, x => height([x, 0], tilt), places, "goal");
    cross(map, hill, 0);
    cross(side, hill, height([hill, 0], tilt));
  }

  function cross(panel, x, y) {
    const d = `M${panel.x(x) - 4} ${panel.y(y) - 4}l8 8m-8 0l8 -8`;
    panel.plot.append(shape("path", { class: "goal", d }));
  }

  // A restart: no more than about sixty points of its path.
  function drawRestart({ map, side }, run) {
    const every = Math.ceil(run.hist.length / 60);
    const shown = run.hist.filter((_, k) => k % every === 0 || k === run.steps);
    line(map, shown, "restart");
    line(side, [[run.x[0], run.height]], "restart", true);
    line(map, [run.hist[0]], "restart", true);
  }

  function drawRun({ map, side }, run, { tilt, noise }) {
    const points = run.hist.map(x => [x[0], height(x, tilt)]);
    const kind = noise ? "run faint" : "run";
    line(map, run.hist, kind, true);
    line(side, points, kind, true);
    line(map, [run.x], "last", true);
    line(side, points.slice(-1), "last", true);
  }

  function drawNames({ map, side }, tilt, { kinds, valleys: [leftmost, hill, rightmost] }) {
    const name = (panel, x, y, text, attributes = { class: "middle" }) =>
      panel.plot.append(shape("text", { x, y, ...attributes }, text));
    const ground = x => side.y(height([x, 0], tilt));
    if (kinds.includes(OFF)) name(map, 6, 14, "uncoloured: runs off", {});
    for (const [text, x] of Object.entries({ left: leftmost, right: rightmost })) {
      if (kinds.length) name(map, map.x(x), map.y(-1.6), `${text} basin`);
      name(side, side.x(x), ground(x) + 18, `${text} valley`);
    }
    name(side, side.x(hill), ground(hill) + 26, "saddle");
  }

  FIGURES.basins = {
    main: "lr",
    time: { last: (state, { runs }) => runs[0].steps },
    controls: [
      { name: "x0" },
      { name: "lr", label: "learning rate η", values: () => evenSteps(0, 0.15, 0.001) },
      { name: "n_iter", label: "iterations", values: () => integers(1, 2000) },
      { name: "noise", label: "noise σ", values: () => evenSteps(0, 40, 0.5) },
      { name: "restarts", label: "restarts", values: () => evenSteps(0, 30, 1) },
      { name: "seed", label: "draw of chance", values: () => evenSteps(1, 50, 1) },
      { name: "tilt", label: "tilt t", values: () => evenSteps(0, 4, 0.1) },
    ],
    presets: [
      ["1 From −0.4", { x0: [-0.4, 0] }],
      ["2 From +0.4", {}],
      ["3 Round the bend", { x0: [0.4, 1.8] }],
      ["4 On the axis", { tilt: 0, x0: [0, 1.5], n_iter: 500 }],
      ["5 Nudged", { tilt: 0, x0: [1e-6, 1.5], n_iter: 500 }],
      ["6 Restarts", { restarts: 5 }],
      ["7 Noise", { lr: 0.01, noise: 15, n_iter: 2000, seed: 2 }],
      ["8 Too much noise", { lr: 0.01, noise: 40, n_iter: 2000, seed: 2 }],
    ],
    readings: [
      ["steps", "steps taken"],
      ["end", "x at the end"],
      ["height", "f there"],
      ["stay", "steps spent left of the hill"],
      ["share", "starts that lead left"],
      ["found", "runs that end left"],
      ["best", "lowest end of all runs"],
    ],
    compute,
    values(state, { runs: [run, ...others], valleys: [, hill], share, found }, k) {
      const here = height(run.hist[k], state.tilt);
      const best = Math.min(...[here, ...others.map(other => other.height)].filter(Number.isFinite));
      const stay = run.hist.slice(1, k + 1).filter(x => x[0] < hill).length / k;
      return { steps: k, end: run.hist[k][0], height: here, stay, share, found: [found, others.length + 1], best };
    },
    verdict,
    longest:
      "Settles in the right valley, the shallower, after 56 steps, and nothing there tells that a better one exists. Of 101 runs 57 end left; without noise all 100 restarts would miss with chance 2.2e-35.",
    start(stage) {
      stage.map = stage.panel(
        "Level lines of two valleys, their basins and the path of the run; the start can be dragged",
      );
      stage.side = stage.panel("The same run from the side: the curve along y = 0, with two valleys and a hill");
      stage.handle(stage.map, startHandle(window));
      stage.handle(stage.side, {
        label: "the same point, from the side",
        window: [window[0], [-11, 4]],
        place: ({ x0, tilt }) => [x0[0], height(x0, tilt)],
        move: ([x], { x0 }) => ({ x0: [x, x0[1]] }),
        text: ({ x0, tilt }) => `x = ${general(x0[0])}, f = ${general(height(x0, tilt))}`,
      });
    },
    draw(stage, state, result, k) {
      const hist = result.runs[0].hist.slice(0, k + 1);
      drawGround(stage, state.tilt, result);
      for (const run of result.runs.slice(1)) drawRestart(stage, run);
      drawRun(stage, { ...result.runs[0], hist, x: hist[k] }, state);
      drawNames(stage, state.tilt, result);
    },
  };
}
