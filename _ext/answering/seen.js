// What each of the eight runs of Check C did, in place of its stored picture: loss, gradient and path, and in words.
import { runOf } from "./run.js";
import { sizeOf } from "./scenes.js";
import { lossOf } from "./surfaces-which.js";
import { dots, frame, line, logarithms, newPanel, node, swatch } from "../../gdtools/live/draw.js";

const KINDS = ["run", "second"];
const SIGHTS = ["Loss", "Gradient"];

for (const el of document.querySelectorAll(".seen")) mountSeen(el, +el.dataset.run);

function mountSeen(el, number) {
  const label = what => `${what} of run ${number + 1}, whose numbers stand beside it`;
  const panels = [...SIGHTS, "Path"].map(what => newPanel(label(what)));
  const words = node("ul");
  let table = null;
  el.replaceChildren(...panels.map(({ svg }) => svg), words);
  for (const { svg } of panels) svg.setAttribute("role", "img");

  function draw() {
    const run = table.runs[number];
    // On a phone they stand below each other, and are not as high.
    const ratio = el.clientWidth < 450 ? 0.45 : 0.8;
    const paths = run.starts.map(start => {
      const { at, last, grad } = runOf("which", table, number, run.lr, start);
      const places = Array.from({ length: last + 1 }, (_, k) => at(k));
      return [places.map(lossOf(run)), places.map(x => sizeOf(grad(x))), places];
    });
    SIGHTS.forEach((what, i) => {
      const curves = paths.map(path => path[i]);
      const powers = logarithms(curves.flat());
      const ylim = [Math.floor(Math.min(...powers)), Math.ceil(Math.max(...powers))];
      frame(panels[i], { xlim: [0, run.n], ylim, ratio, log: true, xlabel: "step k", ylabel: what.toLowerCase() });
      curves.forEach((values, j) => line(panels[i], Object.entries(values), KINDS[j]));
    });
    drawPaths(
      panels[2],
      paths.map(path => path[2]),
      ratio,
    );
    words.replaceChildren(...run.told.map(text => node("li", {}, ...of(text), text)));
  }
  document.addEventListener("exercise-drawn", ({ detail }) => {
    table = detail.run;
    draw();
  });
  new ResizeObserver(() => {
    for (const panel of panels) panel.wide = 0;
    if (table) draw();
  }).observe(el);
}

// The colour of the start that a line is about.
const of = text => [1, 2].filter(i => text.includes(`start ${i}`)).map(i => swatch(KINDS[i - 1]));

// Both unknowns to one scale.
function drawPaths(panel, paths, ratio) {
  const [xs, ys] = [0, 1].map(axis => paths.flat().map(place => place[axis]));
  const ends = values => [Math.min(...values), Math.max(...values)];
  const [[left, right], [low, high]] = [ends(xs), ends(ys)];
  const room = 0.55 * Math.max((right - left) * ratio, high - low);
  const [x, y] = [(left + right) / 2, (low + high) / 2];
  frame(panel, {
    xlim: [x - room / ratio, x + room / ratio],
    ylim: [y - room, y + room],
    ratio,
    xlabel: "x₁",
    ylabel: "x₂",
  });
  paths.forEach((places, j) => {
    line(panel, places, KINDS[j], true);
    dots(panel, [places.at(-1)], `now ${KINDS[j]}`);
  });
}
