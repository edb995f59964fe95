// @ts-check
/** Reckons how objects are drawn on a scan: run lengths as COCO packs them, edges, dashes. */

/** Of lines by what is known of an object, so that colours need not be told apart.
 * @type {Record<string, number[]>} */
export const DASHES = {
  validated: [],
  predicted: [8, 4],
  dubious: [2, 3],
  "machine-validated": [8, 3, 2, 3],
  unclassified: [4, 4],
};
export const OTHERS = -1; // the key of all taxa without a colour of their own

/** Run lengths, of zeros first, as `pycocotools` packs them into characters: five bits each, and differences.
 * @param {string} text
 * @returns {number[]} */
export function runLengths(text) {
  /** @type {number[]} */
  const runs = [];
  let place = 0;
  while (place < text.length) {
    let value = 0;
    let shift = 0;
    let bits = 0;
    do {
      bits = text.charCodeAt(place) - 48;
      value |= (bits & 0x1f) << shift;
      shift += 5;
      place += 1;
    } while (bits & 0x20);
    if (bits & 0x10 && shift < 32) value |= -1 << shift;
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  return runs;
}

/** What of each column belongs to the object: pairs of from and to, in pixels of its box.
 * @param {number[]} runs column by column
 * @param {number} height
 * @returns {{column: number, from: number, to: number}[]} */
export function columnsOf(runs, height) {
  /** @type {{column: number, from: number, to: number}[]} */
  const spans = [];
  let place = 0;
  runs.forEach((length, turn) => {
    if (turn % 2) {
      for (let from = place; from < place + length; ) {
        const column = Math.floor(from / height);
        const end = Math.min(place + length, (column + 1) * height);
        spans.push({ column, from: from - column * height, to: end - column * height });
        from = end;
      }
    }
    place += length;
  });
  return spans;
}

/** The edge of an object as lines between corners of pixels of its box: [x, y, x, y].
 * @param {{column: number, from: number, to: number}[]} spans
 * @returns {number[][]} */
export function edgesOf(spans) {
  /** @type {Map<number, Set<number>>} the rows of each column that belong to it */
  const columns = new Map();
  for (const { column, from, to } of spans) {
    const rows = columns.get(column) ?? new Set();
    for (let row = from; row < to; row += 1) rows.add(row);
    columns.set(column, rows);
  }
  const edges = spans.flatMap(({ column, from, to }) => [
    [column, from, column + 1, from],
    [column, to, column + 1, to],
  ]);
  for (const [column, rows] of columns) {
    for (const row of rows) {
      if (!columns.get(column - 1)?.has(row)) edges.push([column, row, column, row + 1]);
      if (!columns.get(column + 1)?.has(row)) edges.push([column + 1, row, column + 1, row + 1]);
    }
  }
  return edges;
}
