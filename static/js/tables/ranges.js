/** Ticks a range of samples with Shift, and all of them with the box above. */
const boxes = [.../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[name=sample]"))];
/** @type {HTMLInputElement|null} */
let last = null;
for (const box of boxes) {
  box.addEventListener("click", (event) => {
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
  });
}
const all = /** @type {HTMLInputElement|null} */ (document.getElementById("all-samples"));
all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
});
