import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection } from "../../../../static/js/scans/selection.js";
import { objectAcross, objectsIn, thinned } from "../../../../static/js/scans/stage/lines.js";
import { objectAt, placeInWords, rulerOf, sizeInWords, toScan, toScreen } from "../../../../static/js/scans/stage/places.js";

test("a ruler has a round length that fits", () => {
  assert.deepEqual(rulerOf(10, 160), { pixels: 100, words: "1 mm" });
  assert.equal(rulerOf(0.5, 160).words, "50 µm");
  assert.equal(rulerOf(42.3, 160).words, "5 mm");
});

test("of two that lie on each other the smaller is meant", () => {
  const large = { id: 1, box: [0, 0, 100, 100] };
  const small = { id: 2, box: [10, 10, 5, 5] };
  assert.equal(objectAt([large, small], [12, 12]).id, 2);
  assert.equal(objectAt([large, small], [50, 50]).id, 1);
  assert.equal(objectAt([large, small], [500, 50]), undefined);
});

test("a place on the stage is the same place of the scan, and back", () => {
  const projection = { x: -300, y: 40, scale: 0.25 };
  assert.deepEqual(toScreen(projection, [2000, 400]), [200, 140]);
  assert.deepEqual(toScan(projection, [200, 140]), [2000, 400]);
});

test("places and sizes are in millimetres where the size of a pixel is known", () => {
  assert.equal(sizeInWords([0, 0, 120, 50], 10), "1.20 mm × 500 µm");
  assert.equal(sizeInWords([0, 0, 1200, 50], null), "1,200 px × 50 px");
  assert.equal(placeInWords([300, 20.4], 10), "3.00 mm from the left, 204 µm from the top");
});

/** @param {number} id
 * @param {number} revision */
function object(id, revision = 1) {
  return { id, box: [0, 0, 1, 1], taxon: null, state: "unclassified", original_id: `o${id}`, outline: null, revision };
}

test("what comes from the server anew stays selected as it is now", () => {
  const selection = new Selection(() => {});
  selection.only([object(1), object(2)]);
  selection.refresh([object(2, 5), object(3)]);
  assert.deepEqual(
    selection.objects.map(({ id, revision }) => [id, revision]),
    [
      [1, 1],
      [2, 5],
    ],
  );
});

test("an object is selected beside others, and let go of", () => {
  const selection = new Selection(() => {});
  selection.only([object(1)]);
  selection.toggle(object(2));
  selection.toggle(object(1));
  assert.deepEqual(selection.ids, [2]);
  selection.remove([2]);
  assert.equal(selection.size, 0);
});

test("a line cuts the object that it crosses most, but a selected one that it crosses first of all", () => {
  const [left, right] = [
    { id: 1, box: [0, 0, 100, 100] },
    { id: 2, box: [100, 0, 20, 100] },
  ];
  /** @type {Point[]} */
  const line = [
    [-50, 50],
    [115, 50],
  ];
  assert.equal(objectAcross([left, right], [], line)?.id, 1);
  assert.equal(objectAcross([left, right], [right], line)?.id, 2);
  const below = line.map(([x, y]) => /** @type {Point} */ ([x, y + 300]));
  assert.equal(objectAcross([left, right], [], below), undefined);
});

test("a rectangle touches what lies in it in part, whichever corner comes first", () => {
  const objects = [
    { id: 1, box: [0, 0, 10, 10] },
    { id: 2, box: [50, 50, 10, 10] },
  ];
  assert.deepEqual(
    objectsIn(objects, [55, 70], [40, 45]).map(({ id }) => id),
    [2],
  );
});

test("a stroke keeps its first and its far points", () => {
  assert.deepEqual(
    thinned(
      [
        [0, 0],
        [0.5, 0],
        [3, 0],
        [3, 1],
        [3, 9],
      ],
      2,
    ),
    [
      [0, 0],
      [3, 0],
      [3, 9],
    ],
  );
});
