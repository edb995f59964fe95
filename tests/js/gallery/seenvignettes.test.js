/** What counts as seen: half of a vignette, for a moment, while somebody could look, with the label it shows. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { element, openPage } from "../page.js";

const { document } = openPage();
const { SeenVignettes } = await import("../../../static/js/gallery/seenvignettes.js");

const MOMENT = 300; // milliseconds

/** @type {(entries: object[]) => void} */
let cross = () => {};

Object.assign(globalThis, {
  IntersectionObserver: class {
    constructor(callback) {
      cross = callback;
    }

    observe() {}
  },
  requestAnimationFrame: (callback) => callback(),
});

function gallery(count) {
  const vignettes = Array.from({ length: count }, (_, i) => element({ id: String(i), taxon: "7" }));
  const target = /** @type {HTMLElement} */ (new EventTarget());
  return { element: target, everything: () => vignettes };
}

/** Of the vignette this share is in view, in a gallery 600 pixels high. */
function scroll(target, share, height = 100) {
  cross([{ target, intersectionRatio: share, intersectionRect: { height: share * height }, rootBounds: { height: 600 } }]);
}

beforeEach(() => {
  document.hidden = false;
  document.dialog = null;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("half of it for a moment is seen", () => {
  const page = gallery(1);
  const seen = new SeenVignettes(page);
  const [vignette] = page.everything();
  scroll(vignette, 0.5);
  mock.timers.tick(MOMENT - 1);
  assert.ok(!seen.has(vignette));
  mock.timers.tick(1);
  assert.ok(seen.has(vignette));
});

test("what is scrolled past, or shows less than half, is not", () => {
  const page = gallery(2);
  const seen = new SeenVignettes(page);
  const [passed, cut] = page.everything();
  scroll(passed, 1);
  scroll(cut, 0.4);
  mock.timers.tick(MOMENT - 1);
  scroll(passed, 0);
  mock.timers.tick(MOMENT);
  assert.deepEqual([seen.has(passed), seen.has(cut)], [false, false]);
});

test("one larger than the gallery is seen when it fills half of that", () => {
  const page = gallery(1);
  const seen = new SeenVignettes(page);
  const [large] = page.everything();
  scroll(large, 0.2, 2000); // 400 of 600 pixels
  mock.timers.tick(MOMENT);
  assert.ok(seen.has(large));
});

test("behind a dialog or another tab nothing is seen, and after it is", () => {
  const page = gallery(1);
  const seen = new SeenVignettes(page);
  const [vignette] = page.everything();
  document.dialog = /** @type {typeof document.dialog} */ (/** @type {unknown} */ (element()));
  scroll(vignette, 1);
  mock.timers.tick(MOMENT);
  assert.ok(!seen.has(vignette));
  document.dialog = null;
  document.dispatchEvent(new Event("close"));
  mock.timers.tick(MOMENT);
  assert.ok(seen.has(vignette));
});

test("it is seen with the label it shows: another one is unseen until somebody has looked", () => {
  const page = gallery(1);
  const seen = new SeenVignettes(page);
  const [vignette] = page.everything();
  seen.add([vignette]);
  vignette.dataset.taxon = "8";
  assert.ok(!seen.has(vignette));
  scroll(vignette, 1);
  seen.changed(vignette);
  mock.timers.tick(MOMENT);
  assert.ok(seen.has(vignette));
});

test("what gets the focus is seen at once", () => {
  const page = gallery(1);
  const seen = new SeenVignettes(page);
  const [vignette] = page.everything();
  page.element.dispatchEvent(new CustomEvent("look", { detail: vignette }));
  assert.ok(seen.has(vignette));
});
