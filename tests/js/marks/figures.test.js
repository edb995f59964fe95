/** Geometry of marks: what points make, and what becomes of a figure that is bent. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, figure, handles, lengthOf, moved, path } from "../../../static/js/marks/figures.js";

test("a box is the same from whichever corner it is drawn", () => {
  const box = { x: 1, y: 2, width: 3, height: 5 };
  /** @type {Point[][]} */
  const drawn = [
    [
      [1, 2],
      [4, 7],
    ],
    [
      [4, 7],
      [1, 2],
    ],
    [
      [4, 2],
      [1, 7],
    ],
  ];
  for (const points of drawn) assert.deepEqual(figure("box", points), box);
});

test("what has no size is no figure", () => {
  assert.equal(
    figure("box", [
      [1, 1],
      [1, 5],
    ]),
    null,
  );
  assert.equal(figure("line", [[1, 1]]), null);
  assert.equal(
    figure("ellipse", [
      [0, 0],
      [4, 0],
      [2, 0],
    ]),
    null,
  );
});

test("an ellipse through the ends of an axis and a point beside it", () => {
  assert.deepEqual(
    figure("ellipse", [
      [0, 0],
      [4, 0],
      [2, 1],
    ]),
    { cx: 2, cy: 0, rx: 2, ry: 1, angle: 0 },
  );
});

test("every handle that is moved where it stands leaves the figure as it is", () => {
  const figures = {
    box: figure("box", [
      [1, 2],
      [4, 7],
    ]),
    ellipse: figure("ellipse", [
      [0, 0],
      [4, 0],
      [2, 1],
    ]),
    line: figure("line", [
      [0, 0],
      [3, 4],
    ]),
    polygon: figure("polygon", [
      [0, 0],
      [3, 0],
      [3, 4],
    ]),
  };
  for (const [kind, geometry] of Object.entries(figures)) {
    for (const [index, handle] of handles(geometry).entries()) {
      assert.deepEqual(asSent(moved(geometry, index, handle)), geometry, `${kind} ${index}`);
    }
  }
});

const asSent = (geometry) => JSON.parse(JSON.stringify(geometry)); // which knows no -0

test("the opposite corner of a box stays when one is moved", () => {
  assert.deepEqual(moved({ x: 0, y: 0, width: 4, height: 4 }, 2, [6, 8]), { x: 0, y: 0, width: 6, height: 8 });
});

test("lengths are in pixels along the line", () => {
  assert.equal(
    lengthOf([
      [0, 0],
      [3, 4],
      [3, 10],
    ]),
    11,
  );
});

test("a mask comes back from its run lengths pixel by pixel", () => {
  const [width, height] = [5, 4];
  for (let seed = 0; seed < 200; seed++) {
    const mask = Uint8Array.from({ length: width * height }, (_, i) => (Math.imul(seed + 1, 2_654_435_761) >>> i) & 1);
    const runs = encode(mask, width, height);
    assert.deepEqual(runs.size, [height, width]);
    assert.deepEqual(decode(runs), mask);
  }
});

test("a mask is drawn column by column, no pixel twice", () => {
  const mask = Uint8Array.from([0, 1, 1, 1]); // two by two
  assert.equal(path("mask", encode(mask, 2, 2)), "M0 1h1v1h-1ZM1 0h1v2h-1Z");
});
