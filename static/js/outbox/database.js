/** The browser's database: its shape, how an older shape becomes this one, and requests as promises. */
import { aboutOf, DONE, dueAt } from "./records.js";

export const RECORDS = "outbox"; // what waits, and what its page has yet to hear of
export const SPANS = "spans"; // versions of an object that this browser wrote one upon the other
export const LEASES = "leases"; // who has what for how long, where the browser has no Web Locks
const NAME = "seston";
const VERSION = 2;
const PATIENCE = 3_000; // milliseconds for pages that have the older shape open to let go of it

/** Rejects where there is none: none at all, of a newer shape, or held by a page of the older one that doesn't answer.
 * @returns {Promise<IDBDatabase>} */
export function openDatabase() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = ({ oldVersion }) => upgrade(request, oldVersion);
  return new Promise((resolve, reject) => {
    let isLate = false;
    const giveUp = () => {
      isLate = true;
      reject(new DOMException("Another page holds the database.", "TimeoutError"));
    };
    request.onsuccess = () => (isLate ? request.result.close() : resolve(request.result));
    request.onerror = () => reject(request.error);
    request.onblocked = () => setTimeout(giveUp, PATIENCE);
  });
}

/** All of it or nothing: where the browser breaks off, the older shape is what is there, with all that waits.
 * @param {IDBOpenDBRequest} request
 * @param {number} oldVersion 0 where there was none */
function upgrade({ result: db, transaction }, oldVersion) {
  const records = oldVersion && transaction ? transaction.objectStore(RECORDS) : db.createObjectStore(RECORDS, { keyPath: "key" });
  if (oldVersion) records.deleteIndex("queue");
  records.createIndex("order", ["queue", "seq"]);
  records.createIndex("due", ["queue", "due", "seq"]); // has only what is to be sent
  records.createIndex("about", "about", { multiEntry: true });
  records.createIndex("done", "doneAt");
  db.createObjectStore(SPANS, { keyPath: "name" }).createIndex("at", "at");
  db.createObjectStore(LEASES, { keyPath: "name" }).createIndex("until", "until");
  const scan = records.openCursor();
  scan.onsuccess = () => {
    const cursor = scan.result;
    cursor?.update(asStored(cursor.value));
    cursor?.continue();
  };
}

/** A record with what the indexes find it by.
 * @param {OutboxRecord & {due?: number, doneAt?: number}} record */
export function asStored({ due: _, doneAt: __, ...record }) {
  const due = dueAt(record);
  const isDone = record.status === DONE;
  return { ...record, about: aboutOf(record), ...(due !== undefined && { due }), ...(isDone && { doneAt: record.at }) };
}

/** @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>} */
export function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when all of the transaction is on the disk.
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>} */
export function endOf(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("It was taken back.", "AbortError"));
  });
}
