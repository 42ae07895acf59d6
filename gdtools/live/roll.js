// A ball that is put anywhere on the ground of two valleys and rolls: which valley, after how many steps?
import { count, general } from "./words.js";
import { descent } from "./compute.js";
import { flats, valleyHeight, VALLEYS, valleySlope } from "./valleys.js";
import { dots, frame, levels, line, shape } from "./draw.js";
import { FIGURES } from "./control.js";
import { startHandle } from "./pointer.js";

{
  const { lr, resting, longest } = SHARED.roll;
  const { window } = VALLEYS;
  const [[left, right], [low, high]] = window;
  // The ground as its double well is, milliseconds a step, and a distance of two starts that gives the border away.
  const [tilt, pace, near] = [1, 8, 0.05];
  const valleys = flats(tilt);

  function runFrom(start) {
    const run = descent(point => valleySlope(point, tilt), start, lr, longest, resting);
    return { ...run, start, left: run.x[0] < valleys[1] };
  }

  // Starts of before are asked for again in every frame.
  const known = {};
  const before = start => (known[start] ||= { start, left: runFrom(start).left });

  function compute({ x0, past }) {
    const run = runFrom(x0);
    const others = past.map(before);
    return { run, others, ...reckoned([...others, run]) };
  }

  // How many starts ended left, and the two nearest to each other that ended in different valleys.
  function reckoned(all) {
    let pair = [];
    let apart = Infinity;
    all.forEach((one, i) => {
      for (const other of all.slice(0, i)) {
        const far = Math.hypot(one.start[0] - other.start[0], one.start[1] - other.start[1]);
        if (one.left !== other.left && far < apart) [pair, apart] = [[one.start, other.start], far];
      }
    });
    return { ended: [all.filter(one => one.left).length, all.length], pair, apart };
  }

  const remembered = ({ x0, past }) => [...past.slice(-199), x0];
  const isThere = ({ run }, k) => !(k < run.steps);

  function verdict(state, result, k) {
    const { run, apart } = result;
    if (!isThere(result, k)) return "The ball rolls, at every step the steepest way down.";
    const side = run.left ? "in the left valley" : "in the right valley";
    const place = Math.abs(run.x[0] - valleys[1]) < near ? "on the pass between the valleys" : side;
    const said = `From here the ball comes to rest ${place}, after ${count(run.steps)}.`;
    if (apart === Infinity) return `${said} Find a start that leads to the other one.`;
    const parted = `${said} Two starts ${general(apart, 2)} apart parted: `;
    return parted + (apart > near ? "find two that are closer." : "the border runs between them.");
  }

  function drawGround(map) {
    frame(map, { xlim: window[0], ylim: window[1], ratio: (high - low) / (right - left), bare: true });
    levels(map, point => valleyHeight(point, tilt), ...window, { lines: 26 });
    for (const [name, x] of Object.entries({ "left valley": valleys[0], "right valley": valleys[2] })) {
      map.plot.append(shape("text", { x: map.x(x), y: map.y(low) - 10, class: "middle" }, name));
    }
  }

  // Where the starts of before ended is told by colour and shape: round left, square right.
  function drawStarts(map, { others, pair }, there) {
    if (there) line(map, pair, "theory");
    for (const isLeft of [true, false]) {
      dots(
        map,
        others.filter(one => one.left === isLeft).map(one => one.start),
        isLeft ? "run big" : "second big square",
      );
    }
  }

  function drawBall(map, { run, others }, k, isHeld) {
    const kind = run.left ? "run" : "second";
    const way = run.hist.slice(0, k + 1);
    line(map, way, isHeld ? `${kind} faint` : k < run.steps ? "goal" : kind);
    if (!isHeld) dots(map, [way.at(-1)], k < run.steps ? "goal ball" : `${kind} ball`);
    if (!others.length) {
      const [x, y] = run.start;
      map.plot.append(
        shape("text", { x: map.x(x) + 14, y: map.y(y) + 5, style: "font-size: 15px; font-weight: 600" }, "drag me"),
      );
    }
  }

  FIGURES.roll = {
    time: { last: (state, { run }) => run.steps, pace, alone: true },
    controls: [{ name: "x0" }, { name: "past" }],
    presets: [],
    readings: [
      ["steps", "steps"],
      ["left", "starts that ended left"],
      ["apart", "nearest two that parted"],
    ],
    reset: "Clear",
    keep: state => ({ past: remembered(state) }),
    compute,
    values(state, result, k) {
      return { steps: Math.min(k, result.run.steps), left: result.ended, apart: result.apart };
    },
    verdict,
    room: 132,
    start(stage) {
      stage.map = stage.panel("Level lines of two valleys and the path of the ball; the start can be dragged");
      stage.handle(stage.map, {
        ...startHandle(window),
        kind: "ink",
        snap: 0.01,
        // The start before stays behind once it has been let go.
        move(x0, state) {
          const stays = !stage.held && `${x0}` !== `${state.x0}`;
          stage.held = true;
          return stays ? { x0, past: remembered(state) } : { x0 };
        },
        drop() {
          stage.held = false;
          stage.play();
        },
      });
    },
    draw({ map, held }, state, result, k) {
      const there = isThere(result, k);
      drawGround(map);
      drawStarts(map, result, there);
      drawBall(map, result, k, held && there);
    },
  };
}
