"""What Sphinx forgets: a changed style sheet, font or extension, what the site no longer shows, the warnings of a build."""

import hashlib
from pathlib import Path


def digest(root):
    files = sorted((*root.glob("_static/**/*"), *root.glob("_ext/*.py")))
    state = hashlib.sha256()
    for path in filter(Path.is_file, files):
        state.update(path.read_bytes())
    return state.hexdigest()


def forget_if_warned(app, exception):
    """A page that warned counts as done, so the same command would succeed the second time: have it read again instead."""
    if exception or app._warncount:
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)


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
    # "html": a change of this value has all pages written again, but neither read nor run.
    app.add_config_value("assets_digest", digest(Path(app.srcdir)), "html")
    app.connect("env-get-outdated", drop_pages)
    app.connect("build-finished", drop_pictures, priority=400)  # before any is worked on
    app.connect("build-finished", forget_if_warned)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
