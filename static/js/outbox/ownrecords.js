/** The records of this page, and what becomes of them: looked up when something is new in the store, and told to the page. */

import { adopted, DONE, FAILED, inOrder, NEW, WAITING } from "./records.js";

const GATHERED = 40; // milliseconds in which changes are gathered
const CALM = 10; // times as long as a look took it rests, for each look reads all that waits
const LONGEST = 2000; // milliseconds it rests

export class OwnRecords {
  /** @param {string} queue
   * @param {Tabs} tabs
   * @param {OutboxListener} listener
   * @param {() => OutboxStore|undefined} store undefined until it is open */
  constructor(queue, tabs, listener, store) {
    this.queue = queue;
    this.tabs = tabs;
    this.listener = listener;
    this.openStore = store;
    /** @type {OutboxRecord[]} */
    this.ofAllPages = []; // as they were at the last look
    /** @type {Map<string, OutboxRecord>} */
    this.underWay = new Map(); // those of this page that nothing is known of yet: key → record
    this.looking = Promise.resolve();
    /** @type {Promise<void>|null} */
    this.nextLook = null;
    this.lookTook = 0; // milliseconds
    this.onChange = new EventTarget();
  }

  /** @param {OutboxRecord} record */
  note(record) {
    this.underWay.set(record.key, record);
  }

  /** Those that are not on the disk yet, each with its place among all that are under way. */
  unwritten() {
    return [...this.underWay.values()].map((record, place) => ({ record, place })).filter(({ record }) => record.status === NEW);
  }

  /** Resolves when none of this page's records that match is on its way.
   * @param {(record: OutboxRecord) => boolean} matches
   * @returns {Promise<void>} */
  sent(matches) {
    const isDone = () => ![...this.underWay.values()].some((record) => record.status !== FAILED && matches(record));
    return new Promise((resolve) => {
      const check = () => {
        if (!isDone()) return;
        this.onChange.removeEventListener("change", check);
        resolve();
      };
      this.onChange.addEventListener("change", check);
      check();
    });
  }

  /** @param {number} id
   * @param {string} subject */
  waitsFor(id, subject) {
    return [...this.underWay.values()].some(
      (record) => record.subject === subject && record.status !== FAILED && record.objects.some((object) => object.id === id),
    );
  }

  isWaiting() {
    return this.underWay.size > 0;
  }

  /** Those that the server refused, in the order they were given. */
  failed() {
    return inOrder(this.ofAllPages).filter(({ status }) => status === FAILED);
  }

  /** Looks what became of the records, and tells the page of its own. One look after the other; one that has not begun
   * serves all who ask for it. */
  look() {
    this.nextLook ??= this.lookSoon();
    return this.nextLook;
  }

  async lookSoon() {
    await Promise.all([this.looking, pause(Math.max(GATHERED, Math.min(CALM * this.lookTook, LONGEST)))]);
    this.looking = this.compareTimed().catch((error) => console.error(error));
    this.nextLook = null;
    return this.looking;
  }

  async compareTimed() {
    const began = performance.now();
    await this.compare();
    this.lookTook = performance.now() - began;
  }

  async compare() {
    const store = this.openStore();
    if (!store) return;
    const before = [...this.underWay.values()].filter(({ status }) => status !== NEW); // what is written later isn't missing
    this.ofAllPages = await this.adopt(store, await store.all(this.queue));
    const now = new Map(this.ofAllPages.filter(({ page }) => page === this.tabs.id).map((record) => [record.key, record]));
    for (const record of before) if (!now.has(record.key) && this.underWay.has(record.key)) this.forget(record);
    for (const record of inOrder(now.values())) this.follow(record, this.underWay.get(record.key));
    const acknowledged = [...now.values()].filter(({ status }) => status === DONE).map(({ key }) => key);
    if (acknowledged.length) await store.remove(acknowledged);
    this.onChange.dispatchEvent(new Event("change"));
  }

  /** Takes what pages left behind that are gone. Gives the records as they are then.
   * @param {OutboxStore} store
   * @param {OutboxRecord[]} records */
  async adopt(store, records) {
    if (records.every(({ page }) => page === this.tabs.id)) return records;
    const isOpen = await this.tabs.open();
    /** @param {OutboxRecord} record */
    const isMine = ({ subject }) => this.listener.subjects(subject);
    /** @param {Pick<OutboxView, "records">} view */
    const plan = (view) => adopted(this.tabs.id, view, isMine, isOpen, this.tabs.former);
    const { put: left, remove } = plan({ records });
    if (!left.length && !remove.length) return records;
    const { put } = await store.change(this.queue, plan);
    for (const record of put) this.note(record);
    if (put.length) this.listener.resumed(inOrder(put).filter(({ status }) => status === WAITING));
    return store.all(this.queue);
  }

  /** @param {OutboxRecord} record
   * @param {OutboxRecord} [before] as it was at the last look */
  follow(record, before) {
    if (record.status === DONE && record.outcome) {
      this.underWay.delete(record.key);
      return this.listener.saved({ ...record.outcome, key: record.key, subject: record.subject, isShown: !record.isAdopted && !record.tries });
    }
    this.note(record);
    if (record.status === FAILED && before?.tries !== record.tries) this.listener.failed(record);
  }

  /** Another page took it over, or it was given up.
   * @param {OutboxRecord} record */
  forget(record) {
    this.underWay.delete(record.key);
    this.listener.lost(
      record.objects.map(({ id }) => id),
      record.subject,
    );
  }
}

/** @param {number} milliseconds
 * @returns {Promise<void>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
