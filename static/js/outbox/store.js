/** Where the outbox keeps its records: in IndexedDB, so that they outlive the page, the browser and the machine's power. */

const NAME = "seston";
const RECORDS = "outbox";

/** The browser's store; where it has none, one that lives as long as the page (`isLasting` is false). */
export async function openStore() {
  try {
    return new LastingStore(await open());
  } catch (error) {
    console.warn("This browser keeps nothing:", error);
    return new PageStore();
  }
}

class LastingStore {
  isLasting = true;

  constructor(db) {
    this.db = db;
    db.addEventListener("versionchange", () => db.close()); // a newer page needs another shape of it
  }

  /** The records of a queue. */
  all(queue) {
    return answerOf(this.db.transaction(RECORDS).objectStore(RECORDS).index("queue").getAll(queue));
  }

  /** Changes the records of a queue, all of it or nothing, and no other tab in between.
   * @param {function(Object[]): {put: Object[], remove: string[]}} plan is given the records as they are
   * @param {"strict"|"relaxed"} durability strict where it must outlive a power cut; what the server knows needn't
   * @returns what `plan` returned, when it is on the disk */
  change(queue, plan, durability = "strict") {
    const transaction = this.db.transaction(RECORDS, "readwrite", { durability });
    const records = transaction.objectStore(RECORDS);
    return new Promise((resolve, reject) => {
      let change;
      records.index("queue").getAll(queue).onsuccess = (event) => {
        change = plan(event.target.result);
        for (const record of change.put) records.put(record);
        for (const key of change.remove) records.delete(key);
      };
      transaction.oncomplete = () => resolve(change);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** Removes what the server has. If that is forgotten, the server answers it again. */
  remove(keys) {
    const records = this.db.transaction(RECORDS, "readwrite", { durability: "relaxed" }).objectStore(RECORDS);
    return Promise.all(keys.map((key) => answerOf(records.delete(key))));
  }
}

export class PageStore {
  isLasting = false;
  records = new Map();

  async all(queue) {
    return [...this.records.values()].filter((record) => record.queue === queue);
  }

  async change(queue, plan) {
    const change = plan(await this.all(queue));
    for (const record of change.put) this.records.set(record.key, record);
    for (const key of change.remove) this.records.delete(key);
    return change;
  }

  async remove(keys) {
    for (const key of keys) this.records.delete(key);
  }
}

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(RECORDS, { keyPath: "key" }).createIndex("queue", "queue");
  return answerOf(request);
}

function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
