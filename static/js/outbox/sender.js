/** Sends what waits in the outbox, one after the other: one page does it for all that are open. */
import { changed, FAILED, failed, nextToSend, settled, timeToNext, WAITING } from "./records.js";
import { newKey } from "../server.js";

const MOST_WAIT = 15_000; // milliseconds between two tries
const CALM = 1_000; // as long nothing wakes it from waiting for the network
const MOST_ASKED = 1000; // objects a request

export class Sender {
  /** @param {function()} onChange is called when a record became another
   * @param {function(string)} onTrouble is told why nothing goes out, "" when it does again */
  constructor(store, tabs, server, onChange, onTrouble) {
    Object.assign(this, { store, tabs, server, onChange, onTrouble, queue: tabs.queue });
    this.trouble = "";
    this.wait = CALM;
    window.addEventListener("online", () => this.wake());
  }

  /** Never returns: the browser ends it with the page. */
  async run() {
    for (let records = null; ; ) {
      records ??= await this.store.all(this.queue);
      const isOpen = records.some(({ turn }) => turn) ? await this.tabs.open() : () => false;
      const record = nextToSend(records, Date.now(), ({ turn, page }) => turn && isOpen(page));
      if (!record) await this.sleep(timeToNext(records, Date.now(), MOST_WAIT));
      records = record ? await this.send(record) : null;
    }
  }

  /** @returns the records as they are then, where that is known */
  async send(record) {
    const reply = await this.sendWithVersions(record);
    this.say(reply.waits ?? "");
    if (reply.waits) {
      await this.sleep(this.wait, CALM);
      this.wait = Math.min(this.wait * 2, MOST_WAIT);
      return null;
    }
    this.wait = CALM;
    let after = null;
    const plan = (records) => {
      const change = this.outcome(record, reply, records);
      after = changed(records, change);
      return change;
    };
    await this.store.change(this.queue, plan, "relaxed"); // if it is forgotten, the server answers the same again
    this.onChange();
    return after;
  }

  /** What becomes of the record: nothing where it is gone, or another page was faster. */
  outcome({ key }, { answer, refused, isPassing }, records) {
    const record = records.find((other) => other.key === key && [WAITING, FAILED].includes(other.status));
    if (!record) return { put: [], remove: [] };
    if (refused) return failed(record, { reason: refused, isPassing }, records, Date.now(), newKey);
    return settled(record, answer, records);
  }

  async sendWithVersions(record) {
    if (!record.objects.some(({ version }) => version === null)) return this.post(record);
    const { versions, ...trouble } = await this.lookUp(record);
    if (!versions) return trouble;
    const objects = record.objects.map(({ id, version }) => ({ id, version: version ?? versions.get(id) ?? 0 }));
    await this.store.change(this.queue, (records) => ({ put: records.filter(({ key }) => key === record.key).map((r) => ({ ...r, objects })), remove: [] }));
    return this.post({ ...record, objects });
  }

  /** The versions that values of a trait have; one that somebody gave since is another than the person can mean. */
  async lookUp({ label, objects, at }) {
    const versions = new Map();
    for (let i = 0; i < objects.length; i += MOST_ASKED) {
      const ids = objects.slice(i, i + MOST_ASKED).map(({ id }) => id);
      const { answer, ...trouble } = await this.server.attempt(`scores/?trait=${label.trait}&ids=${ids.join(",")}`, undefined, { method: "GET" });
      if (!answer) return trouble;
      for (const { id, version, when } of answer) versions.set(id, when && Date.parse(when) > at ? Math.max(0, version - 1) : version);
    }
    return { versions };
  }

  post({ key, path, label, objects, hasVersions }) {
    const targets = hasVersions ? objects : objects.map(({ id }) => id);
    return this.server.attempt(path, { objects: targets, ...label }, { key });
  }

  say(trouble) {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.onTrouble(trouble);
  }

  /** Until the time is over or somebody wakes it, but not before `least` is over. */
  async sleep(most, least = 0) {
    const woken = new Promise((resolve) => (this.wake = resolve));
    const timer = setTimeout(this.wake, most);
    await Promise.all([woken, new Promise((resolve) => setTimeout(resolve, least))]);
    clearTimeout(timer);
  }

  wake() {}
}
