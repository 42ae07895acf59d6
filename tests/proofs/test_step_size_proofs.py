"""Proofs by machine for the chapter on the step size."""

import sympy
import z3
from proving import follows, larger, lengths, reals, size, vanishes, vectors
from sympy import Matrix, Rational, symbols


def test_one_multiplier_per_direction():
    """Decided: for a generic symmetric A of three rows with Av = λv, v·(x − η(Ax − b) − x*) is (1 − ηλ) times v·(x − x*).

    The difference of the two is −η(Av − λv)·(x − x*), exactly, so it vanishes with Av − λv.
    On paper: other dimensions, with the same lines, and the induction over k.
    With a step 5 % longer than ηλ says, or with an A that is not symmetric, the identity is false.
    """
    A = Matrix(3, 3, lambda i, j: symbols(f"a{min(i, j)}{max(i, j)}"))
    x, star, v = (Matrix(symbols(f"{name}:3")) for name in "xsv")
    eta, lam = symbols("eta lambda")

    def missing(A, length=1):
        """What the next error has beyond the multiple of this one, if v is an eigenvector."""
        after = x - eta * (A * x - A * star) - star
        return (v.T * after - (1 - length * eta * lam) * v.T * (x - star) + eta * (A * v - lam * v).T * (x - star))[0]

    assert vanishes(missing(A))
    assert not vanishes(missing(A, Rational(21, 20)))
    assert not vanishes(missing(Matrix(3, 3, symbols("a:9"))))


def test_step_bound():
    """Decided: for 0 < λ ≤ L the step 0 < η < 2/L gives |1 − ηλ| < 1, and |1 − ηL| < 1 only for such a step; the largest
    of these numbers bounds ‖e‖² after a step, whatever the parts of e (three of them).

    On paper: the error along each eigenvector is multiplied by 1 − ηλ, a sequence qᵏ tends to 0 exactly for |q| < 1.
    With 1.05 · 2/L in the place of 2/L there is a counterexample, and so is 1.9/L as a condition that must hold.
    """
    eta, lam, L = reals("eta lambda L")
    curved = [lam > 0, lam <= L]
    assert follows(size(1 - eta * lam) < 1, *curved, eta > 0, eta < 2 / L)
    assert not follows(size(1 - eta * lam) < 1, *curved, eta > 0, eta < 1.05 * 2 / L)
    assert follows(z3.And(eta > 0, eta < 2 / L), L > 0, size(1 - eta * L) < 1)
    assert not follows(eta < 0.95 * 2 / L, L > 0, size(1 - eta * L) < 1)

    rho, e, q = z3.Real("rho"), reals("e0 e1 e2"), reals("q0 q1 q2")
    after = sum((factor * part) ** 2 for factor, part in zip(q, e, strict=True))
    bounded = [rho >= 0, *(size(factor) <= rho for factor in q)]
    assert follows(after <= rho**2 * sum(part**2 for part in e), *bounded)


def test_on_the_bound():
    """Decided: at η = 2/L the multiplier 1 − ηL is −1. With a step 5 % shorter it is not.

    On paper: by one-multiplier-per-direction that is what happens at each step.
    """
    L = symbols("L", positive=True)
    assert vanishes(1 - 2 / L * L + 1)
    assert not vanishes(1 - Rational(19, 20) * 2 / L * L + 1)


def test_best_fixed_step():
    """Decided: for every η the larger of |1 − ημ| and |1 − ηL| is at least (L − μ)/(L + μ), it is that at 2/(μ + L) and
    nowhere else, and between them |1 − ηλ| is nowhere larger.

    On paper: (L − μ)/(L + μ) is (κ − 1)/(κ + 1).
    With a rate 5 % smaller, or a step 5 % longer, there is a counterexample.
    """
    eta, mu, lam, L = reals("eta mu lambda L")
    given = [mu > 0, mu < L, mu <= lam, lam <= L]
    rate, worst = (L - mu) / (L + mu), larger(size(1 - eta * mu), size(1 - eta * L))
    assert follows(size(1 - eta * lam) <= worst, *given)
    assert follows(worst >= rate, *given)
    assert follows((worst == rate) == (eta == 2 / (mu + L)), *given)
    assert not follows(worst >= 1.05 * rate, *given)
    assert not follows(worst > rate, *given)
    assert not follows(worst <= rate, *given, eta == 1.05 * 2 / (mu + L))


def test_guaranteed_decrease():
    """Decided: where the slope along the step is off by at most L t‖g‖² at t (z3, any dimension), its integral leaves a
    decrease of at least η(1 − ηL/2)‖g‖² (sympy); this is positive for 0 < η < 2/L, and largest at 1/L (z3).

    On paper: an integral keeps the sign of what it sums.
    ½Lx² decreases by exactly as much, so that no constant is better: with 0.95 L there is a counterexample.
    """
    gg, dd, gd, L, t, eta = reals("gg dd gd L t eta")
    lipschitz = [L > 0, t >= 0, *lengths(gg, dd, gd), dd <= (L * t) ** 2 * gg]  # d = ∇f(x − tg) − g
    assert follows(gg + gd >= gg - L * t * gg, *lipschitz)
    assert not follows(gg + gd >= gg - 0.95 * L * t * gg, *lipschitz)

    smooth, s, time, step = symbols("L s t eta", positive=True)  # s = ‖g‖²
    assert vanishes(sympy.integrate(s - smooth * time * s, (time, 0, step)) - step * (1 - step * smooth / 2) * s)

    assert follows(eta * (1 - eta * L / 2) > 0, L > 0, eta > 0, eta < 2 / L)
    assert follows(eta * (1 - eta * L / 2) <= 1 / (2 * L), L > 0)
    assert not follows(eta * (1 - eta * L / 2) <= 0.95 / (2 * L), L > 0)

    x = reals("x")[0]
    decrease = L * x**2 / 2 - L * (x - eta * L * x) ** 2 / 2
    for constant in (1, 0.95):
        promised = eta * (1 - eta * constant * L / 2) * (L * x) ** 2
        assert follows(decrease >= promised, L > 0, eta > 0) == (constant == 1)


def test_rate_off_quadratics():
    """Decided, for every f of the class and in any dimension: from (d − μe)·(Le − d) ≥ 0, d the difference of two gradients and
    e that of the points, ‖e − ηd‖ ≤ ρ‖e‖ follows, for ρ = 1 − ημ up to the best step and for ρ = ηL − 1 beyond it, by the
    identity ρ²‖e‖² − ‖e − ηd‖² = 2ηρ·(that product)/(L − μ) + η(2 − η(L + μ))/(L − μ)·‖d − μe‖² and its twin (sympy), whose
    factors are not negative (z3). Of all steps 2/(μ + L) has the smallest ρ (z3).

    On paper: that product is not negative, because d is the averaged Hessian times e; the run stays in the ball.
    With ρ 5 % smaller the quadratics ½μx² and ½Lx² are counterexamples.
    """
    mu, L, eta = symbols("mu L eta", positive=True)
    e, d = vectors("e d")
    product = (d - mu * e) @ (L * e - d)
    after = e - eta * d

    def left(rho, flat, steep, sign):
        """What the identity leaves on one side of the best step, where ρ belongs to the curvature `flat`."""
        rest = sign * eta * (2 - eta * (L + mu)) / (L - mu) * ((d - flat * e) @ (d - flat * e))
        return rho**2 * (e @ e) - (after @ after) - 2 * eta * rho / (L - mu) * product - rest

    assert vanishes(left(1 - eta * mu, mu, L, 1))
    assert vanishes(left(eta * L - 1, L, mu, -1))
    assert not vanishes(left(Rational(19, 20) * (1 - eta * mu), mu, L, 1))

    step, low, high, x = reals("eta mu L x")
    given = [step > 0, low > 0, low < high, step * high < 2]
    short, long = 1 - step * low, step * high - 1
    worst = larger(size(1 - step * low), size(1 - step * high))
    assert follows(z3.And(worst == short, short >= 0), *given, step * (low + high) <= 2)
    assert follows(z3.And(worst == long, long >= 0), *given, step * (low + high) >= 2)
    assert follows(worst >= (high - low) / (high + low), *given)
    for curvature, side in ((low, step * (low + high) <= 2), (high, step * (low + high) >= 2)):
        assert not follows((x - step * curvature * x) ** 2 <= (0.95 * worst * x) ** 2, *given, side)
