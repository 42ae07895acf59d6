"""Bound the worst case over whole classes of functions by performance estimation, twice, and store the results: make certify.

What a method does at worst on all functions of a class is the value of a semidefinite program (Drori and Teboulle 2014; Taylor,
Hendrickx and Glineur 2017). Its dual value is an upper bound, so that one counts; two solvers that share no code compute it.
The tests compare what is stored in tests/proofs/certificates.json with the claims' formulas and need none of these packages.
"""

import json
from importlib.metadata import version
from itertools import product
from pathlib import Path

import cvxpy
from PEPit import PEP
from PEPit.functions import ConvexIndicatorFunction, SmoothConvexFunction, SmoothFunction, SmoothStronglyConvexFunction
from PEPit.primitive_steps import exact_linesearch_step, proximal_step

STORE = Path(__file__).parents[1] / "tests" / "proofs" / "certificates.json"
SOLVERS = {"clarabel": {"solver": cvxpy.CLARABEL}, "scs": {"solver": cvxpy.SCS, "eps": 1e-9, "max_iters": 200_000}}


def strongly_convex(problem, mu):
    """An L-smooth, µ-strongly convex function with L = 1, and its minimiser."""
    f = problem.declare_function(SmoothStronglyConvexFunction, mu=mu, L=1)
    return f, f.stationary_point()


def descended(f, x, step, n_steps):
    for _ in range(n_steps):
        x = x - step * f.gradient(x)
    return x


def no_traps(problem, step, n_steps, excess):
    """Convex f with L = 1 and R = 1: the excess after so many steps, with a given excess at first."""
    f = problem.declare_function(SmoothConvexFunction, L=1)
    star, x = f.stationary_point(), problem.set_initial_point()
    problem.set_initial_condition((x - star) ** 2 <= 1)
    problem.set_initial_condition(f(x) - f(star) <= excess)
    problem.set_performance_metric(f(descended(f, x, step, n_steps)) - f(star))


def worst_convex(problem, n_steps):
    """Convex f with L = 1 and R = 1: the excess after so many steps of size 1."""
    f = problem.declare_function(SmoothConvexFunction, L=1)
    star, x = f.stationary_point(), problem.set_initial_point()
    problem.set_initial_condition((x - star) ** 2 <= 1)
    problem.set_performance_metric(f(descended(f, x, 1, n_steps)) - f(star))


def silver(problem, n_steps):
    """Convex f with L = 1 and R = 1: the excess after so many silver steps."""
    f = problem.declare_function(SmoothConvexFunction, L=1)
    star, x = f.stationary_point(), problem.set_initial_point()
    problem.set_initial_condition((x - star) ** 2 <= 1)
    for i in range(1, n_steps + 1):
        x = x - (1 + (1 + 2**0.5) ** ((i & -i).bit_length() - 2)) * f.gradient(x)
    problem.set_performance_metric(f(x) - f(star))


def nesterov(problem, kappa, n_steps):
    """The excess after so many of Nesterov's steps, with L = 1 and the bracket of the claim at most 1."""
    f, star = strongly_convex(problem, 1 / kappa)
    x = y = problem.set_initial_point()
    problem.set_initial_condition(f(x) - f(star) + (x - star) ** 2 / (2 * kappa) <= 1)
    beta = (kappa**0.5 - 1) / (kappa**0.5 + 1)
    for _ in range(n_steps):
        x, last = y - f.gradient(y), x
        y = x + beta * (x - last)
    problem.set_performance_metric(f(x) - f(star))


def decrease(problem, step):
    """Smooth f, convex or not, with L = 1: minus the decrease of one step where the gradient has length 1."""
    f = problem.declare_function(SmoothFunction, L=1)
    x = problem.set_initial_point()
    g = f.gradient(x)
    problem.add_constraint(g**2 == 1)
    problem.set_performance_metric(f(x - step * g) - f(x))


def distance(problem, mu):
    """The squared distance to the minimiser where the gradient has at most the length 1, with L = 1."""
    f, star = strongly_convex(problem, mu)
    x = problem.set_initial_point()
    problem.add_constraint(f.gradient(x) ** 2 <= 1)
    problem.set_performance_metric((x - star) ** 2)


def slope(problem, mu):
    """The squared length of the gradient at a distance of at most 1 from the minimiser, with L = 1."""
    f, star = strongly_convex(problem, mu)
    x = problem.set_initial_point()
    problem.add_constraint((x - star) ** 2 <= 1)
    problem.set_performance_metric(f.gradient(x) ** 2)


def shortest(problem, n_steps):
    """Smooth f, convex or not, with L = 1 and nowhere below 0: the least of the first squared gradients, from f = 1 at most."""
    f = problem.declare_function(SmoothFunction, L=1)
    x = problem.set_initial_point()
    problem.set_initial_condition(f(x) <= 1)
    for _ in range(n_steps):
        g = f.gradient(x)
        problem.add_constraint(f(x) - g**2 / 2 >= 0)  # else a step of size 1 would lead below 0
        problem.set_performance_metric(g**2)
        x = x - g


def searched(problem, kappa):
    """The excess after a step of exact line search on a strongly convex function, with an excess of at most 1 before it."""
    f, star = strongly_convex(problem, 1 / kappa)
    x = problem.set_initial_point()
    problem.set_initial_condition(f(x) - f(star) <= 1)
    x, _, value = exact_linesearch_step(x, f, [f.gradient(x)])
    problem.set_performance_metric(value - f(star))


def projected(problem, mu, step):
    """The squared distance of two points after a projected step on a convex set, at first at most 1, with L = 1."""
    f = problem.declare_function(SmoothStronglyConvexFunction, mu=mu, L=1)
    indicator = problem.declare_function(ConvexIndicatorFunction)
    points = [problem.set_initial_point(), problem.set_initial_point()]
    problem.set_initial_condition((points[0] - points[1]) ** 2 <= 1)
    x, y = (proximal_step(point - step * f.gradient(point), indicator, 1)[0] for point in points)
    problem.set_performance_metric((x - y) ** 2)


CASES = {  # by claim: what is bounded, and for which numbers
    "no-traps-when-convex": [(no_traps, {"step": (0.5, 1.0, 1.5), "n_steps": (1, 2, 5, 10), "excess": (0.1, 0.5)})],
    "worst-convex-function": [(worst_convex, {"n_steps": (1, 2, 5, 10)})],
    "silver-steps": [(silver, {"n_steps": (1, 3, 7)})],
    "nesterov-rate": [(nesterov, {"kappa": (10, 100), "n_steps": (1, 2, 5, 10)})],
    "gradients-tend-to-zero": [(shortest, {"n_steps": (1, 2, 5, 20)})],
    "exact-line-search": [(searched, {"kappa": (2, 10, 100)})],
    "guaranteed-decrease": [(decrease, {"step": (0.5, 1.0, 1.5)})],
    "what-a-short-gradient-says": [(distance, {"mu": (0.1, 0.5)}), (slope, {"mu": (0.1, 0.5)})],
    "constrained-stationarity": [(projected, {"mu": (0.1, 0.5), "step": (0.5, 1.0, 1.5)})],
}


def worst(bounded, numbers, solver):
    """The dual value of one case by one solver."""
    problem = PEP()
    bounded(problem, **numbers)
    return problem.solve(wrapper="cvxpy", return_primal_or_dual="dual", verbose=0, **solver)


def cases(grid):
    return (dict(zip(grid, values, strict=True)) for values in product(*grid.values()))


def certify(bounded, grid):
    for numbers in cases(grid):
        found = {name: worst(bounded, numbers, solver) for name, solver in SOLVERS.items()}
        print(bounded.__name__, *(f"{name} {value}" for name, value in numbers.items()), *(f"{v:.10f}" for v in found.values()))
        yield {"what": bounded.__name__, "numbers": numbers, "dual": found}


def main():
    claims = {label: [case for bounded in kinds for case in certify(*bounded)] for label, kinds in CASES.items()}
    made_with = {name: version(name) for name in ("pepit", "cvxpy", *SOLVERS)}
    STORE.write_text(json.dumps({"made with": made_with, "claims": claims}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
