// @ts-check
/** The taxon of what is drawn: none, or one that is chosen beside the tools. The last one stays, in this browser. */
import { ListField } from "../../fields/listfield.js";
import { AWAY, note } from "../../fields/options.js";
import { taxonRow } from "../../fields/taxonrow.js";
import { addSheet } from "../../page/ondemand.js";

const MOST = 10;

export class DrawnTaxon {
  /** @param {HTMLElement} element around the field
   * @param {string} project
   * @param {() => void} leave gives the focus back to the scan */
  constructor(element, project, leave) {
    this.input = /** @type {HTMLInputElement} */ (element.querySelector("input"));
    this.leave = leave;
    this.stored = `seston.drawn-taxon.${project}`;
    /** @type {Taxon | null} */
    this.taxon = JSON.parse(localStorage.getItem(this.stored) ?? "null");
    this.input.value = this.taxon?.name ?? "";
    /** @type {ListField<TaxonSuggestion|null>} */
    this.field = new ListField(this.input, {
      label: "Taxa",
      find: (text) => this.find(text),
      take: (taxon) => taxon && this.take(taxon),
      mark: ([first]) => (this.input.value.trim() ? first : null), // an empty field is no taxon
    });
    addSheet("fields/combobox").catch(() => {}); // without a network nothing is found either
    this.input.addEventListener("change", () => this.input.value.trim() || this.forget());
    this.input.addEventListener("keydown", ({ key, defaultPrevented }) => !defaultPrevented && ["Enter", "Escape"].includes(key) && this.leave());
  }

  /** The number of the taxon, null for none; undefined where what stands in the field is none that was chosen.
   * @returns {number | null | undefined} */
  get id() {
    const text = this.input.value.trim();
    if (!text) return null;
    return text === this.taxon?.name ? Number(this.taxon.id) : undefined;
  }

  focus() {
    this.input.select();
    this.input.focus();
  }

  /** @param {string} text
   * @returns {Promise<ComboboxRow<TaxonSuggestion|null>[]>} */
  async find(text) {
    const response = await fetch(`${this.input.dataset.taxa}&q=${encodeURIComponent(text)}`).catch(() => null);
    if (!response?.ok) return [note(AWAY)];
    /** @type {TaxonSuggestion[]} */
    const taxa = (await response.json()).results.slice(0, MOST);
    return taxa.map((taxon) => taxonRow(taxon, taxa));
  }

  forget() {
    this.taxon = null;
    localStorage.removeItem(this.stored);
  }

  /** @param {TaxonSuggestion} taxon */
  take({ id, name }) {
    this.taxon = { id, name };
    localStorage.setItem(this.stored, JSON.stringify(this.taxon));
    this.input.value = name;
    this.field.show(false);
    this.leave();
  }
}
