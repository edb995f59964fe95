/** Large pictures come as thumbnails where the bench shows them small; where it shows them larger, as they are. */
const HEIGHT = 120; // CSS pixels that a picture has in rows at 100 %, about: layouts.css draws rows out to the full width
const LONG_EDGE = 256; // pixels of a thumbnail

/**
 * Whether a thumbnail has a pixel for each of the screen's.
 * @param {number} scale zoom × pixels of the screen for one of CSS
 */
export function isEnough(width, height, layout, scale) {
  return layout === "rows" && HEIGHT * scale * Math.max(1, width / height) <= LONG_EDGE;
}

/** Fetches the picture itself wherever its thumbnail is too coarse. It is not taken away again. */
export function showSharp(element, layout, scale) {
  for (const image of element.querySelectorAll("img[data-full]")) {
    const { style } = image.closest(".vignette");
    if (isEnough(Number(style.getPropertyValue("--w")), Number(style.getPropertyValue("--h")), layout, scale)) continue;
    image.src = image.dataset.full;
    delete image.dataset.full;
  }
}
