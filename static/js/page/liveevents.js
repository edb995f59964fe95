/** What happens in a project, as the server tells it. A browser has few connections to a site: a tab that nobody looks at leaves
 * its own to the others. */

export class LiveEvents {
  /** @param {string} project
   * @param {Record<string, (content: any) => void>} acts what is done, by what is told
   * @param {() => void} catchUp is called when something may have been missed: the network, or the page, was away
   * @param {string} query what is told at first */
  constructor(project, acts, catchUp, query = "") {
    this.url = `/live/${project}/`;
    this.acts = acts;
    this.catchUp = catchUp;
    this.wasAway = false;
    /** @type {EventSource|undefined} */
    this.source = undefined;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.source?.close() : this.connect(true)));
    window.addEventListener("pagehide", () => this.source?.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.connect(true));
    this.connect(false, query);
  }

  /** @param {boolean} wasAway whether something may have been missed
   * @param {string} query */
  connect(wasAway, query = "") {
    this.source?.close();
    this.wasAway = wasAway;
    this.source = new EventSource(this.url + query);
    for (const [name, act] of Object.entries(this.acts)) this.source.addEventListener(name, ({ data }) => act(JSON.parse(data)));
    this.source.addEventListener("error", () => (this.wasAway = true));
    this.source.addEventListener("open", () => this.wasAway && this.comeBack());
  }

  comeBack() {
    this.wasAway = false;
    this.catchUp();
  }
}
