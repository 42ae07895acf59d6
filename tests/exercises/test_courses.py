"""What the later problems say of a run is what it does: every prediction, in the book's numbers and in others."""

import numpy as np
import pytest
from scipy.optimize import nnls

from gdtools import descend, gradient_descent, momentum, newton, problems

SEEDS = [None, *range(25)]
every = pytest.mark.parametrize("seed", SEEDS)


def run(grad, x0, lr, n_iter):
    return gradient_descent(grad, x0, lr, n_iter, tol=0)


def sizes(vectors):
    return np.linalg.norm(vectors, axis=1)


def asked(name, seed):
    """What a problem gives, the truths of its questions, and what its run is said to do."""
    problem = getattr(problems, name)(seed)
    truth = {asked: question.truth for asked, question in problem.questions.items()}
    return problem.given, truth, truth["prediction"]


@every
def test_the_doses(seed):
    given, truth, course = asked("doses", seed)
    grad, scale = truth["gradient"], given.lr * truth["L"]
    last = run(grad, np.zeros(2), given.lr, 10_000).hist[-300:]
    lengths = sizes(np.array([grad(w) for w in last]))
    assert np.abs(last).max() < 1e3
    if course == "bounces for ever":
        assert lengths.min() > 1e-2
    else:
        assert (lengths[-1] < 1e-4) == (course == "settles")
        assert 0.65 < scale < 1.4 if course == "settles" else scale < 0.01


@pytest.mark.parametrize("seed", [None, *range(200)])
def test_no_dose_tells_the_answers_apart(seed):
    dose, y = problems.doses(seed).given.dose, problems.doses(seed).given.y
    assert set(y) == {0, 1}
    assert dose[y == 1].min() < dose[y == 0].max()
    assert dose[y == 0].min() < dose[y == 1].max()


@every
def test_the_photons(seed):
    given, truth, course = asked("photons", seed)
    X = np.column_stack([np.ones(len(given.x)), given.x])
    bend = lambda b: np.linalg.eigvalsh((X.T * np.exp(X @ b)) @ X / len(X))[-1]  # noqa: E731
    best = run(truth["gradient"], given.good, 1 / truth["L"], 4000).x
    hist = run(truth["gradient"], given.poor, given.lr, 10_000 if course == "crawls" else 4000).hist
    away = sizes(hist - best)
    assert bend(best) == pytest.approx(truth["L"], rel=1e-6)
    if course == "is thrown far off":
        assert away[1] > 3 * away[0]
        assert given.lr > 20 * truth["start_bound"]
    else:
        assert (np.diff(away[away > 1e-6]) < 0).all()
        assert away[-1] < 1e-3 if course == "settles" else away[-1] > 0.1
        assert given.lr < truth["start_bound"]
        assert max(map(bend, hist[1:200])) < bend(given.poor)


@every
def test_the_molecule(seed):
    given, truth, course = asked("molecule", seed)
    rest, beyond = truth["rest"], truth["inflection"]
    hist = run(truth["slope"], given.close, given.lr, 3000).hist
    assert given.close < rest
    if course == "flies apart and then crawls":
        assert hist[1] > 1.5 * rest > beyond
        assert np.abs(np.diff(hist[1:100])).max() < 2e-2 * rest
        assert given.lr < 0.5 * truth["bound"]
    elif course == "settles":
        assert hist.max() <= rest * (1 + 1e-12)
        assert hist[-1] == pytest.approx(rest)
    else:
        assert hist.max() < beyond
        assert hist[-1] == pytest.approx(hist[-3])
        assert abs(hist[-1] - hist[-2]) > 0.02 * rest
        assert 1 < given.lr / truth["bound"] < 1.1


@every
def test_the_network(seed):
    given, truth, course = asked("network", seed)
    minimum = given.beside / [1.01, 1]
    hist = run(truth["gradient"], given.beside, given.lr, 1000).hist
    end, residual = hist[-1], hist.prod(axis=1) - given.c
    moved, bound = np.linalg.norm(end - minimum) / np.sqrt(given.c), 2 / (minimum @ minimum)
    if course == "jumps between two points":
        assert given.lr > 1 / given.c
        np.testing.assert_allclose(end, hist[-3], atol=1e-6)
        assert np.abs(end - hist[-2]).max() > 0.1
        assert (residual[-50:-1] * residual[-49:] < 0).all()
    else:
        assert abs(residual[-1]) < 1e-6
        assert (moved > 0.1, given.lr > bound) == 2 * (course == "settles at another minimum",)
        assert given.lr < 1 / given.c
        assert end @ end < minimum @ minimum or moved < 0.05


@every
def test_from_opposite_weights_the_network_ends_at_the_saddle(seed):
    given, truth, _ = asked("network", seed)
    end = run(truth["gradient"], np.sqrt(given.c) * np.array([1, -1]), truth["bound"] / 5, 1000).x
    np.testing.assert_allclose(end, 0, atol=1e-6)


def struts(seed):
    """What is given and true of a net, what its run is said to do, and where it rests."""
    given, truth, course = asked("cables", seed)
    return given, truth, course, gradient_descent(truth["gradient"], np.zeros(2), 1 / truth["spectrum"][1], 8000).x


@every
def test_the_cables(seed):
    given, truth, course, rest = struts(seed)
    hist = momentum(truth["gradient"], np.zeros(2), given.lr, 1500, tol=0, beta=given.beta).hist
    away = np.abs(hist - rest).max(axis=1)
    if course == "turns in a circle":
        np.testing.assert_allclose(hist[-1], hist[-4], atol=1e-9)
        assert np.abs(np.diff(hist[-4:], axis=0)).max() > given.play
        assert truth["slack"] == "nothing"
    else:
        assert away[-1] < 1e-8 if course == "settles" else away.max() > 1e3 * away[0]


@every
def test_the_longest_step_of_the_ball_is_that_of_the_taut_cables(seed):
    given, truth, *_ = struts(seed)
    grad = lambda u: given.k * u + given.c * (u[0] - u[1]) * np.array([1, -1]) - given.load  # noqa: E731
    ends = [
        momentum(grad, np.zeros(2), part * truth["bound"], 4000, tol=0, beta=given.beta).hist[[-1, -2]] for part in (0.99, 1.01)
    ]
    assert np.abs(ends[0][0] - ends[0][1]).max() < 1e-9
    assert not np.isfinite(ends[1]).all() or np.abs(ends[1]).max() > 1e3


@every
def test_the_quartic(seed):
    given, truth, course = asked("quartic", seed)
    grad = lambda x: 4 * x**3  # noqa: E731
    descent = run(grad, given.x0, given.lr, 1000)
    away = np.abs(descent.hist)
    if course == "explodes":
        assert descent.stopped == "diverged"
    elif course == "flips for ever":
        assert (descent.hist == given.x0 * (-1.0) ** np.arange(1001)).all()
    else:
        assert (np.diff(away) < 0).all()
        assert away[-1] < 0.1 * given.x0
    assert run(grad, given.x0, 1.01 * truth["bound"], 400).stopped == "diverged"
    assert abs(run(grad, given.x0, 0.99 * truth["bound"], 20_000).x) < 0.1


@every
def test_the_saddle_hides_behind_a_positive_diagonal(seed):
    given, truth, course = asked("coupled", seed)
    away = sizes(run(lambda x: given.H @ x, given.x0, given.lr, 60).hist)
    assert (given.H > 0).all()
    if course == "leaves at once":
        assert (np.diff(away) > 0).all()
        assert given.lr > 2 / truth["spectrum"].max()
    else:
        assert given.lr < 2 / truth["spectrum"].max()
        assert away.min() < 0.05 * away[0]
        assert away[-1] < 1e-6 if course == "settles at the origin" else away[-1] > away[0]


def ranging(beacons, measured):
    """f = ½ Σ (d − m)² as mathematics has it, its gradient, and its Hessian by differences of that."""
    f = lambda x: np.sum((sizes(x - beacons) - measured) ** 2) / 2  # noqa: E731
    grad = lambda x: (1 - measured / sizes(x - beacons)) @ (x - beacons)  # noqa: E731

    def hess(x):
        H = np.transpose([(grad(x + e) - grad(x - e)) / 0.02 for e in 0.01 * np.eye(2)])
        return (H + H.T) / 2

    return f, grad, hess


@every
def test_the_buoy_s_newton_run_with_distances_far_too_long(seed):
    given, truth, course = asked("buoy", seed)
    f, grad, hess = ranging(given.beacons, given.far)
    descent = newton(grad, hess, given.start, 60, tol=1e-6)
    step, low = np.diff(descent.hist[:2], axis=0)[0], np.linalg.eigvalsh(hess(descent.x))[0]
    assert descent.stopped == "converged"
    assert ("uphill" in course, "saddle" in course) == (f(1e-3 * step) > f(given.start) and low > 0, low < 0)
    assert (f(1e-6 * step) - f(-1e-6 * step)) / 2e-6 == pytest.approx(truth["slope"], rel=1e-3)


@every
def test_the_buoy_is_found_in_the_counts_of_three_runs_and_gauss_newton_keeps_its_factor(seed):
    given, truth, _ = asked("buoy", seed)
    _, grad, hess = ranging(given.beacons, given.measured)
    ways = lambda x: (x - given.beacons) / sizes(x - given.beacons)[:, None]  # noqa: E731
    full = lambda x: np.linalg.lstsq(ways(x), sizes(x - given.beacons) - given.measured)[0]  # noqa: E731
    best = newton(grad, hess, given.start, 60).x
    hists = [run(grad, given.start, given.lr, 300).hist, run(full, given.start, 1, 40).hist]
    hists.append(newton(grad, hess, given.start, 60).hist)
    np.testing.assert_allclose([np.argmax(sizes(hist - best) <= 1e-6) for hist in hists], truth["steps"], atol=1)
    moved = np.transpose([(full(best + e) - full(best - e)) / 0.02 for e in 0.01 * np.eye(2)])  # the derivative of the step
    kept = np.linalg.eigvals(np.eye(2) - moved)
    assert np.abs(kept).max() == pytest.approx(truth["factor"], rel=1e-3)
    assert 2 / np.linalg.eigvals(moved).real.max() == pytest.approx(truth["bound"], rel=1e-4)
    near, beyond = (run(full, best + 0.01, part * truth["bound"], 400).x - best for part in (0.98, 1.02))
    assert np.linalg.norm(near) < 0.01 < np.linalg.norm(beyond)


@every
def test_the_circuit(seed):
    """Exact search and its multiples by matrices, the search by trying, and what becomes of the first step."""
    given, truth, course = asked("circuit", seed)
    G, i = given.outer * np.eye(2) + given.inner * np.array([[1, -1], [-1, 1]]), given.current
    rest, v = np.linalg.solve(G, i), np.zeros((3, 2))
    excess = lambda v: np.einsum("...i,ij,...j", v - rest, G, v - rest) / 2  # noqa: E731
    steps, errors = [], [excess(v)]
    for _ in range(1700):
        g = v @ G - i
        steps.append(np.array([1, given.theta, 0]) * (g * g).sum(axis=1) / np.einsum("ki,ij,kj->k", g, G, g))
        steps[-1][2] = truth["exact"]
        v = np.where(excess(v)[:, None] > 1e-12 * errors[0][:, None], v - steps[-1][:, None] * g, v)
        v[2] = np.clip(v[2], -1e6, 1e6)
        errors.append(excess(v))
    steps, there = np.array(steps), np.array(errors) <= 1e-6 * errors[0]
    assert steps[:2, 0] == pytest.approx([truth["exact"], truth["next"]])
    assert there[:, 0].argmax() == pytest.approx(truth["steps"], abs=1)
    assert steps[there[:, 1].argmax() + 4, 1] == pytest.approx(truth["limit"], rel=1e-3), "as the figure shows it"
    assert course == ("grows" if not there[:, 2].any() else "crawls" if there[:, 2].argmax() > 500 else "settles")


@every
def test_the_circuit_accepts_the_first_trial_that_passes(seed):
    given, truth, _ = asked("circuit", seed)
    G, i, t = given.outer * np.eye(2) + given.inner * np.array([[1, -1], [-1, 1]]), given.current, given.first
    while t * t * i @ G @ i / 2 - t * i @ i > -given.c * t * i @ i:
        t /= 2
    assert t == truth["accepted"]


@every
def test_the_tides(seed):
    """What many runs at once do with readings of their own: their spread, the mean of all readings, and where they end."""
    given, truth, course = asked("tides", seed)
    rng, many = np.random.default_rng(0), 4000

    def ends(lr, batch, n_iter, power=0):
        x = np.full(many, float(given.start))
        for k in range(1, n_iter + 1):
            x -= lr / k**power * given.w * (x - given.sigma / np.sqrt(batch) * rng.standard_normal(many))
            x = np.clip(x, -1e9, 1e9)
        return x

    assert ends(given.lr, 1, 100).std() == pytest.approx(truth["floor"], rel=0.06)
    size = [ends(given.lr, batch, 100).std() for batch in (truth["batch"], truth["batch"] / 2)]
    assert size[0] < 1.06 * given.goal < size[1]
    assert ends(1 / given.w, 1, truth["steps"], 1).std() == pytest.approx(given.near, rel=0.06)
    passed = rng.integers(given.n, size=(200, given.passes * given.n))
    seen = np.mean([np.unique(draws).size for draws in passed]) / given.n
    assert 1 - seen == pytest.approx(truth["missed"], rel=0.05)
    middle, late = (ends(given.first, 1, n, given.power) for n in (100, 1600))
    errors = np.sqrt([np.mean(middle**2), np.mean(late**2)])
    seen = errors[1] / errors[0]
    if course == "grows":
        assert errors.min() > 1e3 * given.start
    elif course == "comes to rest at the level":
        assert seen < 1.2 * 16 ** (-given.power / 2)
    else:
        assert seen == pytest.approx(1, rel=0.15)
        assert errors[1] > 0.02 * given.start


@every
def test_the_bound_of_the_tides_is_that_of_exact_slopes(seed):
    given, truth, _ = asked("tides", seed)
    grad = lambda x: truth["curvature"] * x  # noqa: E731
    hists = [np.abs(run(grad, float(given.start), part * truth["bound"], 50).hist) for part in (0.99, 1.01)]
    assert (np.diff(hists[0]) < 0).all()
    assert (np.diff(hists[1]) > 0).all()


def to_shares(z):
    """The nearest point of the triangle, as least squares without a sign: a row for the sum that outweighs all others."""
    return nnls(np.vstack([np.eye(3), 1e5 * np.ones(3)]), np.append(z, 1e5))[0]


@every
def test_the_pixel(seed):
    """The best shares and the nearest ones by a solver for non-negative least squares, and what is true beside them."""
    given, truth, _ = asked("pixel", seed)
    E, y = given.E, given.y
    grad = lambda a: E.T @ (E @ a - y) / 2  # noqa: E731
    L, start = np.linalg.eigvalsh(truth["hessian"])[-1], given.start
    np.testing.assert_allclose(truth["hessian"], np.transpose([grad(e) - grad(0 * e) for e in np.eye(3)]))
    np.testing.assert_allclose(truth["projection"], to_shares(given.point), atol=1e-7)
    np.testing.assert_allclose(truth["first"], to_shares(start - grad(start) / L), atol=1e-7)
    best = nnls(np.vstack([E, 1e5 * np.ones(3)]), np.append(y, 1e5))[0]
    np.testing.assert_allclose(truth["shares"], best, atol=1e-5)
    assert truth["bound"] == pytest.approx(2 / L)
    slopes = grad(truth["shares"])
    missing = truth["shares"].argmin()
    assert truth["price"] == pytest.approx(slopes[missing] - slopes[0])
    assert np.ptp(np.delete(slopes, missing)) < 1e-9 < 2 < truth["price"]


@every
def test_the_pixel_s_runs(seed):
    """In vectors that add up to one by themselves: the count, the border on the edge, and the run that is predicted."""
    given, truth, course = asked("pixel", seed)
    best = truth["shares"]

    def nearest(z):
        order = np.sort(z)[::-1]
        return np.maximum(z - ((order.cumsum() - 1) / [1, 2, 3]).max(), 0)

    def off(start, lr, n_iter):
        step = lambda a, g, k: nearest(a - lr * g)  # noqa: E731
        hist = descend(lambda a: given.E.T @ (given.E @ a - given.y) / 2, start, step, n_iter, tol=0).hist
        return sizes(hist - best), hist

    away, hist = off(given.start, truth["bound"] / 2, 2000)
    assert (away <= 1e-6).argmax() == pytest.approx(truth["steps"], abs=1)
    beside = best + 1e-3 * np.sign(best) * np.where(np.arange(3) == 0, 1, -1)
    inside, beyond = (off(beside, part * truth["edge"], 300)[0] for part in (0.99, 1.01))
    assert inside[-1] < inside[0] < beyond[-1]
    away, hist = off(given.start, given.lr, 10_000)
    if course == "jumps to and fro for ever":
        assert sizes(np.diff(hist[-50:], axis=0)).min() > 0.02
    else:
        assert (away[-1] <= 1e-6) == (course == "settles at the best shares")
        assert away[-1] < away[0]


@every
def test_the_meters(seed):
    """Rows with these correlations, a step at a time: two regions that average, and what is left after so many passes."""
    given, truth, course = asked("meters", seed)
    d, contrast = given.d, np.eye(given.d)[0] - np.eye(given.d)[1]
    matrices = [(1 - rho) * np.eye(d) + rho for rho in given.rhos]
    contrast = contrast / np.linalg.norm(contrast)
    whole = sum(matrices) / 2
    own = [place * contrast for place in given.alone]
    pairs = list(zip(matrices, own, strict=True))
    best = np.linalg.solve(2 * whole, sum(H @ w for H, w in pairs))
    np.testing.assert_allclose(whole, (1 - given.rho) * np.eye(d) + given.rho, atol=1e-12)
    np.testing.assert_allclose(np.linalg.eigvalsh(whole)[[0, -1]], truth["spectrum"])

    def ends(lr, local, rounds, first):
        """By the powers of each region's matrix, for which the point has a number one more."""
        halves = [np.block([[np.eye(d) - lr * H, (lr * H @ w)[:, None]], [np.zeros(d), 1]]) for H, w in pairs]
        a_round = sum(np.linalg.matrix_power(half, local) for half in halves) / 2
        return (np.linalg.matrix_power(a_round, rounds) @ [*first, 1])[:d]

    last = ends(truth["bound"] / 2, given.many, 20_000, best)
    np.testing.assert_allclose(last, truth["limit"] * contrast, atol=1e-9)
    many = max(40 // given.local, 1) if course == "grows" else 20_000
    off = ends(given.lr, given.local, many, best + given.off * (contrast + 1)) - best
    assert (np.abs(off).max() > 10) == (course == "grows")
    assert (np.abs(off).max() < 1e-9) == (course == "settles at the minimiser")

    def standard_errors(x):
        return np.sqrt(given.n * x @ whole @ x / d) / given.sigma

    walked = [
        run(lambda x: whole @ x, given.off * contrast, truth["bound"] / 2, k).hist for k in (truth["steps"] - 1, truth["steps"])
    ]
    errors = [standard_errors(hist[-1]) for hist in walked]
    assert errors[1] <= 0.1 < errors[0]
    x = walked[1][-1] * 0.1 / errors[1]
    assert x @ whole @ x / 2 == pytest.approx(truth["stop"])


@every
def test_the_bound_of_the_meters_is_that_of_all_columns_alike(seed):
    given, truth, _ = asked("meters", seed)
    H = (1 - given.rho) * np.eye(given.d) + given.rho
    lengths = [sizes(run(lambda x: H @ x, np.ones(given.d), part * truth["bound"], 50).hist) for part in (0.99, 1.01)]
    assert (np.diff(lengths[0]) < 0).all()
    assert (np.diff(lengths[1]) > 0).all()


@every
def test_a_pass_of_the_meters_takes_as_long_as_what_is_read_at_once(seed):
    """A worker's share, in bytes, at its rate."""
    given, truth, _ = asked("meters", seed)
    kind = {4: np.float32, 8: np.float64}[given.size]
    row = np.ones(given.d + 1, dtype=kind)
    assert truth["pass"] == pytest.approx(given.n / given.workers * row.nbytes / (given.rate * 1e9))
