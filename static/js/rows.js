/** Justified rows: the style sheet makes them, but the last row of a page ends where the page ends. Where another page
 * follows, the last rows share what they hold, so that there is no hole between the pages. */
import { evenRows } from "./partition.js";

const SHARED = 4; // rows at the end of a page that are made even
const FULL = 0.985; // of its width: a row that needs nothing

/** @param {HTMLElement} gallery */
export function fillRows(gallery) {
  const isRows = gallery.dataset.layout === "rows";
  for (const page of gallery.querySelectorAll(".page")) {
    if (isRows && page.nextElementSibling?.matches(".page, .more")) fillLast(page);
    else release(page);
  }
}

/** @param {HTMLElement} page */
function fillLast(page) {
  const width = page.clientWidth;
  const zoom = page.parentElement.style.getPropertyValue("--zoom");
  const key = `${width} ${zoom} ${page.childElementCount}`;
  if (!width || !page.childElementCount || (page.dataset.filled === key && !isNew(page))) return;
  const wasFilled = release(page);
  const last = lastRows(page, SHARED);
  if (!last.length || (!wasFilled && isInView(last, page.parentElement))) return;
  const gap = Number.parseFloat(getComputedStyle(page).columnGap);
  const widths = evenRows(last.map(ratioOf), width, heightOf(last[0]), gap).flatMap(fitted);
  last.forEach((vignette, i) => {
    vignette.style.flex = `0 0 ${widths[i]}px`;
  });
  page.dataset.filled = key;
}

/** Whether it was forgotten meanwhile, and has come back. */
function isNew(page) {
  return !page.lastElementChild.style.flex;
}

/** Rounded down a little: what is too wide by a hair would begin another row. */
function fitted(widths) {
  return widths.map((width) => Math.floor(width * 64 - 1) / 64);
}

/** Returns whether there was something to take back. */
function release(page) {
  if (!page.dataset.filled) return false;
  delete page.dataset.filled;
  for (const vignette of page.children) vignette.style.flex = "";
  return true;
}

/** What somebody looks at stays where it is: it is filled when it is out of sight. */
function isInView(vignettes, gallery) {
  const { top, bottom } = gallery.getBoundingClientRect();
  return vignettes[0].getBoundingClientRect().top < bottom && vignettes.at(-1).getBoundingClientRect().bottom > top;
}

/** The vignettes of the last rows; none where the last one is full already. */
function lastRows(page, most) {
  const vignettes = [...page.children];
  const tops = [...new Set(vignettes.map(({ offsetTop }) => offsetTop))];
  const end = vignettes.at(-1);
  if (end.offsetLeft + end.offsetWidth - page.offsetLeft >= FULL * page.clientWidth) return [];
  const from = tops.at(-Math.min(most, tops.length));
  return vignettes.filter(({ offsetTop }) => offsetTop >= from);
}

function ratioOf(vignette) {
  return heightOf(vignette) ? vignette.getBoundingClientRect().width / heightOf(vignette) : 1;
}

/** Of the picture, without its caption. */
function heightOf(vignette) {
  return vignette.getBoundingClientRect().height - Number.parseFloat(getComputedStyle(vignette).paddingBottom);
}
