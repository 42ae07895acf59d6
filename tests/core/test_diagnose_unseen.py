"""Faults that were written down before the rules were tried on them: which are named rightly, and which are not.

The first lot of 29 kinds, five draws each, was tried once with 23 kinds right in all draws and 127 of 145 draws right.
Wrong were likelihood_made_small (1 draw), hinge (1), small_batches (4), masked_at_random (5), growth_rate (2) and
adam_for_long (5), which is no fault: its tolerance ends the run before Adam bursts. Four of them led to changes of the rules.
The second lot of 17 kinds, written after that, was tried once with 15 kinds and 75 of 85 draws right: wrong were deep_zero (5)
and bursting (5); after the latter the rule for bursts was changed.
As the rules stand, 41 of the 46 kinds are right in all draws, and 209 of the 230 draws; those below are not.
In raw_against_scaled every other draw first brought the scaled columns, from which the raw ones cannot be known: its right key
was a guess. All draws bring the raw ones now.
"""

import pytest
from unseen_faults import SECOND, UNSEEN, adam_for_long, all_dummies, deep_zero, hinge, sum_of_angles

from gdtools import diagnose

# What the rules say instead, as they stand; where columns depend on each other exactly and descent arrives, no fault is seen.
WRONG = {hinge: {"edge", "fine"}, adam_for_long: {"fine"}, deep_zero: {"step-too-short"},
         all_dummies: {"fine"}, sum_of_angles: {"fine"}}  # fmt: skip


@pytest.mark.parametrize(("make", "cause"), (UNSEEN | SECOND).items(), ids=lambda made: getattr(made, "__name__", None))
def test_a_fault_that_no_rule_was_made_for_is_named_or_known_to_be_missed(make, cause):
    found = {diagnose(**make(seed)).cause for seed in range(5)}
    assert found == WRONG.get(make, {cause})
