/** The dialog of keys of the pages that have no bench: those that hold there, in groups, with a search. */
import { inside } from "../page/elements.js";
import { groupsOfPage } from "./keygroups.js";
import { drawGroups, keySearch } from "./keylist.js";

export class PageKeys {
  /** @param {HTMLDialogElement} dialog that is empty */
  constructor(dialog) {
    this.dialog = dialog;
    const groups = Object.assign(document.createElement("div"), { className: "key-groups" });
    drawGroups(groups, groupsOfPage());
    const close = Object.assign(document.createElement("button"), { textContent: "Close", className: "primary" });
    const form = Object.assign(document.createElement("form"), { method: "dialog", className: "buttons" });
    form.append(close);
    dialog.append(Object.assign(document.createElement("h2"), { textContent: "Keys" }), keySearch(groups), groups, form);
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    inside(this.dialog, "input").focus();
  }
}
