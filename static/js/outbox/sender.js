/** Sends what waits in the outbox, one after the other: one page does it for all that are open. It keeps nothing of what
 * it read: what it does next is asked of the store, where every tab's changes are, and costs the same however many wait. */

import { newKey } from "../page/server.js";
import { FAILED, failed, settled, WAITING } from "./records.js";

const MOST_WAIT = 15_000; // milliseconds between two tries
const CALM = 1_000; // as long nothing wakes it from waiting for the network
const MOST_OBJECTS = 1000; // objects a request
/** What waits since before a route got its present name is sent to that one. @type {Record<string, string>} */
const RENAMED = { "scores/": "trait-values/" };

export class Sender {
  /** @param {OutboxStore} store
   * @param {Tabs} tabs
   * @param {Server} server
   * @param {() => void} onChange is called when a record became another
   * @param {(trouble: string) => void} onTrouble is told why nothing goes out, "" when it does again */
  constructor(store, tabs, server, onChange, onTrouble) {
    this.store = store;
    this.tabs = tabs;
    this.server = server;
    this.onChange = onChange;
    this.onTrouble = onTrouble;
    this.queue = tabs.queue;
    this.trouble = "";
    this.wait = CALM;
    this.rouse = () => {}; // ends its sleep
    this.isNews = false; // since it last asked what is next
    window.addEventListener("online", () => this.wake());
  }

  /** Returns when it is another page's turn.
   * @param {IsMyTurn} isMyTurn */
  async run(isMyTurn) {
    while (await isMyTurn()) {
      this.isNews = false;
      const record = await this.next();
      if (record) await this.send(record);
      else await this.sleep(await this.timeToNext());
    }
  }

  /** In the order they were given, what failed when its time has come; but nothing that its page holds back. */
  async next() {
    const records = await this.store.due(this.queue, Date.now());
    if (!records[0]?.turn) return records[0];
    const isOpen = await this.tabs.open();
    return records.find(({ turn, page }) => !turn || !isOpen(page));
  }

  /** Milliseconds until something that failed in passing is due, or until it looks anyway. */
  async timeToNext() {
    const now = Date.now();
    return Math.min(MOST_WAIT, ((await this.store.dueNext(this.queue, now)) ?? Infinity) - now);
  }

  /** @param {OutboxRecord} record */
  async send(record) {
    const reply = await this.sendWithVersions(record);
    this.say(reply.waits ?? "");
    if (reply.waits) {
      await this.sleep(this.wait, CALM);
      this.wait = Math.min(this.wait * 2, MOST_WAIT);
      return;
    }
    this.wait = CALM;
    // relaxed: if it is forgotten, the server answers the same again
    await this.store.change(this.queue, (view) => this.outcome(record, reply, view), { about: [record], durability: "relaxed" });
    this.onChange();
  }

  /** What becomes of the record: nothing where it is gone, or another page was faster.
   * @param {OutboxRecord} sent
   * @param {Reply} reply
   * @param {OutboxView} view
   * @returns {OutboxChange} */
  outcome({ key }, { answer, refused, isPassing }, view) {
    const record = view.records.find((other) => other.key === key && [WAITING, FAILED].includes(other.status));
    if (!record) return { put: [], remove: [] };
    if (refused) return failed(record, { reason: refused, isPassing }, view, Date.now(), newKey);
    return settled(record, answer, view, newKey);
  }

  /** @param {OutboxRecord} record
   * @returns {Promise<Reply>} */
  async sendWithVersions(record) {
    if (!record.objects.some(({ version }) => version === null)) return this.post(record);
    const { versions, ...trouble } = await this.lookUp(record);
    if (!versions) return trouble;
    const objects = record.objects.map(({ id, version }) => ({ id, version: version ?? versions.get(id) ?? 0 }));
    /** @type {OutboxPlan} */
    const plan = ({ records }) => ({ put: records.filter(({ key }) => key === record.key).map((r) => ({ ...r, objects })), remove: [] });
    await this.store.change(this.queue, plan, { about: [record] });
    return this.post({ ...record, objects });
  }

  /** The versions that values of a trait have; one that somebody gave since is another than the person can mean.
   * @param {OutboxRecord} record
   * @returns {Promise<Reply & {versions?: Map<number, number>}>} */
  async lookUp({ label, objects, at }) {
    const versions = new Map();
    for (let i = 0; i < objects.length; i += MOST_OBJECTS) {
      const ids = objects.slice(i, i + MOST_OBJECTS).map(({ id }) => id);
      const { answer, ...trouble } = await this.server.attempt(`trait-values/?trait=${label.trait}&ids=${ids.join(",")}`, undefined, { method: "GET" });
      if (!answer) return trouble;
      for (const { id, version, when } of answer) versions.set(id, when && Date.parse(when) > at ? Math.max(0, version - 1) : version);
    }
    return { versions };
  }

  /** @param {OutboxRecord} record */
  post({ key, path, label, objects, hasVersions }) {
    const targets = hasVersions ? objects : objects.map(({ id }) => id);
    return this.server.attempt(RENAMED[path] ?? path, { objects: targets, ...label }, { key });
  }

  /** @param {string} trouble */
  say(trouble) {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.onTrouble(trouble);
  }

  /** Until the time is over or somebody wakes it, but not before `least` is over.
   * @param {number} most milliseconds */
  async sleep(most, least = 0) {
    const woken = new Promise((resolve) => {
      this.rouse = () => resolve(null);
    });
    if (this.isNews) this.rouse(); // since it asked what is next
    const timer = setTimeout(this.rouse, most);
    await Promise.all([woken, new Promise((resolve) => setTimeout(resolve, least))]);
    clearTimeout(timer);
  }

  wake() {
    this.isNews = true;
    this.rouse();
  }
}
