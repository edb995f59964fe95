/** Where rows of vignettes end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { lastRow, roundedDown } from "../../../static/js/gallery/rowwidths.js";

const SPACE = { width: 100, gap: 4 };

test("a row takes what fits with the gaps, to the last pixel", () => {
  assert.deepEqual(lastRow([48, 48], SPACE), { from: 0, used: 100 });
  assert.deepEqual(lastRow([48, 48.5], SPACE), { from: 1, used: 48.5 });
});

test("the last of several rows is told by its first", () => {
  assert.deepEqual(lastRow([60, 60, 20, 30, 30], SPACE), { from: 3, used: 64 });
});

test("one that is wider than the gallery fills a row alone", () => {
  assert.deepEqual(lastRow([20, 140], SPACE), { from: 1, used: 100 });
  assert.deepEqual(lastRow([140], SPACE), { from: 0, used: 100 });
});

test("lengths are those of the browser's layout, which rounds down", () => {
  assert.equal(roundedDown(50.6), 50.59375);
});
