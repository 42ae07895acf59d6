// On the page of runs that fail: what a reader sees, losses and answers, leads to the likely causes and to the test
// that tells them apart. Reading, judging, drawing and writing are apart; nothing leaves the page.
"use strict";
(() => {
  const OTHERWISE = ["scaled", "penalty", "elsewhere", "twins"];
  // What is seen, the test to make next, and for each outcome of the test what it means and where that is told.
  const CASES = {
    nan: [
      "The losses stop being numbers.",
      "Print f at the start, then divide η by 1000.",
      ["If the losses are numbers now and fall, the step was too long", "nan", "grows", "overflow", "log"],
      ["If f is no number at the start, it takes the logarithm of 0 or a large exponential", "log", "overflow"],
      ["If they still leave the numbers, the gradient is wrong", "uphill", "swings"],
    ],
    grows: [
      "The losses grow.",
      "Compare the gradient with differences of f. Divide η by 1000 and make one step.",
      [
        "If they differ, or f rises in that step, the gradient is wrong, or made of differences too short to see",
        "uphill",
        "swings",
        "sum",
        "single",
      ],
      ["If they agree and f falls, the step was too long", "grows", "nan", "overflow"],
    ],
    hovers: [
      "The losses go up and down and do not settle.",
      "Call the gradient twice at one point, run once with all points in each step, then halve η.",
      [
        "If the two gradients differ, or the swings go with all points, drawn points or a sum make them",
        "batch",
        "swings",
      ],
      ["If they are gone with half of η, the step was too long", "grows"],
      ["If they were calm for long before, Adam and its constant step make bursts", "bursts"],
      ["If they stay with all points, and their height halves with η, f has an edge", "edge", "lasso"],
    ],
    turned: [
      "The losses fall and then rise.",
      "Compare the gradient with differences of f where the run ended.",
      ["If they differ, the gradient is wrong, and the run went where it leads", "index", "sum"],
      ["If they agree, the method has a memory that overshoots", "momentum"],
    ],
    still: [
      "The losses hardly move.",
      "Print the length of the gradient. " +
        "It is small if, times the way that x has still to go, it is less than a thousandth of the loss.",
      ["If it is exactly 0 and derived, this is a saddle or a plateau, as with zero weights or dead ReLUs", "plateau"],
      ["If it is exactly 0 and made of differences, f does not see so small a change", "single", "rounded"],
      [
        "If it is small and not 0, start from larger numbers, take large constants out of f, and look at shapes",
        "plateau",
        "offset",
        "shapes",
      ],
      ["If it is not small, the step is too short, or the columns are of very unlike size", "early", "adam", "units"],
    ],
    crawls: [
      "The losses fall, more and more slowly.",
      "Print the length of x as the run goes, then bring all columns to one scale.",
      ["If x grows without end, there may be no minimum", "separated"],
      ["If the run is fast now, the units were the trouble", "units"],
      ["If it still crawls on powers of x, these are the trouble, and no scale is the cure", "basis"],
      [
        "If it still crawls elsewhere, the step is short or the floor nearly level",
        "early",
        "adam",
        "plateau",
        "twins",
      ],
    ],
    settled: [
      "The losses fall and settle.",
      "Compare the gradient with differences of f at the end, and print the shapes of predictions and targets. " +
        "Then bring the columns to one scale, or run 100 times as long, or compare f with that of least squares.",
      ["If gradients differ, the answer is wrong", "index"],
      ["If shapes differ, f is another function than you mean", "shapes"],
      ["If f comes lower then, the run had not arrived, and was only too slow to see it", "units", "early"],
      ["If f stays, the run has arrived, and the answer is another for another reason", ...OTHERWISE],
    ],
    falls: [
      "The losses fall well.",
      "Let it run on, and print the length of the gradient at the end.",
      ["If that is not small, it stopped early", "early"],
      ["If it is small and the answer is wrong, look at shapes, units and the gradient", "shapes", "scaled", "index"],
    ],
    starts: [
      "Another start gives another answer.",
      "Compare the gradient with differences of f, then f at the ends.",
      ["If gradients differ, nothing else counts", "index"],
      ["If f differs at the ends, a run has not arrived, or there are several minima", "units", "early", "elsewhere"],
      ["If f is the same, the floor is level", "twins"],
    ],
    library: [
      "A library’s answer is another one.",
      "Compute your f and your gradient at the library’s answer.",
      [
        "If f is lower there, the run has not arrived, as on raw columns, or the gradient is wrong",
        "units",
        "early",
        "index",
      ],
      [
        "If f is higher there, the library has another function, a column of ones, a penalty, other units or shapes, " +
          "or keeps to constraints",
        "penalty",
        "scaled",
        "shapes",
        "leaves",
      ],
      ["If f is the same, the floor is level", "twins"],
    ],
  };
  const FURTHER = {
    basis: ["A poor basis", "../chapters/conditioning.html#a-poor-basis"],
    momentum: ["Momentum", "../chapters/momentum.html#the-triangle-and-the-best-ball"],
  };
  const METHODS = {
    "": "not said",
    plain: "gradient descent",
    batch: "a batch a step",
    momentum: "momentum",
    adam: "Adam",
  };

  const FEWEST = 4;

  // Reading and judging

  const NUMBER = /(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?!\.?\w)|(?<!\w)[-+]?(?:nan|inf(?:inity)?)(?!\w)/gi;
  const LOSS = /(?:loss(?:es)?|cost|objective)["']?(?:[\s:=([|]|is\b)*(?=[-+.\d]|nan|inf)/gi;
  // What libraries print around a number.
  const WRAPPING = /\b(?:grad_fn|device|dtype|requires_grad)=[^,)\]]*|\b(?:np\.)?(?:float\d*|array|tensor)\b/gi;
  const COMMA = /(?<![\d.,])(\d+),(\d+(?:e[-+]?\d+)?)(?![\d.,])/gi;

  const asNumber = word => (/[fn]/i.test(word) ? Number.NaN : Number(word));
  const numbers = text => (text.match(NUMBER) ?? []).map(asNumber);
  /** The first number after each word for a loss. */
  const named = line =>
    [...line.matchAll(LOSS)].flatMap(word => numbers(line.slice(word.index + word[0].length))[0] ?? []);
  const bare = line => !/[a-z]/i.test(line.replace(NUMBER, ""));
  const counts = rows =>
    rows.length > 1 && rows.every(row => row.length > 1 && row[0] === rows[0][0] + rows.indexOf(row));

  /** The losses of one line: each that is named, or all numbers after the name. */
  const across = line => {
    const found = named(line);
    return found.length > 1 ? found : numbers(line.slice(Math.max(0, line.search(LOSS))));
  };

  /** The losses of many lines: those that are named, or the column beside a count, or all, or the last of each line. */
  const down = lines => {
    const found = lines.flatMap(line => named(line).slice(0, 1));
    if (found.length) return found;
    const rows = lines.map(numbers).filter(row => row.length);
    if (counts(rows)) return rows.map(row => row[1]);
    return lines.filter(line => numbers(line).length).every(bare) ? rows.flat() : rows.map(row => row.at(-1));
  };

  /** Whether commas are decimal: one in each number, and no count before it. */
  const decimal = text => {
    const words = text.split(/\s+/).filter(word => /\d/.test(word));
    const rows = text.trim().split(/\n/).map(numbers);
    return words.length && words.every(word => /^\W?\d+,\d+(?:e[-+]?\d+)?\W?$/i.test(word)) && !counts(rows);
  };

  /** The losses of a text, as they are printed, and whether its commas are decimal. */
  const read = text => {
    const plain = text
      .replaceAll("−", "-")
      .replace(WRAPPING, " ")
      .replace(/^\s*\w+\s*=\s*(?=\[)/, "");
    const commas = decimal(plain) || /(?:loss|cost|objective)\W*\d+,\d+(?![\d.,])/i.test(plain);
    const lines = (commas ? plain.replace(COMMA, "$1.$2") : plain).split("\n").filter(line => line.trim());
    return [lines.length > 1 ? down(lines) : across(lines[0] ?? ""), commas];
  };

  const spread = values => Math.max(...values) - Math.min(...values);
  const changes = values => values.slice(1).map((value, place) => value - values[place]);

  /** What the losses do after half of the steps: the changes, in units of all that changed in the run. */
  const lateOf = losses => changes(losses.slice(losses.length >> 1)).map(change => change / spread(losses));

  /** Whether they rise from their least value on, without a fall, and by more than rounding. */
  const rises = losses => {
    const after = losses.slice(losses.indexOf(Math.min(...losses)));
    return after.length > 2 && spread(after) > 1e-4 * spread(losses) && changes(after).every(change => change >= 0);
  };

  /** Whether the last change is a trifle beside those before, so that nothing more is to come. */
  const calm = losses => {
    const late = lateOf(losses).map(Math.abs);
    return late.at(-1) <= Math.max(1e-5, 0.02 * late[0]);
  };

  /** The key of what these losses show, or nothing where they are too few. */
  const judged = losses => {
    if (losses.some(loss => !Number.isFinite(loss))) return "nan";
    if (losses.length < 2) return undefined;
    if (spread(losses) <= 1e-3 * Math.max(...losses.map(Math.abs))) return "still";
    const [first, last, top] = [losses[0], losses.at(-1), Math.max(...losses)];
    if (last > first && last >= 0.99 * top) return "grows";
    if (losses.length < FEWEST) return undefined;
    if (rises(losses)) return "turned";
    const moves = lateOf(losses).filter(change => Math.abs(change) > 1e-6);
    if (moves.filter(change => change > 0).length > moves.length / 4) return "hovers";
    if (last > 0 && last < 0.3 * losses[losses.length >> 1]) return "falls";
    return calm(losses) ? "settled" : "crawls";
  };

  /** Beyond the bound the losses of a quadratic grow in the end by (1 - ηL)² a step, which tells 2/L. */
  const bound = (losses, lr) => {
    const [before, growth] = [losses.at(-2) / losses.at(-3), losses.at(-1) / losses.at(-2)];
    return growth > 1 && lr > 0 && Math.abs(before / growth - 1) < 0.05
      ? (2 * lr) / (1 + Math.sqrt(growth))
      : undefined;
  };

  // Writing

  const made = (name, properties, ...inside) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...inside);
    return node;
  };
  const linked = place => {
    const title = () =>
      document.getElementById(`fails-${place}`).closest("section").querySelector("h3").firstChild.textContent;
    const [text, href] = FURTHER[place] ?? [title(), `#fails-${place}`];
    return made("a", { href }, text);
  };

  /** Adam is no cause in other methods, and only points that are drawn, or nothing said, make noise. */
  const ONLY = { adam: "adam", bursts: "adam", batch: "batch", momentum: "momentum" };
  const fits = (place, method) => !method || !(place in ONLY) || ONLY[place] === method;

  const told = (key, method, estimate) => {
    const [seen, test, ...outcomes] = CASES[key];
    const items = outcomes
      .map(([meaning, ...places]) => [meaning, places.filter(place => fits(place, method)).map(linked)])
      .filter(([, links]) => links.length)
      .map(([meaning, links]) => made("li", {}, `${meaning}: `, ...links.flatMap(link => [", ", link]).slice(1), "."));
    const more =
      estimate &&
      `If the gradient is right, 2/L is about ${estimate.toPrecision(2)} on a quadratic: stay below. ` +
        "A wrong one makes losses that look the same.";
    return [
      made("p", {}, made("strong", {}, seen)),
      made("p", {}, test),
      made("ul", {}, ...items),
      ...[more].filter(Boolean).map(words => made("p", {}, words)),
    ];
  };

  const labelled = (words, field) => made("label", {}, made("span", {}, words), " ", field);
  const chosen = options =>
    made("select", {}, ...Object.entries(options).map(([value, words]) => made("option", { value }, words)));
  const losses = made("textarea", { rows: 3, placeholder: "4.1 3.2 2.9 2.7 …" });
  const lr = made("input", { inputMode: "decimal", size: 8 });
  const seen = chosen({
    "": "as the numbers say",
    ...Object.fromEntries(Object.entries(CASES).map(([key, [words]]) => [key, words])),
  });
  const method = chosen(METHODS);
  const answer = made("div", { role: "status" });

  /** What is to be said of the input itself. */
  const remarks = (text, values, commas, eta) => [
    commas && "Commas are read as decimal points.",
    text.trim() && !values.length && `No losses can be read from this: “${text.trim().slice(0, 40)}”.`,
    values.length && values.length < FEWEST && values.every(Number.isFinite) && `Give at least ${FEWEST} losses.`,
    eta && !(size(eta) > 0) && `η: expected a number above 0, such as 0.01; given “${eta.slice(0, 9)}”.`,
  ];
  const size = text => Number(text.trim().replace(",", "."));
  const show = () => {
    const [values, commas] = read(losses.value);
    const key = judged(values);
    // Such an answer says nothing of the losses.
    const beside = ["starts", "library"].includes(seen.value);
    const keys = (beside ? [seen.value, key] : [seen.value || key]).filter(Boolean);
    const plain = ["", "plain"].includes(method.value);
    const estimate = plain && key === "grows" ? bound(values, size(lr.value)) : undefined;
    const said = remarks(losses.value, values, commas, lr.value.trim()).filter(Boolean);
    answer.replaceChildren(
      ...said.map(words => made("p", {}, words)),
      ...keys.flatMap(one => told(one, method.value, one === key ? estimate : undefined)),
    );
  };

  // Drawing: the loss on a logarithmic axis of six decades, read at forty steps; a hand trembles, so small moves are
  // none.
  const [WIDE, HIGH, COLUMNS, TREMBLE] = [320, 120, 40, 5];
  const svg = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  };
  const board = svg("svg", {
    viewBox: `0 0 ${WIDE} ${HIGH}`,
    role: "img",
    "aria-label": "Draw the losses here, or paste them",
  });
  const curve = svg("polyline", { fill: "none", stroke: "currentColor", "stroke-width": 2 });
  board.append(curve);
  let [drawn, from] = [[], 0];
  const draw = event => {
    const box = board.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * COLUMNS);
    const height = Math.min(HIGH, Math.max(0, ((event.clientY - box.top) / box.height) * HIGH));
    if (!drawn.length) from = column;
    if (column < from + drawn.length || column >= COLUMNS) return;
    const level = Math.abs(height - drawn.at(-1)) < TREMBLE ? drawn.at(-1) : height;
    while (from + drawn.length <= column) drawn.push(level);
    curve.setAttribute("points", drawn.map((y, place) => `${((from + place + 0.5) * WIDE) / COLUMNS},${y}`).join(" "));
  };
  /** Read only when the line is drawn, since the answer above it moves the board. */
  const drew = () => {
    const enough = drawn.length >= FEWEST;
    losses.value = enough ? drawn.map(y => (10 ** (3 - (6 * y) / HIGH)).toPrecision(2)).join(" ") : "";
    show();
    if (!enough) answer.prepend(made("p", {}, "Draw one line from left to right, as wide as the board."));
  };
  board.addEventListener("pointerdown", event => {
    drawn = [];
    board.setPointerCapture(event.pointerId);
    draw(event);
  });
  board.addEventListener("pointermove", event => event.buttons && draw(event));
  board.addEventListener("pointerup", drew);

  const form = made(
    "form",
    {},
    labelled("Losses of your run, as they were printed (nothing is sent anywhere):", losses),
    answer,
    labelled("η, the learning rate:", lr),
    labelled("Method:", method),
    labelled("What you see:", seen),
    made("div", {}, "Or draw the losses, from left to right; each grey line down is a loss ten times smaller:", board),
  );
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  // A browser that comes back fills the fields in again, and tells nobody.
  addEventListener("pageshow", show);
  document.getElementById("symptoms").append(form);
})();
