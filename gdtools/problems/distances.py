"""A position from its measured distances to three beacons, F(p) = Σ (‖p − bᵢ‖ − rᵢ)², by a program that is differentiated."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    bound,
    count_at_half_the_step,
    count_with_ten,
    iterations,
    largest_itself,
    newton,
    prediction,
    rounded,
    told_apart,
    upside_down_step,
)
from gdtools.questions import Choice, Count, Mistake, Number

LEGS = [(3, 4), (4, 3), (6, 8), (8, 6)]  # of right triangles whose hypotenuse is a whole number


def distances(seed: int | None = None) -> Problem:
    """A position from its measured distances to three beacons, F(p) = Σ (‖p − bᵢ‖ − rᵢ)²."""
    rng = np.random.default_rng(seed)
    if seed is None:
        site = Site(np.array([[0, 0], [6, 0], [3, 10.0]]), np.array([3.6, 5, 7.1]), np.array([3, 4.0]))
        return _problem(site, "is no number", np.zeros(2), 0.82)
    return told_apart(lambda: _problem(site := _drawn(rng), *_course(rng, site)))


def _problem(site, course, place, size):
    low, high = site.curvatures(best := site.minimiser())
    lr = rounded(size / high)
    questions = {
        "adjoint": _adjoint(site),
        "gradient": _gradient(site),
        "L": _largest(site, high),
        "bound": _bound(site, best, low, high),
        "guarded": _guarded(),
        "steps": _steps(site),
        "prediction": _prediction(course),
    }
    given = SimpleNamespace(beacons=site.beacons, ranges=site.ranges, start=site.start, place=place, lr=lr)
    return Problem("distances", given, questions)


def _drawn(rng):
    """Beacons from which the start is a whole number of metres away, and ranges that contradict each other."""
    left, right = (np.array(LEGS[rng.integers(len(LEGS))], dtype=float) for _ in range(2))
    ways = np.array([left, right * [-1, 1], [0, -rng.integers(4, 11)]])
    off = np.array([rng.uniform(1.2, 1.8), rng.choice([-1, 1]) * rng.uniform(0.3, 1.2), rng.uniform(-1.8, -0.6)])
    return Site(left - ways, np.round(np.linalg.norm(ways, axis=1) - off, 1), left)


def _course(rng, site):
    """What the run does, where it starts, and a step in units of 1/L: on a beacon, or a millimetre beside it."""
    course = str(rng.choice(["is no number", "settles", "crawls"], p=[0.45, 0.35, 0.2]))
    low, high = {"is no number": (0.5, 1.0), "settles": (0.5, 1.0), "crawls": (0.002, 0.004)}[course]
    beside = np.round(0.001 * np.eye(2)[rng.integers(2)] * rng.choice([-1, 1]), 3)
    place = site.beacons[rng.integers(3)] + (0 if course == "is no number" else beside)
    return course, place + 0.0, rng.uniform(low, high)


@dataclass(frozen=True)
class Site:
    """The ``beacons``, a row each, the ``ranges`` measured from them, and a ``start``."""

    beacons: np.ndarray
    ranges: np.ndarray
    start: np.ndarray

    def ways(self, p):
        """The ways from the beacons to p, and their lengths."""
        ways = p - self.beacons
        return ways, np.linalg.norm(ways, axis=1)

    def adjoints(self, p):
        """The derivatives of F by the squared distances."""
        _, rho = self.ways(p)
        return (rho - self.ranges) / rho

    def gradient(self, p):
        return 2 * self.adjoints(p) @ self.ways(p)[0]

    def gauss_newton(self, p):
        """2 Σ uuᵀ over the unit vectors u away from the beacons."""
        ways, rho = self.ways(p)
        return 2 * (ways / rho[:, None]).T @ (ways / rho[:, None])

    def hessian(self, p):
        """Across u a distance bends as well: 2 Σ (uuᵀ + (1 − r/ρ)(I − uuᵀ))."""
        ways, rho = self.ways(p)
        share = self.ranges / rho
        return 2 * (np.eye(2) * (1 - share).sum() + (ways.T * (share / rho**2)) @ ways)

    def curvatures(self, p):
        return np.linalg.eigvalsh(self.hessian(p))

    def minimiser(self):
        """Where a careful run arrives, to the last digit."""
        p = self.start
        for _ in range(60):
            p = p - self.gradient(p) / 6  # no curvature is above 6
        return newton(self.gradient, self.hessian, p)

    def count(self, lr, least=1e-6):
        """How many steps it takes from the start until ‖∇F‖ is below ``least``, in m."""
        grad = self.gradient
        return iterations(lambda p: p - lr * grad(p), self.start, lambda p: np.linalg.norm(grad(p)) < least)


def _adjoint(site):
    rho, r = site.ways(site.start)[1][0], site.ranges[0]
    gap = rho - r
    return Number(
        truth=gap / rho,
        hint="Walk back from F: the square hands the distance ρ = √s the adjoint 2(ρ − r), "
        "and the root hands on its share by its own slope, 1/(2√s).",
        lesson="Each step of the program needs its own slope and the adjoint that arrives, nothing else.",
        see="gradients",
        mistakes=(
            Mistake(2 * gap, "This is the adjoint of √s₁. One step of the walk is left, the slope of the root."),
            Mistake(2 * gap / rho, "The ½ of the root is lost: its slope is 1/(2√s)."),
            Mistake(gap * rho, "This takes √s/2 for the slope of the root, which is 1/(2√s)."),
            Mistake(gap / rho / 2, "The 2 of the outer square is lost: it hands on 2(√s₁ − r₁)."),
            Mistake(-gap / rho, "The sign is turned: r₁ is taken away from √s₁, so the distance keeps its sign."),
            Mistake(gap, "This is the residual √s₁ − r₁, which is to be put through the slopes of square and root."),
            Mistake(gap**2, "This is the value of the first term. The walk hands back slopes."),
            Mistake(gap / rho**2, "This divides by s₁ in place of its root."),
            Mistake(1 / (2 * rho), "This is the slope of the root alone. The adjoint that arrives at it is missing."),
            Mistake(2 * (rho**2 - r), "The root is lost: this squares s₁ − r₁."),
            Mistake(1.0, "The adjoint of F itself is 1. Every number before it has its own."),
        ),
    )


def _gradient(site):
    grad, (ways, rho), gaps = site.gradient(site.start), site.ways(site.start), site.ways(site.start)[1] - site.ranges
    return Number(
        truth=grad,
        hint="Each beacon gives its adjoint times 2(p − b), and the shares add up where p is used three times.",
        lesson="One walk back gave both derivatives. For a thousand unknowns it would be one walk as well.",
        see="gradients",
        mistakes=(
            Mistake(-grad, "This is the way downhill, −∇F: s grows along p − b, not along b − p."),
            Mistake(grad / 2, "A factor 2 is lost: the slope of a square is twice what is squared."),
            Mistake(2 * grad, "A factor 2 too many: the slope of the root has a ½."),
            Mistake(grad / 3, "This is the mean over the beacons. Shares that arrive at one number are added."),
            Mistake(
                site.adjoints(site.start)[0] * 2 * ways[0], "This is the share of the first beacon. Three shares arrive at p."
            ),
            Mistake(2 * gaps @ ways, "The slope of the root has lost its 1/√s: this is in m², and ∇F is in m."),
            Mistake(2 * (gaps / rho**2) @ ways, "This divides by s in place of its root: it has no unit, and ∇F is in m."),
            Mistake(
                2 * (np.abs(gaps) / rho) @ ways,
                "The signs of the residuals are lost: not every range is shorter than the distance.",
            ),
            Mistake(2 * ways.sum(axis=0), "The ranges are missing: this is the gradient of the sum of the s."),
            Mistake(2 * (gaps / rho).sum() * site.start, "This takes p for p − b: the ways start at the beacons."),
        ),
    )


def _largest(site, at_rest):
    (low, high), H, G = site.curvatures(site.start), site.hessian(site.start), site.gauss_newton(site.start)
    return Number(
        truth=high,
        rtol=2e-3,
        hint="Two products with the Hessian, along the axes, make the matrix: "
        "Im ∇F(p + ihv)/h, or the derivative of ∇F along v on paper.",
        lesson="No formula for the second derivatives was needed: the walk back, at complex numbers, gives their products.",
        see="gradients",
        mistakes=(
            Mistake(
                np.linalg.eigvalsh(G)[-1], "This is the largest eigenvalue of 2 Σ uuᵀ: the distances themselves bend, too."
            ),
            Mistake(low, "This is the smallest eigenvalue. L is the largest."),
            Mistake(low + high, "This is the trace, the sum of both eigenvalues."),
            Mistake(high / 2, "A factor 2 is lost: F is a sum of squares without ½."),
            Mistake(2 * high, "A factor 2 too many: F is a sum of squares, and each brings one 2."),
            Mistake(6.0, "6 is the curvature far away, 2 for each beacon. Nearer it is less."),
            Mistake(np.linalg.norm(H), "This is the Frobenius norm, the root of the sum of all squared entries."),
            Mistake(at_rest, "This is L at the minimiser. The question asks for the start."),
            Mistake(high / 3, "This is a third of it: F is a sum over the beacons, not a mean."),
            Mistake(1 / high, "This is 1/L."),
        ),
    )


def _bound(site, best, low, high):
    L = site.curvatures(site.start)[-1]
    return bound(
        high,
        Mistake(2 / L, "This takes the curvature at the start. A run can only settle where the gradient is zero."),
        Mistake(1 / L, "This is 1/L with the curvature at the start. The bound is 2/L at the minimiser."),
        Mistake(
            2 / (low + high),
            "This takes the trace for L; as 2/(μ + L) it is the step that shrinks both ends alike. The bound is longer.",
        ),
        Mistake(4 / high, "This takes half of L: F is a sum of squares without ½."),
        largest_itself(high),
        upside_down_step(high),
        mu=low,
        rtol=2e-3,
        lesson="Far from all beacons each bends by 2 in every direction, 6 together: there a step beyond 1/3 is too long.",
    )


def _guarded():
    return Choice(
        truth="nan",
        lesson="The branch that was not taken passes its share back too: 0 times an infinite slope. "
        "What goes into the root has to be guarded as well.",
        see="gradients",
        mistakes=(
            Mistake("zero", "A zero would need a share of 0 from all three beacons. Two of them are not at fault."),
            Mistake("the shares of the other two", "That would need 0 times the slope of √s at 0 to be 0. What is that slope?"),
            Mistake(
                "an exception", "Floating-point numbers go on: 1/0 is infinite there, and computing with it raises nothing."
            ),
        ),
    )


def _steps(site):
    low, high = site.curvatures(site.start)
    return Count(
        truth=site.count(1 / high),
        hint="η is 1/L with L at the start; the count is the first k at which ‖∇F‖ is below 1e-6 m.",
        lesson="The curvature at the start was known before the run, and its 1/L was short enough all the way.",
        see="step-size",
        mistakes=(
            Mistake(site.count(2 / (low + high)), "This is the count for 2/(μ + L), which is longer than 1/L."),
            count_at_half_the_step(site.count(0.5 / high)),
            Mistake(site.count(1 / (low + high)), "This is the count for one over the trace, which is shorter than 1/L."),
            count_with_ten(site.count(1 / high, 1e-5)),
            Mistake(
                site.count(1 / high / 3), "This is the count at a third of the step: F is a sum over the beacons, not a mean."
            ),
        ),
    )


NEEDS = {
    "settles": "To settle soon, the run needs a slope at every point that it meets, and a step that is not tiny.",
    "crawls": "To crawl, the run needs a tiny step, and a slope at every point that it meets.",
    "grows": "To grow, the step would have to be too long: above 1/3 far out, or above 2/L at the minimiser.",
    "stays": "To stay, all three shares would have to add up to zero where the run starts.",
    "is no number": "To lose its numbers, the run has to meet a beacon, where a distance of 0 has no slope.",
}
HERE = {
    "settles": "Here the start is a millimetre beside a beacon: the share of that beacon is finite, and the step is ordinary.",
    "crawls": "Here the start is a millimetre beside a beacon, where the slope is finite, and η is far below 1/100.",
    "is no number": "Here the run starts on a beacon: s is 0, the slope of √s is infinite, and 0 times it is nan.",
}


def _prediction(course):
    return prediction(course, HERE[course], NEEDS, see="gradients")
