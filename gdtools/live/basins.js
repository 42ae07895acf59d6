// Two valleys: where a run ends, and what noise and restarts buy.
import { count, general, percent, shareOf } from "./words.js";
import { descent } from "./compute.js";
import { bell, uniform } from "./chance.js";
import { basins, flats, valleyHeight, VALLEYS, valleySlope } from "./valleys.js";
import { curve, dots, frame, levels, line, shape, spot, star } from "./draw.js";
import { evenSteps, FIGURES, integers } from "./control.js";
import { startHandle } from "./pointer.js";

{
  const { room, far } = SHARED.basins;
  const { window } = VALLEYS;
  const [[left, right], [low, high]] = window;

  // A run, number 0 from the start and the others from where chance puts them, with its own stretch of chance.
  function runOf(number, { lr, n_iter, tilt, noise, seed, x0 }, hill) {
    const first = room * number;
    let place = first;
    const exact = point => valleySlope(point, tilt);
    const noisy = point => exact(point).map(slope => slope + noise * bell(seed, place++));
    const start = number ? startOf(seed, first) : x0;
    const run = descent(noise ? noisy : exact, start, lr, n_iter);
    const off = run.stopped === "diverged" || Math.abs(run.x[0]) > far;
    return { ...run, off, left: !off && run.x[0] < hill };
  }

  // Kept while only their number changes.
  let kept = {};
  function keptRun(number, { restarts: _restarts, ...setting }, hill) {
    const key = JSON.stringify(setting);
    if (kept.key !== key) kept = { key };
    return (kept[number] ||= runOf(number, setting, hill));
  }

  const startOf = (seed, first) => [
    left + (right - left) * uniform(seed, first + room - 2),
    low + (high - low) * uniform(seed, first + room - 1),
  ];

  function compute(state) {
    const valleys = flats(state.tilt);
    const runs = [...Array(state.restarts + 1).keys()].map(number => keptRun(number, state, valleys[1]));
    const last = Math.max(...runs.map(run => run.steps));
    const none = { rows: [], share: NaN, sure: true };
    const { rows, share, sure } = state.lr > 0 ? basins(state.lr, state.tilt) : none;
    const { stay, found } = at(state, { runs, valleys, last }, last);
    return { runs, valleys, last, rows, share, sure, stay, found };
  }

  // What is to be told after k steps.
  function at({ tilt }, { runs, valleys, last }, k) {
    const hill = valleys[1];
    const points = runs.map(run => run.hist[Math.min(k, run.steps)]);
    const isLeft = ([x], i) => (k === last || k > runs[i].steps ? runs[i].left : x >= -far && x < hill);
    const heights = points.map(point => valleyHeight(point, tilt));
    const walked = runs[0].hist.slice(1, k + 1);
    return {
      points,
      heights,
      stay: walked.filter(x => x[0] < hill).length / walked.length,
      found: points.filter(isLeft).length,
      best: Math.min(...heights.filter(Number.isFinite)),
    };
  }

  function verdict(state, result, k) {
    if (state.lr === 0) return "η = 0: no step. The point stays where it is.";
    const run = result.runs[0];
    if (k < run.steps) return `At x = ${general(run.hist[k][0])}, still on its way.`;
    const said = run.off ? runsOff(run, state.noise) : state.noise ? carried(state, result) : ending(state, result);
    const none = run.steps === 0 && run.stopped === "budget";
    return (none ? "No step yet." : said) + (state.restarts && k === result.last ? restarted(state, result) : "");
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

  const onTheHill = (run, hill) => Math.abs(run.x[0] - hill) < 1e-6;

  function ending({ lr, tilt }, { runs: [run], valleys: [leftmost, hill, rightmost] }) {
    if (run.stopped === "converged") return settling(run, hill, tilt);
    if (onTheHill(run, hill)) return `After ${count(run.steps)} between the valleys and not settled yet.`;
    const x = run.left ? leftmost : rightmost;
    const bound = 2 / Math.max(12 * x * x - 8, 2 + 4 * x * x);
    const reason = lr > bound ? `: η is beyond the bound ${general(bound)} of that minimum.` : " yet.";
    return `After ${count(run.steps)} on the ${sideOf(run)} and not settled${reason}`;
  }

  function settling(run, hill, tilt) {
    if (onTheHill(run, hill)) {
      return `Caught at the saddle after ${count(run.steps)}: the gradient vanishes, yet this is no minimum.`;
    }
    const deep = tilt === 0 ? "as deep as the other" : run.left ? "the deeper" : "the shallower";
    const blind = !run.left && tilt ? "; nothing there tells of a better one." : ".";
    return `Settles in the ${sideOf(run)} valley, ${deep}, after ${count(run.steps)}${blind}`;
  }

  // Of the chance only as many digits as the share is good for.
  function restarted({ restarts, noise }, { share, sure, found }) {
    const runs = ` Of ${restarts + 1} runs ${found} ${found === 1 ? "ends" : "end"} left`;
    if (noise) return `${runs}.`;
    const chance = shareOf(100 * (1 - share) ** restarts, sure ? 2 : 1);
    const all = restarts === 1 ? "the restart" : `all ${restarts} restarts`;
    return `${runs}; ${all} would miss with a chance of ${chance}.`;
  }

  // The basins in their colours, row by row, each a line as thick as the row is high; the right one with thin lines
  // too, so that they differ without colours.
  function fill(map, rows) {
    const tall = high / (rows.length || 1);
    const paths = ["", "", "", ""];
    rows.forEach((row, r) => {
      for (const y of [r + 0.5, -r - 0.5]) {
        for (const [kind, start, end] of row) {
          const d = `M${spot(map, start, y * tall)}H${map.x(end).toFixed(1)}`;
          paths[kind] += d;
          if (kind && r % 2) paths[3] += d;
        }
      }
    });
    const style = `stroke-width: ${tall * map.unit + 0.2}`;
    return [
      shape("path", { class: "run basin", style, d: paths[0] }),
      shape("path", { class: "second basin", style, d: paths[1] }),
      shape("path", { class: "second thin faint", d: paths[3] }),
    ];
  }

  function drawGround({ map, side }, tilt, { rows, valleys: [leftmost, hill, rightmost] }) {
    const bottom = Math.floor(valleyHeight([leftmost, 0], tilt)) - 1;
    frame(map, { xlim: window[0], ylim: window[1], xlabel: "x", ylabel: "y", ratio: (high - low) / (right - left) });
    frame(side, { xlim: window[0], ylim: [bottom, 4], xlabel: "x (curve: y = 0)", ylabel: "f" });
    if (map.rows !== rows || map.filled !== map.wide)
      Object.assign(map, { rows, filled: map.wide, basins: fill(map, rows) });
    map.plot.append(...map.basins);
    levels(map, point => valleyHeight(point, tilt), ...window, { lines: 12, of: tilt });
    const places = [...Array(89).keys()].map(i => left + i / 20);
    curve(side, x => valleyHeight([x, 0], tilt), places, "goal");
    for (const x of [leftmost, rightmost]) star(map, x, 0);
    cross(map, hill, 0);
    cross(side, hill, valleyHeight([hill, 0], tilt));
  }

  function cross(panel, x, y) {
    const d = `M${panel.x(x) - 4} ${panel.y(y) - 4}l8 8m-8 0l8 -8`;
    panel.plot.append(shape("path", { class: "goal", d }));
  }

  // The restarts are dots that move, each behind its start; without noise their ways are lines too.
  function drawRestarts({ map, side }, { runs, points, heights }, { noise }, k) {
    for (const run of runs.slice(1)) {
      const every = Math.ceil(run.hist.length / 60);
      const way = run.hist.filter((_, i) => i <= k && (i % every === 0 || i === Math.min(k, run.steps)));
      if (!noise) line(map, way, "restart thin faint");
    }
    dots(
      map,
      runs.slice(1).map(run => run.hist[0]),
      "restart",
    );
    dots(map, points.slice(1), "restart big");
    dots(
      side,
      points.slice(1).map(([x], i) => [x, heights[i + 1]]),
      "restart big",
    );
  }

  // A run without noise is its way, but for one that jumps to and fro without end, of which the last lines are enough.
  // One with noise would be a tangle: it is a dot with a short tail, and a cloud of where it was.
  function drawRun({ map, side }, { runs: [run], points: [point], heights: [end], valleys }, { tilt, noise }, k) {
    const hist = run.hist.slice(0, k + 1);
    if (noise) {
      const every = Math.ceil(run.hist.length / 400);
      dots(
        map,
        hist.filter((_, i) => i % every === 0),
        "run cloud",
      );
      [27, 18, 9].forEach((from, i) => line(map, hist.slice(-from), `run ${["cloud", "faint", ""][i]}`));
      drawLayer(side, hist.slice(1), tilt, valleys[1]);
    } else {
      const climbed = hist.map(x => [x[0], valleyHeight(x, tilt)]);
      const last = !run.off && Math.abs(run.x[0] - run.hist.at(-2)?.[0]) > 0.1 ? -9 : 0;
      line(map, hist.slice(last), "run");
      line(side, climbed.slice(last), "run");
      dots(map, hist, "run");
      dots(side, climbed, "run");
    }
    dots(map, [point], "now run");
    dots(side, [[point[0], end]], "now run");
  }

  // Where a run spends its steps, as a layer on the ground, which is a third of the picture at its thickest.
  function drawLayer(side, walked, tilt, hill) {
    const cells = 44;
    const steps = Array(cells).fill(0);
    const wide = (right - left) / cells;
    for (const [x] of walked) if (x >= left && x < right) steps[Math.floor((x - left) / wide)]++;
    const most = Math.max(...steps);
    const paths = ["", ""];
    steps.forEach((found, i) => {
      const x = left + (i + 0.5) * wide;
      const foot = spot(side, x, valleyHeight([x, 0], tilt));
      if (found) paths[+(x > hill)] += `M${foot}v${(((-found / most) * side.high) / 3).toFixed(1)}`;
    });
    const style = `stroke-width: ${side.unit * wide - 1}`;
    paths.forEach((d, i) => side.plot.append(shape("path", { class: i ? "second faint" : "run faint", style, d })));
  }

  function drawNames({ map, side }, { tilt, noise }, { rows, stay, valleys: [leftmost, hill, rightmost] }) {
    const name = (panel, x, y, text, attributes = { class: "middle" }) =>
      panel.plot.append(shape("text", { x, y, ...attributes }, text));
    const ground = x => side.y(valleyHeight([x, 0], tilt));
    if (rows.some(row => row.some(([kind]) => kind > 1))) name(map, 6, 14, "uncoloured: runs off", {});
    [
      ["left", leftmost, stay],
      ["right", rightmost, 1 - stay],
    ].forEach(([text, x, part], kind) => {
      // In the row of the name its basin is to be there.
      if (rows[32]?.find(([, , end]) => x < end)[0] === kind) name(map, map.x(x), map.y(-1.6), `${text} basin`);
      name(side, side.x(x), ground(x) + 18, noise && part >= 0 ? `${Math.round(100 * part)} %` : text);
    });
    name(side, side.x(hill), ground(hill) + 27, "saddle");
  }

  FIGURES.basins = {
    main: "lr",
    time: { last: (state, { last }) => last },
    idle: ({ noise, restarts }, name) => name === "seed" && !noise && !restarts,
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
      ["share", "starts that lead left"],
      ["found", "runs that end left"],
      ["end", "x at the end"],
      ["height", "f there"],
      ["stay", "steps spent left of the hill"],
      ["best", "lowest end of all runs"],
    ],
    compute,
    values(state, result, k) {
      const { points, heights, stay, found, best } = at(state, result, k);
      const { runs, share, sure } = result;
      const steps = Math.min(k, runs[0].steps);
      return {
        steps,
        share: [share, sure],
        found: [found, runs.length],
        end: points[0][0],
        height: heights[0],
        stay,
        best,
      };
    },
    verdict,
    room: 186,
    start(stage) {
      stage.map = stage.panel(
        "Level lines of two valleys, their basins and the path of the run; the start can be dragged",
      );
      stage.side = stage.panel("The same run from the side: along y = 0, two valleys and a hill");
      stage.handle(stage.map, startHandle(window));
      stage.handle(stage.side, {
        label: "the same point, from the side",
        window: [window[0], [-11, 4]],
        place: ({ x0, tilt }) => [x0[0], valleyHeight(x0, tilt)],
        move: ([x], { x0 }) => ({ x0: [x, x0[1]] }),
        text: ({ x0, tilt }) => `x = ${general(x0[0])}, f = ${general(valleyHeight(x0, tilt))}`,
      });
    },
    draw(stage, state, result, k) {
      const then = { ...result, ...at(state, result, k) };
      drawGround(stage, state.tilt, then);
      drawRestarts(stage, then, state, k);
      drawRun(stage, then, state, k);
      drawNames(stage, state, then);
    },
  };
}
