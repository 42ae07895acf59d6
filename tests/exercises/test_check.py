"""What an exercise tells the reader: right, open, which mistake, a hint, or why the answer cannot be judged."""

import sys
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from pages import ROOT

from gdtools.check import CHAPTERS, STATES, Exercise, Feedback, judge
from gdtools.problems import Problem
from gdtools.questions import Choice, Count, Function, Mistake, Number

NUMBER = Number(truth=0.1, hint="think", mistakes=(Mistake(0.05, "half"), Mistake(np.inf, "2/0")))
CLOSE = "Close, but not close enough: within 0.5 % is asked for."
TWICE = Mistake(np.array([6.0, 2.0, 4.0]), "twice")
ARRAY = Number(truth=np.array([3.0, 1.0, 2.0]), hint="think", mistakes=(TWICE,), any_order=True)
CHOICE = Choice(
    truth="grows",
    mistakes=(
        Mistake("settles", "too calm"), Mistake("Needs L", "below 2/L"),
        Mistake("x grows and y settles", "the other"), Mistake("y grows and x settles", "this one"),
    ),
)  # fmt: skip
AXIS = Number(truth=np.array([0.6, 0.8]), hint="think", mistakes=(Mistake(np.array([-0.8, 0.6]), "other"),), up_to_sign=True)
FUNCTION = Function(
    truth=lambda u: 2 * u, points=[np.array([1.0, 2.0]), np.array([0.0, -3.0])],
    hint="think", mistakes=(Mistake(lambda u: u, "lost 2"),),
)  # fmt: skip
SCALAR = Function(truth=lambda r: 3 * r, points=[1.0, 2.0], hint="think")
ORDERED = Number(truth=np.array([1.0, 2.0]), hint="think")
QUESTIONS = {
    "number": NUMBER, "array": ARRAY, "choice": CHOICE, "function": FUNCTION,
    "scalar": SCALAR, "ordered": ORDERED, "axis": AXIS, "count": None, "long": None,
}  # fmt: skip


@pytest.fixture
def exercise():
    count = Count(truth=166, hint="think", mistakes=(Mistake(9, "fast one"),))
    long = Count(truth=np.array([40, 3000]), hint="think", mistakes=(Mistake([80, 6000], "twice"),))
    return Exercise(Problem("test", SimpleNamespace(), QUESTIONS | {"count": count, "long": long}))


@pytest.mark.parametrize(("name", "answer"), [
    ("number", 0.1), ("number", 0.1004), ("number", np.float32(0.1)), ("number", [0.1]),
    ("number", Fraction(1, 10)), ("number", Decimal("0.1")), ("array", [1, Fraction(4, 2), 3]), ("count", Decimal(166)),
    ("array", [1, 2, 3]), ("array", (2.0, 3.0, 1.004)), ("ordered", np.array([1, 2])),
    ("number", "0.1"), ("number", " 1/10 "), ("number", "1e-1"), ("number", 0.1 + 0j), ("number", np.complex128(0.1)),
    ("number", [[0.1]]), ("array", [[1], [2], [3]]), ("array", np.array([[3.0, 1.0, 2.0]])), ("array", {2, 1, 3}),
    ("array", ["1", "4/2", Decimal(3)]), ("array", np.linalg.eigh(np.diag([1, 2, 3]))),
    ("array", np.linalg.eig(np.diag([3, 1, 2]))), ("array", tuple(np.linalg.eigh(np.diag([1.0, 2, 3])))),
    ("array", np.array([1, 2, 3 + 0j])), ("axis", [0.6, 0.8]), ("axis", [-0.6, -0.8]), ("axis", np.array([[0.6], [0.8]])),
    ("choice", "grows"), ("choice", " Grows "), ("choice", "grow"), ("choice", "grows."),
    ("count", 165), ("count", np.int64(167)), ("count", "166"), ("long", [41, 3030]), ("long", [39, 2970]),
    ("function", lambda u: (2 * u)[:, None]),
    ("function", lambda u: u + u), ("scalar", lambda r: 3 * r),
])  # fmt: skip
def test_right_answers_in_all_their_forms(exercise, name, answer):
    feedback = exercise.check(name, answer)
    assert feedback
    assert str(feedback) == f"✓ {name}: right."


@pytest.mark.parametrize(("name", "answer", "words"), [
    ("number", 0.05, "half"), ("number", 0.106, "think"), ("number", -0.1, "think"),
    ("number", 0.1006, "think"), ("number", Fraction(19, 200), "think"),
    ("number", np.inf, "2/0"), ("number", -np.inf, "think"),
    ("array", [2, 4, 6], "twice"), ("array", [1, 2, 4], "think"), ("array", [1.04, 2, 3.1], "think"),
    ("array", [1, 2, 3.3], "think"), ("ordered", [2, 1], "think"),
    ("choice", "settles", "too calm"), ("choice", "needs l", "below 2/L"), ("choice", "setles", "too calm"),
    ("choice", "x settles and y grows", "this one"), ("choice", "y settles, x grows", "the other"),
    ("choice", "xgrows and ysettles", "the other"),
    ("count", 10, "fast one"), ("count", 168, "think"), ("count", 170, "think"),
    ("long", [40, 3031], "think"), ("long", [42, 3000], "think"), ("long", [80, 6050], "twice"),
    ("axis", [0.8, -0.6], "other"), ("axis", [0.6, -0.8], "think"),
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


def quits(u):
    sys.exit(7)


def writes(u):
    u *= 2
    return u


class Unwritable:
    def __repr__(self):
        raise RuntimeError("no words")


class Unshaped:
    def __array__(self, *_, **__):
        raise KeyError("no array")


NONSENSE = [
    ("number", Unshaped(), "which is not a number or an array of numbers."),
    ("number", "a tenth", "This is 'a tenth', which is not a number or an array of numbers."),
    ("number", "1/0", "This is '1/0', which is not a number or an array of numbers."),
    ("number", "1/2/3", "which is not a number"),
    ("ordered", ["1e999", 1], "This is ['1e999', 1], which is not finite."),
    ("number", 10**400, "…, which is too large to be judged."),
    ("number", -(10**400), "too large"),
    ("number", [10**400, 0.5], "too large"),
    ("number", [10**5000], "This is a value of type list, which is too large"),
    ("number", b"0.1", "which is not a number"),
    ("number", {"a": 1}, "which is not a number"),
    ("number", Decimal("sNaN"), "which is not a number"),
    ("number", np.datetime64("2026-01-01"), "which is not a number"),
    ("number", Unwritable(), "This is a value of type Unwritable, which is not a number"),
    ("number", [True, False], "which is not a number"),
    ("number", np.array([0.1, "x"], dtype=object), "which is not a number"),
    ("number", np.linalg.eigh(np.eye(2)), "These are eigenvalues and eigenvectors together: give only what is asked for."),
    ("ordered", {1, 2}, "A set has no order, which matters here: give a list."),
    ("ordered", np.linalg.eigh(np.diag([1, 2])), "These are eigenvalues and eigenvectors together"),
    ("array", {1, 2}, "Expected a list of 3 numbers, and this is a list of 2 numbers."),
    ("array", [1, 2, 3 + 1e-3j], "which is not a number"),
    ("choice", "x grows", "Expected one of"),
    ("choice", "", "Expected one of"),
    ("choice", "and", "Expected one of"),
    ("number", None, "This is None, which is not a number or an array of numbers."),
    ("number", True, "This is True, which is not a number or an array of numbers."),
    ("number", 1j, "This is 1j, which is not a number or an array of numbers."),
    ("number", float("nan"), "This is nan, which is not finite."),
    ("number", [0.1, 0.2], "Expected a single number, and this is a list of 2 numbers."),
    ("number", lambda: 0.1, "which is not a number"),
    ("array", [], "This is [], which is not a number or an array of numbers."),
    ("array", 1.0, "Expected a list of 3 numbers, and this is a single number."),
    ("array", [1, [2, 3]], "This is [1, [2, 3]], whose rows differ in length."),
    ("array", [1, ..., 3], "This is [1, Ellipsis, 3], which is not a number or an array of numbers."),
    ("array", [1, 2, np.inf], "which is not finite."),
    ("count", "x" * 100, "xxx…, which is not a number"),
    ("choice", "explodes", ", 'settles', 'x grows and y settles', 'y grows and x settles', and this is 'explodes'."),
    ("choice", 3, "and this is 3."),
    ("function", quits, "The function raised SystemExit (7) at array([1., 2.])."),
    ("function", writes, "The function writes into its argument, which is the caller's: compute a new array and return it."),
    ("function", 3.0, "Expected a function, and this is 3.0."),
    ("function", fails, "The function raised ZeroDivisionError (division by zero) at array([1., 2.])."),
    ("function", lambda u: None, "The function returned None, which is not a number or an array of numbers."),
    ("function", lambda u: u[0], "The function should return a list of 2 numbers, and it returned a single number."),
    ("function", lambda u: u / 0, "which is not finite."),
    ("scalar", lambda r: r / 0, "which is not finite."),
    ("function", lambda: 1, "The function raised TypeError"),
    ("scalar", lambda r: [r, r], "The function should return a single number, and it returned a list of 2 numbers."),
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


@pytest.mark.parametrize(("truth", "given", "close"), [
    (0.535898, 0.54, True), (0.535898, 0.53, True), (0.535898, 0.5, False), (0.535898, 0.55, False), (0.535898, 0.5333, False),
    (-0.535898, -0.54, True), (-0.535898, 0.54, False), (32897.2, 33_500, False), (32897.2, 32_000, True), (5184.0, 5200, True),
    (0.25, 0.3, False), (0.2551, 0.26, True), (0.2549, 0.25, True), (0.0, 0.1, False), (7.25, 7.3, True), (7.35, 7.3, True),
    (3.0, 3.1, False), (3.0, 2.9, False), (2980.9, 2900, True), (1.02e-7, 1e-7, True), (1.02e-7, 1.04e-7, False),
])  # fmt: skip
def test_close_is_said_to_the_truth_with_too_few_digits_alone(truth, given, close):
    question = Number(truth=truth, hint="think", rtol=1e-4)
    told = "Close, but not close enough: within 0.01 % is asked for." if close else "think"
    assert judge(question, given) == ("wrong", told)
    assert judge(Number(truth=np.array([truth, 8.0]), hint="think", rtol=1e-4), [given, 8.0]) == ("wrong", told)


def test_close_is_said_up_to_the_sign_and_in_any_order():
    close = ("wrong", "Close, but not close enough: within 0.5 % is asked for.")
    for given in ([0.6, 0.81], [-0.6, -0.81]):
        assert judge(Number(truth=np.array([0.604, 0.81]), hint="think", up_to_sign=True), given) == close
    assert judge(Number(truth=np.array([3.04, 1.0]), hint="think", any_order=True), [1.0, 3.0]) == close


def test_what_a_problem_gives_cannot_be_written_into():
    numbers = np.array([1.0, 2.0])
    given = Problem("test", SimpleNamespace(x=numbers, lr=0.1), {}).given
    with pytest.raises(ValueError, match="read-only"):
        given.x[0] = 3
    with pytest.raises(ValueError, match="read-only"):
        given.x *= 2
    with pytest.raises(AttributeError, match="lr cannot be set: what a problem gives stays as it is"):
        given.lr = 0.2
    numbers[0] = 3
    assert given.x[0] == 1
    assert given.lr == 0.1


def test_a_prediction_is_noted_and_not_judged(exercise):
    for answer in ("grows", " Settle"):
        noted = exercise.predict("choice", answer)
        assert noted.state == "open"
        assert str(noted) == f"○ choice: noted. You predict “{answer.strip().lower().rstrip('s')}s”. “Run it” will tell."
    assert exercise.states["choice"] == "open"
    assert str(exercise.predict("choice", ...)) == "○ choice: not answered yet."
    assert str(exercise.predict("choice", 3)).startswith("? choice: cannot be checked. Expected one of ")
    with pytest.raises(ValueError, match="name is 'chance'; expected one of 'number', 'array'"):
        exercise.predict("chance", "grows")


@pytest.mark.parametrize(("predicted", "answer", "text"), [
    ("grows", "grows", "You predicted “grows”, and that is what happened."),
    ("settles", "grows", "You predicted “settles”, and something else happened."),
    ("grows", "settles", "too calm You predicted “grows”."), ("settles", "settles", "too calm You predicted “settles”."),
    (..., "grows", ""), ("explodes", "settles", "too calm"), ("grows", ..., ""),
])  # fmt: skip
def test_a_check_tells_what_was_predicted_if_anything_was(exercise, predicted, answer, text):
    exercise.predict("choice", predicted)
    assert exercise.check("choice", answer).text == text
    assert exercise.check("number", 0.1).text == ""


def test_after_right_comes_the_lesson_and_where_there_is_more():
    question = Number(truth=2.0, hint="think", lesson="It is even.", see="step-size")
    exercise = Exercise(Problem("test", SimpleNamespace(), {"number": question}))
    assert judge(question, 2) == ("right", "It is even.")
    assert str(exercise.check("number", 2)) == "✓ number: right. It is even. (more in the chapter on step size)"
    box = exercise.check("number", 2)._repr_html_()
    assert 'It is even. <a href="../chapters/step-size.md">More: step size</a></div>' in box
    assert str(exercise.check("number", 3)) == "✗ number: not right yet. think"


def test_the_chapters_that_are_named_are_there():
    for name, title in CHAPTERS.items():
        text = (ROOT / "chapters" / f"{name}.md").read_text(encoding="utf-8")
        assert f"\n# {title}\n".lower() in text.lower()


def test_what_was_right_stays_right_without_an_answer(exercise):
    exercise.check("number", 0.1)
    assert str(exercise.check("number", ...)) == "○ number: not answered yet."
    assert exercise.states["number"] == "right"
    exercise.check("number", "x")
    assert exercise.states["number"] == "unclear"


def test_progress_counts_what_is_right_and_names_what_is_open(exercise):
    exercise.check("number", 0.1)
    exercise.check("choice", "settles")
    left = "array, choice, function, scalar, ordered, axis, count, long"
    assert str(exercise.progress()) == f"○ 1 of 9 right. Still open: {left}."
    answers = {"array": [1, 2, 3], "choice": "grows", "function": FUNCTION.truth, "scalar": SCALAR.truth}
    for name, answer in (answers | {"ordered": [1, 2], "axis": [0.6, 0.8], "count": 166, "long": [40, 3000]}).items():
        exercise.check(name, answer)
    assert str(exercise.progress()) == "✓ 9 of 9 right."
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


def test_a_fault_of_the_reading_itself_is_not_told_to_the_reader_as_theirs(monkeypatch):
    def faulty(text):
        raise KeyError(text)

    monkeypatch.setattr("gdtools.typed.number", faulty)
    with pytest.raises(KeyError):
        judge(NUMBER, "0.1")
