"""The page of runs that fail has a form that leads from what is seen to its causes, made by a script of its own."""

from book import SAFE

PAGE = "back/when-a-run-fails"


def add_script(app, pagename, templatename, context, doctree):
    if pagename == PAGE:
        app.add_js_file("symptoms.js")


def setup(app):
    app.connect("html-page-context", add_script)
    return SAFE
