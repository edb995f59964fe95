/** Labels, values and answers on their way: each is on the disk before the page shows it as given, and leaves the disk
 * when the server has it. All tabs of a person and project share one outbox; one of them sends (outbox/sender.js). */

import { newKey } from "../page/server.js";
import { forget, isLate, leave, takeIn } from "./latewrites.js";
import { PageStore } from "./pagestore.js";
import { added, adopted, DONE, FAILED, inOrder, NEW, retried, WAITING } from "./records.js";
import { Sender } from "./sender.js";
import { openStore } from "./store.js";
import { Tabs } from "./tabs.js";

const NOTHING_KEPT =
  "This browser keeps nothing on its disk (a private window, or the disk is full). Labels are sent at once: wait until they are saved before you close this page.";
const OUTDATED = "Another tab has a newer version of this page. Load this one again: what you gave is kept, and from here labels are sent at once.";
const OLD = "seston.outbox."; // what older pages kept in localStorage, one list for all tabs
const GATHERED = 40; // milliseconds in which changes are gathered
const CALM = 10; // times as long as a look took it rests, for each look reads all that waits
const LONGEST = 2000; // milliseconds it rests
const LATER = 15_000; // milliseconds after which a sender that broke down begins again

export class Outbox {
  /** @param {Server} server
   * @param {DOMStringMap} data of the page: its person, its project
   * @param {OutboxListener} listener shows records of its subjects: those of an earlier page, and what becomes of its own */
  constructor(server, { person, project }, listener) {
    this.server = server;
    this.listener = listener;
    this.queue = `${person}.${project}`;
    /** @type {OutboxRecord[]} */
    this.records = []; // as they were at the last look
    /** @type {Map<string, OutboxRecord>} */
    this.own = new Map(); // those of this page that nothing is known of yet: key → record
    /** @type {{record: OutboxRecord, objects: () => Target[], resolve: () => void}[]} */
    this.unwritten = [];
    this.works = Promise.resolve();
    this.looking = Promise.resolve();
    /** @type {Promise<void>|null} */
    this.nextLook = null;
    this.lookTook = 0; // milliseconds
    this.turns = 0; // works so far
    this.released = 0; // the last that is over
    this.isWriting = false;
    this.hasLeft = false; // the page may be gone any moment
    this.alert = ""; // why nothing goes out, as the notice has it
    /** @type {OutboxStore|undefined} */
    this.store = undefined; // until it is open
    /** @type {Sender|undefined} */
    this.sender = undefined;
    this.turn = 0; // the one that has to be done before what is given now is sent; 0 if there is none
    this.onChange = new EventTarget();
    this.tabs = new Tabs(this.queue, (message) => this.hear(message));
    this.ready = this.start();
    window.addEventListener("beforeunload", (event) => this.isWaiting() && event.preventDefault());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("storage", ({ key }) => isLate(this.queue, key) && this.takeIn());
  }

  async start() {
    const opened = await openStore(() => this.beOutdated());
    await this.tabs.enter(opened);
    this.store ??= opened;
    if (this.store.isLasting) await this.takeOver(opened);
    else this.server.notice.say(NOTHING_KEPT);
    await this.look();
    this.beginToSend();
  }

  /** What older pages and closed ones left beside the database.
   * @param {OutboxStore} store */
  async takeOver(store) {
    if (localStorage.getItem(OLD + this.queue)) await this.tabs.alone(() => this.takeOverOld(store), "takeover");
    await takeIn(store, this.queue);
    store.sweep(Date.now()).catch((error) => console.error(error));
  }

  /** Without a network it stays where it is for the next page.
   * @param {OutboxStore} store */
  async takeOverOld(store) {
    const module = await import("./legacy.js").catch(() => null);
    await module?.takeOver(store, this.queue, OLD + this.queue);
  }

  /** Sends when it is this page's turn. When that is over, it stands in line again. */
  async beginToSend() {
    const { opened: store, tabs } = this;
    /** @param {(isMyTurn: IsMyTurn) => Promise<void>} work */
    const shared = (work) => (store.isLasting ? tabs.alone(work) : work(() => true));
    const sender = new Sender(
      store,
      tabs,
      this.server,
      () => this.changed(),
      (trouble) => this.trouble(trouble),
    );
    this.sender = sender;
    /** @param {IsMyTurn} isMyTurn */
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
   * @param {OutboxEntry} entry
   * @param {() => Target[]} objects are asked for at the moment of writing
   * @returns {Promise<string>} its key, which is said again when it is saved or refused */
  async add(entry, objects) {
    const { queue, turn } = this;
    /** @type {OutboxRecord} */
    const record = {
      hasVersions: true,
      ...entry,
      ...{ key: newKey(), seq: 0, queue, page: this.tabs.id, turn, at: Date.now(), status: NEW, tries: 0, objects: objects() },
    };
    this.own.set(record.key, record);
    if (this.hasLeft) leave(queue, record, this.own.size);
    await this.ready;
    await new Promise((resolve) => {
      this.unwritten.push({ record, objects, resolve: () => resolve(record.key) });
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
      /** @type {OutboxPlan} */
      const plan = (view) => added(now(), view);
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
    if (this.opened.isLasting && (await takeIn(this.opened, this.queue))) this.changed();
  }

  /** Once `ready` is resolved. */
  get opened() {
    if (!this.store) throw new Error("The store is not open yet.");
    return this.store;
  }

  /** The disk takes nothing more: better sent from here than not at all.
   * @param {string} why */
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
    await this.tabs.enter(this.opened);
  }

  /** Runs the work when all that was given before it is saved or refused; what is given later is sent after it.
   * @param {() => void|Promise<void>} work */
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

  /** The turn that the record waits for, 0 where that ended while the disk was busy: nobody would free it any more.
   * @param {OutboxRecord} record */
  heldBy({ turn }) {
    return turn > this.released ? turn : 0;
  }

  /** @param {number} turn */
  async release(turn) {
    this.released = turn;
    if (this.turn === turn) this.turn = 0;
    /** @param {OutboxRecord} record */
    const isFree = (record) => record.page === this.tabs.id && record.turn > 0 && record.turn <= turn;
    await this.change(({ records }) => ({ put: records.filter(isFree).map((record) => ({ ...record, turn: 0 })), remove: [] }));
    this.changed();
  }

  /** Resolves when none of this page's records that match is on its way.
   * @param {(record: OutboxRecord) => boolean} matches
   * @returns {Promise<void>} */
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

  /** @param {number} id
   * @param {string} subject */
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

  /** @param {string[]} keys */
  async retry(keys) {
    await this.change((view) => retried(keys, view));
    this.changed();
  }

  /** @param {string[]} keys */
  async giveUp(keys) {
    const gone = this.failed().filter(({ key }) => keys.includes(key));
    await this.change(() => ({ put: [], remove: keys }));
    this.changed();
    return gone;
  }

  /** @param {OutboxPlan} plan
   * @param {ChangeOptions} [options] */
  change(plan, options) {
    return this.opened.change(this.queue, plan, options);
  }

  /** Something is new in the store: this page looks, and so do the others. */
  changed() {
    this.tabs.publish({ kind: "changed" });
    this.sender?.wake();
    return this.look();
  }

  /** @param {TabMessage} message */
  hear({ kind, trouble = "" }) {
    if (kind === "trouble") return this.say(trouble);
    this.sender?.wake();
    if (this.sender?.trouble) this.tabs.publish({ kind: "trouble", trouble: this.sender.trouble });
    this.look();
  }

  /** @param {string} trouble why nothing goes out, "" when it does again */
  trouble(trouble) {
    this.tabs.publish({ kind: "trouble", trouble });
    this.say(trouble);
  }

  /** @param {string} trouble */
  say(trouble) {
    this.server.notice.replace(this.alert, trouble);
    this.alert = trouble;
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
    if (!this.store) return;
    const before = [...this.own.values()].filter(({ status }) => status !== NEW); // what is written later isn't missing
    this.records = await this.adopt(await this.store.all(this.queue));
    const now = new Map(this.records.filter(({ page }) => page === this.tabs.id).map((record) => [record.key, record]));
    for (const record of before) if (!now.has(record.key) && this.own.has(record.key)) this.forget(record);
    for (const record of inOrder(now.values())) this.follow(record, this.own.get(record.key));
    const acknowledged = [...now.values()].filter(({ status }) => status === DONE).map(({ key }) => key);
    if (acknowledged.length) await this.store.remove(acknowledged);
    this.onChange.dispatchEvent(new Event("change"));
  }

  /** Takes what pages left behind that are gone. Gives the records as they are then.
   * @param {OutboxRecord[]} records */
  async adopt(records) {
    if (records.every(({ page }) => page === this.tabs.id)) return records;
    const isOpen = await this.tabs.open();
    /** @param {OutboxRecord} record */
    const isMine = ({ subject }) => this.listener.subjects(subject);
    /** @param {Pick<OutboxView, "records">} view */
    const plan = (view) => adopted(this.tabs.id, view, isMine, isOpen, this.tabs.former);
    const { put: left, remove } = plan({ records });
    if (!left.length && !remove.length) return records;
    const { put } = await this.change(plan);
    for (const record of put) this.own.set(record.key, record);
    if (put.length) this.listener.resumed(inOrder(put).filter(({ status }) => status === WAITING));
    return this.opened.all(this.queue);
  }

  /** @param {OutboxRecord} record
   * @param {OutboxRecord} [before] as it was at the last look */
  follow(record, before) {
    if (record.status === DONE && record.outcome) {
      this.own.delete(record.key);
      return this.listener.saved({ ...record.outcome, key: record.key, subject: record.subject, isShown: !record.isAdopted && !record.tries });
    }
    this.own.set(record.key, record);
    if (record.status === FAILED && before?.tries !== record.tries) this.listener.failed(record);
  }

  /** Another page took it over, or it was given up.
   * @param {OutboxRecord} record */
  forget(record) {
    this.own.delete(record.key);
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
