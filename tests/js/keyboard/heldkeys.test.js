/** A key that is held down acts once; moving, zooming and typing repeat. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { element, openPage } from "../page.js";

openPage();

/** @type {(event: object) => void} */
let hear = () => {};
Object.assign(globalThis, { window: { addEventListener: (_, listener) => (hear = listener) } });
await import("../../../static/js/keyboard/heldkeys.js");

/** How often the key acts that goes down here and is held, for as long as it repeats there. */
function acts(key, { down = element(), there = down, ctrlKey = false } = {}) {
  let count = 0;
  for (const [repeat, target] of /** @type {const} */ ([
    [false, down],
    [true, there],
    [true, there],
  ])) {
    let isHandled = true;
    const stop = () => {
      isHandled = false;
    };
    hear({ key, repeat, target, ctrlKey, metaKey: false, preventDefault: stop, stopImmediatePropagation: stop });
    count += Number(isHandled);
  }
  return count;
}

test("what writes acts once", () => {
  for (const key of ["Enter", "-", "a", "Delete", "Escape", " "]) assert.equal(acts(key), 1, key);
});

test("moving and zooming repeat", () => {
  for (const key of ["ArrowLeft", "PageDown", "Tab", "+", "_", "["]) assert.equal(acts(key), 3, key);
});

test("a letter repeats in the field where it went down, not in one that opened meanwhile", () => {
  const field = element({}, "input");
  assert.equal(acts("a", { down: field }), 3);
  assert.equal(acts("a", { there: field }), 1);
});

test("Enter makes lines in a text area, and submits once elsewhere", () => {
  assert.equal(acts("Enter", { down: element({}, "textarea") }), 3);
  assert.equal(acts("Enter", { down: element({}, "input") }), 1);
  assert.equal(acts("Enter", { down: element({}, "textarea"), ctrlKey: true }), 1, "Ctrl + Enter sends");
});
