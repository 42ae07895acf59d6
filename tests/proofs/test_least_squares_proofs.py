"""Proofs by machine for the chapter on least squares."""

import sympy
from proving import follows, reals, size, smaller, vanishes, vectors
from sympy import Matrix, Rational, symbols


def test_ls_landscape():
    """Decided: for generic data of three rows and two columns the derivatives of the loss are the stated gradient and
    Hessian. In any dimension ‖r − u‖² − ‖r‖² is ‖u‖² − 2r·u, with r the residual at one point and u = X times the way
    to the other; where r·u = 0, which the normal equations say, the excess is ‖u‖²/n.

    On paper: other shapes of X, and that at a minimiser the gradient vanishes.
    With a gradient or an excess 5 % off the identity is false.
    """
    X, y, beta = Matrix(3, 2, symbols("x:6")), Matrix(symbols("y:3")), Matrix(symbols("b:2"))
    residual = y - X * beta
    loss = (residual.T * residual)[0] / 3
    gradient = Matrix([sympy.diff(loss, part) for part in beta])
    assert vanishes(gradient + Rational(2, 3) * X.T * residual)
    assert not vanishes(gradient + Rational(19, 30) * X.T * residual)
    assert vanishes(gradient.jacobian(beta) - Rational(2, 3) * X.T * X)

    r, u = vectors("r u")
    normal = {(r @ u): 0}
    excess = ((r - u) @ (r - u)) - (r @ r)
    assert vanishes((excess - (u @ u)).subs(normal))
    assert not vanishes((excess - Rational(19, 20) * (u @ u)).subs(normal))
    assert not vanishes(excess - (u @ u)), "without the normal equations the way has a slope"


def test_ls_excess():
    """Decided: along an eigenvector one step multiplies λc²/2 by (1 − ηλ)², and k steps by its power (the recursion is
    solved); a sum of such terms (three) is multiplied by at most the largest of the factors; for 0 < η ≤ 2/(μ + L)
    that is (1 − ημ)².

    On paper: sums over more directions; that the largest factor wins in the end.
    With a factor 5 % smaller, or a step 5 % longer, there is a counterexample.
    """
    lam, eta, c = symbols("lambda eta c", real=True)
    k = symbols("k", integer=True, nonnegative=True)
    e = sympy.Function("e")
    path = sympy.rsolve(e(k + 1) - (1 - eta * lam) * e(k), e(k), {e(0): c})
    assert vanishes(lam * path**2 / 2 - lam * (1 - eta * lam) ** (2 * k) * c**2 / 2)

    terms, q, worst = reals("t0 t1 t2"), reals("q0 q1 q2"), reals("worst")[0]
    after = sum(factor * term for factor, term in zip(q, terms, strict=True))
    given = [*(term >= 0 for term in terms), *(factor <= worst for factor in q)]
    assert follows(after <= worst * sum(terms), *given)
    assert not follows(after <= 0.95 * worst * sum(terms), *given, worst > 0)

    mu, lam, L, eta = reals("mu lambda L eta")
    curved = [mu > 0, mu <= lam, lam <= L, eta > 0]
    assert follows((1 - eta * lam) ** 2 <= (1 - eta * mu) ** 2, *curved, eta * (mu + L) <= 2)
    assert not follows((1 - eta * lam) ** 2 <= (1 - eta * mu) ** 2, *curved, eta * (mu + L) <= 1.05 * 2)


def test_ls_minimum_norm():
    """Decided: with 0 < η < 2/L the multiplier 1 − ηλ is below 1 in size for 0 < λ ≤ L, and 1 for λ = 0, so a part in the
    null space stays; β⁺ plus any part orthogonal to it is longer (any dimension); three parts shrink by at most ρ.

    On paper: β⁺ is orthogonal to the null space of X, which is that of H; other numbers of directions.
    With η < 1.05 · 2/L there is a counterexample.
    """
    eta, lam, L, rho = reals("eta lambda L rho")
    curved = [lam > 0, lam <= L, eta > 0]
    assert follows(size(1 - eta * lam) < 1, *curved, eta * L < 2)
    assert not follows(size(1 - eta * lam) < 1, *curved, eta * L < 1.05 * 2)
    assert follows(1 - eta * lam == 1, lam == 0)

    e, q = reals("e0 e1 e2"), reals("q0 q1 q2")
    after = sum((factor * part) ** 2 for factor, part in zip(q, e, strict=True))
    assert follows(after <= rho**2 * sum(part**2 for part in e), *(size(factor) <= rho for factor in q))

    b, n = vectors("b n")
    longer = ((b + n) @ (b + n)) - (b @ b) - (n @ n)
    assert vanishes(longer.subs({(b @ n): 0}))


def test_early_stopping_ridge():
    """Decided: both factors by solving the recursion and the ridge equation (sympy); with p = (1 − a)ᵏ, a = ηλ ≤ 1 and
    s = ka, the two bounds 1 − s ≤ p ≤ 1/(1 + s) go from k to k + 1, and give the two inequalities (z3).

    On paper: the induction, which starts at k = 0 with 1 ≤ 1 ≤ 1.
    With a 2 that is 5 % smaller, or the lower bound 5 % larger, there is a counterexample.
    """
    lam, eta, alpha, plus, b = symbols("lambda eta alpha plus b", positive=True)
    n = symbols("k", integer=True, nonnegative=True)
    y = sympy.Function("y")
    path = sympy.rsolve(y(n + 1) - y(n) + eta * lam * (y(n) - plus), y(n), {y(0): 0})
    assert vanishes(path - (1 - (1 - eta * lam) ** n) * plus)
    (ridge,) = sympy.solve(lam * (b - plus) + alpha * b, b)
    assert vanishes(ridge - lam / (lam + alpha) * plus)

    a, k, p = reals("a k p")
    step = [a >= 0, a <= 1, k >= 0, p >= 0]
    assert follows(1 - (k + 1) * a <= p * (1 - a), *step, 1 - k * a <= p)
    assert follows(p * (1 - a) * (1 + (k + 1) * a) <= 1, *step, p * (1 + k * a) <= 1)

    given = [a > 0, a <= 1, k >= 1, p >= 0, 1 - k * a <= p, p * (1 + k * a) <= 1]
    ridge = k * a / (1 + k * a)
    assert follows(ridge <= 1 - p, *given)
    assert follows(1 - p <= 2 * ridge, *given)

    one = [a > 0, a <= 1, k == 1, p == 1 - a]  # the first step attains both
    assert not follows(1.05 * ridge <= 1 - p, *one)
    assert not follows(1 - p <= 0.95 * 2 * ridge, *one)
    assert follows(smaller(k * a, 1) <= 2 * ridge, *given)


def test_closed_form_price():
    """Decided: the sums of the multiplications in the products and in the factor's columns, and their quotient with 2nd.

    On paper: which products the algorithm takes; entry (i, j) of the factor takes j − 1.
    With a sum 5 % smaller the identity is false.
    """
    n, d, j, i = symbols("n d j i", positive=True, integer=True)
    factor = sympy.summation((j - 1) * (d - j + 1), (j, 1, d))
    assert vanishes(factor - (d**3 - d) / 6)
    triangle = sympy.summation(n, (i, 1, j))
    products = sympy.summation(triangle, (j, 1, d))
    assert vanishes(products - n * d * (d + 1) / 2)
    solves = 2 * sympy.summation(j - 1, (j, 1, d))
    assert vanishes(solves - d * (d - 1))

    price = (d + 1) / 4 + (d**2 - 1) / (12 * n) + (d - 1) / (2 * n)
    assert vanishes((products + factor + solves) / (2 * n * d) - price)
    assert not vanishes((products + Rational(19, 20) * factor + solves) / (2 * n * d) - price)
