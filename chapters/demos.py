"""The three demonstrations of the book in one program and one report."""

import numpy as np

import gdtools as gd


def step_size():
    f = gd.bowl()
    H = f.hess(None)
    kappa, bound = gd.condition_number(H), gd.step_bound(H)
    print(f"1. Step size: kappa {kappa:.0f}, stable below {bound:.2f}")
    for lr, n_iter in ((0.005, 60), (0.035, 60), (0.041, 25)):
        run = gd.gradient_descent(f.grad, [-1, 4], lr, n_iter)
        x_factor, y_factor = gd.factors(H, lr)
        error = np.linalg.norm(run.x - f.minimisers[0])
        print(f"   lr {lr}: {run.n_steps} steps, ", end="")
        print(f"factors {x_factor:.4g} and {y_factor:.4g}, error {error:.3e}")


def two_valleys():
    f = gd.double_well()
    starts = (-0.4, 0.4)
    runs = [gd.gradient_descent(f.grad, x0, 0.03, n_iter=200) for x0 in starts]
    lowest = min(f(run.x) for run in runs)
    hill = np.sort(np.roots([4, 0, -8, 1]).real)[1]
    print(f"2. Two valleys: the hill between them is at {hill:.4f}")
    for x0, run in zip(starts, runs, strict=True):
        kind = "global" if f(run.x) == lowest else "local"
        print(f"   from {x0:+.1f}: {run.n_steps} steps to ", end="")
        print(f"{run.x:+.4f}, f = {f(run.x):.4f}, {kind} minimum")


def a_line():
    X, y = gd.line_data()
    f = gd.least_squares(X, y)
    H, start, lr = f.hess(None), np.zeros(2), 0.1
    (mu, L), bound = gd.spectrum(H), gd.step_bound(H)
    run = gd.gradient_descent(f.grad, start, lr, n_iter=200)
    ols = np.linalg.lstsq(X, y)[0]
    print("3. A line: OLS [{:+.4f}, {:+.4f}], ".format(*ols), end="")
    print("GD [{:+.4f}, {:+.4f}]".format(*run.x))
    print(f"   {run.stopped} after {run.n_steps} steps, ", end="")
    print(f"difference {abs(ols - run.x).max():.2e}")
    print(f"   loss {f(start):.4f} at the start, {f(ols):.5f} at the optimum")
    print(f"   eigenvalues {mu:.4f} and {L:.4f}, ", end="")
    print(f"kappa {L / mu:.3f}, stable below {bound:.3f}")
    left = (1 - lr * mu) ** 2
    print(f"   each late step leaves {left:.3f} of the excess loss")


if __name__ == "__main__":
    step_size()
    two_valleys()
    a_line()
