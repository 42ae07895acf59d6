"""The year of the copyright: that of the build, or of SOURCE_DATE_EPOCH."""

import os
import time

from book import SAFE


def set_copyright(app, config):
    now = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    config.copyright = f"{time.gmtime(now).tm_year} {config.author}"


def setup(app):
    app.connect("config-inited", set_copyright)
    return SAFE
