/** Undoing and redoing: what the server took back is shown, here and in words beyond this page. */

import { Sitting } from "./undostacks.js";

export class Undoing {
  /** @param {Labels} labels */
  constructor(labels) {
    this.labels = labels;
    this.sitting = new Sitting(labels.server);
    this.tellsElsewhere = true; // an undo also says what it did beyond this page
  }

  undo() {
    this.labels.outbox?.after(async () => this.showReversal(await this.sitting.undo(), "put back"));
  }

  redo() {
    this.labels.outbox?.after(async () => this.showReversal(await this.sitting.redo(), "given again"));
  }

  /** Takes back one batch, whatever was done since.
   * @param {() => number|null|undefined} batchOf gives its number when what waits is saved */
  takeBack(batchOf) {
    this.labels.outbox?.after(async () => {
      const batch = batchOf();
      if (batch) await this.showReversal(await this.sitting.takeBack(batch), "put back");
    });
  }

  /** Says what undoing or redoing did, here and beyond this page.
   * @param {UndoAnswer|null} outcome
   * @param {string} done what was done to them */
  async showReversal(outcome, done) {
    if (!outcome) return this.showButtons();
    this.labels.bulk.keepOnly((batch) => this.sitting.done.batches.includes(batch));
    if (outcome.changed === undefined) return this.announceJob(outcome);
    const changed = await this.labels.refresh();
    if (changed.length) this.labels.gallery.focusLate(changed[0]);
    const elsewhere = this.tellsElsewhere && outcome.changed > changed.length ? ", not all of them on this page" : "";
    this.labels.toasts.done(`${outcome.changed.toLocaleString("en")} ${done}${elsewhere}.`);
    if (outcome.conflicts?.length) this.labels.showConflicts(outcome.conflicts);
    this.labels.finish();
  }

  /** What is too large to be waited for goes on as a job; the page hears of what it puts back.
   * @param {UndoAnswer} outcome */
  announceJob({ id }) {
    this.labels.notice.say(`These are many: job ${id} puts them back. Its page, under Jobs, says how far it is.`, 8000);
    this.showButtons();
  }

  showButtons() {
    if (!this.labels.root.dataset.mayLabel) return;
    for (const [id, stack] of Object.entries({ undo: this.sitting.done, redo: this.sitting.undone })) {
      /** @type {HTMLButtonElement} */ (document.getElementById(id)).disabled = !stack.length;
    }
  }
}
