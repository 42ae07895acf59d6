// The slope of a function in three ways, and how far each is off: a difference, the complex step, reverse mode.
import { FORMS, powerOfTen } from "./words.js";
import { curve, dots, frame, segment } from "./draw.js";
import { evenSteps, FIGURES, powers } from "./control.js";

{
  const { limits, formulas, floor, ceiling } = SHARED.slope;
  const [SMOOTH, TIE, NORM] = [0, 1, 2];
  const [least, most] = limits.power;
  const root = Math.sqrt;

  const value = [
    x => (x * x - 4) * x * x + x,
    x => Math.max(x, 0) - Math.max(-x, 0),
    x => root(x * x + 16),
    x => (root(1 + x * x) - 1) / (x * x),
  ];
  const slope = [
    x => (4 * x * x - 8) * x + 1,
    () => 1,
    x => x / root(x * x + 16),
    x => -x / (root(1 + x * x) * (1 + root(1 + x * x)) * (1 + root(1 + x * x))),
  ];

  // What the chain rule makes of the formula, with the slope 0 for max(x, 0) at 0.
  function backwards(kind, x) {
    if (kind === TIE) return x === 0 ? 0 : 1;
    if (kind === SMOOTH || kind === NORM) return slope[kind](x);
    const share = 1 / (x * x);
    return share * (x / root(1 + x * x)) - share * value[kind](x) * 2 * x;
  }

  // The imaginary part at x + ih; a modulus has none, and a maximum compares real parts.
  function imaginaryPart(kind, x, h) {
    if (kind === NORM) return 0;
    if (kind === TIE) return x === 0 ? 0 : h;
    const [re, im] = [x * x - h * h, 2 * x * h];
    if (kind === SMOOTH) return (re - 4) * im + im * re + h;
    const size = root((1 + re) * (1 + re) + im * im);
    const real = root((size + (1 + re)) / 2);
    return ((im / (2 * real)) * re - (real - 1) * im) / (re * re + im * im);
  }

  const step = power => Number(`1e${power}`);
  const finite = error => (Number.isFinite(error) ? error : Infinity);

  function compute({ kind, x }) {
    const truth = slope[kind](x);
    const off = found => finite(Math.abs(found - truth));
    return {
      truth,
      central: power => off((value[kind](x + step(power)) - value[kind](x - step(power))) / (2 * step(power))),
      imaginary: power => off(imaginaryPart(kind, x, step(power)) / step(power)),
      reverse: () => off(backwards(kind, x)),
    };
  }

  const values = ({ power }, { truth, central, imaginary, reverse }) => ({
    central: central(power),
    imaginary: imaginary(power),
    reverse: reverse(power),
    slope: truth,
  });

  function verdict(state, result) {
    const { central, imaginary, reverse } = values(state, result);
    const isNear = error => error <= 1e-9 * (1 + Math.abs(result.truth));
    const off = `With h = ${powerOfTen(state.power)} the difference is off by ${FORMS.ratio(central)}, `;
    const isBetter = Math.min(central, imaginary) < Math.min(reverse, Math.abs(result.truth)) / 10;
    return off + reason([central, imaginary, reverse].map(isNear), state, isBetter && step(state.power) > state.x);
  }

  function reason([central, imaginary, reverse], { kind, x }, isBeyond) {
    if (!reverse && kind === TIE) return "and the others take the slope of a tie for 0: both are wrong.";
    if (!reverse && x === 0) return "and the formula is 0/0 at 0, which is no number.";
    // A step longer than x sees the formula at places where it still has its digits.
    if (!reverse && isBeyond) return "and so long a step reaches to where the formula still has its digits.";
    if (!reverse) return "and the formula has lost digits, which a short step or the chain rule finds by luck only.";
    if (!imaginary && kind === NORM) return "the modulus has dropped the imaginary part, and reverse mode is right.";
    if (!imaginary) return "this h is too long for the complex step, and reverse mode is right.";
    return central ? "and all three are right." : "and the other two are right.";
  }

  const lines = { central: "run", imaginary: "second", reverse: "third" };
  const drawn = error => Math.min(ceiling, Math.max(floor, error));

  FIGURES.slope = {
    main: "power",
    key: { run: "difference", second: "complex step", third: "reverse mode" },
    controls: [
      { name: "power", label: "power of ten of h", values: () => evenSteps(least, most, 1) },
      {
        name: "kind",
        label: "function",
        values: () => evenSteps(0, formulas.length - 1, 1),
        note: kind => formulas[kind],
      },
      { name: "x", label: "at x", values: () => [0, ...powers(1e-8, 3)] },
    ],
    presets: [
      ["1 Smooth", {}],
      ["2 Tiny h", { power: -200 }],
      ["3 A norm", { kind: 2, power: -20 }],
      ["4 A tie", { kind: 1, x: 0 }],
      ["5 Cancellation", { kind: 3, x: 1e-7 }],
    ],
    readings: [
      ["central", "error: difference"],
      ["imaginary", "error: complex step"],
      ["reverse", "error: reverse mode"],
      ["slope", "true slope"],
    ],
    compute,
    values,
    verdict,
    room: 130,
    start(stage) {
      stage.map = stage.panel("The errors of three slopes against the power of ten of h; the step can be dragged");
      stage.handle(stage.map, {
        label: "step h",
        kind: "ink",
        // A pointer tells the exponent of an error, place the error.
        window: [limits.power, [Math.log10(floor), ceiling]],
        snap: 0.5,
        click: true,
        place: state => [state.power, drawn(compute(state).central(state.power))],
        move: ([power]) => ({ power: Math.round(power) }),
        text: ({ power }) => `h = ${powerOfTen(power)}`,
      });
    },
    draw({ map }, { power }, result) {
      const ylim = [Math.log10(floor), Math.log10(ceiling)];
      frame(map, { xlim: [least, most], ylim, log: true, xlabel: "power of ten of h", ylabel: "error" });
      const places = [...Array(most - least + 1).keys()].map(i => least + i);
      segment(map, [power, floor], [power, ceiling], "level");
      for (const [name, kind] of Object.entries(lines)) {
        curve(map, place => drawn(result[name](place)), places, kind);
        dots(map, [[power, drawn(result[name](power))]], `now ${kind}`);
      }
    },
  };
}
