/** Drawing by mouse, pen or finger: where the hand is, which points it sets, what it drags. */
import { Edges } from "./edges.js";

const CLOSE = 6; // pixels of the screen: an edge as close is drawn along, but a pixel of the image at least
const ON_POINT = 4; // pixels of the screen: as close is on a point that is set
const DRAGGED = 5; // pixels of the screen: farther is a drag, not a click
const ALONG_EDGES = new Set(["point", "line", "polyline", "polygon", "select"]);

export class Hand {
  /** @param {import("./marks.js").Marks} marks */
  constructor(marks) {
    this.marks = marks;
    /** @type {{x: number, y: number}|null} */
    this.pressed = null;
    /** @type {Edges|null} */
    this.edges = null;
    const { stage } = marks.detailView;
    // before the detail view, which would move the image
    stage.addEventListener("pointerdown", (event) => this.down(event), { capture: true });
    stage.addEventListener("pointermove", (event) => this.move(event));
    stage.addEventListener("pointerup", (event) => this.up(event));
    stage.addEventListener("pointercancel", () => this.cancel());
  }

  /** Where the hand is, on a vertex where one is near; with Alt just where it is.
   * @param {PointerEvent} event
   * @returns {Point} */
  at(event) {
    const { layer, tool, selecting } = this.marks;
    const point = layer.toImage(event);
    if (event.altKey || tool === "brush") return point;
    return selecting.vertexNear(point) ?? this.onEdge(point, event.shiftKey);
  }

  /** The strongest edge of the image that is near, where that is wished: by the box, and Shift wishes the opposite. */
  onEdge(point, isOtherwise) {
    const { part, tool, detailView } = this.marks;
    if (part("edges").checked === isOtherwise || !ALONG_EDGES.has(tool)) return point;
    const { image, scale } = detailView;
    if (!image.complete) return point; // it is still the one before
    if (this.edges?.source !== image.src) this.edges = new Edges(image);
    return this.edges.near(point, Math.max(CLOSE / scale, 1));
  }

  /** @param {PointerEvent} event */
  down(event) {
    const { marks } = this;
    if (marks.tool === "look" || event.button !== 0) return;
    event.stopImmediatePropagation(); // not moved about
    marks.detailView.stage.setPointerCapture(event.pointerId);
    const at = this.at(event);
    this.pressed = { x: event.clientX, y: event.clientY };
    marks.pointAt(at);
    if (marks.tool === "brush") marks.painting.paint(at, at);
    else if (marks.tool === "select") this.grab(event, marks.layer.toImage(event));
    else marks.set(at, ON_POINT / marks.detailView.scale);
    marks.render();
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { marks } = this;
    if (marks.tool === "look") return;
    const at = this.at(event);
    if (marks.selecting.drag) marks.selecting.dragTo(at);
    else if (this.pressed && marks.tool === "brush") marks.painting.paint(marks.cross, at);
    marks.pointAt(at);
    marks.render();
  }

  /** A drag sets the second point where it ends.
   * @param {PointerEvent} event */
  up(event) {
    const { marks, pressed } = this;
    this.pressed = null;
    if (marks.selecting.drag) marks.selecting.drop();
    else if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > DRAGGED && marks.pen.points.length === 1) {
      marks.set(this.at(event), 0);
    }
    marks.render();
  }

  cancel() {
    this.pressed = null;
    this.marks.selecting.drag = null;
  }

  /** A handle of the chosen mark, else the mark that is there. */
  grab(event, at) {
    const { selecting } = this.marks;
    if (selecting.hold(at)) return;
    const id = Number(
      document
        .elementsFromPoint(event.clientX, event.clientY)
        .map((e) => /** @type {HTMLElement|null} */ (e.closest("[data-mark]"))?.dataset.mark)
        .find(Boolean),
    );
    selecting.choose(at, id);
  }
}
