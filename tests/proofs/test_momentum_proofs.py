"""Proofs by machine for the chapter on momentum."""

import z3
from page_code import page_code
from proving import follows, reals, size, vanishes
from sympy import Matrix, Rational, eye, sqrt, summation, symbols

page = page_code("momentum")


def test_three_cycle():
    """Decided, for 0 < s < 1 and β = s²: if two neighbouring differences of one sign, in the ratio t, fulfil the conditions of
    the first two chords, then s² + s ≥ 1; and if that holds, t = (1 − β)/(2s − 1) fulfils all three (z3).
    At s = 1/φ, where 1/s − s = 1, κ = ((1 + s)/(1 − s))² is φ⁶ = 9 + 4√5 (sympy).

    On paper: the slopes of the chords, and the polygon through three points of the graph as the derivative wanted.
    With s² + s at least 5 % more as the conclusion, or 5 % less as the condition, there are counterexamples.
    """
    s, t, beta = reals("s t beta")
    given = [s > 0, s < 1, beta == s * s, t > 0]
    first, second = size((1 - beta) * t - beta) <= 2 * s, size(t + 1 - beta) <= 2 * s * t
    third = size(1 + beta * t) <= 2 * s * (1 + t)
    assert follows(s * s + s >= 1, *given, first, second)
    assert not follows(s * s + s >= 1.05, *given, first, second)
    shortest = [s > 0.5, t * (2 * s - 1) == 1 - beta]
    assert follows(z3.And(first, second, third), *given, *shortest, s * s + s >= 1)
    assert not follows(z3.And(first, second, third), *given, *shortest, s * s + s >= 0.95)

    golden = (1 + sqrt(5)) / 2
    assert vanishes(golden - 1 / golden - 1)
    assert vanishes(((1 + 1 / golden) / (1 - 1 / golden)) ** 2 - golden**6)
    assert vanishes(golden**6 - 9 - 4 * sqrt(5))


X, LAST, Q_LAST, Q, Q_NEXT = (eye(5)[i, :] for i in range(5))  # of which all points and gradients are sums
NEXT = (1 + Rational(9, 25) - Rational(4, 25)) * X - Rational(9, 25) * LAST - Rational(4, 25) * Rational(15, 2) * Q
PLACES = {"last": (LAST, Q_LAST), "x": (X, Q), "next": (NEXT, Q_NEXT), "star": (0 * X, 0 * X)}
PAIRS = [("last", "x"), ("x", "next"), ("next", "last"), ("next", "star"), ("star", "last")]


def product(a, b):
    """The matrix of an inner product."""
    return (a.T * b + b.T * a) / 2


def interpolation(one, other):
    """The matrix of what φ(a) − φ(b) is at least, φ convex and 15-smooth, with q = 2/15 of its gradients."""
    (a, p), (b, q) = PLACES[one], PLACES[other]
    steep = Rational(15, 2)
    return steep * product(q, a - b) + steep**2 / 30 * product(p - q, p - q)


def positive(matrix):
    return all(matrix[:i, :i].det() > 0 for i in range(1, matrix.rows + 1))


def test_safe_at_sixteen():
    """Decided, in whole numbers and fractions: P is positive definite; the five inequalities with the weights of the page leave
    of the values of φ those of V⁺ − 0.98 V, and the quadratic form that remains, V⁺ − 0.98 V less the weighted
    inequalities, is negative definite, by the signs of its determinants.

    On paper: the inequality for convex, smooth functions; that a form which is negative definite for numbers is so for vectors.
    With 0.98 made 5 % better the values of φ do not balance, and with other weights that do, here 1.05 times the
    first, fourth and fifth, they are no longer those of V.
    """
    P, weights = Matrix(page.P.tolist()), dict(zip(PAIRS, page.weights, strict=True))
    value = dict(zip(PLACES, (*symbols("last x next"), 0), strict=True))
    rate = Rational(49, 50)

    def left(rate):
        gained = sum(weight * (value[one] - value[other]) for (one, other), weight in weights.items())
        return 4750 * (value["next"] - rate * value["x"]) + gained

    assert vanishes(left(rate))
    assert not vanishes(left(Rational(19, 20) * rate))

    z, z_next = Matrix.vstack(X, LAST, Q_LAST, Q), Matrix.vstack(NEXT, X, Q, Q_NEXT)
    form = z_next.T * P * z_next - rate * z.T * P * z
    for pair, weight in weights.items():
        form -= weight * interpolation(*pair)
    assert positive(P)
    assert positive(-form)
    assert not positive(-form - (1 - Rational(19, 20)) * rate * z.T * P * z)


def test_runaway():
    """Decided: the determinant of γ²R − γB + βR⁻¹ is the polynomial of the claim over 4941 (sympy), which is negative at 1; for
    every root beyond 1 the vector that the matrix takes to 0 lies in the sector of the third direction: that is the
    farthest, and of the two others neither pulls alone (z3). There x − y for y = 25/61 of x along n is what the two pull.

    On paper: the minimum over y of a function that is convex in both is convex; the other steps are the first one, turned.
    With the polynomial 5 % larger it is not the determinant, and with the border of the sector 5 % nearer to 0 by half
    the middle direction it would be left.
    """
    gamma = symbols("gamma")
    half, turn = Rational(1, 2), Matrix([[-1, -sqrt(3)], [sqrt(3), -1]]) / 2
    normal = Matrix([[0, 0], [0, 1]])
    hessian = 25 * eye(2) - 24 * Rational(25, 61) * normal
    step = (1 + Rational(4, 9)) * eye(2) - hessian / 9
    matrix = gamma**2 * turn - gamma * step + Rational(4, 9) * turn.T
    polynomial = 4941 * gamma**4 - 3888 * gamma**3 - 612 * gamma**2 - 1728 * gamma + 976
    assert vanishes(matrix.det() - polynomial / 4941)
    assert not vanishes(matrix.det() - Rational(21, 20) * polynomial / 4941)
    assert polynomial.subs(gamma, 1) < 0
    assert vanishes(matrix[0, 0] + gamma**2 * half - Rational(4, 3) * gamma + Rational(2, 9))
    assert vanishes(matrix[0, 1] - sqrt(3) * half * (Rational(4, 9) - gamma**2))
    assert vanishes(1 - Rational(25, 61) - Rational(6, 5) ** 2 * Rational(25, 61))

    g, root = reals("g root")
    across, up = root * (z3.Q(4, 9) - g * g) / 2, g * g / 2 - z3.Q(4, 3) * g + z3.Q(2, 9)  # v, with n upwards
    one, other = -root * across / 2 - up / 2, root * across / 2 - up / 2
    grown = [root > 0, root * root == 3, g > 1, 4941 * g**4 - 3888 * g**3 - 612 * g**2 - 1728 * g + 976 == 0]
    assert follows(z3.And(up < other, other < one, other > z3.Q(-47, 169) * one), *grown)
    assert not follows(other > z3.Q(-47, 169) / 2 * one, *grown)


def test_longest_look_ahead():
    """Decided: for 0 ≤ β < 1 the conditions of the triangle for z² − (1 + β)q z + βq, |βq| < 1 and |(1 + β)q| < 1 + βq, hold
    exactly for 0 < ηλ < (2 + 2β)/(1 + 2β).

    On paper: the triangle is that of the lemma.
    With the bound 5 % longer there is a counterexample.
    """
    beta, q, step = reals("beta q step")
    inside = z3.And(size(beta * q) < 1, size((1 + beta) * q) < 1 + beta * q)
    given = [beta >= 0, beta < 1, q == 1 - step]
    assert follows(inside == z3.And(step > 0, step * (1 + 2 * beta) < 2 + 2 * beta), *given)
    assert not follows(inside == z3.And(step > 0, step * (1 + 2 * beta) < 1.05 * (2 + 2 * beta)), *given)


def test_springs_in_a_row():
    """Decided: xᵢ = 1 − i/(n + 1) solves the equations, the first of them with the pull; the difference of the values for k and
    n springs is the bound, with n = 2k + 1 it is 1/(4(k + 1)); the squared length is n(2n + 1)/(6(n + 1)) (sympy); and the
    last bound is smaller for every k ≥ 0 (z3).

    On paper: the news travel by one node a gradient, and CG takes the lowest point of all combinations.
    With the last bound 5 % larger there is a counterexample, and with the first the difference is another.
    """
    i, k, n = symbols("i k n", positive=True, integer=True)

    def node(i, n):
        return 1 - i / (n + 1)

    def lowest(n):
        return -node(1, n) / 2

    assert vanishes(2 * node(i, n) - node(i - 1, n) - node(i + 1, n))
    assert vanishes(2 * node(1, n) - node(2, n) - 1)
    assert vanishes(node(n + 1, n))
    bound = (1 / (k + 1) - 1 / (n + 1)) / 2
    assert vanishes(lowest(k) - lowest(n) - bound)
    assert not vanishes(lowest(k) - lowest(n) - Rational(21, 20) * bound)
    assert vanishes(bound.subs(n, 2 * k + 1) - 1 / (4 * (k + 1)))
    assert vanishes(summation((1 - i / (n + 1)) ** 2, (i, 1, n)) - n * (2 * n + 1) / (6 * (n + 1)))

    (k,) = reals("k")
    squares = (2 * k + 1) * (4 * k + 3)  # 12(k + 1) times the squared length
    assert follows(8 * (k + 1) ** 2 > squares, k >= 0)
    assert not follows(8 * (k + 1) ** 2 > 1.05 * squares, k >= 0)


def test_momentum_floor():
    """Decided: the stated mean square, twice the excess over λ, and m = as/(1 + β) fulfil the two equations of the moments; and
    for 0 < β < 1 and 0 < ηλ < 2 the part of a direction is larger than without a memory exactly where ηλ < 1 + β (z3).

    On paper: the limit exists where both roots lie in the open disc, and the noise is independent of the point.
    With a floor 5 % larger the second equation fails, and with 1 + β 5 % larger or smaller there is a counterexample.
    """
    eta, lam, beta, c = symbols("eta lambda beta c", positive=True)
    a = 1 + beta - eta * lam
    floor = eta * c / 2 * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - eta * lam))

    def rest(part):
        s = 2 * part * floor / lam
        return (a**2 + beta**2) * s - 2 * a * beta * (a * s / (1 + beta)) + eta**2 * c - s

    assert vanishes(rest(1))
    assert not vanishes(rest(Rational(21, 20)))

    z, beta = reals("z beta")
    larger = (1 + beta) * (2 - z) > (1 - beta) * (2 * (1 + beta) - z)
    given = [beta > 0, beta < 1, z > 0, z < 2]
    assert follows(larger == (z < 1 + beta), *given)
    for part in (0.95, 1.05):
        assert not follows(larger == (z < part * (1 + beta)), *given)
