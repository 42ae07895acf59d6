// Two valleys, f = x⁴ − 4x² + tx + (1 + 2x²) y²: along y = 0 the double well. Where a run ends, and what noise and restarts buy.
{
  const WINDOW = [[-2.2, 2.2], [-1.8, 1.8]], CELLS = [88, 36], MOST = 300, ROOM = 20002;
  const height = ([x, y], tilt) => (x * x - 4) * x * x + tilt * x + (1 + 2 * x * x) * y * y;
  const gradient = tilt => ([x, y]) => [(4 * x * x - 8 + 4 * y * y) * x + tilt, (2 + 4 * x * x) * y];

  // Chance that is the same everywhere: the n-th 32 bits of a seed (the mixing of mulberry32), a number below 1, and a
  // nearly normal number with mean 0 and variance 1, the sum of four bytes.
  function bits(seed, n) {
    let t = Math.imul(seed, 0x9E3779B9) + Math.imul(n, 0x6D2B79F5) | 0;
    t = Math.imul(t ^ t >>> 15, t | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return (t ^ t >>> 14) >>> 0;
  }
  const uniform = (seed, n) => bits(seed, n) / 2 ** 32;
  function bell(seed, n) {
    const b = bits(seed, n);
    return ((b >>> 24) + (b >>> 16 & 255) + (b >>> 8 & 255) + (b & 255) - 510) / Math.sqrt(21845);
  }

  // Left minimum, hill and right minimum on the axis, by Newton's method from where it cannot miss them.
  const flats = tilt => [-2, 0, 2].map(x => {
    for (let i = 0; i < 60; i++) x -= ((4 * x * x - 8) * x + tilt) / (12 * x * x - 8);
    return x;
  });

  // Which starts, the middles of cells, lead left (0), right (1) or off (2) without noise: row by row upwards from y = 0, the lower
  // half mirrors it. Kept until the ground or the step changes.
  let kept = {};
  function basins(lr, tilt) {
    if (kept.lr === lr && kept.tilt === tilt) return kept;
    const [columns, rows] = CELLS, grad = gradient(tilt), hill = flats(tilt)[1], kinds = [];
    for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) {
      let x = -2.2 + 4.4 * ((i + 0.5) / columns), y = 1.8 * ((j + 0.5) / rows), off = false;
      for (let k = 0; k < MOST; k++) {
        const g = grad([x, y]), u = x - lr * g[0], v = y - lr * g[1];
        if (off = !(Number.isFinite(u) && Number.isFinite(v))) break;
        [x, y] = [u, v];
        if (Math.sqrt(g[0] * g[0] + g[1] * g[1]) < 1e-3) break;
      }
      kinds.push(off ? 2 : x < hill ? 0 : 1);
    }
    return kept = { lr, tilt, kinds, share: kinds.filter(kind => kind === 0).length / kinds.length };
  }

  function compute({ lr, n_iter, tilt, noise, restarts, seed, x0 }) {
    const grad = gradient(tilt), [left, hill, right] = flats(tilt), runs = [];
    for (let r = 0; r <= restarts; r++) {
      let n = ROOM * r;
      const noisy = p => {
        const g = grad(p);
        return [g[0] + noise * bell(seed, n++), g[1] + noise * bell(seed, n++)];
      };
      const start = r ? [-2.2 + 4.4 * uniform(seed, n + 20000), -1.8 + 3.6 * uniform(seed, n + 20001)] : x0;
      const run = descent(noise ? noisy : grad, start, lr, lr > 0 ? n_iter : 0);
      const off = run.stopped === "diverged" || Math.abs(run.x[0]) > 100;
      runs.push({ ...run, off, height: height(run.x, tilt), left: !off && run.x[0] < hill });
    }
    const ends = runs.map(run => run.height).filter(Number.isFinite), { kinds = [], share } = lr > 0 ? basins(lr, tilt) : {};
    const stay = runs[0].hist.slice(1).filter(x => x[0] < hill).length / runs[0].steps;
    return { runs, left, hill, right, kinds, share, stay, found: runs.filter(run => run.left).length, best: Math.min(...ends) };
  }

  const fixed = v => !Number.isFinite(v) ? "–" : Math.abs(v) < 1e4 ? minus(v.toFixed(4).replace(/^-(0\.0000)$/, "$1")) : general(v);
  const percent = v => Number.isFinite(v) ? `${general(100 * v)} %` : "–";

  function verdict({ lr, tilt, noise, restarts, x0 }, { runs: [run], left, hill, right, share, stay, found }) {
    if (lr === 0) return "η = 0: no step. The point stays where it is.";
    const side = run.left ? "left" : "right", deep = tilt === 0 ? "as deep as the other" : run.left ? "the deeper" : "the shallower";
    const at = run.left ? left : right, bound = 2 / Math.max(12 * at * at - 8, 2 + 4 * at * at);
    const tell = () => {
      if (run.steps === 0 && run.stopped === "budget") return "No step yet.";
      if (run.off) return `Runs off after ${count(run.steps)}: ${noise ? "the noise threw it to where" : "here"} the step is too long for the slope.`;
      if (noise) {
        const other = run.hist.findIndex(x => x[0] < hill !== x0[0] < hill);
        return (other < 0 ? `The noise does not carry the run over the hill in ${count(run.steps)}.`
          : `The noise carries the run over the hill, first at step ${other}; it spends ${percent(stay)} of its steps on the left.`) + ` It ends on the ${side}.`;
      }
      if (run.stopped === "converged") {
        return Math.abs(run.x[0] - hill) < 1e-6 ? `Caught at the saddle after ${count(run.steps)}: the gradient vanishes, yet this is no minimum.`
          : `Settles in the ${side} valley, ${deep}, after ${count(run.steps)}${side === "right" && tilt ? ", and nothing there tells that a better one exists." : "."}`;
      }
      return `After ${count(run.steps)} on the ${side} and not settled` + (lr > bound ? `: η is beyond the bound ${general(bound)} of that minimum.` : " yet.");
    };
    return tell() + (restarts ? ` Of ${restarts + 1} runs ${found} ${found === 1 ? "ends" : "end"} left; without noise all ${restarts} restarts would miss with chance ${general((1 - share) ** restarts, 2)}.` : "");
  }

  // Fills the basins: the left one whole, the right one in stripes, so that they differ without their colours too.
  function fill(map, kinds) {
    const [columns, rows] = CELLS, wide = map.x(2.2) / columns, high = map.y(0) / rows, d = ["", ""];
    for (let j = 0; j < rows; j++) for (let i = 0, end; i < columns; i = end) {
      const kind = kinds[j * columns + i];
      for (end = i; end < columns && kinds[j * columns + end] === kind;) end++;
      if (kind < 2) for (const row of [j, -j - 1]) {
        const y = map.y(0) - (row + 1) * high, tall = kind ? high / 2 : high;
        d[kind] += `M${(i * wide).toFixed(1)} ${y.toFixed(2)}h${((end - i) * wide).toFixed(1)}v${tall.toFixed(2)}h${(-(end - i) * wide).toFixed(1)}z`;
      }
    }
    map.plot.append(node("path", { class: "basin", d: d[0] }), node("path", { class: "basin right", d: d[1] }));
  }

  FIGURES.basins = {
    controls: [
      { name: "x0", point: true, limits: [-1e6, 1e6] },
      { name: "lr", label: "learning rate η", limits: [0, 1e300], values: () => steps(0, 0.15, 0.001) },
      { name: "n_iter", label: "iterations", limits: [0, 10000], whole: true, values: () => whole(1, 2000) },
      { name: "noise", label: "noise σ", limits: [0, 1e6], values: () => steps(0, 40, 0.5) },
      { name: "restarts", label: "restarts", limits: [0, 100], whole: true, values: () => steps(0, 30, 1) },
      { name: "seed", label: "draw of chance", limits: [1, 1e6], whole: true, values: () => steps(1, 50, 1) },
      { name: "tilt", label: "tilt t", limits: [0, 4], values: () => steps(0, 4, 0.1) },
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
      ["steps", "steps taken"], ["end", "x at the end"], ["height", "f there"], ["stay", "steps spent left of the hill"],
      ["share", "starts that lead left"], ["found", "runs that end left"], ["best", "lowest end of all runs"],
    ],
    compute,
    read: (state, result) => ({
      verdict: verdict(state, result),
      steps: String(result.runs[0].steps),
      end: fixed(result.runs[0].x[0]),
      height: fixed(result.runs[0].height),
      stay: percent(result.stay),
      share: percent(result.share),
      found: `${result.found} of ${result.runs.length}`,
      best: fixed(result.best),
    }),
    start(stage) {
      stage.map = stage.panel("Level lines of two valleys, their basins and the path of the run; the start can be dragged");
      stage.side = stage.panel("The same run from the side: the curve along y = 0, with two valleys and a hill");
      stage.handle(stage.map, { label: "start", window: WINDOW, place: state => state.x0, move: x0 => ({ x0 }) });
      stage.handle(stage.side, { label: "the same point, from the side", window: [WINDOW[0], [-11, 4]],
        place: ({ x0, tilt }) => [x0[0], height(x0, tilt)], move: ([x], { x0 }) => ({ x0: [x, x0[1]] }),
        text: ({ x0, tilt }) => `x = ${general(x0[0])}, f = ${general(height(x0, tilt))}` });
    },
    draw({ map, side }, { tilt, noise }, { runs, kinds, left, hill, right }) {
      frame(map, { xlim: WINDOW[0], ylim: WINDOW[1], xlabel: "x", ylabel: "y" });
      frame(side, { xlim: WINDOW[0], ylim: [Math.floor(height([left, 0], tilt)) - 1, 4], xlabel: "x", ylabel: "f" });
      fill(map, kinds);
      if (map.tilt !== tilt) map.kept = null;
      map.tilt = tilt;
      levels(map, p => height(p, tilt), ...WINDOW, 12);
      line(side, Array.from({ length: 89 }, (_, i) => [-2.2 + i / 20, height([-2.2 + i / 20, 0], tilt)]), "goal");
      for (const [it, y] of [[map, 0], [side, height([hill, 0], tilt)]]) it.plot.append(node("path", { class: "goal", d: `M${it.x(hill) - 4} ${it.y(y) - 4}l8 8m-8 0l8 -8` }));
      for (const run of runs.slice(1)) {
        const every = Math.ceil(run.hist.length / 60), shown = run.hist.filter((_, k) => k % every === 0 || k === run.steps);
        line(map, shown, "restart");
        line(side, [[run.x[0], run.height]], "restart", true);
        line(map, [run.hist[0]], "restart", true);
      }
      const run = runs[0], points = run.hist.map(p => [p[0], height(p, tilt)]), kind = noise ? "run faint" : "run";
      line(map, run.hist, kind, true);
      line(side, points, kind, true);
      line(map, [run.x], "last", true);
      line(side, points.slice(-1), "last", true);
      if (kinds.includes(2)) map.plot.append(node("text", { x: 6, y: 14 }, "uncoloured: runs off"));
      for (const [x, text] of [[left, "left basin"], [right, "right basin"]]) {
        if (kinds.length) map.plot.append(node("text", { x: map.x(x), y: map.y(-1.6), class: "middle" }, text));
        side.plot.append(node("text", { x: side.x(x), y: side.y(height([x, 0], tilt)) + 18, class: "middle" }, text.replace("basin", "valley")));
      }
      side.plot.append(node("text", { x: side.x(hill), y: side.y(height([hill, 0], tilt)) + 26, class: "middle" }, "saddle"));
    },
  };
}
