/** The taxa on a person's digits: each keeps its digit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Slots } from "../../../static/js/taxa/slots.js";

const taxon = (id) => ({ id, name: `taxon ${id}`, lineage: [] });
const slot = (number, id, isPinned = false) => ({ number, taxon: taxon(id), is_pinned: isPinned });
const digits = (slots) => Object.fromEntries(slots.inOrder().map(({ number, taxon: { id } }) => [number, id]));

test("a new taxon takes the first free digit", () => {
  const slots = new Slots([slot(1, 10), slot(3, 30)], null);
  slots.use(taxon(20));
  assert.deepEqual(digits(slots), { 1: 10, 2: 20, 3: 30 });
});

test("with nine taken it takes the digit unused longest, and no other moves", () => {
  const nine = [9, 8, 7, 6, 5, 4, 3, 2, 1].map((number) => slot(number, 10 * number)); // 1 was used longest ago
  const slots = new Slots(nine, null);
  slots.use(taxon(99));
  assert.deepEqual(digits(slots), { 1: 99, 2: 20, 3: 30, 4: 40, 5: 50, 6: 60, 7: 70, 8: 80, 9: 90 });
});

test("a pinned digit is never taken", () => {
  const nine = [9, 8, 7, 6, 5, 4, 3, 2].map((number) => slot(number, 10 * number));
  const slots = new Slots([...nine, slot(1, 10, true)], null);
  slots.use(taxon(99));
  assert.equal(slots.at(1).id, 10);
  assert.equal(slots.at(2).id, 99);
});

test("with all pinned a new taxon takes none", () => {
  const slots = new Slots(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => slot(number, number, true)),
    null,
  );
  slots.use(taxon(99));
  assert.ok(!slots.recent().some(({ id }) => id === 99));
});

test("using a taxon again changes no digit, and makes it the one used last", () => {
  const slots = new Slots([slot(1, 10), slot(2, 20)], null);
  slots.use({ ...taxon(20), id: "20" }); // as an attribute of a page has it
  assert.deepEqual(digits(slots), { 1: 10, 2: 20 });
  assert.equal(slots.recent()[0].id, 20);
});

test("without a number the pin is that of the taxon given last", () => {
  const slots = new Slots([slot(2, 20), slot(1, 10)], null);
  slots.togglePin();
  assert.deepEqual(
    slots.inOrder().map(({ is_pinned }) => is_pinned),
    [false, true],
  );
});

test("a merged taxon is what it became, on its digit", () => {
  const slots = new Slots([slot(1, 10), slot(2, 20)], null);
  slots.replace(taxon(10), taxon(11));
  assert.deepEqual(digits(slots), { 1: 11, 2: 20 });
  slots.replace(taxon(20), taxon(11));
  assert.deepEqual(digits(slots), { 2: 11 }, "one taxon has one digit");
});
