/** The slider of a taxon's threshold: its figures follow it without a request; when it rests, the pictures at the border. */

import { textOf } from "../page/answers.js";
import { byId } from "../page/elements.js";
import { figures, placeOf, sentence, stepped } from "./thresholdcurve.js";

const AWAY = "The pictures could not be fetched: the server cannot be reached. Move the slider to try again.";
const REST = 250; // milliseconds after which the slider is at rest
const BELOW = Number.EPSILON / 2; // so little less than a score is the highest below it

export class ThresholdSlider {
  /** @param {HTMLFormElement} form that hears `moved`, and `rested` */
  constructor(form) {
    this.form = form;
    this.curve = JSON.parse(byId("curve").textContent ?? "");
    this.slider = byId("slider", HTMLInputElement);
    this.number = /** @type {HTMLInputElement} */ (form.elements.namedItem("threshold"));
    this.over = /** @type {HTMLElement} */ (form.querySelector(".over"));
    this.border = byId("border");
    this.score = Number(this.slider.defaultValue); // browsers round the value of a slider, and a score just above is another threshold
    this.listen();
    this.draw();
  }

  listen() {
    this.slider.addEventListener("input", () => this.go(this.slider.valueAsNumber));
    this.slider.addEventListener("keydown", (event) => this.step(event));
    this.number.addEventListener("input", () => this.number.validity.valid && this.number.value && this.go(this.number.valueAsNumber, this.number));
    this.form.addEventListener("click", ({ target }) => {
      const button = /** @type {Element} */ (target).closest("[data-score]");
      if (button instanceof HTMLElement) this.go(Number(button.dataset.score), button);
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** From threshold to threshold: between two of them nothing changes.
   * @param {KeyboardEvent} event */
  step(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const place = stepped(this.curve.threshold, this.place(), event.key);
    if (place === null) return;
    event.preventDefault();
    this.go(this.curve.threshold[place]);
  }

  place() {
    return placeOf(this.curve.threshold, this.score);
  }

  /** How many objects lie above. */
  above() {
    return this.curve.above[this.place()] ?? 0;
  }

  /** The score of the threshold that counts: what lies between is as if one were there. */
  threshold() {
    return this.curve.threshold[this.place()] ?? this.score;
  }

  /** @param {number} score
   * @param {HTMLElement} [by] what it was chosen by, if not by the slider, which says its value itself */
  go(score, by) {
    this.score = score;
    this.draw(by);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(by), REST);
  }

  /** @param {HTMLElement} [by] what is left as it is */
  draw(by) {
    const words = figures(this.curve, this.place());
    for (const element of this.form.querySelectorAll("[data-figure]")) {
      element.textContent = words[element.dataset.figure ?? ""];
    }
    this.slider.value = String(this.score);
    this.slider.setAttribute("aria-valuetext", sentence(this.curve, this.place()));
    if (by !== this.number) this.number.value = this.threshold().toFixed(4);
    const low = Number(this.slider.min);
    this.over.style.setProperty("--at", String(Math.max(this.threshold() - low, 0) / (1 - low)));
    for (const button of this.form.querySelectorAll("button[data-score]")) {
      button.setAttribute("aria-pressed", String(Number(/** @type {HTMLElement} */ (button).dataset.score) === this.threshold()));
    }
    this.form.dispatchEvent(new Event("moved"));
  }

  /** @param {HTMLElement} [by] */
  rest(by) {
    if (by) byId("threshold-status").textContent = sentence(this.curve, this.place());
    const threshold = this.threshold();
    history.replaceState(history.state, "", `?threshold=${threshold}`);
    this.link("above", { score_min: threshold });
    this.link("below", { score_max: threshold - BELOW });
    this.fetchBorder(threshold);
    this.form.dispatchEvent(new Event("rested"));
  }

  /** Of all that lies on a side, on the bench and for a quality check.
   * @param {"above"|"below"} side
   * @param {Record<string, number>} end */
  link(side, end) {
    const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(`[data-side="${side}"]`));
    for (const link of links) {
      const address = new URL(link.href);
      for (const [name, value] of Object.entries(end)) address.searchParams.set(name, String(value));
      link.href = address.href;
    }
  }

  /** Only what was asked for last is shown.
   * @param {number} threshold */
  async fetchBorder(threshold) {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const address = `${this.form.dataset.border}?threshold=${threshold}`;
    const html = await fetch(address, { signal: asking.signal })
      .then(textOf)
      .catch(() => null);
    if (asking !== this.asking) return;
    if (html === null) this.border.replaceChildren(unreachable(AWAY));
    else this.border.innerHTML = html;
  }
}

/** @param {string} words */
export function unreachable(words) {
  return Object.assign(document.createElement("p"), { className: "hint", role: "alert", textContent: words });
}
