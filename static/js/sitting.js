/** What a person did in this sitting, to be undone and redone step by step: the server's log, so it outlives the page. */
const HOURS = 12; // a night's sleep ends a sitting

export class Sitting {
  constructor(server) {
    this.server = server;
    this.done = []; // numbers of batches, the last one on top
    this.undone = [];
  }

  /** Plays the log again: what was done, what of it undone, what of that redone. */
  async load() {
    const batches = (await this.server.get("batches/")) ?? [];
    const recent = batches.filter(({ created }) => Date.now() - Date.parse(created) < HOURS * 3_600_000);
    this.done.length = this.undone.length = 0;
    for (const { id, kind, undoes } of recent.reverse()) {
      if (kind === "label" || kind === "trait") this.push(id);
      else if (this.done.includes(undoes)) move(undoes, this.done, id, this.undone);
      else if (this.undone.includes(undoes)) move(undoes, this.undone, id, this.done);
    }
  }

  /** Whether this page made the batch. */
  knows(batch) {
    return this.done.includes(batch) || this.undone.includes(batch);
  }

  push(batch) {
    this.done.push(batch);
    this.undone.length = 0;
  }

  undo() {
    return this.reverse(this.done, this.undone);
  }

  redo() {
    return this.reverse(this.undone, this.done);
  }

  /** The outcome, or null when there is nothing to reverse or the server refuses. */
  async reverse(from, to) {
    const batch = from.pop();
    const outcome = batch ? await this.server.post(`/batches/${batch}/undo/`) : null;
    if (outcome?.batch) to.push(outcome.batch);
    return outcome;
  }
}

function move(gone, from, come, to) {
  from.splice(from.indexOf(gone), 1);
  to.push(come);
}
