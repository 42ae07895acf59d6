"""What gdtools costs beside the bare alternative, as ratios measured side by side in one run, and how fast the live figures
answer by the browser's own clock: `make bench`."""

import shutil
from statistics import median
from time import perf_counter

import numpy as np
from browsing import BROWSERS, FLAGS
from pages import ROOT
from playwright.sync_api import sync_playwright
from scipy.optimize import minimize
from scipy.sparse.linalg import cg

from gdtools import bowl, double_well, gradient_descent, gradient_descent_batch, least_squares, line_data, quadratic
from gdtools.live import page_script

LIVE = {
    "promise": "negative-gradient", "bowl": "step-size", "race": "conditioning",
    "basins": "non-convexity", "line": "least-squares",
}  # fmt: skip
# The script starts and draws the page's figures as soon as it is appended.
START = """script => {
  const it = Object.assign(document.createElement("script"), { textContent: script }), start = performance.now();
  document.head.append(it);
  return performance.now() - start;
}"""
# A drag: the learning rate changes before each frame; a frame's time is that of its callbacks and of the layout they cause.
DRAG = """async name => {
  const { model } = document.querySelector(`[data-live=${name}]`), first = model.get("lr");
  const ask = window.requestAnimationFrame, times = [];
  window.requestAnimationFrame = call => ask(now => {
    const start = performance.now();
    call(now);
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  });
  for (let i = 1; i <= 200; i++) {
    model.set("lr", first * (0.5 + i / 400));
    await new Promise(done => ask(() => ask(done)));
  }
  window.requestAnimationFrame = ask;
  return times;
}"""


def seconds(call, repeat):
    start = perf_counter()
    for _ in range(repeat):
        call()
    return (perf_counter() - start) / repeat


def ratio(ours, other, rounds=31, repeat=5):
    """The median over the rounds of the time of ours to that of the other, one right after the other."""
    ours(), other()
    return median(seconds(ours, repeat) / seconds(other, repeat) for _ in range(rounds))


def plain_loop(grad, x0, lr, n_iter, tol=1e-10):
    x = np.array(x0, dtype=float)
    hist = [x.copy()]
    for _ in range(n_iter):
        g = grad(x)
        x = x - lr * g
        hist.append(x.copy())
        if np.linalg.norm(g) < tol:
            break
    return x, np.array(hist)


def demos():
    line = least_squares(*line_data())
    return {
        "demo 1, bowl": (bowl().grad, np.array([-1.0, 4.0]), 0.035, 60),
        "demo 2, double well": (double_well().grad, 0.4, 0.03, 200),
        "demo 3, line": (line.grad, np.zeros(2), 0.1, 200),
    }


def against_the_plain_loop():
    for name, run in demos().items():
        yield (
            f"{name}: gradient_descent / plain loop",
            "<= 1.0",
            ratio(lambda run=run: gradient_descent(*run), lambda run=run: plain_loop(*run), rounds=101),
        )


def batch_against_single_runs():
    f, starts = double_well(), np.linspace(-2, 2, 400)
    yield "400 starts of demo 2: one by one / batch", ">= 10", ratio(
        lambda: [gradient_descent(f.grad, x0, 0.03, 200) for x0 in starts],
        lambda: gradient_descent_batch(f.grad, starts[None], 0.03, 200), rounds=5, repeat=1,
    )  # fmt: skip


def least_squares_against_two_products():
    rng = np.random.default_rng(0)
    X, beta = rng.normal(size=(10**6, 20)), np.ones(20)
    y = X @ beta + rng.normal(size=10**6)
    f, n_iter = least_squares(X, y), 5
    yield "least squares, n = 10⁶, d = 20: a step / two products with X", "<= 1.1", ratio(
        lambda: gradient_descent(f.grad, beta, 0.1, n_iter, tol=0, record=0),
        lambda: [X.T @ (X @ beta) for _ in range(n_iter)], rounds=11, repeat=1,
    )  # fmt: skip
    yield "  solving the normal equations / one such step", "", ratio(
        lambda: np.linalg.solve(X.T @ X, X.T @ y),
        lambda: gradient_descent(f.grad, beta, 0.1, 1, tol=0, record=0), rounds=7, repeat=1,
    )  # fmt: skip


def against_scipy():
    lam = np.geomspace(1, 1000, 100)
    f, x0 = quadratic(np.diag(lam)), np.ones(100)
    descent = lambda: gradient_descent(f.grad, x0, 2 / 1001, 10**5, tol=1e-6)  # noqa: E731
    yield (
        "κ = 1000, d = 100: gradient descent / scipy BFGS",
        "",
        ratio(descent, lambda: minimize(f.f, x0, jac=f.grad, method="BFGS", options={"gtol": 1e-6}), rounds=5, repeat=1),
    )
    yield (
        "κ = 1000, d = 100: gradient descent / scipy CG on Ax = b",
        "",
        ratio(descent, lambda: cg(np.diag(lam), np.zeros(100), x0=x0, rtol=0, atol=1e-6), rounds=5, repeat=1),
    )


def live_figures():
    """The first drawing and the median frame of a drag in milliseconds, figure by figure."""
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        page.route("**/live*.js*", lambda route: route.abort())
        for name, chapter in LIVE.items():
            page.goto((ROOT / "_build" / "html" / "chapters" / f"{chapter}.html").as_uri())
            drawn = page.evaluate(START, page_script())
            times = page.evaluate(DRAG, name)
            yield name, drawn, median(times), sorted(times)[int(0.95 * len(times))]
        browser.close()


def main():
    print(f"{'time of the first / time of the second (median)':70s} {'ratio':>8s}  wanted")
    parts = (against_the_plain_loop, batch_against_single_runs, least_squares_against_two_products, against_scipy)
    for part in parts:
        for name, wanted, value in part():
            print(f"{name:70s} {value:8.2f}  {wanted}", flush=True)
    print(f"\n{'live figures, milliseconds':27s} {'first drawing':>14s} {'frame, median':>14s} {'frame, 95 %':>14s}")
    for name, *times in live_figures():
        print(f"{name:27s} " + " ".join(f"{value:14.1f}" for value in times), flush=True)
    print(f"{'wanted':27s} {'< 100':>14s} {'< 16':>14s}")


if __name__ == "__main__":
    main()
