/** Forgets pages that are far from what is seen, and fetches them again when one comes back: a long session stays light. */
const FAR = "3000px 0px"; // beyond this, a page is forgotten
const BUSY = ".saving, [data-pending], [aria-selected=true], .leaving, :focus";

export class Pages {
  /** @param {Gallery} gallery
   * @param {string} url of vignettes by their numbers
   * @param {(why: string) => void} say what could not be done */
  constructor(gallery, url, say) {
    this.gallery = gallery;
    this.url = url;
    this.say = say;
    gallery.pages = this;
    const options = { root: gallery.element, rootMargin: FAR };
    this.observer = new IntersectionObserver((entries) => entries.forEach((entry) => void this.meet(entry)), options);
    this.watch();
    gallery.element.addEventListener("htmx:afterSettle", () => this.watch());
  }

  watch() {
    for (const page of this.gallery.element.querySelectorAll(".page:not([data-watched])")) {
      page.dataset.watched = "1";
      this.observer.observe(page);
    }
  }

  meet({ target: page, isIntersecting, boundingClientRect }) {
    if (!isIntersecting) this.forget(page, boundingClientRect.height);
    else if (page.ids) this.fetchAgain(page);
  }

  /** Where the next keys or a Shift + click begin is not forgotten.
   * @param {number} height CSS pixels, which its place keeps */
  forget(page, height) {
    const { last, anchor } = this.gallery;
    const isBusy = page.querySelector(BUSY) || page.contains(last) || page.contains(anchor);
    if (page.ids || isBusy || !page.firstElementChild) return;
    page.ids = [...page.children].map((v) => v.dataset.id);
    page.style.height = `${height}px`;
    page.replaceChildren();
  }

  /** Fetches what was forgotten between two vignettes. Null where all of it is there.
   * @param {HTMLElement} one
   * @param {HTMLElement} other
   * @returns {Promise<void>|null} */
  fetchBetween(one, other) {
    const pages = [...this.gallery.element.querySelectorAll(".page")];
    const [from, to] = [one, other].map((v) => pages.indexOf(v.closest(".page"))).sort((a, b) => a - b);
    const forgotten = pages.slice(from, to).filter((page) => page.ids);
    if (!forgotten.length) return null;
    return Promise.all(forgotten.map((page) => this.fetchAgain(page))).then(() => {
      if (forgotten.some((page) => page.ids)) this.say("Some of the vignettes between could not be fetched: they are not selected. Try it again in a moment.");
    });
  }

  /** Fetches the first page (0) or the last (-1) again, where it was forgotten.
   * @param {number} place
   * @returns {Promise<boolean>} whether it is there */
  async fetchEnd(place) {
    const page = [...this.gallery.element.querySelectorAll(".page")].at(place);
    if (page?.ids) await this.fetchAgain(page);
    if (page?.ids) this.say("The vignettes there could not be fetched. Try it again in a moment.");
    return !page?.ids;
  }

  async fetchAgain(page) {
    const query = new URLSearchParams(location.search);
    query.set("ids", page.ids.join(","));
    const response = await fetch(`${this.url}?${query}`).catch(() => null);
    const html = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
    if (!html || !page.ids) return; // signed out, or it is back already
    page.replaceChildren(...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".vignette"));
    page.style.height = "";
    page.ids = null;
    this.gallery.element.dispatchEvent(new CustomEvent("return"));
  }
}
