// On the page of runs that fail: what a reader sees, losses and answers as numbers, leads to likely causes and to the test that
// tells them apart. Reading, judging and writing are apart; nothing leaves the page.
"use strict";
(() => {
  // What each picture may be, and what to do next: links into the page, and the test that parts them.
  const CASES = {
    nan: [
      ["nan", "overflow", "log"],
      "Divide η by 1000. If the numbers stay finite, the step was too long; if not, print f at the start and " +
        "look for a logarithm of 0.",
    ],
    grows: [
      ["grows", "nan", "sum", "swings", "uphill"],
      "Divide η by 1000. If it still grows, the gradient is wrong: call it twice at one point, and compare it " +
        "with differences of f. If it falls, the step was too long.",
    ],
    still: [
      ["single", "rounded", "plateau", "early", "adam"],
      "Multiply η by 10. If f moves ten times as much, the step was too short; if it does not move, compute in " +
        "double precision; if it moves as little as before, start from larger numbers.",
    ],
    hovers: [
      ["edge", "lasso", "grows"],
      "Halve η. If the level halves about, it is an edge or noise, and the step has to shrink; if it is gone, " +
        "the step was too long.",
    ],
    crawls: [
      ["units", "early", "adam", "separated", "plateau"],
      "Look at ‖x‖: if it grows without end there may be no minimum. If not, bring all columns to one scale; if " +
        "it still crawls, use momentum.",
    ],
    settled: [
      ["index", "shapes", "offset"],
      "Compare the gradient with differences of f where the run ended, and print the shapes of predictions and " +
        "targets.",
    ],
    starts: [
      ["index", "elsewhere", "twins"],
      "Compare f at the ends. If it differs and the gradient is right, there are several minima; if it is the " +
        "same, the floor is level; if the gradient is wrong, nothing else counts.",
    ],
    library: [
      ["shapes", "scaled", "twins", "index"],
      "Compute f and your gradient at the library’s answer. If f is lower there and the gradient is not 0, the " +
        "gradient is wrong; if f is another function, look at units and shapes.",
    ],
  };
  const SEEN = {
    nan: "The losses stop being numbers.",
    grows: "The losses grow.",
    still: "The losses hardly move.",
    hovers: "The losses hover at a level.",
    crawls: "The losses fall, more and more slowly.",
    settled: "The losses fall and settle.",
    starts: "Other starts end elsewhere.",
    library: "A library’s answer is another one.",
  };

  const numbers = text =>
    text
      .split(/[\s,;[\]]+/)
      .filter(Boolean)
      .map(Number);
  const changes = values => values.slice(1).map((value, place) => value - values[place]);

  /** The key of what these losses show, or nothing where they are too few. */
  const judged = losses => {
    if (losses.some(loss => !Number.isFinite(loss))) return "nan";
    if (losses.length < 4) return undefined;
    const [first, last] = [losses[0], losses.at(-1)];
    const spread = Math.max(...losses) - Math.min(...losses);
    const late = changes(losses.slice(Math.floor(losses.length / 2)));
    if (last > first && last >= 0.99 * Math.max(...losses) && spread > 1e-3 * Math.abs(first)) return "grows";
    if (spread <= 1e-3 * Math.max(...losses.map(Math.abs))) return "still";
    if (late.filter(change => change > 0).length >= late.length / 4) return "hovers";
    return Math.abs(late.at(-1)) <= 1e-6 * spread ? "settled" : "crawls";
  };

  /** Beyond the bound the losses of a quadratic grow in the end by (1 - ηL)² a step, which tells 2/L. */
  const bound = (losses, lr) => {
    const growth = losses.at(-1) / losses.at(-2);
    return growth > 1 && lr > 0 ? (2 * lr) / (1 + Math.sqrt(growth)) : undefined;
  };

  const titled = place => {
    const section = document.getElementById(`fails-${place}`).closest("section");
    return section.querySelector("h2, h3").firstChild.textContent;
  };
  const made = (name, properties, ...inside) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...inside);
    return node;
  };
  const told = (key, estimate) => {
    const [places, test] = CASES[key];
    const links = places.map(place => made("li", {}, made("a", { href: `#fails-${place}` }, titled(place))));
    const more = estimate
      ? ` On a quadratic these losses say that 2/L is about ${estimate.toPrecision(2)}: stay below.`
      : "";
    return [made("p", {}, made("strong", {}, SEEN[key]), more), made("ul", {}, ...links), made("p", {}, test)];
  };

  const root = document.getElementById("symptoms");
  const losses = made("textarea", { rows: 3, placeholder: "4.1 3.2 2.9 …" });
  const lr = made("input", { inputMode: "decimal", size: 8 });
  const starts = made("input", { type: "checkbox" });
  const library = made("input", { type: "checkbox" });
  const answer = made("div", { role: "status" });
  const labelled = (words, field) => made("label", {}, words, " ", field);
  const show = () => {
    const values = numbers(losses.value);
    const key = judged(values);
    const keys = [
      ...(starts.checked ? ["starts"] : []),
      ...(library.checked ? ["library"] : []),
      ...(key ? [key] : []),
    ];
    const estimate = one => (one === "grows" ? bound(values, Number(lr.value)) : undefined);
    answer.replaceChildren(...keys.flatMap(one => told(one, estimate(one))));
  };
  const form = made(
    "form",
    {},
    labelled("Losses, one a step, as they were printed:", losses),
    labelled("η:", lr),
    labelled("Other starts end elsewhere", starts),
    labelled("A library’s answer is another one", library),
    answer,
  );
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  root.append(
    made("p", {}, "Paste the losses of your run, and say what else you see; nothing is sent anywhere."),
    form,
  );
})();
