/** The open pages of a site: which are still there, which of them sends, and a word to all of them.
 *
 * Browsers have Web Locks on https and on localhost only. Elsewhere every page sends: the server tells repeats by their
 * keys, so nothing is written twice. */
import { newKey } from "../server.js";

const locks = navigator.locks;

export class Tabs {
  id = newKey();

  /** @param {function(Object)} onMessage hears what other pages say */
  constructor(queue, onMessage) {
    this.queue = queue;
    this.channel = new BroadcastChannel(`seston.outbox.${queue}`);
    this.channel.onmessage = ({ data }) => onMessage(data);
  }

  /** From now on this page counts as open, until the browser sees it go. */
  async enter() {
    if (locks) await new Promise((resolve) => locks.request(`seston.page.${this.id}`, () => (resolve(), forever())));
  }

  tell(message) {
    this.channel.postMessage(message);
  }

  /** @returns {Promise<function(string): boolean>} whether a page is open, as of now */
  async open() {
    if (!locks) return (id) => id === this.id;
    const { held } = await locks.query();
    const names = new Set(held.map(({ name }) => name));
    return (id) => names.has(`seston.page.${id}`);
  }

  /** Runs the work in one page at a time; the next in line begins when the first has gone. */
  alone(work) {
    return locks ? locks.request(`seston.outbox.${this.queue}`, work) : work();
  }

  /** Runs the work while no other page runs the same. */
  once(name, work) {
    return locks ? locks.request(`seston.${name}.${this.queue}`, work) : work();
  }
}

function forever() {
  return new Promise(() => {});
}
