// Settling differences by key: 1, 2, 3 take a reader's answer, a letter another one, 0 keeps what there is, → skips.

import { Picker } from "../taxa/picker.js";
import { Slots } from "../taxa/slots.js";
import { Palette } from "../traits/palette.js";

const settle = document.querySelector(".settle");
if (settle) {
  const form = settle.querySelector("form");
  const trait = JSON.parse(document.getElementById("trait")?.textContent ?? "null");
  const decide = (name, value) => {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.submit();
  };
  const { dialog, open } = trait ? byValue(trait, decide) : byTaxon(settle.dataset.complete, decide);
  document.getElementById("other").addEventListener("click", () => open());
  document.addEventListener("keydown", (event) => {
    if (dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.repeat) return; // a key held down would decide about objects that nobody has seen yet
    const button = form.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
    if (button || /^\p{L}$/u.test(event.key)) event.preventDefault();
    if (button) button.click();
    else if (/^\p{L}$/u.test(event.key)) open(event.key);
  });
  settle.dataset.ready = "1";
}

function byTaxon(url, decide) {
  const picker = new Picker(url, ({ id }) => decide("taxon", id), Slots.ofPage());
  return { dialog: picker.dialog, open: (letter = "") => picker.open(1, letter) };
}

function byValue(trait, decide) {
  const palette = new Palette(document.getElementById("palette"), [trait], null, false);
  return { dialog: palette.dialog, open: () => palette.openAt(trait, [], (_, { value }) => decide("value", spelt(value))) };
}

/** As the address of a filter has it, and traits/values.py reads it. */
function spelt(value) {
  return value.hidden ? "-" : [value].flat().join(",");
}
