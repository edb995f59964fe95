/** Keys of the drawing tools. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { showKeys, toolOf } from "../../../static/js/marks/keys.js";

const UNPRESSED = { altKey: false, ctrlKey: false, metaKey: false };

test("with Alt a letter takes a tool, alone it is left to the labels", () => {
  assert.equal(toolOf({ ...UNPRESSED, key: "p", code: "KeyP", altKey: true }), "point");
  assert.equal(toolOf({ ...UNPRESSED, key: "p", code: "KeyP" }), undefined);
  assert.equal(toolOf({ ...UNPRESSED, key: "q", code: "KeyQ", altKey: true }), undefined);
});

test("where Alt makes another sign, the key counts that it stands on", () => {
  assert.equal(toolOf({ ...UNPRESSED, key: "π", code: "KeyP", altKey: true }), "point");
  assert.equal(toolOf({ ...UNPRESSED, key: "1", code: "Digit1", altKey: true }), undefined);
});

test("AltGr is no Alt", () => {
  assert.equal(toolOf({ ...UNPRESSED, key: "p", code: "KeyP", altKey: true, ctrlKey: true }), undefined);
});

test("each tool shows its key", () => {
  const attributes = new Map();
  const button = {
    dataset: { tool: "ellipse" },
    title: "Two ends of an axis",
    textContent: "Ellipse",
    setAttribute: (name, value) => attributes.set(name, value),
  };
  showKeys([/** @type {any} */ (button)]);
  assert.equal(button.title, "Two ends of an axis (Alt+E)");
  assert.equal(attributes.get("aria-keyshortcuts"), "Alt+E");
});
