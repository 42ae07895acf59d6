"""What a page needs to run a problem: the numbers given, and for each run its start, where it is to end, and how near.

The gradients themselves are in surfaces.js and its kin; here the places of rest are found in another way than by descent.
"""

import math

import numpy as np

from gdtools.problems.buoy import NEAR, Ranging
from gdtools.problems.distances import Site
from gdtools.problems.doses import Trial
from gdtools.problems.meters import GOAL
from gdtools.problems.parts import design, newton
from gdtools.problems.photons import Fit
from gdtools.problems.pixel import NEAR as NEAR_SHARES

MANY = 10_000  # steps, where the text asks for no other number
PART = 1e-6  # of the first distance
NET = 1 / 2000  # of the first distance, where an engineer measures it


def told(problem):
    """The numbers of a problem and its runs, as plain data."""
    given = vars(problem.given)
    return {
        "given": {name: plain(value) for name, value in given.items()},
        "steps": [name for name in given if name.startswith(("lr", "theta"))],
        "runs": [ready(run) for run in RUNS[problem.name](problem)],
    }


def plain(value):
    return np.asarray(value).tolist()


def ready(run):
    """A run as plain data, with the range of its steps and the one that it begins with."""
    L, *asked = run.pop("L")
    high = 10.0 ** math.ceil(math.log10(max(6 / L, *asked, 0)))
    low = min(high / 1e5, *(0.9 * step for step in asked), 1)
    usual = {"range": [float(f"{low:.1e}"), high], "lr": float(f"{0.3 / L:.0e}")}
    return usual | {name: plain(value) for name, value in run.items()}


def run(title, start, rest, L, asked=(), **more):
    """A run from a start, over when its error is at most ``near``, or a millionth of the first if nothing else is told.

    It is shown a little farther, or as a ``whole`` to the end of its ``budget``.

    ``L`` is about the curvature and ``asked`` the steps of the text: they say in which range steps are to be had.
    """
    start, rest = np.atleast_1d(start), np.atleast_1d(rest)
    usual = {"budget": MANY} if "near" in more else {"budget": MANY, "part": PART}
    return {"title": title, "start": start, "rest": rest, "L": (L, *asked)} | usual | more


def truth(problem, name):
    return np.max(problem.questions[name].truth)


def valley(problem):
    it = problem.given
    start = [it.x0, it.y0]
    yield run("", start, [0, 0], truth(problem, "spectrum"), [it.lr], near=1e-6, budget=1000)


def springs(problem):
    it = problem.given
    rest = it.load / it.k * np.arange(it.n, 0, -1) / (it.n + 1)
    yield run("", np.zeros(it.n), rest, truth(problem, "spectrum"), [it.lr])


def rod(problem):
    """The parabola of even heating solves the difference equation too."""
    it = problem.given
    for n in it.n.tolist():
        x = it.length * np.arange(1, n + 1) / (n + 1)
        rest = HEATING / 2 * x * (it.length - x)
        yield run(f"{n} points", np.zeros(n), rest, 4 * ((n + 1) / it.length) ** 2, [it.lr], budget=10 * MANY)


HEATING = 5


def houses(problem):
    it = problem.given
    raw = np.column_stack([it.area, it.rooms])
    standard = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    for title, columns, asked in (("raw", raw, [it.lr]), ("standardised", standard, [])):
        X = design(*columns.T)
        rest, *_, sizes = np.linalg.lstsq(X, it.price, rcond=None)
        yield run(title, np.zeros(3), rest, 2 / it.n * sizes[0] ** 2, asked, columns=columns.T)


def doses(problem):
    it, trial = problem.given, Trial(design(problem.given.dose), problem.given.y)
    rest = newton(trial.gradient, trial.hessian, np.zeros(2))
    yield run("", [0, 0], rest, truth(problem, "L"), [it.lr], near=1e-4, by="gradient", budget=MANY)


def photons(problem):
    it, L = problem.given, truth(problem, "L")
    rest = Fit(design(it.x), it.y).minimiser()
    yield run("from good", it.good, rest, L, [it.lr], near=1e-8, by="gradient")
    yield run("from poor", it.poor, rest, L, [it.lr], near=1e-3)


def molecule(problem):
    it = problem.given
    for name in ("start", "close"):
        settings = {"near": PART * it.sigma, "budget": 3 * MANY}
        yield run(f"from {name}", vars(it)[name], 2 ** (1 / 6) * it.sigma, truth(problem, "curvature"), [it.lr], **settings)


def network(problem):
    """The output c is at rest, wherever the weights are."""
    it = problem.given
    for name in ("start", "beside"):
        yield run(f"from {name}", vars(it)[name], [math.sqrt(it.c)] * 2, 2 * it.c, [it.lr], near=1e-9, by="output", budget=1000)


def quartic(problem):
    it = problem.given
    yield run("", it.x0, 0, 4 * it.x0**2, [it.lr, it.lr_k], near=it.near, budget=2 * MANY, whole=1)


def coupled(problem):
    """From x0, and from beside the axis of the positive eigenvalue, along which it would settle."""
    it = problem.given
    lam, (other, axis) = np.linalg.eigh(it.H)[0], np.linalg.eigh(it.H)[1].T
    yield run("from x0", it.x0, [0, 0], lam[1], [it.lr], budget=60, whole=1)
    yield run("from v + δw", axis + it.nudge * other, [0, 0], lam[1], [it.lr], near=1, by="nudge", budget=200, other=other)


def distances(problem):
    """From the second place there may be no gradient at all."""
    it = problem.given
    site = Site(it.beacons, it.ranges, it.start)
    rest, L = site.minimiser(), truth(problem, "L")
    yield run("from start", it.start, rest, L, [it.lr], near=1e-6, by="gradient")
    yield run("from place", it.place, rest, L, [it.lr], near=1e-6)


def circuit(problem):
    """By the exact step, of which a share is set, and by one step that is kept."""
    it = problem.given
    both, apart = sum(it.current) / 2 / it.outer, (it.current[0] - it.current[1]) / 2 / (it.outer + 2 * it.inner)
    rest = [both + apart, both - apart]
    yield run("exact search", [0, 0], rest, 1, [1, it.theta], exact=1, lr=1)
    yield run("one step", [0, 0], rest, truth(problem, "spectrum"), [truth(problem, "exact")])


def cables(problem):
    """Without play and with it; where a cable is taut against the load, rest is a matter of two numbers."""
    it = problem.given
    for title, play in (("without play", 0), ("with play", it.play)):
        together, apart = sum(it.load) / it.k, (it.load[0] - it.load[1] + 2 * it.c * play) / (it.k + 2 * it.c)
        rest = (together + np.array([apart, -apart])) / 2
        asked = [it.lr, problem.questions["step"].truth]
        yield run(title, np.zeros(2), rest, truth(problem, "spectrum"), asked, part=NET, budget=1000, play=play)


def buoy(problem):
    """Three methods, each a way to turn the gradient, and Newton's with the distances that are all too long."""
    it = problem.given
    ranging = Ranging(it.beacons, it.measured)
    for title, measured, lr in (("plain", it.measured, it.lr), ("Gauss–Newton", it.measured, 1), ("Newton", it.measured, 1)):
        yield run(title, it.start, ranging.minimum(), 1, near=NEAR, budget=1000, measured=measured, lr=lr)
    beside = ranging.all_measured(it.far)
    settings = {"near": NEAR, "by": "step", "budget": 100, "measured": beside.measured, "lr": 1}
    yield run("Newton, all far", it.start, beside.minimum(), 1, **settings)


def which(problem):
    """As they were run, and from the first start alone; a second is for the pictures."""
    for number, it in enumerate(problem.runs, 1):
        kept = ("lam", "q", "t", "c", "centre", "way", "wall", "noise", "starts", "n")
        told = {name: vars(it)[name] for name in kept} | {"told": it.told}
        settings = {"near": NEAR, "by": "gradient", "budget": it.n, "whole": 1, "lr": it.lr}
        yield run(f"run {number}", it.starts[0], lowest(it), max(np.abs(it.lam)), [it.lr], **settings, **told)


def lowest(it):
    """A place of least loss, by the law of each kind: of two hollows the lower, at a wall where the slope along it is zero."""
    a, centre = it.lam[0], np.array(it.centre)
    if it.wall is not None:
        H = it.axes @ np.diag(it.lam) @ it.axes.T
        return [it.wall, centre[1] - H[0, 1] / H[1, 1] * (it.wall - centre[0])]
    if not it.q:
        u, _ = (np.array(it.starts[0]) - centre) @ it.axes
        return centre + it.axes @ [0 if a else u, 0]
    hollows = np.roots([it.q, 0, a, it.t]).real
    return centre + it.axes @ [min(hollows, key=lambda u: a / 2 * u**2 + it.q / 4 * u**4 + it.t * u), 0]


def tides(problem):
    """A step that is kept, one that falls with k, and the rule to predict; a state is a height and the typical error.

    The second count is to an error that the law meets exactly, so a billionth is added for rounding.
    """
    it = problem.given
    for title, lr, power, more in (
        ("step kept", it.lr, 0, {"near": it.goal, "budget": 200}),
        ("η/k", 1 / it.w, 1, {"near": it.near * (1 + 1e-9)}),
        ("as predicted", it.first, it.power, {"near": it.goal, "budget": 500, "whole": 1}),
    ):
        yield run(title, [it.start, it.start], [0, 0], it.w, [it.lr, it.first], lr=lr, power=power, chance=CHANCE, **more)


CHANCE = 5


def meters(problem):
    """By steps of all the data, and by rounds of several steps in each region; a place is one flat and the steep direction."""
    it = problem.given
    flat, steep = 1 - it.rhos, 1 + (it.d - 1) * it.rhos
    rest = np.array([flat @ it.alone / flat.sum(), 0])
    settings = {"near": GOAL, "flat": flat, "steep": steep}
    L = truth(problem, "spectrum")
    yield run("all the data", rest + [it.off, 0], rest, L, [it.lr], local=1, **settings)
    rounds = {"budget": 300, "whole": 1, "local": it.local}
    yield run("as predicted", rest + [it.off, it.off], rest, L, [it.lr], lr=it.lr, **rounds, **settings)
    yield run("many steps a round", rest + [it.off, 0], rest, L, [it.lr], lr=1 / L, **rounds | {"local": it.many}, **settings)


def pixel(problem):
    """Two ways back to shares, of which one is a projection."""
    it = problem.given
    rest, L = problem.questions["shares"].truth, 2 / problem.questions["bound"].truth
    for title, back, budget in (("projected", "nearest", MANY), ("clipped and divided", "divided", 1000)):
        yield run(title, it.start, rest, L, [it.lr], back=back, near=NEAR_SHARES, budget=budget)


METHOD = (valley, springs, rod, molecule, network, houses, doses, photons, quartic, coupled)
REMEDIES = (distances, circuit, cables, buoy)
DATA = (tides, pixel)
FLEETS = (meters,)
CHECKS = (which,)
# The problems of each script, and how each problem tells its runs.
SCRIPTS = {
    script: {draw.__name__: draw for draw in draws}
    for script, draws in {
        "run.js": METHOD,
        "run-remedies.js": REMEDIES,
        "run-data.js": DATA,
        "run-meters.js": FLEETS,
        "run-which.js": CHECKS,
    }.items()
}
RUNS = {name: draw for draws in SCRIPTS.values() for name, draw in draws.items()}
