/** What stands in for Web Locks where the browser has none (on plain http): leases in the database that all tabs share.
 *
 * A lease is taken within a transaction, so one page has it; it ends by itself when its page doesn't renew it. Who was
 * stopped for longer (a page that the browser froze) asks again before it does anything more. What it had sent already
 * is no harm: the server tells repeats by their keys, and a record is settled only while it waits.
 */

const BEAT = 2_000; // milliseconds between two renewals
const WORK = 10_000; // as long after its last beat a page's work goes to another page
const PAGE = 150_000; // and as long it counts as open: browsers wake a tab in the background once a minute

export class Leases {
  /** @param {string} page the name of this page, which it has for as long as it is open
   * @param {LeaseStore} store */
  constructor(page, store) {
    this.store = store;
    this.page = page;
    this.claimed = new Set([page]); // the names of work that goes on here, or stands in line
    /** @type {Map<string, number>} */
    this.held = new Map(); // name → until when
  }

  async enter() {
    await this.take(this.page, PAGE);
    this.beat = setInterval(() => this.renew().catch((error) => console.error(error)), BEAT);
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.take(this.page, PAGE));
  }

  /** The database is gone: what is held ends by itself. */
  end() {
    clearInterval(this.beat);
    this.claimed.clear();
    this.held.clear();
  }

  async renew() {
    for (const name of [...this.held.keys()]) await this.take(name, name === this.page ? PAGE : WORK);
  }

  /** @param {string} name
   * @param {number} length milliseconds
   * @returns {Promise<boolean>} whether this page has it */
  async take(name, length) {
    const now = Date.now();
    const isMine = await this.store.lease(name, this.page, now, now + length);
    if (isMine) this.held.set(name, now + length);
    else this.held.delete(name);
    if (!this.claimed.has(name)) this.giveBack([name]); // the work ended while it was renewed
    return isMine;
  }

  /** Whether the work is still this page's; asks only where it may be another's.
   * @param {string} name */
  has(name) {
    return this.isHeldAt(Date.now() + BEAT, name) || this.take(name, WORK);
  }

  /** @param {number} time in milliseconds
   * @param {string} name */
  isHeldAt(time, name) {
    return time < (this.held.get(name) ?? 0);
  }

  /** Runs the work in one page at a time. It asks its argument before each step whether it is still its turn.
   * @template T
   * @param {string} name
   * @param {(isMyTurn: IsMyTurn) => Promise<T>} work */
  async alone(name, work) {
    this.claimed.add(name);
    while (!(await this.take(name, WORK))) await new Promise((resolve) => setTimeout(resolve, BEAT));
    try {
      return await work(() => this.has(name));
    } finally {
      this.claimed.delete(name);
      this.giveBack([name]);
    }
  }

  /** @returns {Promise<Set<string>>} the names of pages that are open, among others */
  async names() {
    return new Set(await this.store.leased(Date.now()));
  }

  leave() {
    this.giveBack([...this.held.keys()]);
  }

  /** But for what has run out: that may be another's by now.
   * @param {string[]} names */
  giveBack(names) {
    this.store.release(names.filter((name) => this.isHeldAt(Date.now(), name)));
    for (const name of names) this.held.delete(name);
  }
}
