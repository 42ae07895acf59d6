"""What people type is read on the page as Python would read it, and what a browser keeps of it can be trusted."""

import json
import math

import numpy as np
import pytest
from answering import tables
from page_judge import on_page

from gdtools.check import Exercise, judge
from gdtools.problems import Problem, valley
from gdtools.questions import Choice, Function, Mistake, Number

# The text, how many dimensions the answer has, and what it stands for; None for what stands for nothing.
READ = [
    ("0.05", 0, 0.05), ("1/20", 0, 0.05), ("2/50", 0, 0.04), ("5e-2", 0, 0.05), (".5", 0, 0.5), ("5.", 0, 5), ("+3", 0, 3),
    ("5·10^-2", 0, 0.05), ("5 x 10^-2", 0, 0.05), ("5×10⁻²", 0, 0.05), ("10**-2", 0, 0.01), ("−0.5", 0, -0.5),
    ("sqrt(2)", 0, math.sqrt(2)), ("√2", 0, math.sqrt(2)), ("2√3", 0, 2 * math.sqrt(3)), ("2^(1/6)", 0, 2 ** (1 / 6)),
    ("2^1/6", 0, 2 / 6), ("2^3^2", 0, 512), ("-2^2", 0, -4), ("2^-1", 0, 0.5), ("2-3-4", 0, -5), ("8/4/2", 0, 1),
    ("pi", 0, math.pi), ("2π", 0, 2 * math.pi), ("2 pi", 0, 2 * math.pi), ("np.pi/2", 0, math.pi / 2), ("3(1 + 1)", 0, 6),
    ("ln(10)^2", 0, math.log(10) ** 2), ("log(10)", 0, math.log(10)), ("log10(100)", 0, 2), ("exp(1)", 0, math.e),
    ("cos(pi/6)", 0, math.cos(math.pi / 6)), ("abs(-3)", 0, 3), ("1 - 2", 0, -1), ("1 -2", 0, -1), ("inf", 0, math.inf),
    ("-∞", 0, -math.inf), ("0,05", 0, 0.05), ("-1,25", 0, -1.25), ("1_000", 0, 1000), ("[5]", 0, [5]), ("5,", 0, [5]),
    ("2,980", 0, [2, 980]), ("11 103", 0, [11, 103]),
    ("1, 2.5, 1/3", 1, [1, 2.5, 1 / 3]), ("1 2 3", 1, [1, 2, 3]), ("1 -2", 1, [1, -2]), ("1 - 2", 1, -1), ("-1 4", 1, [-1, 4]),
    ("1;2", 1, [1, 2]), ("0,5; 1,25", 1, [0.5, 1.25]), ("[0.26 1.   2. ]", 1, [0.26, 1, 2]), ("(1, 2)", 1, [1, 2]),
    ("{1, 2}", 1, [1, 2]), ("array([1., 2.])", 1, [1, 2]), ("2 sqrt(3)", 1, [2, math.sqrt(3)]),
    ("2sqrt(3)", 1, 2 * math.sqrt(3)), ("2-2cos(pi/3), 1", 1, [1, 1]),
    ("1, 2; 3, 4", 2, [[1, 2], [3, 4]]), ("1 2; 3 4", 2, [[1, 2], [3, 4]]),
    ("[[1, 2], [3, 4]]", 2, [[1, 2], [3, 4]]), ("[[1. 2.] [3. 4.]]", 2, [[1, 2], [3, 4]]), ("[]", 1, []),
    ("0,8038; 3,0; 6,0; 9,0; 11,196", 1, [0.8038, 3, 6, 9, 11.196]), ("4,5; 0", 1, [4.5, 0]), ("(0,6; 0,8)", 1, [0.6, 0.8]),
    ("1, 2; 3, 4", 1, [1, 2, 3, 4]), ("0,5; 1/4", 1, [0.5, 0.25]), ("1234,567", 0, 1234.567), ("0,123", 0, 0.123),
    ("0,5; 1,25", 2, [[0, 5], [1, 25]]), ("0 and 4.5", 1, [0, 4.5]), ("sqrt(2)-1", 0, math.sqrt(2) - 1),
    ("(1-0.2)^3", 0, 0.8**3),
    *((text, 0, None) for text in ("", "abc", "1..2", "1.2.3", "5 e-2", "2e", "1+0j", "(", ")", "1)", "[1", "sqrt", "2^")),
    *((text, 0, None) for text in ("*2", "[1, 2] + 1", "sqrt([1, 2])", "constructor", "__proto__", "1 = 1", "5 m/N")),
]  # fmt: skip


def test_what_people_type_is_read():
    plain = "value => Array.isArray(value) ? value.map(plain) : Number.isFinite(value) ? value : `${value}`"
    read = f"asked => {{ const plain = {plain}; return asked.map(([text, n]) => plain(read(text, n) ?? 'none')); }}"
    found = on_page(read, [[text, dimensions] for text, dimensions, _ in READ])
    for (text, dimensions, value), told in zip(READ, found, strict=True):
        if value is None or told == "none":
            assert (told, value) == ("none", None), (text, dimensions)
        else:
            told = np.array(told, dtype=float)
            assert told.shape == np.shape(value), (text, dimensions)
            np.testing.assert_allclose(told, value, rtol=1e-15, err_msg=text)


ONE, TWO = Number(truth=1.0, hint="think"), Number(truth=[1.0, 2.0], hint="think")
JOINED = (
    "give one number in place of two",
    "88-90",
    "88 – 90",
    "1.0330-1.0331",
    "0.0158 +- 0.0001",
    "0.1 ± 0.01",
    "1,2-1,3",
    "0 and 4.5",
)
POINT = ("write a point for decimals and nothing between thousands", "11,103", "11 103", "2,234,384", "2.234.384", "-1,000.5")
UNIT = ("leave units and words away", "0.17863 m/N", "4x", "about 5", "5 %")
SIGN = ("leave the sign of comparison away", "<0.069", "≈ 0.07", "x > 3")
MARKS = "a comma may part numbers or mark decimals; write a point for decimals, or ; between the numbers"
SAID = [(ONE, "a single number", text, words) for words, *texts in (JOINED, POINT, UNIT, SIGN) for text in texts]
SAID += [(TWO, "a list of 2 numbers", text, MARKS) for text in ("4,5, 0,6", "4,5 0,6", "(0,6, 0,8)")]
SAID += [(TWO, "a list of 2 numbers", text, JOINED[0]) for text in ("0.26-0.27, 1", "1, 2 ± 0.1")]
SAID += [(TWO, "a list of 2 numbers", "1 m, 2 m", UNIT[0])]


def both(cases):
    """What the page and Python say to texts."""
    page = on_page(
        "asked => asked.map(([shape, text]) => numbersIn(text, { shape }).fault ?? null)",
        [[list(np.shape(question.truth)), text] for question, text in cases],
    )
    return page, [judge(question, text)[1] for question, text in cases]


def test_a_text_that_stands_for_no_number_is_told_what_to_change():
    expected = [f"Expected {asked}, and this is '{text}': {words}." for _, asked, text, words in SAID]
    page, python = both([(question, text) for question, _, text, _ in SAID])
    assert page == expected
    assert python == expected


@pytest.mark.parametrize("text", ["184", "184 steps", "k = 184", "368/2", "184,0", "x_1 = 184 step", "bound λ = 184"])
def test_what_may_stand_beside_a_number_changes_nothing(text):
    assert judge(Number(truth=184.0, hint=""), text)[0] == "right"
    assert on_page("text => numbersIn(text, { shape: [] }).numbers", text) == [184]


@pytest.mark.parametrize("text", ["-3", "5e-2", "2/50", "sqrt(2)-1", "(1-0.2)^3", "10^-2", "1-2-3", "2*3-1"])
def test_a_sign_within_a_number_makes_no_two_of_it(text):
    assert on_page("text => !numbersIn(text, { shape: [] }).fault", text)
    assert "in place of two" not in judge(ONE, text)[1]


@pytest.mark.parametrize("right", [[], ["a"], ["a", "b", "c"]])
def test_the_count_is_told_as_in_a_notebook(right):
    choice = Choice(truth="yes", mistakes=())
    exercise = Exercise(Problem("test", valley().given, dict.fromkeys("abc", choice)))
    for name in right:
        exercise.check(name, "yes")
    feedback = exercise.progress()
    told = on_page("right => progress(right)", {name: name in right for name in "abc"})
    assert told == {"state": feedback.state, "title": feedback.title, "text": feedback.text}


def test_a_prediction_is_noted_as_in_a_notebook():
    exercise = Exercise(Problem("test", valley().given, {"it": Choice(truth="yes", mistakes=())}))
    feedback = exercise.predict("it", "yes")
    assert on_page("text => noted(text)", "yes") == {"state": feedback.state, "text": feedback.text}
    assert tables.shared()["noted"]["title"].replace("{0}", "it") == feedback.title


@pytest.mark.parametrize("predicted", [..., "yes", "no"])
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_verdict_tells_what_was_predicted_as_in_a_notebook(predicted, answer):
    question = Choice(truth="yes", mistakes=(Mistake("no", "Why?"),), lesson="So it is.")
    exercise = Exercise(Problem("test", valley().given, {"it": question}))
    exercise.predict("it", predicted)
    state, text = judge(question, answer)
    before = None if predicted is ... else predicted
    told = on_page("asked => compared(...asked)", [{"state": state, "text": text}, answer, before])
    assert told == exercise.check("it", answer).text


# Tables


def test_draws_that_no_one_form_can_take_are_refused():
    def drawn(**questions):
        return {
            "": Problem("test", valley().given, {"it": Number(truth=1.0, hint="")}),
            "7": Problem("test", valley().given, questions),
        }

    with pytest.raises(ValueError, match=r"test\(seed=7\) asks 'it' in another form than test\(\); expected the same choices"):
        tables.agree("test", drawn(it=Number(truth=[1.0, 2.0], hint="")))


def test_a_function_without_formulas_is_left_to_the_notebook():
    mistakes = (Mistake(lambda x: 2 * x, "twice", "2x"), Mistake(lambda x: -x, "sign"))
    question = Function(truth=lambda x: x, points=[1.0], hint="think", mistakes=mistakes)
    assert not tables.told(question)


def test_a_sentence_of_the_judge_that_no_longer_says_what_was_given_is_told():
    with pytest.raises(ValueError, match="a sentence of the judge is 'No.'; expected '7' in it, once"):
        tables.blank("No.", "7")


# What is kept

KEPT = """({ text, answers }) => {
  const kept = new Map();
  globalThis.localStorage = { getItem: key => kept.get(key) ?? null, setItem: (key, it) => kept.set(key, it) };
  for (const [problem, question, answer, now] of answers) keep(problem, question, answer, now);
  let said = "";
  try { said = imported(text); } catch (fault) { said = fault.message; }
  return [said, all()];
}"""
DAY = 86_400_000


def kept(*answers, text=""):
    return on_page(KEPT, {"text": text, "answers": answers})


def answer(state, now, seed=""):
    return ["springs", "bound", {"state": state, "seed": seed, "text": "1"}, now]


def test_a_question_comes_back_after_twice_the_time_and_soon_where_it_went_wrong():
    times = [
        (0, 1),
        (0.5, 1),
        (1, 2),
        (3, 4),
        (4, 4),
    ]  # days of right answers, and the gap that each leaves; the second is early
    for count in range(1, len(times) + 1):
        record = kept(*(answer("right", round(day * DAY)) for day, _ in times[:count]))[1]["springs"]["bound"]
        assert record["gap"] == times[count - 1][1]
    record = kept(answer("right", 0), answer("wrong", DAY))[1]["springs"]["bound"]
    assert (record["solved"], record["gap"], record["due"]) == (True, 0, DAY)
    assert kept(answer("wrong", 0))[1]["springs"]["bound"]["solved"] is False


def test_of_two_answers_the_later_stays_and_what_is_no_answer_is_left_out():
    (_, old), (_, new) = kept(answer("wrong", 1)), kept(answer("right", 2))
    file = {"version": 1, "answers": old}
    assert kept(answer("right", 2), text=json.dumps(file)) == [1, new]
    assert kept(answer("wrong", 1), text=json.dumps({"version": 1, "answers": new})) == [1, new]
    assert new["springs"]["bound"]["draws"] == {"": {"text": "1", "solved": True}}
    bad = [{}, None, [], {**old["springs"]["bound"], "state": "<b>"}, {**old["springs"]["bound"], "when": "now"}]
    bad += [{**old["springs"]["bound"], "draws": draws} for draws in (None, {"": "1"}, {"": {"text": 1, "solved": True}})]
    broken = {"springs": dict(zip("abcdefgh", bad, strict=True)), "rod": 3, "doses": []}
    assert kept(text=json.dumps({"version": 1, "answers": broken})) == [0, {}]


def test_each_draw_keeps_its_last_answer_and_whether_it_was_right():
    found = kept(answer("right", 0), answer("wrong", 1), answer("wrong", 2, "7"))[1]["springs"]["bound"]
    assert found["solved"]
    assert {seed: it["solved"] for seed, it in found["draws"].items()} == {"": True, "7": False}


@pytest.mark.parametrize(("text", "said"), [
    ("?", "The file is no JSON; expected one that this page has saved."),
    ("[]", "The file holds no answers of version 1; expected one that this page has saved."),
    ('{"version": 2, "answers": {}}', "The file holds no answers of version 1; expected one that this page has saved."),
    ('{"version": 1, "answers": []}', "The file holds no answers of version 1; expected one that this page has saved."),
])  # fmt: skip
def test_a_file_that_is_none_of_ours_is_refused_by_what_is_expected(text, said):
    assert kept(text=text)[0] == said
