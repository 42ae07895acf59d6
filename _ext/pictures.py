"""Pictures that weigh little and push no text about: coordinates to a hundredth of a point, sizes known, loaded when near."""

import re
from pathlib import Path

from book import SAFE
from html_rules import Rule

PATH = re.compile(r'(?<= d=")[^"]*')
LONG = re.compile(r"-?\d+\.\d{3,}")
IMAGE = re.compile(r'<img (?![^>]*loading=)(?=[^>]*src="[^"]*_images/([^"/]+\.svg)")')
SIZED = '<img loading="lazy" width="{}" height="{}" '
# A picture before the first heading of a lower rank, in sight when the page opens.
OPENING = re.compile(r'\A((?:(?!<section).)*<section(?:(?!<section).)*?<img )loading="lazy"', re.DOTALL)
PIXELS = 4 / 3  # in a point


def size(svg):
    """Width and height in CSS pixels, by which a browser keeps the place free."""
    head = svg[: svg.index(">", svg.index("<svg")) + 1]
    return [round(PIXELS * float(re.search(rf'\b{side}="([\d.]+)pt"', head)[1])) for side in ("width", "height")]


def shorten(svg):
    short = lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip(".")  # noqa: E731
    return PATH.sub(lambda path: LONG.sub(short, path[0]), svg)


def pictures(app):
    return Path(app.outdir, "_images").glob("*.svg")


def shorten_all(app, exception):
    if exception or app.builder.format != "html":
        return
    for path in pictures(app):
        svg = path.read_text(encoding="utf-8")
        if (short := shorten(svg)) != svg:
            path.write_text(short, encoding="utf-8")


def rules(app):
    sizes = {path.name: size(path.read_text(encoding="utf-8")) for path in pictures(app)}
    return (
        Rule("pictures of a known size, loaded when near", IMAGE, lambda image: SIZED.format(*sizes[image[1]])),
        Rule("a page's first picture loaded at once", OPENING, r'\1loading="eager" fetchpriority="high"'),
    )


def setup(app):
    app.connect("build-finished", shorten_all)
    app.connect("html-rules", rules)
    return SAFE
