/** The figure under way: points are set one after the other, by hand or by key, and the last one is taken back. */
import { figure, lengthOf, MOST } from "./figures.js";

export class Pen {
  /** @param {function(string, Object)} onFigure is given the kind and the geometry of what is finished */
  constructor(onFigure) {
    this.onFigure = onFigure;
    this.kind = null;
    this.points = [];
  }

  get isDrawing() {
    return this.points.length > 0;
  }

  take(kind) {
    this.kind = kind;
    this.points = [];
  }

  /** A point where the last one is, or on the first of a polygon, finishes the figure.
   * @param {number} near how close, in pixels of the image, is on it */
  set(point, near) {
    const isOn = (other) => other && Math.hypot(other[0] - point[0], other[1] - point[1]) <= near;
    const isOpen = !MOST[this.kind];
    if (isOpen && (isOn(this.points.at(-1)) || (this.kind === "polygon" && this.points.length > 2 && isOn(this.points[0])))) {
      return this.finish();
    }
    if (isOn(this.points.at(-1))) return true; // the second half of a double click
    this.points.push(point);
    return this.points.length < MOST[this.kind] || isOpen || this.finish();
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

  /** What it would be with its next point here: as far as it goes, a line. */
  preview(next) {
    const points = [...this.points, next];
    const whole = figure(this.kind, points);
    return whole ? { kind: this.kind, geometry: whole } : { kind: "polyline", geometry: { points } };
  }

  length(next) {
    return lengthOf([...this.points, next]);
  }
}
