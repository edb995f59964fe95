// @ts-check
/** Lines that a hand draws on a scan: with fewer points, and which object they cross. In pixels of the scan. */
import { simplified } from "../../objectmap/lines.js";

const MOST = 1000; // points of a line
const SAMPLES = 64; // places along a line that say what it crosses

/** What a hand drew without the points that lie nearer than `least` to the one before.
 * @param {Point[]} points
 * @param {number} least
 * @returns {Point[]} */
export function thinned(points, least) {
  /** @type {Point[]} */
  const thin = [];
  for (const point of points) {
    const last = thin.at(-1);
    if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= least) thin.push(point);
  }
  return simplified(thin, MOST);
}

/** Places at equal steps along each part of a line.
 * @param {Point[]} line
 * @returns {Point[]} */
function along(line) {
  const steps = Math.max(1, Math.ceil(SAMPLES / Math.max(1, line.length - 1)));
  return line.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = line[i];
    return Array.from({ length: steps + 1 }, (_, step) => /** @type {Point} */ ([fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps]));
  });
}

/** The object that a line crosses most; of the selected ones, where it crosses any of them.
 * @template {{id: number, box: number[]}} O
 * @param {O[]} objects
 * @param {O[]} selected
 * @param {Point[]} line
 * @returns {O | undefined} */
export function objectAcross(objects, selected, line) {
  return mostCrossed(selected, line) ?? mostCrossed(objects, line);
}

/** @template {{box: number[]}} O
 * @param {O[]} objects
 * @param {Point[]} line
 * @returns {O | undefined} */
function mostCrossed(objects, line) {
  const places = along(line);
  const crossed = objects.map((object) => ({ object, count: places.filter((place) => isIn(object.box, place)).length })).filter(({ count }) => count);
  return crossed.sort((one, other) => other.count - one.count)[0]?.object;
}

/** @param {number[]} box
 * @param {Point} place */
function isIn([left, top, width, height], [x, y]) {
  return x >= left && y >= top && x <= left + width && y <= top + height;
}

/** The objects that a rectangle touches.
 * @template {{box: number[]}} O
 * @param {O[]} objects
 * @param {Point} corner
 * @param {Point} opposite
 * @returns {O[]} */
export function objectsIn(objects, [ax, ay], [bx, by]) {
  const [left, right] = [Math.min(ax, bx), Math.max(ax, bx)];
  const [top, bottom] = [Math.min(ay, by), Math.max(ay, by)];
  return objects.filter(({ box: [x, y, width, height] }) => x <= right && x + width >= left && y <= bottom && y + height >= top);
}
