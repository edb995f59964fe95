/** What a drag over the vignettes does: a rubber band selects what it touches, also beyond what is on the screen; what is
 * selected is carried onto a taxon of the panel. One that is not selected can be carried there, too: its band ends where the
 * panel begins. Fetched at the first press of a button (mouse.js). */
import { Carried, isInPanel } from "./carrying.js";
import { RubberBand } from "./rubberband.js";

/** @typedef {import("./carrying.js").OnDrop} OnDrop */

/** @param {Gallery} gallery
 * @param {HTMLElement|null} vignette under the pointer
 * @param {PointerEvent} start
 * @param {OnDrop|null} onDrop */
export function beginDrag(gallery, vignette, start, onDrop) {
  const isHeld = vignette && onDrop && gallery.isSelected(vignette);
  return isHeld ? new Carried(gallery.selected(), onDrop) : new Drag(gallery, vignette, start, onDrop);
}

/** A band, and beyond the edge of the panel the one vignette where it began. */
class Drag {
  /** @param {Gallery} gallery
   * @param {HTMLElement|null} vignette
   * @param {PointerEvent} start
   * @param {OnDrop|null} onDrop */
  constructor(gallery, vignette, start, onDrop) {
    this.gallery = gallery;
    this.vignette = vignette;
    this.onDrop = onDrop;
    this.band = new RubberBand(gallery, start);
    /** @type {Carried|null} */
    this.carried = null;
  }

  /** @param {PointerEvent} event */
  move(event) {
    const isOut = Boolean(this.vignette && this.onDrop && isInPanel(event));
    if (isOut && !this.carried) this.carry();
    if (!isOut && this.carried) this.drop();
    (this.carried ?? this.band).move(event);
  }

  carry() {
    this.band.pause();
    this.gallery.set([this.vignette], true);
    this.carried = new Carried([this.vignette], this.onDrop);
  }

  drop() {
    this.carried.remove();
    this.carried = null;
  }

  /** All is as before. */
  cancel() {
    if (this.carried) this.drop();
    this.band.pause();
    this.band.remove();
  }

  /** @param {PointerEvent} event */
  end(event) {
    this.band.remove();
    if (this.carried) this.carried.end(event);
    else this.band.end();
  }
}
