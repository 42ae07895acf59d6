// One step on the ground x⁴/4 − xy + y²: what the slope promises in a direction, and what is delivered.
{
  const WINDOW = [[-2.5, 3], [-1.35, 2.5]];
  const height = ([x, y]) => x * x * x * x / 4 - x * y + y * y;
  const slope = ([x, y]) => [x * x * x - y, 2 * y - x];
  const along = ([x, y], d, t) => [x + t * d[0], y + t * d[1]];

  // The direction is turned by the angle from the negative gradient; the step walks η times the gradient's length.
  function compute({ x0, angle, lr }) {
    const g = slope(x0), norm = Math.hypot(...g), [c, s] = direction(angle);
    const down = norm < 1e-12 ? [0, 0] : [-g[0] / norm, -g[1] / norm];
    const d = [c * down[0] - s * down[1], s * down[0] + c * down[1]], length = lr * norm;
    const curvature = 3 * x0[0] * x0[0] * d[0] * d[0] - 2 * d[0] * d[1] + 2 * d[1] * d[1];
    const promise = t => -t * dot(g, d), truth = t => height(x0) - height(along(x0, d, t)), bend = t => t * t * curvature / 2;
    return { norm, down, d, length, slope: dot(g, d), promise, truth, bend, end: along(x0, d, length),
      promised: promise(length), delivered: truth(length), gap: promise(length) - truth(length), curved: bend(length) };
  }

  const change = fall => fall < 0 ? `a rise of ${small(-fall)}` : `a fall of ${small(fall)}`;
  function verdict({ lr, angle }, { norm, promised, delivered, gap }) {
    if (norm < 1e-12) return "The gradient is zero here: no direction is steepest, and none promises anything.";
    if (lr === 0) return "η = 0: no step. Nothing is promised and nothing gained.";
    if (Math.abs(angle) === 90) return `Along the level line the slope promises nothing; the step delivers ${change(delivered)}.`;
    const head = `Promised ${change(promised)}, delivered ${change(delivered)}: `;
    if (promised < 0) return head + "more than 90° from the negative gradient, the first steps go up.";
    if (delivered < 0) return head + "the step is too long, and curvature took back more than all.";
    const share = general(100 * Math.abs(gap) / promised, 2);
    return head + (gap < 0 ? `the ground curves downwards and adds ${share} %.` : `curvature took back ${share} %.`);
  }

  FIGURES.promise = {
    controls: [
      { name: "x0", point: true, limits: [-100, 100] },
      { name: "lr", label: "step η", limits: [0, 100], values: () => [0, ...powers(0.001, 1)] },
      { name: "angle", label: "turned from −∇f by", unit: "°", limits: [-180, 180], values: () => steps(-180, 180, 1) },
    ],
    presets: [
      ["1 Downhill", {}],
      ["2 A tenth", { lr: 0.01 }],
      ["3 Too far", { lr: 0.65 }],
      ["4 Turned", { angle: 60 }],
      ["5 Level", { angle: 90 }],
      ["6 Better aside", { lr: 0.4, angle: 30 }],
    ],
    readings: [
      ["slope", "slope in this direction"], ["length", "length of the step"], ["promised", "promised decrease"],
      ["delivered", "true decrease"], ["gap", "gap: promised − true"], ["curved", "gap by curvature, ½ t² dᵀHd"],
    ],
    compute,
    read: (state, result) => ({
      verdict: verdict(state, result),
      ...Object.fromEntries(["slope", "length", "promised", "delivered", "gap", "curved"].map(name => [name, small(result[name])])),
    }),
    start(stage) {
      stage.map = stage.panel("Level lines of the ground with the step and the steepest direction; start and end can be dragged");
      stage.side = stage.panel("The decrease against the step in the chosen direction: the promise, the truth, and the gap between");
      stage.handle(stage.map, {
        label: "end of the step", kind: "second", window: WINDOW, place: state => compute(state).end,
        text: ({ angle, lr }) => `${angle}° from the negative gradient, η = ${lr}`,
        move: (p, { x0, lr }) => {
          const { norm, down } = compute({ x0, lr, angle: 0 }), way = [p[0] - x0[0], p[1] - x0[1]];
          const angle = Math.atan2(down[0] * way[1] - down[1] * way[0], dot(down, way)) * 180 / Math.PI;
          const wanted = +(Math.hypot(...way) / norm).toPrecision(2);
          return norm < 1e-12 ? {} : { angle: Math.round(angle), lr: wanted < 0.001 ? 0 : Math.min(1, wanted) };
        },
      });
      stage.handle(stage.map, { label: "start", window: WINDOW, place: state => state.x0, move: x0 => ({ x0 }) });
    },
    draw({ map, side }, { x0, lr }, { norm, down, length, promise, truth, bend, end }) {
      frame(map, { xlim: WINDOW[0], ylim: WINDOW[1], xlabel: "x", ylabel: "y" });
      levels(map, height, ...WINDOW);
      map.plot.append(node("circle", { class: "reach", cx: map.x(x0[0]), cy: map.y(x0[1]), r: Math.min(1e4, length * map.unit) }));
      arrow(map, x0, along(x0, down, Math.max(length, 1)), "theory", "−∇f");
      arrow(map, x0, end, "run");
      const widest = 1.5 * lr || 0.001, at = [...Array(61).keys()].map(i => i * widest / 60);
      const curve = law => at.map(eta => [eta, law(eta * norm)]);
      const kinds = [["theory", "promise", promise], ["second thin", "with curvature", t => promise(t) - bend(t)], ["run", "true decrease", truth]];
      const span = 2 * Math.max(Math.abs(promise(length)), Math.abs(bend(length)), 1e-9);
      const heights = kinds.flatMap(([, , law]) => curve(law).map(p => Math.max(-span, Math.min(span, p[1]))));
      const low = Math.min(0, ...heights), high = Math.max(0, ...heights);
      frame(side, { xlim: [0, widest], ylim: [low, high + 0.65 * (high - low)], xlabel: "step η", ylabel: "decrease" });
      line(side, [[0, 0], [widest, 0]], "level");
      for (const [kind, , law] of kinds) line(side, curve(law), kind);
      line(side, [[lr, promise(length)], [lr, truth(length)]], "gap");
      legend(side, [...kinds, ["gap", "gap"]]);
    },
  };
}
