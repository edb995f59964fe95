/** Short answers between the vignettes and the buttons: they take room of their own, so that they cover nothing. What was
 * done goes by itself, but not while somebody reads or holds it; what went wrong stays until it is closed. */
const STAYS = 10_000; // milliseconds
const LONG = 120; // letters, which may be more than a toast shows
const MOST = 3; // at a time

/** Where the focus goes when a toast is closed: to `last`, else to `element`.
 * @typedef {{last: HTMLElement|null, element: HTMLElement, focus?: (last: any) => void}} FocusBack */

/** @typedef {{act?: string, onAct?: () => void, hint?: string}} Offer a button beside the words, and its keys */

export class Toasts {
  /** @param {HTMLElement} element holds a list for what was done (role=status) and one for what went wrong (role=alert)
   * @param {FocusBack} gallery */
  constructor(element, gallery) {
    this.element = element;
    this.gallery = gallery;
    /** @type {WeakMap<Element, Toast>} */
    this.toasts = new WeakMap();
    element.addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("keydown", (event) => event.key === "F6" && this.enter(event));
  }

  /** @param {string} words
   * @param {Offer} offer */
  done(words, offer = {}) {
    const list = this.list("status");
    for (const old of [...list.children].slice(0, Math.max(0, list.children.length - MOST + 1))) this.toasts.get(old)?.close();
    return this.open(list, words, offer, STAYS);
  }

  /** @param {string} words */
  error(words) {
    return this.open(this.list("alert"), words, {}, null);
  }

  /** @param {"status"|"alert"} role */
  list(role) {
    return /** @type {HTMLElement} */ (this.element.querySelector(`[role=${role}]`));
  }

  /** @param {HTMLElement} list
   * @param {string} words
   * @param {Offer} offer
   * @param {number|null} stays milliseconds, null until it is closed */
  open(list, words, offer, stays) {
    const toast = new Toast(this, words, offer, stays);
    list.append(toast.element);
    this.toasts.set(toast.element, toast);
    this.makeRoom();
    return toast;
  }

  /** The gallery is lower now: the vignette in hand stays in sight. */
  makeRoom() {
    if (this.gallery.last?.isConnected) this.gallery.last.scrollIntoView({ block: "nearest" });
  }

  /** F6 goes to the newest answer, and back.
   * @param {KeyboardEvent} event */
  enter(event) {
    const newest = this.element.querySelector(":scope > :last-child > :last-child button, :scope > :first-child > :last-child button");
    if (!newest || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (this.element.contains(document.activeElement)) this.leave();
    else newest.focus();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const toast = event.target instanceof Element && event.target.closest(".toast");
    if (event.key !== "Escape" || !toast) return;
    event.stopPropagation();
    this.toasts.get(toast)?.close();
  }

  leave() {
    const { gallery } = this;
    if (gallery.last?.isConnected) gallery.focus?.(gallery.last);
    else gallery.element.focus();
  }
}

class Toast {
  /** @param {Toasts} toasts
   * @param {string} words
   * @param {Offer} offer
   * @param {number|null} stays */
  constructor(toasts, words, { act, onAct, hint }, stays) {
    this.toasts = toasts;
    this.element = Object.assign(document.createElement("div"), { className: "toast" });
    this.text = document.createElement("p");
    this.say(words);
    this.button = act ? this.makeButton(act, onAct) : null;
    if (hint) this.explain(hint);
    const close = this.makeButton("×");
    close.className = "plain";
    close.setAttribute("aria-label", "Close this message");
    this.element.append(...(this.button ? [this.button] : []), close);
    this.element.prepend(this.text);
    if (stays) this.goByItself(stays);
  }

  /** Heard with the words, and seen when the pointer rests on the button: the line stays short.
   * @param {string} hint */
  explain(hint) {
    if (this.button) this.button.title = hint;
    this.element.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` ${hint}` }));
  }

  /** @param {string} words */
  say(words) {
    this.text.textContent = words;
    this.text.title = words.length > LONG ? words : "";
  }

  /** @param {string} text */
  makeButton(text, onPress = () => {}) {
    const element = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    element.addEventListener("click", () => {
      this.close();
      onPress();
    });
    return element;
  }

  /** Waits as long as the pointer or the focus is on it, or nobody looks at the tab.
   * @param {number} stays milliseconds */
  goByItself(stays) {
    const isHeld = () => document.hidden || this.element.matches(":hover, :focus-within");
    const wait = () => {
      this.timer = setTimeout(() => (isHeld() ? wait() : this.close()), stays);
    };
    wait();
  }

  close() {
    clearTimeout(this.timer);
    const hadFocus = this.element.contains(document.activeElement);
    this.element.remove();
    if (hadFocus) this.toasts.leave();
  }
}
