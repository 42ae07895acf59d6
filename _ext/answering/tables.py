"""What a page needs to judge answers: truths, mistakes, tolerances and words of a problem, in the book's numbers and others."""

import json

import numpy as np
from answering import running

from gdtools import problems, typed
from gdtools.check import CHAPTERS, STATES, Exercise
from gdtools.questions import Choice, Function, Mistake, Number, Unusable

SEEDS = range(1, 21)  # beside the book's numbers


class Words(dict):
    """A number for each text, so that a table holds it once."""

    def __missing__(self, text):
        self[text] = len(self)
        return self[text]


def all_tables(name):
    """The tables of the problem of this name, by seed: first, with none, the book's numbers."""
    draw = getattr(problems, name)
    drawn = {"": draw()} | {str(seed): draw(seed) for seed in SEEDS}
    agree(name, drawn)
    return {seed: table(problem) for seed, problem in drawn.items()}


def table(problem):
    """A draw as plain data: what it gives, its questions, with each text as its number in the list of words, and its runs."""
    words = Words()
    questions = {name: entry(it, words) for name, it in problem.questions.items() if told(it)}
    return {"given": str(problem), "questions": questions, "words": list(words), "run": running.told(problem)}


def agree(name, drawn):
    """One form takes the answers in all draws: raises ValueError where a draw offers other choices or asks for another kind."""
    asked = {seed: {question: form(it) for question, it in problem.questions.items()} for seed, problem in drawn.items()}
    for seed, forms in asked.items():
        other = sorted(set(forms.items()) ^ set(asked[""].items()), key=str)
        if other:
            raise ValueError(
                f"{name}(seed={seed}) asks {other[0][0]!r} in another form than {name}(); expected the same choices"
            )


def form(question):
    """What an answer is: the number of dimensions, or the choices."""
    return np.ndim(question.truth) if isinstance(question, Number) else tuple(sorted(options(question)))


def told(question):
    """Whether a page can take an answer: to a function by its formulas alone."""
    return not isinstance(question, Function) or bool(question.formula)


def entry(question, words):
    """A question as data: of choices the texts, of numbers the tolerances too."""
    common = {"lesson": words[question.lesson], "see": question.see, "hint": words[getattr(question, "hint", "")]}
    if isinstance(question, Number):
        return common | numeric(question, words)
    said = [(option, words[mistake.words]) for option, mistake in zip(options(question)[1:], known(question), strict=True)]
    return common | {"truth": words[options(question)[0]], "mistakes": [[words[option], number] for option, number in said]}


def known(question):
    """The mistakes that can be chosen."""
    return [mistake for mistake in question.mistakes if isinstance(question, Choice) or mistake.formula]


def options(question):
    """What can be chosen, the truth first."""
    if isinstance(question, Choice):
        return [question.truth, *(mistake.answer for mistake in question.mistakes)]
    return [question.formula, *(mistake.formula for mistake in known(question))]


def numeric(question, words):
    shape = np.shape(question.truth)
    flags = {name: 1 for name in ("any_order", "up_to_sign", "count") if getattr(question, name)}
    if any(np.isinf(mistake.answer).any() for mistake in question.mistakes):
        flags["infinite"] = 1
    return {
        "shape": list(shape),
        "truth": numbers(question.truth, shape),
        "mistakes": [[numbers(mistake.answer, shape), words[mistake.words]] for mistake in question.mistakes],
        "rtol": question.rtol,
        "atol": question.atol,
        "percent": f"{100 * question.rtol:g}",
    } | flags


def numbers(value, shape):
    """One number, or all of an array in one row."""
    flat = [short(number) for number in np.broadcast_to(np.asarray(value, dtype=float), shape).ravel().tolist()]
    return flat if shape else flat[0]


def short(number):
    """All digits, so that an answer on the edge of a tolerance is judged alike."""
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def same_mistake():
    """The questions to which a mistake is known that more than one problem knows, by its words."""
    places = {}
    for name in problems.NAMES:
        for question, asked in getattr(problems, name)().questions.items():
            for words in dict.fromkeys(mistake.words for mistake in asked.mistakes):
                places.setdefault(words, []).append(f"{name} {question}")
    return {words: found for words, found in places.items() if len(found) > 1}


# The words that do not depend on a question


def shared():
    """The states and their marks, the chapters, and the sentences on what cannot be judged, taken from the judge itself."""
    states = {state: [mark, words] for state, (mark, words, _) in STATES.items()}
    return {
        "states": states,
        "chapters": CHAPTERS,
        "noted": noted(),
        "compared": compared(),
        "close": close(),
        "unclear": unclear(),
        "typed": typed.shared(),
        "seeds": len(SEEDS),
    }


def predicted(answer):
    """An exercise in which an answer is predicted, and what is said to that."""
    question = Choice(truth="grows", mistakes=(Mistake("settles", "No."),))
    exercise = Exercise(problems.Problem("", problems.valley().given, {"it": question}))
    return exercise, exercise.predict("it", answer)


def noted():
    feedback = predicted("grows")[1]
    return {"title": blank(feedback.title, "it"), "text": blank(feedback.text, "grows")}


def compared():
    """What a check says of the prediction: where both are right, where the check alone is, and where it is not."""
    cases = {"right": ("grows", "grows"), "other": ("settles", "grows"), "wrong": ("grows", "settles")}
    said = {
        case: predicted(before)[0].check("it", answer).text.removeprefix("No. ") for case, (before, answer) in cases.items()
    }
    return {case: blank(words, cases[case][0]) for case, words in said.items()}


def close():
    return blank(Number(truth=1 / 3, hint="", rtol=1e-9).advice(np.array(0.333)), "1e-07")


def unclear():
    """What the judge says to nonsense, with places for what was given and, first, what was expected."""
    asked = Number(truth=0.0, hint="")
    return {
        "none": refusal(asked, "?!", "'?!'"),
        "infinite": refusal(asked, float("nan"), "nan"),
        "ragged": refusal(asked, [[1], [2, 3]], "[[1], [2, 3]]"),
        "shape": refusal(asked, np.zeros((2, 3)), "a single number", "an array of shape (2, 3)"),
        "typed": refusal(asked, "1-2", "a single number", "'1-2'", typed.TWO),
    }


def refusal(question, answer, *told):
    try:
        question.read(answer)
    except Unusable as fault:
        return blank(str(fault), *told)
    raise ValueError(f"gdtools.questions takes {answer!r} for a number; expected a sentence that refuses it")


def blank(sentence, *told):
    """The sentence with places for what was told in it."""
    for place, text in enumerate(told):
        if sentence.count(text) != 1:
            raise ValueError(f"a sentence of the judge is {sentence!r}; expected {text!r} in it, once")
        sentence = sentence.replace(text, f"{{{place}}}")
    return sentence


def script(key, table):
    """A table as a script that keeps it under this key, which a page read from the disk can load as well."""
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return f'(window.exerciseTables ??= {{}})["{key}"] = {text};\n'
