"""The worked example: f(x, y) = a x² + b y² from (x₀, y₀)."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    best_step,
    between,
    bound,
    count_at_half_the_step,
    count_to_a_thousandth,
    count_with_ten,
    first_below,
    largest_itself,
    prediction,
    rounded,
    told_apart,
    upside_down_step,
)
from gdtools.questions import Count, Mistake, Number


def valley(seed: int | None = None) -> Problem:
    """The worked example: f(x, y) = a x² + b y² from (x₀, y₀), with a step η = ``lr``."""
    rng = np.random.default_rng(seed)
    return told_apart(lambda: _problem(Bed(1.5, 12.0, 5.0, 7.0, 0.09) if seed is None else _drawn(rng)))


def _problem(bed):
    questions = {
        "spectrum": _spectrum(bed),
        "bound": _bound(bed),
        "third": _third(bed),
        "steps": _steps(bed),
        "prediction": _prediction(bed),
    }
    return Problem("valley", SimpleNamespace(**vars(bed)), questions)


@dataclass(frozen=True)
class Bed:
    """The coefficients ``a`` and ``b`` of x² and y², the start and the step."""

    a: float
    b: float
    x0: float
    y0: float
    lr: float

    def curvatures(self):
        return np.array([2 * self.a, 2 * self.b])

    def start(self):
        return np.array([self.x0, self.y0])

    def factors(self):
        return 1 - self.lr * self.curvatures()


def _drawn(rng):
    """A valley six to nine times as steep one way as the other, and a step of any kind."""
    a, x0, y0 = between(rng, 1.1, 2.5), between(rng, 4.5, 5.2), between(rng, 7, 9)
    kind = rng.choice(["calm", "bounces", "edge", "wild", "lost"], p=[0.2, 0.25, 0.15, 0.25, 0.15])
    if kind == "edge":
        b, lr = [(8.0, 0.125), (10.0, 0.1), (12.5, 0.08)][rng.integers(3)]
        return Bed(rounded(b / rng.uniform(6, 9.5), 3), b, x0, y0, lr)
    b = round(a * rng.uniform(6, 9.5), 2)
    low, high = {"calm": (0.3, 0.8), "bounces": (1.4, 1.9), "wild": (2.1, 2.5), "lost": (2.2 * b / a, 2.8 * b / a)}[kind]
    return Bed(a, b, x0, y0, rounded(rng.uniform(low, high) / (2 * b), 3))


def _spectrum(bed):
    lam = bed.curvatures()
    return Number(
        truth=lam,
        any_order=True,
        rtol=1e-3,
        hint="The Hessian holds the second derivatives. Differentiate a x² twice.",
        lesson="The start has no part in them: a quadratic bends alike everywhere.",
        see="conditioning",
        mistakes=(
            Mistake(lam / 2, "These are the coefficients of x² and y². The second derivative of a x² is twice a."),
            Mistake(bed.factors(), "These are the factors of the step, 1 − ηλ. The question asks for the λ themselves."),
            Mistake(lam * bed.start(), "This is the gradient at the start. Differentiate once more: the start drops out."),
            Mistake(1 / lam, "These are the eigenvalues of the inverse of the Hessian."),
            Mistake(2 * lam, "A factor 2 too many: the second derivative of a x² is 2a."),
            Mistake(
                np.array([lam[1] / 2, lam[0]]), "One of the two is a coefficient. The second derivative of b y² is 2b as well."
            ),
            Mistake(lam**2 / 4, "These are a² and b². The coefficients stay as they are, and x² gives a 2."),
        ),
    )


def _bound(bed):
    mu, L = bed.curvatures()
    return bound(
        L,
        Mistake(2 / bed.b, "This takes the coefficient b for L. The second derivative of b y² is 2b."),
        best_step(L, mu),
        largest_itself(L),
        upside_down_step(L),
        Mistake(
            2 / np.hypot(mu, L),
            "This takes √(μ² + L²) for L, the Frobenius norm of the Hessian. The largest eigenvalue decides.",
        ),
        Mistake(2 / (L / mu), "This is 2/κ. The bound knows the largest eigenvalue alone, whatever the smallest is."),
        Mistake(2 / (bed.y0 * L), "This takes the gradient at the start for L. The start has no part in the bound."),
        mu=mu,
        rtol=1e-3,
        lesson="The steep direction alone sets it: at this step y flips for ever, while x would bear a longer one.",
    )


def _third(bed):
    start, f, lam = bed.start(), bed.factors(), bed.curvatures()
    third = start * f**3
    return Number(
        truth=third,
        hint="Each coordinate is multiplied by its own factor 1 − ηλ at every step.",
        lesson="No run was needed: every step multiplies each coordinate by the same factor.",
        see="step-size",
        mistakes=(
            Mistake(start * f**2, "This is the iterate after two steps."),
            Mistake(start * f**4, "This is the iterate after four steps."),
            Mistake(start * f, "This is the iterate after one step."),
            Mistake(f, "These are the factors of a single step, not what three steps leave."),
            Mistake(f**3, "This is what three steps leave of (1, 1). The run begins elsewhere."),
            Mistake(third[::-1], "The two coordinates are exchanged: x is the flat direction."),
            Mistake(start * f[::-1] ** 3, "The factors belong to the other coordinate: x is the flat direction."),
            Mistake(start * (1 - bed.lr * lam / 2) ** 3, "A factor 2 is lost: the derivative of a x² is 2 a x."),
            Mistake(start * (1 + bed.lr * lam) ** 3, "This goes uphill: a step subtracts η times the gradient."),
            *_sign_lost(third),
            Mistake(3 * start * f, "This is three times the iterate after one step. The factors multiply."),
            Mistake(
                start * (1 - 3 * bed.lr * lam),
                "This is one step three times as long. After every step the gradient is another.",
            ),
        ),
    )


def _sign_lost(third):
    if (third < 0).any():
        yield Mistake(np.abs(third), "A sign is lost: with a factor below 0 a coordinate changes its side at every step.")


def _steps(bed):
    mu, L = bed.curvatures()
    count = lambda factor, eps=1e-6: first_below(factor, eps / bed.x0)  # noqa: E731
    q = 1 - mu / L
    return Count(
        truth=count(q),
        room=0.005,
        hint="At η = 1/L the factor of x is 1 − μ/L. Its power k, times x₀, has to fall below 1e-6. Take logarithms.",
        lesson="The flat direction sets the number of steps. How would it change if b were twice as large?",
        see="conditioning",
        mistakes=(
            Mistake(1, "That is the count for y, which the step 1/L sends to 0 at once. x takes longer."),
            count_to_a_thousandth(count(q, 1e-3)),
            Mistake(
                first_below(q, 1e-6 / np.hypot(bed.x0, bed.y0)), "Here the start is the length of (x₀, y₀). x begins at x₀."
            ),
            Mistake(first_below(q, 1e-6 * bed.x0), "Here x₀ stands on the wrong side: the power falls below 1e-6 over x₀."),
            count_with_ten(count(q, 1e-5)),
            Mistake(first_below(q, 1e-6), "This is the count until x is 1e-6 of its start. The question asks for x itself."),
            Mistake(np.log(bed.x0 * 1e6) * L / mu, "This takes 1/κ for −log(1 − 1/κ), which is a little more. Here it shows."),
            Mistake(
                np.log10(bed.x0 * 1e6) * L / mu,
                "This is with the decimal logarithm. The natural one is needed.",
            ),
            count_at_half_the_step(count(1 - mu / L / 2)),
        ),
    )


def _prediction(bed):
    return prediction(*_outcome(*bed.factors()), {
        "both settle": "Both settle where ηL and ημ are below 2.",
        "both grow": "Both grow where even ημ is above 2.",
        "y flips for ever": "y flips for ever where ηL is exactly 2.",
        "y grows and x settles": "Only y grows where ηL is above 2 and ημ is below.",
    })  # fmt: skip


def _outcome(along_x, along_y):
    """What a run does with these factors, and why."""
    if along_x < -1:
        return "both grow", "Here both factors, 1 − ημ and 1 − ηL, are below −1."
    if along_y < -1:
        return "y grows and x settles", "Here the factor of y, 1 − ηL, is below −1, and that of x lies between −1 and 1."
    if along_y == -1:
        return "y flips for ever", "Here the factor of y, 1 − ηL, is −1: y changes its sign at every step and keeps its size."
    return "both settle", "Here both factors, 1 − ημ and 1 − ηL, lie between −1 and 1."
