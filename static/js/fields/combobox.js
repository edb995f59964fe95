/** A text field with a list of one-line rows below it: what is typed narrows them, the arrows go through them, Enter takes
 * one. The field keeps the focus, so that nothing that is typed meanwhile is lost. */

import { whenAnswered } from "../keyboard/keysahead.js";

/** @template T */
export class Combobox {
  /** @param {HTMLInputElement} input
   * @param {HTMLElement} list
   * @param {object} source
   * @param {(text: string) => ComboboxRow<T>[] | Promise<ComboboxRow<T>[]>} source.find the rows for a text
   * @param {(value: T) => void} source.take what is done with the value of the row that is taken
   * @param {boolean} [source.isMarked] whether Enter takes the first row where no arrow was pressed
   * @param {boolean} [source.isAwaited] whether Enter waits for rows that are on their way, one of which may be marked
   * @param {(count: number) => void} [source.onShow] so many rows are shown now */
  constructor(input, list, { find, take, isMarked = true, isAwaited = isMarked, onShow = () => {} }) {
    this.input = input;
    this.list = list;
    this.find = find;
    this.take = take;
    this.isMarked = isMarked;
    this.isAwaited = isAwaited;
    this.isSearching = false;
    this.onShow = onShow;
    this.searches = 0;
    this.ready = Promise.resolve(); // when the rows for the text are there
    this.hasMoved = false; // by the arrows, since the text was typed
    /** @type {WeakMap<Element, T>} */
    this.values = new WeakMap();
    input.addEventListener("input", () => this.search());
    input.addEventListener("keydown", (event) => this.press(event));
    list.addEventListener("click", ({ target }) => target instanceof Element && this.takeRow(target.closest("li")));
  }

  get text() {
    return this.input.value.trim();
  }

  /** Rows that were overtaken by what is typed meanwhile are dropped. */
  search() {
    this.searches += 1;
    this.hasMoved = false;
    const search = this.searches;
    this.isSearching = true;
    this.ready = Promise.resolve(this.find(this.text)).then((rows) => {
      if (search !== this.searches) return;
      this.isSearching = false;
      this.show(rows);
    });
  }

  /** @param {ComboboxRow<T>[]} rows */
  show(rows) {
    const before = this.hasMoved ? this.current()?.dataset.name : null;
    this.list.replaceChildren(...rows.map((row, i) => this.draw(row, i)));
    const lines = /** @type {HTMLElement[]} */ ([...this.list.children]);
    this.choose(lines.find(({ dataset }) => dataset.name === before) ?? (this.isMarked ? lines[0] : null));
    this.onShow(rows.length);
  }

  /** @param {ComboboxRow<T>} row
   * @param {number} i its place in the list */
  draw({ value, name, isLatin = false, beside = "", number = "", key = "", className = "" }, i) {
    const line = element("li", { role: "option", id: `${this.list.id}-${i}`, className });
    line.dataset.name = name;
    const parts = { b: name, small: beside, span: number, kbd: key };
    for (const [tag, textContent] of Object.entries(parts)) line.append(element(tag, { textContent }), " "); // a space is heard
    line.classList.toggle("latin", isLatin);
    if (value === null) line.setAttribute("aria-disabled", "true");
    this.values.set(line, value);
    return line;
  }

  /** @param {Element|null|undefined} line */
  choose(line) {
    for (const other of this.list.children) other.setAttribute("aria-selected", String(other === line));
    line?.scrollIntoView({ block: "nearest" });
    if (line) this.input.setAttribute("aria-activedescendant", line.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @returns {HTMLLIElement|null} */
  current() {
    return this.list.querySelector("[aria-selected=true]");
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling");
    } else if (event.key === "Enter" && !event.isComposing && this.takes()) {
      event.preventDefault();
      this.enter();
    }
  }

  /** Fast fingers press Enter before the rows have come, and go on: what they type then is not for this text. */
  enter() {
    if (!this.isSearching) return this.takeRow(this.current());
    const { searches } = this;
    return whenAnswered(this.ready, () => searches === this.searches && this.takeRow(this.current()));
  }

  /** Whether Enter is this list's, and not the form's around it. */
  takes() {
    return this.isMarked || this.current() !== null || (this.isAwaited && this.isSearching);
  }

  /** @param {"nextElementSibling"|"previousElementSibling"} to */
  move(to) {
    const current = this.current();
    this.hasMoved = true;
    const next = current ? (current[to] ?? current) : this.list[to === "nextElementSibling" ? "firstElementChild" : "lastElementChild"];
    this.choose(next);
  }

  /** @param {HTMLLIElement|null} line */
  takeRow(line) {
    if (line) this.take(/** @type {T} */ (this.values.get(line)));
  }
}

/** @param {string} tag
 * @param {object} properties */
function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
