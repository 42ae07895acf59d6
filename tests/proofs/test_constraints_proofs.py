"""Proofs by machine for the chapter on constraints and kinks."""

import sympy
import z3
from proving import follows, larger, lengths, reals, size, vanishes, vectors
from sympy import Matrix, Rational, symbols


def test_nearest_point():
    """Decided, in any dimension: with (z − p)·(u − p) ≤ 0 the point u is at least as far as p, and farther unless it is p; with
    the product positive a point on the way from p to u is nearer than p; two such inequalities give
    ‖p − p'‖² ≤ (z − z')·(p − p') and ‖p − p'‖ ≤ ‖z − z'‖.

    On paper: a closed set that is not empty has a nearest point, and the way from p to u is in a convex set.
    With 0.95 ‖z − z'‖, or 0.95 (z − z')·(p − p'), there is a counterexample.
    """
    zz, uu, zu, t = reals("zz uu zu t")  # z − p, u − p and their product
    assert follows(zz - 2 * zu + uu >= zz, *lengths(zz, uu, zu), zu <= 0)
    assert follows(zz - 2 * zu + uu > zz, *lengths(zz, uu, zu), zu <= 0, uu > 0)
    nearer = z3.Exists(t, z3.And(t > 0, t <= 1, zz - 2 * t * zu + t * t * uu < zz))
    assert follows(nearer, *lengths(zz, uu, zu), zu > 0)

    z, p, w, q = vectors("z p z' p'")
    assert vanishes(((z - p) @ (q - p)) + ((w - q) @ (p - q)) - ((p - q) @ (p - q)) + ((z - w) @ (p - q)))
    apart, moved, product = reals("apart moved product")  # ‖z − z'‖², ‖p − p'‖², (z − z')·(p − p')
    obtuse = [*lengths(apart, moved, product), moved <= product]
    assert follows(moved <= apart, *obtuse)
    assert not follows(moved <= 0.95**2 * apart, *obtuse)
    assert not follows(moved <= 0.95 * product, *obtuse)


def cut(number):
    """A number, or 0 where it is negative, for z3."""
    return larger(number, z3.RealVal(0))


def test_nearest_shares():
    """Decided, with two and with three shares in descending order: max(z − τ, 0) with the largest of the quotients has the
    total s, and with every u of the set it obeys the inequality of the nearest point; the largest quotient is that of the
    number of positive entries.

    On paper: any number of shares; that the order of the entries does not matter.
    With a τ that is 5 % of s off the total is wrong; for what is cut at 0 and divided by the sum z3 has a counterexample.
    """
    s, tau = reals("s tau")
    for names in (("z1 z2", "u1 u2"), ("z1 z2 z3", "u1 u2 u3")):
        z, u = (reals(part) for part in names)
        d = len(z)
        given = [s > 0, *(z[i] >= z[i + 1] for i in range(d - 1))]
        quotients = [(sum(z[: k + 1]) - s) / (k + 1) for k in range(d)]
        largest = [z3.Or(*(tau == q for q in quotients)), *(tau >= q for q in quotients)]
        p = [cut(entry - tau) for entry in z]
        assert follows(sum(p) == s, *given, *largest)
        assert not follows(sum(cut(entry - tau - s / 20) for entry in z) == s, *given, *largest)

        inside = [*(entry >= 0 for entry in u), sum(u) == s]
        # (z − p)·(u − p) = τ(Σu − Σp) − Σ max(τ − zᵢ, 0) uᵢ, entry by entry, since the second part is 0 where p is positive
        for i in range(d):
            assert follows(z3.And(z[i] - p[i] == tau - cut(tau - z[i]), cut(tau - z[i]) * p[i] == 0))
            assert follows(cut(tau - z[i]) * u[i] >= 0, *inside)
        for k in range(d):
            count = [z[k] > tau, *([z[k + 1] <= tau] if k + 1 < d else [])]
            assert follows(tau == quotients[k], *given, *largest, *count)

        total = sum(cut(entry) for entry in z)
        divided = [s * cut(entry) / total for entry in z]
        product = sum((a - b) * (c - b) for a, b, c in zip(z, divided, u, strict=True))
        if d == 3:
            point = [z[0] == z3.RealVal(9) / 10, z[1] == z3.RealVal(1) / 2, z[2] == -z3.RealVal(1) / 5, s == 1]
            assert not follows(product <= 0, *point, *inside)


def test_constrained_stationarity():
    """Decided: with (z − p)·(y − p) ≤ 0 for all y of the set p is the nearest point, since ‖z − y‖² is not below ‖z − p‖²;
    where it is positive for a y, a point on the way from p to y is nearer; with z = x − η∇f and p = x that is −η times
    the stated one. Two such inequalities give ‖p − p'‖ ≤ ‖z − z'‖, in any dimension.
    For x ≥ 0, in one coordinate: the slope times (y − x) is not negative for all y ≥ 0 if and only if the slope is not
    negative and x times it is 0.
    The rate: (1 − ηλ)² is at most the larger of its values at μ and L, which is below 1 for η < 2/L.

    On paper: sums over coordinates; the case Ax = b; that y may move in each coordinate by itself.
    With 0.95 ‖z − z'‖ there is a counterexample.
    """
    zz, yy, zy, t, eta, slope, x, y = reals("zz yy zy t eta slope x y")  # z − p, y − p and their product
    assert follows(zz - 2 * zy + yy >= zz, *lengths(zz, yy, zy), zy <= 0)
    nearer = z3.Exists(t, z3.And(t > 0, t <= 1, zz - 2 * t * zy + t * t * yy < zz))
    assert follows(nearer, *lengths(zz, yy, zy), zy > 0)

    apart, moved, product = reals("apart moved product")  # ‖z − z'‖², ‖p − p'‖², (z − z')·(p − p')
    obtuse = [*lengths(apart, moved, product), moved <= product]
    assert follows(moved <= apart, *obtuse)
    assert not follows(moved <= 0.95**2 * apart, *obtuse)
    z, p, w, q = vectors("z p z' p'")
    assert vanishes(((z - p) @ (q - p)) + ((w - q) @ (p - q)) - ((p - q) @ (p - q)) + ((z - w) @ (p - q)))

    allowed = z3.ForAll(y, z3.Implies(y >= 0, slope * (y - x) >= 0))
    assert follows(allowed == z3.And(slope >= 0, x * slope == 0), x >= 0)

    lam, mu, L = reals("lambda mu L")
    given = [mu > 0, mu <= lam, lam <= L, eta > 0, eta * L < 2]
    worst = larger((1 - eta * mu) ** 2, (1 - eta * L) ** 2)
    assert follows((1 - eta * lam) ** 2 <= worst, *given)
    assert follows(worst < 1, *given)


def test_soft_threshold():
    """Decided, for all real numbers: the margin ½(u − S)² of S(z), firm nonexpansiveness, that x = S(x − ηg) with the threshold
    ηα is the condition on the slope, and that 0 keeps it exactly for α ≥ |g|.

    On paper: sums over entries; convexity of f, which makes the conditions sufficient, and slopes, which make them necessary.
    With a margin 5 % larger, 0.95 of the product, or a threshold 5 % off there is a counterexample.
    """
    z, w, u, t, x, g, eta, alpha = reals("z w u t x g eta alpha")

    def S(number, t):
        return z3.If(number > t, number - t, z3.If(number < -t, number + t, 0))

    def charged(u):
        return t * size(u) + (u - z) ** 2 / 2

    given = [t >= 0]
    assert follows(charged(u) >= charged(S(z, t)) + (u - S(z, t)) ** 2 / 2, *given)
    assert not follows(charged(u) >= charged(S(z, t)) + 1.05 * (u - S(z, t)) ** 2 / 2, *given)
    apart = S(z, t) - S(w, t)
    assert follows(apart**2 <= (z - w) * apart, *given)
    assert not follows(apart**2 <= 0.95 * (z - w) * apart, *given)
    assert not follows(charged(u) >= charged(z3.If(z > t, z - t, 0)), *given)  # which forgets the other side

    step = [eta > 0, alpha > 0]
    condition = z3.If(x > 0, g == -alpha, z3.If(x < 0, g == alpha, size(g) <= alpha))
    assert follows((x == S(x - eta * g, eta * alpha)) == condition, *step)
    assert not follows((x == S(x - eta * g, 1.05 * eta * alpha)) == condition, *step)
    assert follows((S(-eta * g, eta * alpha) == 0) == (alpha >= size(g)), *step)
    assert not follows((S(-eta * g, eta * alpha) == 0) == (1.05 * alpha >= size(g)), *step)


def test_caught_at_a_kink():
    """Decided: at (γ, ±1) the gradient is (1, ±1)√(γ/(γ + 1)), and on the way against it ½f² is lowest at t = 2γ/(γ + 1), at
    (γ − 1)/(γ + 1) times (γ, ∓1) (sympy), where a > |b| (z3); f is the maximum of the linear functions of the proof (z3).

    On paper: a maximum of linear functions is convex, and a convex function has its lowest value on a line where the slope
    is 0; f grows in proportion along rays.
    With a factor 5 % off the slope there is not 0.
    """
    gamma, t, a, b = symbols("gamma t a b", positive=True)
    f = sympy.sqrt(a**2 + gamma * b**2)
    at = {a: gamma, b: 1}
    for variable in (a, b):
        assert vanishes(sympy.diff(f, variable).subs(at) ** 2 - gamma / (gamma + 1))
    half = ((gamma - t) ** 2 + gamma * (1 - t) ** 2) / 2
    (lowest,) = sympy.solve(sympy.diff(half, t), t)
    factor = (gamma - 1) / (gamma + 1)
    assert vanishes(Matrix([gamma - lowest, 1 - lowest]) - factor * Matrix([gamma, -1]))
    assert not vanishes(Matrix([gamma - lowest, 1 - lowest]) - Rational(21, 20) * factor * Matrix([gamma, -1]))
    assert factor.subs(gamma, Rational(16, 9)) == Rational(7, 25)

    c, x, y, p, q, r = reals("c x y p q r")  # r is √(x² + cy²), √(1 + c) times f where x ≥ |y| is √(1 + c) r
    bent = [c > 1]
    assert follows((c - 1) * c > c - 1, *bent)
    ellipse = [*bent, p * p + c * q * q <= 1 + c, p >= 1]
    assert follows(p * x + c * q * y <= x + c * size(y), *ellipse, x < size(y))
    root = [r >= 0, r * r == (1 + c) * (x * x + c * y * y)]
    assert follows((p * x + c * q * y) ** 2 <= (1 + c) * (x * x + c * y * y), *bent, p * p + c * q * q <= 1 + c)
    inside = [*bent, *root, r > 0, x >= size(y)]
    assert follows((1 + c) * x >= r, *inside)  # that the best p, (1 + c)x/r, is at least 1
    assert not follows((1 + c) * x >= 1.05 * r, *inside)


def test_multiplier_rate():
    """Decided: with one and with two constraints on three variables the stated errors are what a round of multipliers leaves
    (sympy); 1/(1 + cs) is the largest of the factors (z3); c(I + cT)⁻¹ → T⁻¹.

    On paper: any number of variables, the same algebra.
    With c 5 % larger in the formula the identity is false.
    """
    c, h1, h2, h3, a1, a2, a3 = symbols("c h1 h2 h3 a1 a2 a3", positive=True)
    H = sympy.diag(h1, h2, h3)
    for A in (Matrix([[a1, a2, a3]]), Matrix([[1, 0, a1], [0, 1, a2]])):
        left = Matrix(symbols(f"w1:{A.rows + 1}"))  # ν − ν⋆ after the round
        far = H.inv() * A.T
        x = far * left  # x − x⋆; the round minimises, H(x − x⋆) + Aᵀν⋆ = Aᵀ(ν − cA(x − x⋆)), and then ν moves by cA(x − x⋆)
        for part in (1, Rational(21, 20)):
            before = (sympy.eye(A.rows) + part * c * A * far) * left
            assert vanishes(H * x - A.T * (before - c * A * x)) == (part == 1)
            assert vanishes(before - c * A * x - left) == (part == 1)
    s = symbols("s", positive=True)
    assert sympy.limit(c / (1 + c * s), c, sympy.oo) == 1 / s

    k, least, other = reals("k least other")
    given = [k > 0, least > 0, other >= least]
    assert follows(1 / (1 + k * other) <= 1 / (1 + k * least), *given)
    assert not follows(1 / (1 + k * other) <= 0.95 / (1 + k * least), *given)


def test_sphere_borders():
    """Decided: below the border 1 − 2ηλ₁ exceeds |1 − 2ηλᵢ|, above it 2ηλ_d − 1 does, and is positive (z3); the two ratios are
    equal at 1/(λ₂ + λ_d), where they are (κ − 1)/(κ + 1), one falls and one grows (sympy); the other directions lie between
    and below the border the larger one is nowhere less (z3).

    On paper: the direction with the largest factor takes over.
    With a border 5 % further, or a ratio 5 % larger, there is a counterexample.
    """
    low, second, inner, high, eta = reals("l1 l2 li ld eta")
    given = [low < second, second <= inner, inner < high, low + high > 0, eta > 0]
    first = 1 - 2 * eta * low
    below = eta * (low + high) < 1
    for lam in (inner, high):
        assert follows(first > size(1 - 2 * eta * lam), *given, below)
    assert not follows(first > size(1 - 2 * eta * high), *given, eta * (low + high) < 1.05)
    above = eta * (low + high) > 1
    for lam in (low, inner):
        assert follows(2 * eta * high - 1 > size(1 - 2 * eta * lam), *given, above)
    assert follows(2 * eta * high - 1 > 0, *given, above)
    assert not follows(2 * eta * high - 1 > size(1 - 2 * eta * low), *given, eta * (low + high) > 0.95)

    l1, l2, ld, h = symbols("l1 l2 ld h", real=True)
    falling, growing = (1 - 2 * h * l2) / (1 - 2 * h * l1), (2 * h * ld - 1) / (1 - 2 * h * l1)
    kappa = (ld - l1) / (l2 - l1)
    for ratio in (falling, growing):
        assert vanishes(ratio.subs(h, 1 / (l2 + ld)) - (kappa - 1) / (kappa + 1))
        assert not vanishes(ratio.subs(h, 1 / (l2 + ld)) - Rational(21, 20) * (kappa - 1) / (kappa + 1))
    assert vanishes(sympy.diff(falling, h) * (1 - 2 * h * l1) ** 2 + 2 * (l2 - l1))
    assert vanishes(sympy.diff(growing, h) * (1 - 2 * h * l1) ** 2 - 2 * (ld - l1))

    best = eta * (second + high) == 1
    assert follows(size(1 - 2 * eta * inner) <= 2 * eta * high - 1, *given, best)
    least = (high - second) * first  # the ratio's bound, times what is positive: (κ − 1)/(κ + 1) is (λd − λ2)/(λ2 + λd − 2λ1)
    across = larger(size(1 - 2 * eta * second), size(1 - 2 * eta * high)) * (second + high - 2 * low)
    assert follows(across >= least, *given, below)
    assert follows(z3.Implies(across == least, best), *given, below)
    assert not follows(across >= 1.05 * least, *given, below)
