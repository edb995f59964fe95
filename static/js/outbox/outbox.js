/** Labels, values and answers on their way: each is on the disk before the page shows it as given, and leaves the disk
 * when the server has it. All tabs of a person and project share one outbox; one of them sends (outbox/sender.js). */

import { newKey } from "../page/server.js";
import { forget, isLate, leave, takeIn } from "./latewrites.js";
import { OwnRecords } from "./ownrecords.js";
import { PageStore } from "./pagestore.js";
import { added, NEW, retried, WAITING } from "./records.js";
import { Sender } from "./sender.js";
import { openStore } from "./store.js";
import { Tabs } from "./tabs.js";
import { Turns } from "./turns.js";

const NOTHING_KEPT =
  "This browser keeps nothing on its disk (a private window, or the disk is full). Labels are sent at once: wait until they are saved before you close this page.";
const OUTDATED = "Another tab has a newer version of this page. Load this one again: what you gave is kept, and from here labels are sent at once.";
const OLD = "seston.outbox."; // what older pages kept in localStorage, one list for all tabs
const LATER = 15_000; // milliseconds after which a sender that broke down begins again

export class Outbox {
  /** @param {Server} server
   * @param {DOMStringMap} data of the page: its person, its project
   * @param {OutboxListener} listener shows records of its subjects: those of an earlier page, and what becomes of its own */
  constructor(server, { person, project }, listener) {
    this.server = server;
    this.listener = listener;
    this.queue = `${person}.${project}`;
    /** @type {{record: OutboxRecord, objects: () => Target[], resolve: () => void}[]} */
    this.unwritten = [];
    this.isWriting = false;
    this.hasLeft = false; // the page may be gone any moment
    this.alert = ""; // why nothing goes out, as the notice has it
    /** @type {OutboxStore|undefined} */
    this.store = undefined; // until it is open
    /** @type {Sender|undefined} */
    this.sender = undefined;
    this.tabs = new Tabs(this.queue, (message) => this.hear(message));
    this.own = new OwnRecords(this.queue, this.tabs, listener, () => this.store);
    this.onChange = this.own.onChange;
    this.turns = new Turns(
      (matches) => this.ready.then(() => this.own.sent(matches)),
      (turn) => this.free(turn),
    );
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
    await this.own.look();
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
      await this.own.look(); // the page that sent before may be gone, and its records are nobody's
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
    this.own.note(record);
    if (this.hasLeft) leave(queue, record, this.own.underWay.size);
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
      const now = () => group.map(({ record, objects }) => ({ ...record, turn: this.turns.heldBy(record), objects: objects() }));
      /** @type {OutboxPlan} */
      const plan = (view) => added(now(), view);
      const write = () => this.change(plan, { about: records });
      const { put } = await write().catch((error) => {
        console.error(error);
        this.keepInPage(NOTHING_KEPT);
        return write();
      });
      for (const record of records) this.own.note({ ...record, status: WAITING }); // another tab may have taken it in
      for (const record of put) this.own.note(record);
      if (this.hasLeft) forget(this.queue, records); // and is here again
      for (const { resolve } of group) resolve();
    }
    this.isWriting = false;
  }

  /** The page may be going: what isn't on the disk yet is written down where that takes no time, and what comes yet. */
  leave() {
    this.hasLeft = true;
    for (const { place, record } of this.own.unwritten()) leave(this.queue, record, place);
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
    return this.turns.run(work);
  }

  /** The one that what is given now is sent after; 0 if there is none. */
  get turn() {
    return this.turns.current;
  }

  /** @param {number} turn is over */
  async free(turn) {
    /** @param {OutboxRecord} record */
    const isFree = (record) => record.page === this.tabs.id && record.turn > 0 && record.turn <= turn;
    await this.change(({ records }) => ({ put: records.filter(isFree).map((record) => ({ ...record, turn: 0 })), remove: [] }));
    this.changed();
  }

  /** @param {number} id
   * @param {string} subject */
  waitsFor(id, subject) {
    return this.own.waitsFor(id, subject);
  }

  isWaiting() {
    return this.own.isWaiting();
  }

  /** Those that the server refused, in the order they were given. */
  failed() {
    return this.own.failed();
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
    return this.own.look();
  }

  /** @param {TabMessage} message */
  hear({ kind, trouble = "" }) {
    if (kind === "trouble") return this.say(trouble);
    this.sender?.wake();
    if (this.sender?.trouble) this.tabs.publish({ kind: "trouble", trouble: this.sender.trouble });
    this.own.look();
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
}

/** @param {number} milliseconds
 * @returns {Promise<void>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
