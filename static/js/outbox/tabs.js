/** The open pages of a site: which are still there, which of them sends, and a word to all of them. */

import { newKey } from "../server.js";
import { Leases } from "./leases.js";
import { Locks } from "./locks.js";

export class Tabs {
  id = newKey();

  /** @param {function(Object)} onMessage hears what other pages say */
  constructor(queue, onMessage) {
    this.queue = queue;
    this.channel = new BroadcastChannel(`seston.outbox.${queue}`);
    this.channel.onmessage = ({ data }) => onMessage(data);
  }

  /** From now on this page counts as open, until it goes. Browsers have Web Locks on https and on localhost only; where
   * they keep nothing either, the page is alone with what it has. */
  async enter(store) {
    this.claims?.end();
    const Claims = navigator.locks ? Locks : store.isLasting ? Leases : Alone;
    this.claims = new Claims(pageName(this.id), store);
    await this.claims.enter();
  }

  tell(message) {
    this.channel.postMessage(message);
  }

  /** @returns {Promise<function(string): boolean>} whether a page is open, as of now */
  async open() {
    const names = await this.claims.names();
    return (id) => names.has(pageName(id));
  }

  /** Runs the work in one page at a time; the next in line begins when the first has gone.
   * @param {function(function(): boolean|Promise<boolean>)} work asks its argument whether it is still its turn */
  alone(work, name = "outbox") {
    return this.claims.alone(`seston.${name}.${this.queue}`, work);
  }
}

class Alone {
  constructor(page) {
    this.page = page;
  }

  enter() {}

  end() {}

  alone(_, work) {
    return work(() => true);
  }

  async names() {
    return new Set([this.page]);
  }
}

function pageName(id) {
  return `seston.page.${id}`;
}
