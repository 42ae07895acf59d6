"""House prices from area (m²) and number of rooms, by least squares, raw and standardised."""

import math
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    bound,
    condition,
    decimal_logarithm,
    steps_of_modes,
    sum_for_mean,
    upside_down,
)
from gdtools.questions import Choice, Count, Mistake, Number


def houses(seed: int | None = None) -> Problem:
    """House prices from area (m²) and number of rooms, by least squares, raw and standardised."""
    area, rooms, price = _drawn(np.random.default_rng(11 if seed is None else seed), 40)
    n, (low, high) = len(price), _ends(area, rooms)
    given = SimpleNamespace(n=n, area=area, rooms=rooms, price=price, lr_large=0.01)
    questions = {
        "L": _largest(high, n),
        "bound": bound(high, mu=low),
        "condition": condition(high, low, *_other_matrices(area, rooms, high / low)),
        "condition_standardised": _condition_standardised(area, rooms),
        "steps_raw": _steps_raw(high, low),
        "steps_standardised": _steps_standardised(area, rooms, price),
        "failure": _failure(),
    }
    return Problem("houses", given, questions)


def _drawn(rng, n):
    area = np.round(rng.uniform(50, 200, n))
    rooms = np.clip(np.round(area / 32 + rng.normal(0, 0.9, n)), 1, 8)
    return area, rooms, np.round(60 + 2.4 * area + 15 * rooms + rng.normal(0, 25, n))


def _design(*columns):
    """The matrix X of these columns and one of ones."""
    return np.column_stack([np.ones(len(columns[0])), *columns])


def _ends(area, rooms):
    """The smallest and the largest eigenvalue of the Hessian (2/n) XᵀX."""
    lam = np.linalg.svd(_design(area, rooms), compute_uv=False)[::-1] ** 2 * 2 / len(area)
    return lam[0], lam[-1]


def _centred(column):
    return column - column.mean()


def _standard(column):
    return _centred(column) / column.std()


def _correlation(area, rooms):
    return float(np.corrcoef(area, rooms)[0, 1])


def _condition_of(X):
    """The condition number of XᵀX."""
    return float(np.linalg.cond(X) ** 2)


def _largest(L, n):
    return Number(
        truth=L,
        hint="The Hessian is (2/n) XᵀX, with a column of ones, the areas and the rooms in X.",
        mistakes=(
            sum_for_mean(n * L),
            Mistake(L / 2, "The factor 2 is lost: the square brings it down."),
            Mistake(math.sqrt(L * n / 2), "This is the largest singular value of X. The Hessian has its square, times 2/n."),
        ),
    )


def _other_matrices(area, rooms, kappa):
    yield Mistake(
        _condition_of(np.column_stack([area, rooms])),
        "The column of ones is missing. It hardly changes the largest eigenvalue, but it makes the smallest one much smaller.",
    )
    yield Mistake(math.sqrt(kappa), "This is the condition number of X. That of XᵀX is its square.")


def _condition_standardised(area, rooms):
    r = _correlation(area, rooms)
    return Number(
        truth=(1 + r) / (1 - r),
        hint="After standardising, XᵀX/n holds the correlations: "
        "1 on the diagonal, r beside it, and the ones are by themselves.",
        mistakes=(
            upside_down((1 - r) / (1 + r)),
            Mistake(
                math.sqrt((1 + r) / (1 - r)),
                "This is the condition number of the design matrix. The question asks for that of the Hessian.",
            ),
            Mistake(
                _condition_of(_design(_centred(area), _centred(rooms))),
                "Here the columns are centred but not yet divided by their standard deviations.",
            ),
            Mistake(
                _condition_of(_design(area / area.std(), rooms / rooms.std())),
                "Here the columns are divided by their standard deviations but not centred.",
            ),
        ),
    )


def _steps_raw(L, mu):
    return Number(
        truth=math.log(1e6) * L / mu,
        rtol=0.02,
        hint="At η = 1/L the slowest factor is 1 − 1/κ, and its logarithm is very nearly −1/κ.",
        mistakes=(
            decimal_logarithm(6 * L / mu),
            Mistake(L / mu, "This is κ itself: the number of steps that shrinks the error to about a third."),
            Mistake(math.log(1e6) * L / mu / 2, "This is the count for a step near 2/L. The question asks for η = 1/L."),
        ),
    )


def _steps_standardised(area, rooms, price):
    r = _correlation(area, rooms)
    lam = np.array([2, 2 * (1 - r), 2 * (1 + r)])
    error = _first_error(_design(_standard(area), _standard(rooms)), price)
    L = lam[-1]
    return Count(
        truth=steps_of_modes(lam, error, 1 / L, 1e-6),
        hint="Standardise both columns, keep the ones, take η = 1/L of the new Hessian and count from β = 0.",
        mistakes=(
            Mistake(steps_of_modes(lam, error, 0.5, 1e-6), "This is the count for the step 2/(μ + L), which is longer."),
            Mistake(
                steps_of_modes(lam, error, 1 / L, 1e-3),
                "This is the count to 1e-3 of the error at the start. The question asks for 1e-6.",
            ),
            Mistake(
                math.ceil(math.log(1e6) * L / lam[1]),
                "This is κ log 10⁶. The run is quicker: a part of its first error lies in faster directions.",
            ),
            Mistake(
                steps_of_modes(lam, error * [0, 1, 1], 1 / L, 1e-6),
                "Here the prices are centred too. They stay as they are, and the run has to find their mean.",
            ),
        ),
    )


def _first_error(Z, price):
    """The distance from β = 0 to the fit by its components along the eigenvectors: the ones, difference and sum of columns."""
    axes = np.array([[1, 0, 0], [0, 1, -1], [0, 1, 1]]) / np.sqrt([[1], [2], [2]])
    return axes @ np.linalg.solve(Z.T @ Z, Z.T @ price)


def _failure():
    return Choice(
        truth="explodes",
        mistakes=(
            Mistake("settles", "No run settles beyond 2/L, and the raw areas make L larger than you would think."),
            Mistake("flips for ever", "On the bound the error keeps its size. Here ηL is far above 2."),
            Mistake("crawls", "It crawls at steps below 2/L. Here ηL is far above 2."),
        ),
    )
