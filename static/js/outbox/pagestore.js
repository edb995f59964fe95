/** What stands in for the browser's database where there is none: it lives as long as the page. */
import { dueAt, inOrder } from "./records.js";

export class PageStore {
  isLasting = false;
  isClosed = false;
  /** @type {Map<string, OutboxRecord>} */
  records = new Map();
  /** @type {Map<string, Span>} */
  spans = new Map();

  /** @param {string} queue */
  async all(queue) {
    return inOrder([...this.records.values()].filter((record) => record.queue === queue));
  }

  /** @param {string} queue
   * @param {number} now */
  async due(queue, now) {
    const records = (await this.all(queue)).map((record) => ({ record, time: dueAt(record) ?? Infinity }));
    const due = records.filter(({ time }) => time < Infinity && time <= now).sort((a, b) => a.time - b.time);
    return due.map(({ record }) => record);
  }

  /** @param {string} queue
   * @param {number} now */
  async dueNext(queue, now) {
    const times = (await this.all(queue)).map((record) => dueAt(record) ?? -Infinity).filter((time) => time > now);
    return times.length ? Math.min(...times) : undefined;
  }

  /** @param {string} queue
   * @param {OutboxPlan} plan */
  async change(queue, plan) {
    const records = await this.all(queue);
    const change = plan({ records, last: records.at(-1)?.seq ?? 0, spans: this.spans });
    for (const record of change.put) this.records.set(record.key, record);
    for (const key of change.remove) this.records.delete(key);
    for (const span of change.spans ?? []) this.spans.set(span.name, span);
    return change;
  }

  /** @param {string[]} keys */
  async remove(keys) {
    for (const key of keys) this.records.delete(key);
  }

  async sweep() {} // the page takes all of it along
}
