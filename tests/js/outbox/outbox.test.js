/** The rules of the outbox: what is sent when, and what becomes of labels that build on each other. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { PageStore } from "../../../static/js/outbox/pagestore.js";
import { added, adopted, DONE, FAILED, failed, inOrder, retried, settled, WAITING } from "../../../static/js/outbox/records.js";
import { Sender } from "../../../static/js/outbox/sender.js";

globalThis.window ??= /** @type {Window & typeof globalThis} */ (new EventTarget()); // where the sender hears of the network

const QUEUE = "ann.1";
let keys = 0;

/** @param {number[]} ids
 * @param {number|undefined} taxon
 * @param {Partial<NewRecord>} more
 * @returns {NewRecord} */
function label(ids, taxon, more = {}) {
  const objects = ids.map((id) => ({ id, version: 1 }));
  const common = { key: `k${++keys}`, queue: QUEUE, page: "a", turn: 0, at: 0, path: "annotations/", subject: "taxon", hasVersions: true };
  return { ...common, objects, label: { taxon, state: "validated" }, words: `taxon ${taxon}`, ...more };
}

/** An outbox that holds these labels. */
async function outboxOf(...labels) {
  const store = new PageStore();
  for (const fresh of labels) await store.change(QUEUE, (view) => added([fresh], view));
  return store;
}

const answer = (store, record, reply) => store.change(QUEUE, (view) => settled(record, reply, view, () => `${record.key}+`));
const refuse = (store, record, reason, isPassing) => store.change(QUEUE, (view) => failed(record, { reason, isPassing }, view, 0, () => `${record.key}+`));
const nextToSend = async (store, now = 0) => (await store.due(QUEUE, now))[0];
const versions = (record) => record.objects.map(({ version }) => version);
const byTaxon = (records, taxon) => records.find((record) => record.label.taxon === taxon);

test("labels are sent in the order in which they were given", async () => {
  const store = await outboxOf(label([1], 10), label([2], 20), label([3], 30));
  const records = await store.all(QUEUE);
  assert.deepEqual(
    records.map((record) => record.label.taxon),
    [10, 20, 30],
  );
  assert.deepEqual(inOrder([...records].reverse()), records);
  assert.equal((await nextToSend(store)).label.taxon, 10);
});

test("what an open page holds back does not hold back another, and a closed page holds nothing", async () => {
  const store = await outboxOf(label([1], 10, { turn: 1 }), label([2], 20, { page: "b" }));
  const next = (...openPages) => {
    const tabs = /** @type {Tabs} */ ({ queue: QUEUE, open: async () => (page) => openPages.includes(page) });
    return new Sender(store, tabs, null, null, null).next();
  };
  assert.equal((await next("a", "b")).label.taxon, 20);
  assert.equal((await next("b")).label.taxon, 10);
});

test("a value that waits since before its route was renamed is sent to that one", async () => {
  const paths = ["scores/", "trait-values/", "annotations/"];
  const store = await outboxOf(...paths.map((path, n) => label([n], 10, { path })));
  const sent = [];
  const server = /** @type {any} */ ({ attempt: async (path) => sent.push(path) });
  const sender = new Sender(store, /** @type {Tabs} */ ({ queue: QUEUE }), server, null, null);
  for (const record of await store.all(QUEUE)) await sender.post(record);
  assert.deepEqual(sent, ["trait-values/", "trait-values/", "annotations/"]);
});

test("a later label of the same object builds on the version that was saved", async () => {
  const store = await outboxOf(label([1], 10), label([1], 20));
  await answer(store, await nextToSend(store), { batch: 5 });
  const [first, second] = await store.all(QUEUE);
  assert.equal(first.status, DONE);
  assert.deepEqual(versions(second), [2]);
});

test("a tab that still shows an older label of the same person goes on from the newest", async () => {
  const store = await outboxOf(label([1], 10), label([1], 20));
  for (const batch of [5, 6]) await answer(store, await nextToSend(store), { batch });
  await store.change(QUEUE, (view) => added([label([1], 30, { page: "b" })], view));
  assert.deepEqual(versions(byTaxon(await store.all(QUEUE), 30)), [3]);
});

test("a later label of an object that somebody else changed is overtaken with it", async () => {
  const store = await outboxOf(label([1], 10), label([1], 20));
  await answer(store, await nextToSend(store), { batch: null, conflicts: [{ id: 1, version: 7, taxon: 99 }] });
  const later = byTaxon(await store.all(QUEUE), 20);
  assert.ok(!later || later.status === DONE, "it is not sent over what somebody else said");
  assert.equal(await nextToSend(store), undefined);
});

test("of a label of several objects only the overtaken one is left out", async () => {
  const store = await outboxOf(label([1, 2], 10), label([1, 2], 20));
  await answer(store, await nextToSend(store), { batch: 5, conflicts: [{ id: 1, version: 7 }] });
  assert.deepEqual((await store.all(QUEUE))[1].objects, [{ id: 2, version: 2 }]);
});

test("a label of an object that has left the project is not saved, and says so", async () => {
  const store = await outboxOf(label([1, 2], 10));
  await answer(store, await nextToSend(store), { batch: 5, gone: [2] });
  const [saved, left] = await store.all(QUEUE);
  assert.deepEqual(saved.outcome.saved, [{ id: 1, version: 2 }]);
  assert.deepEqual([left.status, left.reason, left.objects], [FAILED, "Not saved: no longer in this project.", [{ id: 2, version: 1 }]]);
  assert.notEqual(left.key, saved.key, "sent again it is another request");
  assert.equal(await nextToSend(store, 1e12), undefined, "it waits for a person");
});

test("an earlier label that failed gives way to a later one that was saved", async () => {
  const store = await outboxOf(label([1], 10), label([1, 2], 20));
  await refuse(store, await nextToSend(store), "500", true);
  await answer(store, await nextToSend(store), { batch: 6 });
  assert.deepEqual(
    (await store.all(QUEUE)).map(({ status }) => status),
    [DONE],
  );
});

test("what is refused for good waits for a person and holds nothing back", async () => {
  const store = await outboxOf(label([1], 10), label([2], 20));
  await refuse(store, await nextToSend(store), "No such taxon.", false);
  assert.equal(byTaxon(await store.all(QUEUE), 10).status, FAILED);
  assert.deepEqual(
    (await store.due(QUEUE, 1e12)).map((record) => record.label.taxon),
    [20],
  );
});

test("what fails in passing is tried again by itself, later each time", async () => {
  const store = await outboxOf(label([1], 10));
  const waits = [];
  for (let tries = 0; tries < 5; tries++) {
    await refuse(store, (await store.all(QUEUE))[0], "503", true);
    const due = await store.dueNext(QUEUE, 0);
    assert.equal(await nextToSend(store, due - 1), undefined);
    assert.ok(await nextToSend(store, due));
    waits.push(due);
  }
  assert.deepEqual(waits, [3_000, 10_000, 30_000, 60_000, 60_000]);
});

test("'dubious' behind a refused taxon takes that taxon over", async () => {
  const dubious = label([1], undefined, { label: { state: "dubious" }, words: "dubious" });
  const refused = label([1, 2], 10);
  const store = await outboxOf(refused, dubious);
  await refuse(store, await nextToSend(store), "500", true);
  const records = await store.all(QUEUE);
  assert.deepEqual(records.find(({ key }) => key === `${refused.key}+`).label, { taxon: 10, state: "dubious" });
  assert.equal(
    records.find(({ key }) => key === dubious.key),
    undefined,
    "the one without a taxon would meet another taxon",
  );
});

test("'try again' makes chosen ones wait, and no others", async () => {
  const store = await outboxOf(label([1], 10), label([2], 20));
  const records = await store.all(QUEUE);
  for (const record of records) await refuse(store, record, "x", false);
  await store.change(QUEUE, (view) => retried([records[0].key], view));
  assert.deepEqual(
    (await store.all(QUEUE)).map(({ status }) => status),
    [WAITING, FAILED],
  );
});

test("only what pages left behind that are closed is adopted", async () => {
  const store = await outboxOf(label([1], 10, { page: "closed" }), label([2], 20, { page: "open" }), label([3], 30, { page: "me" }));
  const view = { records: await store.all(QUEUE) };
  const { put } = adopted(
    "me",
    view,
    () => true,
    (page) => page === "open",
  );
  assert.deepEqual(
    put.map((record) => [record.label.taxon, record.page]),
    [[10, "me"]],
  );
  const isOfAnotherPage = () => false;
  const isOpen = () => false;
  assert.deepEqual(adopted("me", view, isOfAnotherPage, isOpen).put, [], "a page takes nothing that is not about its subject");
});

test("a page that is loaded again takes back what another took over meanwhile, and nobody takes it from there", async () => {
  const store = await outboxOf(label([1], 10, { page: "before" }), label([2], 20, { page: "other" }));
  const mine = () => true;
  const openPages = new Set(["other", "after"]);
  const isOpen = (page) => openPages.has(page);
  const take = async (page, former) => {
    const change = adopted(page, { records: await store.all(QUEUE) }, mine, isOpen, former);
    await store.change(QUEUE, () => change);
    return (await store.all(QUEUE)).map((record) => [record.label.taxon, record.page]);
  };
  assert.deepEqual(await take("other", ""), [
    [10, "other"],
    [20, "other"],
  ]);
  assert.deepEqual(await take("after", "before"), [
    [10, "after"],
    [20, "other"],
  ]);
  openPages.delete("other");
  openPages.add("other again");
  assert.deepEqual(await take("other again", "other"), [
    [10, "after"],
    [20, "other again"],
  ]);
});

test("a copy of a tab takes nothing from the tab that it is a copy of", async () => {
  const store = await outboxOf(label([1], 10, { page: "closed" }));
  const isOpen = (page) => page !== "closed";
  const first = adopted("first", { records: await store.all(QUEUE) }, () => true, isOpen);
  await store.change(QUEUE, () => first);
  const { put } = adopted("copy", { records: await store.all(QUEUE) }, () => true, isOpen, "first");
  assert.deepEqual(put, []);
});

/** A server of one table, that refuses, fails and is overtaken at random; whoever gives labels sees what becomes of each. */
async function simulate(seed, { isAlone = false } = {}) {
  const random = generator(seed);
  const among = (n) => Math.floor(random() * n);
  const server = new Map([1, 2, 3, 4].map((id) => [id, { version: 1, by: null }]));
  const store = new PageStore();
  const all = [];
  for (let step = 0; step < 60; step++) {
    const roll = random();
    if (roll < 0.4) {
      const fresh = label([...new Set([1 + among(4), 1 + among(4)])], step, { key: `s${seed}.${step}` });
      const records = await store.all(QUEUE);
      fresh.objects = fresh.objects.map(({ id }) => ({ id, version: onScreen(records, server, id) }));
      all.push(fresh);
      await store.change(QUEUE, (view) => added([fresh], view));
    } else if (roll < 0.5 && !isAlone) Object.assign(server.get(1 + among(4)), { by: "somebody else" }).version++;
    else await send(store, server, roll);
  }
  for (let rounds = 0; rounds < 200 && (await nextToSend(store, Infinity)); rounds++) await send(store, server, 1);
  return { records: await store.all(QUEUE), all, server };
}

test("where nobody else labels, the last label given of an object is the one that stands", async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { all, server } = await simulate(seed, { isAlone: true });
    for (const [id, { by }] of server) {
      const last = all.findLast(({ objects }) => objects.some((object) => object.id === id));
      assert.equal(by, last?.key ?? null, `seed ${seed}, object ${id}`);
    }
  }
});

function onScreen(records, server, id) {
  const mine = records.filter(({ objects }) => objects.some((object) => object.id === id)).at(-1);
  return mine ? mine.objects.find((object) => object.id === id).version : server.get(id).version;
}

async function send(store, server, roll) {
  const record = await nextToSend(store, Infinity);
  if (!record) return;
  if (roll < 0.6) return refuse(store, record, "503", true);
  const isOld = ({ id, version }) => server.get(id).version !== version;
  const conflicts = record.objects.filter(isOld).map(({ id }) => ({ id, version: server.get(id).version }));
  for (const { id } of record.objects.filter((object) => !isOld(object))) server.set(id, { version: server.get(id).version + 1, by: record.key });
  return answer(store, record, { batch: 1, conflicts });
}

function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test("whatever happens, the outbox empties, and what is done was answered", async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { records, all, server } = await simulate(seed);
    const open = records.filter(({ status }) => status !== DONE);
    assert.deepEqual(open, [], `seed ${seed}: nothing waits for ever`);
    for (const record of records) assert.ok(record.outcome, `seed ${seed}`);
    const names = new Set(all.map(({ key }) => key));
    for (const { by } of server.values()) assert.ok(by === null || by === "somebody else" || names.has(by.replace(/\++$/, "")), `seed ${seed}: ${by}`);
  }
});
