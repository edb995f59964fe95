/** When a thumbnail is enough for the place of a vignette. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isEnough } from "../../../static/js/gallery/thumbnails.js";

test("in rows it is, while it has a pixel for each of the screen's", () => {
  assert.equal(isEnough(800, 800, "rows", 1), true);
  assert.equal(isEnough(800, 800, "rows", 2), true, "240 pixels");
  assert.equal(isEnough(800, 800, "rows", 2.5), false, "300 pixels");
});

test("of a long picture it has fewer lines", () => {
  assert.equal(isEnough(1600, 800, "rows", 1), true, "240 × 120");
  assert.equal(isEnough(2400, 800, "rows", 1), false, "360 × 120");
  assert.equal(isEnough(800, 2400, "rows", 2), true, "80 × 240");
});

test("where pixels or true sizes are looked at it never is", () => {
  assert.equal(isEnough(800, 800, "pixels", 0.5), false);
  assert.equal(isEnough(800, 800, "true", 0.5), false);
});
