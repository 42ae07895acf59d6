"""The runs of the exercise pages as gdtools makes them: gradients, errors and counts, as the problems' texts give them."""

import math

import numpy as np

from gdtools import descend, gradient_descent, momentum
from gdtools.live.chance import bell


def hist(problem, run, lr, n_iter, beta=0):
    """All iterates of a run of a page's table."""
    if problem.name == "which":
        return eighth(run, lr, n_iter)
    if problem.name in MOVES:
        return walked(problem, run, lr, n_iter)
    grad, start = GRADIENTS[problem.name](problem, run), np.array(run["start"])
    if beta:
        return momentum(grad, start, lr, n_iter, tol=0, beta=beta).hist
    if run.get("exact"):
        return descend(grad, start, part_of_exact(problem, lr), n_iter, tol=0).hist
    return gradient_descent(grad, start, lr, n_iter, tol=0).hist


def part_of_exact(problem, theta):
    """The step θ times that of exact search."""
    G = matrix(problem.given)
    return lambda v, g, k: v - theta * (g @ g) / (g @ G @ g) * g


def matrix(it):
    return np.array([[it.outer + it.inner, -it.inner], [-it.inner, it.outer + it.inner]])


def by_question(problem, run):
    return problem.questions["gradient"].truth


def valley(problem, run):
    return lambda p: 2 * np.array([problem.given.a, problem.given.b]) * p


def rod(problem, run):
    n = len(run["start"])
    A = (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)) * ((n + 1) / problem.given.length) ** 2
    return lambda u: A @ u - 5


def molecule(problem, run):
    return problem.questions["slope"].truth


def houses(problem, run):
    it = problem.given
    columns = np.column_stack([it.area, it.rooms])
    if run["title"] == "standardised":
        columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    X = np.column_stack([np.ones(it.n), columns])
    return lambda b: -2 / it.n * X.T @ (it.price - X @ b)


def distances(problem, run):
    """A share for each beacon, along the unit vector away from it, which on a beacon is none."""
    it = problem.given

    def gradient(p):
        with np.errstate(invalid="ignore"):
            away = (p - it.beacons) / np.linalg.norm(p - it.beacons, axis=1)[:, None]
        return 2 * sum(((p - b) @ u - r) * u for b, u, r in zip(it.beacons, away, it.ranges, strict=True))

    return gradient


def quartic(problem, run):
    return lambda x: 4 * x**3


def coupled(problem, run):
    return lambda x: problem.given.H @ x


def buoy(problem, run):
    """The step of a method, as if it were a gradient: what Gauss–Newton and Newton solve with is differentiated here anew."""
    beacons = problem.given.beacons

    def move(x):
        way = x - beacons
        d = np.hypot(*way.T)
        r, J = d - run["measured"], way / d[:, None]
        across = way[:, ::-1] * [1, -1] / d[:, None]
        square, rest = J.T @ J, (across.T * (r / d)) @ across
        matrix = {"plain": np.eye(2), "Gauss–Newton": square}.get(run["title"], square + rest)
        return np.linalg.inv(matrix) @ J.T @ r

    return move


def circuit(problem, run):
    return lambda v: matrix(problem.given) @ v - problem.given.current


def cables(problem, run):
    """A cable pulls by what the struts are farther apart than its play."""
    it, play = problem.given, run["play"]

    def grad(u):
        apart = u[0] - u[1]
        pull = it.c * (apart - play if apart > play else apart + play if apart < -play else 0)
        return it.k * u + [pull, -pull] - it.load

    return grad


def which(problem, run):
    """The gradient of all data, along the axes of the objective."""
    way, centre = np.array(run["way"]), np.array(run["centre"])
    first, second = way, np.array([-way[1], way[0]])

    def grad(x):
        u, v = first @ (x - centre), second @ (x - centre)
        return (run["lam"][0] * u + run["q"] * u**3 + run["t"]) * first + run["lam"][1] * v * second

    return grad


def eighth(run, lr, n_iter):
    """A run of one of the eight: a batch sees all shifted, and a wall brings x₁ back."""
    grad, x = which(None, run), np.array(run["start"])
    places = [x]
    for k in range(n_iter):
        x = x - lr * grad(x - run["noise"][k] if run["noise"] else x)
        x = np.minimum(x, [np.inf if run["wall"] is None else run["wall"], np.inf])
        places.append(x)
    return np.array(places)


def walked(problem, run, lr, n_iter):
    """The runs that are no descent along a gradient of their own."""
    states = [np.array(run["start"], dtype=float)]
    for k in range(n_iter):
        states.append(MOVES[problem.name](problem.given, run, states[-1], lr, k))
    return np.array(states)


def read_once(it, run, state, lr, k):
    """One reading pulls at the height, and the typical error follows its law."""
    part = it.w * lr / (k + 1) ** run["power"]
    x, s = state
    reading = it.sigma * bell(run["chance"], np.array([k]))[0]
    return np.array([x - part * (x - reading), math.sqrt((1 - part) ** 2 * s**2 + part**2 * it.sigma**2)])


def rounds(it, run, state, lr, k):
    """Each region takes its steps one by one, from the same place, and then the two places are averaged."""
    ends = []
    for flat, steep, alone in zip(run["flat"], run["steep"], it.alone, strict=True):
        x, s = state
        for _ in range(run["local"]):
            x, s = x - lr * flat * (x - alone), s - lr * steep * s
        ends.append((x, s))
    return np.mean(ends, axis=0)


def back_to_shares(it, run, a, lr, k):
    """A plain step, and from there straight to the nearest shares, found by halving; or clipped, and divided by the sum."""
    ahead = a - lr * 2 / len(it.y) * it.E.T @ (it.E @ a - it.y)
    if run["back"] == "divided":
        return np.clip(ahead, 0, None) / np.clip(ahead, 0, None).sum()
    low, high = ahead.min() - 1, ahead.max()
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(ahead - middle, 0, None).sum() > 1 else (low, middle)
    return np.clip(ahead - low, 0, None)


MOVES = {"tides": read_once, "pixel": back_to_shares, "meters": rounds}
GRADIENTS = dict.fromkeys(("springs", "network", "doses", "photons"), by_question)
GRADIENTS |= {
    draw.__name__: draw for draw in (valley, rod, molecule, houses, quartic, coupled, distances, circuit, cables, buoy, which)
}


def errors(problem, run, hist):
    """What the text of the problem measures at each iterate."""
    if problem.name == "tides":
        return hist[:, 1]
    if problem.name == "meters":
        it, left = problem.given, hist - run["rest"]
        return np.sqrt(it.n / it.d * left**2 @ [np.mean(run["flat"]), np.mean(run["steep"])]) / it.sigma
    if problem.name == "pixel":
        return np.linalg.norm(hist - run["rest"], axis=1)
    grad = GRADIENTS[problem.name](problem, run)
    if problem.name in ("valley", "quartic"):
        return np.abs(hist[:, 0])
    if problem.name == "circuit":
        return np.array([(v - run["rest"]) @ grad(v) / 2 for v in hist])
    if problem.name == "network":
        return np.abs(hist.prod(axis=1) - problem.given.c)
    if run.get("by") in ("gradient", "step"):
        return np.array([np.linalg.norm(grad(x)) for x in hist])
    if run.get("by") == "nudge":
        return np.abs(hist @ run["other"])
    return np.linalg.norm(hist - run["rest"], axis=1)


def counted(run, error):
    """The first step that is as near as asked, or None."""
    there = error >= run["near"] if run.get("by") == "nudge" else error <= run.get("near", run.get("part", 0) * error[0])
    return int(there.argmax()) if there.any() else None
