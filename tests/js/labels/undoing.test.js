/** What undoing did is said, also beyond the page; what is too large goes on as a job. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Undoing } from "../../../static/js/labels/undoing.js";

/** Labels of a page on which `changed` vignettes change, and what the person hears.
 * @param {number} changed */
function undoingOn(changed) {
  /** @type {unknown[]} */
  const log = [];
  const vignettes = Array.from({ length: changed }, (_, n) => ({ n }));
  const labels = {
    root: { dataset: {} },
    server: {},
    bulk: { keepOnly: (/** @type {(batch: number) => boolean} */ isDone) => log.push(["kept", isDone(7), isDone(8)]) },
    gallery: { focusLate: (/** @type {{n: number}} */ { n }) => log.push(["focus", n]) },
    toasts: { done: (/** @type {string} */ words) => log.push(words) },
    notice: { say: (/** @type {string} */ words) => log.push(words) },
    refresh: async () => vignettes,
    showConflicts: (/** @type {unknown[]} */ conflicts) => log.push(["conflicts", conflicts.length]),
    finish: () => log.push("finish"),
  };
  const undoing = new Undoing(/** @type {any} */ (labels));
  undoing.sitting.done.batches.push(7);
  return { undoing, log };
}

test("what was put back is said, and that some of it is not on the page", async () => {
  const { undoing, log } = undoingOn(2);
  await undoing.showReversal({ batch: 9, changed: 1200, conflicts: [] }, "put back");
  assert.deepEqual(log, [["kept", true, false], ["focus", 0], "1,200 put back, not all of them on this page.", "finish"]);
});

test("where a page shows some of a whole it does not tell of the rest", async () => {
  const { undoing, log } = undoingOn(1);
  undoing.tellsElsewhere = false;
  await undoing.showReversal({ batch: 9, changed: 3, conflicts: [] }, "given again");
  assert.ok(log.includes("3 given again."));
});

test("what somebody else changed meanwhile is listed", async () => {
  const { undoing, log } = undoingOn(0);
  await undoing.showReversal({ batch: 9, changed: 0, conflicts: [{ id: 1, version: 3, state: "validated" }] }, "put back");
  assert.deepEqual(log.at(-2), ["conflicts", 1]);
});

test("what is too large to be waited for is named as a job", async () => {
  const { undoing, log } = undoingOn(0);
  await undoing.showReversal({ id: 12 }, "put back");
  assert.match(String(log.at(-1)), /job 12 puts them back/);
});

test("where the server refuses nothing is said twice", async () => {
  const { undoing, log } = undoingOn(0);
  await undoing.showReversal(null, "put back");
  assert.deepEqual(log, []);
});
