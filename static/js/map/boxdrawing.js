// @ts-check
/** A box on a map: drawn with a drag, bent by two of its corners. */
import { boxBetween, cornersOf, ringsBetween } from "./geobox.js";

/** @typedef {import("./geobox.js").Corner} Corner
 * @typedef {import("leaflet").Marker} Marker */

const HANDLE = 28; // pixels, for a finger

export class BoxDrawing {
  /** @param {import("./samplemap.js").SampleMap} samples
   * @param {(box: GeoBox) => void} onBox at each step of a drag
   * @param {(isArmed: boolean) => void} onArmed */
  constructor(samples, onBox, onArmed) {
    this.samples = samples;
    this.map = samples.map;
    this.onBox = onBox;
    this.onArmed = onArmed;
    this.isArmed = false;
    this.isBending = false;
    this.area = window.L.polygon([], { className: "box", weight: 2, interactive: false }).addTo(this.map);
    this.corners = [this.makeCorner(), this.makeCorner()];
    /** @type {[Corner, Corner]|null} */
    this.ends = null;
    this.map.on("zoomend", () => this.placeCorners());
    const container = this.map.getContainer();
    container.addEventListener("pointerdown", (event) => this.press(event), { capture: true });
    container.addEventListener("keydown", (event) => this.leave(event), { capture: true });
  }

  /** @returns {Marker} */
  makeCorner() {
    const icon = window.L.divIcon({ className: "corner", iconSize: [HANDLE, HANDLE] });
    const corner = window.L.marker([0, 0], { icon, draggable: true, keyboard: false, zIndexOffset: 1000 });
    corner.on("drag", () => this.bend());
    corner.on("dragend", () => {
      this.isBending = false;
      this.bend();
    });
    corner.on("dragstart", () => {
      this.isBending = true;
    });
    return corner;
  }

  /** @param {GeoBox|null} box */
  show(box) {
    this.ends = box && cornersOf(box, this.samples.centre);
    this.area.setLatLngs(this.ends ? ringsBetween(this.ends) : []);
    if (!this.isBending) this.placeCorners();
  }

  /** Not on a box that they would cover. */
  placeCorners() {
    const ends = this.ends?.map((end) => this.map.latLngToContainerPoint(end));
    const isLarge = ends && ends[1].x - ends[0].x >= HANDLE && ends[0].y - ends[1].y >= HANDLE;
    for (const [n, corner] of this.corners.entries()) {
      if (isLarge && this.ends) corner.setLatLng(this.ends[n]).addTo(this.map);
      else corner.remove();
    }
  }

  /** The next drag draws, also that of one finger. */
  arm(isArmed = true) {
    this.isArmed = isArmed;
    this.map.getContainer().classList.toggle("drawing", isArmed);
    this.onArmed(isArmed);
  }

  /** @param {KeyboardEvent} event */
  leave(event) {
    if (!this.isArmed || event.key !== "Escape") return;
    event.preventDefault(); // the dialog stays
    this.arm(false);
  }

  /** One finger scrolls the page and two move the map; a mouse moves it.
   * @param {PointerEvent} event */
  press(event) {
    const isOnMap = event.target instanceof Element && !event.target.closest(".leaflet-control, .corner");
    const draws = isOnMap && event.isPrimary && event.button === 0 && (this.isArmed || event.shiftKey);
    this.map.dragging[draws || event.pointerType === "touch" ? "disable" : "enable"]();
    if (draws) this.draw(event);
  }

  /** @param {PointerEvent} down */
  draw(down) {
    down.preventDefault();
    const container = this.map.getContainer();
    container.setPointerCapture(down.pointerId);
    const from = this.placeOf(down);
    const drag = new AbortController();
    const move = (/** @type {PointerEvent} */ event) => this.take(from, this.placeOf(event));
    const end = () => {
      drag.abort();
      this.arm(false);
    };
    container.addEventListener("pointermove", move, { signal: drag.signal });
    for (const name of ["pointerup", "pointercancel"]) container.addEventListener(name, end, { signal: drag.signal });
  }

  /** @param {PointerEvent} event */
  placeOf(event) {
    return this.map.mouseEventToLatLng(event);
  }

  bend() {
    const [one, other] = this.corners.map((corner) => corner.getLatLng());
    this.take(one, other);
  }

  /** @param {Corner} one
   * @param {Corner} other */
  take(one, other) {
    this.onBox(boxBetween(one, other, this.samples.degreesPerPixel()));
  }
}
