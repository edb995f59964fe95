/** Keys: how they are named, and that no two actions share one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIONS, inWords, nameOf } from "../../../static/js/keyboard/keys.js";
import { KeysDialog } from "../../../static/js/keyboard/keysdialog.js";

const UNPRESSED = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const pressed = (key, ...modifiers) => nameOf({ key, ...UNPRESSED, ...Object.fromEntries(modifiers.map((name) => [`${name}Key`, true])) });

test("a key is named by what it types, with the modifiers that don't show in it", () => {
  assert.equal(pressed("a"), "a");
  assert.equal(pressed("A", "shift"), "A");
  assert.equal(pressed("?", "shift"), "?");
  assert.equal(pressed(" "), "Space");
  assert.equal(pressed("Enter", "shift"), "Shift+Enter");
  assert.equal(pressed("z", "ctrl"), "Control+z");
  assert.equal(pressed("Z", "ctrl", "shift"), "Control+Shift+Z");
  assert.equal(pressed("Z", "ctrl"), "Control+z", "caps lock");
});

test("with Alt a digit is that of its key, whatever the two type together", () => {
  const alt = { ...UNPRESSED, altKey: true, code: "Digit1" };
  assert.equal(nameOf({ ...alt, key: "1" }), "Alt+1");
  assert.equal(nameOf({ ...alt, key: "¡" }), "Alt+1", "a Mac");
  assert.equal(nameOf({ ...alt, key: "&" }), "Alt+1", "a French keyboard");
});

test("⌘ of a Mac is Ctrl", () => {
  assert.equal(pressed("z", "meta"), "Control+z");
});

test("no key of the bench means two things", () => {
  const keys = ACTIONS.flatMap((action) => action.keys);
  assert.deepEqual(
    keys.filter((key, i) => keys.indexOf(key) !== i),
    [],
  );
});

test("what writes never repeats while its key is held", () => {
  assert.deepEqual(
    ACTIONS.filter(({ writes, mayRepeat }) => writes && mayRepeat),
    [],
  );
});

test("keys are shown as they stand on a keyboard", () => {
  assert.equal(inWords("Control+Shift+Z"), "Ctrl + Shift + Z");
  assert.equal(inWords("Control+i"), "Ctrl + I");
  assert.equal(inWords("i"), "i");
  assert.equal(inWords("+"), "+");
  assert.equal(inWords("Control++"), "Ctrl + +");
  assert.equal(inWords("ArrowLeft"), "←");
});

test("a key is for the line that asked last, and for none once the keys are drawn anew", async () => {
  const keyboard = { own: { keys: {}, quick: {} }, actions: {}, actionOf: () => null };
  const element = { append() {}, replaceChildren() {}, focus() {} };
  globalThis.document = /** @type {any} */ ({ createElement: () => element });
  globalThis.CSS = /** @type {any} */ ({ escape: String });
  const dialog = Object.assign(new EventTarget(), { querySelector: () => element });
  const page = Object.assign(Object.create(KeysDialog.prototype), { dialog, keyboard, preferences: { save() {} }, search: { value: "" } });
  const press = (key) => dialog.dispatchEvent(Object.assign(new Event("keydown"), { key, ...UNPRESSED }));
  const button = { textContent: "change" };
  const changes = [page.change({ textContent: "change" }, { id: "undo" }), page.change(button, { id: "accept" })];
  press("k");
  await Promise.all(changes);
  assert.deepEqual(keyboard.own.keys, { accept: ["k"] });
  const third = page.change(button, { id: "accept" });
  page.show();
  await third;
  press("x");
  assert.deepEqual([keyboard.own.keys, button.textContent], [{ accept: ["k"] }, "change"]);
});
