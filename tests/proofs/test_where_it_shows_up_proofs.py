"""Proofs by machine for the chapter on where the method shows up."""

import sympy
from proving import follows, reals, size, vanishes
from sympy import Matrix, Rational, symbols


def test_descent_on_the_sphere():
    """Decided: for E₁ < E ≤ Eₙ, E₁ + Eₙ > 0 and 0 < η < 1/(E₁ + Eₙ) the factor 1 − 2ηE₁ is positive and larger than
    |1 − 2ηE|, so each ratio to the first component shrinks by their quotient.

    On paper: the step multiplies the component i by 1 − 2ηEᵢ, and the norm divides all alike; ratios that tend to 0 leave ±φ₁.
    With η < 1.05/(E₁ + Eₙ) there is a counterexample.
    """
    eta, low, E, high = reals("eta low E high")
    given = [low + high > 0, low < E, high >= E, eta > 0]
    first, other = 1 - 2 * eta * low, size(1 - 2 * eta * E)
    assert follows(first > 0, *given, eta * (low + high) < 1)
    assert follows(other / first < 1, *given, eta * (low + high) < 1)
    assert not follows(other / first < 1, *given, first > 0, eta * (low + high) < 1.05)


def test_residual_iteration():
    """Decided: for a generic symmetric K of three rows the gradient of ½uᵀKu − fᵀu is Ku − f, minus the residual.

    On paper: other dimensions, the same sum.
    With a K that is not symmetric, or 0.95 of f, the identity is false.
    """
    u, f = (Matrix(symbols(f"{name}:3")) for name in "uf")

    def missing(K, load=1):
        energy = (u.T * K * u)[0] / 2 - (f.T * u)[0]
        return Matrix([sympy.diff(energy, part) for part in u]) - (K * u - load * f)

    symmetric = Matrix(3, 3, lambda i, j: symbols(f"k{min(i, j)}{max(i, j)}"))
    assert vanishes(missing(symmetric))
    assert not vanishes(missing(symmetric, Rational(19, 20)))
    assert not vanishes(missing(Matrix(3, 3, symbols("k:9"))))


def test_exchangeable_means():
    """Decided, for one datum: the loss is the same with the means exchanged; its derivatives are −r(x − m₁) and
    −(1 − r)(x − m₂); its Hessian is the stated one; at equal means both derivatives are equal and a step multiplies the
    distance from the datum by 1 − η/2, which is below 1 in size exactly for 0 < η < 4 (z3); along (1, −1)/√2 the curvature
    is ½ minus half the square of x − m; for any two numbers the curvature is at most 1 (z3).

    On paper: f is the mean over the data of such terms, so each formula is that mean.
    With η < 1.05 · 4, or 0.95 for the greatest curvature, there is a counterexample.
    """
    x, m, n, eta = symbols("x m n eta", real=True)
    a, b = sympy.exp(-((x - m) ** 2) / 2), sympy.exp(-((x - n) ** 2) / 2)
    f, r = -sympy.log(a / 2 + b / 2), a / (a + b)
    assert vanishes(f - f.subs({m: n, n: m}, simultaneous=True))
    gradient = [sympy.diff(f, m), sympy.diff(f, n)]
    assert vanishes(gradient[0] + r * (x - m))
    assert vanishes(gradient[1] + (1 - r) * (x - n))

    w = Matrix([x - m, n - x])
    H = Matrix([[r, 0], [0, 1 - r]]) - r * (1 - r) * w * w.T
    assert vanishes(Matrix(gradient).jacobian([m, n]) - H)

    equal = {n: m}
    assert vanishes((gradient[0] - gradient[1]).subs(equal))
    assert vanishes(m - eta * gradient[0].subs(equal) - x - (1 - eta / 2) * (m - x))
    along = Matrix([1, -1])
    assert vanishes((along.T * H * along)[0].subs(equal) / 2 - (Rational(1, 2) - (x - m) ** 2 / 2))

    part, p, q, u, v, eta = reals("r p q u v eta")  # a unit vector (u, v), and the entries p and q of w
    curvature = part * u**2 + (1 - part) * v**2 - part * (1 - part) * (p * u + q * v) ** 2
    given = [part >= 0, part <= 1, u**2 + v**2 == 1]
    assert follows(curvature <= 1, *given)
    assert not follows(curvature <= 0.95, *given)
    assert follows((size(1 - eta / 2) < 1), eta > 0, eta < 4)
    assert not follows((size(1 - eta / 2) < 1), eta > 0, eta < 1.05 * 4)


def test_em_step():
    """Decided: for three data the gradient divided by (r̄, 1 − r̄) and subtracted leaves the weighted means; where the gradient
    vanishes the derivative of m − D⁻¹∇f is I − D⁻¹H (sympy), D⁻¹N with H = D − N. An eigenvalue λ of D⁻¹N is the quotient of
    vᵀNv and vᵀDv, v its vector; from vᵀNv a sum of squares, D positive and vᵀ(D − N)v > 0 follows 0 ≤ λ < 1 (z3).

    On paper: any number of data, the same sums; the formula of H, decided in `exchangeable-means`; D⁻¹N has real eigenvalues.
    With λ ≤ 0.95, with 0.95 of the step, or with no condition on the Hessian, there is a counterexample.
    """
    m, n = symbols("m1 m2", real=True)
    r, x = symbols("r1:4", positive=True), symbols("x1:4", real=True)
    for mean, weights in ((m, r), (n, [1 - part for part in r])):
        share = sum(weights) / 3
        slope = sum(-weight * (datum - mean) for weight, datum in zip(weights, x, strict=True)) / 3
        weighted = sum(weight * datum for weight, datum in zip(weights, x, strict=True)) / sum(weights)
        assert vanishes(mean - slope / share - weighted)
        assert not vanishes(mean - Rational(19, 20) * slope / share - weighted)

    D = [sympy.Function(f"D{i}")(m, n) for i in (1, 2)]
    g = [sympy.Function(f"g{i}")(m, n) for i in (1, 2)]
    step = Matrix([m - g[0] / D[0], n - g[1] / D[1]])
    stationary = Matrix(2, 2, lambda i, j: g[i] * sympy.diff(D[i], (m, n)[j]) / D[i] ** 2)  # 0 where the gradient is
    expected = sympy.eye(2) - sympy.diag(1 / D[0], 1 / D[1]) * Matrix(g).jacobian([m, n])
    assert vanishes(step.jacobian([m, n]) - expected - stationary)

    share, u, v, multiplier, *data = reals("share u v lambda r1 r2 p1 p2 q1 q2")
    r, p, q = data[:2], data[2:4], data[4:]
    N = sum(r[i] * (1 - r[i]) * (p[i] * u + q[i] * v) ** 2 for i in (0, 1)) / 2
    Dv = share * u**2 + (1 - share) * v**2
    squares, weight = reals("vNv vDv")
    assert follows(N >= 0, *(part >= 0 for part in r), *(part <= 1 for part in r))
    assert follows(Dv > 0, share > 0, share < 1, u**2 + v**2 == 1)
    given = [squares >= 0, weight > 0, squares == multiplier * weight]
    assert follows(multiplier >= 0, *given)
    assert follows(multiplier < 1, *given, weight - squares > 0)
    assert not follows(multiplier < 0.95, *given, weight - squares > 0)
    assert not follows(multiplier < 1, *given)
