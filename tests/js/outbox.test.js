/** The rules of the outbox: what is sent when, and what becomes of labels that build on each other. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { added, adopted, changed, DONE, FAILED, failed, inOrder, nextToSend, retried, settled, timeToNext, WAITING } from "../../static/js/outbox/records.js";

const nothingHeld = () => false;
const nobodyElse = () => false;
let keys = 0;

function label(ids, taxon, more = {}) {
  const objects = ids.map((id) => ({ id, version: 1 }));
  return { key: `k${++keys}`, page: "a", subject: "taxon", objects, label: { taxon, state: "validated" }, words: `taxon ${taxon}`, hasVersions: true, ...more };
}

const given = (...labels) => labels.reduce((records, fresh) => changed(records, added([fresh], records)), []);
const answered = (record, answer, records) => changed(records, settled(record, answer, records));
const versions = (record) => record.objects.map(({ version }) => version);

test("labels are sent in the order in which they were given", () => {
  const records = given(label([1], 10), label([2], 20), label([3], 30));
  assert.deepEqual(inOrder(records).map(({ label: { taxon } }) => taxon), [10, 20, 30]);
  assert.equal(nextToSend([...records].reverse(), 0, nothingHeld).label.taxon, 10);
});

test("what one page holds back does not hold back another", () => {
  const records = given(label([1], 10), label([2], 20, { page: "b" }));
  assert.equal(nextToSend(records, 0, ({ page }) => page === "a").label.taxon, 20);
});

test("a later label of the same object builds on the version that was saved", () => {
  const records = given(label([1], 10), label([1], 20));
  const after = answered(records[0], { batch: 5 }, records);
  assert.deepEqual(versions(after[1]), [2]);
  assert.equal(after[0].status, DONE);
});

test("a later label of an object that somebody else changed is overtaken with it", () => {
  const records = given(label([1], 10), label([1], 20));
  const after = answered(records[0], { batch: null, conflicts: [{ id: 1, version: 7, taxon: 99 }] }, records);
  const later = after.find(({ label: { taxon } }) => taxon === 20);
  assert.ok(!later || later.status === DONE, "it is not sent over what somebody else said");
  assert.equal(nextToSend(after, 0, nothingHeld), undefined);
});

test("of a label of several objects only the overtaken one is left out", () => {
  const records = given(label([1, 2], 10), label([1, 2], 20));
  const after = answered(records[0], { batch: 5, conflicts: [{ id: 1, version: 7 }] }, records);
  assert.deepEqual(after[1].objects, [{ id: 2, version: 2 }]);
});

test("an earlier label that failed gives way to a later one that was saved", () => {
  let records = given(label([1], 10), label([1, 2], 20));
  records = changed(records, failed(records[0], { reason: "500", isPassing: true }, records, 0, () => "new"));
  records = answered(records.find(({ label: { taxon } }) => taxon === 20), { batch: 6 }, records);
  assert.deepEqual(records.map(({ status }) => status), [DONE]);
});

test("what is refused for good waits for a person and holds nothing back", () => {
  let records = given(label([1], 10), label([2], 20));
  records = changed(records, failed(records[0], { reason: "No such taxon.", isPassing: false }, records, 0, () => "new"));
  assert.equal(records[0].status, FAILED);
  assert.equal(nextToSend(records, 1e12, nothingHeld).label.taxon, 20);
});

test("what fails in passing is tried again by itself, later each time", () => {
  let records = given(label([1], 10));
  const waits = [];
  for (let tries = 0; tries < 5; tries++) {
    records = changed(records, failed(records[0], { reason: "503", isPassing: true }, records, 0, () => "new"));
    assert.equal(nextToSend(records, records[0].again - 1, nothingHeld), undefined);
    assert.ok(nextToSend(records, records[0].again, nothingHeld));
    waits.push(timeToNext(records, 0, 1e9));
  }
  assert.deepEqual(waits, [...waits].sort((a, b) => a - b));
});

test("'dubious' behind a refused taxon takes that taxon over", () => {
  const dubious = label([1], undefined, { label: { state: "dubious" }, words: "dubious" });
  let records = given(label([1, 2], 10), dubious);
  records = changed(records, failed(records[0], { reason: "500", isPassing: true }, records, 0, () => "new"));
  const heir = records.find(({ key }) => key === "new");
  assert.deepEqual(heir.label, { taxon: 10, state: "dubious" });
  assert.equal(records.find(({ key }) => key === dubious.key), undefined, "the one without a taxon would meet another taxon");
});

test("'try again' makes chosen ones wait, and no others", () => {
  let records = given(label([1], 10), label([2], 20));
  for (const record of records) records = changed(records, failed(record, { reason: "x", isPassing: false }, records, 0, () => "new"));
  records = changed(records, retried([records[0].key], records));
  assert.deepEqual(records.map(({ status }) => status), [WAITING, FAILED]);
});

test("only what pages left behind that are closed is adopted", () => {
  const records = given(label([1], 10, { page: "closed" }), label([2], 20, { page: "open" }), label([3], 30, { page: "me" }));
  const { put } = adopted("me", records, () => true, (page) => page === "open");
  assert.deepEqual(put.map(({ label: { taxon }, page }) => [taxon, page]), [[10, "me"]]);
  assert.deepEqual(adopted("me", records, nobodyElse, () => false).put, [], "of another person nothing is");
});

/** A server of one table, that refuses, fails and is overtaken at random; whoever gives labels sees what becomes of each. */
function simulate(seed, { isAlone = false } = {}) {
  const random = generator(seed);
  const among = (n) => Math.floor(random() * n);
  const server = new Map([1, 2, 3, 4].map((id) => [id, { version: 1, by: null }]));
  let records = [];
  const all = [];
  for (let step = 0; step < 60; step++) {
    const roll = random();
    if (roll < 0.4) {
      const fresh = label([...new Set([1 + among(4), 1 + among(4)])], step, { key: `s${seed}.${step}` });
      fresh.objects = fresh.objects.map(({ id }) => ({ id, version: onScreen(records, server, id) }));
      all.push(fresh);
      records = changed(records, added([fresh], records));
    } else if (roll < 0.5 && !isAlone) Object.assign(server.get(1 + among(4)), { by: "somebody else" }).version++;
    else records = send(records, server, Infinity, roll);
  }
  for (let rounds = 0; rounds < 200 && nextToSend(records, Infinity, nothingHeld); rounds++) records = send(records, server, Infinity, 1);
  return { records, all, server };
}

test("where nobody else labels, the last label given of an object is the one that stands", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { all, server } = simulate(seed, { isAlone: true });
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

function send(records, server, now, roll) {
  const record = nextToSend(records, now, nothingHeld);
  if (!record) return records;
  if (roll < 0.6) return changed(records, failed(record, { reason: "503", isPassing: true }, records, 0, () => `${record.key}+`));
  const conflicts = record.objects.filter(({ id, version }) => server.get(id).version !== version).map(({ id }) => ({ id, version: server.get(id).version }));
  const lost = new Set(conflicts.map(({ id }) => id));
  for (const { id } of record.objects.filter(({ id }) => !lost.has(id))) Object.assign(server.get(id), { version: server.get(id).version + 1, by: record.key });
  return changed(records, settled(record, { batch: 1, conflicts }, records));
}

function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test("whatever happens, the outbox empties, and what is done was answered", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { records, all, server } = simulate(seed);
    const open = records.filter(({ status }) => status !== DONE);
    assert.deepEqual(open, [], `seed ${seed}: nothing waits for ever`);
    for (const record of records) assert.ok(record.outcome, `seed ${seed}`);
    const names = new Set(all.map(({ key }) => key));
    for (const { by } of server.values()) assert.ok(by === null || by === "somebody else" || names.has(by.replace(/\++$/, "")), `seed ${seed}: ${by}`);
  }
});
