"""Proofs by machine for the chapter on the negative gradient."""

import sympy
from proving import follows, lengths, reals, size, vanishes, vectors
from sympy import Matrix, Rational, symbols


def test_steepest_direction():
    """Decided: for a unit vector d and s = ‖∇f‖ the slope plus s is (s/2)‖d + ∇f/s‖², and s minus the slope its twin.

    So the slope is −s at least, there for d = −∇f/s alone, and s at most; an identity for any dimension.
    On paper: the slope is ∇f·d, and cos θ is what it is called divided by −s.
    With 0.95 s in the place of s there is a counterexample.
    """
    s = symbols("s", positive=True)
    g, d = vectors("g d")
    unit = {(g @ g): s**2, (d @ d): 1}
    for sign in (1, -1):
        away = d + sign / s * g
        assert vanishes((s + sign * (g @ d) - s / 2 * (away @ away)).subs(unit))

    length, slope = reals("length slope")
    given = [length > 0, *lengths(length**2, 1, slope)]
    assert follows(slope >= -length, *given)
    assert not follows(slope >= -0.95 * length, *given)


def test_steepest_in_another_norm():
    """Decided: with u = P⁻¹∇f, ∇f·d is the product of u and d in the norm of P, for a generic symmetric P of three rows,
    and in any norm with a product the slope is smallest for d = −u/‖u‖, by the square of the theorem before it.

    On paper: other dimensions, where the first identity is ∇f = Pu; and that the norm of P has such a product.
    With 0.95 ‖u‖ there is a counterexample.
    """
    P = Matrix(3, 3, lambda i, j: symbols(f"p{min(i, j)}{max(i, j)}"))
    g, d = Matrix(symbols("g:3")), Matrix(symbols("d:3"))
    assert vanishes((g.T * d - (P.adjugate() * g / P.det()).T * P * d)[0])

    s = symbols("s", positive=True)
    u, d = vectors("u d")
    away = d + 1 / s * u
    assert vanishes((s + (u @ d) - s / 2 * (away @ away)).subs({(u @ u): s**2, (d @ d): 1}))

    length, slope = reals("length slope")
    assert not follows(slope >= -0.95 * length, length > 0, *lengths(length**2, 1, slope))


def test_first_order_promise():
    """Decided, for part 2: at t the slope along −g differs from −‖g‖² by at most L t‖g‖² (z3, from the Lipschitz
    condition, for any dimension), and the integral of that from 0 to η is ½Lη²‖g‖² (sympy).

    On paper: part 1 is the definition of a derivative, part 3 is Taylor's formula; an integral keeps the sign of what
    it sums.
    With 0.95 of the constant there is a counterexample, f = ½Lx².
    """
    gg, dd, gd, L, t = reals("gg dd gd L t")
    lipschitz = [L > 0, t >= 0, *lengths(gg, dd, gd), dd <= (L * t) ** 2 * gg]  # d = ∇f(x − tg) − g
    assert follows(size(gd) <= L * t * gg, *lipschitz)
    assert not follows(size(gd) <= 0.95 * L * t * gg, *lipschitz)

    L, t, eta, square, x = symbols("L t eta square x", positive=True)
    assert vanishes(sympy.integrate(L * t * square, (t, 0, eta)) - L * eta**2 * square / 2)

    def f(x):
        return L * x**2 / 2

    gap = eta * (L * x) ** 2 - (f(x) - f(x - eta * L * x))
    assert vanishes(gap - L * eta**2 * (L * x) ** 2 / 2)


def test_lowest_on_a_circle():
    """Decided: along each eigenvector of H, with p = −g/(h + λ), the difference of q + ½λ(·)² at another point and at p
    is ½(h + λ) times the square of their distance (sympy); summed, no point of the circle is below x + p.
    The part of ‖p‖² along it falls as λ grows (z3). With ε = 1/λ each two coordinates turn p off −g by a product that
    is ε² times that of g and Hg, up to ε³, and ‖p‖ is ε‖g‖: hence the angle (sympy, Lagrange's identity).

    On paper: sums over the eigenvectors, and that a continuous function meets each value between two of its values once
    if it falls.
    With 0.95 of the curvature h + λ the difference is no longer that square.
    """
    g, h, shift, q = symbols("g h lambda q", real=True)
    p = -g / (h + shift)

    def lifted(q):
        return g * q + h * q**2 / 2 + shift * q**2 / 2

    def square(part):
        return part * (h + shift) * (q - p) ** 2 / 2

    assert vanishes(lifted(q) - lifted(p) - square(1))
    assert not vanishes(lifted(q) - lifted(p) - square(Rational(19, 20)))

    part, h, low, high = reals("part h low high")
    given = [part > 0, h > 0, low >= 0, low < high]
    assert follows(part / (h + low) ** 2 > part / (h + high) ** 2, *given)

    eps, g, k, a, b = symbols("epsilon g k a b", positive=True)  # two coordinates of g, with the curvatures a and b
    p = [eps * g / (1 + eps * a), eps * k / (1 + eps * b)]
    turned = sympy.cancel((p[0] * k - p[1] * g) / eps**2)
    assert vanishes(turned.subs(eps, 0) - (g * b * k - k * a * g))
    assert vanishes(sympy.cancel(p[0] / eps).subs(eps, 0) - g)


def test_what_a_short_gradient_says():
    """Decided: with ∇f(x) = Me and the eigenvalues of M between μ and L, (∇f − μe)·(Le − ∇f) is not negative (along each
    eigenvector), and from this alone μ‖e‖ ≤ ‖∇f‖ ≤ L‖e‖ follows in any dimension.

    On paper: ∇f(x) is the averaged Hessian times e, with such eigenvalues.
    With L or μ made 5 % better there is a counterexample.
    """
    m, e, mu, L = reals("m e mu L")
    assert follows((m * e - mu * e) * (L * e - m * e) >= 0, mu <= m, m <= L)

    gg, ee, ge = reals("gg ee ge")
    given = [mu > 0, mu <= L, *lengths(gg, ee, ge), (L + mu) * ge - gg - mu * L * ee >= 0]
    assert follows(gg <= L**2 * ee, *given)
    assert follows(gg >= mu**2 * ee, *given)
    assert not follows(gg <= (0.95 * L) ** 2 * ee, *given)
    assert not follows(0.95**2 * gg >= mu**2 * ee, *given)


def test_best_difference():
    """Decided: with third derivatives of at most M at both sides and errors of at most δ the central difference is off by
    at most Mh²/6 + δ/h, and no h has a smaller bound than the one with h³ = 3δ/M.

    On paper: Taylor's formula.
    Each of the two terms with 0.95 of its constant, and another best h, have counterexamples.
    """
    h, M, delta, low, high, d, e = reals("h M delta low high d e")
    given = [h > 0, M > 0, delta > 0, *(size(value) <= M for value in (low, high)), *(size(value) <= delta for value in (d, e))]
    error = h**2 / 12 * (low + high) + (d - e) / (2 * h)
    assert follows(size(error) <= M * h**2 / 6 + delta / h, *given)
    assert not follows(size(error) <= 0.95 * M * h**2 / 6 + delta / h, *given)
    assert not follows(size(error) <= M * h**2 / 6 + 0.95 * delta / h, *given)

    best = reals("best")[0]
    bound = [M * step**2 / 6 + delta / step for step in (best, h)]
    positive = [h > 0, best > 0, M > 0, delta > 0]
    assert follows(bound[0] <= bound[1], *positive, M * best**3 == 3 * delta)
    assert not follows(bound[0] <= bound[1], *positive, M * best**3 == 3 * 0.95 * delta)


def test_one_sided_difference():
    """Decided: with a second derivative of at most C and errors of at most δ the difference is off by at most Ch/2 + 2δ/h, and
    no h has a smaller bound than the one with Ch² = 4δ.

    On paper: Taylor's formula.
    Each of the two terms with 0.95 of its constant, and another best h, have counterexamples.
    """
    h, C, delta, second, d, e, best = reals("h C delta second d e best")
    given = [h > 0, C > 0, delta > 0, size(second) <= C, size(d) <= delta, size(e) <= delta]
    error = h * second / 2 + (d - e) / h
    assert follows(size(error) <= C * h / 2 + 2 * delta / h, *given)
    assert not follows(size(error) <= 0.95 * C * h / 2 + 2 * delta / h, *given)
    assert not follows(size(error) <= C * h / 2 + 0.95 * 2 * delta / h, *given)

    bound = [C * step / 2 + 2 * delta / step for step in (best, h)]
    positive = [h > 0, best > 0, C > 0, delta > 0]
    assert follows(bound[0] <= bound[1], *positive, C * best**2 == 4 * delta)
    assert not follows(bound[0] <= bound[1], *positive, C * best**2 == 0.95 * 4 * delta)
