/** What is selected on the map: its vignettes below it, as on the bench, and the way to the bench. */

import { textOf, whyNone } from "../page/answers.js";

const A_PAGE = 200; // vignettes
const AWAY = "The vignettes could not be fetched: try again in a moment.";
const MOST_IN_ADDRESS = 300; // objects by their numbers

export class Selection {
  /** @param {HTMLElement} root of the page
   * @param {import("./strip.js").MapGallery} gallery
   * @param {(why: string) => void} say */
  constructor(root, gallery, say) {
    this.root = root;
    this.gallery = gallery;
    this.say = say;
    this.panel = document.getElementById("selection");
    this.counts = this.panel.querySelector("[data-part=count]");
    this.more = this.panel.querySelector("[data-part=more]");
    this.bench = /** @type {HTMLAnchorElement} */ (document.getElementById("to-bench"));
    /** @type {number[]} */
    this.ids = [];
    this.loaded = 0;
    this.query = "";
    this.turn = 0;
    this.more.addEventListener("click", () => this.load());
  }

  /** @param {number[]} ids
   * @param {string} query of the filter that finds exactly these; empty where none does */
  async set(ids, query) {
    this.turn += 1;
    this.ids = ids;
    this.query = query;
    this.loaded = 0;
    this.gallery.element.replaceChildren();
    this.panel.hidden = !ids.length;
    this.more.hidden = true;
    this.counts.textContent = `${ids.length.toLocaleString("en")} on the map`;
    const address = this.benchQuery();
    this.bench.hidden = !address;
    this.bench.href = `${this.root.dataset.bench}?${address}`;
    this.gallery.recount();
    if (ids.length) await this.load();
  }

  benchQuery() {
    if (this.query) return this.query;
    return this.ids.length <= MOST_IN_ADDRESS ? this.ids.map((id) => `id=${id}`).join("&") : "";
  }

  /** The next vignettes; once, however often they are asked for. */
  async load() {
    const { turn } = this;
    this.more.hidden = true;
    const ids = this.ids.slice(this.loaded, this.loaded + A_PAGE);
    const response = await fetch(`${this.root.dataset.detail}?ids=${ids.join(",")}`).catch(() => null);
    const html = response && (await textOf(response)?.catch(() => null));
    if (turn !== this.turn) return;
    if (!html) this.say(whyNone(response, AWAY));
    else this.show(html, ids.length);
    const left = this.ids.length - this.loaded;
    this.more.hidden = left <= 0;
    this.more.textContent = left > A_PAGE ? `Show ${A_PAGE} more of ${left.toLocaleString("en")}` : `Show ${left} more`;
  }

  /** @param {string} html
   * @param {number} count */
  show(html, count) {
    this.loaded += count;
    const isFirst = !this.gallery.all().length;
    this.gallery.element.insertAdjacentHTML("beforeend", html);
    this.gallery.seen.watch();
    if (isFirst) this.gallery.only(this.gallery.all());
    this.gallery.recount();
  }
}
