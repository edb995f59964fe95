/** What a page must have is there, or said by its name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { byId, inside, required } from "../../../static/js/page/elements.js";

class Button {}
class Dialog {}

/** @param {Record<string, unknown>} elements by what finds them */
function pageOf(elements) {
  const page = { getElementById: (/** @type {string} */ id) => elements[`#${id}`] ?? null, querySelector: (/** @type {string} */ s) => elements[s] ?? null };
  Object.assign(globalThis, { document: page });
  return /** @type {any} */ (page);
}

test("what is there is given", () => {
  const button = new Button();
  const page = pageOf({ "#undo": button, ".primary": button });
  assert.equal(byId("undo"), button);
  assert.equal(byId("undo", /** @type {any} */ (Button)), button);
  assert.equal(inside(page, ".primary"), button);
  assert.equal(required(0, "number"), 0);
});

test("what is missing is named", () => {
  const page = pageOf({});
  assert.throws(() => byId("undo"), /The page has no #undo\./);
  assert.throws(() => inside(page, ".primary"), /The page has no \.primary\./);
  assert.throws(() => required(undefined, "data-url"), /The page has no data-url\./);
});

test("what is another kind of element is refused", () => {
  pageOf({ "#undo": new Dialog() });
  assert.throws(() => byId("undo", /** @type {any} */ (Button)), /#undo is no Button\./);
});
