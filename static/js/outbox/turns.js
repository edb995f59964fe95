/** Works that have their turn: each begins when all that was given before it is saved or refused, and what is given later is
 * sent after it. */

export class Turns {
  /** @param {(matches: (record: OutboxRecord) => boolean) => Promise<void>} sent resolves when none that matches is on its way
   * @param {(turn: number) => Promise<void>} free lets go of the records that waited for the turn */
  constructor(sent, free) {
    this.sent = sent;
    this.free = free;
    this.current = 0; // the one that has to be done before what is given now is sent; 0 if there is none
    this.count = 0; // so far
    this.released = 0; // the last that is over
    /** @type {Promise<void>} */
    this.last = Promise.resolve();
  }

  /** @param {() => void|Promise<void>} work */
  run(work) {
    this.count += 1;
    const turn = this.count;
    this.current = turn;
    this.last = this.last
      .then(() => this.sent((record) => record.turn < turn))
      .then(work)
      .catch((error) => console.error(error))
      .finally(() => this.release(turn));
    return this.last;
  }

  /** @param {number} turn */
  async release(turn) {
    this.released = turn;
    if (this.current === turn) this.current = 0;
    await this.free(turn);
  }

  /** The turn that the record waits for, 0 where that ended while the disk was busy: nobody would free it any more.
   * @param {OutboxRecord} record */
  heldBy({ turn }) {
    return turn > this.released ? turn : 0;
  }
}
