/** What is taken out of a cluster is taken out on the page that comes next, however fast that comes. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { element, openPage } from "../page.js";

openPage();
/** @type {Map<string, string>} */
const stored = new Map();
Object.assign(globalThis, {
  sessionStorage: {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, text) => stored.set(key, text),
    removeItem: (key) => stored.delete(key),
  },
});
const { Removals } = await import("../../../static/js/clusters/removals.js");

const PATH = "/clusters/7/";

beforeEach(() => {
  stored.clear();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
});

/** A page of the cluster that shows members 1 to 4, as the server has it by then. */
function open(out = []) {
  const vignettes = [1, 2, 3, 4].map((id) => element({ id: String(id) }));
  const selected = new Set();
  const gallery = {
    selected: () => vignettes.filter((v) => selected.has(v)),
    isSelected: (v) => selected.has(v),
    by: (id) => vignettes.find(({ dataset }) => Number(dataset.id) === Number(id)),
    set: (some, isOn) => {
      for (const v of some) selected[isOn ? "add" : "delete"](v);
    },
  };
  const posted = [];
  const server = { post: async (_, moved) => posted.push(moved), postLate: () => {} };
  const removals = new Removals(/** @type {any} */ (gallery), /** @type {any} */ (server), () => {});
  removals.begin(PATH, out);
  return { removals, gallery, posted, toggle: (id, isOn) => gallery.set([gallery.by(id)], isOn) };
}

test("what is taken out in the last moment is taken out on the next page, which the server answered before it had it", async () => {
  const left = open([2]);
  left.toggle(1, true);
  left.toggle(2, false);
  left.removals.leave();
  const next = open([2]);
  assert.deepEqual(next.removals.ids, [1]);
  mock.timers.tick(600);
  await next.removals.saving;
  assert.deepEqual(next.posted, [{ out: [1], back: [2] }]);
});

test("it is that page's alone, and nothing is sent that the server has", async () => {
  const left = open();
  left.toggle(1, true);
  left.removals.leave();
  const next = open([1]);
  mock.timers.tick(600);
  await next.removals.saving;
  assert.deepEqual([next.removals.ids, next.posted], [[1], []]);
  assert.deepEqual(open().removals.ids, []);
});

test("a page that was left with nothing unsaved says nothing to a later one", () => {
  const left = open();
  left.toggle(1, true);
  left.removals.leave();
  left.toggle(1, false); // the browser kept the page, and somebody came back to it
  left.removals.leave();
  assert.deepEqual(open().removals.ids, []);
});

test("whoever comes much later sees what the server says", () => {
  const left = open();
  left.toggle(1, true);
  left.removals.leave();
  mock.timers.tick(60_000);
  assert.deepEqual(open().removals.ids, []);
});
