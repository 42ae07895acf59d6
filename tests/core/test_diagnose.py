"""Whatever people bring is named with its key, and a healthy run raises no alarm."""

import numpy as np
import pytest
from failing_runs import FAILING
from healthy_runs import HEALTHY
from practice_runs import PLANTED, PRACTICE, foreseen, of_molecule

from gdtools import diagnose
from gdtools.diagnosis.case import CALLS
from gdtools.diagnosis.words import ADVICE

by_name = {"ids": lambda made: getattr(made, "__name__", None)}


def named(make, seeds):
    """The causes that are named, by seed, with what was said."""
    return {seed: (found.cause, str(found)) for seed in seeds for found in [diagnose(**make(seed))]}


def others(found, cause):
    return {seed: said for seed, (named, said) in found.items() if named != cause}


@pytest.mark.parametrize(("make", "cause"), FAILING.items(), **by_name)
def test_a_run_that_people_report_is_named_in_whatever_numbers(make, cause):
    assert not others(named(make, range(20)), cause)


@pytest.mark.parametrize("make", HEALTHY, **by_name)
def test_a_healthy_run_raises_no_alarm(make):
    assert not others(named(make, range(5)), "fine")


# Draws beyond the twenty in which something else is said: p rounds to 1 where the slope is measured, the last digits of f still
# suffice at the end of the short run, and the slope beside the saddle has not died down yet.
ELSE = {"log_of_zero": [34], "offset": [32, 41, 44], "small_weights": [42]}


@pytest.mark.slow
@pytest.mark.parametrize(("make", "cause"), [*FAILING.items(), *((make, "fine") for make in HEALTHY)], **by_name)
def test_it_stays_so_in_many_more_draws(make, cause):
    assert list(others(named(make, range(20, 45)), cause)) == ELSE.get(make.__name__, [])


@pytest.mark.parametrize("make", PRACTICE, **by_name)
@pytest.mark.parametrize(("plant", "cause"), PLANTED.items(), **by_name)
def test_a_fault_planted_in_a_practice_is_named(make, plant, cause):
    assert not others(named(lambda seed: plant(make, seed), (None, 0, 1, 2)), cause)


RIGHT = ("settles", "settles at this minimum", "settles at another minimum", "the temperature settles")
CRAWLS = ("crawls", "the temperature crawls")


@pytest.mark.parametrize("make", PRACTICE, **by_name)
def test_the_run_that_a_practice_asks_to_foresee_is_judged_as_its_answer_says(make):
    for seed in (None, *range(8)):
        run, course = foreseen(make, seed)
        found = diagnose(**run)
        step = next(finding for finding in found.findings if finding.test == "The step against its bound")
        if course in RIGHT + CRAWLS:
            assert found.cause in ("fine", "step-too-short")[: 1 + (course in CRAWLS)], (seed, course)
        elif course == "is thrown far off" and found.cause == "fine":
            assert "came through" in step.text, "it came back from where it was thrown"
        else:
            assert found.cause == "step-too-long", (seed, course)


@pytest.mark.parametrize("make", [*FAILING, *HEALTHY], **by_name)
def test_the_calls_are_counted_and_bounded(make):
    calls = {"f": 0, "grad": 0}
    brought = make(3)

    def counted(name):
        def function(x, call=brought[name]):
            calls[name] += 1
            return call(x)

        return function

    found = diagnose(**brought | {name: counted(name) for name in calls})
    assert found.calls == calls
    assert max(calls.values()) <= CALLS


@pytest.mark.parametrize("make", [*FAILING, *HEALTHY], **by_name)
def test_every_test_has_an_outcome_and_a_reason(make):
    found = diagnose(**make(4))
    faults = [finding for finding in found.findings if finding.outcome == "fault"]
    assert len(found.findings) == 22
    assert [finding.cause for finding in faults] == [found.cause] * (found.cause != "fine")
    assert all(finding.text.endswith(".") and finding.test for finding in found.findings)
    assert all("since" in finding.text for finding in found.findings if finding.outcome == "not tested")
    assert found.evidence or found.cause == "fine"


def test_each_key_has_its_advice():
    keys = """fine not-finite shapes gradient gradient-scale gradient-sign gradient-changes precision step-too-long
    step-too-short units conditioning dependent-columns no-minimum saddle several-minima edge constraint noise adam-bursts
    beta-too-large other-scale unknown""".split()
    assert sorted(ADVICE) == sorted(keys)


def test_a_molecule_thrown_apart_is_told_by_how_much():
    found = diagnose(**next(plant for plant in PLANTED if plant.__name__ == "too_long")(of_molecule, None))
    assert found.evidence["ratio"] == pytest.approx(23.8, rel=0.01)


def test_a_slope_without_curvature_is_no_stumbling_block_in_many_dimensions():
    slope = np.linspace(1, 2, 40)
    found = diagnose(lambda x: x @ slope, lambda x: slope, np.zeros(40), 0.1)
    assert found.cause == "no-minimum"
