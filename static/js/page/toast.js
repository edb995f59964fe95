/** Short answers between the vignettes and the buttons: they take room of their own, so that they cover nothing. What was
 * done goes by itself, but not while somebody reads or holds it; what went wrong stays until it is closed. */
const STAYS = 10_000; // milliseconds
const LONG = 120; // letters, which may be more than a toast shows
const MOST = 3; // at a time

export class Toasts {
  /** @param {HTMLElement} element holds a list for what was done (role=status) and one for what went wrong (role=alert)
   * @param {Gallery} gallery that gets the focus back */
  constructor(element, gallery) {
    this.element = element;
    this.gallery = gallery;
    /** @type {WeakMap<Element, Toast>} */
    this.toasts = new WeakMap();
    element.addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("keydown", (event) => event.key === "F6" && this.enter(event));
  }

  /** @param {string} words
   * @param {{act?: string, onAct?: () => void, hint?: string}} offer a button beside the words, and its keys */
  done(words, offer = {}) {
    const list = this.element.querySelector("[role=status]");
    for (const old of [...list.children].slice(0, Math.max(0, list.children.length - MOST + 1))) this.toasts.get(old).close();
    return this.open(list, words, offer, STAYS);
  }

  error(words) {
    return this.open(this.element.querySelector("[role=alert]"), words, {}, null);
  }

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

  /** F6 goes to the newest answer, and back. */
  enter(event) {
    const newest = this.element.querySelector(":scope > :last-child > :last-child button, :scope > :first-child > :last-child button");
    if (!newest || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (this.element.contains(document.activeElement)) this.leave();
    else newest.focus();
  }

  press(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.toasts.get(event.target.closest(".toast")).close();
  }

  leave() {
    if (this.gallery.last?.isConnected) this.gallery.focus(this.gallery.last);
    else this.gallery.element.focus();
  }
}

class Toast {
  constructor(toasts, words, { act, onAct, hint }, stays) {
    this.toasts = toasts;
    this.stays = stays;
    this.element = Object.assign(document.createElement("div"), { className: "toast" });
    this.text = document.createElement("p");
    this.say(words);
    this.button = act && this.makeButton(act, onAct);
    if (hint) this.explain(hint);
    const close = this.makeButton("×", () => {});
    close.className = "plain";
    close.setAttribute("aria-label", "Close this message");
    this.element.append(...(act ? [this.button] : []), close);
    this.element.prepend(this.text);
    if (stays) this.goByItself();
  }

  /** Heard with the words, and seen when the pointer rests on the button: the line stays short. */
  explain(hint) {
    this.button.title = hint;
    this.element.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` ${hint}` }));
  }

  say(words) {
    this.text.textContent = words;
    this.text.title = words.length > LONG ? words : "";
  }

  makeButton(text, onPress) {
    const element = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    element.addEventListener("click", () => {
      this.close();
      onPress();
    });
    return element;
  }

  /** Waits as long as the pointer or the focus is on it, or nobody looks at the tab. */
  goByItself() {
    const isHeld = () => document.hidden || this.element.matches(":hover, :focus-within");
    const wait = () => {
      this.timer = setTimeout(() => (isHeld() ? wait() : this.close()), this.stays);
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
