"""The exercises' problems: what is given, what is true, and which mistakes are known.

Each function draws a problem: without a ``seed`` the one told in its notebook, with a seed the same problem in new numbers.
The truth comes from closed forms, eigenvalues and loops of its own, never from the code that the solutions run.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.questions import Choice, Count, Function, Number


@dataclass(frozen=True)
class Problem:
    """What is ``given``, by name, and the ``questions``, by name; printed, it says what is given."""

    name: str
    given: SimpleNamespace
    questions: dict

    def __str__(self):
        return "\n".join(_line(name, value) for name, value in vars(self.given).items())


def valley(seed=None):
    """The worked example: f(x, y) = a x² + b y² from (1, 1)."""
    rng = np.random.default_rng(seed)
    a, b, lr = (1.0, 10.0, 0.04) if seed is None else _valley(rng)
    low, high = 2 * a, 2 * b
    third = np.array([(1 - lr * low) ** 3, (1 - lr * high) ** 3])
    return Problem("valley", SimpleNamespace(a=a, b=b, lr=lr, lr_large=_round(2.2 / high)), {
        "spectrum": Number(
            truth=np.array([low, high]), any_order=True,
            hint="The Hessian holds the second derivatives. Differentiate a x² twice.",
            mistakes={
                "These are the coefficients of x² and y². The second derivative of a x² is twice a.": np.array([a, b]),
                "These are the factors of the step, 1 − ηλ. The question asks for the λ themselves.": 1 - lr * np.array([low, high]),
            },
        ),
        "bound": _bound(high, low, {"This takes the coefficient b for L. The second derivative of b y² is 2b.": 2 / b}),
        "third": Number(
            truth=third,
            hint="Each coordinate is multiplied by its own factor 1 − ηλ at every step.",
            mistakes={
                "This is the iterate after two steps.": np.array([(1 - lr * low) ** 2, (1 - lr * high) ** 2]),
                "These are the factors of a single step, not what three steps leave.": np.array([1 - lr * low, 1 - lr * high]),
                "The factors belong to the other coordinate: x is the flat direction.": third[::-1],
                "A factor 2 is lost: the derivative of a x² is 2 a x.": np.array([(1 - lr * a) ** 3, (1 - lr * b) ** 3]),
            },
        ),
        "steps": Count(
            truth=_first_below(1 - lr * low, 1e-6),
            hint="The factor of x, raised to the power k, has to fall below 1e-6. Take logarithms.",
            mistakes={
                "That is the count for y, the fast direction. x takes longer.": _first_below(abs(1 - lr * high), 1e-6),
                "That is the count for x below 1e-3: it needs half of the steps.": _first_below(1 - lr * low, 1e-3),
                "A factor 2 is lost: the factor of x is 1 − 2aη.": _first_below(1 - lr * a, 1e-6),
            },
        ),
        "failure": Choice(
            truth="y grows and x settles",
            mistakes={
                "The factor of x at this step is still between 0 and 1.": "both grow",
                "The factor of y is below −1: it changes sign and gains size.": "both settle",
                "That happens on the bound itself, where the factor of y is −1 exactly.": "y flips for ever",
            },
        ),
    })  # fmt: skip


def springs(seed=None):
    """Masses between two walls, E(u) = ½ uᵀKu − pᵀu, with a load on the first mass."""
    rng = np.random.default_rng(seed)
    n, k, load = (5, 1.0, 1.0) if seed is None else (int(rng.integers(4, 9)), _between(rng, 2, 9), _between(rng, 5, 20))
    lam = 2 * k - 2 * k * np.cos(np.arange(1, n + 1) * np.pi / (n + 1))
    K = k * (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1))
    p = load * np.eye(n)[0]
    modes = np.sin(np.outer(np.arange(1, n + 1), np.arange(1, n + 1)) * np.pi / (n + 1))
    error = modes @ p / lam
    low, high = lam[0], lam[-1]
    given = SimpleNamespace(n=n, k=k, load=load, lr_large=_round(2.24 / high))
    return Problem("springs", given, {
        "gradient": Function(
            truth=lambda u: K @ u - p, points=list(rng.normal(size=(4, n))),
            hint="E is a quadratic in u: its gradient is linear in u, with the matrix K, and the load enters once.",
            mistakes={
                "The load has the wrong sign: E contains −pᵀu.": lambda u: K @ u + p,
                "The load is missing: the derivative of −pᵀu is −p.": lambda u: K @ u,
                "A factor ½ too many: the derivative of ½uᵀKu is Ku.": lambda u: K @ u / 2 - p,
                "This is the way downhill, −∇E. The question asks for the gradient.": lambda u: p - K @ u,
            },
        ),
        "spectrum": Number(
            truth=lam, any_order=True,
            hint="K is k times the matrix with 2 on the diagonal and −1 beside it. Its eigenvectors are sine waves pinned at the walls.",
            mistakes={
                "This is the diagonal of K. The springs couple the masses, and that spreads the eigenvalues.": np.full(n, 2 * k),
                "The walls lie n + 1 spacings apart, not n.": 2 * k - 2 * k * np.cos(np.arange(1, n + 1) * np.pi / n),
            },
        ),
        "bound": _bound(high, low, {
            "This takes the diagonal entry 2k for L. L is the largest eigenvalue.": 1 / k,
            "This is 1/(2k): 2/L with the row sum 4k for L, or 1/L with the diagonal 2k, or the best step 2/(μ + L). The bound is longer.": 2 / (4 * k),
        }),
        "condition": _condition(high, low),
        "steps": Count(
            truth=_steps(lam, error, 1 / high, 1e-6),
            hint="Run at η = 1/L and count. The slowest factor, 1 − 1/κ, alone gives a few steps too many: a part of the error dies sooner.",
            mistakes={
                "This is the count for the step 1/(2k), which is 2/(μ + L), or 1/L with the diagonal for L. It is longer than 1/L.": _steps(lam, error, 2 / (low + high), 1e-6),
                "This is κ times 6, with the decimal logarithm. The natural one is needed.": math.ceil(6 * high / low),
            },
        ),
        "failure": Choice(
            truth="grows",
            mistakes={
                "That is what the diagonal promises. L is larger than a diagonal entry, and ηL is above 2.": "settles",
                "An error that flips and keeps its size needs ηL = 2 exactly.": "flips for ever",
                "Crawling comes from factors near 1. Here one of them is below −1.": "crawls",
            },
        ),
        "shape": Choice(
            truth="neighbours in opposite directions",
            mistakes={
                "Moving together stretches the springs least: that is the softest mode, with the smallest eigenvalue.": "all in one direction",
                "The load acts on the first mass alone, but the mode that grows does not know the load.": "only the first mass",
            },
        ),
    })  # fmt: skip


def houses(seed=None):
    """House prices from area (m²) and number of rooms, by least squares, raw and standardised."""
    rng = np.random.default_rng(11 if seed is None else seed)
    n = 40
    area = np.round(rng.uniform(50, 200, n))
    rooms = np.clip(np.round(area / 32 + rng.normal(0, 0.9, n)), 1, 8)
    price = np.round(60 + 2.4 * area + 15 * rooms + rng.normal(0, 25, n))
    ones = np.ones(n)
    X = np.column_stack([ones, area, rooms])
    lam = np.linalg.svd(X, compute_uv=False)[::-1] ** 2 * 2 / n
    low, high = lam[0], lam[-1]
    r = float(np.corrcoef(area, rooms)[0, 1])
    Z = np.column_stack([ones, _standard(area), _standard(rooms)])
    lam_z, V = np.array([2, 2 * (1 - r), 2 * (1 + r)]), np.array([[1, 0, 0], [0, 1, -1], [0, 1, 1]]) / np.sqrt([[1], [2], [2]])
    error = V @ np.linalg.solve(Z.T @ Z, Z.T @ price)
    return Problem("houses", SimpleNamespace(n=n, area=area, rooms=rooms, price=price, lr_large=0.01), {
        "L": Number(
            truth=high,
            hint="The Hessian is (2/n) XᵀX, with a column of ones, the areas and the rooms in X.",
            mistakes={
                "The factor 1/n is lost: the loss is a mean.": n * high,
                "The factor 2 is lost: the square brings it down.": high / 2,
                "This is the largest singular value of X. The Hessian has its square, times 2/n.": math.sqrt(high * n / 2),
            },
        ),
        "bound": _bound(high, low),
        "condition": _condition(high, low, {
            "The column of ones is missing. It hardly changes the largest eigenvalue, but it makes the smallest one much smaller.": _condition_of(area, rooms),
            "This is the condition number of X. That of XᵀX is its square.": math.sqrt(high / low),
        }),
        "condition_standardised": Number(
            truth=(1 + r) / (1 - r),
            hint="After standardising, XᵀX/n holds the correlations: 1 on the diagonal, r beside it, and the ones are by themselves.",
            mistakes={
                "This is upside down: κ is the larger over the smaller.": (1 - r) / (1 + r),
                "This is the condition number of the design matrix. The question asks for that of the Hessian.": math.sqrt((1 + r) / (1 - r)),
                "Here the columns are centred but not yet divided by their standard deviations.": _condition_of(ones, *(column - column.mean() for column in (area, rooms))),
                "Here the columns are divided by their standard deviations but not centred.": _condition_of(ones, *(column / column.std() for column in (area, rooms))),
            },
        ),
        "steps_raw": Number(
            truth=math.log(1e6) * high / low, rtol=0.02,
            hint="At η = 1/L the slowest factor is 1 − 1/κ, and its logarithm is very nearly −1/κ.",
            mistakes={
                "This is κ times 6, with the decimal logarithm. The natural one is needed.": 6 * high / low,
                "This is κ itself: the number of steps that shrinks the error to about a third.": high / low,
                "This is the count for a step near 2/L. The question asks for η = 1/L.": math.log(1e6) * high / low / 2,
            },
        ),
        "steps_standardised": Count(
            truth=_steps(lam_z, error, 1 / lam_z[-1], 1e-6),
            hint="Standardise both columns, keep the ones, take η = 1/L of the new Hessian and count from β = 0.",
            mistakes={
                "This is the count for the step 2/(μ + L), which is longer.": _steps(lam_z, error, 0.5, 1e-6),
                "This is the count to 1e-3 of the error at the start. The question asks for 1e-6.": _steps(lam_z, error, 1 / lam_z[-1], 1e-3),
                "This is κ log 10⁶. The run is quicker: a part of its first error lies in faster directions.": math.ceil(math.log(1e6) * lam_z[-1] / lam_z[1]),
                "Here the prices are centred too. They stay as they are, and the run has to find their mean.": _steps(lam_z, error * [0, 1, 1], 1 / lam_z[-1], 1e-6),
            },
        ),
        "failure": Choice(
            truth="explodes",
            mistakes={
                "No run settles beyond 2/L, and the raw areas make L larger than you would think.": "settles",
                "On the bound the error keeps its size. Here ηL is far above 2.": "flips for ever",
                "It crawls at steps below 2/L. Here ηL is far above 2.": "crawls",
            },
        ),
    })  # fmt: skip


def rod(seed=None):
    """Heat in a rod, −u″ = g, on grids of n interior points."""
    rng = np.random.default_rng(seed)
    n = np.array([7, 15, 31, 63]) if seed is None else int(rng.integers(4, 9)) * 2 ** np.arange(1, 5) - 1
    h = 1 / (n + 1)
    low, high = 4 / h**2 * np.sin(np.pi * h / 2) ** 2, 4 / h**2 * np.cos(np.pi * h / 2) ** 2
    steps = np.array([_rod_steps(m) for m in n])
    naive = np.array([4 * m**2 * np.cos(np.pi / (2 * m)) ** 2 for m in n])
    i, gap = np.arange(1, n[0] + 1), h[0]
    coarse = 4 / gap**2 * np.sin(i * np.pi * gap / 2) ** 2
    return Problem("rod", SimpleNamespace(n=n, lr_large=_round(1.05 * 2 / high[1])), {
        "spectrum": Number(
            truth=coarse, any_order=True,
            hint="The eigenvectors are sine waves that vanish at both ends: put sin(iπx) into the matrix.",
            mistakes={
                "This is the diagonal of the matrix. The neighbours spread the eigenvalues.": np.full(n[0], 2 / gap**2),
                "The factor 1/h² of the matrix is lost.": coarse * gap**2,
                "This takes h = 1/n. With n interior points and two ends there are n + 1 gaps.": 4 * n[0] ** 2 * np.sin(i * np.pi / (2 * n[0])) ** 2,
                "These are i²π², the values of the rod itself. Those of the grid fall behind for the short waves.": (i * np.pi) ** 2,
            },
        ),
        "condition": Number(
            truth=high / low,
            hint="κ is the largest eigenvalue over the smallest. Which number of half-waves gives which, on each grid?",
            mistakes={
                "This is upside down: κ is the larger over the smaller.": low / high,
                "This takes h = 1/n. With n interior points and two ends there are n + 1 gaps.": 1 / np.tan(np.pi / (2 * n)) ** 2,
                "This is the largest eigenvalue itself, as if the smallest were 1.": high,
            },
        ),
        "bound": Number(
            truth=2 / high, rtol=0.003,
            hint="The matrix carries 1/h², and so does its largest eigenvalue.",
            mistakes={
                "This is 1/L, a cautious step; the factor 1 − ηL reaches −1 only later.": 1 / high,
                "The factor 1/h² of the matrix is lost.": 2 / (high * h**2),
                "This takes the smallest eigenvalue. The largest decides.": 2 / low,
                "This takes the diagonal 2/h² for L. L is nearly twice that.": h**2,
                "This takes 4/h² for L. L is a little smaller, and on a coarse grid it shows.": h**2 / 2,
                "This takes h = 1/n. With n interior points and two ends there are n + 1 gaps.": 2 / naive,
            },
        ),
        "steps": Number(
            truth=steps, rtol=0.0, atol=1.0,
            hint="At η = 1/L and from u = 0, count until the error is at most 1e-6 of what it was. See that the budget was large enough.",
            mistakes={
                "These are the counts for the step 2/(μ + L), which is longer.": np.array([_rod_steps(m, best=True) for m in n]),
                "This is κ log 10⁶, a few too many: −log(1 − 1/κ) is a little more than 1/κ.": math.log(1e6) * high / low,
                "These are the counts to 1e-3 of the error at the start. The question asks for 1e-6.": np.array([_rod_steps(m, eps=1e-3) for m in n]),
            },
        ),
        "growth": Number(
            truth=4.0, rtol=0.15,
            hint="Divide each count by the one before it.",
            mistakes={
                "κ grows as 1/h², not as 1/h: look at two neighbours in the list.": 2.0,
                "That would be 1/h³. Look at two neighbours in the list.": 8.0,
                "The finer grid is not free: look at two neighbours in the list.": 1.0,
            },
        ),
        "failure": Choice(
            truth="a sawtooth grows",
            mistakes={
                "The longest wave belongs to the smallest eigenvalue, whose factor is still just below 1.": "a smooth bump grows",
                "That is so on the next coarser grid. Here ηL is above 2.": "the temperature settles",
                "It crawls at steps below the bound. Here ηL is above 2.": "the temperature crawls",
            },
        ),
    })  # fmt: skip


def doses(seed=None):
    """Whether a side effect shows: logistic regression of a yes or no on the dose."""
    X, y = _doses(seed)
    n = len(y)
    spread = np.linalg.svd(X, compute_uv=False)[0] ** 2
    L = spread / (4 * n)
    best = _newton(lambda w: X.T @ (_sigmoid(X @ w) - y) / n, lambda w: _logistic_hessian(X, w), np.zeros(2))
    there = np.linalg.eigvalsh(_logistic_hessian(X, best))[-1]
    rng = np.random.default_rng(seed)
    return Problem("doses", SimpleNamespace(dose=X[:, 1], y=y, lr_large=_round(3 / there)), {
        "gradient": Function(
            truth=lambda w: X.T @ (_sigmoid(X @ w) - y) / n, points=list(rng.normal(size=(4, 2))),
            hint="Differentiate log(1 + eᵗ) − yt by t for one patient, then t = xᵀw by w. The loss is the mean over the patients.",
            mistakes={
                "The sign is turned: the residual is σ(xᵀw) − y.": lambda w: X.T @ (y - _sigmoid(X @ w)) / n,
                "The factor 1/n is lost: the loss is a mean.": lambda w: X.T @ (_sigmoid(X @ w) - y),
                "The sigmoid is missing: this is the gradient of a linear model.": lambda w: X.T @ (X @ w - y) / n,
            },
        ),
        "L": Number(
            truth=L,
            hint="The Hessian is XᵀDX/n with D diagonal and entries σ(1 − σ). What is the largest value of σ(1 − σ)?",
            mistakes={
                "The largest value of σ(1 − σ) is lost: it is ¼, at σ = ½.": 4 * L,
                "The factor 1/n is lost: the loss is a mean.": n * L,
                "The largest value of σ(1 − σ) is ¼, not ½.": 2 * L,
                "This is the curvature at the minimiser. It is larger elsewhere, and a safe step must suit every point.": there,
            },
        ),
        "bound": _bound(L, None, {
            "This is the bound from the curvature at the minimiser. On the way there it may be too long.": 2 / there,
            "The ¼ is lost, and the bound is four times too small: safe, but needlessly slow.": 2 / (4 * L),
            "The factor 1/n is lost.": 2 / (n * L),
        }),
        "steps": Count(
            truth=_iterations(lambda w: w - X.T @ (_sigmoid(X @ w) - y) / (n * L), np.zeros(2),
                              lambda w: np.linalg.norm(X.T @ (_sigmoid(X @ w) - y)) < 1e-4 * n),
            hint="η = 1/L, from w = 0, until ‖∇f‖ < 1e-4. Is your L the bound for all w?",
            mistakes={
                "This is the count to ‖∇f‖ < 1e-2.": _iterations(
                    lambda w: w - X.T @ (_sigmoid(X @ w) - y) / (n * L), np.zeros(2),
                    lambda w: np.linalg.norm(X.T @ (_sigmoid(X @ w) - y)) < 1e-2 * n),
                "This is the count at η = 2/L, twice the step that was asked for.": _iterations(
                    lambda w: w - 2 * X.T @ (_sigmoid(X @ w) - y) / (n * L), np.zeros(2),
                    lambda w: np.linalg.norm(X.T @ (_sigmoid(X @ w) - y)) < 1e-4 * n),
            },
        ),
        "failure": Choice(
            truth="bounces for ever",
            mistakes={
                "A quadratic would. Here no step can be longer than η times the mean of ‖x‖, and far out the gradient leads back.": "explodes",
                "At this step the minimiser itself repels: its curvature times η is above 2.": "settles",
                "It crawls when steps are short. These are long.": "crawls",
            },
        ),
    })  # fmt: skip


def photons(seed=None):
    """Photon counts through a filter: a Poisson likelihood with the log link."""
    x, y = _photons(seed)
    X, n = np.column_stack([np.ones(len(x)), x]), len(x)
    grad, hess = lambda b: X.T @ (np.exp(X @ b) - y) / n, lambda b: (X.T * np.exp(X @ b)) @ X / n
    flat, poor = np.array([math.log(y.mean()), 0.0]), np.array([8.0, 0.0])
    best = _newton(grad, hess, flat)
    (low, high), worst = np.linalg.eigvalsh(hess(best)), np.linalg.eigvalsh(hess(poor))[-1]
    thrown = np.linalg.norm(poor - grad(poor) / high - best)
    rng = np.random.default_rng(seed)
    return Problem("photons", SimpleNamespace(x=x, y=y, good=flat, poor=poor), {
        "gradient": Function(
            truth=grad, points=list(rng.normal(size=(4, 2))),
            hint="Differentiate exp(xᵀβ) − y xᵀβ for one count, then take the mean.",
            mistakes={
                "The sign is turned: f is minus the log-likelihood.": lambda b: -grad(b),
                "The factor 1/n is lost: f is a mean.": lambda b: n * grad(b),
                "The exponential is missing: the rate is exp(xᵀβ), not xᵀβ.": lambda b: X.T @ (X @ b - y) / n,
            },
        ),
        "L": Number(
            truth=high,
            hint="Differentiate the gradient once more; what does each count weigh in the Hessian? Then put in the minimiser.",
            mistakes={
                "This is the curvature at the poor start. The question asks for that at the minimiser.": worst,
                "This is the smallest eigenvalue. The largest limits the step.": low,
                "The factor 1/n is lost: f is a mean.": n * high,
            },
        ),
        "bound": _bound(high, low),
        "steps": Count(
            truth=_iterations(lambda b: b - grad(b) / high, flat, lambda b: np.linalg.norm(grad(b)) < 1e-8),
            hint="η = 1/L with L at the minimiser, from the good start, until ‖∇f‖ < 1e-8.",
            mistakes={
                "This is the count to ‖∇f‖ < 1e-4.": _iterations(
                    lambda b: b - grad(b) / high, flat, lambda b: np.linalg.norm(grad(b)) < 1e-4),
                "This is the count at half the step.": _iterations(
                    lambda b: b - grad(b) / (2 * high), flat, lambda b: np.linalg.norm(grad(b)) < 1e-8),
            },
        ),
        "thrown": Number(
            truth=thrown, rtol=2e-4,
            hint="Make one step from the poor start with the same η = 1/L, and measure the distance to the minimiser.",
            mistakes={
                "This is the distance of the poor start itself, before the step.": np.linalg.norm(poor - best),
                "This is where half the step lands: η is 1/L, with L at the minimiser.": np.linalg.norm(poor - grad(poor) / high / 2 - best),
                "The factor 1/n is lost: f is a mean.": np.linalg.norm(poor - n * grad(poor) / high - best),
            },
        ),
        "start_bound": Number(
            truth=2 / worst,
            hint="The same formula, with the Hessian at the poor start.",
            mistakes={
                "This is 1/L, a cautious step; the factor 1 − ηL reaches −1 only later.": 1 / worst,
                "This is the bound at the minimiser. The curvature at the poor start is another.": 2 / high,
                "The factor 1/n is lost: f is a mean.": 2 / (n * worst),
            },
        ),
        "failure": Choice(
            truth="is thrown far off",
            mistakes={
                "That is what the curvature at the minimiser promises. The run does not start there.": "settles as before",
                "It would if the step were short. The gradient at the poor start is huge.": "crawls from the first step",
                "On the bound the error keeps its size. Here ηL at the start is far above 2.": "flips for ever",
            },
        ),
    })  # fmt: skip


def molecule(seed=None):
    """Two atoms that attract and repel, V(r) = 4ε((σ/r)¹² − (σ/r)⁶)."""
    rng = np.random.default_rng(seed)
    eps, sigma = (1.0, 1.0) if seed is None else (_between(rng, 1.2, 5), _between(rng, 1.2, 4))
    rest, L = 2 ** (1 / 6) * sigma, 72 * eps / (2 ** (1 / 3) * sigma**2)
    slope = lambda r: 4 * eps * (6 * sigma**6 / r**7 - 12 * sigma**12 / r**13)
    bend = lambda r: 4 * eps * (156 * sigma**12 / r**14 - 42 * sigma**6 / r**8)
    start, lr, close = round(1.2 * sigma, 6), 0.5 / L, round(0.85 * sigma, 6)
    near = lambda accuracy: lambda r: abs(r - rest) <= accuracy * sigma
    given = SimpleNamespace(epsilon=eps, sigma=sigma, start=start, close=close)
    return Problem("molecule", given, {
        "slope": Function(
            truth=slope, points=list(sigma * np.array([0.95, 1.1, 1.3, 2.0])),
            hint="Differentiate r⁻¹² and r⁻⁶ term by term, and keep the factor 4ε and the powers of σ.",
            mistakes={
                "This is the force, −V′. The question asks for the derivative itself.": lambda r: -slope(r),
                "The factor 4 is lost.": lambda r: slope(r) / 4,
                "The sign of the attraction is turned: V contains −(σ/r)⁶.": lambda r: -4 * eps * (
                    6 * sigma**6 / r**7 + 12 * sigma**12 / r**13),
            },
        ),
        "rest": Number(
            truth=rest, rtol=1e-3,
            hint="Set V′(r) = 0 and solve for (r/σ)⁶.",
            mistakes={
                "At r = σ the energy is zero, but not its slope.": sigma,
                "This is 2^(1/3) σ: the power of r left over is 6, not 3.": 2 ** (1 / 3) * sigma,
                "This is the inflection point, where V″ = 0.": (26 / 7) ** (1 / 6) * sigma,
            },
        ),
        "curvature": Number(
            truth=L,
            hint="Differentiate twice, then put in the distance of rest.",
            mistakes={
                "The factor 4 is lost.": L / 4,
                "This is V″ at r = σ, not at the distance of rest.": bend(sigma),
                "The second term has lost its minus sign.": 4 * eps * (156 * sigma**12 / rest**14 + 42 * sigma**6 / rest**8),
            },
        ),
        "bound": _bound(L, None, {
            "This takes V″ at r = σ. Near the distance of rest the curvature is smaller.": 2 / bend(sigma),
        }),
        "inflection": Number(
            truth=(26 / 7) ** (1 / 6) * sigma, rtol=1e-3,
            hint="Set V″(r) = 0 and solve for (r/σ)⁶.",
            mistakes={
                "This is the distance of rest, where V′ = 0.": rest,
                "The exponent grows with each derivative: the factors are 12 · 13 and 6 · 7, not 12² and 6².": 4 ** (1 / 6) * sigma,
                "The exponents grow in size: the factors are 12 · 13 and 6 · 7, not 12 · 11 and 6 · 5, which agree at the distance of rest alone.":
                    (132 / 30) ** (1 / 6) * sigma,
                "At r = σ the energy is zero, but not its second derivative.": sigma,
            },
        ),
        "steps": Count(
            truth=_iterations(lambda r: r - lr * slope(r), start, near(1e-6)),
            hint="η is half of 1/L, the start is 1.2 σ, and the run is over when |r − r*| ≤ 1e-6 σ.",
            mistakes={
                "This is the count at η = 1/L, twice the step that was asked for.": _iterations(
                    lambda r: r - 2 * lr * slope(r), start, near(1e-6)),
                "This is the count to 1e-3 σ.": _iterations(lambda r: r - lr * slope(r), start, near(1e-3)),
            },
        ),
        "failure": Choice(
            truth="flies apart and then crawls",
            mistakes={
                "The step is safe near the distance of rest. At the close start the curvature is many times larger.": "settles",
                "A quadratic would swing back and forth. This energy is flat far out, and hardly anything calls the atom back.": "swings with growing size",
                "For that the step would have to land at the mirror image of the start. It lands much farther out.": "flips for ever",
            },
        ),
    })  # fmt: skip


def network(seed=None):
    """One hidden unit, f(a, b) = ½(ab − c)²."""
    rng = np.random.default_rng(seed)
    c = 1.0 if seed is None else _between(rng, 1.5, 4)
    root = math.sqrt(c)
    lr, start = _round(0.05 / c), np.round([2.5 * root, 0.2 * root], 4)
    grad = lambda p: (p[0] * p[1] - c) * np.array([p[1], p[0]])
    fitted = lambda eps: lambda p: abs(p[0] * p[1] - c) <= eps
    given = SimpleNamespace(c=c, lr=lr, start=start, lr_large=_round(1.1 / c))
    return Problem("network", given, {
        "gradient": Function(
            truth=grad, points=list(rng.normal(size=(4, 2)) + 1),
            hint="The outer derivative is the residual ab − c. Then differentiate ab by a and by b.",
            mistakes={
                "The two entries are exchanged: the derivative of ab by a is b.": lambda p: grad(p)[::-1],
                "The residual has the wrong sign: it is ab − c.": lambda p: -grad(p),
                "A factor 2 too many: the ½ takes it away.": lambda p: 2 * grad(p),
                "The residual is missing.": lambda p: np.array([p[1], p[0]]),
            },
        ),
        "spectrum": Number(
            truth=np.array([0.0, 2 * c]), any_order=True, atol=0.01 * c,
            hint="Where ab = c the Hessian is the outer product of (b, a) with itself.",
            mistakes={
                "This is the diagonal of the Hessian. The entry beside it is not zero.": np.array([c, c]),
                "This is the Hessian at (0, 0), the saddle.": np.array([-c, c]),
                "A factor 2 is lost: L is a² + b², and both are equal here.": np.array([0, c]),
            },
        ),
        "bound": _bound(2 * c, None, {"This takes the diagonal entry for L. The largest eigenvalue is a² + b².": 2 / c}),
        "steps": Count(
            truth=_iterations(lambda p: p - lr * grad(p), start, fitted(1e-6)),
            hint="Run from the given start at the given step until |ab − c| ≤ 1e-6.",
            mistakes={
                "This is the count to 1e-3.": _iterations(lambda p: p - lr * grad(p), start, fitted(1e-3)),
                "This is the count at twice the step.": _iterations(lambda p: p - 2 * lr * grad(p), start, fitted(1e-6)),
                "This is the count at half the step.": _iterations(lambda p: p - lr / 2 * grad(p), start, fitted(1e-6)),
            },
        ),
        "limit": Number(
            truth=np.zeros(2), atol=1e-3,
            hint="From (√c, −√c), what does one step do to the sum a + b?",
            mistakes={
                "That is a minimum. From (√c, −√c) symmetry keeps a = −b, and no minimum has that.": np.array([root, root]),
                "That is a minimum too. Symmetry keeps a = −b on the whole run.": np.array([-root, -root]),
                "That is the start, and the gradient does not vanish there.": np.array([root, -root]),
            },
        ),
        "failure": Choice(
            truth="jumps between two points",
            mistakes={
                "A quadratic would. Here the slope grows less towards the saddle than the curvature at the minimum suggests, and the run is caught.": "explodes",
                "The step is above 2/L, and the minimum repels whatever comes near.": "settles at the minimum",
                "The saddle attracts only from the line a = −b.": "ends at the saddle",
            },
        ),
    })  # fmt: skip


def quartic(seed=None):
    """Check problem A: f(x) = x⁴, where the practised formula promises too much."""
    rng = np.random.default_rng(seed)
    x0, lr, k = (1.5, 0.05, 10_000) if seed is None else _quartic(rng)
    step = lambda x: x - lr * 4 * x**3
    left = x0
    for _ in range(k):
        left = step(left)
    near, nearer = round(0.01 * x0, 6), 0.1 * x0
    given = SimpleNamespace(x0=x0, lr=lr, k=k, near=near, lr_large=_round(1.1 / (2 * x0**2)))
    return Problem("quartic", given, {
        "hessian": Number(
            truth=0.0, atol=1e-3,
            hint="Differentiate x⁴ twice and put in the minimiser.",
            mistakes={
                "This is f″ at the start. The question asks for that at the minimiser.": 12 * x0**2,
                "This is f″ at x = 1.": 12.0,
                "This is the second derivative of x². That of x⁴ is 12x².": 2.0,
            },
        ),
        "promise": Choice(
            truth="any step",
            mistakes={
                "That would be so if L were infinite. It is 0, and 2/L is infinite.": "no step",
                "For this 2/L would have to be finite. L at the minimiser is 0.": "steps below 1",
            },
        ),
        "bound": Number(
            truth=1 / (2 * x0**2),
            hint="One step multiplies x by 1 − 4ηx². For which η is this above −1 at the start, and does it stay so?",
            mistakes={
                "That is what 2/L promises with the curvature 0 of the minimum. From this start a long step explodes.": math.inf,
                "The formula 2/L with L = f″(x₀): it assumes that f is a quadratic with this curvature everywhere.": 2 / (12 * x0**2),
                "At this step the factor 1 − 4ηx² is 0 and the first step lands on the minimum. It may be twice as long.": 1 / (4 * x0**2),
                "The factor is 1 − 4ηx²: the start enters squared, with a 4.": 1 / (2 * x0),
            },
        ),
        "left": Number(
            truth=left, rtol=0.02,
            hint="With x² = s, one step changes 1/s by about 8η. So after k steps …",
            mistakes={
                "The square root is missing: 1/(8ηk) is x², not x.": 1 / (8 * lr * k),
                "A factor 2 is lost: the change of 1/x² is 8η a step, not 4η.": 1 / math.sqrt(4 * lr * k),
                "That is what a rate as good as the first factor would leave. It assumes linear convergence, and the factor goes to 1 as x goes to 0.": 0.0,
            },
        ),
        "steps": Number(
            truth=_iterations(step, x0, lambda x: abs(x) <= near), rtol=0.01, atol=1.0,
            hint="Solve 1/√(8ηk) = the accuracy for k, or run and count.",
            mistakes={
                "This continues the first factor geometrically. The factor is no constant: it goes to 1 as x goes to 0.":
                    _first_below(abs(1 - 4 * lr * x0**2), 0.01),
                "This is the count to a tenth of the start. The question asks for a hundredth.": _iterations(step, x0, lambda x: abs(x) <= nearer),
                "A factor 2 is lost: the change of 1/x² is 8η a step, not 4η.": 1 / (4 * lr * near**2),
            },
        ),
        "assumption": Choice(
            truth="the curvature at the minimum is positive",
            mistakes={
                "x⁴ is convex: f″ = 12x² is nowhere negative.": "the function is convex",
                "x⁴ has derivatives of every order. No L bounds its curvature everywhere, but that is not what fails at the minimum.": "the function is smooth",
                "It has one minimiser, x = 0.": "the minimiser is unique",
            },
        ),
        "failure": Choice(
            truth="explodes",
            mistakes={
                "That is what 2/L at the minimum promises. At the start the factor 1 − 4ηx² is below −1.": "settles slowly",
                "That needs a factor of −1 exactly. Here it is below −1 at the start.": "flips for ever",
                "A linear rate needs a positive curvature at the minimum, and a stable step.": "settles at a linear rate",
            },
        ),
    })  # fmt: skip


def coupled(seed=None):
    """Check problem B: f = ½xᵀHx with positive diagonal entries and a negative eigenvalue."""
    rng = np.random.default_rng(seed)
    up, down, axis, lr = (4.0, -1.0, np.array([0.6, 0.8]), 0.25) if seed is None else _saddle(rng)
    other = np.array([-axis[1], axis[0]])
    H = up * np.outer(axis, axis) + down * np.outer(other, other)
    trace, growth = np.trace(H), 1 - lr * down
    return Problem("coupled", SimpleNamespace(H=H, lr=lr, nudge=1e-6), {
        "spectrum": Number(
            truth=np.array([down, up]), any_order=True,
            hint="The trace is the sum of the eigenvalues and the determinant is their product.",
            mistakes={
                "This is the diagonal. It holds the eigenvalues only when nothing stands beside it.": np.diag(H),
                "The signs are lost: the determinant of H is negative, so the eigenvalues differ in sign.": np.array([-down, up]),
                "These have the right sum, but not the determinant as their product.": np.array([0.0, trace]),
            },
        ),
        "bound": Choice(
            truth="no step at all",
            mistakes={
                "This is 2/L with L the largest eigenvalue. It assumes that there is no negative one.": "every step below 2/L",
                "The diagonal is not the spectrum: the negative eigenvalue hides beside it.": "every step below 2 over the largest diagonal entry",
                "A shorter step only makes 1 + η|λ| smaller, but never as small as 1.": "every short enough step",
            },
        ),
        "growth": Number(
            truth=growth,
            hint="The factor is 1 − ηλ, also for a negative λ.",
            mistakes={
                "The sign of λ is lost: 1 − ηλ with a negative λ is more than 1.": 1 + lr * down,
                "This is the factor of the positive eigenvalue.": 1 - lr * up,
            },
        ),
        "stable_axis": Number(
            truth=axis,
            hint="Find the direction v with Hv = λv and λ positive, and scale it to length 1 with a positive first entry.",
            mistakes={
                "This is the axis that grows, the eigenvector of the negative eigenvalue.": other * np.sign(other[0]),
                "The length is not 1: divide by it.": axis / axis[0],
                "This is a coordinate axis. H couples the coordinates.": np.array([1.0, 0.0]),
            },
        ),
        "steps": Count(
            truth=math.ceil(math.log(1e6) / math.log(growth)),
            hint="The nudge is multiplied by the growth factor at every step. How often until it is 1?",
            mistakes={
                "This takes the decimal logarithm of one and the natural of the other.": math.ceil(6 / math.log(growth)),
                "This is the count to 1e-3.": math.ceil(math.log(1e3) / math.log(growth)),
                "This takes η|λ| for the logarithm of the growth factor; the growth a step is a little less.": math.ceil(
                    math.log(1e6) / (-lr * down)),
            },
        ),
        "failure": Choice(
            truth="approaches the saddle and then leaves",
            mistakes={
                "On the stable axis exactly it would. The nudge is multiplied by more than 1 at every step.": "settles at the saddle",
                "The large part shrinks at first: it takes the nudge many steps to show.": "leaves at once",
                "f has no minimum: along the other axis it falls for ever.": "settles at a minimum",
            },
        ),
        "assumption": Choice(
            truth="all eigenvalues are positive",
            mistakes={
                "H is symmetric: its two entries beside the diagonal are equal.": "the hessian is symmetric",
                "It is a quadratic, with the same Hessian everywhere.": "the function is quadratic",
                "The diagonal entries are positive, and that was not enough.": "the diagonal is positive",
            },
        ),
    })  # fmt: skip


def _bound(L, mu, mistakes=None):
    """The question for the largest stable step, with the mistakes that are possible everywhere."""
    general = {"This is 1/L, a cautious step; the factor 1 − ηL reaches −1 only later.": 1 / L}
    flattest = {"This takes the smallest eigenvalue. The largest decides.": 2 / mu} if mu else {}
    hint = "The bound is the step at which the factor 1 − ηL of the steepest direction reaches −1."
    return Number(truth=2 / L, hint=hint, mistakes=general | flattest | (mistakes or {}))


def _condition(L, mu, mistakes=None):
    general = {"This is upside down: κ is the larger over the smaller.": mu / L}
    hint = "κ is the largest eigenvalue over the smallest."
    return Number(truth=L / mu, hint=hint, mistakes=general | (mistakes or {}))


def _first_below(factor, eps):
    """The first k with factor^k < eps."""
    return math.floor(math.log(eps) / math.log(factor)) + 1


def _steps(lam, error, lr, eps):
    """The first k at which the error, given by its components along the eigenvectors, has shrunk to eps of itself."""
    size = lambda k: np.linalg.norm((1 - lr * lam) ** k * error)
    return bisect_left(range(10**9), True, key=lambda k: size(k) <= eps * size(0))


def _iterations(step, x, done):
    """How many steps it takes until ``done``."""
    k = 0
    while not done(x):
        x, k = step(x), k + 1
    return k


def _newton(grad, hess, x):
    for _ in range(50):
        x = x - np.linalg.solve(hess(x), grad(x))
    return x


def _rod_steps(n, eps=1e-6, best=False):
    """Steps on the rod's grid from u = 0 under uniform heating, whose error is u* itself: n numbers in the sine modes."""
    i, h = np.arange(1, n + 1), 1 / (n + 1)
    lam = 4 / h**2 * np.sin(i * np.pi * h / 2) ** 2
    error = np.where(i % 2, 1 / np.tan(i * np.pi * h / 2), 0) / lam
    return _steps(lam, error, 2 / (lam[0] + lam[-1]) if best else 1 / lam[-1], eps)


def _standard(column):
    return (column - column.mean()) / column.std()


def _condition_of(*columns):
    """The condition number of XᵀX, for the X with these columns."""
    return float(np.linalg.cond(np.column_stack(columns)) ** 2)


def _sigmoid(t):
    return 1 / (1 + np.exp(-t))


def _logistic_hessian(X, w):
    s = _sigmoid(X @ w)
    return (X.T * (s * (1 - s))) @ X / len(X)


def _doses(seed):
    """Twelve doses in mg and whether a side effect showed; the answers overlap, so that the fit is finite."""
    if seed is None:
        dose, y = np.array([1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 9.0]), np.array([0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1.0])
    else:
        rng = np.random.default_rng(seed)
        dose = np.sort(rng.uniform(1, 9, 12).round(1))
        y = np.where(dose > 5, 1.0, 0.0)
        y[[3, 4, 7, 8]] = rng.permutation([0, 1, 0, 1.0])
        y[[3, 8]] = 1.0, 0.0
    return np.column_stack([np.ones(12), dose]), y


def _photons(seed):
    """Counts at ten filter settings, with a rate that grows from left to right."""
    x = np.array([-1, -0.8, -0.5, -0.3, 0, 0.1, 0.4, 0.6, 0.8, 1.0])
    if seed is None:
        return x, np.array([0, 1, 0, 2, 1, 3, 2, 5, 6, 7.0])
    rng = np.random.default_rng(seed)
    y = rng.poisson(np.exp(rng.uniform(0.5, 1) + rng.uniform(0.8, 1.2) * x)).astype(float)
    return x, y + np.array([0, 0, 1, 0, 0, 0, 0, 1, 0, 2])


def _valley(rng):
    a, b = _between(rng, 0.5, 2), _between(rng, 6, 15)
    return a, b, _round(_between(rng, 0.15, 0.45) / b)


def _quartic(rng):
    x0 = _between(rng, 1.3, 3)
    return x0, _round(_between(rng, 0.1, 0.2) / x0**2), 1000 * int(rng.integers(5, 15))


def _saddle(rng):
    angle = rng.uniform(0.45, 0.65) * math.pi / 2
    ratio = _between(rng, 5, 9)
    down = _between(rng, 0.5, 1)
    return ratio * down, -down, np.array([math.cos(angle), math.sin(angle)]), _round(1 / (ratio * down))


def _between(rng, low, high):
    return round(float(rng.uniform(low, high)), 2)


def _round(value):
    return float(f"{value:.2g}")


def _line(name, value):
    start = f"{name} = "
    text = np.array2string(value, separator=", ", prefix=start) if isinstance(value, np.ndarray) else str(value)
    return start + text
