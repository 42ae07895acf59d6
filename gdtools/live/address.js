// The state in the page's address, as ?bowl=lr:0.035,x0:-1~4; only what differs from the default.

export const spell = value => [value].flat(2).join("~");

// What the address sets, if it is of the kind of the default and within the limits that Python gave.
export function readAddress(key, limits, defaults) {
  const found = {};
  const text = new URLSearchParams(location.search).get(key) || "";
  for (const [name, spelt] of text.split(",").map(part => part.split(":"))) {
    const value = spelt && Object.hasOwn(limits, name) ? readValue(spelt, defaults[name], limits[name]) : null;
    if (value !== null) found[name] = value;
  }
  return found;
}

// A number, a point or a list of points, as the default is; null for what is none or goes too far.
function readValue(spelt, usual, [low, high, ...more]) {
  const read = spelt.split("~").map(Number);
  if (!read.every(value => value >= low && value <= high)) return null;
  if (Array.isArray(usual?.[0])) return readPoints(read, more);
  if (read.length !== [usual].flat().length || (more[0] === "whole" && !Number.isInteger(read[0]))) return null;
  return Array.isArray(usual) ? read : read[0];
}

function readPoints(read, [least, most]) {
  const points = read.flatMap((x, i) => (i % 2 ? [] : [[x, read[i + 1]]]));
  return read.length % 2 === 0 && points.length >= least && points.length <= most ? points : null;
}

export function writeAddress(key, state, defaults) {
  const changed = Object.keys(state).filter(name => spell(state[name]) !== spell(defaults[name]));
  const settings = changed.map(name => `${name}:${spell(state[name])}`);
  const query = location.search
    .slice(1)
    .split("&")
    .filter(part => part && part.split("=")[0] !== key);
  if (changed.length) query.push(`${key}=${settings.join(",")}`);
  const search = query.length ? `?${query.join("&")}` : "";
  if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
}
