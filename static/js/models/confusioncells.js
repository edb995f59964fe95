// A cell of the confusion matrix shows its objects below it. Its link still goes to the bench, where it is opened in
// another tab, or where its objects can't be had.

import { byId, inside, required } from "../page/elements.js";

/** `taxon:predicted`, the end of what the bench is asked for.
 * @param {HTMLAnchorElement} link */
function cellOf(link) {
  return link.href.split(":").slice(-2).join(":");
}

/** @type {HTMLAnchorElement|null} */
let latest = null; // link whose objects are to be shown

/** @param {HTMLAnchorElement} link
 * @param {HTMLElement} matrix */
async function show(link, matrix) {
  latest = link;
  const answer = await fetch(matrix.dataset.cells + cellOf(link)).catch(() => null);
  const html = answer?.ok && !answer.redirected ? await answer.text().catch(() => "") : "";
  if (latest !== link) return; // another was chosen, or none
  if (!html) return location.assign(link.href);
  const region = byId("cell");
  region.innerHTML = html;
  region.hidden = false;
  mark(link, matrix);
  inside(region, "h3").focus({ preventScroll: true });
}

/** @param {Element|null} link
 * @param {Element} matrix */
function mark(link, matrix) {
  for (const other of matrix.querySelectorAll("a[aria-current]")) other.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "true");
}

function close() {
  const matrix = inside(document, "[data-cells]");
  const link = matrix.querySelector("a[aria-current]");
  latest = null;
  byId("cell").hidden = true;
  mark(null, matrix);
  link?.focus();
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("#cell [data-close]")) close();
  const link = /** @type {HTMLAnchorElement|null} */ (event.target.closest("[data-cells] td a"));
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link, required(link.closest("[data-cells]"), "matrix around the link"));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target instanceof Element && event.target.closest("#cell")) close();
});
