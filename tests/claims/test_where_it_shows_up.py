"""The claims of the chapter on where gradient descent shows up."""

from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from sharpening import at_most, exactly
from strategies import bowls, fractions, seeds

from gdtools import (
    finite_difference_gradient,
    gradient_descent,
    gradient_error,
    predicted_steps,
    projected_gradient,
    quadratic,
    spectrum,
)

page = page_code("where-it-shows-up")


@given(seeds)
def test_backpropagation(seed):
    """Back-propagation is the gradient: at a drawn θ the page's `backpropagate` agrees with differences of its loss."""
    theta = np.random.default_rng(seed).normal(size=33)
    assert gradient_error(page.loss, lambda theta: exactly(page.backpropagate(theta)), theta) < 1e-7


@given(bowls(), seeds, fractions)
def test_descent_on_the_sphere(bowl, seed, part):
    """Descent on the sphere, for a drawn H whose second energy is at least one per cent above the first,
    lowered for every other seed so that the first energy may be negative, but not beyond the last.

    - With 0 < η < 1/(E₁ + Eₙ) the rate max |1 − 2ηEᵢ|/(1 − 2ηE₁), i ≥ 2, is below 1; with 2 % more than 1/(E₁ + Eₙ)
      it is not, as long as 1 − 2ηE₁ is positive.
    - From a start that is not orthogonal to φ₁ the ratio of the other components to the first shrinks at each of 30
      steps at least by the rate; by exactly that from a start in the plane of φ₁ and the slowest direction.
    - The run ends at φ₁ or −φ₁, on the side of the start: after as many steps as the rate needs for 10⁻⁶, up to 3000.
    """
    H, E, V = bowl
    assume(E[1] > 1.01 * E[0])
    down = seed % 2 * 0.4 * (E[0] + E[-1])
    H, E = H - down * np.eye(len(E)), E - down
    border = exactly(1 / (E[0] + E[-1]))
    lr = part * border

    def rate(lr):
        return np.abs(1 - 2 * lr * E[1:]) / (1 - 2 * lr * E[0])

    worst = at_most(rate(lr).max())
    assert worst < 1
    assert rate(0.99 * border).max() < 1
    assert rate(1.02 * border).max() > 1 or 2.04 * border * E[0] >= 1

    def shares(start, n_steps, record=1):
        return projected_gradient(lambda p: 2 * H @ p, page.normalise, start, lr, n_steps, tol=0, record=record).hist @ V

    sides = np.random.default_rng(seed).choice([-1, 1], len(E))
    psi = V @ (sides * np.random.default_rng(seed).uniform(0.5, 1, len(E)))
    slowest = 1 + np.argmax(rate(lr))
    for start, bound in ((psi, np.less_equal), (V[:, 0] + V[:, slowest], np.isclose)):
        a = shares(start, 30)
        others = norm(a[:, 1:], axis=1) / np.abs(a[:, 0])
        fresh = others[:-1] > 1e-4
        assert bound(others[1:][fresh], worst * others[:-1][fresh] * (1 + 1e-6)).all()

    needed = predicted_steps(worst, 1e-7)
    if needed <= 3000:
        assert_allclose(shares(psi, needed, 0)[-1], np.eye(len(E))[0] * sides[0], atol=1e-6)


def test_scf_and_descent():
    """Fixed point and descent, the page's own, from a start off the centre.

    - With g = 1 the self-consistent iteration settles and descent converges, at the same energy.
    - With g = 2 and g = 30 the self-consistent iteration does not settle: its residual never falls below 0.1 and 1.
      It ends by swinging from side to side: the mean position changes its sign at each of the last ten steps, with the
      same size, 0.420 and 0.957.
    - Descent does converge there, to a state of the mean field, at an energy lower by more than 0.1 and 1.
    - The swing at g = 2 needs the start off the centre: from states kept even by hand, SCF settles.
    """
    (weak_scf, weak_residuals, _), weak = page.scf(1), page.direct(1)
    assert weak_residuals[-1] < 1e-9
    assert weak.stopped == "converged"
    assert_allclose(page.energy(weak_scf, 1), page.energy(weak.x, 1), rtol=1e-10)

    for g, least, place in ((2, 0.1, 0.420), (30, 1, 0.957)):
        (strong_scf, residuals, places), strong = page.scf(g, 100), page.direct(g)
        assert min(residuals) > least
        assert_allclose(np.abs(places[-10:]), place, atol=1e-3)
        assert (np.diff(np.sign(places[-10:])) != 0).all()

        assert strong.stopped == "converged"
        F = page.mean_field(strong.x, g)
        assert norm(F @ strong.x - (strong.x @ F @ strong.x) * strong.x) < 1e-6
        assert page.energy(strong.x, g) < page.energy(strong_scf, g) - least

    psi = page.normalise(np.exp(-(page.x**2) / 2))
    for _ in range(60):
        psi = np.linalg.eigh(page.mean_field(page.normalise(psi + psi[::-1]), 2))[1][:, 0]
    F = page.mean_field(psi, 2)
    assert norm(F @ psi - (psi @ F @ psi) * psi) < 1e-9


@cache
def descended(g):
    """The state at which the page's direct minimisation ends."""
    return page.direct(g).x


@cache
def solution(g):
    """That state, polished by Newton's method."""
    psi, one = descended(g), np.eye(59)
    for _ in range(3):
        F, K = page.mean_field(psi, g), np.diag(2 * g / page.h * psi**2)
        m = psi @ F @ psi
        A = np.block([[F + K - m * one, -psi[:, None]], [psi[None], np.zeros((1, 1))]])
        psi = page.normalise(psi + np.linalg.solve(A, np.append(m * psi - F @ psi, 0))[:-1])
    return psi


def scf_step(psi, g, alpha=1.0):
    """The part alpha of the way to the lowest eigenvector of the frozen operator; 1 is plain SCF."""
    new = np.linalg.eigh(page.mean_field(psi, g))[1][:, 0]
    return page.normalise(psi + alpha * (new * np.sign(new @ psi) - psi))


def descent_step(psi, g, lr):
    """A step along the sphere, against 2(Fψ − mψ), then back to unit length."""
    force = page.mean_field(psi, g) @ psi
    return page.normalise(psi - 2 * lr * (force - (psi @ force) * psi))


def attracts(psi, step, start, n_steps):
    """Whether n steps from a start beside psi end nearer to it."""
    phi = start
    for _ in range(n_steps):
        phi = step(phi)
    return norm(phi - psi) < norm(start - psi)


def settles(psi, g, start):
    """Whether plain SCF from a start beside psi ends nearer to it, after 60 steps."""
    return attracts(psi, lambda phi: scf_step(phi, g), page.normalise(psi + start), 60)


@pytest.mark.parametrize("g", [0.3, 1.6, 1.8, 3.4, 3.7])
def test_scf_multipliers(g):
    """SCF is a preconditioned gradient step of length 1, at the page's own solution for g about the borders.

    - B is positive definite on the vectors orthogonal to ψ.
    - To first order in a disturbance t of 10⁻⁶, to a thousandth: descent takes t to (I − 2η(B + R)) t, and SCF to −B⁻¹R t.
    - The eigenvalues σᵢ of B⁻¹R are real and positive: the multipliers of SCF, −σᵢ, are negative.
      The page's `multipliers` and `measured` agree, for odd and for even disturbances.
    - Plain SCF repels as soon as the largest σᵢ exceeds 1: odd disturbances grow for g ≥ 1.8 and vanish for g ≤ 1.6,
      as a start off the centre does; even ones, kept even by hand, grow for g = 3.7 and vanish for g ≤ 3.4.
      The borders are 1.705 and 3.551.
    - Descent attracts for η up to 1/λₘₐₓ(B + R), tried at 10, 50 and 99 % of it, and no longer at 101 %.
    - Damped SCF attracts at 95 % of τ = 2/(1 + σₘₐₓ) and not at 105 %.
    """
    psi = solution(g)
    F, R = page.mean_field(psi, g), np.diag(2 * g / page.h * psi**2)
    B, across = F - (psi @ F @ psi) * np.eye(59), np.eye(59) - np.outer(psi, psi)
    basis = np.linalg.svd(psi[None])[2][1:]  # orthonormal, of what is orthogonal to psi
    B_across, R_across = basis @ B @ basis.T, basis @ R @ basis.T
    assert spectrum(B_across)[0] > 0

    lam = np.linalg.eigvalsh(across @ (B + R) @ across)[1:]
    t = 1e-6 * page.normalise(across @ (np.random.default_rng(0).normal(size=59) * psi))
    near, lr = page.normalise(psi + t), 0.9 / lam[-1]
    assert_allclose(across @ descent_step(near, g, lr), exactly(t - 2 * lr * across @ (B + R) @ t), atol=1e-3 * norm(t))
    expected = exactly(-np.linalg.pinv(across @ B @ across, rcond=1e-10) @ R @ t)
    assert_allclose(across @ scf_step(near, g), expected, atol=1e-3 * norm(expected))

    values = np.linalg.eigvals(np.linalg.solve(B_across, R_across))
    assert abs(values.imag).max() < 1e-9
    assert values.real.min() > -1e-9
    odd, even, curvatures = page.multipliers(psi, g)
    assert_allclose(curvatures, 2 * lam, rtol=1e-6)
    assert_allclose([-odd, -even], np.sort(values.real)[[-1, -2]], rtol=1e-9)
    for state in (psi, descended(g)):
        nudged = [page.measured(state, g, nudge) for nudge in (page.x * psi, psi**3)]
        assert_allclose(nudged, [odd, even], rtol=0.02)

    assert (odd > -1) == settles(psi, g, 1e-3 * page.x * psi) == (page.scf(g, 400)[1][-1] < 1e-6) == (g < 1.705)
    phi = page.normalise(psi + 1e-3 * psi**3)
    first = norm(phi - psi)
    for _ in range(60):
        phi = scf_step(page.normalise(phi + phi[::-1]), g)
    assert (even > -1) == (norm(phi - psi) < first) == (g < 3.551)
    for border, parity in ((exactly(1.705), 0), (3.551, 1)):
        assert page.multipliers(solution(border - 1e-3), border - 1e-3)[parity] > -1
        assert page.multipliers(solution(border + 1e-3), border + 1e-3)[parity] < -1

    beside = page.normalise(psi + 1e-6 * page.normalise(basis.sum(axis=0)))
    for part in (0.1, 0.5, 0.99, 1.01):
        assert attracts(psi, lambda phi, lr=part / lam[-1]: descent_step(phi, g, lr), beside, 400) == (part < 1)

    beside = page.normalise(psi + 1e-3 * page.x * psi + 1e-3 * psi**3)
    for part in (0.95, 1.05):
        assert attracts(psi, lambda phi, a=part * 2 / (1 - odd): scf_step(phi, g, a), beside, 60) == (part < 1)


@given(bowls(), seeds, fractions)
def test_residual_iteration(bowl, seed, part):
    """The residual is the negative gradient, for a drawn positive definite K, f and start: for 20 steps
    u ← u + ω(f − Ku) is gradient descent with the step ω on ½u·Ku − f·u.
    """
    K, lam, _ = bowl
    rng = np.random.default_rng(seed)
    f, u, omega = rng.normal(size=len(lam)), rng.normal(size=len(lam)), part * 2 / lam[-1]
    hist = gradient_descent(quadratic(K, f).grad, u, exactly(omega), 20, tol=0).hist
    moved = [u]
    for _ in range(20):
        u = u + omega * (f - K @ u)
        moved.append(u)
    assert_allclose(hist, moved, atol=1e-9 * (1 + norm(hist[0])) * (1 + norm(f) / lam[0]))


def two_populations(seed, apart):
    """Drawn data from two populations, apart by so much."""
    rng = np.random.default_rng(seed)
    return rng.normal(rng.choice([-apart / 2, apart / 2], 60), rng.uniform(0.3, 1.5))


def curvature(m, x):
    """The Hessian of the page's likelihood, from differences of its gradient."""
    return page.hessian(lambda m: page.nll_grad(m, x), m)


@given(seeds, st.floats(0.1, 3.9) | st.just(3.9), st.floats(0, 4))
def test_exchangeable_means(seed, lr, apart):
    """The names of the populations do not matter, for the page's own likelihood, its data and drawn data, and drawn means.

    - f(m₁, m₂) = f(m₂, m₁).
    - A run that starts with m₁ = m₂ and takes a fixed step below 4 keeps them equal and ends at the mean of all data;
      with a step of 4.1 it goes away from there at every step.
    - The curvatures at the mean are half of 1 minus the variance of the data, along (1, −1), and ½: it is a saddle if the
      variance exceeds 1, as that of the page's data does, and no saddle if it does not.
    - H is the difference of the claim's two matrices, to 10⁻⁶, and no curvature exceeds 1, at means up to 4 and up to 40.
      Where all data belong to one of the means a curvature comes within a thousandth of 1.
    """
    m, border = np.random.default_rng(seed).uniform(-4, 4, 2), exactly(4)
    for x in (page.data, two_populations(seed, apart)):
        assert_allclose(page.nll(m, x), page.nll(m[::-1], x))

        run = gradient_descent(lambda m, x=x: page.nll_grad(m, x), [m[0], m[0]], lr / 4 * border, 500)
        assert_allclose(run.hist[:, 0], run.hist[:, 1])
        assert_allclose(run.x, x.mean(), atol=1e-8)
        beyond = abs(gradient_descent(lambda m, x=x: page.nll_grad(m, x), [m[0], m[0]], 1.025 * border, 50).hist - x.mean())
        assert (beyond[1:] > beyond[:-1]).all()

        H = curvature(run.x, x)
        across = exactly((1 - x.var()) / 2)
        assert_allclose(np.array([1, -1]) @ H @ [1, -1] / 2, across, atol=1e-6)
        assert_allclose(spectrum(H), np.sort([across, exactly(1 / 2)]), atol=1e-6)

        for means in (m, 10 * m):
            r = responsibilities(means, x)
            w = np.array([x - means[0], means[1] - x])
            expected = exactly(np.diag([r.mean(), 1 - r.mean()]) - (r * (1 - r) * w) @ w.T / len(x))
            assert_allclose(curvature(means, x), expected, atol=1e-6 * (1 + norm(means) ** 2))
            assert spectrum(expected)[-1] <= 1 + 1e-12
        highest = at_most(1)
        assert highest - 1e-3 < spectrum(curvature(np.array([x.mean(), x.mean() + 40]), x))[-1] <= highest + 1e-6

    assert page.data.var() > 1


def responsibilities(m, x):
    """The probabilities that the data belong to the first population."""
    return 1 / (1 + np.exp(np.clip((x - m[0]) ** 2 / 2 - (x - m[1]) ** 2 / 2, -700, 700)))


def settled(m, x):
    """Where EM ends, or is after 1000 steps."""
    for _ in range(1000):
        m, last = page.em(m, x), m
        if norm(m - last) < 1e-13:
            break
    return m


@settings(max_examples=40)
@given(seeds, st.floats(1, 4))
def test_em_step(seed, apart):
    """EM is a preconditioned gradient step of length 1, for the page's own `em`, its data and drawn data.

    - At drawn means the page's step, the means weighted by r, is m − D⁻¹∇f(m).
    - Where EM ends from drawn means with a positive definite Hessian, the derivative of its step, from differences, has
      the eigenvalues of D⁻¹(1/n)Σ rᵢ(1 − rᵢ)wᵢwᵢᵀ, and they lie in [0, 1).
    - It attracts there: from a start beside that point the distance, measured by D, falls at each of 20 steps, and the
      error along the slowest direction keeps its side.
    """
    rng = np.random.default_rng(seed)
    for x in (page.data, two_populations(seed, apart)):
        m = rng.uniform(-3, 3, 2)
        r = responsibilities(m, x)
        assume(0.01 < r.mean() < 0.99)
        assert_allclose(page.em(m, x), [r @ x / r.sum(), (1 - r) @ x / (1 - r).sum()], rtol=1e-9, atol=1e-9)
        step = exactly(-page.nll_grad(m, x) / [r.mean(), 1 - r.mean()])
        assert_allclose(page.em(m, x), m + step, rtol=1e-9, atol=1e-9)

        m = settled(m, x)
        assume(norm(page.em(m, x) - m) < 1e-12)
        r, w = responsibilities(m, x), np.array([x - m[0], m[1] - x])
        D, N = np.array([r.mean(), 1 - r.mean()]), (r * (1 - r) * w) @ w.T / len(x)
        assume(spectrum(np.diag(D) - (N + N.T) / 2)[0] > 1e-2 and D.min() > 0.01)
        rows = [finite_difference_gradient(lambda u, i=i, x=x: page.em(u, x)[i], m) for i in range(2)]
        assert_allclose(rows, exactly(N / D[:, None]), atol=1e-5)
        values, vectors = np.linalg.eig(N / D[:, None])
        assert values.min() > -1e-12
        assert values.max() < 1

        direction = vectors[:, np.argmax(values)]
        near, sizes, sides = m + 1e-4 * direction, [], []
        for _ in range(20):
            near = page.em(near, x)
            sizes.append(np.sqrt(D @ (near - m) ** 2))
            sides.append((near - m) @ (D * direction))
        fresh = np.array(sizes) > 1e-9
        assert (np.diff(sizes)[fresh[1:]] < 0).all()
        assert (np.array(sides)[fresh] > 0).all()
