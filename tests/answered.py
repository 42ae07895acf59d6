"""Answers to the exercises on the pages: what a page asks, what is typed, and what Python says to it."""

import json
from functools import cache

import numpy as np
from answering import tables
from answers import GIVEN as DRAWS
from browsing import SETTLED
from pages import cells

from gdtools import problems
from gdtools.check import CHAPTERS, STATES, judge
from gdtools.questions import Number

GIVEN = "document.querySelector('.given pre').textContent.trim()"
IN_ITS_NUMBERS = f"async given => {{ while ({GIVEN} !== given) await new Promise(done => setTimeout(done, 20)); }}"
# Answers each [question, text] in the question's last form, as Enter does; returns class and words of the verdict, and
# where it leads: what that is called, and its address on the page.
ANSWER = """asked => asked.map(([question, text]) => {
  const form = [...document.querySelectorAll(`form.answer[data-question="${question}"]`)].at(-1);
  form.elements.answer.value = text;
  form.requestSubmit();
  const output = form.querySelector("output.feedback");
  const [more] = output.querySelectorAll("a");
  const words = output.innerText.replace(/ More: .*/, "");
  return [output.className.replace("feedback ", ""), words, more ? [more.innerText, more.getAttribute("href")] : null];
})"""


@cache
def drawn(name):
    """The problem of a page, and the seed of the page's own numbers."""
    found = next(filter(None, (DRAWS.search(cell.source) for cell in cells(name))))
    return found[1], int(found[2]) if found[2] else None


@cache
def draw(name, seed=None):
    problem, usual = drawn(name)
    return getattr(problems, problem)(seed or usual)


def typed(question, value):
    return json.dumps(np.asarray(value).tolist()).replace("Infinity", "inf") if isinstance(question, Number) else value


def told(name, question, state, words):
    """What the verdict says, as Python shows it, and to which chapter a right answer leads."""
    mark, title, _ = STATES[state]
    more = (
        [f"More: {CHAPTERS[question.see]}", f"../chapters/{question.see}.html"] if state == "right" and question.see else None
    )
    return [state, f"{mark} {name}: {title}. {words}".strip(), more]


def right_and_wrong(problem):
    """For each question the truth and a known mistake, as (question, text) and what Python says."""
    for name, question in problem.questions.items():
        answers = [question.truth, question.mistakes[0].answer]
        texts = tables.options(question)[:2] if callable(question.truth) else [typed(question, answer) for answer in answers]
        for text, answer in zip(texts, answers, strict=True):
            yield (name, text), told(name, question, *judge(question, answer))


def turn_to(page, address, name, seed):
    """Open an exercise in the numbers of a seed, which come by a script of their own."""
    page.goto(f"{address}{name}.html?seed={seed}")
    page.evaluate(SETTLED)
    page.evaluate(IN_ITS_NUMBERS, str(draw(name, seed)))
