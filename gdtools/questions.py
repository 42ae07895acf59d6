"""What an exercise can ask for: a number or an array, a word from a choice, a function.

Every kind of question holds its ``truth`` and each known `Mistake`, the first of which names an answer that two lead to;
those that can be answered in any other way hold a ``hint`` too, and give ``advice`` on any other answer. ``read`` turns
what the reader gave into a form that ``agrees`` can compare, or raises `Unusable`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import NamedTuple

import numpy as np


class Unusable(Exception):
    """An answer that cannot be judged at all; the message tells the reader what was expected."""


class Mistake(NamedTuple):
    """A known mistake: the ``answer`` that it leads to, of the same kind as the truth, and the ``words`` for the reader."""

    answer: float | np.ndarray | str | Callable
    words: str


@dataclass(frozen=True, kw_only=True)
class Number:
    r"""A question answered by a number, or by an array of them.

    .. math:: |\text{given} - \text{truth}| \le \text{atol} + \text{rtol}\,|\text{truth}|

    An infinite answer can be judged where it is that of a known mistake.
    """

    truth: float | np.ndarray
    hint: str
    mistakes: tuple[Mistake, ...] = ()
    rtol: float = 0.005
    atol: float = 1e-9
    any_order: bool = False

    def read(self, answer):
        given = _numbers(answer, infinite=any(np.isinf(mistake.answer).any() for mistake in self.mistakes))
        if given.size == 1 and np.ndim(self.truth) == 0:
            given = given.reshape(())
        if given.shape != np.shape(self.truth):
            raise Unusable(f"Expected {_shape(np.shape(self.truth))}, and this is {_shape(given.shape)}.")
        return self._arranged(given)

    def agrees(self, given, value):
        value = self._arranged(np.asarray(value, dtype=float))
        return bool(np.isclose(given, value, rtol=self.rtol, atol=self.atol).all())

    def advice(self, given):
        """The hint, unless the answer is so near that only digits may be missing; a count is never that."""
        near = self.rtol > 0 and np.isclose(given, self._arranged(np.asarray(self.truth)), rtol=0.05, atol=self.atol).all()
        return f"Close, but not close enough: within {100 * self.rtol:g} % is asked for." if near else self.hint

    def _arranged(self, numbers):
        return np.sort(numbers) if self.any_order else numbers


def Count(**settings):
    """A question answered by a number of steps, right to within one: conventions differ on whether the last step counts."""
    return Number(rtol=0.0, atol=1.0, **settings)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A question answered by one of a few words, which are the truth and the answers of the mistakes."""

    truth: str
    mistakes: tuple[Mistake, ...]

    @property
    def options(self):
        return sorted({self.truth, *(mistake.answer for mistake in self.mistakes)})

    def read(self, answer):
        words = " ".join(answer.lower().split()) if isinstance(answer, str) else None
        meant = [option for option in self.options if option.lower() == words]
        if not meant:
            raise Unusable(f"Expected one of {', '.join(map(repr, self.options))}, and this is {_short(answer)}.")
        return meant[0]

    def agrees(self, given, value):
        return given == value


@dataclass(frozen=True, kw_only=True)
class Function:
    """A question answered by a function, which is tried at each of the ``points``."""

    truth: Callable
    points: list
    hint: str
    mistakes: tuple[Mistake, ...] = ()
    rtol: float = 1e-6

    def read(self, answer):
        if not callable(answer):
            raise Unusable(f"Expected a function, and this is {_short(answer)}.")
        values = [self._try(answer, point) for point in self.points]
        return ... if any(value is ... for value in values) else values

    def agrees(self, given, value):
        expected = [np.asarray(value(point), dtype=float) for point in self.points]
        return all(np.abs(g - e).max() <= self.rtol * max(1.0, np.abs(e).max()) for g, e in zip(given, expected, strict=True))

    def advice(self, given):
        return self.hint

    def _try(self, function, point):
        try:
            with np.errstate(all="ignore"):
                value = function(np.copy(point)[()])  # a copy: the reader's function may write into its argument
        except Exception as error:
            raise Unusable(f"The function raised {type(error).__name__} ({error}) at {_short(point)}.") from error
        if value is ...:
            return value
        value, shape = _numbers(value, "The function returned"), np.shape(self.truth(point))
        if value.shape != shape:
            raise Unusable(f"The function should return {_shape(shape)}, and it returned {_shape(value.shape)}.")
        return value


def _numbers(answer, subject="This is", infinite=False):
    """The answer as an array of real numbers, finite unless ``infinite``; a text that looks like a number is none."""
    try:
        given = np.asarray(answer)
    except ValueError:  # rows of different lengths
        raise Unusable(f"{subject} {_short(answer)}, whose rows differ in length.") from None
    if given.dtype == object and all(isinstance(entry, (Real, Decimal)) for entry in given.flat):
        given = given.astype(float)  # fractions, decimals
    if given.dtype.kind not in "fiu" or not given.size:
        raise Unusable(f"{subject} {_short(answer)}, which is not a number or an array of numbers.")
    if np.isnan(given).any() or not (infinite or np.isfinite(given).all()):
        raise Unusable(f"{subject} {_short(answer)}, which is not finite.")
    return given.astype(float)


def _shape(shape):
    return f"an array of shape {shape}" if shape else "a single number"


def _short(value):
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}…"
