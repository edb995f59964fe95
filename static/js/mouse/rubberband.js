/** A rubber band over the vignettes: it selects what it touches, also beyond what is on the screen. */
import { Loop, scrollAtEdge } from "./dragloop.js";

export class RubberBand {
  /** @param {Gallery} gallery
   * @param {PointerEvent} start */
  constructor(gallery, start) {
    this.gallery = gallery;
    this.origin = this.placeOf(start);
    const isAdded = gallery.togglesOnClick || start.ctrlKey || start.metaKey || start.shiftKey;
    this.before = isAdded ? gallery.selected() : []; // stays selected
    this.band = Object.assign(document.createElement("div"), { className: "rubber" });
    gallery.element.append(this.band);
    /** @type {{vignette: HTMLElement, left: number, top: number, right: number, bottom: number}[]} */
    this.boxes = [];
    this.measured = ""; // for what they were
    this.hits = /** @type {HTMLElement[]} */ ([]);
    this.loop = new Loop(() => this.draw());
  }

  /** Within all vignettes, also those out of sight.
   * @param {{clientX: number, clientY: number}} at */
  placeOf({ clientX, clientY }) {
    const { element } = this.gallery;
    const box = element.getBoundingClientRect();
    const y = Math.min(Math.max(clientY - box.top, 0), element.clientHeight); // a band beyond would lengthen the page
    return { x: clientX - box.left, y: y + element.scrollTop };
  }

  /** @param {PointerEvent} event */
  move(event) {
    this.at = event;
    this.loop.start();
  }

  draw() {
    const { element } = this.gallery;
    scrollAtEdge(element, this.at.clientY);
    const { x, y } = this.placeOf(this.at);
    const key = `${x} ${y} ${element.scrollHeight}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const [left, right] = [Math.min(x, this.origin.x), Math.max(x, this.origin.x)];
    const [top, bottom] = [Math.min(y, this.origin.y), Math.max(y, this.origin.y)];
    this.measure();
    this.hits = this.boxes.filter((b) => b.left < right && b.right > left && b.top < bottom && b.bottom > top).map(({ vignette }) => vignette);
    this.gallery.only([...this.before, ...this.hits]);
    Object.assign(this.band.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    this.isDown = y >= this.origin.y;
  }

  /** Once, and again when a page has come or went: vignettes are not measured in each frame. */
  measure() {
    const all = this.gallery.all();
    const key = `${this.gallery.element.scrollHeight} ${all.length} ${all[0]?.id}`;
    if (key === this.measured) return;
    this.measured = key;
    const { element } = this.gallery;
    const around = element.getBoundingClientRect();
    const [x, y] = [element.scrollLeft - around.left, element.scrollTop - around.top];
    this.boxes = all.map((vignette) => {
      const { left, top, right, bottom } = vignette.getBoundingClientRect();
      return { vignette, left: left + x, top: top + y, right: right + x, bottom: bottom + y };
    });
  }

  /** The pointer is elsewhere: what was selected before is again. */
  pause() {
    this.loop.stop();
    this.drawn = "";
    this.hits = [];
    this.gallery.only(this.before);
    Object.assign(this.band.style, { width: "0", height: "0" });
  }

  remove() {
    this.loop.stop();
    this.band.remove();
  }

  /** The focus goes to where the pointer is, so that the page stays where it is. */
  end() {
    if (this.at) this.draw();
    this.band.remove();
    const last = this.isDown ? this.hits.at(-1) : this.hits[0];
    if (last) this.gallery.focus(last);
  }
}
