/** Many boxes of which several are ticked, as what is ticked and a field that finds the others. The boxes stay in the form,
 * unseen, and hold what is chosen. */
import { matchingChoices, orNone } from "./choices.js";
import { ListField } from "./listfield.js";

export class SeveralField {
  /** @param {HTMLElement} group of labels with a box each; its data-several says what they are
   * @param {HTMLInputElement[]} boxes */
  constructor(group, boxes) {
    this.boxes = boxes;
    const label = group.dataset.several;
    this.ticked = Object.assign(document.createElement("ul"), { className: "ticked", ariaLabel: `Chosen: ${label}` });
    this.input = Object.assign(document.createElement("input"), { id: `${boxes[0].name}-text`, autocomplete: "off", spellcheck: false, ariaLabel: label });
    this.input.placeholder = `Add ${label.toLowerCase()} …`;
    this.build(group);
    /** @type {ListField<HTMLInputElement|null>} */
    this.field = new ListField(this.input, {
      label,
      find: (text) => this.find(text),
      take: (box) => box && this.tick(box, true),
      around: this.ticked.parentElement,
      mark: (left) => (this.input.value.trim() ? left[0] : null),
    });
    this.input.addEventListener("click", () => this.field.isOpen || this.field.combobox.search());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("change", (event) => event.stopPropagation()); // the boxes say what is chosen
    group.addEventListener("change", () => this.write());
    this.write();
  }

  /** @param {HTMLElement} group */
  build(group) {
    const labels = this.boxes.map((box) => box.closest("label"));
    const frame = Object.assign(document.createElement("div"), { className: "several-field" });
    const unseen = Object.assign(document.createElement("div"), { hidden: true });
    labels[0].before(frame);
    frame.append(this.ticked, this.input, unseen);
    unseen.append(...labels);
    group.classList.add("is-searched");
  }

  /** @param {string} text */
  find(text) {
    const left = this.boxes.filter(({ checked, disabled }) => !checked && !disabled);
    return orNone(matchingChoices(left.map(rowOf), text));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const last = this.boxes.filter(({ checked }) => checked).at(-1);
    if (event.key === "Backspace" && !this.input.value && last) this.tick(last, false);
  }

  /** @param {HTMLInputElement} box
   * @param {boolean} isChosen */
  tick(box, isChosen) {
    box.checked = isChosen;
    this.input.value = "";
    this.input.focus();
    for (const name of ["input", "change"]) box.dispatchEvent(new Event(name, { bubbles: true }));
    if (this.field.isOpen) this.field.combobox.search(); // the next one
  }

  write() {
    this.ticked.hidden = !this.boxes.some(({ checked }) => checked);
    this.ticked.replaceChildren(...this.boxes.filter(({ checked }) => checked).map((box) => this.chip(box)));
  }

  /** @param {HTMLInputElement} box */
  chip(box) {
    const { name } = rowOf(box);
    const chip = Object.assign(document.createElement("li"), { className: "chip", textContent: name });
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: "×", ariaLabel: `Remove ${name}` });
    drop.addEventListener("click", () => this.tick(box, false));
    chip.append(drop);
    return chip;
  }
}

/** @param {HTMLInputElement} box
 * @returns {ComboboxRow<HTMLInputElement>} */
function rowOf(box) {
  const label = box.closest("label");
  const beside = label.querySelector("small, .hint")?.textContent.trim() ?? "";
  const words = label.textContent.replace(beside, "");
  return { value: box, name: words.replace(/\s+/g, " ").trim(), beside };
}
