// @ts-check
/** Boxes of degrees, as the filter `box` has them, and how they lie on a map that may be centred on any meridian. */

/** @type {(keyof GeoBox)[]} in the order of the filter */
export const EDGES = ["west", "south", "east", "north"];

/** @param {string} text west,south,east,north
 * @returns {GeoBox|null} */
export function parseBox(text) {
  const numbers = text
    .split(/[,;\s]+/)
    .filter(Boolean)
    .map(Number);
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return null;
  const [west, south, east, north] = numbers;
  return { west, south, east, north };
}

/** @param {GeoBox} box */
export function writeBox(box) {
  return EDGES.map((edge) => box[edge]).join(",");
}

/** What is wrong with what stands in the four fields, and in which one to mend it.
 * @param {Record<keyof GeoBox, string>} texts
 * @returns {{edge: keyof GeoBox, words: string}|null} */
export function problemOf(texts) {
  const empty = EDGES.filter((edge) => texts[edge].trim() === "");
  if (empty.length === EDGES.length) return null;
  if (empty.length) return { edge: empty[0], words: `The box has no ${empty.join(" and no ")}. Fill all four numbers, or none.` };
  if (Number(texts.south) <= Number(texts.north)) return null;
  return { edge: "south", words: "South lies north of north. Swap the two." };
}

/** Degrees from its west to its east.
 * @param {GeoBox} box */
export function widthOf({ west, east }) {
  return east < west ? east - west + 360 : east - west;
}

/** The same meridian, at most half a turn away from the centre.
 * @param {number} longitude
 * @param {number} centre */
export function near(longitude, centre) {
  return longitude + 360 * Math.round((centre - longitude) / 360);
}

/** As the server decides it for objects.
 * @param {GeoBox} box
 * @param {number} latitude
 * @param {number} longitude */
export function isInside(box, latitude, longitude) {
  if (latitude < box.south || latitude > box.north) return false;
  if (box.west <= box.east) return longitude >= box.west && longitude <= box.east;
  return longitude >= box.west || longitude <= box.east;
}

/** @typedef {{lat: number, lng: number}} Corner as Leaflet has it: its longitude may have gone around the globe */

/** The box between two opposite corners, in numbers as fine as the map is.
 * @param {Corner} one
 * @param {Corner} other
 * @param {number} degreesPerPixel
 * @returns {GeoBox} */
export function boxBetween(one, other, degreesPerPixel) {
  const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(degreesPerPixel))));
  const rounded = (/** @type {number} */ value) => Number(value.toFixed(digits));
  const [west, east] = [one.lng, other.lng].sort((a, b) => a - b).map(rounded);
  const [south, north] = [one.lat, other.lat].sort((a, b) => a - b).map((lat) => rounded(Math.min(90, Math.max(-90, lat))));
  if (east - west >= 360) return { west: -180, south, east: 180, north };
  const turnsWest = Math.floor((west + 180) / 360);
  const turnsEast = Math.ceil((east - 180) / 360); // 180° as an eastern edge is not -180°
  return { west: rounded(west - 360 * turnsWest), south, east: rounded(east - 360 * turnsEast), north };
}

/** Its south-western and north-eastern corners on a map around the centre.
 * @param {GeoBox} box
 * @param {number} centre
 * @returns {[Corner, Corner]} */
export function cornersOf(box, centre) {
  const width = widthOf(box);
  const west = near(box.west + width / 2, centre) - width / 2;
  return [
    { lat: box.south, lng: west },
    { lat: box.north, lng: west + width },
  ];
}

/** The rectangle between the corners, and again a turn to either side: a box may leave the map on one side and come in on the
 * other.
 * @param {[Corner, Corner]} corners
 * @returns {[number, number][][][]} polygons of rings of latitude and longitude */
export function ringsBetween([{ lat: south, lng: west }, { lat: north, lng: east }]) {
  return [-360, 0, 360].map((turn) => [
    [
      [south, west + turn],
      [north, west + turn],
      [north, east + turn],
      [south, east + turn],
    ],
  ]);
}

/** What holds all the places, across the 180th meridian where that is narrower: its east may be beyond 180.
 * @param {SamplePlace[]} places at least one
 * @returns {GeoBox} */
export function extentOf(places) {
  const latitudes = places.map((place) => place[1]);
  const longitudes = places.map((place) => place[2]).sort((a, b) => a - b);
  let [west, east] = [longitudes[0], longitudes[longitudes.length - 1]];
  let gap = west + 360 - east;
  for (let n = 1; n < longitudes.length; n++) {
    if (longitudes[n] - longitudes[n - 1] <= gap) continue;
    gap = longitudes[n] - longitudes[n - 1];
    [west, east] = [longitudes[n], longitudes[n - 1] + 360];
  }
  return { west, south: latitudes.reduce((a, b) => Math.min(a, b)), east, north: latitudes.reduce((a, b) => Math.max(a, b)) };
}
