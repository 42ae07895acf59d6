// What the reader has answered, kept in this browser alone: by problem and question what became of the last answer,
// when to ask it again, and of each draw the last text and whether it was solved. Where a browser keeps nothing,
// _static/first.js stands in for its storage as long as the page is open.

const KEY = "gradient-descent-tested.answers";
const STATES = new Set(["right", "open", "wrong", "unclear"]);
const DAY = 86_400_000;

const isObject = value => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = value => typeof value === "string" && value.length < 2000;
const isTime = value => Number.isFinite(value) && value >= 0;

function isRecord(record) {
  const { state, seed, words, draws, solved, when, due, gap } = isObject(record) ? record : {};
  const told = isObject(draws) && Object.values(draws).every(isAnswer) && [seed, words].every(isText);
  return STATES.has(state) && told && typeof solved === "boolean" && [when, due, gap].every(isTime);
}
const isAnswer = answer => isObject(answer) && isText(answer.text) && typeof answer.solved === "boolean";

// The records that can be read, of what may be anything.
function readable(found) {
  const kept = {};
  for (const [problem, questions] of Object.entries(isObject(found) ? found : {})) {
    const records = Object.entries(isObject(questions) ? questions : {}).filter(([, record]) => isRecord(record));
    if (records.length) kept[problem] = Object.fromEntries(records);
  }
  return kept;
}

export function all() {
  try {
    return readable(JSON.parse(localStorage.getItem(KEY)).answers);
  } catch {
    return {};
  }
}

function write(answers) {
  try {
    localStorage.setItem(KEY, told(answers));
  } catch {
    // There is no room: what was kept before stays.
  }
}

const told = answers => JSON.stringify({ version: 1, answers }, null, 1);

// When a question is asked again: a day after it was first right, and twice as long after each time that it was right
// when it was due. The rule of flashcards in boxes: a scheduler that learns each reader's memory would weigh more than
// all else on the page, and would have seven questions to learn from.
export function spaced(before, state, now) {
  if (state !== "right") return { gap: 0, due: before?.solved ? now : 0 };
  if (before?.gap && now < before.due) return { gap: before.gap, due: before.due };
  const gap = before?.gap ? 2 * before.gap : 1;
  return { gap, due: now + gap * DAY };
}

// Keep an answer and what became of it; a question that was right once stays solved, also in its draw.
export function keep(problem, question, { state, seed, text, words = "" }, now = Date.now()) {
  const answers = all();
  const before = answers[problem]?.[question];
  const right = state === "right";
  const solved = right || !!before?.solved;
  const draws = { ...before?.draws, [seed]: { text, solved: right || !!before?.draws[seed]?.solved } };
  const record = { state, seed, words, draws, solved, when: now, ...spaced(before, state, now) };
  write({ ...answers, [problem]: { ...answers[problem], [question]: record } });
}

export function forget() {
  localStorage.removeItem(KEY);
}

// As the text of a file, and from one. Of two answers to a question the later stays.
export const exported = () => told(all());

export function imported(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error("The file is no JSON; expected one that this page has saved.");
  }
  if (found?.version !== 1 || !isObject(found.answers)) {
    throw new Error("The file holds no answers of version 1; expected one that this page has saved.");
  }
  const answers = all();
  let count = 0;
  for (const [problem, questions] of Object.entries(readable(found.answers))) {
    for (const [question, record] of Object.entries(questions)) {
      count += 1;
      if (!(answers[problem]?.[question]?.when > record.when)) (answers[problem] ??= {})[question] = record;
    }
  }
  write(answers);
  return count;
}
