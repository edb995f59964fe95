/** Which pages are forgotten when they are far from the screen. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pages } from "../../../static/js/gallery/pages.js";

/** @param {object[]} vignettes */
function page(vignettes) {
  return {
    children: vignettes,
    firstElementChild: vignettes[0],
    style: {},
    dataset: {},
    querySelector: () => null,
    contains: (vignette) => vignettes.includes(vignette),
    replaceChildren() {
      this.children = [];
    },
  };
}

function forgotten(gallery, page) {
  Pages.prototype.forget.call({ gallery }, page, 900);
  return page.children.length === 0;
}

test("a page is forgotten, unless the focus was there last or a range begins there", () => {
  const [first, second] = [1, 2].map((id) => ({ dataset: { id: String(id) } }));
  const elsewhere = { dataset: { id: "3" } };
  const far = page([first, second]);
  assert.ok(!forgotten({ last: second, anchor: null }, far));
  assert.ok(!forgotten({ last: elsewhere, anchor: first }, far), "Shift + click would select nothing");
  assert.ok(forgotten({ last: elsewhere, anchor: elsewhere }, far));
  assert.deepEqual(/** @type {any} */ (far).ids, ["1", "2"]);
});

test("what comes back for somebody who wants all is not forgotten before the rest is there", async () => {
  const far = page([{ dataset: { id: "1" } }]);
  const met = [];
  const pages = Object.assign(Object.create(Pages.prototype), {
    gallery: { last: null, anchor: null },
    held: 0,
    observer: { observe: (each) => met.push(each), unobserve() {} },
    all: () => [far],
    say: assert.fail,
    fetchAgain: async ([absent]) => {
      absent.ids = null;
      pages.meet({ target: far, isIntersecting: false, boundingClientRect: { height: 900 } });
      assert.equal(far.children.length, 1);
    },
  });
  far.ids = ["1"];
  await pages.fetchAll("");
  assert.deepEqual(met, [far], "it is met again, and forgotten where it is far");
  pages.meet({ target: far, isIntersecting: false, boundingClientRect: { height: 900 } });
  assert.equal(far.children.length, 0);
});
