/** Rows are dragged onto a group, or between two rows. What a finger does instead, the buttons *Cut* and *Paste* do. */
const OPENS = 700; // milliseconds above a closed group until it opens

export class Dragging {
  /** @param {import("./rows.js").TreeRows} rows
   * @param {{lift: (row: HTMLElement) => void, fits: (row: HTMLElement, where: string) => boolean, drop: (row: HTMLElement, where: string) => void}} heard */
  constructor(rows, { lift, fits, drop }) {
    this.rows = rows;
    this.lift = lift;
    this.fits = fits;
    this.drop = drop;
    this.isOn = false;
    const { root } = rows;
    root.addEventListener("dragstart", (event) => this.begin(event));
    root.addEventListener("dragover", (event) => this.over(event));
    root.addEventListener("drop", (event) => this.land(event));
    root.addEventListener("dragend", () => this.end());
  }

  /** @param {DragEvent} event */
  begin(event) {
    const row = this.rows.rowOf(event.target);
    if (!row) return;
    if (!this.rows.selected().includes(row)) this.rows.select([row]);
    this.isOn = true;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.name);
    this.lift(row);
  }

  /** @param {DragEvent} event */
  over(event) {
    const row = this.isOn && this.rows.rowOf(event.target);
    if (!row) return;
    const where = this.whereIn(row, event.clientY);
    if (!this.fits(row, where)) return this.mark(null, "");
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    this.mark(row, where);
  }

  /** The middle of a group is into it; else the nearer edge.
   * @param {HTMLElement} row */
  whereIn(row, y) {
    const { top, height } = row.getBoundingClientRect();
    const share = (y - top) / height;
    if ("group" in row.dataset && share > 0.3 && share < 0.7) return "into";
    if (share < 0.5) return "before";
    return "group" in row.dataset && this.rows.isOpen(row) ? "into" : "after";
  }

  /** @param {HTMLElement|null} row */
  mark(row, where) {
    if (this.marked === row && row?.dataset.drop === where) return;
    clearTimeout(this.opening);
    if (this.marked) delete this.marked.dataset.drop;
    this.marked = row;
    if (!row) return;
    row.dataset.drop = where;
    if (where === "into" && !this.rows.isOpen(row)) this.opening = setTimeout(() => this.rows.setOpen(row, true), OPENS);
  }

  /** @param {DragEvent} event */
  land(event) {
    const { marked } = this;
    if (!this.isOn || !marked) return;
    event.preventDefault();
    this.drop(marked, marked.dataset.drop);
    this.end();
  }

  end() {
    this.mark(null, "");
    this.isOn = false;
  }
}
