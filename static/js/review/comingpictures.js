// @ts-check
/** The pictures that the next page will probably begin with, fetched while this one is looked at, after all that it needs itself.
 * Which these are is only guessed: the page is chosen when it is opened, and a wrong guess is forgotten with the next. */
import { showSharp } from "../gallery/layout.js";

export class ComingPictures {
  /** @param {string|undefined} address of the vignettes that would come; none where nobody knows
   * @param {HTMLElement} gallery where they will stand */
  constructor(address, gallery) {
    this.address = address;
    this.gallery = gallery;
    /** @type {number|null} */
    this.page = null; // during which they were asked for last
    /** @type {HTMLImageElement[]} */
    this.images = []; // as long as they are here, the browser has them at hand
  }

  /** Once a page. Without a network nothing is fetched beforehand.
   * @param {number} page that is looked at */
  async fetch(page) {
    if (!this.address || page === this.page) return;
    this.page = page;
    const response = await fetch(this.address + location.search).catch(() => null);
    const html = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
    if (!html || page !== this.page) return; // overtaken
    const vignettes = new DOMParser().parseFromString(html, "text/html"); // where nothing is fetched
    await showSharp(this.gallery, vignettes);
    this.images = [...vignettes.querySelectorAll("img")].map(fetched);
  }
}

/** @param {HTMLImageElement} image */
function fetched({ src }) {
  return Object.assign(new Image(), { fetchPriority: "low", src });
}
