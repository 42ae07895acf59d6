"""A buoy found from its distances to three beacons: f(x) = ½ Σ (dᵢ − mᵢ)², and steps that know its curvature."""

import math
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    Problem,
    bound,
    bound_upside_down,
    largest_itself,
    newton,
    prediction,
    rounded,
    told_apart,
)
from gdtools.questions import Count, Mistake, Number

BEACONS = [(300, 400), (-400, 300), (0, -500)]
MEASURED = [520, 480, 530]
START = np.zeros(2)
NEAR = 1e-6  # metres from the minimum, where a run is over
DIGITS = 1e-3  # the eigenvalues of all methods that know the curvature are near 1
FLAT = 0.05  # where a curvature is smaller, the next of Newton's steps hangs on rounding
DOWN, UP = "sets out downhill and ends at a minimum", "sets out uphill and ends at a minimum"
SADDLE, OFF = "ends at a saddle", "runs off for ever"


def buoy(seed: int | None = None) -> Problem:
    """A buoy found from its distances to three beacons: f(x) = ½ Σ (dᵢ − mᵢ)², and steps that know its curvature."""
    rng = np.random.default_rng(seed)
    if seed is None:
        return _problem(Ranging(np.array(BEACONS), np.array(MEASURED)), UP, 2000, 0.77)
    return told_apart(lambda: _problem(*_drawn(rng), rng.uniform(0.55, 0.9)))


def _problem(ranging, course, far, size):
    x, beside = ranging.minimum(), ranging.all_measured(far)
    lr = rounded(size / np.linalg.eigvalsh(ranging.hessian(x))[-1])
    questions = {
        "gradient": _gradient(ranging),
        "hessian": _hessian(ranging),
        "gauss_newton": _gauss_newton(ranging),
        "newton": _newton(ranging),
        "slope": _slope(beside, ranging),
        "steps": _steps(ranging, x, lr),
        "factor": _factor(ranging, x),
        "bound": _bound(ranging, x),
        "prediction": prediction(course, HERE[course], NEEDS, see="curvature"),
    }
    given = SimpleNamespace(beacons=ranging.beacons, measured=ranging.measured, start=START, far=far, lr=lr)
    return Problem("buoy", given, questions)


def _drawn(rng):
    """Beacons and distances, what Newton does where all distances are measured as ``far``, and that distance."""
    course = str(rng.choice([DOWN, SADDLE, UP]))
    while True:
        ranging = _placed(rng)
        low, high = np.linalg.eigvalsh(ranging.square(START))
        if ranging.is_spread() and 0.5 < low < 0.75 * high:
            far = 10 * round(ranging.distances(START)[0] / 10 * (1 + _excess(rng, course, high / low)))
            if course_of(ranging.all_measured(far)) == course:
                return ranging, course, far


def _excess(rng, course, ratio):
    """By what part too much is measured: up to 1/ratio both curvatures at the start are positive, from ratio on negative."""
    low, high = {DOWN: (0.3 / ratio, 0.8 / ratio), SADDLE: (1.1 / ratio, 0.9 * ratio), UP: (1.2 * ratio, 2 * ratio)}[course]
    return rng.uniform(low, high)


def _placed(rng):
    """Three beacons at whole metres, all as far from the start, and what each measures, some tens of metres amiss."""
    radius = int(rng.choice([500, 650, 850]))
    beacons = rng.choice(_whole(radius), 3, replace=False) * rng.choice([[1, 1], [1, -1]], 3)
    signs = rng.permutation([-1, 1, rng.choice([-1, 1])])
    return Ranging(beacons, radius + 10 * signs * rng.integers(2, 8, 3))


@cache
def _whole(radius):
    """The places of whole metres, north of the start or on its height, that are as far from it."""
    heights = {a: math.isqrt(radius**2 - a**2) for a in range(-radius, radius + 1)}
    return [(a, b) for a, b in heights.items() if a * a + b * b == radius**2]


@dataclass(frozen=True)
class Ranging:
    """Places of beacons, a row each, and the distance that each ``measured``."""

    beacons: np.ndarray
    measured: np.ndarray

    def all_measured(self, far):
        return Ranging(self.beacons, np.full(len(self.beacons), far))

    def distances(self, x):
        return np.hypot(*(x - self.beacons).T)

    def jacobian(self, x):
        """The unit vectors from the beacons to x, a row each."""
        return (x - self.beacons) / self.distances(x)[:, None]

    def is_spread(self):
        """Whether no two beacons lie in nearly one line with the start."""
        (a, b), (c, d) = self.jacobian(START)[[0, 0, 1]].T, self.jacobian(START)[[1, 2, 2]].T
        return np.abs(a * d - b * c).min() > 0.3

    def residuals(self, x):
        return self.distances(x) - self.measured

    def gradient(self, x):
        return self.jacobian(x).T @ self.residuals(x)

    def square(self, x):
        """JᵀJ."""
        return self.jacobian(x).T @ self.jacobian(x)

    def rest(self, x):
        """S, the part of the Hessian that Gauss–Newton leaves out."""
        return self.bends(self.residuals(x) / self.distances(x), x)

    def bends(self, weights, x):
        """The sum of the weights times I − uuᵀ, each with the unit vector u from its beacon."""
        J = self.jacobian(x)
        return weights.sum() * np.eye(2) - (J.T * weights) @ J

    def hessian(self, x):
        return self.square(x) + self.rest(x)

    def kept(self, x):
        """The matrix (JᵀJ)⁻¹S."""
        return np.linalg.solve(self.square(x), self.rest(x))

    def minimum(self):
        return newton(self.gradient, self.hessian, START)

    def metrics(self):
        """The matrix that each method solves with, plain descent, Gauss–Newton, Newton."""
        return (lambda x: np.eye(2), self.square, self.hessian)

    def away(self, best, matrix, lr):
        """The distance from the minimum at each step, to the first that is near."""
        x, away = START, []
        while not away or away[-1] > NEAR:
            away.append(math.dist(x, best))
            x = x - lr * np.linalg.solve(matrix(x), self.gradient(x))
        return away


def course_of(ranging: Ranging) -> str:
    """What Newton's run from the start does, read from the curvatures along it; nothing where it is not clear."""
    points, hessians, moves = [START], [], []
    while len(points) <= 25 and (not moves or math.hypot(*moves[-1]) > NEAR):
        hessians.append(ranging.hessian(points[-1]))
        moves.append(-np.linalg.solve(hessians[-1], ranging.gradient(points[-1])))
        points.append(points[-1] + moves[-1])
    low, high = np.linalg.eigvalsh(hessians).T
    if len(points) > 25 or np.abs([low, high]).min() < FLAT:
        return ""
    if low.max() < 0 < high.min():
        return SADDLE
    return DOWN if low.min() > 0 else UP if high[0] < 0 < low[-1] else ""


# Questions


def _half_doubled(answer):
    return Mistake(answer, "Twice too much: the derivative of a square brings down a 2, which the ½ takes away.")


def _length_kept(answer):
    return Mistake(answer, "The rows of J are x − b itself here. The derivative of a distance is the unit vector (x − b)/d.")


def _mean_for_sum(answer):
    return Mistake(answer, "This is divided by the number of beacons. f is a sum, not a mean.")


def _gradient(ranging):
    J, r, d, m = ranging.jacobian(START), ranging.residuals(START), ranging.distances(START), ranging.measured
    g = J.T @ r
    return Number(
        truth=g,
        atol=1e-6,
        hint="Each beacon gives its residual d − m, times the unit vector that points from it to the buoy.",
        lesson="Where it is zero the pulls of the beacons cancel, and the distances need not be those measured.",
        see="least-squares",
        mistakes=(
            Mistake(
                -g, "The sign is turned: the residual is the distance less the measured one, and f grows along the gradient."
            ),
            _half_doubled(2 * g),
            Mistake(g / 2, "Half of it: the derivative of a square brings down a 2, which takes the ½ away."),
            _length_kept(d[0] * g),
            _mean_for_sum(g / 3),
            Mistake(J.T @ d, "The measured distances are missing: each beacon pulls with d − m."),
            Mistake(-J.T @ m, "The distances themselves are missing: each beacon pulls with d − m."),
            Mistake(J.T @ np.abs(r), "The residuals have lost their signs: a beacon that measures too much pushes away."),
            Mistake(2 * J.T @ (d * (d**2 - m**2)), "This is the gradient of ½ Σ (d² − m²)², which is another function."),
            Mistake(g[::-1], "These are the two entries in the wrong order: east comes first."),
        ),
    )


def _hessian(ranging):
    A, S, r = ranging.square(START), ranging.rest(START), ranging.residuals(START)
    H, each = A + S, ranging.residuals(START) / ranging.distances(START)
    along = each.sum() * np.eye(2) - S
    return Number(
        truth=H,
        atol=1e-6,
        hint="It is JᵀJ and the sum of the residuals times the Hessians of the distances, which are (I − uuᵀ)/d.",
        lesson="JᵀJ needs first derivatives alone, and it is nearly all, since the residuals are small beside the distances.",
        see="curvature",
        mistakes=(
            Mistake(A, "This is JᵀJ alone. The residuals times the Hessians of the distances belong to it."),
            Mistake(A - S, "The residuals have the wrong sign in this: they are d − m."),
            Mistake(S, "This is S alone, what Gauss–Newton leaves out. JᵀJ belongs to it."),
            Mistake(A + ranging.bends(r, START), "The Hessian of a distance is (I − uuᵀ)/d: the division by d is lost."),
            Mistake(A + each.sum() * np.eye(2), "The Hessian of a distance is (I − uuᵀ)/d: the uuᵀ is lost."),
            Mistake(A + along, "A distance bends across the line to the beacon, not along it: I − uuᵀ, not uuᵀ."),
            Mistake(2 * H, "This is the Hessian of Σ (d − m)². The ½ belongs to f."),
            _mean_for_sum(H / 3),
            _length_kept(ranging.distances(START)[0] ** 2 * A + S),
            Mistake(np.diag(np.diag(H)), "What stands beside the diagonal is missing."),
            Mistake(np.linalg.inv(H), "This is the inverse."),
        ),
    )


def _gauss_newton(ranging):
    J, A, g = ranging.jacobian(START), ranging.square(START), ranging.gradient(START)
    r, radius, full = ranging.residuals(START), ranging.distances(START)[0], ranging.hessian(START)
    step = -np.linalg.solve(A, g)
    return Number(
        truth=step,
        atol=1e-6,
        hint="Solve JᵀJ p = −Jᵀr, two equations with two unknowns.",
        lesson="It would be the answer at once if distances were linear; so what is left of the error after it?",
        see="curvature",
        mistakes=(
            Mistake(-step, "The sign is turned: a step goes against the gradient."),
            Mistake(-g, "JᵀJ is forgotten: this is a plain step with η = 1."),
            Mistake(step / 2, "This is half of the step: the ½ of f has gone into it."),
            Mistake(2 * step, "This is twice the step: the ½ of f takes away the 2 of the square."),
            Mistake(-A @ g, "JᵀJ is multiplied with the gradient here. The step solves with it."),
            Mistake(step / radius, "The rows of J are x − b itself in this. They have to be unit vectors."),
            Mistake(-np.linalg.solve(full, g), "This is Newton's step. Gauss–Newton leaves S out."),
            Mistake(-g / 3, "This divides by the trace of JᵀJ, which is a matrix: solve with it."),
            Mistake(-np.linalg.solve(J[:2], r[:2]), "The third beacon is left out."),
            Mistake(-np.linalg.solve(J[1:], r[1:]), "The first beacon is left out."),
            Mistake(-step[::-1], "These are the entries in the wrong order, and with the wrong sign."),
        ),
    )


def _newton(ranging):
    A, S, g, r = ranging.square(START), ranging.rest(START), ranging.gradient(START), ranging.residuals(START)
    H, each = A + S, r / ranging.distances(START)
    step = -np.linalg.solve(H, g)
    solved = lambda matrix: -np.linalg.solve(matrix, g)  # noqa: E731
    return Number(
        truth=step,
        rtol=DIGITS,
        atol=1e-6,
        hint="Solve ∇²f p = −∇f, with your Hessian at the start.",
        lesson="It and the step of Gauss–Newton differ by a small part, since S is small beside JᵀJ.",
        see="curvature",
        mistakes=(
            Mistake(solved(A), "This is the step of Gauss–Newton. Newton keeps S."),
            Mistake(solved(A - S), "The residuals in S have the wrong sign: they are d − m."),
            Mistake(solved(np.diag(np.diag(H))), "Only the diagonal of the Hessian is used. What stands beside it counts too."),
            Mistake(solved(A + ranging.bends(r, START)), "S is too large in this: it has lost its division by d."),
            Mistake(
                solved(A + each.sum() * np.eye(2)), "S has lost its uuᵀ: a distance bends across the line to the beacon alone."
            ),
            Mistake(solved(S), "This solves with S alone. JᵀJ belongs to the Hessian."),
            Mistake(-step, "The sign is turned: where the Hessian is positive definite, Newton goes downhill."),
            Mistake(-g, "The Hessian is forgotten: this is a plain step with η = 1."),
            Mistake(-H @ g, "The Hessian is multiplied with the gradient here. The step solves with it."),
            Mistake(
                step / 2,
                "This is half of the step: if the ½ of f is dropped in the Hessian, it is dropped in the gradient too.",
            ),
            Mistake(
                2 * step, "This is twice the step: if the ½ of f is dropped in the gradient, it is dropped in the Hessian too."
            ),
        ),
    )


def _size(matrix):
    """The largest magnitude of an eigenvalue."""
    return np.abs(np.linalg.eigvals(matrix)).max()


def _factor(ranging, x):
    A, S, M = ranging.square(x), ranging.rest(x), ranging.kept(x)
    rho, (low, high) = _size(M), np.linalg.eigvalsh(A + S)
    return Number(
        truth=rho,
        rtol=2 * DIGITS,
        hint="The derivative of the step at the minimum is −(JᵀJ)⁻¹S. Which of its eigenvalues is the largest in magnitude?",
        lesson="In the end each step leaves this part of the error; Newton leaves a part that shrinks with the error itself.",
        see="curvature",
        mistakes=(
            Mistake(_size(np.linalg.solve(A + S, S)), "This solves with the Hessian. Gauss–Newton solves with JᵀJ."),
            Mistake(_size(S), "This is S itself. It is to be solved with JᵀJ."),
            Mistake(1 - rho, "This is one minus the factor. What a step leaves is the eigenvalue of (JᵀJ)⁻¹S itself."),
            Mistake(_size(ranging.kept(START)), "This is the number at the start. The run goes by that at the minimum."),
            Mistake(np.abs(np.linalg.eigvals(M)).min(), "This is the smaller of the two. The larger one is left in the end."),
            Mistake(rho**2, "This is what two steps leave."),
            Mistake(2 * rho, "This is twice the factor: S has no 2, since f has its ½."),
            Mistake(_size(A @ S), "JᵀJ is multiplied with S here. S is to be solved with it."),
            Mistake((high - low) / (high + low), "This is the factor of plain descent at its best step."),
            Mistake(abs(np.linalg.det(M)), "This is the determinant, the product of both eigenvalues."),
        ),
    )


def _bound(ranging, x):
    A, H = ranging.square(x), ranging.hessian(x)
    low, high = np.sort(np.linalg.eigvals(np.linalg.solve(A, H)).real)
    at_start = 1 + np.linalg.eigvals(ranging.kept(START)).real.max()
    turned = 1 - np.linalg.eigvals(ranging.kept(x)).real.min()
    return bound(
        high,
        largest_itself(high),
        bound_upside_down(high),
        Mistake(2.0, "This is the bound of Newton's steps, whose eigenvalues are 1. (JᵀJ)⁻¹ is not quite the inverse."),
        Mistake(2 / np.linalg.eigvalsh(H)[-1], "This is the bound of plain descent. The step here is solved with JᵀJ."),
        Mistake(2 / turned, "This takes JᵀJ − S for the Hessian. S has the residuals d − m."),
        Mistake(2 / at_start, "This is the bound at the start. What the run settles to is decided at the minimum."),
        Mistake(
            2 / _size(ranging.kept(x)), "This is two over the factor of a full step. The eigenvalues are those of (JᵀJ)⁻¹∇²f."
        ),
        mu=low,
        rtol=DIGITS / 2,
        lesson="With a P near the inverse of the Hessian the bound is near 2 whatever the units, and 1 is a step to trust.",
        see="conditioning",
    )


def _steps(ranging, x, lr):
    runs = [ranging.away(x, matrix, step) for matrix, step in zip(ranging.metrics(), (lr, 1, 1), strict=True)]
    count = lambda near: np.array([sum(away > near for away in run) for run in runs])  # noqa: E731
    truth, slow = count(NEAR), [len(ranging.away(x, matrix, lr)) - 1 for matrix in ranging.metrics()]
    half = len(ranging.away(x, ranging.metrics()[0], lr / 2)) - 1
    return Count(
        truth=truth,
        hint="Plain descent takes η = lr, the other two take their full step; each run is over at 1e-6 m from the minimum.",
        lesson="Count what a step costs: two unknowns make a solution cheap, and a million make it dear.",
        see="curvature",
        mistakes=(
            Mistake(truth[::-1], "These are the counts in the reverse order: plain descent first, Newton last."),
            Mistake(np.array([half, *truth[1:]]), "The first of these is the count at half of lr."),
            Mistake(np.array(slow), "All three steps are multiplied with lr here. Gauss–Newton and Newton take full steps."),
            Mistake(count(1e-3), "These are the counts to a millimetre, 1e-3 m."),
            Mistake(
                count(NEAR * math.dist(x, START)),
                "These are the counts to a millionth of the first distance. A millionth of a metre is asked for.",
            ),
            Mistake(
                np.array([truth[0], 1, 1]), "One step would do if f were a quadratic. A sum of squares of distances is none."
            ),
        ),
    )


def _slope(beside, ranging):
    g, A, S = beside.gradient(START), beside.square(START), beside.rest(START)
    before, kept, p = ranging.gradient(START), ranging.hessian(START), -np.linalg.solve(A + S, g)
    f = lambda x: (beside.residuals(x) ** 2).sum() / 2  # noqa: E731
    return Number(
        truth=g @ p,
        atol=1e-6,
        hint="Residuals, gradient and Hessian at the start once more, with the new distances; then Newton's p, and ∇f·p.",
        lesson="If it is positive, f grows as soon as one sets out, and no line search can mend the step.",
        see="curvature",
        mistakes=(
            Mistake(-g @ p, "The sign is turned: p solves ∇²f p = −∇f, with a minus."),
            Mistake(-g @ np.linalg.solve(A, g), "This is the slope along the step of Gauss–Newton, which always leads down."),
            Mistake(-g @ g, "This is the slope along minus the gradient, a plain step."),
            Mistake(g @ g, "This is the squared length of the gradient."),
            Mistake(-g @ np.linalg.solve(A - S, g), "The residuals in S have the wrong sign in this: they are d − far."),
            Mistake(g @ p / 2, "This is half of the slope, which is what the quadratic promises for the whole step."),
            Mistake(f(p) - f(START), "This is by how much f changes over the whole step. The slope is that at its beginning."),
            Mistake(g @ p / np.linalg.norm(p), "This is the slope for each metre. ∇f·p is asked for, with the whole step."),
            Mistake(-before @ np.linalg.solve(kept, before), "This is the slope with the distances measured before."),
        ),
    )


NEEDS = {
    DOWN: "To set out downhill for sure, a run of Newton needs two positive curvatures at its start.",
    UP: "To set out uphill for sure, a run of Newton needs two negative curvatures at its start.",
    SADDLE: "A saddle has one curvature of each sign, and draws a run of Newton that meets such curvatures from the first.",
    OFF: "To run off for ever, a run would have to meet no bowl, and far beyond the distances measured f is one.",
}
HERE = {
    DOWN: "Here both curvatures are positive, at the start and on the way.",
    UP: "Here both curvatures are negative at the start, and positive where the run ends.",
    SADDLE: "Here one curvature is negative and one positive, at the start and on the way.",
}
