/** Labels, values and answers on their way: each is on the disk before the page shows it as given, and leaves the disk
 * when the server has it. All tabs of a person and project share one outbox; one of them sends (outbox/sender.js). */
import { added, adopted, DONE, FAILED, inOrder, NEW, retried, WAITING } from "./outbox/records.js";
import { Tabs } from "./outbox/tabs.js";
import { Sender } from "./outbox/sender.js";
import { openStore, PageStore } from "./outbox/store.js";
import { takeOver } from "./outbox/old.js";
import { newKey } from "./server.js";

const NOTHING_KEPT =
  "This browser keeps nothing on its disk (a private window, or the disk is full). Labels are sent at once: wait until they are saved before you close this page.";
const GATHERED = 40; // milliseconds in which changes are gathered
const CALM = 500; // as many more where hundreds wait, for each look reads all of them
const LATER = 15_000; // milliseconds after which a sender that broke down begins again

export class Outbox {
  /** @param {Server} server
   * @param {{subjects: function(string): boolean, resumed: function(Object[]), saved: function(Object),
   *   failed: function(Object), lost: function(number[], string)}} listener shows records of its subjects: those of an
   *   earlier page, and what becomes of its own; `isShown` says whether the page shows what was saved */
  constructor(server, { person, project }, listener) {
    Object.assign(this, { server, listener, queue: `${person}.${project}` });
    this.records = []; // as they were at the last look
    this.own = new Map(); // those of this page that nothing is known of yet: key → record
    this.unwritten = [];
    this.works = this.looking = Promise.resolve();
    this.turns = 0; // works so far
    this.released = 0; // the last that is over
    this.turn = 0; // the one that has to be done before what is given now is sent; 0 if there is none
    this.onChange = new EventTarget();
    this.tabs = new Tabs(this.queue, (message) => this.hear(message));
    this.ready = this.start();
    window.addEventListener("beforeunload", (event) => this.isWaiting() && event.preventDefault());
  }

  async start() {
    await this.tabs.enter();
    this.store = await openStore();
    if (this.store.isLasting) await this.tabs.once("takeover", () => takeOver(this.store, this.queue));
    else this.server.notice.say(NOTHING_KEPT);
    await this.look();
    this.beginToSend();
  }

  beginToSend() {
    const { store, tabs } = this;
    const shared = store.isLasting ? (work) => tabs.alone(work) : (work) => work();
    this.sender = new Sender(store, tabs, this.server, () => this.changed(), (trouble) => this.trouble(trouble));
    shared(async () => {
      await this.look(); // the page that sent before may be gone, and its records are nobody's
      return this.sender.run();
    }).catch((error) => {
      console.error(error);
      setTimeout(() => this.beginToSend(), LATER);
    });
  }

  /** Writes the record down; only then may it be shown as given. Rejects when that is impossible.
   * @param {{subject: string, path: string, label: Object, words: string, shows?: Object, hasVersions?: boolean}} entry
   * @param {function(): {id: number, version?: number}[]} objects are asked for at the moment of writing
   * @returns {Promise<string>} its key, which is said again when it is saved or refused */
  async add(entry, objects) {
    const { queue, turn } = this;
    const record = { hasVersions: true, ...entry, key: newKey(), queue, page: this.tabs.id, turn, at: Date.now(), status: NEW, objects: objects() };
    this.own.set(record.key, record);
    await this.ready;
    await new Promise((resolve) => {
      this.unwritten.push({ record, objects, resolve });
      this.write();
    });
    this.changed();
    return record.key;
  }

  /** Writes all that came up while the disk was busy, at one stroke. */
  async write() {
    if (this.isWriting) return;
    this.isWriting = true;
    while (this.unwritten.length) {
      const group = this.unwritten.splice(0);
      const plan = (records) => added(group.map(({ record, objects }) => ({ ...record, turn: this.heldBy(record), objects: objects() })), records);
      const { put } = await this.change(plan).catch((error) => this.keepInPage(error).then(() => this.change(plan)));
      for (const record of put) this.own.set(record.key, record);
      for (const { resolve } of group) resolve();
    }
    this.isWriting = false;
  }

  /** The disk takes nothing more: better sent from here than not at all. */
  async keepInPage(error) {
    console.error(error);
    this.store = new PageStore();
    this.server.notice.say(NOTHING_KEPT);
    this.beginToSend();
  }

  /** Runs the work when all that was given before it is saved or refused; what is given later is sent after it. */
  after(work) {
    const turn = (this.turn = this.turns += 1);
    const run = this.works
      .then(() => this.ready)
      .then(() => this.sent((record) => record.turn < turn))
      .then(work)
      .catch((error) => console.error(error))
      .finally(() => this.release(turn));
    this.works = run;
    return run;
  }

  /** The turn that the record waits for, 0 where that ended while the disk was busy: nobody would free it any more. */
  heldBy({ turn }) {
    return turn > this.released ? turn : 0;
  }

  async release(turn) {
    this.released = turn;
    if (this.turn === turn) this.turn = 0;
    const free = (records) => records.filter((record) => record.page === this.tabs.id && record.turn && record.turn <= turn);
    await this.change((records) => ({ put: free(records).map((record) => ({ ...record, turn: 0 })), remove: [] }));
    this.changed();
  }

  /** Resolves when none of this page's records that match is on its way. */
  sent(matches) {
    const isDone = () => ![...this.own.values()].some((record) => record.status !== FAILED && matches(record));
    return new Promise((resolve) => {
      const check = () => isDone() && (resolve(), this.onChange.removeEventListener("change", check));
      this.onChange.addEventListener("change", check);
      check();
    });
  }

  waitsFor(id, subject) {
    return [...this.own.values()].some(
      (record) => record.subject === subject && record.status !== FAILED && record.objects.some((object) => object.id === id),
    );
  }

  isWaiting() {
    return this.own.size > 0;
  }

  /** Those that the server refused, in the order they were given. */
  failed() {
    return inOrder(this.records).filter(({ status }) => status === FAILED);
  }

  async retry(keys) {
    await this.change((records) => retried(keys, records));
    this.changed();
  }

  async giveUp(keys) {
    const gone = this.failed().filter(({ key }) => keys.includes(key));
    await this.change(() => ({ put: [], remove: keys }));
    this.changed();
    return gone;
  }

  change(plan) {
    return this.store.change(this.queue, plan);
  }

  /** Something is new in the store: this page looks, and so do the others. */
  changed() {
    this.tabs.tell({ kind: "changed" });
    this.sender?.wake();
    return this.look();
  }

  hear({ kind, trouble }) {
    if (kind === "trouble") return this.say(trouble);
    this.sender?.wake();
    if (this.sender?.trouble) this.tabs.tell({ kind: "trouble", trouble: this.sender.trouble });
    this.look();
  }

  trouble(trouble) {
    this.tabs.tell({ kind: "trouble", trouble });
    this.say(trouble);
  }

  say(trouble) {
    const { notice } = this.server;
    if (this.said) notice.takeBack(this.said);
    if (trouble) notice.say(trouble);
    this.said = trouble;
  }

  /** Looks what became of the records, and tells the page of its own. One look after the other; one that has not begun
   * serves all who ask for it. */
  look() {
    this.nextLook ??= Promise.all([this.looking, pause(GATHERED + Math.min(this.own.size, CALM))]).then(() => {
      this.looking = this.nextLook;
      this.nextLook = null;
      return this.compare().catch((error) => console.error(error));
    });
    return this.nextLook;
  }

  async compare() {
    if (!this.store) return;
    const before = [...this.own.values()].filter(({ status }) => status !== NEW); // what is written later isn't missing
    this.records = await this.adopt(await this.store.all(this.queue));
    const now = new Map(this.records.filter(({ page }) => page === this.tabs.id).map((record) => [record.key, record]));
    for (const record of before) if (!now.has(record.key) && this.own.has(record.key)) this.forget(record);
    for (const record of inOrder(now.values())) this.follow(record, this.own.get(record.key));
    const heard = [...now.values()].filter(({ status }) => status === DONE).map(({ key }) => key);
    if (heard.length) await this.store.remove(heard);
    this.onChange.dispatchEvent(new Event("change"));
  }

  /** Takes what pages left behind that are gone. Gives the records as they are then. */
  async adopt(records) {
    if (records.every(({ page }) => page === this.tabs.id)) return records;
    const isOpen = await this.tabs.open();
    const isMine = ({ subject }) => this.listener.subjects(subject);
    const plan = (now) => adopted(this.tabs.id, now, isMine, isOpen);
    if (!plan(records).put.length) return records;
    const { put } = await this.change(plan);
    for (const record of put) this.own.set(record.key, record);
    this.listener.resumed(inOrder(put).filter(({ status }) => status === WAITING));
    return this.store.all(this.queue);
  }

  follow(record, before) {
    if (record.status === DONE) {
      this.own.delete(record.key);
      return this.listener.saved({ ...record.outcome, key: record.key, subject: record.subject, isShown: !record.isAdopted && !record.tries });
    }
    this.own.set(record.key, record);
    if (record.status === FAILED && before?.tries !== record.tries) this.listener.failed(record);
  }

  /** Another page took it over, or it was given up. */
  forget(record) {
    this.own.delete(record.key);
    this.listener.lost(record.objects.map(({ id }) => id), record.subject);
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
