"""Proofs by machine for the chapter on conditioning."""

import sympy
from proving import follows, reals, size, vanishes
from sympy import Abs, Matrix, Rational, cos, cot, log, pi, sin, symbols


def test_steps_grow_with_kappa():
    """Decided: with t = 1/κ both logarithms are 0 at t = 0, their derivatives are 2/(1 − t²) and 1/(1 − t) (sympy), and
    these are at least 2 and 1 for 0 ≤ t < 1 (z3), which is how the two bounds of the counts come about.
    The factor along the flattest direction is the rate, for both steps (sympy).

    On paper: what has the larger derivative stays larger, and the least k with ρᵏ ≤ ε is that logarithm rounded up.
    With κ replaced by 0.95 κ in a bound there is a counterexample: both quotients tend to 1 as κ grows.
    """
    t, slope = symbols("t", positive=True), reals("t")[0]
    for logarithm, derivative, least, claimed in (
        (log((1 + t) / (1 - t)), 2 / (1 - t**2), 2, 2 / (1 - slope**2)),
        (-log(1 - t), 1 / (1 - t), 1, 1 / (1 - slope)),
    ):
        assert logarithm.subs(t, 0) == 0
        assert vanishes(sympy.diff(logarithm, t) - derivative)
        assert follows(claimed >= least, slope >= 0, slope < 1)
        assert not follows(claimed >= least / 0.95, slope >= 0, slope < 1)
        assert sympy.limit(logarithm / (least * t), t, 0) == 1

    mu, kappa = symbols("mu kappa", positive=True)
    assert vanishes(1 - 2 / (mu + kappa * mu) * mu - (kappa - 1) / (kappa + 1))
    assert vanishes(1 - 1 / (kappa * mu) * mu - (1 - 1 / kappa))
    assert vanishes(log((kappa + 1) / (kappa - 1)).subs(kappa, 1 / t) - log((1 + t) / (1 - t)))


def test_laplacian_spectrum():
    """Decided, by identities of trigonometry: −sin (i−1)θ + 2 sin iθ − sin (i+1)θ = 4 sin²(θ/2) sin iθ; the ends are held,
    sin 0 = sin jπ = 0; the largest and smallest value have the quotient cot²(πh/2), whose series starts as stated.

    On paper: n values that differ are all eigenvalues of a matrix of n rows.
    With the eigenvalue, or the second term of the series, 5 % off the identity is false.
    """
    i, theta, h, s = symbols("i theta h s", positive=True)
    j, n = symbols("j n", integer=True, positive=True)

    def missing(part):
        difference = -sin((i - 1) * theta) + 2 * sin(i * theta) - sin((i + 1) * theta)
        return sympy.expand(difference - part * 2 * (1 - cos(theta)) * sin(i * theta), trig=True)

    assert vanishes(missing(1))
    assert not vanishes(missing(Rational(19, 20)))
    assert vanishes(2 * (1 - cos(theta)) - 4 * sin(theta / 2) ** 2)
    assert sin(0) == sin(sympy.cancel((n + 1) * j / (n + 1)) * pi) == 0

    assert vanishes(sin(pi / 2 - s) - cos(s))  # L at j = n, where nh = 1 − h
    series = sympy.series(cot(s) ** 2, s, 0, 2).removeO()
    assert vanishes(series.subs(s, pi * h / 2) - (4 / (pi * h) ** 2 - Rational(2, 3)))
    assert not vanishes(series.subs(s, pi * h / 2) - (4 / (pi * h) ** 2 - Rational(19, 30)))


def test_kappa_from_units():
    """Decided: for a unit vector with the parts u along the eigenvectors (three of them), Σ λu² lies between μ and L, and
    so the quotient of any two such values is at most L/μ.

    On paper: sums over more eigenvectors are the same, and Hⱼⱼ is such a value; for least squares it is 2mⱼ.
    With 1.05 of the quotient there is a counterexample.
    """
    mu, L, one, other = reals("mu L one other")
    lam, u = reals("l0 l1 l2"), reals("u0 u1 u2")
    value = sum(factor * part**2 for factor, part in zip(lam, u, strict=True))
    given = [mu > 0, *(bound for factor in lam for bound in (mu <= factor, factor <= L)), sum(part**2 for part in u) == 1]
    assert follows(mu <= value, *given)
    assert follows(value <= L, *given)

    between = [mu > 0, mu <= one, one <= L, mu <= other, other <= L]
    assert follows(one / other <= L / mu, *between)
    assert not follows(1.05 * one / other <= L / mu, *between)


def test_standardised_pair():
    """Decided: the eigenvalues of twice the matrix of mean products are 2(1 − r), 2 and 2(1 + r), and their extremes have the
    quotient (1 + |r|)/(1 − |r|), for each sign of r.

    On paper: the mean products of standardised columns are 1, 0 and r.
    With a quotient 5 % larger the identity is false.
    """
    r, p = symbols("r", real=True), symbols("p", positive=True)
    H = 2 * Matrix([[1, 0, 0], [0, 1, r], [0, r, 1]])
    assert {sympy.expand(value) for value in H.eigenvals()} == {2 - 2 * r, sympy.Integer(2), 2 + 2 * r}
    for sign in (1, -1):
        largest, smallest = 2 * (1 + Abs(sign * p)), 2 * (1 - Abs(sign * p))
        assert {sympy.expand(value) for value in H.subs(r, sign * p).eigenvals()} == {largest.expand(), 2, smallest.expand()}
        assert vanishes(largest / smallest - (1 + p) / (1 - p))
        assert not vanishes(largest / smallest - Rational(21, 20) * (1 + p) / (1 - p))


def test_preconditioning_is_rescaling():
    """Decided, for a generic S and a generic symmetric H of three rows and any gradient: S(z − ηSᵀ∇f) = Sz − ηSSᵀ∇f; the
    gradient of f(Sz) of a quadratic is Sᵀ∇f and its Hessian SᵀHS; S(SᵀHS) = (PH)S, so the two are similar.
    With P = H⁻¹ the step of length 1 leads from x to x*.

    On paper: other dimensions, and the chain rule where f is no quadratic.
    With S in the place of Sᵀ, or 0.95 of Newton's step, the identity is false.
    """
    S, z, g, b = Matrix(3, 3, symbols("s:9")), *(Matrix(symbols(f"{name}:3")) for name in "zgb")
    H = Matrix(3, 3, lambda i, j: symbols(f"h{min(i, j)}{max(i, j)}"))
    eta = symbols("eta")
    assert vanishes(S * (z - eta * S.T * g) - (S * z - eta * S * S.T * g))
    assert not vanishes(S * (z - eta * S * g) - (S * z - eta * S * S.T * g))

    f = ((S * z).T * H * S * z / 2 - b.T * S * z)[0]
    gradient = Matrix([sympy.diff(f, part) for part in z])
    assert vanishes(gradient - S.T * (H * S * z - b))
    assert vanishes(gradient.jacobian(z) - S.T * H * S)
    assert vanishes(S * (S.T * H * S) - (S * S.T * H) * S)

    x, star = z, g
    newton = H.adjugate() / H.det()
    assert vanishes(x - newton * (H * x - H * star) - star)
    assert not vanishes(x - Rational(19, 20) * newton * (H * x - H * star) - star)


def test_momentum_square_root():
    """Decided: with r and η as claimed ημ = (1 − r)² and ηL = (1 + r)²; between them 1 + r² − ηλ lies in [−2r, 2r] and
    |c| ≤ 1 + r (z3). The stated eₖ satisfies the recursion and both first values, and so does (−r)ᵏ(1 + (1 + r)k) at
    ηλ = (1 + r)², where the bound is met (sympy). |sin kθ/sin θ| ≤ k goes from k to k + 1, since
    sin (k+1)θ = sin kθ cos θ + cos kθ sin θ (z3). Together |eₖ| ≤ (1 + (1 + r)k) rᵏ|e₀|.

    On paper: induction, sums over the eigenvectors, and the limit where sin θ = 0.
    With 0.95 (1 + r) for the bound of c, or a memory 5 % larger, there is a counterexample.
    """
    m, p = symbols("m p", positive=True)  # the roots of μ and L
    r, eta = (p - m) / (p + m), 4 / (p + m) ** 2
    assert vanishes(eta * m**2 - (1 - r) ** 2)
    assert vanishes(eta * p**2 - (1 + r) ** 2)

    q, a = reals("r etalambda")
    band = [q > 0, q < 1, (1 - q) ** 2 <= a, a <= (1 + q) ** 2]
    assert follows(size(1 + q**2 - a) <= 2 * q, *band)
    assert follows(size(1 - q**2 - a) <= 2 * q * (1 + q), *band)
    assert not follows(size(1 - q**2 - a) <= 0.95 * 2 * q * (1 + q), *band)
    assert not follows(size(1 + 1.05 * q**2 - a) <= 2 * q, *band)

    r, theta, k = symbols("r theta k", positive=True)
    product = 1 + r**2 - 2 * r * cos(theta)  # ηλ
    c = (1 - r**2 - product) / (2 * r)

    def error(k):
        return r**k * (cos(k * theta) + c * sin(k * theta) / sin(theta))

    assert vanishes(c - ((1 - product) / r - cos(theta)))
    assert vanishes(error(0) - 1)
    assert vanishes(error(1) - (1 - product))
    step = (error(k + 1) - 2 * r * cos(theta) * error(k) + r**2 * error(k - 1)) / r**k
    assert vanishes(sympy.expand_trig(sympy.expand(step)))

    steepest = [(-r) ** j * (1 + (1 + r) * j) for j in (0, 1, k - 1, k, k + 1)]
    assert vanishes(steepest[0] - 1)
    assert vanishes(steepest[1] - (1 - (1 + r) ** 2))
    assert vanishes((steepest[4] + 2 * r * steepest[3] + r**2 * steepest[2]) / (-r) ** k)

    ratio, turn, other, steps = reals("ratio turn other k")  # sin kθ/sin θ, cos θ, cos kθ
    circle = [size(turn) <= 1, size(other) <= 1, steps >= 0]
    assert follows(size(ratio * turn + other) <= steps + 1, *circle, size(ratio) <= steps)
    assert not follows(size(ratio * turn + other) <= 0.95 * (steps + 1), *circle, size(ratio) <= steps)


def test_loss_without_kappa():
    """Decided: along an eigenvector the excess is multiplied by (1 − ηλ)² at each step; the derivative of s(1 − s)²ᵏ has the
    sign of 1 − (2k + 1)s on (0, 1), so the largest value is that at s = 1/(2k + 1), which times ½L is the stated bound.

    On paper: sums over the eigenvectors, and that a product of powers of numbers below 1 is positive.
    With a bound 5 % smaller the eigenvalue L/(2k + 1) is a counterexample: there the quotient is 1.
    """
    lam, eta, e, L, R = symbols("lambda eta e L R", positive=True)
    k, s = symbols("k s", positive=True)
    assert vanishes(lam * (e - eta * lam * e) ** 2 / 2 - (1 - eta * lam) ** 2 * lam * e**2 / 2)

    share = s * (1 - s) ** (2 * k)
    assert vanishes(sympy.diff(share, s) / (1 - s) ** (2 * k - 1) - (1 - (2 * k + 1) * s))
    bound = L * R**2 / (4 * k + 2) * (2 * k / (2 * k + 1)) ** (2 * k)
    largest = L / 2 * share.subs(s, 1 / (2 * k + 1)) * R**2
    assert vanishes(sympy.powsimp(sympy.simplify(largest / bound)) - 1)
    assert not vanishes(sympy.powsimp(sympy.simplify(largest / bound)) - Rational(19, 20))


def test_chebyshev_steps():
    """Decided: the argument of Tₙ is ½(q + 1/q) at λ = 0 and 1 at λ = μ, and the polynomials' rule of three terms takes
    ½(uᵏ + u⁻ᵏ) to the next; for 1 to 5 steps Tₙ(½(u + 1/u)) is ½(uⁿ + u⁻ⁿ), so that the value at μ is the stated factor.

    On paper: the product of 1 − ηⱼλ is that quotient, by its zeros (computed here to 30 digits at three places); |Tₙ| ≤ 1
    between −1 and 1; no other polynomial is smaller, by counting zeros.
    With a factor 5 % smaller the value at μ is a counterexample.
    """
    m, p, u = symbols("m p u", positive=True)  # the roots of μ and L
    mu, L, q = m**2, p**2, (p - m) / (p + m)
    k, lam = symbols("k lambda")
    argument = (L + mu - 2 * lam) / (L - mu)
    assert vanishes(argument.subs(lam, 0) - (q + 1 / q) / 2)

    def value(k):
        return (u**k + u**-k) / 2

    assert vanishes(sympy.powsimp(sympy.expand(value(k + 1) - (u + 1 / u) * value(k) + value(k - 1))))
    for n in range(1, 6):
        zeros = [cos((2 * j - 1) * pi / (2 * n)) for j in range(1, n + 1)]
        steps = [1 / ((L + mu) / 2 + (L - mu) / 2 * zero) for zero in zeros]
        stated = sympy.chebyshevt(n, argument) / sympy.chebyshevt(n, argument.subs(lam, 0))
        product = sympy.prod(1 - step * lam for step in steps)
        for value_of_m, value_of_lam in ((Rational(1, 2), Rational(1, 3)), (Rational(2, 7), 2), (Rational(1, 3), -1)):
            numbers = {m: value_of_m, p: 1, lam: value_of_lam}
            assert abs((product - stated).subs(numbers).evalf(40)) < 1e-30
        assert vanishes(1 / sympy.chebyshevt(n, (u + 1 / u) / 2) - 2 * u**n / (1 + u ** (2 * n)))
        assert sympy.chebyshevt(n, sympy.cancel(argument.subs(lam, mu))) == 1
        assert not vanishes(1 / sympy.chebyshevt(n, (u + 1 / u) / 2) - Rational(19, 20) * 2 * u**n / (1 + u ** (2 * n)))


def test_exact_line_search():
    """Decided: on a quadratic the stated step is the one zero of the derivative along −g, and what it takes away is the most;
    at 2/(μ + L) no part keeps more than the stated factor; and from the stated start the gradient is v_μ + v_L, the step
    2/(μ + L), and the next error the start again, mirrored and shrunk by (κ − 1)/(κ + 1), so that the bound is attained.

    On paper: sums over the eigenvectors.
    With a factor 5 % smaller that start is a counterexample.
    """
    gg, gHg, f, eta = symbols("gg gHg f eta", positive=True)
    along = f - eta * gg + eta**2 * gHg / 2
    assert sympy.solve(sympy.diff(along, eta), eta) == [gg / gHg]
    assert vanishes(along - along.subs(eta, gg / gHg) - gHg * (eta - gg / gHg) ** 2 / 2)

    step, mu, lam, L = reals("eta mu lambda L")
    given = [mu > 0, mu < L, mu <= lam, lam <= L, step == 2 / (mu + L)]
    assert follows((1 - step * lam) ** 2 <= ((L - mu) / (L + mu)) ** 2, *given)

    m, h = symbols("mu L", positive=True)
    H, start = sympy.diag(m, h), Matrix([1 / m, 1 / h])
    g = H * start
    length = (g.T * g)[0] / (g.T * H * g)[0]
    rate = (h - m) / (h + m)
    after = start - length * g
    assert vanishes(after - rate * Matrix([start[0], -start[1]]))
    excess = [(e.T * H * e)[0] / 2 for e in (start, after)]
    assert vanishes(excess[1] / excess[0] - rate**2)
    assert not vanishes(excess[1] / excess[0] - Rational(19, 20) * rate**2)
