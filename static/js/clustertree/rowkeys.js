/** Keys on the rows of the tree, as the WAI-ARIA pattern of a tree has them (https://www.w3.org/WAI/ARIA/apg/patterns/treeview/). */

const TYPING = 700; // milliseconds until a letter begins another word

/** @param {import("./rows.js").TreeRows} rows */
export function listenToKeys(rows) {
  const keys = new RowKeys(rows);
  rows.root.addEventListener("keydown", (event) => keys.press(event));
}

class RowKeys {
  /** @param {import("./rows.js").TreeRows} rows */
  constructor(rows) {
    this.rows = rows;
    this.typed = ""; // of a name, so far
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const row = this.rows.rowOf(event.target);
    if (!row || event.altKey || event.defaultPrevented) return;
    const act = event.ctrlKey || event.metaKey ? this.controlled(event, row) : this.actOf(event, row);
    if (!act) return;
    event.preventDefault();
    act();
  }

  controlled({ key }, row) {
    if (key === " ") return () => this.rows.toggle(row);
    if (key.toLowerCase() === "a") return () => this.rows.select(this.rows.all().filter(({ dataset }) => dataset.parent === row.dataset.parent));
    return undefined;
  }

  /** @returns {(() => void)|undefined} */
  actOf({ key, shiftKey }, row) {
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowDown: () => this.step(row, +1, shiftKey),
      ArrowUp: () => this.step(row, -1, shiftKey),
      ArrowRight: () => this.right(row),
      ArrowLeft: () => this.left(row),
      Home: () => this.go(this.rows.visible()[0]),
      End: () => this.go(this.rows.visible().at(-1)),
      Enter: () => this.rows.enter(row),
      Escape: () => this.rows.select([]),
      " ": () => this.rows.toggle(row),
      "*": () => this.openSiblings(row),
    };
    if (acts[key]) return acts[key];
    return /^[\p{L}\p{N}]$/u.test(key) ? () => this.find(row, key) : undefined;
  }

  go(row) {
    if (row) this.rows.stand(row, true);
  }

  step(row, by, isRange) {
    const rows = this.rows.visible();
    const next = rows[rows.indexOf(row) + by];
    if (!next) return;
    if (isRange && !this.rows.selected().includes(row)) this.rows.anchor = row.dataset.id;
    this.go(next);
    if (isRange) this.rows.selectTo(next);
  }

  right(row) {
    if (!("group" in row.dataset)) return;
    if (!this.rows.isOpen(row)) return this.rows.setOpen(row, true);
    const next = row.nextElementSibling;
    if (next instanceof HTMLElement && next.dataset.parent === row.dataset.id) this.go(next);
  }

  left(row) {
    if ("group" in row.dataset && this.rows.isOpen(row)) return this.rows.setOpen(row, false);
    this.go(this.rows.byId(row.dataset.parent));
  }

  openSiblings(row) {
    const groups = this.rows.all().filter(({ dataset }) => "group" in dataset && dataset.parent === row.dataset.parent);
    for (const { dataset } of groups) this.rows.opened.add(dataset.id);
    this.rows.fold();
    if (groups.some((group) => this.rows.isMissing(group))) this.rows.load(groups);
  }

  /** The next row whose name begins with what was typed, or holds it as a word. */
  find(row, letter) {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => (this.typed = ""), TYPING);
    this.typed += letter.toLowerCase();
    const rows = this.rows.visible();
    const from = rows.indexOf(row) + (this.typed.length > 1 ? 0 : 1);
    const inTurn = [...rows.slice(from), ...rows.slice(0, from)];
    const words = (other) => ` ${other.dataset.name.toLowerCase()}`;
    this.go(inTurn.find((other) => words(other).startsWith(` ${this.typed}`)) ?? inTurn.find((other) => words(other).includes(` ${this.typed}`)));
  }
}
