"""Proofs by machine for the chapter on momentum."""

import sympy
import z3
from page_code import page_code
from proving import follows, reals, size, vanishes, vectors
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


def roots(b, beta, root):
    """The two real roots of z² − bz + β, where `root` is the square root of the discriminant."""
    return [root >= 0, root**2 == b**2 - 4 * beta], ((b + root) / 2, (b - root) / 2)


def test_momentum_triangle():
    """Decided, for r = 1: if the roots of z² − bz + β are real, both lie in [−1, 1] exactly when |β| ≤ 1 and |b| ≤ 1 + β,
    and within it for the strict signs; if they are a complex pair, their squared modulus β is at most 1 exactly then.
    With b = 1 + β − ηλ the strict conditions are |β| < 1 and 0 < ηλ < 2(1 + β); and between (1 ∓ √β)² the roots are
    a pair or equal.

    On paper: z = rs takes any r to r = 1 (the substitution is decided), and β is the product of a complex pair.
    With 1 + β or the 1 made 5 % larger there are counterexamples.
    """
    b, beta, root, product, q = reals("b beta root product q")
    real, (high, low) = roots(b, beta, root)
    closed = (lambda z: size(z) <= 1, z3.And(size(beta) <= 1, size(b) <= 1 + beta))
    open_disc = (lambda z: size(z) < 1, z3.And(size(beta) < 1, size(b) < 1 + beta))
    for inside, triangle in (closed, open_disc):
        assert follows(z3.And(inside(high), inside(low)) == triangle, *real)
        assert follows(inside(beta) == triangle, b**2 < 4 * beta)
    both = z3.And(size(high) <= 1, size(low) <= 1)
    assert not follows(both, *real, size(beta) <= 1, size(b) <= 1.05 * (1 + beta))
    assert not follows(both, *real, size(beta) <= 1.05, size(b) <= 1 + beta)

    stated = z3.And(size(beta) < 1, product > 0, product < 2 * (1 + beta))
    assert follows(z3.And(size(beta) < 1, size(1 + beta - product) < 1 + beta) == stated)
    band = [q >= 0, beta == q**2, (1 - q) ** 2 <= product, product <= (1 + q) ** 2]
    assert follows((1 + beta - product) ** 2 <= 4 * beta, *band)
    assert not follows((1 + beta - product) ** 2 <= 0.95 * 4 * beta, *band)

    s, r, c, d = symbols("s r c d", positive=True)
    assert vanishes(((r * s) ** 2 - c * r * s + d) / r**2 - (s**2 - c / r * s + d / r**2))


def test_heavy_ball_rate():
    """Decided, with m and p for the roots of μ and L: whatever η and β, a radius r < 1 that obeys the triangle at μ and at L
    is at least (p − m)/(p + m); at the stated values it obeys it with this radius, and every λ between lies in the band.

    On paper: the triangle is that of the lemma, and κ = p²/m².
    With a radius 5 % larger as the least, or a step or memory 5 % larger, there is a counterexample.
    """
    m, p, eta, beta, r, lam = reals("m p eta beta r lambda")
    spectrum = [m > 0, m < p]
    best = (p - m) / (p + m)

    def triangle(eta, beta, r, lam):
        return z3.And(size(beta) <= r**2, r * size(1 + beta - eta * lam) <= r**2 + beta)

    ends = [triangle(eta, beta, r, m**2), triangle(eta, beta, r, p**2)]
    assert follows(r >= best, *spectrum, r > 0, r < 1, *ends)
    assert not follows(r >= 1.05 * best, *spectrum, r > 0, r < 1, *ends)

    stated = [eta == 4 / (p + m) ** 2, beta == best**2, m**2 <= lam, lam <= p**2]
    assert follows(triangle(eta, beta, best, lam), *spectrum, *stated)
    assert follows((1 - best) ** 2 == eta * m**2, *spectrum, *stated)
    assert follows((1 + best) ** 2 == eta * p**2, *spectrum, *stated)
    for other in ([eta == 1.05 * 4 / (p + m) ** 2, beta == best**2], [eta == 4 / (p + m) ** 2, beta == 1.05 * best**2]):
        assert not follows(triangle(eta, beta, best, lam), *spectrum, *other, m**2 <= lam, lam <= p**2)


def test_nesterov_rate():
    """Decided, for quadratics, with s = √κ: the roots are a pair or equal for q ≤ 1 − 1/κ, and βq is at most (1 − 1/s)²,
    met at λ = μ (z3).
    For every L-smooth and μ-strongly convex f, in any dimension: with z the point for which y = (sx + z)/(s + 1), the
    sum V = f(x) − f* + ½μ‖z − x*‖² obeys (1 − 1/s)V − V⁺ = (1/s)·i₁ + (1 − 1/s)·i₂ + i₃ + μ(s² − 1)/(2s)·‖x − y‖², an
    identity (sympy), where i₁ and i₂ say that f is strongly convex from y to x* and to x, i₃ is the guaranteed
    decrease from y; none is negative. z steps to (1 − 1/s)z + (y − ∇f(y)/μ)/s, which is the method's y⁺ (decided).

    On paper: the three inequalities; z₀ = x₀, so that V₀ is the bracket of the claim; the induction.
    With a factor 5 % nearer to 0, 1 − 1.05/s, the remainder takes both signs.
    """
    s, q, beta = reals("s q beta")
    given = [s > 1, beta == (s - 1) / (s + 1), q >= 0, q <= 1 - 1 / s**2]
    assert follows(((1 + beta) * q) ** 2 <= 4 * beta * q, *given)
    assert follows(beta * q <= (1 - 1 / s) ** 2, *given)
    assert not follows(beta * q <= (1 - 1.05 / s) ** 2, *given, s > 1.05)
    assert follows(beta * q == (1 - 1 / s) ** 2, *given, q == 1 - 1 / s**2)

    s, mu = symbols("s mu", positive=True)
    at_x, at_y, at_next = symbols("f_x f_y f_next")  # the excess of f
    L, (x, z, g) = s**2 * mu, vectors("x z g")  # x* = 0, g the gradient at y
    y = 1 / (s + 1) * (s * x + z)
    x_next, z_next = y - 1 / L * g, (1 - 1 / s) * z + 1 / s * (y - 1 / mu * g)
    ahead = 1 / (s + 1) * (s * x_next + z_next)
    momentum = ahead - x_next - (s - 1) / (s + 1) * (x_next - x)
    assert all(vanishes(part) for part in momentum.values())

    way = x - y
    to_star = (g @ y) - at_y - mu / 2 * (y @ y)
    to_x = at_x - at_y - (g @ way) - mu / 2 * (way @ way)
    decrease = at_y - (g @ g) / (2 * L) - at_next
    energy, energy_next = at_x + mu / 2 * (z @ z), at_next + mu / 2 * (z_next @ z_next)

    def remainder(part):
        return (1 - part / s) * energy - energy_next - part / s * to_star - (1 - part / s) * to_x - decrease

    assert vanishes(remainder(1) - mu * (s**2 - 1) / (2 * s) * (way @ way))
    assert not vanishes(remainder(Rational(21, 20)) - mu * (s**2 - 1) / (2 * s) * (way @ way))


def test_nesterov_convex():
    """Decided, in any dimension: with s² − s = r² (r the s before) and the inequality of a step taken at y with u = x, times
    s − 1, and with u = x*, the sum (2/L)r²δ + ‖z‖² falls, z = sy − (s − 1)x − x*: the identity of the proof (sympy), where the
    next z is z − sg/L by the choice of β (decided). (1 + √(1 + 4s²))/2 is at least s + ½ (z3), so that s_k ≥ (k + 2)/2.

    On paper: the two inequalities, the induction, and the case k = 0.
    With 1.05 s² in the place of s² the identity is false.
    """
    L, s, then = symbols("L s s_next", positive=True)
    at_x, at_next = symbols("delta delta_next")
    x, y, g = vectors("x y g")  # x* = 0
    x_next = y - 1 / L * g
    z = s * y - (s - 1) * x
    ahead = x_next + (s - 1) / then * (x_next - x)
    z_next = then * ahead - (then - 1) * x_next
    assert all(vanishes(part) for part in (z_next - (z - s / L * g)).values())

    to_x = (g @ (y - x)) - (g @ g) / (2 * L) - (at_next - at_x)
    to_star = (g @ y) - (g @ g) / (2 * L) - at_next

    def fall(part):
        return 2 / L * (s**2 - s) * at_x + (z @ z) - 2 / L * part * s**2 * at_next - (z_next @ z_next)

    assert vanishes(fall(1) - 2 * s / L * ((s - 1) * to_x + to_star))
    assert not vanishes(fall(Rational(21, 20)) - 2 * s / L * ((s - 1) * to_x + to_star))

    s, root = reals("s root")
    given = [s >= 1, root >= 0, root**2 == 1 + 4 * s**2]
    assert follows((1 + root) / 2 >= s + 0.5, *given)
    assert not follows((1 + root) / 2 >= s + 1.05 * 0.5, *given)


def test_conjugate_gradients():
    """Decided, in any dimension, the step from k to k + 1: with the residual r orthogonal to the earlier residuals s, and the
    direction p conjugate to the earlier directions q, the new residual n is orthogonal to r, p and s, and the new direction
    n + βp with β = nᵀn/rᵀr is conjugate to p and, since nᵀHq = 0, to q (sympy). A point
    whose gradient is orthogonal to all moves is the lowest: f at e + v is f at e plus ½vᵀHv (sympy). For 1 to 5 steps the
    smallest polynomial is 2uᵏ/(1 + u²ᵏ) at the ends, u = (√κ − 1)/(√κ + 1) (sympy), and its square is at most 4u²ᵏ (z3).

    On paper: the induction over the earlier ones; that residuals span the same space as powers of H; |Tₖ| ≤ 1 between −1 and
    1; with as many steps as different eigenvalues the polynomial ∏(1 − λ/λᵢ) is 0 at all of them.
    With another β or α, 5 % off, the orthogonality is lost; with 3.8 in the place of 4 small uᵏ are counterexamples.
    """
    rr, nn, pHp, factor = symbols("rr nn pHp factor", positive=True)
    p, Hp, r, n, s, t = vectors("p Hp r n s t")

    def product(a, b, known):
        return sympy.sympify(a @ b).subs({sympy.Symbol(name, real=True): value for name, value in known.items()})

    # p is r and a multiple of the last direction, to which it is conjugate; s is a combination of earlier directions.
    known = {"r·r": rr, "p·r": rr, "r·s": 0, "Hp·p": pHp, "Hp·r": pHp, "Hp·s": 0}
    after = r - rr / pHp * Hp
    assert all(vanishes(product(after, one, known)) for one in (r, p, s))
    assert not vanishes(product(r - Rational(19, 20) * rr / pHp * Hp, r, known))

    # The same step read backwards: Hp is a multiple of r − n, n the new residual, and Hq one of two earlier residuals.
    known = {"n·n": nn, "n·r": 0, "n·s": 0, "n·t": 0}
    beta, along = nn / rr, product(n, pHp / rr * (r - n), known)
    assert vanishes(along + beta * pHp)
    assert not vanishes(along + Rational(19, 20) * beta * pHp)
    assert vanishes(product(n, factor * (s - t), known))

    e, v, He, Hv = vectors("e v He Hv")
    symmetric = {"Hv·e": sympy.Symbol("He·v", real=True)}
    f = product(e, He, {}) / 2
    there = product(e + v, He + Hv, symmetric) / 2
    assert vanishes(there - f - product(v, He, {}) - product(v, Hv, {}) / 2)

    u = symbols("u", positive=True)
    for k in range(1, 6):
        least = 1 / sympy.chebyshevt(k, (u + 1 / u) / 2)
        assert vanishes(least - 2 * u**k / (1 + u ** (2 * k)))
        assert not vanishes(least - Rational(19, 20) * 2 * u**k / (1 + u ** (2 * k)))
    power, least = reals("u^k least")
    given = [power > 0, power < 1, least * (1 + power**2) == 2 * power]
    assert follows(least**2 <= 4 * power**2, *given)
    assert not follows(least**2 <= 0.95 * 4 * power**2, *given)
