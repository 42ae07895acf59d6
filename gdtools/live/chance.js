// Chance that is the same everywhere, as chance.py draws it.

// The n-th 32 bits of a seed: the mixing of the generator mulberry32.
export function bits(seed, n) {
  let t = (Math.imul(seed, SHARED.chance.seeds) + Math.imul(n, SHARED.chance.places)) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}

export const uniform = (seed, n) => bits(seed, n) / 2 ** 32;

// A nearly normal number with mean 0 and variance 1: the sum of four bytes.
export function bell(seed, n) {
  const drawn = bits(seed, n);
  const sum = (drawn >>> 24) + ((drawn >>> 16) & 255) + ((drawn >>> 8) & 255) + (drawn & 255);
  return (sum - 510) / Math.sqrt(21845);
}
