"""Cut the fonts anew to the characters that _static/fonts.css names.

`npm pack source-serif@4.5.1` brings the text's, then: `make font FONT=latinmodern-math.otf TEXT=source-serif-4.5.1.tgz`.
"""

import io
import re
import sys
import tarfile
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

STATIC = Path(__file__).parents[1] / "_static"
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
ICONS = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
NEEDED = "FONT or TEXT is missing; expected the paths of latinmodern-math.otf and source-serif-4.5.1.tgz"

SIZE = 14  # the optical size, in points: drawn for the size of the text, and a little stronger
UNNAMED = {0x207B: "endash.sups", 0x1D40: "T.sups"}  # signs that the face has drawn, but not given their number


def characters(name):
    """The characters that the style sheet asks of this font."""
    css = (STATIC / "fonts.css").read_text(encoding="utf-8")
    return re.search(rf'url\("{name}"\).*?unicode-range: (.*?);', css, re.DOTALL)[1]


def options(features):
    return subset.Options(flavor="woff2", layout_features=features, name_IDs=[], hinting=False, desubroutinize=True)


def cut(font, name, features=()):
    cutter = subset.Subsetter(options(list(features)))
    cutter.populate(unicodes=subset.parse_unicodes(characters(name)))
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(STATIC / name)


def instance(data, **axes):
    return instantiateVariableFont(TTFont(io.BytesIO(data), recalcTimestamp=False), axes)


def text_face(package, style, weights):
    """A face out of the package, with only the weights that the book uses, all kerned alike: that is a tenth less to load."""
    with tarfile.open(package) as files:
        data = files.extractfile(f"package/VAR/SourceSerif4Variable-{style}.ttf").read()
    font, light = instance(data, opsz=SIZE, wght=weights), instance(data, opsz=SIZE, wght=400)
    font["GPOS"], font["GDEF"] = light["GPOS"], light["GDEF"]
    for table in font["cmap"].tables:
        table.cmap.update(UNNAMED)
    return font


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(NEEDED)
    mathematics, text = sys.argv[1:]
    cut(TTFont(mathematics, recalcTimestamp=False), "book-math.woff2")
    cut(TTFont(ICONS, recalcTimestamp=False), "book-icons.woff2")
    cut(text_face(text, "Roman", (400, 600)), "book-text.woff2", ["kern", "liga"])
    cut(text_face(text, "Italic", 400), "book-text-italic.woff2", ["liga"])
