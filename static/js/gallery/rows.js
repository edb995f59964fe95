/** Justified rows go on from page to page: the last row of a page is completed with the first vignettes of the next, so that
 * there is no hole between them. Where nothing follows yet, the row ends as it is (layouts.css). */

/** @type {WeakMap<HTMLElement, string>} */
const completedFor = new WeakMap(); // what decides where rows end

/** Pages whose rows are complete stay as they are, while nothing has changed that decides where a row ends: each costs a
 * layout of all that is loaded, in the midst of a scroll. Whose vignettes leave or come back is not complete (labels.js).
 * @param {HTMLElement} gallery */
export function completeRows(gallery) {
  if (!gallery.clientWidth) return; // nothing is laid out
  const isRows = gallery.dataset.layout === "rows";
  const state = `${isRows} ${gallery.clientWidth} ${gallery.style.getPropertyValue("--zoom")}`;
  const isSame = completedFor.get(gallery) === state;
  completedFor.set(gallery, state);
  for (const page of gallery.querySelectorAll(".page")) {
    if (!isSame || !page.hasAttribute("data-whole")) page.toggleAttribute("data-whole", isRows && isCompleted(page));
  }
}

/** Draws over from the next page, which is complete no more, what fits into the last row. Returns whether the row is full.
 * @param {Element} page */
function isCompleted(page) {
  const before = lastShown(page);
  for (;;) {
    const next = nextOf(page);
    if (!before || !next) return false;
    const moved = /** @type {HTMLElement} */ (next.firstElementChild);
    if (!move(moved, page, null)) return false;
    if (!moved.hidden && topOf(moved) !== topOf(before)) {
      move(moved, next, next.firstElementChild);
      return true;
    }
    next.removeAttribute("data-whole");
  }
}

/** What has left has no place.
 * @param {Element} page */
function lastShown(page) {
  let last = /** @type {HTMLElement|null} */ (page.lastElementChild);
  while (last?.hidden) last = /** @type {HTMLElement|null} */ (last.previousElementSibling);
  return last;
}

/** Without taking the focus away. Returns whether that can be done.
 * @param {Element} vignette
 * @param {Element} page
 * @param {Element|null} before */
function move(vignette, page, before) {
  const { moveBefore } = /** @type {any} */ (page); // no browser of before 2025 has it
  if (moveBefore) moveBefore.call(page, vignette, before);
  else if (document.activeElement === vignette) return false;
  else page.insertBefore(vignette, before);
  return true;
}

/** The page that follows with something in it; none where one that was forgotten lies between.
 * @param {Element} page */
function nextOf(page) {
  let next = page.nextElementSibling;
  while (next?.matches(".page") && !next.firstElementChild && !(/** @type {any} */ (next).ids)) next = next.nextElementSibling;
  return next?.matches(".page") && next.firstElementChild ? next : null;
}

/** @param {Element} vignette */
function topOf(vignette) {
  return /** @type {HTMLElement} */ (vignette).offsetTop;
}
