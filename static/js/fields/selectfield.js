/** A select with many entries as a field that is searched. The select stays in the form, below the field, and holds what is
 * chosen: whoever listens to it, or asks that something is chosen, goes on as before. With data-options it has the first
 * entries alone, and gets the others when they are chosen. */
import { choiceCalled, matchingChoices, orNone } from "./choices.js";
import { ListField } from "./listfield.js";
import { rowsFor } from "./options.js";

export class SelectField {
  /** @param {HTMLSelectElement} select that takes one entry */
  constructor(select) {
    this.select = select;
    this.label = labelOf(select);
    this.input = fieldFor(select, this.label);
    const hasFocus = document.activeElement === select;
    this.clearing = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: `Clear ${this.label}`, tabIndex: -1 });
    /** @type {Map<string, HTMLOptionElement>} by their values; those that the select has not yet */
    this.fetched = new Map();
    this.build();
    /** @type {ListField<HTMLOptionElement|null>} */
    this.field = new ListField(this.input, {
      label: this.label,
      find: (text) => this.find(text),
      take: (option) => this.take(option),
      mark: (options) => (this.isTyped ? options[0] : this.option),
    });
    this.listen();
    this.write();
    if (hasFocus) this.input.focus();
  }

  build() {
    const frame = Object.assign(document.createElement("span"), { className: "select-field" });
    frame.style.setProperty("--width", `${this.select.offsetWidth}px`); // nothing jumps
    this.select.replaceWith(frame);
    frame.append(this.input, this.clearing, this.select);
    this.select.tabIndex = -1;
    this.select.setAttribute("aria-hidden", "true");
  }

  listen() {
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.field.isOpen || this.open());
    this.input.addEventListener("blur", () => this.leave());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("change", (event) => event.stopPropagation()); // the select says what is chosen
    this.select.addEventListener("focus", () => this.input.focus()); // where something is amiss
    this.select.addEventListener("change", () => this.write());
    this.select.form?.addEventListener("reset", () => setTimeout(() => this.write()));
    this.clearing.addEventListener("click", () => this.clear());
  }

  get option() {
    return this.select.selectedOptions[0] ?? null;
  }

  /** The entry that means none of them.
   * @returns {HTMLOptionElement|undefined} */
  get none() {
    return [...this.select.options].find(({ value, disabled }) => value === "" && !disabled);
  }

  /** Whether something was typed over what is chosen. */
  get isTyped() {
    return this.input.value !== (this.option?.label ?? "");
  }

  open() {
    this.field.combobox.search();
  }

  /** Tab takes what is marked, as in a select; after Escape stands what stood there.
   * @param {KeyboardEvent} event */
  press(event) {
    if (event.key === "Tab" && this.field.isOpen && this.isTyped) this.field.combobox.takeRow(this.field.combobox.current());
    if (event.key === "Escape") this.write();
  }

  /** All of them, before anything is typed.
   * @param {string} text */
  async find(text) {
    const options = [...this.select.options].filter(({ disabled, hidden }) => !disabled && !hidden);
    const rows = await rowsFor({
      address: this.select.dataset.options,
      text: this.isTyped ? text : "",
      carried: (typed) => matchingChoices(options.map(rowOf), typed),
      rowOf: (option) => rowOf(this.optionFor(option)),
    });
    return orNone(rows);
  }

  /** That of the select, or one that it gets when it is taken.
   * @param {import("./options.js").OptionEntry} entry */
  optionFor({ value, name, beside }) {
    const own = [...this.select.options].find((option) => option.value === value);
    const option = own ?? this.fetched.get(value) ?? new Option(name, value);
    if (beside) option.dataset.beside = beside;
    this.fetched.set(value, option);
    return option;
  }

  /** @param {HTMLOptionElement|null} option */
  take(option) {
    if (!option) return;
    const isOther = option !== this.option;
    if (!option.isConnected) this.select.append(option);
    option.selected = true;
    this.write();
    this.field.show(false);
    if (isOther) for (const name of ["input", "change"]) this.select.dispatchEvent(new Event(name, { bubbles: true }));
  }

  /** A name that was typed whole counts, and so does an empty field where it may be empty; what else was begun is dropped. */
  leave() {
    const { none } = this;
    const options = [...this.select.options, ...this.fetched.values()].map(rowOf);
    const called = this.input.value.trim() ? choiceCalled(options, this.input.value)?.value : none;
    if (this.isTyped && called) this.take(called);
    else this.write();
  }

  clear() {
    if (this.none) this.take(this.none);
    this.input.focus();
  }

  write() {
    this.input.value = this.option?.label ?? "";
    this.input.disabled = this.select.disabled;
    this.clearing.hidden = !this.none || this.option === this.none || this.select.disabled;
  }
}

/** @param {HTMLOptionElement} option
 * @returns {ComboboxRow<HTMLOptionElement>} */
function rowOf(option) {
  const group = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : "";
  return { value: option, name: option.label.trim(), beside: option.dataset.beside ?? group };
}

/** What a field is called: by its own words, or by the label around it or beside it.
 * @param {HTMLSelectElement|HTMLInputElement} field */
export function labelOf(field) {
  const label = field.labels?.[0];
  const words = [...(label?.childNodes ?? [])].filter((node) => node instanceof Text || !(/** @type {Element} */ (node).contains(field)));
  return (field.ariaLabel ?? words.map(({ textContent }) => textContent).join(" ")).replace(/\s+/g, " ").trim();
}

/** @param {HTMLSelectElement} select
 * @param {string} label */
function fieldFor(select, label) {
  const id = `${select.id || `${select.name}-${fieldFor.count++}`}-text`;
  const input = Object.assign(document.createElement("input"), { id, autocomplete: "off", spellcheck: false, ariaLabel: label });
  const about = select.getAttribute("aria-describedby");
  if (about) input.setAttribute("aria-describedby", about);
  for (const other of select.labels ?? []) if (other.htmlFor) other.htmlFor = id;
  return input;
}
fieldFor.count = 0;
