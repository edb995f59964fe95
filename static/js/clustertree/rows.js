/** The rows of the tree: which has the focus, which are selected, which groups are open. */
import { listenToKeys } from "./rowkeys.js";

const FEW = 30; // rows that are all shown at first

export class TreeRows {
  /** @param {HTMLElement} root of the page's tree
   * @param {{open: (row: HTMLElement) => void, changed: () => void, load: (groups: HTMLElement[]) => void}} handlers `load` draws
   *   what lies in groups that were opened */
  constructor(root, { open, changed, load }) {
    this.root = root;
    this.open = open;
    this.changed = changed;
    this.load = load;
    this.mayLabel = "mayLabel" in root.dataset;
    this.memory = `tree-${root.dataset.clustering}`;
    /** @type {Set<string>} groups that are open */
    this.opened = new Set(JSON.parse(sessionStorage.getItem(this.memory) ?? "[]"));
    /** @type {string|null} where Shift begins */
    this.anchor = null;
    listenToKeys(this);
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("dblclick", ({ target }) => this.rowOf(target) && this.enter(this.rowOf(target)));
    root.addEventListener("focusin", ({ target }) => this.rowOf(target) && this.stand(this.rowOf(target)));
    this.drawAnew();
  }

  /** @returns {HTMLElement} */
  get list() {
    return this.root.querySelector("[role=tree]");
  }

  /** @returns {HTMLElement[]} */
  all() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]);
  }

  /** Whether what lies in closed groups is not here. */
  get isPartial() {
    return "partial" in this.list.dataset;
  }

  visible() {
    return this.all().filter(({ hidden }) => !hidden);
  }

  /** @returns {HTMLElement|null} where the focus is, or comes back to */
  get current() {
    return this.list.querySelector("[tabindex='0']");
  }

  selected() {
    return this.all().filter((row) => row.getAttribute("aria-selected") === "true");
  }

  /** What an action is about: what is selected, else the row that has the focus. */
  chosen() {
    const selected = this.selected();
    if (selected.length) return selected;
    return this.current && this.current === document.activeElement ? [this.current] : [];
  }

  /** @returns {HTMLElement|null} */
  rowOf(target) {
    return target instanceof Element ? /** @type {HTMLElement|null} */ (target.closest("[role=treeitem]")) : null;
  }

  // --- After the rows came from the server --------------------------------------------------------------------------

  drawAnew() {
    const rows = this.all();
    const isSmall = rows.length <= FEW && !this.isPartial && !sessionStorage.getItem(this.memory);
    for (const row of rows) {
      row.style.setProperty("--level", row.getAttribute("aria-level"));
      if ("group" in row.dataset && isSmall) this.opened.add(row.dataset.id);
    }
    this.fold();
    this.stand(this.current ?? rows[0], false);
  }

  /** Hides what lies in closed groups. */
  fold() {
    const closed = new Set();
    for (const row of this.all()) {
      const { id, parent } = row.dataset;
      row.hidden = closed.has(parent);
      const isOpen = this.opened.has(id);
      if ("group" in row.dataset) row.setAttribute("aria-expanded", String(isOpen));
      if (row.hidden || ("group" in row.dataset && !isOpen)) closed.add(id);
    }
    sessionStorage.setItem(this.memory, JSON.stringify([...this.opened]));
  }

  /** The rows anew; focus, selection and open groups stay.
   * @param {string} html
   * @param {{focus?: string, select?: string[]}} then numbers of rows */
  replace(html, { focus, select } = {}) {
    const hadFocus = this.list.contains(document.activeElement) || focus !== undefined;
    const at = this.visible().indexOf(this.current);
    const focused = focus ?? this.current?.dataset.id;
    const selected = new Set(select ?? this.selected().map(({ dataset }) => dataset.id));
    this.list.parentElement.innerHTML = html;
    for (const row of this.all()) if (selected.has(row.dataset.id)) row.setAttribute("aria-selected", "true");
    this.show(focused);
    this.drawAnew();
    const row = this.byId(focused) ?? this.visible()[Math.min(at, this.visible().length - 1)];
    if (row) this.stand(row, hadFocus);
    this.changed();
  }

  byId(id) {
    return /** @type {HTMLElement|null} */ (this.list.querySelector(`#row-${CSS.escape(id ?? "")}`));
  }

  /** Opens the groups around a row. */
  show(id) {
    for (let row = this.byId(id); row?.dataset.parent; row = this.byId(row.dataset.parent)) this.opened.add(row.dataset.parent);
  }

  // --- Focus and selection ------------------------------------------------------------------------------------------

  /** @param {HTMLElement|undefined} row */
  stand(row, focus = false) {
    if (!row) return;
    for (const other of this.list.querySelectorAll("[tabindex='0']")) if (other !== row) other.setAttribute("tabindex", "-1");
    row.tabIndex = 0;
    if (focus) row.focus();
    this.changed();
  }

  /** @param {HTMLElement[]} rows */
  select(rows) {
    if (!this.mayLabel) return;
    for (const row of this.all()) row.setAttribute("aria-selected", String(rows.includes(row)));
    this.changed();
  }

  toggle(row) {
    const rows = this.selected();
    this.select(rows.includes(row) ? rows.filter((other) => other !== row) : [...rows, row]);
    this.anchor = row.dataset.id;
  }

  /** All rows in sight from where Shift began. */
  selectTo(row) {
    const rows = this.visible();
    const from = Math.max(0, rows.indexOf(this.byId(this.anchor) ?? row));
    const [first, last] = [from, rows.indexOf(row)].sort((a, b) => a - b);
    this.select(rows.slice(first, last + 1));
  }

  /** A finger has no keys to hold: each touch adds, or takes away. */
  click(event) {
    const row = this.rowOf(event.target);
    if (!row) return;
    this.stand(row, true);
    if (event.target.closest(".twisty") && "group" in row.dataset) return this.setOpen(row, !this.isOpen(row));
    if (event.shiftKey) return this.selectTo(row);
    if (event.ctrlKey || event.metaKey || event.pointerType === "touch") return this.toggle(row);
    this.anchor = row.dataset.id;
    this.select([row]);
  }

  isOpen(row) {
    return row.getAttribute("aria-expanded") === "true";
  }

  setOpen(row, isOpen) {
    if (isOpen) this.opened.add(row.dataset.id);
    else this.opened.delete(row.dataset.id);
    this.fold();
    if (isOpen && this.isMissing(row)) this.load([row]);
  }

  /** Whether what lies in a group is not here yet. */
  isMissing(row) {
    const next = row.nextElementSibling;
    return this.isPartial && !(next instanceof HTMLElement && next.dataset.parent === row.dataset.id);
  }

  enter(row) {
    if ("group" in row.dataset) this.setOpen(row, !this.isOpen(row));
    else this.open(row);
  }
}
