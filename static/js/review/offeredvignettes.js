/** The vignettes of a question, of a review or a cluster: in the place of the last one's, and more of them. */

const AGAIN = 1000; // milliseconds until they are asked for once more
const MISSING = "The vignettes can't be fetched just now: they come as soon as the server answers. If you are signed out, sign in again in another tab.";

export class OfferedVignettes {
  /** @param {Gallery} gallery
   * @param {string} detail where vignettes are asked for by their numbers
   * @param {Pick<import("../page/server.js").Notice, "replace">} notice says why one waits */
  constructor(gallery, detail, notice) {
    this.gallery = gallery;
    this.detail = detail;
    this.notice = notice;
  }

  /** It goes on until they are there, as a post does: the page is this person's by now. "" where the server refuses.
   * @param {number[]} ids */
  async fetch(ids) {
    if (!ids.length) return "";
    for (let trouble = ""; ; trouble = MISSING) {
      const response = await fetch(`${this.detail}?ids=${ids.join(",")}`).catch(() => null);
      const isAnswer = response && !response.redirected && response.status < 500;
      const html = isAnswer ? await response.text().catch(() => null) : null;
      this.notice.replace(trouble, html === null ? MISSING : "");
      if (html !== null) return response.ok ? html : "";
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }

  /** @param {string} html */
  replace(html) {
    const { element } = this.gallery;
    for (const old of element.querySelectorAll(".page, .more")) old.remove();
    element.insertAdjacentHTML("afterbegin", html);
    element.scrollTo(0, 0);
    this.gallery.anchor = null;
    this.gallery.replaced();
    this.layOut();
  }

  /** @param {string} html */
  append(html) {
    [...this.gallery.element.querySelectorAll(".page")].at(-1)?.insertAdjacentHTML("afterend", html);
    this.layOut();
  }

  focusFirst() {
    const first = this.gallery.all()[0];
    if (first) this.gallery.focusLate(first);
    else this.gallery.element.focus();
  }

  /** As pages that come back: they are laid out and watched. */
  layOut() {
    this.gallery.element.dispatchEvent(new Event("return"));
  }
}
