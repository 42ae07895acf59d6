// The state in the page's address, as ?bowl=lr:0.035,x0:-1~4; only what differs from the default.

export const spell = value => [value].flat(2).join("~");

// Of a list of points only those that are moved, each with its number.
function spellMoved(value, usual) {
  const isList = usual[0]?.at && usual.length === value.length;
  return spell(
    isList ? value.flatMap((point, i) => (spell(point) === spell(usual[i]) ? [] : [[i + 1, ...point]])) : value,
  );
}

// What the address sets, if it is of the kind of the default and within the limits that Python gave.
export function readAddress(key, limits, defaults, search = location.search) {
  const found = {};
  const text = new URLSearchParams(search).get(key) || "";
  for (const [name, spelt] of text.split(",").map(part => part.split(":"))) {
    const value = spelt && Object.hasOwn(limits, name) ? readValue(spelt, defaults[name], limits[name]) : null;
    if (value !== null) found[name] = value;
  }
  return found;
}

// A number, a point, the points that are moved, or all points where there are none at first; null for what is none or
// goes too far.
function readValue(spelt, usual, limits) {
  const [low, high, whole, most] = limits;
  const read = spelt.split("~").map(Number);
  if (Array.isArray(usual?.[0])) return readPoints(read, usual, limits);
  if (!read.every(value => value >= low && value <= high)) return null;
  if (usual.length === 0) return readAll(read, most);
  if (read.length !== [usual].flat().length || (whole === "whole" && !Number.isInteger(read[0]))) return null;
  return Array.isArray(usual) ? read : read[0];
}

function readAll(read, most) {
  const points = read.flatMap((x, i) => (i % 2 ? [] : [[x, read[i + 1]]]));
  return read.length % 2 || points.length > most ? null : points;
}

function readPoints(read, usual, [low, high]) {
  const points = [...usual];
  for (let i = 0; i < read.length; i += 3) {
    const [number, ...point] = read.slice(i, i + 3);
    const fits = point.length === 2 && point.every(value => value >= low && value <= high);
    if (!fits || !usual[number - 1]) return null;
    points[number - 1] = point;
  }
  return points;
}

// The page's query with this setting in it.
export function queryWith(key, state, defaults) {
  const changed = Object.keys(state).filter(name => spell(state[name]) !== spell(defaults[name]));
  const settings = changed.map(name => `${name}:${spellMoved(state[name], defaults[name])}`);
  const query = location.search
    .slice(1)
    .split("&")
    .filter(part => part && part.split("=")[0] !== key);
  if (changed.length) query.push(`${key}=${settings.join(",")}`);
  return query.length ? `?${query.join("&")}` : "";
}

export function writeAddress(key, state, defaults) {
  const search = queryWith(key, state, defaults);
  if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
}
