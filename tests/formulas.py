"""Where the ink of each formula lies, told from pictures: they mean the same in every engine, and boxes of MathML do not."""

import io
import re

import matplotlib.image
import numpy as np
from browsing import SETTLED
from pages import PAGES

FORMULA = re.compile("<math.*?</math>", re.DOTALL)
ANNOTATION = re.compile("<annotation.*?</annotation>", re.DOTALL)
SIDES = ("left", "top", "right", "bottom")
TALL = 1300  # pixels of the window
DARK = 0.2  # the strokes of the font are thin, and some engines draw them pale
# Sets the formulas on an empty page, each in a cell of its own behind a mark on its base line, and measures the boxes.
SHEET = """async formulas => {
  document.documentElement.dataset.theme = "light";
  const cell = 'class="cell" style="display: inline-block; padding: 20px 12px"', mark = 'style="display: inline-block"';
  const cells = formulas.map(formula => `<span ${cell}><i ${mark}></i>${formula}</span>`).join(" ");
  document.body.innerHTML = `<div style="background: #fff; color: #000; padding: 8px; width: 1250px">${cells}</div>`;
  await document.fonts.ready;
  const box = it => { const { left, top, right, bottom } = it.getBoundingClientRect(); return [left, top, right, bottom]; };
  return [...document.querySelectorAll(".cell")].map(cell => [cell, ...cell.children].map(box));
}"""
SCROLL = """async y => {
  scrollTo(0, y);
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return [scrollY, document.scrollingElement.scrollHeight];
}"""


def kinds(site):
    """Each formula of the book, as often as it is written differently, without its LaTeX."""
    pages = [(site / f"{name}.html").read_text(encoding="utf-8") for name in PAGES]
    return list(dict.fromkeys(ANNOTATION.sub("", formula) for page in pages for formula in FORMULA.findall(page)))


def measured(page, address, formulas):
    """Left, top, right and bottom of the ink of each formula, and its width, in pixels from where it begins on the line."""
    page.set_viewport_size({"width": 1280, "height": TALL})
    page.goto(f"{address}index.html")
    page.evaluate(SETTLED)
    boxes = page.evaluate(SHEET, formulas)
    dark = shade(page) > DARK
    return [ink(dark, *(np.array(box) for box in cell)) for cell in boxes]


def shade(page):
    """How dark each pixel of the whole page is, of pictures one below the other."""
    y, height, strips = 0, 1, []
    while y < height:
        at, height = page.evaluate(SCROLL, y)
        strips.append(1 - matplotlib.image.imread(io.BytesIO(page.screenshot()))[y - round(at) :, :, :3].mean(axis=2))
        y += TALL
    return np.vstack(strips)


def ink(dark, cell, mark, box):
    left, top, right, bottom = cell.round().astype(int)
    rows, columns = np.nonzero(dark[top:bottom, left:right])
    start = np.array([mark[0], mark[3]])
    first = [columns.min() + left, rows.min() + top] - start
    last = [columns.max() + left + 1, rows.max() + top + 1] - start
    return [*first.tolist(), *last.tolist(), float(box[2] - mark[0])]
