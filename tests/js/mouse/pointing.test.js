// Which vignette a key is about: what a hand pointed at, or what has the focus. What was moved last decides.
import assert from "node:assert/strict";
import { test } from "node:test";

class Key extends Event {
  constructor(type, { key, ctrlKey = false, metaKey = false, altKey = false }) {
    super(type, { cancelable: true });
    Object.assign(this, { key, ctrlKey, metaKey, altKey });
  }
}

const document = /** @type {any} */ ({ activeElement: null });
Object.assign(globalThis, { document, KeyboardEvent: Key });
const { Pointing } = await import("../../../static/js/mouse/pointing.js");
const { pressAgain } = await import("../../../static/js/page/ondemand.js");

/** A vignette, and whether it has left the page. */
function vignette(id) {
  const classes = new Set();
  const list = { add: (name) => classes.add(name), remove: (name) => classes.delete(name) };
  const v = { id, classes, classList: list, isConnected: true, hasLeft: false, matches: () => v.hasLeft, closest: () => (v.hasLeft ? null : v) };
  return v;
}

/** A gallery that says what got the focus, a pointing hand on it, and what moves that hand. */
function pointed() {
  const focused = [];
  const window = Object.assign(globalThis, { window: new EventTarget() }).window;
  const element = Object.assign(new EventTarget(), { toggleAttribute() {} });
  const gallery = /** @type {any} */ ({ element, count: 0, focusPointed: (v) => focused.push(v.id) });
  const pointing = new Pointing(gallery);
  const move = (target, x, options = {}) => pointing.move({ pointerType: "mouse", buttons: 0, clientX: x, clientY: 0, target, ...options });
  const press = (key = "1") => {
    const event = /** @type {any} */ (new Key("keydown", { key }));
    window.dispatchEvent(event);
    return { event, acts: () => pointing.take(event) };
  };
  return { window, focused, element, gallery, pointing, move, press };
}

test("a key is about what a hand has moved to, and the focus goes there with the key, not before", () => {
  const { focused, move, press } = pointed();
  const [a, b] = [vignette("a"), vignette("b")];
  move(a, 0);
  move(a, 20);
  move(b, 40);
  assert.deepEqual([[...a.classes], [...b.classes], focused], [[], ["pointed"], []]);
  assert.equal(press().acts(), true);
  assert.deepEqual(focused, ["b"]);
});

test("a hand that trembles, touches or drags points at nothing", () => {
  for (const options of [{}, { pointerType: "touch" }, { buttons: 1 }]) {
    const { focused, move, press } = pointed();
    const a = vignette("a");
    move(a, 0, options);
    move(a, options.pointerType || options.buttons ? 50 : 3, options);
    assert.equal(press().acts(), true);
    assert.deepEqual(focused, []);
  }
});

test("a pen points as a mouse does", () => {
  const { focused, move, press } = pointed();
  for (const x of [0, 20]) move(vignette("a"), x, { pointerType: "pen" });
  press().acts();
  assert.deepEqual(focused, ["a"]);
});

test("what comes below a hand that rests is not pointed at, whatever has moved it there", () => {
  for (const name of ["scroll", "return", "focusin", "pointerleave"]) {
    const { focused, element, move, press } = pointed();
    const [a, b] = [vignette("a"), vignette("b")];
    move(a, 0);
    move(a, 20);
    element.dispatchEvent(new Event(name));
    assert.deepEqual([...a.classes], [], name);
    move(b, 20); // as browsers say it of a pointer that has something else below it now
    press().acts();
    assert.deepEqual(focused, [], name);
    move(b, 30);
    press().acts();
    assert.deepEqual(focused, ["b"], name);
  }
});

test("while something is taken out keys are about that", () => {
  const { focused, gallery, move, press } = pointed();
  const a = vignette("a");
  move(a, 0);
  move(a, 20);
  gallery.count = 1;
  assert.equal(press().acts(), true);
  gallery.element.dispatchEvent(new Event("selection"));
  move(a, 40);
  assert.deepEqual([focused, [...a.classes]], [[], []]);
});

test("while somebody writes nothing is pointed at", () => {
  const { focused, move, press } = pointed();
  document.activeElement = { matches: (selectors) => selectors.includes("textarea") };
  for (const x of [0, 20]) move(vignette("a"), x);
  document.activeElement = null;
  press().acts();
  assert.deepEqual(focused, []);
});

test("what was named before and saved meanwhile does not take the ring away", () => {
  const { focused, element, move, press } = pointed();
  const a = vignette("a");
  for (const x of [0, 20]) move(a, x);
  for (const name of ["look", "selection"]) element.dispatchEvent(new Event(name));
  press().acts();
  assert.deepEqual(focused, ["a"]);
});

test("a key that waits for an answer is about what was pointed at when it was pressed", () => {
  const { window, focused, move, press, pointing } = pointed();
  const [a, b] = [vignette("a"), vignette("b")];
  move(a, 0);
  move(a, 20);
  const { event } = press();
  move(b, 40);
  let again = /** @type {any} */ (null);
  document.activeElement = { dispatchEvent: (key) => (again = key) };
  pressAgain(event);
  document.activeElement = null;
  window.dispatchEvent(again);
  pointing.take(again);
  assert.deepEqual(focused, ["a"]);
});

test("a key that was about what has left since does nothing", () => {
  const { focused, move, press } = pointed();
  const a = vignette("a");
  move(a, 0);
  move(a, 20);
  const key = press();
  a.hasLeft = true;
  assert.equal(key.acts(), false);
  assert.deepEqual(focused, []);
});
