// @ts-check
/** What a hand points at is what the next key is about, without a click. What was moved last decides: the mouse or a pen, or
 * the focus. A ring shows which; the focus itself goes there with the key, so that nobody hears of each vignette on the way,
 * and no panel fetches them all.
 *
 * A pointer that rests points at nothing that comes below it, whether by a scroll, another page or a row that closes. */
import { firstPress } from "../page/ondemand.js";

const SLACK = 4; // CSS pixels that a resting hand trembles
const ELSEWHERE = "input, select, textarea, #detail, #detail *, dialog *"; // keys are theirs while the focus is there

export class Pointing {
  /** @param {PointedGallery} gallery that hears `point` whenever it is another, or none */
  constructor(gallery) {
    this.gallery = gallery;
    /** @type {HTMLElement|null} */
    this.vignette = null;
    /** @type {{x: number, y: number}|null} */
    this.rest = null; // where the hand was when something else moved
    this.isMoving = false;
    /** @type {WeakMap<KeyboardEvent, HTMLElement|null>} */
    this.targets = new WeakMap(); // of keys: one may wait for an answer while the hand goes on
    const { element } = gallery;
    element.addEventListener("pointermove", (event) => this.move(event), { passive: true });
    for (const name of ["pointerleave", "focusin", "scroll", "return"]) element.addEventListener(name, () => this.end(), { passive: true });
    element.addEventListener("selection", () => gallery.count && this.end());
    window.addEventListener("keydown", (event) => this.remember(event), { capture: true });
  }

  /** @param {Pick<PointerEvent, "pointerType" | "buttons" | "clientX" | "clientY" | "target">} event */
  move({ pointerType, buttons, clientX: x, clientY: y, target }) {
    if (pointerType === "touch" || buttons || this.gallery.count || document.activeElement?.matches(ELSEWHERE)) return this.end();
    this.rest ??= { x, y };
    this.isMoving ||= Math.hypot(x - this.rest.x, y - this.rest.y) >= SLACK;
    const vignette = /** @type {Element} */ (target).closest(".vignette:not(.leaving)");
    if (this.isMoving && vignette) this.show(/** @type {HTMLElement} */ (vignette));
  }

  /** Something else has moved: the hand has to, before it points again. */
  end() {
    this.rest = null;
    this.isMoving = false;
    this.show(null);
  }

  /** @param {HTMLElement|null} vignette */
  show(vignette) {
    if (vignette === this.vignette) return;
    this.vignette?.classList.remove("pointed");
    vignette?.classList.add("pointed");
    this.vignette = vignette;
    this.gallery.element.toggleAttribute("data-pointing", Boolean(vignette));
    this.gallery.element.dispatchEvent(new CustomEvent("point"));
  }

  /** @param {KeyboardEvent} event */
  remember(event) {
    const press = firstPress(event);
    if (!this.targets.has(press)) this.targets.set(press, this.vignette);
  }

  /** Gives the focus to what the hand pointed at when the key was pressed. Returns whether the key may act: it does not where that
   * has left meanwhile.
   * @param {KeyboardEvent} event */
  take(event) {
    const vignette = this.targets.get(firstPress(event));
    if (!vignette || this.gallery.count) return true;
    if (!vignette.isConnected || vignette.matches(".leaving")) {
      this.end();
      return false;
    }
    this.gallery.focusPointed(vignette);
    this.end();
    return true;
  }
}
