/** A dialog below a button: a combobox for what has too many entries for a list that drops down. */
import { Combobox } from "./combobox.js";

const GAP = 4; // pixels between the button and the dialog, and to the edge of the page

/** @typedef {{label: string, find: (text: string) => Promise<ComboboxRow<string>[]>, take: (value: string) => void}} Choice what is
 *   chosen, the rows for a text, and what is done with the value of the one that is taken */

export class Chooser {
  /** @param {HTMLDialogElement} dialog that is empty, and has an id */
  constructor(dialog) {
    this.dialog = dialog;
    /** @type {Choice|null} */
    this.choice = null;
    const list = Object.assign(document.createElement("ul"), { id: `${dialog.id}-options`, className: "options", role: "listbox" });
    this.input = Object.assign(document.createElement("input"), { role: "combobox", autocomplete: "off", spellcheck: false });
    for (const [name, value] of [
      ["expanded", "true"],
      ["controls", list.id],
      ["autocomplete", "list"],
    ])
      this.input.setAttribute(`aria-${name}`, value);
    this.none = Object.assign(document.createElement("p"), { className: "hint", role: "status", hidden: true });
    const field = Object.assign(document.createElement("div"), { className: "combobox" });
    field.append(this.input);
    dialog.replaceChildren(field, list, this.none);
    /** @type {Combobox<string>} */
    this.combobox = new Combobox(this.input, list, { find: (text) => this.find(text), take: (value) => this.take(value) });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  /** @param {HTMLElement} button below which it opens
   * @param {Choice} choice */
  open(button, choice) {
    this.choice = choice;
    for (const element of [this.dialog, this.input, this.combobox.list]) element.setAttribute("aria-label", choice.label);
    this.input.placeholder = choice.label;
    this.input.value = "";
    if (!this.dialog.open) this.dialog.showModal();
    this.place(button.getBoundingClientRect());
    this.input.focus();
    this.combobox.search();
  }

  /** @param {DOMRect} below */
  place({ left, bottom }) {
    const { style, offsetWidth } = this.dialog;
    style.left = `${Math.max(GAP, Math.min(left, innerWidth - offsetWidth - GAP))}px`;
    style.top = `${bottom + GAP}px`;
  }

  /** @param {string} text */
  async find(text) {
    const rows = this.choice ? await this.choice.find(text).catch(() => null) : [];
    if (text !== this.combobox.text) return []; // overtaken by what is typed meanwhile
    this.none.textContent = rows ? "There is none of that name." : "The server cannot be reached. Try it again in a moment.";
    this.none.hidden = Boolean(rows?.length);
    return rows ?? [];
  }

  /** @param {string} value */
  take(value) {
    if (!this.dialog.open) return; // Enter came twice
    this.dialog.close();
    this.choice?.take(value);
  }
}
