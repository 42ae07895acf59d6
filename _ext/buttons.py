"""The buttons above a page: download it, run it on Binder or Colab, write about it; all but the first need an address."""

from urllib.parse import quote, urlencode, urlsplit

from book import SAFE
from notebooks import runs
from wheels import BRANCH

BINDER = "https://mybinder.org/v2"
COLAB = "https://colab.research.google.com/github"
ARCHIVE = "gradient-descent-tested.zip"


def link(text, icon, url, tooltip):
    return {"type": "link", "text": text, "icon": f"fas fa-{icon}", "url": url, "tooltip": tooltip}


def group(label, icon, tooltip, buttons):
    return {"type": "group", "label": label, "icon": f"fas fa-{icon}", "tooltip": tooltip, "buttons": buttons}


def downloads(app, page, pathto):
    source = pathto(f"_sources/{page}", 1)
    notebook = [link("Notebook", "code", f"{source}.ipynb", "To run in JupyterLab")] if runs(app.env, page) else []
    return [
        *notebook,
        link("MyST source", "file", f"{source}.md", "The text of this page in Markdown"),
        link("Whole book", "file-zipper", pathto(ARCHIVE, 1), "Pages, notebooks and code, to be read and run offline"),
        {"type": "javascript", "text": "Print", "icon": "fas fa-file-pdf", "javascript": "window.print()",
         "tooltip": "Print this page, or save it as PDF"},
    ]  # fmt: skip


def doors(repository, page):
    """Where a page's notebook runs on other machines; Colab reads GitHub alone. The front page's shows the way first."""
    notebook = f"{page}.ipynb"
    places = [link("Binder", "rocket", binder(repository, "start.md" if page == "index" else notebook), "In JupyterLab")]
    if repository.startswith("https://github.com/"):
        colab = f"{COLAB}{urlsplit(repository).path}/blob/{BRANCH}/{notebook}"
        places.append(link("Colab", "code", colab, "With an account of Google's"))
    return group("doors", "rocket", "Run this page", places)


def binder(repository, file):
    """The file in JupyterLab on Binder. A slash of the owner's name is part of a name there, hence %2F on GitLab."""
    host, owner, name = repository.removeprefix("https://").split("/")
    place = f"gh/{owner}/{name}" if host == "github.com" else f"gl/{owner}%2F{name}"
    return f"{BINDER}/{place}/{BRANCH}?{urlencode({'urlpath': f'lab/tree/{file}'}, safe='/')}"


def letters(repository, title, file):
    """Where to write about a page. GitLab has no discussions."""
    if repository.startswith("https://gitlab.com/"):
        issue = urlencode({"issue[title]": f"{title}: ", "issue[description]": f"About {file}: "}, quote_via=quote)
        return [link("Open an issue", "lightbulb", f"{repository}/-/issues/new?{issue}", "Report a fault on this page")]
    text = urlencode({"title": f"{title}: ", "body": f"About {file}: "}, quote_via=quote)
    return [
        link("Open an issue", "lightbulb", f"{repository}/issues/new?{text}", "Report a fault on this page"),
        link("Discuss", "comments", f"{repository}/discussions/new?category=general&{text}", "Ask or tell about this page"),
    ]


def add_buttons(app, pagename, templatename, context, doctree):
    if not doctree:  # the search page
        return
    repository, buttons = app.config.book_repository, context["header_buttons"]
    file = app.env.doc2path(pagename, base=False)
    buttons.append(group("download", "download", "Download", downloads(app, pagename, context["pathto"])))
    if repository and runs(app.env, pagename):
        buttons.append(doors(repository, pagename))
    if repository:
        title = app.env.titles[pagename].astext()
        buttons.append(group("letters", "comments", "Write about this page", letters(repository, title, file)))


def setup(app):
    app.connect("html-page-context", add_buttons, priority=600)  # after the theme, which makes the list of buttons
    return SAFE
