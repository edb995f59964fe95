/** Of the fields of a trait, shows those that its kind of value has. */
const OF = {
  choices: ["one", "several", "ordinal"],
  unit: ["measure"],
  mark_label: ["count", "measure"],
  mark_measure: ["count", "measure"],
};

/** @type {HTMLSelectElement} */
const kind = document.querySelector("select[name=kind]");

function show() {
  for (const [name, kinds] of Object.entries(OF)) {
    /** @type {HTMLInputElement} */
    const field = document.querySelector(`[name=${name}]`);
    const isYesNo = name === "choices" && kind.value === "flag";
    // what was written is not hidden from who wrote it, nor what is wrong with it
    const isBlank = isYesNo || (!field.value && !field.closest(".field").querySelector(".errorlist"));
    field.closest(".field").hidden = isBlank && !kinds.includes(kind.value);
  }
}

kind.addEventListener("change", show);
show();
