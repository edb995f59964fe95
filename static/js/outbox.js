/** Labels, values and answers on their way: each is on the disk before the page shows it as given, and leaves the disk
 * when the server has it. All tabs of a person and project share one outbox; one of them sends (outbox/sender.js). */
import { forget, isLate, leave, takeIn } from "./outbox/late.js";
import { takeOver } from "./outbox/old.js";
import { PageStore } from "./outbox/pagestore.js";
import { added, adopted, DONE, FAILED, inOrder, NEW, retried, WAITING } from "./outbox/records.js";
import { Sender } from "./outbox/sender.js";
import { openStore } from "./outbox/store.js";
import { Tabs } from "./outbox/tabs.js";
import { newKey } from "./server.js";

const NOTHING_KEPT =
  "This browser keeps nothing on its disk (a private window, or the disk is full). Labels are sent at once: wait until they are saved before you close this page.";
const OUTDATED = "Another tab has a newer version of this page. Load this one again: what you gave is kept, and from here labels are sent at once.";
const GATHERED = 40; // milliseconds in which changes are gathered
const CALM = 10; // times as long as a look took it rests, for each look reads all that waits
const LONGEST = 2000; // milliseconds it rests
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
    this.lookTook = 0; // milliseconds
    this.turns = 0; // works so far
    this.released = 0; // the last that is over
    this.turn = 0; // the one that has to be done before what is given now is sent; 0 if there is none
    this.onChange = new EventTarget();
    this.tabs = new Tabs(this.queue, (message) => this.hear(message));
    this.ready = this.start();
    window.addEventListener("beforeunload", (event) => this.isWaiting() && event.preventDefault());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("storage", ({ key }) => isLate(this.queue, key) && this.takeIn());
  }

  async start() {
    const store = await openStore(() => this.beOutdated());
    await this.tabs.enter(store);
    this.store ??= store;
    if (this.store.isLasting) await this.takeOver(store);
    else this.server.notice.say(NOTHING_KEPT);
    await this.look();
    this.beginToSend();
  }

  /** What older pages and closed ones left beside the database. */
  async takeOver(store) {
    await this.tabs.alone(() => takeOver(store, this.queue), "takeover");
    await takeIn(store, this.queue);
    store.sweep(Date.now()).catch((error) => console.error(error));
  }

  /** Sends when it is this page's turn. When that is over, it stands in line again. */
  async beginToSend() {
    const { store, tabs } = this;
    const shared = store.isLasting ? (work) => tabs.alone(work) : (work) => work(() => true);
    const sender = new Sender(
      store,
      tabs,
      this.server,
      () => this.changed(),
      (trouble) => this.trouble(trouble),
    );
    this.sender = sender;
    const run = async (isMyTurn) => {
      await this.look(); // the page that sent before may be gone, and its records are nobody's
      await sender.run(() => !store.isClosed && isMyTurn());
    };
    await shared(run).catch((error) => {
      console.error(error);
      return pause(LATER);
    });
    if (!store.isClosed) this.beginToSend();
  }

  /** Writes the record down; only then may it be shown as given. Rejects when that is impossible.
   * @param {{subject: string, path: string, label: Object, words: string, shows?: Object, hasVersions?: boolean}} entry
   * @param {function(): {id: number, version?: number}[]} objects are asked for at the moment of writing
   * @returns {Promise<string>} its key, which is said again when it is saved or refused */
  async add(entry, objects) {
    const { queue, turn } = this;
    const record = { hasVersions: true, ...entry, key: newKey(), queue, page: this.tabs.id, turn, at: Date.now(), status: NEW, objects: objects() };
    this.own.set(record.key, record);
    if (this.hasLeft) leave(queue, record, this.own.size);
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
      const records = group.map(({ record }) => record);
      const now = () => group.map(({ record, objects }) => ({ ...record, turn: this.heldBy(record), objects: objects() }));
      const plan = (seen) => added(now(), seen);
      const write = () => this.change(plan, { about: records });
      const { put } = await write().catch((error) => {
        console.error(error);
        this.keepInPage(NOTHING_KEPT);
        return write();
      });
      for (const record of records) this.own.set(record.key, { ...record, status: WAITING }); // another tab may have taken it in
      for (const record of put) this.own.set(record.key, record);
      if (this.hasLeft) forget(this.queue, records); // and is here again
      for (const { resolve } of group) resolve();
    }
    this.isWriting = false;
  }

  /** The page may be going: what isn't on the disk yet is written down where that takes no time, and what comes yet. */
  leave() {
    this.hasLeft = true;
    for (const [place, record] of [...this.own.values()].entries()) if (record.status === NEW) leave(this.queue, record, place);
  }

  /** Another tab was closed, and left something. */
  async takeIn() {
    await this.ready;
    if (this.store.isLasting && (await takeIn(this.store, this.queue))) this.changed();
  }

  /** The disk takes nothing more: better sent from here than not at all. */
  keepInPage(why) {
    if (this.store && !this.store.isLasting) return;
    this.store = new PageStore();
    this.server.notice.say(why);
    this.beginToSend();
  }

  /** A newer page has the disk, and sends what is there. */
  async beOutdated() {
    this.sender?.wake(); // so that it ends
    this.keepInPage(OUTDATED);
    await this.tabs.enter(this.store);
  }

  /** Runs the work when all that was given before it is saved or refused; what is given later is sent after it. */
  after(work) {
    this.turns += 1;
    const turn = this.turns;
    this.turn = turn;
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
    await this.change(({ records }) => ({ put: free(records).map((record) => ({ ...record, turn: 0 })), remove: [] }));
    this.changed();
  }

  /** Resolves when none of this page's records that match is on its way. */
  sent(matches) {
    const isDone = () => ![...this.own.values()].some((record) => record.status !== FAILED && matches(record));
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

  waitsFor(id, subject) {
    return [...this.own.values()].some((record) => record.subject === subject && record.status !== FAILED && record.objects.some((object) => object.id === id));
  }

  isWaiting() {
    return this.own.size > 0;
  }

  /** Those that the server refused, in the order they were given. */
  failed() {
    return inOrder(this.records).filter(({ status }) => status === FAILED);
  }

  async retry(keys) {
    await this.change((seen) => retried(keys, seen));
    this.changed();
  }

  async giveUp(keys) {
    const gone = this.failed().filter(({ key }) => keys.includes(key));
    await this.change(() => ({ put: [], remove: keys }));
    this.changed();
    return gone;
  }

  change(plan, options) {
    return this.store.change(this.queue, plan, options);
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
    this.nextLook ??= Promise.all([this.looking, pause(Math.max(GATHERED, Math.min(CALM * this.lookTook, LONGEST)))]).then(() => {
      this.looking = this.nextLook;
      this.nextLook = null;
      return this.compareTimed().catch((error) => console.error(error));
    });
    return this.nextLook;
  }

  async compareTimed() {
    const began = performance.now();
    await this.compare();
    this.lookTook = performance.now() - began;
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
    const plan = (seen) => adopted(this.tabs.id, seen, isMine, isOpen);
    const { put: left, remove } = plan({ records });
    if (!left.length && !remove.length) return records;
    const { put } = await this.change(plan);
    for (const record of put) this.own.set(record.key, record);
    if (put.length) this.listener.resumed(inOrder(put).filter(({ status }) => status === WAITING));
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
    this.listener.lost(
      record.objects.map(({ id }) => id),
      record.subject,
    );
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
