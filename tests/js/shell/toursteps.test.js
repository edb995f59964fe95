/** The tour sees what was done, and takes nothing else for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STEPS } from "../../../static/js/shell/toursteps.js";

const nothing = { address: new URL("http://site/projects/1/"), selected: 0, inHand: false, labels: 0, undone: false, isReview: false, trait: "" };
const doneBy = (page, before = "") => STEPS.filter((step) => step.isDone({ ...nothing, ...page }, before)).map((step) => step.title);

test("of a page where nothing was done no step is done", () => {
  assert.equal(STEPS.length, 8);
  assert.deepEqual(doneBy({}), []);
});

test("each step is done by what it asks for", () => {
  assert.deepEqual(doneBy({ inHand: true }), ["Look"]);
  assert.deepEqual(doneBy({ selected: 2 }), ["Look", "Select several"]);
  assert.deepEqual(doneBy({ labels: 1 }), ["Label with a key"]);
  assert.ok(doneBy({ labels: 1, undone: true }).includes("Undo"));
  assert.ok(doneBy({ labels: 1, isReview: true }).includes("Review what is predicted"));
  assert.deepEqual(doneBy({ isReview: true }), []);
  assert.deepEqual(doneBy({ trait: "sex" }), ["Traits"]);
});

test("a filter counts that was not there when the step began", () => {
  const address = new URL("http://site/projects/1/?state=predicted");
  assert.deepEqual(doneBy({ address }), ["Filter"]);
  assert.deepEqual(doneBy({ address }, "?state=predicted"), []);
  assert.deepEqual(doneBy({ address: new URL("http://site/projects/1/?order=-score") }), []);
});

test("a training is begun when its model has a page", () => {
  assert.deepEqual(doneBy({ address: new URL("http://site/models/new/?project=1") }), []);
  assert.deepEqual(doneBy({ address: new URL("http://site/models/12/") }), ["Train a model"]);
});

test("each step says one or two sentences, by key or by touch", () => {
  for (const isTouch of [true, false])
    for (const { words } of STEPS) {
      const text = words({ title: "Drawn plankton", trains: true, isTouch });
      assert.ok(text.length < 230, text);
      assert.ok(!isTouch || !/Ctrl|Shift/.test(text), text);
    }
});
