"""Builds into one folder take turns: two at once read each other's half-written files. The later one says so, and waits.

It does not stop: whoever builds wants the pages, and they are a matter of seconds once the other build is done.
"""

from functools import partial
from pathlib import Path

from book import FINISHED, SAFE
from filelock import FileLock, Timeout
from sphinx.util import logging

WAITING = "Another build is at work in %s: waiting until it is done."


def take(lock, app, config):
    """Begin, as soon as nobody else is at work; the system frees a lock whose process has ended, in whatever way."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        logging.getLogger(__name__).info(WAITING, Path(app.doctreedir).parent)
        lock.acquire()


def leave(lock, app, exception):
    lock.release()


def setup(app):
    lock = FileLock(Path(app.doctreedir).with_name(".building"))  # the folder that builders for all formats share
    app.connect("config-inited", partial(take, lock))
    app.connect("build-finished", partial(leave, lock), priority=FINISHED + 1)
    return SAFE
