"""Pages that work where a browser keeps nothing: with cookies blocked, or in another site's frame, reading storage fails."""

from book import SAFE

# The theme reads it without a guard, and with the first error all of its script would stop: what is kept then lasts for a page.
STAND_IN = """for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].setItem("?", "");
    window[name].removeItem("?");
  } catch {
    const kept = new Map();
    const getItem = key => kept.get(key) ?? null, setItem = (key, text) => kept.set(key, `${text}`);
    Object.defineProperty(window, name, { value: { getItem, setItem, removeItem: key => kept.delete(key) } });
  }
}"""


def setup(app):
    app.add_js_file(None, body=STAND_IN, priority=0)
    return SAFE
