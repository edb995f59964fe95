/** What a person can undo and redo step by step, back to where the sitting began: two stacks of the server's, of which
 * this page has the tops. So it outlives the page, and the rest is asked for when it is needed. */

class Stack {
  /** @param {Api} server
   * @param {"done"|"undone"} name */
  constructor(server, name) {
    this.server = server;
    this.name = name;
    /** @type {number[]} */
    this.batches = []; // numbers, the next to be reversed on top
    /** @type {string|null} */
    this.more = null; // cursor of what lies below these
  }

  async load(cursor = "") {
    /** @type {{results: {batch: number}[], next: string|null}|null} */
    const answer = await this.server.get(`sitting/?stack=${this.name}${cursor && `&cursor=${cursor}`}`);
    if (!answer) return; // without a network the top is all there is; the cursor stays for the next time
    this.batches.unshift(...answer.results.map(({ batch }) => batch).reverse());
    this.more = answer.next;
  }

  async pop() {
    if (!this.batches.length && this.more) await this.load(this.more);
    return this.batches.pop();
  }

  get length() {
    return this.batches.length + (this.more ? 1 : 0);
  }

  forget() {
    this.batches.length = 0;
    this.more = null;
  }
}

export class Sitting {
  /** @param {Api} server */
  constructor(server) {
    this.server = server;
    this.done = new Stack(server, "done");
    this.undone = new Stack(server, "undone");
    this.own = new Set(); // by this page; the stacks hold what other tabs of the person did, too
  }

  async load() {
    for (const stack of [this.done, this.undone]) {
      stack.forget();
      await stack.load();
    }
  }

  /** Whether this page made the batch.
   * @param {number} batch */
  knows(batch) {
    return this.own.has(batch);
  }

  /** @param {number} batch */
  push(batch) {
    this.own.add(batch);
    if (this.done.batches.includes(batch) || this.undone.batches.includes(batch)) return; // loaded meanwhile
    this.done.batches.push(batch);
    this.undone.forget();
  }

  undo() {
    return this.reverse(this.done, this.undone);
  }

  redo() {
    return this.reverse(this.undone, this.done);
  }

  /** Takes back this batch, wherever it lies. The outcome, or null when the server refuses.
   * @param {number} batch
   * @returns {Promise<UndoAnswer|null>} */
  async takeBack(batch) {
    const outcome = await this.server.post(`/batches/${batch}/undo/`);
    if (outcome?.batch) this.own.add(outcome.batch);
    await this.load();
    return outcome;
  }

  /** The outcome, or null when there is nothing to reverse or the server refuses.
   * @param {Stack} from
   * @param {Stack} to
   * @returns {Promise<UndoAnswer|null>} */
  async reverse(from, to) {
    const batch = await from.pop();
    const outcome = batch ? await this.server.post(`/batches/${batch}/undo/`) : null;
    if (outcome?.batch) {
      this.own.add(outcome.batch);
      to.batches.push(outcome.batch);
    }
    return outcome;
  }
}
