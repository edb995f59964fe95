// @ts-check
/** What is selected on the scan, beside it: one object with its vignette and size, of several how many. */
import { sizeInWords } from "./stage/places.js";

export class Card {
  /** @param {HTMLElement} element
   * @param {{api: string, bench: string, um: number | null, about: (object: ScanObject) => void}} uses addresses, micrometres of a pixel
   *   where that is known, and what shows all about an object */
  constructor(element, { api, bench, um, about }) {
    this.element = element;
    this.api = api;
    this.bench = bench;
    this.um = um;
    /** @type {ScanObject | null} */
    this.object = null; // the only one
    this.part("details").addEventListener("click", () => this.object && about(this.object));
    this.pictured = ""; // of which object, as which revision
  }

  /** @param {string} name
   * @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.element.querySelector(`[data-part="${name}"]`));
  }

  /** @param {ScanObject[]} objects */
  show(objects) {
    this.element.hidden = !objects.length;
    if (!objects.length) return;
    const [object] = objects;
    const isOne = objects.length === 1;
    this.part("name").textContent = isOne ? (object.taxon?.name ?? "unclassified") : `${objects.length.toLocaleString("en")} objects selected`;
    this.part("words").textContent = isOne ? this.words(object) : "";
    this.link(objects);
    this.object = isOne ? object : null;
    this.part("details").hidden = !isOne;
    this.picture(this.object);
  }

  /** @param {ScanObject} object */
  words(object) {
    const parts = [object.taxon ? object.state : "", object.original_id, sizeInWords(object.box, this.um)];
    return parts.filter(Boolean).join(" · ");
  }

  /** @param {ScanObject[]} objects */
  link(objects) {
    const query = objects.map(({ id }) => `id=${id}`).join("&");
    /** @type {HTMLAnchorElement} */ (this.part("open")).href = `${this.bench}?${query}`;
  }

  /** @param {ScanObject | null} object */
  async picture(object) {
    const picture = /** @type {HTMLImageElement} */ (this.part("vignette"));
    const which = object ? `${object.id}.${object.revision ?? 0}` : "";
    if (which === this.pictured) return;
    this.pictured = which;
    picture.hidden = true;
    const response = object && (await fetch(`${this.api}objects/${object.id}/`).catch(() => null));
    const image = response?.ok ? (await response.json()).images[0] : null;
    if (!image || which !== this.pictured) return;
    picture.src = image.url;
    picture.hidden = false;
  }
}
