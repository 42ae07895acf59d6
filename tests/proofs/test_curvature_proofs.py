"""Proofs by machine for the chapter on using curvature."""

import sympy
from proving import follows, lengths, reals, vanishes
from sympy import Matrix, Rational, diag, sqrt, symbols


def cancels(matrix):
    """Whether each entry, a quotient of polynomials, is 0: quicker than to simplify it."""
    return all(sympy.cancel(entry) == 0 for entry in matrix)


def test_newton_near():
    """Decided: the integral of M(1 − t)‖e‖ is ½M‖e‖; with f″ = μ + M(x − z) from 0 to x the step from x goes to −Mx²/(2μ), so
    the bound is attained, M is what the second derivatives differ by over a length, and none lies below μ (sympy, z3). With
    r < 2μ/M the factor Mr/(2μ) is below 1 (z3).

    On paper: the norm of an integral is at most the integral of the norms, and H⁻¹ lengthens by 1/μ at most. With 0.95 of
    the bound that f is a counterexample; with r < 2.1μ/M the factor may exceed 1.
    """
    t, M, mu, x, z, e = symbols("t M mu x z e", positive=True)
    assert vanishes(sympy.integrate(M * (1 - t) * e, (t, 0, 1)) - M * e / 2)

    curvature = mu + M * (x - z)
    slope = sympy.integrate(curvature, (z, 0, x))
    after = x - slope / curvature.subs(z, x)
    assert vanishes(after + M / (2 * mu) * x**2)
    assert not vanishes(after + Rational(19, 20) * M / (2 * mu) * x**2)
    assert sympy.diff(curvature, z) == -M

    m, lip, near, far, r = reals("mu M z x r")
    given = [m > 0, lip > 0]
    assert follows(m + lip * (far - near) >= m, *given, near >= 0, near <= far)
    assert follows(lip / (2 * m) * r < 1, *given, r > 0, r < 2 * m / lip)
    assert not follows(lip / (2 * m) * r < 1, *given, r > 0, r < 2.1 * m / lip)


def test_newton_cycle():
    """Decided: Newton's step on this f is the stated one; T has the stated derivative; the curvatures lie between 0.01 and
    1.01 (sympy); T(x) > x exactly where w³ − 100w² + 200 < 0, and T grows (z3, with w² = 1 + x²). The cubic has one root
    each between −2 and 1, 1 and 2, 2 and 100 (sympy, by counting sign changes), so two beyond 1.

    On paper: a monotone sequence between two places that T leaves in place has a limit, which is such a place. With 0.95 of
    the hundredth in the step, or of 200 in the cubic, an identity is false.
    """
    x = symbols("x", positive=True)
    w, c = sqrt(1 + x**2), Rational(1, 100)
    f = w + x**2 / 200
    slope, curvature = sympy.diff(f, x), sympy.diff(f, x, 2)
    assert vanishes(curvature - (w**-3 + c))
    assert [sympy.limit(curvature, x, place) for place in (0, sympy.oo)] == [1 + c, c]

    def leads_to(part):
        return -(x**3) / (1 + part * c * w**3)

    assert sympy.simplify(x - slope / curvature - leads_to(1)) == 0
    assert sympy.simplify(x - slope / curvature - leads_to(Rational(19, 20))) != 0
    assert sympy.simplify(sympy.diff(-leads_to(1), x) - 3 * x**2 * (1 + c * w) / (1 + c * w**3) ** 2) == 0

    near, root = reals("x w")
    given = [near > 0, root > 0, root * root == 1 + near * near]
    rises = near * near > 1 + root**3 / 100
    assert follows(rises == (root**3 - 100 * root**2 + 200 < 0), *given)
    assert not follows(rises == (root**3 - 100 * root**2 + 190 < 0), *given)

    u = symbols("u")
    cubic = sympy.Poly(u**3 - 100 * u**2 + 200, u)
    assert [cubic.count_roots(*ends) for ends in ((-2, 1), (1, 2), (2, 100))] == [1, 1, 1]


def test_gauss_newton_multiplier():
    """Decided, for two variables, three residuals of second order and a generic J at 0: with Jᵀr = 0 there the derivative of
    Jᵀr is JᵀJ + S; in the example Jᵀr = 0, the derivative of the step is λ and f″ = 2 − 2λ (sympy).

    On paper: the derivative of (JᵀJ)⁻¹Jᵀr is (JᵀJ)⁻¹ times that of Jᵀr where Jᵀr = 0, so that −(JᵀJ)⁻¹S is left; other
    numbers of variables and residuals, and terms of higher order, which are not seen at a point. With 0.95 of the
    multiplier the identity is false; a minimum that repels is one with λ < −1, where f″ > 4.
    """
    x = Matrix(symbols("x:2"))
    J, scale = Matrix(3, 2, symbols("j:6")), symbols("scale")
    r0 = scale * J[:, 0].cross(J[:, 1])  # at right angles to both columns of J
    second = [Matrix(2, 2, symbols(f"a{i} b{i} b{i} d{i}")) for i in range(3)]
    r = r0 + J * x + Matrix([(x.T * Q * x)[0] / 2 for Q in second])
    Jx = r.jacobian(x)
    here = dict.fromkeys(x, 0)
    assert vanishes((Jx.T * r).subs(here))

    S = sum((Q * value for Q, value in zip(second, r0, strict=True)), sympy.zeros(2, 2))
    slope = (Jx.T * r).jacobian(x).subs(here)  # JᵀJ times the derivative of the move, which is 0 there
    assert vanishes(slope - J.T * J - S)
    assert not vanishes(slope[0, 0] - (J.T * J)[0, 0] - Rational(19, 20) * S[0, 0])

    y, lam = symbols("y lambda", real=True)
    r = Matrix([y + 1, lam * y**2 + y - 1])
    Jy = sympy.diff(r, y)
    step = y - (Jy.T * r)[0] / (Jy.T * Jy)[0]
    assert sympy.expand((Jy.T * r)[0].subs(y, 0)) == 0
    assert vanishes(sympy.diff(step, y).subs(y, 0) - lam)
    assert vanishes(sympy.diff((r.T * r)[0] / 2, y, 2).subs(y, 0) - (2 - 2 * lam))


def test_bfgs_definite():
    """Decided: B₊s = y and det B₊ = det B·yᵀs/sᵀBs for a generic symmetric B of two rows, and for I of three (sympy). With the
    numbers vᵀBv, sᵀBs and vᵀBs, which obey Cauchy and Schwarz, and yᵀv: if yᵀs > 0 then vᵀB₊v ≥ 0, in every dimension; at v
    = s it is yᵀs, so that it is negative if yᵀs is (z3).

    On paper: vᵀB₊v = 0 only if v is a multiple of s, by the case of equality, and there it is not. With 0.95 of the
    determinant the identity is false; without yᵀs > 0 there is a counterexample.
    """
    for B in (Matrix(2, 2, symbols("b0 b1 b1 b2")), sympy.eye(3)):
        d = B.rows
        s, y = Matrix(symbols(f"s:{d}")), Matrix(symbols(f"y:{d}"))
        sBs, ys = (s.T * B * s)[0], (y.T * s)[0]
        after = B - B * s * s.T * B / sBs + y * y.T / ys
        assert cancels(after * s - y)
        claimed = B.det() * ys / sBs
        assert sympy.cancel(after.det() - claimed) == 0
        assert sympy.cancel(after.det() - Rational(19, 20) * claimed) != 0

    vBv, sBs, vBs, ys, yv = reals("vBv sBs vBs ys yv")
    form = vBv - vBs * vBs / sBs + yv * yv / ys
    given = [*lengths(vBv, sBs, vBs), sBs > 0]
    assert follows(form >= 0, *given, ys > 0)
    assert not follows(form >= 0, *given, ys != 0)
    assert follows(form == ys, *given, ys != 0, vBv == sBs, vBs == sBs, yv == ys)


def test_bfgs_least_change():
    """Decided, for a generic symmetric P of two rows: P₊y = s; P₊ − P = svᵀ + vsᵀ with the stated v; P₊B₊ = I if PB = I; for
    every symmetric D with Dy = 0 and every W with Ws = y the mixed term is 0, so the squares add up (sympy).

    On paper: more rows; the mixed term in any dimension, tr(Wsvᵀ WD) = vᵀWDWs = vᵀWDy; the square of a D that is not 0 is
    positive. With 0.95 of ρssᵀ, or in the norm without W, an identity is false.
    """
    P = Matrix(2, 2, symbols("h0 h1 h1 h2"))
    s, y = Matrix(symbols("s:2")), Matrix(symbols("y:2"))
    rho = 1 / (y.T * s)[0]
    V = sympy.eye(2) - rho * s * y.T
    after = V * P * V.T + rho * s * s.T
    assert vanishes(after * y - s)
    assert not vanishes((V * P * V.T + Rational(19, 20) * rho * s * s.T) * y - s)
    v = -rho * P * y + rho / 2 * (1 + rho * (y.T * P * y)[0]) * s
    assert cancels(after - P - s * v.T - v * s.T)
    B = P.adjugate() / P.det()
    assert cancels(after * (B - B * s * s.T * B / (s.T * B * s)[0] + rho * y * y.T) - sympy.eye(2))

    W = Matrix(2, 2, symbols("w0 w1 w1 w2"))
    y = W * s
    rho = 1 / (y.T * s)[0]
    V = sympy.eye(2) - rho * s * y.T
    change = V * P * V.T + rho * s * s.T - P
    across = Matrix([-y[1], y[0]])
    D = symbols("delta") * across * across.T  # the symmetric matrices that take y to 0
    assert sympy.cancel((W * change * W * D).trace()) == 0
    assert sympy.cancel((change * D).trace()) != 0  # without W the two are not at right angles


def test_rotation_invariance():
    """Decided: for a generic Q of three rows, points and gradients, Q times the next point of the three rules is the next
    point of the turned ones. The gradient of f(Qᵀx) of a quadratic at Qx is Q∇f(x), for a turn by any angle.
    That the others do notice, with exact numbers: diag(1, 4), turned by the angle of the triangle 3-4-5, is not
    diagonal, and Jacobi's scaling, the inverse of the diagonal, no longer makes κ = 1; Adam's first step with ε = 0, against
    the signs of the gradient, is not turned with it.

    On paper: other dimensions; the chain rule where f is no quadratic.
    """
    Q, (x, last, g) = Matrix(3, 3, symbols("q:9")), (Matrix(symbols(f"{name}:3")) for name in "xyg")
    eta, beta = symbols("eta beta")
    for memory, at in ((0, x), (beta, x), (beta, x + beta * (x - last))):
        assert vanishes(Q * (at - eta * g + memory * (x - last)) - (Q * at - eta * Q * g + memory * (Q * x - Q * last)))

    c, d = symbols("c d")  # the cosine and the sine of the angle
    turn = Matrix([[c, -d], [d, c]])
    h, p = Matrix([[symbols("h00"), symbols("h01")], [symbols("h01"), symbols("h11")]]), Matrix(symbols("p:2"))
    gradient = (turn * h * turn.T) * (turn * p) - turn * (h * p)
    assert all(sympy.reduced(entry.expand(), [c**2 + d**2 - 1], d, c)[1] == 0 for entry in gradient)

    Q, valley = Matrix([[3, -4], [4, 3]]) / 5, diag(1, 4)
    turned = Q * valley * Q.T
    scaled = [diag(1 / A[0, 0], 1 / A[1, 1]) * A for A in (valley, turned)]
    assert set(scaled[0].eigenvals()) == {1}
    assert len(scaled[1].eigenvals()) == 2
    g = Matrix([1, 2])
    assert not vanishes(Q * g.applyfunc(sympy.sign) - (Q * g).applyfunc(sympy.sign))
