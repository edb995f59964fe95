/** The figure under way: points are set one after the other, by hand or by key, and the last one is taken back. */
import { figure, lengthOf, MOST } from "./figures.js";

export class Pen {
  /** @param {(kind: DrawnKind, geometry: Geometry) => void} onFigure is given the kind and the geometry of what is finished */
  constructor(onFigure) {
    this.onFigure = onFigure;
    /** @type {DrawnKind} */
    this.kind = "line";
    /** @type {Point[]} */
    this.points = [];
  }

  get isDrawing() {
    return this.points.length > 0;
  }

  /** @param {Tool} tool */
  take(tool) {
    this.kind = /** @type {DrawnKind} */ (tool); // any other sets no points
    this.points = [];
  }

  /** A point where the last one is, or on the first of a polygon, finishes the figure.
   * @param {Point} point
   * @param {number} near how close, in pixels of the image, is on it */
  set(point, near) {
    /** @param {Point} [other] */
    const isOn = (other) => other && Math.hypot(other[0] - point[0], other[1] - point[1]) <= near;
    const most = MOST[this.kind] ?? Infinity;
    const isOpen = most === Infinity;
    if (isOpen && (isOn(this.points.at(-1)) || (this.kind === "polygon" && this.points.length > 2 && isOn(this.points[0])))) {
      return this.finish();
    }
    if (isOn(this.points.at(-1))) return true; // the second half of a double click
    this.points.push(point);
    return this.points.length < most || this.finish();
  }

  /** Returns false where the points make no figure yet. */
  finish() {
    const geometry = figure(this.kind, this.points);
    if (!geometry) return false;
    this.points = [];
    this.onFigure(this.kind, geometry);
    return true;
  }

  back() {
    this.points.pop();
  }

  giveUp() {
    this.points = [];
  }

  /** What it would be with its next point here: as far as it goes, a line.
   * @param {Point} next
   * @returns {{kind: MarkKind, geometry: Geometry}} */
  preview(next) {
    const points = [...this.points, next];
    const whole = figure(this.kind, points);
    return whole ? { kind: this.kind, geometry: whole } : { kind: "polyline", geometry: { points } };
  }

  /** @param {Point} next */
  length(next) {
    return lengthOf([...this.points, next]);
  }
}
