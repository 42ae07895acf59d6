"""Pictures that weigh little and push no text about: short paths, few colours, sizes known, loaded when near."""

import base64
import io
import re
from pathlib import Path

import numpy as np
from book import SAFE
from html_rules import Rule
from PIL import Image

PATH = re.compile(r'(?<= d=")[MLQCz\s\d.e-]*(?=")')
STEP = re.compile(r"([MLQCz])([^MLQCz]*)")
PLACE = re.compile(r'(?<= [xy]=")-?\d+\.\d{3,}')
PIXELS = re.compile("(?<=data:image/png;base64,)[^\"']*")
IMAGE = re.compile(r'<img (?![^>]*loading=)(?=[^>]*src="[^"]*_images/([^"/]+\.svg)")')
SIZED = '<img loading="lazy" width="{}" height="{}" '
# A picture before the first heading of a lower rank, in sight when the page opens; a live figure's is about to be replaced.
OPENING = re.compile(r'\A((?:(?!<section).)*<section(?:(?!<section|"live-figure).)*?<img )loading="lazy"', re.DOTALL)
POINT = 4 / 3  # pixels


def size(svg):
    """Width and height in CSS pixels, by which a browser keeps the place free."""
    head = svg[: svg.index(">", svg.index("<svg")) + 1]
    return [round(POINT * float(re.search(rf'\b{side}="([\d.]+)pt"', head)[1])) for side in ("width", "height")]


def short(number):
    """A coordinate, given in hundredths, in as few signs as it takes."""
    return f"{number / 100:.2f}".rstrip("0").rstrip(".").replace("0.", ".", 1) if abs(number) < 100 else f"{number / 100:.15g}"


def relative(path):
    """A path that tells each place, to a hundredth, from the one before it: nearby places differ in few digits."""
    here, start, last, steps = 0, 0, "", []
    for letter, numbers in STEP.findall(path):
        places = np.array([round(100 * float(number)) for number in numbers.split()], dtype=int).reshape(-1, 2)
        steps.append(" " if letter == last != "M" else letter.lower())
        steps.extend(" ".join(map(short, (places - here).ravel())))
        here = places[-1] if len(places) else start
        start, last = here if letter == "M" else start, letter
    return "".join(steps).replace(" -", "-")


def few_colours(png):
    """The same image with a table of its colours, where they are few enough for one."""
    image = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    colours, pixels = np.unique(image.reshape(-1, 4), axis=0, return_inverse=True)
    if len(colours) > 256:
        return png
    table, file = Image.fromarray(pixels.reshape(image.shape[:2]).astype(np.uint8)), io.BytesIO()
    table.putpalette(colours[:, :3].tobytes())  # which makes a number a place in it
    table.save(file, "PNG", optimize=True, transparency=colours[:, 3].tobytes())
    return min(png, file.getvalue(), key=len)


def packed(found):
    return base64.b64encode(few_colours(base64.b64decode(found[0]))).decode()


def shorten(svg):
    svg = PATH.sub(lambda path: relative(path[0]), svg)
    return PIXELS.sub(packed, PLACE.sub(lambda place: short(round(100 * float(place[0]))), svg))


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
