import assert from "node:assert/strict";
import { test } from "node:test";

const document = new EventTarget();
globalThis.document = /** @type {any} */ (document);
await import("../../static/js/once.js");

/** Whether it is sent. */
function submit(form, submitter, isPrevented = false) {
  const event = Object.assign(new Event("submit", { cancelable: true }), { submitter });
  Object.defineProperty(event, "target", { value: form });
  if (isPrevented) event.preventDefault();
  return document.dispatchEvent(event);
}

/** @param {string} method */
const formOf = (method) => ({ getAttribute: () => method });

test("a button that is pressed twice sends its form once, another button sends it too", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const form = formOf("post");
  assert.deepEqual([submit(form, "Save"), submit(form, "Save"), submit(form, "Copy")], [true, false, true]);
  t.mock.timers.tick(1500);
  assert.equal(submit(form, "Copy"), true, "after a file has come");
});

test("what only shows something, and what goes another way, may be pressed at will", () => {
  const [search, other] = [formOf("get"), formOf("post")];
  assert.deepEqual([submit(search, null), submit(search, null)], [true, true]);
  submit(other, null, true);
  assert.equal(submit(other, null), true);
});
