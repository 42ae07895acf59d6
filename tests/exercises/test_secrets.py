"""No hint and no word on a mistake tells the number that is asked for, in any draw."""

import re

import numpy as np
import pytest

from gdtools import problems
from gdtools.questions import Choice, Number

DRAWS = [None, *range(1, 6)]
TOLD = re.compile(r"(?<![\d^])\d+(?:[.,]\d+)*(?:e[-−+]?\d+)?")
# What answers a question in letters; who made a mistake may be told, but a hint is for everybody.
CLOSED = {
    "bound": ("2/L", "1/(2x₀²)"),
    "start_bound": ("2/L", "e^β₀ ·"),
    "condition": ("L/μ",),
    "condition_standardised": ("(1 + r)/(1 − r)",),
    "rest": ("2^(1/6)", "2**(1/6)", "σ/r)⁶ = ½"),
    "inflection": ("26/7",),
    "curvature": ("72ε", "72 ε"),
    "left": ("8ηk", "√(8"),
    "steps_raw": ("κ log 10⁶",),
    "third": ("(1 − ηλ)³",),
}


def alike(told, value):
    """Whether a number in a text is the value, rounded or cut to three digits or more, or whole with two."""
    digits = len(re.sub(r"\D", "", re.split("e", told)[0]).lstrip("0"))
    number = float(told.replace(",", "").replace("−", "-"))
    if number == abs(value):
        return digits >= 2 and value not in (0.5, 10)
    last = 10.0 ** (np.floor(np.log10(number)) - digits + 1) if number else 0
    return digits >= 3 and abs(number - abs(value)) < last


def gives_away(words, question):
    """The numbers of a text that are an entry of the truth."""
    return [told for told in TOLD.findall(words) for value in np.ravel(question.truth) if alike(told, value)]


def asked(name, kind):
    for seed in DRAWS:
        for key, question in getattr(problems, name)(seed).questions.items():
            if isinstance(question, kind):
                yield seed, key, question


@pytest.mark.parametrize("name", problems.NAMES)
def test_no_hint_and_no_word_tells_the_number(name):
    for seed, key, question in asked(name, Number):
        for words in (question.hint, *(mistake.words for mistake in question.mistakes)):
            assert gives_away(words, question) == [], (seed, key, words)


@pytest.mark.parametrize("name", problems.NAMES)
def test_no_hint_tells_the_answer_in_letters_and_no_word_says_that_it_does(name):
    for _, key, question in asked(name, object):
        hint = "" if isinstance(question, Choice) else question.hint
        assert not any(closed in hint for closed in CLOSED.get(key, ())), (key, hint)
        for words in (hint, *(mistake.words for mistake in question.mistakes)):
            assert not re.search(r"answer is|should be \d|truth", words), (key, words)


@pytest.mark.parametrize(("words", "value", "found"), [
    ("It is about 0.0159.", 0.015873, ["0.0159"]),
    ("It is 0.0158.", 0.015873, ["0.0158"]),
    ("It takes 88 steps.", 88, ["88"]),
    ("It takes 88 steps.", 88.3, []),
    ("It takes 1,659.4.", 1659.4, ["1,659.4"]),
    ("It is 1.59e-2, twice 8.", 0.015873, ["1.59e-2"]),
    ("The count to 1e-6.", 6, []),
])  # fmt: skip
def test_a_number_in_a_text_is_known_again(words, value, found):
    assert gives_away(words, Number(truth=value, hint="")) == found
