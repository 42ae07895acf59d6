// What a gradient over many rows costs on a cluster, by a model: seconds against the chunk and against the workers.
import { general } from "./words.js";
import { frame, line, segment } from "./draw.js";
import { FIGURES, integers, nearest, powers } from "./control.js";

{
  const { rest, serial, worker, speed, tasks, row, million, smallest, largest, most } = SHARED.chunks;

  // The seconds of a step, those of the scheduler and of the data, and the number of chunks.
  function cost({ rows, workers, chunk }) {
    const size = rows * row;
    const given = Math.min(chunk * million, size);
    const number = Math.ceil(size / given);
    const handled = number * tasks;
    const scheduler = handled * serial;
    const data = (Math.ceil(number / workers) * given) / speed;
    return { number, scheduler, data, seconds: rest + scheduler + (handled * worker) / workers + data };
  }

  function compute(state) {
    const alone = (state.rows * row) / speed;
    return { ...cost(state), alone, bound: Math.sqrt(alone / (tasks * serial)) / 2 };
  }

  const values = (state, { seconds, scheduler, alone, bound }) => ({
    seconds,
    share: scheduler / seconds,
    speedup: alone / seconds,
    bound,
  });

  const told = seconds => `${general(seconds, 3)} seconds`;

  const chunksOf = number => (number === 1 ? "1 chunk" : `${general(number)} chunks`);

  function verdict(state, result) {
    const [hired, larger] = [{ workers: 10 * state.workers }, { chunk: 10 * state.chunk }];
    const [more, fewer] = [hired, larger].map(change => told(cost({ ...state, ...change }).seconds));
    return `${reason(result)} Ten times the workers: ${more}; ten times the chunk: ${fewer}.`;
  }

  function reason({ seconds, scheduler, data, alone }) {
    if (alone < seconds) return `One core alone would be faster: ${told(alone)}.`;
    if (2 * scheduler > seconds) return "Most of the time is the scheduler’s.";
    if (2 * data > seconds) return "Most of the time is the data’s.";
    return "No part takes more than half of the time.";
  }

  // The seconds that are drawn, as powers of ten.
  function limits({ alone, bound }) {
    const low = Math.floor(Math.log10(alone / bound));
    return [low, low + 4];
  }

  const lines = { third: "data", second: "scheduler", run: "seconds" };

  function drawAlong(panel, state, result, name, places) {
    const xlim = [places[0], places.at(-1)].map(Math.log10);
    const xlabel = `power of ten of ${name === "chunk" ? "MB" : "workers"}`;
    frame(panel, { xlim, ylim: limits(result), log: true, xlabel, ylabel: "seconds a step" });
    const costs = places.map(place => cost({ ...state, [name]: place }));
    for (const [kind, part] of Object.entries(lines)) {
      const points = costs.map((found, i) => [Math.log10(places[i]), found[part]]);
      line(panel, points, kind);
    }
    const lowest = result.alone / result.bound;
    segment(panel, [xlim[0], lowest], [xlim[1], lowest], "theory");
  }

  const sizes = powers(smallest, largest);
  const teams = integers(1, most);

  const knob = (name, label, places, snap) => ({
    label,
    kind: "ink",
    // A pointer tells the exponent of seconds, place the seconds.
    window: [[places[0], places.at(-1)].map(Math.log10), [-9, 1e9]],
    snap,
    click: true,
    place(state) {
      const result = compute(state);
      return [Math.log10(state[name]), Math.min(10 ** limits(result)[1], result.seconds)];
    },
    move: ([power]) => ({ [name]: places[nearest(places, 10 ** power)] }),
    text: state => `${general(state[name])}${name === "chunk" ? " MB" : ""}`,
  });

  FIGURES.chunks = {
    main: "chunk",
    key: { run: "a step", second: "scheduler", third: "data", theory: "least of all settings" },
    controls: [
      {
        name: "chunk",
        label: "chunk in MB",
        values: () => sizes,
        note: (chunk, state) => chunksOf(cost(state).number),
      },
      { name: "workers", label: "workers", values: () => teams },
      {
        name: "rows",
        label: "rows",
        values: () => integers(1e5, 1e11),
        form: rows => general(rows),
        note: rows => `${general((rows * row) / 1e9)} GB`,
      },
    ],
    presets: [
      ["1 A billion rows", {}],
      ["2 More workers", { workers: 1000 }],
      ["3 Larger chunks", { chunk: 1000 }],
      ["4 A chunk each", { chunk: 1600 }],
      ["5 A small file", { rows: 1_200_000, workers: 2, chunk: 16 }],
    ],
    readings: [
      ["seconds", "seconds a step"],
      ["share", "scheduler’s share"],
      ["speedup", "times one core"],
      ["bound", "times one core, at most"],
    ],
    compute,
    values,
    verdict,
    room: 145,
    start(stage) {
      stage.map = stage.panel("Seconds of a step against the size of a chunk, which can be dragged");
      stage.side = stage.panel("Seconds of a step against the number of workers, which can be dragged");
      stage.handle(stage.map, knob("chunk", "size of a chunk", sizes, 0.02));
      stage.handle(stage.side, knob("workers", "number of workers", teams, 0.15));
    },
    draw({ map, side }, state, result) {
      drawAlong(map, state, result, "chunk", sizes);
      drawAlong(side, state, result, "workers", teams);
    },
  };
}
