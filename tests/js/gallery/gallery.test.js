/** What keys and buttons act on. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gallery } from "../../../static/js/gallery/gallery.js";

Object.assign(globalThis, { document: { activeElement: null } });

test("what has left the page, by what somebody else said, is acted on no more", () => {
  const left = new Set();
  const last = { isConnected: true, matches: (selector) => left.has(selector) };
  const gallery = Object.assign(Object.create(Gallery.prototype), { element: { querySelectorAll: () => [] }, counter: {}, count: 0, last });
  assert.deepEqual(gallery.targets(), [last]);
  gallery.showCount();
  assert.equal(gallery.counter.textContent, "The framed vignette");
  left.add(".leaving");
  assert.deepEqual(gallery.targets(), []);
  gallery.showCount();
  assert.equal(gallery.counter.textContent, "0 selected");
});

test("who writes something goes on writing when an answer comes that goes on elsewhere", () => {
  const focused = [];
  const gallery = Object.assign(Object.create(Gallery.prototype), { focus: (vignette) => focused.push(vignette) });
  globalThis.document = /** @type {any} */ ({ activeElement: { matches: (selectors) => selectors.includes("textarea") } });
  gallery.focusLate("first");
  globalThis.document = /** @type {any} */ ({ activeElement: { matches: () => false } });
  gallery.focusLate("second");
  assert.deepEqual(focused, ["second"]);
});
