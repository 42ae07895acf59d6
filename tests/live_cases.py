"""The settings in which the live figures are tried, the same ones by node and by browser."""

import re
from collections.abc import Callable
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from pages import source

from gdtools import spectrum
from gdtools.live import Basins, Believe, Bowl, Chunks, Corner, Line, Promise, Race, Roll, Safe, Shave, Shuffle, Slope

ROUNDS = 60  # settings compared with gdtools, for each figure
PAIR = [[-1, 2], [1, 2]]
ALONE = {"ball": 0, "nesterov": 0, "jacobi": 0, "newton": 0}


class Case(NamedTuple):
    """A figure: its page, its class, settings to compare, and extreme ones with words that the verdict must say."""

    page: str
    figure: type
    settings: Callable
    extremes: list

    @property
    def key(self):
        """What the address calls the last figure of its kind on the page, the one that has the defaults of its class."""
        number = len(re.findall(rf"^{self.figure.__name__}\(", source(self.page), re.MULTILINE))
        return self.figure.figure.default_value + (str(number) if number > 1 else "")

    @property
    def start(self):
        """The control of the point to drag, if there is one: the start of a run, or a free minimum."""
        return next((trait for trait in ("x0", "z") if trait in self.figure.class_traits()), None)

    def states(self, number=ROUNDS):
        """So many settings, evenly from all: each begins from the defaults."""
        found = list(self.settings(np.random.default_rng(0)))
        assert len(found) == ROUNDS
        return found[:: ROUNDS // number]


def panels(figure):
    """The two Axes of a still picture."""
    fig = figure.still()
    plt.close(fig)
    return fig.axes


def slope_settings(rng):
    """Each function at places of every size and at 0, with h of every size."""
    for i in range(ROUNDS):
        x = 0 if i % 6 == 5 else 10.0 ** -(i % 9) if i % 2 else float(f"{rng.uniform(0.01, 3):.2g}")
        yield {"kind": i % 4, "x": x, "power": int(-rng.integers(0, 301 if i % 2 else 20))}


def shave_settings(rng):
    """Each rule on both sides of exact search, on round bowls and on long ones."""
    for i, theta in enumerate(np.linspace(0.1, 1.9, ROUNDS)):
        yield {"rule": i % 3, "theta": round(theta, 2), "kappa": float(f"{10 ** rng.uniform(0.4, 2.5):.2g}")}


def believe_settings(rng):
    """Each method from all over the map, in wide valleys and in narrow ones; and where rounding has no say."""
    for i in range(ROUNDS):
        x0 = rng.uniform((-2, -0.8), (2, 2)).round(2).tolist()
        yield {"kind": i % 4, "c": float(f"{10 ** rng.uniform(-1, 2):.2g}"), "x0": x0}


def bowl_settings(rng):
    """Learning rates on both sides of the bound, and on it."""
    for ratio in np.linspace(0.02, 1.3, ROUNDS - 4):
        kappa = float(f"{10 ** rng.uniform(0, 2.7):.2g}")
        yield {
            "kappa": kappa,
            "lr": float(f"{ratio / kappa:.3g}"),
            "angle": int(rng.integers(-90, 91)),
            "n_iter": int(rng.integers(1, 400)),
            "x0": rng.uniform((-2, -2.5), (8, 4.5)).round(2).tolist(),
        }
    for kappa in (4, 25, 250):
        yield {"kappa": kappa, "lr": 1 / kappa, "angle": 0}
    yield {"kappa": 1, "lr": 0.5}


def promise_settings(rng):
    for lr in np.geomspace(0.001, 1, ROUNDS - 2):
        yield {
            "lr": float(f"{lr:.2g}"),
            "angle": int(rng.integers(-180, 181)),
            "x0": rng.uniform((-2.5, -1.35), (3, 2.5)).round(2).tolist(),
        }
    yield {"angle": 90}
    yield {"angle": -90}


def race_settings(rng):
    """Steps on both sides of every method's bound, and memories on both sides of the best."""
    for ratio in np.linspace(0.3, 2.1, 30):
        yield {
            "lr": float(f"{ratio:.2f}"),
            "kappa": float(f"{10 ** rng.uniform(0, 1.8):.2g}"),
            "beta": round(rng.uniform(0, 0.95), 2),
            "keep": int(rng.random() < 0.3),
            "angle": int(rng.integers(-90, 91)),
            "eps": float(f"1e-{rng.integers(1, 10)}"),
            "x0": rng.uniform((-2, -2.5), (8, 4.5)).round(2).tolist(),
        }
    for beta in np.linspace(0, 0.95, 20).round(2).tolist():
        yield {"beta": beta, "kappa": float(f"{10 ** rng.uniform(0.5, 2.3):.2g}"), "angle": int(rng.integers(-90, 91))}
    for kappa in (1.0, 1.5, 3.0, 10.0, 40.0):
        yield {"kappa": kappa, "lr": 1 + 1 / kappa}
        yield {"kappa": kappa, "lr": 1.0, "angle": 45}


def basins_settings(rng):
    """Steps below, between and beyond the bounds of the minima, 0.11 and 0.145 without a tilt; with chance and without."""
    for number, lr in enumerate(np.linspace(0.003, 0.22, 55)):
        yield {
            "lr": round(lr, 3),
            "n_iter": int(rng.integers(1, 400)),
            "tilt": round(rng.uniform(0, 4), 1),
            "noise": round(rng.uniform(0, 20), 1) if number % 3 == 1 else 0,
            "restarts": int(rng.integers(1, 6)) if number % 3 else 0,
            "seed": int(rng.integers(1, 1_000_000)),
            "x0": rng.uniform((-2.2, -1.8), (2.2, 1.8)).round(2).tolist(),
        }
    yield {"x0": [-0.4, 0]}
    yield {"tilt": 0, "x0": [0, 1.5], "n_iter": 500}
    yield {"tilt": 0, "x0": [1e-6, 1.5], "n_iter": 500}
    yield {"tilt": 4, "restarts": 30}
    yield {"lr": 0.01, "noise": 15, "n_iter": 2000, "seed": 2}


def roll_settings(rng):
    """Starts all over the picture and beyond, with none to six before them."""
    for number in range(ROUNDS):
        before = rng.uniform((-2.2, -1.8), (2.2, 1.8), (number % 7, 2)).round(2).tolist()
        yield {"x0": rng.uniform(-3, 3, 2).round(2).tolist(), "past": before}


def line_settings(rng):
    """Learning rates on both sides of the bound, points in their places and moved, few and many."""
    for ratio in np.linspace(0.05, 1.3, ROUNDS):
        n, points = int(rng.integers(2, 51)), None
        if rng.random() < 0.7:
            points = rng.uniform((-3, -5), (3, 5), size=(int(rng.integers(3, 51)), 2)).round(2).tolist()
        made = Line(n=n, **({"points": points} if points else {}))
        bound = 2 / spectrum(made.objective().hess(None))[-1]
        more = {"n": n, "lr": float(f"{ratio * bound:.3g}"), "n_iter": int(rng.integers(0, 200))}
        yield more | ({"points": points} if points else {}) | ({"x0": rng.uniform(-2, 2, 2).tolist()} if ratio > 0.5 else {})


def safe_settings(rng):
    """All over the plane of steps and memories, with less memory and with more, from all over the map."""
    for i in range(ROUNDS):
        beta = rng.uniform(0, 0.6) if i % 2 else 1 - 10 ** rng.uniform(-2, 0)
        yield {
            "kappa": float(f"{10 ** rng.uniform(0.3, 3):.2g}"),
            "lr": round(rng.uniform(0.01, 4), 2),
            "beta": round(beta, 2),
            "x0": rng.uniform(-3, 3, 2).round(2).tolist(),
        }


def shuffle_settings(rng):
    """Each order with steps of every size, on few parts and on many."""
    for i, power in enumerate(np.linspace(-4, 0, ROUNDS)):
        parts = int(rng.integers(2, 20)) if i % 4 == 3 else int(10 ** rng.uniform(0.4, 3))
        yield {"lr": float(f"{10**power:.2g}"), "n": parts, "order": i % 3}


def chunks_settings(rng):
    """Few rows and many, one worker and thousands, chunks larger than the data too."""
    for i in range(ROUNDS):
        yield {
            "rows": int(float(f"{10 ** rng.uniform(3, 12):.2g}")),
            "workers": int(float(f"{10 ** rng.uniform(0, 3 + i % 2):.2g}")),
            "chunk": float(f"{10 ** rng.uniform(-1, 5):.2g}"),
        }


def corner_settings(rng):
    """Each set, with free minima in it, near it and far from it, below round bowls and below long ones."""
    for i in range(ROUNDS):
        yield {
            "region": i % 3,
            "kappa": 1 if i % 10 == 9 else float(f"{10 ** rng.uniform(0, 3):.2g}"),
            "angle": 0 if i % 10 == 7 else int(rng.integers(-90, 91)),
            "z": (rng.uniform(-1, 1, 2) * 10.0 ** rng.integers(0, 3)).round(2).tolist(),
        }


CASES = {
    "bowl": Case("chapters/step-size", Bowl, bowl_settings, [
        ({"lr": 0}, "no step"), ({"lr": 1e6}, "ran off after 39 steps"), ({"lr": 1e300}, "ran off after 1 step."),
        ({"x0": [3, 1]}, "is the minimum"), ({"x0": [-900, 5000]}, "zigzags"), ({"lr": 0.04}, "on the bound"),
        ({"lr": 0.04 + 1e-12}, "on the bound"), ({"lr": 0.04 + 1e-10}, "diverges"), ({"lr": 0.04 - 1e-10}, "zigzags"),
        ({"lr": 0.041, "x0": [-1, 1]}, "nudge"), ({"lr": 0.041, "x0": [-1, 1 + 1e-11]}, "diverges"),
        ({"lr": 0.041, "x0": [-1, 1 + 1e-12]}, "nudge"),
        ({"lr": 1e-20}, "nothing moves"), ({"lr": 1e-7}, "too many"),
        ({"lr": 7e-5}, "to 10⁻⁶ of the first error, predicted 98676."),
        ({"lr": 6.9e-5}, "100106 steps predicted, too many"),
        ({"n_iter": 0}, "zigzags"), ({"kappa": 1e6, "n_iter": 10000, "lr": 5e-7}, "crawls"),
        ({"x0": [3 + 1e-12, 1 + 1e-12]}, "Rounding"), ({"lr": 0.02}, "without"), ({"lr": 0.041}, "1.05"),
        ({"lr": 0.0201}, "zigzags"), ({"lr": 0.035, "n_iter": 1000}, "; the run stops at a gradient below 10"),
        ({"x0": [-1, 1]}, "without a zigzag. 191 steps"), ({"x0": [3, 4]}, "jumps to and fro and converges. 49 steps"),
        ({"x0": [3, 4], "lr": 0.005}, "without a zigzag. 49 steps"), ({"lr": 0.04, "x0": [-1, 1]}, "nudge"),
        ({"lr": 0.038, "x0": [-1, 1.001]}, "without a zigzag"),
        ({"lr": 0.0149}, "crawls"), ({"lr": 0.0151}, "converges without"),
    ]),
    "promise": Case("chapters/negative-gradient", Promise, promise_settings, [
        ({"lr": 0}, "no step"), ({"x0": [0, 0]}, "gradient is zero"), ({"lr": 100}, "too long"),
        ({"angle": 90}, "level line"), ({"angle": 180}, "go up"), ({"x0": [100, -100], "lr": 100}, "too long"),
        ({"x0": [0.1, 1.0], "angle": -60}, "took back"), ({"x0": [0.0, 0.5], "angle": 80}, "downwards"),
        ({"x0": [1e-13, 0]}, "gradient is zero"), ({"x0": [1e-11, 0]}, "Promised"), ({"angle": 91}, "a rise of"),
    ]),
    "race": Case("chapters/conditioning", Race, race_settings, [
        ({"lr": 0}, "no step"), ({"lr": 1e6}, "Running away: plain descent, heavy"), ({"lr": 1e-20}, "Not in 300 steps: plain"),
        ({"x0": [3, 1]}, "is the minimum"), ({"x0": [3 + 1e-12, 1 + 1e-12]}, "rounding"), ({"x0": [3 + 8e-10, 1]}, "rounding"),
        ({"x0": [3 + 1e-8, 1]}, "Steps to 10⁻⁶"), ({"x0": [-900, 5000]}, "heavy ball"),
        ({"kappa": 1e4, "beta": 0.999}, "Not in 300 steps: plain descent, heavy ball"), ({"kappa": 1447}, "plain descent 9996"),
        ({"kappa": 1448}, "Not in 300 steps: plain"),
        ({"kappa": 1, "beta": 0}, "is about the heavy ball’s best in the long run, 0."),
        ({"beta": 0.999}, "above the heavy ball’s best in the long run, 0.4444"), ({"beta": 0}, "below the heavy ball’s best"),
        ({"beta": 0.4444}, "about"), ({"beta": 0.443}, "below"), ({"beta": 0.462}, "about"), ({"beta": 0.464}, "above"),
        ({"lr": 0.5, "beta": 0.44}, "β = 0.44 is below the heavy ball’s best in the long run, 0.5690."),
        ({"lr": 0.5, "keep": 1}, "β is kept at the heavy ball’s best in the long run, 0.5690."), ({"lr": 1.05}, "No β helps"),
        ({"lr": 1.3, "angle": 0, "x0": [-1.5, 1]}, "Off the axes, unlike here, no β helps"),
        ({"angle": 90, "x0": [-1.5, 1]}, "Off the axes, unlike here, the heavy ball’s best β in the long run is 0.4444."),
        ({"beta": 1e-7}, "β = 10⁻⁷ is below"),
        ({"lr": 1.0399}, "heavy ball’s best in the long run, 0.9"), ({"kappa": 1e4, "lr": 1e-4, "keep": 1}, "0.999 is below"),
        ({"eps": 0.5}, "to 0.5:"), ({"eps": 1e-10}, "to 10⁻¹⁰:"), ({"eps": 1e-4}, "to 10⁻⁴:"),
        ({"lr": 1.5}, "Running away: plain"),
        ({"lr": 1.5, "angle": 0, "x0": [-1.5, 1]}, "plain descent 113"),
        ({"lr": 1.04}, "Not in 300 steps: plain descent, heavy ball."),
        ({"ball": 0, "newton": 0}, "preconditioned 133, plain descent 173."),
        ({"plain": 0, "ball": 0, "nesterov": 0, "jacobi": 0, "newton": 0}, "Nobody runs"),
        (ALONE, "173 steps to 10⁻⁶ of the first error."), (ALONE | {"lr": 1.5}, "Running away."),
        (ALONE | {"kappa": 2000}, "Not there in 300 steps."),
    ]),
    "basins": Case("chapters/non-convexity", Basins, basins_settings, [
        ({"lr": 0}, "no step"), ({"lr": 0, "restarts": 3, "noise": 5}, "no step"), ({"n_iter": 0}, "No step yet"),
        ({"lr": 1e300}, "Runs off"), ({"lr": 0.5}, "Runs off"), ({"x0": [-900, 5000]}, "Runs off"),
        ({"x0": [1e6, -1e6], "restarts": 2}, "Of 3 runs"), ({"tilt": 0, "x0": [0, 0]}, "Caught at the saddle after 1 step:"),
        ({"noise": 1e6}, "the noise threw it"), ({"noise": 40, "lr": 0.03, "n_iter": 1000}, "Runs off"),
        ({"noise": 2}, "does not carry"), ({"lr": 0.12, "x0": [-0.4, 0]}, "beyond the bound"),
        ({"lr": 0.001}, "not settled yet"), ({"x0": [99, 0], "lr": 1e-9}, "on the right"),
        ({"x0": [101, 0], "lr": 1e-9}, "Runs off"),
        ({"restarts": 100, "n_iter": 500}, "Of 101 runs"), ({"tilt": 4, "x0": [0.7, 0]}, "shallower"), ({"tilt": 0}, "as deep"),
        ({"restarts": 1, "x0": [-0.4, 0], "seed": 3}, "Of 2 runs 1 ends left"),
        ({"x0": [-0.4, 0]}, "the deeper, after 39 steps."), ({"lr": 0.08}, "Settles in the right valley"),
        ({"tilt": 0, "x0": [0, 1.5], "n_iter": 100}, "between the valleys and not settled yet"),
    ]),
    "line": Case("chapters/least-squares", Line, line_settings, [
        ({"lr": 0}, "no step"), ({"lr": 1e6, "n_iter": 100}, "ran off after"), ({"lr": 100, "n_iter": 90}, "ever wider"),
        ({"lr": 0.6, "n_iter": 0}, "too long a step"), ({"points": [[-2, 1], [2, 1]], "lr": 0.3}, "still falls"),
        ({"n_iter": 0}, "after 0 steps"), ({"n_iter": 10000}, "run stops"), ({"x0": [1e6, -1e6]}, "above its lowest"),
        ({"points": [[1, 0], [1, 2], [1, 4]], "n_iter": 50}, "All x are equal"),
        ({"points": [[0, 1], [0, 1]]}, "All x are equal"), ({"points": [[0, 0], [1e-5, 1]]}, "above its lowest"),
        ({"points": PAIR, "lr": 1}, "on the bound"), ({"points": PAIR, "lr": 0.5}, "above its lowest"),
        ({"points": PAIR, "lr": 1 + 1e-10}, "on the bound"), ({"points": PAIR, "lr": 1 + 1e-8}, "ever wider"),
        ({"points": [[-1, 0], [1, 0]]}, "nothing is left"),
        ({"points": [[100, 100], [-100, 100], [99, 9]], "lr": 1e-5}, "above"),
        ({"n": 2, "n_iter": 200}, "above"), ({"lr": 1e-20}, "above its lowest"), ({"n_iter": 16}, "the loss is 0.00"),
        ({"points": PAIR, "lr": 0.5, "n_iter": 1}, "at least 100 %"), ({"n_iter": 20}, "the loss looks flat"),
    ]),
    "slope": Case("chapters/gradients", Slope, slope_settings, [
        ({}, "other two are right"), ({"power": -5}, "off by"), ({"power": 0}, "too long"),
        ({"power": -300}, "other two are right"), ({"kind": 1, "power": 0}, "and all three are right"),
        ({"kind": 1, "x": 0}, "slope of a tie"), ({"kind": 2}, "dropped the imaginary"),
        ({"kind": 3, "x": 0}, "0/0 at 0"), ({"kind": 3, "x": 1e-7, "power": -20}, "lost digits"),
        ({"kind": 3, "x": 1e-7, "power": -2}, "so long a step"), ({"kind": 3, "x": 3}, "right"),
    ]),
    "shave": Case("chapters/steps", Shave, shave_settings, [
        ({}, "There after 3011 steps. Each two in a row of its last 10"), ({"theta": 1.1}, "this is the crawl"),
        ({"theta": 0.9}, "lie between"), ({"theta": 0.9, "kappa": 2}, "There after 12 steps."), ({"rule": 1}, "lie between"),
        ({"rule": 1, "theta": 1.9, "kappa": 100}, "crawl"), ({"rule": 2, "kappa": 100}, "crawl"),
        ({"rule": 2, "theta": 0.5, "kappa": 100}, "lie between"), ({"rule": 1, "kappa": 2}, "There after 9 steps."),
        ({"theta": 0.05}, "lie between"), ({"theta": 1.95}, "crawl"), ({"rule": 1, "theta": 0.05}, "lie between"),
    ]),
    "safe": Case("chapters/momentum", Safe, safe_settings, [
        ({}, "keeps to the 3 corners"), ({"lr": 1.92, "beta": 0}, "every run arrives. Here the distance falls"),
        ({"kappa": 16, "lr": 2.56, "beta": 0.36}, "every run arrives"), ({"lr": 2.62, "beta": 0.458}, "no proof"),
        ({"lr": 4, "beta": 0.5}, "Too long"), ({"lr": 2, "beta": 0}, "Too long"), ({"kappa": 1.1, "lr": 4}, "Too long"),
        ({"x0": [0, 0]}, "is the minimum"), ({"x0": [100, -100]}, "grows"), ({"lr": 0.01}, "falls"),
        ({"beta": 0.999}, "the 4 corners"), ({"kappa": 1000, "lr": 3.756, "beta": 0.8813}, "the 3 corners"),
        ({"kappa": 1000, "lr": 0.23, "beta": 0.97}, "every run arrives"),
    ]),
    "believe": Case("chapters/curvature", Believe, believe_settings, [
        ({}, "hollow"), ({"kind": 1}, "round"), ({"kind": 2, "x0": [0.2, 0.6]}, "on the saddle"), ({"c": 1000}, "hollow"),
        ({"kind": 3, "x0": [0.2, 0.6]}, "hollow"), ({"kind": 1, "c": 100}, "Still on the way"), ({"c": 0.01}, "hollow"),
        ({"x0": [0, 0]}, "on the saddle"), ({"kind": 2, "x0": [0, 0]}, "no bowl"), ({"x0": [100, -100]}, "hollow"),
    ]),
    "shuffle": Case("chapters/noise", Shuffle, shuffle_settings, [
        ({}, "Shuffling pays: at a pass’s end 0.00336"), ({"lr": 0.025}, "Shuffling helps"), ({"lr": 0.2}, "hardly helps"),
        ({"order": 0}, "With replacement the floor is 1"), ({"order": 2}, "One order kept: 0.03368 at every step"),
        ({"n": 2}, "averaged over the pass"), ({"n": 1000}, "Shuffling helps"), ({"lr": 1e-4, "n": 2}, "Shuffling pays"),
        ({"lr": 1}, "at a pass’s end 1 of"), ({"lr": 0.99, "n": 1000}, "0.9999798"), ({"lr": 1, "order": 2}, "kept: 1"),
        ({"lr": 1e-4, "n": 2, "order": 2}, "One order kept"), ({"lr": 1, "n": 2, "order": 0}, "Shuffled: 1"),
    ]),
    "chunks": Case("chapters/scale", Chunks, chunks_settings, [
        ({}, "scheduler’s. Ten times the workers: 2.23 seconds; ten times the chunk: 0.492 seconds."),
        ({"workers": 1000}, "Most"),
        ({"chunk": 1600}, "the data’s"), ({"chunk": 900}, "No part takes"), ({"rows": 1000}, "One core alone"),
        ({"rows": 1_200_000, "workers": 2, "chunk": 16}, "faster: 0.0243 seconds"), ({"workers": 1}, "faster: 20.3 seconds"),
        ({"rows": 10**12}, "scheduler’s"), ({"chunk": 0.1}, "One core alone"), ({"chunk": 100_000}, "the data’s"),
        ({"rows": 10**12, "workers": 10_000, "chunk": 0.1}, "One core alone"), ({"rows": 1000, "chunk": 0.1}, "One core alone"),
    ]),
    "corner": Case("chapters/constraints", Corner, corner_settings, [
        ({}, "The answer is on edge 2–3; repair at the end lands on corner 2"), ({"kappa": 1}, "is round"),
        ({"angle": 0}, "along an axis"), ({"angle": 90, "kappa": 1000}, "along an axis"),
        ({"kappa": 1, "angle": 33, "z": [2, 1]}, "is round"), ({"z": [0.5, -0.5]}, "nothing to repair"),
        ({"z": [1, 1]}, "nothing to repair"), ({"z": [3, 3]}, "finds the answer, corner 3"),
        ({"z": [1.2, -0.3]}, "the right edge"), ({"region": 1, "z": [1, 1]}, "the right edge"),
        ({"region": 1, "angle": 45}, "along an axis"), ({"region": 2, "angle": 0, "z": [0, -2]}, "the answer, edge 1–2"),
        ({"z": [1e6, -1e6]}, "corner"), ({"z": [1 + 1e-7, 0]}, "the right edge"), ({"kappa": 1000}, "edge"),
        ({"kappa": 1.001, "angle": 1}, "less than 0.01 %"),
    ]),
}  # fmt: skip

# And the one on the front page, which has neither presets nor sliders.
EVERY = CASES | {
    "roll": Case("index", Roll, roll_settings, [
        ({"x0": [-0.4, 0]}, "left valley"), ({"x0": [0.4, 0]}, "right valley"), ({"x0": [0.127, 0]}, "on the pass"),
        ({"x0": [3, 3]}, "Find a start that leads to the other one."), ({"past": [[0.4, 1.4], [2, 0]]}, "Find a start"),
        ({"past": [[-2, 0], [-1, 1.5]]}, "Two starts 1.4 apart parted: find two that are closer."),
        ({"past": [[0.3, 1.5], [2, 0]]}, "0.1 apart parted: find"), ({"x0": [0.13, 0], "past": [[0.12, 0]]}, "0.01 apart"),
        ({"x0": [0.13, 0], "past": [[0.09, 0]]}, "0.04 apart parted: the border runs between them."),
    ]),
}  # fmt: skip
