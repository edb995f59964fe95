/** Where the outbox keeps its records: in IndexedDB (database.js), so that they outlive the page, the browser and the
 * machine's power. A step of sending or giving costs the same however many records wait: it reads by index. */
import { answerOf, asStored, endOf, LEASES, openDatabase, RECORDS, SPANS } from "./database.js";
import { PageStore } from "./pagestore.js";
import { aboutOf } from "./records.js";

const FEW = 20; // objects that are looked for one by one without asking whether that is less than all
const DAY = 86_400_000; // milliseconds
const SPANS_LAST = DAY; // no tab shows an older label without having looked since
const ANSWERS_LAST = 30 * DAY; // that nobody came to hear

/** The browser's store; where it has none, one that lives as long as the page (`isLasting` is false).
 * @param {() => void} onClosed is called when a newer page needs the database in another shape
 * @returns {Promise<OutboxStore>} */
export async function openStore(onClosed) {
  try {
    return new LastingStore(await openDatabase(), onClosed);
  } catch (error) {
    console.warn("This browser keeps nothing:", error);
    return new PageStore();
  }
}

class LastingStore {
  isLasting = true;

  /** @param {IDBDatabase} db
   * @param {() => void} onClosed */
  constructor(db, onClosed) {
    this.db = db;
    this.isClosed = false;
    db.addEventListener("versionchange", () => this.close(onClosed)); // the newer page waits for this
  }

  /** @param {() => void} onClosed */
  close(onClosed) {
    this.db.close();
    this.isClosed = true;
    onClosed();
  }

  /** The records of a queue, in their order.
   * @param {string} queue
   * @returns {Promise<OutboxRecord[]>} */
  all(queue) {
    return answerOf(this.index("order").getAll(within(queue)));
  }

  /** The next that may be sent by now; several where it depends on open pages (`turn`) which of them it is.
   * @param {string} queue
   * @param {number} now
   * @returns {Promise<OutboxRecord[]>} */
  async due(queue, now) {
    const range = IDBKeyRange.bound([queue, 0], [queue, now, []]);
    const next = await answerOf(this.index("due").getAll(range, 1));
    return next[0]?.turn ? answerOf(this.index("due").getAll(range)) : next;
  }

  /** When the next one may be sent, undefined where none is to be.
   * @param {string} queue
   * @param {number} now */
  async dueNext(queue, now) {
    const cursor = await answerOf(this.index("due").openKeyCursor(IDBKeyRange.bound([queue, now, []], [queue, []])));
    return cursor ? secondOf(cursor.key) : undefined;
  }

  /** Changes the records of a queue, all of it or nothing, and no other tab in between.
   * @param {string} queue
   * @param {OutboxPlan} plan is given the outbox as it is, and gives its change
   * @param {ChangeOptions} options what the server knows needn't be strict
   * @returns {Promise<OutboxChange>} what `plan` returned, when it is on the disk */
  async change(queue, plan, { about = null, durability = "strict" } = {}) {
    const transaction = this.db.transaction([RECORDS, SPANS], "readwrite", { durability });
    const work = view(transaction, queue, about).then((state) => written(transaction, plan(state)));
    work.catch(() => transaction.error ?? transaction.abort());
    const [change] = await Promise.all([work, endOf(transaction)]);
    return change;
  }

  /** Removes what the server has. If that is forgotten, the server answers it again.
   * @param {string[]} keys */
  remove(keys) {
    const transaction = this.db.transaction(RECORDS, "readwrite", { durability: "relaxed" });
    for (const key of keys) transaction.objectStore(RECORDS).delete(key);
    return endOf(transaction);
  }

  /** Removes what nobody will ask for any more, of all queues.
   * @param {number} now */
  sweep(now) {
    const transaction = this.db.transaction([RECORDS, SPANS, LEASES], "readwrite", { durability: "relaxed" });
    removeUntil(transaction.objectStore(SPANS).index("at"), now - SPANS_LAST);
    removeUntil(transaction.objectStore(RECORDS).index("done"), now - ANSWERS_LAST);
    removeUntil(transaction.objectStore(LEASES).index("until"), now);
    return endOf(transaction);
  }

  /** Lends the name to the holder until then, unless somebody else has it. Returns whether the holder has it now.
   * @param {string} name
   * @param {string} holder
   * @param {number} now
   * @param {number} until */
  async lease(name, holder, now, until) {
    const leases = this.db.transaction(LEASES, "readwrite", { durability: "relaxed" }).objectStore(LEASES);
    /** @type {Lease|undefined} */
    const lease = await answerOf(leases.get(name));
    const isFree = !lease || lease.holder === holder || lease.until <= now;
    if (isFree) await answerOf(leases.put({ name, holder, until }));
    return isFree;
  }

  /** Gives back what the holder still has: without waiting for anything, for the page may be going.
   * @param {string[]} names */
  release(names) {
    const transaction = this.db.transaction(LEASES, "readwrite", { durability: "relaxed" });
    for (const name of names) transaction.objectStore(LEASES).delete(name);
    transaction.commit();
  }

  /** The names that are lent.
   * @param {number} now */
  async leased(now) {
    const leases = this.db.transaction(LEASES).objectStore(LEASES);
    return (await answerOf(leases.index("until").getAllKeys(IDBKeyRange.lowerBound(now, true)))).map(String);
  }

  /** @param {string} name */
  index(name) {
    return this.db.transaction(RECORDS).objectStore(RECORDS).index(name);
  }
}

/** What the plan is given. All is read within the transaction, which stays open for as long as answers are awaited.
 * @param {IDBTransaction} transaction
 * @param {string} queue
 * @param {NewRecord[]|null} about
 * @returns {Promise<OutboxView>} */
async function view(transaction, queue, about) {
  const [records, spans] = [RECORDS, SPANS].map((name) => transaction.objectStore(name));
  const last = answerOf(records.index("order").openKeyCursor(within(queue), "prev"));
  const names = about && [...new Set(about.flatMap(aboutOf))];
  const isFew = names !== null && (names.length <= FEW || names.length < (await answerOf(records.index("order").count(within(queue)))));
  const those = isFew
    ? Promise.all(names.map((name) => answerOf(records.index("about").getAll(name)))).then((groups) => unique(groups.flat()))
    : answerOf(records.index("order").getAll(within(queue)));
  const spansOf = Promise.all((names ?? []).map((name) => answerOf(spans.get(name))));
  const [cursor, present, versions] = await Promise.all([last, those, spansOf]);
  return { records: present, last: cursor ? secondOf(cursor.key) : 0, spans: byName(versions.filter(Boolean)) };
}

/** @param {IDBTransaction} transaction
 * @param {OutboxChange} change */
function written(transaction, change) {
  const records = transaction.objectStore(RECORDS);
  for (const record of change.put) records.put(asStored(record));
  for (const key of change.remove) records.delete(key);
  for (const span of change.spans ?? []) transaction.objectStore(SPANS).put({ ...span, at: Date.now() });
  return change;
}

/** @param {string} queue */
function within(queue) {
  return IDBKeyRange.bound([queue], [queue, []]);
}

/** The number in the keys of the indexes, behind the queue.
 * @param {IDBValidKey} key
 * @returns {number} */
function secondOf(key) {
  return Number(Array.isArray(key) && key[1]);
}

/** @param {IDBIndex} index
 * @param {number} time */
function removeUntil(index, time) {
  const scan = index.openCursor(IDBKeyRange.upperBound(time));
  scan.onsuccess = () => {
    scan.result?.delete();
    scan.result?.continue();
  };
}

/** @param {OutboxRecord[]} records */
function unique(records) {
  return [...new Map(records.map((record) => [record.key, record])).values()];
}

/** @param {Span[]} spans */
function byName(spans) {
  return new Map(spans.map((span) => [span.name, span]));
}
