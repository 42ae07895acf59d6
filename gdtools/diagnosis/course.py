"""How a run went, seen from f and its gradient at some of its iterates: it grows, hovers, falls or has arrived."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from gdtools.diagnosis.case import Case, precision_of
from gdtools.diagnosis.curvature import curvature_at
from gdtools.inputs import Array

SPREAD, TAIL = 48, 32  # iterates looked at over the whole run, and consecutive ones at its end
BURSTS = 1000  # likewise over a run of Adam, whose bursts are short


def course_of(case: Case) -> Course:
    """How the run of a case went."""
    return case.once("course", lambda: Course(case))


class Course:
    """The values of f along a run and what they say; each is computed once."""

    def __init__(self, case: Case) -> None:
        self.case, last = case, len(case.hist) - 1
        many = BURSTS if case.method == "adam" else SPREAD
        spread = np.concatenate([np.linspace(0, last, many), [1, 2, 3], np.arange(last - TAIL, last + 1)]).astype(int)
        self.steps = np.unique(np.clip(spread, 0, last))
        self.values = np.array([case.value(case.hist[k]) for k in self.steps])
        few = self.steps[np.unique(np.linspace(0, len(self.steps) - 1, 16).astype(int))]
        self.pulls = {int(k): float(np.linalg.norm(case.pull(case.hist[k]))) for k in few}
        self.steepest = max(filter(np.isfinite, self.pulls.values()), default=np.nan)

    @property
    def first(self) -> float:
        return float(self.values[0])

    @property
    def last(self) -> float:
        return float(self.values[-1])

    @property
    def rounding(self) -> float:
        """What two values may differ by and still be equal."""
        return 16 * precision_of(self.values) * float(np.nanmax(np.abs(self.values[[0, -1]]), initial=0))

    @property
    def tail(self) -> Array:
        """The values at the last iterates, one after the other."""
        return self.values[-min(TAIL, len(self.values)) :]

    @property
    def late(self) -> Array:
        """The values at evenly spaced iterates of the second half."""
        even = np.linspace(self.steps[-1] / 2, self.steps[-1], SPREAD // 2)
        return self.values[np.searchsorted(self.steps, even)]

    @property
    def grows(self) -> bool:
        """f is higher at the end than at the start, or is no number on the way, or the run left the numbers uphill."""
        if not np.isfinite(self.values).all() or self.last > self.first + self.rounding:
            return True
        return self.case.left and not self.falls_for_ever

    @property
    def falls_for_ever(self) -> bool:
        """The run goes ever farther, and f falls all the way, by more and more."""
        v = self.values
        if len(v) < 3:
            return False
        deep = np.isfinite(v).all() and (np.diff(v) < 0).all() and v[0] - v[-1] > 1e3 * (v[0] - v[1])
        return bool(deep and (self.case.left or self.case.grew()))

    @property
    def hovers(self) -> bool:
        """f goes up and down over the last iterates, by more than a trifle, and is no lower on the whole."""
        t = self.tail
        if self.grows or self.arrived or len(t) < 8 or np.ptp(t) < 1e-5 * (self.first - self.last):
            return False
        late, rises = self.late, np.mean(np.diff(t) > self.rounding)
        return bool(rises > 0.1 and (_levels_off(t, 0.1 * np.ptp(t)) or _levels_off(late, 4 * late.std() / len(late) ** 0.5)))

    @property
    def arrived(self) -> bool:
        """What is left of the slope is small beside the steepest, and so is the way that it asks for."""
        pull = self.pulls[int(self.steps[-1])]
        if self.grows or not np.isfinite(pull):
            return False
        return pull == 0 or (pull <= 1e-5 * self.steepest and self._near()) or self._at_rest(pull)

    def _near(self) -> bool:
        """Newton's step from the end is short beside the way that the run went, as far as the curvature is known."""
        bend = curvature_at(self.case, self.case.end)
        if bend is None or bend.matrix is None or self.case.project is not None:
            return True
        way = np.abs(bend.newton(self.case.slope(self.case.end)))
        return bool((way <= 0.02 * (np.abs(self.case.end - self.case.x0) + 0.01 * self.case.scale)).all())

    def _at_rest(self, pull: float) -> bool:
        """The slope is so short that the steepest curvature asks for no move that the numbers could show."""
        bend = curvature_at(self.case, self.case.end)
        return bool(bend and bend.high > 0 and pull / bend.high <= 1e-9 * np.linalg.norm(self.case.scale) and self._near())

    @cached_property
    def rise(self) -> tuple[int, float]:
        """The iterate from which f rises most in a step, and by how much: the worst gap of values, halved down to a step."""
        if len(self.values) < 2:
            return 0, 0.0
        jumps = np.diff(np.where(np.isfinite(self.values), self.values, np.inf))
        i = int(np.argmax(np.where(np.isnan(jumps), -np.inf, jumps)))
        low, high, start, stop = *self.values[i : i + 2], *map(int, self.steps[i : i + 2])
        while stop - start > 1:
            middle = (start + stop) // 2
            value = self.case.value(self.case.hist[middle])
            first = not value - low < high - value  # also where it is no number
            start, stop, low, high = (start, middle, low, value) if first else (middle, stop, value, high)
        return start, float(high - low)


def _levels_off(values: Array, least: float) -> bool:
    """Whether the second half of the values is lower than the first by no more than the least that counts."""
    half = len(values) // 2
    return bool(values[half:].mean() > values[:half].mean() - least)
