"""Proofs by machine for the chapter on limits and remedies."""

import sympy
import z3
from proving import follows, reals, size, vanishes
from sympy import Rational, symbols


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
