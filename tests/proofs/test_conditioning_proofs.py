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
    |c| ≤ 2 (z3). The stated eₖ satisfies the recursion and both first values (sympy). |sin kθ/sin θ| ≤ k goes from k to
    k + 1, since sin (k+1)θ = sin kθ cos θ + cos kθ sin θ (z3). Together |eₖ| ≤ (1 + 2k) rᵏ|e₀|.

    On paper: induction, sums over the eigenvectors, and the limit where sin θ = 0.
    With 0.95 · 2 for the bound of c, or a memory 5 % larger, there is a counterexample.
    """
    m, p = symbols("m p", positive=True)  # the roots of μ and L
    r, eta = (p - m) / (p + m), 4 / (p + m) ** 2
    assert vanishes(eta * m**2 - (1 - r) ** 2)
    assert vanishes(eta * p**2 - (1 + r) ** 2)

    q, a = reals("r etalambda")
    band = [q > 0, q < 1, (1 - q) ** 2 <= a, a <= (1 + q) ** 2]
    assert follows(size(1 + q**2 - a) <= 2 * q, *band)
    assert follows(size(1 - q**2 - a) <= 2 * 2 * q, *band)
    assert not follows(size(1 - q**2 - a) <= 0.95 * 2 * 2 * q, *band)
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

    ratio, turn, other, steps = reals("ratio turn other k")  # sin kθ/sin θ, cos θ, cos kθ
    circle = [size(turn) <= 1, size(other) <= 1, steps >= 0]
    assert follows(size(ratio * turn + other) <= steps + 1, *circle, size(ratio) <= steps)
    assert not follows(size(ratio * turn + other) <= 0.95 * (steps + 1), *circle, size(ratio) <= steps)
