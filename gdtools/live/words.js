// Numbers as words.py writes them, with a true minus. FORMS holds each way to write a number by its name in Python.
const WORDS = SHARED.words;

const minus = text => text.replace(/^-/, "−");
const raised = power => power.replace(/./g, sign => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]));
export const powerOfTen = power => "10" + raised(String(power));

// A number as a person writes it: −2·10⁻⁷ for -2e-7.
const byHand = text => minus(text.replace(/e\+?(.*)/, (_, power) => `·${powerOfTen(power)}`)).replace(/^(−?)1·/, "$1");

// Python rounds an exact half to even, JavaScript away from zero: such a value is moved to the side where both agree.
function halfToEven(value, digits) {
  const exact = value.toExponential(100).replace(/[-.]|e.*/g, "");
  const isHalf = /^50*$/.test(exact.slice(digits));
  const isEven = exact[digits - 1] % 2 === 0;
  return isHalf && isEven ? value * (1 - 1e-15) : value;
}

// As Python's .4g, by hand.
export function general(value, digits = WORDS.digits) {
  if (!value) return "0";
  const near = halfToEven(value, digits);
  const [mantissa, power] = near.toExponential(digits - 1).split("e");
  const short = power < -4 || power >= digits;
  return byHand(short ? `${+mantissa}e${power}` : String(+near.toPrecision(digits)));
}

// As Python's .4f, but for a zero.
function decimals(value) {
  const power = +value.toExponential().split("e")[1];
  const text = halfToEven(value, power + 1 + WORDS.decimals).toFixed(WORDS.decimals);
  return +text ? minus(text) : "0";
}

export const small = value => (value && Math.abs(value) < WORDS.zero ? WORDS.nearly : general(value));
const plain = value => (Math.abs(value) < WORDS.zero ? "0" : general(value));
const error = value => (value > 0 && value < WORDS.least ? WORDS.below : general(value));
export const amount = value => (value < WORDS.least ? WORDS.below : value > WORDS.most ? WORDS.above : general(value));

// A form for numbers that may be infinite or none at all.
const ifFinite = (form, otherwise) => value => (Number.isFinite(value) ? form(value) : otherwise);
const fixed = ifFinite(value => (Math.abs(value) < WORDS.large ? decimals(value) : general(value)), WORDS.none);
export const percent = ifFinite(share => `${general(100 * share)} %`, WORDS.none);
const portion = ([share, sure]) => (sure ? percent(share) : `≈ ${Math.round(100 * share)} %`);
const ratio = ifFinite(value => general(value), WORDS.endless);
const taken = ifFinite(String, WORDS.none);
const predicted = ifFinite(steps => (steps > WORDS.many ? general(steps) : String(steps)), WORDS.never);
const against_theory = ([took, promised]) => `${taken(took)}, theory ${predicted(promised)}`;
const both = pair => (pair.length === 2 ? pair.map(value => general(value)).join(" and ") : WORDS.none);
const part_of = ([some, all]) => `${some} of ${all}`;
const face = corners => ["inside", "corner ", "edge "][corners.length] + corners.join("–");
export const FORMS = {
  general,
  small,
  plain,
  error,
  amount,
  fixed,
  percent,
  portion,
  ratio,
  taken,
  predicted,
  against_theory,
  both,
  part_of,
  face,
};

// A share in percent, a plain number of two digits; what is nearly nothing or nearly all is said to be no more than
// that.
export function shareOf(hundredths, digits = 2) {
  if (hundredths > 99 && hundredths < 100) return "more than 99 %";
  if (hundredths > 0 && hundredths < 0.01) return "less than 0.01 %";
  if (hundredths >= 99) return `${Math.round(hundredths)} %`;
  return `${exactly(+hundredths.toPrecision(hundredths > 90 ? 2 : digits))} %`;
}

// With as many digits as tell it from a bound that it is not.
export function besideBound(value, bound) {
  const digits = 2 - Math.floor(Math.log10(Math.abs(value - bound)));
  return general(value, Math.min(10, Math.max(WORDS.digits, digits)));
}

// What only the page says: a setting with all its digits, and a count with its noun.
export const exactly = value => byHand(value && Math.abs(value) < 1e-4 ? value.toExponential() : String(value));
export const count = steps => `${steps} ${steps === 1 ? "step" : "steps"}`;
