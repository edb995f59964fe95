// @ts-check
/** The land that a map shows: decoded from vendor/land.json, around any meridian. */

/** @typedef {[number, number]} LatLng latitude, longitude */

/** @param {number[]} steps of east and north
 * @param {number} units in a degree
 * @returns {LatLng[]} */
export function ringOf(steps, units) {
  /** @type {LatLng[]} */
  const ring = [];
  let [x, y] = [0, 0];
  for (let n = 0; n < steps.length; n += 2) {
    x += steps[n];
    y += steps[n + 1];
    ring.push([y / units, x / units]);
  }
  return ring;
}

/** Polygons of the half turn to either side of the centre; those at its rim stand on both sides.
 * @param {Land} land
 * @param {number} centre degrees east
 * @returns {LatLng[][][]} */
export function landAround({ units, polygons }, centre) {
  const rings = polygons.map((polygon) => polygon.map((steps) => ringOf(steps, units)));
  return [-360, 0, 360].flatMap((turn) => rings.filter(([outer]) => reaches(outer, centre - turn)).map((polygon) => polygon.map((ring) => turned(ring, turn))));
}

/** @param {LatLng[]} ring
 * @param {number} centre */
function reaches(ring, centre) {
  return ring.some(([, longitude]) => Math.abs(longitude - centre) <= 180);
}

/** @param {LatLng[]} ring
 * @param {number} turn degrees
 * @returns {LatLng[]} */
function turned(ring, turn) {
  return turn ? ring.map(([latitude, longitude]) => [latitude, longitude + turn]) : ring;
}

/** Where land meets water: a ring without its sides along the pole and the 180th meridian, at which only the map is cut.
 * @param {LatLng[]} ring
 * @returns {LatLng[][]} lines */
export function coastsOf(ring) {
  /** @type {LatLng[][]} */
  const lines = [[]];
  for (const [n, point] of ring.entries()) {
    if (n && isCut(ring[n - 1], point)) lines.push([]);
    lines[lines.length - 1].push(point);
  }
  return lines.filter(({ length }) => length > 1);
}

/** @param {LatLng} from
 * @param {LatLng} to */
function isCut(from, to) {
  return Math.min(from[0], to[0]) === -90 || (from[1] === to[1] && Math.abs(from[1]) % 360 === 180);
}
