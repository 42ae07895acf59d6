// The forms of an exercise page: answers are judged where they stand, in the book's numbers or in fresh ones.
import { judge, noted, progress, questionsOf } from "./judge.js";
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

function answerTo(form) {
  const question = form.dataset.question;
  const text = typed(form);
  const output = form.querySelector("output");
  const isNoted = predicts(form) && text;
  const verdict = isNoted ? noted(text) : judge(questions[question], text);
  const title = isNoted ? SHARED.noted.title : `{0}: ${SHARED.states[verdict.state][1]}`;
  show(output, verdict.state, title.replace("{0}", question), verdict.text, verdict.see);
  return { state: verdict.state, text, words: verdict.known ? verdict.text : "" };
}

// Resetting a form empties its verdict too.
function put(form, text) {
  form.reset();
  form.querySelector("output").className = "feedback";
  if (text) form.elements.answer.value = text;
}

// A prediction stands in two forms, of which the second tells what became of it.
function putOthers(form, text) {
  for (const other of forms.filter(it => it !== form && it.dataset.question === form.dataset.question)) {
    put(other, text);
    if (predicts(other)) answerTo(other);
  }
}

function check(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const answer = answerTo(form);
  putOthers(form, answer.text);
  keepAnswer(form.dataset.question, answer);
  tellProgress();
}

// No answer takes nothing back, and a prediction that was right none either.
function keepAnswer(question, { state, text, words }) {
  const before = all()[name]?.[question];
  if (text && !(state === "open" && before?.state === "right")) keep(name, question, { state, seed, text, words });
}

function tellProgress() {
  const answers = all()[name] ?? {};
  const asked = [...new Set(forms.map(form => form.dataset.question))];
  const right = Object.fromEntries(asked.map(question => [question, !!answers[question]?.solved]));
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
  const answers = all()[name] ?? {};
  for (const form of forms) {
    const record = answers[form.dataset.question];
    const here = record?.seed === seed;
    put(form, here ? record.text : "");
    if (here && (predicts(form) || record.state !== "open")) answerTo(form);
  }
  tellSeed();
}

// A sentence of the reader's own is kept and not judged.
function keepSentence() {
  const field = document.querySelector(".sentence");
  if (!field) return;
  field.value = all()[name]?.sentence?.text ?? "";
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
  const words = `What follows is in the book’s numbers, not in those of seed ${seed}.`;
  if (!isUsual) for (const cell of solutions()) cell.before(element("p", words, { className: "other-draw" }));
}

// The first cell of each solution.
const solutions = () =>
  [...document.querySelectorAll(".cell.tag_solution")].filter(
    it => !it.previousElementSibling?.matches(".tag_solution"),
  );

function address(asked) {
  const query = new URLSearchParams(location.search);
  if (asked !== usual) query.set("seed", asked);
  else query.delete("seed");
  const search = String(query) && `?${query}`;
  history.replaceState(history.state, "", location.pathname + search + location.hash);
}

// The next seed that has not been answered in.
function fresh() {
  const used = new Set(Object.values(all()[name] ?? {}).map(record => record.seed));
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
  for (const form of forms) form.addEventListener("submit", check);
  tellProgress();
  keepSentence();
  addEventListener("storage", tellProgress);
}

start();
