import assert from "node:assert/strict";
import { test } from "node:test";

import { inWords, meanOf, slicesOf } from "../../../static/js/map/piemap.js";

const OF = { names: ["Calanus", "Salpa"], unit: "m⁻³" };

test("samples that lie too near to each other are their mean", () => {
  assert.deepEqual(
    meanOf([
      [2, 0, 1],
      [4, 0, 0],
    ]),
    [3, 0, 0.5],
  );
});

test("a quarter and three quarters of a circle", () => {
  assert.deepEqual(slicesOf([1, 3], 4), [
    [0, "M0 0L0.00 -4.00A4 4 0 0 1 4.00 -0.00z"],
    [1, "M0 0L4.00 -0.00A4 4 0 1 1 -0.00 -4.00z"],
  ]);
});

test("what is the whole is a circle, what is nothing is not drawn", () => {
  const slices = slicesOf([0, 5], 4);
  assert.equal(slices.length, 1);
  assert.equal(slices[0][0], 1);
  assert.equal(slices[0][1].match(/A/g).length, 2);
  assert.deepEqual(slicesOf([0, 0], 4), []);
});

test("a pie says its sample, its sum and its largest parts", () => {
  assert.equal(inWords([["st1", 43, 7, 9, [1, 3, 0], "/"]], [1, 3, 0], OF), "st1: 4 m⁻³, Salpa 75 %, Calanus 25 %");
  assert.equal(inWords([["st1", 43, 7, 0, [0, 0, 0], "/"]], [0, 0, 0], OF), "st1: 0 m⁻³");
});
