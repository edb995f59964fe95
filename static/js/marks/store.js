/** The marks on the object that is shown: loaded, written one after the other, undone and redone. */

const PAUSE = 250; // milliseconds in which events are gathered

export class Store {
  /** @param {Server} server
   * @param {() => void} onChange is called when what is shown has changed
   * @param {(mark: Mark) => boolean} isHeld whether a mark is in the hand, and must stay as it is there */
  constructor(server, onChange, isHeld) {
    this.server = server;
    this.onChange = onChange;
    this.isHeld = isHeld;
    /** @type {number|null} */
    this.object = null;
    /** @type {Mark[]} */
    this.marks = [];
    this.isBehind = false; // what is in the hand hides what others did to it
    /** @type {number[]} */
    this.done = []; // changes of the log that Ctrl+Z takes back, latest last; of this object, since it is shown
    /** @type {number[]} */
    this.undone = [];
    this.own = new Set(); // changes of the log that were made here
    this.pending = [];
    this.queue = Promise.resolve();
    this.turn = 0; // counts how often marks were asked for: only the answer to the latest is shown
    this.unsaved = 0; // what is drawn waits in this page only: the browser asks before it is closed
    window.addEventListener("beforeunload", (event) => this.unsaved && event.preventDefault());
  }

  async load(object) {
    if (object !== this.object) this.forget();
    this.object = object;
    this.onChange();
    await this.refresh();
  }

  /** Nothing is shown until the next object is. */
  leave() {
    this.forget();
    this.object = null;
    this.onChange();
  }

  forget() {
    this.marks = [];
    this.done = [];
    this.undone = [];
    this.isBehind = false;
  }

  /** What the server has, once all that was drawn here is saved. */
  async refresh() {
    this.turn += 1;
    const { object, turn } = this;
    let [marks, queue] = [null, null];
    while (queue !== this.queue) {
      // something was drawn meanwhile
      queue = this.queue;
      await queue;
      marks = await this.server.get(`/objects/${object}/marks/`);
      if (object !== this.object || turn !== this.turn) return; // gone on already, or asked for anew
    }
    if (marks) this.take(marks);
    this.onChange();
  }

  /** Marks that are here stay the same objects: one may be chosen. One in the hand stays as it was taken. */
  take(marks) {
    const here = new Map(this.marks.map((mark) => [mark.id, mark]));
    const held = this.marks.find((mark) => mark.id && this.isHeld(mark));
    const now = marks.find((mark) => mark.id === held?.id);
    this.isBehind = Boolean(held) && held.version !== now?.version;
    this.marks = marks.map((mark) => (mark.id === held?.id ? held : Object.assign(here.get(mark.id) ?? mark, mark)));
    if (held && !now) this.marks.push(held); // taken away by somebody: the hand that lets it go finds out
  }

  /** What was in the hand is let go: now it may be seen what others did to it. */
  letGo() {
    if (this.isBehind) this.refresh();
  }

  /** Somebody drew, perhaps here and perhaps oneself.
   * @param {MarksEvent} event
   * @param {(fresh: Mark[], gone: number) => void} onOthers is given the marks that are new or changed, and how many are gone */
  hear({ objects, changes }, onOthers) {
    if (!this.object || (objects && !objects.includes(this.object))) return;
    this.pending.push(...(changes ?? [null]));
    this.waiting ??= setTimeout(async () => {
      this.waiting = null;
      await this.queue; // one's own changes are known when they are saved
      const isOwn = this.pending.every((change) => this.own.has(change));
      this.pending = [];
      if (isOwn) return;
      const before = new Map(this.marks.filter((mark) => mark.id).map((mark) => [mark.id, mark.version]));
      await this.refresh();
      const now = this.marks.filter((mark) => mark.id);
      const fresh = now.filter((mark) => before.get(mark.id) !== mark.version);
      onOthers(fresh, [...before.keys()].filter((id) => !now.some((mark) => mark.id === id)).length);
    }, PAUSE);
  }

  /** @param {Pick<Mark, "image" | "label" | "kind" | "geometry">} drawn */
  make(drawn) {
    const object = this.object;
    const waiting = { ...drawn, id: null, author: null, measures: null };
    this.marks.push(waiting);
    this.onChange();
    this.write(() => this.server.post(`/objects/${object}/marks/`, { ...drawn, label: drawn.label.id }), waiting);
  }

  change(mark, { geometry }) {
    Object.assign(mark, { geometry, measures: null });
    this.onChange();
    this.write(() => this.server.post(`/marks/${mark.id}/`, { version: mark.version, geometry }, { method: "PATCH" }), mark);
  }

  remove(mark) {
    this.write(() => this.server.post(`/marks/${mark.id}/?version=${mark.version}`, {}, { method: "DELETE" }), mark);
  }

  undo() {
    this.takeBack(this.done, this.undone);
  }

  redo() {
    this.takeBack(this.undone, this.done);
  }

  takeBack(from, to) {
    const object = this.object;
    this.after(async () => {
      const change = from.pop(); // now that all before it is saved
      if (change === undefined || object !== this.object) return;
      const written = await this.server.post(`/mark-changes/${change}/undo/`);
      if (object !== this.object) return;
      if (!written) return void this.load(object); // not awaited: it waits for the queue that this is in
      this.own.add(written.change);
      to.push(written.change);
      this.show(
        written,
        this.marks.find((mark) => mark.id === written.id),
      );
    });
  }

  /** Writes, then shows what came back; what the server refused is gone, and what it has is shown. */
  write(send, mark) {
    const object = this.object;
    this.after(async () => {
      const written = await send();
      if (object !== this.object) return;
      if (!written) return void this.load(object); // not awaited, as above
      this.own.add(written.change);
      this.done.push(written.change);
      this.undone = [];
      this.show(written, mark);
    });
  }

  show(written, mark) {
    if (mark && !written.removed) Object.assign(mark, written);
    else if (mark) this.marks.splice(this.marks.indexOf(mark), 1);
    else if (!written.removed) this.marks.push(written);
    this.onChange();
  }

  after(act) {
    this.unsaved += 1;
    this.queue = this.queue.then(act).finally(() => (this.unsaved -= 1));
  }
}
