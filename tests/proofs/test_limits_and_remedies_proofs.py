"""Proofs by machine for the chapter on limits and remedies."""

import sympy
import z3
from proving import follows, larger, lengths, reals, size, vanishes, vectors
from sympy import Matrix, Rational, diag, symbols


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


def test_rotation_invariance():
    """Decided: for a generic Q of three rows, points and gradients, Q times the next point of the three rules is the next
    point of the turned ones. The gradient of f(Qᵀx) of a quadratic at Qx is Q∇f(x), for a turn by any angle.
    That the others do notice, with exact numbers: diag(1, 4), turned by the angle of the triangle 3-4-5, is not
    diagonal, and Jacobi's scaling, the inverse of the diagonal, no longer makes κ = 1; Adam's first step with ε = 0, against
    the signs of the gradient, is not turned with it.

    On paper: other dimensions; the chain rule where f is no quadratic.
    """
    Q, (x, last, g) = Matrix(3, 3, symbols("q:9")), (Matrix(symbols(f"{name}:3")) for name in "xyg")
    eta, beta = symbols("eta beta")
    for memory, at in ((0, x), (beta, x), (beta, x + beta * (x - last))):
        assert vanishes(Q * (at - eta * g + memory * (x - last)) - (Q * at - eta * Q * g + memory * (Q * x - Q * last)))

    c, d = symbols("c d")  # the cosine and the sine of the angle
    turn = Matrix([[c, -d], [d, c]])
    h, p = Matrix([[symbols("h00"), symbols("h01")], [symbols("h01"), symbols("h11")]]), Matrix(symbols("p:2"))
    gradient = (turn * h * turn.T) * (turn * p) - turn * (h * p)
    assert all(sympy.reduced(entry.expand(), [c**2 + d**2 - 1], d, c)[1] == 0 for entry in gradient)

    Q, valley = Matrix([[3, -4], [4, 3]]) / 5, diag(1, 4)
    turned = Q * valley * Q.T
    scaled = [diag(1 / A[0, 0], 1 / A[1, 1]) * A for A in (valley, turned)]
    assert set(scaled[0].eigenvals()) == {1}
    assert len(scaled[1].eigenvals()) == 2
    g = Matrix([1, 2])
    assert not vanishes(Q * g.applyfunc(sympy.sign) - (Q * g).applyfunc(sympy.sign))


def test_adam_rest():
    """Decided: with steps of −(η/ε)m the difference of two points obeys the recursion of the heavy ball (sympy); the
    triangle with β = β₁ and the step (1 − β₁)η/ε is the stated bound, on both sides (z3); at β₁ = 9/10 it is 38.

    On paper: √v is small against ε near rest, and what is left out, m√v, is of order 3/2.
    With the bound 5 % larger there is a counterexample, and with 5 % less it is no longer the border.
    """
    b, ratio, m, g, last = symbols("b ratio m g last")
    moment = b * m + (1 - b) * g
    step = -ratio * moment
    assert vanishes(step - (b * last - (1 - b) * ratio * g).subs(last, -ratio * m))

    beta, q = reals("beta q")  # q = ηL/ε
    given = [beta >= 0, beta < 1, q > 0]
    rests = z3.And(size(beta) < 1, (1 - beta) * q > 0, (1 - beta) * q < 2 * (1 + beta))
    bound = 2 * (1 + beta) / (1 - beta)
    assert follows(rests == (q < bound), *given)
    assert not follows(rests, *given, q < 1.05 * bound)
    assert not follows(q < 0.95 * bound, *given, rests)
    assert 2 * (1 + Rational(9, 10)) / (1 - Rational(9, 10)) == 38


def test_noise_floor():
    """Decided: the stated mean square is the one number that sₖ₊₁ = (1 − ηλ)²sₖ + η²c leaves in place, ½λ times it is the
    term of the sum (sympy), its distance from sₖ shrinks by (1 − ηλ)² < 1 for 0 < η < 2/λ (z3), and a small η leaves
    (η/4)·c, since the limit of the quotient is 1.

    On paper: noise of mean zero that is independent of the error leaves the recursion for the mean square; sums.
    With a floor 5 % lower or higher the recursion moves it.
    """
    eta, lam, c, s = symbols("eta lambda c s", positive=True)
    (rest,) = sympy.solve(sympy.Eq(s, (1 - eta * lam) ** 2 * s + eta**2 * c), s)
    floor = eta * c / (2 * (2 - eta * lam))
    assert vanishes(lam * rest / 2 - floor)
    for off in (Rational(19, 20), Rational(21, 20)):
        assert not vanishes(lam * rest / 2 - off * floor)
    after = (1 - eta * lam) ** 2 * s + eta**2 * c
    assert vanishes((after - rest) - (1 - eta * lam) ** 2 * (s - rest))
    assert sympy.limit(floor / (eta * c / 4), eta, 0) == 1

    eta, lam = reals("eta lambda")
    assert follows((1 - eta * lam) ** 2 < 1, eta > 0, lam > 0, eta * lam < 2)
    assert not follows((1 - eta * lam) ** 2 < 1, eta > 0, lam > 0, eta * lam < 1.05 * 2)


def test_robbins_monro_mean():
    """Decided: (k + 1)eₖ₊₁ is keₖ − ξₖ/λ, so if λkeₖ is minus the sum of the noise before k, λ(k + 1)eₖ₊₁ is minus the
    next; the sum of k independent variances c, divided by (λk)², is c/(λ²k).

    On paper: induction from k = 0, and that variances of independent variables add.
    With a step 5 % longer the sum is another.
    """
    k, lam, noise, total, c = symbols("k lambda noise total c", positive=True)

    def missing(length):
        e = -total / (lam * k)
        after = e - length / (lam * (k + 1)) * (lam * e + noise)
        return after + (total + noise) / (lam * (k + 1))

    assert vanishes(missing(1))
    assert not vanishes(missing(Rational(21, 20)))
    j = symbols("j", integer=True)
    n = symbols("n", integer=True, positive=True)
    assert vanishes(sympy.summation(c, (j, 0, n - 1)) / (lam * n) ** 2 - c / (lam**2 * n))


def test_constrained_stationarity():
    """Decided: with (z − p)·(y − p) ≤ 0 for all y of the set p is the nearest point, since ‖z − y‖² is not below ‖z − p‖²;
    where it is positive for a y, a point on the way from p to y is nearer; with z = x − η∇f and p = x that is −η times
    the stated one. Two such inequalities give ‖p − p'‖ ≤ ‖z − z'‖, in any dimension.
    For x ≥ 0, in one coordinate: the slope times (y − x) is not negative for all y ≥ 0 if and only if the slope is not
    negative and x times it is 0.
    The rate: (1 − ηλ)² is at most the larger of its values at μ and L, which is below 1 for η < 2/L.

    On paper: sums over coordinates; the case Ax = b; that y may move in each coordinate by itself.
    With 0.95 ‖z − z'‖ there is a counterexample.
    """
    zz, yy, zy, t, eta, slope, x, y = reals("zz yy zy t eta slope x y")  # z − p, y − p and their product
    assert follows(zz - 2 * zy + yy >= zz, *lengths(zz, yy, zy), zy <= 0)
    nearer = z3.Exists(t, z3.And(t > 0, t <= 1, zz - 2 * t * zy + t * t * yy < zz))
    assert follows(nearer, *lengths(zz, yy, zy), zy > 0)

    apart, moved, product = reals("apart moved product")  # ‖z − z'‖², ‖p − p'‖², (z − z')·(p − p')
    obtuse = [*lengths(apart, moved, product), moved <= product]
    assert follows(moved <= apart, *obtuse)
    assert not follows(moved <= 0.95**2 * apart, *obtuse)
    z, p, w, q = vectors("z p z' p'")
    assert vanishes(((z - p) @ (q - p)) + ((w - q) @ (p - q)) - ((p - q) @ (p - q)) + ((z - w) @ (p - q)))

    allowed = z3.ForAll(y, z3.Implies(y >= 0, slope * (y - x) >= 0))
    assert follows(allowed == z3.And(slope >= 0, x * slope == 0), x >= 0)

    lam, mu, L = reals("lambda mu L")
    given = [mu > 0, mu <= lam, lam <= L, eta > 0, eta * L < 2]
    worst = larger((1 - eta * mu) ** 2, (1 - eta * L) ** 2)
    assert follows((1 - eta * lam) ** 2 <= worst, *given)
    assert follows(worst < 1, *given)


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


def test_adam_stride():
    """Decided: the two geometric sums, (1 − a)(1 − b) ≤ (1 − √(ab))², so that the corrections only lessen the bound (z3), and
    the number 7.27 for the usual constants; (1 − β₁)² over (1 − β₂)(1 − β₁²/β₂) is the square of the stated bound (sympy).

    On paper: the inequality of Cauchy and Schwarz for sums, and that it is an equality for gradients in that proportion.
    With the corrections 5 % smaller, or a bound 5 % smaller, there is a counterexample.
    """
    p, q = reals("p q")  # the roots of a and b
    given = [p >= 0, p < 1, q >= 0, q < 1]
    assert follows((1 - p**2) * (1 - q**2) <= (1 - p * q) ** 2, *given)
    assert not follows((1 - p**2) * (1 - q**2) <= 0.95 * (1 - p * q) ** 2, *given)

    r, first, second = symbols("r beta1 beta2", positive=True)
    k = symbols("k", integer=True, positive=True)
    total = (1 - r**k) / (1 - r)
    assert vanishes(total.subs(k, 1) - 1)
    assert vanishes(sympy.expand(total.subs(k, k + 1) - total - r**k) * (1 - r))
    constants = {first: Rational(9, 10), second: Rational(999, 1000)}
    bound = (1 - first) / sympy.sqrt((1 - second) * (1 - first**2 / second))
    assert abs(bound.subs(constants).evalf() - 7.27) < 0.005

    # Gradients in proportion to (β₁/β₂)ʲ, without end: m² over v is the square of the bound.
    weight = first**2 / second
    moment = (1 - first) / (1 - weight)
    square = (1 - second) / (1 - weight)
    assert vanishes(moment**2 / square - bound**2)
    assert not vanishes(moment**2 / square - Rational(19, 20) ** 2 * bound**2)


def test_nearest_point():
    """Decided, in any dimension: with (z − p)·(u − p) ≤ 0 the point u is at least as far as p, and farther unless it is p; with
    the product positive a point on the way from p to u is nearer than p; two such inequalities give ‖p − p'‖ ≤ ‖z − z'‖.

    On paper: a closed set that is not empty has a nearest point, and the way from p to u is in a convex set.
    With 0.95 ‖z − z'‖ there is a counterexample.
    """
    zz, uu, zu, t = reals("zz uu zu t")  # z − p, u − p and their product
    assert follows(zz - 2 * zu + uu >= zz, *lengths(zz, uu, zu), zu <= 0)
    assert follows(zz - 2 * zu + uu > zz, *lengths(zz, uu, zu), zu <= 0, uu > 0)
    nearer = z3.Exists(t, z3.And(t > 0, t <= 1, zz - 2 * t * zu + t * t * uu < zz))
    assert follows(nearer, *lengths(zz, uu, zu), zu > 0)

    z, p, w, q = vectors("z p z' p'")
    assert vanishes(((z - p) @ (q - p)) + ((w - q) @ (p - q)) - ((p - q) @ (p - q)) + ((z - w) @ (p - q)))
    apart, moved, product = reals("apart moved product")  # ‖z − z'‖², ‖p − p'‖², (z − z')·(p − p')
    obtuse = [*lengths(apart, moved, product), moved <= product]
    assert follows(moved <= apart, *obtuse)
    assert not follows(moved <= 0.95**2 * apart, *obtuse)


def test_separated_data():
    """Decided: log(1 + e⁻ᶻ) is positive, tends to 0 and has the derivative −1/(1 + eᶻ) (sympy); for three data with margins
    yᵢxᵢᵀu > 0 the part of the gradient along u, minus the mean of these margins times positive weights, is negative, so no
    gradient vanishes, and each step of any η > 0 raises uᵀw, by ηδ or more where that part is at most −δ (z3).

    On paper: any number of data, the same sum; a continuous function has its largest value on a closed bounded region; what
    grows by ηδ > 0 without end is not bounded.
    With a datum on the wrong side, or a rise of 1.05 ηδ, there is a counterexample.
    """
    z = symbols("z", real=True)
    term = sympy.log(1 + sympy.exp(-z))
    assert (1 + sympy.exp(-z)).is_positive
    assert sympy.exp(-z).is_positive  # so the logarithm is that of a number above 1
    assert sympy.limit(term, z, sympy.oo) == 0
    assert vanishes(sympy.diff(term, z) + 1 / (1 + sympy.exp(z)))

    margins, weights, along, eta = reals("s1 s2 s3"), reals("p1 p2 p3"), *reals("uw eta")
    slope = -sum(weight * margin for weight, margin in zip(weights, margins, strict=True)) / 3
    positive = [weight > 0 for weight in weights]
    apart = [margin > 0 for margin in margins]
    assert follows(slope < 0, *positive, *apart)
    assert not follows(slope < 0, *positive, *apart[1:])

    (delta,) = reals("delta")
    visit = [eta > 0, delta > 0, slope <= -delta]
    assert follows(along - eta * slope > along, *positive, *apart, eta > 0)
    assert follows(along - eta * slope >= along + eta * delta, *visit)
    assert not follows(along - eta * slope >= along + 1.05 * eta * delta, *visit)


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
