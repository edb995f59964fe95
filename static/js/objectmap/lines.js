/** Closed lines on the map: what they enclose, with how few corners. */

/** @param {[x: number, y: number][]} corners
 * @returns {MapBox} */
export function boxAround(corners) {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) };
}

/** Whether the line goes round the point, once or more often, or leads through it: as PostgreSQL's polygons have it, where its
 * ends overlap and at its border, too. Whole numbers, so that on the border is exact.
 * @param {[x: number, y: number][]} corners
 * @param {number} x
 * @param {number} y */
export function isInside(corners, x, y) {
  let turns = 0;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
    const [ax, ay] = corners[i];
    const [bx, by] = corners[j];
    if (ay === y && (ax === x || (by === y && ax > x !== bx > x))) return true;
    if (ay > y === by > y) continue;
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if (side === 0) return true;
    if (side > 0 === by > ay) turns += by > ay ? 1 : -1;
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
