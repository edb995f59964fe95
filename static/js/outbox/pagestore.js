/** What stands in for the browser's database where there is none: it lives as long as the page. */
import { dueAt, inOrder } from "./records.js";

export class PageStore {
  isLasting = false;
  records = new Map();
  spans = new Map();

  async all(queue) {
    return inOrder([...this.records.values()].filter((record) => record.queue === queue));
  }

  async due(queue, now) {
    const isDue = (record) => dueAt(record) <= now; // undefined is not
    return (await this.all(queue)).filter(isDue).sort((a, b) => dueAt(a) - dueAt(b));
  }

  async dueNext(queue, now) {
    const times = (await this.all(queue)).map(dueAt).filter((time) => time > now);
    return times.length ? Math.min(...times) : undefined;
  }

  async change(queue, plan) {
    const records = await this.all(queue);
    const change = plan({ records, last: records.at(-1)?.seq ?? 0, spans: this.spans });
    for (const record of change.put) this.records.set(record.key, record);
    for (const key of change.remove) this.records.delete(key);
    for (const span of change.spans ?? []) this.spans.set(span.name, span);
    return change;
  }

  async remove(keys) {
    for (const key of keys) this.records.delete(key);
  }

  async sweep() {} // the page takes all of it along
}
