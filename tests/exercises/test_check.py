"""What an exercise tells the reader: right, open, which mistake, a hint, or why the answer cannot be judged."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from gdtools.check import STATES, Exercise, Feedback, judge
from gdtools.problems import Problem
from gdtools.questions import Choice, Count, Function, Mistake, Number

NUMBER = Number(truth=0.1, hint="think", mistakes=(Mistake(0.05, "half"), Mistake(np.inf, "2/0")))
CLOSE = "Close, but not close enough: within 0.5 % is asked for."
TWICE = Mistake(np.array([6.0, 2.0, 4.0]), "twice")
ARRAY = Number(truth=np.array([3.0, 1.0, 2.0]), hint="think", mistakes=(TWICE,), any_order=True)
CHOICE = Choice(truth="grows", mistakes=(Mistake("settles", "too calm"), Mistake("Needs L", "below 2/L")))
FUNCTION = Function(
    truth=lambda u: 2 * u, points=[np.array([1.0, 2.0]), np.array([0.0, -3.0])],
    hint="think", mistakes=(Mistake(lambda u: u, "lost 2"),),
)  # fmt: skip
SCALAR = Function(truth=lambda r: 3 * r, points=[1.0, 2.0], hint="think")
ORDERED = Number(truth=np.array([1.0, 2.0]), hint="think")
QUESTIONS = {
    "number": NUMBER, "array": ARRAY, "choice": CHOICE, "function": FUNCTION,
    "scalar": SCALAR, "ordered": ORDERED, "count": None,
}  # fmt: skip


@pytest.fixture
def exercise():
    count = Count(truth=166, hint="think", mistakes=(Mistake(9, "fast one"),))
    return Exercise(Problem("test", None, QUESTIONS | {"count": count}))


@pytest.mark.parametrize(("name", "answer"), [
    ("number", 0.1), ("number", 0.1004), ("number", np.float32(0.1)), ("number", [0.1]),
    ("number", Fraction(1, 10)), ("number", Decimal("0.1")), ("array", [1, Fraction(4, 2), 3]), ("count", Decimal(166)),
    ("array", [1, 2, 3]), ("array", (2.0, 3.0, 1.004)), ("ordered", np.array([1, 2])),
    ("choice", "grows"), ("choice", " Grows "), ("count", 165), ("count", np.int64(167)),
    ("function", lambda u: u + u), ("scalar", lambda r: 3 * r),
])  # fmt: skip
def test_right_answers_in_all_their_forms(exercise, name, answer):
    feedback = exercise.check(name, answer)
    assert feedback
    assert str(feedback) == f"✓ {name}: right."


@pytest.mark.parametrize(("name", "answer", "words"), [
    ("number", 0.05, "half"), ("number", 0.106, "think"), ("number", -0.1, "think"),
    ("number", 0.1006, CLOSE), ("number", Fraction(19, 200), CLOSE), ("number", np.inf, "2/0"), ("number", -np.inf, "think"),
    ("array", [2, 4, 6], "twice"), ("array", [1, 2, 4], "think"), ("array", [1.04, 2, 3.1], CLOSE),
    ("array", [1, 2, 3.3], "think"), ("ordered", [2, 1], "think"),
    ("choice", "settles", "too calm"), ("choice", "needs l", "below 2/L"),
    ("count", 10, "fast one"), ("count", 168, "think"),
    ("function", lambda u: u, "lost 2"), ("function", lambda u: 2 * u + 1, "think"), ("scalar", lambda r: r, "think"),
])  # fmt: skip
def test_a_wrong_answer_gets_the_words_of_its_mistake_or_a_hint(exercise, name, answer, words):
    feedback = exercise.check(name, answer)
    assert not feedback
    assert str(feedback) == f"✗ {name}: not right yet. {words}"


@pytest.mark.parametrize("name", QUESTIONS)
def test_three_dots_are_no_answer_yet(exercise, name):
    assert str(exercise.check(name, ...)) == f"○ {name}: not answered yet."


def test_a_function_that_returns_three_dots_is_no_answer_yet(exercise):
    assert exercise.check("function", lambda u: ...).state == "open"


def fails(u):
    raise ZeroDivisionError("division by zero")


NONSENSE = [
    ("number", "0.1", "This is '0.1', which is not a number or an array of numbers."),
    ("number", None, "This is None, which is not a number or an array of numbers."),
    ("number", True, "This is True, which is not a number or an array of numbers."),
    ("number", 1j, "This is 1j, which is not a number or an array of numbers."),
    ("number", float("nan"), "This is nan, which is not finite."),
    ("number", [0.1, 0.2], "Expected a single number, and this is an array of shape (2,)."),
    ("number", lambda: 0.1, "which is not a number"),
    ("array", [], "This is [], which is not a number or an array of numbers."),
    ("array", 1.0, "Expected an array of shape (3,), and this is a single number."),
    ("array", [1, [2, 3]], "This is [1, [2, 3]], whose rows differ in length."),
    ("array", [1, ..., 3], "This is [1, Ellipsis, 3], which is not a number or an array of numbers."),
    ("array", [1, 2, np.inf], "which is not finite."),
    ("count", "x" * 100, "xxx…, which is not a number"),
    ("choice", "explodes", "Expected one of 'Needs L', 'grows', 'settles', and this is 'explodes'."),
    ("choice", 3, "and this is 3."),
    ("function", 3.0, "Expected a function, and this is 3.0."),
    ("function", fails, "The function raised ZeroDivisionError (division by zero) at array([1., 2.])."),
    ("function", lambda u: None, "The function returned None, which is not a number or an array of numbers."),
    ("function", lambda u: u[0], "The function should return an array of shape (2,), and it returned a single number."),
    ("function", lambda u: u / 0, "which is not finite."),
    ("scalar", lambda r: r / 0, "which is not finite."),
    ("function", lambda: 1, "The function raised TypeError"),
    ("scalar", lambda r: [r, r], "The function should return a single number, and it returned an array of shape (2,)."),
]


@pytest.mark.parametrize(("name", "answer", "sentence"), NONSENSE)
def test_nonsense_gets_one_plain_sentence(exercise, name, answer, sentence):
    feedback = exercise.check(name, answer)
    assert feedback.state == "unclear"
    assert sentence in feedback.text
    assert feedback.text.endswith(".")
    assert "\n" not in feedback.text
    assert exercise.check(name, ...).state == "open"  # and the exercise goes on


@pytest.mark.parametrize(("truth", "near", "far"), [(100.0, 100.09, 100.11), (0.1, 0.1009, 0.1011), (-100.0, -99.91, -99.89)])
def test_a_function_is_right_to_within_a_share_of_its_size_or_of_one(truth, near, far):
    question = Function(truth=lambda r: truth, points=[1.0], hint="think", rtol=1e-3)
    assert judge(question, lambda r: near) == ("right", "")
    assert judge(question, lambda r: far) == ("wrong", "think")


def test_of_two_mistakes_that_agree_the_first_is_named():
    question = Number(truth=1.0, hint="think", mistakes=(Mistake(2.0, "first"), Mistake(2.0, "second")))
    assert judge(question, 2.0) == ("wrong", "first")


def test_an_array_of_one_number_is_asked_for_as_such():
    assert judge(Number(truth=np.array([2.0]), hint="think"), [2.0]) == ("right", "")


def test_a_function_may_write_into_its_argument(exercise):
    def doubled(u):
        u *= 2
        return u

    assert exercise.check("function", doubled)
    assert exercise.check("function", doubled)


def test_progress_counts_what_is_right_and_names_what_is_open(exercise):
    exercise.check("number", 0.1)
    exercise.check("choice", "settles")
    assert str(exercise.progress()) == "○ 1 of 7 right. Still open: array, choice, function, scalar, ordered, count."
    answers = {"array": [1, 2, 3], "choice": "grows", "function": FUNCTION.truth, "scalar": SCALAR.truth}
    for name, answer in (answers | {"ordered": [1, 2], "count": 166}).items():
        exercise.check(name, answer)
    assert str(exercise.progress()) == "✓ 7 of 7 right."
    assert exercise.progress()
    exercise.check("number", 3)
    assert not exercise.progress()


def test_everything_is_open_at_first(exercise):
    assert exercise.states == dict.fromkeys(QUESTIONS, "open")


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 58 + "'"), (61, "x" * 56 + "…")])
def test_a_long_answer_is_shown_up_to_sixty_characters(exercise, length, shown):
    assert exercise.check("number", "x" * (length - 2)).text.startswith(f"This is '{shown}, which")


def test_an_unknown_question_names_the_known_ones(exercise):
    with pytest.raises(ValueError, match="name is 'numbr'; expected one of 'number', 'array'"):
        exercise.check("numbr", 0.1)


def test_the_box_says_in_words_what_it_shows_by_mark_and_colour():
    box = Feedback("wrong", "bound: not right yet", "2 < 3 & 4")._repr_html_()
    assert '<span aria-hidden="true">✗</span> <strong>bound: not right yet.</strong> 2 &lt; 3 &amp; 4' in box
    assert 'role="status"' in box


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_box_of_its_own_colour(state):
    box, (mark, _, colour) = Feedback(state, "bound")._repr_html_(), STATES[state]
    assert f'class="feedback {state}"' in box
    assert f"{colour};" in box
    assert mark in box
