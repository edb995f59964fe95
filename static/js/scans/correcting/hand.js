// @ts-check
/** A mouse, a pen or a finger on the scan while a tool is in hand: a stroke, or points by clicks; a wheel comes nearer. */
import { thinned } from "../stage/lines.js";
import { toScan } from "../stage/places.js";
import { Pinch } from "./pinch.js";

const DRAGGED = 5; // pixels of the screen: farther is a stroke, not a click
const LEAST = 2; // pixels of the screen between points of a stroke
const WHEEL = 1.2; // nearer and farther, a notch

export class Hand {
  /** @param {HTMLElement} surface
   * @param {import("../stage/stage.js").Stage} stage
   * @param {import("./drawing.js").Drawing} drawing */
  constructor(surface, stage, drawing) {
    this.surface = surface;
    this.stage = stage;
    this.drawing = drawing;
    this.pinch = new Pinch(stage);
    /** @type {Point[] | null} under way */
    this.stroke = null;
    /** @type {Point | null} where it hovers */
    this.place = null;
    /** @type {Point} of the stage, where it went down */
    this.start = [0, 0];
    this.isStroke = false;
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", (event) => this.cancel(event));
    surface.addEventListener("wheel", (event) => this.turn(event), { passive: false });
  }

  letGo() {
    this.stroke = null;
    this.place = null;
  }

  /** @param {MouseEvent} event
   * @returns {Point} of the stage */
  onStage({ clientX, clientY }) {
    const { left, top } = this.surface.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  /** @param {MouseEvent} event
   * @returns {Point} of the scan, never beyond its border */
  onScan(event) {
    const [x, y] = toScan(this.stage.opened, this.onStage(event));
    return [Math.max(0, Math.min(this.stage.width, x)), Math.max(0, Math.min(this.stage.height, y))];
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button) return;
    this.surface.setPointerCapture(event.pointerId);
    this.drawing.isByKey = false;
    this.start = this.onStage(event);
    this.isStroke = false;
    this.stroke = this.pinch.add(event, this.start) ? null : [this.onScan(event)]; // two fingers move the scan
    this.drawing.draw();
  }

  /** A pen says more places than the screen has pictures: all of them count.
   * @param {PointerEvent} event */
  move(event) {
    if (this.pinch.move(event, this.onStage(event))) return;
    this.place = this.onScan(event);
    if (this.stroke) {
      const events = event.getCoalescedEvents?.() ?? [];
      this.stroke.push(...(events.length ? events : [event]).map((one) => this.onScan(one)));
      const [x, y] = this.onStage(event);
      this.isStroke ||= Math.hypot(x - this.start[0], y - this.start[1]) > DRAGGED;
    }
    if (this.drawing.isDrawing) this.drawing.draw();
  }

  /** @param {PointerEvent} event */
  up(event) {
    this.pinch.remove(event);
    const { stroke } = this;
    this.stroke = null;
    if (!stroke) return;
    if (this.isStroke) this.drawing.add(thinned(stroke, LEAST / this.stage.opened.scale));
    else this.drawing.set(stroke[0]);
  }

  /** @param {PointerEvent} event */
  cancel(event) {
    this.pinch.remove(event);
    this.stroke = null;
    this.drawing.draw();
  }

  /** @param {WheelEvent} event */
  turn(event) {
    event.preventDefault();
    const [x, y] = this.onStage(event);
    this.stage.zoomAt(event.deltaY < 0 ? WHEEL : 1 / WHEEL, { x, y });
  }
}
