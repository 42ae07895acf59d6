"""When pages have to be made again though Sphinx would not: after a change of style sheet, font or extension, or a warning."""

import hashlib
from pathlib import Path

from book import FINISHED, SAFE
from sphinx.application import ENV_PICKLE_FILENAME


def digest(root):
    files = sorted((*root.glob("_static/**/*"), *root.glob("_ext/*.py")))
    state = hashlib.sha256()
    for path in filter(Path.is_file, files):
        state.update(path.read_bytes())
    return state.hexdigest()


def forget_if_warned(app, exception):
    """A page that warned counts as done, so the same command would succeed the second time: have it read again instead."""
    if exception or app._warncount:
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    # "html": a change of this value has all pages written again, but neither read nor run.
    app.add_config_value("assets_digest", digest(Path(app.srcdir)), "html")
    app.connect("build-finished", forget_if_warned, priority=FINISHED)
    return SAFE
