/** Large pictures come as thumbnails where the bench shows them small; where it shows them larger, as they are. */
const HEIGHT = 110; // CSS pixels of a vignette at 100 % in the layout of equal heights, as layouts.css has it
const LONG_EDGE = 256; // pixels of a thumbnail

/**
 * Whether a thumbnail has a pixel for each of the screen's.
 * @param {number} scale zoom × pixels of the screen for one of CSS
 */
export function isEnough(width, height, layout, scale) {
  return layout === "fitted" && HEIGHT * scale * Math.max(1, width / height) <= LONG_EDGE;
}

/** Fetches the picture itself wherever its thumbnail is too coarse. It is not taken away again. */
export function showSharp(element, layout, scale) {
  for (const image of element.querySelectorAll("img[data-full]")) {
    if (isEnough(image.getAttribute("width"), image.getAttribute("height"), layout, scale)) continue;
    image.src = image.dataset.full;
    delete image.dataset.full;
  }
}
