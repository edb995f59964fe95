/** The bench as it was left, in this tab of the browser: the tab *Sort* leads back to its filter and order, and there, as
 * by the Back button and after a reload, the page goes on where the person was. */
import { loadHtmx } from "../page/htmx.js";

const VIEWS = 20; // whose places are remembered
const BEHIND = 5; // so many stand in for an object that does not match any more
export const RETURNING = "#place";

/** Where the project's bench was left: the query of the last view, and the place in each. */
export function leftAt(project) {
  return JSON.parse(sessionStorage.getItem(nameOf(project))) ?? { query: "", places: {} };
}

export class Place {
  /** @param {DOMStringMap} data of the page
   * @param {Gallery} gallery */
  constructor({ project }, gallery) {
    this.project = project;
    this.gallery = gallery;
    window.addEventListener("pagehide", () => this.keep());
    window.addEventListener("hashchange", () => this.dropHash()); // *Sort* on the bench itself: all stays
    const [{ type }] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    if (location.hash === RETURNING || type !== "navigate") this.restore();
    this.dropHash();
    this.keep();
  }

  /** A review has its own tab, and its place only for the Back button. */
  keep() {
    const left = leftAt(this.project);
    const { last } = this.gallery;
    if (last?.isConnected) left.places = lastOf(VIEWS, { ...left.places, [location.search]: this.placeOf(last) });
    const isReview = new URLSearchParams(location.search).has("review");
    sessionStorage.setItem(nameOf(this.project), JSON.stringify({ ...left, ...(!isReview && { query: location.search }) }));
  }

  placeOf(vignette) {
    const all = this.gallery.everything();
    const from = all.indexOf(vignette);
    return { objects: all.slice(from, from + 1 + BEHIND).map(({ dataset }) => dataset.id), page: this.pages().indexOf(vignette.closest(".page")) };
  }

  pages() {
    return [...this.gallery.element.querySelectorAll(".page")];
  }

  /** Unless the person has gone on meanwhile. */
  async restore() {
    const place = leftAt(this.project).places[location.search];
    while (place && !this.gallery.last) {
      const vignette = place.objects.map((id) => this.gallery.by(id)).find(Boolean);
      if (vignette) return this.gallery.focus(vignette);
      if (this.pages().length > place.page || !(await this.nextPages())) return;
    }
  }

  /** Fetches them as scrolling does. Returns whether there are any. */
  async nextPages() {
    const more = this.gallery.element.querySelector(".more");
    const htmx = more && (await loadHtmx().catch(() => null)); // no network
    if (!htmx) return false;
    const isThere = new Promise((resolve) => this.gallery.element.addEventListener("htmx:afterSettle", resolve, { once: true }));
    htmx.trigger(more, "intersect");
    await isThere;
    return true;
  }

  dropHash() {
    if (location.hash === RETURNING) history.replaceState(history.state, "", location.pathname + location.search);
  }
}

function lastOf(count, entries) {
  return Object.fromEntries(Object.entries(entries).slice(-count));
}

function nameOf(project) {
  return `seston.bench.${project}`;
}
