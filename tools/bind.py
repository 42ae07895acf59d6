"""All pages of the built site bound into one, in the order of the contents.

The finished pages are bound, not their sources: whatever has a number on the site has the same one in the book, and no page is
run or written a second time. Ids that several pages use, such as "solution", are told apart by the name of their page.
"""

import json
import posixpath
import re
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

STYLE = Path(__file__).with_name("paper.css")
HEADING = re.compile("^h[1-6]$")
# Of no use on paper: the code of the figures, which is on the site, and what the checks of answers say.
SCREEN = "a.headerlink, button, script, .tag_hide-input details, .tag_check, .tag_solution .cell_output:has(.feedback)"
NOTE = """This is the book on paper.
The code that draws its figures, the figures that answer when they are dragged and the checks of the exercises
are on its pages in the browser and in its notebooks."""
ANSWERS = "Hints and solutions"


class Page(NamedTuple):
    name: str
    title: str
    article: Tag
    styles: list[str]


class Part(NamedTuple):
    """Pages under one heading of the contents; that of the front page is empty."""

    caption: str
    pages: list[Page]


def tag(text):
    """The one element that the text describes."""
    return BeautifulSoup(text, "html.parser").find()


def title(element):
    return element.find(HEADING).get_text()


# One page


def target(href, name, known):
    """Where a link on a page leads: a place in the book, another host, or None for a file that the book does not hold."""
    parts = urlsplit(href)
    if parts.scheme:
        return href
    path = posixpath.join(posixpath.dirname(name), unquote(parts.path)) if parts.path else name
    page = posixpath.normpath(path).removesuffix(".html")
    return "#" + "/".join(filter(None, (page, unquote(parts.fragment)))) if page in known else None


def relink(article, name, known):
    for link in article.find_all("a", href=True):
        link["href"] = target(link["href"], name, known)
        if link["href"] is None:
            link.unwrap()


def rename(article, name):
    for element in article.find_all(id=True):
        element["id"] = f"{name}/{element['id']}"
    article["id"] = name


def from_book(name, path):
    """A path on a page of the site, as seen from the folder of the book."""
    return posixpath.normpath(posixpath.join("../html", posixpath.dirname(name), path))


def show_images(article, name):
    for image in article.find_all("img"):
        del image["loading"]  # on paper all are near
        if not image["src"].startswith("data:"):
            image["src"] = from_book(name, image["src"])


def strip(article):
    for element in article.select(SCREEN):
        element.decompose()
    for details in article.find_all("details"):
        details["open"] = ""


def load(site, name, known):
    """The article of a built page, fit to stand among others."""
    page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    article = page.find("article")
    strip(article)
    relink(article, name, known)
    rename(article, name)
    show_images(article, name)
    return Page(name, title(article), article, [from_book(name, link["href"]) for link in page.select("link[rel=stylesheet]")])


def lower(element):
    """Headings one rank down: a page stands below its part."""
    for heading in element.find_all(HEADING):
        heading.name = f"h{int(heading.name[1]) + 1}"
    return element


# Hints and solutions: paper cannot fold them, so they stand after the exercises, as in any textbook


def answers(section):
    """The hints and solutions that stand right in this section."""
    parts = section.find_all("section", recursive=False)
    hints = section.select(":scope > details.sd-dropdown:not(.claim-test)")
    return hints + [lower(part) for part in parts if part.find(HEADING, string="Solution", recursive=False)]


def set_aside(section, found):
    """Take what was found out of its section, and have both ends lead to each other."""
    here, there = section["id"], f"{section['id']}/answers"
    found[0].insert_before(tag(f'<p><a href="#{there}">{ANSWERS}, page <span data-of="{there}"></span></a></p>'))
    aside = tag(f'<section id="{there}"><h3><a href="#{here}">{escape(title(section))}</a></h3></section>')
    aside.extend([part.extract() for part in found])
    return aside


def collect_answers(page):
    """All hints and solutions of a page, under the headings they stood under."""
    sections = [heading.parent for heading in page.article.find_all(HEADING) if heading.get_text() != "Solution"]
    asides = [set_aside(section, found) for section in sections if (found := answers(section))]
    whole = tag(f"<section><h2>{escape(page.title)}</h2></section>")
    whole.extend(asides)
    return [whole] if asides else []


def append_answers(part):
    collected = [aside for page in part.pages for aside in collect_answers(page)]
    article = tag(f'<article class="bd-article" id="answers"><h1>{ANSWERS}</h1></article>')
    article.extend(collected)
    return Part(part.caption, [*part.pages, Page("answers", ANSWERS, article, [])] if collected else part.pages)


# The book


def load_parts(site, toc):
    """The parts of _toc.yml with their pages; the front page is a part by itself."""
    listed = [("", [toc["root"]])] + [(part["caption"], [each["file"] for each in part["chapters"]]) for part in toc["parts"]]
    known = {name for _, names in listed for name in names}
    return [append_answers(Part(caption, [load(site, name, known) for name in names])) for caption, names in listed]


def head_part(part):
    """A part has no sheet of its own: its name stands above the title of its first page."""
    for page in part.pages:
        lower(page.article)
    part.pages[0].article.insert(0, tag(f'<h1 class="part">{escape(part.caption)}</h1>'))


def contents(parts):
    """The list of pages. Their numbers are filled in when they are known."""
    entry = '<li><a href="#{0}"><span>{1}</span><span data-of="{0}"></span></a></li>'
    pages = ("".join(entry.format(page.name, escape(page.title)) for page in part.pages) for part in parts)
    lists = "".join(f"<p>{escape(part.caption)}</p><ol>{listed}</ol>" for part, listed in zip(parts, pages, strict=True))
    return tag(f'<nav aria-label="Contents">{lists}</nav>')


def add_title_page(front, author, parts):
    """The heading of the front page becomes the title; author and contents follow it, then the text."""
    heading = front.article.find("h1")
    heading.insert_after(tag(f'<div class="imprint"><p>{escape(author)}</p><p>{NOTE}</p></div>'), contents(parts))


def running_heads(pages):
    """Each page of the site has its own kind of sheet, with its title at the top."""
    rule = '[id="{0}"] {{ page: sheet{1}; }} @page sheet{1} {{ @top-right {{ content: {2}; }} }}'
    return "\n".join(rule.format(page.name, i, json.dumps(page.title, ensure_ascii=False)) for i, page in enumerate(pages))


def head(pages, config):
    links = dict.fromkeys(style for page in pages for style in page.styles)
    return f"""<meta charset="utf-8"><title>{escape(config["title"])}</title>
{"".join(f'<link rel="stylesheet" href="{escape(link)}">' for link in links)}
<style>{STYLE.read_text(encoding="utf-8")}{running_heads(pages)}</style>"""


def bind(site, toc, config):
    """The HTML of the whole book, to be stored in a folder beside that of the site."""
    front, *parts = load_parts(site, toc)
    pages = [page for part in (front, *parts) for page in part.pages]
    for part in parts:
        head_part(part)
    add_title_page(front.pages[0], config["author"], parts)
    body = "".join(str(page.article) for page in pages)
    return f"""<!DOCTYPE html><html lang="en" data-theme="light"><head>{head(pages, config)}</head>
<body><main class="bd-main"><div class="bd-content"><div class="bd-article-container">{body}</div></div></main></body></html>"""
