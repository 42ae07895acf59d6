"""Proofs by machine for the chapter on data that do not fit."""

import sympy
import z3
from proving import follows, reals, vanishes
from sympy import Matrix, Rational, symbols


def test_sums_in_chunks():
    """Decided: where Gw = h, wᵀGw − 2hᵀw + yᵀy is yᵀy − hᵀw, for two columns (sympy); of three chunks that make n rows the
    weights of the mean of means are all 1/n exactly if the chunks are equal (z3).

    On paper: sums may be cut in any way; likewise for more columns and more chunks.
    With another factor at the product, or chunks that are only nearly equal, it fails.
    """
    a, b, c, v, w, squares = symbols("a b c v w s", real=True)
    G, x = Matrix([[a, b], [b, c]]), Matrix([v, w])
    h = G * x
    residual = (x.T * G * x - 2 * h.T * x)[0] + squares
    assert vanishes(residual - (squares - (h.T * x)[0]))
    assert not vanishes(residual - (squares - Rational(21, 20) * (h.T * x)[0]))

    n, *rows = reals("n n1 n2 n3")
    given = [*(one > 0 for one in rows), n == sum(rows)]
    same = z3.And(*(n == 3 * one for one in rows))  # 1/(3 n_j) = 1/n
    assert follows(same == z3.And(rows[0] == rows[1], rows[1] == rows[2]), *given)
    assert not follows(same, *given, rows[0] == rows[1], 20 * rows[2] <= 21 * rows[0])


def test_passes_to_se():
    """Decided: the three inequalities with their weights add up to ϱ²f(x) − f(x₊) on the one side and to the two squares on
    the other (sympy), the weights are not negative for 0 < ϱ < 1 (z3).

    On paper: the inequality for each pair of points; in d dimensions the products of vectors add up over the coordinates.
    With the factor 5 % smaller the sum is no longer that, and ½μx² is a counterexample.
    """
    r, L = symbols("varrho L", positive=True)
    x, g, g_plus = symbols("x g g_plus", real=True)
    mu, x_plus = L * (1 - r), x - g / L

    def excess(u, v, at_u, at_v):
        """What f(u) − f(v) is at least, by the inequality."""
        return at_v * (u - v) + mu * (u - v) ** 2 / 2 + (at_u - at_v - mu * (u - v)) ** 2 / (2 * (L - mu))

    weights = (r, r * (1 - r), 1 - r)
    values = symbols("f_x f_plus", real=True)
    left = weights[0] * (values[0] - values[1]) + weights[1] * (0 - values[0]) + weights[2] * (0 - values[1])
    right = (
        weights[0] * excess(x, x_plus, g, g_plus) + weights[1] * excess(0, x, 0, g) + weights[2] * excess(0, x_plus, 0, g_plus)
    )
    assert vanishes(left - (r**2 * values[0] - values[1]))
    assert not vanishes(left - (Rational(19, 20) * r**2 * values[0] - values[1]))
    assert vanishes(right - (g - mu * x) ** 2 / (2 * L) - (g_plus - mu * x_plus) ** 2 / (2 * r * L))

    rho, mu_x, gap = reals("rho mu gap")
    assert follows(z3.And(rho * (1 - rho) >= 0, 1 - rho >= 0), rho > 0, rho < 1)
    parabola = [rho > 0, rho < 1, mu_x > 0, gap == mu_x / 2]  # at x = 1, from which the step leads to ϱ
    assert follows(mu_x * rho * rho / 2 <= rho * rho * gap, *parabola)
    assert not follows(mu_x * rho * rho / 2 <= 0.95 * rho * rho * gap, *parabola)


def test_sample_step():
    """Decided: with H_m the step leaves I − H_m⁻¹H of the error, in two dimensions; from the mean square and the mean product
    of what is drawn, the mean square of the sample's mean is n/m − 1 in units of s²/n (sympy).

    On paper: the two means; ordered pairs of numbers that add up to 0 have products that add up to minus their squares.
    With H_m 5 % larger, or the mean square 5 % larger, it is not.
    """
    a, b, c, p, q, t, v, w, y, z = symbols("a b c p q t v w y z", real=True)
    H, Hm, start, best = Matrix([[a, b], [b, c]]), Matrix([[p, q], [q, t]]), Matrix([v, w]), Matrix([y, z])
    after = start - Hm.inv() * H * (start - best)
    left = sympy.eye(2) - Hm.inv() * H
    assert vanishes(after - best - left * (start - best))
    assert not vanishes(after - best - (sympy.eye(2) - Rational(20, 21) * Hm.inv() * H) * (start - best))

    n, m, s = symbols("n m s", positive=True)
    square, product = (n - 1) / n * s**2, -(s**2) / n
    mean = (m * square + m * (m - 1) * product) / m**2
    assert vanishes(mean / (s**2 / n) - (n / m - 1))
    assert not vanishes(mean / (s**2 / n) - Rational(21, 20) * (n / m - 1))


def test_local_steps():
    """Decided: the mean of the ends stays at the formula's point, for two machines of one variable and K up to 3, and for
    K = 1 that is the minimiser (sympy); for K = 2 and 3 and η at most 1 over the larger curvature it is the minimiser only if
    the curvatures or the minimisers are the same (z3).

    On paper: more machines and dimensions; that the rounds converge; larger K.
    At K = 3 with η up to 2 over the larger curvature z3 has a counterexample.
    """
    lr, first, second, v, w = symbols("eta h1 h2 w1 w2", positive=True)
    for K in (1, 2, 3):
        parts = [1 - (1 - lr * bend) ** K for bend in (first, second)]
        there = (parts[0] * v + parts[1] * w) / sum(parts)
        ends = [there - part * (there - end) for part, end in zip(parts, (v, w), strict=True)]
        assert vanishes(sum(ends) / 2 - there)
        lowest = (first * v + second * w) / (first + second)
        assert vanishes(there - lowest) == (K == 1)

    a, b, x, y = reals("a b x y")  # η times the curvatures, and the minimisers
    weights = {2: lambda h: 2 * h - h * h, 3: lambda h: 3 * h - 3 * h * h + h * h * h}
    for weigh in weights.values():
        same = (weigh(a) * x + weigh(b) * y) * (a + b) == (a * x + b * y) * (weigh(a) + weigh(b))
        assert follows(z3.Implies(same, z3.Or(a == b, x == y)), a > 0, b > 0, a <= 1, b <= 1)
    assert not follows(z3.Implies(same, z3.Or(a == b, x == y)), a > 0, b > 0, a < 2, b < 2)


def test_scheduler_bound():
    """Decided: what a pass takes, times itself, is at least four times o_s D/b, and with nothing but the two terms and equal
    ones of them exactly that (z3).

    On paper: the number of rounds is at least 1, and roots grow.
    With the bound 5 % smaller there is a counterexample.
    """
    serial, chunk, data, speed, rest, rounds, time = reals("o_s c D b rest rounds T")
    given = [serial > 0, chunk > 0, data > 0, speed > 0, rest >= 0, rounds >= 1]
    one, other, root = reals("serial_part data_part product")
    parts = [one > 0, other > 0, rest >= 0, rounds >= 1, time == rest + one + rounds * other, root == one * other]
    assert follows(time * time >= 4 * root, *parts)
    assert not follows(time * time >= 1.05 * 4 * root, *parts)
    assert follows(serial * (data / chunk) * (chunk / speed) == serial * data / speed, *given)
