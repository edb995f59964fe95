/** What a person has chosen for themselves, on whatever machine: keys, quick taxa, the look of the gallery. */

export class Preferences {
  constructor(server, element) {
    this.server = server;
    const { keys = {}, quick = {}, layout = {} } = JSON.parse(element.textContent);
    this.own = { keys, quick, layout };
  }

  save() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.server.post("/me/preferences/", this.own), 300);
  }
}
