// How much of the noise's floor is left at each step of a pass, for parts of equal curvature taken in three orders.
import { besideBound, general } from "./words.js";
import { between } from "./compute.js";
import { curve, dots, frame, line, segment } from "./draw.js";
import { evenSteps, FIGURES, integers, powers } from "./control.js";

{
  const { orders, limits } = SHARED.shuffle;
  const [REPLACED, SHUFFLED, ONCE] = orders.keys();
  // Powers of ten of τ and of a floor.
  const window = [-2, 3];
  const ylim = [-5, 0.4];
  const least = 10 ** ylim[0];

  // For each order the floor after 0, 1, … n steps of a pass, in units of that with replacement.
  function passes(lr, n) {
    const [q, rest] = [1 - lr, lr * (2 - lr)];
    let [one, two, power] = [0, 0, 1];
    const fresh = [0];
    while (fresh.length <= n) {
      [one, two] = [1 + q * one, 1 + q * q * two];
      fresh.push((rest * (n * two - one * one)) / (n - 1));
    }
    const end = fresh[n] / (rest * two);
    const once = fresh[n] / (lr * one * (lr * one));
    const shuffled = fresh.map(part => {
      const left = power * power * end;
      power *= q;
      return left + part;
    });
    return [fresh.map(() => 1), shuffled, fresh.map(() => once)];
  }

  // The floor at the ends of passes for many parts.
  function law(order, tau) {
    if (order === REPLACED) return 1;
    const end = 1 - Math.tanh(tau / 2) / (tau / 2);
    return order === ONCE ? end / Math.tanh(tau / 2) : end;
  }

  const steps = [...Array(41).keys()].map(i => limits.lr[0] ** (1 - i / 40));
  const average = floors => floors.slice(1).reduce((sum, floor) => sum + floor, 0) / (floors.length - 1);

  function compute({ lr, n }) {
    const floors = passes(lr, n);
    return { floors, ends: steps.map(step => passes(step, n).map(pass => pass[n])), means: floors.map(average) };
  }

  const values = ({ lr, n, order }, { floors, means }) => ({
    floor: floors[order][n],
    mean: means[order],
    law: law(order, lr * n),
    tau: lr * n,
  });

  function verdict({ n, order }, { floors, means }, k) {
    const [fresh, mean] = [besideBound(floors[SHUFFLED][n], 1), besideBound(means[SHUFFLED], 1)];
    const kept = besideBound(floors[ONCE][n], 1);
    if (order === REPLACED) {
      return `With replacement the floor is 1 at every step. Shuffled: ${fresh} at a pass’s end, ${mean} on average.`;
    }
    if (order === ONCE) {
      return `One order kept: ${kept} at every step of a pass. Shuffled anew: ${fresh} at its end, ${mean} on average.`;
    }
    if (k < n) {
      const here = besideBound(floors[SHUFFLED][k], 1);
      return `After ${k} of ${n} steps of a pass ${here} of the floor with replacement, at its end ${fresh}.`;
    }
    const end = `${worth(floors[SHUFFLED][n])} at a pass’s end ${fresh} of the floor with replacement`;
    return `${end}, averaged over the pass ${mean}; one order kept ${kept}.`;
  }

  function worth(left) {
    return left < 0.1 ? "Shuffling pays:" : left < 0.9 ? "Shuffling helps:" : "Shuffling hardly helps:";
  }

  const drawn = floor => Math.max(least, floor);
  const kinds = ["level", "run", "second"];

  function drawEnds(map, { n, order }, { ends }) {
    frame(map, { xlim: window, ylim, log: true, xlabel: "power of ten of τ", ylabel: "floor at the end of a pass" });
    const places = steps.map(step => Math.log10(step * n));
    for (const [i, kind] of kinds.entries()) {
      const points = places.map((place, j) => [place, ends[j][i]]);
      line(map, points, kind);
    }
    const all = evenSteps(...window, 0.1);
    curve(map, place => law(order, 10 ** place), all, "theory");
  }

  function drawPass(side, { n, order }, { floors, means }, k) {
    frame(side, { xlim: [0, n], ylim, log: true, xlabel: "step of a pass", ylabel: "floor" });
    for (const [i, kind] of kinds.entries()) {
      const points = floors[i].map((floor, j) => [j, drawn(floor)]);
      line(side, points, `${kind} faint`);
      line(side, points.slice(0, k + 1), kind);
    }
    segment(side, [0, drawn(means[order])], [n, drawn(means[order])], "third");
    dots(side, [[k, drawn(floors[order][k])]], `now ${kinds[order]}`);
  }

  FIGURES.shuffle = {
    main: "lr",
    key: { run: "reshuffled", second: "one order kept", level: "replaced", theory: "law", third: "pass average" },
    time: { last: ({ n }) => n },
    controls: [
      {
        name: "lr",
        label: "step ηλ",
        values: () => powers(...limits.lr),
        note: (lr, { n }) => `τ = ${general(lr * n)}`,
      },
      { name: "n", label: "parts N", values: () => integers(...limits.n) },
      { name: "order", label: "drawn", values: () => evenSteps(0, 2, 1), note: order => orders[order] },
    ],
    presets: [
      ["1 τ = 0.2", {}],
      ["2 τ = 2.5", { lr: 0.025 }],
      ["3 τ = 20", { lr: 0.2 }],
      ["4 More parts, τ = 2.5", { lr: 0.0025, n: 1000 }],
      ["5 One order", { order: ONCE }],
      ["6 Replaced", { order: REPLACED }],
    ],
    readings: [
      ["floor", "floor, end of a pass"],
      ["mean", "floor, pass average"],
      ["law", "law for many parts"],
      ["tau", "τ = ηλN"],
    ],
    compute,
    values,
    verdict,
    room: 145,
    start(stage) {
      stage.map = stage.panel("The floor at the end of a pass against τ, for three orders; the step can be dragged");
      stage.side = stage.panel("The floor at each step of a pass, for three orders");
      stage.handle(stage.map, {
        label: "τ of the step",
        kind: "ink",
        // A pointer tells the exponent of a floor, place the floor.
        window: [window, ylim],
        snap: 0.02,
        click: true,
        place: state => [Math.log10(state.lr * state.n), drawn(values(state, compute(state)).floor)],
        move: ([power], { n }) => ({ lr: between(+(10 ** power / n).toPrecision(2), limits.lr) }),
        text: ({ lr, n }) => `ηλ = ${general(lr)}, τ = ${general(lr * n)}`,
      });
    },
    draw({ map, side }, state, result, k) {
      drawEnds(map, state, result);
      drawPass(side, state, result, k);
    },
  };
}
