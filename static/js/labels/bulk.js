/** Every action on more than one object is answered: what was done, on how many, and *Undo* for exactly that. */
const HINT = "Undo: Ctrl + Z, or F6 to come here.";

export class Bulk {
  /** @param {(batchOf: () => number|null|undefined) => void} undo takes the batch back, whose number it asks for when all is saved */
  constructor(toasts, undo) {
    this.toasts = toasts;
    this.undo = undo;
    this.answers = new Map(); // key of a record, or batch → {toast, batch, words, unseen}
  }

  /** Written down, and on its way. */
  written(key, words, count, unseen = 0) {
    if (count < 2) return;
    const answer = { words, unseen };
    answer.toast = this.toasts.done(sentence(answer, count), { act: "Undo", hint: HINT, onAct: () => this.undo(() => answer.batch) });
    this.answers.set(key, answer);
  }

  /** The server has it: what it says is what counts. */
  saved({ key, batch, saved, conflicts, inapplicable, gone }) {
    const answer = this.answers.get(key);
    if (!answer) return;
    answer.batch = batch;
    const without = [
      conflicts.length && `${many(conflicts.length)} changed by somebody else meanwhile and left as they are`,
      gone && `${many(gone)} no longer in this project`,
      inapplicable && `${many(inapplicable)} left out: it does not apply to them`,
    ].filter(Boolean);
    if (without.length) answer.toast.say(`${[sentence(answer, saved.length - inapplicable), ...without].join(" ")}.`);
    if (!batch) this.forget(key);
  }

  /** It was refused, and stands in the list of what could not be saved. */
  failed({ key }) {
    this.forget(key);
  }

  /** All that matched the filter, or became a new taxon, which the server has counted. `left` is what undo leaves. */
  matched(batch, words, count, left = "") {
    const answer = { words, unseen: 0, batch, left };
    const offer = batch ? { act: "Undo", hint: HINT, onAct: () => this.undo(() => batch) } : {};
    answer.toast = this.toasts.done(sentence(answer, count), offer);
    this.answers.set(batch, answer);
  }

  /** What was taken back by other ways is no longer offered. */
  keepOnly(isDone) {
    for (const [key, { batch }] of this.answers) if (batch && !isDone(batch)) this.forget(key);
  }

  forget(key) {
    this.answers.get(key)?.toast.close();
    this.answers.delete(key);
  }
}

function sentence({ words, unseen, left = "" }, count) {
  const blind = unseen ? ` ${many(unseen)} of them had not been on the screen.` : "";
  return `${words}: ${many(count)} objects.${blind}${left}`;
}

function many(count) {
  return count.toLocaleString("en");
}
