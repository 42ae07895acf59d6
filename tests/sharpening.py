"""The constants that a law states: one at a time can be made sharper, and then the law has to fail.

A law passes its bounds and formulas through `at_most`, `at_least` and `exactly`, which return them as they are.
"""

import sys
from contextlib import contextmanager
from contextvars import ContextVar

FACTORS = {"at_most": (0.95,), "at_least": (1.05,), "exactly": (0.95, 1.05)}  # what each kind of constant is multiplied by
SHARPENED = ContextVar("the line whose constant is made sharper, and the factor", default=(None, 1.0))


def at_most(value, loose=1):
    """A bound from above, which on the instances of the law is at most so many times too large."""
    return value * factor(loose)


def at_least(value, loose=1):
    """A bound from below, which on the instances of the law is at most so many times too small."""
    return value * factor(1 / loose)


def exactly(value):
    """A formula for the number itself."""
    return value * factor()


def factor(loose=1):
    """That of the constant which is written on the line of the law: 1 but for the one that is made sharper."""
    line, sharper = SHARPENED.get()
    return sharper / loose if sys._getframe(2).f_lineno == line else 1.0


@contextmanager
def sharpened(line, factor):
    """Within it the constant of this line of the law is multiplied by the factor."""
    token = SHARPENED.set((line, factor))
    try:
        yield
    finally:
        SHARPENED.reset(token)
