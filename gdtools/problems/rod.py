"""Heat in a rod, −u″ = g, on grids of n interior points."""

import math
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, cautious, flattest, rounded, steps_of_modes, upside_down
from gdtools.questions import Choice, Mistake, Number


def rod(seed: int | None = None) -> Problem:
    """Heat in a rod, −u″ = g, on grids of n interior points."""
    n = np.array([7, 15, 31, 63]) if seed is None else _drawn(np.random.default_rng(seed))
    _, high = _ends(1 / (n + 1))
    questions = {
        "spectrum": _spectrum(n[0]),
        "condition": _condition(n),
        "bound": _bound(n),
        "steps": _steps(n),
        "growth": _growth(),
        "failure": _failure(),
    }
    return Problem("rod", SimpleNamespace(n=n, lr_large=rounded(1.05 * 2 / high[1])), questions)


def _drawn(rng):
    return int(rng.integers(4, 9)) * 2 ** np.arange(1, 5) - 1


def _eigenvalues(waves, h):
    """Those of the sine waves with so many half-waves, on a grid with gaps h."""
    return 4 / h**2 * np.sin(waves * np.pi * h / 2) ** 2


def _ends(h):
    """The smallest and the largest eigenvalue."""
    return _eigenvalues(1, h), 4 / h**2 * np.cos(np.pi * h / 2) ** 2


def _gaps_miscounted(answer):
    return Mistake(answer, "This takes h = 1/n. With n interior points and two ends there are n + 1 gaps.")


def _unscaled(answer):
    return Mistake(answer, "The factor 1/h² of the matrix is lost.")


def _spectrum(n):
    waves, h = np.arange(1, n + 1), 1 / (n + 1)
    lam = _eigenvalues(waves, h)
    return Number(
        truth=lam,
        any_order=True,
        hint="The eigenvectors are sine waves that vanish at both ends: put sin(iπx) into the matrix.",
        mistakes=(
            Mistake(np.full(n, 2 / h**2), "This is the diagonal of the matrix. The neighbours spread the eigenvalues."),
            _unscaled(lam * h**2),
            _gaps_miscounted(_eigenvalues(waves, 1 / n)),
            Mistake(
                (waves * np.pi) ** 2,
                "These are i²π², the values of the rod itself. Those of the grid fall behind for the short waves.",
            ),
        ),
    )


def _condition(n):
    low, high = _ends(1 / (n + 1))
    naive_low, naive_high = _ends(1 / n)
    return Number(
        truth=high / low,
        hint="κ is the largest eigenvalue over the smallest. Which number of half-waves gives which, on each grid?",
        mistakes=(
            upside_down(low / high),
            _gaps_miscounted(naive_high / naive_low),
            Mistake(high, "This is the largest eigenvalue itself, as if the smallest were 1."),
        ),
    )


def _bound(n):
    h = 1 / (n + 1)
    low, high = _ends(h)
    return Number(
        truth=2 / high,
        rtol=0.003,
        hint="The matrix carries 1/h², and so does its largest eigenvalue.",
        mistakes=(
            cautious(high),
            _unscaled(2 / (high * h**2)),
            flattest(low),
            Mistake(h**2, "This takes the diagonal 2/h² for L. L is nearly twice that."),
            Mistake(h**2 / 2, "This takes 4/h² for L. L is a little smaller, and on a coarse grid it shows."),
            _gaps_miscounted(2 / _ends(1 / n)[1]),
        ),
    )


def _steps(n):
    low, high = _ends(1 / (n + 1))
    return Number(
        truth=_counts(n),
        rtol=0.0,
        atol=1.0,
        hint="At η = 1/L and from u = 0, count until the error is at most 1e-6 of what it was. "
        "See that the budget was large enough.",
        mistakes=(
            Mistake(_counts(n, best=True), "These are the counts for the step 2/(μ + L), which is longer."),
            Mistake(math.log(1e6) * high / low, "This is κ log 10⁶, a few too many: −log(1 − 1/κ) is a little more than 1/κ."),
            Mistake(
                _counts(n, eps=1e-3),
                "These are the counts to 1e-3 of the error at the start. The question asks for 1e-6.",
            ),
        ),
    )


def _counts(n, eps=1e-6, best=False):
    return np.array([_count(m, eps, best) for m in n])


def _count(n, eps, best):
    """Steps from u = 0 under uniform heating, whose error is u* itself: n numbers in the sine waves."""
    waves, h = np.arange(1, n + 1), 1 / (n + 1)
    lam = _eigenvalues(waves, h)
    error = np.where(waves % 2, 1 / np.tan(waves * np.pi * h / 2), 0) / lam
    return steps_of_modes(lam, error, 2 / (lam[0] + lam[-1]) if best else 1 / lam[-1], eps)


def _growth():
    return Number(
        truth=4.0,
        rtol=0.15,
        hint="Divide each count by the one before it.",
        mistakes=(
            Mistake(2.0, "κ grows as 1/h², not as 1/h: look at two neighbours in the list."),
            Mistake(8.0, "That would be 1/h³. Look at two neighbours in the list."),
            Mistake(1.0, "The finer grid is not free: look at two neighbours in the list."),
        ),
    )


def _failure():
    return Choice(
        truth="a sawtooth grows",
        mistakes=(
            Mistake(
                "a smooth bump grows",
                "The longest wave belongs to the smallest eigenvalue, whose factor is still just below 1.",
            ),
            Mistake("the temperature settles", "That is so on the next coarser grid. Here ηL is above 2."),
            Mistake("the temperature crawls", "It crawls at steps below the bound. Here ηL is above 2."),
        ),
    )
