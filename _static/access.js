// What a keyboard needs beside what the theme gives it, and a sense of place. (jupyter-book has all pages load every
// script of this folder.)

// A box that scrolls sideways is scrolled by keyboard when it can have the focus. The theme sees to some of these boxes
// when the page has loaded, but not to formulas, nor to what has no width before its fold is opened.
const SCROLLERS =
  "pre, .math-scroll, .cell_output > .output, .pst-scrollable-table-container, .admonition, details.sd-card";
const reach = box => {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
};
function reachAll() {
  const sizes = new ResizeObserver(changed => changed.forEach(({ target }) => reach(target)));
  for (const box of document.querySelectorAll(SCROLLERS)) sizes.observe(box);
  // Only when the fonts are there formulas are as wide as they stay.
  document.fonts.ready.then(() => document.querySelectorAll(SCROLLERS).forEach(reach));
}

// The theme takes the focus from these buttons when they are pressed, which closes their tooltips under a mouse. Who
// presses them by keyboard keeps it, and finds it there again when what they opened is closed.
function keepFocus() {
  for (const button of document.querySelectorAll(".sidebar-toggle, .theme-switch-button, .search-button")) {
    button.blur = () => {
      if (!button.matches(":focus-visible")) HTMLElement.prototype.blur.call(button);
    };
  }
}

// The theme brings the page that is read into sight where the whole sidebar scrolls; here only its list of pages does.
function showPlace() {
  const list = document.querySelector("#pst-primary-sidebar .sidebar-primary-item:has(> .bd-docs-nav)");
  const here = list?.querySelector("li.active");
  if (here) list.scrollTop = here.offsetTop - list.clientHeight / 2;
}

// The sign on a button that copies has a title, which WebKit does not take for the button's name.
function nameButtons() {
  for (const button of document.querySelectorAll(".copybtn")) button.ariaLabel = button.dataset.tooltip;
}
addEventListener("load", nameButtons);

// Pictures far down come when the reader first stirs, not only when they are near: what has not come WebKit prints
// blank, and a page that is saved is saved without it.
const STIRS = ["scroll", "pointermove", "pointerdown", "keydown", "blur", "beforeprint"];
function fetchAll() {
  for (const event of STIRS) removeEventListener(event, fetchAll);
  for (const picture of document.images) picture.loading = "eager";
}

// The theme's menus and tooltips are a script as large as some pages: it comes when the reader goes near a button, and
// a menu that was pressed before it is there opens when it is.
const SCRIPT = { src: document.querySelector("meta[name=book-menus]").content };
let menus;
const fetchMenus = () =>
  (menus ??= new Promise(onload =>
    document.head.append(Object.assign(document.createElement("script"), SCRIPT, { onload })),
  ));

function nearMenus({ type, target }) {
  const button = target.closest("[data-bs-toggle]");
  if (!button || window.bootstrap) return;
  fetchMenus().then(() => type === "click" && button.matches(".dropdown-toggle") && button.click());
}
for (const event of ["pointerover", "focusin", "click"]) addEventListener(event, nearMenus);

document.addEventListener("DOMContentLoaded", () => {
  for (const event of STIRS) addEventListener(event, fetchAll, { passive: true });
  reachAll();
  keepFocus();
  showPlace();
});
