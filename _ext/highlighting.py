"""Programs without a span around each name, comma and space: a third of a page's elements, in the colour of plain text."""

import re

from book import SAFE
from html_rules import Rule

PLAIN = Rule("plain words of programs in no span", re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>'), r"\1")


def setup(app):
    app.connect("html-rules", lambda app: [PLAIN])
    return SAFE
