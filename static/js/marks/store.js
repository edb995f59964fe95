/** The marks on the object that is shown: loaded, written one after the other, undone and redone. */

export class Store {
  /** @param {function} onChange is called when what is shown has changed */
  constructor(server, onChange) {
    Object.assign(this, { server, onChange });
    this.object = null;
    this.marks = [];
    this.done = []; // changes of the log that Ctrl+Z takes back, latest last; of this object, since it is shown
    this.undone = [];
    this.queue = Promise.resolve();
  }

  async load(object) {
    if (object !== this.object) Object.assign(this, { object, marks: [], done: [], undone: [] });
    this.onChange();
    await this.queue; // what was drawn last is being saved
    const marks = (await this.server.get(`/objects/${object}/marks/`)) ?? [];
    if (object !== this.object) return; // gone on already
    this.marks = marks;
    this.onChange();
  }

  /** @param {{image: number, label: Object, kind: string, geometry: Object}} drawn */
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
    this.write(() => this.server.post(`/marks/${mark.id}/`, { version: mark.version, geometry }, "PATCH"), mark);
  }

  remove(mark) {
    this.write(() => this.server.post(`/marks/${mark.id}/?version=${mark.version}`, {}, "DELETE"), mark);
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
      to.push(written.change);
      this.show(written, this.marks.find((mark) => mark.id === written.id));
    });
  }

  /** Writes, then shows what came back; what the server refused is gone, and what it has is shown. */
  write(send, mark) {
    const object = this.object;
    this.after(async () => {
      const written = await send();
      if (object !== this.object) return;
      if (!written) return void this.load(object); // not awaited, as above
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
    this.queue = this.queue.then(act);
  }
}
