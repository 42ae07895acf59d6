"""The claims of the chapter on data that do not fit."""

import tracemalloc
from itertools import combinations
from math import ceil

import dask
import dask.array as da
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from page_code import page_code
from sharpening import at_most, exactly
from strategies import bowls, fractions, seeds

from gdtools import gradient_descent, over_chunks, preconditioned, quadratic

page = page_code("scale")
sizes = st.lists(st.integers(1, 9), min_size=1, max_size=6)


def test_bytes_counted():
    """What a run reads, by the page's own gradient; the source counts.

    - k steps read each row k times, and no byte more.
    - Loss and gradient from one block read it once, from two blocks twice.
    - At no time are more than a few chunks in memory: of 25 chunks of 1 MB fewer than 4.
    """
    rows, chunk, read = 150_000, 6000, []

    def rows_of(block_info):
        first, last = block_info[None]["array-location"][0]
        made = np.full((last - first, 21), 0.5)
        read.append((first, made.nbytes))
        return made

    parts = ((chunk,) * (rows // chunk), (21,))
    table = da.map_blocks(rows_of, chunks=parts, dtype=float, meta=np.empty((0, 0)))
    total = page.over_chunks(page.slope, table)
    with dask.config.set(scheduler="synchronous"):
        total(np.zeros(20))  # imports what is imported at the first call
        read.clear()
        tracemalloc.start()
        run = gradient_descent(lambda w: total(w) / rows, np.zeros(20), 0.1, 7, tol=0)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert run.n_steps == 7
        assert sum(size for _, size in read) == 7 * rows * 21 * 8
        assert sorted(first for first, _ in read) == sorted(7 * list(range(0, rows, chunk)))
        assert peak < 4 * chunk * 21 * 8

        for blocks, times in (
            ([lambda M, w: np.append(page.loss(M, w), page.slope(M, w))], 1),
            ([lambda M, w: np.atleast_1d(page.loss(M, w)), page.slope], 2),
        ):
            read.clear()
            told = np.concatenate([page.over_chunks(block, table)(np.ones(20)) for block in blocks])
            assert len(read) == times * (rows // chunk)
            whole = np.full((rows, 21), 0.5)
            assert_allclose(told, np.append(page.loss(whole, np.ones(20)), page.slope(whole, np.ones(20))))


@given(sizes, seeds, st.integers(1, 4))
def test_sums_in_chunks(cut, seed, d):
    """Sums in chunks, for drawn cuts and integers, by the page's own sum and by that of `gdtools`.

    - G, h and the squares are the sums of those of the chunks, the same to the last bit for all cuts.
    - Every gradient is Gw − h, and where Gw = h the sum of squares is that of y less h·w.
    - The mean of the means of the chunks is that of all rows for all data if and only if the chunks are equal: a row's
      weight is 1/(m n_j).
    """
    rng, n = np.random.default_rng(seed), sum(cut)
    M = rng.integers(-1000, 1000, (n, d + 1)).astype(float)
    table = da.from_array(M, chunks=(tuple(cut), (d + 1,)))
    with dask.config.set(scheduler="synchronous"):
        for sums in (page.over_chunks, over_chunks):
            both = sums(lambda M, w: M.T @ M, table)(0)
            assert_array_equal(both, exactly(1) * (M.T @ M))
    G, h, squares = both[:d, :d], both[:d, d], both[d, d]
    X, y, w = M[:, :d], M[:, d], rng.normal(size=d)
    assert_allclose(X.T @ (X @ w - y), exactly(1) * (G @ w - h), rtol=1e-9, atol=1e-6 * abs(h).max() + 1e-6)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    assert_allclose(np.sum((X @ best - y) ** 2), exactly(squares - h @ best), rtol=1e-6, atol=1e-6 * squares)

    weights = np.repeat([exactly(1 / (len(cut) * rows)) for rows in cut], cut)
    means = np.mean([part.mean(axis=0) for part in np.split(M, np.cumsum(cut)[:-1])], axis=0)
    assert_allclose(means, weights @ M, rtol=1e-9, atol=1e-9)
    assert np.allclose(weights, 1 / n) == (len(set(cut)) == 1)


@given(seeds, st.floats(1.2, 60), st.floats(1e-2, 1e2), st.floats(2, 100))
def test_passes_to_se(seed, kappa, L, ratio):
    """Passes grow with the logarithm of the rows: drawn sums of a parabola and functions of Huber, and the parabola alone,
    also with κ = 400.

    - Each step of 1/L leaves at most (1 − 1/κ)² of the gap; ½μx² attains it.
    - From e₀ to ε it takes at most ⌈κ log(e₀/ε)⌉ passes; ½μx² with κ = 400 takes less than 1 % fewer.
    - With a hundred times the rows at the same f, at most ⌈κ log 10⌉ more, likewise.
    """
    rng = np.random.default_rng(seed)
    weights, edges = rng.dirichlet(np.ones(5)), 10 ** rng.uniform(-2, 1, 5)

    def rate(kappa):
        return at_most((1 - 1 / kappa) ** 2)

    def bound(kappa, ratio):
        return at_most(ceil(kappa * np.log(ratio)))

    def more(kappa):
        return at_most(ceil(kappa * np.log(10)))

    def check(parts, mu, kappa, ratio):
        lr, n_iter = 1 / (mu * kappa), ceil(kappa * np.log(10 * ratio)) + 1
        hist = gradient_descent(lambda x: mu * x + (parts * np.clip(x, -edges, edges)).sum(), 3.0, lr, n_iter, tol=0).hist
        x = abs(hist[:, None])
        gaps = mu / 2 * hist**2 + (parts * np.where(x < edges, x * x / 2, edges * x - edges**2 / 2)).sum(axis=1)
        assert (gaps[1:] <= rate(kappa) * gaps[:-1] * (1 + 1e-9)).all()
        e = np.sqrt(gaps / gaps[0])
        assert e[-1] <= 0.1 / ratio
        there, with_more_rows = (np.argmax(e <= (1 + 1e-9) * goal / ratio) for goal in (1, 0.1))
        assert there <= bound(kappa, ratio)
        assert with_more_rows - there <= more(kappa)

    check((L - L / kappa) * weights, L / kappa, kappa, ratio)
    check(0 * weights, L / kappa, kappa, ratio)
    check(0 * weights, 1.0, 400.0, 10.0)


@given(bowls(), seeds, st.integers(2, 7), st.integers(1, 6))
def test_sample_step(bowl, seed, n, m):
    """A sample, and one pass, for a drawn H and H_m, and for all samples of m of n drawn numbers.

    - The step with H_m leaves I − H_m⁻¹H of the error; H_m = H arrives.
    - In the page's variables, Rw with RᵀR = H_m, it is a plain step of 1.
    - In units of s/√n the mean square of the distance of the samples' means is n/m − 1.
    """
    A, lam, _ = bowl
    rng, d = np.random.default_rng(seed), len(lam)
    B = rng.normal(size=(d, 2 * d))
    Hm = A + lam[0] * B @ B.T / 4 / d
    f = quadratic(A, rng.normal(size=d))
    w0, best = rng.normal(size=d), f.minimisers[0]
    left = exactly(1) * (np.eye(d) - np.linalg.solve(Hm, A)) @ (w0 - best)
    w1 = preconditioned(f.grad, lambda w, g: np.linalg.solve(Hm, g), w0, 1.0, 1, tol=0).x
    assert_allclose(w1 - best, left, rtol=1e-6, atol=1e-9 * np.abs(w0 - best).max())
    R = np.linalg.cholesky(Hm).T
    u = gradient_descent(lambda u: np.linalg.solve(R.T, f.grad(np.linalg.solve(R, u))), R @ w0, 1.0, 1, tol=0).x
    assert_allclose(np.linalg.solve(R, u), w1, rtol=1e-6, atol=1e-9 * np.abs(w1).max())

    m, numbers = min(m, n), rng.normal(size=n)
    off = [np.mean(drawn) - numbers.mean() for drawn in combinations(numbers, m)]
    unit = numbers.std(ddof=1) / np.sqrt(n)
    assert_allclose(np.mean(np.square(off)) / unit**2, exactly(n / m - 1), rtol=1e-9, atol=1e-9)


@given(seeds, st.integers(1, 6), st.integers(2, 4), fractions, fractions)
def test_local_steps(seed, K, machines, part, small):
    """Where local steps settle, for drawn machines, K and η, each step by `gradient_descent`.

    - The rounds converge to the point of the formula; for K = 1 this is the minimiser of the sum.
    - Two machines with one variable, different curvatures and minimisers, K ≥ 2 and η at most 1 over the larger curvature:
      never the minimiser, neither by the formula nor by the page's own example.
    """
    rng, d = np.random.default_rng(seed), 2
    turns = [np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(machines)]
    H = np.array([(Q * rng.uniform(0.3, 1, d)) @ Q.T for Q in turns])
    ends, lr = rng.normal(size=(machines, d)), 0.2 + 1.6 * part

    def round_of(w, K):
        local = [
            gradient_descent(lambda x, A=A, end=end: A @ (x - end), w, lr, K, tol=0).x for A, end in zip(H, ends, strict=True)
        ]
        return np.mean(local, axis=0)

    def rounds(K):
        w = np.zeros(d)
        for _ in range(300):
            w = round_of(w, K)
        return w

    P = [np.eye(d) - np.linalg.matrix_power(np.eye(d) - lr * A, K) for A in H]
    there = np.linalg.solve(sum(P), sum(p @ end for p, end in zip(P, ends, strict=True)))
    assert_allclose(rounds(K), exactly(1) * there, rtol=1e-6, atol=1e-8)
    lowest = np.linalg.solve(H.sum(axis=0), sum(A @ end for A, end in zip(H, ends, strict=True)))
    assert_allclose(rounds(1), exactly(1) * lowest, rtol=1e-6, atol=1e-8)

    bends, apart = np.array([small, 1.0]), np.array([0.0, 1.0])
    weight = page.settled(K, bends, apart)
    assert_allclose(weight, exactly(1 / (2 - (1 - small) ** K)), rtol=1e-9)
    assert (weight < bends @ apart / bends.sum() - 1e-6 * (1 - small)) == (K > 1)


@given(*(st.floats(1e-6, 1e2) for _ in range(4)), st.integers(1, 1000), st.integers(1, 2000))
def test_scheduler_bound(a, o_s, o_w, D, N, W):
    """What the scheduler allows, for drawn numbers of the model, by the page's own terms.

    - t₁/T ≤ ½√(D/(b o_s)).
    - With a = o_w = 0, W = N and chunks of √(o_s D b) bytes it is attained.
    """

    def speed_up(fit, D, N, W):
        return fit[3] * D / (page.terms(float(N), W, D) @ fit)

    def bound(o_s, D):
        return at_most(np.sqrt(D / o_s) / 2)  # b = 1

    assert speed_up(np.array([a, o_s, o_w, 1.0]), D, N, W) <= bound(o_s, D) * (1 + 1e-9)
    fitting = D / N**2  # for which √(o_s D b) = D/N
    assert speed_up(np.array([0, fitting, 0, 1.0]), D, N, N) <= bound(fitting, D) * (1 + 1e-9)
    assert_allclose(speed_up(np.array([0, fitting, 0, 1.0]), D, N, N), exactly(np.sqrt(D / fitting) / 2), rtol=1e-9)
