/** Undo and redo: two stacks of the server's, of which a page holds the tops. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Sitting } from "../../../static/js/labels/undostacks.js";

/** A sitting as the server keeps it: undoing moves a batch's reversal to the other stack. Gives two batches a page. */
class SittingServer {
  constructor(...done) {
    this.done = done;
    this.undone = [];
    this.next = 100;
    this.isDown = false;
    this.refuses = new Set();
  }

  async get(path) {
    if (this.isDown) return null;
    const query = new URLSearchParams(path.split("?")[1]);
    const before = Number(query.get("cursor") ?? Infinity);
    const rest = this[query.get("stack")].filter((batch) => batch < before).reverse();
    const page = rest.slice(0, 2);
    return { results: page.map((batch) => ({ batch })), next: rest.length > 2 ? String(page.at(-1)) : null };
  }

  async post(path) {
    const batch = Number(path.match(/batches\/(\d+)\/undo/)[1]);
    if (this.isDown || this.refuses.has(batch)) return null;
    const from = this.done.includes(batch) ? this.done : this.undone;
    const to = from === this.done ? this.undone : this.done;
    from.splice(from.indexOf(batch), 1);
    to.push(++this.next);
    return { batch: this.next, changed: 1, conflicts: [] };
  }
}

test("undo reaches to the beginning of the sitting, page by page", async () => {
  const server = new SittingServer(1, 2, 3, 4, 5);
  const sitting = new Sitting(server);
  await sitting.load();
  for (let i = 0; i < 5; i++) assert.ok(await sitting.undo(), `undo ${i + 1}`);
  assert.equal(await sitting.undo(), null);
  assert.deepEqual([server.done.length, server.undone.length], [0, 5]);
});

test("redo goes back the same way", async () => {
  const server = new SittingServer(1, 2, 3);
  const sitting = new Sitting(server);
  await sitting.load();
  for (const step of ["undo", "undo", "redo", "redo"]) assert.ok(await sitting[step](), step);
  assert.deepEqual([server.done.length, server.undone.length], [3, 0]);
  assert.equal(await sitting.redo(), null);
});

test("a new label ends what could be redone", async () => {
  const sitting = new Sitting(new SittingServer(1, 2));
  await sitting.load();
  await sitting.undo();
  sitting.push(50);
  assert.equal(sitting.undone.length, 0);
  assert.deepEqual(sitting.done.batches.at(-1), 50);
});

test("a batch that the stacks hold already is not put there twice", async () => {
  const sitting = new Sitting(new SittingServer(1, 2));
  await sitting.load();
  sitting.push(2);
  assert.deepEqual(sitting.done.batches, [1, 2]);
  assert.ok(sitting.knows(2));
  assert.ok(!sitting.knows(1), "that was another tab");
});

test("without a network what the page knows stays, and the rest is asked for later", async () => {
  const server = new SittingServer(1, 2, 3);
  const sitting = new Sitting(server);
  await sitting.load();
  await sitting.undo();
  await sitting.undo();
  server.isDown = true;
  assert.equal(await sitting.undo(), null);
  assert.equal(sitting.done.length, 1, "there is more to undo");
  server.isDown = false;
  assert.ok(await sitting.undo());
});

test("taking one back from the middle leaves the others", async () => {
  const server = new SittingServer(1, 2, 3);
  const sitting = new Sitting(server);
  await sitting.load();
  await sitting.takeBack(2);
  assert.deepEqual(server.done, [1, 3]);
  assert.deepEqual(sitting.done.batches, [1, 3]);
});
