// @ts-check
/** A rectangle that is dragged with Shift: it selects what it touches, beside what was selected. */
import { objectsIn } from "./stage/lines.js";
import { toScan } from "./stage/places.js";
import { Preview } from "./stage/preview.js";

const CLICK = 5; // pixels of the screen: nearer is no rectangle

export class Band {
  /** @param {HTMLElement} element of the stage
   * @param {import("./viewer.js").ScanViewer} viewer */
  constructor(element, viewer) {
    this.element = element;
    this.viewer = viewer;
    this.preview = new Preview(viewer.part("band"));
    /** @type {Point | null} */
    this.start = null;
    // before OpenSeadragon, which would move the scan
    element.addEventListener("pointerdown", (event) => this.down(event), { capture: true });
    element.addEventListener("pointermove", (event) => this.start && this.preview.band(this.start, this.placeOf(event)));
    element.addEventListener("pointerup", (event) => this.up(event));
    element.addEventListener("pointercancel", () => this.end());
  }

  /** @param {PointerEvent} event
   * @returns {Point} */
  placeOf({ clientX, clientY }) {
    const { left, top } = this.element.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  /** @param {PointerEvent} event */
  down(event) {
    const isOnScan = /** @type {Element} */ (event.target).closest("[data-part=picture]");
    if (!event.shiftKey || event.button || !isOnScan) return;
    event.stopPropagation();
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.start = this.placeOf(event);
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (!this.start) return;
    const { viewer, start } = this;
    const end = this.placeOf(event);
    this.end();
    if (Math.hypot(end[0] - start[0], end[1] - start[1]) < CLICK) return viewer.choose({ position: { x: end[0], y: end[1] }, originalEvent: event });
    const [corner, opposite] = [start, end].map((place) => toScan(viewer.stage.opened, place));
    viewer.selection.add(objectsIn(viewer.marks.visible.objects, corner, opposite));
  }

  end() {
    this.start = null;
    this.preview.clear();
  }
}
