// The overview of all exercises: how far the reader is, what to do next, what to ask again, and the file to take along.
import { all, exported, forget, imported } from "./kept.js";

const box = document.querySelector(".your-progress");
const rows = [...box.querySelectorAll("[data-problem]")];
const shared = JSON.parse(box.dataset.shared);
const said = box.querySelector(".keeping output");
const undo = box.querySelector(".undo");
const REVIEWED = 3;

const questionsOf = row => row.dataset.questions.split(" ");
const rowOf = problem => rows.find(row => row.dataset.problem === problem);
const titleOf = row => row.querySelector("a").textContent;

function link(row, question, seed) {
  const href = `${row.querySelector("a").getAttribute("href")}${seed ? `?seed=${seed}` : ""}#answer-${question}`;
  return Object.assign(document.createElement("a"), { href, textContent: `${titleOf(row)}, ${question}` });
}

// The next numbers in which the question was not answered, or the next at all.
function fresh({ seed, draws }) {
  const seeds = Array.from({ length: SHARED.seeds }, (_, i) => `${((Number(seed) + i) % SHARED.seeds) + 1}`);
  return seeds.find(one => !draws[one]) ?? seeds[0];
}

// The records of the questions that the book has.
function records(answers) {
  return rows.flatMap(row =>
    questionsOf(row).flatMap(question => {
      const record = answers[row.dataset.problem]?.[question];
      return record ? [{ row, question, ...record }] : [];
    }),
  );
}

function tellRow(row, answers) {
  const kept = answers[row.dataset.problem] ?? {};
  const asked = questionsOf(row);
  const left = asked.filter(question => !kept[question]?.solved);
  const told = left.length ? `${asked.length - left.length} of ${asked.length} right` : "all right";
  row.querySelector(".told").textContent = Object.keys(kept).length ? told : "not begun";
  row.classList.toggle("done", !left.length);
}

// The questions of other problems to which the same mistake leads, else those of the same name.
function trains({ row, question, words }) {
  const same = (shared[words] ?? []).map(place => place.split(" "));
  const named = rows.filter(it => questionsOf(it).includes(question)).map(it => [it.dataset.problem, question]);
  return [...same, ...named].filter(([problem]) => problem !== row.dataset.problem);
}

function next(answers) {
  const open = ([problem, question]) => rowOf(problem) && !answers[problem]?.[question]?.solved;
  const wrong = records(answers).filter(record => record.state === "wrong");
  for (const record of wrong.sort((one, other) => other.when - one.when)) {
    const place = trains(record).find(open);
    if (place) return [record, link(rowOf(place[0]), place[1])];
  }
  for (const row of rows) {
    const question = questionsOf(row).find(it => open([row.dataset.problem, it]));
    if (question) return [null, link(row, question)];
  }
  return [];
}

function tellNext(answers) {
  const [record, to] = next(answers);
  const line = box.querySelector(".next");
  const [made, trained] = ["The answer to ", " was not right yet. What went wrong there is also trained by "];
  if (record) line.replaceChildren(made, link(record.row, record.question, record.seed), trained, to, ".");
  else if (to) line.replaceChildren(records(answers).length ? "Go on with " : "Begin with ", to, ".");
  else line.replaceChildren("All questions are right.");
}

function tellReview(answers) {
  const line = box.querySelector(".review");
  const solved = records(answers)
    .filter(record => record.solved)
    .sort((one, other) => one.due - other.due);
  const due = solved.filter(record => record.due <= Date.now()).slice(0, REVIEWED);
  const links = due.flatMap((record, i) => [i ? "; " : " ", link(record.row, record.question, fresh(record))]);
  const day = time => new Date(time).toLocaleDateString("en", { day: "numeric", month: "long" });
  if (due.length) line.replaceChildren("To ask yourself again, in fresh numbers:", ...links, ".");
  else
    line.textContent = solved.length ? `The next question to ask yourself again comes on ${day(solved[0].due)}.` : "";
}

function tell(words = "", canUndo = false) {
  const answers = all();
  for (const row of rows) tellRow(row, answers);
  tellNext(answers);
  tellReview(answers);
  said.textContent = words;
  undo.hidden = !canUndo;
}

function save() {
  const href = URL.createObjectURL(new Blob([exported()], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href, download: "gradient-descent-answers.json" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

async function load(event) {
  const [file] = event.target.files;
  if (!file) return;
  try {
    const count = imported(await file.text());
    tell(`Read ${count} answer${count === 1 ? "" : "s"}.`);
  } catch (fault) {
    tell(fault.message);
  }
  event.target.value = "";
}

let cleared = "";

function clear() {
  cleared = exported();
  forget();
  tell("All answers are forgotten.", true);
}

function start() {
  const isKept = localStorage instanceof Storage;
  tell(isKept ? "" : "This browser keeps nothing for this page: save your answers before you close it.");
  box.querySelector(".save").addEventListener("click", save);
  box.querySelector(".load").addEventListener("change", load);
  box.querySelector(".clear").addEventListener("click", clear);
  undo.addEventListener("click", () => {
    imported(cleared);
    tell("They are back.");
  });
  addEventListener("storage", () => tell());
}

start();
