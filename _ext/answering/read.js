// What people type for a number or for several: 1/20, 5·10^-2, 2^(1/6), √2, 0,05, [1, 2.5], "1 2; 3 4".
//
// Kept parsers were looked at: jsep, the smallest, weighs three times as much as this, and knows neither ^ from the
// right nor numbers side by side; what turns typed signs into its own, and its trees into numbers, would be as long as
// what stands here.

const SIGNS = [
  [/\*\*/g, "^"],
  [/[·⋅×∙]/g, "*"],
  [/[−–]/g, "-"],
  [/÷/g, "/"],
  [/π/g, "pi"],
  [/∞/g, "inf"],
  [/√/g, "sqrt "],
  [/[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, raised => `^(${raised.normalize("NFKC").replace("−", "-")})`],
  [/(\d)_(?=\d)/g, "$1"],
  [/(\d)\s*x\s*(?=\d)/g, "$1*"],
  [/\b(?:np|numpy|math)\./g, ""],
];
// No e, which exp(1) says: "5 e-2" is meant for something else.
const CONSTANTS = { pi: Math.PI, inf: Infinity, infinity: Infinity, nan: NaN };
const FUNCTIONS = {
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  abs: Math.abs,
  float64: value => value,
};
const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([a-zA-Z]\w*)|([-+*/^(){}[\],;\n]))/y;
const CLOSES = { "(": ")", "[": "]", "{": "}" };
// One number with a decimal comma; with three digits behind it, it could be a thousand.
const COMMA = /^(?!\s*[-+−]?[1-9]\d{0,2},\d{3}\s*$)\s*[-+−]?\d+,\d+(?:[eE][-+−]?\d+)?\s*$/;
// Where ; parts a list, a comma between two digits is that of decimals.
const COMMAS = /^[^,;]*(?:\d,\d[^,;]*)?(?:;[^,;]*(?:\d,\d[^,;]*)?)+$/;

function spelt(text, dimensions) {
  const commas = [COMMA, COMMAS][dimensions]?.test(text);
  const parted = dimensions ? text.replace(/\band\b/g, ",") : text;
  const plain = commas ? text.replaceAll(",", ".") : parted;
  return SIGNS.reduce((told, [sign, meant]) => told.replace(sign, meant), plain);
}

// Each token as { kind, text, tight }: tight if it stands close to the one before it, or a sign close to what follows
// alone.
function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxError(`at ${from}`);
    const kind = ["number", "name", "sign"].find((_, i) => match[i + 1] !== undefined);
    found.push({
      kind,
      text: match[0].trim(),
      tight: !/^\s/.test(match[0]),
      holds: !/^\s/.test(text.slice(TOKEN.lastIndex)),
    });
  }
  return found;
}

class Reader {
  constructor(text, dimensions) {
    this.left = tokens(spelt(text, dimensions));
    this.dimensions = dimensions;
  }

  is(...signs) {
    return this.left[0]?.kind === "sign" && signs.includes(this.left[0].text);
  }

  take(sign) {
    if (sign && !this.is(sign)) throw new SyntaxError(`expected ${sign}`);
    return this.left.shift();
  }

  whole() {
    const value = this.left.length ? this.rows() : undefined;
    if (this.left.length) throw new SyntaxError("something is left");
    return value;
  }

  // What stands up to a closing bracket or the end: one entry alone is itself unless in square brackets, one row alone
  // a list.
  rows(end) {
    const rows = [[]];
    let listed = end === "]";
    let apart = true;
    while (this.left.length && !this.is(end)) {
      const separator = this.is(",", ";") && this.take().text;
      if (separator) listed = true;
      else if (!apart && this.left[0].tight && !this.is("[", "(")) throw new SyntaxError("two in one");
      if (separator === ";") rows.push([]);
      else if (!separator) rows.at(-1).push(this.sum());
      apart = !!separator;
    }
    const filled = rows.filter(row => row.length);
    if (this.dimensions > 1 && filled.length > 1) return filled;
    const row = filled.flat();
    return row.length === 1 && !listed ? row[0] : row;
  }

  // In a list "1 -2" is two numbers and "1 - 2" is one.
  sum() {
    let value = this.product();
    while (this.is("+", "-") && (!this.dimensions || this.left[0].tight || !this.left[0].holds)) {
      value = this.take().text === "+" ? plus(value, this.product()) : plus(value, -number(this.product()));
    }
    return value;
  }

  product() {
    let value = this.unary();
    for (;;) {
      if (this.is("*", "/")) {
        const over = this.take().text === "/";
        const next = number(this.unary());
        value = over ? number(value) / next : number(value) * next;
      } else if (this.multiplies()) value = number(value) * number(this.power());
      else return value;
    }
  }

  // 2pi and 2(1 + 3); with a space between them only where no list is asked for.
  multiplies() {
    const next = this.left[0];
    return next && (next.kind === "name" || this.is("(")) && (next.tight || !this.dimensions);
  }

  unary() {
    if (this.is("-", "+")) return this.take().text === "-" ? -number(this.unary()) : number(this.unary());
    return this.power();
  }

  power() {
    const base = this.atom();
    return this.is("^") ? (this.take(), number(base) ** number(this.unary())) : base;
  }

  atom() {
    const { kind, text } = this.take() ?? {};
    if (kind === "number") return Number(text);
    if (kind === "name") return text === "array" ? this.atom() : this.named(text.toLowerCase());
    if (!Object.hasOwn(CLOSES, text)) throw new SyntaxError(`unexpected ${text}`);
    const value = this.rows(CLOSES[text]);
    this.take(CLOSES[text]);
    return value;
  }

  named(name) {
    if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name];
    if (!Object.hasOwn(FUNCTIONS, name)) throw new SyntaxError(`unknown ${name}`);
    return FUNCTIONS[name](number(this.atom()));
  }
}

function number(value) {
  if (typeof value !== "number") throw new SyntaxError("a number is expected");
  return value;
}

const plus = (one, other) => number(one) + number(other);

// The number, or the list of numbers or of rows, that a text stands for; undefined if it stands for none. How many
// dimensions the answer has decides what a comma and a space mean.
export function read(text, dimensions) {
  try {
    return new Reader(text, dimensions).whole();
  } catch {
    return undefined;
  }
}
