/** Closed lines on the map: what they enclose, with how few corners. */

/** @param {[x: number, y: number][]} corners
 * @returns {MapBox} */
export function boxAround(corners) {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) };
}

/** Whether the line goes round the point, once or more often: one that crosses itself, as where its ends overlap, encloses
 * what PostgreSQL's polygons do.
 * @param {[x: number, y: number][]} corners
 * @param {number} x
 * @param {number} y */
export function isInside(corners, x, y) {
  let turns = 0;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
    const [ax, ay] = corners[i];
    const [bx, by] = corners[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) turns += by > ay ? 1 : -1;
  }
  return turns !== 0;
}

/** The line with as few corners as the most allows: what lies nearer than a step to the one before is left out.
 * @param {[x: number, y: number][]} corners
 * @param {number} most */
export function simplified(corners, most) {
  let step = 1;
  let remaining = corners;
  while (remaining.length > most) {
    step *= 1.5;
    remaining = corners.filter((_, i) => i % Math.ceil(step) === 0);
  }
  return remaining;
}
