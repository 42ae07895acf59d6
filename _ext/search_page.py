"""Search that also works from the disk, quotes what a page says, each formula once, and finds sections by their words."""

from book import SAFE
from docutils import nodes
from sphinx import addnodes

# From the disk and in a closed frame, a browser forbids a page to read another one, so that a hit can be listed but not quoted.
# And a quotation takes all text of a page: that of buttons and lists of contents too, and each formula twice, as it is seen and
# its LaTeX. The theme's own lines, which put the focus into the field, stand within the page. And a closed frame may send no
# form, but go to the page that answers it.
SCRIPT = """document.addEventListener("DOMContentLoaded", () => {
if (typeof Search === "undefined") return;
document.querySelector("form.bd-search input").select();
if (self.origin === "null") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
const textOf = Search.htmlToText;
const article = html => /<article[^]*<\\/article>/.exec(html)?.[0] ?? html;
const seen = html => `<div role="main">${article(html).replace(/<annotation[^]*?<\\/annotation>/g, "")}</div>`;
Search.htmlToText = (html, anchor) => textOf(seen(html), anchor);
});
addEventListener("keydown", event => {
const form = self.origin === "null" && event.key === "Enter" && event.target.closest("form.bd-search");
if (!form) return;
event.preventDefault();
location.assign(`${form.action.split("#")[0]}?${new URLSearchParams(new FormData(form))}`);
});"""


DESCRIPTION = '<meta name="description" content="Search all pages of the book, online or from the disk." />'


def describe(app, pagename, templatename, context, doctree):
    if pagename == "search":
        context["metatags"] = context.get("metatags", "") + DESCRIPTION


def lead_to_sections(app, doctree):
    """An entry of the index leads to the section in which it stands, whose title a hit tells, and not to an empty place."""
    for node in list(doctree.findall(addnodes.index)):
        section = node.parent
        if isinstance(section, nodes.section):
            node["entries"] = [(kind, words, section["ids"][0], "main", key) for kind, words, _, _, key in node["entries"]]


def setup(app):
    app.add_js_file(None, body=SCRIPT)
    app.connect("html-page-context", describe)
    app.connect("doctree-read", lead_to_sections)
    return SAFE
