import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, edgesOf, objectAt, rulerOf, runLengths } from "../../static/js/scans/outlines.js";

test("run lengths are read as pycocotools packs them", () => {
  // mask.encode of 6 rows and 5 columns of which rows 1 to 3 of columns 1 and 2 are set
  assert.deepEqual(runLengths("7330;"), [7, 3, 3, 3, 14]);
});

test("a run that goes on in the next column is two spans", () => {
  assert.deepEqual(columnsOf([2, 5, 1], 4), [
    { column: 0, from: 2, to: 4 },
    { column: 1, from: 0, to: 3 },
  ]);
});

test("the edge of one pixel is its four sides", () => {
  const sides = edgesOf([{ column: 3, from: 5, to: 6 }]);
  assert.equal(sides.length, 4);
  assert.ok(sides.some((side) => side.join() === "3,5,4,5"));
});

test("between two pixels there is no edge", () => {
  const sides = edgesOf([
    { column: 0, from: 0, to: 1 },
    { column: 1, from: 0, to: 1 },
  ]);
  assert.equal(sides.length, 6);
});

test("a ruler has a round length that fits", () => {
  assert.deepEqual(rulerOf(10, 160), { pixels: 100, words: "1 mm" });
  assert.equal(rulerOf(0.5, 160).words, "50 µm");
  assert.equal(rulerOf(42.3, 160).words, "5 mm");
});

test("of two that lie on each other the smaller is meant", () => {
  const large = { id: 1, box: [0, 0, 100, 100] };
  const small = { id: 2, box: [10, 10, 5, 5] };
  assert.equal(objectAt([large, small], 12, 12).id, 2);
  assert.equal(objectAt([large, small], 50, 50).id, 1);
  assert.equal(objectAt([large, small], 500, 50), undefined);
});
