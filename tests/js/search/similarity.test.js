/** Like these and not like those, as the address has it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { examplesOf, orderOf, withMore } from "../../../static/js/search/similarity.js";

test("the address is read and written back", () => {
  for (const order of ["similar:17", "similar:17,18,-25", "similar:-25", "similar:17:measurements"]) assert.equal(orderOf(examplesOf(order)), order);
});

test("another order has no examples", () => {
  for (const order of [null, "id", "random:7", "field:similar"]) assert.deepEqual(examplesOf(order).likes, []);
});

test("an object is where it was named last", () => {
  const before = examplesOf("similar:1,2,-3:measurements");
  assert.equal(orderOf(withMore(before, ["2", "4"], false)), "similar:1,-3,-2,-4:measurements");
  assert.equal(orderOf(withMore(before, ["3"], true)), "similar:1,2,3:measurements");
});
