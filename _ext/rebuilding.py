"""What a build leaves to the next: the words of the index, and which pages to make again though Sphinx would not."""

import hashlib
import json
from pathlib import Path

from book import FINISHED, SAFE
from sphinx.application import ENV_PICKLE_FILENAME

WORDS = "words.json"


def digest(root):
    files = sorted((*root.glob("_static/**/*"), *root.glob("_ext/*.py")))
    state = hashlib.sha256()
    for path in filter(Path.is_file, files):
        state.update(path.read_bytes())
    return state.hexdigest()


def keep_words(app, exception):
    """Sphinx learns the words of the index as it writes pages, after it has stored what it knows: they are stored here."""
    if not exception and app.builder.format == "html":
        written = Path(app.doctreedir, f"{WORDS}.new")
        written.write_text(json.dumps(app.env._search_index_index_entries), encoding="utf-8")
        written.replace(written.with_name(WORDS))


def recall_words(app, env, pages):
    """Those of pages that are gone are left out: Sphinx would look for the page."""
    stored = Path(app.doctreedir, WORDS)
    words = json.loads(stored.read_text(encoding="utf-8")) if stored.is_file() else {}
    env._search_index_index_entries = {page: words[page] for page in words if page in env.found_docs}


def forget_if_warned(app, exception):
    """A page that warned counts as done, so the same command would succeed the second time: have it read again instead."""
    if exception or app._warncount:
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    # "html": a change of this value has all pages written again, but neither read nor run.
    app.add_config_value("assets_digest", digest(Path(app.srcdir)), "html")
    app.connect("env-before-read-docs", recall_words)
    app.connect("build-finished", keep_words, priority=FINISHED)
    app.connect("build-finished", forget_if_warned, priority=FINISHED)
    return SAFE
