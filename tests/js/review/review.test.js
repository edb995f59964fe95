import assert from "node:assert/strict";
import { test } from "node:test";
import { Review } from "../../../static/js/review/review.js";

/** What stands of the learning, after a page has come. */
function learntAfter(labels, text = "1,844 labels") {
  const element = /** @type {any} */ ({ textContent: text });
  globalThis.document = /** @type {any} */ ({ getElementById: () => element });
  Review.prototype.showLearnt(labels);
  return element.textContent;
}

test("with a page it is said anew from how many labels was learnt", () => {
  assert.equal(learntAfter(2000), "2,000 labels");
});

test("where nothing was learnt meanwhile, what was said stays", () => {
  assert.equal(learntAfter(0), "1,844 labels");
});
