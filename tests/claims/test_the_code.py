"""The claim of the chapter that shows the code, whole."""

import re
import runpy

from pages import ROOT


def test_report(capsys):
    """The report: the program of the page, run as a reader runs it, prints the numbers of the three demonstrations.

    - In the bowl the iterations, factors and errors.
    - In the double well the steps, the minima and their values.
    - On the line the coefficients, losses and eigenvalues.
    """
    runpy.run_path(str(ROOT / "chapters" / "demos.py"), run_name="__main__")
    report = capsys.readouterr().out
    bowl = (
        "kappa 25, stable below 0.04",
        "lr 0.005: 60 steps, factors 0.99 and 0.75, error 2.189e+00",
        "lr 0.035: 60 steps, factors 0.93 and -0.75, error 5.141e-02",
        "lr 0.041: 25 steps, factors 0.918 and -1.05, error 1.017e+01",
    )
    double_well = (
        "the hill between them is at 0.1260",
        "from -0.4: 39 steps to -1.4730, f = -5.4442, global minimum",
        "from +0.4: 56 steps to +1.3470, f = -2.6186, local minimum",
    )
    line = (
        "OLS [+0.4145, +2.0151], GD [+0.4145, +2.0151]",
        "converged after 111 steps, difference 3.93e-11",
        "loss 5.6466 at the start, 0.14337 at the optimum",
        "eigenvalues 1.8749 and 2.6350, kappa 1.405, stable below 0.759",
        "each late step leaves 0.660 of the excess loss",
    )
    for told in (*bowl, *double_well, *line):
        assert re.search(rf"(^|\W){re.escape(told)}($|\n)", report), told
