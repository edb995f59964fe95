/** Hears which revision the tree has by now: what others change is drawn. A tab that nobody looks at leaves its connection
 * to the others, of which a browser has few to a site; it catches up when somebody looks again. */

export class Listening {
  /** @param {HTMLElement} root
   * @param {(revision: number) => void} hear Infinity where something may have been missed */
  constructor(root, hear) {
    this.clustering = Number(root.dataset.clustering);
    this.hear = hear;
    this.url = `/live/${root.dataset.project}/`;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.source.close() : this.connect(true)));
    window.addEventListener("pagehide", () => this.source.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.connect(true));
    this.connect(false, `?since=${root.dataset.madeAt}`); // what happened while the page was on its way
  }

  connect(wasAway, query = "") {
    this.source?.close();
    this.wasAway = wasAway;
    this.source = new EventSource(this.url + query);
    this.source.addEventListener("tree", ({ data }) => this.take(JSON.parse(data)));
    this.source.addEventListener("error", () => (this.wasAway = true));
    this.source.addEventListener("open", () => this.wasAway && this.catchUp());
  }

  take({ clustering, revision }) {
    if (clustering === this.clustering) this.hear(revision);
  }

  catchUp() {
    this.wasAway = false;
    this.hear(Infinity);
  }
}
