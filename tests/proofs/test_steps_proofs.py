"""Proofs by machine for the chapter on steps that adapt."""

import sympy
import z3
from proving import follows, reals, vanishes, vectors
from sympy import Matrix, Rational, diff, solve, sqrt, symbols


def top(expression):
    """The numerator of a quotient, which is 0 where the quotient is, as a polynomial: sympy is slow with quotients."""
    return sympy.expand(sympy.fraction(sympy.cancel(sympy.together(expression)))[0])


def reduced(expression, root, equation):
    """The numerator of an expression in a root, a symbol for which a polynomial is 0, with the lowest powers of the root."""
    return sympy.expand(sympy.rem(sympy.expand(sympy.fraction(sympy.together(expression))[0]), equation, root))


def test_search_units():
    """Decided: with t = θ t_ex the decrease is (θ − θ²/2) t_ex‖g‖², and the slope at the new point (1 − θ)‖g‖² (sympy); it is
    positive exactly for 0 < θ < 2, at least cθ exactly for θ ≤ 2(1 − c), and a half of a refused θ lies above 1 − c (z3).

    On paper: t_ex‖g‖² is positive.
    With a border 5 % further there is a counterexample.
    """
    theta, gg, gHg = symbols("theta gg gHg", positive=True)
    t = theta * gg / gHg
    assert vanishes(t * gg - t**2 * gHg / 2 - (theta - theta**2 / 2) * (gg / gHg) * gg)
    assert vanishes(gg - t * gHg - (1 - theta) * gg)
    assert not vanishes(t * gg - t**2 * gHg / 2 - Rational(21, 20) * (theta - theta**2 / 2) * (gg / gHg) * gg)

    part, c, c2 = reals("theta c c2")
    given = [part > 0, c > 0, c < 1]
    decrease = part - part**2 / 2
    assert follows((decrease > 0) == (part < 2), *given)
    assert not follows(decrease > 0, *given, part < 1.05 * 2)
    assert follows((decrease >= c * part) == (part <= 2 * (1 - c)), *given)
    assert not follows(decrease >= c * part, *given, part <= 1.05 * 2 * (1 - c))
    assert follows((1 - part <= c2) == (part >= 1 - c2), *given)
    assert follows(part > 1 - c, *given, z3.Not(2 * part - (2 * part) ** 2 / 2 >= c * 2 * part))
    assert not follows(part > 1.05 * (1 - c), *given, z3.Not(2 * part - (2 * part) ** 2 / 2 >= c * 2 * part))


def test_exact_is_the_border():
    """Decided: at θ = 1, F(r) = −1/r and the two curvatures add up to μ + L; the step is 2/(μ + L) at one r² and there the
    factors are ±(κ − 1)/(κ + 1) and the derivative of log|F| by log|r| is m (sympy); where the crawl exists m < 1, m < −1
    exactly between 4κ/(κ + 1)² and 1, and −1 < m on both sides (z3).

    On paper: near such a point deviations are multiplied by m, up to their squares.
    With m 5 % larger the identity is false; that it attracts wherever θ > 1 or only there, z3 refuses.
    """
    mu, L, theta, r = symbols("mu L theta r", positive=True)
    t = theta * (1 + r**2) / (mu + L * r**2)
    F = r * (1 - t * L) / (1 - t * mu)
    assert vanishes(F.subs(theta, 1) + 1 / r)
    curvature = (mu + L * r**2) / (1 + r**2)
    assert vanishes(curvature + curvature.subs(r, 1 / r) - mu - L)

    kappa, q = symbols("kappa q", positive=True)  # μ = 1, q = r²
    step = theta * (1 + q) / (1 + kappa * q)
    square = (theta * (kappa + 1) - 2) / (2 * kappa - theta * (kappa + 1))
    (found,) = solve(sympy.Eq(step, 2 / (1 + kappa)), q)
    assert vanishes(found - square)
    rate = (kappa - 1) / (kappa + 1)
    assert vanishes(1 - 2 / (1 + kappa) - rate)
    assert vanishes(1 - 2 * kappa / (1 + kappa) + rate)
    m = 2 * (theta - 1) * (theta * (kappa + 1) ** 2 - 4 * kappa) / (theta * (kappa - 1) ** 2) - 1
    image = q * ((1 - step * kappa) / (1 - step)) ** 2  # the square of F(r)
    slope = diff(image, q).subs(q, square)  # that of its logarithm by log q, since the image is q there
    assert vanishes(top(slope - m))
    assert not vanishes(top(slope - Rational(21, 20) * m))

    k, part = reals("kappa theta")
    bent = k > 1
    exists = [bent, part * (k + 1) > 2, part * (k + 1) < 2 * k]
    above = 2 * (part - 1) * (part * (k + 1) ** 2 - 4 * k)  # 1 + m, times what is positive
    positive = part * (k - 1) ** 2
    assert follows(above < 2 * positive, *exists)
    inner = z3.And(4 * k < part * (k + 1) ** 2, part < 1)
    assert follows((above < 0) == inner, *exists)
    outer = z3.Or(part > 1, part * (k + 1) ** 2 < 4 * k)
    assert follows((above > 0) == outer, *exists)
    assert not follows((above > 0) == (part > 1), *exists)
    assert not follows(above < 2 * positive, bent, part > 1)


def test_bb_circles():
    """Decided: with the step s²/sy the four points follow each other exactly and come again, half a turn is
    v′ = (1 − v)/(3 + v), its fixed point is √5 − 2 and the slope there −(3 − √5)/2; (√5 − 2)a is 1 at κ = 3 + √5 (sympy).

    On paper: a slope between −1 and 1 attracts.
    With the point √5 − 2 or the slope 5 % off the identities are false.
    """
    kappa, v = symbols("kappa v", positive=True)
    a = kappa - 1

    def slope(x, side):
        return x + side * a

    def following(old, x, sides):
        s, y = x - old, slope(x, sides[1]) - slope(old, sides[0])
        return x - s / y * slope(x, sides[1])

    assert vanishes(following(a, v * a, (1, 1)) + a)
    after = (1 - v) / (3 + v)
    assert vanishes(following(v * a, -a, (1, -1)) + after * a)

    rest = symbols("w", positive=True)  # √5 − 2
    equation = rest**2 + 4 * rest - 1
    assert vanishes(equation.subs(rest, sqrt(5) - 2))
    points, sides = [a, rest * a, -a, -rest * a], [1, 1, -1, -1]
    for i in range(4):
        old, x, expected = (points[(i + j) % 4] for j in range(3))
        assert vanishes(reduced(following(old, x, (sides[i], sides[(i + 1) % 4])) - expected, rest, equation))
    assert vanishes(reduced(after.subs(v, rest) - rest, rest, equation))
    off = Rational(21, 20)
    assert not vanishes(reduced(after.subs(v, off * rest) - off * rest, rest, equation))
    slope_there = (3 - (rest + 2)) / 2  # (3 − √5)/2
    assert vanishes(reduced(diff(after, v).subs(v, rest) + slope_there, rest, equation))
    assert not vanishes(reduced(diff(after, v).subs(v, rest) + off * slope_there, rest, equation))
    assert vanishes(reduced(rest * (3 + (rest + 2) - 1) - 1, rest, equation))  # at κ = 3 + √5


def test_polyak_step():
    """Decided: ‖e − tg‖² with t = 2θΔ/‖g‖² is ‖e‖² − 4θΔ(g·e)/‖g‖² + 4θ²Δ²/‖g‖² (sympy, any dimension); with
    g·e ≥ Δ + ‖g‖²/(2L) and ‖g‖² ≤ 2LΔ what is taken is at least 2θ(2 − θ)Δ/L, and with Δ ≥ ½μ‖e‖² the rate follows (z3).

    On paper: the two inequalities for convex L-smooth functions, the sum over n steps.
    With a constant 5 % better ½Lx² is a counterexample.
    """
    theta, excess = symbols("theta Delta", positive=True)
    e, g = vectors("e g")
    gg, ge = g @ g, g @ e
    moved = e - (2 * theta * excess / gg) * g
    assert vanishes((moved @ moved) - (e @ e) + 4 * theta * excess * ge / gg - 4 * theta**2 * excess**2 / gg)

    part, L, mu, d, q, ee, inner = reals("theta L mu Delta q ee ge")  # q = ‖g‖²
    given = [part > 0, part <= 1, L > 0, d > 0, q > 0, q <= 2 * L * d, inner >= d + q / (2 * L)]
    taken = 4 * part * d * inner / q - 4 * part**2 * d**2 / q
    assert follows(4 * part * d * inner >= 4 * part**2 * d**2 + 2 * part * (2 - part) * d * q / L, *given)
    x = symbols("x", positive=True)
    steep = symbols("L", positive=True)
    attained = x**2 - (x - 2 * theta * (steep * x**2 / 2) / (steep * x) ** 2 * steep * x) ** 2
    assert vanishes(attained - 2 * theta * (2 - theta) / steep * (steep * x**2 / 2))
    assert not follows(taken >= 1.05 * 2 * part * (2 - part) * d / L, *given)

    convex = [part > 0, part <= 1, mu <= L, mu > 0, ee >= 0, d >= mu * ee / 2]
    assert follows(ee - 2 * part * (2 - part) * d / L <= (1 - part * (2 - part) * mu / L) * ee, *convex)
    assert not follows(ee - 2 * part * (2 - part) * d / L <= (1 - 1.05 * part * (2 - part) * mu / L) * ee, *convex)


def test_chebyshev_off_quadratics():
    """Decided: the two steps leave p of a quadratic with curvature 1/κ or 1, with either sign of the middle, and on the
    function with two curvatures |x₂| = (1 + √2)² p x₀ (sympy); the longer step exceeds 1, so that x₁ < 0 (z3).

    On paper: that p bounds what is left between the two curvatures is chebyshev-steps.
    With a factor 5 % smaller the identity is false.
    """
    kappa, two = symbols("kappa two", positive=True)  # the second is √2
    long, short = (2 * kappa / (kappa + 1 + sign * (kappa - 1) / two) for sign in (-1, 1))
    p = (kappa - 1) ** 2 / ((kappa + 1) ** 2 + 4 * kappa)
    for curvature, sign in ((1, 1), (1 / kappa, 1), ((1 + 1 / kappa) / 2, -1)):
        assert vanishes(reduced((1 - long * curvature) * (1 - short * curvature) - sign * p, two, two**2 - 2))
    left = (1 - long) * (1 - short / kappa)
    assert vanishes(reduced(left + (1 + two) ** 2 * p, two, two**2 - 2))
    assert not vanishes(reduced(left + Rational(19, 20) * (1 + two) ** 2 * p, two, two**2 - 2))
    assert Matrix([p.subs(kappa, 25)]) == Matrix([Rational(72, 97)])

    k, root = reals("kappa root")  # 1/t₁ < 1
    assert follows(k + 1 - (k - 1) / root < 2 * k, k > 1, root * root == 2, root > 0)


def test_armijo_step():
    """Decided: the guaranteed decrease passes the test wherever t ≤ 2(1 − c)/L, so a step that was refused is longer, and
    the accepted one, τ times as long or the first, is at least the smaller of the two numbers.

    On paper: τⁿ tends to 0, so that the rule ends.
    On ½Lx² the test is passed by no longer step, so that with 1.05 · 2(1 − c)/L there is a counterexample.
    """
    t, refused, first, c, tau, L = reals("t refused first c tau L")
    given = [L > 0, c > 0, c < 1, tau > 0, tau < 1, t > 0]
    assert follows(t * (1 - t * L / 2) >= c * t, *given, t <= 2 * (1 - c) / L)
    limit = z3.If(first <= 2 * (1 - c) * tau / L, first, 2 * (1 - c) * tau / L)
    rule = z3.Or(t == first, z3.And(t == tau * refused, refused > 2 * (1 - c) / L))
    assert follows(t >= limit, *given, rule)

    x = reals("x")[0]
    decrease = L * x**2 / 2 - L * (x - t * L * x) ** 2 / 2
    for better in (1, 1.05):
        passed = follows(decrease >= c * t * (L * x) ** 2, *given, t <= better * 2 * (1 - c) / L)
        assert passed == (better == 1)
    refusal = z3.And(t == tau * refused, L * x**2 / 2 - L * (x - refused * L * x) ** 2 / 2 < c * refused * (L * x) ** 2)
    assert follows(t >= 2 * (1 - c) * tau / L, *given, refused > 0, refusal)
    assert not follows(t >= 1.05 * 2 * (1 - c) * tau / L, *given, refused > 0, refusal)
