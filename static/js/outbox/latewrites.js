/** What is given in a page's last moment. The database answers too late for that; localStorage takes it at once, each
 * record under a name of its own. The next page, or another tab, takes it over: a record that got into the database
 * after all is there already, one that was sent has a key by which the server knows it. */
import { added } from "./records.js";

const PREFIX = "seston.late.";

/** @param {string} queue
 * @param {OutboxRecord} record
 * @param {number} place of the record among those of its page */
export function leave(queue, record, place) {
  try {
    localStorage.setItem(nameOf(queue, record), JSON.stringify({ record, place }));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    console.error("This browser keeps nothing:", error);
  }
}

/** Those are in the database by now.
 * @param {string} queue
 * @param {OutboxRecord[]} records */
export function forget(queue, records) {
  for (const record of records) localStorage.removeItem(nameOf(queue, record));
}

/** @param {string} queue
 * @param {string|null} name of an item in localStorage */
export function isLate(queue, name) {
  return Boolean(name?.startsWith(`${PREFIX}${queue}.`));
}

/** Returns whether there was any.
 * @param {OutboxStore} store
 * @param {string} queue */
export async function takeIn(store, queue) {
  const names = Object.keys(localStorage).filter((name) => isLate(queue, name));
  /** @type {{record: OutboxRecord, place: number}[]} */
  const items = names.map((name) => JSON.parse(localStorage.getItem(name) ?? "null")).filter(Boolean); // another tab may be faster
  const records = items.sort((a, b) => a.record.at - b.record.at || a.place - b.place).map(({ record }) => record);
  if (!records.length) return false;
  await store.change(queue, (view) => added(records, view), { about: records });
  forget(queue, records);
  return true;
}

/** @param {string} queue
 * @param {OutboxRecord} record */
function nameOf(queue, { key }) {
  return `${PREFIX}${queue}.${key}`;
}
