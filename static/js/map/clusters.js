// @ts-check
/** Samples that lie too near to each other to be told apart become one point with their number. */

/** @typedef {{x: number, y: number, places: SamplePlace[]}} Cluster where its first sample is, in pixels */

const NAMED = 5; // more than a glance takes in

/** @param {SamplePlace[]} places
 * @param {(place: SamplePlace) => {x: number, y: number}} project to pixels
 * @param {number} distance pixels, within which two are one
 * @returns {Cluster[]} each place is in one of them */
export function clustersOf(places, project, distance) {
  /** @type {Map<string, Cluster[]>} */
  const cells = new Map();
  /** @type {Cluster[]} */
  const clusters = [];
  for (const place of places) {
    const { x, y } = project(place);
    const [column, row] = [Math.floor(x / distance), Math.floor(y / distance)];
    const nearest = around(cells, column, row).find((cluster) => Math.hypot(cluster.x - x, cluster.y - y) < distance);
    if (nearest) {
      nearest.places.push(place);
      continue;
    }
    const cluster = { x, y, places: [place] };
    clusters.push(cluster);
    const key = `${column},${row}`;
    cells.set(key, [...(cells.get(key) ?? []), cluster]);
  }
  return clusters;
}

/** Those of the cell and its eight neighbours.
 * @param {Map<string, Cluster[]>} cells
 * @param {number} column
 * @param {number} row */
function around(cells, column, row) {
  const steps = [0, -1, 1];
  return steps.flatMap((dx) => steps.flatMap((dy) => cells.get(`${column + dx},${row + dy}`) ?? []));
}

/** What a point's tooltip says.
 * @param {SamplePlace[]} places */
export function inWords(places) {
  const objects = places.reduce((sum, place) => sum + place[3], 0);
  const count = `${objects.toLocaleString("en")} ${objects === 1 ? "object" : "objects"}`;
  return places.length === 1 ? `${places[0][0]}: ${count}` : `${places.length} samples, ${count}: ${namesOf(places)}`;
}

/** @param {SamplePlace[]} places */
export function namesOf(places) {
  const names = places.slice(0, NAMED).map(([name]) => name);
  const more = places.length - names.length;
  return names.join(", ") + (more ? ` and ${more} more` : "");
}
