"""Runs that fail as people report them, drawn with other numbers: what diagnose gets, and the cause that it should name."""

import numpy as np

from gdtools import adam, least_squares

ROOT_EPS = 1.5e-8  # the length of differences that most programs take


def drawn(seed):
    return np.random.default_rng(seed)


def table(rng, n, *widths):
    """A column of ones and raw columns of these widths."""
    return np.column_stack([np.ones(n), *(rng.uniform(0, width, n) for width in widths)])


def bound_of(H):
    return 2 / np.linalg.eigvalsh(H)[-1]


def by_differences(f, h=ROOT_EPS):
    """The gradient that programs make when none is given: one-sided differences."""

    def grad(x):
        here = f(x)
        return np.array([(f(x + h * e) - here) / h for e in np.eye(len(x))], dtype=float)

    return grad


def walked(grad, x, lr, n):
    """The iterates of a loop as people write it."""
    hist = [np.array(x, dtype=float)]
    with np.errstate(all="ignore"):
        for _ in range(n):
            hist.append(hist[-1] - lr * grad(hist[-1]))
    return np.array(hist)


def line(rng, n=9):
    x = np.sort(rng.uniform(20, 70, n))
    X = np.column_stack([np.ones(n), x])
    return X, rng.normal(0, 2, n) + 3 + 0.5 * x


def raw_line(seed):
    """1: slope and intercept change sign and grow."""
    rng = drawn(seed)
    X, y = line(rng)
    f = least_squares(X, y)
    return dict(f=f, grad=f.grad, x0=[0, 0], lr=rng.uniform(1.05, 2.5) * bound_of(f.hess(None)), X=X, y=y)


def one_point_a_step(seed):
    """2: the loss is nan in the first epochs."""
    rng = drawn(seed)
    x = rng.uniform(50, 300, 30)
    y = 2 * x + rng.normal(0, 5, 30)
    pick = np.random.default_rng(seed + 100)

    def grad(w):
        i = pick.integers(30)
        return 2 * x[i] * (x[i] * w - y[i])

    return dict(f=lambda w: ((x * w[0] - y) ** 2).mean(), grad=grad, x0=[0.0], lr=10 ** rng.uniform(-3, -2))


def never_emptied(seed):
    """3: the loss swings ever wider, since the gradient is added to a sum that is never emptied."""
    rng = drawn(seed)
    X, y = table(rng, 20, 1, 1), rng.normal(size=20)
    f, total = least_squares(X, y), np.zeros(3)

    def grad(w):
        total[:] += f.grad(w)
        return total.copy()

    return dict(f=f, grad=grad, x0=rng.normal(size=3), lr=0.3 * bound_of(f.hess(None)))


def wrong_index(seed):
    """4: another answer from another start, "converged"."""
    rng = drawn(seed)
    X, y = table(rng, 12, 2), rng.normal(3, 1, 12)
    f = least_squares(X, y)

    def grad(w):
        r = X @ w - y
        return np.array([2 * r.mean(), 2 * (r * X[0, 1]).mean()])

    return dict(f=f, grad=grad, x0=rng.normal(size=2), lr=0.1)


def sum_for_mean(seed):
    """8: worked with the mean, explodes with the sum."""
    rng = drawn(seed)
    n = int(rng.integers(50, 1000))
    X, y = np.column_stack([np.ones(n), rng.normal(size=n)]), rng.normal(size=n)
    f = least_squares(X, y)
    return dict(f=f, grad=lambda w: n * f.grad(w), x0=[0, 0], lr=0.1)


def column_of_targets(seed):
    """9: predicts the mean for every point, "converged"."""
    rng = drawn(seed)
    n = int(rng.integers(10, 60))
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    y = (X @ rng.normal(1, 1, 2) + 0.1 * rng.normal(size=n))[:, None]
    f = lambda w: ((X @ w - y) ** 2).mean()  # noqa: E731
    grad = lambda w: 2 * X.T @ (X @ w - y.mean()) / n  # noqa: E731  # as automatic differentiation gives it
    return dict(f=f, grad=grad, x0=[0, 0], lr=0.3, X=X, y=y)


def twin_columns(seed):
    """11: coefficients of 1e8 from a library, all columns in [0, 1]."""
    rng = drawn(seed)
    X = table(rng, 40, 1, 1)
    X = np.column_stack([X, X[:, 1] + 1e-9 * rng.normal(size=40)])
    y = X[:, 0] + 2 * X[:, 1] + 0.1 * rng.normal(size=40)
    f = least_squares(X, y)
    return dict(f=f, grad=f.grad, x0=np.zeros(4), lr=0.5 * bound_of(f.hess(None)), X=X, y=y)


def logistic(X, y):
    """The mean negative log-likelihood of labels 0 and 1, its gradient, and a bound on its curvature."""
    n = len(y)
    f = lambda w: (np.logaddexp(0, X @ w) - y * (X @ w)).mean()  # noqa: E731
    grad = lambda w: X.T @ (1 / (1 + np.exp(-np.clip(X @ w, -700, 700))) - y) / n  # noqa: E731
    return f, grad, X.T @ X / (4 * n)


def labels(rng, X, w):
    """Labels 0 and 1 that overlap."""
    return (rng.uniform(size=len(X)) < 1 / (1 + np.exp(-X @ w))).astype(float)


def raw_columns(seed):
    """12: a quasi-Newton method stops at its limit of iterations, on columns from 1 to 1000 wide."""
    rng = drawn(seed)
    X = table(rng, 200, 1, 10, 100, 1000)
    y = labels(rng, (X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1), rng.normal(size=5))
    f, grad, H = logistic(X, y)
    return dict(f=f, grad=grad, x0=np.zeros(5), lr=0.5 * bound_of(H), X=X, y=y)


def separated(seed):
    """14: perfect separation, the likelihood fails to converge."""
    rng = drawn(seed)
    x = rng.normal(size=40)
    X, y = np.column_stack([np.ones(40), x]), (x > rng.uniform(-0.3, 0.3)).astype(float)
    f, grad, H = logistic(X, y)
    return dict(f=f, grad=grad, x0=[0, 0], lr=0.5 * bound_of(H), X=X, y=y)


def log_of_zero(seed):
    """16: the logistic cost is nan."""
    rng = drawn(seed)
    X = table(rng, 60, 300)
    y = labels(rng, (X - X.mean(axis=0)) / 100, [0, 1.0])

    def f(w):
        p = 1 / (1 + np.exp(-X @ w))
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()

    return dict(f=f, grad=lambda w: X.T @ (1 / (1 + np.exp(-X @ w)) - y) / 60, x0=[0, 0], lr=rng.uniform(0.02, 0.2))


def offset(seed):
    """17: "desired error not necessarily achieved due to precision loss"."""
    rng = drawn(seed)
    c = 1e4
    f = lambda x: 1e6 + (1 - x[0]) ** 2 + c * (x[1] - x[0] ** 2) ** 2  # noqa: E731
    a = rng.uniform(-0.9, 0.8)
    return dict(f=f, grad=by_differences(f), x0=[a, a * a + rng.normal(0, 0.01)], lr=0.5 * 2 / (c * (2 + 8 * a * a)))


def uphill(seed):
    """18: the line search ends abnormally."""
    rng = drawn(seed)
    X, y = table(rng, 20, 1, 1), rng.normal(size=20)
    f = least_squares(X, y)
    return dict(f=f, grad=lambda w: -f.grad(w), x0=rng.normal(size=3), lr=0.3 * bound_of(f.hess(None)))


def in_single(seed):
    """19: the start comes back after 0 iterations."""
    rng = drawn(seed)
    X, y = table(rng, 20, 1, 1).astype(np.float32), rng.normal(3, 1, 20).astype(np.float32)
    f = lambda w: ((X @ w.astype(np.float32) - y) ** 2).mean(dtype=np.float32)  # noqa: E731
    return dict(f=f, grad=by_differences(f), x0=rng.normal(size=3), lr=0.1)


def kink(seed):
    """20: precision loss at the minimum of |x|."""
    rng = drawn(seed)
    return dict(f=lambda x: abs(x[0]), grad=np.sign, x0=[rng.uniform(0.5, 2)], lr=rng.uniform(0.05, 0.2))


def lasso(seed):
    """21: no coefficient of a lasso is zero."""
    rng = drawn(seed)
    X = rng.normal(size=(50, 6))
    y = X @ [3, -2, 0, 0, 0, 0.0] + 0.3 * rng.normal(size=50)
    g = least_squares(X, y)
    return dict(
        f=lambda w: g(w) + 0.5 * np.abs(w).sum(), grad=lambda w: g.grad(w) + 0.5 * np.sign(w),
        x0=rng.normal(size=6), lr=0.3 * bound_of(g.hess(None)),
    )  # fmt: skip


def stops_by_change(seed):
    """23: stops early, the cost changed by less than 1e-3."""
    rng = drawn(seed)
    X, y = table(rng, 20, 1, 1), rng.normal(3, 1, 20)
    f = least_squares(X, y)
    lr = 10 ** rng.uniform(-6.5, -5) * bound_of(f.hess(None))
    hist = walked(f.grad, np.zeros(3), lr, 100)
    stop = int(np.argmax(np.abs(np.diff([f(w) for w in hist])) < 1e-3)) + 1
    return dict(f=f, grad=f.grad, x0=np.zeros(3), lr=lr, run=hist[: stop + 1])


XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([0, 1, 1, 0.0])


def network(hidden=2, X=XOR[0], y=XOR[1]):
    """Cross-entropy of a network of tanh units with one sigmoid output, and its gradient by back-propagation."""
    n, d = X.shape
    cut = [d * hidden, d * hidden + hidden, d * hidden + 2 * hidden]

    def forward(theta):
        W, b, v, c = np.split(theta, cut)
        h = np.tanh(X @ W.reshape(d, hidden) + b)
        return h, v, h @ v + c[0]

    def f(theta):
        z = forward(theta)[2]
        return (np.logaddexp(0, z) - y * z).mean()

    def grad(theta):
        h, v, z = forward(theta)
        out = (1 / (1 + np.exp(-z)) - y) / n
        back = np.outer(out, v) * (1 - h**2)
        return np.concatenate([(X.T @ back).ravel(), back.sum(axis=0), h.T @ out, [out.sum()]])

    return f, grad, cut[-1] + 1


def small_weights(seed):
    """26: the loss stays at 0.693."""
    rng = drawn(seed)
    f, grad, d = network()
    return dict(f=f, grad=grad, x0=0.01 * rng.normal(size=d), lr=rng.uniform(0.3, 1.0))


def poisson(X, y):
    """The mean negative log-likelihood of counts, its gradient, and its Hessian."""
    f = lambda b: (np.exp(X @ b) - y * (X @ b)).mean()  # noqa: E731
    grad = lambda b: X.T @ (np.exp(X @ b) - y) / len(y)  # noqa: E731
    return f, grad, lambda b: (X.T * np.exp(X @ b)) @ X / len(y)


def overflow(seed):
    """28: overflow in exp."""
    rng = drawn(seed)
    X = table(rng, 40, 20)
    y = rng.poisson(np.exp(0.2 + 0.15 * X[:, 1])).astype(float)
    f, grad, hess = poisson(X, y)
    return dict(f=f, grad=grad, x0=[0, 0], lr=rng.uniform(0.6, 0.9) * bound_of(hess(np.zeros(2))))


def rounded(seed):
    """30: converges in iteration 0."""
    rng = drawn(seed)
    a = rng.normal(size=2)
    f = lambda x: round(float(((x - a) ** 2).sum()), 2)  # noqa: E731
    return dict(f=f, grad=by_differences(f), x0=a + rng.uniform(1, 2, 2), lr=0.1)


def adam_crawls(seed):
    """32: Adam crawls towards targets of 5e4."""
    rng = drawn(seed)
    x = rng.normal(size=30)
    X, y = np.column_stack([np.ones(30), x]), rng.uniform(2e4, 8e4) + 1e4 * x
    f = least_squares(X, y)
    return dict(f=f, grad=f.grad, x0=[0, 0], lr=1e-3, run=adam(f.grad, [0, 0], 1e-3, 4000), method="adam")


FAILING = {
    raw_line: "step-too-long", one_point_a_step: "step-too-long", never_emptied: "gradient-changes",
    wrong_index: "gradient", sum_for_mean: "gradient-scale", column_of_targets: "shapes",
    twin_columns: "dependent-columns", raw_columns: "units", separated: "no-minimum", log_of_zero: "step-too-long",
    offset: "precision", uphill: "gradient-sign", in_single: "precision", kink: "edge", lasso: "edge",
    stops_by_change: "step-too-short", small_weights: "saddle", overflow: "step-too-long", rounded: "precision",
    adam_crawls: "step-too-short",
}  # fmt: skip
