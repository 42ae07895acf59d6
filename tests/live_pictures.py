"""What people have looked at and found right: the sentences of the live figures word for word, their pictures as digests.

`.venv/bin/python tests/live_pictures.py` accepts what the figures show now; look at the pages before.
"""

import hashlib
import json
import re

from engine import evaluate
from live_cases import EVERY
from pages import ROOT

FILE = ROOT / "tests" / "live" / "pictures.json"
# States whose pictures have what those of presets and extremes lack.
CHOSEN = {
    "bowl": [{"n_iter": 0, "lr": 0.02}], "promise": [{"angle": 135, "lr": 0.3}], "race": [{"kappa": 900, "eps": 1e-9}],
    "basins": [{"noise": 5, "restarts": 3, "lr": 0.05}], "line": [{"points": [[0, 3], [1, -3], [2, 4]], "n_iter": 90}],
    "roll": [{}], "slope": [{"kind": 3, "power": -3}],
    "shave": [{"rule": 1, "theta": 0.7, "kappa": 40}], "safe": [{"kappa": 100, "lr": 1, "beta": 0.5}],
    "believe": [{"kind": 3, "c": 30}], "shuffle": [{"lr": 0.04, "n": 30, "order": 1}],
    "chunks": [{"rows": 20_000_000, "workers": 7, "chunk": 40}],
    "corner": [{"region": 2, "kappa": 100, "angle": 20, "z": [-3, 2]}],
}  # fmt: skip
SEEN = """([name, defaults, states]) => {
  const el = opened(name, defaults), titles = FIGURES[name].presets.map(preset => preset[0]);
  const all = [...presetStates(name, defaults).map((state, i) => [titles[i], state]), ...Object.entries(states)];
  return all.map(([title, state]) => {
    el.set({ ...defaults, ...state });
    const parts = {};
    el.tags("svg").filter(svg => svg.kept.class === "panel").forEach((svg, i) => {
      const [axes, plot, handles] = svg.children.map(part => part.outerHTML);
      Object.assign(parts, { [`panel ${i}`]: JSON.stringify(svg.kept), [`axes ${i}`]: axes });
      Object.assign(parts, { [`plot ${i}`]: plot, [`handles ${i}`]: handles });
    });
    const others = el.children[0].children.filter(part => !["map", "side", "verdict"].includes(part.kept.class));
    for (const part of others) parts[part.kept.class] = part.outerHTML;
    const [verdict] = el.all("class", "spoken");
    return [title, verdict.textContent, parts];
  });
}"""


def pictures(name):
    """The figure in each of its states: its verdict, and a digest of each part of what it shows."""
    states = {dumped(state): state for state in [*(state for state, _ in EVERY[name].extremes), *CHOSEN[name]]}
    seen = evaluate(SEEN, [name, EVERY[name].figure().state(), states])
    return {title: {"verdict": verdict} | {part: digest(parts[part]) for part in parts} for title, verdict, parts in seen}


def digest(markup):
    """A few letters that stand for the markup, numbers to three decimals: another computer may round otherwise beyond."""
    near = re.sub(r"-?\d+\.\d{4,}(e-?\d+)?", lambda number: f"{float(number[0]):.3f}", markup)
    return hashlib.sha256(near.encode()).hexdigest()[:8]


def accepted():
    return json.loads(FILE.read_text(encoding="utf-8"))


def accept():
    """Write the file anew, a line for each state."""
    shown = {name: pictures(name) for name in EVERY}
    lines = {name: ",\n".join(f"{dumped(state)}: {dumped(seen)}" for state, seen in shown[name].items()) for name in shown}
    text = ",\n".join(f"{dumped(name)}: {{\n{lines[name]}\n}}" for name in lines)
    FILE.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def dumped(value):
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    accept()
