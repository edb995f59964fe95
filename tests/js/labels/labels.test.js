// What is said where a label can't be given, for the vignettes don't say yet what they show.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Labels } from "../../../static/js/labels/labels.js";
import { TraitValues } from "../../../static/js/traits/traitvalues.js";

/** What the page says when Enter is pressed over `count` vignettes without a taxon, or without a value of a trait. */
function noticesOf({ trait = false }, count) {
  const notices = [];
  const notice = { say: (words) => notices.push(words) };
  const vignettes = Array.from({ length: count }, () => ({ dataset: {} }));
  const parts = { notice, definition: { default: null } };
  const labels = Object.assign(Object.create(trait ? TraitValues.prototype : Labels.prototype), parts);
  if (trait) labels.accept(vignettes);
  else labels.give({ state: "validated" }, vignettes);
  return notices;
}

test("one object without a taxon is spoken of as one", () => {
  assert.deepEqual(noticesOf({}, 1), ["This object has no taxon yet: give it one first."]);
  assert.deepEqual(noticesOf({}, 2), ["Some of these have no taxon yet: give them one first."]);
});

test("one object without a value is spoken of as one", () => {
  assert.deepEqual(noticesOf({ trait: true }, 1), ["Nobody has looked at this object yet: give it a value first."]);
  assert.deepEqual(noticesOf({ trait: true }, 2), ["Nobody has looked at some of these yet: give them a value first."]);
});
