"""No sentence of a figure is made false by how its numbers are rounded: swept over all sliders, closely at bounds."""

import re

import pytest
from engine import evaluate
from live_cases import EVERY
from live_plain import defaults

# From the defaults and from every preset each slider alone, at no more than so many of its places; sentences and readings at
# four steps of the run.
SWEPT = """([name, defaults, more, most]) => {
  const figure = FIGURES[name], seen = {};
  const look = state => {
    const result = figure.compute(state), last = figure.time ? figure.time.last(state, result) : 0;
    for (const k of [0, 1, Math.floor(last / 2), last]) {
      if (k > last) continue;
      const texts = [figure.verdict(state, result, k), ...Object.values(numbersOf(name, state, result, k))];
      for (const text of texts) seen[text] ??= { ...state, points: null, k };
    }
  };
  for (const base of [defaults, ...presetStates(name, defaults)]) {
    for (const { name: trait, values } of figure.controls.filter(control => control.values)) {
      const all = values(base), every = Math.ceil(all.length / most);
      for (const value of all.filter((_, i) => i % every === 0 || i === all.length - 1)) look({ ...base, [trait]: value });
    }
  }
  for (const state of more) look({ ...defaults, ...state });
  return seen;
}"""
BELOW = [10**-power for power in range(2, 13)]  # how far from a bound
CLOSE = {
    "bowl": [{"lr": 0.04 * (1 + sign * gap)} for sign in (-1, 1) for gap in BELOW],
    "line": [{"lr": 0.5743 + 1e-5 * i} for i in range(-10, 11)] + [{"lr": 10**-power} for power in range(2, 20)],
    "promise": [{"lr": round(0.6 + 0.0005 * i, 4)} for i in range(80)]
    + [{"lr": 10**-power, "x0": [0.0, 0.5], "angle": angle} for power in range(1, 9) for angle in (0, 80, 89, 91)],
    "race": [
        {"angle": 0, "x0": x0, "lr": lr, "beta": beta}
        for x0 in ([-1.5, 1], [3, 3]) for lr in (0.5, 1, 1.3, 1.0399999) for beta in (0, 1e-7, 0.45)
    ],
    "basins": [{"restarts": number, "tilt": tilt, "lr": lr}
               for number in (1, 30) for tilt in (0, 4) for lr in (0.01, 0.14, 0.25)],
    "slope": [{"kind": kind, "x": x, "power": -power} for kind in range(4) for x in (0, 1e-8, 1, 3) for power in range(30)],
    "shave": [{"rule": rule, "theta": theta, "kappa": kappa}
              for rule in range(3) for theta in (0.05, 0.3, 0.99, 1, 1.01, 1.5, 1.95) for kappa in (2, 2.5, 3, 5, 11, 40)],
    "safe": [{"kappa": kappa, "lr": lr, "beta": beta, "x0": x0} for kappa in (1.1, 17.94, 17.95, 1000)
             for lr in (0.01, 1, 2.78, 4) for beta in (0, 0.444, 0.999) for x0 in ([0.3, 1], [0, -1], [1, 0])],
    "believe": [{"kind": kind, "c": c, "x0": [x / 5, 0.3]} for kind in range(4) for c in (0.01, 1, 60) for x in range(-8, 9)],
    "shuffle": [{"lr": lr, "n": n, "order": order} for lr in (1e-4, 0.02, 0.5, 0.9, 0.99, 0.9999, 1) for n in (2, 3, 30, 1000)
                for order in range(3)],
    "chunks": [{"rows": rows, "workers": workers, "chunk": chunk} for rows in (1000, 10**6, 10**9, 10**12)
               for workers in (1, 30, 10_000) for chunk in (0.1, 1, 1000, 100_000)],
    "corner": [{"region": region, "kappa": kappa, "angle": angle, "z": [x / 2, y / 2]} for region in range(3)
               for kappa in (1, 1.001, 8.3, 1000) for angle in (0, 1, 45, -51) for x in range(-8, 9, 2) for y in range(-6, 7)],
    "roll": [{"x0": [x / 10, y / 10]} for x in range(-22, 23, 4) for y in range(-18, 19, 6)],
}  # fmt: skip
FALSE = re.compile(
    r"10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+ %"  # a share as a power of ten
    r"|(?<![\d.])(?<!^)(?<!^≈ )0 %(?! of its steps)"
    r"|grows 1 times|(?<![\d.])1 steps|all 1 |of 0 of"  # factors and counts
    r"|ηL = 2: (?!on the bound|not below)"  # beyond the bound or below it, yet written as if on it
    r"|at least 0 %"
    r"|NaN|Infinity|undefined|null|\binf\b|\[object"
    r"|−0(?![.\d])|(?:^|[\s=(~])-\d|\de[-+]?\d"  # minus nothing, a hyphen for a minus, powers as a machine writes them
)


@pytest.mark.parametrize("name", EVERY)
def test_no_sentence_and_no_reading_is_rounded_to_what_is_false(name):
    seen = evaluate(SWEPT, [name, defaults(name), CLOSE[name], 12 if name == "basins" else 40])
    assert len(seen) > 100
    assert not [(text, state) for text, state in seen.items() if FALSE.search(text)]


def test_shares_and_factors_are_plain_numbers():
    shares = {0: "0 %", 1e-9: "less than 0.01 %", 0.0123: "0.012 %", 5: "5 %", 98.7: "99 %", 99: "99 %"}
    shares |= {99.0001: "more than 99 %", 99.97: "more than 99 %", 100: "100 %", 456.7: "457 %"}
    assert evaluate("given => given.map(share => shareOf(share))", list(shares)) == list(shares.values())
    factors = {1.0004: "1.0004", 1.05: "1.05", 1: "1", 1.000000005: "1.000000005", 0.99999: "0.99999", 7.123456: "7.123"}
    assert evaluate("given => given.map(factor => besideBound(factor, 1))", list(factors)) == list(factors.values())
