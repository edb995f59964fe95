/** What is chosen among the marks of the image, and the handle of it that is moved: nothing is written until it is dropped. */
import { handles, moved } from "./figures.js";
import { inShort } from "./measuretext.js";

const NEAR = 8; // pixels of the screen: as close is on it

export class Selecting {
  /** @param {import("./marks.js").Marks} marks */
  constructor(marks) {
    this.marks = marks;
    /** @type {{mark: Mark, handle: number, geometry: Geometry}|null} */
    this.drag = null;
  }

  /** As `NEAR`, in pixels of the image. */
  get near() {
    return NEAR / this.marks.detailView.scale;
  }

  /** Those of the image that are seen. */
  visible() {
    const { ofImage, list } = this.marks;
    return ofImage.filter((mark) => list.shows(mark));
  }

  /** Takes hold of the handle of the chosen mark that is near. Returns whether there is one.
   * @param {Point} at */
  hold(at) {
    const { chosen } = this.marks;
    if (!chosen?.id) return false;
    const far = handles(chosen.geometry).map(([x, y]) => Math.hypot(x - at[0], y - at[1]));
    const handle = far.indexOf(Math.min(...far));
    if (!(far[handle] <= this.near)) return false;
    this.drag = { mark: chosen, handle, geometry: chosen.geometry };
    return true;
  }

  /** @param {Point} at */
  dragTo(at) {
    const { drag } = this;
    if (drag) drag.geometry = moved(drag.mark.geometry, drag.handle, at) ?? drag.geometry;
  }

  drop() {
    const { mark, geometry } = this.drag;
    this.drag = null;
    if (geometry !== mark.geometry) this.marks.store.change(mark, { geometry });
    this.marks.store.letGo();
  }

  /** The mark that is there is chosen, and said; where there is none, none.
   * @param {Point} at
   * @param {number} [id] of the mark that is drawn there */
  choose(at, id) {
    const { marks } = this;
    marks.chosen = marks.ofImage.find((mark) => mark.id === id) ?? this.closest(at);
    marks.say(marks.chosen ? `${marks.chosen.label.name}, ${inShort(marks.chosen)}` : "Nothing is here.");
  }

  /** @param {Point} at */
  closest(at) {
    const touches = (mark) => handles(mark.geometry).some(([x, y]) => Math.hypot(x - at[0], y - at[1]) <= this.near);
    return this.visible().find(touches) ?? null;
  }

  /** The vertex that is nearest to a place, of all marks but the one that is dragged.
   * @param {Point} point
   * @returns {Point|undefined} */
  vertexNear(point) {
    const distance = ([x, y]) => Math.hypot(x - point[0], y - point[1]);
    const vertices = this.visible()
      .filter((mark) => mark !== this.drag?.mark)
      .flatMap((mark) => handles(mark.geometry));
    return vertices.filter((vertex) => distance(vertex) <= this.near).sort((a, b) => distance(a) - distance(b))[0];
  }
}
