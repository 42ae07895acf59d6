"""The claims of the chapter on noise and Adam."""

from fractions import Fraction
from functools import cache
from itertools import combinations, permutations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal
from page_code import page_code
from sharpening import at_most, exactly
from strategies import bowls, seeds

from gdtools import adam, contraction, gradient_descent, predicted_steps, quadratic, shuffling_gain

page = page_code("noise")


@given(seeds, st.integers(1, 5))
def test_batch_covariance(seed, B):
    """What the mean of a batch knows, for six drawn vectors of whole numbers, in fractions.

    - Over all sets of B, and for B up to 3 over all ways to draw B from all, the mean of the batch's mean is that of all.
    - Its covariance is C/B where each is drawn from all, and C/B (n − B)/(n − 1) where a set is drawn.
    """
    n = 6
    g = np.array([[Fraction(int(v)) for v in row] for row in np.random.default_rng(seed).integers(-9, 10, (n, 2))])
    g[0] += 1000  # not all equal
    centre = g.sum(axis=0) / n
    C = (g - centre).T @ (g - centre) / n

    def covariance(draws):
        means = np.array([g[list(rows)].sum(axis=0) / B for rows in draws])
        assert (means.sum(axis=0) / len(means) == centre).all()
        return (means - centre).T @ (means - centre) / len(means)

    sets = covariance(list(combinations(range(n), B)))
    assert (sets == C / B * Fraction(n - B, n - 1)).all()
    assert_allclose(sets.astype(float), exactly((n - B) / (n - 1)) * C.astype(float) / B)
    if B <= 3:
        from_all = covariance(list(product(range(n), repeat=B)))
        assert (from_all == C / B).all()
        assert_allclose(from_all.astype(float), exactly(1 / B) * C.astype(float))


@given(st.sampled_from([(1, 1), (1, 2), (1, 5), (2, 1), (2, 2), (3, 1), (3, 2)]), seeds, st.floats(0.1, 10), st.floats(0.05, 2))
def test_batch_step(sizes, seed, lam, part):
    """The step that a batch allows, for a drawn dimension, batch, curvature, step and error.

    Means over normal rows are sums over three points a coordinate, which are exact for polynomials of degree 5: those here
    have the degree 4.

    - The mean square is multiplied by 1 − 2ηλ + η²λ²(B + d + 1)/B.
    - It falls a millionth below (2/λ)B/(B + d + 1), and not a millionth above; at half of that it is multiplied by
      (d + 1)/(B + d + 1), and a hundredth beside it by more.
    """
    d, B = sizes
    e = np.random.default_rng(seed).normal(size=d)
    places = np.array(list(product((-1, 0, 1), repeat=d * B)))
    z = np.sqrt(3 * lam) * places.reshape(-1, B, d)
    weights = np.prod(np.where(places == 0, 2 / 3, 1 / 6), axis=1)

    def factor(lr):
        grad = lambda x: np.einsum("mbd,mbj,jm->dm", z, z, x) / B  # noqa: E731
        after = gradient_descent(grad, np.tile(e[:, None], len(z)), lr, 1, tol=0).x
        return weights @ np.sum(after**2, axis=0) / (e @ e)

    lr = part / lam
    assert_allclose(factor(lr), exactly(1 - 2 * part + part**2 * (B + d + 1) / B), rtol=1e-9)
    border = exactly(2 / lam * B / (B + d + 1))
    assert factor(border * (1 - 1e-6)) < 1 < factor(border * (1 + 1e-6))
    least = exactly((d + 1) / (B + d + 1))
    assert_allclose(factor(border / 2), least, rtol=1e-9)
    assert min(factor(0.99 * border / 2), factor(1.01 * border / 2)) > factor(border / 2)


@given(st.floats(0.3, 3), st.floats(1, 5), st.floats(0.1, 0.9), st.floats(-0.9, 0.9), seeds)
def test_noise_floor(mu, kappa, part, mix, seed):
    """The noise floor, for a drawn quadratic of two variables with κ up to 5, and noise of a drawn covariance C.

    - With 0 < η < 2/L the excess of f tends to Σ ησᵢ²/(2(2 − ηλᵢ)), σᵢ² the variance along vᵢ, to a millionth. Means
      of independent noises add up, so the mean excess is the sum, over all steps, of what one noise at the first step
      leaves: of runs from the minimiser that are pushed once, by each column of a root of C.
    - The excess averaged over 4000 runs with normal noise is that, to 12 %, which is five times the scatter of such a mean.
    - For a tiny η that is η/4 times the sum of the variances, to a thousandth.
    """
    lam, rng, m = np.array([mu, kappa * mu]), np.random.default_rng(seed), 4000
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    A, C = turn @ np.diag(lam) @ turn.T, np.array([[1.0, 2 * mix], [2 * mix, 4.0]])
    f, root, lr = quadratic((A + A.T) / 2), np.linalg.cholesky(C), part * 2 / lam[-1]
    rate = contraction(lam, lr)
    variances, tiny = np.diag(turn.T @ C @ turn), 1e-4 / lam[-1]

    def floor(lr):
        return exactly(np.sum(lr * variances / (2 * (2 - lr * lam))))

    pushes = iter([root, *[0.0] * 10_000])
    pushed = gradient_descent(lambda x: f.grad(x) + next(pushes), np.zeros((2, 2)), lr, predicted_steps(rate, 1e-5), 0)
    assert_allclose(sum(f(x).sum() for x in pushed.hist), floor(lr), rtol=1e-6)

    def noisy(x):
        return f.grad(x) + root @ rng.normal(size=x.shape)

    x = gradient_descent(noisy, np.ones((2, m)), lr, predicted_steps(rate, np.exp(-8)), 0, record=0).x
    assert_allclose(f(x).mean(), floor(lr), rtol=0.12)

    assert_allclose(floor(tiny), exactly(tiny / 4 * np.trace(C)), rtol=1e-3)


@given(st.floats(0.1, 10), st.floats(-10, 10), st.floats(-10, 10), st.floats(0.1, 10), st.integers(1, 60), seeds)
def test_robbins_monro_mean(lam, x0, star, sigma, k, seed):
    """A shrinking step is a mean, for a drawn λ, start, minimiser and noise, and k from 1 to 60.

    - With ηⱼ = 1/(λ(j + 1)) the error is minus the mean of the first k noises over λ, in each of 4000 runs.
    - Its mean square is σ²/(λ²k): each noise alone, of size σ, leaves an error whose square is that over k, and the
      variances of independent noises add up. The sample's mean square is that to 12 %.
    """
    xi = sigma * np.random.default_rng(seed).normal(size=(k, 4000))
    starts, schedule = np.full(4000, x0), lambda j: 1 / (lam * (j + 1))

    def run(noises, starts):
        noise = iter(noises)
        return gradient_descent(lambda x: lam * (x - star) + next(noise), starts, schedule, k, 0).x - star

    error, close = run(xi, starts), 1e-9 * (1 + abs(x0) + sigma) / min(lam, 1)
    assert_allclose(error, exactly(-xi.sum(axis=0) / (lam * k)), atol=close)

    alone = run(sigma * np.eye(k), np.full(k, star))
    variance = exactly(sigma**2 / (lam**2 * k))
    assert_allclose(np.sum(alone**2), variance, rtol=1e-6)
    assert_allclose(np.mean(error**2), variance, rtol=0.12)


@given(bowls(10), seeds, st.floats(0.05, 0.95), st.integers(1, 50))
def test_average_of_points(bowl, seed, part, k):
    """The average of the points, for a drawn quadratic, step and number of steps.

    - With noise that depends on the point and on the step H(x̄ − x*) is (x₀ − xₖ)/(ηk) minus the mean of the noise.
    - The mean excess, times k, tends to ½ tr(H⁻¹C). Means of independent noises add up, and what one noise leaves in the
      sum of the next m points is the sum of a run that is pushed once; after a thousand million steps nearly all pushes
      have had their whole effect.
    """
    A, lam, _ = bowl
    rng, d, lr = np.random.default_rng(seed), len(lam), part * 2 / lam[-1]
    star, x0 = rng.normal(size=(2, d))
    f, noises = quadratic(A, A @ star), []

    def noisy(x):
        noises.append(rng.normal(size=d) * (1 + norm(x)))
        return f.grad(x) + noises[-1]

    hist = gradient_descent(noisy, x0, lr, k, tol=0).hist
    left = A @ (hist[:k].mean(axis=0) - star)
    moved = exactly(1 / (lr * k)) * (x0 - hist[-1])
    told = moved - exactly(1) * np.mean(noises[:k], axis=0)
    assert_allclose(left, told, atol=1e-9 * lam[-1] * (1 + norm(hist)))

    root, bare = rng.normal(size=(d, d)), quadratic(A)
    n = predicted_steps(contraction(lam, lr), 1e-9) + 2
    pushes = iter([root, *[0.0] * n])
    points = gradient_descent(lambda x: bare.grad(x) + next(pushes), np.zeros((d, d)), lr, n, tol=0).hist
    heights = [bare(sums).sum() for sums in np.cumsum(points, axis=0)]
    many = 1e9
    mean = (np.sum(heights) + (many - len(heights)) * heights[-1]) / many
    assert_allclose(mean, exactly(np.trace(np.linalg.solve(A, root @ root.T)) / 2), rtol=1e-4)


def all_orders(N, relaxed, b):
    """The mean squares at the ends of passes in units of that with parts drawn from all, over all orders, in fractions:
    with a new order in each pass, and with one that is kept. The curvature is 1, and ``relaxed`` is the step."""
    star = sum(b, Fraction(0)) / N
    c = sum((part - star) ** 2 for part in b) / N
    q, ends = 1 - relaxed, []
    for order in permutations(b):
        e = Fraction(0)
        for part in order:
            e -= relaxed * (star + e - part)
        ends.append(e * e)
    mean = sum(ends) / len(ends)
    from_all = relaxed**2 * c / (1 - q * q)
    return mean / (1 - q ** (2 * N)) / from_all, mean / (1 - q**N) ** 2 / from_all


def law_of_shuffling(N, q):
    """What the chapter says of both."""
    one, two = sum(q**j for j in range(N)), sum(q ** (2 * j) for j in range(N))
    new = (1 - one * one / (N * two)) * N / (N - 1)
    return new, new * (1 + q**N) / (1 - q**N)


@cache
def seven_are_exact():
    """For six and for seven parts, and three steps."""
    b = [Fraction(v) for v in (1, -2, 3, 0, 5, 5, -1)]
    steps = [Fraction(1, 64), Fraction(1, 3), Fraction(7, 8)]
    return all(all_orders(N, lr, b[:N]) == law_of_shuffling(N, 1 - lr) for N in (6, 7) for lr in steps)


@given(st.integers(2, 5), st.fractions("1/1000", "999/1000", max_denominator=1000), seeds, st.floats(0.05, 50))
def test_reshuffled_floor(N, lr, seed, tau):
    """What shuffling gains, in fractions over all N! orders, for N up to 7, and its limit.

    - For drawn parts and a drawn step, N up to 5, and for given ones with N = 6 and 7, the quotient of the mean squares at the
      ends of passes is N/(N − 1)(1 − S₁²/(N S₂)), and with one order (1 + qᴺ)/(1 − qᴺ) times that: equal as fractions.
    - For a million parts it is 1 − tanh(τ/2)/(τ/2) to a ten-thousandth, which `shuffling_gain` is, and coth(τ/2) times that.
    """
    b = [Fraction(int(v)) for v in np.random.default_rng(seed).integers(-9, 10, N)]
    b[0] += 100  # not all equal
    found = all_orders(N, lr, b)
    assert found == law_of_shuffling(N, 1 - lr)
    q = float(1 - lr)
    one, two = (1 - q**N) / (1 - q), (1 - q ** (2 * N)) / (1 - q * q)
    told = exactly(N / (N - 1) * (1 - one**2 / (N * two)))
    assert_allclose(float(found[0]), told, rtol=1e-6)
    assert_allclose(float(found[1]), told * exactly((1 + q**N) / (1 - q**N)), rtol=1e-6)
    assert seven_are_exact()

    limit = exactly(1 - np.tanh(tau / 2) / (tau / 2))
    kept = exactly(1 / np.tanh(tau / 2))
    q, power = 1 - tau / 1e6, np.exp(1e6 * np.log1p(-tau / 1e6))
    many = 1e6 / (1e6 - 1) * (1 - (1 - power) * (1 + q) / (1e6 * (1 - q) * (1 + power)))
    assert_allclose(many, limit, rtol=1e-4, atol=1e-5 * tau**2)
    assert_allclose(shuffling_gain(tau), limit, rtol=1e-9)
    assert_allclose((1 + power) / (1 - power), kept, rtol=1e-4)


@cache
def bits_of(power, n_steps=20_000):
    """The second coordinate of Adam on a quadratic whose curvature there is a power of two times 3."""
    f = quadratic(np.diag([1.0, 3 * 2.0**power]))
    return adam(f.grad, [1, -2], 0.1, n_steps, tol=0, eps=1e-150).hist


@given(seeds, st.integers(-60, 60), st.integers(-60, 60), st.floats(0, 0.95), st.floats(0.5, 0.9999), st.floats(0.01, 100))
def test_adam_invariance(seed, a, b, beta1, beta2, c):
    """What Adam does not see, with the least ε that `adam` takes, which changes no root here.

    - For drawn powers of two that multiply f and one curvature, for a drawn quadratic along the axes, β₁ and β₂, the runs are
      the same in every bit of 100 steps; so are two of 20 000 steps with the condition numbers 3 and 3 · 4¹⁰.
    - With any positive factor they are the same but for rounding, over 30 steps.
    - The page's own pair of runs is one of the kind.
    """
    rng = np.random.default_rng(seed)
    lam, x0 = rng.uniform(0.1, 10, 3), rng.normal(size=3)
    one = np.array([1, 1, 2.0**b])

    def run(scale, n_steps):
        f = quadratic(np.diag(lam * scale))
        return adam(f.grad, x0, 0.1, n_steps, tol=0, beta1=beta1, beta2=beta2, eps=1e-150).hist

    assert_array_equal(run(2.0**a * one, 100), run(np.ones(3), 100))
    assert_array_equal(bits_of(0), bits_of(20))
    assert_allclose(run(c * np.array([1, 1, c]), 30), run(np.ones(3), 30), atol=1e-6)
    assert_array_equal(*page.wide_runs)


def stride_bound(beta1, beta2):
    """Adam's largest stride, in units of η."""
    return (1 - beta1) / np.sqrt((1 - beta2) * (1 - beta1**2 / beta2))


def strides(gradients, beta1, beta2):
    """How far Adam moves in each step for η = 1, when it is fed these gradients, one coordinate a column."""
    feed = iter(gradients)
    start = np.zeros(gradients.shape[1])
    hist = adam(lambda x: next(feed), start, 1, len(gradients), 0, beta1=beta1, beta2=beta2, eps=1e-150).hist
    return abs(np.diff(hist, axis=0))


@given(seeds, st.floats(0.1, 0.95), st.floats(0.1, 0.9))
def test_adam_stride(seed, beta1, part):
    """Adam's largest stride, for drawn β₁ and β₂ with β₁² < β₂ < 1.

    - No move exceeds (1 − β₁)/√((1 − β₂)(1 − β₁²/β₂)) η: for gradients that are normal, that span many sizes, and that
      grow by β₂/β₁ a step, over 300 steps.
    - The last ones come within a millionth of it, as soon as the corrections and β₁²/β₂ to the power of the step are 1.
    - With the usual constants it is 7.27 η, and the growing gradients reach that to 1 % in 4000 steps. A single gradient
      after zeros moves by 3.16 η.
    """
    beta2, rng = beta1**2 + part * (1 - beta1**2), np.random.default_rng(seed)
    growing = np.maximum((beta2 / beta1) ** np.arange(-299.0, 1), 1e-140)  # whose squares are numbers still
    gradients = np.column_stack([rng.normal(size=300), rng.normal(size=300) * 10 ** rng.uniform(-3, 3, 300), growing])
    moves = strides(gradients, beta1, beta2)
    bound = at_most(stride_bound(beta1, beta2))
    assert moves.max() <= bound * (1 + 1e-9)

    if max(beta1, beta2, beta1**2 / beta2) ** 300 < 1e-7:
        assert_allclose(moves[-1, 2], bound, rtol=1e-6)

    assert f"{stride_bound(0.9, 0.999):.2f}" == "7.27"
    assert_allclose(usual_strides(), np.array([7.27, 3.16]) * np.sqrt(1 - 0.999**4000), rtol=0.001)


@cache
def usual_strides():
    """The last of 4000 strides with the usual constants, for gradients that grow and for a single one after zeros."""
    growing, single = np.maximum((0.999 / 0.9) ** np.arange(-3999.0, 1), 1e-140), np.append(np.zeros(3999), 1)
    return strides(np.column_stack([growing, single]), 0.9, 0.999)[-1]


@given(bowls(10), seeds, st.floats(0.5, 0.9), st.floats(0.01, 1))
def test_adam_rest(bowl, seed, beta1, lr):
    """When Adam can rest, for a drawn quadratic, β₁ from 0.5 to 0.9 and η, from a start of 10⁻³⁰ η beside the minimiser.

    Two runs in one, on 0.98 A and on 1.02 A, with ε such that ηL/ε would be 2(1 + β₁)/(1 − β₁) on A: a bound that
    is 2 % off on either side fails.

    - Below the bound the error stays below a thousandth of η for 1000 steps, and its last hundred are nearer than
      the start. On the way the corrections of the first steps multiply so small a start by up to 10¹³.
    - Above it the error grows beyond that.
    - With β₁ = 0.9 the bound is 38.
    """

    def bound(beta1):
        return 2 * (1 + beta1) / (1 - beta1)

    A, lam, _ = bowl
    both, eps = quadratic(np.kron(np.diag([0.98, 1.02]), A)), lr * lam[-1] / exactly(bound(beta1))
    start = 1e-30 * lr * np.random.default_rng(seed).normal(size=len(lam))
    hist = adam(both.grad, np.tile(start, 2), lr, 1000, 0, beta1=beta1, eps=eps).hist
    rests, bursts = norm(hist.reshape(1001, 2, len(lam)), axis=2).T
    assert rests.max() < 1e-3 * lr
    assert rests[-100:].max() < norm(start)

    assert bursts.max() >= 1e-3 * lr

    assert_allclose(bound(0.9), 38)


def drift(C, beta1, beta2, amsgrad=False, late=None):
    """How far a period of the gradients C, −1, …, −1 leads Adam late in its run, for η = 1."""
    late = late or int(25 / (1 - max(beta1, beta2))) // C + 2
    feed = iter(np.tile(np.append(C, -np.ones(C - 1)), late + 1))
    told = dict(beta1=beta1, beta2=beta2, eps=1e-150, amsgrad=amsgrad)
    hist = adam(lambda x: next(feed), 0.0, 1.0, (late + 1) * C, tol=0, **told).hist
    return hist[-1] - hist[-1 - C]


drifts = cache(drift)


@given(st.integers(2, 20), st.floats(0, 0.9), st.floats(0.1, 0.999))
def test_adam_wrong_way(C, beta1, beta2):
    """Adam walks the wrong way, by `adam` itself, fed with the gradients, late in its run.

    - C = 3, β₁ = 0: up at a drawn β₂ below 0.4723131, down at one above, and so a hundred-thousandth beside the border,
      which is a zero of the polynomial, to seven digits.
    - C = 101, β₁ = 0.9: up at the usual β₂ = 0.999, and it turns where 1 − β₂ is 4.841 · 10⁻⁴, to a thousandth of that, and
      within the stated interval.
    - C = 3, β₁ = 0.9: down at all β₂ of the grid. The page's own walks go up, down with 0.9999, and down with the largest v.
    - With the largest v it walks down by 1/C a period in units of η/C, for drawn C, β₁ and β₂, when the large one comes first.
    """
    polynomial = [5005, 101556, 523906, 91728, -9737, -41904, -8190, -3276, -243]
    border = exactly(0.4723131)
    assert abs(np.polyval(polynomial, border)) < 0.1
    assert drifts(3, 0.0, border * (1 - 1e-5)) > 0 > drifts(3, 0.0, border * (1 + 1e-5))
    drawn = min(beta2, 0.98)
    if abs(drawn - border) > 1e-5:
        assert (drift(3, 0.0, drawn) > 0) == (drawn < border)

    rest = exactly(1 - 0.9995159)
    assert drifts(101, 0.9, 1 - rest * 1.001) > 0 > drifts(101, 0.9, 1 - rest * 0.999)
    assert 0.9995158 < 1 - rest < 0.9995160
    assert drifts(101, 0.9, 0.999) > 0
    assert max(drifts(3, 0.9, i / 100) for i in range(1, 100)) < 0
    assert walks() == [True, False, False]

    assert_allclose(drift(C, beta1, beta2, amsgrad=True, late=200 // C + 2), -exactly(1 / C), rtol=1e-5)


@cache
def walks():
    return [page.walk_of(*told) > 0 for told in ((0.999,), (0.9999,), (0.999, True))]
