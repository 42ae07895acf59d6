"""What an exercise can ask for: a number or an array, a word from a choice, a function.

Every kind of question holds its ``truth`` and each known `Mistake`, the first of which names an answer that two lead to;
the ``lesson`` is told after the right answer, and ``see`` names the chapter with more of it.
Those that can be answered in any other way hold a ``hint`` too, and give ``advice`` on any other answer.
``read`` turns what the reader gave into a form that ``agrees`` can compare, or raises `Unusable`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import combinations
from numbers import Complex
from typing import NamedTuple

import numpy as np

from gdtools import typed


class Unusable(Exception):
    """An answer that cannot be judged at all; the message tells the reader what was expected."""


class _NoNumber(Unusable):
    """An answer in which no number can be read."""


class Mistake(NamedTuple):
    """A known mistake: the ``answer`` that it leads to, of the same kind as the truth, and the ``words`` for the reader.

    The ``formula`` of a function, in LaTeX, is what a reader can choose where functions cannot be written.
    """

    answer: float | np.ndarray | str | Callable
    words: str
    formula: str = ""


@dataclass(frozen=True, kw_only=True)
class Number:
    r"""A question answered by a number, or by an array of them, in ``any_order`` or ``up_to_sign`` where that is no matter.

    .. math:: |\text{given} - \text{truth}| \le \max(\text{atol}, \text{rtol}\,|\text{truth}|)

    An infinite answer can be judged where it is that of a known mistake.
    Of a ``count`` it says nothing to be near.
    """

    truth: float | np.ndarray
    hint: str
    mistakes: tuple[Mistake, ...] = ()
    rtol: float = 0.005
    atol: float = 1e-12
    any_order: bool = False
    up_to_sign: bool = False
    count: bool = False
    lesson: str = ""
    see: str = ""

    def read(self, answer):
        given = self._typed(answer) if isinstance(answer, str) else self._told(answer)
        given = _without_axes_of_one(given, np.shape(self.truth))
        if given.shape != np.shape(self.truth):
            raise Unusable(f"Expected {_shape(np.shape(self.truth))}, and this is {_shape(given.shape)}.")
        return self._arranged(given)

    def _told(self, answer):
        return _numbers(self._plain(answer), infinite=any(np.isinf(mistake.answer).any() for mistake in self.mistakes))

    def _typed(self, text):
        """The numbers of a text, or what is to be changed in it."""
        told = f"Expected {_shape(np.shape(self.truth))}, and this is {_short(text)}"
        if words := typed.refused(text, many=np.ndim(self.truth) > 0):
            raise Unusable(f"{told}: {words}.")
        try:
            return self._told(text)
        except _NoNumber:
            if words := typed.unread(text):
                raise Unusable(f"{told}: {words}.") from None
            raise

    def agrees(self, given, value):
        value = self._arranged(np.asarray(value, dtype=float))
        return any(self._within(given, each) for each in self._signed(value))

    def tolerance(self, value):
        """How far from a value an answer may lie."""
        return np.maximum(self.atol, self.rtol * np.abs(value))

    def advice(self, given):
        """The hint, unless the answer is the truth with too few digits."""
        truth = self._arranged(np.asarray(self.truth, dtype=float))
        short = self.rtol > 0 and not self.count and any(_cut_short(given, each) for each in self._signed(truth))
        return f"Close, but not close enough: within {100 * self.rtol:g} % is asked for." if short else self.hint

    def clear(self):
        """Whether any two of the truth and the mistakes' answers lie three tolerances apart."""
        return all(self._apart(*pair) for pair in _pairs(self))

    def _apart(self, one, other):
        one, other = (self._arranged(np.asarray(value, dtype=float)) for value in (one, other))
        with np.errstate(invalid="ignore"):
            room = 3 * np.fmax(self.tolerance(one), self.tolerance(other))
            return all(bool((np.abs(one - each) >= np.where(np.isinf(room), 0, room)).any()) for each in self._signed(other))

    def _plain(self, answer):
        """The answer without what it need not say: a set where the order is no matter, the vectors beside eigenvalues."""
        if isinstance(answer, (set, frozenset)):
            if not self.any_order:
                raise Unusable("A set has no order, which matters here: give a list.")
            return list(answer)
        if _eigenpairs(answer):
            if not self.any_order:
                raise Unusable("These are eigenvalues and eigenvectors together: give only what is asked for.")
            return answer[0]
        return answer

    def _within(self, given, value):
        with np.errstate(invalid="ignore"):
            near = np.abs(given - value) <= self.tolerance(value)
        return bool((near & np.isfinite(value) | (given == value)).all())

    def _arranged(self, numbers):
        return np.sort(numbers) if self.any_order else numbers

    def _signed(self, numbers):
        return (numbers, -numbers) if self.up_to_sign else (numbers,)


def Count(*, room: float = 0.01, **settings):
    """A question answered by a number of steps, right to within one or, of many steps, a share of ``room``.

    Conventions differ on whether the last step counts, and the answers before it may have lost a few digits.
    """
    return Number(rtol=room, atol=1.0, count=True, **settings)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A question answered by one of a few words, which are the truth and the answers of the mistakes."""

    truth: str
    mistakes: tuple[Mistake, ...]
    lesson: str = ""
    see: str = ""

    @property
    def options(self):
        return sorted({self.truth, *(mistake.answer for mistake in self.mistakes)})

    def read(self, answer):
        same = [option for option in self.options if isinstance(answer, str) and _reads(option, answer, _exactly)]
        meant = same or [option for option in self.options if isinstance(answer, str) and _reads(option, answer, _nearly)]
        if len(meant) != 1:
            raise Unusable(f"Expected one of {', '.join(map(repr, self.options))}, and this is {_short(answer)}.")
        return meant[0]

    def agrees(self, given, value):
        return given == value

    def clear(self):
        """Whether no two of the options are the same."""
        return len(self.options) == 1 + len(self.mistakes)


@dataclass(frozen=True, kw_only=True)
class Function:
    """A question answered by a function, which is tried at each of the ``points``, or by the choice of its ``formula``."""

    truth: Callable
    points: list
    hint: str
    mistakes: tuple[Mistake, ...] = ()
    formula: str = ""
    rtol: float = 1e-6
    lesson: str = ""
    see: str = ""

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

    def clear(self):
        """Whether the truth and the mistakes' answers all differ at some point."""
        return not any(self.agrees([np.asarray(one(point)) for point in self.points], other) for one, other in _pairs(self))

    def _try(self, function, point):
        value = _called(function, point)
        if value is ...:
            return value
        value, shape = _numbers(value, "The function returned"), np.shape(self.truth(point))
        value = _without_axes_of_one(value, shape)
        if value.shape != shape:
            raise Unusable(f"The function should return {_shape(shape)}, and it returned {_shape(value.shape)}.")
        return value


def _pairs(question):
    return combinations([question.truth, *(mistake.answer for mistake in question.mistakes)], 2)


# Functions


def _called(function, point):
    """What the function returns at the point, unless it fails, leaves, or writes into its argument."""
    argument = np.copy(point)[()]
    try:
        with np.errstate(all="ignore"):
            value = function(argument)
    except (Exception, SystemExit) as error:
        raise Unusable(f"The function raised {type(error).__name__} ({_short(error, str)}) at {_short(point)}.") from error
    if not np.array_equal(argument, point):
        raise Unusable("The function writes into its argument, which is the caller's: compute a new array and return it.")
    return value


# Numbers


def _numbers(answer, subject="This is", infinite=False):
    """The answer as an array of real numbers, finite unless ``infinite``."""
    refused = _NoNumber(f"{subject} {_short(answer)}, which is not a number or an array of numbers.")
    try:
        given = np.asarray(answer)
    except Exception as fault:  # what makes an object an array is its own code, which may fail in any way
        ragged = Unusable(f"{subject} {_short(answer)}, whose rows differ in length.")
        raise (ragged if "inhomogeneous" in str(fault) else refused) from fault
    try:
        given = np.real_if_close(_plain(given))
    except OverflowError:
        raise Unusable(f"{subject} {_short(answer)}, which is too large to be judged.") from None
    except (TypeError, ValueError, ZeroDivisionError):
        raise refused from None
    if given.dtype.kind not in "fiu" or not given.size:
        raise refused
    if np.isnan(given).any() or not (infinite or np.isfinite(given).all()):
        raise Unusable(f"{subject} {_short(answer)}, which is not finite.")
    return given.astype(float)


def _plain(given):
    """Texts, fractions, decimals and long integers as plain numbers; other arrays as they are."""
    if given.dtype.kind not in "OUS":
        return given
    return np.array([_number(entry) for entry in given.flat]).reshape(given.shape)


def _number(entry):
    """One entry as a plain number, which may be a text."""
    if isinstance(entry, str):
        return typed.number(entry)
    if isinstance(entry, bool | np.bool_) or not isinstance(entry, (Complex, Decimal)):
        raise TypeError
    return complex(entry) if isinstance(entry, complex) else float(entry)


def _without_axes_of_one(given, shape):
    """The numbers in the shape that is asked for, where only axes of length one tell the two apart."""
    bare = [length for length in given.shape if length != 1]
    return given.reshape(shape) if bare == [length for length in shape if length != 1] else given


def _eigenpairs(answer):
    """Whether the answer is all that np.linalg.eigh returns."""
    two = isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(part, np.ndarray) for part in answer)
    return two and answer[0].ndim == 1 and answer[1].shape == 2 * answer[0].shape


def _cut_short(given, truth):
    """Whether the numbers are others rounded, or cut, to two digits or more."""
    return all(map(_shorter, np.ravel(given).tolist(), np.ravel(truth).tolist()))


def _shorter(given, truth):
    """Whether a number differs from another by half of its own last digit, or falls short by less than the whole."""
    digit = 10.0 ** Decimal(repr(given)).normalize().as_tuple().exponent if np.isfinite(given) else 0.0
    missing = abs(truth) - abs(given)
    return abs(given - truth) <= 0.05 * abs(truth) and -0.5000001 * digit <= missing <= 0.9999999 * digit


# Words


def _reads(option, answer, alike):
    """Whether an answer names the option, its parts beside "and" in any order."""
    asked, told = _parts(option), _parts(answer)
    return len(asked) == len(told) and all(any(alike(part, other) for other in told) for part in asked)


def _parts(text):
    """The words of a text, in parts as "and" or a comma parts them."""
    parts = re.split(r",|\band\b", text.casefold())
    return [part for part in (re.findall(r"[^\W_]+(?:/[^\W_]+)?", part) for part in parts) if part]


def _exactly(words, others):
    return "".join(words) == "".join(others)


def _nearly(words, others):
    """Whether the words are others with a slip of spelling in the longer of them."""
    return len(words) == len(others) and all(map(_slip, words, others))


def _slip(word, other):
    return word == other or (min(len(word), len(other)) > 3 and SequenceMatcher(None, word, other).ratio() > 0.8)


def _shape(shape):
    if len(shape) == 1:
        return f"a list of {shape[0]} number{'s' * (shape[0] != 1)}"
    return f"an array of shape {shape}" if shape else "a single number"


def _short(value, write=repr):
    """The value as it is written, in one line, or what kind it is if nothing can write it."""
    try:
        text = " ".join(write(value).split())
    except Exception:  # integers of many thousand digits, objects that cannot show themselves
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}…"
