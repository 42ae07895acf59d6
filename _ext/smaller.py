"""Scripts and style sheets of our own without what is there for people, and with short names."""

try:
    import minify
except ImportError:  # it is not made for Apple's processors: there the pages load the files as they are written
    minify = None


def smaller(kind, text):
    """The same code, of a media type, smaller."""
    return minify.string(kind, text) if minify else text
