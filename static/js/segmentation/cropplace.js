/** Where a crop lies on a scan. */

/** The crop moved by so many pixels, but never off the scan. */
export function moved({ x, y, width, height }, right, down, whole) {
  return {
    x: Math.min(Math.max(x + right, 0), whole.width - width),
    y: Math.min(Math.max(y + down, 0), whole.height - height),
    width,
    height,
  };
}
