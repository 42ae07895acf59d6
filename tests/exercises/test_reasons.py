"""What is said of a run is so: each reason, word for word, beside what decides it, computed here in every draw."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from gdtools import gradient_descent, momentum, problems

SEEDS = [None, *range(16)]


def run(grad, start, lr, n_iter=1000):
    return gradient_descent(grad, start, lr, n_iter, tol=0).hist


def ends(matrix):
    """The smallest and the largest eigenvalue."""
    return np.linalg.eigvalsh(matrix)[[0, -1]]


def chain(n, factor):
    return factor * (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1))


def falls(values):
    return bool((np.diff(values) < 0).all())


# For each problem what decides in these numbers, and what each outcome needs: every sentence, and whether it is so.


def valley(it):
    flat, steep = it.lr * 2 * it.a, it.lr * 2 * it.b
    return {
        "Here both factors, 1 − ημ and 1 − ηL, are below −1.": 1 - flat < -1 and 1 - steep < -1,
        "Here the factor of y, 1 − ηL, is below −1, and that of x lies between −1 and 1.": 1 - steep < -1 < 1 - flat < 1,
        "Here the factor of y, 1 − ηL, is −1: y changes its sign at every step and keeps its size.": 1 - steep == -1,
        "Here both factors, 1 − ημ and 1 − ηL, lie between −1 and 1.": -1 < 1 - steep < 1 - flat < 1,
    }, {
        "Both settle where ηL and ημ are below 2.": steep < 2,
        "Both grow where even ημ is above 2.": flat > 2,
        "y flips for ever where ηL is exactly 2.": steep == 2,
        "Only y grows where ηL is above 2 and ημ is below.": flat < 2 < steep,
    }


def springs(it):
    low, high = ends(chain(it.n, it.k))
    pace = it.lr * high
    return {
        "Here ηL is above 2: the largest eigenvalue is nearly twice a diagonal entry.": pace > 2
        and 1.8 < high / (2 * it.k) < 2,
        "Here ηL lies between 1 and 2.": 1 < pace < 2,
        "Here ηL is below 0.02, and the smallest eigenvalue is many times smaller still.": pace < 0.02 and low < high / 10,
    }, {
        "An error grows where ηL is above 2.": pace > 2,
        "A run settles soon where ηL is below 2 and not tiny.": 0.1 < pace < 2,
        "An error that flips and keeps its size needs ηL = 2 exactly.": pace == 2,
        "A run crawls where ηL is below 2 and even ηL is tiny.": pace < 0.1,
    }


def rod(it):
    n = it.n[1]
    values, waves = np.linalg.eigh(chain(n, ((n + 1) / it.length) ** 2))
    pace, zigzag = it.lr * values[-1], (waves[1:, -1] * waves[:-1, -1] < 0).all()
    return {
        "Here ηL is above 2, and the wave of L goes up and down from point to point.": pace > 2 and zigzag,
        "Here ηL lies between 1 and 2.": 1 < pace < 2,
        "Here even ηL is below a tenth, and the smallest eigenvalue is a hundred times smaller.": (
            pace < 0.1 and values[0] < values[-1] / 100
        ),
    }, {
        "The shortest wave grows where ηL is above 2.": pace > 2,
        "The longest wave belongs to the smallest eigenvalue: it is the last to grow.": it.lr * values[0] > 2,
        "On a grid as coarse as this the temperature settles soon where ηL is below 2 and not tiny.": 0.1 < pace < 2,
        "On a grid as coarse as this the temperature crawls only where even ηL is tiny.": pace < 0.1,
    }


def molecule(it):
    slope = lambda r: 4 * it.epsilon * (6 * it.sigma**6 / r**7 - 12 * it.sigma**12 / r**13)  # noqa: E731
    rest, beyond = 2 ** (1 / 6) * it.sigma, (26 / 7) ** (1 / 6) * it.sigma
    curvature = 4 * it.epsilon * (156 * it.sigma**12 / rest**14 - 42 * it.sigma**6 / rest**8)
    r = run(slope, it.close, it.lr)
    pace, between = it.lr * curvature, bool(((r[1:] >= r[:-1]) & (r[1:] <= rest * (1 + 1e-12))).all())
    flips = 2 < pace < 2.2 and r.max() < beyond
    return {
        "Here η is so short that even the steep slope at the close start does not carry the atoms past rest.": r[1] < rest,
        "Here η is a little above 2/L, and from so near to rest no step leads beyond the inflection point.": flips,
        "Here η is well below 2/L, but the slope at the close start throws the atoms far out.": pace < 1 and r[1] > 1.5 * rest,
    }, {
        "To settle as asked, each step must end between its start and rest.": between,
        "To swing wider and wider, V would have to be steep far out, where it is flat.": slope(3 * rest) > slope(beyond),
        "To flip between two distances, the run must stay near rest at a step a little beyond the bound.": flips,
        "To fly apart, a step must end beyond the inflection point, where the energy is flat.": r.max() > beyond,
    }


def network(it):
    minimum = it.beside / [1.01, 1]
    hist = run(lambda p: (p[0] * p[1] - it.c) * p[::-1], it.beside, it.lr)
    over, end, bound = hist.prod(axis=1) - it.c, hist[-1], 2 / (minimum @ minimum)
    arrived = abs(over[-1]) < 1e-9
    return {
        "Here η is below that bound, and the error across the curve shrinks at every step.": (
            it.lr < bound and falls(np.abs(over[: np.argmax(np.abs(over) < 1e-12)]))
        ),
        "Here this minimum repels, and one with a smaller a² + b² holds the run.": (
            it.lr > bound and arrived and end @ end < 0.98 * minimum @ minimum
        ),
        "Here no minimum holds the run, and the residual turns its sign at every step.": (
            not arrived and (over[1:] * over[:-1] < 0).all()
        ),
    }, {
        "To explode, η must be far above the bound of the minimum beside the start.": it.lr > 2 * bound,
        "To settle at this minimum, η must be below 2/L with its own L = a² + b².": it.lr < bound,
        "To settle at another minimum, η must be above the bound of this one and below 1/c.": bound < it.lr < 1 / it.c,
        "To jump between two points for ever, η must be above 1/c, the longest of all bounds.": it.lr > 1 / it.c,
    }


def houses(it):
    X = np.column_stack([np.ones(it.n), it.area, it.rooms])
    low, high = ends(2 / it.n * X.T @ X)
    pace = it.lr * high
    return {
        "Here it is above 2.": pace > 2,
        "Here it is below 2, and κ is above ten thousand.": pace < 2 and high / low > 1e4,
    }, {
        "The raw columns do not settle soon at any step: ηL has to be below 2, and then ημ is next to nothing.": (
            pace < 2 and it.lr * low > 1e-3
        ),
        "A run with such a κ crawls at every step for which ηL is below 2.": pace < 2,
        "On the bound, where ηL is 2 exactly, the error keeps its size.": pace == 2,
        "A run explodes where ηL is above 2.": pace > 2,
    }


def doses(it):
    X = np.column_stack([np.ones(len(it.dose)), it.dose])
    chance = lambda w: 1 / (1 + np.exp(-X @ w))  # noqa: E731
    grad = lambda w: X.T @ (chance(w) - it.y) / len(X)  # noqa: E731
    loss = lambda w: np.mean(np.logaddexp(0, X @ w) - it.y * (X @ w))  # noqa: E731
    L, w = ends(X.T @ X / (4 * len(X)))[1], np.zeros(2)
    best = run(grad, w, 1 / L, 4000)[-1]
    there = ends((X.T * chance(best) * (1 - chance(best))) @ X / len(X))[1]
    hist = run(grad, w, it.lr, 10_000 if it.lr * L < 0.1 else 1000)
    heights, early = [loss(b) for b in hist[:100]], run(grad, w, 1 / L, 48)
    far = np.abs(hist).max() > 1e3
    return {
        "Here η is near 1/L, well below 2/L: f falls at every step, and the run has thousands of them.": (
            0.6 < it.lr * L < 1.5 and falls(heights)
        ),
        "Here η is less than a hundredth of 1/L: ten thousand of these steps lead no farther than some dozens at 1/L.": (
            it.lr * L < 0.01 and loss(hist[-1]) > loss(early[-1])
        ),
        "Here η is near 3 over the curvature at the minimiser: it repels, and far out f leads back.": (
            2.5 < it.lr * there < 3.5 and not far and np.linalg.norm(hist[-100:] - best, axis=1).min() > 1e-2
        ),
    }, {
        "No run on this f explodes: a step is at most η times the mean of ‖x‖ long, and far out it leads back.": far,
        "To settle, η must be below 2 over the curvature at the minimiser, and not tiny beside 1/L.": (
            it.lr * there < 2 and it.lr * L > 0.1
        ),
        "To crawl, η must be a tiny part of 1/L.": it.lr * L < 0.1,
        "A run bounces for ever, save by chance, where η is above 2 over the curvature at the minimiser.": it.lr * there > 2,
    }


def photons(it):
    X = np.column_stack([np.ones(len(it.x)), it.x])
    grad = lambda b: X.T @ (np.exp(X @ b) - it.y) / len(X)  # noqa: E731
    bend = lambda b: ends((X.T * np.exp(X @ b)) @ X / len(X))[1]  # noqa: E731
    best = run(grad, it.good, 1 / bend(it.good), 1000)[-1]
    bound = 2 / bend(it.poor)
    tiny = it.lr < 0.05 * bound
    hist = run(grad, it.poor, it.lr, 10_000 if tiny else 1000)
    on_the_way, away = max(map(bend, hist[1:80])), np.linalg.norm(hist - best, axis=1)
    lengths = np.linalg.norm(np.diff(hist[:2000], axis=0), axis=1)
    return {
        "Here η is below the bound of the poor start, and nowhere on the way is the curvature larger.": (
            0.2 * bound < it.lr < bound and on_the_way < bend(it.poor)
        ),
        "Here η is a small part even of the bound at the poor start, and the steps get shorter as the run comes near.": (
            tiny and falls(lengths)
        ),
        "Here η suits the minimiser, and at the poor start it is many times the bound.": (
            0.1 < it.lr * bend(best) < 2 and it.lr > 10 * bound
        ),
    }, {
        "A run settles surely where η is below the bounds of all places on the way, and not tiny.": (
            it.lr < 2 / max(on_the_way, bend(it.poor)) and not tiny
        ),
        "To crawl, η must be so short that ten thousand steps do not suffice.": tiny and away[-1] > 0.1,
        "To flip for ever at the same distance, a step would have to land at the mirror image of its start.": (
            np.allclose(hist[1] - best, best - hist[0], rtol=1e-3)
        ),
        "To be thrown far off, η must be far above the bound of the poor start.": it.lr > 10 * bound,
    }


def quartic(it):
    factor = 1 - 4 * it.lr * it.x0**2
    away = np.abs(run(lambda x: 4 * x**3, it.x0, it.lr, 1000))
    return {
        "Here 1 − 4ηx₀² is below −1, so the first step leads farther out, where the factor is lower still.": (
            factor < -1 and away[1] > it.x0
        ),
        "Here 1 − 4ηx₀² is −1 exactly, so each step leads to the mirror image.": factor == -1 and (away == it.x0).all(),
        "Here 1 − 4ηx₀² lies between −1 and 1, so each step leads closer, where the factor is closer to 1.": (
            -1 < factor < 1 and falls(away)
        ),
    }, {
        "To explode, the factor 1 − 4ηx² must be below −1 at the start.": factor < -1,
        "To flip for ever, the factor 1 − 4ηx² must be −1 exactly at the start.": factor == -1,
        "To settle slowly, the factor 1 − 4ηx² must be between −1 and 1 at the start.": -1 < factor < 1,
        "To settle at a linear rate, the factor would have to stay away from 1; near 0 it does not.": 1 - 4 * it.lr * 1e-6
        < 0.99,
    }


def coupled(it):
    (down, up), (grows, shrinks) = np.linalg.eigvalsh(it.H), np.linalg.eigh(it.H)[1].T
    hist = run(lambda x: it.H @ x, it.x0, it.lr, 8)
    small, large = np.abs(hist @ grows), np.abs(hist @ shrinks)
    on_axis, parts = small[0] < 1e-12, small[0] / large[0]
    both = falls(large) and falls(-small)
    return {
        "Here the start lies on that axis; the smallest nudge would lead away.": on_axis and 1 - it.lr * down > 1,
        "Here the start is a thousandth off the axis: the large part shrinks, the small one grows.": (
            both and abs(parts - 1e-3) < 1e-6
        ),
        "Here η is above 2 over the positive eigenvalue, and along both axes the run moves away.": (
            it.lr > 2 / up and falls(-large) and falls(-small)
        ),
    }, {
        "To settle, a run must start exactly on the axis of the positive eigenvalue λ, with η below 2/λ.": (
            on_axis and it.lr < 2 / up
        ),
        "To come near and then leave, the large part must shrink and a small one grow.": both and not on_axis,
        "To leave at once, what grows must outweigh what shrinks from the first step on.": (
            np.hypot(small[1], large[1]) > np.hypot(small[0], large[0])
        ),
        "To flip for ever, one factor must be −1 exactly and the start have no part along the other axis.": (
            1 - it.lr * up == -1 and on_axis
        ),
    }


def buoy(it):
    """Newton's run where all distances are ``far``: curvatures by differences of the gradient."""

    def grad(x):
        d = np.linalg.norm(x - it.beacons, axis=1)
        return (1 - it.far / d) @ (x - it.beacons)

    x, curvatures = it.start, []
    for _ in range(30):
        H = np.transpose([(grad(x + e) - grad(x - e)) / 0.02 for e in 0.01 * np.eye(2)])
        curvatures.append(ends((H + H.T) / 2))
        x = x - np.linalg.solve(H, grad(x))
    low, high = np.transpose(curvatures)
    far = 10 * it.far * np.array([np.cos(np.arange(8)), np.sin(np.arange(8))]).T
    bowl = all(grad(place) @ place > 0 for place in far)
    return {
        "Here both curvatures are positive, at the start and on the way.": low.min() > 0,
        "Here both curvatures are negative at the start, and positive where the run ends.": high[0] < 0 < low[-1],
        "Here one curvature is negative and one positive, at the start and on the way.": low.max() < 0 < high.min(),
    }, {
        "To set out downhill for sure, a run of Newton needs two positive curvatures at its start.": low[0] > 0,
        "To set out uphill for sure, a run of Newton needs two negative curvatures at its start.": high[0] < 0,
        "A saddle has one curvature of each sign, and draws a run of Newton that meets such curvatures from the first.": (
            low.max() < 0 < high.min()
        ),
        "To run off for ever, a run would have to meet no bowl, and far beyond the distances measured f is one.": not bowl,
    }


def distances(it):
    def slopes(p):
        away = np.linalg.norm(p - it.beacons, axis=1)
        return ((p - it.beacons).T * 2 * (1 - it.ranges / away)).T

    def hess(p):
        return np.array([slopes(p + h).sum(axis=0) - slopes(p - h).sum(axis=0) for h in 1e-5 * np.eye(2)]) / 2e-5

    nearest = np.linalg.norm(it.place - it.beacons, axis=1).min()
    on, beside = nearest == 0, 0 < nearest < 0.0011
    best = run(lambda p: slopes(p).sum(axis=0), it.start, 0.15)[-1]
    share = beside and np.isfinite(slopes(it.place)).all()
    tiny, ordinary = it.lr < 0.002, 0.05 < it.lr < 2 / ends(hess(best))[1]
    return {
        "Here the start is a millimetre beside a beacon: the share of that beacon is finite, and the step is ordinary.": (
            share and ordinary
        ),
        "Here the start is a millimetre beside a beacon, where the slope is finite, and η is far below 1/100.": share and tiny,
        "Here the run starts on a beacon: s is 0, the slope of √s is infinite, and 0 times it is nan.": on,
    }, {
        "To settle soon, the run needs a slope at every point that it meets, and a step that is not tiny.": beside and not tiny,
        "To crawl, the run needs a tiny step, and a slope at every point that it meets.": beside and tiny,
        "To grow, the step would have to be too long: above 1/3 far out, or above 2/L at the minimiser.": (
            it.lr > min(1 / 3, 2 / ends(hess(best))[1])
        ),
        "To stay, all three shares would have to add up to zero where the run starts.": (
            not on and np.linalg.norm(slopes(it.place).sum(axis=0)) < 1e-6
        ),
        "To lose its numbers, the run has to meet a beacon, where a distance of 0 has no slope.": on,
    }


def circuit(it):
    G = it.outer * np.eye(2) + it.inner * np.array([[1, -1], [-1, 1]])
    (low, high), step = ends(G), it.current @ it.current / (it.current @ G @ it.current)
    pace, kappa, flat = step * high, high / low, abs(it.current.sum()) > abs(it.current[0] - it.current[1])
    return {
        "Here it is above 2/L: the gradient at the start is mostly flat, and its step too long for the steep part.": (
            pace > 2 and flat
        ),
        "Here it is below 2/L, and κ is below 50.": pace < 2 and kappa < 50,
        "Here it is below 2/L, and κ is above 150.": pace < 2 and kappa > 150,
    }, {
        "The excess grows where the step that is kept is above 2/L.": pace > 2,
        "A run settles soon where the step is below 2/L and κ is some tens at most.": pace < 2 and kappa < 100,
        "A run with one step crawls where it is below 2/L and κ is in the hundreds.": pace < 2 and kappa > 100,
        "To arrive in one step, the first gradient must lie along an eigenvector.": np.ptp(G @ it.current / it.current) < 1e-9,
    }


def cables(it):
    pace, longest = it.lr * (it.k + 2 * it.c), 2 * (1 + it.beta)

    def forces(u):
        d = u[0] - u[1]
        return it.k * u + it.c * (max(d - it.play, 0) - max(-d - it.play, 0)) * np.array([1, -1]) - it.load

    apart = momentum(forces, np.zeros(2), it.lr, 1500, tol=0, beta=it.beta).hist[-30:] @ [1, -1]
    taut = (np.sign(apart) * (np.abs(apart) > it.play)).tolist()
    one, both = len(set(taut)) == 1 and taut[0] != 0, {-1, 1} <= set(taut)
    thrice = both and taut[3:] == taut[:-3] and sorted(taut[:3]) in ([-1, -1, 1], [-1, 1, 1])
    return {
        "Here ηL is below 2(1 + β), and yet the cables take turns, two steps the one, a step the other.": (
            pace < longest and thrice
        ),
        "Here ηL is below 2(1 + β), and in the end the same cable stays taut.": pace < longest and one,
        "Here ηL is above 2(1 + β).": pace > longest,
    }, {
        "To turn in a circle a run takes both cables in turn, with ηL below 2(1 + β).": pace < longest and both,
        "A run settles where ηL is below 2(1 + β) and one cable stays taut.": pace < longest and one,
        "A run leaves where ηL is above 2(1 + β).": pace > longest,
    }


def which(it):
    """Run 1 as it was and at half its step, from the numbers of the run; the file of Check C has all eight."""
    whole, half = it.run.paths[0], replace(it.run, lr=it.lr).paths[0]
    paces = it.run.lr * np.array([np.abs(it.run.lam).min(), np.abs(it.run.lam).max()])
    quadratic, exact = it.run.q == 0 and it.run.wall is None, not it.run.noise
    at_rest = whole.moves[-1] < 1e-3
    crawls = quadratic and exact and 0 < paces[0] < 0.03 and 1 < paces[1] < 2
    grown = np.zeros(5) if at_rest else whole.moves[-5:] / whole.moves[-6:-1]
    return {
        "Here the moves of run 1 grow by one and the same factor in the end.": grown[-1] > 1 and np.ptp(grown) < 1e-2,
        "Here the moves of run 1 neither die nor grow, and each costs less than a pass.": (
            it.passes[0] < it.moves[0] and 0.5 < whole.moves[-20:].max() / whole.moves[-40:-20].max() <= 1
        ),
        "Here the loss of run 1 falls slowly and evenly to the end.": (
            falls(whole.loss)
            and np.ptp(np.log(whole.loss[41:] / whole.loss[40:-1])) < 1e-2
            and whole.loss[-1] > 0.1 * whole.loss[30]
        ),
        "Here the last move of run 1 is shorter than a thousandth.": at_rest,
    }, {
        "To fall without a swing at half its step, a run needs a whole step above 2/L, and a half below.": (
            quadratic and exact and paces[1] > 2 > paces[1] / 2 and falls(half.loss)
        ),
        "To swing on at half its step, a run needs gradients that are noisy.": not exact,
        "To crawl on at half the pace, a run needs a step that suits the steep direction and is tiny for the flat one.": (
            crawls and abs(np.log(half.loss[-1] / half.loss[30]) / np.log(whole.loss[-1] / whole.loss[30]) - 0.5) < 0.02
        ),
        "To end where it ended, a run needs to have come to rest at a place that its step has not chosen.": (
            at_rest and np.hypot(*(half.x[-1] - whole.x[-1])) < 0.05
        ),
    }


def tides(it):
    """The sum of the steps k = 1 … n, whether it goes on, and the law of the error where n is large."""
    k = np.arange(1, 10**6 + 1)
    steps = it.w * it.first / k**it.power
    sums = steps.cumsum()
    ending = sums[-1] - sums[10**4] < 0.02 * sums[-1]
    kept, falls_off = bool((steps == steps[0]).all()), steps[-1] < 0.01 * steps[0]
    error = [it.start]
    for part in steps[:3000]:
        error.append(np.hypot((1 - part) * min(error[-1], 1e99), part * it.sigma))
    rests = falls_off and error[-1] > 0.98 * error[2000]
    return {
        "Here the step is kept and ηw is below 2: each reading throws x as far as ever.": kept and steps[0] < 2,
        "Here the steps tend to zero and their sum has no end; that of their squares may have one or not.": (
            falls_off and not ending and error[-1] < 0.3 * error[10]
        ),
        "Here the sum of all steps has an end, and with it the way that x can go.": ending
        and rests
        and error[-1] > 0.02 * it.start,
        "Here the step is kept and ηw is above 2.": kept and error[-1] > 1e6 * it.start,
    }, {
        "To wander for ever, the step has to be kept, with ηw below 2.": kept and error[-1] < 10 * it.sigma,
        "To rest at the level, the steps have to tend to zero, and their sum must have no end.": falls_off and not ending,
        "To rest elsewhere, the steps have to tend to zero so fast that their sum has an end.": falls_off and ending,
        "To grow, the step has to be kept, with ηw above 2.": kept and steps[0] > 2,
    }


def pixel(it):
    """The curvature along the edge by the two columns that have a share, after many projected steps."""
    slope = lambda a: it.E.T @ (it.E @ a - it.y) / 2  # noqa: E731
    nearest = lambda z: np.maximum(z - max((np.sort(z)[-k:].sum() - 1) / k for k in (1, 2, 3)), 0)  # noqa: E731
    high = ends(it.E.T @ it.E / 2)[1]
    a = it.start
    for _ in range(4000):
        a = nearest(a - slope(a) / high)
    one, other = it.E[:, a > 1e-9].T
    edge = (one - other) @ (one - other) / 4
    pace, short = it.lr * edge, it.lr * high
    return {
        "Here η is above 2/L, and yet below 2/h with the curvature h along the edge of the answer.": pace < 2 < short,
        "Here η is above 2/h, with the curvature h along the edge of the answer.": pace > 2,
        "Here η is below a thousandth of 1/L.": short < 1e-3,
    }, {
        "A run settles where η is below 2/h for the curvature h of the edge, and not tiny.": pace < 2 and short > 0.01,
        "To jump for ever, η has to be above 2/h, with the curvature h along the edge of the answer.": pace > 2,
        "A run crawls where even ηL is tiny.": short < 0.01,
        "To grow a run needs room, and the triangle is all there is.": bool((nearest(a + 1e9 * slope(a)) > 1).any()),
    }


def meters(it):
    """Rounds by both regions' numbers along the flat direction and the steep one."""
    flat, steep = 1 - it.rhos, 1 + (it.d - 1) * it.rhos
    pace = it.lr * steep
    best = flat @ it.alone / flat.sum()
    gone = 1 - (1 - it.lr * flat) ** it.local
    end = gone @ it.alone / gone.sum()
    short, differ = pace.max() < 2, np.ptp(flat) > 0 and np.ptp(it.alone) > 0
    at_best, one = abs(end - best) < 1e-12, it.local == 1
    return {
        "Here a round is one step and ηL is below 2: the mean of both steps is the step of all the data.": (
            one and short and at_best
        ),
        "Here ηL is below 2 in both regions, and each goes some steps towards its own place before they meet.": (
            short and not one and differ and not at_best
        ),
        "Here ηL is above 2 in both regions.": pace.min() > 2,
    }, {
        "To settle at the minimiser of all, a round has to be one step, with ηL below 2.": one and short,
        "To settle elsewhere, regions that differ have to take several steps a round, with ηL below 2.": (
            differ and not one and short
        ),
        "To grow, ηL has to be above 2.": pace.max() > 2,
        "To wander for ever, steps would have to see other data each time. Each region reads all of its own.": False,
    }


DECIDES = (
    *(valley, springs, rod, molecule, network, houses, doses, photons, quartic, coupled),
    *(distances, circuit, cables, buoy, tides, pixel, meters, which),
)
each_problem = pytest.mark.parametrize("decides", DECIDES, ids=lambda decides: decides.__name__)


@cache
def told(decides, seed):
    """The question what happens in a draw; what decides in it and what each outcome needs, each with whether it is so."""
    problem = getattr(problems, decides.__name__)(seed)
    given = SimpleNamespace(**vars(problem.given), run=problem.runs[0]) if decides is which else problem.given
    return problem.questions["prediction"], *decides(given)


def reason(question, here):
    """The sentence that says what decides, at the end of the lesson."""
    return next(sentence for sentence in here if question.lesson.endswith(sentence))


@each_problem
def test_what_is_said_to_decide_is_so(decides):
    for seed in SEEDS:
        question, here, _ = told(decides, seed)
        assert here[reason(question, here)], (seed, question.lesson)


@each_problem
def test_what_an_outcome_needs_is_there_where_it_happens_and_nowhere_else(decides):
    said = {}
    for seed in SEEDS:
        question, here, needs = told(decides, seed)
        for outcome, words, _ in question.mistakes:
            need = words.removesuffix(f" {reason(question, here)}")
            assert not needs[need], (seed, outcome, words)
            assert said.setdefault(outcome, need) == need
    for seed in SEEDS:
        question, _, needs = told(decides, seed)
        assert needs[said[question.truth]], (seed, question.truth)
    assert sorted(said.values()) == sorted(needs)


@each_problem
def test_every_outcome_and_every_reason_is_met(decides):
    draws = [told(decides, seed)[:2] for seed in SEEDS]
    assert {reason(*draw) for draw in draws} == set(draws[0][1])
    assert len({question.truth for question, _ in draws}) == len(draws[0][1])


def test_the_reasons_of_all_problems_are_computed():
    assert [decides.__name__ for decides in DECIDES] == list(problems.NAMES)
