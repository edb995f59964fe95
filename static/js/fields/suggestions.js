/** A text field whose entries stand in a datalist of the page: they are proposed, and any other text is as good. */
import { matchingChoices } from "./choices.js";
import { ListField } from "./listfield.js";
import { rowsFor } from "./options.js";
import { labelOf } from "./selectfield.js";

export class SuggestionField {
  /** @param {HTMLInputElement} input */
  constructor(input) {
    this.input = input;
    this.rows = [...(input.list?.options ?? [])].map(({ value, text }) => rowOf({ value, name: text || value }));
    input.removeAttribute("list"); // the browser shows no second one
    input.autocomplete = "off";
    /** @type {ListField<string|null>} */
    this.field = new ListField(input, { label: labelOf(input), find: (text) => this.find(text), take: (value) => this.take(value) });
    input.addEventListener("click", () => this.field.isOpen || this.field.combobox.search());
  }

  /** What stands there whole already needs no proposal.
   * @param {string} text */
  async find(text) {
    const rows = await rowsFor({ address: this.input.dataset.options, text, carried: (typed) => matchingChoices(this.rows, typed), rowOf });
    return rows.length === 1 && rows[0].value === text ? [] : rows;
  }

  /** @param {string|null} value */
  take(value) {
    if (value === null) return;
    this.input.value = value;
    this.field.show(false);
    for (const name of ["input", "change"]) this.input.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

/** What is sent stands beside what is read, where they differ.
 * @param {{value: string, name: string}} option
 * @returns {ComboboxRow<string>} */
function rowOf({ value, name }) {
  return { value, name, beside: name === value ? "" : value };
}
