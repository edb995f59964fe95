/** A text field that takes a taxon: below it come those that what is typed may mean. It works without this too, by the whole
 * name. No row is marked before an arrow is pressed, so that Enter sends what stands in the field. */
import { ListField } from "./listfield.js";
import { taxonRow } from "./taxonrow.js";

const MOST = 10;

export class TaxonField {
  /** @param {HTMLInputElement} input whose data-complete is an address that completes names */
  constructor(input) {
    this.input = input;
    /** @type {ListField<TaxonSuggestion>} */
    this.field = new ListField(input, { label: "Taxa", find: (text) => this.find(text), take: ({ name }) => this.take(name) });
  }

  /** @param {string} text
   * @returns {Promise<ComboboxRow<TaxonSuggestion>[]>} */
  async find(text) {
    if (!text) return [];
    const response = await fetch(`${this.input.dataset.complete}?q=${encodeURIComponent(text)}`).catch(() => null); // no network
    const taxa = response?.ok ? (await response.json()).results.slice(0, MOST) : [];
    return taxa.map((/** @type {TaxonSuggestion} */ taxon) => taxonRow(taxon, taxa));
  }

  /** @param {string} name */
  take(name) {
    this.input.value = name;
    this.field.show(false);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
