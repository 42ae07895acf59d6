"""Where the book lives, where that is known: its repository (BOOK_REPOSITORY or the git remote) and its site (BOOK_URL)."""

import os
import re
import subprocess

from book import SAFE
from sphinx.errors import ConfigError

# A remote by https, by ssh or in git's short form; what stands before the @ may be a password and is dropped.
REMOTE = re.compile(r"(?:https://|ssh://)?(?:[^@/]*@)?(github\.com|gitlab\.com)[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?")
REPOSITORY = re.compile(r"https://(github\.com|gitlab\.com)/[\w.-]+/[\w.-]+")
SITE = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def remote(folder):
    """The address of the remote "origin"; "" outside a clone."""
    command = ["git", "-C", str(folder), "config", "--get", "remote.origin.url"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:  # a machine without git
        return ""


def from_remote(remote):
    """The repository's page, or "" for a folder, a private host or anything else that a reader could not open."""
    found = REMOTE.fullmatch(remote)
    return f"https://{found[1]}/{found[2]}" if found else ""


def given(name, pattern, expected):
    value = os.environ.get(name, "")
    if value and not pattern.fullmatch(value):
        raise ConfigError(f"{name} is {value!r}; expected {expected}, or nothing")
    return value.rstrip("/")


def find(app, config):
    repository = given("BOOK_REPOSITORY", REPOSITORY, "https://github.com/OWNER/NAME or https://gitlab.com/OWNER/NAME")
    site = given("BOOK_URL", SITE, "the address of the published book, such as https://example.org/book/")
    config.book_repository = repository or from_remote(remote(app.srcdir))
    config.html_baseurl = site and f"{site}/"


def setup(app):
    app.add_config_value("book_repository", "", "html", str)
    app.connect("config-inited", find)
    return SAFE
