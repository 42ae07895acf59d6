"""Light or dark from the first paint on, and light on paper, which the theme settles only after the page has been painted."""

from book import SAFE

# The theme's own lines, which these replace, complain of the empty mode that they set themselves.
# On paper everything is as in the light; some browsers tell of printing by events, others by the media query.
COLOURS = """{
const root = document.documentElement.dataset, dark = matchMedia("(prefers-color-scheme: dark)"), paper = matchMedia("print");
root.mode = localStorage.getItem("mode") || "auto";
const settle = print => {
  root.theme = print ? "light" : /light|dark/.test(root.mode) ? root.mode : dark.matches ? "dark" : "light";
};
settle(paper.matches);
paper.addEventListener("change", () => settle(paper.matches));
addEventListener("beforeprint", () => settle(true));
addEventListener("afterprint", () => settle(false));
}"""


def setup(app):
    app.add_js_file(None, body=COLOURS, priority=0)
    return SAFE
