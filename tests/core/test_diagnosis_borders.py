"""Where a diagnosis draws its lines: inputs a third below and a third above each threshold are judged differently."""

import numpy as np
import pytest

from gdtools import diagnose, gradient_descent, least_squares

ROUND = np.array([1.0, 0.5])


def parabola(lam, lr, x0=(1.0, 1.0), **more):
    lam = np.array(lam)
    return dict(f=lambda x: 0.5 * lam @ x**2, grad=lambda x: lam * x, x0=np.array(x0), lr=lr) | more


def short(ratio):
    """A run that was brought, at this share of 2/L."""
    lr = 0.01 * 2 * ratio
    return parabola(ROUND, lr, run=gradient_descent(lambda x: ROUND * x, [1.0, 1.0], lr, 5))


def own_short(ratio):
    """The same for the run that is made by the diagnosis."""
    return parabola(ROUND, 1e-3 * 2 * ratio)


def steep(ratio):
    """A valley with this condition number, turned out of the axes."""
    kappa, turn = 1e4 * ratio, np.array([[0.6, -0.8], [0.8, 0.6]])
    H = turn @ np.diag([1, 1 / kappa]) @ turn.T
    return dict(f=lambda x: 0.5 * x @ H @ x, grad=lambda x: H @ x, x0=turn @ [1, np.sqrt(kappa)], lr=1.0)


def alike(ratio):
    """Two columns whose singular values are so far apart."""
    way, side = np.linalg.qr(np.random.default_rng(0).normal(size=(30, 2)))[0].T
    X = np.column_stack([way + 1e-6 * ratio * side, way - 1e-6 * ratio * side])
    f = least_squares(X, 3 * way + side)
    return dict(f=f, grad=f.grad, x0=np.zeros(2), lr=15.0 / 2, X=X, y=3 * way + side)


def jump(ratio):
    """A parabola with an edge, about which the run hovers: the edge is this share of the change of the slope."""
    lr = 2 - 2 * 0.02 * ratio
    return dict(f=lambda x: 0.5 * x @ x + 0.1 * np.abs(x).sum(), grad=lambda x: x + 0.1 * np.sign(x), x0=[1.0], lr=lr)


def strays(ratio):
    """A loop whose steps are longer than lr asks for."""
    told = 0.2 * (1 + 1e-3 * ratio)
    return parabola(ROUND, 0.2, run=gradient_descent(lambda x: ROUND * x, [1.0, 1.0], told, 5))


def settled(ratio):
    """Momentum whose swings shrink to a hundredth in so many of the steps that are made."""
    beta = 0.01 ** (2 / (400 * ratio))
    return parabola(ROUND, 0.5, method="momentum", beta=float(beta))


# What is said below and above the threshold, and how far off the two inputs are.
BORDERS = {
    short: ("step-too-short", "fine", 1.4), own_short: ("step-too-short", "fine", 1.4), steep: ("fine", "conditioning", 1.4),
    alike: ("dependent-columns", "conditioning", 1.4), jump: ("step-too-long", "edge", 1.4), strays: ("fine", "unknown", 1.4),
    settled: ("fine", "beta-too-large", 1.07),
}  # fmt: skip


@pytest.mark.parametrize(("make", "said"), BORDERS.items(), ids=[make.__name__ for make in BORDERS])
def test_just_below_and_just_above_a_threshold_two_things_are_said(make, said):
    *causes, off = said
    assert [diagnose(**make(ratio)).cause for ratio in (1 / off, off)] == causes


@pytest.mark.parametrize(("ratio", "evidence"), [(1 / 1.4, "lower"), (1.4, "lowest")])
def test_a_saddle_is_known_by_its_curvature_where_that_is_told_from_0_and_else_by_lower_values(ratio, evidence):
    found = diagnose(**parabola([1, -1e-6 * ratio], 0.5, x0=(0.0, 0.0)))
    assert (found.cause, evidence in found.evidence) == ("saddle", True)
