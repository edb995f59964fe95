// @ts-check
/** What a model says of each vignette of a page: the names that Alt + 1 … 5 give, beside the one that stands. They are fetched with
 * the page, so that a key gives them at once, and stand in one place for what is in hand. */

import { breakable } from "../gallery/gallery.js";

const KEYS = 5; // Alt + 1 … 5
const CALM = 500; // milliseconds in which predictions that change are gathered

/** @typedef {{taxon: NamedTaxon, score: number}} Choice */

export class Choices {
  /** @param {HTMLElement|null} strip that shows them
   * @param {ChoosingGallery} gallery
   * @param {{vignette: HTMLElement|null}} pointing
   * @param {Pick<Server, "get">} server */
  constructor(strip, gallery, pointing, server) {
    this.strip = strip;
    this.gallery = gallery;
    this.pointing = pointing;
    this.server = server;
    /** @type {Map<string, {version: number, best: Choice[]}>} */
    this.stored = new Map(); // by the object's id
    for (const name of ["look", "point", "seen"]) gallery.element.addEventListener(name, () => this.show());
  }

  /** Of all on the page, as they are by now. */
  async fetch() {
    const versions = new Map(this.gallery.all().map(({ dataset: { id, version } }) => [String(id), Number(version)]));
    if (!versions.size) return;
    const answer = /** @type {{id: number, best: Choice[]}[]|null} */ (await this.server.get(`choices/?ids=${[...versions.keys()].join(",")}`));
    this.take((answer ?? []).map(({ id, best }) => ({ id, best, version: versions.get(String(id)) ?? 0 })));
  }

  /** They have come with a page.
   * @param {{id: number, version: number, best: Choice[]}[]} objects */
  take(objects) {
    for (const { id, version, best } of objects) this.stored.set(String(id), { version, best });
    this.show();
  }

  /** Beside what it is called. Null where they are not known, or a model says something else by now.
   * @param {HTMLElement} vignette
   * @returns {Choice[]|null} */
  of({ dataset: { id, version, taxon, state } }) {
    const entry = this.stored.get(String(id));
    const isOld = entry && state === "predicted" && entry.version !== Number(version);
    if (isOld) this.fetchSoon();
    if (!entry || isOld) return null;
    return entry.best.filter((choice) => String(choice.taxon.id) !== taxon).slice(0, KEYS);
  }

  fetchSoon() {
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      this.fetch();
    }, CALM);
  }

  /** The taxon that Alt and the digit give, or null.
   * @param {number} digit
   * @returns {NamedTaxon|null} */
  taxonOn(digit) {
    const vignette = this.gallery.framed;
    return (vignette && this.of(vignette)?.[digit - 1]?.taxon) ?? null;
  }

  show() {
    const vignette = this.pointing.vignette ?? this.gallery.framed;
    this.strip?.replaceChildren(...((vignette && this.of(vignette)) ?? []).map(asChoice));
  }
}

/** @param {Choice} choice
 * @param {number} place */
function asChoice({ taxon, score }, place) {
  const element = document.createElement("span");
  element.dataset.taxon = String(taxon.id); // in italics, where it is
  const key = Object.assign(document.createElement("kbd"), { textContent: `Alt+${place + 1}` });
  const name = Object.assign(document.createElement("span"), { className: "name" });
  name.append(...breakable(taxon.name));
  element.append(key, name, Object.assign(document.createElement("span"), { className: "number", textContent: score.toFixed(2) }));
  return element;
}
