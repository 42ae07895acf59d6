"""One pass over the finished pages: rules that rewrite their HTML, each of which has to match on some page.

A part of the book returns its rules to the event "html-rules"; "html-rewritten" then offers all pages, a dict from file
name to text, to whoever has to know them all before they are written.

After an upgrade of the theme a rule may find nothing any more. It then warns, which stops a build with -W, if no page of the
site holds what it looks for. Since Sphinx writes only the pages that have changed, each page's counts are kept beside the
environment, with a digest by which the next build knows a page that this pass has treated already.

A book that is not meant to hold everything, such as the small ones of the tests, sets `html_rules_must_match` to false.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from book import FINISHED, SAFE
from sphinx.errors import ExtensionError
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
WHOLE = re.compile(r"\A.*\Z", re.DOTALL)
UNREAD = "_static/"  # templates that the theme leaves there: no reader opens them, so what matches in them alone is lost


class Rule(NamedTuple):
    """What a rule is for, what it looks for within which parts of a page, what it puts there, and the pages it spares."""

    purpose: str
    pattern: re.Pattern
    replacement: str | Callable[[re.Match], str]
    within: re.Pattern = WHOLE
    spared: tuple[str, ...] = ()

    def apply(self, html: str) -> tuple[str, int]:
        """The page rewritten, and how many matches there were."""
        counts = []

        def change(part):
            text, count = self.pattern.subn(self.replacement, part[0])
            counts.append(count)
            return text

        return self.within.sub(change, html), sum(counts)


class Page(NamedTuple):
    """A page's text, and how often each rule has matched, by the rule's purpose."""

    html: str
    counts: dict[str, int]


def rewrite(name, html, rules):
    counts = {}
    for rule in rules:
        if name not in rule.spared:
            html, counts[rule.purpose] = rule.apply(html)
    return Page(html, counts)


def digest(html):
    return hashlib.sha256(html.encode()).hexdigest()


def treat(name, html, rules, notes):
    """A page after the rules; one that is as an earlier build left it has them behind it."""
    note = notes.get(name, {})
    return Page(html, note["counts"]) if note.get("digest") == digest(html) else rewrite(name, html, rules)


def unmatched(rules, pages):
    """The rules that have matched on no page, whichever build wrote it."""
    counts = Counter()
    for name, page in pages.items():
        counts.update({} if name.startswith(UNREAD) else page.counts)
    return [rule for rule in rules if not counts[rule.purpose]]


def warn(rule):
    sentence = "a rule of _ext finds nothing on any page any more: “%s” looks for %r; adapt it to the new HTML, or delete it"
    LOGGER.warning(sentence, rule.purpose, rule.pattern.pattern, type="html_rules")


# The notes that one build leaves for the next


def notes_file(app):
    return Path(app.doctreedir, f"html_rules-{app.builder.name}.json")


def read_notes(app):
    file = notes_file(app)
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def write_notes(app, pages):
    notes = {name: {"digest": digest(page.html), "counts": page.counts} for name, page in pages.items()}
    notes_file(app).write_text(json.dumps(notes), encoding="utf-8")


# The pass


def collect(app):
    """The rules of all parts, whose purposes tell them apart in the notes."""
    rules = [rule for part in app.emit("html-rules") for rule in part]
    for purpose, number in Counter(rule.purpose for rule in rules).items():
        if number > 1:
            raise ExtensionError(f"two rules of _ext have one purpose, “{purpose}”; expected another for each")
    return rules


def read_site(out):
    return {path.relative_to(out).as_posix(): path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}


def write_site(out, site, texts):
    for name in (name for name, html in texts.items() if html != site[name]):
        (out / name).write_text(texts[name], encoding="utf-8")


def rewrite_site(app, rules):
    """Each page is read once, goes through all rules, and is written if that has changed it."""
    out, notes = Path(app.outdir), read_notes(app)
    site = read_site(out)
    treated = {name: treat(name, html, rules, notes) for name, html in site.items()}
    texts = {name: page.html for name, page in treated.items()}
    app.emit("html-rewritten", texts)
    pages = {name: page._replace(html=texts[name]) for name, page in treated.items()}
    write_notes(app, pages)  # first: if the rest is cut short, the pages left are known to need their rules
    write_site(out, site, texts)
    return pages


def finish(app, exception):
    if exception or app.builder.format != "html":
        return
    rules = collect(app)
    pages = rewrite_site(app, rules)
    for rule in unmatched(rules, pages) if app.config.html_rules_must_match else ():
        warn(rule)


def setup(app):
    app.add_event("html-rules")
    app.add_event("html-rewritten")
    app.add_config_value("html_rules_must_match", True, "", bool)
    app.connect("build-finished", finish, priority=FINISHED)
    return SAFE
