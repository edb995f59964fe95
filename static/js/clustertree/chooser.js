/** A taxon for a group, or, for its name, also any words. */
import { TaxonChooser } from "../taxa/taxonchooser.js";

export class NameChooser extends TaxonChooser {
  /** @param {HTMLDialogElement} dialog
   * @param {string} url that completes names */
  constructor(dialog, url) {
    super(dialog, url);
    this.words = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-part=words]"));
    this.words.addEventListener("click", () => this.takeWords());
    dialog.querySelector("[data-part=cancel]").addEventListener("click", () => dialog.close());
    // where no taxon is called so, Enter takes the words
    this.input.addEventListener("keydown", (event) => event.key === "Enter" && !this.words.hidden && this.enter());
  }

  async enter() {
    await this.combobox.ready;
    if (this.dialog.open && !this.combobox.current()) this.takeWords();
  }

  takeWords() {
    const answer = this.answer;
    this.answer = () => {};
    this.dialog.close();
    answer(/** @type {Taxon} */ ({ id: null, name: this.combobox.text }));
  }

  /** @param {string} heading
   * @returns {Promise<Taxon|null>} */
  taxon(heading, text = "") {
    this.words.hidden = true;
    return this.open(heading, text);
  }

  /** @param {string} heading
   * @returns {Promise<{id: number|null, name: string}|null>} without a number, these are only words */
  name(heading, text) {
    this.words.hidden = false;
    const chosen = this.open(heading, text);
    this.input.select(); // whoever types has another name in mind
    return chosen;
  }
}
