// @ts-check
/** All about one object in a dialog over the scan, as the panel of the bench has it. */
import { ObjectPanel } from "../object/objectpanel.js";

export class Details {
  /** @param {HTMLDialogElement} dialog
   * @param {string} url of the pages of objects
   * @param {(words: string) => void} say */
  constructor(dialog, url, say) {
    this.dialog = dialog;
    this.url = url;
    this.content = /** @type {HTMLElement} */ (dialog.querySelector("[data-part=about]"));
    this.panel = new ObjectPanel([this.content], url, null, null, say);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  /** @param {number} id */
  open(id) {
    this.content.replaceChildren();
    this.dialog.ariaBusy = "true";
    this.dialog.showModal();
    const around = { target: this.content, source: this.content, swap: "innerHTML" };
    const arrived = () => {
      this.dialog.ariaBusy = "false";
    };
    return htmx.ajax("GET", `${this.url}${id}/`, around).then(arrived, arrived);
  }
}
