/** Ticks of a table's lines: one by one, all between two with Shift, or all; the buttons above act on what is ticked. */

import { inside } from "../page/elements.js";

export class Ticks {
  /** @param {HTMLElement} element that holds the table, and above it `#tick-all`, `#ticked` and buttons with `data-bulk`
   * @param {string} selector of the ticks */
  constructor(element, selector) {
    this.element = element;
    this.selector = selector;
    this.box = /** @type {HTMLInputElement} */ (element.querySelector("#tick-all"));
    this.isRange = false;
    /** @type {HTMLInputElement|null} */
    this.anchor = null; // the tick that was changed last
    element.addEventListener("keydown", (event) => this.noteShift(event), { capture: true });
    element.addEventListener("pointerdown", (event) => this.noteShift(event), { capture: true });
    element.addEventListener("change", (event) => this.change(event.target));
    // what was ticked before this came
    if (this.box.checked) this.all(true);
    else this.update();
  }

  /** @param {KeyboardEvent|PointerEvent} event */
  noteShift({ shiftKey }) {
    this.isRange = shiftKey;
  }

  /** @returns {HTMLInputElement[]} */
  boxes() {
    return /** @type {HTMLInputElement[]} */ ([...this.element.querySelectorAll(this.selector)]);
  }

  lines() {
    return this.boxes()
      .filter(({ checked }) => checked)
      .map((box) => box.closest("tr"));
  }

  /** @param {EventTarget|null} target */
  change(target) {
    if (target === this.box) this.all(this.box.checked);
    if (!(target instanceof HTMLInputElement) || !target.matches(this.selector)) return;
    const boxes = this.boxes();
    const from = this.anchor ? boxes.indexOf(this.anchor) : -1;
    if (this.isRange && from >= 0) {
      const [first, last] = [from, boxes.indexOf(target)].sort((a, b) => a - b);
      for (const box of boxes.slice(first, last + 1)) box.checked = target.checked;
    }
    this.anchor = target;
    this.update();
  }

  /** @param {boolean} isTicked */
  all(isTicked) {
    for (const box of this.boxes()) box.checked = isTicked;
    this.update();
  }

  update() {
    const [count, all] = [this.lines().length, this.boxes().length];
    const words = count ? `${count.toLocaleString("en")} ticked` : "None ticked";
    const place = inside(this.element, "#ticked");
    if (place.textContent !== words) place.textContent = words;
    this.box.checked = count > 0 && count === all;
    this.box.indeterminate = count > 0 && count < all;
    const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (this.element.querySelectorAll("[data-bulk]"));
    for (const button of buttons) button.disabled = count === 0;
  }
}
