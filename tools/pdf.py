"""The whole book as one PDF, printed by Chromium from the built site: `make pdf`."""

import shutil
import sys
from pathlib import Path

import pikepdf
import yaml
from bind import bind
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = f"no browser found, none of {', '.join(BROWSERS)} (try: apt-get install chromium)"
FILL = "numbers => document.querySelectorAll('[data-of]').forEach(it => { it.textContent = numbers[it.dataset.of]; })"


def find_browser():
    return next(filter(None, map(shutil.which, BROWSERS)), None) or sys.exit(NO_BROWSER)


def settings(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def page_numbers(pdf):
    """The number of the sheet that each place of the book lies on that something leads to."""
    with pikepdf.open(pdf) as book:
        return {name[1:]: pikepdf.Page(place[0]).label for name, place in book.Root.Dests.items()}


def open_book(browser, html):
    """The page that holds the book, with all its pictures, fonts and styles."""
    page, missing = browser.new_page(), []
    page.on("requestfailed", lambda request: missing.append(request.url))
    page.goto(html.as_uri())
    page.evaluate("document.fonts.ready.then(() => null)")
    if missing:
        sys.exit(f"The book cannot be printed without {', '.join(missing)}.")
    return page


def print_pdf(page, pdf):
    page.pdf(path=pdf, outline=True, tagged=True, prefer_css_page_size=True, print_background=True)


def print_book(path, html, pdf):
    """Print twice: the list of contents learns the page numbers from the first time. Gives the headings."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = open_book(browser, html)
        print_pdf(page, pdf)
        page.evaluate(FILL, page_numbers(pdf))
        print_pdf(page, pdf)
        titles = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(it => it.textContent)")
        browser.close()
    return titles


def without_spaces(text):
    return "".join(text.split())


def respace(items, titles):
    """Chromium loses the space at which a heading goes on in the next line."""
    for item in items:
        item.title = titles.get(without_spaces(item.title), item.title)
        respace(item.children, titles)


def finish(printed, titles, author, pdf):
    """Chromium writes title and language, but no author, and its tags are most of the file unless they are compressed."""
    with pikepdf.open(printed) as book:
        with book.open_outline() as outline:
            respace(outline.root, {without_spaces(title): " ".join(title.split()) for title in titles})
        book.docinfo["/Author"] = author
        book.save(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def make(folder):
    """Write the book into that folder, beside that of the site."""
    browser, config = find_browser(), settings("_config.yml")
    html, printed, pdf = folder / "book.html", folder / "printed.pdf", folder / "gradient-descent-tested.pdf"
    folder.mkdir(parents=True, exist_ok=True)
    html.write_text(bind(folder.with_name("html"), settings("_toc.yml"), config), encoding="utf-8")
    titles = print_book(browser, html, printed)
    finish(printed, titles, config["author"], pdf)
    printed.unlink()
    return pdf


if __name__ == "__main__":
    print(f"The book is printed: {make(ROOT / '_build' / 'pdf')}")
