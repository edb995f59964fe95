/** The open pages of a site: which are still there, which of them sends, and a word to all of them. */

import { newKey } from "../page/server.js";
import { Locks } from "./locks.js";

const PAGE = "seston.page."; // in sessionStorage, by queue

export class Tabs {
  id = newKey();
  /** @type {Claims} */
  claims = new Alone(pageName(this.id)); // until it enters

  /** @param {string} queue
   * @param {(message: TabMessage) => void} onMessage hears what other pages say */
  constructor(queue, onMessage) {
    this.queue = queue;
    /** What this tab's page was called before it was loaded again; a copy of a tab has that of the first one, too. */
    this.former = sessionStorage.getItem(PAGE + queue) ?? "";
    sessionStorage.setItem(PAGE + queue, this.id);
    this.channel = new BroadcastChannel(`seston.outbox.${queue}`);
    this.channel.onmessage = ({ data }) => onMessage(data);
  }

  /** From now on this page counts as open, until it goes. Browsers have Web Locks on https and on localhost only; where
   * they keep nothing either, the page is alone with what it has.
   * @param {OutboxStore & Partial<LeaseStore>} store */
  async enter(store) {
    this.claims.end();
    this.claims = await claimsOf(pageName(this.id), store);
    await this.claims.enter();
  }

  /** @param {TabMessage} message */
  publish(message) {
    this.channel.postMessage(message);
  }

  /** @returns {Promise<(page: string) => boolean>} whether a page is open, as of now */
  async open() {
    const names = await this.claims.names();
    return (id) => names.has(pageName(id));
  }

  /** Runs the work in one page at a time; the next in line begins when the first has gone.
   * @template T
   * @param {(isMyTurn: IsMyTurn) => Promise<T>} work asks its argument whether it is still its turn */
  alone(work, name = "outbox") {
    return this.claims.alone(`seston.${name}.${this.queue}`, work);
  }
}

/** Few need leases, so they are fetched for those. Without them two tabs may send the same, which the server knows by its key.
 * @param {string} page
 * @param {OutboxStore & Partial<LeaseStore>} store
 * @returns {Promise<Claims>} */
async function claimsOf(page, store) {
  if (navigator.locks) return new Locks(page);
  const leases = hasLeases(store) ? await import("./leases.js").catch(() => null) : null;
  return leases && hasLeases(store) ? new leases.Leases(page, store) : new Alone(page);
}

/** @param {OutboxStore & Partial<LeaseStore>} store
 * @returns {store is OutboxStore & LeaseStore} */
function hasLeases(store) {
  return store.isLasting;
}

class Alone {
  /** @param {string} page */
  constructor(page) {
    this.page = page;
  }

  enter() {}

  end() {}

  /** @template T
   * @param {string} _
   * @param {(isMyTurn: IsMyTurn) => Promise<T>} work */
  alone(_, work) {
    return work(() => true);
  }

  async names() {
    return new Set([this.page]);
  }
}

/** @param {string} id */
function pageName(id) {
  return `seston.page.${id}`;
}
