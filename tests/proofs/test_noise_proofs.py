"""Proofs by machine for the chapter on noise and Adam."""

import sympy
import z3
from mpmath import iv
from proving import follows, reals, size, vanishes
from sympy import Rational, symbols


def test_batch_covariance():
    """Decided: B places of variance c with the covariance r of each two have the mean of variance (c + (B − 1)r)/B; with
    r = 0 that is c/B, and with r = −c/(n − 1), for which n places that are all filled have none, the stated quotient.

    On paper: that each place holds each vector alike, and each two places each two vectors.
    With a covariance 5 % smaller the identity is false.
    """
    n, B, c, r = symbols("n B c r", positive=True)
    variance = (B * c + B * (B - 1) * r) / B**2
    assert vanishes(variance.subs(r, 0) - c / B)
    assert vanishes(variance.subs(r, -c / (n - 1)) - c / B * (n - B) / (n - 1))
    assert vanishes(variance.subs({r: -c / (n - 1), B: n}))
    assert not vanishes(variance.subs(r, -Rational(19, 20) * c / (n - 1)) - c / B * (n - B) / (n - 1))


def test_batch_step():
    """Decided: for normal z in 1, 2, 3 and 4 dimensions the mean of (zzᵀ)² is λ²(d + 2)I, by integrals (sympy); the parabola,
    its zero of the difference from 1 and its least value; the mean square falls exactly below the stated step (z3).

    On paper: any d, the same moments; pairs of equal and of different rows.
    With a bound 5 % larger there is a counterexample.
    """
    lam, eta = symbols("lambda eta", positive=True)
    x = symbols("x", real=True)
    density = sympy.exp(-(x**2) / (2 * lam)) / sympy.sqrt(2 * sympy.pi * lam)
    moment = {k: sympy.integrate(x**k * density, (x, -sympy.oo, sympy.oo)) for k in range(5)}
    for d in range(1, 5):
        z = symbols(f"z0:{d}", real=True)
        outer = sympy.Matrix(z) * sympy.Matrix(z).T
        powers = (outer * outer).applyfunc(sympy.expand)
        mean = powers.applyfunc(lambda entry, z=z: mean_of(entry, z, moment))
        assert vanishes(mean - lam**2 * (d + 2) * sympy.eye(d))

    B, d = symbols("B d", positive=True)
    square = lam**2 * (d + 2) / B + (1 - 1 / B) * lam**2
    factor = 1 - 2 * eta * lam + eta**2 * square
    assert vanishes(factor - (1 - 2 * eta * lam + eta**2 * lam**2 * (B + d + 1) / B))
    (best,) = sympy.solve(sympy.diff(factor, eta), eta)
    assert vanishes(best - B / (B + d + 1) / lam)
    assert vanishes(factor.subs(eta, best) - (d + 1) / (B + d + 1))

    t, rows, dims = reals("t rows dims")  # t = ηλ
    given = [t > 0, rows >= 1, dims >= 1]
    falls = 1 - 2 * t + t * t * (rows + dims + 1) / rows < 1
    border = 2 * rows / (rows + dims + 1)
    assert follows(falls == (t < border), *given)
    assert not follows(falls, *given, t < 1.05 * border)


def mean_of(polynomial, z, moment):
    """The mean over independent variables with these moments."""
    terms = sympy.Poly(polynomial, *z).terms()
    return sum(factor * sympy.prod([moment[k] for k in powers]) for powers, factor in terms)


def test_average_of_points():
    """Decided: if Hs, s the sum of the errors so far, is (x₀ − x)/η minus the sum of the noise, it is so after the next step;
    with u of covariance C/k the mean of ½uᵀH⁻¹u is ½tr(H⁻¹C)/k, along a direction (sympy).

    On paper: induction; that x₀ − xₖ has a bounded mean square; traces are sums over directions.
    With a first term 5 % larger the identity is false.
    """
    h, eta, e0, e, s, noise, now = symbols("h eta e0 e s noise now")

    def missing(off):
        before = off * (e0 - e) / eta - noise  # h s
        after = e - eta * (h * e + now)
        return (before + h * e) - (off * (e0 - after) / eta - (noise + now))

    assert vanishes(missing(1))
    assert not vanishes(missing(Rational(21, 20)))
    lam, c, k = symbols("lambda c k", positive=True)
    assert vanishes(lam * (c / k / lam**2) / 2 - c / lam / 2 / k)


def test_reshuffled_floor():
    """Decided: the mean square of a pass's sum, with the covariance −c/(N − 1) of each two places, divided by 1 − q²ᴺ and by
    the square with parts drawn from all, is the stated quotient; that of one order the stated multiple; the limits as N grows.

    On paper: that each place holds each part alike, and each two places each two parts.
    With a covariance 5 % smaller the quotient is another, and with a limit 5 % larger the limit is.
    """
    N, q, c, eta, tau, E = symbols("N q c eta tau E", positive=True)  # E = qᴺ
    one, two = (1 - E) / (1 - q), (1 - E**2) / (1 - q**2)
    stated = N / (N - 1) * (1 - one**2 / (N * two))
    from_all = eta**2 * c / (1 - q**2)

    def found(off, loss):
        square = c * two - off * c / (N - 1) * (one**2 - two)
        return eta**2 * square / loss / from_all

    assert vanishes(found(1, 1 - E**2) - stated)
    assert not vanishes(found(Rational(19, 20), 1 - E**2) - stated)
    assert vanishes(found(1, (1 - E) ** 2) - stated * (1 + E) / (1 - E))

    power = sympy.limit((1 - tau / N) ** N, N, sympy.oo)
    assert vanishes(power - sympy.exp(-tau))
    limit = sympy.limit(sympy.cancel(stated.subs(q, 1 - tau / N)), N, sympy.oo).subs(E, power)
    law = 1 - sympy.tanh(tau / 2) / (tau / 2)
    assert vanishes((limit - law).rewrite(sympy.exp))
    assert not vanishes((limit - Rational(21, 20) * law).rewrite(sympy.exp))
    coth = ((1 + E) / (1 - E)).subs(E, power)
    assert vanishes((coth - sympy.coth(tau / 2)).rewrite(sympy.exp))


def test_adam_invariance():
    """Decided: gradients times a positive c turn m into cm and v into c²v, and leave the quotient as it is (sympy).

    On paper: induction over the steps; that a factor of 2ᵖ changes exponents alone.
    With an ε in the denominator the quotient is another.
    """
    c, m, v, g, b1, b2, eps = symbols("c m v g beta1 beta2 epsilon", positive=True)

    def quotient(c, eps):
        return (b1 * c * m + (1 - b1) * c * g) / (sympy.sqrt(b2 * c**2 * v + (1 - b2) * (c * g) ** 2) + eps)

    assert vanishes(sympy.simplify((quotient(c, 0) / quotient(1, 0)) ** 2) - 1)
    assert not vanishes(sympy.simplify((quotient(c, eps) / quotient(1, eps)) ** 2) - 1)


def test_adam_wrong_way():
    """Decided: the three periodic means of the squares for C = 3; squared twice, equality of the two sides is the
    polynomial times what is not 0, with one zero in (0, 1), between 0.4723131 and 0.4723132, and both sides differ in the
    stated sense at 0 and at 1 (sympy); the sign of the drift for C = 101 at 0.999 and on both sides of its turn, and for
    C = 3 and β₁ = 0.9 on the grid, in intervals (mpmath).

    On paper: the means become periodic; that a continuous drift changes its sign only where it is 0.
    A polynomial with a last coefficient 5 % off is not what squaring gives.
    """
    b = symbols("b")
    v = [(1 - b) * sum(b**j * square for j, square in enumerate(order)) for order in ((9, 1, 1), (1, 9, 1), (1, 1, 9))]
    A, D, F = (sympy.cancel(value / (1 - b)) for value in v)  # after the large one, one later, two later
    assert vanishes(A - (9 + b + b**2))
    assert vanishes(D - (1 + 9 * b + b**2))
    assert vanishes(F - (1 + b + 9 * b**2))
    squared = (9 * D * F - A * D - A * F) ** 2 - 4 * A**2 * D * F
    coefficients = [5005, 101556, 523906, 91728, -9737, -41904, -8190, -3276, -243]
    polynomial = sympy.Poly(coefficients, b)
    assert vanishes(squared - polynomial.as_expr())
    assert not vanishes(squared - (polynomial.as_expr() - Rational(243, 20)))
    assert polynomial.count_roots(0, 1) == 1
    assert polynomial.count_roots(Rational(4723131, 10**7), Rational(4723132, 10**7)) == 1
    up = 1 / sympy.sqrt(D) + 1 / sympy.sqrt(F) - 3 / sympy.sqrt(A)
    assert up.subs(b, 0) > 0 > up.subs(b, 1)

    iv.dps = 30
    assert drift(101, "0.9", "0.999").a > 0
    assert drift(101, "0.9", "0.9995158").a > 0
    assert drift(101, "0.9", "0.9995160").b < 0
    assert all(drift(3, "0.9", f"{i / 100}").b < 0 for i in range(1, 100))


def drift(C, beta1, beta2):
    """What a period adds to x, in units of η, as an interval that holds it."""
    first, second = iv.mpf(beta1), iv.mpf(beta2)
    g = [iv.mpf(C)] + [iv.mpf(-1)] * (C - 1)

    def mean(values, beta, at):
        return sum(beta**j * values[at - j] for j in range(C)) * (1 - beta) / (1 - beta**C)

    squares = [slope**2 for slope in g]
    return -sum(mean(g, first, at) / iv.sqrt(mean(squares, second, at)) for at in range(C))


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
