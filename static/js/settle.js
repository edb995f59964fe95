// Settling differences by key: 1, 2, 3 take a reader's name, a letter another taxon, 0 keeps the label, → skips.
import { Picker } from "./picker.js";

const settle = document.querySelector(".settle");
if (settle) {
  const form = settle.querySelector("form");
  const picker = new Picker(settle.dataset.complete, ({ id }) => {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "taxon", value: id }));
    form.submit();
  });
  const open = (letter = "") => picker.open(1, letter);
  document.getElementById("other").addEventListener("click", () => open());
  document.addEventListener("keydown", (event) => {
    if (picker.dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.repeat) return; // a key held down would decide about objects that nobody has seen yet
    const button = form.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
    if (button || /^\p{L}$/u.test(event.key)) event.preventDefault();
    if (button) button.click();
    else if (/^\p{L}$/u.test(event.key)) open(event.key);
  });
  settle.dataset.ready = "1";
}
