// What the server says of a vignette is shown, unless it was overtaken.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Labels } from "../../static/js/labels.js";

function labelsOf(version) {
  const vignette = { dataset: { version: String(version) }, classList: { remove() {} } };
  const shown = [];
  const gallery = { by: () => vignette, show: (_, label) => shown.push(label.version) };
  const labels = Object.assign(Object.create(Labels.prototype), { gallery, root: { dataset: {} }, waitsFor: () => false });
  return { labels, shown, vignette };
}

test("an answer from before one's own label was saved does not take it off the page", () => {
  const { labels, shown } = labelsOf(4);
  assert.equal(labels.showNow({ id: 1, version: 3, state: "predicted" }), null);
  assert.deepEqual(shown, []);
});

test("what is newer is shown, and counts as changed", () => {
  const { labels, shown, vignette } = labelsOf(4);
  assert.equal(labels.showNow({ id: 1, version: 5, state: "dubious" }), vignette);
  assert.deepEqual(shown, [5]);
});
