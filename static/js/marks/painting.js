/** The mask that is painted: a new one, or the one that was chosen when the brush first touched the image. */
import { Brush } from "./brush.js";

export class Painting {
  /** @param {import("./marks.js").Marks} marks */
  constructor(marks) {
    this.marks = marks;
    this.brush = new Brush(marks.detailView);
    /** @type {Mark|null} */
    this.mark = null; // that is painted on, null for a new one
    /** @type {MarkLabel|undefined} */
    this.label = undefined;
  }

  get isPainting() {
    return this.brush.isPainting;
  }

  place() {
    this.brush.place();
  }

  /** @param {Point} from
   * @param {Point} to */
  paint(from, to) {
    const { marks } = this;
    if (!this.isPainting) {
      this.mark = marks.chosen?.kind === "mask" ? marks.chosen : null;
      this.label = marks.label;
      const geometry = /** @type {MaskGeometry|undefined} */ (this.mark?.geometry);
      this.brush.begin(this.mark ? marks.styled(this.mark).label.colour : this.label.colour, geometry);
    }
    if (from === to) this.brush.lift();
    this.brush.stroke(from, to, marks.radius, marks.part("eraser").checked);
  }

  finish() {
    if (!this.isPainting) return;
    const { store, rank } = this.marks;
    const geometry = this.brush.finish();
    if (this.mark && geometry) store.change(this.mark, { geometry });
    else if (this.mark) store.remove(this.mark);
    else if (geometry) store.make({ image: rank, label: this.label, kind: "mask", geometry });
    this.mark = null;
    store.letGo();
  }

  /** Returns whether there was a stroke to take back. */
  takeBack() {
    return this.brush.takeBack();
  }

  giveUp() {
    this.brush.finish();
    this.mark = null;
  }
}
