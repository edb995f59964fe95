// @ts-check
/** Places and sizes on a scan: from its pixels to those of the screen and back, and in words. */

/** @param {Projection} projection
 * @param {Point} point of the scan
 * @returns {Point} of the stage */
export function toScreen({ x, y, scale }, [px, py]) {
  return [x + px * scale, y + py * scale];
}

/** @param {Projection} projection
 * @param {Point} point of the stage
 * @returns {Point} of the scan */
export function toScan({ x, y, scale }, [sx, sy]) {
  return [(sx - x) / scale, (sy - y) / scale];
}

/** The smallest object at a place of the scan: what lies on another can be had, too.
 * @template {{box: number[]}} O
 * @param {O[]} objects
 * @param {Point} point
 * @returns {O | undefined} */
export function objectAt(objects, [x, y]) {
  const within = objects.filter(({ box: [left, top, width, height] }) => x >= left && y >= top && x <= left + width && y <= top + height);
  return within.sort((one, other) => one.box[2] * one.box[3] - other.box[2] * other.box[3])[0];
}

/** @param {number} pixels
 * @param {number | null} um of a pixel, where that is known
 * @returns {string} */
function lengthInWords(pixels, um) {
  if (!um) return `${Math.round(pixels).toLocaleString("en")} px`;
  const length = pixels * um;
  return length < 1000 ? `${Math.round(length)} µm` : `${(length / 1000).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })} mm`;
}

/** @param {number[]} box
 * @param {number | null} um
 * @returns {string} */
export function sizeInWords([, , width, height], um) {
  return `${lengthInWords(width, um)} × ${lengthInWords(height, um)}`;
}

/** From the upper left corner of the scan.
 * @param {Point} point
 * @param {number | null} um
 * @returns {string} */
export function placeInWords([x, y], um) {
  return `${lengthInWords(x, um)} from the left, ${lengthInWords(y, um)} from the top`;
}

/** A round length of at most `most` pixels of the screen: 1, 2 or 5 times a power of ten.
 * @param {number} um of a pixel of the screen
 * @param {number} most
 * @returns {{pixels: number, words: string}} */
export function rulerOf(um, most) {
  const longest = um * most;
  const power = 10 ** Math.floor(Math.log10(longest));
  const length = [5, 2, 1].map((step) => step * power).find((step) => step <= longest) ?? power;
  const words = length >= 1000 ? `${length / 1000} mm` : `${Number(length.toPrecision(1))} µm`;
  return { pixels: length / um, words };
}
