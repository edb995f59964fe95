// @ts-check
/** The map of the samples with a pie each, whose area is a concentration or a biovolume and whose parts are taxa. */
import { clustersOf, namesOf } from "./clusters.js";
import { near } from "./geobox.js";
import { SampleMap } from "./samplemap.js";

/** @typedef {[name: string, latitude: number, longitude: number, objects: number, parts: number[], url: string]} PiePlace */

const LARGEST = 22; // pixels, the radius of the fullest sample
const APART = 38; // pixels between two pies: nearer ones are one
const SMALLEST = 5; // still seen, and met by a finger
const SVG_HEAD = `xmlns="http://www.w3.org/2000/svg"`;

export class PieMap extends SampleMap {
  /** @param {HTMLElement} element
   * @param {PiePlace[]} places
   * @param {Land} land
   * @param {{names: string[], unit: string}} of what the parts are called, and the unit of them */
  static open(element, places, land, of) {
    PieMap.of = of; // the map draws its points as it is made
    return new PieMap(element, /** @type {any} */ (places), land);
  }

  drawPoints() {
    const places = /** @type {PiePlace[]} */ (/** @type {unknown} */ (this.places));
    const most = Math.max(...places.map(([, , , , parts]) => sum(parts)));
    const at = (/** @type {PiePlace} */ place) => /** @type {[number, number]} */ ([place[1], near(place[2], this.centre)]);
    this.points.clearLayers();
    const clusters = clustersOf(this.places, (place) => this.map.project(at(/** @type {any} */ (place))), APART);
    for (const { x, y, places: close } of clusters) {
      const together = /** @type {PiePlace[]} */ (/** @type {unknown} */ (close));
      const parts = meanOf(together.map((place) => place[4]));
      const point = window.L.marker(this.map.unproject([x, y]), { icon: iconOf(parts, most), keyboard: false });
      point.bindTooltip(Object.assign(document.createElement("span"), { textContent: inWords(together, parts, PieMap.of) }));
      point.on("click", () => {
        if (together.length === 1) location.assign(together[0][5]);
        else this.map.fitBounds(window.L.latLngBounds(together.map(at)), { padding: [60, 60] });
      });
      point.addTo(this.points);
    }
  }
}
/** @type {{names: string[], unit: string}} */
PieMap.of = { names: [], unit: "" };

/** @param {number[]} parts */
export function sum(parts) {
  return parts.reduce((total, part) => total + part, 0);
}

/** @param {number[][]} several of the same length
 * @returns {number[]} */
export function meanOf(several) {
  return several[0].map((_, place) => sum(several.map((parts) => parts[place])) / several.length);
}

/** The largest part first, in three digits.
 * @param {PiePlace[]} places
 * @param {number[]} parts
 * @param {{names: string[], unit: string}} of */
export function inWords(places, parts, { names, unit }) {
  const total = sum(parts);
  const largest = parts.map((part, n) => /** @type {[string, number]} */ ([names[n] ?? "others", part])).sort((a, b) => b[1] - a[1]);
  const shares = largest
    .filter(([, part]) => part)
    .slice(0, 3)
    .map(([name, part]) => `${name} ${Math.round((100 * part) / total)} %`);
  const who = places.length === 1 ? places[0][0] : `Mean of ${places.length} samples (${namesOf(/** @type {any} */ (places))})`;
  return `${who}: ${Number(total.toPrecision(3))} ${unit}${shares.length ? `, ${shares.join(", ")}` : ""}`;
}

/** Paths of the slices, from the top on to the right; one that is the whole is a circle of two halves.
 * @param {number[]} parts
 * @param {number} radius
 * @returns {[place: number, path: string][]} of the parts that are not empty */
export function slicesOf(parts, radius) {
  const total = sum(parts);
  let before = 0;
  return parts.flatMap((part, place) => {
    if (!part) return [];
    const [from, to] = [before / total, (before + part) / total];
    before += part;
    if (to - from > 0.999999) return [[place, `M0 ${-radius}A${radius} ${radius} 0 1 1 0 ${radius}A${radius} ${radius} 0 1 1 0 ${-radius}z`]];
    const isLarge = to - from > 0.5 ? 1 : 0;
    return [[place, `M0 0L${onCircle(from, radius)}A${radius} ${radius} 0 ${isLarge} 1 ${onCircle(to, radius)}z`]];
  });
}

/** @param {number} share of the circle
 * @param {number} radius */
function onCircle(share, radius) {
  const angle = 2 * Math.PI * share;
  return `${(radius * Math.sin(angle)).toFixed(2)} ${(-radius * Math.cos(angle)).toFixed(2)}`;
}

/** @param {number[]} parts
 * @param {number} most */
function iconOf(parts, most) {
  const radius = Math.max(SMALLEST, LARGEST * Math.sqrt(most ? sum(parts) / most : 0));
  const side = 2 * radius + 2;
  const slices = slicesOf(parts, radius).map(([place, path]) => `<path class="kind${place}" d="${path}"/>`);
  const ground = slices.length ? "" : `<circle r="${radius}" fill="none" stroke="currentColor" />`;
  const html = `<svg ${SVG_HEAD} class="pie" viewBox="${-side / 2} ${-side / 2} ${side} ${side}" width="${side}" height="${side}">${ground}${slices.join("")}</svg>`;
  return window.L.divIcon({ className: "plot", html, iconSize: [side, side] });
}
