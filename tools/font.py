"""Cut the fonts anew to the characters that _static/fonts.css names, and print what the fallback's faces need:
`make font FONT=latinmodern-math.otf TEXT=source-serif-4.5.1.tgz`."""

import io
import re
import sys
import tarfile
from collections import Counter
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from matplotlib.font_manager import FontProperties, findfont

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "_static"
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
ICONS = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
NEEDED = {"FONT": "latinmodern-math.otf", "TEXT": "source-serif-4.5.1.tgz, from npm pack source-serif@4.5.1"}

SIZE = 14  # the optical size, in points: drawn for the size of the text, and a little stronger
UPRIGHT = {"opsz": SIZE, "wght": (400, 600)}
ITALIC = {"opsz": SIZE, "wght": 400}
UNNAMED = {0x207B: "endash.sups", 0x1D40: "T.sups"}  # signs that the face has drawn, but not given their number


def css():
    return (STATIC / "fonts.css").read_text(encoding="utf-8")


def characters(name):
    """The characters that the style sheet asks of this font."""
    return re.search(rf'url\("{name}"\).*?unicode-range: (.*?);', css(), re.DOTALL)[1]


def options(features):
    return subset.Options(flavor="woff2", layout_features=features, name_IDs=[], hinting=False, desubroutinize=True)


def cut(font, name, features=()):
    cutter = subset.Subsetter(options(list(features)))
    cutter.populate(unicodes=subset.parse_unicodes(characters(name)))
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(STATIC / name)


def text_face(package, style, axes):
    """A face out of the package, with only the weights that the book uses."""
    with tarfile.open(package) as files:
        data = files.extractfile(f"package/VAR/SourceSerif4Variable-{style}.ttf").read()
    font = instantiateVariableFont(TTFont(io.BytesIO(data)), axes)
    for table in font["cmap"].tables:
        table.cmap.update(UNNAMED)
    return font


def mean_width(font):
    """How wide a letter of the book's prose is, in parts of the size."""
    counted = Counter(re.sub("[^A-Za-z ,.]", "", "".join(page.read_text("utf-8") for page in ROOT.glob("chapters/*.md"))))
    widths, names = font["hmtx"], font.getBestCmap()
    return sum(n * widths[names[ord(sign)]][0] for sign, n in counted.items()) / counted.total() / font["head"].unitsPerEm


def fallback(font, weight, style):
    """The descriptors that give Times, or Liberation Serif, which is as wide, the measures of this face."""
    like = TTFont(findfont(FontProperties(family="Liberation Serif", style=style, weight=weight), fallback_to_default=False))
    own = float(re.search(r"size-adjust: ([\d.]+)%", css())[1])
    scale = own * mean_width(font) / mean_width(like)
    high, low = (own * part / font["head"].unitsPerEm / scale for part in (font["hhea"].ascent, -font["hhea"].descent))
    return f"size-adjust: {scale:.1f}%; ascent-override: {high:.1%}; descent-override: {low:.1%}; line-gap-override: 0%;"


def cut_text(package):
    for style, axes, name in (("Roman", UPRIGHT, "book-text.woff2"), ("Italic", ITALIC, "book-text-italic.woff2")):
        cut(text_face(package, style, axes), name, ["kern", "liga"])
    for kind, weight, style in (("Roman", 400, "normal"), ("Roman", 600, "normal"), ("Italic", 400, "italic")):
        face = text_face(package, kind, {"opsz": SIZE, "wght": weight})
        print(style, weight, fallback(face, "bold" if weight > 500 else "normal", style))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(f"FONT or TEXT is missing; expected the paths of {' and '.join(NEEDED.values())}")
    cut(TTFont(sys.argv[1]), "book-math.woff2")
    cut(TTFont(ICONS), "book-icons.woff2")
    cut_text(sys.argv[2])
