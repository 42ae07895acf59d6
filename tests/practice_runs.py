"""The runs of Practice 1 to 7 as their solutions make them, in the numbers of any seed: what diagnose gets."""

import numpy as np
from failing_runs import bound_of, logistic, poisson

from gdtools import gradient_descent, least_squares, quadratic
from gdtools.problems import doses, houses, molecule, network, photons, rod, springs


def of_springs(seed):
    given = springs(seed).given
    K = given.k * (2 * np.eye(given.n) - np.eye(given.n, k=1) - np.eye(given.n, k=-1))
    f = quadratic(K, given.load * np.eye(given.n)[0])
    return dict(f=f, grad=f.grad, x0=np.zeros(given.n)), K


def of_houses(seed):
    given = houses(seed).given
    return of_columns(given, *((c - c.mean()) / c.std() for c in (given.area, given.rooms)))


def of_columns(given, *columns):
    X = np.column_stack([np.ones(given.n), *columns])
    f = least_squares(X, given.price)
    return dict(f=f, grad=f.grad, x0=np.zeros(3), X=X, y=given.price), f.hess(None)


def of_rod(seed):
    return of_grid(rod(seed).given, 0)


def of_grid(given, grid):
    n = int(given.n[grid])
    A = (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)) * ((n + 1) / given.length) ** 2
    f = quadratic(A, np.ones(n))
    return dict(f=f, grad=f.grad, x0=np.zeros(n)), A


def of_doses(seed):
    given = doses(seed).given
    X = np.column_stack([np.ones(len(given.y)), given.dose])
    f, grad, H = logistic(X, given.y)
    return dict(f=f, grad=grad, x0=np.zeros(2), X=X, y=given.y), H


def of_photons(seed):
    given = photons(seed).given
    X = np.column_stack([np.ones(len(given.x)), given.x])
    f, grad, hess = poisson(X, given.y)
    near = gradient_descent(grad, given.good, 0.1, 2000).x
    return dict(f=f, grad=grad, x0=given.good, X=X, y=given.y), hess(near)


def of_molecule(seed):
    given = molecule(seed).given
    eps, sigma = given.epsilon, given.sigma

    def f(r):
        s = (sigma / r) ** 6
        return 4 * eps * (s * s - s)

    def grad(r):
        s = (sigma / r) ** 6
        return 4 * eps / r * (6 * s - 12 * s * s)

    return dict(f=f, grad=grad, x0=given.start), np.diag([72 * eps / (2 ** (1 / 3) * sigma**2)])


def of_network(seed):
    given = network(seed).given
    f = lambda p: 0.5 * (p[0] * p[1] - given.c) ** 2  # noqa: E731
    grad = lambda p: (p[0] * p[1] - given.c) * p[::-1]  # noqa: E731
    return dict(f=f, grad=grad, x0=given.start), 4 * given.c * np.ones((2, 2))


PRACTICE = (of_springs, of_houses, of_rod, of_doses, of_photons, of_molecule, of_network)


def right(make, seed):
    """The run as the solution makes it, at half of the bound."""
    brought, H = make(seed)
    return brought | {"lr": 0.5 * bound_of(H)}


def too_long(make, seed):
    """A step beyond the bound; for the molecule a start so close that the curvature is larger there."""
    brought, H = make(seed)
    if make is of_molecule:
        return brought | {"lr": 0.25 * bound_of(H), "x0": 0.85 * molecule(seed).given.sigma}
    if make is of_network:
        c = network(seed).given.c
        return brought | {"lr": 1.1 / c, "x0": np.sqrt(c) * np.array([1.01, 1.0])}
    return brought | {"lr": 2.5 * bound_of(H)}


def uphill(make, seed):
    brought = right(make, seed)
    return brought | {"grad": lambda x: -np.asarray(brought["grad"](x))}


def factor_lost(make, seed):
    brought = right(make, seed)
    return brought | {"grad": lambda x: np.asarray(brought["grad"](x)) / 2}


def first_entry_lost(make, seed):
    """One entry too small, or where x is one number a wrong power of it."""
    brought = right(make, seed)
    if np.ndim(brought["x0"]) == 0:
        return brought | {"grad": lambda x: brought["grad"](x) / x}
    return brought | {"grad": lambda x: brought["grad"](x) * np.r_[0.5, np.ones(len(x) - 1)]}


def trace_for_L(make, seed):
    """The sum of the eigenvalues in place of the largest: a shorter step than needed, and no fault."""
    brought, H = make(seed)
    return brought | {"lr": 1 / np.trace(H)}


PLANTED = {
    right: "fine", too_long: "step-too-long", uphill: "gradient-sign", factor_lost: "gradient-scale",
    first_entry_lost: "gradient", trace_for_L: "fine",
}  # fmt: skip


def foreseen(make, seed):
    """The run of which the exercise asks what it does, and the answer."""
    problem = PROBLEMS[make](seed)
    given, brought = problem.given, make(seed)[0]
    if make is of_houses:
        brought = of_columns(given, given.area, given.rooms)[0]
    if make is of_rod:
        brought = of_grid(given, 1)[0]
    x0 = next((getattr(given, name) for name in ("poor", "close", "beside") if hasattr(given, name)), brought["x0"])
    return brought | {"lr": given.lr, "x0": x0}, problem.questions["prediction"].truth


PROBLEMS = dict(zip(PRACTICE, (springs, houses, rod, doses, photons, molecule, network), strict=True))
