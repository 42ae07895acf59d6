"""The runs of the exercise pages as gdtools makes them: gradients, errors and counts, as the problems' texts give them."""

import numpy as np

from gdtools import gradient_descent


def hist(problem, run, lr, n_iter):
    """All iterates of a run of a page's table."""
    return gradient_descent(GRADIENTS[problem.name](problem, run), np.array(run["start"]), lr, n_iter, tol=0).hist


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


GRADIENTS = dict.fromkeys(("springs", "network", "doses", "photons"), by_question)
GRADIENTS |= {draw.__name__: draw for draw in (valley, rod, molecule, houses, distances, quartic, coupled)}


def errors(problem, run, hist):
    """What the text of the problem measures at each iterate."""
    grad = GRADIENTS[problem.name](problem, run)
    if problem.name in ("valley", "quartic"):
        return np.abs(hist[:, 0])
    if problem.name == "network":
        return np.abs(hist.prod(axis=1) - problem.given.c)
    if run.get("by") == "gradient":
        return np.array([np.linalg.norm(grad(x)) for x in hist])
    if run.get("by") == "nudge":
        return np.abs(hist @ run["other"])
    return np.linalg.norm(hist - run["rest"], axis=1)


def counted(run, error):
    """The first step that is as near as asked, or None."""
    there = error >= run["near"] if run.get("by") == "nudge" else error <= run.get("near", run.get("part", 0) * error[0])
    return int(there.argmax()) if there.any() else None
