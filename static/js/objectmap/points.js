/** The points of a map, and which of them lie where. Places are shares of the map's width and height, 0 to 65,535; y goes up. */

import { boxAround, isInside } from "./lines.js";

const CELLS = 256; // along each side of the map: what is looked for lies in few of them
const SHIFT = 8; // 65,536 / CELLS is 2 to this power

export class Points {
  constructor() {
    this.length = 0;
    /** @type {Float64Array} */
    this.ids = new Float64Array(0);
    /** @type {Uint16Array|Float32Array} */
    this.values = new Uint16Array(0);
    /** @type {Uint16Array} */
    this.x = new Uint16Array(0);
    /** @type {Uint16Array} */
    this.y = new Uint16Array(0);
    /** @type {Uint32Array|null} */
    this.starts = null; // of each cell in `order`; null until they are asked for
    this.order = new Uint32Array(0);
    /** @type {Uint32Array|null} */
    this.byId = null; // the points in the order of their objects' numbers: a Map of a million takes ten times as much
  }

  /** @param {MapBlock} block */
  add({ ids, values, x, y }) {
    this.ids = joined(this.ids, this.length, ids);
    this.values = joined(this.length ? this.values : values.subarray(0, 0), this.length, values);
    this.x = joined(this.x, this.length, x);
    this.y = joined(this.y, this.length, y);
    this.length += ids.length;
    this.starts = null;
    this.byId = null;
  }

  /** Which point an object is, -1 where it is none.
   * @param {number} id */
  placeOf(id) {
    this.byId ??= sortedBy(this.ids, this.length);
    let [low, high] = [0, this.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const there = this.ids[this.byId[middle]];
      if (there === id) return this.byId[middle];
      if (there < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The points by their cells: counted, then put in order. */
  index() {
    if (this.starts) return this.starts;
    const starts = new Uint32Array(CELLS * CELLS + 1);
    for (let i = 0; i < this.length; i += 1) starts[this.cell(i) + 1] += 1;
    for (let c = 0; c < CELLS * CELLS; c += 1) starts[c + 1] += starts[c];
    const next = starts.slice(0, -1);
    this.order = new Uint32Array(this.length);
    for (let i = 0; i < this.length; i += 1) {
      const cell = this.cell(i);
      this.order[next[cell]] = i;
      next[cell] += 1;
    }
    this.starts = starts;
    return starts;
  }

  /** @param {number} i */
  cell(i) {
    return (this.y[i] >> SHIFT) * CELLS + (this.x[i] >> SHIFT);
  }

  /** Calls back with each point of the box, and a few around it, until that returns false.
   * @param {MapBox} box
   * @param {(i: number) => boolean|void} visit */
  eachNear({ left, right, bottom, top }, visit) {
    const starts = this.index();
    const [west, east] = [cellOf(left), cellOf(right)];
    for (let row = cellOf(bottom); row <= cellOf(top); row += 1) {
      const end = starts[row * CELLS + east + 1];
      for (let at = starts[row * CELLS + west]; at < end; at += 1) if (visit(this.order[at]) === false) return;
    }
  }

  /** The nearest point within the distance, -1 where there is none.
   * @param {number} x
   * @param {number} y
   * @param {number} distance
   * @param {(i: number) => boolean} isVisible */
  nearest(x, y, distance, isVisible) {
    let best = -1;
    let least = distance * distance;
    this.eachNear({ left: x - distance, right: x + distance, bottom: y - distance, top: y + distance }, (i) => {
      const away = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
      if (away > least || !isVisible(i)) return;
      best = i;
      least = away;
    });
    return best;
  }

  /** The points in the box, at most so many and one.
   * @param {MapBox} box
   * @param {(i: number) => boolean} isVisible
   * @param {number} most */
  within(box, isVisible, most = Infinity) {
    /** @type {number[]} */
    const indices = [];
    this.eachNear(box, (i) => {
      if (!isIn(box, this.x[i], this.y[i]) || !isVisible(i)) return;
      indices.push(i);
      return indices.length <= most;
    });
    return indices;
  }

  /** Calls back with each point within a closed line.
   * @param {[x: number, y: number][]} corners
   * @param {(i: number) => boolean} isVisible
   * @param {(i: number) => void} visit */
  eachInside(corners, isVisible, visit) {
    this.eachNear(boxAround(corners), (i) => {
      if (isInside(corners, this.x[i], this.y[i]) && isVisible(i)) visit(i);
    });
  }

  /** The points within a closed line.
   * @param {[x: number, y: number][]} corners
   * @param {(i: number) => boolean} isVisible */
  inside(corners, isVisible) {
    /** @type {number[]} */
    const indices = [];
    this.eachInside(corners, isVisible, (i) => indices.push(i));
    return indices;
  }

  /** Room for another colour's values of all points, as if none had one: in the last of so many groups, or no number.
   * @param {number} groups 0 for numbers */
  emptyValues(groups) {
    return groups ? new Uint16Array(this.length).fill(groups - 1) : new Float32Array(this.length).fill(Number.NaN);
  }

  /** Puts a block's values where its objects are; those that are no points of this map are passed over. A server sends them
   * in one order, mostly: then the next one is the next point.
   * @param {Uint16Array|Float32Array} values of all points
   * @param {{ids: Float64Array, values: Uint16Array|Float32Array}} block */
  place(values, block) {
    let next = Math.max(0, this.placeOf(block.ids[0]));
    for (let k = 0; k < block.ids.length; k += 1) {
      const i = this.ids[next] === block.ids[k] ? next : this.placeOf(block.ids[k]);
      if (i >= 0) values[i] = block.values[k];
      next = i + 1;
    }
  }
}

/** @template {Uint16Array|Float32Array|Float64Array} T
 * @param {T} array
 * @param {number} length that of it is filled
 * @param {T} more
 * @returns {T} with room for as much again */
function joined(array, length, more) {
  let room = array;
  if (array.length < length + more.length) {
    room = /** @type {T} */ (new /** @type {any} */ (more).constructor(Math.max(2 * array.length, length + more.length)));
    room.set(/** @type {any} */ (array.subarray(0, length)));
  }
  room.set(/** @type {any} */ (more), length);
  return room;
}

/** 0 to length - 1, in the order of the numbers; most often they are in order already.
 * @param {Float64Array} numbers
 * @param {number} length */
function sortedBy(numbers, length) {
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = 1; i < length; i += 1) if (numbers[i] < numbers[i - 1]) return order.sort((a, b) => numbers[a] - numbers[b]);
  return order;
}

/** @param {number} share */
function cellOf(share) {
  return Math.min(CELLS - 1, Math.max(0, Math.floor(share) >> SHIFT));
}

/** @param {MapBox} box
 * @param {number} x
 * @param {number} y */
function isIn({ left, right, bottom, top }, x, y) {
  return x >= left && x <= right && y >= bottom && y <= top;
}
