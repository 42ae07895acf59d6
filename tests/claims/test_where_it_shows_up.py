"""The claims of the chapter on where gradient descent shows up."""

from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from strategies import bowls, fractions, seeds

from gdtools import gradient_descent, gradient_error, projected_gradient, quadratic, spectrum

page = page_code("where-it-shows-up")


@given(seeds)
def test_backpropagation(seed):
    """Back-propagation is the gradient: at a drawn θ the page's `backpropagate` agrees with differences of its loss."""
    theta = np.random.default_rng(seed).normal(size=33)
    assert gradient_error(page.loss, page.backpropagate, theta) < 1e-7


@given(bowls(), seeds, fractions)
def test_descent_on_the_sphere(bowl, seed, part):
    """Descent on the sphere, for a drawn H whose second energy is at least one per cent above the first.

    - With 0 < η < 1/(E₁ + Eₙ) the rate max |1 − 2ηEᵢ|/(1 − 2ηE₁), i ≥ 2, is below 1.
    - From a start that is not orthogonal to φ₁ the ratio of the other components to the first shrinks at each of 30
      steps at least by the rate, so the run converges to ±φ₁.
    """
    H, E, V = bowl
    assume(E[1] > 1.01 * E[0])
    lr = part / (E[0] + E[-1])
    rate = np.abs(1 - 2 * lr * E[1:]).max() / (1 - 2 * lr * E[0])
    assert rate < 1

    psi = V @ np.random.default_rng(seed).uniform(0.5, 1, len(E))
    shares = projected_gradient(lambda p: 2 * H @ p, page.normalise, psi, lr, 30, tol=0).hist @ V
    others = norm(shares[:, 1:], axis=1) / np.abs(shares[:, 0])
    assert (others[1:] <= rate * others[:-1] + 1e-9).all()


def test_scf_and_descent():
    """Fixed point and descent, the page's own.

    - With g = 1 the self-consistent iteration settles and descent converges, at the same energy.
    - With g = 30 the self-consistent iteration does not settle: its residual never falls below 1.
    - Descent does converge there, to a state of the mean field, at an energy lower by more than 1.
    """
    (weak_scf, weak_residuals), weak = page.scf(1), page.direct(1)
    assert weak_residuals[-1] < 1e-9
    assert weak.stopped == "converged"
    assert_allclose(page.energy(weak_scf, 1), page.energy(weak.x, 1), rtol=1e-10)

    (strong_scf, strong_residuals), strong = page.scf(30), page.direct(30)
    assert min(strong_residuals) > 1

    assert strong.stopped == "converged"
    F = page.mean_field(strong.x, 30)
    assert norm(F @ strong.x - (strong.x @ F @ strong.x) * strong.x) < 1e-6
    assert page.energy(strong.x, 30) < page.energy(strong_scf, 30) - 1


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


@pytest.mark.parametrize("g", [0.3, 1.5, 2.0, 4.0])
def test_scf_multipliers(g):
    """SCF is a preconditioned gradient step of length 1, at the page's own solution for g below and above the border.

    - B is positive definite on the vectors orthogonal to ψ.
    - To first order in a disturbance t of 10⁻⁶, to a thousandth: descent takes t to (I − 2η(B + K)) t, and SCF to −B⁻¹K t.
    - The eigenvalues sᵢ of B⁻¹K are real and not negative, to rounding: the multipliers of SCF, −sᵢ, are not positive.
      The page's `multipliers` and `measured` agree.
    - Plain SCF repels as soon as the largest sᵢ exceeds 1, which is so for g ≥ 2.
    - Descent attracts for η up to 1/λₘₐₓ(B + K), tried at 10, 50 and 99 % of it, and no longer at 101 %.
    - Damped SCF attracts at 90 % of α = 2/(1 + sₘₐₓ) and not at 110 %.
    """
    psi = solution(g)
    F, K = page.mean_field(psi, g), np.diag(2 * g / page.h * psi**2)
    B, across = F - (psi @ F @ psi) * np.eye(59), np.eye(59) - np.outer(psi, psi)
    basis = np.linalg.svd(psi[None])[2][1:]  # orthonormal, of what is orthogonal to psi
    B_across, K_across = basis @ B @ basis.T, basis @ K @ basis.T
    assert spectrum(B_across)[0] > 0

    lam = np.linalg.eigvalsh(across @ (B + K) @ across)[1:]
    t = 1e-6 * page.normalise(across @ (np.random.default_rng(0).normal(size=59) * psi))
    near, lr = page.normalise(psi + t), 0.9 / lam[-1]
    assert_allclose(across @ descent_step(near, g, lr), t - 2 * lr * across @ (B + K) @ t, atol=1e-3 * norm(t))
    expected = -np.linalg.pinv(across @ B @ across, rcond=1e-10) @ K @ t
    assert_allclose(across @ scf_step(near, g), expected, atol=1e-3 * norm(expected))

    values = np.linalg.eigvals(np.linalg.solve(B_across, K_across))
    assert abs(values.imag).max() < 1e-9
    assert values.real.min() > -1e-9
    multiplier, curvatures = page.multipliers(psi, g)
    assert_allclose(curvatures, 2 * lam, rtol=1e-6)
    assert_allclose(-multiplier, values.real.max(), rtol=1e-9)
    assert_allclose([page.measured(psi, g), page.measured(descended(g), g)], multiplier, rtol=0.02)

    assert (multiplier < -1) == (page.scf(g, 400)[1][-1] > 0.1) == (g >= 2)

    beside = page.normalise(psi + 1e-6 * page.normalise(basis.sum(axis=0)))
    for part in (0.1, 0.5, 0.99, 1.01):
        assert attracts(psi, lambda phi, lr=part / lam[-1]: descent_step(phi, g, lr), beside, 400) == (part < 1)

    beside = page.normalise(psi + 1e-3 * page.x * psi + 1e-3 * psi**3)
    for part in (0.9, 1.1):
        assert attracts(psi, lambda phi, a=part * 2 / (1 - multiplier): scf_step(phi, g, a), beside, 60) == (part < 1)


@given(bowls(), seeds, fractions)
def test_residual_iteration(bowl, seed, part):
    """The residual is the negative gradient, for a drawn positive definite K, f and start: for 20 steps
    u ← u + ω(f − Ku) is gradient descent with the step ω on ½u·Ku − f·u.
    """
    K, lam, _ = bowl
    rng = np.random.default_rng(seed)
    f, u, omega = rng.normal(size=len(lam)), rng.normal(size=len(lam)), part * 2 / lam[-1]
    hist = gradient_descent(quadratic(K, f).grad, u, omega, 20, tol=0).hist
    moved = [u]
    for _ in range(20):
        u = u + omega * (f - K @ u)
        moved.append(u)
    assert_allclose(hist, moved, atol=1e-9 * (1 + norm(hist[0])) * (1 + norm(f) / lam[0]))


@given(seeds, st.floats(0.1, 3.9))
def test_exchangeable_means(seed, lr):
    """The names of the populations do not matter, for the page's own likelihood and data, and drawn means.

    - f(m₁, m₂) = f(m₂, m₁).
    - A run that starts with m₁ = m₂ and takes a fixed step below 4 keeps them equal and ends at the mean of all data;
      with a step of 4.1 it goes away from there at every step.
    - The variance of the data exceeds 1, and the mean is a saddle: its curvatures are half of 1 minus the variance,
      which is negative, and ½.
    - No curvature exceeds 1.
    """
    m = np.random.default_rng(seed).uniform(-4, 4, 2)
    assert_allclose(page.nll(m), page.nll(m[::-1]))

    run = gradient_descent(page.nll_grad, [m[0], m[0]], lr, 500)
    assert_allclose(run.hist[:, 0], run.hist[:, 1])
    assert_allclose(run.x, page.data.mean(), atol=1e-8)
    beyond = abs(gradient_descent(page.nll_grad, [m[0], m[0]], 4.1, 50).hist - page.data.mean())
    assert (beyond[1:] > beyond[:-1]).all()

    assert page.data.var() > 1
    assert_allclose(spectrum(page.hessian(page.nll_grad, run.x)), [(1 - page.data.var()) / 2, 1 / 2], atol=1e-6)

    assert spectrum(page.hessian(page.nll_grad, m))[-1] <= 1 + 1e-6
