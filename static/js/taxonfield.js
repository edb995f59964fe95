// A text field that takes a taxon: below it come those that what is typed may mean. It works without this too, by the whole
// name. No row is marked before an arrow is pressed, so that Enter sends what stands in the field.
import { Combobox } from "./combobox.js";
import { addSheet } from "./ondemand.js";
import { taxonRow } from "./taxonrow.js";

const MOST = 10;
const GAP = 2; // pixels between the field and its list

class TaxonField {
  /** @param {HTMLInputElement} input */
  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${input.id || input.name}-options`, className: "options floating", popover: "manual", role: "listbox", ariaLabel: "Taxa" });
    input.after(this.list);
    announce(input);
    input.setAttribute("aria-controls", this.list.id);
    addSheet("combobox").catch(() => {}); // without a network nothing is found either
    /** @type {Combobox<FoundTaxon>} */
    this.combobox = new Combobox(input, this.list, {
      find: (text) => this.find(text),
      take: ({ name }) => this.take(name),
      isMarked: false,
      onShow: (count) => this.show(count > 0 && document.activeElement === input),
    });
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.show(false));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
    document.addEventListener("scroll", ({ target }) => target !== this.list && this.show(false), { capture: true, passive: true });
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  /** @param {string} text
   * @returns {Promise<ComboboxRow<FoundTaxon>[]>} */
  async find(text) {
    if (!text) return [];
    const response = await fetch(`${this.input.dataset.complete}?q=${encodeURIComponent(text)}`).catch(() => null); // no network
    const taxa = response?.ok ? (await response.json()).results.slice(0, MOST) : [];
    return taxa.map((taxon) => taxonRow(taxon, taxa));
  }

  /** Escape closes the list, and not the dialog around it; an arrow opens it again.
   * @param {KeyboardEvent} event */
  press(event) {
    if (event.key === "ArrowDown" && !this.isOpen) this.combobox.search();
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

  /** Below the field, or above it where that has more room.
   * @param {DOMRect} field */
  place({ left, top, bottom, width }) {
    const { style, offsetHeight } = this.list;
    const isAbove = bottom + offsetHeight > innerHeight && top > innerHeight - bottom;
    style.left = `${left}px`;
    style.minWidth = `${width}px`;
    style.top = `${isAbove ? top - offsetHeight - GAP : bottom + GAP}px`;
  }

  /** @param {string} name */
  take(name) {
    this.input.value = name;
    this.show(false);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** What it is, for who hears it: before it has the focus.
 * @param {Element} input */
function announce(input) {
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" })) input.setAttribute(name, value);
}

/** @type {WeakSet<HTMLInputElement>} */
const fields = new WeakSet();

/** @param {EventTarget|null} target */
function equip(target) {
  if (!(target instanceof HTMLInputElement) || !target.dataset.complete || fields.has(target)) return;
  fields.add(target);
  new TaxonField(target);
}

document.addEventListener("focusin", ({ target }) => equip(target));
document.querySelectorAll("input[data-complete]").forEach(announce);
equip(document.activeElement);
