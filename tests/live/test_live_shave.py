"""The figure of steps that shave curvatures: its runs are those of gdtools, and what it says of them is so."""

import math
import re

import numpy as np
import pytest
from engine import evaluate
from live_plain import parsed, paths, said
from numpy.testing import assert_allclose

from gdtools import barzilai_borwein, descend
from gdtools.live import Shave
from gdtools.live.shave import DELAYED, EXACT, POLYAK, total

HABIT = re.compile(r"lie between (\S+) and (\S+)\.$")


def rule_of(figure):
    """The figure's rule, written anew for `descend` with numpy's own sums."""
    lam, theta = figure.curvatures(), figure.theta
    if figure.rule == DELAYED:
        return scaled(barzilai_borwein(1 / figure.kappa), theta)
    exact = figure.rule == EXACT
    return lambda e, g, k: e - theta * ((g @ g) / (g @ (lam * g)) if exact else (e @ g) / (g @ g)) * g


def scaled(rule, theta):
    return lambda e, g, k: e + theta * (rule(e, g, k) - e)


@pytest.mark.parametrize("rule", [EXACT, DELAYED, POLYAK])
@pytest.mark.parametrize(("theta", "kappa"), [(1.0, 1000.0), (0.9, 10.0), (1.3, 40.0), (0.3, 3.0)])
def test_the_steps_are_those_of_descend(rule, theta, kappa):
    figure = Shave(rule=rule, theta=theta, kappa=kappa)
    steps, there = figure.run()
    early = steps[:15]
    hist = descend(lambda e: figure.curvatures() * e, np.ones(50), rule_of(figure), 15, tol=0).hist
    assert_allclose(figure.left(early), hist[len(early)], rtol=1e-4, atol=1e-6)
    size = [np.linalg.norm(figure.curvatures() * figure.left(steps[:k])) for k in (0, len(steps) - 1, len(steps))]
    assert there
    assert size[2] <= 1e-6 * size[0] < size[1]


def test_a_sum_goes_term_by_term():
    terms = np.random.default_rng(0).normal(size=50)
    found = 0.0
    for term in terms.tolist():
        found += term
    assert total(terms) == found
    assert total(np.array([1.0, *[1e-16] * 49])) == 1.0 < np.sum(np.array([1.0, *[1e-16] * 49]))


@pytest.mark.parametrize("kappa", [2.0, 10.0, 100.0, 1000.0])
def test_what_is_said_of_the_last_steps_is_so(kappa):
    """Crawl is said if and only if each two in a row of the last ten curvatures add up to μ + L, to a hundredth."""
    asked = [({"rule": rule, "theta": theta, "kappa": kappa}, share) for rule in range(3)
             for theta in (0.3, 0.9, 0.99, 1, 1.1, 1.7) for share in (0, 0.3, 1)]  # fmt: skip
    kinds = set()
    for (state, _), (k, last, text) in zip(asked, said("shave", asked), strict=True):
        figure = Shave(**state)
        steps, _ = figure.run()
        assert len(steps) == last
        met = 1 / steps[max(0, k - 10) : k]
        crawls = k >= 10 and (abs((met[1:] + met[:-1]) / (1 + kappa) - 1) < 0.01).all()
        assert ("this is the crawl" in text) == crawls, (state, k)
        assert (HABIT.search(text) is not None) == (k >= 10 and not crawls)
        if between := HABIT.search(text):
            assert_allclose([parsed(end) for end in between.groups()], [met.min(), met.max()], rtol=1e-3)
        assert text.startswith(f"There after {k} steps.") == (k == last)
        if 0 < k < last:
            told = parsed(re.search(r"gradient is (\S+) of its first", text)[1])
            g = figure.curvatures() * figure.left(steps[:k])
            assert_allclose(told, np.linalg.norm(g) / np.linalg.norm(figure.curvatures()), rtol=0.05)
        kinds.add((crawls, k < last))
    assert len(kinds) == 4 or kappa == 2


def test_a_slow_run_ends_unfinished_and_says_so(monkeypatch):
    monkeypatch.setattr("gdtools.live.shave.MOST", 5)
    steps, there = Shave().run()
    assert (len(steps), there) == (5, False)
    assert Shave().values()["steps"] == math.inf
    assert Shave().numbers()["steps"] == "–"
    call = """() => {
      const { compute, values, verdict } = FIGURES.shave, state = { rule: 0, theta: 1, kappa: 1000 }, result = compute(state);
      const short = { ...result, there: false };
      return [verdict(state, short, result.steps.length), values(state, short, 3).steps === Infinity, values(state, result, 1)];
    }"""
    sentence, endless, early = evaluate(call, None)
    assert sentence.startswith("After 3011 steps the gradient is ")
    assert endless
    assert len(early["pair"]) == 1


@pytest.mark.parametrize("theta", [0.05, 0.9, 1.0, 1.9])
def test_no_step_is_drawn_outside_and_the_line_is_at_half_of_the_steepest(theta):
    (marks,) = paths("shave", 1, "dots second", {"theta": theta})
    (level,) = paths("shave", 1, "level", {"theta": theta})
    places = np.array([place.split() for place in re.findall(r"M(\S+ \S+)h0", marks)], float)
    steps, _ = Shave(theta=theta).run()
    shown = steps[-200:]
    assert len(places) == len(shown)
    assert (places >= 0).all()
    half = float(re.match(r"M\S+ ([\d.]+)L", level)[1])
    assert_allclose(places[:, 1] > half, shown * 1000 > 2)
