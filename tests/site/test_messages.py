"""The messages that the page of runs that fail quotes are those that the book's own scipy and numpy give."""

import re
import warnings

import numpy as np
import pytest
from pages import file
from scipy import optimize

PAGE = file("back/when-a-run-fails").read_text(encoding="utf-8")
ROWS = [row for row in PAGE.split("tab-messages")[1].split("\n\n")[1].splitlines()[2:] if row.startswith("|")]
# Former wordings, and those of packages that the book does not bring: the page says in which versions they were seen.
ELSEWHERE = ("R, `", "scikit-learn, ", "(scikit-learn)", "(statsmodels)", "(large frameworks)", "(Dask)")


def uphill(method):
    return optimize.minimize(lambda x: x @ x, np.ones(3), jac=lambda x: -2 * x, method=method).message


def hurried(method):
    return optimize.minimize(optimize.rosen, [-1.2, 1], method=method, options={"maxiter": 3}).message


def of_curve_fit(model, **settings):
    x = np.linspace(0, 1, 20)
    try:
        optimize.curve_fit(model, x, np.sin(30 * x), **settings)
    except RuntimeError as refused:
        return str(refused)
    return ""


def of_numpy():
    big, zero = np.array([1e200]), np.zeros(1)
    return np.exp(big), np.square(big), big * np.ones((1, 1)) @ np.full((1, 1), 1e200), np.log(zero), np.inf * zero


def of_a_table():
    n = 10_000_000
    with pytest.raises(MemoryError) as refused:
        np.broadcast_to(1.0, (n, 1)) - np.broadcast_to(0.0, n)
    return str(refused.value)


@pytest.fixture(scope="module")
def heard():
    """All that scipy and numpy say of runs of these kinds."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        said = [
            *(uphill(method) for method in ("BFGS", "CG", "L-BFGS-B", "TNC")),
            *(hurried(method) for method in ("BFGS", "L-BFGS-B")),
            optimize.minimize(lambda x: round(float(x @ x), 2), [3.0, 3.0], method="L-BFGS-B").message,
            optimize.minimize(lambda x: 1e6 + optimize.rosen(x), [-1.2, 1], method="L-BFGS-B").message,
            of_curve_fit(lambda x, a, b, c: a * np.exp(-b * x) + c * x, maxfev=5),
            of_curve_fit(lambda x, a, b: a * x + 0 * b),
            of_a_table(),
        ]
        optimize.line_search(lambda x: x @ x, lambda x: -2 * x, np.ones(2), 2 * np.ones(2))
        np.polyfit(np.linspace(0, 1, 20), np.linspace(0, 1, 20), 30)
        of_numpy()
    return "\n".join([*said, *(str(warning.message) for warning in warned)])


def test_messages_of_scipy_and_numpy_are_quoted_as_they_come(heard):
    own = [row for row in ROWS if not any(place in row for place in ELSEWHERE)]
    assert len(own) >= 12
    for row in own:
        now = re.sub(r'formerly "[^"]*"', "", row.split("|")[1])
        for quoted in re.findall(r'"([^"]*)"', now):
            assert quoted in heard, quoted
        for kind in re.findall(r" in (matmul|square)", now):
            assert f"overflow encountered in {kind}" in heard


def test_each_message_and_each_sight_leads_to_a_case_and_each_case_has_a_cure_that_runs():
    places = set(re.findall(r"^\((fails-\w+)\)=$", PAGE, re.MULTILINE))
    named = {place for row in ROWS for place in re.findall(r"#(fails-\w+)", row)}
    assert named <= places
    assert all("#fails-" in row for row in ROWS)
    for part in re.split(r"^\(fails-", PAGE, flags=re.MULTILINE)[1:]:
        cells = re.findall(r"```\{code-cell\} ipython3\n(.*?)```", part, re.DOTALL)
        assert len(cells) >= 2 or cells[0].count("tell(") >= 2 or "for " in cells[0], part[:40]
