/** The dialog with every filter: fetched when it is first opened, so that the page stays light. */

import { equipFields } from "../fields/fields.js";
import { BoxField } from "../map/boxfield.js";
import { textOf } from "../page/answers.js";
import { rememberFolds, unfold } from "../page/folds.js";
import { focusFirst } from "../page/ondemand.js";
import { FilterCount } from "./filtercount.js";

const AWAY = "The filters could not be fetched: the server cannot be reached. Open them again in a moment.";

export class Filters {
  /** @param {Visits} visits to which the chosen filters lead
   * @param {(why: string) => void} say tells why it can't be opened */
  constructor(dialog, visits, say) {
    this.dialog = dialog;
    this.visits = visits;
    this.say = say;
  }

  async open() {
    if (!this.dialog.open) this.dialog.showModal();
    if (this.dialog.querySelector("form")) return;
    this.filling ??= this.fetch().finally(() => {
      this.filling = null;
    });
    await this.filling; // as who opened it before, and closed it again
  }

  async fetch() {
    this.dialog.setAttribute("aria-busy", "true");
    const fetched = await fetch(this.dialog.dataset.url + location.search)
      .then(textOf)
      .catch(() => null);
    this.dialog.removeAttribute("aria-busy");
    if (fetched) return this.fill(fetched);
    this.dialog.close();
    this.say(AWAY);
  }

  fill(html) {
    this.dialog.innerHTML = html;
    const form = this.dialog.querySelector("form");
    const refusal = new Refusal(form);
    this.visits.submitThrough(form, (words) => refusal.say(words));
    form.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    form.querySelectorAll(".comparisons").forEach(keepAnEmptyLine);
    equipFields(form);
    for (const field of form.querySelectorAll(".box-field")) new BoxField(field);
    rememberFolds(form, "seston.filters.folded");
    new FilterCount(form, (words) => refusal.about(words).words);
    if (this.dialog.open) focusFirst(this.dialog);
  }
}

/** Why the server refuses the filters: in sight beside the buttons, about the field as the dialog names it, which gets the
 * focus; until something else is chosen. */
class Refusal {
  constructor(form) {
    this.form = form;
    this.element = Object.assign(document.createElement("p"), { className: "error", role: "alert", id: "filters-refusal" });
    form.querySelector(".buttons").prepend(this.element);
    form.addEventListener("input", () => this.takeBack());
  }

  /** The field that a refusal is about, where the form has it, and the words with its name here. */
  about(words) {
    const [written, name] = words.match(/^`(\w+)`/) ?? [];
    const field = name && this.form.querySelector(`:not([type=hidden]):is([name="${name}"], [data-part-of="${name}"])`);
    return { field, words: field ? words.replace(written, `“${namesOf(field).join(", ")}”`) : words };
  }

  say(refusal) {
    this.takeBack();
    const { field, words } = this.about(refusal);
    this.element.textContent = words;
    if (!field) return;
    unfold(field);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", this.element.id);
    field.focus();
    this.field = field;
  }

  takeBack() {
    this.element.textContent = "";
    for (const name of ["aria-invalid", "aria-describedby"]) this.field?.removeAttribute(name);
    this.field = null;
  }
}

/** Of its group and its label. */
function namesOf(field) {
  const label = (field.labels[0] ?? field.closest("label")).firstChild.textContent.trim();
  return [field.closest("fieldset")?.querySelector("legend").textContent, label].filter(Boolean);
}

/** There is always one more line for a comparison, of a trait or of a free column.
 * @param {HTMLElement} lines */
function keepAnEmptyLine(lines) {
  const blank = lines.lastElementChild.cloneNode(true);
  lines.addEventListener("input", () => lines.lastElementChild.querySelector("input").value && lines.append(blank.cloneNode(true)));
}
