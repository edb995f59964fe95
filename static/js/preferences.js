/** What a person has chosen for themselves, on whatever machine: keys, quick taxa, the look of the gallery. */
const SOON = 300; // milliseconds in which more may change

export class Preferences {
  constructor(server, element) {
    this.server = server;
    const { keys = {}, quick = {}, layout = {} } = JSON.parse(element.textContent);
    this.own = { keys, quick, layout };
    window.addEventListener("pagehide", () => this.saveLate());
  }

  save() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.server.post("/me/preferences/", this.own);
    }, SOON);
  }

  /** What was chosen just before the page is left. */
  saveLate() {
    if (!this.waiting) return;
    clearTimeout(this.waiting);
    this.waiting = null;
    this.server.postLate("/me/preferences/", this.own);
  }
}
