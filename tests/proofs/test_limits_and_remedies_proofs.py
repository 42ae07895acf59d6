"""Proofs by machine for the chapter on limits and remedies."""

import sympy
import z3
from proving import follows, larger, lengths, reals, vanishes, vectors
from sympy import symbols


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


def test_nearest_point():
    """Decided, in any dimension: with (z − p)·(u − p) ≤ 0 the point u is at least as far as p, and farther unless it is p; with
    the product positive a point on the way from p to u is nearer than p; two such inequalities give ‖p − p'‖ ≤ ‖z − z'‖.

    On paper: a closed set that is not empty has a nearest point, and the way from p to u is in a convex set.
    With 0.95 ‖z − z'‖ there is a counterexample.
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
