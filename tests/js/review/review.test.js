import assert from "node:assert/strict";
import { test } from "node:test";
import { Review } from "../../../static/js/review/review.js";

/** What stands of the learning, after the server has said so. */
async function learntAfter(status, text = "1,844 labels") {
  const element = /** @type {any} */ ({ textContent: text });
  globalThis.document = /** @type {any} */ ({ getElementById: () => element });
  await Object.assign(Object.create(Review.prototype), { server: { get: async () => status } }).showLearnt();
  return element.textContent;
}

test("with a page it is said anew from how many labels was learnt", async () => {
  assert.equal(await learntAfter({ labels: 2000 }), "2,000 labels");
});

test("where the server does not answer, what was said stays", async () => {
  assert.equal(await learntAfter(null), "1,844 labels");
});
