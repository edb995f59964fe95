// @ts-check
/** The corrections of a scan, the newest first: who made which and when, and what was undone. Fetched when it is opened. */

/** @typedef {{id: number, words: string, author: string | null, created: string, undone: {who: string | null, when: string} | null, may_undo: boolean}} ListedCorrection */

export class History {
  /** @param {HTMLDetailsElement} element
   * @param {Pick<Server, "get">} server
   * @param {string} path
   * @param {(id: number) => Promise<object | null>} undo */
  constructor(element, server, path, undo) {
    this.element = element;
    this.server = server;
    this.path = path;
    this.undo = undo;
    this.list = /** @type {HTMLOListElement} */ (element.querySelector("ol"));
    this.more = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
    this.status = /** @type {Element} */ (element.querySelector("p"));
    this.next = "";
    this.turn = 0; // counts what was asked for: only the answer to the latest is listed
    element.addEventListener("toggle", () => this.refresh());
    this.more.addEventListener("click", () => this.load(this.next));
    this.list.addEventListener("click", ({ target }) => this.press(/** @type {Element} */ (target).closest("button")));
  }

  refresh() {
    if (this.element.open) this.load("");
  }

  /** @param {string} before empty for the newest */
  async load(before) {
    this.turn += 1;
    const { turn } = this;
    const answer = await this.server.get(`${this.path}${before && `?before=${before}`}`);
    if (turn !== this.turn) return;
    if (!answer) return this.say("The corrections could not be fetched. Close and open this to try again.");
    const lines = answer.results.map((/** @type {ListedCorrection} */ correction) => this.line(correction));
    if (before) this.list.append(...lines);
    else this.list.replaceChildren(...lines);
    this.next = String(answer.next ?? "");
    this.more.hidden = !this.next;
    this.say(this.list.children.length ? "" : "Nothing was corrected on this scan yet.");
  }

  /** @param {string} words */
  say(words) {
    this.status.textContent = words;
  }

  /** @param {ListedCorrection} correction */
  line({ id, words, author, created, undone, may_undo: mayUndo }) {
    const line = document.createElement("li");
    line.append(words, hint(` ${byWhom(author, created)}`));
    if (undone) line.append(hint(`; undone by ${byWhom(undone.who, undone.when)}`));
    if (mayUndo)
      line.append(
        " ",
        Object.assign(document.createElement("button"), {
          type: "button",
          className: "plain",
          value: String(id),
          textContent: "Undo",
          ariaLabel: `Undo: ${words}`,
        }),
      );
    return line;
  }

  /** The focus stays in the list when the button goes.
   * @param {HTMLButtonElement | null} button */
  async press(button) {
    if (!button || !(await this.undo(Number(button.value)))) return;
    this.element.querySelector("summary")?.focus();
  }
}

/** @param {string | null} name
 * @param {string} moment */
function byWhom(name, moment) {
  const at = new Date(moment).toLocaleString("en-GB", { timeZone: "UTC", dateStyle: "medium", timeStyle: "short" });
  return `${name ?? "somebody"}, ${at} UTC`;
}

/** @param {string} words */
function hint(words) {
  return Object.assign(document.createElement("span"), { className: "hint", textContent: words });
}
