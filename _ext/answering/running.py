"""What a page needs to run a problem: the numbers given, and for each run its start, where it is to end, and how near.

The gradients themselves are in surfaces.js; here the places of rest are found in another way than by descent.
"""

import math

import numpy as np

from gdtools.problems.distances import Site
from gdtools.problems.doses import Trial
from gdtools.problems.parts import design, newton
from gdtools.problems.photons import Fit

MANY = 10_000  # steps, where the text asks for no other number
PART = 1e-6  # of the first distance


def told(problem):
    """The numbers of a problem and its runs, as plain data."""
    given = vars(problem.given)
    return {
        "given": {name: plain(value) for name, value in given.items()},
        "steps": [name for name in given if name.startswith("lr")],
        "runs": [ready(run) for run in RUNS[problem.name](problem)],
    }


def plain(value):
    return np.asarray(value).tolist()


def ready(run):
    """A run as plain data, with the range of its steps and the one that it begins with."""
    L, *asked = run.pop("L")
    high = 10.0 ** math.ceil(math.log10(max(6 / L, *asked, 0)))
    low = min(high / 1e5, *(0.9 * step for step in asked), 1)
    return {name: plain(value) for name, value in run.items()} | {
        "range": [float(f"{low:.1e}"), high],
        "lr": float(f"{0.3 / L:.0e}"),
    }


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


def distances(problem):
    """From the second place there may be no gradient at all."""
    it = problem.given
    site = Site(it.beacons, it.ranges, it.start)
    rest, L = site.minimiser(), truth(problem, "L")
    yield run("from start", it.start, rest, L, [it.lr], near=1e-6, by="gradient")
    yield run("from place", it.place, rest, L, [it.lr], near=1e-6)


def quartic(problem):
    it = problem.given
    yield run("", it.x0, 0, 4 * it.x0**2, [it.lr, it.lr_k], near=it.near, budget=2 * MANY, whole=1)


def coupled(problem):
    """From x0, and from beside the axis of the positive eigenvalue, along which it would settle."""
    it = problem.given
    lam, (other, axis) = np.linalg.eigh(it.H)[0], np.linalg.eigh(it.H)[1].T
    yield run("from x0", it.x0, [0, 0], lam[1], [it.lr], budget=60, whole=1)
    yield run("from v + δw", axis + it.nudge * other, [0, 0], lam[1], [it.lr], near=1, by="nudge", budget=200, other=other)


PRACTISED = (valley, springs, rod, molecule, network, houses, doses, photons, distances, quartic, coupled)
RUNS = {draw.__name__: draw for draw in PRACTISED}
