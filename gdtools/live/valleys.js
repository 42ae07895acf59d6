// Two valleys, f = x⁴ − 4x² + tx + (1 + 2x²) y²: along y = 0 the double well. Its ground, and where its starts lead.
export const VALLEYS = SHARED.valleys;
const [LEFT, RIGHT, OFF] = [0, 1, 2];
export const valleyHeight = ([x, y], tilt) => (x * x - 4) * x * x + tilt * x + (1 + 2 * x * x) * y * y;
export const valleySlope = ([x, y], tilt) => [(4 * x * x - 8 + 4 * y * y) * x + tilt, (2 + 4 * x * x) * y];

// Left minimum, hill and right minimum on the axis, by Newton's method from where it cannot miss them.
export const flats = tilt =>
  [-2, 0, 2].map(start => {
    let x = start;
    for (let i = 0; i < 60; i++) x -= ((4 * x * x - 8) * x + tilt) / (12 * x * x - 8);
    return x;
  });

// Where a start leads without noise. A picture asks for thousands: so no points, but numbers.
function leads(x, y, { lr, tilt, hill, patience }) {
  for (let k = 0; k < patience; k++) {
    const across = (4 * x * x - 8 + 4 * y * y) * x + tilt;
    const up = (2 + 4 * x * x) * y;
    x -= lr * across;
    y -= lr * up;
    if (!Number.isFinite(x + y)) return OFF;
    if (across * across + up * up < VALLEYS.settled ** 2) break;
  }
  return x < hill ? LEFT : RIGHT;
}

// The stretches of a row that lead to the same place, [kind, start, end]: borders lie between neighbours of a number of
// cells, and are found by halving.
function stretches(y, setting, cells, halvings) {
  const [[left, right]] = VALLEYS.window;
  const found = [[leads(left, y, setting), left, right]];
  for (let i = 1; i <= cells; i++) {
    const last = found.at(-1);
    let high = left + ((right - left) * i) / cells;
    const kind = leads(high, y, setting);
    if (kind === last[0]) continue;
    let low = left + ((right - left) * (i - 1)) / cells;
    for (let k = 0; k < halvings; k++) {
      const middle = (low + high) / 2;
      if (leads(middle, y, setting) === last[0]) low = middle;
      else high = middle;
    }
    last[2] = (low + high) / 2;
    found.push([kind, last[2], right]);
  }
  return found;
}

// The basins, row by row upwards from y = 0, which the lower half mirrors; the share of the left one, and whether it is
// sure: it is where one smooth border parts two basins. Kept until ground or step changes.
let keptBasins = {};
export function basins(step, tilt) {
  if (keptBasins.step === step && keptBasins.tilt === tilt) return keptBasins;
  const { window, shortest, flow } = VALLEYS;
  const [[left, right], [, high]] = window;
  const lr = Math.max(step, shortest);
  const setting = { lr, tilt, hill: flats(tilt)[1], patience: Math.max(VALLEYS.patience, Math.ceil(flow / lr)) };
  const rowsOf = ([count, ...fineness]) =>
    [...Array(count).keys()].map(row => stretches((high * (row + 0.5)) / count, setting, ...fineness));
  const few = rowsOf(VALLEYS.plain);
  const plain = few.every(row => `${row.map(([kind]) => kind)}` === `${[LEFT, RIGHT]}`);
  const rows = plain ? few : rowsOf(VALLEYS.bent);
  const wide = row =>
    row.reduce((sum, [kind, start, end]) => sum + (kind === LEFT ? end - start : 0), 0) / (right - left);
  const widths = rows.map(wide);
  const [third, second, last] = widths.slice(-3);
  const rest = plain ? (2 * last - 3 * second + third) / 24 : 0;
  const share = (widths.reduce((sum, width) => sum + width, 0) + rest) / rows.length;
  keptBasins = { step, tilt, rows, share, sure: plain && step >= shortest };
  return keptBasins;
}
