"""Proofs by machine for the chapter on non-convexity."""

import sympy
from proving import follows, lengths, reals, size, vanishes
from sympy import symbols


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
    assert not vanishes(sympy.expand_log(reached[0] - sympy.log(r / delta) / (sympy.Rational(19, 20) * sympy.log(1 + a))))

    eta, lam, largest = reals("eta lambda largest")
    assert follows(1 - eta * lam > 1, eta > 0, lam < 0)
    curved = [eta > 0, lam > 0, lam <= largest]
    assert follows(size(1 - eta * lam) < 1, *curved, eta * largest < 2)
    assert not follows(size(1 - eta * lam) < 1, *curved, eta * largest < 1.05 * 2)


def test_restarts_miss():
    """Decided: with a = log α and l = log(1 − p), both negative, nl ≤ a holds exactly for n ≥ a/l.

    On paper: independent starts multiply their probabilities, and the logarithm of (1 − p)ⁿ is n log(1 − p).
    With 0.95 of that number of starts there is a counterexample.
    """
    n, a, log_miss = reals("n a log_miss")
    assert follows((n * log_miss <= a) == (n >= a / log_miss), a < 0, log_miss < 0)
    assert not follows(n * log_miss <= a, a < 0, log_miss < 0, n >= 0.95 * a / log_miss)

    p, k = symbols("p k", positive=True)
    assert vanishes(sympy.expand_log(sympy.log((1 - p) ** k), force=True) - k * sympy.log(1 - p))
