"""Cut both fonts anew to the characters that _static/fonts.css names: `make font FONT=latinmodern-math.otf`."""

import re
import sys
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

STATIC = Path(__file__).parents[1] / "_static"
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
ICONS = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
FORM = "--flavor=woff2 --layout-features= --name-IDs= --no-hinting --desubroutinize".split()


def characters(name):
    """The characters that the style sheet asks of this font."""
    css = (STATIC / "fonts.css").read_text(encoding="utf-8")
    return re.search(rf'url\("{name}"\).*?unicode-range: (.*?);', css, re.DOTALL)[1]


def cut(font, name):
    subset.main([str(font), *FORM, f"--unicodes={characters(name)}", f"--output-file={STATIC / name}"])


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("FONT is missing; expected the path of latinmodern-math.otf, as in make font FONT=latinmodern-math.otf")
    cut(sys.argv[1], "book-math.woff2")
    cut(ICONS, "book-icons.woff2")
