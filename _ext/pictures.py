"""Pictures that weigh little and push no text about: coordinates to a hundredth of a point, sizes known, loaded when near."""

import re
from pathlib import Path

PATH = re.compile(r'(?<= d=")[^"]*')
LONG = re.compile(r"-?\d+\.\d{3,}")
IMAGE = re.compile(r'<img (?![^>]*loading=)(?=[^>]*src="[^"]*_images/([^"/]+\.svg)")')
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


def finish(app, exception):
    if exception or app.builder.format != "html":
        return
    sizes = {}
    for path in Path(app.outdir, "_images").glob("*.svg"):
        svg = path.read_text(encoding="utf-8")
        sizes[path.name] = size(svg)
        if (short := shorten(svg)) != svg:
            path.write_text(short, encoding="utf-8")
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        sized = IMAGE.sub(lambda found: '<img loading="lazy" width="{}" height="{}" '.format(*sizes[found[1]]), html)
        sized = OPENING.sub(r'\1loading="eager" fetchpriority="high"', sized)
        if sized != html:
            page.write_text(sized, encoding="utf-8")


def setup(app):
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
