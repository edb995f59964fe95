import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, edgesOf, runLengths } from "../../../../static/js/scans/stage/outlines.js";

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
