/** A text field whose entries stand in a datalist of the page: they are proposed, and any other text is as good. */
import { matchingChoices } from "./choices.js";
import { ListField } from "./listfield.js";
import { labelOf } from "./selectfield.js";

export class SuggestionField {
  /** @param {HTMLInputElement} input */
  constructor(input) {
    this.input = input;
    this.rows = [...(input.list?.options ?? [])].map(({ value, text }) => ({ value, name: text || value, beside: text && text !== value ? value : "" }));
    input.removeAttribute("list"); // the browser shows no second one
    input.autocomplete = "off";
    /** @type {ListField<string>} */
    this.field = new ListField(input, { label: labelOf(input), find: (text) => this.find(text), take: (value) => this.take(value) });
    input.addEventListener("click", () => this.field.isOpen || this.field.combobox.search());
  }

  /** What stands there whole already needs no proposal.
   * @param {string} text */
  find(text) {
    const rows = matchingChoices(this.rows, text);
    return rows.length === 1 && rows[0].value === text ? [] : rows;
  }

  /** @param {string} value */
  take(value) {
    this.input.value = value;
    this.field.show(false);
    for (const name of ["input", "change"]) this.input.dispatchEvent(new Event(name, { bubbles: true }));
  }
}
