"""The front page is called "Title", not "Title — Title"."""

from book import SAFE


def say_title_once(app, pagename, templatename, context, doctree):
    if pagename == app.config.root_doc:
        context["title"], context["docstitle"] = app.config.html_title, ""


def setup(app):
    app.connect("html-page-context", say_title_once)
    return SAFE
