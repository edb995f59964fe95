// @ts-check
/** Which objects of a scan are selected, in the order in which they were. */

export class Selection {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Map<number, ScanObject>} */
    this.byId = new Map();
  }

  get objects() {
    return [...this.byId.values()];
  }

  get ids() {
    return [...this.byId.keys()];
  }

  get size() {
    return this.byId.size;
  }

  /** @param {number} id */
  has(id) {
    return this.byId.has(id);
  }

  /** @param {ScanObject[]} objects */
  only(objects) {
    this.byId = new Map(objects.map((object) => [object.id, object]));
    this.onChange();
  }

  /** @param {ScanObject[]} objects */
  add(objects) {
    for (const object of objects) this.byId.set(object.id, object);
    this.onChange();
  }

  /** @param {ScanObject} object */
  toggle(object) {
    if (!this.byId.delete(object.id)) this.byId.set(object.id, object);
    this.onChange();
  }

  clear() {
    if (this.size) this.only([]);
  }

  /** What came from the server stands for what it was; objects out of view stay selected.
   * @param {ScanObject[]} objects */
  refresh(objects) {
    for (const object of objects) if (this.byId.has(object.id)) this.byId.set(object.id, object);
    this.onChange();
  }

  /** @param {number[]} ids of objects that are no more */
  remove(ids) {
    for (const id of ids) this.byId.delete(id);
    this.onChange();
  }
}
