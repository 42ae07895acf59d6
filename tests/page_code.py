"""The code of a chapter, for the tests: after `page = page_code("step-size")`, `page.runs` is what the page calls runs."""

import ast
import dis
from functools import cache

from pages import cells


class PageCode:
    """A chapter's own functions and data, each made when first asked for; no figure is drawn.

    A name stands for what it last stands for on the page. Its statement is run after those that it needs, in their
    order on the page: for each name that a statement reads, the last one before it that sets this name.
    """

    def __init__(self, chapter):
        self._chapter = chapter
        source = "\n".join(cell.source for cell in cells(f"chapters/{chapter}"))
        self._statements = [ast.unparse(node) for node in ast.parse(source).body]

    def __getattr__(self, name):
        if name.startswith("_") or name not in (values := self._run(self._needed(name))):
            raise AttributeError(f"chapters/{self._chapter}.md: expected a statement that sets {name}, found none")
        setattr(self, name, values[name])
        return values[name]

    def _needed(self, name):
        """The numbers of the statements that give a name its value, ascending."""
        needed, asked = set(), [(name, len(self._statements))]
        while asked:
            name, end = asked.pop()
            number = next((n for n in reversed(range(end)) if name in read_and_set(self._statements[n])[1]), None)
            if number is not None and number not in needed:
                needed.add(number)
                asked += [(other, number) for other in read_and_set(self._statements[number])[0]]
        return sorted(needed)

    def _run(self, numbers):
        values = {}
        for number in numbers:
            exec(self._statements[number], values)
        return values


page_code = cache(PageCode)


@cache
def read_and_set(statement):
    """The names of the page that a statement reads, at once or in a function it defines, and those that it sets."""
    compiled = pieces(compile(statement, "page", "exec"))
    used = [(step.opname, step.argval) for code in compiled for step in dis.get_instructions(code)]
    read = {name for kind, name in used if kind in ("LOAD_NAME", "LOAD_GLOBAL")}
    given = {name for kind, name in used if kind == "STORE_NAME"}
    return read, given | (read & {"rng"})  # a draw moves the generator on


def pieces(code):
    """A compiled statement and the functions compiled within it."""
    return [code, *(piece for inner in code.co_consts if hasattr(inner, "co_code") for piece in pieces(inner))]
