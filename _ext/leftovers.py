"""What an earlier build has left and the site no longer shows: pages that the contents name no longer, figures of old runs."""

from pathlib import Path

from book import SAFE


def drop_pages(app, env, added, changed, removed):
    """A page that the contents name no longer goes from the built site, and so from the zip and the sitemap."""
    out = Path(app.outdir)
    for page in removed:
        for path in (out / f"{page}.html", *(out / "_sources").glob(f"{page}.*")):
            path.unlink(missing_ok=True)
    return []


def drop_pictures(app, exception):
    """The figures of earlier builds, which no page shows any more; their names change with what they show."""
    if exception or app.builder.name != "html":
        return
    shown = {name for _, name in app.env.images.values()}
    for path in Path(app.outdir, "_images").glob("*"):
        if path.name not in shown:
            path.unlink()


def setup(app):
    app.connect("env-get-outdated", drop_pages)
    app.connect("build-finished", drop_pictures)
    return SAFE
