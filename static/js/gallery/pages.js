/** Forgets pages that are far from what is seen, and fetches them again when one comes back: a long session stays light. */
import { whenAnswered } from "../keyboard/keysahead.js";
import { numberVignettes } from "./positions.js";
import { fetchBeforePrint } from "./printing.js";

const FAR = "3000px 0px"; // beyond this, a page is forgotten
const BUSY = ".saving, [data-pending], [aria-selected=true], .leaving, :focus";
const LATE = "The vignettes take long to come back: the keys that you pressed meanwhile did nothing.";
const AT_ONCE = 500; // vignettes that one request brings, at least a page: the server takes 1,000

export class Pages {
  /** @param {Gallery} gallery
   * @param {string} url of vignettes by their numbers
   * @param {(why: string) => void} say what could not be done */
  constructor(gallery, url, say) {
    this.gallery = gallery;
    this.url = url;
    this.say = say;
    gallery.pages = this;
    this.held = 0; // by those who want all: what lies far and came first is not forgotten before the rest is there
    const options = { root: gallery.element, rootMargin: FAR };
    this.observer = new IntersectionObserver((entries) => entries.forEach((entry) => void this.meet(entry)), options);
    this.watch();
    gallery.element.addEventListener("htmx:afterSettle", () => this.watch());
    fetchBeforePrint(this);
  }

  /** @returns {GalleryPage[]} in their order */
  all() {
    return [...this.gallery.element.querySelectorAll(".page")];
  }

  watch() {
    for (const page of this.gallery.element.querySelectorAll(".page:not([data-watched])")) {
      page.dataset.watched = "1";
      this.observer.observe(page);
    }
  }

  meet({ target: page, isIntersecting, boundingClientRect }) {
    if (!isIntersecting) {
      if (!this.held) this.forget(page, boundingClientRect.height);
    } else if (page.ids) this.fetchAgain([page]);
  }

  /** Where the next keys or a Shift + click begin is not forgotten.
   * @param {number} height CSS pixels, which its place keeps */
  forget(page, height) {
    const { last, anchor } = this.gallery;
    const isBusy = page.querySelector(BUSY) || page.contains(last) || page.contains(anchor);
    if (page.ids || isBusy || !page.firstElementChild) return;
    page.ids = [...page.children].map((v) => v.dataset.id);
    page.dataset.forgotten = page.ids.length; // which the print says
    page.style.height = `${height}px`;
    page.replaceChildren();
  }

  /** Fetches what was forgotten between two vignettes. Null where all of it is there.
   * @param {HTMLElement} one
   * @param {HTMLElement} other
   * @returns {Promise<boolean>|null} */
  fetchBetween(one, other) {
    const pages = this.all();
    const [from, to] = [one, other].map((v) => pages.indexOf(v.closest(".page"))).sort((a, b) => a - b);
    return this.fetchOr(pages.slice(from, to), "Some of the vignettes between could not be fetched: they are not selected. Try it again in a moment.");
  }

  /** Fetches all that was forgotten. Null where all of it is there.
   * @param {string} why it matters that some could not be fetched
   * @returns {Promise<boolean>|null} */
  fetchAll(why) {
    return this.fetchOr(this.all(), why);
  }

  /** Fetches those of the pages that were forgotten, or says why it matters that some could not be.
   * @returns {Promise<boolean>|null} whether all are there; null where none was forgotten */
  fetchOr(pages, why) {
    const forgotten = pages.filter((page) => page.ids);
    if (!forgotten.length) return null;
    this.held += 1;
    return this.fetchAgain(forgotten)
      .then(() => {
        const isComplete = forgotten.every((page) => !page.ids);
        if (!isComplete) this.say(why);
        return isComplete;
      })
      .finally(() => this.letGo());
  }

  /** Pages that have gone far meanwhile are met again, by the next frame. */
  letGo() {
    this.held -= 1;
    if (this.held) return;
    for (const page of this.all()) {
      this.observer.unobserve(page);
      this.observer.observe(page);
    }
  }

  /** Fetches the first page (0) or the last (-1) again, where it was forgotten.
   * @param {number} place
   * @returns {Promise<boolean>} whether it is there */
  async fetchEnd(place) {
    const page = this.all().at(place);
    if (page?.ids) await this.fetchAgain([page]);
    if (page?.ids) this.say("The vignettes there could not be fetched. Try it again in a moment.");
    return !page?.ids;
  }

  /** Acts when what was fetched again is there. Keys that are pressed meanwhile are about that: they wait for it, and do nothing
   * where it does not come.
   * @param {Promise<boolean>} coming
   * @param {(isComplete: boolean) => void} act
   * @returns {Promise<void>} */
  whenThere(coming, act) {
    const actOn = (/** @type {boolean} */ isComplete) => {
      act(isComplete);
      return isComplete;
    };
    return whenAnswered(coming, actOn, () => this.say(LATE));
  }

  /** One request after the other, until one fails. */
  async fetchAgain(forgotten) {
    for (const pages of inRequests(forgotten)) {
      const absent = pages.filter((page) => page.ids); // others are back already
      const vignettes = absent.length ? await this.vignettesOf(absent) : new Map();
      if (!vignettes) return;
      for (const page of absent) restore(page, vignettes);
      numberVignettes(this.gallery.element);
      this.gallery.element.dispatchEvent(new CustomEvent("return"));
    }
  }

  /** @returns {Promise<Map<string, Element>|null>} by their numbers; null without a network, or where somebody is signed out */
  async vignettesOf(pages) {
    const query = new URLSearchParams(location.search);
    query.set("ids", pages.flatMap(({ ids }) => ids).join(","));
    const response = await fetch(`${this.url}?${query}`).catch(() => null);
    const html = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
    if (!html) return null;
    const vignettes = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".vignette")];
    return new Map(vignettes.map((v) => [/** @type {HTMLElement} */ (v).dataset.id, v]));
  }
}

/** @param {GalleryPage} page
 * @param {Map<string, Element>} vignettes */
function restore(page, vignettes) {
  if (!page.ids) return; // it came back meanwhile
  page.replaceChildren(...page.ids.map((id) => vignettes.get(id)).filter(Boolean)); // others have been deleted
  page.style.height = "";
  page.ids = null;
  delete page.dataset.forgotten;
}

/** The pages by requests, each for as many vignettes as one may bring. */
function inRequests(pages) {
  const requests = [];
  let count = 0;
  for (const page of pages) {
    count += page.ids.length;
    if (requests.length && count <= AT_ONCE) requests.at(-1).push(page);
    else {
      requests.push([page]);
      count = page.ids.length;
    }
  }
  return requests;
}
