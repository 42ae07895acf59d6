"""Runs in which nothing is wrong, of many kinds: what diagnose gets, and should raise no alarm about."""

import numpy as np
from failing_runs import bound_of, drawn, labels, logistic, network, poisson, table

from gdtools import Descent, adam, double_well, gradient_descent, least_squares, momentum, nesterov, quadratic, two_valleys


def bowl(rng, kappa, d):
    """A quadratic with this condition number in units of its own, and its largest curvature."""
    V = np.linalg.qr(rng.normal(size=(d, d)))[0]
    lam = np.concatenate([[1, kappa], np.exp(rng.uniform(0, np.log(kappa), max(d - 2, 0)))])[-d:] * 10 ** rng.uniform(-3, 3)
    A = (V * lam) @ V.T
    return quadratic((A + A.T) / 2, rng.normal(size=d) * lam.max()), lam.max()


def quadratics(seed):
    rng = drawn(seed)
    d = int(rng.integers(1, 9))
    f, L = bowl(rng, 10 ** rng.uniform(0, 3), d)
    return dict(f=f, grad=f.grad, x0=rng.normal(size=d), lr=rng.uniform(0.3, 1.95) / L)


def long_runs(seed):
    """Ill-conditioned quadratics whose runs are long enough, by the powers of their factors."""
    rng = drawn(seed)
    d, kappa = int(rng.integers(2, 6)), 10 ** rng.uniform(2, 7)
    f, L = bowl(rng, kappa, d)
    x0, steps = rng.normal(size=d), np.unique(np.linspace(0, 20 * kappa, 400).astype(int))
    lam, V = np.linalg.eigh(f.hess(None))
    e0 = V.T @ (x0 - f.minimisers[0])
    hist = np.array([f.minimisers[0] + V @ ((1 - 1.9 / L * lam) ** k * e0) for k in steps])
    hist[0] = x0
    return dict(f=f, grad=f.grad, x0=x0, lr=1.9 / L, run=Descent(hist[-1], hist, int(steps[-1])))


def long_vectors(seed):
    rng = drawn(seed)
    d = int(rng.integers(31, 400))
    f, L = bowl(rng, 10 ** rng.uniform(0.5, 2.5), d)
    return dict(f=f, grad=f.grad, x0=rng.normal(size=d), lr=1 / L)


def logistics(seed):
    rng = drawn(seed)
    X = np.column_stack([np.ones(60), rng.normal(size=(60, 3))])
    y = labels(rng, X, rng.normal(size=4))
    f, grad, H = logistic(X, y)
    penalty = 0.05 * (seed % 2)
    return dict(
        f=lambda w: f(w) + penalty * w @ w, grad=lambda w: grad(w) + 2 * penalty * w,
        x0=np.zeros(4), lr=rng.uniform(0.2, 0.9) * bound_of(H + 2 * penalty * np.eye(4)), X=X, y=y,
    )  # fmt: skip


def regressions(seed):
    rng = drawn(seed)
    X = table(rng, 30, 2, 3)
    y = X @ rng.normal(size=3) + rng.normal(0, 0.3, 30)
    f = least_squares(X, y)
    y = y[:, None] if seed % 3 == 0 else y
    reference = f.minimisers[0] if seed % 2 else None
    lr = rng.uniform(0.3, 0.9) * bound_of(f.hess(None))
    return dict(f=f, grad=f.grad, x0=rng.normal(size=3), lr=lr, X=X, y=y, reference=reference,
                run=gradient_descent(f.grad, rng.normal(size=3) * 0, lr, 5000)) | {"x0": np.zeros(3)}  # fmt: skip


def valleys(seed):
    rng = drawn(seed)
    if seed % 2:
        f = double_well()
        return dict(f=f, grad=f.grad, x0=rng.uniform(-1.5, 1.5), lr=rng.uniform(0.005, 0.05))
    f = two_valleys()
    x0 = np.array([rng.uniform(lo, hi) for lo, hi in f.window])
    L = max(abs(np.linalg.eigvalsh(f.hess(x0))).max(), *(np.linalg.eigvalsh(f.hess(m))[-1] for m in f.minimisers))
    return dict(f=f, grad=f.grad, x0=x0, lr=0.5 / L)


def networks(seed):
    """Networks that learn: XOR from weights of ordinary size, or points in a plane."""
    rng = drawn(seed)
    if seed % 2:
        f, grad, d = network(4)
    else:
        X = rng.normal(size=(40, 2))
        f, grad, d = network(3, X, labels(rng, X, [2.0, -1.0]))
    x0 = rng.normal(size=d)
    return dict(f=f, grad=grad, x0=x0, lr=0.2, run=gradient_descent(grad, x0, 0.2, 3000))


def constrained(seed):
    """Minima on the border of a box, a ball or a half-line of amounts."""
    rng = drawn(seed)
    f, L = bowl(rng, 10 ** rng.uniform(0, 2), 3)
    x = f.minimisers[0]
    inside = [
        lambda z: np.clip(z, x - 1, x - 0.3),
        lambda z: z * min(1, 0.5 * np.linalg.norm(x) / max(np.linalg.norm(z), 1e-300)),
        lambda z: np.maximum(z, 0),
    ][seed % 3]
    return dict(f=f, grad=f.grad, x0=inside(rng.normal(size=3)), lr=1 / L, project=inside)


def noisy(seed):
    """A noisy gradient, as told: the step shrinks."""
    rng = drawn(seed)
    f, L = bowl(rng, 10 ** rng.uniform(0, 1), 3)
    noise = np.random.default_rng(seed + 1000)
    size = 0.3 * np.linalg.norm(f.grad(np.zeros(3)))
    rate = lambda k: 1 / L / (1 + 0.1 * k)  # noqa: E731
    return dict(f=f, grad=lambda x: f.grad(x) + size * noise.normal(size=3), x0=np.zeros(3), lr=rate)


def counts(seed):
    rng = drawn(seed)
    X = np.column_stack([np.ones(40), rng.uniform(-1, 1, 40)])
    f, grad, hess = poisson(X, rng.poisson(np.exp(1 + X[:, 1])).astype(float))
    return dict(f=f, grad=grad, x0=[0, 0], lr=0.3 * bound_of(hess(np.array([1.2, 1.2]))))


def with_memory(seed):
    rng = drawn(seed)
    d, kappa = 4, 10 ** rng.uniform(1, 3)
    f, L = bowl(rng, kappa, d)
    x0, root = rng.normal(size=d), np.sqrt(kappa)
    beta = ((root - 1) / (root + 1)) ** (2 if seed % 2 else 1)
    method, lr = (momentum, 4 / L / (1 + 1 / root) ** 2) if seed % 2 else (nesterov, 1 / L)
    run = method(f.grad, x0, lr, 500, beta=beta) if seed % 4 < 2 else None
    return dict(f=f, grad=f.grad, x0=x0, lr=lr, method=method.__name__, beta=beta, run=run)


def with_adam(seed):
    rng = drawn(seed)
    X, y = table(rng, 30, 2), rng.normal(2, 1, 30)
    f = least_squares(X, y)
    return dict(f=f, grad=f.grad, x0=[0, 0], lr=0.02, run=adam(f.grad, [0, 0], 0.02, 800), method="adam")


def by_tables(seed):
    """Unknowns in a table, in units of their own, with a gradient by differences."""
    rng = drawn(seed)
    unit, target = 10 ** rng.uniform(-9, 9), rng.normal(size=(2, 3))
    f = lambda x: float(((x / unit - target) ** 2).sum() + 0.1 * np.cos(x / unit).sum())  # noqa: E731
    grad = lambda x: (2 * (x / unit - target) - 0.1 * np.sin(x / unit)) / unit  # noqa: E731
    return dict(f=f, grad=grad, x0=unit * rng.normal(size=(2, 3)), lr=0.3 * unit**2)


def in_single_precision(seed):
    """All in single precision, with an exact gradient."""
    rng = drawn(seed)
    X, y = table(rng, 30, 1, 2).astype(np.float32), rng.normal(2, 1, 30).astype(np.float32)
    single = lambda w: X @ w.astype(np.float32) - y  # noqa: E731
    f = lambda w: (single(w) ** 2).mean(dtype=np.float32)  # noqa: E731
    return dict(f=f, grad=lambda w: 2 * X.T @ single(w) / 30, x0=np.zeros(3), lr=0.5 * bound_of(2 / 30 * X.T.astype(float) @ X))


def smooth_corners(seed):
    """Functions with a flat floor or straight sides."""
    rng = drawn(seed)
    a = rng.normal(size=3)
    f, grad, lr = [
        (lambda x: ((x - a) ** 4).sum(), lambda x: 4 * (x - a) ** 3, 0.01),
        (lambda x: np.sqrt(1 + (x - a) ** 2).sum(), lambda x: (x - a) / np.sqrt(1 + (x - a) ** 2), 0.8),
        (lambda x: np.log(np.cosh(x - a)).sum(), lambda x: np.tanh(x - a), 0.8),
        (lambda x: np.where(abs(x - a) < 1, (x - a) ** 2 / 2, abs(x - a) - 0.5).sum(), lambda x: np.clip(x - a, -1, 1), 0.5),
    ][seed % 4]
    return dict(f=f, grad=grad, x0=a + rng.normal(0, 2, 3), lr=lr)


def banana(seed):
    """Rosenbrock's valley, by a short run that is still on its way."""
    rng = drawn(seed)
    f = lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2  # noqa: E731
    grad = lambda x: np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])  # noqa: E731
    return dict(f=f, grad=grad, x0=rng.normal(0, 0.7, 2), lr=rng.uniform(0.3e-3, 1e-3))


def at_the_minimum(seed):
    rng = drawn(seed)
    f, L = bowl(rng, 100, 3)
    return dict(f=f, grad=f.grad, x0=f.minimisers[0], lr=1 / L)


def many_answers(seed):
    """More columns than rows, where the floor is level."""
    rng = drawn(seed)
    X, y = rng.normal(size=(5, 9)), rng.normal(size=5)
    f = least_squares(X, y)
    return dict(f=f, grad=f.grad, x0=np.zeros(9), lr=0.5 * bound_of(f.hess(None)), X=X, y=y)


def corners(seed):
    """A network of units with corners that learns."""
    rng = drawn(seed)
    X = rng.normal(size=(30, 2))
    y = np.abs(X[:, 0]) - X[:, 1]

    def parts(p):
        W, v = p[:8].reshape(2, 4), p[8:]
        z = X @ W
        return z, v, np.maximum(z, 0) @ v - y

    def grad(p):
        z, v, r = parts(p)
        return np.concatenate([(X.T @ (np.outer(r, v) * (z > 0))).ravel(), np.maximum(z, 0).T @ r]) * 2 / 30

    x0 = rng.normal(size=12)
    return dict(f=lambda p: (parts(p)[2] ** 2).mean(), grad=grad, x0=x0, lr=0.01, run=gradient_descent(grad, x0, 0.01, 3000))


def noisy_and_far(seed):
    """A noisy gradient far from the minimum, where the slope is larger than the noise."""
    rng = drawn(seed)
    f, L = bowl(rng, 3, 2)
    noise = np.random.default_rng(seed + 2000)
    x0 = f.minimisers[0] + rng.normal(size=2)
    size = 0.02 * np.linalg.norm(f.grad(x0))
    return dict(f=f, grad=lambda x: f.grad(x) + size * noise.normal(size=2), x0=x0, lr=0.2 / L)


HEALTHY = (
    quadratics, long_runs, long_vectors, logistics, regressions, valleys, networks, constrained, noisy, counts, with_memory,
    with_adam, by_tables, in_single_precision, smooth_corners, banana, at_the_minimum, many_answers, corners, noisy_and_far,
)  # fmt: skip
