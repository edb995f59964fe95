// @ts-check
/** The objects in view as a list, for keys and screen readers: one line of it is a stop of the Tab key, arrows go on. */
import { DASHES } from "./stage/outlines.js";
import { swatch } from "./swatch.js";

const MOST = 200; // that are listed

export class ObjectList {
  /** @param {HTMLElement} element
   * @param {import("./selection.js").Selection} selection
   * @param {{bench: string, colourOf: (object: ScanObject) => string, open: (object: ScanObject) => void}} uses */
  constructor(element, selection, { bench, colourOf, open }) {
    this.element = element;
    this.selection = selection;
    this.bench = bench;
    this.colourOf = colourOf;
    /** @type {ScanObject[]} */
    this.objects = [];
    this.selects = "one"; // what the focus does that comes to a line: "one", "more" or "none"
    element.addEventListener("focusin", ({ target }) => this.reached(/** @type {Element} */ (target)));
    element.addEventListener("keydown", (event) => this.press(event));
    element.addEventListener("mousedown", (event) => event.button === 0 && event.preventDefault()); // the click gives the focus
    element.addEventListener("click", (event) => this.click(event));
    element.addEventListener("dblclick", ({ target }) => {
      const object = this.objectOf(/** @type {Element} */ (target));
      if (object) open(object);
    });
  }

  /** The line in focus keeps it; where its object is no more, the one in its place has it.
   * @param {ScanObject[]} objects in view */
  show(objects) {
    const focused = /** @type {HTMLAnchorElement} */ (document.activeElement);
    const place = this.links.indexOf(focused);
    this.objects = objects.slice(0, MOST);
    this.element.replaceChildren(...this.objects.map((object) => this.line(object)));
    this.mark();
    if (place >= 0) this.focusBy("none", this.linkOf(Number(focused.dataset.id)) ?? this.links[Math.min(place, this.links.length - 1)]);
  }

  /** @param {ScanObject} object */
  line(object) {
    const line = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `${this.bench}?id=${object.id}`, tabIndex: -1 });
    link.dataset.id = String(object.id);
    const name = Object.assign(document.createElement("span"), { textContent: object.taxon?.name ?? "unclassified" });
    const state = Object.assign(document.createElement("span"), { className: "hint", textContent: object.taxon ? object.state : object.original_id });
    const words = Object.assign(document.createElement("span"), { className: "visually-hidden selected" });
    link.append(swatch(this.colourOf(object), DASHES[object.state] ?? []), name, state, words);
    link.title = `${object.original_id}: Enter or a double click opens it on the bench`;
    line.append(link);
    return line;
  }

  get links() {
    return [...this.element.querySelectorAll("a")];
  }

  /** @param {number} id
   * @returns {HTMLAnchorElement | null} */
  linkOf(id) {
    return this.element.querySelector(`[data-id="${id}"]`);
  }

  /** @param {Element} target */
  objectOf(target) {
    const link = /** @type {HTMLElement | null} */ (target.closest("[data-id]"));
    return this.objects.find(({ id }) => String(id) === link?.dataset.id);
  }

  /** Says which are selected; the latest of them is where Tab stops. */
  mark() {
    const { links } = this;
    const last = this.selection.ids.at(-1);
    const stop = links.find((link) => link.dataset.id === String(last)) ?? links[0];
    for (const link of links) {
      const isSelected = this.selection.has(Number(link.dataset.id));
      link.classList.toggle("is-selected", isSelected);
      /** @type {Element} */ (link.querySelector(".selected")).textContent = isSelected ? ", selected" : "";
      link.tabIndex = link === stop ? 0 : -1;
    }
  }

  /** Its line has the focus, where it has one; nothing else is selected by that.
   * @param {number} id */
  focus(id) {
    this.focusBy("none", this.linkOf(id));
  }

  /** @param {string} selects
   * @param {HTMLElement | null | undefined} link */
  focusBy(selects, link) {
    this.selects = selects;
    link?.focus({ preventScroll: selects === "none" }); // on a phone the list is below what was clicked
    this.selects = "one";
  }

  /** @param {Element} target */
  reached(target) {
    const object = this.objectOf(target);
    if (!object || this.selects === "none") return;
    if (this.selects === "more") this.selection.add([object]);
    else this.selection.only([object]);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { links } = this;
    const place = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const places = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: links.length - 1 };
    if (event.key === " ") this.selection.toggle(this.objects[place]);
    else if (event.key in places) this.focusBy(event.shiftKey ? "more" : event.ctrlKey ? "none" : "one", links[places[event.key]]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A click selects; with Shift more than one. Enter, and a click with the keys that open a tab, follow the link.
   * @param {MouseEvent} event */
  click(event) {
    const object = this.objectOf(/** @type {Element} */ (event.target));
    if (!object || !event.detail || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey) this.selection.toggle(object);
    else this.selection.only([object]);
    this.focus(object.id);
  }
}
