"""Draw the picture that social networks show beside a link to the book: `make card`."""

from pathlib import Path

import matplotlib.pyplot as plt

import gdtools

STATIC = Path(__file__).parents[1] / "_static"
TITLE = "Gradient\nDescent,\nTested"
LINE = "Claims with tests,\nfigures that answer,\nexercises that name your mistake."


def draw(cover):
    """1200 by 630 pixels: the title to the left, the front page's figure to the right."""
    fig = plt.figure(figsize=(12, 6.3), dpi=100, facecolor="white", layout="none")
    fig.text(0.05, 0.88, TITLE, fontsize=54, fontweight="bold", va="top", linespacing=1.1)
    fig.text(0.05, 0.1, LINE, fontsize=20, va="bottom", color="0.3", linespacing=1.4)
    ax = fig.add_axes((0.46, 0.02, 0.53, 0.96))
    ax.imshow(cover)
    ax.axis("off")
    return fig


if __name__ == "__main__":
    gdtools.use_book_style()
    draw(plt.imread(STATIC / "cover.png")).savefig(STATIC / "card.png", dpi=100, bbox_inches=None, metadata={"Software": None})
