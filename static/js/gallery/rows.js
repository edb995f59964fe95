/** Justified rows go on from page to page: the last row of a page is completed with the first vignettes of the next, so that
 * there is no hole between them. Where nothing follows yet, the row ends as it is (layouts.css).
 *
 * Where rows end is reckoned from what the sheet says of each vignette. Laying out after each vignette that is moved would
 * stop a scroll; the layout is asked once, at the end, and has the last word. */
import { lastRow, roundedDown } from "./rowwidths.js";

/** CSS pixels: the width of a row, between two vignettes, of each vignette in a row that is not full.
 * @typedef {{width: number, gap: number, bases: Map<HTMLElement, number>}} Space */

/** @type {WeakMap<HTMLElement, string>} */
const completedFor = new WeakMap(); // what decides where rows end

/** Pages whose rows are complete stay as they are, while nothing has changed that decides where a row ends. Whose vignettes
 * leave or come back is not complete (labels.js).
 * @param {HTMLElement} gallery */
export function completeRows(gallery) {
  if (!gallery.clientWidth) return; // nothing is laid out
  const isRows = gallery.dataset.layout === "rows";
  const state = `${isRows} ${gallery.clientWidth} ${gallery.style.getPropertyValue("--zoom")}`;
  const isSame = completedFor.get(gallery) === state;
  completedFor.set(gallery, state);
  const pages = /** @type {HTMLElement[]} */ ([...gallery.querySelectorAll(".page")]);
  const isOpen = (/** @type {HTMLElement} */ page) => !isSame || !page.hasAttribute("data-whole");
  const first = pages.findIndex(isOpen);
  if (first < 0) return;
  const space = isRows ? spaceOf(pages.slice(first)) : null; // each may take from the next, to the last
  /** @type {Map<HTMLElement, HTMLElement|null>} */
  const firstOfLastRow = new Map(); // page → where its last row begins, null where that is not full
  for (const page of pages) {
    if (!isOpen(page)) continue; // asked here: what gave the page before something is whole no more
    firstOfLastRow.set(page, space && filled(page, space));
  }
  const whole = new Set([...firstOfLastRow].filter(([page, start]) => start && isLastRow(page, start)).map(([page]) => page));
  for (const page of firstOfLastRow.keys()) page.toggleAttribute("data-whole", whole.has(page));
}

/** All that decides where rows end, read before anything is moved: after that each look would be a layout.
 * @param {HTMLElement[]} pages
 * @returns {Space} */
function spaceOf(pages) {
  const { columnGap, paddingLeft, paddingRight } = getComputedStyle(pages[0]);
  const around = Number.parseFloat(paddingLeft) + Number.parseFloat(paddingRight);
  const width = roundedDown(pages[0].getBoundingClientRect().width - around);
  const vignettes = /** @type {HTMLElement[]} */ (pages.flatMap((page) => [...page.children]));
  // how wide each is in a row that is not full: the sheet knows it
  const bases = new Map(vignettes.map((v) => [v, roundedDown(Number.parseFloat(getComputedStyle(v).flexBasis))]));
  return { width, gap: Number.parseFloat(columnGap), bases };
}

/** Draws over from the next page, which is complete no more, what fits into the last row. Returns the first of that row,
 * null where the row is not full.
 * @param {HTMLElement} page
 * @param {Space} space
 * @returns {HTMLElement|null} */
function filled(page, space) {
  const visible = /** @type {HTMLElement[]} */ ([...page.children]).filter(({ hidden }) => !hidden);
  if (!visible.length) return null;
  const row = lastRow(
    visible.map((v) => space.bases.get(v)),
    space,
  );
  const first = visible[row.from];
  let { used } = row;
  for (;;) {
    const next = nextOf(page);
    if (!next) return null;
    const moved = /** @type {HTMLElement} */ (next.firstElementChild);
    if (!moved.hidden) used += space.gap + space.bases.get(moved);
    if (used > space.width) return first;
    if (!move(moved, page)) return null;
    next.removeAttribute("data-whole");
  }
}

/** To the end of the page, without taking the focus away. Returns whether that can be done.
 * @param {HTMLElement} vignette
 * @param {HTMLElement} page */
function move(vignette, page) {
  const { moveBefore } = /** @type {any} */ (page); // no browser of before 2025 has it
  if (moveBefore) moveBefore.call(page, vignette, null);
  else if (document.activeElement === vignette) return false;
  else page.append(vignette);
  return true;
}

/** The page that follows with something in it; none where one that was forgotten lies between.
 * @param {Element} page */
function nextOf(page) {
  let next = page.nextElementSibling;
  while (next?.matches(".page") && !next.firstElementChild && !(/** @type {any} */ (next).ids)) next = next.nextElementSibling;
  return next?.matches(".page") && next.firstElementChild ? next : null;
}

/** Whether the browser has laid out the last row as it was reckoned: what has rounded otherwise is not drawn out.
 * @param {HTMLElement} page
 * @param {HTMLElement} first of the row */
function isLastRow(page, first) {
  const last = shownBefore(page.lastElementChild);
  const before = shownBefore(first.previousElementSibling);
  return last?.offsetTop === first.offsetTop && before?.offsetTop !== first.offsetTop;
}

/** What has left has no place.
 * @param {Element|null} vignette the nearest that is shown, itself or before it */
function shownBefore(vignette) {
  let nearest = /** @type {HTMLElement|null} */ (vignette);
  while (nearest?.hidden) nearest = /** @type {HTMLElement|null} */ (nearest.previousElementSibling);
  return nearest;
}
