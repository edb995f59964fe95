// The panel is counted once for all that changes: a clock of its own for each who asks would count it for each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Labels } from "../../../static/js/labels/labels.js";

/** Labels whose panel notes when it is counted, in milliseconds. */
function countedAt(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const times = [];
  const labels = Object.assign(Object.create(Labels.prototype), { countingAt: Infinity, recountPanel: () => times.push(Date.now()) });
  const pass = (milliseconds) => {
    for (let step = 0; step < milliseconds; step += 100) t.mock.timers.tick(100); // during one, the clock stands at its end
  };
  return { labels, times, pass };
}

test("a save that follows what others did is counted with that, at its own time", (t) => {
  const { labels, times, pass } = countedAt(t);
  labels.recountWithin(2000);
  pass(100);
  labels.recountWithin(700);
  pass(5000);
  assert.deepEqual(times, [800]);
});

test("saves without a pause put it off no further than the first wished", (t) => {
  const { labels, times, pass } = countedAt(t);
  for (let saves = 0; saves < 10; saves += 1) {
    labels.recountWithin(700);
    pass(200);
  }
  pass(5000);
  assert.deepEqual(times, [700, 1500, 2300]);
});
