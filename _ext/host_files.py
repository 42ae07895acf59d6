"""What hosts and search engines look for beside the pages: robots.txt and, where the site's address is known, the sitemap."""

from pathlib import Path
from xml.sax.saxutils import escape

from book import SAFE


def sitemap(app):
    pages = (escape(app.config.html_baseurl + app.builder.get_target_uri(page)) for page in sorted(app.env.all_docs))
    entries = "".join(f"<url><loc>{page}</loc></url>\n" for page in pages)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'


def write_files(app, exception):
    if exception or app.builder.name != "html":
        return
    out, base = Path(app.outdir), app.config.html_baseurl
    (out / ".nojekyll").touch()  # else GitHub's pages leave out all folders whose names begin with _
    (out / "robots.txt").write_text("User-agent: *\nAllow: /\n" + (f"Sitemap: {base}sitemap.xml\n" if base else ""))
    (out / "sitemap.xml").unlink(missing_ok=True)  # of an earlier build
    if base:
        (out / "sitemap.xml").write_text(sitemap(app), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write_files)
    return SAFE
