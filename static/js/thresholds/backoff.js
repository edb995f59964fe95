/** What lies below the threshold, as a coarser taxon: the rows follow the slider when it rests, and what is ticked is accepted
 * by a rule of its own. */

import { textOf } from "../page/answers.js";
import { required } from "../page/elements.js";
import { Accepting, objects } from "./accepting.js";
import { unreachable } from "./threshold.js";

const AWAY = "What is coarser could not be fetched: the server cannot be reached. Move the slider to try again.";

export class BackOff {
  /** @param {HTMLElement} element
   * @param {import("./threshold.js").ThresholdSlider} slider
   * @param {(element: HTMLElement, backOff: BackOff) => CoarserAccepting} makeAccepting for who may accept */
  constructor(element, slider, makeAccepting) {
    this.rows = /** @type {HTMLElement} */ (element.querySelector("[data-part=rows]"));
    this.url = element.dataset.url;
    this.slider = slider;
    const accept = /** @type {HTMLElement|null} */ (element.querySelector("[data-part=accept]"));
    this.accepting = accept && makeAccepting(accept, this);
    slider.form.addEventListener("rested", () => this.load());
    this.rows.addEventListener("change", ({ target }) => this.choose(/** @type {HTMLInputElement} */ (target)));
    this.load();
  }

  /** @param {{name: string, value: string}} choice */
  choose({ name, value }) {
    if (name === "coarser") this.load(value);
    else this.accepting?.follow();
  }

  /** Only what was asked for last is shown.
   * @param {string} [coarser] that is chosen, else the one that was */
  async load(coarser = this.subject?.taxon) {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const query = new URLSearchParams({ threshold: String(this.slider.threshold()), ...(coarser && { coarser }) });
    this.rows.setAttribute("aria-busy", "true");
    const html = await fetch(`${this.url}?${query}`, { signal: asking.signal })
      .then(textOf)
      .catch(() => null);
    if (asking !== this.asking) return;
    this.show(html);
  }

  /** A key that has chosen goes on where it was.
   * @param {string|null} html */
  show(html) {
    const isChoosing = document.activeElement?.matches("#coarser [name=coarser]");
    if (html === null) this.rows.replaceChildren(unreachable(AWAY));
    else this.rows.innerHTML = html;
    this.rows.removeAttribute("aria-busy");
    if (isChoosing) /** @type {HTMLElement|null} */ (this.rows.querySelector("[name=coarser]:checked"))?.focus();
    this.accepting?.follow();
  }

  /** What the rows are about: threshold, taxon and its name. */
  get subject() {
    return /** @type {HTMLElement|null} */ (this.rows.querySelector("[data-threshold]"))?.dataset;
  }

  /** The best guesses that are ticked. */
  ticked() {
    return /** @type {HTMLInputElement[]} */ ([...this.rows.querySelectorAll("[name=guess]:checked")]);
  }

  /** Whether the rows are of the threshold where the slider stands. */
  isCurrent() {
    return this.subject !== undefined && Number(this.subject.threshold) === this.slider.threshold();
  }
}

export class CoarserAccepting extends Accepting {
  /** @param {HTMLElement} element
   * @param {BackOff} backOff
   * @param {import("./threshold.js").ThresholdSlider} slider
   * @param {Server} server
   * @param {Toasts} toasts
   * @param {(threshold?: number) => Promise<void>} reload */
  constructor(element, backOff, slider, server, toasts, reload) {
    super(element, slider, server, toasts, reload);
    this.element = element;
    this.backOff = backOff;
    this.follow();
  }

  follow() {
    if (!this.backOff) return; // not made yet
    super.follow();
    this.element.hidden = !this.backOff.subject?.taxon;
  }

  count() {
    const ticked = this.backOff.isCurrent() ? this.backOff.ticked() : [];
    return ticked.reduce((sum, { dataset }) => sum + Number(dataset.objects), 0);
  }

  words() {
    return `Accept ${objects(this.count())} as ${this.backOff.subject?.name ?? "a coarser taxon"}, machine-validated`;
  }

  noneInWords() {
    return this.backOff.isCurrent() ? "Nothing is ticked: tick a best guess" : "Counting…";
  }

  body() {
    const { taxon, threshold } = required(this.backOff.subject, "coarser taxon");
    const guesses = this.backOff.ticked().map(({ value }) => Number(value));
    return { taxon: Number(taxon), threshold: Number(threshold), objects: this.count(), guesses };
  }
}
