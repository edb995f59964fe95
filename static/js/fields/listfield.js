/** A text field of a form with a list that floats below it while it has the focus. Without this it is what the page says. */
import { Combobox } from "./combobox.js";

const GAP = 2; // pixels between the field and its list
const EDGE = 8; // pixels that are left of the page

/** @template T */
export class ListField {
  /** @param {HTMLInputElement} input
   * @param {object} source
   * @param {string} source.label what is listed, for who hears it
   * @param {(text: string) => ComboboxRow<T>[] | Promise<ComboboxRow<T>[]>} source.find the rows for a text
   * @param {(value: T) => void} source.take what is done with the value of the row that is taken
   * @param {(values: T[]) => T|null|undefined} [source.mark] which of the values in the list Enter takes before an arrow is
   *   pressed; without it Enter sends what stands in the field
   * @param {Element} [source.around] the field and what belongs to it, which the list does not cover */
  constructor(input, { label, find, take, mark, around = input }) {
    this.input = input;
    this.around = around;
    this.mark = mark ?? (() => null);
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `options-${ListField.count++}`, className: "options floating", popover: "manual", role: "listbox", ariaLabel: label });
    input.after(this.list);
    announce(input);
    input.setAttribute("aria-controls", this.list.id);
    /** @type {Combobox<T>} */
    this.combobox = new Combobox(input, this.list, { find, take, isMarked: false, isAwaited: Boolean(mark), onShow: (count) => this.open(count) });
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.show(false));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
    this.list.addEventListener("click", (event) => event.preventDefault()); // a label around it presses nothing
    document.addEventListener("scroll", ({ target }) => target !== this.list && this.hasMoved() && this.show(false), { capture: true, passive: true });
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  /** @param {number} count of the rows */
  open(count) {
    this.show(count > 0 && document.activeElement === this.input);
    const lines = [...this.list.children];
    const marked = this.mark(lines.map((line) => /** @type {T} */ (this.combobox.values.get(line))));
    if (marked && !this.combobox.hasMoved) this.combobox.choose(lines.find((line) => this.combobox.values.get(line) === marked));
  }

  /** Escape closes the list, and not the dialog around it; an arrow opens it.
   * @param {KeyboardEvent} event */
  press(event) {
    if (["ArrowDown", "ArrowUp"].includes(event.key) && !this.isOpen) this.combobox.search();
    if (event.key !== "Escape" || !this.isOpen) return;
    event.preventDefault();
    event.stopPropagation();
    this.show(false);
  }

  /** @param {boolean} isShown */
  show(isShown) {
    this.input.setAttribute("aria-expanded", String(isShown));
    if (isShown && !this.isOpen) this.list.showPopover();
    if (isShown) this.place(this.input.getBoundingClientRect());
    else if (this.isOpen) this.list.hidePopover();
    if (isShown) return;
    this.list.replaceChildren(); // what isn't seen is not taken
    this.combobox.choose(null);
  }

  /** Whether the field is no longer where the list was placed. */
  hasMoved() {
    return this.isOpen && this.input.getBoundingClientRect().top !== this.top;
  }

  /** Below the field, or above it and what belongs to it where that has more room.
   * @param {DOMRect} field */
  place({ left, top, bottom, width }) {
    const { style } = this.list;
    const above = this.around.getBoundingClientRect().top - GAP;
    const below = innerHeight - bottom - GAP;
    this.top = top;
    style.maxHeight = "";
    const isAbove = this.list.offsetHeight > below && above > below;
    style.maxHeight = `${Math.min(innerHeight / 2, isAbove ? above : below) - GAP}px`;
    style.minWidth = `${width}px`;
    style.left = `${Math.max(0, Math.min(left, innerWidth - this.list.offsetWidth - EDGE))}px`;
    style.top = `${isAbove ? above - this.list.offsetHeight : bottom + GAP}px`;
  }
}

ListField.count = 0;

/** What it is, for who hears it: before it has the focus.
 * @param {Element} input */
export function announce(input) {
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" })) input.setAttribute(name, value);
}
