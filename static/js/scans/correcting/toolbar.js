// @ts-check
/** The toolbar of the tools: one stop of the Tab key, arrows go on in it. */

export class Toolbar {
  /** @param {HTMLElement} element
   * @param {(tool: string) => void} press */
  constructor(element, press) {
    this.element = element;
    element.addEventListener("click", ({ target }) => {
      const button = /** @type {Element} */ (target).closest("button");
      if (button && button.ariaDisabled !== "true") press(String(button.dataset.tool));
    });
    element.addEventListener("focusin", ({ target }) => this.stopAt(/** @type {HTMLElement} */ (target)));
    element.addEventListener("keydown", (event) => this.move(event));
    this.stopAt(this.buttons[0]);
  }

  get buttons() {
    return [...this.element.querySelectorAll("button")];
  }

  /** @param {HTMLElement} button where Tab stops */
  stopAt(button) {
    for (const each of this.buttons) each.tabIndex = each === button ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const { buttons } = this;
    const place = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const places = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: buttons.length - 1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    event.stopPropagation();
    buttons.at(places[event.key] % buttons.length)?.focus();
  }

  /** @param {string} tool that is in hand */
  show(tool) {
    for (const button of this.buttons) if (button.ariaPressed !== null) button.ariaPressed = String(button.dataset.tool === tool);
  }

  /** @param {(tool: string) => boolean} can Those that cannot be used now stay where they are, and say so. */
  allow(can) {
    for (const button of this.buttons) button.ariaDisabled = String(!can(String(button.dataset.tool)));
  }
}
