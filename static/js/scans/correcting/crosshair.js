// @ts-check
/** A place on the scan that arrow keys move: what the pointer is for whoever has none. */

const STEP = 4; // pixels of the screen, but one of the scan at least
const FAR = 10; // times as far with Shift
/** @type {Record<string, Point>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Crosshair {
  /** @param {number} width
   * @param {number} height of the scan */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    /** @type {Point} */
    this.place = [Math.round(width / 2), Math.round(height / 2)];
  }

  /** @param {Point} place */
  put([x, y]) {
    this.place = [between(0, Math.round(x), this.width), between(0, Math.round(y), this.height)];
  }

  /** Returns whether the key was one that moves it.
   * @param {{key: string, shiftKey: boolean}} event
   * @param {number} scale pixels of the screen that one of the scan takes */
  press({ key, shiftKey }, scale) {
    const way = WAYS[key];
    if (!way) return false;
    const step = Math.max(1, Math.round(STEP / scale)) * (shiftKey ? FAR : 1);
    this.put([this.place[0] + way[0] * step, this.place[1] + way[1] * step]);
    return true;
  }
}

/** @param {number} least
 * @param {number} value
 * @param {number} most */
function between(least, value, most) {
  return Math.max(least, Math.min(most, value));
}
