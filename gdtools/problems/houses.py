"""House prices from area (m²) and number of rooms, by least squares, raw and standardised."""

import math
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    bound,
    condition,
    count_at_half_the_step,
    count_of_gradients,
    count_of_the_loss,
    count_to_a_thousandth_of_the_start,
    count_with_ten,
    decimal_logarithm,
    design,
    first_below,
    largest_itself,
    prediction,
    rounded,
    square_of_condition,
    steps_of_modes,
    sum_for_mean,
    told_apart,
    upside_down,
    upside_down_step,
)
from gdtools.questions import Count, Mistake, Number

# The computer gives all digits, and fewer would not tell the largest eigenvalue from the sum of all.
SHARP = 1e-5


def houses(seed: int | None = None) -> Problem:
    """House prices from area (m²) and number of rooms, by least squares, raw and standardised."""
    rng = np.random.default_rng(11 if seed is None else seed)
    return told_apart(lambda: _problem(1.64 if seed is None else _share(rng), *_drawn(rng, 40)))


def _problem(share, area, rooms, price):
    n, lam = len(price), _eigenvalues(design(area, rooms))
    lr = rounded(2 / lam[-1] * share)
    given = SimpleNamespace(n=n, area=area, rooms=rooms, price=price, lr=lr)
    questions = {
        "L": _largest(area, rooms, lam),
        "bound": _bound(area, rooms, lam),
        "condition": condition(
            lam[-1],
            lam[0],
            *_other_matrices(area, rooms, lam),
            rtol=SHARP,
            lesson="Nearly all of it comes from units and offsets, as the next questions show.",
            see="least-squares",
        ),
        "steps_raw": _steps_raw(area, rooms, lam),
        "condition_standardised": _condition_standardised(area, rooms),
        "steps_standardised": _steps_standardised(area, rooms, price),
        "prediction": _prediction(lr * lam[-1]),
    }
    return Problem("houses", given, questions)


def _drawn(rng, n):
    area = np.round(rng.uniform(50, 200, n))
    rooms = np.clip(np.round(area / 32 + rng.normal(0, 0.9, n)), 1, 8)
    return area, rooms, np.round(60 + 2.4 * area + 15 * rooms + rng.normal(0, 25, n))


def _share(rng):
    """A step as a multiple of the bound: one that crawls, or one that explodes."""
    return rng.uniform(0.3, 0.9) if rng.random() < 0.5 else 10 ** rng.uniform(0.1, 2)


def _eigenvalues(X):
    """Those of the Hessian (2/n) XᵀX, rising."""
    return np.linalg.svd(X, compute_uv=False)[::-1] ** 2 * 2 / len(X)


def _hessian(X):
    return 2 / len(X) * X.T @ X


def _centred(column):
    return column - column.mean()


def _standard(column):
    return _centred(column) / column.std()


def _unit_range(column):
    return (column - column.min()) / np.ptp(column)


def _correlation(area, rooms):
    return float(np.corrcoef(area, rooms)[0, 1])


def _condition_of(X):
    """The condition number of XᵀX."""
    return float(np.linalg.cond(X) ** 2)


def _centred_instead(answer):
    return Mistake(answer, "Here the columns are centred. Take them as they are.")


def _largest(area, rooms, lam):
    n, L = len(area), lam[-1]
    H = _hessian(design(area, rooms))
    return Number(
        truth=L,
        rtol=SHARP,
        hint="The Hessian is (2/n) XᵀX, with a column of ones, the areas and the rooms in X.",
        lesson="It is little more than twice the mean square of the areas. What would areas in square feet do to it?",
        see="least-squares",
        mistakes=(
            sum_for_mean(n * L),
            Mistake(L / 2, "The factor 2 is lost: the square brings it down."),
            Mistake(n * L / 2, "This is the largest eigenvalue of XᵀX. The factor 2/n is lost."),
            Mistake(math.sqrt(L * n / 2), "This is the largest singular value of X. The Hessian has its square, times 2/n."),
            Mistake(lam.sum(), "This is the trace of H, the sum of all its eigenvalues. L is the largest alone."),
            Mistake(H.max(), "This is the largest entry of H. The largest eigenvalue is a little more."),
            Mistake(np.abs(H).sum(axis=0).max(), "This is the largest row sum of H, which L cannot exceed. L is less."),
            Mistake(L * n / (n - 1), "This divides by n − 1. The mean divides by n."),
            Mistake(
                _eigenvalues(np.column_stack([area, rooms]))[-1],
                "The column of ones is missing in X. It makes L a little larger.",
            ),
            _centred_instead(_eigenvalues(design(_centred(area), _centred(rooms)))[-1]),
            Mistake(lam[1], "This is the eigenvalue in the middle. The largest is asked for."),
            Mistake(lam[0], "This is the smallest eigenvalue. The largest is asked for."),
        ),
    )


def _bound(area, rooms, lam):
    n, L = len(area), lam[-1]
    return bound(
        L,
        Mistake(2 / lam.sum(), "This takes the trace of H for L: it is safe, but the bound is a little longer."),
        Mistake(2 / (n * L), "Here L is n times too large: the loss is a mean."),
        Mistake(4 / L, "Here L is twice too small: the Hessian is (2/n) XᵀX, with a factor 2."),
        Mistake(2 / lam[1], "This takes the eigenvalue in the middle for L."),
        Mistake(2 / _hessian(design(area, rooms)).max(), "This takes the largest entry of H for L, which is a little more."),
        Mistake(
            2 / _eigenvalues(np.column_stack([area, rooms]))[-1],
            "The column of ones is missing. It makes the bound a little shorter.",
        ),
        Mistake(2 / (n * L / 2), "This takes XᵀX for H. The factor 2/n is lost."),
        Mistake(
            2 / math.sqrt(n * L / 2), "This takes the largest singular value of X for L. The Hessian has its square, times 2/n."
        ),
        largest_itself(L),
        upside_down_step(L),
        mu=lam[0],
        rtol=SHARP,
        lesson="A column with large numbers makes it short for all coefficients.",
        see="least-squares",
    )


def _other_matrices(area, rooms, lam):
    kappa = lam[-1] / lam[0]
    yield Mistake(
        _condition_of(np.column_stack([area, rooms])),
        "The column of ones is missing. It hardly changes the largest eigenvalue, but it makes the smallest one much smaller.",
    )
    yield Mistake(math.sqrt(kappa), "This is the condition number of X. That of XᵀX is its square.")
    yield square_of_condition(kappa)
    yield Mistake(lam.sum() / lam[0], "This is the trace of H over μ. The trace is the sum of all eigenvalues.")
    diagonal = np.diag(_hessian(design(area, rooms)))
    yield Mistake(diagonal.max() / diagonal.min(), "This is the largest entry of the diagonal over the smallest. κ is more.")
    yield _centred_instead(_condition_of(design(_centred(area), _centred(rooms))))
    yield Mistake(
        _condition_of(design(_standard(area), _standard(rooms))), "This is after standardising. Take the columns as they are."
    )
    yield Mistake(lam[-1] / lam[1], "This is L over the eigenvalue in the middle. The smallest is meant.")
    yield Mistake(lam[-1], "This is L. It is to be divided by the smallest eigenvalue.")


def _condition_standardised(area, rooms):
    r = _correlation(area, rooms)
    return Number(
        truth=(1 + r) / (1 - r),
        rtol=1e-3,
        lesson="The units and the offsets are gone; what is left is that large houses have more rooms.",
        see="least-squares",
        hint="After standardising, XᵀX/n holds the correlations: "
        "1 on the diagonal, r beside it, and the ones are by themselves.",
        mistakes=(
            upside_down((1 - r) / (1 + r)),
            Mistake(
                math.sqrt((1 + r) / (1 - r)),
                "This is the condition number of the design matrix. The question asks for that of the Hessian.",
            ),
            Mistake(
                _condition_of(design(_centred(area), _centred(rooms))),
                "Here the columns are centred but not yet divided by their standard deviations.",
            ),
            Mistake(
                _condition_of(design(area / area.std(), rooms / rooms.std())),
                "Here the columns are divided by their standard deviations but not centred.",
            ),
            square_of_condition((1 + r) / (1 - r)),
            Mistake(2 * (1 + r), "This is the largest eigenvalue of the new Hessian. It is to be divided by the smallest."),
            Mistake(1 / r, "This is 1 over the correlation, an entry of the matrix. Its eigenvalues are still to be found."),
            Mistake(
                _condition_of(design(_unit_range(area), _unit_range(rooms))),
                "Here the columns run from 0 to 1. Subtract the mean, divide by the deviation.",
            ),
            Mistake(
                _condition_of(design(_centred(area) / area.var(), _centred(rooms) / rooms.var())),
                "Here the columns are divided by their variances. Divide by the roots of these.",
            ),
            Mistake(1 + r, "This is the largest eigenvalue of XᵀX/n. It is to be divided by the smallest."),
            Mistake(1 / (1 - r), "This is 1 over 1 − r, as if the ones had the largest eigenvalue."),
            Mistake(r, "This is the correlation, an entry of the matrix. Its eigenvalues are still to be found."),
            Mistake((1 + r**2) / (1 - r**2), "Here r enters squared. Beside the diagonal stands r itself."),
        ),
    )


def _steps_raw(area, rooms, lam):
    (mu, _, L), r = lam, _correlation(area, rooms)
    bare = _condition_of(np.column_stack([area, rooms]))
    return Number(
        truth=math.log(1e6) * L / mu,
        rtol=0.02,
        lesson="So many steps for a fit of three numbers. What would centring alone save?",
        see="conditioning",
        hint="At η = 1/L the slowest factor is 1 − 1/κ, and its logarithm is very nearly −1/κ.",
        mistakes=(
            decimal_logarithm(6 * L / mu),
            Mistake(L / mu, "This is κ itself: the number of steps that shrinks the error to about a third."),
            Mistake(
                math.log(1e3) * L / mu, "This is half of it: the count for a step near 2/L, or to 10⁻³, or to 10⁻⁶ of the loss."
            ),
            Mistake(math.log(1e5) * L / mu, "This is κ log 10⁵: 10e-6 is 10⁻⁵, and 10⁻⁶ is 1e-6."),
            Mistake(
                math.log(1e6) * math.sqrt(L / mu), "This is with √κ, the condition number of X. The Hessian has its square."
            ),
            Mistake(math.log2(1e6) * L / mu, "This is with the logarithm to the base 2. The natural one is needed."),
            Mistake(math.log(1e6) * bare, "Here the column of ones is missing in κ."),
            Mistake(
                math.log(1e6) * (1 + r) / (1 - r), "This is with κ after standardising. The question asks for the raw columns."
            ),
            Mistake(2 * math.log(1e6) * L / mu, "This is twice of it: the factor is 1 − 1/κ, and η is 1/L."),
            Mistake(1e6 * L / mu, "This is κ times 10⁶. The logarithm is missing: every step multiplies the error."),
        ),
    )


def _steps_standardised(area, rooms, price):
    r = _correlation(area, rooms)
    lam = np.array([2, 2 * (1 - r), 2 * (1 + r)])
    error = _first_error(design(_standard(area), _standard(rooms)), price)
    L = lam[-1]
    count = lambda lr=1 / L, eps=1e-6, by=1: steps_of_modes(lam, by * error, lr, eps)  # noqa: E731
    return Count(
        truth=count(),
        room=0.005,
        hint="Standardise both columns, keep the ones, take η = 1/L of the new Hessian and count from β = 0.",
        lesson="The same fit, in other units, thousands of times faster. Which step would be faster still?",
        see="least-squares",
        mistakes=(
            Mistake(count(0.5), "This is the count for the step 2/(μ + L), which is longer."),
            count_to_a_thousandth_of_the_start(count(eps=1e-3)),
            count_of_the_loss(count(eps=1e-3, by=np.sqrt(lam))),
            count_of_gradients(count(by=lam)),
            Mistake(
                first_below(1 - lam[1] / L, 1e-6),
                "This is the count for the slowest factor alone. A part of the first error lies in faster directions.",
            ),
            count_with_ten(count(eps=1e-5)),
            Mistake(
                math.ceil(math.log(1e6) * L / lam[1]),
                "This is κ log 10⁶. The run is quicker: a part of its first error lies in faster directions.",
            ),
            Mistake(
                count(by=np.array([0, 1, 1])),
                "This leaves β₀ out of the distance: the column of ones is missing, or the prices are centred too. "
                "All three coefficients count, and the run has to find the mean price.",
            ),
            Mistake(
                count(eps=1e-6 / np.linalg.norm(error)),
                "This is the count to a distance of 1e-6, not to 1e-6 of that at the start.",
            ),
            count_at_half_the_step(count(0.5 / L)),
        ),
    )


def _first_error(Z, price):
    """The distance from β = 0 to the fit by its components along the eigenvectors: the ones, difference and sum of columns."""
    axes = np.array([[1, 0, 0], [0, 1, -1], [0, 1, 1]]) / np.sqrt([[1], [2], [2]])
    return axes @ np.linalg.solve(Z.T @ Z, Z.T @ price)


def _prediction(pace):
    truth, here = (
        ("explodes", "Here it is above 2.") if pace > 2 else ("crawls", "Here it is below 2, and κ is above ten thousand.")
    )
    return prediction(truth, here, {
        "settles": "The raw columns do not settle soon at any step: ηL has to be below 2, and then ημ is next to nothing.",
        "crawls": "A run with such a κ crawls at every step for which ηL is below 2.",
        "flips for ever": "On the bound, where ηL is 2 exactly, the error keeps its size.",
        "explodes": "A run explodes where ηL is above 2.",
    }, lesson=f"The step times L decides, however small the step looks. {here}", see="least-squares")  # fmt: skip
