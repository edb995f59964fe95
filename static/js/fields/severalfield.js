/** Many boxes of which several are ticked, as what is ticked and a field that finds the others. The boxes stay in the form,
 * unseen, and hold what is chosen. With data-options the group has the first of them alone, and gets the others when they
 * are chosen. */
import { required } from "../page/elements.js";
import { matchingChoices, orNone } from "./choices.js";
import { ListField } from "./listfield.js";
import { rowsFor } from "./options.js";

export class SeveralField {
  /** @param {HTMLElement} group of labels with a box each; its data-several says what they are
   * @param {HTMLInputElement[]} boxes */
  constructor(group, boxes) {
    this.group = group;
    this.boxes = boxes;
    const label = required(group.dataset.several, "data-several");
    this.ticked = Object.assign(document.createElement("ul"), { className: "ticked", ariaLabel: `Chosen: ${label}` });
    this.input = Object.assign(document.createElement("input"), { id: `${boxes[0].name}-text`, autocomplete: "off", spellcheck: false, ariaLabel: label });
    this.unseen = Object.assign(document.createElement("div"), { hidden: true });
    this.input.placeholder = `Add ${label.toLowerCase()} …`;
    const hasFocus = boxes.some((box) => box === document.activeElement);
    this.build(group);
    /** @type {ListField<HTMLInputElement|null>} */
    this.field = new ListField(this.input, {
      label,
      find: (text) => this.find(text),
      take: (box) => box && this.tick(box, true),
      around: required(this.ticked.parentElement, "place of what is ticked"),
      mark: (left) => (this.input.value.trim() ? left[0] : null),
    });
    this.input.addEventListener("click", () => this.field.isOpen || this.field.combobox.search());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("change", (event) => event.stopPropagation()); // the boxes say what is chosen
    group.addEventListener("change", () => this.write());
    this.write();
    if (hasFocus) this.input.focus();
  }

  /** @param {HTMLElement} group */
  build(group) {
    const labels = this.boxes.map(labelOf);
    const frame = Object.assign(document.createElement("div"), { className: "several-field" });
    labels[0].before(frame);
    frame.append(this.ticked, this.input, this.unseen);
    this.unseen.append(...labels);
    group.classList.add("is-searched");
  }

  /** @param {string} text */
  async find(text) {
    const left = this.boxes.filter(({ checked, disabled }) => !checked && !disabled);
    const rows = await rowsFor({
      address: this.group.dataset.options,
      text,
      carried: (typed) => matchingChoices(left.map(rowOf), typed),
      rowOf: (option) => this.rowFor(option),
    });
    return orNone(rows);
  }

  /** Null for one that is ticked already.
   * @param {import("./options.js").OptionEntry} entry
   * @returns {ComboboxRow<HTMLInputElement>|null} */
  rowFor({ value, name, beside }) {
    const own = this.boxes.find((box) => box.value === value);
    if (own?.checked) return null;
    return { value: own ?? boxLike(this.boxes[0], value, name, beside), name, beside };
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const last = this.boxes.filter(({ checked }) => checked).at(-1);
    if (event.key === "Backspace" && !this.input.value && last) this.tick(last, false);
  }

  /** @param {HTMLInputElement} box
   * @param {boolean} isChosen */
  tick(box, isChosen) {
    if (!box.isConnected) this.add(box);
    box.checked = isChosen;
    this.input.value = "";
    this.input.focus();
    for (const name of ["input", "change"]) box.dispatchEvent(new Event(name, { bubbles: true }));
    if (this.field.isOpen) this.field.combobox.search(); // the next one
  }

  /** @param {HTMLInputElement} box that the server found */
  add(box) {
    this.boxes.push(box);
    this.unseen.append(labelOf(box));
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

/** A further box, not yet of the page.
 * @param {HTMLInputElement} first
 * @param {string} value
 * @param {string} name
 * @param {string} beside */
function boxLike(first, value, name, beside) {
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: first.name, value });
  const label = Object.assign(document.createElement("label"), { className: "tick" });
  label.append(box, ` ${name} `);
  if (beside) label.append(Object.assign(document.createElement("small"), { textContent: beside }));
  return box;
}

/** @param {HTMLInputElement} box */
function labelOf(box) {
  return required(box.closest("label"), "label around a box");
}

/** @param {HTMLInputElement} box
 * @returns {ComboboxRow<HTMLInputElement>} */
function rowOf(box) {
  const label = labelOf(box);
  const beside = label.querySelector("small, .hint")?.textContent.trim() ?? "";
  const words = label.textContent.replace(beside, "");
  return { value: box, name: words.replace(/\s+/g, " ").trim(), beside };
}
