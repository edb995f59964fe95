/** What the bench offers to sort by. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { matching, orderRow } from "../../../static/js/search/orders.js";

const order = (order, name, words = {}) => ({ order, name, ascending: "", descending: "", is_reversible: true, is_column: order.includes(":"), ...words });
const ORDERS = [
  order("id", "arrival"),
  order("-score", "score", { ascending: "least sure first", descending: "surest first" }),
  order("random:17", "at random", { is_reversible: false, is_column: false }),
  order("field:area", "area"),
  order("field:%area", "%area"),
  order("field:feret_area_exc", "feret_area_exc"),
];
const names = (used, text) => matching(ORDERS, used, text).map(({ name }) => name);

test("what was used last comes first, in the direction that it had", () => {
  const [first, second] = matching(ORDERS, ["-field:area", "random:3"], "");
  assert.equal(first.order, "-field:area");
  assert.equal(second.name, "at random");
  assert.deepEqual(names(["-field:area"], "").slice(1), ["arrival", "score", "at random", "%area", "feret_area_exc"]);
});

test("words in any order, also of its directions, find it; what begins so comes first", () => {
  assert.deepEqual(names(["field:%area"], "area"), ["area", "%area", "feret_area_exc"]);
  assert.deepEqual(names([], "exc fer"), ["feret_area_exc"]);
  assert.deepEqual(names([], "surest"), ["score"]);
  assert.equal(matching(ORDERS, [], "least sure")[0].order, "score");
  assert.deepEqual(names([], "nothing"), []);
});

test("a row says its direction", () => {
  assert.deepEqual(orderRow(ORDERS[1]), { value: "-score", name: "score", beside: "surest first", number: "↓" });
  assert.equal(orderRow(ORDERS[2]).number, "");
  assert.deepEqual(orderRow(ORDERS[3]), { value: "field:area", name: "area", beside: "column", number: "↑" });
});
