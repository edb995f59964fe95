// @ts-check
/** Two fingers on the scan while a tool is in hand: they move it, and come nearer. */

export class Pinch {
  /** @param {import("../stage/stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Map<number, Point>} */
    this.fingers = new Map();
  }

  /** Returns whether it is the second one.
   * @param {PointerEvent} event
   * @param {Point} place of the stage */
  add(event, place) {
    if (event.pointerType === "touch") this.fingers.set(event.pointerId, place);
    return this.fingers.size > 1;
  }

  /** @param {PointerEvent} event */
  remove(event) {
    this.fingers.delete(event.pointerId);
  }

  /** Returns whether two fingers are at it.
   * @param {PointerEvent} event
   * @param {Point} place */
  move(event, place) {
    if (this.fingers.size < 2 || !this.fingers.has(event.pointerId)) return false;
    const before = this.middle();
    this.fingers.set(event.pointerId, place);
    const now = this.middle();
    this.stage.moveBy(now.x - before.x, now.y - before.y);
    if (before.apart && now.apart) this.stage.zoomAt(now.apart / before.apart, now);
    return true;
  }

  middle() {
    const [[ax, ay], [bx, by]] = this.fingers.values();
    return { x: (ax + bx) / 2, y: (ay + by) / 2, apart: Math.hypot(ax - bx, ay - by) };
  }
}
