/** What became of the records of a page is looked up in the store, and told to the page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OwnRecords } from "../../../static/js/outbox/ownrecords.js";
import { PageStore } from "../../../static/js/outbox/pagestore.js";
import { added, DONE, FAILED, NEW, WAITING } from "../../../static/js/outbox/records.js";

const QUEUE = "bob.1";

/** @param {string} key
 * @param {Partial<OutboxRecord>} [more]
 * @returns {OutboxRecord} */
function record(key, more = {}) {
  const about = { subject: "taxon", path: "annotations/", label: {}, words: "", hasVersions: true, objects: [{ id: 1, version: 1 }] };
  return { ...about, key, queue: QUEUE, page: "me", turn: 0, at: 0, seq: 0, status: WAITING, tries: 0, ...more };
}

/** The records of the page `me`, their store, and what the page hears. */
async function page(/** @type {OutboxRecord[]} */ ...records) {
  const store = new PageStore();
  /** @type {unknown[]} */
  const log = [];
  const tabs = /** @type {any} */ ({ id: "me", former: null, open: async () => (/** @type {string} */ name) => name !== "gone" });
  const listener = {
    subjects: () => true,
    resumed: (/** @type {OutboxRecord[]} */ several) => void log.push(["resumed", several.map(({ key }) => key)]),
    saved: (/** @type {Saved} */ { key, isShown }) => void log.push(["saved", key, isShown]),
    failed: (/** @type {OutboxRecord} */ { key }) => void log.push(["failed", key]),
    lost: (/** @type {number[]} */ ids, /** @type {string} */ subject) => void log.push(["lost", ids, subject]),
  };
  const own = new OwnRecords(QUEUE, tabs, listener, () => store);
  for (const each of records) {
    await store.change(QUEUE, (view) => added([each], view));
    own.note(each);
  }
  /** @param {string} key
   * @param {Partial<OutboxRecord>} values */
  const change = (key, values) =>
    store.change(QUEUE, ({ records: all }) => ({ put: all.filter((each) => each.key === key).map((each) => ({ ...each, ...values })), remove: [] }));
  return { own, store, log, change };
}

test("what the server has is told once, and leaves the store", async () => {
  const { own, store, log, change } = await page(record("a"));
  assert.equal(own.waitsFor(1, "taxon"), true);
  await change("a", { status: DONE, outcome: { batch: 1, inapplicable: 0, saved: [{ id: 1, version: 2 }], conflicts: [] } });
  await own.look();
  await own.look();
  assert.deepEqual(log, [["saved", "a", true]]);
  assert.equal(own.isWaiting(), false);
  assert.deepEqual(await store.all(QUEUE), []);
});

test("a refusal is told again when it was tried again, and nothing waits for it", async () => {
  const { own, log, change } = await page(record("a"));
  await change("a", { status: FAILED, tries: 1 });
  await own.look();
  await own.look();
  assert.deepEqual(log, [["failed", "a"]]);
  await change("a", { tries: 2 });
  await own.look();
  assert.deepEqual(log.length, 2);
  assert.equal(own.waitsFor(1, "taxon"), false);
  assert.deepEqual(
    own.failed().map(({ key }) => key),
    ["a"],
  );
  await own.sent(() => true); // resolves
});

test("what another page took over, or was given up, is lost here", async () => {
  const { own, store, log } = await page(record("a"));
  await store.remove(["a"]);
  await own.look();
  assert.deepEqual(log, [["lost", [1], "taxon"]]);
});

test("what is not written yet isn't missing", async () => {
  const { own, log } = await page();
  own.note(record("a", { status: NEW }));
  await own.look();
  assert.deepEqual(log, []);
  assert.deepEqual(
    own.unwritten().map(({ record: { key }, place }) => [key, place]),
    [["a", 0]],
  );
});

test("records of a page that is gone are taken over, those of an open one are not", async () => {
  const { own, store, log } = await page();
  for (const each of [record("a", { page: "gone" }), record("b", { page: "other" })]) await store.change(QUEUE, (view) => added([each], view));
  await own.look();
  assert.deepEqual(log, [["resumed", ["a"]]]);
  assert.equal(own.isWaiting(), true);
});

test("whoever waits for records hears of it when the last is saved", async () => {
  const { own, change } = await page(record("a"));
  let isSent = false;
  const sent = own.sent(() => true).then(() => (isSent = true));
  await own.look();
  assert.equal(isSent, false);
  await change("a", { status: DONE, outcome: { batch: 1, inapplicable: 0, saved: [], conflicts: [] } });
  await own.look();
  await sent;
});
