/** The context menu of a vignette: every action for the mouse alone, and for a long press on a tablet. */

export class Menu {
  /** @param {() => {text: string, act: () => void}[]} entries asked for whenever it opens */
  constructor(element, gallery, entries) {
    this.element = element;
    this.gallery = gallery;
    this.entries = entries;
    element.addEventListener("keydown", (event) => this.key(event));
    // by hand: letting go of the right button, too, is a click beside a popover, and would close it
    document.addEventListener("pointerdown", (event) => !element.contains(event.target) && this.close());
  }

  /** @param {MouseEvent} event on a vignette */
  open(event) {
    const vignette = /** @type {Element} */ (event.target).closest(".vignette");
    if (!this.gallery.isSelected(vignette)) this.gallery.only([vignette]);
    this.gallery.focus(vignette);
    this.element.replaceChildren(...this.entries().map((entry) => this.line(entry)));
    this.element.showPopover();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    this.element.style.left = `${Math.min(event.clientX, innerWidth - width - 8)}px`;
    this.element.style.top = `${Math.min(event.clientY, innerHeight - height - 8)}px`;
    this.element.firstElementChild.focus();
  }

  line({ text, act }) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, role: "menuitem" });
    made.addEventListener("click", () => {
      this.close();
      act();
    });
    return made;
  }

  close() {
    if (!this.element.matches(":popover-open")) return;
    this.element.hidePopover();
    if (this.gallery.last?.isConnected) this.gallery.focus(this.gallery.last);
  }

  key(event) {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      return this.close();
    }
    const lines = [...this.element.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    lines[(lines.indexOf(document.activeElement) + step + lines.length) % lines.length].focus();
  }
}
