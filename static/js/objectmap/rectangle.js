/** A rectangle on the map that keys move and resize: a selection for whoever has no pointer. In pixels of the map. */

const STEP = 20;
const LEAST = 20; // pixels of a side
const SHARE = 1 / 3; // of the map's sides, when it is opened
const ROWS = ["top", "middle", "bottom"];
const COLUMNS = ["left", "centre", "right"];

export class Rectangle {
  /** @param {number} width
   * @param {number} height of the map */
  constructor(width, height) {
    this.room = { width, height };
    this.width = Math.max(LEAST, Math.round(width * SHARE));
    this.height = Math.max(LEAST, Math.round(height * SHARE));
    this.x = Math.round((width - this.width) / 2);
    this.y = Math.round((height - this.height) / 2);
  }

  /** Arrow keys move it, with Shift they move its right and its lower side. Returns whether the key was one of these.
   * @param {{key: string, shiftKey: boolean}} event */
  press({ key, shiftKey }) {
    const [dx, dy] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[key] ?? [0, 0];
    if (!dx && !dy) return false;
    if (shiftKey) this.resize(dx, dy);
    else this.move(dx, dy);
    return true;
  }

  /** The map's middle stays in the middle of its frame, and the rectangle over the same part of the map; what would lie outside
   * of a smaller frame comes in.
   * @param {number} width
   * @param {number} height of the map */
  resizeRoom(width, height) {
    const dx = (width - this.room.width) / 2;
    const dy = (height - this.room.height) / 2;
    this.room = { width, height };
    this.width = Math.min(this.width, width);
    this.height = Math.min(this.height, height);
    this.move(dx, dy);
  }

  move(dx, dy) {
    this.x = between(0, this.x + dx, this.room.width - this.width);
    this.y = between(0, this.y + dy, this.room.height - this.height);
  }

  resize(dx, dy) {
    this.width = between(LEAST, this.width + dx, this.room.width - this.x);
    this.height = between(LEAST, this.height + dy, this.room.height - this.y);
  }

  /** @returns {[x: number, y: number][]} */
  get corners() {
    const { x, y, width, height } = this;
    return [
      [x, y],
      [x + width, y],
      [x + width, y + height],
      [x, y + height],
    ];
  }

  /** Where it lies and how large it is, as shares of what is in view. */
  inWords() {
    const { width, height } = this.room;
    const row = ROWS[third(this.y + this.height / 2, height)];
    const column = COLUMNS[third(this.x + this.width / 2, width)];
    return `${row} ${column}, ${percent(this.width, width)} wide, ${percent(this.height, height)} high`;
  }
}

function between(least, value, most) {
  return Math.max(least, Math.min(most, value));
}

function third(at, whole) {
  return Math.min(2, Math.floor((3 * at) / whole));
}

function percent(part, whole) {
  return `${Math.round((100 * part) / whole)} %`;
}
