"""Faults that the rules of diagnose were not tuned on: they were written down first and tried once the rules were fixed."""

import numpy as np
from failing_runs import bound_of, drawn, labels, logistic, table, walked
from healthy_runs import bowl

from gdtools import adam, gradient_descent, least_squares, momentum, quadratic, two_valleys


def transposed(seed):
    """The gradient of ½xᵀAx − bᵀx with a matrix that is not symmetric, taken as Ax − b."""
    rng = drawn(seed)
    A, b = np.eye(4) * 4 + rng.normal(size=(4, 4)), rng.normal(size=4)
    return dict(f=lambda x: 0.5 * x @ A @ x - b @ x, grad=lambda x: A @ x - b, x0=rng.normal(size=4), lr=0.1)


def penalty_forgotten(seed):
    """The penalty stands in f and not in its gradient."""
    rng = drawn(seed)
    X = table(rng, 30, 1, 1)
    g = least_squares(X, rng.normal(size=30))
    return dict(f=lambda w: g(w) + 0.1 * w @ w, grad=g.grad, x0=rng.normal(size=3), lr=0.1)


def one_call_late(seed):
    """A cache returns the gradient of the point asked for before."""
    rng = drawn(seed)
    f, L = bowl(rng, 10, 3)
    kept = [np.zeros(3)]

    def grad(x):
        kept.append(f.grad(x))
        return kept[-2]

    return dict(f=f, grad=grad, x0=rng.normal(size=3), lr=0.5 / L)


def likelihood_made_small(seed):
    """f is the log-likelihood itself, which should be made large."""
    rng = drawn(seed)
    X = np.column_stack([np.ones(50), rng.normal(size=50)])
    f, grad, H = logistic(X, labels(rng, X, np.array([0.3, 1.0])))
    return dict(f=lambda w: -f(w), grad=lambda w: -grad(w), x0=[0.1, 0.1], lr=bound_of(H))


def entropy_of_zero(seed):
    """x log x with a start that holds a 0."""
    rng = drawn(seed)
    x0 = rng.uniform(0.1, 1, 4)
    x0[rng.integers(4)] = 0
    return dict(f=lambda x: (x * np.log(x)).sum(), grad=lambda x: 1 + np.log(x), x0=x0, lr=0.1)


def column_gradient(seed):
    """The gradient comes as a column, the unknowns are a row."""
    rng = drawn(seed)
    X, y = table(rng, 20, 1, 1), rng.normal(size=20)
    f = least_squares(X, y)
    return dict(f=f, grad=lambda w: f.grad(w)[:, None], x0=np.zeros(3), lr=0.1)


def degrees(seed):
    """The derivative of a sine of degrees without its factor."""
    rng = drawn(seed)
    f = lambda x: -np.cos(np.deg2rad(x)).sum()  # noqa: E731
    return dict(f=f, grad=lambda x: np.sin(np.deg2rad(x)), x0=rng.uniform(20, 80, 2), lr=10.0)


def growing_schedule(seed):
    """A schedule that grows where it should shrink."""
    rng = drawn(seed)
    f, L = bowl(rng, 10, 3)
    return dict(f=f, grad=f.grad, x0=rng.normal(size=3), lr=lambda k: 0.2 / L * 1.02**k)


def heavy_memory(seed):
    """β = 0.999 on a round bowl."""
    rng = drawn(seed)
    f, L = bowl(rng, 5, 3)
    x0 = rng.normal(size=3)
    run = momentum(f.grad, x0, 0.5 / L, 300, beta=0.999)
    return dict(f=f, grad=f.grad, x0=x0, lr=0.5 / L, run=run, method="momentum", beta=0.999)


def look_ahead_too_far(seed):
    """Nesterov's method at a step that is stable without memory only."""
    rng = drawn(seed)
    f, L = bowl(rng, 10, 3)
    return dict(f=f, grad=f.grad, x0=rng.normal(size=3), lr=1.7 / L, method="nesterov", beta=0.95)


def hinge(seed):
    """A support vector machine at a constant step."""
    rng = drawn(seed)
    X = rng.normal(size=(30, 2))
    y = np.sign(X @ [1.0, -1.0] + 0.7 * rng.normal(size=30))
    f = lambda w: np.maximum(0, 1 - y * (X @ w)).mean() + 0.05 * w @ w  # noqa: E731
    grad = lambda w: -(X.T @ (y * (y * (X @ w) < 1))) / 30 + 0.1 * w  # noqa: E731
    return dict(f=f, grad=grad, x0=np.zeros(2), lr=1.0)


def projected_once(seed):
    """The projection is made at the end only."""
    rng = drawn(seed)
    f, L = bowl(rng, 8, 2)
    corner = f.minimisers[0] - [0.5, 1.0]
    project = lambda x: np.minimum(x, corner)  # noqa: E731
    x0 = corner - rng.uniform(1, 2, 2)
    return dict(f=f, grad=f.grad, x0=x0, lr=1 / L, project=project, run=gradient_descent(f.grad, x0, 1 / L, 100))


def powers(seed):
    """A polynomial of degree 6 in powers of x between 0 and 1."""
    rng = drawn(seed)
    x = np.sort(rng.uniform(0, 1, 60))
    f = least_squares(np.vander(x, 7), np.sin(6 * x))
    return dict(f=f, grad=f.grad, x0=np.zeros(7), lr=0.5 * bound_of(f.hess(None)))


def all_dummies(seed):
    """A column for each kind and a column of ones."""
    rng = drawn(seed)
    X = np.column_stack([np.ones(40), np.eye(3)[rng.integers(3, size=40)]])
    y = rng.normal(size=40)
    f = least_squares(X, y)
    return dict(f=f, grad=f.grad, x0=np.zeros(4), lr=0.5 * bound_of(f.hess(None)), X=X, y=y)


def small_batches(seed):
    """Two rows a step, at a constant step."""
    rng = drawn(seed)
    X = np.column_stack([np.ones(50), rng.normal(size=(50, 2))])
    y = X @ rng.normal(size=3) + rng.normal(size=50)
    f, pick = least_squares(X, y), np.random.default_rng(seed + 5)

    def grad(w):
        i = pick.integers(50, size=2)
        return X[i].T @ (X[i] @ w - y[i])

    return dict(f=f, grad=grad, x0=rng.normal(size=3), lr=0.3 * bound_of(f.hess(None)))


def adam_for_long(seed):
    """Adam far beyond the minimum's first visit."""
    rng = drawn(seed)
    f = quadratic(np.diag([2.0, 50.0]))
    x0 = rng.normal(size=2)
    return dict(f=f, grad=f.grad, x0=x0, lr=0.1, run=adam(f.grad, x0, 0.1, 12_000), method="adam")


def raw_against_scaled(seed):
    """Descent on standardised columns, a reference for the raw ones."""
    rng = drawn(seed)
    X = np.column_stack([np.ones(40), rng.uniform(0, 200, 40), rng.uniform(0, 8, 40)])
    y = X @ [1, 0.02, -0.5] + 0.1 * rng.normal(size=40)
    Z = np.column_stack([np.ones(40), (X[:, 1:] - X[:, 1:].mean(axis=0)) / X[:, 1:].std(axis=0)])
    f, raw = least_squares(Z, y), least_squares(X, y)
    return dict(f=f, grad=f.grad, x0=np.zeros(3), lr=0.3, X=X, y=y, reference=raw.minimisers[0])


def other_valley(seed):
    """A global search found a lower end."""
    rng = drawn(seed)
    f = two_valleys()
    best, other = f.minimisers[:2]
    return dict(f=f, grad=f.grad, x0=other + rng.normal(0, 0.05, 2), lr=0.01, reference=best)


def factors_from_zero(seed):
    """A matrix as a product of two, from a start at 0."""
    rng = drawn(seed)
    M = rng.normal(size=(3, 3))
    f = lambda p: 0.5 * ((np.outer(p[:3], p[3:]) - M) ** 2).sum()  # noqa: E731

    def grad(p):
        R = np.outer(p[:3], p[3:]) - M
        return np.concatenate([R @ p[3:], p[:3] @ R])

    return dict(f=f, grad=grad, x0=np.zeros(6), lr=0.05)


def large_offsets(seed):
    """Iterates in single precision beside 1e8."""
    rng = drawn(seed)
    at = 1e8 * rng.uniform(1, 2)
    hist = np.full((50, 1), np.float32(at - 100), dtype=np.float32)
    x0 = np.array(hist[0], dtype=float)
    return dict(f=lambda x: (x[0] - at) ** 2, grad=lambda x: 2 * (x - at), x0=x0, lr=0.01, run=hist)


def clipped(seed):
    """The gradient is cut to length 1."""
    rng = drawn(seed)
    f, L = bowl(rng, 10, 3)
    cut = lambda x: f.grad(x) / max(1, np.linalg.norm(f.grad(x)) / (0.3 * L))  # noqa: E731
    return dict(f=f, grad=cut, x0=10 * rng.normal(size=3), lr=0.5 / L)


def tiny_rate(seed):
    """A learning rate taken from another problem."""
    rng = drawn(seed)
    X, y = np.column_stack([np.ones(30), rng.normal(size=30)]), rng.normal(2, 1, 30)
    f = least_squares(X, y)
    return dict(f=f, grad=f.grad, x0=np.zeros(2), lr=10 ** rng.uniform(-5, -4), X=X, y=y)


def growth_rate(seed):
    """An exponential curve, fitted from a rate that is far too large."""
    rng = drawn(seed)
    t = np.linspace(0, 4, 20)
    y = np.exp(0.5 * t) + 0.05 * rng.normal(size=20)
    f = lambda r: ((np.exp(r[0] * t) - y) ** 2).mean()  # noqa: E731
    grad = lambda r: np.array([2 * ((np.exp(r[0] * t) - y) * t * np.exp(r[0] * t)).mean()])  # noqa: E731
    return dict(f=f, grad=grad, x0=[rng.uniform(1, 1.5)], lr=0.01)


def rare_kind(seed):
    """A column of yes and no, and all with yes are of one kind."""
    rng = drawn(seed)
    x, rare = rng.normal(size=60), np.zeros(60)
    y = labels(rng, x[:, None], np.array([1.0]))
    rare[np.flatnonzero(y > 0)[:5]] = 1
    X = np.column_stack([np.ones(60), x, rare])
    f, grad, H = logistic(X, y)
    return dict(f=f, grad=grad, x0=np.zeros(3), lr=0.5 * bound_of(H), X=X, y=y)


def three_digits(seed):
    """f is rounded for the report, the gradient is exact."""
    rng = drawn(seed)
    f, L = bowl(rng, 5, 2)
    size = abs(f(np.ones(2)))
    return dict(f=lambda x: round(f(x) / size, 3), grad=lambda x: f.grad(x) / size, x0=rng.normal(size=2), lr=0.5 * size / L)


def masked_at_random(seed):
    """Half of the entries of the gradient are left out, each time others."""
    rng = drawn(seed)
    A, b = rng.normal(size=(20, 4)), 3 * rng.normal(size=20)
    f, pick = least_squares(A, b), np.random.default_rng(seed + 7)
    grad = lambda w: 2 * A.T @ (A @ w - b + 2 * pick.normal(size=20)) / 20 * pick.integers(0, 2, 4)  # noqa: E731
    return dict(f=f, grad=grad, x0=3 * rng.normal(size=4), lr=0.4 * bound_of(f.hess(None)))


def one_after_the_other(seed):
    """The loop changes the first coordinate before it computes the slope along the second, at a step too long for that."""
    rng = drawn(seed)
    X, y = table(rng, 20, 100), rng.normal(50, 9, 20)
    f = least_squares(X, y)
    lr = 1.3 * bound_of(f.hess(None))
    return dict(f=f, grad=f.grad, x0=np.zeros(2), lr=lr, run=walked(f.grad, np.zeros(2), lr, 60))


def sum_in_one_entry(seed):
    """The intercept's slope is a sum, the others are means."""
    rng = drawn(seed)
    X, y = table(rng, 25, 1, 1), rng.normal(size=25)
    f = least_squares(X, y)
    return dict(f=f, grad=lambda w: f.grad(w) * [25, 1, 1], x0=rng.normal(size=3), lr=0.02)


def no_slope_by_single(seed):
    """Differences in single precision of a function with a large constant."""
    rng = drawn(seed)
    a = rng.normal(size=2)
    f = lambda x: 1e9 + ((x - a) ** 2).sum()  # noqa: E731
    grad = lambda x: np.array([(f(x + 1e-6 * e) - f(x - 1e-6 * e)) / 2e-6 for e in np.eye(2)])  # noqa: E731
    return dict(f=f, grad=grad, x0=a + rng.uniform(1, 2, 2), lr=0.1)


# A second lot, written after some of the first had led to changes of the rules, and again before any of it was tried.


def bursting(seed):
    """Adam far beyond the minimum, with nothing to stop it."""
    rng = drawn(seed)
    f = quadratic(np.diag([1.0, 100.0]))
    x0 = rng.uniform(0.5, 1.5, 2)
    return dict(f=f, grad=f.grad, x0=x0, lr=0.1, run=adam(f.grad, x0, 0.1, 20_000, tol=0), method="adam")


def labels_of_two_kinds(seed):
    """f takes labels ±1, its gradient labels 0 and 1."""
    rng = drawn(seed)
    X = np.column_stack([np.ones(50), rng.normal(size=50)])
    y = labels(rng, X, np.array([0.2, 1.0]))
    f = lambda w: np.logaddexp(0, -(2 * y - 1) * (X @ w)).mean()  # noqa: E731
    grad = lambda w: X.T @ (1 / (1 + np.exp(-X @ w)) - (2 * y - 1)) / 50  # noqa: E731
    return dict(f=f, grad=grad, x0=np.zeros(2), lr=0.5)


def two_exchanged(seed):
    """Two entries of the gradient are exchanged."""
    rng = drawn(seed)
    f, L = bowl(rng, 10, 4)
    return dict(f=f, grad=lambda x: f.grad(x)[[1, 0, 2, 3]], x0=rng.normal(size=4), lr=0.5 / L)


def integer_cut(seed):
    """The gradient is cut to integers."""
    rng = drawn(seed)
    f, L = bowl(rng, 3, 2)
    return dict(f=lambda x: 10 / L * f(x), grad=lambda x: (10 / L * f.grad(x)).astype(int), x0=3 * rng.normal(size=2), lr=0.02)


def counts_of_thousands(seed):
    """Poisson with an exposure of thousands, at the step of one without."""
    rng = drawn(seed)
    X = np.column_stack([np.ones(40), rng.normal(size=40)])
    y = rng.poisson(2000 * np.exp(0.3 * X[:, 1])).astype(float)
    f = lambda b: (np.exp(X @ b) - y * (X @ b)).mean()  # noqa: E731
    return dict(f=f, grad=lambda b: X.T @ (np.exp(X @ b) - y) / 40, x0=[np.log(y.mean()), 0.0], lr=0.01)


def root_of_negative(seed):
    """A root that leaves its domain: the start is outside."""
    rng = drawn(seed)
    return dict(f=lambda x: np.sqrt(x).sum() + x @ x, grad=lambda x: 0.5 / np.sqrt(x) + 2 * x, x0=-rng.uniform(0, 1, 2), lr=0.1)


def all_residuals(seed):
    """f returns the squared residuals, not their mean."""
    rng = drawn(seed)
    X, y = table(rng, 20, 1), rng.normal(size=20)
    return dict(f=lambda w: (X @ w - y) ** 2, grad=least_squares(X, y).grad, x0=np.zeros(2), lr=0.1)


def deep_zero(seed):
    """A chain of five numbers that starts near 0."""
    rng = drawn(seed)

    def grad(p):
        others = np.array([np.prod(np.delete(p, i)) for i in range(5)])
        return (np.prod(p) - 1) * others

    return dict(f=lambda p: 0.5 * (np.prod(p) - 1) ** 2, grad=grad, x0=0.02 * rng.normal(size=5), lr=0.1)


def absolute_errors(seed):
    """A line by absolute errors, at a constant step."""
    rng = drawn(seed)
    X = np.column_stack([np.ones(25), rng.normal(size=25)])
    y = X @ [1.0, 2.0] + rng.standard_t(2, 25)
    return dict(f=lambda w: np.abs(X @ w - y).mean(), grad=lambda w: X.T @ np.sign(X @ w - y) / 25, x0=np.zeros(2), lr=0.5)


def ratio_of_units(seed):
    """Metres beside micrometres."""
    rng = drawn(seed)
    f = quadratic(np.diag([1.0, 1e6, 3.0]), np.array([1.0, 1e3, 3.0]) * rng.uniform(0.5, 2, 3))
    return dict(f=f, grad=f.grad, x0=np.zeros(3), lr=0.9e-6)


def running_mean(seed):
    """The gradient is averaged with the one before, within the function."""
    rng = drawn(seed)
    f, L = bowl(rng, 10, 3)
    kept = np.zeros(3)

    def grad(x):
        kept[:] = 0.9 * kept + 0.1 * f.grad(x)
        return kept.copy()

    return dict(f=f, grad=grad, x0=rng.normal(size=3), lr=0.5 / L)


def sum_of_angles(seed):
    """Three times one column is another's sum."""
    rng = drawn(seed)
    A = rng.normal(size=(30, 2))
    X = np.column_stack([np.ones(30), A, A @ [1.0, 3.0]])
    y = rng.normal(size=30)
    f, grad, H = logistic(X, labels(rng, X, np.zeros(4)))
    return dict(f=f, grad=grad, x0=np.zeros(4), lr=0.5 * bound_of(H), X=X, y=y)


def warm_up_too_high(seed):
    """A warm-up that ends above the bound."""
    rng = drawn(seed)
    f, L = bowl(rng, 20, 4)
    return dict(f=f, grad=f.grad, x0=rng.normal(size=4), lr=lambda k: min(k + 1, 50) / 50 * 2.6 / L)


def half_of_the_batch(seed):
    """The gradient is that of the first half of the rows."""
    rng = drawn(seed)
    X, y = table(rng, 40, 1, 1), rng.normal(size=40)
    return dict(f=least_squares(X, y), grad=least_squares(X[:20], y[:20]).grad, x0=np.zeros(3), lr=0.1)


def momentum_without_end(seed):
    """Momentum on a narrow valley with a step beyond its own bound."""
    rng = drawn(seed)
    f, L = bowl(rng, 50, 3)
    return dict(f=f, grad=f.grad, x0=rng.normal(size=3), lr=4.2 / L, method="momentum", beta=0.9)


def linear_fall(seed):
    """A straight slope without a floor."""
    rng = drawn(seed)
    c = rng.normal(size=3)
    return dict(f=lambda x: c @ x, grad=lambda x: c, x0=np.zeros(3), lr=0.1)


def simplex_by_clipping(seed):
    """Clipped and divided by the sum, which is no nearest point."""
    rng = drawn(seed)
    f, L = bowl(rng, 5, 3)

    def project(x):
        x = np.maximum(x, 0) + 0.1
        return x / x.sum()

    return dict(f=f, grad=f.grad, x0=np.ones(3) / 3, lr=0.5 / L, project=project)


SECOND = {
    bursting: "adam-bursts", labels_of_two_kinds: "gradient", two_exchanged: "gradient", integer_cut: "gradient",
    counts_of_thousands: "step-too-long", root_of_negative: "not-finite", all_residuals: "shapes", deep_zero: "saddle",
    absolute_errors: "edge", ratio_of_units: "units", running_mean: "gradient-changes", sum_of_angles: "dependent-columns",
    warm_up_too_high: "step-too-long", half_of_the_batch: "gradient", momentum_without_end: "step-too-long",
    linear_fall: "no-minimum", simplex_by_clipping: "constraint",
}  # fmt: skip

UNSEEN = {
    transposed: "gradient", penalty_forgotten: "gradient", one_call_late: "gradient-changes",
    likelihood_made_small: "no-minimum", entropy_of_zero: "not-finite", column_gradient: "shapes", degrees: "gradient-scale",
    growing_schedule: "step-too-long", heavy_memory: "beta-too-large", look_ahead_too_far: "beta-too-large", hinge: "edge",
    projected_once: "constraint", powers: "conditioning", all_dummies: "dependent-columns", small_batches: "noise",
    adam_for_long: "adam-bursts", raw_against_scaled: "other-scale", other_valley: "several-minima",
    factors_from_zero: "saddle", large_offsets: "precision", clipped: "gradient", tiny_rate: "step-too-short",
    growth_rate: "step-too-long", rare_kind: "no-minimum", three_digits: "precision", masked_at_random: "noise",
    one_after_the_other: "step-too-long", sum_in_one_entry: "gradient", no_slope_by_single: "precision",
}  # fmt: skip
