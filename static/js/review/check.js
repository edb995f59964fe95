/** A quality check by key: Y says that the label is right, N that it isn't and what it is, Shift+N no more than that, - that
 * one can't tell. A blind one is named by the first letters. The server answers each with the next look (htmx). */

import { drawScale } from "../gallery/scale.js";
import { Picker } from "../taxa/picker.js";
import { Slots } from "../taxa/slots.js";

const root = document.getElementById("checking");
const picker = new Picker(root.dataset.complete, ({ id }) => nameIt(id), Slots.ofPage());

/** @param {number|string} id of the taxon that it is */
function nameIt(id) {
  const form = /** @type {HTMLFormElement|null} */ (root.querySelector("form.question"));
  if (!form) return;
  /** @type {HTMLInputElement} */ (form.querySelector("[name=taxon]")).value = String(id);
  form.requestSubmit();
}

/** @param {KeyboardEvent} event */
function press(event) {
  const isCtrl = event.ctrlKey || event.metaKey;
  const isWriting = event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
  const isAnswered = root.querySelector(".htmx-request"); // what is seen is not what is asked any more
  if (picker.dialog.open || isWriting || isAnswered || event.altKey || event.repeat) return; // held down, it would answer what nobody has seen
  const key = isCtrl ? `Control+${event.key}` : event.shiftKey ? event.key : event.key.toLowerCase();
  const button = /** @type {HTMLElement|null} */ (root.querySelector(`.question [data-key="${CSS.escape(key)}"]:not(:disabled)`));
  const isName = !isCtrl && /^\p{L}$/u.test(event.key) && root.querySelector("[data-blind] .question");
  if (button || isName) event.preventDefault();
  if (button) button.click();
  else if (isName) picker.open(1, event.key);
}

/** The scale bar of the picture as large as it is. */
function showScale() {
  const bar = /** @type {HTMLElement|null} */ (root.querySelector(".stage .scale"));
  const image = /** @type {HTMLImageElement} */ (root.querySelector(".stage img"));
  if (!bar || !image?.clientWidth) return;
  bar.hidden = false;
  drawScale(bar, (Number(bar.dataset.um) * Number(image.getAttribute("width"))) / image.clientWidth);
}

document.addEventListener("keydown", press);
root.addEventListener("click", ({ target }) => target instanceof Element && target.closest("[data-name-it]") && picker.open(1));
new ResizeObserver(showScale).observe(root);
document.body.addEventListener("htmx:afterSettle", () => {
  showScale();
  document.getElementById("question")?.focus(); // it is read out, and the next key is heard
});
showScale();
root.dataset.ready = "1";
