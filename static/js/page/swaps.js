/** An answer that draws a part of a page anew (htmx) takes nothing from whoever is at work there: what they have typed since is
 * put back, where they are they stay. A part that is asked for again and again is not exchanged below a pressed button, and
 * its folds stay as they are. */

import { askAgain } from "./askagain.js";

/** @typedef {HTMLInputElement|HTMLTextAreaElement} Field */
/** @typedef {{field: Field, value: string|null, selection: [start: number|null, end: number|null]|null}} Typed null where nothing was typed, or where
 *   it has not the focus */

const FIELDS = "textarea[name], :is(input:not([type]), input[type=text], input[type=search], input[type=number])[name]";

const UNANSWERED = "The server did not answer. What you typed is still here: look whether it was saved before you send it again.";

const AWAY = "The server did not answer. Try it again in a moment.";
const RETRIED = "The server did not answer. It is asked again every few seconds.";

/** @type {Element|null} */
let refusal = null; // that is on the page
/** @type {Map<string, Typed>} */
const unsent = new Map(); // of fields that were drawn over, and did not come back yet
/** @type {WeakMap<Field, string>} */
const sent = new WeakMap(); // what stood there when the form was sent
/** @type {WeakSet<Element>} */
const watched = new WeakSet(); // forms

document.addEventListener("htmx:beforeRequest", (event) => recordSent(detailOf(event)));
document.addEventListener(
  "htmx:afterRequest",
  (event) => detailOf(event).successful && [AWAY, RETRIED].includes(refusal?.textContent ?? "") && showRefusal(""),
);
document.addEventListener("htmx:sendError", (event) => sayAway(detailOf(event).elt));
document.addEventListener("htmx:responseError", (event) => detailOf(event).xhr.status >= 500 && sayAway(detailOf(event).elt));
document.addEventListener("htmx:beforeSwap", (event) => beforeSwap(detailOf(event)));
document.addEventListener("htmx:oobBeforeSwap", (event) => saveFields(detailOf(event).target));
for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, ({ target }) => target instanceof Element && restoreFields(target));

/** @param {Event} event */
function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail;
}

/** @param {Element} part
 * @returns {Field[]} */
function fieldsOf(part) {
  return /** @type {Field[]} */ ([...part.querySelectorAll(FIELDS)]).filter(({ form }) => form);
}

/** @param {Field} field */
function nameOf({ form, name }) {
  return `${form?.getAttribute("hx-post") ?? form?.getAttribute("action")} ${name}`;
}

/** What a form sends is not typed since.
 * @param {{elt: Element}} detail */
function recordSent({ elt: form }) {
  if (!form.matches("form[hx-post]")) return;
  for (const field of fieldsOf(form)) sent.set(field, field.value);
  if (watched.has(form)) return;
  watched.add(form);
  const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) => {
    form.addEventListener(name, (event) => event.target === form && act(detailOf(event)));
  };
  on("htmx:afterRequest", ({ successful }) => (successful ? showRefusal("") : restoreUnsent(form)));
  on("htmx:sendError", () => showRefusal(UNANSWERED)); // not where a later request took its place
  on("htmx:responseError", ({ xhr }) => xhr.status >= 500 && showRefusal(UNANSWERED));
}

/** Nobody took what it sent. Of another object by now, it comes back with its own.
 * @param {Element} form */
function restoreUnsent(form) {
  for (const field of fieldsOf(form)) sent.delete(field);
  if (!form.isConnected) saveFields(form);
}

/** @param {string} words why nothing came of what was sent; "" when the next was answered */
function showRefusal(words) {
  refusal?.remove();
  if (!words) return;
  refusal = Object.assign(document.createElement("p"), { className: "error", role: "alert", textContent: words });
  document.getElementById("messages")?.append(refusal);
}

/** A part of the page that somebody asked for does not come: it can be asked for again, also where that is done once.
 * @param {Element} part */
function sayAway(part) {
  const trigger = part.getAttribute("hx-trigger");
  if (part.matches("form[hx-post]") || trigger?.startsWith("every")) return; // says it otherwise, or asks again by itself
  if (part instanceof HTMLDetailsElement && trigger?.endsWith("once")) closeAnew(part);
  showRefusal(askAgain(part) ? RETRIED : AWAY);
}

/** A fold that asks once asks when it is opened again: htmx remembers of an element that it has.
 * @param {HTMLDetailsElement} fold */
function closeAnew(fold) {
  const hadFocus = fold.contains(document.activeElement);
  const anew = /** @type {HTMLDetailsElement} */ (fold.cloneNode(true));
  anew.open = false;
  anew.classList.remove("htmx-request");
  fold.replaceWith(anew);
  htmx.process(anew);
  if (hadFocus) anew.querySelector("summary")?.focus();
}

/** @param {Element} part that is drawn over */
export function saveFields(part) {
  for (const field of fieldsOf(part)) {
    const isTyped = field.value !== (sent.get(field) ?? field.defaultValue);
    const isFocused = field === document.activeElement;
    if (!isTyped && !isFocused) unsent.delete(nameOf(field));
    else unsent.set(nameOf(field), { field, value: isTyped ? field.value : null, selection: isFocused ? [field.selectionStart, field.selectionEnd] : null });
  }
}

/** @param {Element} part that has come */
export function restoreFields(part) {
  for (const field of unsent.size ? fieldsOf(part) : []) {
    const typed = unsent.get(nameOf(field));
    if (!typed) continue;
    unsent.delete(nameOf(field));
    if (typed.field.isConnected) continue; // nothing was drawn over it
    if (typed.value !== null) field.value = typed.value;
    field.closest("details")?.setAttribute("open", "");
    const isLost = [document.body, field].includes(/** @type {Field} */ (document.activeElement)); // and nobody has gone elsewhere
    if (!typed.selection || !isLost) continue;
    field.focus({ preventScroll: true });
    if (typed.selection[0] !== null) field.setSelectionRange(...typed.selection); // a number has none
  }
}

/** @param {{target: Element, shouldSwap: boolean, requestConfig: {elt: Element, verb: string}}} detail */
function beforeSwap(detail) {
  const { target, requestConfig } = detail;
  if (!detail.shouldSwap) return; // nothing comes in its place
  const isRepeated = requestConfig.elt === target && target.getAttribute("hx-trigger")?.startsWith("every");
  if (!isRepeated) return saveFields(target);
  if (target.matches(":active"))
    detail.shouldSwap = false; // it is asked for again in a moment
  else restoreFoldsAndFocus(target);
}

/** Folds and the focus as they were, in what comes in its place.
 * @param {Element} part */
function restoreFoldsAndFocus(part) {
  const folds = new Map([...part.querySelectorAll("details")].map((fold) => [wordsOf(fold.querySelector("summary")), fold.open]));
  const { activeElement: focused } = document;
  const place = part.contains(focused) ? wordsOf(focused) : null;
  const arrived = (/** @type {Event} */ { target }) => {
    if (!(target instanceof Element) || target.id !== part.id) return;
    document.removeEventListener("htmx:afterSwap", arrived);
    for (const fold of target.querySelectorAll("details")) fold.open = folds.get(wordsOf(fold.querySelector("summary"))) ?? fold.open;
    const again = place === null ? null : [...target.querySelectorAll("a, button, summary")].find((element) => wordsOf(element) === place);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  };
  document.addEventListener("htmx:afterSwap", arrived);
}

/** @param {Element|null} element */
function wordsOf(element) {
  return element?.textContent.replace(/\d+/g, "").trim() ?? ""; // what is counted changes
}
