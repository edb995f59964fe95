/** What a person has chosen for themselves, on whatever machine: keys, quick taxa, the look of the gallery. What was changed
 * here is sent and nothing else, for another page of theirs may have newer ones of the rest; and one request after the other,
 * so that the last choice stands. */
const SOON = 300; // milliseconds in which more may change

export class Preferences {
  /** @param {import("./server.js").Server} server
   * @param {{textContent: string|null}} element with what the server has, as JSON */
  constructor(server, element) {
    this.server = server;
    const { keys = {}, quick = {}, layout = {} } = JSON.parse(element.textContent ?? "{}");
    this.own = { keys, quick, layout };
    /** @type {Map<keyof OwnPreferences, symbol>} */
    this.unsaved = new Map(); // what was changed here → by which change
    this.saving = Promise.resolve();
    window.addEventListener("pagehide", () => this.saveLate());
  }

  /** @param {keyof OwnPreferences} name of what was changed */
  save(name) {
    this.unsaved.set(name, Symbol(name));
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.saving = this.saving.then(() => this.send());
    }, SOON);
  }

  async send() {
    const changes = [...this.unsaved];
    if (!changes.length) return;
    await this.server.post("/me/preferences/", this.changed());
    for (const [name, change] of changes) if (this.unsaved.get(name) === change) this.unsaved.delete(name);
  }

  /** As it is now: what is changed later is another request. */
  changed() {
    return structuredClone(Object.fromEntries([...this.unsaved.keys()].map((name) => [name, this.own[name]])));
  }

  /** What was chosen just before the page is left, and what no answer has come to yet. */
  saveLate() {
    clearTimeout(this.waiting);
    if (this.unsaved.size) this.server.postLate("/me/preferences/", this.changed());
  }
}
