// @ts-check
/** What others label and correct, as they do it: then the objects in view are looked at again. */
import { LiveEvents } from "../page/liveevents.js";

const PAUSE = 1000; // milliseconds in which events are gathered

export class LiveChanges {
  /** @param {string} project
   * @param {() => void} look */
  constructor(project, look) {
    this.look = look;
    /** @type {Timer | null} */
    this.waiting = null;
    const lookSoon = () => this.lookSoon();
    this.events = new LiveEvents(project, { labels: lookSoon }, lookSoon);
  }

  lookSoon() {
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      this.look();
    }, PAUSE);
  }
}
