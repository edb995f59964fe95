/** Vignettes that are carried onto a taxon of the panel, which scrolls where the pointer comes to its edge. */
import { Loop, scrollAtEdge } from "./dragloop.js";

const INSIDE = 24; // pixels of the panel that a band may run into: a hand is not a ruler

/** @typedef {(taxon: {id: number, name: string}, vignettes: HTMLElement[]) => void} OnDrop */

export class Carried {
  /** @param {HTMLElement[]} vignettes
   * @param {OnDrop} onDrop */
  constructor(vignettes, onDrop) {
    this.vignettes = vignettes;
    this.onDrop = onDrop;
    this.ghost = Object.assign(document.createElement("div"), { className: "ghost" });
    document.body.append(this.ghost);
    this.loop = new Loop(() => this.draw());
  }

  /** @param {PointerEvent} event */
  move(event) {
    this.at = event;
    this.loop.start();
  }

  draw() {
    const { clientX, clientY } = this.at;
    const taxon = taxonAt(this.at);
    if (isInPanel(this.at)) scrollAtEdge(panel(), clientY);
    if (taxon !== this.target) {
      this.target?.classList.remove("drop");
      taxon?.classList.add("drop");
      this.target = taxon;
    }
    const count = this.vignettes.length.toLocaleString("en");
    this.ghost.textContent = taxon ? `${count} → ${taxon.dataset.name}` : count;
    Object.assign(this.ghost.style, { left: `${clientX + 12}px`, top: `${clientY + 12}px` });
  }

  remove() {
    this.loop.stop();
    this.ghost.remove();
    this.target?.classList.remove("drop");
  }

  cancel() {
    this.remove();
  }

  /** @param {PointerEvent} event */
  end(event) {
    this.remove();
    const { id, name } = nameOf(taxonAt(event));
    if (id)
      this.onDrop(
        { id, name },
        this.vignettes.filter((v) => v.isConnected && !v.matches(".leaving")),
      );
  }
}

function panel() {
  return document.getElementById("taxa");
}

/** @param {PointerEvent} at */
export function isInPanel({ clientX }) {
  const box = panel()?.getBoundingClientRect();
  return Boolean(box?.width) && clientX < box.right - INSIDE;
}

/** @param {{clientX: number, clientY: number}} at
 * @returns {HTMLElement|null} */
function taxonAt({ clientX, clientY }) {
  return /** @type {HTMLElement|null} */ (document.elementFromPoint(clientX, clientY)?.closest(".taxon[data-taxon]") ?? null);
}

/** @param {HTMLElement|null} line */
function nameOf(line) {
  return { id: Number(line?.dataset.taxon ?? 0), name: line?.dataset.name ?? "" };
}
