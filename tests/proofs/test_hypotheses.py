"""No hypothesis of these claims is idle: an example for which the conclusion holds with it and fails without it."""

from itertools import permutations

import numpy as np
import pytest
from claims import ledger
from numpy.linalg import norm
from pages import CHAPTERS, ROOT

from gdtools import adam, double_well, gradient_descent, momentum, projected_gradient, quadratic

LABELS = {claim["label"] for page in CHAPTERS for claim in ledger(ROOT, page)}
CASES = []


def needs(label, hypothesis, kept, dropped):
    """Registers a conclusion of a claim, as a function of what a hypothesis is about: as it asks for, and otherwise."""

    def register(holds):
        CASES.append(pytest.param(label, holds, kept, dropped, id=f"{label}: {hypothesis}"))
        return holds

    return register


def points(grad, start, lr, n_steps):
    return gradient_descent(grad, start, lr, n_steps, tol=0).hist


def line(x):
    return x


def shrinks(errors, rate):
    return (errors[1:] <= rate * errors[:-1] * (1 + 1e-9)).all()


# The negative gradient


@needs("steepest-direction", "the length of d is Euclid's", 2, 1)
def no_direction_of_length_1_is_steeper(order):
    g, other = np.array([2.0, 1.0]), np.array([-1.0, 0.0])  # whose length is 1 in both
    return g @ (-g / norm(g, order)) <= g @ other


@needs("first-order-promise", "the gradient is Lipschitz", lambda t: t**2 / 2, lambda t: abs(t) ** 1.5)
def the_gap_is_at_most_half_the_square(bend):  # of x + bend(x) at 0
    eta = np.geomspace(1e-6, 1e-2, 9)
    return (bend(-eta) <= eta**2 / 2 * (1 + 1e-9)).all()


@needs("what-a-short-gradient-says", "the curvature is at least μ everywhere, not only at the minimum", line, np.tanh)
def the_gradient_bounds_the_distance(grad):
    x = np.array([0.1, 1.0, 5.0])
    return (x <= grad(x)).all()


@needs("best-difference", "the third derivative is bounded", lambda t: t**3 / 6, lambda t: np.sign(t) * abs(t) ** 2.5)
def the_central_difference_is_off_by_the_square(f):  # whose slope at 0 is 0
    h = 1e-3
    return (f(h) - f(-h)) / (2 * h) <= h**2 / 6 * (1 + 1e-9)


@needs("one-sided-difference", "the second derivative is bounded", lambda t: t**2 / 2, lambda t: abs(t) ** 1.5)
def the_one_sided_difference_is_off_by_h(f):
    h = 1e-3
    return (f(h) - f(0)) / h <= h / 2 * (1 + 1e-9)


# The step size


@needs("step-bound", "the step is below 2/L", 1.99, 2.01)
def descent_converges(lr):
    return abs(points(line, 1.0, lr, 2000)[-1]) < 1e-3


@needs("step-bound", "all eigenvalues are positive", 0.1, -0.1)
def descent_converges_from_everywhere(eigenvalue):
    return norm(points(lambda x: np.array([1, eigenvalue]) * x, np.ones(2), 1, 200)[-1]) < 1e-6


@needs("step-bound", "the matrix is symmetric", 0, 5)
def the_error_shrinks_at_each_step(beside_the_diagonal):
    A = np.array([[1, beside_the_diagonal], [0, 3]])
    return shrinks(norm(points(lambda x: A @ x, np.array([0.0, 1.0]), 0.5, 5), axis=1), 0.5)


@needs("guaranteed-decrease", "L bounds the curvature on the whole segment, not only at its start", 1, np.exp(-5))
def the_step_1_over_L_goes_down_as_promised(L):
    x, g = -5.0, np.exp(-5) - 1  # of eˣ − x
    after = x - g / L
    return np.exp(x) - x - (np.exp(after) - after) >= g**2 / (2 * L)


@needs("rate-off-quadratics", "the curvature is at least μ all the way, not only at the minimum", line, np.tanh)
def each_step_leaves_at_most_the_rate(grad):
    return shrinks(points(grad, 3.0, 0.5, 20), 0.5)


# Conditioning


@needs("loss-without-kappa", "the step is 1/L", 1, 1.9)
def the_loss_does_not_wait(lr):
    return points(line, 1.0, lr, 5)[-1] ** 2 / 2 <= 1 / (4 * 5 + 2)


@needs("kappa-from-units", "the matrix is positive definite", 0.05, 10)
def the_diagonal_is_a_lower_bound(beside_the_diagonal):
    return np.linalg.cond([[1, beside_the_diagonal], [beside_the_diagonal, 0.01]]) >= 100


@needs("chebyshev-steps", "the eigenvalue lies between μ and L", 1, 0.1)
def four_steps_leave_what_they_promise(eigenvalue):
    mu, L, q = 1, 9, 1 / 2
    lrs = 1 / ((L + mu) / 2 + (L - mu) / 2 * np.cos(np.array([1, 3, 5, 7]) * np.pi / 8))
    return abs(np.prod(1 - lrs * eigenvalue)) <= 2 * q**4 / (1 + q**8) * (1 + 1e-9)


# Non-convexity


@needs("no-traps-when-convex", "f is convex", lambda x: x**4 / 4, double_well())
def the_run_ends_where_f_is_lowest(f):
    end = points(getattr(f, "grad", lambda x: x**3), 0.4, 0.03, 500)[-1]
    return f(end) <= f(np.linspace(-3, 3, 601)).min() + 0.01


@needs("worst-convex-function", "f is convex", (line, lambda x: x**2 / 2), (np.sin, lambda x: 1 - np.cos(x)))
def the_excess_falls_like_1_over_k(function):
    (grad, f), start = function, np.pi - 1e-6
    return f(points(grad, start, 1, 10)[-1]) <= start**2 / (4 * 10 + 2)


@needs("gradients-tend-to-zero", "f is bounded below", lambda x: x / np.hypot(1, x), np.ones_like)
def the_gradients_tend_to_zero(grad):
    return abs(grad(points(grad, 5.0, 0.5, 500)[-1])) < 1e-6


@needs(
    "steep-where-high",
    "½‖∇f‖² is at least μ times the excess",
    (line, lambda x: x**2 / 2),
    (lambda x: x**3, lambda x: x**4 / 4),
)
def each_step_leaves_at_most_that_part(function):
    (grad, f), mu, L, lr = function, 1, 3, 0.1  # both are 3-smooth where the run goes
    return shrinks(f(points(grad, 0.5, lr, 20)), 1 - lr * mu * (2 - lr * L))


@needs("attract-or-repel", "ηf″ is below 1", 0.9, 1.1)
def no_run_jumps_over_the_minimum(lr):
    return (points(line, 1.0, lr, 20) > 0).all()


@needs("nudge-escapes", "the nudge has a part along v", 1e-6, 0)
def a_nudge_escapes(along):
    return norm(points(lambda x: np.array([1, -1]) * x, np.array([1.0, along]), 0.5, 60)[-1]) > 1


@needs("nudge-escapes", "the curvature at the saddle is negative", lambda y: -y, lambda y: -(y**3))
def it_escapes_after_log_r_over_delta(grad):
    return points(grad, 0.1, 0.1, int(np.ceil(np.log(10) / np.log(1.1))))[-1] >= 1


# Using curvature


@needs("newton-near", "the Hessian has no eigenvalue below μ > 0", (1, 1, 2), (0, 1, 3))
@needs("newton-near", "the Hessian is Lipschitz", (1, 1, 2), (1, 1, 1.5))
def newton_squares_the_error(derivative):  # ax + bxᵖ
    a, b, p = derivative
    x = np.geomspace(1e-6, 1e-2, 9)
    after = x - (a * x + b * x**p) / (a + p * b * x ** (p - 1))
    return (abs(after) <= b * x**2).all()


@needs("bfgs-least-change", "W takes s to y", np.diag([1.0, 2.0]), np.eye(2))
def the_squares_add_up(W):
    s, y, other = np.array([1.0, 1.0]), np.array([1.0, 2.0]), np.array([2.0, -1.0])  # at right angles to y
    V, D = np.eye(2) - np.outer(s, y) / (y @ s), np.outer(other, other)
    change = V @ V.T + np.outer(s, s) / (y @ s) - np.eye(2)
    return abs(np.trace(W @ change @ W @ D)) < 1e-12


# Least squares


@needs("early-stopping-ridge", "the step is at most 1/λ", 0.9, 1.9)
def two_steps_keep_what_ridge_keeps(lr):
    kept, ridge = 1 - (1 - lr) ** 2, 1 / (1 + 1 / (2 * lr))
    return ridge <= kept <= 2 * ridge


@needs("ls-minimum-norm", "the run starts at zero", 0.0, 1.0)
def the_run_ends_at_the_shortest_solution(start):
    X, y = np.ones((1, 2)), np.ones(1)
    end = points(lambda b: X.T @ (X @ b - y), np.array([start, 0]), 0.4, 200)[-1]
    return np.allclose(end, np.linalg.pinv(X) @ y)


# Limits and remedies


@needs("separated-data", "a plane keeps the labels apart", np.array([1, 1]), np.array([1, -1]))
def the_weights_grow_without_end(y):
    hist = points(lambda w: -np.mean(y / (1 + np.exp(y * w))), 0.0, 1, 400)
    return hist[400] > hist[40] + 1


@needs("nearest-point", "the set is convex", lambda z: z / max(1, norm(z)), lambda z: z / norm(z))
def nearest_points_are_no_farther_apart(project):  # the disc and its rim
    z, other = np.array([0.1, 0]), np.array([-0.1, 0])
    return norm(project(z) - project(other)) <= norm(z - other)


# Where it shows up


@needs("descent-on-the-sphere", "the start is not orthogonal to φ₁", np.array([0.6, 0.8]), np.array([0.0, 1.0]))
def descent_ends_at_the_lowest_state(start):
    H, onto = np.diag([1.0, 2.0]), lambda psi: psi / norm(psi)
    end = projected_gradient(lambda psi: 2 * H @ psi, onto, start, 0.2, 200, tol=0).x
    return abs(end[0]) > 1 - 1e-9


# Momentum


@needs("momentum-triangle", "ηλ is below 2(1 + β)", 2.99, 3.01)
def the_heavy_ball_converges(step):
    return abs(momentum(line, 1.0, step, 2000, tol=0, beta=0.5).x) < 1e-3


# Using curvature


@needs("rotation-invariance", "Q is orthogonal", np.array([[0.6, -0.8], [0.8, 0.6]]), np.diag([0.6, 0.8]))
def descent_visits_the_turned_points(Q):
    A, start = np.diag([1.0, 0.5]), np.ones(2)
    run, turned = points(lambda x: A @ x, start, 1, 5), points(lambda x: Q @ A @ Q.T @ x, Q @ start, 1, 5)
    return np.allclose(turned, run @ Q.T)


# Noise and Adam


@needs("noise-floor", "the noises are independent", lambda xi: xi, lambda xi: np.full_like(xi, xi[0]))
def the_mean_square_is_that_of_the_floor(remembered):
    xi, e = remembered(np.random.default_rng(0).normal(size=(60, 20_000))), 0.0
    for noise in xi:
        e = e - 0.5 * (e + noise)
    return abs(np.mean(e**2) - 0.5 / (2 - 0.5)) < 0.02


@needs("reshuffled-floor", "the parts have one curvature", (1, 1, 1, 1), (1, 9, 1, 1))
def the_mean_at_the_ends_of_passes_is_the_minimiser(curvatures):
    parts, lr = list(zip(curvatures, (1, 2, -3, 0), strict=True)), 0.05
    star, kept, added = sum(b for a, b in parts) / sum(curvatures), 0.0, 0.0
    for order in permutations(parts):
        left, end = 1.0, 0.0
        for a, b in order:
            left, end = left * (1 - lr * a), end - lr * (a * (star + end) - b)
        kept, added = kept + left, added + end
    return abs(added / (24 - kept)) < 1e-12


@needs("adam-invariance", "the valley lies along the axes", np.eye(2), np.array([[0.8, -0.6], [0.6, 0.8]]))
def a_curvature_changes_nothing(Q):
    runs = [
        adam(quadratic(Q @ np.diag([1.0, steep]) @ Q.T).grad, [1, 2], 0.1, 50, tol=0, eps=1e-150).hist for steep in (1.0, 64.0)
    ]
    return np.allclose(*runs)


@needs("average-of-points", "f is a quadratic", lambda x: x, np.expm1)
def the_mean_of_the_points_is_the_minimiser(grad):
    rng, x, total = np.random.default_rng(1), np.zeros(2000), 0.0
    for _ in range(1000):
        x = x - 0.4 * (grad(x) + rng.normal(size=2000))
        total += x.mean() / 1000
    return abs(total) < 0.02


# When the data do not fit


@needs("passes-to-se", "f is strongly convex", lambda x: x, lambda x: np.sign(x) * min(abs(x), 0.1))
def the_gap_falls_by_the_rate_of_a_condition_number_of_2(grad):
    x = points(grad, 3.0, 0.5, 20)
    return (abs(x[1:]) <= 0.75 * abs(x[:-1])).all()


@needs("local-steps", "η is at most the inverse of the larger curvature", (0.6, 1.0), (1.2, 1.8))
def three_local_steps_settle_elsewhere(bends):
    a, b = bends
    weights = [1 - (1 - bend) ** 3 for bend in bends]
    return abs(weights[1] / sum(weights) - b / (a + b)) > 1e-9


@needs("sums-in-chunks", "the chunks have equally many rows", [2, 2], [1, 3])
def the_mean_of_the_means_is_the_mean(cut):
    rows = np.array([1.0, 2.0, 3.0, 6.0])
    return np.isclose(np.mean([part.mean() for part in np.split(rows, [cut[0]])]), rows.mean())


@pytest.mark.parametrize(("label", "holds", "kept", "dropped"), CASES)
def test_the_conclusion_holds_with_the_hypothesis_and_fails_without_it(label, holds, kept, dropped):
    assert label in LABELS
    assert holds(kept)
    assert not holds(dropped)
