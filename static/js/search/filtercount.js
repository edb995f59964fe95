/** How many objects the chosen filters match, before they are applied: asked a moment after the last change. It is never
 * waited for, and an answer that was overtaken is dropped. */
const REST = 300; // milliseconds without a change
const LONG = 1500; // milliseconds after which it is said that counting takes long

const TAKES_LONG = "Counting takes long here: you can show them without the number.";

export class FilterCount {
  /** @param {HTMLFormElement} form with the address of the count
   * @param {(words: string) => string} inFormWords a refusal, about the field as the form names it */
  constructor(form, inFormWords) {
    this.form = form;
    this.inFormWords = inFormWords;
    this.button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
    this.status = form.querySelector("[role=status]");
    this.overtaken = new AbortController();
    form.addEventListener("input", () => this.soon());
    this.soon(0);
  }

  soon(rest = REST) {
    this.overtaken.abort();
    this.overtaken = new AbortController();
    this.button.textContent = "Show";
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.ask(this.overtaken.signal), rest);
  }

  /** @param {AbortSignal} signal says that another question came after this one */
  async ask(signal) {
    const slow = setTimeout(() => this.say(TAKES_LONG), LONG);
    const answer = await fetch(`${this.form.dataset.count}?${filterOf(this.form)}`, { signal }).catch(() => null);
    const body = await answer?.json().catch(() => null);
    clearTimeout(slow);
    if (signal.aborted) return;
    if (answer?.ok && body) this.show(body);
    else this.say(answer?.status === 400 ? this.inFormWords(body?.detail ?? "") : "");
  }

  /** @param {{count: number|null, is_at_least: boolean}} total */
  show({ count, is_at_least: isAtLeast }) {
    if (count === null) return this.say(TAKES_LONG);
    const objects = `${isAtLeast ? "more than " : ""}${count.toLocaleString("en")} ${count === 1 ? "object" : "objects"}`;
    this.button.textContent = `Show ${objects}`;
    this.say(`${objects} ${count === 1 ? "matches" : "match"}.`, true);
  }

  /** @param {string} words
   * @param {boolean} isOnButton so that they are read aloud only */
  say(words, isOnButton = false) {
    this.status.className = isOnButton ? "visually-hidden" : "hint";
    this.status.textContent = words;
  }
}

/** What the form asks, without what only says how the page looks.
 * @param {HTMLFormElement} form */
function filterOf(form) {
  const look = new Set([...form.querySelectorAll("[data-look]")].map((input) => /** @type {HTMLInputElement} */ (input).name));
  return new URLSearchParams([...new FormData(form)].flatMap(([name, value]) => (value && !look.has(name) ? [[name, String(value)]] : [])));
}
