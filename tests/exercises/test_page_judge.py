"""The page judges as Python does: the same words for every truth, every known mistake, and hundreds of odd answers."""

import json

import numpy as np
import pytest
from answering import tables
from page_judge import DRAWS, draw, on_page, table

from gdtools import problems
from gdtools.check import judge
from gdtools.questions import Choice, Number, _short

each_problem = pytest.mark.parametrize("name", problems.NAMES)
# The verdicts on texts, each with what the text was read as; JSON knows no infinity.
VERDICTS = """({ tables, asked }) => asked.map(([draw, name, text]) => {
  const question = questionsOf(tables[draw])[name];
  const plain = value => Array.isArray(value) ? value.map(plain) : Number.isFinite(value) ? value : `${value}`;
  const value = question.shape ? valueOf(text, question).value : undefined;
  const { state, text: words } = judge(question, text);
  return [state, words, value === undefined ? null : plain(value)];
})"""
DOTS = {"...": ..., "…": ...}  # no answer yet, as in a notebook
ODD = """0 1 -1 +3 2.5e-3 1/3 -1/3 2/50 5·10^-2 10⁻⁶ 2**1/6 2^(1/6) sqrt(2) √2/2 pi 2pi 3.0 1e400 inf -inf nan 1/0 0/0 [] () [5]
  5, 1,5 0,05 1,234 1,2,3 1;2;3 [1,2] [[1,2],[3,4]] [1,[2,3]] [[1],[2,3]] {1,2} (1,2) 1..2 1.2.3 2e 5x x ) [1 --1 1e-320 1/20m
  it's "it" \\ 𝜂 ½ 1+0j np.pi array([1.,2.]) [inf,1] [nan,1] 1,2;3,4 12345678901234567890 0x10 1_000 TRUE None ...
  … ⁻¹""".split()
# Ranges, decimal commas, thousands, and what stands beside a number.
TYPED = [
    "88-90", "88 – 90", "1.0330-1.0331", "0.0158 +- 0.0001", "0.0158 ± 0.0001", "88 to 90", "1e-3-2e-3", "-3--2", "0.2-0.1, 1",
    "0,8038; 3,0; 6,0; 9,0; 11,196", "4,5; 0", "(0,6; 0,8)", "4,5, 0,6", "4,5 0,6", "0,5; 1/3", "1,2; 3,4", "1, 2; 3, 4",
    "11,103", "11 103", "2,234,384", "2.234.384", "2.234,5", "0,123", "1234,567", "0.17863 m/N", "184 steps", "1 step", "x = 3",
    "2/L = 0.5", "k = 1-2", "<0.069", "≈ 0.07", "4x", "0 and 4.5", "about 5", "5 %", "sqrt(2", "5 µm", "steps", "= 3", "x == 3",
    "λ = 1, 2", "(1-0.2)^3", "sqrt(2)-1", "1-2-3",
]  # fmt: skip
ODD += [
    "1 2",
    "1 -2",
    "1 - 2",
    "1 2; 3 4",
    "[[1. 2.] [3. 4.]]",
    " 7 ",
    "one half",
    "x" * 100,
    'it\'s "both"',
    "a\tb",
    "5 · 10 ^ -2",
    *TYPED,
]


def number(told):
    return [number(each) for each in told] if isinstance(told, list) else float(told)


def expected(question, text, value):
    """What Python says of the value that the page has read, or of the text itself."""
    state, words = judge(question, DOTS.get(text, text) if value is None else number(value))
    short = words.startswith("Close")  # and names a share, which could be written like the answer
    return [state, words if value is None or short else words.replace(_short(number(value)), _short(text), 1)]


def typed(value):
    """A number or an array as a person could type it, with all its digits."""
    return json.dumps(np.asarray(value, dtype=float).tolist()).replace("Infinity", "inf")


def answers(question):
    """What leads to the truth and to the known mistakes, as a text."""
    if isinstance(question, Number):
        return [typed(each) for each in (question.truth, *(mistake.answer for mistake in question.mistakes))]
    return tables.options(question)


def agree(name, asked):
    """The answers of which page and Python say different things."""
    tables = {f"{seed}": table(name, seed) for seed, *_ in asked}
    found = on_page(VERDICTS, {"tables": tables, "asked": [(f"{seed}", *rest) for seed, *rest in asked]})
    assert len(found) == len(asked) > 0
    said = [
        (ask, told, expected(draw(name, ask[0]).questions[ask[1]], ask[2], told[2]))
        for ask, told in zip(asked, found, strict=True)
    ]
    return [case for case in said if case[1][:2] != case[2]]


def asked_questions(name, seed, kind=object):
    return [(question, it) for question, it in draw(name, seed).questions.items() if isinstance(it, kind) and tables.told(it)]


@each_problem
def test_truths_and_known_mistakes_get_the_same_words_in_every_draw(name):
    numbers = [
        (seed, question, text)
        for seed in DRAWS
        for question, it in asked_questions(name, seed, (Number, Choice))
        for text in answers(it)
    ]
    assert agree(name, numbers) == []


def near(question):
    """Answers about the truth and two mistakes: scaled, with the other sign, rounded and cut, in another order."""
    for text in answers(question)[:3]:
        value = np.asarray(number(json.loads(text.replace("inf", "1e999"))))
        for factor in (
            0.5,
            0.9,
            0.96,
            1 - 1.01 * question.rtol,
            1 - 0.99 * question.rtol,
            1 + 0.99 * question.rtol,
            1.04,
            2,
            -1,
        ):
            yield typed(factor * value)
        for digits in range(1, 6):
            yield typed(np.vectorize(lambda each, digits=digits: float(f"{each:.{digits}g}"))(value))
            yield typed(np.vectorize(lambda each, digits=digits: float(f"{each:.9f}"[: digits + 2]))(value))
        yield typed(value + 1)
        yield typed(value - 1)
        yield typed(value[::-1] if value.ndim else [value])
        yield typed(value.reshape(-1, 1))


@each_problem
def test_odd_answers_get_the_same_words(name):
    for seed in (None, 3):
        texts = [(seed, question, text) for question, it in asked_questions(name, seed, Number) for text in (*ODD, *near(it))]
        assert len(texts) > 150
        assert agree(name, texts) == []


@each_problem
def test_a_page_has_what_is_given_in_each_draw(name):
    found = tables.all_tables(name)
    assert list(found) == ["", *map(str, tables.SEEDS)]
    assert [it["given"] for it in found.values()] == [str(draw(name, seed)) for seed in DRAWS]
    assert len({it["given"] for it in found.values()}) == len(DRAWS) > 20
