// The judgement of gdtools.questions and gdtools.check on what Python wrote for one draw: it compares, and says
// Python's words.
import { read } from "./read.js";

const fill = (words, ...told) => words.replace(/\{(\d)\}/g, (_, i) => told[i]);

// What a text shows in Python: repr, cut to sixty letters.
export function short(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  const letters = [
    ...(quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote).replace(/\s+/g, " "),
  ];
  return letters.length <= 60 ? letters.join("") : `${letters.slice(0, 57).join("")}…`;
}

// The lengths of nested lists; undefined where rows differ in length.
function shapeOf(value) {
  if (!Array.isArray(value)) return [];
  const shapes = value.map(shapeOf);
  const alike = shapes.every(shape => shape && String(shape) === String(shapes[0]));
  return alike ? [value.length, ...(shapes[0] ?? [])] : undefined;
}

function named(shape) {
  if (!shape.length) return "a single number";
  if (shape.length > 1) return `an array of shape (${shape.join(", ")})`;
  return `a list of ${shape[0]} number${shape[0] === 1 ? "" : "s"}`;
}

const bare = shape => String(shape.filter(length => length !== 1));

const wordsOf = (faults, text) => faults.find(([pattern]) => new RegExp(pattern).test(text))?.[1];

// The value of what was typed, or why there is none, as gdtools.typed has it.
export function valueOf(text, { shape }) {
  const { aside, before, after } = SHARED.typed;
  const plain = aside.reduce((told, pattern) => told.replace(new RegExp(pattern), ""), text);
  const refused = wordsOf(before[shape.length ? "many" : "one"], plain);
  const value = refused ? undefined : read(plain, shape.length);
  const words = refused ?? (value === undefined && wordsOf(after, plain));
  return words ? { fault: fill(SHARED.unclear.typed, named(shape), short(text), words) } : { value };
}

// The numbers of an answer in one row, or why they cannot be judged.
function numbersIn(text, question) {
  const { value, fault } = valueOf(text, question);
  if (fault) return { fault };
  const shape = value === undefined ? [0] : shapeOf(value);
  const numbers = [value].flat(Infinity);
  const { shape: expected, infinite } = question;
  if (!shape) return { fault: fill(SHARED.unclear.ragged, short(text)) };
  if (value === undefined || !numbers.length) return { fault: fill(SHARED.unclear.none, short(text)) };
  const judged = number => Number.isFinite(number) || (infinite && !Number.isNaN(number));
  if (!numbers.every(judged)) return { fault: fill(SHARED.unclear.infinite, short(text)) };
  if (bare(shape) !== bare(expected)) return { fault: fill(SHARED.unclear.shape, named(expected), named(shape)) };
  return { numbers };
}

// How an answer may be told: in any order, with the other sign.
const arranged = (numbers, question) => (question.any_order ? [...numbers].sort((one, other) => one - other) : numbers);
const signed = (numbers, question) => (question.up_to_sign ? [numbers, numbers.map(number => -number)] : [numbers]);

function agrees(given, value, question) {
  const { rtol, atol } = question;
  const near = (told, wanted) =>
    told === wanted || (Number.isFinite(wanted) && Math.abs(told - wanted) <= Math.max(atol, rtol * Math.abs(wanted)));
  const wanted = signed(arranged(value, question), question);
  return wanted.some(each => each.every((number, i) => near(given[i], number)));
}

// Whether a number is another rounded, or cut, to fewer digits.
function shorter(given, truth) {
  const [digits, exponent] = given.toExponential().split("e");
  const digit = 10 ** (Number(exponent) - (digits.split(".")[1]?.length ?? 0));
  const missing = Math.abs(truth) - Math.abs(given);
  const close = Math.abs(given - truth) <= 0.05 * Math.abs(truth);
  return close && missing >= -0.5000001 * digit && missing <= 0.9999999 * digit;
}

function advice(given, question) {
  const truths = signed(arranged(question.truth, question), question);
  const cut = question.rtol > 0 && !question.count && truths.some(each => each.every((it, i) => shorter(given[i], it)));
  return cut ? fill(SHARED.close, question.percent) : question.hint;
}

function judgeNumbers(question, text) {
  const { numbers, fault } = numbersIn(text, question);
  if (fault) return { state: "unclear", text: fault };
  const given = arranged(numbers, question);
  if (agrees(given, question.truth, question)) return { state: "right", text: question.lesson };
  const known = question.mistakes.find(([answer]) => agrees(given, answer, question));
  return { state: "wrong", text: known ? known[1] : advice(given, question), known: !!known };
}

function judgeChoice(question, text) {
  if (text === question.truth) return { state: "right", text: question.lesson };
  return { state: "wrong", text: question.mistakes.find(([answer]) => answer === text)[1], known: true };
}

// What Python says of an answer: its state, the words, and where more is told.
export function judge(question, text) {
  if (["", "...", "…"].includes(text.trim())) return { state: "open", text: "" };
  const verdict = question.shape ? judgeNumbers(question, text) : judgeChoice(question, text);
  return verdict.state === "right" ? { ...verdict, see: question.see } : verdict;
}

// A prediction is noted and not judged.
export const noted = text => ({ state: "open", text: fill(SHARED.noted.text, text) });

// What the verdict on an answer says of the prediction before it.
export function compared({ state, text }, answer, prediction) {
  const other = state === "right" && answer !== prediction ? "other" : state;
  const words = SHARED.compared[other];
  return prediction && words ? `${text} ${fill(words, prediction)}`.trim() : text;
}

// The questions of a table as Python wrote them, with words in the place of their numbers in the list of words.
export function questionsOf(table) {
  const word = place => table.words[place];
  const isChoice = ({ shape }) => !shape;
  const answered = (question, answer) => (isChoice(question) ? word(answer) : [answer].flat());
  const told = question => ({
    ...question,
    truth: answered(question, question.truth),
    mistakes: question.mistakes.map(([answer, words]) => [answered(question, answer), word(words)]),
    lesson: word(question.lesson),
    hint: word(question.hint),
  });
  return Object.fromEntries(Object.entries(table.questions).map(([name, it]) => [name, told(it)]));
}

// How far one is, as Exercise.progress says it.
export function progress(right) {
  const left = Object.keys(right).filter(name => !right[name]);
  const count = Object.keys(right).length;
  const title = `${count - left.length} of ${count} right`;
  return { state: left.length ? "open" : "right", title, text: left.length ? `Still open: ${left.join(", ")}.` : "" };
}
