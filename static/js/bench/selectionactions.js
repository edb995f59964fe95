/** What comes when something is in hand, a selection or the focused vignette: the actions, over the vignettes, and once in a
 * project the panel beside them. Whether the panel stays is the person's choice on this machine, a project each. */
const REST = 350; // milliseconds that a hand keeps still until the panel comes: a double click is over then
const WIDE = "(min-width: 1101px)"; // elsewhere it would cover the vignettes

export class SelectionActions {
  /** @param {HTMLElement} root
   * @param {Gallery} gallery */
  constructor(root, gallery) {
    this.gallery = gallery;
    this.actions = root.querySelector(".actions");
    this.panel = root.querySelector(".detail");
    this.button = root.querySelector("[data-drawer=detail]");
    this.name = `seston.panel.${root.dataset.project}`;
    this.isReview = root.dataset.reviewing === "review";
    this.isWide = matchMedia(WIDE).matches;
    if (this.isWide && this.choice === "open") this.setPanel(true);
    this.panel.addEventListener("drawer", () => this.keep());
    this.panel.querySelector(".close").addEventListener("click", () => this.close());
    gallery.element.addEventListener("look", () => this.come());
    for (const name of ["selection", "focusout"]) gallery.element.addEventListener(name, () => this.showActions());
    this.actions?.addEventListener("focusout", () => this.showActions());
    window.addEventListener("pointermove", () => this.waiting && this.waitForRest(), { passive: true });
  }

  get choice() {
    return localStorage.getItem(this.name);
  }

  keep() {
    if (this.isWide) localStorage.setItem(this.name, this.panel.classList.contains("open") ? "open" : "closed");
  }

  /** The actions at once, the panel when the eye rests: unless it was folded away before, or for a review, whose vignettes stay below the
   * hand that points at them. */
  come() {
    this.showActions();
    if (this.isWide && !this.choice && !this.isReview) this.waitForRest();
  }

  /** The panel moves the vignettes: not below a hand that aims at the next one. */
  waitForRest() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      if (this.choice) return;
      this.setPanel(true);
      this.keep();
      this.panel.dispatchEvent(new CustomEvent("drawer", { bubbles: true }));
      this.gallery.last?.scrollIntoView({ block: "nearest" });
    }, REST);
  }

  togglePanel() {
    this.button.click();
  }

  /** The work goes on at the vignette in hand. */
  close() {
    this.togglePanel();
    this.gallery.framed?.focus({ preventScroll: true });
  }

  setPanel(isOpen) {
    this.panel.classList.toggle("open", isOpen);
    this.button.setAttribute("aria-expanded", String(isOpen));
  }

  /** In the next frame: the focus is between two places while it moves. */
  showActions() {
    if (!this.actions || "always" in this.actions.dataset) return;
    this.showing ??= requestAnimationFrame(() => {
      this.showing = null;
      const { activeElement } = document;
      const isHeld = this.gallery.focused() || this.actions.contains(activeElement) || document.querySelector("dialog:modal");
      this.actions.hidden = !isHeld && !this.gallery.selected().length;
    });
  }
}
