"""Fonts that are asked for at once, not only when the style sheet that names them has come."""

import re

from book import SAFE
from html_rules import Rule

TEXT, FORMULAS = "_static/book-text.woff2", "_static/book-math.woff2"
# By script, because a page read straight from the disk may not preload a font, and says so in the console.
PRELOAD = """if (location.protocol !== "file:") {
for (const { content: href } of document.querySelectorAll("meta[name=book-font]")) {
  const hint = { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href };
  document.head.append(Object.assign(document.createElement("link"), hint));
}
}"""
# A script waits for the style sheets that stand before it.
LATE = re.compile(r'(<link rel="stylesheet"[^>]*>)(.*?)(<script src="[^"]*first\.js[^>]*></script>)', re.DOTALL)


def name_fonts(app, pagename, templatename, context, doctree):
    """Tell the script which fonts the page needs: that of formulas only where there are some."""
    needed = [TEXT, FORMULAS] if app.env.get_domain("math").data["has_equations"].get(pagename) else [TEXT]
    names = (f'<meta name="book-font" content="{context["pathto"](font, 1)}" />' for font in needed)
    context["metatags"] = context.get("metatags", "") + "\n".join(names)


def setup(app):
    app.add_js_file(None, body=PRELOAD)
    app.connect("html-page-context", name_fonts)
    app.connect("html-rules", lambda app: [Rule("the first script before the style sheet", LATE, r"\3\n  \1\2")])
    return SAFE
