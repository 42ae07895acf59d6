"""Proofs by machine for the chapter on limits and remedies."""

import sympy
from proving import follows, reals, vanishes
from sympy import symbols


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
