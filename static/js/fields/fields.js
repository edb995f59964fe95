/** Fields of forms with long lists become comboboxes, those of files drop zones, days get a calendar: all in one way, also those that come later
 * (htmx). A short list stays what it is: it is seen at a glance, and phones have a better one of their own. */

import { addSheet } from "../page/ondemand.js";
import { announce } from "./listfield.js";
import { SelectField } from "./selectfield.js";
import { SeveralField } from "./severalfield.js";
import { SuggestionField } from "./suggestions.js";
import "../page/doublesubmit.js";
import "../page/swaps.js";
import { TaxonField } from "./taxonfield.js";

const GLANCE = 12; // so many entries are read without searching

/** @type {WeakSet<Element>} */
const equipped = new WeakSet();

/** @param {HTMLElement} root */
export async function equipFields(root) {
  const select = (/** @type {string} */ selector) => [root, ...root.querySelectorAll(selector)].filter((element) => element.matches(selector));
  const selects = /** @type {HTMLSelectElement[]} */ (select("select:not([multiple], [size])")).filter(({ length }) => length > GLANCE);
  const groups = select("[data-several]").filter((group) => boxesOf(group).length > GLANCE);
  const texts = /** @type {HTMLInputElement[]} */ (select("input[list], input[data-complete]"));
  texts.forEach(announce);
  equipDays(/** @type {HTMLInputElement[]} */ (select("input[data-day]")));
  equipFiles(/** @type {HTMLInputElement[]} */ (select("input[type=file]")));
  if (!selects.length && !groups.length && !texts.length) return;
  await addSheet("fields/combobox").catch(() => {}); // without a network nothing is found either
  for (const each of selects) once(each, () => new SelectField(each));
  for (const each of groups) once(each, () => new SeveralField(each, boxesOf(each)));
  const focused = texts.find((text) => text === document.activeElement);
  if (!focused || equipped.has(focused)) return; // what is typed in one that has its list was seen by it
  equipText(focused);
  if (focused.value !== focused.defaultValue) focused.dispatchEvent(new Event("input")); // typed before this came
}

/** @param {HTMLInputElement[]} inputs */
async function equipDays(inputs) {
  if (!inputs.length) return;
  const parts = await Promise.all([import("./dayfield.js"), addSheet("fields/dayfield")]).catch(() => null); // without a network a day is typed
  if (parts) for (const each of inputs) once(each, () => parts[0].offerCalendar(each));
}

/** @param {HTMLInputElement[]} inputs */
async function equipFiles(inputs) {
  if (!inputs.length) return;
  const parts = await Promise.all([import("../uploads/dropzone.js"), addSheet("uploads/dropzone")]).catch(() => null); // without a network they stay what they are
  if (parts) for (const each of inputs) once(each, () => new parts[0].DropZone(each));
}

/** @param {Element} group
 * @returns {HTMLInputElement[]} */
function boxesOf(group) {
  return [...group.querySelectorAll("label input[type=checkbox]")].filter((box) => box instanceof HTMLInputElement);
}

/** @param {Element} element
 * @param {() => unknown} equip */
function once(element, equip) {
  if (equipped.has(element) || !element.isConnected) return;
  equipped.add(element);
  equip();
}

/** There may be hundreds, as one a taxon: each is equipped when it is gone to.
 * @param {EventTarget|null} target */
function equipText(target) {
  if (!(target instanceof HTMLInputElement)) return;
  if (target.dataset.complete) once(target, () => new TaxonField(target));
  else if (target.list) once(target, () => new SuggestionField(target));
}

document.addEventListener("focusin", ({ target }) => equipText(target));
document.addEventListener("htmx:load", ({ target }) => target instanceof HTMLElement && equipFields(target));
equipFields(document.body);
