// What the server says of a vignette is shown, unless it was overtaken.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CurrentLabels } from "../../../static/js/labels/currentlabels.js";

function labelsOf(version) {
  const vignette = { dataset: { version: String(version) }, classList: { remove() {} } };
  const versions = [];
  const gallery = { by: () => vignette, show: (_, label) => versions.push(label.version) };
  const labels = Object.assign(Object.create(CurrentLabels.prototype), { gallery, root: { dataset: {} }, waitsFor: () => false });
  return { labels, versions, vignette };
}

test("an answer from before one's own label was saved does not take it off the page", () => {
  const { labels, versions } = labelsOf(4);
  assert.equal(labels.showNow({ id: 1, version: 3, state: "predicted" }), null);
  assert.deepEqual(versions, []);
});

test("what is newer is shown, and counts as changed", () => {
  const { labels, versions, vignette } = labelsOf(4);
  assert.equal(labels.showNow({ id: 1, version: 5, state: "dubious" }), vignette);
  assert.deepEqual(versions, [5]);
});
