/** A plot of rows on a phone: what shrinks with the screen, and what does not. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fittingTicks, scaledPath, scaledPoints, shortened } from "../../../static/js/plots/narrowing.js";

test("what lies along a row shrinks, heights stay", () => {
  assert.equal(scaledPath("M0 0V200M260 0V200M0 11H520", 0.5), "M0 0V200M130 0V200M0 11H260");
  assert.equal(scaledPath("M520 200v4", 0.25), "M130 200v4");
  assert.equal(scaledPoints("0,22 520,44", 0.5), "0 22 260 44");
});

test("a name that is too long keeps both its ends", () => {
  assert.equal(shortened("seston_st01_surface", 19), "seston_st01_surface");
  assert.equal(shortened("seston_st01_surface", 11), "sesto…rface");
  assert.equal(shortened("abcdef", 1), "a…f");
});

test("labels that would touch the one before are left out", () => {
  const ticks = [0, 30, 60, 90].map((at) => ({ at, letters: 4 }));
  assert.deepEqual([...fittingTicks(ticks, 7)], [0, 2]);
  assert.deepEqual([...fittingTicks(ticks, 2)], [0, 1, 2, 3]);
});
