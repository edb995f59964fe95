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

const afterAll = () => new Promise((resolve) => setImmediate(resolve));

/** A gallery of five, whose last is clicked with Shift; the page between is fetched when the test lets it. */
function extended(anchor) {
  const vignettes = ["a", "b", "c", "d", "e"].map((id) => {
    const attributes = new Map();
    return { id, getAttribute: (name) => attributes.get(name), setAttribute: (name, value) => attributes.set(name, String(value)) };
  });
  const answers = [];
  const gallery = Object.assign(Object.create(Gallery.prototype), {
    element: { querySelectorAll: () => vignettes, dispatchEvent() {} },
    seen: { announce() {} },
    pages: {
      fetchBetween: () => new Promise((resolve) => answers.push(resolve)),
      whenThere: (coming, act) => coming.then(act),
    },
    last: vignettes[4],
    anchor: anchor === undefined ? { id: "gone" } : vignettes[anchor],
  });
  const [between] = vignettes.splice(2, 1);
  gallery.extendTo(vignettes[3]);
  const selected = () => gallery.selected().map(({ id }) => id);
  const fetchIt = () => {
    vignettes.splice(2, 0, between);
    answers[0]();
    return afterAll();
  };
  return { gallery, selected, fetchIt };
}

test("from where the range begins has left the page: the one that was clicked is selected", () => {
  assert.deepEqual(extended().selected(), ["e"]);
});

test("what was forgotten between is selected when it is back", async () => {
  const { selected, fetchIt } = extended(1);
  assert.deepEqual(selected(), ["b", "d", "e"]);
  await fetchIt();
  assert.deepEqual(selected(), ["b", "c", "d", "e"]);
});

test("who has selected all meanwhile keeps all", async () => {
  const { gallery, selected, fetchIt } = extended(1);
  gallery.only(gallery.all());
  await fetchIt();
  assert.deepEqual(selected(), ["a", "b", "d", "e"]);
});

test("a key that is pressed while others come in the place of all is about none of them", (t) => {
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  const last = { isConnected: true, matches: () => false };
  const gallery = Object.assign(Object.create(Gallery.prototype), { element: { querySelectorAll: () => [] }, last, replacedAt: -Infinity });
  assert.deepEqual(gallery.targets(), [last]);
  gallery.replaced();
  now += 299;
  assert.deepEqual(gallery.targets(), []);
  now += 1;
  assert.deepEqual(gallery.targets(), [last]);
});
