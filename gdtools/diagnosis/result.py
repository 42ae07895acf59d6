"""What a diagnosis says: its findings, one for each test, and the first cause among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

from gdtools.diagnosis.words import NO_FAULT, NOT_ARRIVED
from gdtools.inputs import Array

BOX = "border-left: .25em solid {}; margin: .3em 0; padding: .2em .8em"
MARKS = {"fine": "✓", "fault": "✗", "not tested": "○"}


class Finding(NamedTuple):
    """What one test found: its question, "fine", "fault" or "not tested", a sentence, the key of the cause, the numbers."""

    test: str
    outcome: str
    text: str
    cause: str = ""
    evidence: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"{MARKS[self.outcome]} {self.test}: {self.text}"


class Record(NamedTuple):
    """What the picture of a diagnosis is drawn from: the iterates, f at some of them, slopes claimed and measured."""

    hist: Array
    steps: Array
    values: Array
    claimed: Array
    measured: Array


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What is the matter with a run, on what evidence, and what helps; printed, it is three sentences.

    Attributes
    ----------
    cause : the key of the first cause that the evidence carries, "fine" if all is well, "unknown" if no test explains it
    evidence : the numbers that carry the cause, by name
    advice : what helps, in a sentence
    where : where the book says more, the name of a chapter and a heading in it
    findings : what each test found, in the order of the tests, also of those that could not be made, with the reason
    calls : how often ``f`` and ``grad`` were called
    record : what the picture is drawn from

    Examples
    --------
    >>> from gdtools import bowl, diagnose
    >>> diagnose(bowl().f, bowl().grad, [0.0, 0.0], lr=0.05).cause
    'step-too-long'
    """

    cause: str
    evidence: dict[str, Any]
    advice: str
    where: tuple[str, str]
    findings: tuple[Finding, ...]
    calls: dict[str, int]
    record: Record | None = field(repr=False, default=None)

    @property
    def sentences(self) -> tuple[str, str, str]:
        """What was found, what helps, and where the book says more, with how much was looked at."""
        return self._found(), self.advice, f"The book says more in “{self.where[1]}” ({self.where[0]}); {self._tested()}"

    def __repr__(self) -> str:
        return " ".join(self.sentences)

    def _repr_html_(self) -> str:
        from gdtools.diagnosis.picture import as_image

        colour = "#1a7f4b" if self.cause == "fine" else "#c4492b"
        found, *others = map(escape, self.sentences)
        rows = "".join(f"<li>{escape(repr(finding))}</li>" for finding in self.findings)
        return (
            f'<div class="diagnosis" style="{BOX.format(colour)}"><p><strong>{self.cause}.</strong> {found}</p>'
            f"<p>{' '.join(others)}</p>{as_image(self)}"
            f"<details><summary>What was tested</summary><ul>{rows}</ul></details></div>"
        )

    def _found(self) -> str:
        told = next((finding.text for finding in self.findings if finding.outcome == "fault"), NO_FAULT.get(self.cause, ""))
        return NOT_ARRIVED.format(**self.evidence) if self.cause == "fine" and self.evidence else told

    def _tested(self) -> str:
        left = sum(finding.outcome == "not tested" for finding in self.findings)
        return (
            f"{len(self.findings) - left} tests were made and {left} not, "
            f"with {self.calls['f']} calls of f and {self.calls['grad']} of grad."
        )


def fine(text: str, **evidence: Any) -> Finding:
    """A test that found nothing wrong."""
    return Finding("", "fine", text, "", evidence)


def fault(cause: str, text: str, **evidence: Any) -> Finding:
    """A test that found the cause."""
    return Finding("", "fault", text, cause, evidence)


def untested(reason: str) -> Finding:
    """A test that could not be made."""
    return Finding("", "not tested", f"not tested, since {reason}.")
