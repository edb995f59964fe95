import assert from "node:assert/strict";
import { test } from "node:test";
import { figures, placeOf, sentence, stepped } from "../../../static/js/thresholds/thresholdcurve.js";

const CURVE = {
  threshold: [0.99, 0.9, 0.5],
  above: [10, 1200, 2000],
  expected: [0.995, 0.95, 0.8],
  low: [0.9, 0.92, 0.7],
  high: [1, 0.975, 0.9],
};

test("the lowest threshold that isn't below a score counts", () => {
  assert.deepEqual(
    [0, 0.5, 0.51, 0.9, 0.95, 0.99, 0.991].map((score) => placeOf(CURVE.threshold, score)),
    [2, 2, 1, 1, 0, 0, -1],
  );
  assert.equal(placeOf([], 0.5), -1);
});

test("figures say objects, the share that is right and how many are wrong", () => {
  assert.deepEqual(figures(CURVE, 1), {
    above: "1,200",
    expected: "95.0 %",
    interval: "92.0 to 97.5 %",
    wrong: "60",
    "wrong-interval": "30 to 96",
  });
  assert.equal(figures(CURVE, -1).above, "0");
});

test("what is read out says where the slider stands and what lies above", () => {
  assert.equal(sentence(CURVE, 1), "Score 0.9000: 1,200 objects above, 95.0 % right expected, 92.0 to 97.5 %, 60 wrong");
  assert.equal(sentence(CURVE, -1), "No object lies above.");
});

test("keys go from threshold to threshold, and to the ends", () => {
  assert.equal(stepped(CURVE.threshold, 1, "ArrowRight"), 0);
  assert.equal(stepped(CURVE.threshold, 1, "ArrowDown"), 2);
  assert.equal(stepped(CURVE.threshold, 2, "ArrowLeft"), 2);
  assert.equal(stepped(CURVE.threshold, -1, "ArrowLeft"), 0);
  assert.equal(stepped(CURVE.threshold, 2, "PageUp"), 0);
  assert.equal(stepped(CURVE.threshold, 0, "Home"), 2);
  assert.equal(stepped(CURVE.threshold, 2, "End"), 0);
  assert.equal(stepped(CURVE.threshold, 2, "a"), null);
});
