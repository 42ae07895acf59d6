// The forms of an exercise page: answers are judged where they stand, in the book's numbers or in fresh ones.
import { compared, judge, noted, progress, questionsOf } from "./judge.js";
import { all, keep } from "./kept.js";

const forms = [...document.querySelectorAll("form.answer")];
const { problem: name, seed: usual } = document.querySelector("[data-problem]").dataset;
const tables = window.exerciseTables;
const seeds = Array.from({ length: SHARED.seeds }, (_, i) => `${i + 1}`);
const keyOf = seed => (seed ? `${name}-${seed}` : name);
const given = document.querySelector("[data-problem] pre");
const drawing = document.querySelector(".draw");
let seed = usual;
let wanted = usual;
let questions = {};

const typed = form => new FormData(form).get("answer") ?? "";

function element(kind, text, more = {}) {
  return Object.assign(document.createElement(kind), { textContent: text }, more);
}

// The words of a verdict as Python shows them, with a link to where more is told.
function show(output, state, title, text, see = "") {
  output.className = `feedback ${state}`;
  const mark = element("span", SHARED.states[state][0]);
  mark.setAttribute("aria-hidden", "true");
  output.replaceChildren(mark, " ", element("strong", `${title}.`), " ", text);
  if (see) output.append(" ", element("a", `More: ${SHARED.chapters[see]}`, { href: `../chapters/${see}.html` }));
}

const predicts = form => form.hasAttribute("data-predicts");
// A prediction is kept apart from the answer to what it predicts.
const placeOf = form => (predicts(form) ? "before " : "") + form.dataset.question;
const kept = place => all()[name]?.[place]?.draws[seed];

function answerTo(form) {
  const question = form.dataset.question;
  const text = typed(form);
  const isNoted = predicts(form) && text;
  const verdict = isNoted ? noted(text) : judge(questions[question], text);
  const title = isNoted ? SHARED.noted.title : `{0}: ${SHARED.states[verdict.state][1]}`;
  const words = isNoted ? verdict.text : compared(verdict, text, kept(`before ${question}`)?.text);
  show(form.querySelector("output"), verdict.state, title.replace("{0}", question), words, verdict.see);
  return { state: verdict.state, text, words: verdict.known ? verdict.text : "" };
}

// A verdict is one on what stands in the field.
function empty(form) {
  const output = form.querySelector("output");
  output.className = "feedback";
  output.replaceChildren();
}

function put(form, text) {
  form.reset();
  empty(form);
  if (text) form.elements.answer.value = text;
  if (text) answerTo(form);
}

// No answer takes nothing back.
function check(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const answer = answerTo(form);
  if (answer.state !== "open" || (predicts(form) && answer.text)) keep(name, placeOf(form), { seed, ...answer });
  if (predicts(form)) forms.filter(it => answers(it, form)).forEach(answerTo);
  tellProgress();
}

// Whether a form holds the verdict that tells what became of a prediction.
const answers = (form, { dataset }) =>
  !predicts(form) && form.dataset.question === dataset.question && form.querySelector("output").textContent;

function tellProgress() {
  const asked = [...new Set(forms.map(form => form.dataset.question))];
  const right = Object.fromEntries(asked.map(question => [question, !!kept(question)?.solved]));
  for (const output of document.querySelectorAll("output.how-far")) {
    const { state, title, text } = progress(right);
    show(output, state, title, text);
    output.classList.add("how-far");
  }
}

// Load the table of a seed, from beside that of the page's own numbers; a script may be loaded from the disk too.
function load(asked) {
  const own = document.querySelector(`script[src*="/${keyOf(usual)}.js"]`).src;
  const src = own.replace(`/${keyOf(usual)}.js`, `/${keyOf(asked)}.js`);
  return new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject }));
  });
}

// Until the table is there, all stays in the numbers before.
async function turnTo(asked) {
  wanted = asked;
  try {
    if (!tables[keyOf(asked)]) await load(asked);
    if (wanted === asked) draw(asked);
  } catch {
    say(`The numbers of seed ${asked} could not be loaded.`);
  }
}

// Draw the problem in the numbers of a seed; what was answered in them stands there again.
function draw(asked) {
  seed = asked;
  questions = questionsOf(tables[keyOf(seed)]);
  given.textContent = `${tables[keyOf(seed)].given}\n`;
  // run.js listens.
  document.dispatchEvent(new CustomEvent("exercise-drawn", { detail: tables[keyOf(seed)] }));
  for (const form of forms) put(form, kept(placeOf(form))?.text);
  tellProgress();
  tellSeed();
}

// A sentence of the reader's own is kept and not judged.
function keepSentence() {
  const field = document.querySelector(".sentence");
  if (!field) return;
  field.value = all()[name]?.sentence?.draws[usual]?.text ?? "";
  field.addEventListener("change", () => keep(name, "sentence", { state: "open", seed: usual, text: field.value }));
}

function say(words) {
  drawing.querySelector("output").textContent = words;
}

function tellSeed() {
  const isUsual = seed === usual;
  const told = isUsual
    ? ""
    : `These are the numbers of seed ${seed}; in the notebook, ${name}(seed=${seed}) draws them.`;
  say(told);
  drawing.querySelector(".back").hidden = isUsual;
  for (const note of document.querySelectorAll(".other-draw")) note.remove();
  const words = `This is computed with the book’s numbers, not with those of seed ${seed}.`;
  if (!isUsual) for (const title of solutions) title.after(element("p", words, { className: "other-draw" }));
}

// What unfolds a computation that was stored.
const solutions = document.querySelectorAll(".cell.tag_solution summary");

function address(asked) {
  const query = new URLSearchParams(location.search);
  if (asked !== usual) query.set("seed", asked);
  else query.delete("seed");
  const search = String(query) && `?${query}`;
  history.replaceState(history.state, "", location.pathname + search + location.hash);
}

// The next seed that has not been answered in.
function fresh() {
  const used = new Set(Object.values(all()[name] ?? {}).flatMap(record => Object.keys(record.draws)));
  const from = seeds.indexOf(seed) + 1;
  const next = [...seeds.slice(from), ...seeds.slice(0, from)];
  return next.find(one => !used.has(one)) ?? next[0];
}

function press(asked) {
  address(asked);
  turnTo(asked);
}

function start() {
  const asked = new URLSearchParams(location.search).get("seed") ?? usual;
  const known = asked === usual || seeds.includes(asked);
  const range = `${seeds[0]} to ${seeds.at(-1)}`;
  draw(usual);
  if (!known)
    say(`The address asks for seed ${asked}; this page has the seeds ${range}, and shows the book’s numbers.`);
  else if (asked !== usual) turnTo(asked);
  drawing.querySelector(".fresh").addEventListener("click", () => press(fresh()));
  drawing.querySelector(".back").addEventListener("click", () => press(usual));
  for (const form of forms) {
    form.addEventListener("submit", check);
    form.addEventListener("input", () => empty(form));
  }
  keepSentence();
  addEventListener("storage", tellProgress);
}

start();
