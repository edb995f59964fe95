// @ts-check
/** What others label and correct, as they do it: then the objects in view are looked at again. */
import { Listening } from "../page/listening.js";

const PAUSE = 1000; // milliseconds in which events are gathered

export class Others {
  /** @param {string} project
   * @param {() => void} look */
  constructor(project, look) {
    this.look = look;
    /** @type {Timer | null} */
    this.waiting = null;
    const lookSoon = () => this.lookSoon();
    this.listening = new Listening(project, { labels: lookSoon }, lookSoon);
  }

  lookSoon() {
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      this.look();
    }, PAUSE);
  }
}
