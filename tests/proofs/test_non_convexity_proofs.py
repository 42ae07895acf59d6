"""Proofs by machine for the chapter on non-convexity."""

import sympy
import z3
from proving import follows, lengths, reals, size, vanishes
from sympy import Rational, symbols


def test_no_traps_when_convex():
    """Decided, for part 2: from g·e ≥ ‖g‖²/L the distance ‖e‖ to a minimiser does not grow for 0 < η < 2/L; from
    Δ ≤ g·e and ‖e‖ ≤ R follows Δ² ≤ R²‖g‖²; with this the decrease gives 1/Δ' ≥ 1/Δ + w/R² (any dimension), and k such
    steps the bound.

    On paper: part 1 is the definition; g·e ≥ ‖g‖²/L, from the source named; the sum over k, and the convergence to one
    minimiser.
    With η < 1.05 · 2/L, or w 5 % larger in a step, there is a counterexample. The bound for k steps is loose, as the
    performance estimation beside this proof measures.
    """
    gg, ee, ge, L, eta = reals("gg ee ge L eta")
    after = ee - 2 * eta * ge + eta**2 * gg
    convex = [L > 0, eta > 0, *lengths(gg, ee, ge), ge >= gg / L]
    assert follows(after <= ee, *convex, eta * L < 2)
    assert not follows(after <= ee, *convex, eta * L < 1.05 * 2)

    gap, then, R, w = reals("gap then R w")
    assert follows(gap**2 <= R**2 * gg, *lengths(gg, ee, ge), gap >= 0, gap <= ge, ee <= R**2, R > 0)
    step = [w > 0, R > 0, then > 0, then <= gap - w * gap**2 / R**2]
    assert follows(1 / then >= 1 / gap + w / R**2, *step)
    assert not follows(1 / then >= 1 / gap + 1.05 * w / R**2, *step)

    first, k = reals("first k")
    assert follows(
        gap <= first * R**2 / (R**2 + k * w * first),
        gap > 0,
        first > 0,
        k >= 0,
        w > 0,
        R > 0,
        1 / gap >= 1 / first + k * w / R**2,
    )


def test_nudge_escapes():
    """Decided: v·xₖ solves a recursion with the multiplier 1 − ηλ, which is 1 + η|λ| and above 1 for λ < 0; a k reaches r
    exactly when k log(1 + η|λ|) ≥ log(r/δ); multipliers of positive curvatures are below 1 in size for η < 2/λ_max.

    On paper: the first such integer is that quotient rounded up.
    With 0.95 of the logarithm of the factor, or with η < 1.05 · 2/λ_max, it is false.
    """
    a, delta, r = symbols("a delta r", positive=True)  # a = η|λ|
    k = symbols("k", integer=True, nonnegative=True)
    e = sympy.Function("e")
    path = sympy.rsolve(e(k + 1) - (1 + a) * e(k), e(k), {e(0): delta})
    assert vanishes(path - delta * (1 + a) ** k)
    t = symbols("t", positive=True)  # a number of steps, not rounded
    reached = sympy.solve(sympy.Eq(sympy.log(delta) + t * sympy.log(1 + a), sympy.log(r)), t)
    assert vanishes(sympy.expand_log(reached[0] - sympy.log(r / delta) / sympy.log(1 + a), force=True))
    assert not vanishes(sympy.expand_log(reached[0] - sympy.log(r / delta) / (Rational(19, 20) * sympy.log(1 + a))))

    eta, lam, largest = reals("eta lambda largest")
    assert follows(1 - eta * lam > 1, eta > 0, lam < 0)
    curved = [eta > 0, lam > 0, lam <= largest]
    assert follows(size(1 - eta * lam) < 1, *curved, eta * largest < 2)
    assert not follows(size(1 - eta * lam) < 1, *curved, eta * largest < 1.05 * 2)


def test_restarts_miss():
    """Decided: with a = log α, for any α > 0, and l = log(1 − p) < 0, nl ≤ a holds exactly for n ≥ a/l.

    On paper: independent starts multiply their probabilities, and the logarithm of (1 − p)ⁿ is n log(1 − p).
    With 0.95 of that number of starts there is a counterexample.
    """
    n, a, log_miss = reals("n a log_miss")
    assert follows((n * log_miss <= a) == (n >= a / log_miss), log_miss < 0)
    assert not follows(n * log_miss <= a, a < 0, log_miss < 0, n >= 0.95 * a / log_miss)

    p, k = symbols("p k", positive=True)
    assert vanishes(sympy.expand_log(sympy.log((1 - p) ** k), force=True) - k * sympy.log(1 - p))


def test_gradients_tend_to_zero():
    """Decided, by induction over k: if f fell by at least k w times the smallest of the first k squares, and falls by at least
    w times the next one, then it fell by at least (k + 1) w times the smallest of all; and from a fall of at most
    f(x₀) − f_low the bound follows.

    On paper: the guaranteed decrease, and that the terms of a finite sum tend to 0.
    With w 5 % larger in a step there is a counterexample in these numbers.
    """
    k, w, fell, least, square, smaller, most = reals("k w fell least square smaller most")
    given = [k >= 0, w > 0, smaller >= 0, smaller <= least, smaller <= square, fell >= k * w * least]
    assert follows(fell + w * square >= (k + 1) * w * smaller, *given)
    assert not follows(fell + w * square >= (k + 1.05) * w * smaller, *given)
    assert follows(least <= most / (k * w), k >= 1, w > 0, fell >= k * w * least, fell <= most)


def test_steep_where_high():
    """Decided: with a decrease of at least η(1 − ηL/2)‖g‖² and ½‖g‖² ≥ μΔ a step leaves at most the part 1 − ημ(2 − ηL).

    On paper: the guaranteed decrease.
    With a part 5 % of what a step takes smaller, ½μx² at η = 1/L with μ = L is a counterexample.
    """
    excess, then, gg, mu, L, eta = reals("excess then gg mu L eta")
    given = [mu > 0, mu <= L, eta > 0, eta * L < 2, excess >= 0]
    step = [then <= excess - eta * (1 - eta * L / 2) * gg, gg >= 2 * mu * excess]
    assert follows(then <= (1 - eta * mu * (2 - eta * L)) * excess, *given, *step)
    assert not follows(then <= (1 - 1.05 * eta * mu * (2 - eta * L)) * excess, *given, *step)
    assert follows(1 - eta * mu * (2 - eta * L) == 1 - mu / L, *given, eta == 1 / L)


def test_pair_at_the_bound():
    """Decided: the series of T taken twice, to the third order, is the stated one; at η = 2/f'' its factor a² + b is
    D/(3f''²); the points that two steps leave in place are at the stated distance; the derivative of two steps there is
    1 − 4m, to leading order.

    On paper: that the orders left out decide nothing, which is the theory of the flip bifurcation.
    With D, or the distance squared, 5 % off the identities are false.
    """
    u, m, a, b, second, third, fourth = symbols("u m a b f2 f3 f4")

    def step(u):
        return -(1 + m) * u + a * u**2 + b * u**3

    twice = sympy.expand(step(step(u)))
    assert vanishes(twice.coeff(u, 1) - (1 + m) ** 2)
    assert vanishes(twice.coeff(u, 2) - a * m * (1 + m))
    assert vanishes(twice.coeff(u, 3).subs(m, 0) + 2 * (a**2 + b))

    D, eta = 3 * third**2 - second * fourth, 2 / second
    factor = (-eta * third / 2) ** 2 - eta * fourth / 6
    assert vanishes(factor - D / (3 * second**2))
    assert not vanishes(factor - Rational(21, 20) * D / (3 * second**2))

    square = 3 * second**2 * m / D  # of the distance
    assert vanishes(2 * m - 2 * factor * square)
    assert not vanishes(2 * m - 2 * factor * Rational(21, 20) * square)
    slope = 1 + 2 * m - 3 * 2 * factor * square
    assert vanishes(slope - (1 - 4 * m))


def test_flat_saddle():
    """Decided: a step from y, with s = ηy², multiplies y by 1 + s and lowers 1/y² by η(2 + s)/(1 + s)² (sympy), which is at
    most 2η, and for 0 < |y| < r more than it is at ηy² = ηr² (z3).

    On paper: to fall from 1/δ² to 1/r² takes at least that fall over the largest and at most one more than over the least.
    With 0.95 of the largest or 1.05 of the least there is a counterexample.
    """
    y, eta = symbols("y eta", positive=True)
    s = eta * y**2
    after = y + eta * y**3
    assert vanishes(after - y * (1 + s))
    assert vanishes(1 / y**2 - 1 / after**2 - eta * (2 + s) / (1 + s) ** 2)

    share, step, edge = reals("s eta e")  # e = ηr²
    lowers = step * (2 + share) / (1 + share) ** 2
    given = [step > 0, share > 0, share < edge]
    assert follows(lowers <= 2 * step, *given)
    assert follows(lowers > step * (2 + edge) / (1 + edge) ** 2, *given)
    assert not follows(lowers <= 0.95 * 2 * step, *given)
    assert not follows(lowers > 1.05 * step * (2 + edge) / (1 + edge) ** 2, *given)


def test_noise_on_a_bowl():
    """Decided: the one variance that V → (1 − ηλ)²V + η²σ² leaves in place is the stated one, and the distance from it is
    multiplied by (1 − ηλ)², below 1 for 0 < η < 2/λ; the density's exponent is that of variance τ/λ.

    On paper: what is normal stays so under a linear step with independent normal noise.
    With a variance 5 % off the recursion moves it.
    """
    lam, eta, sigma, V, x = symbols("lambda eta sigma V x", positive=True)
    tau = eta * sigma**2 / 2
    stated = tau / lam / (1 - eta * lam / 2)
    after = (1 - eta * lam) ** 2 * V + eta**2 * sigma**2
    assert vanishes(after.subs(V, stated) - stated)
    assert not vanishes((after - V).subs(V, Rational(21, 20) * stated))
    assert vanishes((after - stated) - (1 - eta * lam) ** 2 * (V - stated))
    assert vanishes(lam * x**2 / 2 / tau - x**2 / (2 * (tau / lam)))

    step, curvature = reals("eta lambda")
    assert follows((1 - step * curvature) ** 2 < 1, step > 0, curvature > 0, step * curvature < 2)
    assert not follows((1 - step * curvature) ** 2 < 1, step > 0, curvature > 0, step * curvature < 1.05 * 2)


def test_attract_or_repel():
    """Decided: T leaves x in place exactly where f'(x) = 0, and T' = 1 − ηf''; where 0 < ηf'' < 2 its size is below 1, and
    where f'' < 0 or ηf'' > 2 it is above 1; by the mean value theorem a step multiplies the distance from x* by a value of
    T' in between, so that with |T'| ≤ q < 1 near x* it shrinks and with |T'| ≥ q > 1 it grows; with T' > 0 a step from x < s
    stays below s, and a step that goes up is followed by one that goes up.

    On paper: the mean value theorem; T' is continuous, so that its size near x* is on the same side of 1; the powers of q.
    With ηf'' < 1.05 · 2, or ηf'' < 1.05 in the third, there is a counterexample.
    """
    x, eta, slope, curve, star, then, factor, q = reals("x eta slope f2 star T q_x q")
    assert follows((x - eta * slope == x) == (slope == 0), eta > 0)
    X, step = symbols("x eta")
    f = sympy.Function("f")(X)
    assert vanishes(sympy.diff(X - step * sympy.diff(f, X), X) - (1 - step * sympy.diff(f, X, 2)))

    derivative = size(1 - eta * curve)
    assert follows(derivative < 1, eta > 0, eta * curve > 0, eta * curve < 2)
    assert not follows(derivative < 1, eta > 0, eta * curve > 0, eta * curve < 1.05 * 2)
    assert follows(derivative > 1, eta > 0, z3.Or(curve < 0, eta * curve > 2))
    assert not follows(derivative > 1, eta > 0, z3.Or(curve < 0, eta * curve > 0.95 * 2))
    moved = [then - star == factor * (x - star)]
    assert follows(size(then - star) <= q * size(x - star), *moved, size(factor) <= q, q < 1)
    assert follows(size(then - star) > size(x - star), *moved, size(factor) >= q, q > 1, x != star)

    after = reals("TT")[0]
    assert follows(then < star, *moved, factor == 1 - eta * curve, eta * curve < 1, x < star)
    assert not follows(then < star, *moved, factor == 1 - eta * curve, eta * curve < 1.05, x < star)
    assert follows(after > then, after - then == factor * (then - x), factor > 0, then > x)
