/** Works wait for what was given before them, and hold what is given after. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "../../../static/js/outbox/turns.js";

/** Turns of a page whose records are on their way until `settle` is called, and what they did. */
function heldTurns() {
  /** @type {string[]} */
  const log = [];
  /** @type {(() => void)[]} */
  const settling = [];
  const turns = new Turns(
    () => new Promise((resolve) => settling.push(resolve)),
    async (turn) => {
      log.push(`free ${turn}`);
    },
  );
  const pause = () => new Promise((resolve) => setImmediate(resolve));
  const settle = async () => {
    await pause();
    settling.shift()?.();
    await pause();
  };
  return { turns, log, settle };
}

/** @param {number} turn
 * @returns {OutboxRecord} */
const recordOf = (turn) => /** @type {any} */ ({ turn });

test("a work begins when what was given before it is over, and one after the other", async () => {
  const { turns, log, settle } = heldTurns();
  turns.run(() => void log.push("first"));
  const last = turns.run(() => void log.push("second"));
  await settle();
  assert.deepEqual(log, ["first", "free 1"]);
  await settle();
  await last;
  assert.deepEqual(log, ["first", "free 1", "second", "free 2"]);
});

test("what is given while a work waits is held by it, until it is over", async () => {
  const { turns, settle } = heldTurns();
  const run = turns.run(() => {});
  assert.equal(turns.current, 1);
  assert.equal(turns.heldBy(recordOf(1)), 1);
  await settle();
  await run;
  assert.equal(turns.current, 0);
  assert.equal(turns.heldBy(recordOf(1)), 0, "nobody would free it any more");
});

test("an earlier work that ends leaves what is given to the later one", async () => {
  const { turns, settle } = heldTurns();
  const first = turns.run(() => {});
  turns.run(() => {});
  await settle();
  await first;
  assert.equal(turns.current, 2);
  assert.equal(turns.heldBy(recordOf(2)), 2);
});

test("a work that breaks ends its turn", async (context) => {
  context.mock.method(console, "error", () => {});
  const { turns, log, settle } = heldTurns();
  const run = turns.run(() => {
    throw new Error("broken");
  });
  await settle();
  await run;
  assert.deepEqual(log, ["free 1"]);
});
