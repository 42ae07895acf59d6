"""Where a diagnosis draws its lines: inputs a third below and a third above each threshold are judged differently."""

import numpy as np
import pytest

from gdtools import Descent, adam, diagnose, gradient_descent, least_squares
from gdtools.diagnosis.case import Case
from gdtools.diagnosis.losses import paired_loss

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


def far(ratio):
    """A minimum ten times as far away as Adam came, times this."""
    grad = lambda x: x - 0.01 * 10 * 100 * ratio  # noqa: E731
    return dict(f=lambda x: 0.5 * grad(x) @ grad(x), grad=grad, x0=[0.0], lr=0.01, method="adam",
                run=adam(grad, [0.0], 0.01, 100))  # fmt: skip


def calm(ratio):
    """A run of Adam that rests at the minimum for about eight steps, times this, before it is thrown out."""
    hist = np.array([[1.0], *[[1e-3]] * round(8 * ratio), [0.5]])
    return dict(f=lambda x: x @ x, grad=lambda x: 2 * x, x0=hist[0], lr=0.2, run=hist, method="adam")


def crest(ratio):
    """A run that went so far beside the crest of a ridge, in millionths of the scale."""
    beside = 50e-6 * ratio
    f = lambda x: 0.05 * (x[0] - 50.02) ** 2 - 2.5e-4 * x[1] ** 2 + 1.25e-4 * x[1] ** 4  # noqa: E731
    grad = lambda x: np.array([0.1 * (x[0] - 50.02), 5e-4 * (x[1] ** 3 - x[1])])  # noqa: E731
    hist = np.array([[x, beside] for x in (0.0, 20.0, 50.0)])
    return dict(f=f, grad=grad, x0=hist[0], lr=0.3, run=Descent(hist[-1], hist, 40))


# What is said below and above the threshold, and how far off the two inputs are.
BORDERS = {
    short: ("step-too-short", "fine", 1.4), own_short: ("step-too-short", "fine", 1.4), steep: ("fine", "conditioning", 1.4),
    alike: ("dependent-columns", "conditioning", 1.4), jump: ("step-too-long", "edge", 1.4), strays: ("fine", "unknown", 1.4),
    settled: ("fine", "beta-too-large", 1.07), far: ("fine", "step-too-short", 1.4), crest: ("saddle", "fine", 1.3),
    calm: ("unknown", "adam-bursts", 1.15),
}  # fmt: skip


@pytest.mark.parametrize(("make", "said"), BORDERS.items(), ids=[make.__name__ for make in BORDERS])
def test_just_below_and_just_above_a_threshold_two_things_are_said(make, said):
    *causes, off = said
    assert [diagnose(**make(ratio)).cause for ratio in (1 / off, off)] == causes


@pytest.mark.parametrize(("ratio", "evidence"), [(1 / 1.4, "lower"), (1.4, "lowest")])
def test_a_saddle_is_known_by_its_curvature_where_that_is_told_from_0_and_else_by_lower_values(ratio, evidence):
    found = diagnose(**parabola([1, -1e-6 * ratio], 0.5, x0=(0.0, 0.0)))
    assert (found.cause, evidence in found.evidence) == ("saddle", True)


@pytest.mark.parametrize("ratio", [1 / 1.4, 1.4])
def test_a_loss_is_known_by_its_values_to_a_ten_millionth_of_their_change(ratio):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    f = least_squares(X, y)
    case = Case(lambda w: f(w) + 6.3e-7 * ratio * np.cos(3 * w[0]), f.grad, np.zeros(2), 0.1, X=X, y=y)
    assert (paired_loss(case) == "squares") == (ratio < 1)


@pytest.mark.parametrize(("digits", "inside"), [(5, False), (4, True)])
def test_f_is_rounded_inside_where_five_lengths_leave_it_as_it_is(digits, inside):
    found = diagnose(lambda x: round(float(x @ x), digits), lambda x: 2 * x, np.array([1.3, 0.4]), 0.1)
    assert ("rounded inside" in str(found)) == inside
