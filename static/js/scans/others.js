// @ts-check
/** What others label and correct, as they do it: then the objects in view are looked at again. */

const PAUSE = 1000; // milliseconds in which events are gathered

export class Others {
  /** @param {string} project
   * @param {() => void} look */
  constructor(project, look) {
    this.url = `/live/${project}/`;
    this.look = look;
    /** @type {Timer | null} */
    this.waiting = null;
    this.connect();
    // a browser has few connections to a site: a tab that nobody looks at leaves its own to the others
    document.addEventListener("visibilitychange", () => (document.hidden ? this.source.close() : this.comeBack()));
    window.addEventListener("pagehide", () => this.source.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.comeBack());
  }

  connect() {
    this.source?.close();
    this.source = new EventSource(this.url);
    this.source.addEventListener("labels", () => this.lookSoon());
  }

  /** Something may have been missed. */
  comeBack() {
    this.connect();
    this.lookSoon();
  }

  lookSoon() {
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      this.look();
    }, PAUSE);
  }
}
