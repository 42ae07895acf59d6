// One step on the ground x⁴/4 − xy + y²: what the slope promises in a direction, and what is delivered.
import { exactly, shareOf, small } from "./words.js";
import { direction, dot } from "./compute.js";
import { arrow, curve, dots, frame, levels, segment, shape } from "./draw.js";
import { evenSteps, FIGURES, powers } from "./control.js";
import { startHandle } from "./pointer.js";

{
  const { window, flat } = SHARED.promise;
  const height = ([x, y]) => (x * x * x * x) / 4 - x * y + y * y;
  const gradient = ([x, y]) => [x * x * x - y, 2 * y - x];
  const bending = ([x], [u, v]) => 3 * x * x * u * u - 2 * u * v + 2 * v * v;
  const along = ([x, y], way, length) => [x + length * way[0], y + length * way[1]];

  // A step is walked in so many parts.
  const parts = 20;

  // The direction is turned by the angle from the negative gradient; the step walks η times the gradient's length.
  function compute({ x0, angle, lr }) {
    const slope = gradient(x0);
    const steep = Math.hypot(...slope);
    const norm = steep < flat ? 0 : steep;
    const [c, s] = direction(angle);
    const down = norm ? [-slope[0] / norm, -slope[1] / norm] : [0, 0];
    const way = [c * down[0] - s * down[1], s * down[0] + c * down[1]];
    const length = lr * norm;
    const curvature = bending(x0, way);
    const promise = reach => -reach * dot(slope, way);
    const bend = reach => (reach * reach * curvature) / 2;
    const fall = aim => reach => height(x0) - height(along(x0, aim, reach));
    const [truth, steepest] = [fall(way), fall(down)];
    return { norm, down, way, slope: dot(slope, way), length, promise, truth, steepest, bend };
  }

  function values({ lr }, { norm, slope, promise, truth, steepest, bend }, k = parts) {
    const reach = lr * (k / parts) * norm;
    return {
      promised: promise(reach),
      delivered: truth(reach),
      steepest: steepest(reach),
      gap: promise(reach) - truth(reach),
      curved: bend(reach),
      slope,
      length: reach,
    };
  }

  const change = fall => (fall < 0 ? `a rise of ${small(-fall)}` : `a fall of ${small(fall)}`);
  function verdict(state, result, k) {
    const { promised, delivered, steepest } = values(state, result, k);
    if (!result.norm) {
      return "The gradient is zero here: no direction is steepest, and none promises anything.";
    }
    if (state.lr === 0) return "η = 0: no step. Nothing is promised and nothing gained.";
    if (k === 0) return "Nothing is walked yet.";
    const walked = k < parts ? `Walked ${(100 * k) / parts} %. ` : "";
    const said =
      Math.abs(state.angle) === 90
        ? `Along the level line the slope promises nothing; the step delivers ${change(delivered)}.`
        : `Promised ${change(promised)}, delivered ${change(delivered)}: ${reason(promised, delivered)}`;
    return walked + (state.angle ? `${said} The steepest way, as far: ${change(steepest)}.` : said);
  }

  function reason(promised, delivered) {
    if (promised < 0) return "more than 90° from the negative gradient, the first steps go up.";
    if (delivered < 0) return "the step is too long, and curvature took back more than all.";
    const gap = promised - delivered;
    const share = Math.abs(gap) / promised;
    if (gap > 0) return `curvature took back ${shareOf(100 * share)}.`;
    return `the ground curves downwards and adds ${share > 10 ? "more than ten times that" : shareOf(100 * share)}.`;
  }

  function endOf(state) {
    const { way, length } = compute(state);
    return along(state.x0, way, length);
  }

  // The step whose end is at a point: its angle to whole degrees and η to two digits.
  function stepTo(point, { x0, lr }) {
    const { norm, down } = compute({ x0, lr, angle: 0 });
    const way = [point[0] - x0[0], point[1] - x0[1]];
    if (!norm) return {};
    const turn = Math.atan2(down[0] * way[1] - down[1] * way[0], dot(down, way));
    const wanted = +(Math.hypot(...way) / norm).toPrecision(2);
    return { angle: Math.round((turn * 180) / Math.PI), lr: wanted < 0.001 ? 0 : Math.min(1, wanted) };
  }

  // The steepest way as far as the step goes, and the part of the step that is walked.
  function drawGround(map, { x0 }, { norm, down, way, length }, share) {
    frame(map, { xlim: window[0], ylim: window[1], xlabel: "x", ylabel: "y" });
    levels(map, height, ...window);
    const reach = { cx: map.x(x0[0]), cy: map.y(x0[1]), r: Math.min(1e4, length * map.unit) };
    map.plot.append(shape("circle", { class: "reach", ...reach }));
    if (!norm) return;
    segment(map, x0, along(x0, down, Math.max(length, 1)), "theory");
    arrow(map, x0, along(x0, down, length), "theory", "−∇f");
    arrow(map, x0, along(x0, way, length), "run");
    dots(map, [along(x0, way, share * length)], "now run");
    dots(map, [along(x0, down, share * length)], "now third");
  }

  // Promise, curvature and truth against η; what goes far below or above all that the step has is cut off.
  function drawDecrease(side, { lr }, { norm, length, promise, truth, steepest, bend }, share) {
    const widest = 1.5 * lr || 0.001;
    const places = [...Array(61).keys()].map(i => (i * widest) / 60);
    const ends = [0, promise(length), truth(length), steepest(length)];
    const [low, high] = [Math.min(...ends), Math.max(...ends, 1e-9)];
    const edge = 0.1 * (high - low);
    const ylim = [low - edge, high + edge];
    frame(side, { xlim: [0, widest], ylim, xlabel: "step η", ylabel: "decrease" });
    segment(side, [0, 0], [widest, 0], "level");
    const laws = { theory: promise, "second thin": reach => promise(reach) - bend(reach), third: steepest, run: truth };
    for (const [kind, law] of Object.entries(laws)) {
      curve(side, eta => law(eta * norm), places, kind);
    }
    const now = share * lr;
    segment(side, [now, promise(now * norm)], [now, truth(now * norm)], "gap");
    dots(side, [[now, truth(now * norm)]], "now run");
  }

  FIGURES.promise = {
    main: "lr",
    key: { run: "true decrease", theory: "promise", "second thin": "with curvature", third: "steepest way" },
    time: { last: () => parts },
    controls: [
      { name: "x0" },
      { name: "lr", label: "step η", values: () => [0, ...powers(0.001, 1)] },
      { name: "angle", label: "turned from −∇f by", unit: "°", values: () => evenSteps(-180, 180, 1) },
    ],
    presets: [
      ["1 Downhill", {}],
      ["2 A tenth", { lr: 0.01 }],
      ["3 Too far", { lr: 0.65 }],
      ["4 Turned", { angle: 60 }],
      ["5 Along the level line", { angle: 90 }],
      ["6 Better aside", { lr: 0.4, angle: 30 }],
    ],
    readings: [
      ["promised", "promised decrease"],
      ["delivered", "true decrease"],
      ["steepest", "the steepest way, as far"],
      ["gap", "gap: promised − true"],
      ["curved", "½ t² dᵀHd, curvature here"],
      ["slope", "slope in this direction"],
      ["length", "length walked"],
    ],
    compute,
    values,
    verdict,
    room: 186,
    start(stage) {
      stage.map = stage.panel(
        "Level lines of the ground with the step and the steepest direction; start and end can be dragged",
      );
      stage.side = stage.panel("The decrease against the step: the promise, the truth, and the gap between");
      stage.handle(stage.map, {
        label: "end of the step",
        kind: "second",
        window,
        move: stepTo,
        place: endOf,
        text: ({ angle, lr }) => `${exactly(angle)}° from the negative gradient, η = ${lr}`,
      });
      stage.handle(stage.map, startHandle(window));
    },
    draw({ map, side }, state, result, k) {
      drawGround(map, state, result, k / parts);
      drawDecrease(side, state, result, k / parts);
    },
  };
}
