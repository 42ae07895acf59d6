"""The book's own extensions: `_config.yml` names this one, which loads the others in an order that it explains."""

# What a part tells Sphinx of itself: pages may be read and written at once by several processes.
SAFE = {"parallel_read_safe": True, "parallel_write_safe": True}

# Whoever reads what all packages have written waits for "build-finished" with this priority, which is later than the usual 500:
# Sphinx loads the theme under the book's theme after all extensions, and it writes its colours of programs at 500.
FINISHED = 900
# Listeners with one priority are called in the order in which their parts are loaded, so this is the order of work; `buttons`
# and `live` alone ask for a later place, after the theme, which fills a page's lists of buttons and scripts until 501.
# `book` stands last in _config.yml: it works on what others leave.
PARTS = (
    # What the others build on.
    "turns",  # first: waits for another build before any of these looks at what that one writes
    "execution",  # before all others: makes gdtools importable, which `live` imports
    "address",
    "html_rules",  # before all that bring rules: it makes known the events to which they listen
    # Text, while Sphinx has it as a tree.
    "spaces",  # before mathml, which takes a fixed space, along with the punctuation, into the formula before it
    "mathml",
    "unique_ids",
    "claims",
    "figure_code",
    "answers",  # after mathml: sets the formulas of its choices with it
    # What stands around it.
    "copyright_year",
    "front_title",
    "storage",  # before all that read it
    "first_paint",
    "live",
    "stills",
    "settings",  # after live: asks it what is a live figure
    "cards",  # after mathml: both write into the head of a page
    "search_page",
    "buttons",
    # The finished site. Rules are applied in this order, too: those of mathml first.
    "leftovers",  # before pictures: what goes need not be worked on
    "scripts",
    "pictures",
    "accessibility",
    "highlighting",
    "stylesheet",  # last of those with rules: reads which words they have left on the pages
    "host_files",
    "wheels",
    "notebooks",  # after wheels: tells where it is
    "downloads",  # packs what is finished
    "rebuilding",  # last: looks whether anything has warned
)


def setup(app):
    for part in PARTS:
        app.setup_extension(part)
    return SAFE
