"""The shares of three surfaces in a pixel, f(a) = mean (y − Ea)² over its bands, where a is positive and sums to one."""

import math
from dataclasses import dataclass
from itertools import combinations
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import (
    TRACE,
    Problem,
    bound,
    iterations,
    largest_itself,
    prediction,
    rounded,
    told_apart,
    upside_down_step,
)
from gdtools.questions import Count, Mistake, Number

# In per cent: a row for each band, blue, green, near and short-wave infrared; vegetation, soil, water.
E = np.array([[4, 12, 6], [6, 18, 5], [45, 26, 3], [25, 34, 1]])
THIRDS = np.full(3, 1 / 3)
NEAR = 1e-6  # of the best shares, where a run is over
MANY = 10_000  # steps, more than which is a crawl
SETTLES, JUMPS, CRAWLS, GROWS = "settles at the best shares", "jumps to and fro for ever", "crawls", "grows"


def pixel(seed: int | None = None) -> Problem:
    """The shares of three surfaces in a pixel, f(a) = mean (y − Ea)² over its bands, where a is positive and sums to one."""
    rng = np.random.default_rng(seed)
    if seed is None:
        return _problem(Mixture(E, np.array([5, 5, 34, 16])), np.array([0.9, 0.5, -0.2]), SETTLES, 0.003)
    return told_apart(lambda: _problem(*_drawn(rng)))


def _problem(mixture, point, course, lr):
    questions = {
        "projection": _projection(point),
        "hessian": _hessian(mixture),
        "bound": _bound(mixture),
        "first": _first(mixture),
        "shares": _shares(mixture),
        "price": _price(mixture),
        "edge": _edge(mixture),
        "steps": _steps(mixture),
        "prediction": prediction(course, HERE[course], NEEDS, see="constraints"),
    }
    given = SimpleNamespace(E=mixture.E, y=mixture.y, point=point, start=THIRDS, lr=lr)
    return Problem("pixel", given, questions)


def _drawn(rng):
    """A pixel that one surface is missing from, a point outside, and a step whose run is of the course that is drawn."""
    course = str(rng.choice([SETTLES, JUMPS, CRAWLS], p=[0.45, 0.3, 0.25]))
    while True:
        mixture = _seen(rng)
        if not mixture.is_clear():
            continue
        L, h = mixture.L(), mixture.along()
        low, high = {SETTLES: (2.3 / L, 1.8 / h), JUMPS: (2.2 / h, 3.5 / h), CRAWLS: (2e-4 / L, 1e-3 / L)}[course]
        lr = rounded(rng.uniform(low, high)) if low < high else 0
        if low < lr < high and mixture.course(lr) == course:
            return mixture, _outside(rng), course, lr


def _seen(rng):
    """Surfaces like those of the book, and a pixel of two of them, some per cent amiss in each band."""
    surfaces = np.round(E[rng.permutation(4)] * rng.uniform(0.8, 1.25, (4, 3))).astype(int)
    share = rng.uniform(0.3, 0.75)
    shares = np.array([share, 1 - share, 0] if rng.random() < 0.5 else [share, 0, 1 - share])
    return Mixture(surfaces, np.round(np.abs(surfaces @ shares + rng.uniform(-5, 5, 4))).astype(int))


def _outside(rng):
    """A point that is too large in two places, and negative in the third."""
    share, more = rng.uniform(0.2, 0.8), rng.uniform(0.1, 0.3)
    return np.round(rng.permutation([share + more, 1 - share + more, -rng.uniform(0.1, 0.5)]), 1)


@dataclass(frozen=True)
class Mixture:
    """Reflectances of surfaces, a column each, and of the pixel ``y``, a row for each band."""

    E: np.ndarray
    y: np.ndarray

    def hessian(self):
        return 2 / len(self.y) * self.E.T @ self.E

    def gradient(self, a):
        return 2 / len(self.y) * self.E.T @ (self.E @ a - self.y)

    def L(self):
        return np.linalg.eigvalsh(self.hessian())[-1]

    def on(self, kept):
        """The best shares of these surfaces that sum to one, whatever their signs: by what a multiplier adds."""
        H, n = self.hessian()[np.ix_(kept, kept)], len(kept)
        system = np.block([[H, np.ones((n, 1))], [np.ones((1, n)), np.zeros((1, 1))]])
        shares = np.zeros(3)
        shares[list(kept)] = np.linalg.solve(system, np.append(-self.gradient(np.zeros(3))[list(kept)], 1))[:-1]
        return shares

    def free(self):
        """The minimiser without any limit."""
        return np.linalg.solve(self.hessian(), -self.gradient(np.zeros(3)))

    def best(self):
        """Of all edges and corners, and of the inside, the best place that has no negative share."""
        places = [self.on(kept) for n in (1, 2, 3) for kept in combinations(range(3), n)]
        return min((a for a in places if a.min() >= 0), key=self.f)

    def f(self, a):
        return ((self.y - self.E @ a) ** 2).mean()

    def missing(self):
        """The number of the surface that has no share."""
        return int(self.best().argmin())

    def way(self):
        """The unit vector along the edge of the answer."""
        return np.delete(np.eye(3), self.missing(), axis=0).T @ [1, -1] / math.sqrt(2)

    def along(self):
        """The curvature along it."""
        return self.way() @ self.hessian() @ self.way()

    def price(self):
        g = self.gradient(self.best())
        return g[self.missing()] - g[0]

    def is_clear(self):
        """Whether vegetation and one more have a share, and the third would cost something."""
        shares = np.sort(self.best())
        return shares[0] == 0 and shares[1] > 0.1 and self.best()[0] > 0.1 and self.price() > 2

    def positive(self):
        """The best shares that are not negative, whatever their sum."""
        places = [np.zeros(3)]
        for kept in (kept for n in (1, 2, 3) for kept in combinations(range(3), n)):
            shares = np.zeros(3)
            some = list(kept)
            shares[some] = np.linalg.solve(self.hessian()[np.ix_(some, some)], -self.gradient(np.zeros(3))[some])
            places.append(shares)
        return min((a for a in places if a.min() >= 0), key=self.f)

    def step(self, a, lr):
        return nearest(a - lr * self.gradient(a))

    def count(self, lr, near=NEAR):
        """How many projected steps it takes until the best shares are near."""
        best = self.best()
        return iterations(lambda a: self.step(a, lr), THIRDS, lambda a: math.dist(a, best) <= near)

    def course(self, lr):
        """What the run does, where a few hundred steps tell it; nothing where they do not."""
        a, moves = THIRDS, []
        for _ in range(400):
            before, a = a, self.step(a, lr)
            moves.append(math.dist(a, before))
        if math.dist(a, self.best()) <= NEAR:
            return SETTLES
        return JUMPS if min(moves[-50:]) > 0.02 else CRAWLS if lr * self.L() <= 1e-3 else ""


def nearest(z):
    """The nearest point that has no negative part and sums to one: the same is taken from each, and what is below goes to 0."""
    down = sorted(z, reverse=True)
    return np.maximum(z - max((sum(down[:k]) - 1) / k for k in (1, 2, 3)), 0)


def divided(z):
    """Clipped at zero, then divided by the sum, which is not projecting."""
    return np.maximum(z, 0) / np.maximum(z, 0).sum()


def _projection(point):
    return Number(
        truth=nearest(point),
        atol=1e-6,
        hint="Take the same amount from all that stay above zero, so that they sum to one. Which of them stay?",
        lesson="All shares that stay are moved by the same amount; dividing would move the larger ones more.",
        see="constraints",
        mistakes=(
            Mistake(
                divided(point), "This is clipped and divided by the sum. It lies in the triangle, and is not the nearest there."
            ),
            Mistake(
                point - (point.sum() - 1) / 3, "This sums to one, but a share is negative: set it to zero, and begin again."
            ),
            Mistake(np.maximum(point, 0), "The negative share is gone, but the rest does not sum to one."),
            Mistake(point / point.sum(), "This is divided by the sum. A share is negative, and dividing is not projecting."),
            Mistake(np.eye(3)[point.argmax()], "This is the nearest corner. The point projects to an edge."),
            Mistake(np.maximum(point - (point.sum() - 1) / 3, 0), "This is clipped last, and no longer sums to one."),
        ),
    )


def _hessian(mixture):
    H, n = mixture.hessian(), len(mixture.y)
    return Number(
        truth=H,
        hint="f is the mean over four bands of a square. Differentiate (y − Ea)² twice, with E as it is.",
        lesson="It does not know of the limits. They decide which of its directions a run may take.",
        see="least-squares",
        mistakes=(
            Mistake(2 * mixture.E.T @ mixture.E, "This is for the sum over the bands. f is their mean."),
            Mistake(H / 2, "The 2 of the square is lost: f has no ½."),
            Mistake(mixture.E.T @ mixture.E, "This is EᵀE alone. The square brings a 2, and the mean a 1/4."),
            Mistake(H * n / 3, "This is divided by the three surfaces. The mean is over the four bands."),
            Mistake(np.diag(np.diag(H)), "Beside the diagonal stand the products of two columns."),
            Mistake(np.linalg.inv(H), "This is the inverse of it."),
        ),
    )


def _bound(mixture):
    H, L = mixture.hessian(), mixture.L()
    mu = np.linalg.eigvalsh(H)[0]
    return bound(
        L,
        Mistake(4 / L, "The L in this bound has lost the 2 of the square."),
        Mistake(2 / (len(mixture.y) * L), "The L in this bound has lost the 1/4 of the mean over the bands."),
        Mistake(2 / np.trace(H), TRACE),
        Mistake(2 / H.diagonal().max(), "This takes the largest entry for L. The largest eigenvalue is larger."),
        Mistake(2 / mixture.along(), "This is the bound on one edge alone. A step is asked for that is safe everywhere."),
        largest_itself(L),
        upside_down_step(L),
        mu=mu,
        lesson="Projecting moves no two points apart, so what settles without it settles with it.",
        see="constraints",
    )


def _first(mixture):
    g, L = mixture.gradient(THIRDS), mixture.L()
    return Number(
        truth=nearest(THIRDS - g / L),
        rtol=5e-4,
        atol=1e-6,
        hint="The gradient is ½ Eᵀ(Ea − y). Take the step first, and then project what it leads to.",
        lesson="The step leaves the plane on which shares sum to one, and the projection leads back to it.",
        see="constraints",
        mistakes=(
            Mistake(THIRDS - g / L, "This is not projected: the shares do not sum to one."),
            Mistake(divided(THIRDS - g / L), "This is divided by the sum. To project, take the same from each share."),
            Mistake(nearest(THIRDS + g / L), "The step goes uphill here, along the gradient and not against it."),
            Mistake(nearest(THIRDS - 2 * g / L), "This is the step 2/L. The question asks for 1/L."),
            Mistake(nearest(THIRDS - g / L / 2), "This is half of the step: the gradient has lost its 2."),
            Mistake(nearest(THIRDS - 4 * g / L), "The gradient in this is that of the sum over the bands. f is their mean."),
            Mistake(mixture.best(), "This is where the run ends. One step is asked for."),
        ),
    )


def _shares(mixture):
    free, alone, positive = mixture.free(), mixture.on((0, 1, 2)), mixture.positive()
    return Number(
        truth=mixture.best(),
        rtol=2e-3,
        atol=1e-6,
        hint="With one share at zero the other two are t and 1 − t: a parabola in t for each edge of the triangle.",
        lesson="One surface gets nothing at all, not just little. How would you know that no other edge is better?",
        see="constraints",
        mistakes=(
            Mistake(free, "This is the minimiser without any limit."),
            Mistake(
                divided(free), "This is that minimiser, clipped and divided. Repair at the end is not the best in the triangle."
            ),
            Mistake(alone, "These sum to one, but a share is negative."),
            Mistake(
                divided(alone), "With the sum alone the best has a negative share; to clip it and divide is not the way back."
            ),
            Mistake(
                positive / positive.sum(), "This is best without the sum, and then divided by it. Both limits hold at once."
            ),
            Mistake(positive, "This is best without the sum: these do not sum to one."),
            Mistake(nearest(free), "This is the minimiser without any limit, projected once. A run projects at every step."),
            Mistake(THIRDS, "This is the start."),
        ),
    )


def _price(mixture):
    g, missing = mixture.gradient(mixture.best()), mixture.missing()
    price = mixture.price()
    return Number(
        truth=price,
        rtol=2e-3,
        hint="The other two have the same derivative at the best shares. How far above it is that of the missing one?",
        lesson="It is positive: who moves a share to this surface pays so much for it, and that proves the edge right.",
        see="constraints",
        mistakes=(
            Mistake(g[missing], "This is ∂f alone. A share of the missing surface is taken from another, whose ∂f counts too."),
            Mistake(0, "So it is with the two that are in the pixel. The third would make f larger."),
            Mistake(g[0], "This is ∂f of vegetation, the same as that of the other one in the pixel."),
            Mistake(-price, "The sign is turned: the derivative of vegetation is to be subtracted."),
            Mistake(price / 2, "The 2 of the square is lost."),
            Mistake(len(mixture.y) * price, "This is the price in the sum over the bands. f is their mean."),
            Mistake(g[missing] + g[0], "The two derivatives are to be subtracted, not added."),
        ),
    )


def _edge(mixture):
    h, H, way = mixture.along(), mixture.hessian(), mixture.way()
    both = np.abs(way) @ H @ np.abs(way)
    return Number(
        truth=2 / h,
        hint="A run on this edge moves along (1, −1)/√2 in the two shares. What is the curvature of f that way?",
        lesson="Near the answer the limits rule the steepest direction out, and a longer step is stable than without them.",
        see="constraints",
        mistakes=(
            Mistake(2 / mixture.L(), "This is 2/L. On the edge the steepest direction cannot be taken."),
            Mistake(1 / h, "This is for the way (1, −1), which is √2 long, or 1/h in the place of 2/h."),
            Mistake(4 / h, "This takes half of the curvature along the edge."),
            Mistake(2 / both, "This takes the way (1, 1). On the edge one share grows as the other shrinks."),
            Mistake(
                2 / np.delete(H.diagonal(), mixture.missing()).max(), "This takes an entry of the diagonal. Two shares move."
            ),
            Mistake(h, "This is the curvature itself. The step is two over it."),
            Mistake(h / 2, "This is upside down: the bound is two over the curvature."),
        ),
    )


def _steps(mixture):
    L = mixture.L()
    truth = mixture.count(1 / L)
    return Count(
        truth=truth,
        hint="Step, project, and measure the distance from the best shares, from thirds on.",
        lesson="It finds the edge after some steps, and from there on 1 − h/L is left at each, with the curvature of the edge.",
        see="constraints",
        mistakes=(
            Mistake(mixture.count(1 / L, 1e-3), "This is the count to 1e-3. The question asks for 1e-6."),
            Mistake(mixture.count(1 / (2 * L)), "This is the count for half of 1/L."),
            Mistake(mixture.count(1 / (4 * L)), "This is the count for a step that has lost the 1/4 of the mean."),
            Mistake(_without_limits(mixture), "This is the count without the limits, to the minimiser that is free of them."),
            Mistake(1, "With one step you would be there if all curvatures were L."),
        ),
    )


def _without_limits(mixture):
    lr, free = 1 / mixture.L(), mixture.free()
    return iterations(lambda a: a - lr * mixture.gradient(a), THIRDS, lambda a: math.dist(a, free) <= NEAR)


HERE = {
    SETTLES: "Here η is above 2/L, and yet below 2/h with the curvature h along the edge of the answer.",
    JUMPS: "Here η is above 2/h, with the curvature h along the edge of the answer.",
    CRAWLS: "Here η is below a thousandth of 1/L.",
}
NEEDS = {
    SETTLES: "A run settles where η is below 2/h for the curvature h of the edge, and not tiny.",
    JUMPS: "To jump for ever, η has to be above 2/h, with the curvature h along the edge of the answer.",
    CRAWLS: "A run crawls where even ηL is tiny.",
    GROWS: "To grow a run needs room, and the triangle is all there is.",
}
