// What is copied is text with LaTeX for each formula: a browser by itself copies the letters of a fraction side by
// side. A click copies one formula. By keyboard, a button above the page leads to the formulas, which are no tab stops.

const FORMULA = "math";
// In these a press means something else.
const ASIDE = "a, button, summary, .live-figure";
// Formulas that stand beside each other are one in LaTeX.
const BLOCK = ".math-scroll";
const LEFT_OUT = "button, script, style, svg, .headerlink, [role=status]";

const latexOf = math => math.querySelector("annotation").textContent.trim();
const around = (node, what) => (node.closest ? node : node.parentElement)?.closest(what);

// What live figures write as quantities has no LaTeX, and is a letter.
function written(formula) {
  if (!formula.querySelector("annotation")) return formula.textContent;
  const parts = formula.matches(BLOCK) ? [...formula.querySelectorAll(FORMULA)] : [formula];
  const mark = formula.matches(`${BLOCK}, [display=block]`) ? "$$" : "$";
  return mark + parts.map(latexOf).join(" \\qquad ") + mark;
}

// A range that begins or ends within a formula takes in the whole of it. Not a clone: one of a selection holds in
// Firefox what was selected, however it is widened.
function widened(range) {
  const wide = new Range();
  wide.setStart(range.startContainer, range.startOffset);
  wide.setEnd(range.endContainer, range.endOffset);
  const first = around(range.startContainer, FORMULA);
  const last = around(range.endContainer, FORMULA);
  if (first) wide.setStartBefore(first);
  if (last) wide.setEndAfter(last);
  return wide;
}

// What a range holds, its formulas as LaTeX, in a box that is laid out but not seen: the layout says where lines end.
function laidOut(range) {
  const box = document.createElement("div");
  box.className = "copied-from";
  box.append(widened(range).cloneContents());
  for (const it of box.querySelectorAll(LEFT_OUT)) it.remove();
  for (const it of box.querySelectorAll(BLOCK)) it.replaceWith(written(it));
  for (const it of box.querySelectorAll(FORMULA)) it.replaceWith(written(it));
  // A cell's text is a paragraph, which would end a line.
  for (const it of box.querySelectorAll("td, th")) it.textContent = it.textContent.trim();
  for (const it of box.querySelectorAll("a[href]")) it.setAttribute("href", it.href);
  document.body.append(box);
  const [text, html] = [box.innerText.replaceAll("\u00a0", " "), box.innerHTML];
  box.remove();
  return { text, html };
}

// Firefox makes a range of each cell of a table.
const inOneRow = (range, other) =>
  other?.startContainer.localName === "tr" && range.startContainer === other.startContainer;

function copied(ranges) {
  const parts = ranges.map(laidOut);
  const ends = ranges.map((range, i) => (inOneRow(range, ranges[i + 1]) ? "\t" : "\n"));
  return {
    text: parts
      .map(({ text }, i) => text + ends[i])
      .join("")
      .trim(),
    html: parts.map(({ html }) => html).join(""),
  };
}

const holdsFormula = range => {
  const wide = widened(range);
  return [...document.querySelectorAll(FORMULA)].some(math => wide.intersectsNode(math));
};

function rangesOf(selection) {
  if (document.activeElement?.matches(FORMULA)) return [rangeOf(document.activeElement)];
  return [...Array(selection.rangeCount).keys()].map(i => selection.getRangeAt(i)).filter(range => !range.collapsed);
}

function rangeOf(node) {
  const range = new Range();
  range.selectNode(node);
  return range;
}

// A field in which the reader types copies what it holds.
const typing = () => document.activeElement?.matches("input, textarea, [contenteditable]");

function onCopy(event) {
  const ranges = rangesOf(getSelection());
  if (typing() || !ranges.some(holdsFormula)) return;
  const { text, html } = copied(ranges);
  event.clipboardData.setData("text/plain", text);
  event.clipboardData.setData("text/html", html);
  event.preventDefault();
}

// One formula

const notice = Object.assign(document.createElement("div"), { className: "copied-notice", role: "status" });
let fading = 0;
function say(words) {
  notice.replaceChildren(Object.assign(document.createElement("span"), { textContent: words }));
  clearTimeout(fading);
  fading = setTimeout(() => notice.replaceChildren(), 2500);
}

// By selecting it first: the browser then copies as when a reader presses the keys, from a page on the disk
// and in a frame too, where a page may not write to the clipboard by itself.
function copyFormula(math) {
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(rangeOf(math));
  say(document.execCommand("copy") ? "LaTeX copied" : "Not copied: this browser does not allow it");
}

// Not those that are part of a link, a button or the name of a fold.
const shown = () =>
  [...document.querySelectorAll("article math")].filter(math => !math.closest(ASIDE) && math.checkVisibility());

function onClick({ target }) {
  const math = around(target, "article math");
  if (math && getSelection().isCollapsed && !math.closest(ASIDE)) copyFormula(math);
}

// By keyboard

function focusOn(math) {
  math.tabIndex = -1;
  math.focus();
  math.addEventListener("blur", () => math.removeAttribute("tabindex"), { once: true });
}

function start() {
  const all = shown();
  focusOn(all.find(math => math.getBoundingClientRect().top > 60) ?? all.at(-1));
  say("Arrow keys choose a formula, Enter copies it, Escape leads back");
}

function onKey(event) {
  const math = document.activeElement;
  if (!math?.matches(FORMULA) || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = shown();
  const go = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const next = all[all.indexOf(math) + go];
  if (next) focusOn(next);
  else if (event.key === "Enter" || event.key === " ") copyFormula(math);
  else if (event.key === "Escape") document.querySelector(".copy-formulas").focus();
  else if (!go) return;
  event.preventDefault();
}

function offer() {
  const [type, className, title] = ["button", "btn btn-sm copy-formulas", "Copy a formula as LaTeX"];
  const button = Object.assign(document.createElement("button"), { type, className, title, ariaLabel: title });
  button.addEventListener("click", start);
  document.querySelector(".article-header-buttons")?.prepend(button);
}

document.addEventListener("copy", onCopy);
document.addEventListener("DOMContentLoaded", () => {
  if (!document.querySelector("article math")) return;
  document.body.append(notice);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  offer();
});
