"""Two atoms that attract and repel, V(r) = 4ε((σ/r)¹² − (σ/r)⁶)."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, between, bound, iterations
from gdtools.questions import Choice, Count, Function, Mistake, Number


def molecule(seed: int | None = None) -> Problem:
    """Two atoms that attract and repel, V(r) = 4ε((σ/r)¹² − (σ/r)⁶)."""
    pair = Pair(1.0, 1.0) if seed is None else _drawn(np.random.default_rng(seed))
    start, close = round(1.2 * pair.sigma, 6), round(0.85 * pair.sigma, 6)
    questions = {
        "slope": _slope(pair),
        "rest": _rest(pair),
        "curvature": _curvature(pair),
        "bound": bound(pair.curvature(), _curvature_at_sigma(pair)),
        "inflection": _inflection(pair),
        "steps": _steps(pair, start),
        "failure": _failure(),
    }
    return Problem("molecule", SimpleNamespace(epsilon=pair.epsilon, sigma=pair.sigma, start=start, close=close), questions)


def _drawn(rng):
    return Pair(between(rng, 1.2, 5), between(rng, 1.2, 4))


@dataclass(frozen=True)
class Pair:
    """The depth ``epsilon`` of the energy and the distance ``sigma`` at which it is zero."""

    epsilon: float
    sigma: float

    def slope(self, r, repulsion=12, attraction=6):
        """V′ = 4ε(6σ⁶/r⁷ − 12σ¹²/r¹³)."""
        return 4 * self.epsilon * (attraction * self.sigma**6 / r**7 - repulsion * self.sigma**12 / r**13)

    def bend(self, r, repulsion=156, attraction=42):
        """V″ = 4ε(156σ¹²/r¹⁴ − 42σ⁶/r⁸)."""
        return 4 * self.epsilon * (repulsion * self.sigma**12 / r**14 - attraction * self.sigma**6 / r**8)

    def rest(self):
        """The distance of rest, where V′ = 0."""
        return 2 ** (1 / 6) * self.sigma

    def curvature(self):
        """V″ at the distance of rest."""
        return 72 * self.epsilon / (2 ** (1 / 3) * self.sigma**2)

    def inflection(self):
        """The distance at which V″ = 0."""
        return (26 / 7) ** (1 / 6) * self.sigma

    def count(self, start, lr, accuracy):
        """How many steps it takes from ``start`` until r is as near to rest as the accuracy asks, in units of σ."""
        near = accuracy * self.sigma
        return iterations(lambda r: r - lr * self.slope(r), start, lambda r: abs(r - self.rest()) <= near)


def _four_lost(answer):
    return Mistake(answer, "The factor 4 is lost.")


def _slope(pair):
    return Function(
        truth=pair.slope,
        points=list(pair.sigma * np.array([0.95, 1.1, 1.3, 2.0])),
        hint="Differentiate r⁻¹² and r⁻⁶ term by term, and keep the factor 4ε and the powers of σ.",
        mistakes=(
            Mistake(lambda r: -pair.slope(r), "This is the force, −V′. The question asks for the derivative itself."),
            _four_lost(lambda r: pair.slope(r) / 4),
            Mistake(lambda r: pair.slope(r, attraction=-6), "The sign of the attraction is turned: V contains −(σ/r)⁶."),
        ),
    )


def _rest(pair):
    return Number(
        truth=pair.rest(),
        rtol=1e-3,
        hint="Set V′(r) = 0 and solve for (r/σ)⁶.",
        mistakes=(
            Mistake(pair.sigma, "At r = σ the energy is zero, but not its slope."),
            Mistake(2 ** (1 / 3) * pair.sigma, "This is 2^(1/3) σ: the power of r left over is 6, not 3."),
            Mistake(pair.inflection(), "This is the inflection point, where V″ = 0."),
        ),
    )


def _curvature(pair):
    return Number(
        truth=pair.curvature(),
        hint="Differentiate twice, then put in the distance of rest.",
        mistakes=(
            _four_lost(pair.curvature() / 4),
            Mistake(pair.bend(pair.sigma), "This is V″ at r = σ, not at the distance of rest."),
            Mistake(pair.bend(pair.rest(), attraction=-42), "The second term has lost its minus sign."),
        ),
    )


def _curvature_at_sigma(pair):
    return Mistake(2 / pair.bend(pair.sigma), "This takes V″ at r = σ. Near the distance of rest the curvature is smaller.")


def _inflection(pair):
    return Number(
        truth=pair.inflection(),
        rtol=1e-3,
        hint="Set V″(r) = 0 and solve for (r/σ)⁶.",
        mistakes=(
            Mistake(pair.rest(), "This is the distance of rest, where V′ = 0."),
            Mistake(
                4 ** (1 / 6) * pair.sigma,
                "The exponent grows with each derivative: the factors are 12 · 13 and 6 · 7, not 12² and 6².",
            ),
            Mistake(
                (132 / 30) ** (1 / 6) * pair.sigma,
                "The exponents grow in size: the factors are 12 · 13 and 6 · 7, not 12 · 11 and 6 · 5, "
                "which agree at the distance of rest alone.",
            ),
            Mistake(pair.sigma, "At r = σ the energy is zero, but not its second derivative."),
        ),
    )


def _steps(pair, start):
    lr = 0.5 / pair.curvature()
    return Count(
        truth=pair.count(start, lr, 1e-6),
        hint="η is half of 1/L, the start is 1.2 σ, and the run is over when |r − r*| ≤ 1e-6 σ.",
        mistakes=(
            Mistake(pair.count(start, 2 * lr, 1e-6), "This is the count at η = 1/L, twice the step that was asked for."),
            Mistake(pair.count(start, lr, 1e-3), "This is the count to 1e-3 σ."),
        ),
    )


def _failure():
    return Choice(
        truth="flies apart and then crawls",
        mistakes=(
            Mistake(
                "settles",
                "The step is safe near the distance of rest. At the close start the curvature is many times larger.",
            ),
            Mistake(
                "swings with growing size",
                "A quadratic would swing back and forth. This energy is flat far out, and hardly anything calls the atom back.",
            ),
            Mistake(
                "flips for ever",
                "For that the step would have to land at the mirror image of the start. It lands much farther out.",
            ),
        ),
    )
