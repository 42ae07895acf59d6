"""Two atoms that attract and repel, V(r) = 4ε((σ/r)¹² − (σ/r)⁶)."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    between,
    bound,
    bound_upside_down,
    count_at_half_the_step,
    iterations,
    largest_itself,
    prediction,
    told_apart,
)
from gdtools.questions import Count, Function, Mistake, Number


def molecule(seed: int | None = None) -> Problem:
    """Two atoms that attract and repel, V(r) = 4ε((σ/r)¹² − (σ/r)⁶)."""
    rng = np.random.default_rng(seed)
    if seed is None:
        return _problem(Pair(1.4, 3.6), "flies apart and then crawls", 0.85, 0.5)
    return told_apart(lambda: _problem(Pair(between(rng, 1.3, 5), between(rng, 2.5, 4.5)), *_course(rng)))


def _problem(pair, course, closeness, size):
    start, close = round(1.2 * pair.sigma, 6), round(closeness * pair.sigma, 3)
    steepness = pair.slope(close) / (close - pair.rest())  # this and not the curvature limits a step that must not overshoot
    lr = float(f"{size / (steepness if course == 'settles' else pair.curvature()):.3g}")
    questions = {
        "slope": _slope(pair),
        "rest": _rest(pair),
        "curvature": _curvature(pair, start, close),
        "bound": _bound(pair, start, close),
        "inflection": _inflection(pair),
        "steps": _steps(pair, start),
        "prediction": _prediction(course),
    }
    given = SimpleNamespace(epsilon=pair.epsilon, sigma=pair.sigma, start=start, close=close, lr=lr)
    return Problem("molecule", given, questions)


def _course(rng):
    """What the run from the close start does, that start in units of σ, and a step in units of 1 over a curvature."""
    course = rng.choice(["settles", "flips for ever", "flies apart and then crawls"])
    low, high = {"settles": (0.5, 0.7), "flips for ever": (2.07, 2.14), "flies apart and then crawls": (0.4, 0.6)}[course]
    closeness = rng.uniform(1.095, 1.115) if course == "flips for ever" else rng.uniform(0.84, 0.9)
    return str(course), closeness, rng.uniform(low, high)


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


def _four_lost(answer, formula=""):
    return Mistake(answer, "The factor 4 is lost.", formula)


def _depth_lost(answer, formula=""):
    return Mistake(answer, "The depth ε is lost: energies are multiples of it.", formula)


def _length_lost(answer):
    return Mistake(answer, "The length σ is lost: this is in units of σ, and the question asks for Å.")


def _slope(pair):
    eps, sigma = pair.epsilon, pair.sigma
    return Function(
        truth=pair.slope,
        formula=r"4\epsilon\Bigl(\frac{6\sigma^6}{r^7} - \frac{12\sigma^{12}}{r^{13}}\Bigr)",
        points=list(sigma * np.array([0.95, 1.1, 1.3, 2.0])),
        hint="Differentiate r⁻¹² and r⁻⁶ term by term, and keep the factor 4ε and the powers of σ.",
        lesson="The two terms pull against each other. At which distance do they cancel?",
        see="negative-gradient",
        mistakes=(
            Mistake(
                lambda r: -pair.slope(r),
                "This is the force, −V′. The question asks for the derivative itself.",
                r"4\epsilon\Bigl(\frac{12\sigma^{12}}{r^{13}} - \frac{6\sigma^6}{r^7}\Bigr)",
            ),
            _four_lost(
                lambda r: pair.slope(r) / 4, r"\epsilon\Bigl(\frac{6\sigma^6}{r^7} - \frac{12\sigma^{12}}{r^{13}}\Bigr)"
            ),
            Mistake(
                lambda r: pair.slope(r, attraction=-6),
                "The sign of the attraction is turned: V contains −(σ/r)⁶.",
                r"4\epsilon\Bigl(-\frac{6\sigma^6}{r^7} - \frac{12\sigma^{12}}{r^{13}}\Bigr)",
            ),
            _depth_lost(lambda r: pair.slope(r) / eps, r"4\Bigl(\frac{6\sigma^6}{r^7} - \frac{12\sigma^{12}}{r^{13}}\Bigr)"),
            Mistake(
                lambda r: sigma * pair.slope(r),
                "This differentiates by r/σ. By r, each term has one more factor 1/σ.",
                r"4\epsilon\Bigl(6\bigl(\tfrac{\sigma}{r}\bigr)^7 - 12\bigl(\tfrac{\sigma}{r}\bigr)^{13}\Bigr)",
            ),
            Mistake(
                lambda r: 4 * eps * (6 / r**7 - 12 / r**13),
                "The powers of σ are lost: they are constants, and stay.",
                r"4\epsilon\Bigl(\frac{6}{r^7} - \frac{12}{r^{13}}\Bigr)",
            ),
            Mistake(
                lambda r: 4 * eps * (6 * sigma**6 / r**5 - 12 * sigma**12 / r**11),
                "The powers go the wrong way: the derivative of r⁻¹² is −12 r⁻¹³.",
                r"4\epsilon\Bigl(\frac{6\sigma^6}{r^5} - \frac{12\sigma^{12}}{r^{11}}\Bigr)",
            ),
            Mistake(
                lambda r: pair.slope(r, 1, 1),
                "The factors 12 and 6 are lost: the derivative of r⁻¹² is −12 r⁻¹³.",
                r"4\epsilon\Bigl(\frac{\sigma^6}{r^7} - \frac{\sigma^{12}}{r^{13}}\Bigr)",
            ),
            Mistake(
                lambda r: pair.slope(r) * r,
                "This is r V′: a factor 1/r is lost.",
                r"4\epsilon\Bigl(6\bigl(\tfrac{\sigma}{r}\bigr)^6 - 12\bigl(\tfrac{\sigma}{r}\bigr)^{12}\Bigr)",
            ),
            Mistake(
                lambda r: 4 * eps * ((sigma / r) ** 12 - (sigma / r) ** 6),
                "This is V itself. The question asks for its derivative.",
                r"4\epsilon\Bigl(\bigl(\tfrac{\sigma}{r}\bigr)^{12} - \bigl(\tfrac{\sigma}{r}\bigr)^6\Bigr)",
            ),
        ),
    )


def _rest(pair):
    sigma = pair.sigma
    return Number(
        truth=pair.rest(),
        rtol=5e-4,
        hint="Set V′(r) = 0 and solve for (r/σ)⁶.",
        lesson="The depth ε does not enter: it says how strongly the atoms hold, and σ where.",
        see="non-convexity",
        mistakes=(
            Mistake(sigma, "At r = σ the energy is zero, but not its slope."),
            Mistake(2 ** (1 / 3) * sigma, "This is 2^(1/3) σ: the power of r left over is 6, not 3."),
            Mistake(pair.inflection(), "This is the inflection point, where V″ = 0."),
            _length_lost(2 ** (1 / 6)),
            Mistake(1.12 * sigma, "Here 2^(1/6) is rounded to 1.12: keep more digits."),
            Mistake(2**1 / 6 * sigma, "This is 2/6 σ: in Python the power binds first, so write 2**(1/6)."),
            Mistake(2**1 / 6, "This is 2/6: in Python the power binds first, so write 2**(1/6), and σ is lost."),
            Mistake(2 ** (-1 / 6) * sigma, "This is σ/2^(1/6), upside down: the atoms rest farther apart than σ."),
            Mistake(2 * sigma, "This is 2σ, a power of r for r itself: a root is missing."),
            Mistake(np.sqrt(2) * sigma, "This is √2 σ: the root to take is the sixth, not the second."),
            Mistake(2 ** (1 / 12) * sigma, "This is 2^(1/12) σ: r⁻¹³ over r⁻⁷ leaves the power 6, not 12."),
        ),
    )


def _other_bends(pair, start, close):
    """What can be taken for the curvature at rest, each with what it is."""
    eps, sigma, at = pair.epsilon, pair.sigma, pair.curvature()
    return {
        at * sigma**2: "a curvature without the length: the factor 1/σ² is lost",
        at / eps: "a curvature without the depth ε, of which energies are multiples",
        at * sigma**2 / eps: "a curvature in units of ε and σ; both are lost",
        at * sigma: "a curvature divided by σ once; a second derivative divides twice",
        72 * eps: "72 ε, before it is divided by the square of the distance of rest",
        pair.bend(start): "V″ at the start 1.2 σ",
        pair.bend(close): "V″ at the close start",
        72 * eps / sigma**2: "72 ε/σ²; what stands below is the square of the distance of rest, not of σ",
    }


def _curvature(pair, start, close):
    return Number(
        truth=pair.curvature(),
        hint="Differentiate twice, then put in the distance of rest.",
        lesson="A deep or narrow well has a large force constant, and asks for short steps.",
        see="step-size",
        mistakes=(
            _four_lost(pair.curvature() / 4),
            Mistake(pair.bend(pair.sigma), "This is V″ at r = σ, not at the distance of rest."),
            Mistake(pair.bend(pair.rest(), attraction=-42), "The second term has lost its minus sign."),
            Mistake(-pair.curvature(), "The sign is turned: at a minimum the curve bends upwards."),
            Mistake(pair.bend(pair.rest(), 156, 0), "The attraction is lost: −42σ⁶/r⁸ belongs to V″ as well."),
            *(Mistake(value, f"This is {what}.") for value, what in _other_bends(pair, start, close).items()),
        ),
    )


def _bound(pair, start, close):
    L = pair.curvature()
    return bound(
        L,
        Mistake(2 / pair.bend(pair.sigma), "This takes V″ at r = σ. Near the distance of rest the curvature is smaller."),
        _four_lost(8 / L),
        largest_itself(L),
        bound_upside_down(L),
        Mistake(0.5 / L, "This is 1/(2L), the step of the run. The bound is four times as long."),
        *(Mistake(2 / value, f"The L in this bound is {what}.") for value, what in _other_bends(pair, start, close).items()),
        lesson="It was read at one distance. Closer in the curvature is many times larger: what does this step do there?",
    )


def _inflection(pair):
    sigma = pair.sigma
    return Number(
        truth=pair.inflection(),
        rtol=1e-3,
        hint="Set V″(r) = 0. Which powers do two derivatives leave?",
        lesson="Farther out V is not convex: there a run still goes downhill, but no bound of the form 2/L tells how fast.",
        see="non-convexity",
        mistakes=(
            Mistake(pair.rest(), "This is the distance of rest, where V′ = 0."),
            Mistake(
                (13 / 7) ** (1 / 6) * sigma,
                "A factor 2 is lost in the ratio of the two terms of V″.",
            ),
            Mistake(sigma, "At r = σ the energy is zero, but not its second derivative."),
            _length_lost((26 / 7) ** (1 / 6)),
            Mistake(1.24 * sigma, "Here (26/7)^(1/6) is rounded to 1.24: keep more digits."),
            Mistake((7 / 26) ** (1 / 6) * sigma, "This is upside down: V″ changes its sign beyond the distance of rest."),
            Mistake((26 / 7) ** (1 / 3) * sigma, "The root to take is the sixth, not the third."),
            Mistake(26 / 7 * sigma, "This is a power of r for r itself: a root is missing."),
            Mistake(
                4 ** (1 / 6) * sigma,
                "The second derivative brings down the powers that the first has left, and not 12 and 6 again.",
            ),
            Mistake((22 / 5) ** (1 / 6) * sigma, "The powers are 13 and 7 after the first derivative, not 11 and 5."),
        ),
    )


def _steps(pair, start):
    lr = 0.5 / pair.curvature()
    return Count(
        truth=pair.count(start, lr, 1e-6),
        hint="η is half of 1/L, the start is 1.2 σ, and the run is over when |r − r*| ≤ 1e-6 σ.",
        lesson="Near rest each step halves the distance, as 1 − ηL = ½ tells; does the first step from 1.2 σ do so too?",
        see="step-size",
        mistakes=(
            Mistake(pair.count(start, 2 * lr, 1e-6), "This is the count at η = 1/L, twice the step that was asked for."),
            Mistake(pair.count(start, lr, 1e-3), "This is the count to 1e-3 σ."),
            Mistake(pair.count(start, lr, 1e-5), "This is the count to 10⁻⁵ σ, which is 10e-6 σ. 10⁻⁶ is written 1e-6."),
            count_at_half_the_step(pair.count(start, lr / 2, 1e-6)),
        ),
    )


NEEDS = {
    "settles": "To settle as asked, each step must end between its start and rest.",
    "swings with growing size": "To swing wider and wider, V would have to be steep far out, where it is flat.",
    "flips for ever": "To flip between two distances, the run must stay near rest at a step a little beyond the bound.",
    "flies apart and then crawls": "To fly apart, a step must end beyond the inflection point, where the energy is flat.",
}
HERE = {
    "settles": "Here η is so short that even the steep slope at the close start does not carry the atoms past rest.",
    "flips for ever": "Here η is a little above 2/L, and from so near to rest no step leads beyond the inflection point.",
    "flies apart and then crawls": "Here η is well below 2/L, but the slope at the close start throws the atoms far out.",
}


def _prediction(course):
    return prediction(course, HERE[course], NEEDS, see="non-convexity")
