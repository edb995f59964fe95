/** A dialog docked at the bottom that finds one taxon by a few letters, while the line that it is for stays in sight. */

import { Combobox } from "../fields/combobox.js";
import { taxonRow } from "../fields/taxonrow.js";
import { inside } from "../page/elements.js";

export class TaxonChooser {
  /** @param {HTMLDialogElement} dialog
   * @param {string} url that completes names */
  constructor(dialog, url) {
    this.dialog = dialog;
    this.url = url;
    this.none = /** @type {HTMLElement} */ (dialog.querySelector("[role=status]"));
    this.input = /** @type {HTMLInputElement} */ (dialog.querySelector("input[role=combobox]"));
    /** @type {Combobox<TaxonSuggestion>} */
    this.combobox = new Combobox(this.input, inside(dialog, "[role=listbox]"), {
      find: (text) => this.find(text),
      take: (taxon) => this.take(taxon),
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => this.answer(null));
  }

  /** @param {string} heading
   * @param {string} text that is looked for at first
   * @returns {Promise<Taxon|null>} null where none was taken */
  open(heading, text = "") {
    inside(this.dialog, "label").textContent = heading;
    this.input.value = text;
    this.dialog.showModal();
    this.input.focus();
    this.combobox.search();
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  /** Is replaced by each `open`.
   * @param {Taxon|null} _taxon */
  answer(_taxon) {}

  /** @param {string} text */
  async find(text) {
    const response = await fetch(`${this.url}&q=${encodeURIComponent(text)}`).catch(() => null);
    const taxa = response?.ok ? (await response.json()).results : null;
    if (text !== this.combobox.text) return []; // overtaken by what is typed meanwhile
    this.none.textContent = taxa ? "No taxon is called so." : "The server cannot be reached. Try it again in a moment.";
    this.none.hidden = Boolean(taxa?.length);
    return (taxa ?? []).map((/** @type {TaxonSuggestion} */ taxon) => taxonRow(taxon, taxa));
  }

  /** @param {TaxonSuggestion} taxon */
  take(taxon) {
    if (!this.dialog.open) return; // Enter came twice
    this.answer(taxon);
    this.dialog.close();
  }
}
