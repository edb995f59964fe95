import assert from "node:assert/strict";
import test from "node:test";
import { moved } from "../../../static/js/segmentation/cropplace.js";
import { pathsOf, sentence } from "../../../static/js/segmentation/drawing.js";
import { valuesOf } from "../../../static/js/segmentation/formvalues.js";

test("a crop is moved as far as the scan goes", () => {
  const crop = { x: 100, y: 100, width: 50, height: 50 };
  const whole = { width: 300, height: 200 };
  assert.deepEqual(moved(crop, 10, -20, whole), { ...crop, x: 110, y: 80 });
  assert.deepEqual(moved(crop, 500, 500, whole), { ...crop, x: 250, y: 150 });
  assert.deepEqual(moved(crop, -500, -500, whole), { ...crop, x: 0, y: 0 });
});

test("an outline of two parts is one path of two closed lines", () => {
  const [path] = pathsOf([
    {
      lines: [
        [0, 0, 2, 0, 2, 2],
        [5, 5, 6, 5, 6, 6],
      ],
      several: 0.7,
    },
  ]);
  assert.deepEqual(path, { d: "M0 0L2 0L2 2ZM5 5L6 5L6 6Z", isSeveral: true });
});

test("the sentence has the number, the share and the threshold", () => {
  const answer = { objects: 1, area_share: 0.0421, threshold: 23.96, outlines: [{ several: 0.1 }] };
  assert.equal(sentence(answer), "1 object, 4.2 % of the crop; threshold 24.0 greys.");
  const two = { objects: 2, area_share: 0, threshold: null, outlines: [{ several: 0.5 }, { several: 0 }] };
  assert.equal(sentence(two), "2 objects, 0.0 % of the crop; 1 probably several.");
});

test("fields are sent as numbers, words and yes or no", () => {
  const elements = [
    { name: "csrfmiddlewaretoken", type: "hidden", value: "x" },
    { name: "level", type: "text", inputMode: "decimal", value: " 12,5 " },
    { name: "margin", type: "text", inputMode: "numeric", value: "" },
    { name: "smoothing", type: "text", inputMode: "decimal", value: "much" },
    { name: "split", type: "checkbox", checked: true, value: "on" },
    { name: "threshold", type: "select-one", inputMode: "", value: "otsu" },
    { name: "name", type: "text", inputMode: "", value: "mine" },
    { name: "segments", type: "submit", inputMode: "", value: "on" },
  ];
  assert.deepEqual(valuesOf(elements), { level: 12.5, smoothing: "much", split: true, threshold: "otsu" });
});
