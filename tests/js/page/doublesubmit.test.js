import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

const document = new EventTarget();
globalThis.document = /** @type {any} */ (document);
const window = new EventTarget();
globalThis.window = /** @type {any} */ (window);
await import("../../../static/js/page/doublesubmit.js");

// No answer is waited for after a test: its minute would keep Node alive.
afterEach(() => window.dispatchEvent(new Event("pageshow")));

/** Whether it is sent. */
function submit(form, submitter, isPrevented = false) {
  const event = Object.assign(new Event("submit", { cancelable: true }), { submitter });
  Object.defineProperty(event, "target", { value: form });
  if (isPrevented) event.preventDefault();
  return document.dispatchEvent(event);
}

/** @param {string} method */
const formOf = (method) => ({ getAttribute: () => method, contains: (field) => field.form === method });

function buttonOf() {
  const names = new Set();
  return { names, setAttribute: (name) => names.add(name), removeAttribute: (name) => names.delete(name) };
}

function type(form) {
  const event = new Event("input");
  Object.defineProperty(event, "target", { value: { form } });
  document.dispatchEvent(event);
}

test("a button that is pressed twice sends its form once, however slow the answer; another button sends it too", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [form, save, copy] = [formOf("post"), buttonOf(), buttonOf()];
  assert.deepEqual([submit(form, save), submit(form, save)], [true, false]);
  t.mock.timers.tick(59_000);
  assert.equal(submit(form, save), false);
  assert.equal(submit(form, copy), true);
});

test("the button says that its answer is on its way, until that counts as lost", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [form, save] = [formOf("post"), buttonOf()];
  submit(form, save);
  assert.deepEqual([...save.names], ["data-sent"]);
  t.mock.timers.tick(60_000);
  assert.equal(save.names.size, 0);
  assert.equal(submit(form, save), true);
});

test("who comes back to the page, or has stopped the browser, may send it again", () => {
  const [form, save] = [formOf("post"), buttonOf()];
  for (const release of [
    () => window.dispatchEvent(new Event("pageshow")),
    () => document.dispatchEvent(Object.assign(new Event("keydown"), { key: "Escape" })),
  ]) {
    assert.deepEqual([submit(form, save), submit(form, save)], [true, false]);
    release();
  }
  assert.equal(submit(form, save), true);
  window.dispatchEvent(new Event("pageshow"));
});

test("other words are another request, words in another form are not", () => {
  const [form, save] = [formOf("post"), buttonOf()];
  submit(form, save);
  type("another form");
  assert.equal(submit(form, save), false);
  type("post");
  assert.equal(submit(form, save), true);
});

test("what only shows something, and what goes another way, may be pressed at will", () => {
  const [search, other] = [formOf("get"), formOf("post")];
  assert.deepEqual([submit(search, null), submit(search, null)], [true, true]);
  submit(other, null, true);
  assert.equal(submit(other, null), true);
});
