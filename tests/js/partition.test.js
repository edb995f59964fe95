import assert from "node:assert/strict";
import { test } from "node:test";
import { evenRows } from "../../static/js/partition.js";

const GAP = 4;
const WIDTH = 1000;

/** Numbers that look random and are the same each time. */
function ratios(count, seed) {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return 0.55 + (4 * state) / 2147483647;
  });
}

for (const [count, seed] of [
  [1, 1],
  [2, 7],
  [9, 3],
  [40, 5],
  [40, 77],
]) {
  test(`every row of ${count} pictures fills the width (${seed})`, () => {
    const rows = evenRows(ratios(count, seed), WIDTH, 100, GAP);
    assert.equal(rows.flat().length, count);
    for (const row of rows) {
      const filled = row.reduce((sum, width) => sum + width, 0) + GAP * (row.length - 1);
      assert.ok(Math.abs(filled - WIDTH) < 1e-6);
    }
  });
}

test("pictures of a row keep their shape: all are of one height", () => {
  const given = ratios(12, 9);
  let first = 0;
  for (const row of evenRows(given, WIDTH, 100, GAP)) {
    const heights = row.map((width, i) => width / given[first + i]);
    assert.ok(Math.max(...heights) - Math.min(...heights) < 1e-6);
    first += row.length;
  }
});

test("equal pictures are in equal rows", () => {
  const lengths = evenRows(Array(20).fill(1), 500, 100, 0).map((row) => row.length);
  assert.deepEqual(lengths, [5, 5, 5, 5]);
});

test("what nearly fills a row is drawn out, and not put in two", () => {
  assert.equal(evenRows(Array(9).fill(1), WIDTH, 100, 0).length, 1);
});

test("a picture wider than the row is made to fit", () => {
  assert.deepEqual(evenRows([30], 300, 100, GAP), [[300]]);
});
