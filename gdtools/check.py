"""Feedback to the reader of an exercise: right, not answered yet, which mistake it was, or a hint."""

import html
from dataclasses import dataclass

from gdtools.questions import Unusable

# The mark, the words and the colour of each state; the words alone say it all.
STATES = {
    "right": ("✓", "right", "#1a7f4b"),
    "open": ("○", "not answered yet", "#7a7a7a"),
    "wrong": ("✗", "not right yet", "#c4492b"),
    "unclear": ("?", "cannot be checked", "#b07d00"),
}
# The chapters that a question can lead to, as a sentence calls them.
CHAPTERS = {
    "negative-gradient": "why the negative gradient",
    "step-size": "step size",
    "conditioning": "conditioning",
    "non-convexity": "non-convexity",
    "least-squares": "least squares",
    "limits-and-remedies": "when it works, and when it does not",
    "where-it-shows-up": "where it shows up",
    "gradients": "where gradients come from",
    "steps": "steps that adapt",
    "momentum": "momentum",
    "curvature": "using curvature",
    "noise": "noise and Adam",
    "constraints": "constraints and kinks",
}
BOX = "border-left: .25em solid {}; margin: .3em 0; padding: .2em .8em"


@dataclass(frozen=True)
class Feedback:
    """What the reader is told: a ``state`` (right, open, wrong or unclear), what it is about, the explanation, a chapter.

    It shows as a box in a notebook and as a sentence anywhere else, and is true when the answer is right.
    """

    state: str
    title: str
    text: str = ""
    see: str = ""

    def __bool__(self):
        return self.state == "right"

    def __repr__(self):
        more = f"(more in the chapter on {CHAPTERS[self.see]})" if self.see else ""
        return f"{STATES[self.state][0]} {self.title}. {self.text} {more}".strip()

    def _repr_html_(self):
        mark, _, colour = STATES[self.state]
        title, text = html.escape(self.title), html.escape(self.text)
        more = f'<a href="../chapters/{self.see}.md">More: {CHAPTERS[self.see]}</a>' if self.see else ""
        sentence = f'<span aria-hidden="true">{mark}</span> <strong>{title}.</strong> {text} {more}'.strip()
        return f'<div class="feedback {self.state}" role="status" style="{BOX.format(colour)}">{sentence}</div>'


class Exercise:
    """A problem on its way to being solved: checks one answer after the other and keeps count.

    >>> from gdtools.problems import valley
    >>> exercise = Exercise(valley())
    >>> exercise.check("bound", ...)
    ○ bound: not answered yet.
    >>> exercise.check("bound", 1 / exercise.problem.questions["spectrum"].truth.max())
    ✗ bound: not right yet. This is 1/L, a cautious step; the factor 1 − ηL reaches −1 only later.
    >>> bool(exercise.check("bound", 2 / exercise.problem.questions["spectrum"].truth.max()))
    True
    """

    def __init__(self, problem):
        self.problem = problem
        self.states = dict.fromkeys(problem.questions, "open")
        self.predicted = {}

    def check(self, name, answer):
        """Judge the answer to the question ``name``; ``...`` stands for no answer yet, and takes back none that was right.

        A prediction that was noted is compared with it.

        Raises ValueError when the problem has no question of that name.
        """
        question = self._question(name)
        state, text = judge(question, answer)
        if (self.states[name], state) != ("right", "open"):
            self.states[name] = state
        text = f"{text} {self._compared(name, state, answer)}".strip()
        return Feedback(state, f"{name}: {STATES[state][1]}", text, question.see if state == "right" else "")

    def _compared(self, name, state, answer):
        """The sentence about the prediction, if one was noted; of an answer that is not right it tells no more than that."""
        if name not in self.predicted or state not in ("right", "wrong"):
            return ""
        question, told = self.problem.questions[name], f"You predicted “{self.predicted[name]}”"
        if state == "wrong":
            return f"{told}."
        came = question.agrees(question.read(answer), self.predicted[name])
        return f"{told}, and {'that is what' if came else 'something else'} happened."

    def predict(self, name, answer):
        """Note a prediction without judging it: what happens is seen in a run, and `check` compares the two afterwards.

        Raises ValueError when the problem has no question of that name.
        """
        question = self._question(name)
        try:
            given = answer if answer is ... else question.read(answer)
        except Unusable as fault:
            return Feedback("unclear", f"{name}: {STATES['unclear'][1]}", str(fault))
        if given is ...:
            return Feedback("open", f"{name}: {STATES['open'][1]}")
        self.predicted[name] = given
        return Feedback("open", f"{name}: noted", f"You predict “{given}”. “Run it” will tell.")

    def progress(self):
        """How many questions are right, and which are not yet."""
        left = [name for name, state in self.states.items() if state != "right"]
        title = f"{len(self.states) - len(left)} of {len(self.states)} right"
        return Feedback("open" if left else "right", title, f"Still open: {', '.join(left)}." if left else "")

    def _question(self, name):
        if name not in self.states:
            raise ValueError(f"name is {name!r}; expected one of {', '.join(map(repr, self.states))}")
        return self.problem.questions[name]


def judge(question, answer):
    """The state of an answer, and the words for the reader: the lesson, those of a known mistake, or else advice."""
    try:
        given = answer if answer is ... else question.read(answer)
    except Unusable as fault:
        return "unclear", str(fault)
    if given is ...:
        return "open", ""
    if question.agrees(given, question.truth):
        return "right", question.lesson
    named = (mistake.words for mistake in question.mistakes if question.agrees(given, mistake.answer))
    return "wrong", next(named, None) or question.advice(given)
