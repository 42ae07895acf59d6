"""The claims of the chapter on using curvature."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from page_code import page_code
from sharpening import at_most, exactly
from strategies import bowls, dimensions, seeds

from gdtools import adam, condition_number, gradient_descent, momentum, nesterov, newton, quadratic, spectrum

page, guide = page_code("curvature"), page_code("limits-and-remedies")


def symmetric(rng, d):
    A = rng.normal(size=(d, d))
    return A + A.T


@given(bowls(), seeds)
def test_rotation_invariance(bowl, seed):
    """Who notices a rotation.

    - Gradient descent, the heavy ball and Nesterov's method visit Qxₖ when they start at Qx₀ on f(Qᵀx): for a drawn
      orthogonal Q, on a drawn quadratic and on the guide's logistic loss, for 20 steps.
    - Adam does not, in general: on a valley with κ = 100, turned by 45°, it goes elsewhere.
    - Nor does Jacobi's preconditioning: it takes the κ of that valley to 1 along the axes, and leaves it when turned.
    """
    A, lam, _ = bowl
    rng, d, L = np.random.default_rng(seed), len(lam), lam[-1]
    Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    turned, x0 = Q @ A @ Q.T, rng.normal(size=d)
    X, y = rng.normal(size=(20, d)), np.sign(rng.normal(size=20))
    pairs = [(quadratic(A), quadratic((turned + turned.T) / 2), 1 / L), (guide.logistic(X, y), guide.logistic(X @ Q.T, y), 1)]
    for f, h, lr in pairs:
        for method, extra in ((gradient_descent, {}), (momentum, {"beta": 0.7}), (nesterov, {"beta": 0.7})):
            run = method(f.grad, x0, lr, 20, 0, **extra).hist
            other = method(h.grad, Q @ x0, lr, 20, 0, **extra).hist
            assert_allclose(other, exactly(run @ Q.T), atol=1e-9 * norm(x0))

    valley, x0, s = np.diag([1.0, 100.0]), np.array([1.0, 0.5]), np.sqrt(0.5)
    Q = np.array([[s, -s], [s, s]])
    turned = Q @ valley @ Q.T
    run, other = adam(quadratic(valley).grad, x0, 0.1, 20, 0).hist, adam(quadratic(turned).grad, Q @ x0, 0.1, 20, 0).hist
    assert abs(other - run @ Q.T).max() > 0.05

    assert condition_number(page.scaled(valley)) < 1.01
    assert condition_number(page.scaled(turned)) > 99


def test_v_cycle():
    """A V-cycle does not see the grid, by the page's own cycle on 3, 7, 15, … , 1023 points.

    - It is linear and symmetric, as a matrix P made of the unit vectors, and positive definite.
    - The eigenvalues of PK lie between 0.8 and 1, the smallest below 0.81 from 31 points on: κ is at most 1.25, and 1 − λ
      at most a fifth.
    - A step of length 1 leaves at most that of the error in the norm of the energy, from a drawn start; the page's numbers.
    """
    rng = np.random.default_rng(4)
    for n in 2 ** np.arange(2, 11) - 1:
        P, (u, v) = page.v_cycle(np.eye(n)), rng.normal(size=(2, n))
        assert_allclose(page.v_cycle(2 * u - v), 2 * P @ u - P @ v, atol=1e-12)
        assert_allclose(P, P.T, atol=1e-12)
        lam = page.cycle_spectrum(n)
        assert lam[0] >= 0.8
        assert lam[-1] <= 1 + 1e-9
        if n >= 31:
            assert lam[0] < 0.811
        if n == 1023:
            assert lam[-1] / lam[0] <= at_most(1.25)
            assert 1 - lam[0] <= at_most(0.2)

        left = u - P @ page.stiffness(u)
        assert left @ page.stiffness(left) <= 0.04 * (u @ page.stiffness(u))
    assert {n: counts[1:] for n, counts in page.rods.items()} == {31: (16, 9), 127: (64, 9), 511: (256, 10)}


@given(seeds, dimensions, st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0.01, 2))
def test_newton_near(seed, d, mu, M, size):
    """Newton near a minimum, for drawn functions with a Hessian that is Lipschitz.

    - With f = ½xᵀAx + (M/6)Σ|xᵢ|³, whose Hessians differ by at most M times the distance, the step leaves at most
      M/(2μ)‖e‖², μ the smallest eigenvalue at x.
    - In one variable, with f″ = μ + M(x − z) from 0 to x and constant beyond, it leaves exactly that.
    - From a start within 0.99 · 2μ/M of the minimum the run on the first f converges.
    """
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(d, d))
    A = root @ root.T + mu * np.eye(d)

    def grad(x):
        return A @ x + M / 2 * x * abs(x)

    def hess(x):
        return A + M * np.diag(abs(x))

    x = rng.normal(size=d)
    x *= size / norm(x)
    low = spectrum(hess(x))[0]
    assert norm(newton(grad, hess, x, 1).x) <= M / (2 * low) * size**2 * (1 + 1e-9) + 1e-12

    def bound(e):
        return at_most(M / (2 * mu) * e**2)

    after = newton(lambda z: mu * z + M * size * z - M / 2 * z * z, lambda z: mu + M * (size - z), size, 1, tol=0).x
    assert abs(after) <= bound(size) * (1 + 1e-9)
    start = x / size * 0.99 * 2 * spectrum(A)[0] / M
    assert norm(newton(grad, hess, start, 60, tol=0).x) <= 1e-9 * norm(start)


@given(st.floats(0.05, 1), st.floats(1.001, 50), st.sampled_from([-1, 1]))
def test_newton_cycle(inside, outside, sign):
    """Newton's cycle, by the page's own function, from drawn starts on both sides of the border.

    - The curvatures lie between 0.01 and 1.01, and the step leads to the stated point.
    - a and b from the two roots beyond 1 of the cubic, found here by bisection, are 99.97499 and 1.014347; they are the page's.
    - Below b the run converges to 0; beyond it the sides alternate and |x| ends at a. Damped it arrives at 0 from both.
    - Two steps near a leave 0.36 millionths of the distance to it.
    """
    x = sign * outside
    assert 0.01 < page.hat_hess(x) <= 1.01
    step = newton(page.hat_grad, page.hat_hess, x, 1).x
    assert_allclose(step, exactly(-(x**3) / (1 + (1 + x**2) ** 1.5 / 100)), rtol=1e-7)

    def root(low, high):
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if (middle**3 - 100 * middle**2 + 200) * (low - 5) < 0 else (low, middle)
        return low

    ends = [np.sqrt(root(*ends) ** 2 - 1) for ends in ((1, 2), (99, 100))]
    assert_allclose([page.border, page.height], ends, rtol=1e-9)
    b = exactly(page.border)
    a = exactly(page.height)
    assert_allclose([b, a], [1.01434685, 99.97499087], rtol=1e-8)

    below = newton(page.hat_grad, page.hat_hess, sign * 0.999 * inside * b, 60)
    assert abs(below.x) < 1e-9
    beyond = newton(page.hat_grad, page.hat_hess, sign * outside * b, 60, tol=0).hist
    assert (np.sign(beyond[1:]) == -np.sign(beyond[:-1])).all()
    assert_allclose(abs(beyond[-1]), a, rtol=1e-9)
    near = newton(page.hat_grad, page.hat_hess, 1.001 * a, 2, tol=0).x
    assert_allclose(abs(near - page.height) / (0.001 * a), exactly(0.36e-6), rtol=0.01)
    for start in (inside * b, outside * b):
        assert abs(newton(page.hat_grad, page.hat_hess, start, 200, search=page.hat).x) < 1e-9


def test_newton_leads():
    """Where Newton's steps lead, by the page's own counts, from grids that are not the page's.

    - About half end at a minimum, between an eighth and a quarter at the saddle, the rest runs off; and on the page.
    - Where a run ends at the saddle the gradient vanishes, and the curvatures there have two signs.
    - Plain descent with 0.5 ends at a minimum from every start of such a grid.
    - The page's Hessian is the derivative of its gradient.
    """
    rows = [page.ends(page.mixture_newton(page.starts(shift, 25))) for shift in (0.03, 0.12)] + list(page.found)
    for minimum, saddle in rows:
        assert 45 <= minimum <= 56
        assert 12.5 <= saddle <= 25
        assert minimum + saddle <= 75

    mean = np.full((2, 1), page.data.mean())
    g, (a, b, c) = page.mixture(mean)
    assert_allclose(g, 0, atol=1e-12)
    assert a * c < b**2

    m = page.starts(0.12, 9)
    for _ in range(1500):
        m = m - 0.5 * page.mixture(m)[0]
    assert page.ends(m) == [100, 0]

    at, h = np.array([[0.4], [1.1]]), 1e-6
    g, (a, b, c) = page.mixture(at)
    for axis, column in enumerate(([a, b], [b, c])):
        shift = h * np.eye(2)[:, axis : axis + 1]
        assert_allclose((page.mixture(at + shift)[0] - page.mixture(at - shift)[0]) / (2 * h), column, atol=1e-8)


@given(seeds, dimensions, st.floats(-1.5, 0.9))
def test_gauss_newton_multiplier(seed, d, lam):
    """What leaving out costs, for drawn residuals of second order, by the page's own step.

    - Where Jᵀr = 0 the derivative of the step, by differences, is −(JᵀJ)⁻¹S.
    - In the example it is λ, and a run from near 0 shrinks if |λ| < 1 and leaves if λ < −1, where f″ = 2 − 2λ > 0.
    """
    rng = np.random.default_rng(seed)
    n = d + 3
    J0, Q = rng.normal(size=(n, d)), [symmetric(rng, d) for _ in range(n)]
    r0 = np.linalg.qr(np.column_stack([J0, rng.normal(size=n)]))[0][:, -1]
    assume(np.linalg.cond(J0) < 30)

    step = page.gauss_newton(
        lambda x: r0 + J0 @ x + np.array([x @ B @ x / 2 for B in Q]), lambda x: J0 + np.array([B @ x for B in Q])
    )
    S = np.tensordot(r0, Q, axes=1)
    claimed = exactly(-np.linalg.solve(J0.T @ J0, S))
    h = 1e-5 / norm(np.linalg.pinv(J0), 2)
    measured = np.column_stack([(step(h * e) - step(-h * e)) / (2 * h) for e in np.eye(d)])
    assert_allclose(measured, claimed, atol=1e-4 * (1e-3 + norm(claimed)))

    assume(abs(abs(lam) - 1) > 0.05)
    path = [np.array([1e-5])]
    for _ in range(20):
        path.append(page.two_residuals(lam)(path[-1]))
    assert_allclose(path[1], exactly(lam) * path[0], rtol=1e-3, atol=1e-9)
    assert (abs(path[-1][0]) < 1e-5) == (abs(lam) < 1)


@given(bowls(), seeds)
def test_bfgs_definite(bowl, seed):
    """When it stays a bowl, for a drawn B and drawn s and y, with either sign of yᵀs, by the inverse of the page's update.

    - B₊s = y, and det B₊ = det B · yᵀs/sᵀBs.
    - B₊ is positive definite if yᵀs > 0, and has a negative eigenvalue if not.
    - With Wolfe's step on Rosenbrock's valley yᵀs is at least a tenth of the slope times the step.
    - Of the page's runs none fails with Wolfe's step, nor where the update is left out, some do with Armijo's alone; its axis
      is off by at most 5 degrees after one update and 14 later.
    """
    B, lam, _ = bowl
    d, rng = len(lam), np.random.default_rng(seed)
    s, drawn = rng.normal(size=(2, d))
    assume(abs(drawn @ s) > 0.1)
    for y in (drawn, -drawn):
        after = B - np.outer(B @ s, B @ s) / (s @ B @ s) + np.outer(y, y) / (y @ s)
        assert_allclose(after @ s, y, atol=1e-8 * (1 + lam[-1]))
        expected = exactly(np.linalg.det(B) * (y @ s) / (s @ B @ s))
        assert_allclose(np.linalg.det(after), expected, rtol=1e-5)
        assert (np.linalg.eigvalsh(after)[0] > 0) == (y @ s > 0)
        assert_allclose(page.secant_update(np.linalg.inv(B), s, y) @ after, np.eye(d), atol=1e-5)

    x = rng.uniform(-2, 2, 2)
    g = page.slope(x)
    step = page.wolfe(page.rosen, page.slope, x, g, -g) * -g
    assert (page.slope(x + step) - g) @ step >= 0.1 * abs(g @ step) * (1 - 1e-9)
    assert page.lost["wolfe"] == page.lost["skip"] == [0, 0, 0]
    assert all(1 <= count <= 15 for count in page.lost["armijo"])
    assert page.angles[0] <= 5
    assert page.angles.max() <= 14


@given(bowls(), seeds)
def test_bfgs_least_change(bowl, seed):
    """The least change, by the page's own update, for a drawn P, s and y = Ws with a drawn W.

    - P₊ is symmetric and takes y to s.
    - The squared distance of any other such matrix P₊ + D, D drawn with Dy = 0, is that of P₊ plus the square of D, in the
      norm of W; so each is farther.
    - From the inverse of B the update is the inverse of B₊.
    """
    P, lam, _ = bowl
    d, rng = len(lam), np.random.default_rng(seed)
    root = rng.normal(size=(d, d))
    W, s = root @ root.T + 0.1 * np.eye(d), rng.normal(size=d)
    y = W @ s
    after = page.secant_update(P, s, y)
    assert_allclose(after, after.T, atol=1e-9 * abs(after).max())
    assert_allclose(after @ y, s, atol=1e-8 * (1 + abs(after).max() * norm(y)))

    def square(E):
        return np.trace(W @ E @ W @ E)

    across = np.eye(d) - np.outer(y, y) / (y @ y)
    D = across @ symmetric(rng, d) @ across * np.sqrt(lam[0] * lam[-1])
    assert_allclose(square(after + D - P), exactly(square(after - P) + square(D)), rtol=1e-6)

    B = np.linalg.inv(P)
    mended = B - np.outer(B @ s, B @ s) / (s @ B @ s) + np.outer(y, y) / (y @ s)
    assert_allclose(mended @ after, np.eye(d), atol=1e-6 * abs(mended).max() * abs(after).max())
