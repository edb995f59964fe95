/** Corrects a table in place: a cell becomes a field, Enter saves it (htmx swaps the row), Escape leaves it as it was. */

import { byId, copyOf, inside, required } from "../page/elements.js";

const template = byId("cell-form", HTMLTemplateElement);
/** @type {WeakSet<HTMLFormElement>} */
const closing = new WeakSet();
/** @type {{row: string, column: string}|null} where the focus goes when the row has come back */
let sent = null;

/** @param {HTMLElement} form
 * @param {string} name
 * @returns {HTMLInputElement} */
const input = (form, name) => inside(form, `[name=${name}]`, HTMLInputElement);

/** @param {HTMLButtonElement} button */
function open(button) {
  const other = /** @type {HTMLFormElement|null} */ (document.querySelector(".cell-form"));
  // what somebody wrote is saved or left by them, never dropped
  if (other && !isUnchanged(other)) return input(other, "value").focus();
  if (other) close(other, false);
  const form = /** @type {HTMLFormElement} */ (copyOf(template));
  const { column = "", value = "", hint } = button.dataset;
  form.setAttribute("hx-post", required(button.closest("tr")?.dataset.address, "address of the row"));
  input(form, "column").value = column;
  input(form, "was").value = value;
  input(form, "value").value = value;
  input(form, "value").setAttribute("aria-label", (button.getAttribute("aria-label") ?? "").replace(/: .*$/, ""));
  inside(form, ".hint").textContent = hint || "";
  button.hidden = true;
  button.after(form);
  window.htmx.process(form);
  input(form, "value").focus();
  input(form, "value").select();
}

/** @param {HTMLFormElement} form
 * @param {boolean} focuses whether its cell gets the focus back */
function close(form, focuses) {
  const button = /** @type {HTMLButtonElement} */ (form.previousElementSibling);
  closing.add(form); // what goes loses the focus, which is no reason to close it once more
  form.remove();
  button.hidden = false;
  if (focuses) button.focus();
}

/** @param {HTMLFormElement} form */
const isUnchanged = (form) => input(form, "value").value === input(form, "was").value;

document.addEventListener("click", ({ target }) => {
  const button = /** @type {HTMLElement} */ (target).closest("button.cell");
  if (button) open(/** @type {HTMLButtonElement} */ (button));
});

document.addEventListener("keydown", (event) => {
  const form = /** @type {HTMLFormElement|null} */ (/** @type {HTMLElement} */ (event.target).closest(".cell-form"));
  if (!form || event.isComposing) return;
  if (event.key === "Escape" || (event.key === "Enter" && isUnchanged(form))) {
    event.preventDefault();
    close(form, true);
  }
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const form = /** @type {HTMLFormElement|null} */ (/** @type {HTMLElement} */ (target).closest(".cell-form"));
  if (form && !closing.has(form) && document.hasFocus() && isUnchanged(form) && !form.contains(/** @type {Node} */ (relatedTarget))) close(form, false);
});

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  const form = /** @type {HTMLElement} */ (target);
  if (!form.matches(".cell-form")) return;
  sent = { row: required(form.closest("tr"), "row around the form").id, column: input(form, "column").value };
  input(form, "value").readOnly = true; // what is typed from now on would go with the row
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = /** @type {HTMLElement} */ (event.target);
  const { successful } = /** @type {CustomEvent} */ (event).detail;
  if (successful || !form.matches(".cell-form")) return;
  input(form, "value").readOnly = false;
  input(form, "value").setAttribute("aria-invalid", "true");
});

document.addEventListener("htmx:afterSettle", () => {
  const row = sent && document.getElementById(sent.row);
  if (!sent || !row || row.querySelector(".cell-form")) return;
  const { activeElement } = document; // another cell, where somebody has gone on meanwhile
  const cell = /** @type {HTMLElement} */ (row.querySelector(`[data-column="${CSS.escape(sent.column)}"]`));
  if (activeElement === document.body || row.contains(activeElement)) cell.focus();
  sent = null;
});
