/** Where a crop lies on a scan. */

/** The crop moved by so many pixels, but never off the scan.
 * @param {{x: number, y: number, width: number, height: number}} crop
 * @param {number} right
 * @param {number} down
 * @param {{width: number, height: number}} whole scan */
export function moved({ x, y, width, height }, right, down, whole) {
  return {
    x: Math.min(Math.max(x + right, 0), whole.width - width),
    y: Math.min(Math.max(y + down, 0), whole.height - height),
    width,
    height,
  };
}
