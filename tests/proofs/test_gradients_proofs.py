"""Proofs by machine for the chapter on where gradients come from."""

import sympy
from page_code import page_code
from proving import follows, larger, reals, size, vanishes
from sympy import I, Rational, symbols

page = page_code("gradients")


def test_complex_step():
    """Decided: for a generic polynomial of degree 7 the imaginary part over h is f′ − h²f‴/6 + h⁴f⁽⁵⁾/120 − h⁶f⁽⁷⁾/5040
    (sympy); and with |g‴| ≤ M at the place that Taylor's formula names, the error is at most Mh²/6 (z3).

    On paper: g' = Re f' and its kin, and Taylor's formula with its remainder.
    With 0.95 of the constant f = x³ is a counterexample, where M = 6 and the error is h².
    """
    x, h = symbols("x h", real=True)
    f = sum(c * x**k for k, c in enumerate(symbols("c:8", real=True)))
    imaginary = sympy.im(sympy.expand(f.subs(x, x + I * h)))
    series = sum((-1) ** k * h ** (2 * k) * f.diff(x, 2 * k + 1) / sympy.factorial(2 * k + 1) for k in range(4))
    assert vanishes(imaginary / h - series)
    assert not vanishes(imaginary / h - series + Rational(5, 100) * h**2 * f.diff(x, 3) / 6)

    M, h, third, error = reals("M h third error")
    taylor = [h > 0, size(third) <= M, error == -third * h * h / 6]
    assert follows(size(error) <= M * h * h / 6, *taylor)
    assert not follows(size(error) <= 0.95 * M * h * h / 6, *taylor)


def test_transpose_test():
    """Decided: each of the page's four rules, on symbols: adjoint times slope of the result is the sum of adjoint times
    slope over its inputs, forwards by `Dual`, backwards by `Var` (sympy).

    On paper: the sum over all numbers that wait does not change in the walk, so its two ends are equal.
    With 0.95 of a share it is no identity.
    """
    a, b, s, t, w = symbols("a b s t w")
    for rule in ("__add__", "__sub__", "__mul__", "__truediv__"):
        forwards = getattr(page.Dual, rule)(page.Dual(a, s), page.Dual(b, t))
        backwards = getattr(page.Var, rule)(page.Var(a), page.Var(b)).pull(w)
        assert vanishes(w * forwards.slope - backwards[0] * s - backwards[1] * t)
        assert not vanishes(w * forwards.slope - Rational(95, 100) * backwards[0] * s - backwards[1] * t)


def test_cheap_gradient():
    """Decided: the sum of the three counts, N, at most 2A for the shares and 2A − (A − 1) − d' additions, is at most 4N
    where 1 ≤ A ≤ N and d' ≥ 1 (z3).

    On paper: that these are the counts, operation by operation.
    With 3.8 there is a counterexample, A = N and d' = 1, which is one number squared again and again.
    """
    N, A, inputs, shares, additions = reals("N A inputs shares additions")
    counts = [A >= 1, N >= A, inputs >= 1, shares <= 2 * A, additions == 2 * A - (A - 1) - inputs]
    assert follows(N + shares + additions <= 4 * N, *counts)
    assert not follows(N + shares + additions <= 3.8 * N, *counts)


def test_step_derivative():
    """Decided: along one eigenvector ½λ((1 − ηλ)ᵀe)² has the derivative that the claim says, for every T (sympy).

    On paper: sums over the eigenvectors.
    With 0.95 of it, it is no identity.
    """
    eta, lam, e = symbols("eta lambda e", real=True)
    T = symbols("T", integer=True, positive=True)
    end = lam * (1 - eta * lam) ** (2 * T) * e**2 / 2
    formula = -T * lam**2 * (1 - eta * lam) ** (2 * T - 1) * e**2
    assert vanishes(sympy.powsimp(end.diff(eta) - formula))
    assert not vanishes(sympy.powsimp(end.diff(eta) - Rational(95, 100) * formula))


def test_no_tie_value():
    """Decided: no s makes both slopes right, and the larger error is c at least, with c = √5 − 2 given by c² + 4c = 1 (z3).

    On paper: that the chain rule gives 2s and s − s².
    With 1.05 c there is a counterexample; without either of the two functions there is a right s.
    """
    s, c = reals("s c")
    golden = [c > 0, c * c + 4 * c == 1]
    errors = size(2 * s - 1), size(s - s * s)
    assert follows(larger(*errors) > 0)
    assert follows(larger(*errors) >= c, *golden)
    assert not follows(larger(*errors) >= 1.05 * c, *golden)
    assert not any(follows(error > 0) for error in errors)


def test_two_evaluations():
    """Decided: the standard density between −t and t has the mass erf(t/√2) (sympy), and since it is at most its top
    and below it somewhere, the mass is less than 2t times the top (z3, with the mean height as a variable).

    On paper: a sum of independent normal numbers is normal, with the sum of the variances.
    With 0.95 of the bound there is a counterexample.
    """
    t, u = symbols("t u", positive=True)
    density = sympy.exp(-(u**2) / 2) / sympy.sqrt(2 * sympy.pi)
    mass = 2 * sympy.integrate(density, (u, 0, t))
    assert vanishes(mass - sympy.erf(t / sympy.sqrt(2)))
    assert not vanishes(mass - Rational(95, 100) * sympy.erf(t / sympy.sqrt(2)))
    assert vanishes(sympy.limit(mass / t, t, 0) - sympy.sqrt(2 / sympy.pi))

    t, height, top = reals("t height top")
    assert follows(2 * t * height < 2 * t * top, t > 0, height > 0, height < top)
    assert not follows(2 * t * height < 0.95 * 2 * t * top, t > 0, height > 0, height < top)
